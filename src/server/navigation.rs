//! Requests about what stands at a place: where it leads, who refers to it, what is behind it.
//!
//! Invariant: pure functions of a snapshot, but for the size of a picture inside the roots, which the disk knows.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, DocumentHighlight,
    DocumentHighlightKind, DocumentLink, GotoDefinitionResponse, Hover, HoverContents, Location,
    LocationLink, MarkupContent, MarkupKind, Position, Range, ReferenceParams, SymbolKind,
    TextDocumentIdentifier, TextDocumentPositionParams, Uri,
};

use crate::config::Feature;
use crate::features::call_hierarchy::{self, Call, Card, Topic};
use crate::features::definition::{Destination, Sought, definition};
use crate::features::document_links::{To, document_links, term_links};
use crate::features::hover;
use crate::features::references::{Declaration, highlights, references};
use crate::loader::picture::{PictureSize, picture_size};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, uri};
use crate::text::{Text, TextRange};
use crate::vault::occurrences::{Occurrence, Role};
use crate::vault::preview::{Form, Piece};
use crate::vault::topics::Topics;

/// So few places are written by one processor faster than given to another.
const FEW: usize = 64;

/// How wide a picture is shown at most, in pixels.
const PICTURE_WIDTH: usize = 480;

/// The note and the byte offset that a request is about.
pub fn place<'a>(
    snapshot: &'a Snapshot,
    params: &TextDocumentPositionParams,
) -> Option<(&'a Arc<Note>, usize)> {
    let note = snapshot.vault.note(&uri::path_of(&params.text_document.uri))?;
    Some((note, note.text.offset(convert::line_col(params.position), snapshot.encoding())))
}

/// `textDocument/definition` and `textDocument/declaration`
pub fn goto(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
    sought: Sought,
    links: Links,
) -> Option<GotoDefinitionResponse> {
    let (note, offset) = place(snapshot, params)?;
    let (origin, destinations) = definition(&snapshot.vault, &snapshot.glossary, note, offset, sought)?;
    let origin = convert::range(&note.text, origin, snapshot.encoding());
    let found = destinations.iter().filter_map(|to| {
        let (target, selection) = ranges(snapshot, to)?;
        let link = LocationLink {
            origin_selection_range: Some(origin),
            target_uri: snapshot.uri(&to.path)?,
            target_range: target,
            target_selection_range: selection,
        };
        Some(link)
    });
    Some(match links {
        Links::Understood => GotoDefinitionResponse::Link(found.collect()),
        Links::Unknown => {
            let locations =
                found.map(|link| Location { uri: link.target_uri, range: link.target_selection_range });
            GotoDefinitionResponse::Array(locations.collect())
        }
    })
}

/// Whether the client understands answers that are links, with the range they come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Links {
    /// It does.
    Understood,
    /// It takes places only.
    Unknown,
}

/// All of a destination, and where in it the cursor goes.
fn ranges(snapshot: &Snapshot, to: &Destination) -> Option<(Range, Range)> {
    let Some(range) = to.range else {
        let start = Position { line: u32::try_from(to.line).ok()?, character: 0 };
        let at = Range { start, end: start };
        return Some((at, at));
    };
    let text = &snapshot.vault.note(&to.path)?.text;
    let convert = |range| convert::range(text, range, snapshot.encoding());
    Some((convert(range), convert(to.selection)))
}

/// `textDocument/references`
pub fn find_references(snapshot: &Snapshot, params: &ReferenceParams) -> Option<Vec<Location>> {
    let (note, offset) = place(snapshot, &params.text_document_position)?;
    let declaration =
        if params.context.include_declaration { Declaration::Included } else { Declaration::LeftOut };
    let found = references(&snapshot.vault, &snapshot.glossary, note, offset, declaration);
    let locations =
        found.par_iter().with_min_len(FEW).filter_map(|occurrence| location(snapshot, occurrence));
    Some(locations.collect())
}

fn location(snapshot: &Snapshot, occurrence: &Occurrence) -> Option<Location> {
    let range = convert::range(&occurrence.note.text, occurrence.range, snapshot.encoding());
    Some(Location { uri: snapshot.uri(&occurrence.note.path)?, range })
}

/// `textDocument/documentHighlight`
pub fn document_highlight(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Option<Vec<DocumentHighlight>> {
    let (note, offset) = place(snapshot, params)?;
    let found = highlights(&snapshot.vault, &snapshot.glossary, note, offset);
    let highlight = |occurrence: &Occurrence| DocumentHighlight {
        range: convert::range(&note.text, occurrence.range, snapshot.encoding()),
        kind: Some(match occurrence.role {
            Role::Definition => DocumentHighlightKind::WRITE,
            Role::Reference => DocumentHighlightKind::READ,
        }),
    };
    Some(found.iter().map(highlight).collect())
}

/// `textDocument/documentLink`
pub fn links_of(snapshot: &Snapshot, document: &TextDocumentIdentifier) -> Option<Vec<DocumentLink>> {
    let note = snapshot.vault.note(&uri::path_of(&document.uri))?;
    let mut links = document_links(&snapshot.vault, note);
    if snapshot.has(Feature::TermLinks, &note.path) {
        links.extend(term_links(&snapshot.vault, &snapshot.glossary, note));
        links.sort_by_key(|link| link.range);
    }
    let links = links.into_iter().filter_map(|link| {
        let target = match &link.to {
            To::File(path, line) => uri_with_line(snapshot, path, *line)?,
            To::Address(address) => uri::strict(address).unwrap_or_else(|| address.clone()).parse().ok()?,
        };
        Some(DocumentLink {
            range: convert::range(&note.text, link.range, snapshot.encoding()),
            target: Some(target),
            tooltip: link.tooltip.filter(|_| snapshot.features.link_tooltips),
            data: None,
        })
    });
    Some(links.collect())
}

/// The URI of a file, with the line (from 0) in the form that editors understand: `#L12`.
fn uri_with_line(snapshot: &Snapshot, path: &NotePath, line: Option<usize>) -> Option<Uri> {
    let uri = snapshot.uri(path)?;
    match line {
        None => Some(uri),
        Some(line) => format!("{}#L{}", uri.as_str(), line + 1).parse().ok(),
    }
}

/// `textDocument/hover`. `topics` are those of these notes or of earlier ones.
pub fn show(
    snapshot: &Snapshot,
    topics: Option<&Topics>,
    params: &TextDocumentPositionParams,
) -> Option<Hover> {
    let (note, offset) = place(snapshot, params)?;
    let (form, kind) = match snapshot.features.hover_markdown {
        true => (Form::Markdown, MarkupKind::Markdown),
        false => (Form::Plain, MarkupKind::PlainText),
    };
    let compared = snapshot.open.get(&note.path).and_then(|document| document.compared.current());
    let known = hover::Known { glossary: &snapshot.glossary, compared, topics };
    let hover = hover::hover(&snapshot.vault, known, note, offset, form)?;
    let value = written(snapshot, &hover.pieces);
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range: Some(convert::range(&note.text, hover.range, snapshot.encoding())),
    })
}

/// The text of pieces, with what only the disk knows.
pub fn written(snapshot: &Snapshot, pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| text_of(snapshot, piece)).collect()
}

fn text_of(snapshot: &Snapshot, piece: &Piece) -> String {
    match piece {
        Piece::Markdown(text) => text.clone(),
        Piece::Uri(path, line) => {
            uri_with_line(snapshot, path, *line).map_or_else(String::new, |uri| in_markdown(uri.as_str()))
        }
        Piece::Picture(path) => picture_uri(snapshot, path),
        Piece::PictureSize(path) => match picture_size(&snapshot.vault, path) {
            Some(size) => size_in_words(size),
            None => "not there any more".to_owned(),
        },
    }
}

/// The URI of a picture; where the client takes a width for it, a large picture gets one.
fn picture_uri(snapshot: &Snapshot, path: &NotePath) -> String {
    let Some(uri) = snapshot.uri(path) else { return String::new() };
    let wide = || {
        let pixels = picture_size(&snapshot.vault, path).and_then(|size| size.pixels);
        pixels.is_some_and(|(width, _)| width > PICTURE_WIDTH)
    };
    if snapshot.features.picture_width && wide() {
        return format!("{}|width={PICTURE_WIDTH}", in_markdown(uri.as_str()));
    }
    in_markdown(uri.as_str())
}

/// A URI as a destination of Markdown, which parentheses would end; clients may spell them out.
fn in_markdown(uri: &str) -> String {
    uri.replace('(', "%28").replace(')', "%29")
}

/// `640 × 480 pixels, 12 KB`
fn size_in_words(size: PictureSize) -> String {
    let bytes = match size.bytes {
        bytes if bytes < 1_000 => format!("{bytes} bytes"),
        bytes if bytes < 1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        bytes => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    };
    match size.pixels {
        Some((width, height)) => format!("{width} × {height} pixels, {bytes}"),
        None => bytes,
    }
}

/// `textDocument/prepareCallHierarchy`
pub fn prepare_calls(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Option<Vec<CallHierarchyItem>> {
    let (note, offset) = place(snapshot, params)?;
    let cards = call_hierarchy::prepare(&snapshot.vault, note, offset);
    Some(cards.iter().filter_map(|card| item(snapshot, card)).collect())
}

/// `callHierarchy/incomingCalls`
pub fn incoming_calls(
    snapshot: &Snapshot,
    asked: &CallHierarchyItem,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let calls = call_hierarchy::incoming(&snapshot.vault, &topic(snapshot, asked)?);
    let calls = calls.iter().filter_map(|call| {
        let text = &snapshot.vault.note(&call.card.topic.path)?.text;
        Some(CallHierarchyIncomingCall {
            from: item(snapshot, &call.card)?,
            from_ranges: link_ranges(snapshot, text, call),
        })
    });
    Some(calls.collect())
}

/// `callHierarchy/outgoingCalls`
pub fn outgoing_calls(
    snapshot: &Snapshot,
    asked: &CallHierarchyItem,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let topic = topic(snapshot, asked)?;
    let text = &snapshot.vault.note(&topic.path)?.text;
    let calls = call_hierarchy::outgoing(&snapshot.vault, &topic);
    let calls = calls.iter().filter_map(|call| {
        let from_ranges = link_ranges(snapshot, text, call);
        Some(CallHierarchyOutgoingCall { to: item(snapshot, &call.card)?, from_ranges })
    });
    Some(calls.collect())
}

fn link_ranges(snapshot: &Snapshot, text: &Text, call: &Call) -> Vec<Range> {
    let range = |range: &TextRange| convert::range(text, *range, snapshot.encoding());
    call.links.iter().map(range).collect()
}

fn item(snapshot: &Snapshot, card: &Card) -> Option<CallHierarchyItem> {
    let text = &snapshot.vault.note(&card.topic.path)?.text;
    Some(CallHierarchyItem {
        name: card.name.clone(),
        kind: if card.topic.section.is_some() { SymbolKind::STRING } else { SymbolKind::FILE },
        tags: None,
        detail: Some(card.detail.clone()),
        uri: snapshot.uri(&card.topic.path)?,
        range: convert::range(text, card.range, snapshot.encoding()),
        selection_range: convert::range(text, card.selection, snapshot.encoding()),
        data: Some(json!({ "section": card.topic.section })),
    })
}

/// The topic of an item that the client hands back: what it says is looked up anew.
fn topic(snapshot: &Snapshot, item: &CallHierarchyItem) -> Option<Topic> {
    let section = item.data.as_ref().and_then(|data| data.get("section")).and_then(Value::as_u64);
    let section = section.and_then(|section| usize::try_from(section).ok());
    call_hierarchy::find(&snapshot.vault, &uri::path_of(&item.uri), section, &item.name)
}
