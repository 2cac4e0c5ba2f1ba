//! Text and places in it: byte ranges, lines and columns, and the units in which editors count.
//!
//! Invariant: every offset and range inside the program is in bytes of UTF-8 and stands on a character
//! boundary; other units exist only where a [`LineCol`] is made or read. A line ends with LF, CRLF or a lone CR
//! (LSP 3.18, "Text Documents"), for [`Text`] and [`Buffer`] alike.

mod buffer;
mod packing;

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

pub use buffer::{AppliedEdit, Buffer, BufferPoint};
pub use packing::packing;

/// The largest text that is read, in bytes: offsets are stored in 32 bits, and a note of more than this is no note.
pub const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// A half-open range of bytes in one text.
///
/// For `## 闭包` the range of `闭包` is `3..9`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TextRange {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range from byte `start` up to byte `end`; an `end` before `start` gives the empty range at `start`.
    #[inline]
    pub fn new(start: usize, end: usize) -> Self {
        let start = narrow(start);
        Self { start, end: narrow(end).max(start) }
    }

    /// The empty range at byte `offset`.
    #[inline]
    pub fn empty(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The offset of the first byte.
    #[inline]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    #[inline]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` lies inside.
    pub fn contains(self, offset: usize) -> bool {
        self.start() <= offset && offset < self.end()
    }

    /// Whether a cursor at `offset` is inside or at either edge.
    pub fn touches(self, offset: usize) -> bool {
        self.start() <= offset && offset <= self.end()
    }

    /// Whether `other` lies wholly inside (edges may meet).
    pub fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same range, counted from the byte at `from`.
    #[must_use]
    pub fn less(self, from: usize) -> Self {
        Self::new(self.start().saturating_sub(from), self.end().saturating_sub(from))
    }

    /// The same range after `from` bytes before it became `to`.
    #[must_use]
    pub fn moved(self, from: u32, to: u32) -> Self {
        let by = to.wrapping_sub(from);
        Self { start: self.start.wrapping_add(by), end: self.end.wrapping_add(by) }
    }

    /// The text of the range; empty when the range does not fit `text`.
    #[inline]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or_default()
    }
}

impl From<Range<usize>> for TextRange {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

impl From<TextRange> for Range<usize> {
    fn from(range: TextRange) -> Self {
        range.start()..range.end()
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// The unit in which a client counts columns (LSP 3.17, `PositionEncodingKind`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: the default of LSP.
    Utf16,
    /// Unicode scalar values; also the columns of the command line.
    Utf32,
}

impl PositionEncoding {
    /// The width of `text` in this unit.
    pub fn width(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf32 => text.chars().count(),
        }
    }

    fn char_width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The byte offset in `line` of column `column`: clamped to the end of the line, and moved back to the start of
    /// the character when the column is inside one.
    fn offset_in(self, line: &str, column: usize) -> usize {
        let mut seen = 0;
        for (offset, c) in line.char_indices() {
            seen += self.char_width(c);
            if seen > column {
                return offset;
            }
        }
        line.len()
    }
}

/// A place as line and column, both from 0; the column's unit is named by the [`PositionEncoding`] beside it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct LineCol {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0.
    pub column: u32,
}

/// The text of one revision of a note: one contiguous string, with an index of its lines made when first asked for.
///
/// Contiguous because the reader of Markdown wants one `&str`; the line index is lazy because of 10,000 notes
/// few are ever shown.
#[derive(Default)]
pub struct Text {
    string: Box<str>,
    line_starts: OnceLock<Box<[u32]>>,
}

impl Text {
    /// Takes over a string; [`MAX_TEXT_BYTES`] is for the caller to keep.
    pub fn new(string: impl Into<Box<str>>) -> Self {
        Self { string: string.into(), line_starts: OnceLock::new() }
    }

    /// The text that an edit made of `old`. What is known of its lines stays known.
    pub fn after(old: &Self, string: impl Into<Box<str>>, edit: Difference) -> Self {
        let new = Self::new(string);
        if let Some(starts) = old.line_starts.get() {
            let starts = line_starts_after(starts, &new.string, edit);
            new.line_starts.get_or_init(|| starts);
        }
        new
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.string
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.string.len()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.string.is_empty()
    }

    /// The text of a range; empty when the range does not fit.
    pub fn slice(&self, range: TextRange) -> &str {
        range.of(&self.string)
    }

    /// How many lines there are; a text that ends with a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The line (from 0) of a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        let starts = self.line_starts();
        starts.partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The range of line `line` (from 0) without its line break; the empty range at the end for a line past the last.
    pub fn line_range(&self, line: usize) -> TextRange {
        let starts = self.line_starts();
        let Some(&start) = starts.get(line) else { return TextRange::empty(self.len()) };
        let end = starts.get(line + 1).map_or(self.len(), |&next| next as usize);
        let content = self.string[start as usize..end].trim_end_matches(['\n', '\r']);
        TextRange::new(start as usize, start as usize + content.len())
    }

    /// The place of a byte offset, in the given unit; an offset past the end is the end.
    pub fn line_col(&self, offset: usize, encoding: PositionEncoding) -> LineCol {
        Places { text: self, line: None }.line_col(offset, encoding)
    }

    /// For finding many places that mostly come in order.
    pub fn places(&self) -> Places<'_> {
        Places { text: self, line: None }
    }

    /// The byte offset of a place; a column past the end of its line is the end of the line, a line past the last is
    /// the end of the text (LSP 3.17, `Position`).
    pub fn offset(&self, at: LineCol, encoding: PositionEncoding) -> usize {
        if at.line as usize >= self.line_count() {
            return self.len();
        }
        let range = self.line_range(at.line as usize);
        range.start() + encoding.offset_in(self.slice(range), at.column as usize)
    }

    fn floor_boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.len());
        while !self.string.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.string))
    }
}

/// Finds places, each from where the last one was.
pub struct Places<'a> {
    text: &'a Text,
    /// The line of the last one.
    line: Option<usize>,
}

impl Places<'_> {
    /// The place of a byte offset; see [`Text::line_col`].
    pub fn line_col(&mut self, offset: usize, encoding: PositionEncoding) -> LineCol {
        /// So many lines further on it is as well to look everywhere.
        const NEAR: usize = 64;
        let offset = self.text.floor_boundary(offset);
        let starts = self.text.line_starts();
        let near = self.line.and_then(|line| starts.get(line..(line + NEAR).min(starts.len())));
        let is_in = |starts: &&[u32]| {
            let (first, last) = (starts.first(), starts.last());
            first.is_some_and(|&at| at as usize <= offset) && last.is_some_and(|&at| at as usize > offset)
        };
        let line = match (self.line, near.filter(is_in)) {
            (Some(line), Some(near)) => {
                line + near.partition_point(|&start| start as usize <= offset).saturating_sub(1)
            }
            _ => self.text.line_of(offset),
        };
        self.line = Some(line);
        let start = starts[line] as usize;
        let column = encoding.width(&self.text.string[start..offset]);
        LineCol { line: narrow(line), column: narrow(column) }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.string, f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.string == other.string
    }
}

impl Eq for Text {}

fn line_starts(text: &str) -> Box<[u32]> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    starts.extend(memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|at| {
        let pair = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
        (!pair).then(|| narrow(at + 1))
    }));
    starts.into_boxed_slice()
}

/// The starts of the lines of `text`, from those before an edit. Whether a line begins at a byte is told by that byte and
/// the one before it.
fn line_starts_after(before: &[u32], text: &str, edit: Difference) -> Box<[u32]> {
    let bytes = text.as_bytes();
    let Difference { start, old_end, new_end } = edit;
    let kept = before.partition_point(|&at| (at as usize) < start.max(1));
    let rest = before.partition_point(|&at| at as usize <= old_end);
    let begins = |at: &usize| match bytes[at - 1] {
        b'\n' => true,
        b'\r' => bytes.get(*at) != Some(&b'\n'),
        _ => false,
    };
    let by = narrow(new_end).wrapping_sub(narrow(old_end));
    let mut starts = Vec::with_capacity(before.len() + 16);
    starts.extend_from_slice(&before[..kept]);
    starts.extend((start.max(1)..=new_end).filter(begins).map(narrow));
    starts.extend(before[rest..].iter().map(|at| at.wrapping_add(by)));
    starts.into_boxed_slice()
}

/// Where two texts differ: both are the same before `start`, and from the one's `old_end` on the second is from its
/// `new_end` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The first byte that may differ.
    pub start: usize,
    /// Where the rest begins in the first text.
    pub old_end: usize,
    /// Where it begins in the second.
    pub new_end: usize,
}

impl Difference {
    /// The smallest one between two texts that begins and ends with whole characters.
    pub fn between(old: &str, new: &str) -> Self {
        let mut start = same_at_start(old.as_bytes(), new.as_bytes());
        while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
            start -= 1;
        }
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let mut same = same_at_end(old_rest.as_bytes(), new_rest.as_bytes());
        while !old_rest.is_char_boundary(old_rest.len() - same)
            || !new_rest.is_char_boundary(new_rest.len() - same)
        {
            same -= 1;
        }
        Self { start, old_end: old.len() - same, new_end: new.len() - same }
    }
}

/// Long texts are compared this many bytes at a time, which is far faster than one by one.
const COMPARED_AT_ONCE: usize = 1024;

fn same_at_start(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(COMPARED_AT_ONCE).zip(b.chunks_exact(COMPARED_AT_ONCE));
    let same = blocks.take_while(|(a, b)| a == b).count() * COMPARED_AT_ONCE;
    same + a[same..].iter().zip(&b[same..]).take_while(|(a, b)| a == b).count()
}

fn same_at_end(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks_exact(COMPARED_AT_ONCE).zip(b.rchunks_exact(COMPARED_AT_ONCE));
    let same = blocks.take_while(|(a, b)| a == b).count() * COMPARED_AT_ONCE;
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    same + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// What [`char::is_alphanumeric`] tells; of the usual Chinese characters without its tables, which find them last.
#[inline]
pub fn is_letter_or_digit(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

/// An offset or a count as it is stored, in 32 bits: nothing that is read is longer, and of what is, the most stands for it.
#[inline]
pub fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
