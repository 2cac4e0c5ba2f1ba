//! The commands, in clients that show documents and in clients that do not.

use std::collections::BTreeSet;
use std::time::Duration;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::client::Client;

const A: &str = "file:///notes/a.md";
const B: &str = "file:///notes/笔记 b.md";
const TEXT_A: &str = "# 😀 系统\n\n## 一、什么是进程？\n\n程序的一次执行。\n\n## 二、😀什么是线程？\n\n## 三、什么是协程？\n\n待补充\n\n# 网络\n\n## 1. 什么是 TCP？\n\n流。\n";
const TEXT_B: &str = "## What is a heap?\n";

/// A client with both notes open, which shows documents or does not.
async fn client(shows_documents: bool) -> Client {
    let capabilities = json!({"window": {"showDocument": {"support": shows_documents}}});
    let mut client = Client::hello(&[], capabilities).await;
    client.answers.insert("window/showDocument", json!({"success": true}));
    client.open(A, TEXT_A).await;
    client.open(B, TEXT_B).await;
    client
}

async fn run(client: &mut Client, command: &str, arguments: Value) -> Value {
    let arguments = if arguments.is_null() { json!([]) } else { json!([arguments]) };
    client.call("workspace/executeCommand", json!({"command": command, "arguments": arguments})).await
}

/// `a.md 6:5-6:12 title (chapter, state)`
fn line(question: &Value) -> String {
    let (start, end) = (&question["range"]["start"], &question["range"]["end"]);
    format!(
        "{} {}:{}-{}:{} {} ({}, {})",
        question["uri"].as_str().unwrap().rsplit('/').next().unwrap(),
        start["line"],
        start["character"],
        end["line"],
        end["character"],
        question["title"].as_str().unwrap(),
        question["chapter"].as_str().unwrap_or("-"),
        question["state"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn next_and_previous_go_round_all_notes() {
    let mut client = client(true).await;
    let mut lines = Vec::new();
    for command in ["studymark.nextUnanswered", "studymark.previousUnanswered"] {
        let mut place = json!({"uri": A, "position": {"line": 4, "character": 2}});
        for _ in 0..4 {
            let found = run(&mut client, command, place).await;
            let shown = client.notification("window/showDocument").await;
            assert_eq!((&shown["uri"], &shown["selection"]), (&found["uri"], &found["range"]));
            assert_eq!(shown["takeFocus"], true);
            place = json!({"uri": found["uri"], "position": found["range"]["start"]});
            lines.push(line(&found));
        }
        lines.push("--".to_owned());
    }
    expect![[r#"
        a.md 6:3-6:13 😀什么是线程？ (😀 系统, unanswered)
        a.md 8:3-8:11 什么是协程？ (😀 系统, stub)
        笔记 b.md 0:3-0:18 What is a heap? (-, unanswered)
        a.md 6:3-6:13 😀什么是线程？ (😀 系统, unanswered)
        --
        笔记 b.md 0:3-0:18 What is a heap? (-, unanswered)
        a.md 8:3-8:11 什么是协程？ (😀 系统, stub)
        a.md 6:3-6:13 😀什么是线程？ (😀 系统, unanswered)
        笔记 b.md 0:3-0:18 What is a heap? (-, unanswered)
        --"#]]
    .assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_shows_no_documents_is_told_where_it_is() {
    let mut client = client(false).await;
    run(&mut client, "studymark.nextUnanswered", json!({"uri": A, "scope": "file"})).await;
    let told = client.notification("window/showMessage").await;
    assert_eq!(told, json!({"type": 3, "message": "a.md:7 😀什么是线程？"}));
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_fails_to_show_a_document_is_told_too() {
    let mut client = client(true).await;
    client.answers.insert("window/showDocument", json!({"success": false}));
    run(&mut client, "studymark.nextUnanswered", Value::Null).await;
    let told = client.notification("window/showMessage").await;
    assert_eq!(told["message"], "a.md:7 😀什么是线程？");
    client.goodbye().await;
}

#[tokio::test]
async fn an_unanswered_question_to_the_client_holds_nothing_up() {
    let mut client = client(true).await;
    client.answers.insert("window/showDocument", Value::Bool(false));
    for _ in 0..100 {
        run(&mut client, "studymark.nextUnanswered", Value::Null).await;
    }
    assert_eq!(client.outline(B).await, "What is a heap?");
    client.goodbye().await;
}

#[tokio::test]
async fn where_all_is_answered_it_is_said() {
    let mut client = client(true).await;
    let place = json!({"uri": A, "position": {"line": 12, "character": 0}, "scope": "chapter"});
    assert_eq!(run(&mut client, "studymark.nextUnanswered", place).await, Value::Null);
    let told = client.notification("window/showMessage").await;
    assert_eq!(told["message"], "every question of this chapter has an answer");
    client.goodbye().await;
}

#[tokio::test]
async fn random_picks_follow_their_seed_and_never_repeat() {
    let mut client = client(true).await;
    let mut titles = BTreeSet::new();
    let mut last = Value::Null;
    for seed in 0..20 {
        let picked = run(&mut client, "studymark.randomUnanswered", json!({ "seed": seed })).await;
        assert_ne!(picked, last, "seed {seed}");
        titles.insert(picked["title"].as_str().unwrap().to_owned());
        last = picked;
    }
    assert_eq!(titles.len(), 3);
    let mut other = self::client(true).await;
    let first = run(&mut other, "studymark.randomUnanswered", json!({"seed": 5})).await;
    let mut again = self::client(true).await;
    assert_eq!(run(&mut again, "studymark.randomUnanswered", json!({"seed": 5})).await, first);
    assert!(run(&mut again, "studymark.randomUnanswered", Value::Null).await["title"].is_string());
    for client in [client, other, again] {
        client.goodbye().await;
    }
}

#[tokio::test]
async fn open_questions_are_listed_by_scope() {
    let mut client = client(false).await;
    let mut lines = Vec::new();
    let place = json!({"line": 2, "character": 0});
    for arguments in [
        Value::Null,
        json!({"uri": B, "scope": "file"}),
        json!({"uri": A, "position": place, "scope": "chapter"}),
        json!({"uri": "file:///notes/none.md", "scope": "file"}),
    ] {
        let listed = run(&mut client, "studymark.openQuestions", arguments).await;
        lines.extend(listed.as_array().unwrap().iter().map(line));
        lines.push("--".to_owned());
    }
    expect![[r#"
        a.md 6:3-6:13 😀什么是线程？ (😀 系统, unanswered)
        a.md 8:3-8:11 什么是协程？ (😀 系统, stub)
        笔记 b.md 0:3-0:18 What is a heap? (-, unanswered)
        --
        笔记 b.md 0:3-0:18 What is a heap? (-, unanswered)
        --
        a.md 6:3-6:13 😀什么是线程？ (😀 系统, unanswered)
        a.md 8:3-8:11 什么是协程？ (😀 系统, stub)
        --
        --"#]]
    .assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn coverage_tells_files_and_chapters() {
    let mut client = client(false).await;
    let figures = run(&mut client, "studymark.coverage", Value::Null).await;
    assert_eq!(figures["total"], json!({"questions": 5, "answered": 2, "stub": 1, "unanswered": 2}));
    assert_eq!(figures["files"].as_array().unwrap().len(), 2);
    assert_eq!(
        figures["chapters"][0],
        json!({
            "uri": A, "path": "a.md", "title": "😀 系统", "questions": 3, "answered": 1, "stub": 1, "unanswered": 1,
            "range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 7}},
        })
    );
    let of_one = run(&mut client, "studymark.coverage", json!({"uri": B, "scope": "file"})).await;
    assert_eq!(of_one["total"]["questions"], 1);
    client.goodbye().await;
}

#[tokio::test]
async fn reading_anew_finds_what_nobody_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}", folder.path().canonicalize().unwrap().to_str().unwrap());
    let mut client = Client::hello(&[&uri], json!({"window": {"workDoneProgress": true}})).await;
    let end = |message: &Value| {
        (message["method"] == "$/progress" && message["params"]["value"]["kind"] == "end").then_some(())
    };
    client.until("the end of the first reading", end).await;
    std::fs::write(folder.path().join("new.md"), "## 什么是闭包？\n").unwrap();
    assert_eq!(run(&mut client, "studymark.openQuestions", Value::Null).await, json!([]));
    assert_eq!(run(&mut client, "studymark.reindex", Value::Null).await, Value::Null);
    client.until("the end of the second reading", end).await;
    assert_eq!(run(&mut client, "studymark.openQuestions", Value::Null).await[0]["path"], "new.md");
    client.goodbye().await;
}

async fn check_refused(command: &str, arguments: Value, expected: &Expect) {
    let mut client = client(true).await;
    let params = json!({"command": command, "arguments": arguments});
    let id = client.ask("workspace/executeCommand", params).await;
    let answer = client.answer(id).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    expected.assert_eq(answer["error"]["message"].as_str().unwrap());
    client.goodbye().await;
}

#[tokio::test]
async fn wrong_arguments_are_refused_with_a_reason() {
    let next = "studymark.nextUnanswered";
    check_refused("studymark.dance", json!([]), &expect!["there is no command studymark.dance; there are: studymark.nextUnanswered, studymark.previousUnanswered, studymark.randomUnanswered, studymark.openQuestions, studymark.coverage, studymark.reindex, studymark.related, studymark.graph, studymark.show, studymark.create"]).await;
    check_refused(
        next,
        json!([1]),
        &expect!["studymark.nextUnanswered: the argument must be an object: {uri, position, scope}"],
    )
    .await;
    check_refused(
        next,
        json!([{}, {}]),
        &expect!["studymark.nextUnanswered: there must be one argument at most: {uri, position, scope}"],
    )
    .await;
    check_refused(next, json!([{"scope": "galaxy"}]), &expect!["studymark.nextUnanswered: the argument is not understood: unknown variant `galaxy`, expected one of `chapter`, `file`, `workspace`"]).await;
    check_refused(next, json!([{"url": "x"}]), &expect!["studymark.nextUnanswered: the argument is not understood: unknown field `url`, expected one of `uri`, `position`, `scope`, `seed`, `heading`, `format`"]).await;
    check_refused(next, json!([{"uri": 7}]), &expect!["studymark.nextUnanswered: the argument is not understood: invalid type: integer `7`, expected a string"]).await;
    check_refused(
        next,
        json!([{"position": {"line": 0, "character": 0}}]),
        &expect!["studymark.nextUnanswered: a position needs the uri of its document"],
    )
    .await;
    check_refused(next, json!([{"uri": A, "position": {"line": -1, "character": 0}}]), &expect!["studymark.nextUnanswered: the argument is not understood: invalid value: integer `-1`, expected u32"]).await;
    check_refused(
        next,
        json!([{"scope": "file"}]),
        &expect!["studymark.nextUnanswered: the scopes chapter and file need the uri of a document"],
    )
    .await;
    check_refused(
        next,
        json!([{"uri": A, "scope": "chapter"}]),
        &expect!["studymark.nextUnanswered: the scope chapter needs a position"],
    )
    .await;
    check_refused(
        "studymark.coverage",
        json!([{"seed": 1}]),
        &expect!["studymark.coverage: only studymark.randomUnanswered takes a seed"],
    )
    .await;
}

#[tokio::test]
async fn places_out_of_a_document_are_its_end() {
    let mut client = client(true).await;
    let place = json!({"uri": A, "position": {"line": 4_000_000_000_u32, "character": 4_000_000_000_u32}});
    let found = run(&mut client, "studymark.previousUnanswered", place).await;
    assert_eq!(found["title"], "什么是协程？");
    client.goodbye().await;
}

#[tokio::test]
async fn only_places_in_known_notes_are_shown() {
    let mut client = client(true).await;
    let show = |argument: Value| json!({"command": "studymark.show", "arguments": [argument]});
    let place = json!({"line": 2, "character": 3});
    let id = client.ask("workspace/executeCommand", show(json!({"uri": A}))).await;
    let answer = client.answer(id).await;
    assert_eq!(
        answer["error"]["message"],
        "studymark.show: it needs the uri of a document and a position in it"
    );
    for uri in ["file:///etc/passwd", "https://example.org/a.md", A] {
        client.call("workspace/executeCommand", show(json!({"uri": uri, "position": place}))).await;
    }
    let shown = client.notification("window/showDocument").await;
    assert_eq!(shown["uri"], A, "the first that is shown");
    client.goodbye().await;
}

#[tokio::test]
async fn related_topics_with_their_reasons() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(A, "# 😀 GC\n\n## 三色标记法\n\n白色、灰色和黑色。\n\n# 面试\n\n## 描述三色标记法\n\n灰色、黑色的对象。\n").await;
    client
        .open(B, "# 网络\n\n## 拥塞控制\n\n慢启动。\n\n## 三次握手\n\n同步。\n\n# 存储\n\n## 索引\n\n树。\n")
        .await;
    let listed =
        run(&mut client, "studymark.related", json!({"uri": A, "position": {"line": 4, "character": 0}}))
            .await;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed[0]["uri"], &listed[0]["title"]), (&json!(A), &json!("描述三色标记法")));
    assert_eq!(listed[0]["range"]["start"], json!({"line": 8, "character": 3}));
    assert_eq!(listed[0]["why"], json!(["shares 三色标记法, 黑色, 灰色"]));
    client.goodbye().await;
}

#[tokio::test]
async fn the_graph_in_every_form() {
    let mut client = client(true).await;
    let graph = async |client: &mut Client, argument: Value| {
        let text = run(client, "studymark.graph", argument).await;
        let document: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        let nodes = document["nodes"].as_array().unwrap().iter();
        let title = |node: &Value| format!("{} {}", node["kind"], node["title"]).replace('"', "");
        nodes.map(title).collect::<Vec<_>>().join(", ")
    };
    // Names are found beside the work on requests.
    let mut whole = String::new();
    let finding = async {
        while !whole.contains("term") {
            whole = graph(&mut client, json!({"format": "json"})).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), finding).await.unwrap();
    expect!["note a, topic 😀 系统, topic 什么是进程？, topic 😀什么是线程？, topic 什么是协程？, topic 网络, topic 什么是 TCP？, note 笔记 b, topic What is a heap?, term TCP, term 协程, term 进程"].assert_eq(&whole);
    let of_one = graph(&mut client, json!({"format": "json", "uri": B, "scope": "file"})).await;
    expect!["note 笔记 b, topic What is a heap?"].assert_eq(&of_one);
    for (form, opening) in
        [("html", "<!doctype html>"), ("dot", "digraph studymark {"), ("mermaid", "flowchart LR")]
    {
        let text = run(&mut client, "studymark.graph", json!({"format": form})).await;
        assert!(text.as_str().unwrap().starts_with(opening), "{text}");
    }
    let page = run(&mut client, "studymark.graph", Value::Null).await;
    let page = page.as_str().unwrap();
    assert!(page.contains("nonce=\"studymark-nonce\""));
    assert!(page.contains(r#""href":"file:///notes/%E7%AC%94%E8%AE%B0%20b.md""#), "the uri that is opened");
    client.goodbye().await;
}

#[tokio::test]
async fn a_graph_that_cannot_be_drawn_is_refused() {
    let graph = "studymark.graph";
    check_refused(graph, json!([{"format": "pdf"}]), &expect!["studymark.graph: the argument is not understood: unknown variant `pdf`, expected one of `html`, `json`, `dot`, `mermaid`"]).await;
    let at = json!([{"uri": A, "position": {"line": 0, "character": 0}}]);
    check_refused(
        graph,
        at,
        &expect![
            "studymark.graph: it draws documents: it takes no position, and the scope is file or workspace"
        ],
    )
    .await;
    check_refused(
        "studymark.coverage",
        json!([{"format": "dot"}]),
        &expect!["studymark.coverage: only studymark.graph takes a format"],
    )
    .await;
}
