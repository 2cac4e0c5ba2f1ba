//! Under load: slow requests, cancellation, panics.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use studymark::server::{Backend, End, Options};

use crate::client::Client;

const NOTE: &str = "file:///notes/a.md";

/// Requests of method `test/slow` that are answered when the test lets go.
struct Slow {
    started: Receiver<()>,
    release: Sender<()>,
}

/// A client whose server has `test/slow` and `test/panic`.
fn start() -> (Client, Slow) {
    let (started_sender, started) = channel();
    let (release, released) = channel::<()>();
    let released = Arc::new(Mutex::new(released));
    let client = Client::start_with(Options::default(), move |server| {
        server
            .custom_method("test/slow", move |backend: &Backend, _: Value| {
                let (started, released) = (started_sender.clone(), Arc::clone(&released));
                backend.answer("test/slow", move |_| {
                    started.send(()).unwrap();
                    // Ends when the test lets go of the sender.
                    let _ = released.lock().unwrap().recv();
                    "done".to_owned()
                })
            })
            .custom_method("test/panic", |backend: &Backend, _: Value| {
                backend.answer("test/panic", |_| -> String { panic!("as asked") })
            })
    });
    (client, Slow { started, release })
}

async fn ask_slowly(client: &mut Client, slow: Slow, count: usize) -> (Vec<i64>, Slow) {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(client.ask("test/slow", json!({})).await);
    }
    let slow = tokio::task::spawn_blocking(move || {
        for _ in 0..count {
            slow.started.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
        }
        slow
    });
    (ids, slow.await.unwrap())
}

#[tokio::test]
async fn an_edit_does_not_wait_for_slow_requests() {
    let (mut client, slow) = start();
    client.greet(&[], json!({}), Value::Null).await;
    client.open(NOTE, "# a\n\n[^1]\n").await;
    let (ids, slow) = ask_slowly(&mut client, slow, 8).await;
    client.change(NOTE, 2, &[((0, 3, 0, 3), "b\n")]).await;
    assert_eq!(client.outline(NOTE).await, "ab");
    assert_eq!(client.findings(NOTE, 2).await, "3:0 missing-footnote");
    drop(slow.release);
    for id in ids {
        assert_eq!(client.answer(id).await["result"], "done");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn nor_for_more_of_them_than_are_worked_on_at_a_time() {
    let (mut client, slow) = start();
    client.greet(&[], json!({}), Value::Null).await;
    client.open(NOTE, "# a\n\n[^1]\n").await;
    let (ids, slow) = ask_slowly(&mut client, slow, 100).await;
    client.change(NOTE, 2, &[((2, 0, 2, 0), "b")]).await;
    assert_eq!(client.findings(NOTE, 2).await, "2:1 missing-footnote");
    for id in &ids {
        client.notify("$/cancelRequest", json!({ "id": id })).await;
    }
    for id in ids {
        assert_eq!(client.answer(id).await["error"]["code"], -32800);
    }
    drop(slow.release);
    client.goodbye().await;
}

#[tokio::test]
async fn a_cancelled_request_is_answered_at_once() {
    let (mut client, slow) = start();
    client.greet(&[], json!({}), Value::Null).await;
    let (ids, slow) = ask_slowly(&mut client, slow, 1).await;
    client.notify("$/cancelRequest", json!({"id": ids[0]})).await;
    assert_eq!(client.answer(ids[0]).await["error"]["code"], -32800);
    client.notify("$/cancelRequest", json!({"id": "unknown"})).await;
    drop(slow.release);
    client.goodbye().await;
}

#[tokio::test]
async fn shutdown_and_exit_do_not_wait() {
    let (mut client, slow) = start();
    client.greet(&[], json!({}), Value::Null).await;
    let (_, slow) = ask_slowly(&mut client, slow, 32).await;
    client.call("shutdown", Value::Null).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.ended().await, End::Clean);
    drop(slow.release);
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_request_alone() {
    let (mut client, slow) = start();
    client.greet(&[], json!({}), Value::Null).await;
    client.open(NOTE, "# a\n").await;
    let id = client.ask("test/panic", json!({})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32603);
    assert_eq!(client.outline(NOTE).await, "a");
    drop(slow.release);
    client.goodbye().await;
}

/// Opens a note of so many headings, edits it, asks about a place in it and closes it; gives how long each took.
async fn with_headings(count: usize) -> Vec<(&'static str, Duration)> {
    let mut client =
        Client::start_with(Options { quiet: Duration::ZERO, ..Options::default() }, |server| server);
    // A debug build reads a note of some megabytes in seconds.
    client.patience = Duration::from_secs(120);
    client.greet(&[], json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}}), Value::Null).await;
    let mut text: String =
        (0..count).map(|n| format!("## 题目{n}号\n\n见 [[#题目{}号]]。\n\n", n / 2)).collect();
    text.push_str("[[#题目1");
    let mut times = Vec::new();
    let mut begun = Instant::now();
    let mut took = |what, times: &mut Vec<(&'static str, Duration)>| {
        times.push((what, begun.elapsed()));
        begun = Instant::now();
    };
    client.open(NOTE, &text).await;
    assert_eq!(client.findings(NOTE, 1).await.matches("missing").count(), 0);
    took("open", &mut times);
    client.change(NOTE, 2, &[((0, 5, 0, 5), "个")]).await;
    let outline = client.outline(NOTE).await;
    assert_eq!(outline.lines().count(), count);
    assert!(outline.starts_with("题目个0号\n题目1号\n"));
    took("edit and outline", &mut times);
    assert!(client.findings(NOTE, 2).await.contains("missing-heading"), "the first is called otherwise now");
    took("findings after the edit", &mut times);
    let at = |line: usize, character: u32| json!({"textDocument": {"uri": NOTE}, "position": {"line": line, "character": character}});
    let hover = client.call("textDocument/hover", at(count * 4 - 2, 5)).await;
    assert!(
        hover["contents"]["value"].as_str().unwrap().contains(&format!("题目{}号", (count - 1) / 2)),
        "{hover}"
    );
    took("hover", &mut times);
    let list = client.call("textDocument/completion", at(count * 4, 6)).await;
    // A text that takes the grammar too long has no tree, and then nothing is proposed.
    let proposed = list["items"].as_array().unwrap().len();
    assert!(proposed <= 110, "{count}: {proposed}");
    took("completion", &mut times);
    client.close(NOTE).await;
    client.until_findings(NOTE, "").await;
    took("close", &mut times);
    client.goodbye().await;
    times
}

/// `STUDYMARK_HEADINGS` sets how many there are; the program itself is tried with 100,000 in `tests/cli/headings.rs`.
#[tokio::test]
async fn many_headings_cost_as_much_each_as_a_tenth_of_them() {
    let count: usize =
        std::env::var("STUDYMARK_HEADINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let mut worst = String::new();
    // What else the machine does may fall on one of two: one of three tries has to be fair.
    for _ in 0..3 {
        let (few, many) = (with_headings(count / 10).await, with_headings(count).await);
        let ratios = few
            .iter()
            .zip(&many)
            .map(|((what, few), (_, many))| (what, many.as_secs_f64() / few.as_secs_f64().max(0.02)));
        // Ten times as many; comparing all with all would take a hundred times as long.
        let above: Vec<_> = ratios.filter(|(_, ratio)| *ratio > 30.0).collect();
        if above.is_empty() {
            return;
        }
        worst = format!("{above:?} of {few:?} and {many:?}");
    }
    panic!("{worst}");
}

#[tokio::test]
async fn questions_that_are_never_answered_do_not_stop_the_server() {
    let mut client = Client::start();
    for method in ["workspace/configuration", "client/registerCapability", "window/workDoneProgress/create"] {
        client.answers.insert(method, Value::Bool(false));
    }
    let capabilities = json!({
        "workspace": {
            "configuration": true,
            "didChangeWatchedFiles": {"dynamicRegistration": true},
            "didChangeConfiguration": {"dynamicRegistration": true},
        },
        "window": {"workDoneProgress": true},
    });
    client.greet(&["file:///notes"], capabilities, Value::Null).await;
    client.open(NOTE, "# \n").await;
    for version in 0..400 {
        if version % 100 == 0 {
            client.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
        }
        client.change(NOTE, version + 2, &[((0, 2, 0, 2), "a")]).await;
    }
    assert_eq!(client.outline(NOTE).await.len(), 400);
    client.goodbye().await;
}
