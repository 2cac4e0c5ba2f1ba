//! From hello to the end, whoever ends it, and messages that are none.

use std::time::Duration;

use serde_json::{Value, json};
use studymark::server::{End, Options};

use crate::client::Client;

#[tokio::test]
async fn hello_and_goodbye() {
    let mut client = Client::start();
    let hello = client.greet(&[], json!({}), Value::Null).await;
    assert_eq!(hello["serverInfo"]["name"], "studymark");
    assert_eq!(hello["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(hello["capabilities"]["textDocumentSync"]["change"], 2);
    client.goodbye().await;
}

#[tokio::test]
async fn exit_without_shutdown_is_abrupt() {
    let mut client = Client::hello(&[], json!({})).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.ended().await, End::Abrupt);
}

#[tokio::test]
async fn the_end_of_the_input_ends_the_server() {
    let mut client = Client::hello(&[], json!({})).await;
    client.end_input().await;
    assert_eq!(client.ended().await, End::Abrupt);

    let mut client = Client::hello(&[], json!({})).await;
    client.call("shutdown", Value::Null).await;
    client.end_input().await;
    assert_eq!(client.ended().await, End::Clean);
}

#[tokio::test]
async fn a_dead_client_ends_the_server() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open("file:///a.md", "## 什么是闭包？\n").await;
    client.hang_up();
    assert_eq!(client.ended().await, End::Abrupt);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_end_of_the_parent_ends_the_server() {
    let mut parent = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let options = Options { parent_poll: Duration::from_millis(5), ..Options::default() };
    let mut client = Client::start_with(options, |server| server);
    client.call("initialize", json!({"processId": parent.id(), "capabilities": {}})).await;
    // Killed and not waited for: what is left of it does not count as running.
    parent.kill().unwrap();
    assert_eq!(client.ended().await, End::Abrupt);
    parent.wait().unwrap();
}

#[tokio::test]
async fn a_parent_that_cannot_be_seen_is_not_watched() {
    let options = Options { parent_poll: Duration::from_millis(1), ..Options::default() };
    let mut client = Client::start_with(options, |server| server);
    client.call("initialize", json!({"processId": 2_000_000_000, "capabilities": {}})).await;
    client.notify("initialized", json!({})).await;
    client.goodbye().await;
}

#[tokio::test]
async fn malformed_messages_are_answered_and_survived() {
    let mut client = Client::hello(&[], json!({})).await;
    let error = |code: i32| {
        move |message: &Value| (message["id"].is_null() && message["error"]["code"] == code).then_some(())
    };
    client.send_bytes(b"Content-Length: 9\r\n\r\n{nonsense").await;
    client.until("a parse error", error(-32700)).await;
    client.send_bytes(b"Content-Length: 4\r\n\r\n\"\xff\xfe\"").await;
    client.until("a parse error", error(-32700)).await;
    client.send_bytes(b"Content-Length: 2\r\n\r\n[]").await;
    client.until("an invalid request", error(-32600)).await;
    client.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    client.until("a parse error", error(-32700)).await;
    client.send_bytes(b"Content-Length: 99999999999999999999\r\n\r\n").await;
    client.until("a parse error", error(-32700)).await;
    client.goodbye().await;
}

#[tokio::test]
async fn unknown_methods_and_wrong_parameters_are_errors() {
    let mut client = Client::hello(&[], json!({})).await;
    let id = client.ask("textDocument/dance", json!({})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32601);
    let id = client.ask("textDocument/documentSymbol", json!({"textDocument": 1})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32602);
    client.notify("textDocument/dance", json!({})).await;
    client.notify("$/dance", json!({})).await;
    client.notify("textDocument/didOpen", json!({"textDocument": null})).await;
    client.goodbye().await;
}

#[tokio::test]
async fn requests_before_hello_and_after_goodbye_are_refused() {
    let mut client = Client::start();
    let id =
        client.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": "file:///a.md"}})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32002);
    client.greet(&[], json!({}), Value::Null).await;
    client.call("shutdown", Value::Null).await;
    let id = client.ask("workspace/symbol", json!({"query": ""})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32600);
    client.notify("exit", Value::Null).await;
    assert_eq!(client.ended().await, End::Clean);
}
