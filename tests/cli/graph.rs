//! `graph`: forms, files, parts.

use expect_test::expect;
use serde_json::{Value, json};

use crate::Folder;

fn notes() -> Folder {
    Folder::with(&[
        (
            "系统.md",
            "# 进程\n\n## 一、什么是僵尸进程？\n\n僵尸进程（zombie）是一种没有被回收的进程。\n\n## 二、什么是线程？\n\n# 内存\n\n## 分页\n\n见 [网络](网络/tcp.md#握手)，靠僵尸进程。\n",
        ),
        ("网络/tcp.md", "# TCP\n\n## 握手\n\n三次。\n"),
    ])
}

/// `from kind to`
fn edges(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edges = document["edges"].as_array().unwrap().iter();
    let lines =
        edges.map(|edge| format!("{} {} {}", text(&edge["from"]), text(&edge["kind"]), text(&edge["to"])));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_document_for_tools() {
    let folder = notes();
    let document = folder.json(&["graph", "--format", "json"]);
    assert_eq!(document["version"], 1);
    assert_eq!(
        document["nodes"][3],
        json!({"id": "系统.md#二什么是线程", "kind": "topic", "title": "什么是线程？", "path": "系统.md", "line": 7,
            "chapter": "进程", "state": "unanswered", "question": true, "weight": 1})
    );
    expect![[r#"
        系统.md contains 系统.md#进程
        系统.md contains 系统.md#内存
        系统.md#进程 contains 系统.md#一什么是僵尸进程
        系统.md#进程 contains 系统.md#二什么是线程
        系统.md#内存 contains 系统.md#分页
        网络/tcp.md contains 网络/tcp.md#tcp
        网络/tcp.md#tcp contains 网络/tcp.md#握手
        系统.md#分页 links 网络/tcp.md#握手
        系统.md#一什么是僵尸进程 defines term:僵尸进程
        系统.md#分页 mentions term:僵尸进程"#]]
    .assert_eq(&edges(&document));
    assert_eq!(document, folder.json(&["graph", "--format", "json"]), "the same each time");
}

#[test]
fn a_note_and_what_touches_it() {
    let folder = notes();
    folder.write("studymark.toml", b"");
    let document = folder.json(&["graph", "--format", "json", "网络/tcp.md"]);
    expect![[r#"
        网络/tcp.md contains 网络/tcp.md#tcp
        网络/tcp.md#tcp contains 网络/tcp.md#握手
        系统.md#分页 links 网络/tcp.md#握手"#]]
    .assert_eq(&edges(&document));
}

#[test]
fn a_chapter_and_kinds() {
    let folder = notes();
    let arguments =
        ["graph", "--format", "json", "--chapter", "内存", "--edges", "links,mentions", "--nodes", "topic"];
    expect!["系统.md#分页 links 网络/tcp.md#握手"].assert_eq(&edges(&folder.json(&arguments)));
    folder.check(
        &["graph", "--format", "dot", "--chapter", "天文"],
        2,
        &expect![[r#"
        error: no top heading has 天文 in its title
    "#]],
    );
}

#[test]
fn files_take_their_form_from_their_ending_and_are_no_notes() {
    let folder = notes();
    let told = [("g.html", "<!doctype html>"), ("g.dot", "digraph"), ("g.mmd", "flowchart"), ("g.json", "{")];
    for (file, opening) in told {
        let output = folder.run(&["graph", "-o", file]);
        assert!(output.status.success());
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            format!("wrote 10 nodes and 10 edges to {file}\n")
        );
        let text = std::fs::read_to_string(folder.0.path().join(file)).unwrap();
        assert!(text.starts_with(opening), "{file}");
    }
    folder.check(
        &["graph", "-o", "系统.md"],
        2,
        &expect![[r#"
        error: 系统.md is a note that studymark has not written; name another file
    "#]],
    );
    folder.check(
        &["graph", "-o", "nowhere/g.html"],
        2,
        &expect![[r#"
        error: cannot write nowhere/g.html: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn the_page_links_to_notes_from_where_it_stands() {
    let folder = notes();
    folder.run(&["graph", "-o", "网络/图.html"]);
    let page = std::fs::read_to_string(folder.0.path().join("网络/图.html")).unwrap();
    assert!(page.contains(r#""href":"../%E7%B3%BB%E7%BB%9F.md""#));
    let piped = folder.run(&["graph"]);
    assert!(String::from_utf8(piped.stdout).unwrap().contains(r#""href":"%E7%B3%BB%E7%BB%9F.md""#));
}

#[test]
fn what_mermaid_has_no_room_for_is_said() {
    let mut note = String::from("# 全部\n");
    for n in 0..700 {
        note.push_str(&format!("\n## 题目 {n}\n\n文。\n"));
    }
    let folder = Folder::with(&[("a.md", &note)]);
    let output = folder.run(&["graph", "--format", "mermaid"]);
    expect![[r#"
        left out 402 nodes and 402 edges, since Mermaid shows no more; --chapter, --nodes and --edges choose
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
    assert!(String::from_utf8(output.stdout).unwrap().contains("%% left out"));
}
