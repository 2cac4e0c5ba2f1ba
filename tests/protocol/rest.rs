//! Notes that nobody works on rest, and answer as before.

use std::time::Duration;

use serde_json::{Value, json};
use studymark::server::{Backend, Options};

use crate::client::Client;
use crate::workspace::Folder;

const OPEN: &str = "# 甲\n\n闭包很好。\n\n[[闭包#什么是闭包？]]\n";

/// How long nobody asks for anything before notes rest.
const REST: Duration = Duration::from_millis(300);

/// Beside two notes that are written here.
const OTHERS: usize = 60;

/// A client whose server tells with `test/awake` how many notes do not rest.
fn start() -> Client {
    let options = Options { rest: REST, ..Options::default() };
    Client::start_with(options, |server| {
        server.custom_method("test/awake", |backend: &Backend, _: Value| {
            backend
                .answer("test/awake", |snapshot| snapshot.vault.notes().filter(|note| !note.rests()).count())
        })
    })
}

/// Waits until no more notes are awake than these. Each question is something that was done, so there is time between them.
async fn until_awake(client: &mut Client, most: u64, pause: Duration) {
    for _ in 0..60 {
        tokio::time::sleep(pause).await;
        if client.call("test/awake", json!({})).await.as_u64().unwrap() <= most {
            return;
        }
    }
    panic!("the notes do not rest");
}

#[tokio::test]
async fn notes_that_rest_answer_as_before_and_rest_again() {
    let folder = Folder::with(&[
        ("闭包.md", "# 闭包\n\n## 什么是闭包？\n\n函数与它的环境。\n\n闭包（closure）：捕获变量的函数。\n"),
        ("甲.md", OPEN),
    ]);
    for n in 0..OTHERS {
        let text = format!("# 笔记 {n}\n\n## 怎么用 {n}？\n\n😀 [闭包](闭包.md#什么是闭包)\n");
        folder.write(&format!("{n}.md"), text.as_bytes());
    }
    let mut client = start();
    client.greet(&[&folder.uri("")], json!({}), Value::Null).await;
    until_awake(&mut client, 0, Duration::from_millis(50)).await;

    let at = |line: u32, character: u32| json!({"textDocument": {"uri": folder.uri("甲.md")}, "position": {"line": line, "character": character}});
    client.open(&folder.uri("甲.md"), OPEN).await;
    let hover = client.call("textDocument/hover", at(2, 1)).await.to_string();
    assert!(hover.contains("函数与它的环境。") && hover.contains("line 7"), "{hover}");
    let definition = client.call("textDocument/definition", at(4, 8)).await.to_string();
    assert!(definition.contains(r#""line":2"#), "{definition}");
    let found = client.call("workspace/symbol", json!({"query": "zmy 7"})).await;
    assert_eq!(found[0]["name"], "怎么用 7？");
    assert_eq!(found[0]["location"]["range"]["start"], json!({"line": 2, "character": 3}));
    let mut params = at(4, 3);
    params["context"] = json!({"includeDeclaration": false});
    let references = client.call("textDocument/references", params).await;
    assert_eq!(references.as_array().unwrap().len(), OTHERS + 1);
    let awake = client.call("test/awake", json!({})).await.as_u64().unwrap();
    assert!(awake > OTHERS as u64, "the references were found in {awake} notes");

    // The note that is open does not.
    until_awake(&mut client, 1, 2 * REST).await;
    let mut params = at(4, 8);
    params["newName"] = json!("闭包是什么？");
    let edits = client.call("textDocument/rename", params).await.to_string();
    assert!(edits.contains("闭包是什么"), "{edits}");
    // A note that changes on disk while it rests is read anew.
    folder.write("7.md", "# 笔记\n\n## 不用\n".as_bytes());
    client
        .notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": folder.uri("7.md"), "type": 2}]}),
        )
        .await;
    for _ in 0..100 {
        let found = client.call("workspace/symbol", json!({"query": "不用"})).await;
        if found[0]["name"] == "不用" {
            client.goodbye().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the change was not read");
}
