//! Definitions by the shape of a block: callouts, glossary tables, definition lists, labels in plain code.

use crate::markdown::plain::plain;
use crate::note::lines::{Barrier, Line};
use crate::note::terms::names::{is_name, trimmed};
use crate::note::terms::{Definition, Pattern, definition, lines_at};
use crate::note::{Block, BlockKind, MaskKind, Note};
use crate::text::TextRange;

const TERM_COLUMNS: &[&str] =
    &["术语", "名词", "缩写", "概念", "名称", "term", "abbreviation", "abbr", "acronym"];
const MEANING_COLUMNS: &[&str] = &[
    "说明",
    "含义",
    "定义",
    "解释",
    "释义",
    "意思",
    "definition",
    "meaning",
    "explanation",
    "description",
    "全称",
];

/// Adds what the blocks of a note define, whose lines these are.
pub fn add(note: &Note, lines: &[Line], found: &mut Vec<Definition>) {
    callouts(note, found);
    for table in note.blocks.iter().filter(|block| block.kind == BlockKind::Table) {
        glossary(note, table, found);
    }
    lists(note, lines, found);
    for mask in note.masks.iter().filter(|mask| mask.kind == MaskKind::CodeBlock) {
        labels(note, mask.range, found);
    }
}

/// `> [!definition] X`
fn callouts(note: &Note, found: &mut Vec<Definition>) {
    for callout in &note.callouts {
        let kind = note.text.slice(callout.kind).to_ascii_lowercase();
        if !matches!(kind.as_str(), "definition" | "def" | "term" | "定义" | "术语")
            || callout.title.is_empty()
        {
            continue;
        }
        let title = plain(note.text.slice(callout.title));
        let name = trimmed(&title).1;
        let body = TextRange { start: callout.title.end, end: callout.range.end };
        if is_name(name) && !callout.substance.is_empty() {
            found.push(definition(note, name, callout.title, body, Pattern::Glossary));
        }
    }
}

/// The cells of a row: their ranges without white space.
fn cells(note: &Note, line: TextRange) -> Vec<TextRange> {
    let source = note.text.slice(line);
    let mut cells = Vec::new();
    let mut start = source.len() - source.trim_start().len();
    start += usize::from(source[start..].starts_with('|'));
    let mut from = start;
    for (at, _) in source.match_indices('|') {
        if at >= from && !source[..at].ends_with('\\') {
            cells.push(trimmed_range(note, TextRange::new(line.start() + from, line.start() + at)));
            from = at + 1;
        }
    }
    if !source[from..].trim().is_empty() {
        cells.push(trimmed_range(note, TextRange::new(line.start() + from, line.end())));
    }
    cells
}

fn trimmed_range(note: &Note, range: TextRange) -> TextRange {
    let source = note.text.slice(range);
    let lead = source.len() - source.trim_start().len();
    let shown = source.trim().len();
    TextRange::new(range.start() + lead, range.start() + lead + shown)
}

/// A table with a column of terms and one of meanings.
fn glossary(note: &Note, table: &Block, found: &mut Vec<Definition>) {
    let lines = lines_at(note, table.range);
    let header = cells(note, lines[0]);
    let column = |names: &[&str]| {
        header.iter().position(|cell| names.contains(&plain(note.text.slice(*cell)).to_lowercase().as_str()))
    };
    let (Some(term), Some(meaning)) = (column(TERM_COLUMNS), column(MEANING_COLUMNS)) else { return };
    for line in lines.into_iter().skip(2) {
        let row = cells(note, line);
        let (Some(&name_range), Some(&range)) = (row.get(term), row.get(meaning)) else { continue };
        let shown = plain(note.text.slice(name_range));
        let name = trimmed(&shown).1;
        if is_name(name) && !range.is_empty() {
            found.push(definition(note, name, name_range, range, Pattern::Glossary));
        }
    }
}

/// `X` and under it `: what it is`.
fn lists(note: &Note, lines: &[Line], found: &mut Vec<Definition>) {
    let mut before: Option<TextRange> = None;
    for line in lines {
        let source = note.text.slice(line.range);
        let meaning = source.trim_start().strip_prefix(": ").map(str::trim).filter(|text| !text.is_empty());
        if let (Some(meaning), Some(term), None) = (meaning, before, line.barrier) {
            let shown = plain(note.text.slice(term));
            let name = trimmed(&shown).1;
            let end = line.range.start() + source.trim_end().len();
            if is_name(name) {
                let range = TextRange::new(end - meaning.len(), end);
                found.push(definition(note, name, term, range, Pattern::Glossary));
            }
        }
        before = (line.barrier != Some(Barrier::Code) && !source.trim().is_empty()).then_some(line.range);
    }
}

/// `X：` on a line of plain code, and indented lines under it.
fn labels(note: &Note, code: TextRange, found: &mut Vec<Definition>) {
    let source = note.text.slice(code);
    let info = source.lines().next().unwrap_or_default().trim_start_matches(['`', '~', ' ', '>']).trim();
    let fenced = source.trim_start().starts_with(['`', '~']);
    if !fenced || !matches!(info.to_ascii_lowercase().as_str(), "" | "text" | "txt" | "plain" | "plaintext") {
        return;
    }
    let lines = lines_at(note, code);
    let last = lines.len() - 1;
    let mut line = 1;
    while line < last {
        let label = lines[line];
        let text = note.text.slice(label);
        line += 1;
        let Some(name) =
            text.trim_end().strip_suffix(['：', ':']).filter(|name| !name.starts_with([' ', '\t']))
        else {
            continue;
        };
        let body = line;
        while line < last && note.text.slice(lines[line]).starts_with([' ', '\t']) {
            line += 1;
        }
        if line > body && is_name(name.trim()) {
            let range = TextRange { start: lines[body].start, end: lines[line - 1].end };
            let name_range = TextRange::new(label.start(), label.start() + name.len());
            found.push(definition(
                note,
                name.trim(),
                name_range,
                trimmed_range(note, range),
                Pattern::CodeLabel,
            ));
        }
    }
}
