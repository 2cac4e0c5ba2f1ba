//! Requests about the names in a note's prose: their colour, and what is told behind them.
//!
//! Invariant: pure functions of a snapshot; columns are counted as the client counts them.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    HoverContents, InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, Position, Range,
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    TextDocumentIdentifier, TextDocumentPositionParams, Uri,
};

use crate::features::term_hints::term_hints;
use crate::features::term_tokens::term_tokens;
use crate::note::Note;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, navigation, uri};
use crate::text::TextRange;
use crate::vault::occurrences::Role;
use crate::vault::topics::Topics;

/// What the numbers in tokens stand for. A name is a `type`: themes give it a colour that is neither that of text nor that
/// of code; where it is defined it has the modifier `definition`.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: vec![SemanticTokenType::TYPE],
        token_modifiers: vec![SemanticTokenModifier::DEFINITION],
    }
}

/// `textDocument/semanticTokens/full` and `…/range`
pub fn tokens(
    snapshot: &Snapshot,
    document: &TextDocumentIdentifier,
    range: Option<Range>,
) -> Option<SemanticTokens> {
    let note = snapshot.vault.note(&uri::path_of(&document.uri))?;
    let within = range.map_or(TextRange::new(0, note.text.len()), |range| asked(snapshot, note, range));
    let mut last = Position::default();
    let mut data = Vec::new();
    for token in term_tokens(&snapshot.vault, &snapshot.glossary, note, within) {
        let Range { start, end } = convert::range(&note.text, token.range, snapshot.encoding());
        let delta_line = start.line - last.line;
        let before = if delta_line == 0 { last.character } else { 0 };
        data.push(SemanticToken {
            delta_line,
            delta_start: start.character - before,
            length: end.character - start.character,
            token_type: 0,
            token_modifiers_bitset: u32::from(token.role == Role::Definition),
        });
        last = start;
    }
    Some(SemanticTokens { result_id: None, data })
}

/// What a hint says of itself, to be asked about later.
#[derive(Serialize, Deserialize)]
struct Hinted {
    uri: Uri,
    position: Position,
}

/// `textDocument/inlayHint`
pub fn hints(snapshot: &Snapshot, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
    let uri = &params.text_document.uri;
    let note = snapshot.vault.note(&uri::path_of(uri))?;
    let within = asked(snapshot, note, params.range);
    let hints = term_hints(&snapshot.vault, &snapshot.glossary, note, within).into_iter();
    let hints = hints.filter_map(|hint| {
        let Range { start, end } = convert::range(&note.text, hint.mention, snapshot.encoding());
        Some(InlayHint {
            position: end,
            label: InlayHintLabel::String(format!("({})", hint.other)),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: Some(serde_json::to_value(Hinted { uri: uri.clone(), position: start }).ok()?),
        })
    });
    Some(hints.collect())
}

/// `inlayHint/resolve`: the hint with what the name means, as a hover on it shows it.
pub fn resolve_hint(snapshot: &Snapshot, topics: Option<&Topics>, mut hint: InlayHint) -> InlayHint {
    let hinted = hint.data.clone().and_then(|data| serde_json::from_value::<Hinted>(data).ok());
    let Some(Hinted { uri, position }) = hinted else { return hint };
    let place = TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri }, position };
    if let Some(hover) = navigation::show(snapshot, topics, &place)
        && let HoverContents::Markup(markup) = hover.contents
    {
        hint.tooltip = Some(InlayHintTooltip::MarkupContent(markup));
    }
    hint
}

fn asked(snapshot: &Snapshot, note: &Note, range: Range) -> TextRange {
    let offset = |place| note.text.offset(convert::line_col(place), snapshot.encoding());
    let (start, end) = (offset(range.start), offset(range.end));
    TextRange::new(start, end.max(start))
}
