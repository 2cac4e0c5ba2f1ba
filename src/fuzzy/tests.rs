//! What is typed, the name it is to find, and in which way it does.

use proptest::prelude::*;

use crate::fold::folded;
use crate::fuzzy::{Best, Fit, Pattern, Scatter, Shape, Way};

fn fit(typed: &str, name: &str) -> Option<Fit> {
    let name = folded(name);
    let pattern = Pattern::new(typed);
    let shape = Shape::of(&name);
    let found = pattern.fit(&name, shape);
    if let Some(found) = found {
        let bound = pattern.bound(shape).expect("what fits can fit");
        assert!(bound <= found, "{typed} in {name}: {found:?}, at best {bound:?}");
    }
    found.or_else(|| pattern.scattered(&mut Scatter::default(), &name, shape))
}

/// Checks a table of `typed name`, all of which fit in this way.
fn check(way: Way, table: &[(&str, &str)]) {
    let others: Vec<String> = table
        .iter()
        .filter_map(|(typed, name)| {
            let found = fit(typed, name).map(|fit| fit.way);
            (found != Some(way)).then(|| format!("{typed} in {name}: {found:?}"))
        })
        .collect();
    assert!(others.is_empty(), "not {way:?}: {others:#?}");
}

fn check_none(table: &[(&str, &str)]) {
    let found: Vec<String> = table
        .iter()
        .filter_map(|(typed, name)| fit(typed, name).map(|fit| format!("{typed} in {name}: {fit:?}")))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn as_it_is_written() {
    check(
        Way::Whole,
        &[
            ("消息队列", "消息队列"),
            ("訊息佇列", "讯息伫列"),
            ("ETCD", "etcd"),
            ("ｅｔｃｄ", "etcd"),
            ("gmp 模型", "GMP　模型"),
            ("c++", "C++"),
            ("über", "Über"),
        ],
    );
    check(
        Way::Start,
        &[
            ("消息", "消息队列"),
            ("kube", "Kube-proxy"),
            ("", "任何"),
            ("GC 性", "GC 性能优化"),
            ("寫屏", "写屏障"),
            ("tcp三次", "TCP三次握手"),
        ],
    );
    check(
        Way::Word,
        &[
            ("队列", "消息队列"),
            ("proxy", "kube-proxy"),
            ("握手", "TCP三次握手"),
            ("模型", "GMP 模型"),
            ("go", "C 与 Go 的区别"),
            ("性能 gc", "GC 的性能"),
            ("息 x", "息"),
            ("2", "HTTP2"),
        ],
    );
    check(Way::Inside, &[("roxy", "kube-proxy"), ("tcd", "etcd"), ("pc", "gRPC")]);
}

#[test]
fn by_pinyin_from_the_start() {
    check(
        Way::StartRead,
        &[
            ("xxdl", "消息队列"),
            ("xiaoxidl", "消息队列"),
            ("xiaoxiduilie", "消息队列"),
            ("xxduilie", "消息队列"),
            ("xiaoxdl", "消息队列"),
            ("xx", "消息队列"),
            ("xia", "消息队列"),
            ("xiaoxiduil", "消息队列"),
            ("XXDL", "消息队列"),
            ("ｘｘｄｌ", "消息队列"),
            ("xxdl", "消息隊列"),
            ("消xdl", "消息队列"),
            ("消息dl", "消息队列"),
            ("xx队列", "消息队列"),
            ("tyfx", "逃逸分析"),
            ("taoyi", "逃逸分析"),
            ("taoyifenxi", "逃逸分析"),
            ("xpz", "写屏障"),
            ("xiepingzhang", "写屏障"),
            ("xpzh", "写屏障"),
            ("ssbj", "三色标记法"),
            ("sansebjf", "三色标记法"),
            ("shjc", "守护进程"),
            ("shouhujc", "守护进程"),
            ("xhl", "信号量"),
            ("xinhaoliang", "信号量"),
            ("tcpsc", "TCP三次握手"),
            ("tcpsanciws", "TCP三次握手"),
            ("gmpmx", "GMP 模型"),
            ("gcxn", "GC 性能优化"),
            ("wfwjg", "微服务架构"),
            ("gxnc", "共享内存"),
            ("nmgd", "匿名管道"),
        ],
    );
}

#[test]
fn characters_with_several_readings() {
    check(
        Way::StartRead,
        &[
            ("chongz", "重载"),
            ("zhongz", "重载"),
            ("cz", "重载"),
            ("zhongyao", "重要"),
            ("yinhang", "银行"),
            ("yh", "银行"),
            ("xingwei", "行为"),
            ("hangwei", "行为"),
            ("yinyue", "音乐"),
            ("yinle", "音乐"),
            ("diaoyong", "调用"),
            ("tiaoyong", "调用"),
            ("zengliang", "增量"),
            ("changdu", "长度"),
            ("zhangdu", "长度"),
            ("lvse", "绿色"),
            ("luse", "绿色"),
            ("lüse", "绿色"),
            ("nvxing", "女性"),
            ("nuxing", "女性"),
            ("celue", "策略"),
            ("jisuan", "计算"),
            ("huiji", "会计"),
            ("kuaiji", "会计"),
        ],
    );
}

#[test]
fn by_pinyin_further_on_and_in_pieces() {
    check(
        Way::WordRead,
        &[
            ("dl", "消息队列"),
            ("duilie", "消息队列"),
            ("xdl", "消息队列"),
            ("fx", "逃逸分析"),
            ("scws", "TCP三次握手"),
            ("xnyh", "GC 性能优化"),
            ("mx", "GMP 模型"),
            ("sjk", "四、数据库"),
        ],
    );
    check(
        Way::Pieces,
        &[
            ("tcpws", "TCP三次握手"),
            ("gcyh", "GC 性能优化"),
            ("kp", "kube-proxy"),
            ("xiaodl", "消息队列"),
            ("kprox", "kube-api-proxy"),
        ],
    );
    check(Way::Scattered, &[("etcdrft", "etcd raft"), ("kbprx", "kube-proxy")]);
}

#[test]
fn what_is_not_meant() {
    check_none(&[
        ("xxdl", "消息"),
        ("xxdlx", "消息队列"),
        ("dlxx", "消息队列"),
        // Part of a syllable in the middle is its first letter, its `zh`, or all of it.
        ("xiadl", "消队"),
        ("信号", "信道"),
        ("go", "gin 与 grpc"),
        ("xyz", "kube-proxy"),
        ("队列 栈", "消息队列"),
        ("qz", "逃逸分析"),
    ]);
}

#[test]
fn the_better_way_comes_first() {
    let best = |typed: &str, names: &[&str]| {
        let fits = names.iter().filter_map(|name| Some((fit(typed, name)?, (*name).to_owned())));
        fits.min().map(|(_, name)| name)
    };
    assert_eq!(best("信号", &["信号量", "信号", "用信号通信"]).as_deref(), Some("信号"));
    assert_eq!(best("xh", &["一个信号", "信号量", "信号"]).as_deref(), Some("信号"));
    assert_eq!(best("go", &["gopher", "用 go 写", "mango"]).as_deref(), Some("gopher"));
    assert_eq!(best("xx", &["学习方法", "消息队列", "xx 项目"]).as_deref(), Some("xx 项目"));
}

#[test]
fn a_very_long_pattern_is_borne() {
    let long = "x".repeat(5000);
    assert_eq!(fit(&long, "消息队列"), None);
    assert_eq!(fit(&"消".repeat(200), &"消".repeat(300)).map(|fit| fit.way), Some(Way::Start));
    assert_eq!(fit(&"a ".repeat(300), "a").map(|fit| fit.way), Some(Way::Word));
}

proptest! {
    #[test]
    fn what_is_told_at_a_glance_rules_out_nothing_that_is_read(
        name in "[a-dhlnuvz 消息队列重载中女üé1２、（-]{1,12}", typed in "[a-dhlnuvzA-D消息中üé12 、-]{1,6}",
    ) {
        let name = folded(&name);
        let (pattern, shape) = (Pattern::new(&typed), Shape::of(&name));
        let read = pattern.fit(&name, Shape::of_any(shape.chars.into()));
        prop_assert_eq!(pattern.fit(&name, shape), read, "{} in {}", typed, name);
        if let Some(fit) = read {
            prop_assert!(pattern.bound(shape).is_some_and(|bound| bound <= fit), "{} in {}", typed, name);
            prop_assert!(pattern.bound_by_start(&name) <= fit, "{} in {}", typed, name);
        }
    }

    #[test]
    fn the_best_are_the_first_of_all(ranks in prop::collection::hash_set(0..1_000_u16, 0..60), wanted in 1..20_usize, at in 0..60_usize) {
        let all: Vec<u16> = ranks.into_iter().collect();
        let (first, second) = all.split_at(at.min(all.len()));
        let mut best = Best::new(wanted);
        first.iter().for_each(|rank| best.add(*rank));
        let mut beside = best.beside();
        second.iter().for_each(|rank| beside.add(*rank));
        best.take(beside);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        sorted.truncate(wanted);
        prop_assert_eq!(best.into_sorted(), sorted);
    }

    #[test]
    fn what_a_pattern_finds_its_beginnings_find(name in "[a-d 消息队列重载女-]{1,12}", typed in "[a-zA-D消息 ]{1,8}") {
        let name = folded(&name);
        let shape = Shape::of(&name);
        let typed: Vec<char> = folded(&typed).chars().collect();
        let found = |length: usize| {
            Pattern::new(&typed[..length].iter().collect::<String>()).fit(&name, shape).is_some()
        };
        if found(typed.len()) {
            for length in 0..typed.len() {
                prop_assert!(found(length), "{:?} in {name}", &typed[..length]);
            }
        }
    }

    #[test]
    fn nothing_is_too_odd(name in "\\PC{0,40}", typed in "\\PC{0,80}") {
        let _ = fit(&typed, &name);
    }
}
