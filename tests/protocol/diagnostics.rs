//! Findings, pushed and pulled, and what is said to someone who is typing.

use std::time::Duration;

use serde_json::{Value, json};
use studymark::server::Options;

use crate::client::{Client, render};

const NOTE: &str = "file:///notes/a.md";
const QUESTIONS: &str =
    "# 面试\n\n## 什么是闭包？\n\n\n## 什么是作用域？\n\n函数。\n\n## 什么是柯里化？\n\n函数。\n";

#[tokio::test]
async fn typing_an_answer_clears_its_flag() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, QUESTIONS).await;
    assert_eq!(client.findings(NOTE, 1).await, "2:3 unanswered-question");
    client.change(NOTE, 2, &[((3, 0, 3, 0), "函数和它的环境。\n")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "");
    client.goodbye().await;
}

/// Long enough that a test never meets its end by chance.
const LONG: Options = Options { quiet: Duration::from_secs(3600), ..IMPATIENT };
const IMPATIENT: Options = Options {
    rest: Duration::from_millis(20),
    quiet: Duration::from_millis(1),
    parent_poll: Duration::from_secs(5),
    grace: Duration::from_secs(1),
};

async fn quiet_client(options: Options) -> Client {
    let mut client = Client::start_with(options, |server| server);
    client.greet(&[], json!({}), Value::Null).await;
    client.open(NOTE, QUESTIONS).await;
    assert_eq!(client.findings(NOTE, 1).await, "2:3 unanswered-question");
    client
}

#[tokio::test]
async fn the_section_under_the_cursor_is_left_alone_until_the_edit_moves_on() {
    let mut client = quiet_client(LONG).await;
    client.change(NOTE, 2, &[((3, 0, 3, 0), "\n")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "");
    client.change(NOTE, 3, &[((8, 0, 8, 0), "又")]).await;
    assert_eq!(client.findings(NOTE, 3).await, "2:3 unanswered-question");
    client.goodbye().await;
}

#[tokio::test]
async fn or_until_the_note_is_saved() {
    let mut client = quiet_client(LONG).await;
    client.change(NOTE, 2, &[((1, 0, 1, 0), "\n"), ((8, 0, 8, 3), "")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "3:3 unanswered-question");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": NOTE}})).await;
    assert_eq!(client.findings(NOTE, 2).await, "3:3 unanswered-question, 6:3 unanswered-question");
    client.goodbye().await;
}

#[tokio::test]
async fn findings_that_stay_the_same_are_not_sent_again() {
    let mut client = quiet_client(IMPATIENT).await;
    client.change(NOTE, 2, &[((9, 0, 9, 0), "又一个")]).await;
    client.call("textDocument/documentSymbol", json!({"textDocument": {"uri": NOTE}})).await;
    client.change(NOTE, 3, &[((0, 0, 0, 0), "\n")]).await;
    let first = client.until("findings", |message| {
        let of_note =
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == NOTE;
        of_note.then(|| message["params"]["version"].clone())
    });
    assert_eq!(first.await, json!(3));
    client.goodbye().await;
}

#[tokio::test]
async fn or_until_a_moment_has_passed() {
    let mut client = quiet_client(Options { quiet: Duration::from_millis(50), ..LONG }).await;
    client.change(NOTE, 2, &[((7, 0, 7, 3), "")]).await;
    client.until_findings(NOTE, "2:3 unanswered-question, 5:3 unanswered-question").await;
    client.goodbye().await;
}

fn pull(previous: Option<&Value>) -> Value {
    let mut params = json!({"textDocument": {"uri": NOTE}});
    if let Some(previous) = previous {
        params["previousResultId"] = previous.clone();
    }
    params
}

#[tokio::test]
async fn findings_can_be_pulled() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, QUESTIONS).await;
    let full = client.call("textDocument/diagnostic", pull(None)).await;
    assert_eq!(full["kind"], "full");
    assert_eq!(render(&full["items"]), "2:3 unanswered-question");
    let again = client.call("textDocument/diagnostic", pull(Some(&full["resultId"]))).await;
    assert_eq!(again, json!({"kind": "unchanged", "resultId": full["resultId"]}));
    client.change(NOTE, 2, &[((3, 0, 3, 0), "环境。\n")]).await;
    let changed = client.call("textDocument/diagnostic", pull(Some(&full["resultId"]))).await;
    assert_eq!((&changed["kind"], &changed["items"]), (&json!("full"), &json!([])));
    // A client that does not say that it pulls is pushed to all the same.
    assert_eq!(client.findings(NOTE, 2).await, "");
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_pulls_is_not_pushed_to() {
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut client = Client::hello(&[], capabilities).await;
    client.open(NOTE, QUESTIONS).await;
    assert_eq!(client.findings(NOTE, 1).await, "2:3 unanswered-question");
    client.call("textDocument/diagnostic", pull(None)).await;
    client.until_findings(NOTE, "").await;
    // A heading of another note changes: the client is told to ask again.
    client.open("file:///notes/b.md", "# 题\n\n[a](a.md)\n").await;
    client.change(NOTE, 2, &[((0, 2, 0, 2), "新")]).await;
    client.notification("workspace/diagnostic/refresh").await;
    client.goodbye().await;
}

#[tokio::test]
async fn the_workspace_is_pulled_once() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, QUESTIONS).await;
    client.open("file:///notes/b.md", "# 题\n\n正文。\n").await;
    client.findings("file:///notes/b.md", 1).await;
    let first = client.call("workspace/diagnostic", json!({"previousResultIds": []})).await;
    let items = first["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{first}");
    assert_eq!((&items[0]["uri"], &items[0]["version"]), (&json!(NOTE), &json!(1)));
    assert_eq!(render(&items[0]["items"]), "2:3 unanswered-question");
    let previous = json!([{"uri": NOTE, "value": items[0]["resultId"]}]);
    let again = client.call("workspace/diagnostic", json!({"previousResultIds": previous})).await;
    let new = again["items"].as_array().unwrap().iter().filter(|item| item["kind"] != "unchanged");
    assert_eq!(new.count(), 0, "{again}");
    client.change(NOTE, 2, &[((3, 0, 3, 0), "环境。\n")]).await;
    let changed = client.call("workspace/diagnostic", json!({"previousResultIds": previous})).await;
    assert_eq!((&changed["items"][0]["kind"], &changed["items"][0]["items"]), (&json!("full"), &json!([])));
    client.goodbye().await;
}

#[tokio::test]
async fn findings_say_where_they_come_from() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, QUESTIONS).await;
    let pushed = client.notification("textDocument/publishDiagnostics").await;
    let finding = &pushed["diagnostics"][0];
    assert_eq!((&finding["source"], &finding["severity"]), (&json!("studymark"), &json!(3)));
    assert_eq!(finding.get("data"), None);
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_cannot_be_told_to_ask_again_is_pushed_to() {
    let mut client = Client::start();
    let hello = client.greet(&[], json!({"textDocument": {"diagnostic": {}}}), Value::Null).await;
    assert_eq!(hello["capabilities"].get("diagnosticProvider"), None);
    client.open(NOTE, QUESTIONS).await;
    client.call("textDocument/diagnostic", pull(None)).await;
    client.change(NOTE, 2, &[((3, 0, 3, 0), "环境。\n")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "");
    client.goodbye().await;
}

const TWICE: &str =
    "# 面试\n\n## 什么是闭包？\n\n函数和它的环境。\n\n## 什么是闭包\n\n## 什么是柯里化？\n\n函数。\n";

#[tokio::test]
async fn a_question_asked_twice_stays_at_its_place_while_one_types_elsewhere() {
    let mut client = Client::start_with(LONG, |server| server);
    client.greet(&[], json!({}), Value::Null).await;
    client.open(NOTE, TWICE).await;
    client.until_findings(NOTE, "6:3 duplicate-question, 6:3 unanswered-question").await;
    client.change(NOTE, 2, &[((1, 0, 1, 0), "导言。\n\n")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "8:3 duplicate-question, 8:3 unanswered-question");
    client.change(NOTE, 3, &[((8, 8, 8, 8), "的用处")]).await;
    assert_eq!(client.findings(NOTE, 3).await, "", "while its heading is typed nothing is said of it");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": NOTE}})).await;
    client.until_findings(NOTE, "8:3 unanswered-question").await;
    client.change(NOTE, 4, &[((8, 8, 8, 11), ""), ((10, 3, 10, 3), "那么")]).await;
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": NOTE}})).await;
    client.until_findings(NOTE, "8:3 duplicate-question, 8:3 unanswered-question").await;
    client.goodbye().await;
}

#[tokio::test]
async fn an_open_question_says_where_its_answer_stands() {
    let mut client = Client::start_with(IMPATIENT, |server| server);
    let related = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    client.greet(&[], related, Value::Null).await;
    let others: String = ["切片", "通道", "数组", "协程", "接口", "死锁", "进程", "线程"]
        .map(|title| format!("## 什么是{title}？\n\n待会儿再说{title}的事。\n\n"))
        .concat();
    let text = format!(
        "# Go\n\n## 逃逸分析是什么？\n\n## 垃圾回收\n\n对象越多越慢。\n\n逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。\n\n{others}"
    );
    client.open(NOTE, &text).await;
    let shown = client
        .until("where the answer stands", |message| {
            let found = message["params"]["diagnostics"].as_array()?.first()?.clone();
            found["relatedInformation"].is_array().then_some(found)
        })
        .await;
    assert_eq!(shown["message"], "no answer yet; possibly answered in 垃圾回收, line 9");
    let related = &shown["relatedInformation"][0];
    assert_eq!(related["location"]["range"]["start"], json!({"line": 8, "character": 0}));
    assert_eq!(related["message"], "垃圾回收 (逃逸分析)");
    client.goodbye().await;
}

#[tokio::test]
async fn an_answer_in_another_open_note_is_found_once_it_is_written() {
    let other = "file:///notes/gc.md";
    let mut client = Client::start_with(IMPATIENT, |server| server);
    let capabilities = json!({
        "window": {"showDocument": {"support": true}},
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
        },
    });
    client.greet(&[], capabilities, Value::Null).await;
    client.answers.insert("window/showDocument", json!({"success": true}));
    client.open(NOTE, "# Go\n\n<details><summary>😀 描述 Go 三色标记法？</summary></details>\n").await;
    client.open(other, "# 回收\n\n## 垃圾\n\n快。\n").await;
    client.change(other, 2, &[((2, 3, 2, 5), "Go 三色标记法的描述")]).await;
    client
        .until("where the answer stands", |message| {
            let params =
                message["params"].as_object().filter(|params| params.get("uri") == Some(&json!(NOTE)))?;
            params["diagnostics"]
                .as_array()?
                .iter()
                .find(|found| found["relatedInformation"].is_array())
                .cloned()
        })
        .await;
    let place = json!({"line": 2, "character": 24});
    let actions = client
        .call(
            "textDocument/codeAction",
            json!({"textDocument": {"uri": NOTE}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}),
        )
        .await;
    let way = actions.as_array().unwrap().iter().find(|action| action["command"].is_object()).unwrap();
    assert_eq!(way["title"], "Go to the answer in gc › Go 三色标记法的描述, line 3");
    assert_eq!(way["diagnostics"][0]["code"], "unanswered-question");
    let command = json!({"command": way["command"]["command"], "arguments": way["command"]["arguments"]});
    client.call("workspace/executeCommand", command).await;
    let shown = client.notification("window/showDocument").await;
    assert_eq!(shown["uri"], other);
    assert_eq!(shown["selection"]["start"], json!({"line": 2, "character": 3}));
    client.goodbye().await;
}

#[tokio::test]
async fn findings_of_a_long_note_follow_its_edits() {
    let sections = (0..2_000).map(|n| format!("## 节 {n}\n\n网络里的一段话，第 {n} 段。\n\n"));
    let text = format!("# 长\n\n{}", sections.collect::<String>());
    let line = 2 + 4 * 1_000 + 2;
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, &text).await;
    assert_eq!(client.findings(NOTE, 1).await, "");
    client.change(NOTE, 2, &[((line, 0, line, 0), "[x](没有.md)")]).await;
    assert_eq!(client.findings(NOTE, 2).await, format!("{line}:4 missing-file"));
    client.change(NOTE, 3, &[((4, 0, 4, 0), "一行\n")]).await;
    let line = line + 1;
    assert_eq!(client.findings(NOTE, 3).await, format!("{line}:4 missing-file"));
    client.change(NOTE, 4, &[((line, 0, line, 0), " [y](#节-5x)")]).await;
    assert_eq!(client.findings(NOTE, 4).await, format!("{line}:5 missing-heading, {line}:15 missing-file"));
    client.change(NOTE, 5, &[((2 + 20 + 1, 6, 2 + 20 + 1, 6), "x")]).await;
    assert_eq!(client.findings(NOTE, 5).await, format!("{line}:15 missing-file"));
    client.goodbye().await;
}
