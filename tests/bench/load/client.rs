//! An editor's side of the protocol, over the stdin and stdout of a server that runs as a process of its own.
//!
//! Invariant: nothing waits for ever. What the server asks is answered at once by threads of its own, whatever is measured
//! meanwhile, and a message's time is that at which its last byte came.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::hello;
use crate::vault::decoded;

/// Of longer answers only the names of their items are kept: all of them would cost the client more than the server.
const KEPT_BYTES: usize = 32 << 20;
/// How long a server may take to end when it is told to.
const FAREWELL: Duration = Duration::from_secs(10);

/// What became of a request.
pub enum Outcome {
    /// Its result, or what is kept of a long one.
    Result(Value),
    /// The server said that it cannot.
    Error(String),
    /// Nothing came in time, or the server has ended.
    NoAnswer,
}

/// An answer and what it took.
pub struct Reply {
    /// What became of the request.
    pub outcome: Outcome,
    /// From before its first byte was written until its answer's last byte.
    pub took: Duration,
    /// When the answer's last byte came, or when it was no longer waited for.
    pub at: Instant,
    /// How long the answer is.
    pub bytes: usize,
}

impl Reply {
    /// The same with the time that it took since an earlier moment, as when a key went before the request.
    pub fn since(self, earlier: Instant) -> Self {
        Self { took: self.at.saturating_duration_since(earlier), ..self }
    }
}

/// Findings that the server sent unasked.
struct Push {
    at: Instant,
    uri: String,
    version: Option<i64>,
}

/// A message and when it came.
struct Message {
    at: Instant,
    bytes: usize,
    value: Value,
}

/// A server and the editor that talks to it.
pub struct Client {
    child: Child,
    stdin: Arc<Mutex<ChildStdin>>,
    incoming: Receiver<Message>,
    pushes: VecDeque<Push>,
    /// The last findings that were pushed, by decoded URI.
    pub findings: HashMap<String, Value>,
    /// What the server said it can do.
    pub capabilities: Value,
    registered: Arc<Mutex<BTreeSet<String>>>,
    next_id: i64,
    /// How long an answer is waited for.
    pub patience: Duration,
    /// When the process was started.
    pub started: Instant,
}

impl Client {
    /// Starts the server in a folder and says hello. The first word of the command is the program.
    pub fn start(command: &[String], folder: &Path, patience: Duration) -> Result<Self, String> {
        let (program, arguments) = command.split_first().ok_or("no program was named")?;
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program} did not start: {error}"))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{program} has no pipes"));
        };
        let stdin = Arc::new(Mutex::new(stdin));
        let registered = Arc::new(Mutex::new(BTreeSet::new()));
        let (sender, incoming) = channel();
        let (asked, questions) = channel::<Value>();
        let (answering, noting) = (Arc::clone(&stdin), Arc::clone(&registered));
        let folders = hello::folders(folder);
        std::thread::spawn(move || read(stdout, &sender, &asked));
        // Answers have a thread of their own: a server that does not read while it writes stops nobody.
        std::thread::spawn(move || {
            for question in questions {
                note_registrations(&question, &noting);
                if write(&answering, &framed(&hello::answer(&question, &folders))).is_err() {
                    return;
                }
            }
        });
        let mut client = Self {
            child,
            stdin,
            incoming,
            pushes: VecDeque::new(),
            findings: HashMap::new(),
            capabilities: Value::Null,
            registered,
            next_id: 0,
            patience,
            started,
        };
        match client.request("initialize", &hello::initialize(folder)).outcome {
            Outcome::Result(mut result) => client.capabilities = result["capabilities"].take(),
            Outcome::Error(error) => return Err(format!("{program} refused to begin: {error}")),
            Outcome::NoAnswer => return Err(format!("{program} did not say hello")),
        }
        client.notify("initialized", &json!({}));
        Ok(client)
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the server offers this, by the name of its capability (`hoverProvider`) or as it registered it.
    pub fn offers(&self, provider: &str, method: &str) -> bool {
        let capability = &self.capabilities[provider];
        let registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner).contains(method);
        registered || !(capability.is_null() || *capability == Value::Bool(false))
    }

    /// Whether the server wants the whole text after each change.
    pub fn wants_whole_texts(&self) -> bool {
        let sync = &self.capabilities["textDocumentSync"];
        *sync == 1 || sync["change"] == 1
    }

    /// Sends a notification; gives the moment before its first byte.
    pub fn notify(&mut self, method: &str, params: &Value) -> Instant {
        // A server that has ended is noticed by the answers that do not come.
        let whole = framed(&message(None, method, params));
        let sent = Instant::now();
        let _ = write(&self.stdin, &whole);
        sent
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: &Value) -> Reply {
        self.request_within(method, params, self.patience)
    }

    fn request_within(&mut self, method: &str, params: &Value, patience: Duration) -> Reply {
        self.next_id += 1;
        let id = self.next_id;
        let whole = framed(&message(Some(id), method, params));
        let sent = Instant::now();
        let none = || {
            let at = Instant::now();
            Reply { outcome: Outcome::NoAnswer, took: at - sent, at, bytes: 0 }
        };
        if write(&self.stdin, &whole).is_err() {
            return none();
        }
        loop {
            let Some(message) = self.next(sent + patience) else {
                self.notify("$/cancelRequest", &json!({ "id": id }));
                return none();
            };
            let Message { at, bytes, mut value } = message;
            if value["id"] != id {
                continue;
            }
            let outcome = match value.get("error") {
                Some(error) if !error.is_null() => Outcome::Error(error.to_string()),
                _ => Outcome::Result(value["result"].take()),
            };
            return Reply { outcome, took: at.saturating_duration_since(sent), at, bytes };
        }
    }

    /// When findings of this document at this version (or of no version) were pushed, at the earliest after `since`.
    pub fn pushed(&mut self, uri: &str, version: i64, since: Instant, patience: Duration) -> Option<Instant> {
        let uri = decoded(uri);
        let until = since + patience;
        loop {
            while let Some(push) = self.pushes.pop_front() {
                let of_text = push.version.is_none_or(|of| of >= version);
                if push.uri == uri && of_text && push.at >= since {
                    return Some(push.at);
                }
            }
            self.next(until)?;
        }
    }

    /// Takes in what came until this moment.
    pub fn idle_until(&mut self, until: Instant) {
        while Instant::now() < until {
            if self.next(until).is_none() {
                // A server that has ended closes the channel: then there is nothing to take in but time to keep.
                std::thread::sleep(until.saturating_duration_since(Instant::now()));
            }
        }
        self.pushes.clear();
    }

    /// The next answer or push; pushes are noted besides.
    fn next(&mut self, until: Instant) -> Option<Message> {
        let left = until.saturating_duration_since(Instant::now());
        let message = match self.incoming.recv_timeout(left) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        if message.value["method"] == "textDocument/publishDiagnostics" {
            let params = &message.value["params"];
            let uri = decoded(params["uri"].as_str().unwrap_or_default());
            self.findings.insert(uri.clone(), params["diagnostics"].clone());
            self.pushes.push_back(Push { at: message.at, uri, version: params["version"].as_i64() });
        }
        Some(message)
    }

    /// Says goodbye as the protocol wants it; ends the process by its own id when it does not go. Returns whether it went.
    pub fn goodbye(mut self) -> bool {
        let asked = self.request_within("shutdown", &Value::Null, FAREWELL);
        self.notify("exit", &Value::Null);
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return matches!(asked.outcome, Outcome::Result(_));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn message(id: Option<i64>, method: &str, params: &Value) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "method": method});
    if let Some(id) = id {
        message["id"] = json!(id);
    }
    if !params.is_null() {
        message["params"] = params.clone();
    }
    message
}

fn framed(message: &Value) -> String {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

fn write(stdin: &Mutex<ChildStdin>, whole: &str) -> std::io::Result<()> {
    let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
    stdin.write_all(whole.as_bytes())?;
    stdin.flush()
}

fn note_registrations(question: &Value, registered: &Mutex<BTreeSet<String>>) {
    let registrations = question["params"]["registrations"].as_array().into_iter().flatten();
    let methods = registrations.filter_map(|one| one["method"].as_str()).map(str::to_owned);
    registered.lock().unwrap_or_else(PoisonError::into_inner).extend(methods);
}

/// Reads until the server closes its output. Its questions go to who answers them, the rest to who measures.
fn read(stdout: ChildStdout, sender: &Sender<Message>, asked: &Sender<Value>) {
    let mut stdout = BufReader::with_capacity(1 << 16, stdout);
    while let Some(body) = read_body(&mut stdout) {
        let at = Instant::now();
        let Some(value) = parse(&body) else { continue };
        let gone = if value.get("id").is_some() && value.get("method").is_some() {
            asked.send(value).is_err()
        } else if value.get("id").is_some() || value["method"] == "textDocument/publishDiagnostics" {
            sender.send(Message { at, bytes: body.len(), value }).is_err()
        } else {
            false
        };
        if gone {
            return;
        }
    }
}

fn read_body(stdout: &mut BufReader<ChildStdout>) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() && length.is_some() {
            break;
        }
        if let Some((name, bytes)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = bytes.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length?];
    stdout.read_exact(&mut body).ok()?;
    Some(body)
}

/// What a long answer is read as: who asked, and how its items are called.
#[derive(Deserialize)]
struct Long {
    id: Value,
    result: LongResult,
}

#[derive(Deserialize)]
struct LongResult {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    uri: String,
    #[serde(rename = "resultId")]
    result_id: Option<String>,
}

/// A message of which nothing else matters.
#[derive(Deserialize)]
struct Envelope {
    id: Option<Value>,
    error: Option<IgnoredAny>,
}

fn parse(body: &[u8]) -> Option<Value> {
    if body.len() <= KEPT_BYTES {
        return serde_json::from_slice(body).ok();
    }
    if let Ok(Long { id, result }) = serde_json::from_slice::<Long>(body) {
        let items = result.items.into_iter().map(|item| json!({"uri": item.uri, "resultId": item.result_id}));
        return Some(json!({"id": id, "result": {"items": items.collect::<Vec<_>>()}}));
    }
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    match (envelope.id, envelope.error) {
        (None, _) => serde_json::from_slice(body).ok(),
        (Some(id), Some(_)) => Some(json!({"id": id, "error": "a long one"})),
        (Some(id), None) => Some(json!({"id": id, "result": null})),
    }
}
