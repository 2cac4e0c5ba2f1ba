//! Documents of other machines and other systems: never taken for files here, whatever folder the program was started in.
//!
//! Invariant: what would be told is in a folder whose name is the beginning of the document's, where a careless reader
//! would look.

use serde_json::{Value, json};

use crate::Folder;
use crate::session::Session;

const TEXT: &str = "# typed\n\n[x](secret.md) [[secret]] ![p](p.md#secret-heading)\n";

/// What is told of the document's links, from everything that may tell of them.
fn told(session: &mut Session, uri: &str) -> String {
    let mut told = String::new();
    let document = json!({"uri": uri});
    for character in [6, 20, 32] {
        let at = json!({"textDocument": document, "position": {"line": 2, "character": character}, "context": {"includeDeclaration": true}});
        for method in ["hover", "definition", "references", "completion"] {
            told += &session.answer(&format!("textDocument/{method}"), &at).to_string();
        }
    }
    told += &session.call("workspace/symbol", &json!({"query": "secret"})).to_string();
    told
}

/// The addresses of a document beside `secret.md` on other machines, with where a careless reader would find it from
/// the folder that the program was started in.
const ELSEWHERE: &[(&str, &str)] = &[
    ("file://server/share/x.md", "file:/server/share"),
    ("file://server/share/x.md", "server/share"),
    ("file://SERVER/share/x.md", "file:/SERVER/share"),
    ("file://127.0.0.1/share/x.md", "file:/127.0.0.1/share"),
    ("\\\\server\\share\\x.md", "server/share"),
    ("vscode-remote://ssh/share/x.md", "vscode-remote:/ssh/share"),
];

/// The same on Windows, which have a meaning there.
#[cfg(not(windows))]
const WINDOWS: &[(&str, &str)] = &[
    ("file:///C:/notes/x.md", "C:/notes"),
    ("file:///c%3A/notes/x.md", "C:/notes"),
    ("C:\\notes\\x.md", "C:/notes"),
    ("file://C:/notes/x.md", "C:/notes"),
];

fn check(places: &[(&str, &str)]) {
    for (uri, beside) in places {
        let folder = Folder::with(&[("inside/a.md", "# a\n")]);
        let secret = b"# secret-heading\n\nsecret-text\n";
        folder.write(&format!("{beside}/secret.md"), secret);
        folder.write(&format!("{beside}/p.md"), secret);
        folder.write(&format!("{beside}/studymark.toml"), b"");
        let root = format!("file://{}/inside", folder.0.path().display());
        let mut session = Session::start(folder.command(&["lsp"]), &root);
        session.until_headings("a");
        session.open(uri, TEXT);
        // What is asked later is answered from what was read meanwhile.
        for _ in 0..20 {
            let told = told(&mut session, uri);
            assert!(!told.contains("secret-heading") && !told.contains("secret-text"), "{uri}: {told}");
        }
        // Nor as a folder to open.
        let folder_uri = uri.trim_end_matches("x.md").trim_end_matches(['/', '\\']);
        let added = json!({"event": {"added": [{"uri": folder_uri, "name": "s"}], "removed": []}});
        session.notify("workspace/didChangeWorkspaceFolders", &added);
        for _ in 0..20 {
            let told = told(&mut session, uri);
            assert!(
                !told.contains("secret-heading") && !told.contains("secret-text"),
                "{folder_uri}: {told}"
            );
        }
    }
}

#[test]
fn shares_and_other_machines_are_not_here() {
    check(ELSEWHERE);
}

#[cfg(not(windows))]
#[test]
fn drives_are_not_here() {
    check(WINDOWS);
}

#[test]
fn what_is_here_is_told() {
    let folder = Folder::with(&[("inside/a.md", "# a\n"), ("server/share/secret.md", "# secret-heading\n")]);
    let here = format!("file://{}", folder.0.path().display());
    let mut session = Session::start(folder.command(&["lsp"]), &format!("{here}/inside"));
    let uri = format!("{here}/server/share/x.md");
    session.open(&uri, TEXT);
    for round in 0.. {
        let at = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 6}});
        let hover: Value = session.call("textDocument/hover", &at);
        if hover.to_string().contains("secret-heading") {
            break;
        }
        assert!(round < 1_000, "{hover}");
    }
}
