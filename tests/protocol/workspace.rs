//! Folders on disk: loading, several of them, files that change, settings.

use std::fs;

use serde_json::{Value, json};

use crate::client::Client;

/// A folder of files that goes with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(path, text)| folder.write(path, text.as_bytes()));
        folder
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.0.path().join(path)).unwrap();
    }

    pub fn uri(&self, path: &str) -> String {
        let folder = self.0.path().canonicalize().unwrap();
        let joined = if path.is_empty() { folder } else { folder.join(path) };
        let text = joined.to_str().unwrap().replace('\\', "/");
        format!("file://{}{text}", if text.starts_with('/') { "" } else { "/" })
    }
}

/// What editors of today say of themselves, as far as it matters here.
fn capabilities() -> Value {
    json!({
        "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true}},
        "window": {"workDoneProgress": true},
    })
}

async fn watched(client: &mut Client, uris: &[String]) {
    let changes: Vec<Value> = uris.iter().map(|uri| json!({"uri": uri, "type": 2})).collect();
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
}

/// A client with this folder, when all of it is read.
async fn loaded(folders: &[&Folder]) -> Client {
    let uris: Vec<String> = folders.iter().map(|folder| folder.uri("")).collect();
    let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
    let mut client = Client::hello(&uris, capabilities()).await;
    until_loaded(&mut client).await;
    client
}

async fn until_loaded(client: &mut Client) {
    client
        .until("the end of the progress", |message| {
            (message["method"] == "$/progress" && message["params"]["value"]["kind"] == "end").then_some(())
        })
        .await;
}

async fn found(client: &mut Client, query: &str) -> String {
    let symbols = client.call("workspace/symbol", json!({ "query": query })).await;
    let names = symbols.as_array().into_iter().flatten().filter_map(|symbol| symbol["name"].as_str());
    names.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn loading_shows_progress_and_finds_every_note() {
    let folder = Folder::with(&[("a.md", "# 闭包\n"), ("b/c.md", "# 作用域\n")]);
    let mut client = Client::hello(&[&folder.uri("")], capabilities()).await;
    let created = client.notification("window/workDoneProgress/create").await;
    let begun = client.notification("$/progress").await;
    assert_eq!((&begun["token"], &begun["value"]["kind"]), (&created["token"], &json!("begin")));
    until_loaded(&mut client).await;
    assert_eq!(found(&mut client, "闭").await, "闭包");
    assert_eq!(found(&mut client, "作用域").await, "作用域");
    client.goodbye().await;
}

#[tokio::test]
async fn links_of_open_notes_are_judged_when_all_is_read() {
    let folder = Folder::with(&[("b.md", "# 二\n"), (".gitignore", "x.png\n"), ("x.png", "")]);
    let mut client = Client::hello(&[&folder.uri("")], json!({})).await;
    let uri = folder.uri("a.md");
    client.open(&uri, "[b](b.md) [c](c.md) ![x](x.png)\n").await;
    client.until_findings(&uri, "0:14 missing-file").await;
    client.goodbye().await;
}

#[tokio::test]
async fn a_heading_that_goes_is_missed_by_other_open_notes() {
    let folder = Folder::with(&[]);
    let mut client = loaded(&[&folder]).await;
    let (a, b) = (folder.uri("a.md"), folder.uri("b.md"));
    client.open(&b, "# 二\n\n正文\n").await;
    client.open(&a, "[b](b.md#二)\n").await;
    assert_eq!(client.findings(&a, 1).await, "");
    client.change(&b, 2, &[((0, 2, 0, 3), "三")]).await;
    client.until_findings(&a, "0:8 missing-heading").await;
    client.change(&b, 3, &[((0, 2, 0, 3), "二")]).await;
    client.until_findings(&a, "").await;
    client.goodbye().await;
}

#[tokio::test]
async fn files_that_change_behind_the_editor_are_read_again() {
    let folder = Folder::with(&[("b.md", "# 二\n")]);
    let mut client = loaded(&[&folder]).await;
    let registered = client.notification("client/registerCapability").await;
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let uri = folder.uri("a.md");
    client.open(&uri, "[b](b.md#二) [c](c.md) ![d](d.png)\n").await;
    client.until_findings(&uri, "0:16 missing-file, 0:27 missing-image").await;
    folder.write("c.md", b"# 3\n");
    folder.write("d.png", b"");
    watched(&mut client, &[folder.uri("c.md"), folder.uri("d.png")]).await;
    client.until_findings(&uri, "").await;
    folder.remove("b.md");
    watched(&mut client, &[folder.uri("b.md")]).await;
    client.until_findings(&uri, "0:4 missing-file").await;
    client.goodbye().await;
}

#[tokio::test]
async fn the_buffer_wins_while_open_and_the_disk_afterwards() {
    let folder = Folder::with(&[("a.md", "# 盘\n")]);
    let mut client = loaded(&[&folder]).await;
    let uri = folder.uri("a.md");
    client.open(&uri, "# 面\n").await;
    folder.write("a.md", "# 新盘\n".as_bytes());
    watched(&mut client, std::slice::from_ref(&uri)).await;
    assert_eq!(client.outline(&uri).await, "面");
    client.close(&uri).await;
    // Another note that links to the heading on disk tells when it is back.
    let other = folder.uri("b.md");
    client.open(&other, "[a](a.md#新盘)\n").await;
    client.until_findings(&other, "").await;
    assert_eq!(client.outline(&uri).await, "新盘");
    client.goodbye().await;
}

#[tokio::test]
async fn a_note_that_was_never_saved_goes_when_it_is_closed() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open("untitled:Untitled-1", "# 草稿\n").await;
    assert_eq!(found(&mut client, "草稿").await, "草稿");
    client.close("untitled:Untitled-1").await;
    assert_eq!(found(&mut client, "草稿").await, "");
    client.goodbye().await;
}

#[tokio::test]
async fn folders_come_and_go() {
    let (first, second) = (Folder::with(&[("a.md", "# 闭包\n")]), Folder::with(&[("a.md", "# 作用域\n")]));
    let mut client = loaded(&[&first]).await;
    assert_eq!(found(&mut client, "").await, "闭包");
    let event = |added: &[&Folder], removed: &[&Folder]| {
        let list = |folders: &[&Folder]| -> Vec<Value> {
            folders.iter().map(|folder| json!({"uri": folder.uri(""), "name": "x"})).collect()
        };
        json!({"event": {"added": list(added), "removed": list(removed)}})
    };
    client.notify("workspace/didChangeWorkspaceFolders", event(&[&second], &[])).await;
    until_loaded(&mut client).await;
    assert_eq!(found(&mut client, "作用域").await, "作用域");
    client.notify("workspace/didChangeWorkspaceFolders", event(&[], &[&first])).await;
    until_loaded(&mut client).await;
    assert_eq!(found(&mut client, "").await, "作用域");
    client.goodbye().await;
}

#[tokio::test]
async fn a_missing_folder_is_told_and_survived() {
    let folder = Folder::with(&[]);
    let mut client = Client::hello(&[&folder.uri("nowhere")], json!({})).await;
    let shown = client.notification("window/showMessage").await;
    assert!(shown["message"].as_str().unwrap().contains("nowhere does not exist"), "{shown}");
    client.goodbye().await;
}

#[tokio::test]
async fn a_single_file_has_its_neighbours() {
    let folder = Folder::with(&[("b.md", "# 二\n"), ("far/c.md", "# 三\n")]);
    let mut client = Client::hello(&[], json!({})).await;
    let uri = folder.uri("a.md");
    client.open(&uri, "[b](b.md) [c](c.md) [b](b.md#三) [[nobody]]\n").await;
    client.until_findings(&uri, "0:14 missing-file, 0:28 missing-heading").await;
    // Nothing else was read.
    assert_eq!(found(&mut client, "三").await, "");
    client.goodbye().await;
}

#[tokio::test]
async fn a_single_file_beside_a_folder_has_its_neighbours_too() {
    let (inside, outside) = (Folder::with(&[("a.md", "# 一\n")]), Folder::with(&[("b.md", "# 二\n")]));
    let mut client = loaded(&[&inside]).await;
    let uri = outside.uri("a.md");
    client.open(&uri, "[b](b.md) [c](c.md)\n").await;
    client.until_findings(&uri, "0:14 missing-file").await;
    assert_eq!(found(&mut client, "一").await, "一");
    client.goodbye().await;
}

#[tokio::test]
async fn links_that_are_typed_are_looked_up() {
    let folder = Folder::with(&[(".gitignore", "hidden.txt\n"), ("hidden.txt", "x")]);
    let mut client = loaded(&[&folder]).await;
    let uri = folder.uri("a.md");
    client.open(&uri, "[x](hidden.tx)\n").await;
    client.until_findings(&uri, "0:4 missing-file").await;
    client.change(&uri, 2, &[((0, 13, 0, 13), "t")]).await;
    client.until_findings(&uri, "").await;
    client.goodbye().await;
}

#[tokio::test]
async fn unreadable_files_are_told_until_they_are_mended() {
    let folder = Folder::with(&[]);
    folder.write("a.md", b"# \xff\n");
    let mut client = loaded(&[&folder]).await;
    let uri = folder.uri("a.md");
    client.until_findings(&uri, "0:0 not-utf8").await;
    folder.write("a.md", b"# a\n");
    watched(&mut client, std::slice::from_ref(&uri)).await;
    client.until_findings(&uri, "").await;
    client.goodbye().await;
}

#[tokio::test]
async fn settings_files_are_read_again_and_their_problems_told() {
    let folder = Folder::with(&[("studymark.toml", "[diagnostics]\nmissing-footnote = \"of\"\n")]);
    let mut client = loaded(&[&folder]).await;
    let (config, uri) = (folder.uri("studymark.toml"), folder.uri("a.md"));
    client.open(&uri, "[^1]\n").await;
    client.until_findings(&uri, "0:0 missing-footnote").await;
    let told = client
        .until("problems of the settings", |message| {
            (message["params"]["uri"] == *config).then(|| message["params"]["diagnostics"].clone())
        })
        .await;
    assert_eq!(told[0]["range"]["start"]["line"], 1, "{told}");
    folder.write("studymark.toml", b"[diagnostics]\nmissing-footnote = \"off\"\n");
    watched(&mut client, std::slice::from_ref(&config)).await;
    client.until_findings(&config, "").await;
    client.until_findings(&uri, "").await;
    client.goodbye().await;
}

#[tokio::test]
async fn the_clients_settings_hold_without_restart() {
    let off = json!({"diagnostics": {"missing-footnote": "off"}});
    let on = json!({"diagnostics": {"missing-footnote": "warning"}});
    let folder = Folder::with(&[]);
    let uri = folder.uri("a.md");

    // Told at the start, changed by a notification.
    let mut client = Client::start();
    client.greet(&[&folder.uri("")], json!({}), json!({ "studymark": off })).await;
    client.open(&uri, "[^1]\n").await;
    client.until_findings(&uri, "").await;
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"studymark": on}})).await;
    client.until_findings(&uri, "0:0 missing-footnote").await;
    client.goodbye().await;

    // Asked for.
    let mut client = Client::start();
    client.answers.insert("workspace/configuration", json!([off]));
    client.greet(&[&folder.uri("")], capabilities(), Value::Null).await;
    client.open(&uri, "[^1]\n").await;
    client.until_findings(&uri, "").await;
    client.forget();
    client.answers.insert("workspace/configuration", json!([on]));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
    client.until_findings(&uri, "0:0 missing-footnote").await;
    client.answers.insert("workspace/configuration", json!([off]));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
    client.until_findings(&uri, "").await;
    // A setting that is taken back.
    client.answers.insert("workspace/configuration", json!([{"diagnostics": {"missing-footnote": null}}]));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
    client.until_findings(&uri, "0:0 missing-footnote").await;
    client.goodbye().await;
}

#[tokio::test]
async fn the_first_answers_know_all_notes_and_their_names() {
    let filler: Vec<(String, String)> = (0..300)
        .map(|n| (format!("n{n}.md"), format!("# 第{n}章\n\n名字{n}（name {n}）是一种说法。\n")))
        .collect();
    let folder = Folder::with(&[("os.md", "# 系统\n\n消息队列（message queue）是一种通信方式。\n")]);
    filler.iter().for_each(|(path, text)| folder.write(path, text.as_bytes()));
    let (uri, text) = (folder.uri("now.md"), "# 今天\n\n说说消息队列。\n\n[系统](os.md#系统)\n");
    folder.write("now.md", text.as_bytes());
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
    let mut client = Client::hello(&[&folder.uri("")], capabilities()).await;
    client.open(&uri, text).await;
    // All sent at once, before anything can have been read.
    let hover = client.ask("textDocument/hover", at(2, 3)).await;
    let definition = client.ask("textDocument/definition", at(4, 2)).await;
    let symbols = client.ask("workspace/symbol", json!({"query": "系统"})).await;
    let mut rename = at(0, 3);
    rename["newName"] = json!("明天");
    let rename = client.ask("textDocument/rename", rename).await;
    let hover = client.answer(hover).await["result"].to_string();
    assert!(hover.contains("是一种通信方式"), "{hover}");
    assert_eq!(client.answer(definition).await["result"][0]["uri"], folder.uri("os.md").as_str());
    assert!(client.answer(symbols).await["result"].to_string().contains("os.md"));
    assert!(client.answer(rename).await["result"].is_object());
    client.goodbye().await;
}
