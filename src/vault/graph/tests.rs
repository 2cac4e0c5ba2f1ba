use super::{EdgeKind, Graph, NodeKind};
use crate::fixture::Fixture;
use crate::vault::glossary::Glossary;
use crate::vault::topics::Topics;
use expect_test::{Expect, expect};

fn graph(fixture: &Fixture) -> Graph {
    let vault = &fixture.vault;
    let shown = |path: &crate::path::NotePath| vault.display_path(path).into_owned();
    Graph::of(vault, &Topics::of(vault), &Glossary::of(vault), &shown)
}

/// `id [kind, state ?, chapter] title`
fn nodes(graph: &Graph) -> String {
    let lines = graph.nodes.iter().map(|node| {
        let state = node.state.map_or("", |state| state.name());
        let asks = if node.question { "?" } else { "" };
        let chapter = node.chapter.as_deref().unwrap_or("-");
        format!(
            "{} [{} {state}{asks}, {chapter}] {}:{}",
            node.id,
            node.kind.name(),
            node.title,
            node.line + 1
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `from kind to ×weight: why`, those of containment left out.
fn edges(graph: &Graph) -> String {
    let told = graph.edges.iter().filter(|edge| edge.kind != EdgeKind::Contains).map(|edge| {
        let id = |node: usize| graph.nodes[node].id.as_str();
        let weight = match edge.kind {
            EdgeKind::Related | EdgeKind::Answers => String::new(),
            _ => format!(" ×{}", edge.weight),
        };
        let why = if edge.why.is_empty() { String::new() } else { format!(": {}", edge.why.join("; ")) };
        format!("{} {} {}{weight}{why}", id(edge.from), edge.kind.name(), id(edge.to))
    });
    told.collect::<Vec<_>>().join("\n")
}

fn check_edges(fixture: &str, expected: &Expect) {
    expected.assert_eq(&edges(&graph(&Fixture::parse(fixture))));
}

#[test]
fn notes_topics_and_what_asks() {
    let fixture = Fixture::parse(
        "//- 系统.md\n# 进程\n\n## 一、什么是僵尸进程？\n\n没有被回收的进程。\n\n## 二、死锁 {#dead}\n\n## 死锁\n\n待补充\n\n<details><summary>什么是活锁？</summary>\n\n</details>\n//- b/空.md\n没有标题。\n",
    );
    expect![[r#"
        b/空.md [note , -] 空:1
        系统.md [note , -] 系统:1
        系统.md#进程 [topic partial, -] 进程:1
        系统.md#一什么是僵尸进程 [topic answered?, 进程] 什么是僵尸进程？:3
        系统.md#dead [topic unanswered?, 进程] 死锁:7
        系统.md#死锁 [topic empty-chapter, 进程] 死锁:9
        系统.md:13 [topic unanswered?, 进程] 什么是活锁？:13
        term:僵尸进程 [term , 进程] 僵尸进程:3"#]]
    .assert_eq(&nodes(&graph(&fixture)));
}

#[test]
fn what_holds_what() {
    let graph = graph(&Fixture::parse("# 甲\n\n## 乙\n\n文。\n\n# 丙\n"));
    let held = graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Contains);
    let lines: Vec<String> =
        held.map(|edge| format!("{} > {}", graph.nodes[edge.from].id, graph.nodes[edge.to].id)).collect();
    expect![[r#"
        note.md > note.md#甲
        note.md > note.md#丙
        note.md#甲 > note.md#乙"#]]
    .assert_eq(&lines.join("\n"));
    let weights: Vec<usize> = graph.nodes.iter().map(|node| node.weight).collect();
    assert_eq!(weights, [2, 2, 1, 1]);
}

#[test]
fn links_to_notes_headings_anchors_and_lines() {
    check_edges(
        "//- a.md\n# 甲\n\n见 [乙](b.md)、[[b]]、[一](b.md#一)、[锚](b.md#anchor)、[行](b.md#L3)、[图](x.png)、[外](https://a.b)、[脚][^1]。\n\n[^1]: 注。\n//- b.md\n# 乙\n\n## 一\n\n<a id=\"anchor\"></a>文。\n//- x.png\n",
        &expect![[r#"
            a.md#甲 links b.md ×2
            a.md#甲 links b.md#一 ×3"#]],
    );
}

#[test]
fn lists_of_contents_and_links_to_own_parts_are_left_out() {
    check_edges(
        "//- a.md\n# 全书\n\n见[下](#死锁)。\n\n## 目录\n\n- [死锁](#死锁)\n- [活锁](#活锁)\n\n## 死锁\n\n文，[上](#全书)，另见 [活锁](#活锁)。\n\n## 活锁\n\n文。\n",
        &expect!["a.md#死锁 links a.md#活锁 ×1"],
    );
}

#[test]
fn terms_are_defined_and_spoken_of() {
    check_edges(
        "//- a.md\n# 通信\n\n## 队列\n\n消息队列（message queue）是一种先进先出的表。\n\n## 使用\n\n用消息队列，再用 message queue，靠调度器。\n//- b.md\n# 内核\n\n消息队列在内核里。\n\n## 调度器\n\n选下一个。\n",
        &expect![[r#"
            a.md#队列 defines term:消息队列 ×1
            a.md#使用 mentions b.md#调度器 ×1
            a.md#使用 mentions term:消息队列 ×2
            b.md#内核 mentions term:消息队列 ×1"#]],
    );
}

#[test]
fn a_name_that_several_headings_bear_is_the_one_of_the_note() {
    check_edges(
        "//- a.md\n# 甲\n\n## 调度器\n\n选一个。\n\n## 用处\n\n靠调度器。\n//- b.md\n# 乙\n\n## 调度器\n\n选下一个。\n\n## 使用\n\n靠调度器。\n//- c.md\n# 丙\n\n靠调度器。\n",
        &expect![[r#"
            a.md#用处 mentions a.md#调度器 ×1
            b.md#使用 mentions b.md#调度器 ×1
            c.md#丙 mentions a.md#调度器 ×1"#]],
    );
}

#[test]
fn topics_that_share_rare_words_and_likely_answers() {
    let others = "//- 其他.md\n# 网络\n\n## 拥塞控制\n\n慢启动。\n\n## 三次握手\n\n同步。\n\n# 存储\n\n## 索引\n\n多叉树。\n\n## 事务\n\n隔离级别。\n";
    let notes = "//- go.md\n# 垃圾回收\n\n## 三色标记法\n\n对象分为白色、灰色和黑色，灰色的要扫描。\n\n# 面试\n\n## 灰色对象和黑色对象\n\n写屏障让黑色对象不指向白色对象。\n\n## 三色标记法怎么扫描灰色？\n";
    check_edges(
        &format!("{notes}{others}"),
        &expect![[r#"
        go.md#三色标记法怎么扫描灰色 mentions go.md#三色标记法 ×1
        go.md#三色标记法 related go.md#灰色对象和黑色对象: shares 黑色, 白色
        go.md#三色标记法 answers go.md#三色标记法怎么扫描灰色: shares 三色标记法, 扫描, 灰色"#]],
    );
}

#[test]
fn the_same_each_time_and_whatever_the_order_of_loading() {
    let text = include_str!("../../../fixtures/sample/操作系统.md");
    let other = include_str!("../../../fixtures/sample/databases.md");
    let one = graph(&Fixture::parse(&format!("//- a.md\n{text}\n//- b.md\n{other}")));
    let two = graph(&Fixture::parse(&format!("//- b.md\n{other}\n//- a.md\n{text}")));
    assert_eq!(nodes(&one), nodes(&two));
    assert_eq!(edges(&one), edges(&two));
    let ids: std::collections::BTreeSet<&str> = one.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), one.nodes.len(), "no id twice");
}

#[test]
fn part_of_a_graph() {
    let graph = graph(&Fixture::parse(
        "//- a.md\n# 甲\n\n见 [乙](b.md)。\n//- b.md\n# 乙\n\n见 [丙](c.md)。\n//- c.md\n# 丙\n",
    ));
    let around = graph.around(|node| node.file == 0);
    expect!["a.md a.md#甲 b.md"]
        .assert_eq(&around.nodes.iter().map(|node| &*node.id).collect::<Vec<_>>().join(" "));
    let notes = graph.of_kinds(&[NodeKind::Note], &[EdgeKind::Links]);
    assert_eq!((notes.nodes.len(), notes.edges.len()), (3, 0), "links lead from the topics here");
    assert!(notes.nodes.iter().all(|node| node.weight == 0));
}

#[test]
fn what_a_topic_adds_is_bounded() {
    // Each of these has its rare words in common with six others.
    let mut fixture = String::from("//- a.md\n");
    for n in 0..140 {
        let group = n % 20;
        fixture.push_str(&format!("# 章 {n}\n\n## 题 {n}\n\nalpha{group} beta{group} gamma{group}\n\n"));
    }
    let graph = graph(&Fixture::parse(&fixture));
    let related = graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Related).count();
    assert!((140..=3 * 140).contains(&related), "{related}");
}
