//! Renames over the protocol: what is proposed, what is refused, and that every link of many notes goes along.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::Client;

const ROOT: &str = "file:///notes/";

/// What an editor that can do everything says of itself.
fn capable() -> Value {
    json!({
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]}},
        "textDocument": {"rename": {"prepareSupport": true}},
    })
}

/// An editor with these notes open.
struct Editor {
    client: Client,
    texts: BTreeMap<String, String>,
    version: i32,
}

impl Editor {
    async fn with(capabilities: Value, notes: &[(String, String)]) -> Self {
        let mut client = Client::hello(&[], capabilities).await;
        let mut texts = BTreeMap::new();
        for (name, text) in notes {
            let uri = format!("{ROOT}{name}");
            client.open(&uri, text).await;
            texts.insert(uri, text.clone());
        }
        // A broken link tells when the folder is known.
        let probe = format!("{ROOT}probe.md");
        client.open(&probe, "[x](nothing.md)\n").await;
        client.until_findings(&probe, "0:4 missing-file").await;
        Self { client, texts, version: 1 }
    }

    fn text(&self, name: &str) -> &str {
        &self.texts[&format!("{ROOT}{name}")]
    }

    async fn rename(&mut self, name: &str, line: u32, character: u32, new_name: &str) -> Value {
        let params = json!({
            "textDocument": {"uri": format!("{ROOT}{name}")},
            "position": {"line": line, "character": character},
            "newName": new_name,
        });
        self.client.call("textDocument/rename", params).await
    }

    /// Makes the text edits, and tells the server as an editor does. Returns the files that move: from, to.
    async fn apply(&mut self, edit: &Value) -> Vec<(String, String)> {
        let mut moved = Vec::new();
        self.version += 1;
        for change in edit["documentChanges"].as_array().unwrap() {
            if change["kind"] == "rename" {
                let uri = |key: &str| change[key].as_str().unwrap().to_owned();
                moved.push((uri("oldUri"), uri("newUri")));
                continue;
            }
            let uri = change["textDocument"]["uri"].as_str().unwrap().to_owned();
            let text = self.texts.get_mut(&uri).unwrap_or_else(|| panic!("{uri} is open"));
            for edit in change["edits"].as_array().unwrap().iter().rev() {
                let offset = |place: &Value| offset(text, &edit["range"][place.as_str().unwrap()]);
                let (start, end) = (offset(&json!("start")), offset(&json!("end")));
                text.replace_range(start..end, edit["newText"].as_str().unwrap());
            }
            let params = json!({
                "textDocument": {"uri": uri, "version": self.version},
                "contentChanges": [{"text": text}],
            });
            self.client.notify("textDocument/didChange", params).await;
        }
        moved
    }
}

/// The byte of a place in UTF-16 units.
fn offset(text: &str, place: &Value) -> usize {
    let (line, character) = (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
    let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    let mut units = 0;
    for (at, c) in text[start..].char_indices() {
        if units == character {
            return start + at;
        }
        units += c.len_utf16() as u64;
    }
    text.len()
}

fn note(name: &str, text: impl Into<String>) -> (String, String) {
    (name.to_owned(), text.into())
}

#[tokio::test]
async fn a_heading_with_two_hundred_links_and_back() {
    let mut notes = vec![note("闭包.md", "# 😀\n\n## 什么是闭包？\n\n[上](#什么是闭包)\n")];
    for n in 0..20 {
        let link = |m: u32| match m % 3 {
            0 => format!("😀 [问 {m}](闭包.md#什么是闭包 \"t\")\r\n"),
            1 => "见 [[闭包#什么是闭包？]]。\r\n".to_owned(),
            _ => "<a href=\"闭包.md#什么是闭包\">问</a>\r\n".to_owned(),
        };
        notes.push(note(&format!("n{n}.md"), (0..10).map(link).collect::<String>()));
    }
    let mut editor = Editor::with(capable(), &notes).await;
    let before = editor.texts.clone();
    let there = editor.rename("闭包.md", 2, 6, "闭包（closure）").await;
    assert_eq!(there["documentChanges"].as_array().unwrap().len(), 21);
    assert!(editor.apply(&there).await.is_empty());
    assert_eq!(editor.text("闭包.md"), "# 😀\n\n## 闭包（closure）\n\n[上](#闭包closure)\n");
    let all: String = (0..20).map(|n| editor.text(&format!("n{n}.md")).to_owned()).collect();
    assert_eq!(all.matches("闭包.md#闭包closure").count(), 140);
    assert_eq!(all.matches("[[闭包#闭包（closure）]]").count(), 60);
    assert_eq!(all.matches("什么是").count(), 0);
    let back = editor.rename("n3.md", 0, 15, "什么是闭包？").await;
    editor.apply(&back).await;
    assert_eq!(editor.texts, before);
    editor.client.goodbye().await;
}

#[tokio::test]
async fn what_can_be_renamed_is_told_before() {
    let mut editor = Editor::with(capable(), &[note("a.md", "## 😀 闭包\n\n[x](#-闭包) plain\n")]).await;
    let uri = format!("{ROOT}a.md");
    let place = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 7}});
    let from_link = editor.client.call("textDocument/prepareRename", place).await;
    assert_eq!(from_link["placeholder"], "😀 闭包");
    assert_eq!(from_link["range"]["start"], json!({"line": 2, "character": 5}));
    editor.client.goodbye().await;
}

#[tokio::test]
async fn what_cannot_be_renamed_is_refused_with_a_reason() {
    let mut editor = Editor::with(capable(), &[note("a.md", "## 闭包\n\nplain\n")]).await;
    for (line, character, name, reason) in
        [(2, 1, "x", "there is nothing to rename here"), (0, 4, "  ", "the new name is empty")]
    {
        let params = json!({
            "textDocument": {"uri": format!("{ROOT}a.md")},
            "position": {"line": line, "character": character},
            "newName": name,
        });
        let id = editor.client.ask("textDocument/rename", params).await;
        let answer = editor.client.answer(id).await;
        assert_eq!((&answer["error"]["code"], &answer["error"]["message"]), (&json!(-32803), &json!(reason)));
    }
    editor.client.goodbye().await;
}

#[tokio::test]
async fn a_note_is_renamed_from_a_link_by_clients_that_rename_files() {
    let notes = [note("a.md", "[x](b.md#节) [[b]]\n"), note("b.md", "# 节\n\n[a](a.md) [b](b.md)\n")];
    let mut editor = Editor::with(capable(), &notes).await;
    let edit = editor.rename("a.md", 0, 5, "新 名").await;
    let moved = editor.apply(&edit).await;
    assert_eq!(moved, [(format!("{ROOT}b.md"), format!("{ROOT}%E6%96%B0%20%E5%90%8D.md"))]);
    assert_eq!(editor.text("a.md"), "[x](新%20名.md#节) [[新 名]]\n");
    assert_eq!(editor.text("b.md"), "# 节\n\n[a](a.md) [b](新%20名.md)\n");
    editor.client.goodbye().await;

    let mut editor = Editor::with(json!({}), &notes).await;
    let params = json!({
        "textDocument": {"uri": format!("{ROOT}a.md")},
        "position": {"line": 0, "character": 5},
        "newName": "c",
    });
    let id = editor.client.ask("textDocument/rename", params).await;
    let answer = editor.client.answer(id).await;
    assert_eq!(answer["error"]["message"], "this editor does not rename files by itself: rename it there");
    editor.client.goodbye().await;
}

#[tokio::test]
async fn links_follow_a_folder_that_the_editor_moves() {
    let notes = [
        note("a.md", "[x](网络/tcp.md) [[tcp]]\n"),
        note("网络/tcp.md", "[a](../a.md) [u](udp.md)\n"),
        note("网络/udp.md", "u\n"),
    ];
    let mut editor = Editor::with(capable(), &notes).await;
    let files = json!({"files": [{"oldUri": format!("{ROOT}网络"), "newUri": format!("{ROOT}计算机/网络")}]});
    let edit = editor.client.call("workspace/willRenameFiles", files).await;
    editor.apply(&edit).await;
    assert_eq!(editor.text("a.md"), "[x](计算机/网络/tcp.md) [[tcp]]\n");
    assert_eq!(editor.text("网络/tcp.md"), "[a](../../a.md) [u](udp.md)\n");
    let nothing = json!({"files": [{"oldUri": format!("{ROOT}none.md"), "newUri": format!("{ROOT}x.md")}]});
    assert_eq!(editor.client.call("workspace/willRenameFiles", nothing).await, Value::Null);
    editor.client.goodbye().await;
}

#[tokio::test]
async fn a_term_and_what_other_notes_say_of_it() {
    let mut hello = capable();
    hello["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = json!({});
    let notes = [("a.md", "消息队列是一种通信方式。\n"), ("b.md", "😀訊息隊列与消息隊列\n")];
    let notes = notes.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut editor = Editor::with(hello, &notes).await;
    let place =
        json!({"textDocument": {"uri": format!("{ROOT}b.md")}, "position": {"line": 0, "character": 8}});
    let prepared = loop {
        // Names are found after a pause; until then there is nothing to rename.
        let id = editor.client.ask("textDocument/prepareRename", place.clone()).await;
        let answer = editor.client.answer(id).await;
        if answer.get("error").is_none() {
            break answer["result"].clone();
        }
    };
    assert_eq!(prepared["placeholder"], "消息隊列");
    assert_eq!(prepared["range"]["start"], json!({"line": 0, "character": 7}));
    let edit = editor.rename("b.md", 0, 8, "邮筒").await;
    assert_eq!(edit["changeAnnotations"]["elsewhere"]["needsConfirmation"], true);
    let annotated: Vec<&Value> = edit["documentChanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| &of["edits"][0]["annotationId"])
        .collect();
    assert_eq!(annotated, [&json!("elsewhere"), &Value::Null]);
    editor.apply(&edit).await;
    assert_eq!((editor.text("a.md"), editor.text("b.md")), ("邮筒是一种通信方式。\n", "😀訊息隊列与邮筒\n"));
    editor.client.goodbye().await;
}
