//! Between the types of the protocol and our own.
//!
//! Invariant: ranges leave as lines and columns in the unit agreed with the client, and never otherwise.

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    CodeLens, Command, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    DocumentSymbol, FoldingRange, FoldingRangeKind, Location, NumberOrString, Position, Range,
    SelectionRange, SymbolInformation, SymbolKind, Uri,
};

use crate::config::{ConfigFile, Severity};
use crate::features::folding::{Fold, FoldKind};
use crate::features::lenses::{Leads, Lens};
use crate::features::symbols::search::Topic;
use crate::features::symbols::{Symbol, SymbolRole};
use crate::features::{diagnostics, symbols};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::commands::NEXT_UNANSWERED;
use crate::server::snapshot::Snapshot;
use crate::text::{LineCol, Places, PositionEncoding, Text, TextRange};

/// The name under which findings are shown.
const SOURCE: &str = "studymark";

/// A place as the client said it.
pub fn line_col(position: Position) -> LineCol {
    LineCol { line: position.line, column: position.character }
}

/// The place of a byte offset.
pub fn position(text: &Text, offset: usize, encoding: PositionEncoding) -> Position {
    let LineCol { line, column } = text.line_col(offset, encoding);
    Position { line, character: column }
}

/// A range of bytes as places.
pub fn range(text: &Text, range: TextRange, encoding: PositionEncoding) -> Range {
    Range { start: position(text, range.start(), encoding), end: position(text, range.end(), encoding) }
}

/// Where a range of a note stands; `None` when there is no such note.
pub fn location(snapshot: &Snapshot, path: &NotePath, at: TextRange) -> Option<Location> {
    let note = snapshot.vault.note(path)?;
    Some(Location { uri: snapshot.uri(path)?, range: range(&note.text, at, snapshot.encoding()) })
}

/// A finding in a file of this text.
pub fn diagnostic(snapshot: &Snapshot, text: &Text, found: &diagnostics::Diagnostic) -> Diagnostic {
    diagnostic_at(snapshot, &mut text.places(), found)
}

/// Findings in a file of this text, by place.
pub fn diagnostics(snapshot: &Snapshot, text: &Text, found: &[diagnostics::Diagnostic]) -> Vec<Diagnostic> {
    let mut places = text.places();
    found.iter().map(|found| diagnostic_at(snapshot, &mut places, found)).collect()
}

fn diagnostic_at(
    snapshot: &Snapshot,
    places: &mut Places<'_>,
    found: &diagnostics::Diagnostic,
) -> Diagnostic {
    let mut position = |offset: usize| {
        let LineCol { line, column } = places.line_col(offset, snapshot.encoding());
        Position { line, character: column }
    };
    let range = Range { start: position(found.range.start()), end: position(found.range.end()) };
    let related = found.related.iter().filter_map(|related| {
        let location = location(snapshot, &related.path, related.range)?;
        Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
    });
    let related: Vec<_> = if snapshot.features.related_information { related.collect() } else { Vec::new() };
    let unnecessary = found.unnecessary && snapshot.features.unnecessary_tag;
    let data = snapshot.features.diagnostic_data && !found.data.is_empty();
    Diagnostic {
        range,
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.code.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: found.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: unnecessary.then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: data.then(|| {
            found.data.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect()
        }),
        ..Diagnostic::default()
    }
}

/// What is wrong in a settings file.
pub fn config_problems(file: &ConfigFile, encoding: PositionEncoding) -> Vec<Diagnostic> {
    let problem = |problem: &crate::config::Problem| Diagnostic {
        range: range(&file.text, problem.range, encoding),
        severity: Some(DiagnosticSeverity::WARNING),
        code: Some(NumberOrString::String("setting".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: problem.message.clone(),
        ..Diagnostic::default()
    };
    file.problems.iter().map(problem).collect()
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Hint => DiagnosticSeverity::HINT,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Error => DiagnosticSeverity::ERROR,
    }
}

/// A section as a symbol, its parts inside it.
pub fn nested_symbol(text: &Text, symbol: &Symbol, encoding: PositionEncoding) -> DocumentSymbol {
    let children = symbol.children.iter().map(|child| nested_symbol(text, child, encoding)).collect();
    #[expect(deprecated, reason = "the field has to be named to build the type")]
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: symbol.detail.clone(),
        kind: symbol_kind(symbol.role),
        tags: None,
        deprecated: None,
        range: range(text, symbol.range, encoding),
        selection_range: range(text, symbol.selection, encoding),
        children: Some(children),
    }
}

/// The same for clients that know a flat list only, in document order.
pub fn flat_symbols(
    text: &Text,
    uri: &Uri,
    nested: &[Symbol],
    encoding: PositionEncoding,
) -> Vec<SymbolInformation> {
    symbols::flatten(nested)
        .into_iter()
        .map(|(symbol, parent)| {
            let location = Location { uri: uri.clone(), range: range(text, symbol.range, encoding) };
            information(symbol.name.clone(), symbol.role, location, parent.map(|parent| parent.name.clone()))
        })
        .collect()
}

/// A heading of any note that was searched for; `None` when its note has no URI.
pub fn topic(snapshot: &Snapshot, topic: &Topic) -> Option<SymbolInformation> {
    let location = location(snapshot, &topic.path, topic.range)?;
    Some(information(topic.name.clone(), topic.role, location, Some(topic.container.clone())))
}

fn information(
    name: String,
    role: SymbolRole,
    location: Location,
    container_name: Option<String>,
) -> SymbolInformation {
    #[expect(deprecated, reason = "the field has to be named to build the type")]
    SymbolInformation {
        name,
        kind: symbol_kind(role),
        tags: None,
        deprecated: None,
        location,
        container_name,
    }
}

fn symbol_kind(role: SymbolRole) -> SymbolKind {
    match role {
        SymbolRole::Chapter => SymbolKind::NAMESPACE,
        SymbolRole::Question => SymbolKind::FUNCTION,
        SymbolRole::Section => SymbolKind::STRING,
        SymbolRole::Term => SymbolKind::KEY,
    }
}

/// A lens over a chapter or a note, with the command that goes where it leads.
pub fn lens(snapshot: &Snapshot, note: &Note, uri: &Uri, lens: &Lens) -> CodeLens {
    let mut at = range(&note.text, lens.range, snapshot.encoding());
    if at.end.line > at.start.line {
        // The protocol wants it on one line, and a heading over `===` has two.
        at.end = at.start;
    }
    let arguments = match lens.leads {
        Leads::InChapter => json!({"uri": uri, "position": at.start, "scope": "chapter"}),
        Leads::InNote => json!({"uri": uri, "scope": "file"}),
        Leads::Beyond => json!({"uri": uri, "position": at.start}),
    };
    let command = Command {
        title: lens.title.clone(),
        command: NEXT_UNANSWERED.to_owned(),
        arguments: Some(vec![arguments]),
    };
    CodeLens { range: at, command: Some(command), data: None }
}

/// A stretch of lines that can be folded.
pub fn fold(text: &Text, fold: &Fold, snapshot: &Snapshot) -> FoldingRange {
    let at = range(text, fold.range, snapshot.encoding());
    let whole_lines = snapshot.features.line_folding_only;
    FoldingRange {
        start_line: at.start.line,
        start_character: (!whole_lines).then(|| {
            let line = text.line_range(at.start.line as usize);
            position(text, line.end(), snapshot.encoding()).character
        }),
        end_line: at.end.line,
        end_character: (!whole_lines).then_some(at.end.character),
        kind: match fold.kind {
            FoldKind::Section => Some(FoldingRangeKind::Region),
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::Block | FoldKind::FrontMatter => None,
        },
        collapsed_text: None,
    }
}

/// Ranges around a cursor, the innermost first, as the protocol nests them. Without any, the empty one at the cursor.
pub fn selection(text: &Text, at: usize, ranges: &[TextRange], encoding: PositionEncoding) -> SelectionRange {
    let outward = ranges.iter().rev().fold(None, |parent: Option<Box<SelectionRange>>, inner| {
        Some(Box::new(SelectionRange { range: range(text, *inner, encoding), parent }))
    });
    outward.map_or_else(
        || SelectionRange { range: range(text, TextRange::empty(at), encoding), parent: None },
        |innermost| *innermost,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::diagnostic;
    use crate::config::Severity;
    use crate::features::diagnostics::{Diagnostic, Related};
    use crate::fixture::Fixture;
    use crate::server::capabilities::ClientFeatures;
    use crate::server::snapshot::Snapshot;
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    /// A finding at the first mark, explained by the second, as it is sent to a client that can do this.
    fn check(capabilities: Value, expected: &Expect) {
        let fixture = Fixture::parse("//- a.md\n# 😀⟦闭包⟧\n//- b c.md\n\n😀⟦作用域⟧\n");
        let related = Related {
            path: fixture.marked[1].0.clone(),
            range: fixture.marked[1].1,
            message: "here".to_owned(),
        };
        let found = Diagnostic {
            range: fixture.marked[0].1,
            code: "some-code",
            severity: Severity::Hint,
            message: "what is wrong".to_owned(),
            unnecessary: true,
            related: vec![related],
            data: vec![("title", "闭包".to_owned())],
        };
        let features = ClientFeatures::of(&serde_json::from_value(capabilities).unwrap());
        let text = &fixture.first().text;
        let snapshot = Snapshot {
            vault: fixture.vault.clone(),
            revision: 0,
            glossary: Arc::default(),
            known: true,
            open: BTreeMap::new(),
            features: Arc::new(features),
        };
        expected.assert_eq(&serde_json::to_string(&diagnostic(&snapshot, text, &found)).unwrap());
    }

    #[test]
    fn a_finding_is_sent_as_the_client_understands_it() {
        check(
            json!({}),
            &expect![[
                r#"{"range":{"start":{"line":0,"character":4},"end":{"line":0,"character":6}},"severity":4,"code":"some-code","source":"studymark","message":"what is wrong"}"#
            ]],
        );
        let published =
            json!({"relatedInformation": true, "tagSupport": {"valueSet": [1]}, "dataSupport": true});
        check(
            json!({"textDocument": {"publishDiagnostics": published}, "general": {"positionEncodings": ["utf-8"]}}),
            &expect![[
                r#"{"range":{"start":{"line":0,"character":6},"end":{"line":0,"character":12}},"severity":4,"code":"some-code","source":"studymark","message":"what is wrong","relatedInformation":[{"location":{"uri":"file:///b%20c.md","range":{"start":{"line":1,"character":4},"end":{"line":1,"character":13}}},"message":"here"}],"tags":[1],"data":{"title":"闭包"}}"#
            ]],
        );
    }
}
