//! What goes wrong around a server: messages that are cut off, floods, folders and files that go while they are open.
//!
//! Invariant: after every fault the server either has ended or answers as if nothing had been.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};
use studymark::server::End;

use crate::client::Client;

const NOTE: &str = "file:///notes/a.md";

/// A generator of numbers that is the same everywhere.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[tokio::test]
async fn half_a_message_and_then_the_end_is_the_end() {
    for part in
        ["C", "Content-Length: 100", "Content-Length: 100\r\n\r\n", "Content-Length: 100\r\n\r\n{\"jsonrpc\""]
    {
        let mut client = Client::hello(&[], json!({})).await;
        client.send_bytes(part.as_bytes()).await;
        client.end_input().await;
        assert_eq!(client.ended().await, End::Abrupt, "{part:?}");
    }
}

#[tokio::test]
async fn a_message_that_comes_byte_by_byte_is_a_message() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# 闭包\n").await;
    let symbols = json!({"jsonrpc": "2.0", "id": "slow", "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": NOTE}}}).to_string();
    for byte in format!("Content-Length: {}\r\n\r\n{symbols}", symbols.len()).bytes() {
        client.send_bytes(&[byte]).await;
        tokio::task::yield_now().await;
    }
    let answered =
        client.until("the answer", |message| (message["id"] == "slow").then(|| message.clone())).await;
    assert_eq!(answered["result"][0]["name"], "闭包");
    client.goodbye().await;
}

#[tokio::test]
async fn garbage_between_messages_is_passed_over() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# 闭包\n").await;
    let mut state = 7;
    for round in 0..100 {
        let length = random(&mut state) % 40;
        let mut garbage: Vec<u8> = (0..length).map(|_| random(&mut state).to_le_bytes()[0]).collect();
        let headers: &[&[u8]] = &[
            b"",
            b"Content-Length: -1",
            b"Content-Length: x",
            b"Content-Length: 0",
            b"Content-Type: nothing",
            b"content-length",
            b"Content-Length: 3\r\nContent-Length: 4",
        ];
        garbage.extend(headers[round % headers.len()]);
        garbage.extend(b"\r\n\r\n");
        client.send_bytes(&garbage).await;
        if round % 10 == 9 {
            // What was taken for the length of a message may have swallowed as much of what follows.
            client.send_bytes(b"    \r\n\r\n").await;
            assert_eq!(client.outline(NOTE).await, "闭包", "after {round} rounds");
        }
    }
    client.goodbye().await;
}

#[tokio::test]
async fn a_flood_with_cancellations_is_answered_and_edits_keep_their_order() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# \n\n[^1]\n\n堆（heap）是一种树。\n").await;
    let document = json!({"uri": NOTE});
    let at = json!({"textDocument": document, "position": {"line": 4, "character": 1}});
    let kinds = [
        ("textDocument/hover", at.clone()),
        ("textDocument/documentSymbol", json!({"textDocument": document})),
        ("textDocument/completion", at.clone()),
        ("textDocument/codeLens", json!({"textDocument": document})),
        ("workspace/symbol", json!({"query": "a"})),
        ("textDocument/documentLink", json!({"textDocument": document})),
    ];
    let mut waiting = BTreeSet::new();
    let mut cancelled = BTreeSet::new();
    for round in 0..1_500_u32 {
        let (method, params) = &kinds[round as usize % kinds.len()];
        let id = client.ask(method, params.clone()).await;
        waiting.insert(id);
        if round % 3 == 0 {
            client.notify("$/cancelRequest", json!({"id": id})).await;
            cancelled.insert(id);
        }
        if round % 5 == 0 {
            let version = i32::try_from(round).unwrap() + 2;
            let digit = char::from(b'0' + u8::try_from(round / 5 % 10).unwrap());
            let column = 2 + round / 5;
            client.change(NOTE, version, &[((0, column, 0, column), &digit.to_string())]).await;
        }
    }
    while !waiting.is_empty() {
        let answer = client
            .until("an answer", |message| message.get("method").is_none().then(|| message.clone()))
            .await;
        let id = answer["id"].as_i64().unwrap();
        assert!(waiting.remove(&id), "request {id} is answered once");
        let code = &answer["error"]["code"];
        assert!(code.is_null() || (*code == -32800 && cancelled.contains(&id)), "{answer}");
    }
    let expected: String = (0..300).map(|n| char::from(b'0' + u8::try_from(n % 10).unwrap())).collect();
    assert_eq!(client.outline(NOTE).await, expected);
    client.goodbye().await;
}

#[tokio::test]
async fn ten_thousand_requests_at_once_are_answered() {
    const COUNT: usize = 10_000;
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, "# 闭包\n").await;
    let params = json!({"textDocument": {"uri": NOTE}});
    let mut batch = Vec::new();
    for id in 0..COUNT {
        let message = json!({"jsonrpc": "2.0", "id": format!("n{id}"), "method": "textDocument/foldingRange", "params": params});
        let message = message.to_string();
        batch.extend(format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes());
    }
    client.send_bytes(&batch).await;
    let mut answered = BTreeSet::new();
    while answered.len() < COUNT {
        let id = client
            .until("an answer", |message| message.get("method").is_none().then(|| message["id"].to_string()))
            .await;
        assert!(answered.insert(id));
    }
    client.goodbye().await;
}

/// A folder that goes with the test, its address, and a client that has read it.
struct Opened {
    folder: tempfile::TempDir,
    client: Client,
}

impl Opened {
    async fn with(files: &BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = Self { folder, client: Client::start() };
        files.iter().for_each(|(path, text)| opened.write(path, text));
        let capabilities = json!({"window": {"workDoneProgress": true}});
        opened.client.greet(&[&opened.uri("")], capabilities, Value::Null).await;
        opened
            .client
            .until("the end of the progress", |message| {
                (message["params"]["value"]["kind"] == "end").then_some(())
            })
            .await;
        opened
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join("notes").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn uri(&self, path: &str) -> String {
        let folder = self.folder.path().canonicalize().unwrap().join("notes").join(path);
        let text = folder.to_str().unwrap().replace('\\', "/");
        format!("file://{}{}", if text.starts_with('/') { "" } else { "/" }, text.trim_end_matches('/'))
    }

    async fn watched(&mut self, paths: &[&str]) {
        let changes: Vec<Value> =
            paths.iter().map(|path| json!({"uri": self.uri(path), "type": 3})).collect();
        self.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }

    /// Waits until the names of all headings are these.
    async fn until_headings(&mut self, expected: &str) {
        let mut last = String::new();
        for _ in 0..2_000 {
            let found = self.client.call("workspace/symbol", json!({"query": ""})).await;
            let names = found.as_array().into_iter().flatten().filter_map(|symbol| symbol["name"].as_str());
            let names: BTreeSet<&str> = names.collect();
            last = names.into_iter().collect::<Vec<_>>().join(" ");
            if last == expected {
                return;
            }
        }
        panic!("the headings are {last}, not {expected}");
    }
}

fn files(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[tokio::test]
async fn a_folder_that_is_deleted_while_it_is_open_and_comes_back() {
    let mut opened = Opened::with(&files(&[("a.md", "# a\n"), ("sub/b.md", "# b\n")])).await;
    let uri = opened.uri("a.md");
    opened.client.open(&uri, "# typed\n\n[b](sub/b.md)\n").await;
    opened.until_headings("b typed").await;
    fs::remove_dir_all(opened.folder.path().join("notes")).unwrap();
    opened.watched(&[""]).await;
    opened.until_headings("typed").await;
    opened.client.until_findings(&uri, "2:4 missing-file").await;
    let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 6}});
    opened.client.call("textDocument/hover", hover).await;
    let reindex = json!({"command": "studymark.reindex"});
    opened.client.call("workspace/executeCommand", reindex).await;
    opened.until_headings("typed").await;
    opened.write("sub/b.md", "# b again\n");
    opened.watched(&["sub/b.md"]).await;
    opened.until_headings("b again typed").await;
    opened.client.until_findings(&uri, "").await;
    opened.client.goodbye().await;
}

#[tokio::test]
async fn a_file_turns_into_a_folder_and_back() {
    let mut opened = Opened::with(&files(&[("a.md", "# a\n"), ("b.md", "# b\n")])).await;
    opened.until_headings("a b").await;
    fs::remove_file(opened.folder.path().join("notes/b.md")).unwrap();
    opened.write("b.md/c.md", "# c\n");
    opened.watched(&["b.md", "b.md/c.md"]).await;
    opened.until_headings("a c").await;
    fs::remove_dir_all(opened.folder.path().join("notes/b.md")).unwrap();
    opened.write("b.md", "# b\n");
    opened.watched(&["b.md/c.md", "b.md"]).await;
    opened.until_headings("a b").await;
    opened.client.goodbye().await;
}

#[tokio::test]
async fn names_as_long_as_they_can_be() {
    // 255 bytes, the most that file systems take.
    let long = format!("{}.md", "言".repeat(84));
    let mut opened = Opened::with(&files(&[(&long, "# deep\n"), ("a.md", "# a\n")])).await;
    opened.until_headings("a deep").await;
    let (uri, text) = (opened.uri("a.md"), format!("[x]({long}) [[{}]]\n", "言".repeat(84)));
    opened.client.open(&uri, &text).await;
    assert_eq!(opened.client.findings(&uri, 1).await, "");
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 6}, "newName": "言".repeat(300)});
    let id = opened.client.ask("textDocument/rename", params).await;
    opened.client.answer(id).await;
    opened.client.goodbye().await;
}

/// Makes folders one in another, with a note in the last; `path` is not longer than a path may be.
#[cfg(unix)]
fn make_deep(path: &std::path::Path, note: &str) {
    fs::create_dir_all(path).unwrap();
    fs::write(path.join("n.md"), note).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn paths_as_long_as_they_can_be_and_longer() {
    // A path has 4,095 bytes at most; a folder that is moved into another may make one that is longer.
    let part = "言".repeat(80);
    let folders = |count: usize| vec![part.as_str(); count].join("/");
    let mut opened = Opened::with(&files(&[("a.md", "# a\n")])).await;
    let notes = opened.folder.path().canonicalize().unwrap().join("notes");
    let room = (4_090 - notes.as_os_str().len()) / (part.len() + 1);
    make_deep(&notes.join(folders(room)), "# deep\n");
    opened.watched(&[&part]).await;
    opened.until_headings("a deep").await;
    let uri = opened.uri(&format!("{}/n.md", folders(room)));
    opened.client.open(&uri, "# typed\n\n[x](nowhere.md)\n").await;
    assert_eq!(opened.client.findings(&uri, 1).await, "2:4 missing-file");
    assert_eq!(opened.client.outline(&uri).await, "typed");
    opened.client.close(&uri).await;

    let other = opened.folder.path().canonicalize().unwrap().join("other");
    make_deep(&other.join(folders(room)), "# deeper\n");
    fs::rename(&other, notes.join(folders(room)).join("other")).unwrap();
    let reindex = json!({"command": "studymark.reindex"});
    opened.client.call("workspace/executeCommand", reindex).await;
    opened.watched(&[&part]).await;
    // What is too deep for the system is not read, and keeps nothing else from it.
    opened.until_headings("a deep").await;
    opened.client.goodbye().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_the_place_of_a_note_is_no_note_and_keeps_nobody_waiting() {
    let mut opened = Opened::with(&files(&[("a.md", "# a\n\n[x](b.md)\n"), ("b.md", "# b\n")])).await;
    opened.until_headings("a b").await;
    let (pipe, uri) = (opened.folder.path().join("notes/b.md"), opened.uri("a.md"));
    opened.client.open(&uri, "# typed\n\n[x](b.md)\n").await;
    fs::remove_file(&pipe).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    opened.watched(&["b.md"]).await;
    opened.until_headings("typed").await;
    let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 6}});
    opened.client.call("textDocument/hover", hover).await;
    let reindex = json!({"command": "studymark.reindex"});
    opened.client.call("workspace/executeCommand", reindex).await;
    opened.until_headings("typed").await;
    let piped = opened.uri("b.md");
    opened.client.until_findings(&piped, "0:0 unreadable-file").await;
    fs::remove_file(&pipe).unwrap();
    opened.write("b.md", "# b\n");
    opened.watched(&["b.md"]).await;
    opened.until_headings("b typed").await;
    opened.client.goodbye().await;
}

/// A program that holds a lease of a file, as file servers do: who opens it waits until the lease is given back.
#[cfg(target_os = "linux")]
struct Lease {
    program: std::process::Child,
    said: std::io::BufReader<std::process::ChildStdout>,
}

#[cfg(target_os = "linux")]
impl Lease {
    /// Takes the lease; `None` where that cannot be done.
    fn of(file: &std::path::Path) -> Option<Self> {
        const PROGRAM: &str = "use Fcntl; $| = 1; $SIG{IO} = sub { print qq(wanted\n) }; \
            open(F, '<', $ARGV[0]) && fcntl(F, 1024, F_WRLCK) || exit 1; print qq(held\n); sleep 1 while 1;";
        let mut command = std::process::Command::new("perl");
        command.args(["-e", PROGRAM]).arg(file).stdout(std::process::Stdio::piped());
        let mut program = command.stderr(std::process::Stdio::null()).spawn().ok()?;
        let said = std::io::BufReader::new(program.stdout.take()?);
        let mut lease = Self { program, said };
        (lease.next() == "held").then_some(lease)
    }

    fn next(&mut self) -> String {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut self.said, &mut line).unwrap();
        line.trim_end().to_owned()
    }
}

#[cfg(target_os = "linux")]
impl Drop for Lease {
    fn drop(&mut self) {
        // Whoever waits for the file gets it now.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Everything that is asked while a file is typed in is answered.
#[cfg(target_os = "linux")]
async fn typed_in(client: &mut Client, uri: &str, version: i32) {
    client.change(uri, version, &[((0, 2, 0, 2), "x"), ((2, 0, 2, 0), "y")]).await;
    assert!(client.outline(uri).await.starts_with(&"x".repeat(usize::try_from(version).unwrap() - 1)));
    let document = json!({"uri": uri});
    let at = json!({"textDocument": document, "position": {"line": 2, "character": 3}});
    for method in ["hover", "completion", "definition", "documentLink", "codeLens", "foldingRange"] {
        client.call(&format!("textDocument/{method}"), at.clone()).await;
    }
    client.findings(uri, version).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_is_slow_keeps_nobody_waiting_who_types() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().canonicalize().unwrap();
    fs::write(notes.join("slow.md"), "# slow\n").unwrap();
    let Some(mut lease) = Lease::of(&notes.join("slow.md")) else {
        let _ = std::io::Write::write_all(
            &mut std::io::stderr(),
            b"SKIPPED: no file can be made slow to read here (perl and leases of files are needed)\n",
        );
        return;
    };
    let mut opened = Opened { client: Client::start(), folder };
    let root = format!("file://{}", notes.display());
    opened.client.greet(&[&root], json!({}), Value::Null).await;
    let uri = format!("{root}/a.md");
    opened.client.open(&uri, "# a\n\n[^1] 堆（heap）是一种树。\n").await;
    // The server has begun to read the note, and waits.
    let mut lease = tokio::task::spawn_blocking(move || {
        assert_eq!(lease.next(), "wanted");
        lease
    })
    .await
    .unwrap();
    for version in 2..5 {
        typed_in(&mut opened.client, &uri, version).await;
    }
    assert!(lease.program.try_wait().unwrap().is_none(), "it was slow all the while");
    drop(lease);
    opened.until_headings("slow xxxa").await;

    // The same with a file that changed.
    let Some(mut lease) = Lease::of(&notes.join("slow.md")) else { return };
    let changes = json!({"changes": [{"uri": format!("{root}/slow.md"), "type": 2}]});
    opened.client.notify("workspace/didChangeWatchedFiles", changes).await;
    let lease = tokio::task::spawn_blocking(move || {
        assert_eq!(lease.next(), "wanted");
        lease
    })
    .await
    .unwrap();
    typed_in(&mut opened.client, &uri, 5).await;
    opened.client.call("shutdown", Value::Null).await;
    opened.client.notify("exit", Value::Null).await;
    assert_eq!(opened.client.ended().await, End::Clean);
    drop(lease);
}

#[tokio::test]
async fn a_file_that_is_no_text_any_more_while_it_is_open() {
    let mut opened = Opened::with(&files(&[("a.md", "# a\n")])).await;
    let uri = opened.uri("a.md");
    opened.client.open(&uri, "# typed\n").await;
    fs::write(opened.folder.path().join("notes/a.md"), b"\xff\xfe\0").unwrap();
    opened.watched(&["a.md"]).await;
    assert_eq!(opened.client.outline(&uri).await, "typed");
    opened.client.close(&uri).await;
    opened.client.until_findings(&uri, "0:0 not-utf8").await;
    opened.client.goodbye().await;
}
