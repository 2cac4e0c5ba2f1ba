//! What an editor says of itself and answers when a server asks.
//!
//! Invariant: the capabilities are those of VS Code as far as they concern notes, less pulling findings: so that every server
//! pushes them and is measured alike. What a server offers to be pulled is pulled besides.

use std::path::Path;

use serde_json::{Value, json};

use crate::vault::uri;

/// The parameters of `initialize` for a folder.
pub fn initialize(folder: &Path) -> Value {
    json!({
        "processId": std::process::id(),
        "clientInfo": {"name": "load", "version": "1"},
        "locale": "en",
        "rootPath": folder,
        "rootUri": uri(folder),
        "workspaceFolders": folders(folder),
        "trace": "off",
        "capabilities": {
            "general": {"positionEncodings": ["utf-16"], "markdown": {"parser": "marked", "version": "1.1.0"}},
            "window": {"workDoneProgress": true, "showDocument": {"support": true}, "showMessage": {}},
            "workspace": workspace(),
            "textDocument": text_document(),
        },
    })
}

/// The folders that are open.
pub fn folders(folder: &Path) -> Value {
    json!([{"uri": uri(folder), "name": "notes"}])
}

fn workspace() -> Value {
    json!({
        "applyEdit": true,
        "workspaceEdit": {
            "documentChanges": true,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "textOnlyTransactional",
            "normalizesLineEndings": true,
            "changeAnnotationSupport": {"groupsOnLabel": true},
        },
        "didChangeConfiguration": {"dynamicRegistration": true},
        "didChangeWatchedFiles": {"dynamicRegistration": true, "relativePatternSupport": true},
        "symbol": {"symbolKind": {"valueSet": (1..=26).collect::<Vec<_>>()}, "tagSupport": {"valueSet": [1]}},
        "codeLens": {"refreshSupport": true},
        "executeCommand": {},
        "configuration": true,
        "workspaceFolders": true,
        "semanticTokens": {"refreshSupport": true},
        "fileOperations": {"didCreate": true, "didRename": true, "didDelete": true, "willRename": true},
        "inlayHint": {"refreshSupport": true},
        "diagnostics": {"refreshSupport": true},
    })
}

fn text_document() -> Value {
    json!({
        "publishDiagnostics": {
            "relatedInformation": true,
            "versionSupport": true,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": true,
            "dataSupport": true,
        },
        "synchronization": {"willSave": true, "willSaveWaitUntil": true, "didSave": true},
        "completion": {
            "contextSupport": true,
            "completionItem": {
                "snippetSupport": true,
                "commitCharactersSupport": true,
                "documentationFormat": ["markdown", "plaintext"],
                "deprecatedSupport": true,
                "tagSupport": {"valueSet": [1]},
                "insertReplaceSupport": true,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "labelDetailsSupport": true,
            },
            "completionItemKind": {"valueSet": (1..=25).collect::<Vec<_>>()},
            "completionList": {"itemDefaults": ["commitCharacters", "editRange", "insertTextFormat"]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "definition": {"linkSupport": true},
        "references": {},
        "documentHighlight": {},
        "documentSymbol": {
            "symbolKind": {"valueSet": (1..=26).collect::<Vec<_>>()},
            "hierarchicalDocumentSymbolSupport": true,
        },
        "codeAction": {
            "isPreferredSupport": true,
            "disabledSupport": true,
            "dataSupport": true,
            "resolveSupport": {"properties": ["edit"]},
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.extract", "source"]},
            },
        },
        "codeLens": {},
        "rename": {"prepareSupport": true, "prepareSupportDefaultBehavior": 1, "honorsChangeAnnotations": true},
        "documentLink": {"tooltipSupport": true},
        "foldingRange": {"lineFoldingOnly": true},
        "selectionRange": {},
    })
}

/// The answer to a question of the server.
pub fn answer(question: &Value, folders: &Value) -> Value {
    let result = match question["method"].as_str().unwrap_or_default() {
        "workspace/configuration" => {
            let asked = question["params"]["items"].as_array().map_or(0, Vec::len);
            Value::Array(vec![Value::Null; asked])
        }
        "workspace/workspaceFolders" => folders.clone(),
        "workspace/applyEdit" => json!({"applied": false}),
        "window/showDocument" => json!({"success": false}),
        _ => Value::Null,
    };
    json!({"jsonrpc": "2.0", "id": question["id"], "result": result})
}
