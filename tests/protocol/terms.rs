//! Names in prose that are coloured, told about and clicked, once that is switched on; columns in UTF-16.

use serde_json::{Value, json};

use crate::client::Client;

const A: &str = "file:///notes/a.md";
const B: &str = "file:///notes/b.md";
const TEXT_A: &str = "# 笔记\n\n😀说 訊息隊列与消息隊列，😀消息队列。\n\n没有。\n";
const TEXT_B: &str = "# 甲和乙\n\n😀\n\n消息队列（message queue）是一种通信方式。\n";

fn document(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}})
}

fn lines(uri: &str, from: u32, to: u32) -> Value {
    let range = json!({"start": {"line": from, "character": 0}, "end": {"line": to, "character": 0}});
    json!({"textDocument": {"uri": uri}, "range": range})
}

async fn set(client: &mut Client, features: Value) {
    let settings = json!({"settings": {"studymark": {"features": features}}});
    client.notify("workspace/didChangeConfiguration", settings).await;
}

async fn with_notes() -> Client {
    let hello = json!({
        "textDocument": {
            "semanticTokens": {"requests": {"full": true, "range": true}, "tokenTypes": ["type"], "tokenModifiers": ["definition"], "formats": ["relative"]},
            "inlayHint": {},
            "hover": {"contentFormat": ["markdown"]},
        },
        "workspace": {"semanticTokens": {"refreshSupport": true}, "inlayHint": {"refreshSupport": true}},
    });
    let mut client = Client::start();
    let offered = client.greet(&[], hello, Value::Null).await;
    let tokens = &offered["capabilities"]["semanticTokensProvider"];
    assert_eq!(tokens["legend"], json!({"tokenTypes": ["type"], "tokenModifiers": ["definition"]}));
    assert_eq!((&tokens["full"], &tokens["range"]), (&json!(true), &json!(true)));
    assert_eq!(offered["capabilities"]["inlayHintProvider"]["resolveProvider"], true);
    client.open(A, TEXT_A).await;
    client.open(B, TEXT_B).await;
    client
}

#[tokio::test]
async fn names_are_coloured_once_that_is_switched_on() {
    let mut client = with_notes().await;
    assert_eq!(client.call("textDocument/semanticTokens/full", document(A)).await, Value::Null);
    set(&mut client, json!({"termTokens": true})).await;
    let expected = json!([2, 9, 4, 0, 0, 0, 7, 4, 0, 0]);
    loop {
        // Told to when the settings hold, and again when names are found.
        client.notification("workspace/semanticTokens/refresh").await;
        let tokens = client.call("textDocument/semanticTokens/full", document(A)).await;
        if tokens["data"] == expected {
            break;
        }
    }
    let of_lines = client.call("textDocument/semanticTokens/range", lines(A, 0, 2)).await;
    assert_eq!(of_lines["data"], json!([]));
    let defined = client.call("textDocument/semanticTokens/full", document(B)).await;
    assert_eq!(defined["data"], json!([4, 0, 4, 0, 1, 0, 5, 13, 0, 0]));
    client.forget();
    set(&mut client, json!({"termTokens": false})).await;
    client.notification("workspace/semanticTokens/refresh").await;
    assert_eq!(client.call("textDocument/semanticTokens/full", document(A)).await, Value::Null);
    client.goodbye().await;
}

#[tokio::test]
async fn names_are_told_about_and_explained_when_asked() {
    let mut client = with_notes().await;
    assert_eq!(client.call("textDocument/inlayHint", lines(A, 0, 9)).await, Value::Null);
    set(&mut client, json!({"termHints": true})).await;
    let hints = loop {
        client.notification("workspace/inlayHint/refresh").await;
        let hints = client.call("textDocument/inlayHint", lines(A, 0, 9)).await;
        if hints.as_array().is_some_and(|hints| !hints.is_empty()) {
            break hints;
        }
    };
    assert_eq!(hints.as_array().unwrap().len(), 1, "{hints}");
    assert_eq!(hints[0]["label"], "(message queue)");
    assert_eq!(hints[0]["position"], json!({"line": 2, "character": 13}));
    let resolved = client.call("inlayHint/resolve", hints[0].clone()).await;
    let tooltip = resolved["tooltip"]["value"].as_str().unwrap();
    assert!(tooltip.starts_with("**消息队列** (message queue)"), "{tooltip}");
    assert_eq!(resolved["label"], hints[0]["label"]);
    client.goodbye().await;
}

#[tokio::test]
async fn names_are_links_once_that_is_switched_on() {
    let mut client = with_notes().await;
    assert_eq!(client.call("textDocument/documentLink", document(A)).await, json!([]));
    set(&mut client, json!({"termLinks": true, "documentLinks": "off"})).await;
    let links = loop {
        let links = client.call("textDocument/documentLink", document(A)).await;
        if links != json!([]) {
            break links;
        }
    };
    let shown: Vec<String> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| format!("{} {}", link["range"]["start"]["character"], link["target"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, ["9 file:///notes/b.md#L5", "16 file:///notes/b.md#L5"]);
    client.goodbye().await;
}

#[tokio::test]
async fn clients_that_show_neither_are_offered_neither() {
    let mut client = Client::start();
    let offered = client.greet(&[], json!({}), Value::Null).await;
    assert_eq!(offered["capabilities"]["semanticTokensProvider"], Value::Null);
    assert_eq!(offered["capabilities"]["inlayHintProvider"], Value::Null);
    client.goodbye().await;
}
