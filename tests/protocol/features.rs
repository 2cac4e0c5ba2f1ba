//! What is shown of notes: symbols, folding, selections.

use expect_test::expect;
use serde_json::{Value, json};

use crate::client::Client;

const NOTE: &str = "file:///notes/网络.md";
const TEXT: &str = "---\ntitle: 网络\n---\n\n# 面试\n\n## 一、网络\n\n### 1. 什么是 TCP？\n\n- 可靠\n  - 重传\n\n### 2. 什么是 UDP？\n";

fn document() -> Value {
    json!({"textDocument": {"uri": NOTE}})
}

fn outline(symbols: &Value, depth: usize, lines: &mut Vec<String>) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let (name, detail) = (symbol["name"].as_str().unwrap(), symbol["detail"].as_str().unwrap_or("-"));
        let range = &symbol["range"];
        let (start, end) = (&range["start"]["line"], &range["end"]["line"]);
        lines.push(format!("{:depth$}{name} [{detail}] {start}-{end}", "", depth = depth * 2));
        outline(&symbol["children"], depth + 1, lines);
    }
}

#[tokio::test]
async fn symbols_nest_for_clients_that_can_show_it() {
    let capabilities =
        json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = Client::hello(&[], capabilities).await;
    client.open(NOTE, TEXT).await;
    let symbols = client.call("textDocument/documentSymbol", document()).await;
    let mut lines = Vec::new();
    outline(&symbols, 0, &mut lines);
    expect![[r#"
        面试 [1/2] 4-14
          一、网络 [1/2] 6-14
            1. 什么是 TCP？ [answered] 8-13
            2. 什么是 UDP？ [unanswered] 13-14"#]]
    .assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn symbols_are_flat_for_others() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, TEXT).await;
    let symbols = client.call("textDocument/documentSymbol", document()).await;
    let lines: Vec<String> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| format!("{} in {}", symbol["name"], symbol["containerName"]))
        .collect();
    expect![[r#"
        "面试" in null
        "一、网络" in "面试"
        "1. 什么是 TCP？" in "一、网络"
        "2. 什么是 UDP？" in "一、网络""#]]
    .assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn headings_of_all_notes_are_found_by_some_letters() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, TEXT).await;
    client.open("file:///notes/go.md", "# Go\n\n## GC 三色标记\n").await;
    let found = client.call("workspace/symbol", json!({"query": "udp"})).await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["name"], "2. 什么是 UDP？");
    assert_eq!(found[0]["containerName"], "网络 · 网络");
    assert_eq!(found[0]["location"]["uri"], NOTE);
    assert_eq!(found[0]["location"]["range"]["start"], json!({"line": 13, "character": 4}));
    client.goodbye().await;
}

#[tokio::test]
async fn sections_lists_and_front_matter_fold() {
    let capabilities = json!({"textDocument": {"foldingRange": {"lineFoldingOnly": true}}});
    let mut client = Client::hello(&[], capabilities).await;
    client.open(NOTE, TEXT).await;
    let folds = client.call("textDocument/foldingRange", document()).await;
    assert_eq!(
        folds,
        json!([
            {"startLine": 0, "endLine": 2},
            {"startLine": 4, "endLine": 13, "kind": "region"},
            {"startLine": 6, "endLine": 13, "kind": "region"},
            {"startLine": 8, "endLine": 11, "kind": "region"},
            {"startLine": 10, "endLine": 11},
        ])
    );
    client.goodbye().await;
}

#[tokio::test]
async fn selections_grow_from_the_word_to_the_note() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, TEXT).await;
    let mut params = document();
    params["positions"] = json!([{"line": 10, "character": 3}, {"line": 99, "character": 99}]);
    let chains = client.call("textDocument/selectionRange", params).await;
    let mut lines = Vec::new();
    for chain in chains.as_array().unwrap() {
        let mut next = chain;
        while !next.is_null() {
            let (start, end) = (&next["range"]["start"], &next["range"]["end"]);
            let (from, to) = (&start["character"], &end["character"]);
            lines.push(format!("{}:{from}-{}:{to}", start["line"], end["line"]));
            next = &next["parent"];
        }
        lines.push("--".to_owned());
    }
    expect![[r#"
        10:2-10:4
        10:0-11:6
        8:0-11:6
        6:0-13:15
        4:0-13:15
        0:0-14:0
        --
        0:0-14:0
        --"#]]
    .assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn what_is_not_known_is_answered_with_nothing() {
    let mut client = Client::hello(&[], json!({})).await;
    for method in ["textDocument/documentSymbol", "textDocument/foldingRange"] {
        assert_eq!(client.call(method, document()).await, Value::Null, "{method}");
    }
    client.goodbye().await;
}
