//! What is switched off in the settings is answered with nothing, from the moment on at which the settings change.

use std::fs;

use serde_json::{Value, json};

use crate::client::Client;

const NOTE: &str = "file:///notes/a.md";

/// A note about which everything that can be asked has an answer, and of which one finding tells when settings hold.
const TEXT: &str = "# 一\n\n## 什么是闭包？\n\n闭包是一种函数，见 [堆](#堆) 和 [[a#堆]]。\n\n## 堆\n\n回到 [闭包](#什么是闭包)。栈帧是一种记录。\n\n[^1]\n";

fn document() -> Value {
    json!({"textDocument": {"uri": NOTE}})
}

fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": NOTE}, "position": {"line": line, "character": character}})
}

/// Every request that a switch concerns: the switch, the request, its parameters.
fn requests() -> Vec<(&'static str, &'static str, Value)> {
    let link = at(4, 11);
    let with = |mut params: Value, name: &str, value: Value| {
        params[name] = value;
        params
    };
    let heading = json!({"start": {"line": 2, "character": 3}, "end": {"line": 2, "character": 9}});
    let item = json!({"name": "什么是闭包？", "kind": 15, "uri": NOTE, "range": heading, "selectionRange": heading, "data": {"section": 1}});
    vec![
        ("hover", "textDocument/hover", link.clone()),
        ("definition", "textDocument/definition", link.clone()),
        ("definition", "textDocument/declaration", link.clone()),
        (
            "references",
            "textDocument/references",
            with(link.clone(), "context", json!({"includeDeclaration": true})),
        ),
        ("completion", "textDocument/completion", link.clone()),
        ("highlights", "textDocument/documentHighlight", link),
        ("rename", "textDocument/prepareRename", at(2, 4)),
        ("rename", "textDocument/rename", with(at(2, 4), "newName", json!("什么是函数？"))),
        (
            "codeActions",
            "textDocument/codeAction",
            with(
                with(
                    document(),
                    "range",
                    json!({"start": {"line": 4, "character": 11}, "end": {"line": 4, "character": 11}}),
                ),
                "context",
                json!({"diagnostics": []}),
            ),
        ),
        ("callHierarchy", "textDocument/prepareCallHierarchy", at(2, 4)),
        ("callHierarchy", "callHierarchy/incomingCalls", json!({ "item": item })),
        ("callHierarchy", "callHierarchy/outgoingCalls", json!({ "item": item })),
        ("documentSymbols", "textDocument/documentSymbol", document()),
        ("folding", "textDocument/foldingRange", document()),
        (
            "selectionRanges",
            "textDocument/selectionRange",
            with(document(), "positions", json!([{"line": 4, "character": 1}])),
        ),
        ("codeLens", "textDocument/codeLens", document()),
        ("documentLinks", "textDocument/documentLink", document()),
        ("workspaceSymbols", "workspace/symbol", json!({"query": "闭包"})),
    ]
}

fn says_nothing(answer: &Value) -> bool {
    answer.is_null() || answer.as_array().is_some_and(Vec::is_empty)
}

/// Changes the settings while the server runs, and waits until they hold.
async fn set(client: &mut Client, features: &Value, footnotes: &str) {
    let settings =
        json!({"studymark": {"features": features, "diagnostics": {"missing-footnote": footnotes}}});
    client.forget();
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings })).await;
    client.until_findings(NOTE, if footnotes == "off" { "" } else { "10:0 missing-footnote" }).await;
}

fn capabilities() -> Value {
    let literals = json!({"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}});
    json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": literals}}})
}

#[tokio::test]
async fn every_switch_holds_without_restart() {
    let mut client = Client::hello(&[], capabilities()).await;
    client.open(NOTE, TEXT).await;
    client.until_findings(NOTE, "10:0 missing-footnote").await;
    let requests = requests();
    for (switch, method, params) in &requests {
        let answer = client.call(method, params.clone()).await;
        assert!(!says_nothing(&answer), "{method} has an answer while {switch} is on: {answer}");
    }
    let mut off = json!({});
    for (switch, _, _) in &requests {
        let by_name = ["documentLinks", "workspaceSymbols"].contains(switch);
        off[*switch] = if by_name { json!("off") } else { json!(false) };
    }
    set(&mut client, &off, "off").await;
    for (switch, method, params) in &requests {
        let answer = client.call(method, params.clone()).await;
        assert!(says_nothing(&answer), "{method} has no answer while {switch} is off: {answer}");
    }
    set(&mut client, &json!({}), "warning").await;
    for (switch, method, params) in &requests {
        let answer = client.call(method, params.clone()).await;
        assert!(!says_nothing(&answer), "{method} has an answer again with {switch}: {answer}");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn a_switch_concerns_its_own_requests_only() {
    let mut client = Client::hello(&[], capabilities()).await;
    client.open(NOTE, TEXT).await;
    client.until_findings(NOTE, "10:0 missing-footnote").await;
    set(&mut client, &json!({"hover": false}), "off").await;
    for (switch, method, params) in requests() {
        let answer = client.call(method, params).await;
        assert_eq!(says_nothing(&answer), switch == "hover", "{method}: {answer}");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn others_know_the_links_of_markdown_and_headings_themselves() {
    let mut client = Client::hello(&[], json!({})).await;
    client.open(NOTE, TEXT).await;
    client.until_findings(NOTE, "10:0 missing-footnote").await;
    set(&mut client, &json!({"documentLinks": "wiki", "workspaceSymbols": "terms"}), "off").await;
    let links = client.call("textDocument/documentLink", document()).await;
    let starts: Vec<&Value> = links.as_array().unwrap().iter().map(|link| &link["range"]["start"]).collect();
    assert_eq!(starts, [&json!({"line": 4, "character": 22})]);
    let term = loop {
        // Names are found after a pause.
        let found = client.call("workspace/symbol", json!({"query": "栈帧"})).await;
        if !says_nothing(&found) {
            break found;
        }
    };
    assert_eq!(term[0]["name"], "栈帧");
    let found = client.call("workspace/symbol", json!({"query": "堆"})).await;
    assert!(says_nothing(&found), "{found}");
    client.goodbye().await;
}

#[tokio::test]
async fn findings_that_are_switched_off_vanish_and_come_back() {
    let mut client = Client::hello(&[], capabilities()).await;
    client.open(NOTE, TEXT).await;
    client.until_findings(NOTE, "10:0 missing-footnote").await;
    let features = |on: bool| json!({"settings": {"studymark": {"features": {"diagnostics": on}}}});
    client.notify("workspace/didChangeConfiguration", features(false)).await;
    client.until_findings(NOTE, "").await;
    client.change(NOTE, 2, &[((10, 0, 10, 0), "[^2]")]).await;
    client.notify("workspace/didChangeConfiguration", features(true)).await;
    client.until_findings(NOTE, "10:0 missing-footnote, 10:4 missing-footnote").await;
    client.goodbye().await;
}

#[tokio::test]
async fn findings_that_are_switched_off_are_not_pulled() {
    let pulls = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut client = Client::hello(&[], pulls).await;
    client.open(NOTE, TEXT).await;
    let all = json!({"previousResultIds": []});
    let first = client.call("workspace/diagnostic", all.clone()).await;
    let report = client.call("textDocument/diagnostic", document()).await;
    assert_eq!(report["items"][0]["code"], "missing-footnote");
    client.forget();
    let off = json!({"settings": {"studymark": {"features": {"diagnostics": false}}}});
    client.notify("workspace/didChangeConfiguration", off).await;
    // Told to ask again, the client is given none.
    client.notification("workspace/diagnostic/refresh").await;
    let report = loop {
        let report = client.call("textDocument/diagnostic", document()).await;
        if report["items"] == json!([]) {
            break report;
        }
        // The first load, too, has the client ask again.
        client.notification("workspace/diagnostic/refresh").await;
    };
    assert_eq!(report["kind"], "full");
    let id = first["items"].as_array().and_then(|items| Some(items.first()?["resultId"].clone()));
    let known = id.map(|id| json!([{"uri": NOTE, "value": id}])).unwrap_or_else(|| json!([]));
    let report = client.call("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    for of_note in report["items"].as_array().unwrap() {
        assert_eq!(of_note["items"], json!([]), "{report}");
    }
    client.goodbye().await;
}

#[tokio::test]
async fn each_folder_has_its_own_switches() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let uris: Vec<String> = folders
        .iter()
        .map(|folder| {
            fs::write(folder.path().join("a.md"), "# 闭包\n\n[^1]\n").unwrap();
            let path = folder.path().canonicalize().unwrap();
            tower_lsp::ls_types::Uri::from_file_path(path).unwrap().as_str().to_owned()
        })
        .collect();
    let settings = "[features]\nfolding = false\nworkspace-symbols = \"off\"\n";
    fs::write(folders[1].path().join("studymark.toml"), settings).unwrap();
    let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
    let mut client = Client::hello(&uris, json!({})).await;
    let notes: Vec<String> = uris.iter().map(|uri| format!("{uri}/a.md")).collect();
    for note in &notes {
        client.open(note, "# 闭包\n\n[^1]\n").await;
    }
    // Only what is read in whole folders tells that this file is missing.
    client.change(&notes[0], 2, &[((2, 0, 2, 0), "[x](x.md)")]).await;
    client.until_findings(&notes[0], "2:4 missing-file, 2:9 missing-footnote").await;
    let mut folds = Vec::new();
    for note in &notes {
        let answer = client.call("textDocument/foldingRange", json!({"textDocument": {"uri": note}})).await;
        folds.push(says_nothing(&answer));
    }
    assert_eq!(folds, [false, true]);
    let found = client.call("workspace/symbol", json!({"query": "闭包"})).await;
    let found: Vec<&Value> =
        found.as_array().unwrap().iter().map(|symbol| &symbol["location"]["uri"]).collect();
    assert_eq!(found, [&json!(notes[0])]);
    client.goodbye().await;
}
