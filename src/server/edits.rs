//! Proposed changes of notes in the form in which the client takes them.
//!
//! Invariant: whole or not at all: an edit that needs what the client cannot do (creating, renaming files) is not sent.
//! Neither is one that would put a file behind a symbolic link that leads out of its folder.

use std::collections::HashMap;
use std::fmt;

use tower_lsp::ls_types::{
    self, AnnotatedTextEdit, ChangeAnnotation, CreateFile, CreateFileOptions, DeleteFile,
    DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Range,
    RenameFile, ResourceOp, TextDocumentEdit,
};

use crate::edit::{TextEdit, WorkspaceEdit};
use crate::loader;
use crate::path::NotePath;
use crate::server::convert;
use crate::server::snapshot::Snapshot;

/// Why an edit is not sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// The client cannot do all of it.
    ForClient,
    /// This file would come to lie outside of its folder; as a person reads its path.
    LeadsOut(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForClient => f.write_str("this editor cannot make or rename files for the server"),
            Self::LeadsOut(path) => {
                write!(f, "{path} lies behind a symbolic link that leads elsewhere: nothing is written there")
            }
        }
    }
}

/// `edit` for the client.
///
/// Open documents are named with the version that the edit was made for, so that the client refuses it once they
/// have changed.
///
/// # Errors
/// When it is not to be made.
pub fn workspace_edit(snapshot: &Snapshot, edit: &WorkspaceEdit) -> Result<ls_types::WorkspaceEdit, Unfit> {
    let mut made = edit.created.keys().chain(edit.renamed.iter().map(|(_, to)| to));
    if let Some(path) = made.find(|path| loader::would_leave(&snapshot.vault, path)) {
        return Err(Unfit::LeadsOut(snapshot.vault.display_path(path).into_owned()));
    }
    operations(snapshot, edit).ok_or(Unfit::ForClient)
}

/// `edit` in the form in which the client takes it; `None` when it cannot do all of it.
fn operations(snapshot: &Snapshot, edit: &WorkspaceEdit) -> Option<ls_types::WorkspaceEdit> {
    let features = &snapshot.features;
    if (!edit.created.is_empty() && !features.creates_files)
        || (!edit.renamed.is_empty() && !features.renames_files)
        || (!edit.deleted.is_empty() && !features.deletes_files)
    {
        return None;
    }
    if !features.document_changes {
        let edits = edit
            .edited
            .iter()
            .map(|(path, edits)| Some((snapshot.uri(path)?, text_edits(snapshot, path, edits)?)));
        return Some(ls_types::WorkspaceEdit {
            changes: Some(edits.collect::<Option<HashMap<_, _>>>()?),
            ..ls_types::WorkspaceEdit::default()
        });
    }
    let confirmed = features.confirms_changes && !edit.to_confirm.is_empty();
    let mut operations = Vec::new();
    for (path, text) in &edit.created {
        let uri = snapshot.uri(path)?;
        // Never over a file that came meanwhile.
        let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
        let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
        operations.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
        let insert = OneOf::Left(ls_types::TextEdit { range: Range::default(), new_text: text.clone() });
        operations.push(document_edit(uri, None, vec![insert]));
    }
    for (path, edits) in &edit.edited {
        let version = snapshot.open.get(path).map(|document| document.version);
        let converted = text_edits(snapshot, path, edits)?.into_iter().zip(edits);
        let annotated = converted.map(|(text_edit, of)| {
            if confirmed && edit.to_confirm.contains(&(path.clone(), of.range)) {
                OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ELSEWHERE.to_owned() })
            } else {
                OneOf::Left(text_edit)
            }
        });
        operations.push(document_edit(snapshot.uri(path)?, version, annotated.collect()));
    }
    for (from, to) in &edit.renamed {
        operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(RenameFile {
            old_uri: snapshot.uri(from)?,
            new_uri: snapshot.uri(to)?,
            options: None,
            annotation_id: None,
        })));
    }
    for path in &edit.deleted {
        operations.push(DocumentChangeOperation::Op(ResourceOp::Delete(DeleteFile {
            uri: snapshot.uri(path)?,
            options: None,
            annotation_id: None,
        })));
    }
    Some(ls_types::WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        change_annotations: confirmed.then(|| HashMap::from([(ELSEWHERE.to_owned(), elsewhere())])),
        ..ls_types::WorkspaceEdit::default()
    })
}

/// What edits of words in other notes are called among the annotations.
const ELSEWHERE: &str = "elsewhere";

fn elsewhere() -> ChangeAnnotation {
    ChangeAnnotation {
        label: "In other notes".to_owned(),
        needs_confirmation: Some(true),
        description: Some("the same word may mean something else there".to_owned()),
    }
}

fn document_edit(
    uri: ls_types::Uri,
    version: Option<i32>,
    edits: Vec<OneOf<ls_types::TextEdit, AnnotatedTextEdit>>,
) -> DocumentChangeOperation {
    DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits,
    })
}

/// Edits of the note at `path`; `None` when there is none.
fn text_edits(snapshot: &Snapshot, path: &NotePath, edits: &[TextEdit]) -> Option<Vec<ls_types::TextEdit>> {
    let note = snapshot.vault.note(path)?;
    let edits = edits.iter().map(|edit| ls_types::TextEdit {
        range: convert::range(&note.text, edit.range, snapshot.encoding()),
        new_text: edit.new_text.clone(),
    });
    Some(edits.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::workspace_edit;
    use crate::edit::WorkspaceEdit;
    use crate::fixture::Fixture;
    use crate::path::NotePath;
    use crate::server::capabilities::ClientFeatures;
    use crate::server::snapshot::Snapshot;
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    /// A note is created, one edited, one renamed, for a client that says this of itself.
    fn check(workspace_edit_capabilities: &Value, with_files: bool, expected: &Expect) {
        let fixture = Fixture::parse("//- a.md\n😀⟦闭包⟧\n//- b.md\nb\n");
        let mut edit = WorkspaceEdit::default();
        edit.edit(&fixture.marked[0].0, fixture.marked[0].1, "作用域");
        if with_files {
            edit.created.insert(NotePath::new("/新 1.md"), "# 新\n".to_owned());
            edit.renamed.push((NotePath::new("/b.md"), NotePath::new("/c.md")));
        }
        let hello = json!({"workspace": {"workspaceEdit": workspace_edit_capabilities}});
        let features = ClientFeatures::of(&serde_json::from_value(hello).unwrap());
        let (vault, features) = (fixture.vault.clone(), Arc::new(features));
        let snapshot = Snapshot {
            vault,
            revision: 0,
            glossary: Arc::default(),
            known: true,
            open: BTreeMap::new(),
            features,
        };
        let sent = workspace_edit(&snapshot, &edit).ok();
        expected.assert_eq(&serde_json::to_string(&sent).unwrap());
    }

    #[test]
    fn what_is_to_be_confirmed_is_told_to_clients_that_can_show_it() {
        let fixture = Fixture::parse("//- a.md\n⟦闭包⟧ ⟦闭包⟧\n");
        let mut edit = WorkspaceEdit::default();
        for (path, range) in &fixture.marked {
            edit.edit(path, *range, "域");
        }
        edit.to_confirm.insert(fixture.marked[1].clone());
        let sent = |capabilities: Value| {
            let hello = json!({"workspace": {"workspaceEdit": capabilities}});
            let features = Arc::new(ClientFeatures::of(&serde_json::from_value(hello).unwrap()));
            let (vault, open) = (fixture.vault.clone(), BTreeMap::new());
            let snapshot =
                Snapshot { vault, revision: 0, glossary: Arc::default(), known: true, open, features };
            serde_json::to_value(workspace_edit(&snapshot, &edit).unwrap()).unwrap()
        };
        let shown = sent(json!({"documentChanges": true, "changeAnnotationSupport": {}}));
        let edits = &shown["documentChanges"][0]["edits"];
        assert_eq!(
            (&edits[0]["annotationId"], &edits[1]["annotationId"]),
            (&Value::Null, &json!("elsewhere"))
        );
        assert_eq!(shown["changeAnnotations"]["elsewhere"]["needsConfirmation"], true);
        for others in [json!({"documentChanges": true}), json!({"changeAnnotationSupport": {}})] {
            let shown = sent(others).to_string();
            assert!(!shown.contains("nnotation"), "{shown}");
        }
    }

    #[test]
    fn for_a_client_that_edits_texts_only() {
        check(
            &json!({}),
            false,
            &expect![[
                r#"{"changes":{"file:///a.md":[{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":4}},"newText":"作用域"}]}}"#
            ]],
        );
        check(&json!({}), true, &expect!["null"]);
        check(&json!({"documentChanges": true, "resourceOperations": ["create"]}), true, &expect!["null"]);
    }

    #[test]
    fn for_a_client_that_creates_and_renames_files() {
        check(
            &json!({"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]}),
            true,
            &expect![[
                r##"{"documentChanges":[{"kind":"create","uri":"file:///%E6%96%B0%201.md","options":{"overwrite":false,"ignoreIfExists":false}},{"textDocument":{"uri":"file:///%E6%96%B0%201.md","version":null},"edits":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"newText":"# 新\n"}]},{"textDocument":{"uri":"file:///a.md","version":null},"edits":[{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":4}},"newText":"作用域"}]},{"kind":"rename","oldUri":"file:///b.md","newUri":"file:///c.md"}]}"##
            ]],
        );
    }
}
