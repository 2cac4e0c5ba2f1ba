//! Completion among many notes: what a list costs, while one types on and when one begins anew.
//!
//! `cargo bench --bench complete` prints, for vaults of 100 and of 10,000 notes with ten headings each, the time of a list (half
//! and 95 of 100 of them) for references typed letter by letter, with what was found before remembered and without.
//! `-- 50000` takes another count of notes, `-- each` says how long each list took.

#![expect(clippy::print_stdout, reason = "a benchmark makes its own files and prints what it measured")]

#[path = "../support/generate.rs"]
#[expect(dead_code, reason = "headings are made here")]
mod generate;
#[path = "../support/measure.rs"]
mod measure;

use std::sync::Arc;
use std::time::Duration;

use generate::Random;
use measure::{median, time};
use studymark::config::Config;
use studymark::features::completion::{LIMIT, Memo, Request, complete};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::context::Context;
use studymark::text::Buffer;
use studymark::vault::glossary::Glossary;
use studymark::vault::{Root, Scope, Vault};

const WORDS: &[&str] = &[
    "消息",
    "队列",
    "共享",
    "内存",
    "信号",
    "进程",
    "线程",
    "调度",
    "索引",
    "事务",
    "隔离",
    "日志",
    "复制",
    "分片",
    "哈希",
    "闭包",
    "协程",
    "死锁",
    "中断",
    "缓存",
    "握手",
    "重传",
    "窗口",
    "路由",
    "代理",
    "负载",
    "均衡",
    "垃圾",
    "回收",
    "逃逸",
    "分析",
    "屏障",
    "标记",
    "微服务",
    "架构",
    "容器",
    "编排",
    "一致性",
    "TCP",
    "HTTP",
    "gRPC",
    "etcd",
    "kube-proxy",
    "Redis",
    "MySQL",
    "slice",
    "channel",
    "mutex",
    "raft",
    "GC",
];

/// References as they are typed; each is asked for after each letter.
const TYPED: &[&str] = &[
    "[[xxdl",
    "[[xiaoxidl",
    "[[消息队列",
    "[[tcpws",
    "[[kubeproxy",
    "[[etcdrft",
    "[[mysqlsy",
    "[[zzzz",
    "[a](##tyfx",
    "[a](jc",
    "[[gc hs",
    "[[wfw",
];

/// How often each is asked for; the middle time counts, since other work on the machine comes in between.
const ROUNDS: usize = 7;

fn main() {
    println!(
        "| notes | headings | a letter more, p50 | p95 | slowest | from nothing, p50 | p95 | all names made ready |"
    );
    println!("|-|-|-|-|-|-|-|-|");
    let arguments: Vec<String> = std::env::args().collect();
    let each = arguments.iter().any(|argument| argument == "each");
    let given: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    for count in if given.is_empty() { vec![100, 10_000] } else { given } {
        let vault = vault(count);
        let glossary = Glossary::of(&vault);
        let names = time(|| Memo::default().prepare(&vault));
        // For each beginning of a reference the times of all rounds.
        let (mut on, mut anew) = (Vec::new(), Vec::new());
        let mut beginnings = Vec::new();
        let (mut memo, mut forgetful) = (Memo::default(), Memo::default());
        memo.prepare(&vault);
        forgetful.prepare(&vault);
        for round in 0..ROUNDS {
            let mut place = 0;
            for typed in TYPED {
                memo.begin_anew();
                let start = typed.rfind(['[', '(', '#']).unwrap_or(0) + 1;
                for (at, c) in typed[start..].char_indices() {
                    let typed = &typed[..start + at + c.len_utf8()];
                    if round == 0 {
                        on.push(Vec::new());
                        anew.push(Vec::new());
                        beginnings.push(typed);
                    }
                    on[place].push(time(|| list(&vault, &glossary, typed, &mut memo)));
                    forgetful.begin_anew();
                    anew[place].push(time(|| list(&vault, &glossary, typed, &mut forgetful)));
                    place += 1;
                }
            }
        }
        let middles = |times: Vec<Vec<Duration>>| times.into_iter().map(median).collect();
        let (on, anew): (Vec<Duration>, Vec<Duration>) = (middles(on), middles(anew));
        for (typed, (on, anew)) in beginnings.iter().zip(on.iter().zip(&anew)).filter(|_| each) {
            println!("{typed}: {on:.2?}, from nothing {anew:.2?}");
        }
        let headings: usize = vault.notes().map(|note| note.headings.len()).sum();
        let (on, anew) = (Percentiles::of(on), Percentiles::of(anew));
        println!(
            "| {count} | {headings} | {:.2?} | {:.2?} | {:.2?} | {:.2?} | {:.2?} | {names:.1?} |",
            on.half, on.most, on.slowest, anew.half, anew.most
        );
    }
}

/// The whole of a request but for the protocol: the note as it is typed in, its context, the list.
fn list(vault: &Vault, glossary: &Glossary, typed: &str, memo: &mut Memo) -> usize {
    let path = NotePath::new("/f0/n0.md");
    let text = format!("# 笔记\n\n见 {typed}\n\n## 后面\n\n文。\n");
    let offset = text.find(typed).unwrap_or(0) + typed.len();
    let note = Arc::new(Note::read(path, text));
    let mut vault = vault.clone();
    vault.insert(Arc::clone(&note));
    let context = Context::at(&Buffer::new(note.text.as_str()), &mut Tree::new(), offset);
    let request = Request { vault: &vault, glossary, note: &note, context: &context, recent: &[] };
    let list = complete(&request, memo);
    assert!(list.items.len() <= LIMIT + 1, "the list is bounded");
    list.items.len()
}

struct Percentiles {
    half: Duration,
    most: Duration,
    slowest: Duration,
}

impl Percentiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        Self { half: at(50), most: at(95), slowest: at(100) }
    }
}

fn vault(count: usize) -> Vault {
    let root = Root { path: NotePath::new("/"), scope: Scope::Folder, config: Arc::new(Config::default()) };
    let mut vault = Vault::new(vec![root]);
    let mut random = Random::new(1);
    for number in 0..count {
        let mut text = String::new();
        for heading in 0..10 {
            let words: Vec<&str> = (0..2 + random.below(4)).map(|_| random.pick(WORDS)).collect();
            let marks = if heading == 0 { "#" } else { "##" };
            let title = words.join(if random.below(2) == 0 { "" } else { " " });
            let answer = if random.below(3) == 0 {
                ""
            } else {
                "一段回答，写得不长也不短，见 [那里](n1.md)。\n\n"
            };
            text.push_str(&format!(
                "{marks} {heading}. {title}{}\n\n{answer}",
                if random.below(3) == 0 { "？" } else { "" }
            ));
        }
        let path = NotePath::new(&format!("/f{}/n{number}.md", number % 100));
        vault.insert(Arc::new(Note::read(path, text)));
    }
    vault
}
