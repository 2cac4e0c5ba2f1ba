//! Lenses: what they say, what their command does, when the client is told to ask again.

use serde_json::{Value, json};

use crate::client::Client;

const A: &str = "file:///notes/a.md";
const B: &str = "file:///notes/b.md";

async fn lenses(client: &mut Client, uri: &str) -> Value {
    client.call("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).await
}

async fn titles(client: &mut Client, uri: &str) -> String {
    let lenses = lenses(client, uri).await;
    let titles = lenses.as_array().unwrap().iter().map(|lens| {
        format!("{}: {}", lens["range"]["start"]["line"], lens["command"]["title"].as_str().unwrap())
    });
    titles.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn the_command_of_a_lens_goes_to_what_it_names() {
    let capabilities = json!({"window": {"showDocument": {"support": true}}});
    let mut client = Client::hello(&[], capabilities).await;
    client.answers.insert("window/showDocument", json!({"success": true}));
    let text =
        "一\n===\n\n## 什么是栈？\n\n后进先出。\n\n## 什么是堆？\n\n# 二\n\n## 什么是树？\n\n## 什么是图？\n";
    client.open(A, text).await;
    assert_eq!(
        titles(&mut client, A).await,
        "0: a — 1/4 · next: 什么是堆？; 0: 一 — 1/2 · next: 什么是堆？; 9: 二 — 0/2 · next: 什么是树？"
    );
    let lenses = lenses(&mut client, A).await;
    let mut shown = Vec::new();
    for lens in lenses.as_array().unwrap() {
        assert_eq!(lens["range"]["start"]["line"], lens["range"]["end"]["line"], "{lens}");
        let mut command = lens["command"].clone();
        command.as_object_mut().unwrap().remove("title");
        client.call("workspace/executeCommand", command).await;
        shown.push(client.notification("window/showDocument").await["selection"]["start"]["line"].clone());
    }
    assert_eq!(shown, [7, 7, 11]);
    client.goodbye().await;
}

/// A client that asks again when told to.
async fn refreshing() -> Client {
    Client::hello(&[], json!({"workspace": {"codeLens": {"refreshSupport": true}}})).await
}

#[tokio::test]
async fn a_change_elsewhere_makes_the_client_ask_again() {
    let mut client = refreshing().await;
    client.open(A, "# 一\n\n## [[堆]]\n\n## 什么是栈？\n").await;
    client.open(B, "# 树\n").await;
    assert_eq!(titles(&mut client, A).await, "0: 一 — 0/2 · next: 堆");
    client.change(B, 2, &[((0, 2, 0, 3), "堆")]).await;
    client.notification("workspace/codeLens/refresh").await;
    assert_eq!(titles(&mut client, A).await, "0: 一 — 1/2 · next: 什么是栈？");
    client.goodbye().await;
}

#[tokio::test]
async fn keys_do_not_make_the_client_ask_again() {
    let mut client = refreshing().await;
    client.open(A, "# 一\n\n## [[堆]]\n\n## 什么是栈？\n").await;
    client.open(B, "# 堆\n").await;
    assert_eq!(titles(&mut client, A).await, "0: 一 — 1/2 · next: 什么是栈？");
    assert_eq!(titles(&mut client, B).await, "0: b — 0/1 · next: 堆");
    // Of the edited note the client asks by itself; the other is not concerned.
    client.change(A, 2, &[((4, 9, 4, 9), "\n\n后")]).await;
    client.change(B, 2, &[((0, 3, 0, 3), "\n\n文\n\n## 又一节\n")]).await;
    client.findings(A, 2).await;
    client.findings(B, 2).await;
    assert_eq!(titles(&mut client, A).await, "0: 一 — 2/2");
    client.call("shutdown", Value::Null).await;
    let refreshed = client.kept_methods().contains(&"workspace/codeLens/refresh".to_owned());
    assert!(!refreshed);
    client.notify("exit", Value::Null).await;
    client.ended().await;
}

#[tokio::test]
async fn they_can_be_switched_off() {
    let mut client = Client::start();
    let capabilities = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
    let settings = json!({"features": {"codeLens": false}, "diagnostics": {"unanswered-question": "off"}});
    client.greet(&[], capabilities, settings).await;
    client.open(A, "# 一\n\n## 什么是栈？\n").await;
    // Then the settings hold.
    client.until_findings(A, "0:2 empty-chapter").await;
    assert_eq!(lenses(&mut client, A).await, json!([]));
    let on = json!({"settings": {"studymark": {"features": {"codeLens": true}}}});
    client.notify("workspace/didChangeConfiguration", on).await;
    client.notification("workspace/codeLens/refresh").await;
    assert_eq!(titles(&mut client, A).await, "0: 一 — 0/1 · next: 什么是栈？");
    client.goodbye().await;
}

#[tokio::test]
async fn a_note_that_is_not_known_has_none() {
    let mut client = Client::hello(&[], json!({})).await;
    assert_eq!(lenses(&mut client, A).await, Value::Null);
    client.goodbye().await;
}
