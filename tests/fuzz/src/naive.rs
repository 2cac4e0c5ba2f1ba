//! Places in a text, found in the plainest way there is, to compare with what the program finds.

use studymark::text::{LineCol, PositionEncoding};

/// The lines with the break at their end.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['\n', '\r']) else {
            lines.push(rest);
            return lines;
        };
        let end = at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        lines.push(&rest[..end]);
        rest = &rest[end..];
    }
}

/// The byte offset of a place: past the end of its line the end of the line, past the last line the end of the text,
/// inside a character its start.
pub fn offset(text: &str, at: LineCol, encoding: PositionEncoding) -> usize {
    let lines = lines(text);
    let Some(line) = lines.get(at.line as usize) else { return text.len() };
    let before: usize = lines[..at.line as usize].iter().map(|line| line.len()).sum();
    let content = line.trim_end_matches(['\n', '\r']);
    let starts = content.char_indices().map(|(start, _)| start).chain([content.len()]);
    let reached = starts.filter(|&start| encoding.width(&content[..start]) <= at.column as usize);
    before + reached.max().unwrap_or(0)
}

/// The text after an edit; a start after the end changes places with it.
pub fn edited(text: &str, start: LineCol, end: LineCol, encoding: PositionEncoding, new: &str) -> String {
    let (a, b) = (offset(text, start, encoding), offset(text, end, encoding));
    format!("{}{new}{}", &text[..a.min(b)], &text[a.max(b)..])
}
