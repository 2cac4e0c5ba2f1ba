//! Answers to requests: pure functions of a [`Snapshot`] and the request's parameters.
//!
//! Invariant: nothing here waits, locks or reads the disk; a document that is not known is answered with nothing.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use tower_lsp::ls_types::{
    CodeLens, CodeLensParams, Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentSymbolParams, DocumentSymbolResponse, FoldingRange, FoldingRangeParams,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, SelectionRange, SelectionRangeParams,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceSymbolParams, WorkspaceSymbolResponse,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::features::{folding, selection, symbols};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::outlet::Json;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, publish, uri};
use crate::text::Buffer;
use crate::vault::judged::Judged;
use crate::vault::seek::AllNames;

/// The findings of so few notes are made faster by one processor than given to another.
const FEW: usize = 32;

/// The most headings that a search gives.
const SEARCH_LIMIT: usize = 200;

/// `textDocument/documentSymbol`
pub fn document_symbol(snapshot: &Snapshot, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let note = snapshot.vault.note(&uri::path_of(&params.text_document.uri))?;
    let outline = symbols::outline(&snapshot.vault, note);
    let encoding = snapshot.encoding();
    Some(if snapshot.features.nested_symbols {
        let nested = outline.iter().map(|symbol| convert::nested_symbol(&note.text, symbol, encoding));
        DocumentSymbolResponse::Nested(nested.collect())
    } else {
        let uri = &params.text_document.uri;
        DocumentSymbolResponse::Flat(convert::flat_symbols(&note.text, uri, &outline, encoding))
    })
}

/// `workspace/symbol`. `names` are those of the snapshot's notes.
pub fn workspace_symbol(
    snapshot: &Snapshot,
    names: (&AllNames, &Judged),
    params: &WorkspaceSymbolParams,
) -> WorkspaceSymbolResponse {
    let topics =
        symbols::search::search(&snapshot.vault, &snapshot.glossary, names, &params.query, SEARCH_LIMIT);
    WorkspaceSymbolResponse::Flat(topics.iter().filter_map(|topic| convert::topic(snapshot, topic)).collect())
}

/// `textDocument/foldingRange`
pub fn folding_range(snapshot: &Snapshot, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let note = snapshot.vault.note(&uri::path_of(&params.text_document.uri))?;
    Some(folding::folds(note).iter().map(|fold| convert::fold(&note.text, fold, snapshot)).collect())
}

/// `textDocument/selectionRange`: one chain of ranges for each place, in their order.
pub fn selection_range(snapshot: &Snapshot, params: &SelectionRangeParams) -> Option<Vec<SelectionRange>> {
    let note = snapshot.vault.note(&uri::path_of(&params.text_document.uri))?;
    let (text, encoding) = (&note.text, snapshot.encoding());
    let places = params.positions.iter();
    let offsets: Vec<usize> =
        places.map(|position| text.offset(convert::line_col(*position), encoding)).collect();
    let chains = selection::selection_ranges(&Buffer::new(text.as_str()), &offsets);
    let chains = offsets.iter().zip(&chains);
    Some(chains.map(|(offset, chain)| convert::selection(text, *offset, chain, encoding)).collect())
}

/// Lenses for the client, and what is to be remembered of them.
pub struct SentLenses {
    /// The answer.
    pub lenses: Option<Vec<CodeLens>>,
    /// The note.
    pub path: NotePath,
    /// The version of its text.
    pub version: Option<i32>,
    /// The name of the lenses; see [`publish::name_of`].
    pub name: u64,
    /// The revision they were made from.
    pub revision: u64,
}

/// `textDocument/codeLens`. They are made whole: judging the note is all the work there is, and a lens needs it to be
/// known to exist.
pub fn code_lens(snapshot: &Snapshot, params: &CodeLensParams) -> SentLenses {
    let uri = &params.text_document.uri;
    let path = uri::path_of(uri);
    let note = snapshot.vault.note(&path);
    let lenses = note.map(|note| publish::lenses(snapshot, note));
    SentLenses {
        name: publish::name_of(lenses.as_deref().unwrap_or_default()),
        version: snapshot.open.get(&path).map(|document| document.version),
        revision: snapshot.revision,
        lenses: note.zip(lenses).map(|(note, lenses)| {
            lenses.iter().map(|lens| convert::lens(snapshot, note, uri, lens)).collect()
        }),
        path,
    }
}

/// `textDocument/diagnostic`: a report of the protocol as text.
pub fn document_diagnostic(snapshot: &Snapshot, params: &DocumentDiagnosticParams) -> Json {
    let note = snapshot.vault.note(&uri::path_of(&params.text_document.uri));
    let items = note.map(|note| publish::findings(snapshot, note).items).unwrap_or_default();
    let result_id = publish::result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report,
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full(result_id, items),
        })
    };
    Json::of_value(&report)
}

/// What every note was last called when all were asked for, so that asking again in vain costs nothing.
#[derive(Default)]
pub struct WorkspaceMemo {
    /// The revision of the vault.
    revision: u64,
    /// The result ids of the notes with findings; `None` before the first time.
    ids: Option<HashMap<NotePath, String>>,
}

/// `workspace/diagnostic`: the notes whose findings the client does not have, as text. Those it has and which have not
/// changed are named as unchanged.
pub fn workspace_diagnostic(
    snapshot: &Snapshot,
    params: &WorkspaceDiagnosticParams,
    memo: &mut WorkspaceMemo,
) -> Json {
    let previous: HashMap<NotePath, &str> = params
        .previous_result_ids
        .iter()
        .map(|previous| (uri::path_of(&previous.uri), previous.value.as_str()))
        .collect();
    let known = |path: &NotePath, id: &str| previous.get(path) == Some(&id);
    let same_as_before = memo.revision == snapshot.revision
        && memo
            .ids
            .as_ref()
            .is_some_and(|ids| ids.len() == previous.len() && ids.iter().all(|(path, id)| known(path, id)));
    if same_as_before && snapshot.open.values().all(|document| document.typing_at.is_none()) {
        return reports([]);
    }
    let notes: Vec<&Arc<Note>> = snapshot.vault.notes().collect();
    let of_note = |note: &&Arc<Note>| {
        let path = &note.path;
        let items = publish::findings(snapshot, &note.for_a_moment()).items;
        let id = publish::result_id(&items);
        let was_known = previous.contains_key(path);
        if items.is_empty() && !was_known {
            return None;
        }
        let report = match known(path, &id) {
            true => report_unchanged(snapshot, path, id.clone()),
            false => report_full(snapshot, path, id.clone(), items),
        };
        Some((path.clone(), id, report))
    };
    let made: Vec<_> = notes.par_iter().with_min_len(FEW).filter_map(of_note).collect();
    let gone = previous.keys().filter(|path| snapshot.vault.note(path).is_none());
    let gone = gone.filter_map(|path| report_full(snapshot, path, publish::result_id(&[]), Vec::new()));
    let answer =
        reports(made.iter().filter_map(|(_, _, report)| report.as_ref()).chain(&gone.collect::<Vec<_>>()));
    let ids = made.into_iter().map(|(path, id, _)| (path, id)).collect();
    *memo = WorkspaceMemo { revision: snapshot.revision, ids: Some(ids) };
    answer
}

/// A report of all notes from those of each.
fn reports<'a>(reports: impl IntoIterator<Item = &'a Json>) -> Json {
    Json::object_of_list("items", reports)
}

fn full(result_id: String, items: Vec<Diagnostic>) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport { result_id: Some(result_id), items }
}

fn report_full(snapshot: &Snapshot, path: &NotePath, id: String, items: Vec<Diagnostic>) -> Option<Json> {
    let report = WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri: snapshot.uri(path)?,
        version: version(snapshot, path),
        full_document_diagnostic_report: full(id, items),
    });
    Some(Json::of_value(&report))
}

fn report_unchanged(snapshot: &Snapshot, path: &NotePath, result_id: String) -> Option<Json> {
    let report = WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
        uri: snapshot.uri(path)?,
        version: version(snapshot, path),
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    });
    Some(Json::of_value(&report))
}

fn version(snapshot: &Snapshot, path: &NotePath) -> Option<i64> {
    snapshot.open.get(path).map(|document| i64::from(document.version))
}
