//! A client that says what an input says: to the real server, at the other end of a pipe in this process.
//!
//! Invariant: nothing of this machine's disk is named. Every folder is `/nowhere` or stands in it, whatever the input
//! says, so that what is found depends on the input alone.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use studymark::server::{End, Options, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;

use super::{head, text};

/// The folder that is opened, which does not exist.
const ROOT: &str = "file:///nowhere/notes";

/// The documents that are spoken of: notes, one with a spelling that has to be mended, a picture, one without a file,
/// one outside of the folder, one on another machine.
const DOCUMENTS: [&str; 8] = [
    "file:///nowhere/notes/a.md",
    "file:///nowhere/notes/闭包.md",
    "file:///nowhere/notes/sub/b%20c.md",
    "file:///nowhere/notes/[x].md",
    "file:///nowhere/notes/p.png",
    "untitled:probe",
    "file:///nowhere/else/a.md",
    "file://server/share/a.md",
];

/// What a client may say. `+` stands before what works on an item of the last answer.
const METHODS: &[&str] = &[
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "textDocument/completion",
    "+completionItem/resolve",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/declaration",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/documentLink",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/codeLens",
    "textDocument/codeAction",
    "+codeAction/resolve",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/prepareCallHierarchy",
    "+callHierarchy/incomingCalls",
    "+callHierarchy/outgoingCalls",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/inlayHint",
    "+inlayHint/resolve",
    "textDocument/diagnostic",
    "workspace/diagnostic",
    "workspace/symbol",
    "workspace/executeCommand",
    "+workspace/executeCommand",
    "workspace/willRenameFiles",
    "workspace/didRenameFiles",
    "workspace/didCreateFiles",
    "workspace/didDeleteFiles",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "$/cancelRequest",
    "$/setTrace",
    "initialize",
    "initialized",
    "shutdown",
    "exit",
    "studymark/unknown",
    "$/unknown",
];

/// The commands of the server, and one that it does not have.
const COMMANDS: [&str; 11] = [
    "studymark.nextUnanswered",
    "studymark.previousUnanswered",
    "studymark.randomUnanswered",
    "studymark.openQuestions",
    "studymark.coverage",
    "studymark.reindex",
    "studymark.related",
    "studymark.graph",
    "studymark.show",
    "studymark.create",
    "studymark.none",
];

/// How long anything may take, in ticks: before libFuzzer would call it a hang without saying of what. A process that is
/// stopped for a while meanwhile has a tick of it taken, not the while.
const GUARD: u32 = 80;

const TICK: Duration = Duration::from_millis(100);

/// What the work gives, unless it takes longer than anything may.
async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    for _ in 0..GUARD {
        if let Ok(done) = tokio::time::timeout(TICK, work.as_mut()).await {
            return Some(done);
        }
    }
    None
}

/// The ids of requests whose answers are counted begin here, far from what an input is likely to make up.
const FIRST_ID: i64 = 1_000_000_000;

/// A client with its server.
pub struct Session {
    writer: WriteHalf<DuplexStream>,
    reader: ReadHalf<DuplexStream>,
    server: JoinHandle<End>,
    received: Vec<u8>,
    /// The answers to each request that was made.
    answers: BTreeMap<i64, usize>,
    waiting: usize,
    /// The result of the last answer that had one.
    last: Value,
    next_id: i64,
    version: i32,
    /// Whether the bytes that were sent are messages one and all, so that each request must be answered.
    orderly: bool,
    /// Whether `exit` was said.
    over: bool,
    /// Whether the server's questions are answered.
    answering: bool,
}

impl Session {
    /// Starts a server. `flags` choose the client: bit 0 says hello, 1 and 2 choose the unit of columns, 3 answers the
    /// server's questions, 4 can do little.
    pub async fn start(flags: u8) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 22);
        let (read, write) = tokio::io::split(theirs);
        let options = Options {
            quiet: Duration::ZERO,
            rest: TICK,
            parent_poll: Duration::from_secs(3_600),
            grace: TICK * GUARD * 4,
        };
        let server = tokio::spawn(serve(read, write, options, |server| server));
        let (reader, writer) = tokio::io::split(ours);
        let mut session = Self {
            writer,
            reader,
            server,
            received: Vec::new(),
            answers: BTreeMap::new(),
            waiting: 0,
            last: Value::Null,
            next_id: FIRST_ID,
            version: 1,
            orderly: true,
            over: false,
            answering: flags & 8 != 0,
        };
        if flags & 1 != 0 {
            session.hello(flags).await;
        }
        session
    }

    async fn hello(&mut self, flags: u8) {
        let encodings = [json!(["utf-16"]), json!(["utf-8"]), json!(["utf-32"]), Value::Null];
        let encodings = encodings[usize::from(flags >> 1 & 3)].clone();
        let capabilities = if flags & 16 != 0 { json!({}) } else { capabilities(&encodings) };
        let folders = json!([{"uri": ROOT, "name": "notes"}]);
        let params = json!({"processId": null, "rootUri": ROOT, "workspaceFolders": folders, "capabilities": capabilities});
        self.request("initialize", params).await;
        self.settle().await;
        self.notify("initialized", json!({})).await;
    }

    /// Says what a piece of the input says. `r` and bytes sends them as they are, `b` and bytes as the body of a
    /// message, `j`, a byte for the method and JSON has these parameters; any other byte is a method itself, with a
    /// byte for the document, four for a place and one to which it reaches, and a text.
    pub async fn say(&mut self, piece: &[u8]) {
        match piece {
            [] => {}
            [b'r', bytes @ ..] => {
                self.orderly = false;
                self.send_bytes(&tame_bytes(bytes)).await;
            }
            [b'b', body @ ..] => {
                let body = serde_json::from_slice(body).map_or_else(
                    |_| tame_bytes(body),
                    |mut value: Value| {
                        self.over |= value["method"] == "exit";
                        tame(&mut value);
                        value.to_string().into_bytes()
                    },
                );
                self.send_body(&body).await;
            }
            [b'j', method, params @ ..] => {
                let method = METHODS[usize::from(*method) % METHODS.len()].trim_start_matches('+');
                let mut params = serde_json::from_slice(params).unwrap_or_else(|_| json!(text(params)));
                tame(&mut params);
                self.request(method, params).await;
            }
            [method, rest @ ..] => {
                self.say_sensibly(METHODS[usize::from(*method) % METHODS.len()], rest).await;
            }
        }
    }

    async fn say_sensibly(&mut self, method: &str, rest: &[u8]) {
        let ([document, line, column, end_line, end_column, choice], rest) = head::<6>(rest);
        let written = text(rest);
        self.version += 1;
        if let Some(method) = method.strip_prefix('+') {
            self.settle().await;
            let item = self.chosen(usize::from(choice));
            let params = if method == "workspace/executeCommand" { item["command"].clone() } else { item };
            return self.request(method, params).await;
        }
        let uri = DOCUMENTS[usize::from(document & 0x0F) % DOCUMENTS.len()];
        let other = DOCUMENTS[usize::from(document >> 4) % DOCUMENTS.len()];
        let place = |line: u8, column: u8| json!({"line": far(line), "character": far(column)});
        let range = json!({"start": place(line, column), "end": place(end_line, end_column)});
        let change = match choice % 4 {
            0 => json!({ "text": written }),
            _ => json!({"range": range, "text": written}),
        };
        let command = COMMANDS[usize::from(choice) % COMMANDS.len()];
        let argument =
            json!({"uri": uri, "position": place(line, column), "heading": written, "seed": choice});
        // Every method takes the fields that it knows and passes over the others.
        let params = json!({
            "textDocument": {"uri": uri, "version": self.version, "languageId": "markdown", "text": written},
            "position": place(line, column),
            "positions": [place(line, column), place(end_line, end_column)],
            "range": range,
            "contentChanges": [change],
            "context": {"includeDeclaration": choice % 2 == 0, "diagnostics": [], "triggerKind": 1},
            "newName": written,
            "query": written,
            "previousResultIds": [],
            "command": command,
            "arguments": if choice & 0x80 == 0 { json!([argument]) } else { json!([{"uri": uri, "position": place(line, column)}]) },
            "files": [{"uri": uri, "oldUri": uri, "newUri": other}],
            "changes": [{"uri": uri, "type": 1 + choice % 3}, {"uri": other, "type": 1 + choice / 3 % 3}],
            "event": {"added": [{"uri": format!("{ROOT}/sub"), "name": "s"}], "removed": if choice % 2 == 0 { json!([]) } else { json!([{"uri": ROOT, "name": "notes"}]) }},
            "settings": {"studymark": serde_json::from_str(&written).unwrap_or(Value::Null)},
            "id": self.next_id - i64::from(choice),
            "value": "verbose",
            "capabilities": {},
        });
        self.request(method, params).await;
    }

    /// An item of the last answer, or what it has.
    fn chosen(&self, choice: usize) -> Value {
        let list = self.last.as_array().or_else(|| self.last["items"].as_array());
        let item = list.and_then(|list| list.get(choice % list.len().max(1))).cloned();
        let item = item.unwrap_or_else(|| self.last.clone());
        let mut fields = item.as_object().cloned().unwrap_or_default();
        fields.insert("item".to_owned(), item);
        Value::Object(fields)
    }

    /// Sends a notification, or a request whose answer is counted.
    async fn request(&mut self, method: &str, params: Value) {
        let tells = ["textDocument/did", "workspace/did", "$/", "exit", "initialized"];
        if tells.iter().any(|start| method.starts_with(start)) && method != "initialize" {
            return self.notify(method, params).await;
        }
        let id = self.next_id;
        self.next_id += 1;
        // Whoever never reads must not wonder that the pipe is full.
        if self.waiting > 16 {
            self.settle().await;
        }
        if !self.over {
            self.answers.insert(id, 0);
            self.waiting += 1;
        }
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if method != "shutdown" {
            message["params"] = params;
        }
        self.send_body(message.to_string().as_bytes()).await;
    }

    async fn notify(&mut self, method: &str, params: Value) {
        self.over |= method == "exit";
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.send_body(message.to_string().as_bytes()).await;
    }

    async fn send_body(&mut self, body: &[u8]) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await;
        self.send_bytes(body).await;
    }

    async fn send_bytes(&mut self, bytes: &[u8]) {
        // After `exit` there may be nobody who reads.
        let written = self.writer.write_all(bytes).await;
        assert!(written.is_ok() || self.over, "the server hung up: {written:?}");
    }

    /// Waits until every request has its answer; where bytes were sent that may have swallowed some, not at all.
    async fn settle(&mut self) {
        while self.waiting > 0 && self.orderly && !self.over {
            let read = in_time(self.receive()).await;
            assert!(read.is_some(), "no answer to {:?}", self.unanswered());
            assert!(read.unwrap_or(false), "the server ended without an answer to {:?}", self.unanswered());
        }
    }

    fn unanswered(&self) -> Vec<i64> {
        self.answers.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect()
    }

    /// Reads what the server has written; whether it wrote anything before it ended.
    async fn receive(&mut self) -> bool {
        if !matches!(self.reader.read_buf(&mut self.received).await, Ok(1..)) {
            return false;
        }
        while let Some((message, length)) = first_message(&self.received) {
            self.received.drain(..length);
            self.heard(message).await;
        }
        true
    }

    async fn heard(&mut self, mut message: Value) {
        let id = message["id"].as_i64();
        if message.get("method").is_some() {
            if message.get("id").is_some() && self.answering {
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": null});
                self.send_body(answer.to_string().as_bytes()).await;
            }
            return;
        }
        if let Some(count) = id.and_then(|id| self.answers.get_mut(&id)) {
            *count += 1;
            self.waiting -= usize::from(*count == 1);
            assert!(*count == 1 || !self.orderly, "two answers to one request: {message}");
        }
        if !message["result"].is_null() {
            self.last = message["result"].take();
        }
    }

    /// Ends the input, and waits for the rest of the answers and the end.
    pub async fn end(mut self) {
        self.settle().await;
        // Whoever has hung up answers nothing any more.
        self.answering = false;
        let _ = self.writer.shutdown().await;
        let rest = async {
            while self.receive().await {}
            (&mut self.server).await
        };
        let ended = in_time(rest).await;
        assert!(ended.is_some(), "the server does not end with its input");
        assert!(ended.is_some_and(|ended| ended.is_ok()), "the server panicked");
        let answered = self.answers.values().all(|count| *count == 1);
        assert!(answered || !self.orderly || self.over, "no answer to {:?}", self.unanswered());
    }
}

/// A line or column of one byte; the last stand for numbers that no text reaches.
fn far(byte: u8) -> u32 {
    match byte {
        0..0xFD => u32::from(byte),
        0xFD => i32::MAX.unsigned_abs(),
        _ => u32::MAX,
    }
}

fn capabilities(encodings: &Value) -> Value {
    json!({
        "general": {"positionEncodings": encodings},
        "window": {"workDoneProgress": true, "showDocument": {"support": true}},
        "workspace": {
            "applyEdit": true,
            "configuration": true,
            "didChangeWatchedFiles": {"dynamicRegistration": true},
            "didChangeConfiguration": {"dynamicRegistration": true},
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
            "diagnostics": {"refreshSupport": true},
            "codeLens": {"refreshSupport": true},
        },
        "textDocument": {
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "diagnostic": {},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "definition": {"linkSupport": true},
            "rename": {"prepareSupport": true},
            "completion": {"completionItem": {"documentationFormat": ["markdown"], "resolveSupport": {"properties": ["documentation"]}}},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                "dataSupport": true,
                "resolveSupport": {"properties": ["edit"]},
            },
            "publishDiagnostics": {"versionSupport": true},
        },
    })
}

/// Makes every address one below `/nowhere`.
fn tame(value: &mut Value) {
    match value {
        Value::String(text) if leads_out(text) => DOCUMENTS[0].clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(tame),
        Value::Object(fields) => {
            fields.remove("rootPath");
            let tamed = std::mem::take(fields).into_iter().map(|(key, mut value)| {
                tame(&mut value);
                (if leads_out(&key) { DOCUMENTS[0].to_owned() } else { key }, value)
            });
            *fields = tamed.collect::<Map<_, _>>();
        }
        _ => {}
    }
}

fn leads_out(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_file = lower.trim_start().starts_with("file") && lower.contains([':', '%']);
    let is_known = text.starts_with("file:///nowhere/") || text.starts_with("file://server/");
    is_file && (!is_known || lower.contains("..") || lower.contains('%') && !DOCUMENTS.contains(&text))
}

/// Bytes in which no address leads out: where one could begin that is not spelled as ours are, it is broken.
fn tame_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut tamed = bytes.to_vec();
    for at in 0..tamed.len() {
        let is_ours = tamed[at..].starts_with(b"://nowhere/") || tamed[at..].starts_with(b":///nowhere/");
        if tamed[at] == b':' && tamed.get(at + 1) == Some(&b'/') && !is_ours
            || tamed[at..].starts_with(b"..")
            || tamed[at..].starts_with(b"\\/")
            || tamed[at..].starts_with(b"\\u")
            || tamed[at..].starts_with(b"rootPath")
        {
            tamed[at] = b'_';
        }
    }
    tamed
}

/// The first whole message, and how many bytes it takes.
fn first_message(bytes: &[u8]) -> Option<(Value, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let headers = std::str::from_utf8(&bytes[..end]).ok();
    let length = headers
        .and_then(|headers| headers.lines().find_map(|line| line.strip_prefix("Content-Length: ")))
        .and_then(|length| length.parse::<usize>().ok());
    assert!(length.is_some(), "the server tells the length of its messages");
    let body = bytes.get(end + 4..end + 4 + length?)?;
    let message = serde_json::from_slice(body);
    assert!(message.is_ok(), "the server sends JSON: {message:?}");
    Some((message.ok()?, end + 4 + length?))
}
