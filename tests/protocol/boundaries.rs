//! What a note may make the server look at: nothing outside the folders that were opened, whatever it links to.
//!
//! Invariant: every test has a part that shows that what is not told of outside would be told of inside.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::Client;

/// What stands outside and never comes back: in a name, in a text, as the size of a picture.
const SECRETS: [&str; 4] = ["机密", "secret-heading", "4321", "98765"];

/// A folder of notes with another one beside it.
struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let ground = Self { folder: tempfile::tempdir().unwrap() };
        ground.write("notes/inside.md", b"# inside-heading\n\n## open-text\n\nShown text.\n");
        ground.write("notes/inside.png", &picture(777, 888, 100));
        ground.write(
            "outside/secret.md",
            "# secret-heading\n\n机密 is a term, as anyone can see.\n".as_bytes(),
        );
        ground.write("outside/secret.png", &picture(4321, 5, 98_765));
        ground
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    fn uri(&self, path: &str) -> String {
        let text = self.path(path).to_str().unwrap().replace('\\', "/");
        format!("file://{}{text}", if text.starts_with('/') { "" } else { "/" })
    }

    /// A client with the folder of notes, when all of it is read.
    async fn client(&self) -> Client {
        let capabilities = json!({
            "window": {"workDoneProgress": true},
            "workspace": {
                "applyEdit": true,
                "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
            },
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "diagnostic": {},
                "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}, "dataSupport": true, "resolveSupport": {"properties": ["edit"]}},
            },
        });
        let mut client = Client::hello(&[&self.uri("notes")], capabilities).await;
        client
            .until("the end of the progress", |message| {
                (message["params"]["value"]["kind"] == "end").then_some(())
            })
            .await;
        client
    }
}

/// The beginning of a picture of this size in a file of so many bytes.
fn picture(width: u32, height: u32, bytes: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend([8, 6, 0, 0, 0]);
    png.resize(bytes, 0);
    png
}

/// Everything that is said about each line of a document, as one text.
async fn everything(client: &mut Client, uri: &str, text: &str) -> String {
    let document = json!({"uri": uri});
    let mut said = String::new();
    for (line, source) in text.lines().enumerate() {
        let mut columns: Vec<usize> = [0, 5].to_vec();
        columns.push(source.encode_utf16().count().saturating_sub(1));
        columns.push(source.encode_utf16().count());
        for column in columns {
            let at = json!({"line": line, "character": column});
            let params =
                json!({"textDocument": document, "position": at, "context": {"includeDeclaration": true}});
            for method in [
                "hover",
                "definition",
                "declaration",
                "references",
                "documentHighlight",
                "prepareCallHierarchy",
            ] {
                said += &client.call(&format!("textDocument/{method}"), params.clone()).await.to_string();
            }
            let at = json!({"textDocument": document, "position": at});
            let list = client.call("textDocument/completion", at).await;
            said += &list.to_string();
            for item in list["items"].as_array().into_iter().flatten().take(3) {
                said += &client.call("completionItem/resolve", item.clone()).await.to_string();
            }
        }
        let range =
            json!({"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}});
        let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
        said += &client.call("textDocument/codeAction", params).await.to_string();
    }
    for method in ["documentLink", "diagnostic", "documentSymbol", "codeLens"] {
        let params = json!({"textDocument": document});
        said += &client.call(&format!("textDocument/{method}"), params).await.to_string();
    }
    for query in ["", "secret", "机密"] {
        said += &client.call("workspace/symbol", json!({"query": query})).await.to_string();
    }
    let graph = json!({"command": "studymark.graph", "arguments": [{"format": "json"}]});
    said + &client.call("workspace/executeCommand", graph).await.to_string()
}

#[track_caller]
fn assert_secret(said: &str, what: &str) {
    for secret in SECRETS {
        let place = said.find(secret).map(|at| said[..at].chars().rev().take(300).collect::<String>());
        let before: Option<String> = place.map(|before| before.chars().rev().collect());
        assert_eq!(before, None, "{secret} is told ({what})");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_outside_the_folder_is_ever_told() {
    let ground = Ground::new();
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(ground.path(to), ground.path(from)).unwrap();
    link("notes/link.md", "outside/secret.md");
    link("notes/link.png", "outside/secret.png");
    link("notes/dir", "outside");
    link("notes/loop", "notes");
    let mut client = ground.client().await;
    let outside = ground.path("outside");
    let outside = outside.to_str().unwrap();
    let mut ways = vec!["inside".to_owned()];
    for place in [
        "../outside/secret",
        "dir/secret",
        "link",
        "./../notes/../outside/secret",
        "%2e%2e/outside/secret",
        "loop/../../outside/secret",
    ] {
        ways.push(place.to_owned());
    }
    ways.push(format!("{outside}/secret"));
    ways.push(format!("file://{outside}/secret"));
    ways.push(format!("file://host{outside}/secret"));
    let mut text = String::new();
    for way in &ways {
        text += &format!(
            "[x]({way}.md) \n\n![x]({way}.png) \n\n[x]({way}.md#s) \n\n[[{way}]] \n\n![[{way}.png]] \n\n<img src=\"{way}.png\"> \n\n[x]({way}.md#\n\n[x]({way}\n\n[[{way}#\n\n"
        );
    }
    text += "[x](../\n\n[x](../outside/\n\n[x](dir/\n\n![x](dir/\n\n[[../outside/\n\n[[sec\n\n[x](##sec\n";
    let uri = ground.uri("notes/a.md");
    client.open(&uri, &text).await;
    let said = everything(&mut client, &uri, &text).await;
    for told in ["Shown text.", "777", "open-text"] {
        assert!(said.contains(told), "{told} is told, for it stands inside");
    }
    assert_secret(&said, "links out");
    client.goodbye().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_note_in_whose_place_a_link_out_comes_is_gone() {
    let ground = Ground::new();
    ground.write("notes/sub/b.md", b"# was-there\n");
    let mut client = ground.client().await;
    let uri = ground.uri("notes/a.md");
    let text = "[x](inside.md)\n\n[y](sub/b.md)\n";
    client.open(&uri, text).await;
    assert!(everything(&mut client, &uri, text).await.contains("was-there"));
    fs::remove_file(ground.path("notes/inside.md")).unwrap();
    std::os::unix::fs::symlink(ground.path("outside/secret.md"), ground.path("notes/inside.md")).unwrap();
    fs::remove_dir_all(ground.path("notes/sub")).unwrap();
    fs::copy(ground.path("outside/secret.md"), ground.path("outside/b.md")).unwrap();
    std::os::unix::fs::symlink(ground.path("outside"), ground.path("notes/sub")).unwrap();
    let changes: Vec<Value> =
        ["notes/inside.md", "notes/sub/b.md"].map(|path| json!({"uri": ground.uri(path), "type": 2})).into();
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}})).await;
    for _ in 0..1000 {
        let found = client.call("workspace/symbol", json!({"query": "was-there"})).await;
        if found.as_array().is_none_or(Vec::is_empty) {
            break;
        }
    }
    let said = everything(&mut client, &uri, text).await;
    assert_secret(&said, "links in place of notes");
    assert!(!said.contains("was-there") && !said.contains("inside-heading"), "what was there is gone");
    client.goodbye().await;
}

#[tokio::test]
async fn a_document_of_another_machine_has_no_neighbours_here() {
    let ground = Ground::new();
    let path = ground.path("outside/x.md");
    let path = path.to_str().unwrap().replace('\\', "/");
    let text = "[s](secret.md)\n\n![p](secret.png)\n\n[[secret]]\n\n[s](secret.md#";
    let folder = Path::new(&path).parent().unwrap().to_str().unwrap();
    for uri in [
        format!("file://host{path}"),
        format!("http://host{path}"),
        format!("untitled:{path}"),
        format!("vscode-vfs://github{path}"),
        "untitled:Untitled-1".to_owned(),
        format!("git:{folder}/../outside/x.md?ref=HEAD"),
    ] {
        let mut client = ground.client().await;
        client.open(&uri, text).await;
        let said = everything(&mut client, &uri, text).await;
        assert_secret(&said, &uri);
        client.goodbye().await;
    }
    // The same document on this machine has them.
    let mut client = ground.client().await;
    let uri = ground.uri("outside/x.md");
    client.open(&uri, text).await;
    for round in 0.. {
        let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 6}});
        let said = client.call("textDocument/hover", hover).await.to_string();
        if said.contains("机密") {
            break;
        }
        assert!(round < 1000, "{said}");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn nothing_is_made_or_moved_outside() {
    let ground = Ground::new();
    let mut client = ground.client().await;
    let uri = ground.uri("notes/a.md");
    client.open(&uri, "[x](inside.md) [[../outside/new]] [y](../outside/new.md)\n").await;
    let notes = ground.uri("notes");
    for place in [
        format!("{notes}/../outside/new.md"),
        format!("{notes}/%2e%2e/outside/new.md"),
        ground.uri("outside/new.md"),
        format!("file://host{}", &notes["file://".len()..]) + "/new.md",
        "untitled:new.md".to_owned(),
        "http://host/new.md".to_owned(),
    ] {
        let create = json!({"command": "studymark.create", "arguments": [{"uri": place}]});
        client.call("workspace/executeCommand", create).await;
        // It is said instead of done.
        let told = client.notification("window/showMessage").await;
        assert!(told["message"].as_str().unwrap().contains("cannot be made here"), "{place}: {told}");
    }
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 60}});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    let actions = client.call("textDocument/codeAction", params).await.to_string();
    assert!(!actions.contains("outside/new"), "{actions}");

    let at = json!({"line": 0, "character": 6});
    for name in ["../x", "../../x", "/tmp/x", "sub/../../x", "C:\\x", ".."] {
        let params = json!({"textDocument": {"uri": uri}, "position": at, "newName": name});
        let id = client.ask("textDocument/rename", params).await;
        let answer = client.answer(id).await;
        assert_eq!(answer["error"]["code"], -32803, "{name}: {answer}");
    }
    // A file that the editor moves out takes its links along; only notes inside are edited.
    let files =
        json!({"files": [{"oldUri": ground.uri("notes/inside.md"), "newUri": ground.uri("outside/in.md")}]});
    let edit = client.call("workspace/willRenameFiles", files).await;
    for change in edit["documentChanges"].as_array().into_iter().flatten() {
        let edited = change["textDocument"]["uri"].as_str().unwrap();
        assert!(edited.starts_with(&notes), "{edited}");
    }
    assert_eq!(client.kept_methods().iter().filter(|method| *method == "workspace/applyEdit").count(), 0);
    // Inside it is made.
    client.answers.insert("workspace/applyEdit", json!({"applied": true}));
    let create = json!({"command": "studymark.create", "arguments": [{"uri": ground.uri("notes/new.md")}]});
    client.call("workspace/executeCommand", create).await;
    let asked = client.notification("workspace/applyEdit").await;
    assert_eq!(asked["edit"]["documentChanges"][0]["uri"], ground.uri("notes/new.md"));
    client.goodbye().await;
}

/// What can be done in the first line of a document, each with its edit, or with the reason why it has none.
async fn done(client: &mut Client, uri: &str) -> Vec<(String, Value)> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 60}});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    let offered = client.call("textDocument/codeAction", params).await;
    let mut done = Vec::new();
    for action in offered.as_array().into_iter().flatten() {
        let title = action["title"].as_str().unwrap().to_owned();
        let id = client.ask("codeAction/resolve", action.clone()).await;
        done.push((title, client.answer(id).await));
    }
    done
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_made_behind_a_link_out() {
    use std::os::unix::fs::symlink;
    let ground = Ground::new();
    ground.write("notes/sub/b.md", b"# b\n");
    symlink(ground.path("outside"), ground.path("notes/dir")).unwrap();
    symlink(ground.path("notes/sub"), ground.path("notes/in")).unwrap();
    symlink(ground.path("outside/none"), ground.path("notes/lost")).unwrap();
    symlink(ground.path("outside/made.md"), ground.path("notes/made.md")).unwrap();
    let mut client = ground.client().await;
    client.answers.insert("workspace/applyEdit", json!({"applied": true}));
    for place in ["dir/new.md", "dir/deep/er/new.md", "lost/new.md", "made.md", "in/../dir/new.md"] {
        let place = ground.uri(&format!("notes/{place}"));
        let create = json!({"command": "studymark.create", "arguments": [{"uri": place}]});
        client.call("workspace/executeCommand", create).await;
        let told = client.notification("window/showMessage").await;
        assert!(told["message"].as_str().unwrap().contains("behind a symbolic link"), "{place}: {told}");
    }
    assert!(!client.kept_methods().contains(&"workspace/applyEdit".to_owned()));

    // The fix for a link to a note that is not there.
    let uri = ground.uri("notes/a.md");
    for (number, (link, made)) in
        [("dir/new.md", false), ("lost/new.md", false), ("in/new.md", true), ("new.md", true)]
            .iter()
            .enumerate()
    {
        client.open(&uri, &format!("[x]({link})\n")).await;
        client.findings(&uri, 1).await;
        let done = done(&mut client, &uri).await;
        let (_, answer) = done
            .iter()
            .find(|(title, _)| title.contains("new.md"))
            .unwrap_or_else(|| panic!("{number}, {link}: {done:?}"));
        if *made {
            let changes = &answer["result"]["edit"]["documentChanges"];
            assert_eq!(changes[0]["uri"], ground.uri(&format!("notes/{link}")), "{answer}");
        } else {
            assert_eq!(answer["error"]["code"], -32803, "{link}: {answer}");
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains("behind a symbolic link"), "{message}");
        }
        client.close(&uri).await;
    }
    // Where no link leads out, it is made.
    for place in ["in/new.md", "deep/er/new.md"] {
        let place = ground.uri(&format!("notes/{place}"));
        let create = json!({"command": "studymark.create", "arguments": [{"uri": place}]});
        client.call("workspace/executeCommand", create).await;
        let asked = client.notification("workspace/applyEdit").await;
        assert_eq!(asked["edit"]["documentChanges"][0]["uri"], place);
    }
    client.goodbye().await;
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_made_behind_a_link_out_is_offered_with_its_edit() {
    let ground = Ground::new();
    std::os::unix::fs::symlink(ground.path("outside"), ground.path("notes/dir")).unwrap();
    // This client wants every edit at once.
    let capabilities = json!({
        "window": {"workDoneProgress": true},
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename"]}},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    });
    let mut client = Client::hello(&[&ground.uri("notes")], capabilities).await;
    let is_end = |message: &Value| (message["params"]["value"]["kind"] == "end").then_some(());
    client.until("the end of the progress", is_end).await;
    let uri = ground.uri("notes/a.md");
    let text = "[x](dir/new.md) [y](new.md)\n";
    client.open(&uri, text).await;
    client.findings(&uri, 1).await;
    for (column, offered) in [(6, false), (20, true)] {
        let at = json!({"line": 0, "character": column});
        let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}});
        let actions = client.call("textDocument/codeAction", params).await.to_string();
        assert_eq!(actions.contains("\"kind\":\"create\""), offered, "{actions}");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn what_could_run_is_not_told() {
    const HOSTILE: &str = "# T <img src=x onerror=alert(1)>\n\n## 甲乙 `<script>alert(2)</script>`\n\n<script>alert(3)</script> text <a href=\"javascript:alert(4)\" onclick=\"alert(5)\">a</a>\n\nwords [b](javascript:alert(6)) [c](command:alert) <iframe src=\"x\"></iframe>\n";
    let ground = Ground::new();
    ground.write("notes/hostile.md", HOSTILE.as_bytes());
    let mut client = ground.client().await;
    let uri = ground.uri("notes/a.md");
    let text = "[x](hostile.md)\n\n[[hostile#甲乙 `<script>alert(2)</script>`]]\n\n[y](hostile.md#甲乙-scriptalert2script)\n\n[[hostile#甲乙\n\n[[hosti\n";
    client.open(&uri, text).await;
    let mut shown = String::new();
    for (line, column) in [(0, 6), (2, 6), (4, 18)] {
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": column}});
        let hover = client.call("textDocument/hover", params).await;
        shown += hover["contents"]["value"].as_str().unwrap_or_default();
    }
    for (line, column) in [(6, 12), (8, 7)] {
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": column}});
        let list = client.call("textDocument/completion", params).await;
        for item in list["items"].as_array().into_iter().flatten() {
            let resolved = client.call("completionItem/resolve", item.clone()).await;
            shown += resolved["documentation"]["value"].as_str().unwrap_or_default();
        }
    }
    assert!(shown.contains("words b c"), "{shown}");
    for harmful in ["<script", "<img", "<iframe", "<a ", "](javascript:", "](command:"] {
        // Escaped or in code it is shown as it is.
        let runs = shown.match_indices(harmful).any(|(at, _)| !shown[..at].ends_with(['\\', '`']));
        assert!(!runs, "{harmful} in {shown}");
    }
    client.goodbye().await;
}
