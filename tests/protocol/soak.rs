//! A long session of edits, saves, closes, renames and changes behind the editor's back: what the server says in the end
//! is what a server says that has just begun.
//!
//! Invariant: what happens comes from a seed, so that a failure can be repeated. `STUDYMARK_SOAK=100000` makes so many
//! steps and tells the memory at the start and at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use studymark::server::Options;

use crate::client::Client;

/// The files that come and go.
const PATHS: [&str; 9] = [
    "闭包.md",
    "进程.md",
    "sub/a.md",
    "sub/闭包.md",
    "sub/deep/b.md",
    "C d.md",
    "p.png",
    "sub/p.png",
    "r.md",
];

/// What notes are made of.
const PIECES: &[&str] = &[
    "# 闭包\n\n",
    "## 什么是堆？\n\n",
    "## 1. 进程\n\n",
    "### What is a heap?\n\n",
    "堆（heap）是一种树。\n\n",
    "进程是一个实例。\n\n",
    "见堆和进程，heap。\n\n",
    "[[闭包]]\n",
    "[[进程#1. 进程]]\n",
    "[[sub/a]] [[a#闭包|标签]]\n",
    "[x](sub/a.md#闭包)\n",
    "[y](../进程.md)\n",
    "[z](闭包.md)\n",
    "![p](p.png)\n",
    "![[p.png]]\n",
    "[r]: r.md\n",
    "[t][r]\n",
    "[^1]\n\n",
    "[^1]: 注\n",
    "#标签 ",
    "😀",
    "TODO\n\n",
    "正文 text。",
    "\n\n",
    "\r\n",
    "- 一\n- 二\n",
    "```go\nx := 1\n```\n",
    "<a id=\"顶\"></a>",
    "---\ntitle: 别名\naliases: [乙, heap two]\n---\n",
    " ^块",
    "<!-- studymark: answered -->\n",
    "",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn text(&mut self) -> String {
        (0..4 + self.below(14)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}

/// A session with what it should come to.
struct Session {
    folder: tempfile::TempDir,
    client: Client,
    random: Random,
    /// The texts of what is open.
    open: BTreeMap<&'static str, String>,
    version: i32,
    /// What changed on disk and was not told yet.
    untold: Vec<&'static str>,
    /// Requests whose answers nobody waited for.
    asked: usize,
    /// How much was said when it was compared.
    said: usize,
}

async fn client(folder: &str) -> Client {
    let options = Options { quiet: Duration::ZERO, rest: Duration::from_millis(5), ..Options::default() };
    let mut client = Client::start_with(options, |server| server);
    let capabilities = json!({
        "window": {"workDoneProgress": true},
        "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    client.greet(&[folder], capabilities, Value::Null).await;
    client
        .until("the end of the progress", |message| {
            (message["params"]["value"]["kind"] == "end").then_some(())
        })
        .await;
    client
}

/// The place of a byte in UTF-16 units.
fn place(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.matches('\n').count() + before.matches('\r').count() - before.matches("\r\n").count();
    let start = before.rfind(['\n', '\r']).map_or(0, |found| found + 1);
    json!({"line": line, "character": before[start..].encode_utf16().count()})
}

impl Session {
    async fn begin(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("notes")).unwrap();
        let uri = format!("file://{}", folder.path().canonicalize().unwrap().join("notes").display());
        let client = client(&uri).await;
        Self {
            folder,
            client,
            random: Random(seed),
            open: BTreeMap::new(),
            version: 1,
            untold: Vec::new(),
            asked: 0,
            said: 0,
        }
    }

    fn root(&self) -> String {
        format!("file://{}", self.folder.path().canonicalize().unwrap().join("notes").display())
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root())
    }

    fn disk(&self, path: &str) -> PathBuf {
        self.folder.path().join("notes").join(path)
    }

    fn write(&mut self, path: &'static str, text: &str) {
        let file = self.disk(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self.untold.push(path);
    }

    async fn tell(&mut self) {
        let mut told = std::mem::take(&mut self.untold);
        if self.random.below(3) == 0 {
            told.extend(told.clone());
        }
        let changes: Vec<Value> = told
            .iter()
            .map(|path| json!({"uri": self.uri(path), "type": 1 + self.random.below(3)}))
            .collect();
        self.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }

    async fn step(&mut self) {
        let path = PATHS[self.random.below(PATHS.len())];
        let is_note = path.ends_with(".md");
        match self.random.below(12) {
            0 | 1 if is_note && !self.open.contains_key(path) => {
                let text = fs::read_to_string(self.disk(path)).unwrap_or_default();
                self.client.open(&self.uri(path), &text).await;
                self.open.insert(path, text);
            }
            0..=5 if self.open.contains_key(path) => self.edit(path).await,
            6 if self.open.contains_key(path) => {
                let text = self.open[path].clone();
                self.write(path, &text);
                let saved = json!({"textDocument": {"uri": self.uri(path)}});
                self.client.notify("textDocument/didSave", saved).await;
            }
            7 if self.open.remove(path).is_some() => self.client.close(&self.uri(path)).await,
            8 => {
                let text = self.random.text();
                self.write(path, &text);
            }
            9 if self.random.below(2) == 0 && fs::remove_file(self.disk(path)).is_ok() => {
                self.untold.push(path);
                if self.random.below(2) == 0 {
                    let files = json!({"files": [{"uri": self.uri(path)}]});
                    self.client.notify("workspace/didDeleteFiles", files).await;
                }
            }
            10 => {
                let to = PATHS[self.random.below(PATHS.len())];
                let same_kind = is_note == to.ends_with(".md");
                if same_kind
                    && self.disk(path).exists()
                    && !self.open.contains_key(path)
                    && !self.disk(to).exists()
                {
                    fs::create_dir_all(self.disk(to).parent().unwrap()).unwrap();
                    fs::rename(self.disk(path), self.disk(to)).unwrap();
                    let files = json!({"files": [{"oldUri": self.uri(path), "newUri": self.uri(to)}]});
                    self.client.notify("workspace/didRenameFiles", files).await;
                }
            }
            11 => {
                self.tell().await;
                let at = json!({"textDocument": {"uri": self.uri(path)}, "position": {"line": self.random.below(9), "character": self.random.below(9)}});
                let methods = [
                    "textDocument/hover",
                    "textDocument/completion",
                    "textDocument/definition",
                    "textDocument/codeLens",
                ];
                let method = methods[self.random.below(methods.len())];
                let id = self.client.ask(method, at).await;
                self.asked += 1;
                if self.random.below(2) == 0 {
                    self.client.notify("$/cancelRequest", json!({"id": id})).await;
                }
            }
            _ => {}
        }
    }

    async fn edit(&mut self, path: &'static str) {
        let text = self.open[path].clone();
        let mut places = [self.random.below(text.len() + 1), self.random.below(text.len() + 1)];
        if self.random.below(2) == 0 {
            places[1] = places[0];
        }
        places.sort_unstable();
        let within_break = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
        let [start, end] = places.map(|at| {
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            if within_break(at) { at - 1 } else { at }
        });
        let new = PIECES[self.random.below(PIECES.len())];
        self.version += 1;
        let change = json!({"range": {"start": place(&text, start), "end": place(&text, end)}, "text": new});
        let params = json!({
            "textDocument": {"uri": self.uri(path), "version": self.version},
            "contentChanges": [change],
        });
        self.client.notify("textDocument/didChange", params).await;
        self.open.insert(path, format!("{}{new}{}", &text[..start], &text[end..]));
    }

    /// What a server that has just begun says.
    async fn fresh(&self) -> Client {
        let mut fresh = client(&self.root()).await;
        for (path, text) in &self.open {
            fresh.open(&self.uri(path), text).await;
        }
        fresh
    }

    /// Compares the two servers, which both may have something left to do.
    async fn check(&mut self, step: usize) {
        self.tell().await;
        let mut fresh = self.fresh().await;
        let root = self.root();
        let begun = Instant::now();
        loop {
            let (ours, theirs) = (view(&mut self.client, &root).await, view(&mut fresh, &root).await);
            if ours == theirs {
                self.said += ours.iter().filter(|line| !line.ends_with("null")).count();
                break;
            }
            if begun.elapsed() > Duration::from_secs(10) {
                let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
                    a.difference(b).cloned().collect::<Vec<_>>().join("\n")
                };
                panic!(
                    "after {step} steps, only in the session:\n{}\nonly anew:\n{}\nopen: {:?}",
                    only(&ours, &theirs),
                    only(&theirs, &ours),
                    self.open
                );
            }
        }
        fresh.goodbye().await;
        self.client.forget();
    }
}

/// What a server says of all notes, in no order.
async fn view(client: &mut Client, root: &str) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let mut add = |what: &str, value: &Value| {
        for item in value.as_array().into_iter().flatten() {
            said.insert(format!("{what} {item}"));
        }
        if !value.is_array() {
            said.insert(format!("{what} {value}"));
        }
    };
    for path in PATHS.iter().filter(|path| path.ends_with(".md")) {
        let uri = format!("{root}/{path}");
        let document = json!({"uri": uri});
        for method in ["documentSymbol", "documentLink", "codeLens"] {
            let found =
                client.call(&format!("textDocument/{method}"), json!({"textDocument": document})).await;
            add(&format!("{path} {method}"), &found);
        }
        let report = client.call("textDocument/diagnostic", json!({"textDocument": document})).await;
        add(&format!("{path} diagnostic"), &report["items"]);
        for (line, character) in [(0, 3), (2, 1)] {
            let at = json!({"textDocument": document, "position": {"line": line, "character": character}, "context": {"includeDeclaration": true}});
            for method in ["references", "hover"] {
                let found = client.call(&format!("textDocument/{method}"), at.clone()).await;
                add(&format!("{path} {line} {method}"), &found);
            }
        }
    }
    let all = client.call("workspace/symbol", json!({"query": ""})).await;
    add("symbol", &all);
    let coverage = json!({"command": "studymark.coverage"});
    add("coverage", &client.call("workspace/executeCommand", coverage).await["total"]);
    // Another document to type in, which is gone again afterwards.
    let probe = "untitled:probe";
    for typed in ["[[", "[[闭包#", "[x](sub/", "见堆", "[[b", "![[p"] {
        client.open(probe, typed).await;
        let at = json!({"textDocument": {"uri": probe}, "position": {"line": 0, "character": typed.encode_utf16().count()}});
        let mut list = client.call("textDocument/completion", at).await;
        for item in list["items"].as_array_mut().into_iter().flatten() {
            // Which notes were worked on last is another matter.
            item.as_object_mut().unwrap().remove("sortText");
            item.as_object_mut().unwrap().remove("preselect");
        }
        add(typed, &list["items"]);
        client.close(probe).await;
    }
    said
}

/// The memory of this process in kilobytes.
#[cfg(target_os = "linux")]
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_long_session_ends_where_a_new_one_begins() {
    let long: Option<usize> = std::env::var("STUDYMARK_SOAK").ok().and_then(|steps| steps.parse().ok());
    let steps = long.unwrap_or(1_200);
    let between = if long.is_some() { 500 } else { 100 };
    let seed = std::env::var("STUDYMARK_SOAK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(42);
    let mut session = Session::begin(seed).await;
    let mut at_start = None;
    for step in 1..=steps {
        session.step().await;
        if step % between == 0 {
            session.check(step).await;
            at_start.get_or_insert_with(memory);
        }
    }
    assert!(session.asked > steps / 50, "requests came in between");
    assert!(session.said > steps / between * 20, "there was something to compare: {} lines", session.said);
    if long.is_some() {
        let line = format!(
            "memory after {between} steps: {} KB, after {steps}: {} KB\n",
            at_start.unwrap_or(0),
            memory()
        );
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    }
    session.client.goodbye().await;
}
