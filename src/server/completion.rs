//! Requests for what can be typed, and for what there is to be read of it.
//!
//! Invariant: the client's own filter passes everything: an item's `filterText` is what was typed of it, so that what is
//! found by pinyin is shown, in the order that was given (`sortText`). Typing on asks again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::ls_types::{
    Command, CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionResponse, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit, Uri,
};

use crate::features::completion::{About, Creates, Item, Kind, List, Request, complete};
use crate::features::hover;
use crate::note::Note;
use crate::path::NotePath;
use crate::server::commands::CREATE;
use crate::server::documents::LONG;
use crate::server::shared::Shared;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, navigation, uri};
use crate::syntax::Tree;
use crate::syntax::context::Context;
use crate::text::{Buffer, TextRange};
use crate::vault::preview::{Form, Piece};
use crate::vault::resolve::{Place, Target};

/// The live text that a request is about, beside the snapshot.
pub struct Live {
    /// The text.
    pub buffer: Buffer,
    /// Its tree, as of the last request that asked for it.
    pub tree: Tree,
    /// The notes that were worked on last, the latest first.
    pub recent: Vec<NotePath>,
}

/// What an item says of itself, to be asked about later.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Data {
    Heading(Uri, usize),
    Anchor(Uri, usize),
    Footnote(Uri, usize),
    Whole(Uri),
    Name(String),
}

/// An item's place or name, and the document it was proposed in.
#[derive(Serialize, Deserialize)]
struct Asked {
    from: Uri,
    about: Data,
}

/// `textDocument/completion` at the byte at `offset` of `note`, whose live text is in `live`.
pub fn completion(
    snapshot: &Snapshot,
    note: &Arc<Note>,
    live: &mut Live,
    offset: usize,
    shared: &Shared,
) -> CompletionResponse {
    let context = context(note, live, offset);
    let request = Request {
        vault: &snapshot.vault,
        glossary: &snapshot.glossary,
        note,
        context: &context,
        recent: &live.recent,
    };
    // Two requests at a time are those of a client that did not wait: the later one does.
    let list = complete(&request, &mut shared.sought());
    let List { items, incomplete } = list;
    let shown = (0..).zip(&items).map(|(rank, item)| shown(snapshot, note, item, offset, rank));
    CompletionResponse::List(CompletionList {
        is_incomplete: incomplete || items.iter().any(|item| is_sought(item.kind)),
        items: shown.collect(),
    })
}

/// What the cursor is inside of. A tree of a long note would have to be made before the first list, and of a very long one
/// there is none: there the stretch around the cursor tells.
fn context(note: &Note, live: &mut Live, offset: usize) -> Context {
    let same = note.text.len() == live.buffer.len();
    match same && note.text.len() >= LONG {
        true => Context::within(&live.buffer, note.stretch_around(offset), offset),
        false => Context::at(&live.buffer, &mut live.tree, offset),
    }
}

/// Whether items of this kind are found in ways that a client's filter does not know.
fn is_sought(kind: Kind) -> bool {
    !matches!(kind, Kind::Word)
}

fn shown(snapshot: &Snapshot, note: &Note, item: &Item, offset: usize, rank: usize) -> CompletionItem {
    let encoding = snapshot.encoding();
    let text_edit = |(range, text): &(TextRange, String)| TextEdit {
        range: convert::range(&note.text, *range, encoding),
        new_text: text.clone(),
    };
    let typed = note.text.slice(TextRange::new(item.edit.0.start(), offset.max(item.edit.0.start())));
    // `○` in front of where it stands: it asks and has no answer.
    let place = if item.open { format!("○ {}", item.place) } else { item.place.clone() };
    let place = place.trim_end().to_owned();
    let has_details = snapshot.features.completion_label_details;
    let more: Vec<TextEdit> = item.more.iter().map(text_edit).collect();
    CompletionItem {
        label: item.label.clone(),
        label_details: (has_details && !place.is_empty())
            .then(|| CompletionItemLabelDetails { detail: None, description: Some(place.clone()) }),
        detail: (!has_details && !place.is_empty()).then_some(place),
        kind: Some(kind(item.kind)),
        sort_text: Some(format!("{rank:04}")),
        filter_text: Some(if typed.is_empty() { item.label.clone() } else { typed.to_owned() }),
        preselect: (rank == 0).then_some(true),
        text_edit: Some(CompletionTextEdit::Edit(text_edit(&item.edit))),
        additional_text_edits: (!more.is_empty()).then_some(more),
        documentation: match &item.about {
            About::Text(text) if text != &item.place => Some(Documentation::String(text.clone())),
            _ => None,
        },
        command: item.creates.as_ref().and_then(|creates| create(snapshot, creates)),
        data: data(snapshot, note, &item.about).and_then(|data| serde_json::to_value(data).ok()),
        ..CompletionItem::default()
    }
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Note | Kind::File | Kind::Picture => CompletionItemKind::FILE,
        Kind::Heading => CompletionItemKind::CLASS,
        Kind::Anchor | Kind::Label => CompletionItemKind::REFERENCE,
        Kind::Folder => CompletionItemKind::FOLDER,
        Kind::Term => CompletionItemKind::TEXT,
        Kind::Tag => CompletionItemKind::ENUM_MEMBER,
        Kind::Word => CompletionItemKind::KEYWORD,
        Kind::New => CompletionItemKind::EVENT,
    }
}

/// The command that makes what an item names, when the client can have it made.
fn create(snapshot: &Snapshot, creates: &Creates) -> Option<Command> {
    let (path, heading) = match creates {
        Creates::Note(path) => (path, None),
        Creates::Heading(path, title) => (path, Some(title)),
    };
    let possible = snapshot.features.applies_edits && (heading.is_some() || snapshot.features.creates_files);
    let arguments = json!({"uri": snapshot.uri(path)?, "heading": heading});
    possible.then(|| Command {
        title: "Create".to_owned(),
        command: CREATE.to_owned(),
        arguments: Some(vec![arguments]),
    })
}

fn data(snapshot: &Snapshot, note: &Note, about: &About) -> Option<Asked> {
    let about = match about {
        About::Nothing | About::Text(_) => return None,
        About::Name(name) => Data::Name(name.clone()),
        About::Place(target) => {
            let uri = snapshot.uri(&target.path)?;
            match target.place {
                Place::Heading(index) => Data::Heading(uri, index),
                Place::Anchor(index) => Data::Anchor(uri, index),
                Place::Footnote(index) => Data::Footnote(uri, index),
                _ => Data::Whole(uri),
            }
        }
    };
    Some(Asked { from: snapshot.uri(&note.path)?, about })
}

/// `completionItem/resolve`: the item with what there is to be read of it.
pub fn resolve(snapshot: &Snapshot, mut item: CompletionItem) -> CompletionItem {
    let asked = item.data.as_ref().and_then(|data| Asked::deserialize(data).ok());
    let form = if snapshot.features.completion_markdown { Form::Markdown } else { Form::Plain };
    let pieces = asked.and_then(|asked| about(snapshot, &asked, form)).unwrap_or_default();
    if !pieces.is_empty() {
        let value = navigation::written(snapshot, &pieces);
        item.documentation = Some(match form {
            Form::Markdown => {
                Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
            }
            Form::Plain => Documentation::String(value),
        });
    }
    item
}

fn about(snapshot: &Snapshot, asked: &Asked, form: Form) -> Option<Vec<Piece>> {
    let vault = &snapshot.vault;
    let from = vault.note(&uri::path_of(&asked.from))?;
    let (uri, place) = match &asked.about {
        Data::Heading(uri, index) => (uri, Place::Heading(*index)),
        Data::Anchor(uri, index) => (uri, Place::Anchor(*index)),
        Data::Footnote(uri, index) => (uri, Place::Footnote(*index)),
        Data::Whole(uri) => (uri, Place::Note),
        Data::Name(name) => return hover::about_name(vault, &snapshot.glossary, from, name, form),
    };
    let path = uri::path_of(uri);
    let place = if vault.note(&path).is_none() { Place::File } else { place };
    vault.has_file(&path).then(|| hover::about_place(vault, from, &Target { path, place }, form))
}
