//! A client of the server as a process of its own.
//!
//! Invariant: it waits for messages and never sleeps; the process does not outlive the test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the server may take for anything.
const GUARD: Duration = Duration::from_secs(20);

/// A client with its server.
pub struct Session {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next_id: i64,
}

impl Drop for Session {
    fn drop(&mut self) {
        // It may have ended by itself, as it should.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Session {
    /// Starts the server that `command` runs, and opens this folder.
    pub fn start(mut command: Command, root: &str) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = piped.spawn().unwrap();
        let input = server.stdin.take().unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = next_message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut session = Self { server, input, messages, next_id: 0 };
        let folders = json!([{"uri": root, "name": "notes"}]);
        session
            .call("initialize", &json!({"processId": null, "capabilities": {}, "workspaceFolders": folders}));
        session.notify("initialized", &json!({}));
        session
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    }

    pub fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Says that files changed.
    pub fn watched(&mut self, uris: &[String]) {
        let changes: Vec<Value> = uris.iter().map(|uri| json!({"uri": uri, "type": 2})).collect();
        self.notify("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
    }

    /// Sends a request and waits for its result.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        let mut message = self.answer(method, params);
        assert!(message.get("error").is_none(), "{method}: {message}");
        message["result"].take()
    }

    /// Sends a request and waits for the whole answer.
    pub fn answer(&mut self, method: &str, params: &Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message =
                self.messages.recv_timeout(GUARD).unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Waits until the names of all headings are these, in alphabetical order.
    pub fn until_headings(&mut self, expected: &str) {
        let begun = Instant::now();
        loop {
            let found = self.call("workspace/symbol", &json!({"query": ""}));
            let names = found.as_array().into_iter().flatten().filter_map(|symbol| symbol["name"].as_str());
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            let names = names.join(" ");
            if names == expected {
                return;
            }
            assert!(begun.elapsed() < GUARD, "the headings are {names:?}, not {expected:?}");
        }
    }
}

fn next_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|count| *count > 0)?;
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().unwrap();
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
