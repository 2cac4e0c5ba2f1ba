//! Requests to rename: a name in a note, files and folders.
//!
//! Invariant: pure functions of a snapshot; the client is given an edit that keeps every link alive, or a reason.

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    PrepareRenameResponse, RenameFilesParams, RenameParams, TextDocumentPositionParams, WorkspaceEdit,
};

use crate::config::Feature;
use crate::features::rename::{Refusal, move_files, prepare, rename};
use crate::path::NotePath;
use crate::server::edits::Unfit;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, edits, navigation, uri};

/// The code of requests that failed for a reason their sender should be shown (LSP 3.17, "RequestFailed").
pub const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// `textDocument/prepareRename`
///
/// # Errors
/// The reason why nothing can be renamed there.
pub fn prepare_rename(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let Some((note, offset)) = navigation::place(snapshot, params) else { return Ok(None) };
    let renamable =
        prepare(&snapshot.vault, &snapshot.glossary, note, offset).map_err(|refusal| failed(&refusal))?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: convert::range(&note.text, renamable.range, snapshot.encoding()),
        placeholder: renamable.name,
    }))
}

/// `textDocument/rename`
///
/// # Errors
/// The reason why it cannot have this name, or why the client cannot do what it takes.
pub fn rename_at(snapshot: &Snapshot, params: &RenameParams) -> Result<Option<WorkspaceEdit>> {
    let Some((note, offset)) = navigation::place(snapshot, &params.text_document_position) else {
        return Ok(None);
    };
    whole(snapshot)?;
    let edit = rename(&snapshot.vault, &snapshot.glossary, note, offset, &params.new_name)
        .map_err(|refusal| failed(&refusal))?;
    edits::workspace_edit(snapshot, &edit).map(Some).map_err(|unfit| {
        failed(&Refusal(match unfit {
            Unfit::ForClient => "this editor does not rename files by itself: rename it there".to_owned(),
            leads_out @ Unfit::LeadsOut(_) => leads_out.to_string(),
        }))
    })
}

/// `workspace/willRenameFiles`: the edits that keep links alive; nothing when there are none. Where renaming is switched
/// off, files are left to others.
///
/// # Errors
/// That not all notes are known.
pub fn will_rename_files(snapshot: &Snapshot, params: &RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
    let moves =
        params.files.iter().map(|file| (uri::path_of_text(&file.old_uri), uri::path_of_text(&file.new_uri)));
    let moves: Vec<(NotePath, NotePath)> =
        moves.filter(|(from, to)| from != to && snapshot.has(Feature::Rename, from)).collect();
    if moves.is_empty() {
        return Ok(None);
    }
    whole(snapshot)?;
    let edit = move_files(&snapshot.vault, &moves);
    Ok(if edit.is_empty() { None } else { edits::workspace_edit(snapshot, &edit).ok() })
}

/// Refuses what would leave links behind in notes that are not read yet.
fn whole(snapshot: &Snapshot) -> Result<()> {
    let told = || Refusal("the notes are still being read: try again in a moment".to_owned());
    if snapshot.known { Ok(()) } else { Err(failed(&told())) }
}

fn failed(refusal: &Refusal) -> Error {
    Error { code: REQUEST_FAILED, message: refusal.to_string().into(), data: None }
}
