//! How much of a stretch of a note is shown: whole blocks, or the first lines of a long one.
//!
//! Invariant: the part lies in the stretch, on character boundaries, and with its closing every fence in it is closed.

use crate::note::Note;
use crate::text::TextRange;

/// The most that is shown, in lines and in bytes.
const LINES: usize = 24;
const BYTES: usize = 4_000;

/// What stands for what was cut off.
const CUT: &str = "\n\n…";

/// A part of a note that is shown, and what has to follow it.
pub struct Excerpt {
    /// The part.
    pub range: TextRange,
    /// What closes a fence that is cut off and says that more would follow; empty when all is shown.
    pub closing: String,
}

/// The first blocks of `range`; `None` when there is nothing but white space.
pub fn excerpt(note: &Note, range: TextRange) -> Option<Excerpt> {
    let text = note.text.slice(range);
    let start = range.start() + (text.len() - text.trim_start_matches(['\n', '\r']).len());
    let whole = TextRange::new(start, range.start() + text.trim_end().len());
    if whole.is_empty() {
        return None;
    }
    let limit = limit_of(note, whole);
    if whole.end() <= limit {
        return Some(Excerpt { range: whole, closing: String::new() });
    }
    let first = note.blocks.partition_point(|block| block.range.start() < whole.start());
    let blocks = note.blocks[first..].iter();
    let last = blocks.take_while(|block| block.range.end() <= limit).last();
    if let Some(last) = last {
        return Some(Excerpt {
            range: TextRange::new(whole.start(), last.range.end()),
            closing: CUT.to_owned(),
        });
    }
    let cut = TextRange::new(whole.start(), limit);
    let closing = format!("{}{CUT}", open_fence(note.text.slice(cut)));
    Some(Excerpt { range: cut, closing })
}

/// Where the most that is shown ends: at the end of a line, or on a character boundary of a very long one.
fn limit_of(note: &Note, range: TextRange) -> usize {
    let last_line = note.text.line_of(range.start()) + LINES - 1;
    let lines = note.text.line_range(last_line).end();
    let mut bytes = (range.start() + BYTES).min(note.text.len());
    while !note.text.as_str().is_char_boundary(bytes) {
        bytes -= 1;
    }
    if lines <= bytes { lines.max(range.start()) } else { bytes }
}

/// What closes a fence of code that is still open at the end of `text`.
fn open_fence(text: &str) -> String {
    let mut open: Option<(&str, &str)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = trimmed.trim_start_matches(['`', '~']);
        let fence = &trimmed[..trimmed.len() - mark.len()];
        match open {
            None if fence.len() >= 3 => open = Some((&line[..line.len() - trimmed.len()], fence)),
            Some((_, fenced)) if fence.starts_with(fenced) && mark.trim().is_empty() => open = None,
            _ => {}
        }
    }
    open.map_or_else(String::new, |(indent, fence)| format!("\n{indent}{fence}"))
}

#[cfg(test)]
mod tests {
    use super::open_fence;

    #[test]
    fn a_fence_is_closed_where_it_stands() {
        assert_eq!(open_fence("````\n```\n````\n"), "");
        assert_eq!(open_fence("- a\n\n  ~~~go\n  x\n"), "\n  ~~~");
    }
}
