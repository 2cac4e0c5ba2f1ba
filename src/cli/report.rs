//! The forms in which a finding is printed: a snippet of the source, JSON, GitHub annotations, SARIF.
//!
//! Invariant: the same finding has the same place in each: lines and columns from 1, columns in Unicode scalar
//! values, ends exclusive.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use serde_json::json;

use crate::cli::open::Opened;
use crate::cli::output::{Out, severity_name};
use crate::config::Severity;
use crate::features::diagnostics::{Diagnostic, Related, codes};
use crate::note::Note;
use crate::path::NotePath;
use crate::text::{LineCol, PositionEncoding, TextRange};

/// A finding with the note it is about.
pub struct Located {
    /// The note or file.
    pub path: NotePath,
    /// The note; `None` for a file that could not be read.
    pub note: Option<Arc<Note>>,
    /// The finding.
    pub diagnostic: Diagnostic,
}

impl Located {
    /// Start and end, from 0, in Unicode scalar values.
    pub fn places(&self) -> (LineCol, LineCol) {
        match &self.note {
            Some(note) => places(note, self.diagnostic.range),
            None => (LineCol::default(), LineCol::default()),
        }
    }
}

fn places(note: &Note, range: TextRange) -> (LineCol, LineCol) {
    let at = |offset| note.text.line_col(offset, PositionEncoding::Utf32);
    (at(range.start()), at(range.end()))
}

/// A source line longer than this is shown in part: what counts is around the finding.
const LONGEST_SOURCE: usize = 2_000;

/// A finding as rustc shows them, with the source line and a caret.
pub fn snippet(opened: &Opened, located: &Located, width: usize) -> String {
    let diagnostic = &located.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let path = opened.shown(&located.path);
    let mut group = match &located.note {
        Some(note) => title.elements(source(path, note, diagnostic.range, AnnotationKind::Primary, None)),
        None => title.element(Origin::path(path)),
    };
    for Related { path, range, message } in &diagnostic.related {
        if let Some(note) = opened.vault.note(path) {
            let path = opened.shown(path);
            group = group.elements(source(path, note, *range, AnnotationKind::Context, Some(message)));
        }
    }
    // Letters and signs of ASCII: lines drawn with other characters are twice as wide in many a Chinese terminal,
    // and then the caret stands elsewhere.
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width);
    let mut shown = renderer.render(&[group]);
    shown.push_str("\n\n");
    shown
}

/// The source line of a range, marked; only the first line of a construct of several: the rest says nothing more
/// about the place.
fn source<'a>(
    path: &'a str,
    note: &'a Note,
    range: TextRange,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Vec<Element<'a>> {
    let text = &note.text;
    let line = text.line_of(range.start());
    let whole = text.line_range(line);
    let end = range.end().min(whole.end()).max(range.start());
    let shown = around(text.as_str(), whole, range.start());
    let span = range.start() - shown.start()..end.min(shown.end()).max(range.start()) - shown.start();
    let snippet =
        Snippet::source(text.slice(shown)).line_start(line + 1).annotation(kind.span(span).label(label));
    if shown == whole {
        return vec![snippet.path(path).into()];
    }
    // Of a line that is shown in part the column has to be said apart.
    let (start, _) = places(note, range);
    let origin = Origin::path(path).line(line + 1).char_column(start.column as usize + 1);
    vec![origin.into(), snippet.into()]
}

/// The part of a long line that is around a place.
fn around(text: &str, line: TextRange, at: usize) -> TextRange {
    if line.len() <= LONGEST_SOURCE {
        return line;
    }
    let boundary =
        |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let from = boundary(at.saturating_sub(LONGEST_SOURCE / 2)).max(line.start());
    TextRange::new(from, boundary(at + LONGEST_SOURCE / 2).min(line.end()))
}

#[derive(Serialize)]
struct Diagnostics<'a> {
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    related: Vec<JsonRelated<'a>>,
    data: Option<BTreeMap<&'a str, &'a str>>,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    path: &'a str,
    line: u32,
    message: &'a str,
}

/// The JSON document of `check`.
///
/// # Errors
/// When the stream cannot be written.
pub fn json(out: &mut Out, opened: &Opened, found: &[Located]) -> io::Result<()> {
    let related_line = |related: &Related| {
        opened.vault.note(&related.path).map_or(1, |note| places(note, related.range).0.line + 1)
    };
    let diagnostics = found
        .iter()
        .map(|located| {
            let (start, end) = located.places();
            let diagnostic = &located.diagnostic;
            JsonDiagnostic {
                path: opened.shown(&located.path),
                line: start.line + 1,
                column: start.column + 1,
                end_line: end.line + 1,
                end_column: end.column + 1,
                code: diagnostic.code,
                severity: severity_name(diagnostic.severity),
                message: &diagnostic.message,
                related: diagnostic
                    .related
                    .iter()
                    .map(|related| JsonRelated {
                        path: opened.shown(&related.path),
                        line: related_line(related),
                        message: &related.message,
                    })
                    .collect(),
                data: (!diagnostic.data.is_empty())
                    .then(|| diagnostic.data.iter().map(|(name, value)| (*name, value.as_str())).collect()),
            }
        })
        .collect();
    out.json(opened.root.as_str(), &Diagnostics { diagnostics })
}

/// Workflow commands that GitHub turns into annotations.
///
/// # Errors
/// When the stream cannot be written.
pub fn github(out: &mut Out, opened: &Opened, found: &[Located]) -> io::Result<()> {
    for located in found {
        let (start, end) = located.places();
        let diagnostic = &located.diagnostic;
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        // Columns are heeded only when the finding stays on one line.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column + 1, end.column + 1)
        } else {
            String::new()
        };
        writeln!(
            out,
            "::{command} file={},line={},endLine={}{columns},title={}::{}",
            escape_property(opened.shown(&located.path)),
            start.line + 1,
            end.line + 1,
            escape_property(diagnostic.code),
            escape_data(&diagnostic.message),
        )?;
    }
    Ok(())
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A SARIF 2.1.0 log.
///
/// # Errors
/// When the stream cannot be written.
pub fn sarif(out: &mut Out, opened: &Opened, found: &[Located]) -> io::Result<()> {
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    };
    let rules: Vec<_> = codes()
        .map(|spec| {
            json!({
                "id": spec.code,
                "shortDescription": { "text": spec.summary },
                "defaultConfiguration": { "level": level(spec.severity) },
            })
        })
        .collect();
    let results: Vec<_> = found
        .iter()
        .map(|located| {
            let (start, end) = located.places();
            let uri =
                percent_encoding::utf8_percent_encode(opened.shown(&located.path), URI_PATH).to_string();
            json!({
                "ruleId": located.diagnostic.code,
                "level": level(located.diagnostic.severity),
                "message": { "text": located.diagnostic.message },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": uri, "uriBaseId": "ROOT" },
                        "region": {
                            "startLine": start.line + 1,
                            "startColumn": start.column + 1,
                            "endLine": end.line + 1,
                            "endColumn": end.column + 1,
                        },
                    },
                }],
            })
        })
        .collect();
    let root = percent_encoding::utf8_percent_encode(opened.root.as_str().trim_start_matches('/'), URI_PATH);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "studymark", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "uri": format!("file:///{root}/") } },
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    writeln!(out)
}

/// What stands for itself in the path of a URI (RFC 3986, section 3.3).
const URI_PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
