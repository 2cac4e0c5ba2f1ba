//! What a link leads to, who refers to a topic, what is behind a link: over the protocol, in UTF-16.

use expect_test::expect;
use serde_json::{Value, json};

use crate::client::Client;

const A: &str = "file:///notes/甲 1.md";
const B: &str = "file:///notes/乙.md";

const TEXT_A: &str = "# 笔记\n\n😀 见 [闭包](乙.md#什么是闭包) 和 ![图](图.png) 甲[^1]\n\n[^1]: 注释\n";
const TEXT_B: &str = "# 乙\n\n## 什么是闭包？\n\n函数与它的环境。\n\n[回](<甲 1.md>)\n";

async fn two_notes(capabilities: Value) -> Client {
    let mut client = Client::hello(&[], capabilities).await;
    client.open(B, TEXT_B).await;
    client.open(A, TEXT_A).await;
    // Once the picture is missed, the folder is known.
    client.until_findings(A, "2:29 missing-image").await;
    client
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

/// `uri line:character-line:character` of a location, the URI's last part.
fn place(location: &Value) -> String {
    let uri = location["uri"].as_str().unwrap();
    format!("{} {}", uri.rsplit('/').next().unwrap(), range(&location["range"]))
}

fn range(range: &Value) -> String {
    let place = |place: &Value| format!("{}:{}", place["line"], place["character"]);
    format!("{}-{}", place(&range["start"]), place(&range["end"]))
}

fn places(answer: &Value) -> Vec<String> {
    answer.as_array().unwrap().iter().map(place).collect()
}

#[tokio::test]
async fn a_link_leads_to_its_heading() {
    let mut client = two_notes(json!({})).await;
    for method in ["textDocument/definition", "textDocument/declaration"] {
        let answer = client.call(method, at(A, 2, 8)).await;
        assert_eq!(places(&answer), ["乙.md 2:3-2:9"]);
    }
    assert_eq!(client.call("textDocument/definition", at(A, 2, 1)).await, Value::Null);
    assert_eq!(client.call("textDocument/definition", at("file:///notes/x.md", 0, 0)).await, Value::Null);
    client.goodbye().await;
}

#[tokio::test]
async fn clients_that_take_links_are_told_where_they_come_from() {
    let mut client = two_notes(json!({"textDocument": {"definition": {"linkSupport": true}}})).await;
    let answer = client.call("textDocument/definition", at(A, 2, 8)).await;
    let link = &answer[0];
    assert_eq!(range(&link["originSelectionRange"]), "2:5-2:21");
    assert_eq!(range(&link["targetRange"]), "2:0-7:0");
    assert_eq!(range(&link["targetSelectionRange"]), "2:3-2:9");
    client.goodbye().await;
}

#[tokio::test]
async fn references_with_and_without_the_heading() {
    let mut client = two_notes(json!({})).await;
    let mut params = at(B, 2, 5);
    params["context"] = json!({"includeDeclaration": true});
    let all = client.call("textDocument/references", params.clone()).await;
    assert_eq!(places(&all), ["乙.md 2:3-2:9", "甲 1.md 2:5-2:21"]);
    params["context"] = json!({"includeDeclaration": false});
    let links = client.call("textDocument/references", params).await;
    assert_eq!(places(&links), ["甲 1.md 2:5-2:21"]);
    client.goodbye().await;
}

#[tokio::test]
async fn a_footnote_and_its_mark_are_highlighted() {
    let mut client = two_notes(json!({})).await;
    let answer = client.call("textDocument/documentHighlight", at(A, 4, 2)).await;
    let highlights: Vec<String> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|highlight| format!("{} {}", range(&highlight["range"]), highlight["kind"]))
        .collect();
    assert_eq!(highlights, ["2:37-2:41 2", "4:2-4:3 3"]);
    client.goodbye().await;
}

#[tokio::test]
async fn links_that_can_be_clicked() {
    let tooltips = json!({"textDocument": {"documentLink": {"tooltipSupport": true}}});
    let mut client = two_notes(tooltips).await;
    let links = client.call("textDocument/documentLink", json!({"textDocument": {"uri": A}})).await;
    assert_eq!(links[0]["tooltip"], "乙.md › 什么是闭包？");
    let lines: Vec<String> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| format!("{} {}", range(&link["range"]), link["target"].as_str().unwrap()))
        .collect();
    expect!["2:10-2:20 file:///notes/%E4%B9%99.md#L3"].assert_eq(&lines.join("\n"));
    client.goodbye().await;
}

#[tokio::test]
async fn a_hover_shows_the_answer() {
    let hover = json!({"contentFormat": ["markdown", "plaintext"]});
    let mut client = two_notes(json!({"textDocument": {"hover": hover}})).await;
    let shown = client.call("textDocument/hover", at(A, 2, 8)).await;
    assert_eq!(range(&shown["range"]), "2:5-2:21");
    assert_eq!(shown["contents"]["kind"], "markdown");
    expect![[r#"
        **什么是闭包？** · answered

        乙.md › 乙

        ---

        函数与它的环境。

        [回](file:///notes/%E7%94%B2%201.md)"#]]
    .assert_eq(shown["contents"]["value"].as_str().unwrap());
    assert_eq!(client.call("textDocument/hover", at(A, 1, 0)).await, Value::Null);
    client.goodbye().await;
}

#[tokio::test]
async fn a_client_that_would_rather_have_plain_text_gets_it() {
    let hover = json!({"contentFormat": ["plaintext", "markdown"]});
    let mut client = two_notes(json!({"textDocument": {"hover": hover}})).await;
    let shown = client.call("textDocument/hover", at(A, 2, 8)).await;
    assert_eq!(shown["contents"]["kind"], "plaintext");
    expect![[r#"
        什么是闭包？ · answered

        乙.md › 乙

        函数与它的环境。

        回"#]]
    .assert_eq(shown["contents"]["value"].as_str().unwrap());
    client.goodbye().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_picture_is_shown_with_its_size_and_nothing_outside_the_roots_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    // The header of a picture of 768 × 2 pixels.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\0\0\0\0\x02\x08\x06\0\0\0";
    std::fs::write(notes.join("图.png"), png).unwrap();
    std::fs::write(folder.path().join("secret.png"), png).unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.png"), notes.join("out.png")).unwrap();
    let text = "![图](图.png) ![x](../secret.png) ![y](out.png) [没](没.md)\n";
    std::fs::write(notes.join("a.md"), text).unwrap();
    let root = tower_lsp::ls_types::Uri::from_file_path(&notes).unwrap().as_str().to_owned();
    let hello = json!({
        "textDocument": {"hover": {"contentFormat": ["markdown"]}},
        "general": {"markdown": {"parser": "marked"}},
    });
    let mut client = Client::hello(&[&root], hello).await;
    let uri = format!("{root}/a.md");
    client.open(&uri, text).await;
    // A picture that lies outside is not there, whichever way it is named.
    client.until_findings(&uri, "0:37 missing-image, 0:50 missing-file").await;
    let shown = client.call("textDocument/hover", at(&uri, 0, 3)).await;
    let value = shown["contents"]["value"].as_str().unwrap();
    assert!(
        value.starts_with("![图](file:///")
            && value.ends_with(".png|width=480)\n\n`图.png` · 768 × 2 pixels, 29 bytes"),
        "{value}"
    );
    assert_eq!(client.call("textDocument/hover", at(&uri, 0, 15)).await, Value::Null);
    let shown = client.call("textDocument/hover", at(&uri, 0, 38)).await;
    assert_eq!(shown["contents"]["value"], "image not found: out.png");
    client.goodbye().await;
}

#[tokio::test]
async fn topics_that_refer_to_each_other() {
    let mut client = two_notes(json!({})).await;
    let items = client.call("textDocument/prepareCallHierarchy", at(B, 4, 2)).await;
    let item = &items[0];
    assert_eq!((&item["name"], &item["detail"]), (&json!("什么是闭包？"), &json!("乙.md · answered")));
    let incoming = client.call("callHierarchy/incomingCalls", json!({"item": item})).await;
    assert_eq!(incoming[0]["from"]["name"], "笔记");
    assert_eq!(range(&incoming[0]["fromRanges"][0]), "2:5-2:21");
    let outgoing = client.call("callHierarchy/outgoingCalls", json!({"item": item})).await;
    assert_eq!(outgoing[0]["to"]["name"], "甲 1");
    assert_eq!(range(&outgoing[0]["fromRanges"][0]), "6:0-6:13");
    // An item that a client made up or kept from before is looked up anew.
    let mut odd = item.clone();
    odd["data"] = json!({"section": 99});
    odd["name"] = json!("没有");
    assert_eq!(client.call("callHierarchy/incomingCalls", json!({"item": odd})).await, Value::Null);
    client.goodbye().await;
}

#[tokio::test]
async fn a_name_in_prose_shows_what_it_means_once_that_is_written() {
    let hover = json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}});
    let mut client = Client::hello(&[], hover).await;
    let (a, b) = ("file:///notes/a.md", "file:///notes/b.md");
    client.open(a, "😀 打开寫屏障\n").await;
    client.open(b, "# x\n\n写屏障是\n").await;
    assert_eq!(client.call("textDocument/hover", at(a, 0, 6)).await, Value::Null);
    client.change(b, 2, &[((2, 4, 2, 4), "一种开关。")]).await;
    let shown = loop {
        // Names are found after a pause; an editor asks again when the mouse rests again.
        let shown = client.call("textDocument/hover", at(a, 0, 6)).await;
        if !shown.is_null() {
            break shown;
        }
    };
    assert_eq!(range(&shown["range"]), "0:5-0:8");
    let value = shown["contents"]["value"].as_str().unwrap();
    assert!(
        value.starts_with(
            "**写屏障**\n\nb.md › [x](file:///notes/b.md#L3), line 3\n\n---\n\n写屏障是一种开关。"
        ),
        "{value}"
    );
    let leads = client.call("textDocument/definition", at(a, 0, 6)).await;
    assert_eq!(leads[0]["uri"], b);
    let references = json!({"textDocument": {"uri": a}, "position": {"line": 0, "character": 6}, "context": {"includeDeclaration": true}});
    let found = client.call("textDocument/references", references).await;
    let lines: Vec<String> = found.as_array().unwrap().iter().map(|place| range(&place["range"])).collect();
    assert_eq!(lines, ["0:5-0:8", "2:0-2:3"]);
    client.goodbye().await;
}
