//! Documents as they are typed: order, units, line breaks, versions, spellings of URIs.

use serde_json::{Value, json};

use crate::client::Client;

const NOTE: &str = "file:///notes/a.md";

fn encodings(offered: &[&str]) -> Value {
    json!({"general": {"positionEncodings": offered}})
}

#[tokio::test]
async fn five_hundred_edits_stay_in_order() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# \n").await;
    let mut expected = String::new();
    for version in 0..500 {
        let column = 2 + u32::try_from(expected.len()).unwrap();
        let letter = char::from(b'a' + u8::try_from(version % 26).unwrap()).to_string();
        client.change(NOTE, version + 2, &[((0, column, 0, column), &letter)]).await;
        expected.push_str(&letter);
    }
    assert_eq!(client.outline(NOTE).await, expected);
    client.goodbye().await;
}

#[tokio::test]
async fn columns_count_in_the_agreed_unit() {
    for (offered, agreed, column) in [
        (&["utf-8", "utf-16"][..], "utf-8", 9),
        (&["utf-16", "utf-8"], "utf-16", 5),
        (&["utf-32"], "utf-32", 4),
        (&["utf-7"], "utf-16", 5),
    ] {
        let mut client = Client::start();
        let hello = client.greet(&[], encodings(offered), Value::Null).await;
        assert_eq!(hello["capabilities"]["positionEncoding"], agreed);
        client.open(NOTE, "# 😀闭包\n\n😀[^1]\n").await;
        // Between 闭 and 包.
        client.change(NOTE, 2, &[((0, column, 0, column), "x")]).await;
        assert_eq!(client.outline(NOTE).await, "😀闭x包", "{agreed}");
        let emoji = match agreed {
            "utf-8" => 4,
            "utf-16" => 2,
            _ => 1,
        };
        assert_eq!(client.findings(NOTE, 2).await, format!("2:{emoji} missing-footnote"));
        client.goodbye().await;
    }
}

#[tokio::test]
async fn lines_may_end_with_crlf() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# a\r\n\r\n# b\r\n").await;
    client.change(NOTE, 2, &[((0, 3, 0, 3), "1"), ((2, 3, 2, 3), "2"), ((1, 0, 1, 0), "text\r\n")]).await;
    assert_eq!(client.outline(NOTE).await, "a1\nb2");
    client.goodbye().await;
}

#[tokio::test]
async fn half_an_emoji_and_a_whole_text_are_taken() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# a\n").await;
    // An editor that deletes one half of an emoji sends the other.
    let change = r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///notes/a.md","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":3},"end":{"line":0,"character":3}},"text":"\ud83d"}]}}"#;
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{change}", change.len()).as_bytes()).await;
    client.change(NOTE, 3, &[((0, 4, 0, 4), "b")]).await;
    assert_eq!(client.outline(NOTE).await, "a\u{fffd}b");
    let params = json!({"textDocument": {"uri": NOTE, "version": 4}, "contentChanges": [{"text": "\u{feff}# 闭包\n"}]});
    client.notify("textDocument/didChange", params).await;
    assert_eq!(client.outline(NOTE).await, "闭包");
    client.goodbye().await;
}

#[tokio::test]
async fn edits_out_of_range_and_of_unknown_documents_are_survived() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# a\n").await;
    client
        .change(
            NOTE,
            2,
            &[((99, 99, 99, 99), "# b\n"), ((0, 99, 0, 4_000_000_000), "x"), ((1, 9, 0, 3), "y\n")],
        )
        .await;
    client.change("file:///never/opened.md", 1, &[((0, 0, 0, 0), "x")]).await;
    client.close("file:///never/opened.md").await;
    assert_eq!(client.outline(NOTE).await, "ay");
    assert_eq!(client.outline("file:///never/opened.md").await, "");
    client.goodbye().await;
}

#[tokio::test]
async fn findings_bear_the_version_of_their_text() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# 题\n\n[^1]\n").await;
    assert_eq!(client.findings(NOTE, 1).await, "2:0 missing-footnote");
    client.change(NOTE, 7, &[((2, 0, 2, 0), "x")]).await;
    assert_eq!(client.findings(NOTE, 7).await, "2:1 missing-footnote");
    client.goodbye().await;
}

#[tokio::test]
async fn closing_takes_findings_back_and_reopening_brings_them() {
    let mut client = Client::hello(&[], json!({})).await;
    for _ in 0..2 {
        client.open(NOTE, "[^1]\n").await;
        assert_eq!(client.findings(NOTE, 1).await, "0:0 missing-footnote");
        client.close(NOTE).await;
        client.until_findings(NOTE, "").await;
    }
    client.goodbye().await;
}

#[tokio::test]
async fn documents_keep_their_clients_spelling() {
    let mut client = Client::hello(&[], json!({})).await;
    for uri in [
        "file:///notes/进程通信.md",
        "file:///notes/%E8%BF%9B.md",
        "file:///notes/b[1].md",
        "file:///notes/100%.md",
        "file:///notes/a b.md",
        "file:///c%3A/notes/a.md",
        "file:///D:/notes/a.md",
        "untitled:Untitled-1",
        "untitled:无标题 1",
    ] {
        client.open(uri, "# 题\n\n[^1]\n").await;
        assert_eq!(client.findings(uri, 1).await, "2:0 missing-footnote", "{uri}");
        let symbols = client.call("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})).await;
        assert_eq!(symbols[0]["location"]["uri"], uri);
        client.change(uri, 2, &[((0, 3, 0, 3), "x")]).await;
        assert_eq!(client.outline(uri).await, "题x", "{uri}");
    }
    client.goodbye().await;
}
