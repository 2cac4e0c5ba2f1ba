//! A small client: the real server at the other end of a pipe in this process.
//!
//! Invariant: it waits for messages and never sleeps; when the awaited message does not come, the test fails after a
//! guard of ten seconds and tells what came instead.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};
use studymark::server::{Backend, End, Options, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tower_lsp::LspServiceBuilder;

/// How long the server may take for anything, unless a test has more patience.
const GUARD: Duration = Duration::from_secs(10);

/// A range: start line, start column, end line, end column, all from 0.
pub type Lines = (u32, u32, u32, u32);

/// A client with a server of its own.
pub struct Client {
    writer: Option<WriteHalf<DuplexStream>>,
    incoming: mpsc::UnboundedReceiver<Value>,
    reader: JoinHandle<()>,
    /// Messages that nobody waited for yet.
    kept: VecDeque<Value>,
    /// What to answer to the server's questions, by method; `null` else. `Value::Bool(false)` leaves them open.
    pub answers: HashMap<&'static str, Value>,
    /// How long the server may take for anything.
    pub patience: Duration,
    server: JoinHandle<End>,
    next_id: i64,
}

impl Client {
    /// Starts a server, without a word to it.
    pub fn start() -> Self {
        Self::start_with(Options::default(), |server| server)
    }

    /// Starts a server with other options and further methods.
    pub fn start_with(
        options: Options,
        extend: impl FnOnce(LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend> + Send + 'static,
    ) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(theirs);
        let server = tokio::spawn(async move { serve(read, write, options, extend).await });
        let (read, writer) = tokio::io::split(ours);
        let (sender, incoming) = mpsc::unbounded_channel();
        let reader = tokio::spawn(read_messages(read, sender));
        Self {
            writer: Some(writer),
            incoming,
            reader,
            kept: VecDeque::new(),
            answers: HashMap::new(),
            patience: GUARD,
            server,
            next_id: 0,
        }
    }

    /// Starts a server for these folders and says hello with these capabilities.
    pub async fn hello(folders: &[&str], capabilities: Value) -> Self {
        let mut client = Self::start();
        client.greet(folders, capabilities, Value::Null).await;
        client
    }

    /// Says hello; gives the server's answer.
    pub async fn greet(&mut self, folders: &[&str], capabilities: Value, options: Value) -> Value {
        let folders: Vec<Value> =
            folders.iter().map(|uri| json!({"uri": uri, "name": uri.rsplit('/').next()})).collect();
        let result = self
            .call(
                "initialize",
                json!({
                    "processId": null,
                    "rootUri": null,
                    "workspaceFolders": folders,
                    "capabilities": capabilities,
                    "initializationOptions": options,
                }),
            )
            .await;
        self.notify("initialized", json!({})).await;
        result
    }

    /// Sends bytes as they are.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("the client has not hung up");
        writer.write_all(bytes).await.expect("the server reads");
    }

    /// Sends a message.
    pub async fn send(&mut self, message: Value) {
        let message = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{message}", message.len()).as_bytes()).await;
    }

    /// Sends a notification.
    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// Sends a request; gives its id.
    pub async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.next_id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message).await;
        self.next_id
    }

    /// The whole answer to the request of this id.
    pub async fn answer(&mut self, id: i64) -> Value {
        self.until(&format!("the answer to request {id}"), |message| {
            (message["id"] == id && message.get("method").is_none()).then(|| message.clone())
        })
        .await
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Value) -> impl Future<Output = Value> {
        let method = method.to_owned();
        async move {
            let id = self.ask(&method, params).await;
            let mut answer = self.answer(id).await;
            assert!(answer.get("error").is_none(), "{method} failed: {answer}");
            answer["result"].take()
        }
    }

    /// The next message that `wanted` takes. Others are kept for who waits for them, in their order.
    pub async fn until<T>(&mut self, what: &str, wanted: impl Fn(&Value) -> Option<T>) -> T {
        for at in 0..self.kept.len() {
            if let Some(found) = wanted(&self.kept[at]) {
                self.kept.remove(at);
                return found;
            }
        }
        let deadline = tokio::time::Instant::now() + self.patience;
        loop {
            let message = match tokio::time::timeout_at(deadline, self.incoming.recv()).await {
                Ok(Some(message)) => message,
                Ok(None) => panic!("the server ended before {what} came; it sent {}", self.kept()),
                Err(_) => panic!("{what} did not come; the server sent {}", self.kept()),
            };
            self.answer_question(&message).await;
            if let Some(found) = wanted(&message) {
                return found;
            }
            self.kept.push_back(message);
        }
    }

    /// Drops what was sent before the last message that was waited for.
    pub fn forget(&mut self) {
        self.kept.clear();
    }

    /// The methods of what was sent and nobody waited for.
    pub fn kept_methods(&self) -> Vec<String> {
        self.kept.iter().filter_map(|message| message["method"].as_str().map(str::to_owned)).collect()
    }

    fn kept(&self) -> String {
        self.kept.iter().map(|message| format!("\n{message}")).collect()
    }

    async fn answer_question(&mut self, message: &Value) {
        let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) else { return };
        let answer = self.answers.get(method).cloned().unwrap_or(Value::Null);
        if answer != Value::Bool(false) && self.writer.is_some() {
            self.send(json!({"jsonrpc": "2.0", "id": id, "result": answer})).await;
        }
    }

    /// The parameters of the next notification or request of this method.
    pub async fn notification(&mut self, method: &str) -> Value {
        self.until(method, |message| (message["method"] == method).then(|| message["params"].clone())).await
    }

    /// Opens a document at version 1.
    pub async fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    /// Sends changes, each a range and the new text in it.
    pub async fn change(&mut self, uri: &str, version: i32, changes: &[(Lines, &str)]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|((line, column, end_line, end_column), text)| {
                json!({
                    "range": {
                        "start": {"line": line, "character": column},
                        "end": {"line": end_line, "character": end_column},
                    },
                    "text": text,
                })
            })
            .collect();
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params).await;
    }

    /// Closes a document.
    pub async fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}})).await;
    }

    /// Waits until findings of this document at this version are pushed; one line each.
    pub async fn findings(&mut self, uri: &str, version: i32) -> String {
        self.until(&format!("findings of {uri} version {version}"), |message| {
            let params = &message["params"];
            (message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version)
                .then(|| render(&params["diagnostics"]))
        })
        .await
    }

    /// Waits until exactly these findings are pushed for the document.
    pub async fn until_findings(&mut self, uri: &str, expected: &str) {
        self.until(&format!("findings of {uri}: {expected:?}"), |message| {
            let params = &message["params"];
            (message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && render(&params["diagnostics"]) == expected)
                .then_some(())
        })
        .await;
    }

    /// The names of the document's symbols, one a line, as the server has them now.
    pub async fn outline(&mut self, uri: &str) -> String {
        let symbols = self.call("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}})).await;
        let names = symbols.as_array().into_iter().flatten().filter_map(|symbol| symbol["name"].as_str());
        names.collect::<Vec<_>>().join("\n")
    }

    /// Hangs up: the server's input ends.
    pub fn hang_up(&mut self) {
        self.writer = None;
        self.reader.abort();
    }

    /// Closes the server's input only.
    pub async fn end_input(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            writer.shutdown().await.expect("the pipe closes");
        }
    }

    /// Waits until the server has ended.
    pub async fn ended(&mut self) -> End {
        let ended = tokio::time::timeout(self.patience, &mut self.server).await;
        ended.expect("the server ends").expect("the server does not panic")
    }

    /// Says goodbye as the protocol wants it.
    pub async fn goodbye(mut self) {
        self.call("shutdown", Value::Null).await;
        self.notify("exit", Value::Null).await;
        assert_eq!(self.ended().await, End::Clean);
    }
}

/// Findings as `line:column code`, lines and columns from 0.
pub fn render(diagnostics: &Value) -> String {
    let lines = diagnostics.as_array().into_iter().flatten().map(|item| {
        let start = &item["range"]["start"];
        format!("{}:{} {}", start["line"], start["character"], item["code"].as_str().unwrap_or("?"))
    });
    lines.collect::<Vec<_>>().join(", ")
}

/// Reads messages until the pipe ends.
async fn read_messages(mut read: ReadHalf<DuplexStream>, sender: mpsc::UnboundedSender<Value>) {
    let mut bytes = Vec::new();
    loop {
        while let Some((message, length)) = first_message(&bytes) {
            bytes.drain(..length);
            if sender.send(message).is_err() {
                return;
            }
        }
        match read.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// The first whole message, and how many bytes it takes.
fn first_message(bytes: &[u8]) -> Option<(Value, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let headers = std::str::from_utf8(&bytes[..end]).expect("headers are ASCII");
    let length: usize = headers
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .expect("the length is told")
        .parse()
        .expect("the length is a number");
    let body = bytes.get(end + 4..end + 4 + length)?;
    Some((serde_json::from_slice(body).expect("messages are JSON"), end + 4 + length))
}
