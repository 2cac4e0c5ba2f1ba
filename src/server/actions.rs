//! Requests for what can be done at a place.
//!
//! Invariant: an action that was offered without its edit is made anew when it is chosen, of the notes as they are then;
//! when it does not apply any more it has none.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    self, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, Diagnostic, Range, Uri,
};

use crate::features::code_actions::{Action, Context, Finding, Way, actions, ways};
use crate::features::diagnostics;
use crate::note::Note;
use crate::server::commands::SHOW;
use crate::server::edits::Unfit;
use crate::server::renames::REQUEST_FAILED;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, edits, publish, uri};
use crate::text::TextRange;

/// What an action that was offered without its edit says of itself.
#[derive(Serialize, Deserialize)]
struct Offered {
    uri: Uri,
    range: Range,
    title: String,
}

/// `textDocument/codeAction`
pub fn code_actions(snapshot: &Snapshot, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    if !snapshot.features.code_action_literals {
        return None;
    }
    let uri = &params.text_document.uri;
    let only = params.context.only.as_deref();
    let found = at_place(snapshot, uri, params.range, |note, findings, context| {
        let actions = actions(context);
        let wanted = actions.iter().filter(|action| is_wanted(action, only));
        let offered = wanted.filter_map(|action| {
            let mended = action.mends.and_then(|index| findings.get(index));
            let mended = mended.map(|found| vec![convert::diagnostic(snapshot, &note.text, found)]);
            if snapshot.features.resolves_code_actions {
                let title = action.title.clone();
                let data =
                    serde_json::to_value(Offered { uri: uri.clone(), range: params.range, title }).ok()?;
                return Some(shown(action, mended, None, Some(data)));
            }
            let edit = edits::workspace_edit(snapshot, &(action.edit)()).ok()?;
            Some(shown(action, mended, Some(edit), None))
        });
        let mut offered: Vec<CodeActionOrCommand> = offered.map(CodeActionOrCommand::CodeAction).collect();
        let fixes = only.is_none_or(|only| only.iter().any(|kind| matches!(kind.as_str(), "" | "quickfix")));
        if snapshot.features.shows_documents && fixes {
            let ways = ways(context);
            let about = |way: &Way| way.about.and_then(|index| findings.get(index));
            offered.extend(ways.iter().filter_map(|way| {
                let about = about(way).map(|found| vec![convert::diagnostic(snapshot, &note.text, found)]);
                way_shown(snapshot, way, about).map(CodeActionOrCommand::CodeAction)
            }));
        }
        offered
    });
    found.or(Some(Vec::new()))
}

/// `codeAction/resolve`: the action with its edit.
///
/// # Errors
/// When a file would be made behind a symbolic link that leads out of its folder.
pub fn resolve(snapshot: &Snapshot, mut chosen: CodeAction) -> Result<CodeAction> {
    let offered = chosen.data.clone().and_then(|data| serde_json::from_value::<Offered>(data).ok());
    let Some(Offered { uri, range, title }) = offered else { return Ok(chosen) };
    let edit = at_place(snapshot, &uri, range, |_, _, context| {
        let actions = actions(context);
        let action = actions.iter().find(|action| action.title == title)?;
        Some(edits::workspace_edit(snapshot, &(action.edit)()))
    });
    chosen.edit = match edit.flatten() {
        Some(Err(unfit @ Unfit::LeadsOut(_))) => {
            return Err(Error { code: REQUEST_FAILED, message: unfit.to_string().into(), data: None });
        }
        other => other.and_then(std::result::Result::ok),
    };
    Ok(chosen)
}

/// What `make` makes of a place, of whose actions it is given the context; `None` when there is no such note.
fn at_place<T>(
    snapshot: &Snapshot,
    uri: &Uri,
    range: Range,
    make: impl FnOnce(&Note, &[diagnostics::Diagnostic], &Context<'_>) -> T,
) -> Option<T> {
    let note: &Arc<Note> = snapshot.vault.note(&uri::path_of(uri))?;
    let offset = |place| note.text.offset(convert::line_col(place), snapshot.encoding());
    let range = TextRange::new(offset(range.start), offset(range.end));
    let found = publish::examine(snapshot, note);
    let findings: Vec<Finding> = found
        .iter()
        .map(|found| Finding {
            range: found.range,
            code: found.code,
            suggestion: found
                .data
                .iter()
                .find(|(name, _)| *name == "suggestion")
                .map(|(_, text)| text.clone()),
        })
        .collect();
    let compared = snapshot.open.get(&note.path).and_then(|document| document.compared.current());
    let glossary = &snapshot.glossary;
    let context = Context { vault: &snapshot.vault, note, range, findings: &findings, compared, glossary };
    Some(make(note, &found, &context))
}

/// Whether the client asks for actions of this kind: kinds are hierarchies, `refactor` holds `refactor.extract`.
fn is_wanted(action: &Action<'_>, only: Option<&[CodeActionKind]>) -> bool {
    let name = action.kind.name();
    only.is_none_or(|only| {
        only.iter().any(|kind| {
            let rest = name.strip_prefix(kind.as_str());
            kind.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

/// A place to go to, as an action that has the server show it.
fn way_shown(snapshot: &Snapshot, way: &Way, about: Option<Vec<Diagnostic>>) -> Option<CodeAction> {
    let place = convert::location(snapshot, &way.path, way.range)?;
    let arguments = json!({"uri": place.uri, "position": place.range.start});
    Some(CodeAction {
        title: way.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: about,
        command: Some(Command {
            title: way.title.clone(),
            command: SHOW.to_owned(),
            arguments: Some(vec![arguments]),
        }),
        ..CodeAction::default()
    })
}

fn shown(
    action: &Action<'_>,
    diagnostics: Option<Vec<Diagnostic>>,
    edit: Option<ls_types::WorkspaceEdit>,
    data: Option<serde_json::Value>,
) -> CodeAction {
    CodeAction {
        title: action.title.clone(),
        kind: Some(CodeActionKind::from(action.kind.name())),
        diagnostics,
        edit,
        is_preferred: action.preferred.then_some(true),
        data,
        ..CodeAction::default()
    }
}
