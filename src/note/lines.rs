//! The lines of a note, and what marks stand at their start.
//!
//! Invariant: every line is given once, in order; code, headings and front matter are told apart from prose.

use crate::note::{MaskKind, Note};
use crate::text::TextRange;

/// A line of prose.
#[derive(Clone, Copy)]
pub struct Line {
    /// Without the line break.
    pub range: TextRange,
    /// Whether it is one of code, of a heading, or of the front matter: nothing is asked in it, and it parts what
    /// stands around it.
    pub barrier: Option<Barrier>,
}

/// Why nothing is said in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// It belongs to a heading.
    Heading,
    /// It is code or front matter.
    Code,
}

/// The lines of a note, each with what it is.
pub fn lines(note: &Note) -> impl Iterator<Item = Line> {
    let text = note.text.as_str();
    let mut at = 0;
    let mut heading = 0;
    let mut mask = 0;
    let blocks = |kind: MaskKind| matches!(kind, MaskKind::CodeBlock | MaskKind::FrontMatter);
    text.split_inclusive('\n').map(move |line| {
        let range = TextRange::new(at, at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
        while note.headings.get(heading).is_some_and(|heading| heading.range.end <= range.start) {
            heading += 1;
        }
        while note.masks.get(mask).is_some_and(|mask| !blocks(mask.kind) || mask.range.end <= range.start) {
            mask += 1;
        }
        let in_heading = note.headings.get(heading).is_some_and(|heading| heading.range.start < range.end);
        let in_code = note.masks.get(mask).is_some_and(|mask| mask.range.start < range.end);
        let barrier = match (in_heading, in_code) {
            (true, _) => Some(Barrier::Heading),
            (_, true) => Some(Barrier::Code),
            _ => None,
        };
        Line { range, barrier }
    })
}

/// How many bytes at the start of a line are marks of quotes, lists and tasks, and white space.
pub fn marks(line: &str) -> usize {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '>']);
        let unmarked = trimmed
            .strip_prefix("[ ] ")
            .or_else(|| trimmed.strip_prefix("[x] "))
            .or_else(|| trimmed.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '\t'])))
            .or_else(|| {
                let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
                let rest = digits.strip_prefix(['.', ')']).filter(|_| digits.len() < trimmed.len());
                rest.filter(|rest| rest.starts_with([' ', '\t']))
            });
        match unmarked {
            Some(unmarked) => rest = unmarked,
            None => return line.len() - trimmed.len(),
        }
    }
}

/// How lines end in the note: as its first one does.
pub fn line_ending(note: &Note) -> &'static str {
    let text = note.text.as_str();
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Text to put at the end of the note so that it stands on lines of its own, a blank line before it.
pub fn at_end(note: &Note, text: &str) -> (TextRange, String) {
    let ending = line_ending(note);
    let whole = note.text.as_str();
    let gap = if whole.trim().is_empty() || whole.ends_with("\n\n") || whole.ends_with("\r\n\r\n") {
        String::new()
    } else if whole.ends_with('\n') {
        ending.to_owned()
    } else {
        ending.repeat(2)
    };
    (TextRange::empty(note.text.len()), format!("{gap}{text}{ending}"))
}
