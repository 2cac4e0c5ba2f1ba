//! What a note defines: terms with the text that says what they are.
//!
//! Invariant: a function of the note alone. How sure a pattern is was measured by reading real notes; weak ones (an item
//! with a colon, bold letters alone) define nothing.

mod blocks;
mod headings;
mod items;
pub mod names;
mod prose;

use serde::{Deserialize, Serialize};

use crate::note::Note;
use crate::note::lines::{Line, lines};
use crate::text::TextRange;

/// A place where a note says what something is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Definition {
    /// What is defined, as written, without markup: `消息队列`.
    pub name: Box<str>,
    /// Other names that are given with it: `message queue`.
    pub aliases: Box<[Box<str>]>,
    /// Where the name stands.
    pub name_range: TextRange,
    /// The text that defines it, the name included where that is part of the sentence.
    pub range: TextRange,
    /// How it is defined.
    pub pattern: Pattern,
    /// The section it stands in: an index into `Note::sections`.
    pub section: Option<u32>,
}

/// How something is defined, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Pattern {
    /// A `[!definition]` callout, a row of a glossary table, a definition list.
    Glossary,
    /// `X（English）是…`
    Translated,
    /// A heading that asks what X is, with an answer.
    Question,
    /// `X（Y）：…` at the start of a line.
    Labelled,
    /// `X：` and an indented line in plain code.
    CodeLabel,
    /// `Long Name (LN)` or `LN (Long Name)`.
    Initials,
    /// `**X** is a …`
    Strong,
    /// `X 是一种…`, `X is a …`
    Copula,
    /// `X的目的是…`, `X是…` of an X that a heading around it names.
    Known,
    /// An item whose good and bad sides stand under it, or that is named by code.
    Item,
    /// A heading that is a name: its section.
    Topic,
    /// The title or an alias of the whole note.
    Note,
}

impl Pattern {
    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glossary => "glossary",
            Self::Translated => "translated",
            Self::Question => "question",
            Self::Labelled => "labelled",
            Self::CodeLabel => "code-label",
            Self::Initials => "initials",
            Self::Strong => "strong",
            Self::Copula => "copula",
            Self::Known => "known-name",
            Self::Item => "item",
            Self::Topic => "topic",
            Self::Note => "note",
        }
    }
}

/// Everything `note` defines, by place; of several readings of one place the surest.
pub fn definitions(note: &Note) -> Vec<Definition> {
    let mut found = Vec::new();
    let lines: Vec<Line> = lines(note).collect();
    headings::add(note, &mut found);
    blocks::add(note, &lines, &mut found);
    items::add(note, &lines, &mut found);
    prose::add(note, &lines, &mut found);
    found.sort_by_key(|definition: &Definition| {
        (definition.name_range.start, definition.pattern, std::cmp::Reverse(definition.name_range.end))
    });
    found.dedup_by_key(|definition| definition.name_range.start);
    found
}

/// A definition in `note`; the section is that of the name.
fn definition(
    note: &Note,
    name: &str,
    name_range: TextRange,
    range: TextRange,
    pattern: Pattern,
) -> Definition {
    let section = note.section_at(name_range.start()).and_then(|section| u32::try_from(section).ok());
    Definition { name: name.into(), aliases: Box::default(), name_range, range, pattern, section }
}

/// The lines that a range touches, without their line breaks, from the one it begins in to the one it ends in; there is at
/// least one. The index of all lines is not made for this: of most notes nobody asks for it otherwise.
fn lines_at(note: &Note, range: TextRange) -> Vec<TextRange> {
    let text = note.text.as_str();
    let bytes = text.as_bytes();
    let begins = |at: &usize| match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        None => *at == 0,
        Some(b'\r') => bytes.get(*at) != Some(&b'\n'),
        Some(byte) => *byte == b'\n',
    };
    let last = range.end().min(text.len());
    let mut start = (0..=range.start().min(last)).rev().find(begins).unwrap_or_default();
    let mut lines = Vec::new();
    loop {
        let next = (start + 1..=text.len()).find(begins);
        let line = text.get(start..next.unwrap_or(text.len())).unwrap_or_default();
        lines.push(TextRange::new(start, start + line.trim_end_matches(['\n', '\r']).len()));
        match next.filter(|next| *next <= last) {
            Some(next) => start = next,
            None => return lines,
        }
    }
}

#[cfg(test)]
mod tests;
