//! What can be typed, as clients ask for it: ranges in their unit, their own filter, what is made on accept.

use serde_json::{Value, json};

use crate::client::Client;

const NOTE: &str = "file:///notes/笔记.md";
const OTHER: &str = "file:///notes/系统/进程.md";
const OTHER_TEXT: &str = "# 进程间通信\n\n## 消息队列\n\n消息队列是一种通信方式。\n\n## 什么是信号量？\n";

/// A client with both notes open, the first with this line.
async fn client(line: &str) -> Client {
    let item = json!({"labelDetailsSupport": true, "documentationFormat": ["markdown"]});
    let capabilities = json!({
        "textDocument": {"completion": {"completionItem": item}},
        "workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
    });
    let mut client = Client::hello(&["file:///notes"], capabilities).await;
    client.open(OTHER, OTHER_TEXT).await;
    client.open(NOTE, line).await;
    client
}

/// The items there once there are some: notes can only be made when the folder was read.
async fn some_items(client: &mut Client, column: usize) -> Vec<Value> {
    for _ in 0..1000 {
        let found = items(client, column).await;
        if !found.is_empty() {
            return found;
        }
    }
    panic!("nothing is proposed");
}

/// The items at the end of the first line, whose length in UTF-16 units this is.
async fn items(client: &mut Client, column: usize) -> Vec<Value> {
    let at = json!({"textDocument": {"uri": NOTE}, "position": {"line": 0, "character": column}});
    let list = client.call("textDocument/completion", at).await;
    if list.is_null() { Vec::new() } else { list["items"].as_array().unwrap().clone() }
}

/// The first line once an item is taken.
fn taken(line: &str, item: &Value) -> String {
    let units: Vec<u16> = line.encode_utf16().collect();
    let edit = &item["textEdit"];
    let column = |end: &str| edit["range"][end]["character"].as_u64().unwrap() as usize;
    assert_eq!((&edit["range"]["start"]["line"], &edit["range"]["end"]["line"]), (&json!(0), &json!(0)));
    let text = |units: &[u16]| String::from_utf16(units).unwrap();
    let (start, end) = (column("start"), column("end"));
    format!("{}{}{}", text(&units[..start]), edit["newText"].as_str().unwrap(), text(&units[end..]))
}

#[tokio::test]
async fn a_heading_by_its_pinyin_behind_an_emoji() {
    for (line, column) in [("😀见 [[xxdl", 10), ("😀见 [[xxdl]]。", 10), ("😀见 [[xxdl]", 10)] {
        let mut client = client(line).await;
        let found = items(&mut client, column).await;
        assert_eq!(found[0]["label"], "消息队列", "{line}");
        assert_eq!(found[0]["labelDetails"]["description"], "进程 › 进程间通信");
        assert_eq!(found[0]["filterText"], "xxdl", "the client's own filter knows no pinyin");
        assert_eq!(found[0]["sortText"], "0000");
        let expected = format!("😀见 [[进程#消息队列]]{}", if line.ends_with('。') { "。" } else { "" });
        assert_eq!(taken(line, &found[0]), expected);
        let resolved = client.call("completionItem/resolve", found[0].clone()).await;
        let told = resolved["documentation"]["value"].as_str().unwrap();
        assert!(told.contains("消息队列是一种通信方式。"), "{told}");
        client.goodbye().await;
    }
}

#[tokio::test]
async fn an_open_question_is_marked() {
    let mut client = client("[[信号量").await;
    let found = items(&mut client, 5).await;
    assert_eq!(found[0]["label"], "什么是信号量？");
    assert_eq!(found[0]["labelDetails"]["description"], "○ 进程 › 进程间通信");
    client.goodbye().await;
}

#[tokio::test]
async fn typing_on_finds_what_a_new_request_finds() {
    let mut client = client("[[").await;
    let mut line = "[[".to_owned();
    for (version, c) in (2..).zip("xxdl".chars()) {
        line.push(c);
        let column = line.len() - 1;
        let change = json!({
            "textDocument": {"uri": NOTE, "version": version},
            "contentChanges": [{
                "range": {"start": {"line": 0, "character": column}, "end": {"line": 0, "character": column}},
                "text": c.to_string(),
            }],
        });
        client.notify("textDocument/didChange", change).await;
        let found = items(&mut client, line.len()).await;
        assert_eq!(found[0]["label"], "消息队列", "{line}");
        assert_eq!(found[0]["filterText"], line[2..]);
    }
    client.goodbye().await;
}

#[tokio::test]
async fn a_note_that_is_not_there_is_made_when_it_is_taken() {
    let mut client = client("[[一致性哈希").await;
    client.answers.insert("workspace/applyEdit", json!({"applied": true}));
    let found = some_items(&mut client, 7).await;
    assert_eq!((&found[0]["label"], found.len()), (&json!("一致性哈希"), 1));
    let command = &found[0]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.call("workspace/executeCommand", params).await;
    let asked = client.notification("workspace/applyEdit").await;
    let made = &asked["edit"]["documentChanges"];
    assert_eq!(made[0]["kind"], "create");
    let uri = made[0]["uri"].as_str().unwrap();
    assert!(uri.ends_with("/%E4%B8%80%E8%87%B4%E6%80%A7%E5%93%88%E5%B8%8C.md"), "{uri}");
    assert_eq!(made[1]["edits"][0]["newText"], "# 一致性哈希\n");
    client.goodbye().await;
}

#[tokio::test]
async fn a_heading_that_is_not_there_is_made_when_it_is_taken() {
    let mut client = client("[[进程#死锁").await;
    client.answers.insert("workspace/applyEdit", json!({"applied": true}));
    let found = items(&mut client, 7).await;
    let command = &found[0]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.call("workspace/executeCommand", params).await;
    let asked = client.notification("workspace/applyEdit").await;
    assert_eq!(asked["edit"]["documentChanges"][0]["edits"][0]["newText"], "\n## 死锁\n");
    client.goodbye().await;
}

#[tokio::test]
async fn in_code_there_is_nothing() {
    let mut client = client("`[[xxdl").await;
    assert_eq!(items(&mut client, 7).await, Vec::<Value>::new());
    client.goodbye().await;
}

#[tokio::test]
async fn an_odd_item_is_given_back_as_it_is() {
    let mut client = client("x").await;
    for data in [json!(null), json!({"from": "x"}), json!({"from": NOTE, "about": {"heading": [OTHER, 99]}})]
    {
        let item = json!({"label": "x", "data": data});
        let resolved = client.call("completionItem/resolve", item).await;
        assert_eq!(resolved["label"], "x");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn in_the_middle_of_a_very_long_note() {
    let sections = |from: usize| -> String {
        (from..from + 20_000)
            .map(|n| format!("## 第 {n} 节\n\n{}\n\n", "一些关于它的文字，和更多的文字。".repeat(2)))
            .collect()
    };
    let text = format!("{}## 这里\n\n见 [[xxdl\n\n{}", sections(0), sections(20_000));
    assert!(text.len() > 4 * 1024 * 1024, "longer than what is given a tree: {}", text.len());
    let mut client = client(&text).await;
    let line = text.lines().position(|line| line.starts_with("见 ")).unwrap();
    let at = json!({"textDocument": {"uri": NOTE}, "position": {"line": line, "character": 8}});
    let list = client.call("textDocument/completion", at).await;
    let first = &list["items"][0];
    assert_eq!(first["label"], "消息队列");
    assert_eq!(first["textEdit"]["range"]["start"], json!({"line": line, "character": 4}));
}
