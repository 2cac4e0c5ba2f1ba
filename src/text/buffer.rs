//! The live text of an open note.
//!
//! Invariant: every offset that goes in or comes out is a byte on a character boundary; one that is none is moved to one.

use ropey::Rope;

use crate::text::{LineCol, PositionEncoding, TextRange};

/// The live text of an open note: a rope that takes the edits of an editor, each in time that does not grow with the
/// distance to the ends of the text.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    rope: Rope,
}

/// What an edit did, in the units of an incremental parser: bytes, and rows with columns in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AppliedEdit {
    /// Where the edit began.
    pub start: BufferPoint,
    /// Where the replaced text ended, in the text before.
    pub old_end: BufferPoint,
    /// Where the new text ends, in the text after.
    pub new_end: BufferPoint,
}

/// A place in a buffer: the byte offset, and the same as row and column in bytes, all from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BufferPoint {
    /// The byte offset in the text.
    pub offset: usize,
    /// The line.
    pub row: usize,
    /// The bytes since the start of the line.
    pub column: usize,
}

impl Buffer {
    /// A buffer with this text.
    pub fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(text) }
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines there are; a text that ends with a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// A copy as a string.
    pub fn to_text(&self) -> String {
        String::from(&self.rope)
    }

    /// The piece of the text that holds byte `offset`, from `offset` to the piece's end; empty at the end.
    pub fn chunk_from(&self, offset: usize) -> &[u8] {
        if offset >= self.len() {
            return &[];
        }
        let (chunk, start, ..) = self.rope.chunk_at_byte(offset);
        &chunk.as_bytes()[offset - start..]
    }

    /// The byte offset of a place, clamped as [`Text::offset`](crate::text::Text::offset) does.
    pub fn offset(&self, at: LineCol, encoding: PositionEncoding) -> usize {
        let line = at.line as usize;
        if line >= self.rope.len_lines() {
            return self.len();
        }
        let start = self.rope.line_to_byte(line);
        let mut column = 0;
        let mut offset = start;
        for c in self.rope.line(line).chars() {
            column += encoding.char_width(c);
            if column > at.column as usize || matches!(c, '\n' | '\r') {
                break;
            }
            offset += c.len_utf8();
        }
        offset
    }

    /// The place of a byte offset as row and column in bytes; an offset inside a character is moved back to its
    /// start, one past the end to the end.
    pub fn point(&self, offset: usize) -> BufferPoint {
        let char = self.rope.byte_to_char(offset.min(self.len()));
        let offset = self.rope.char_to_byte(char);
        let row = self.rope.byte_to_line(offset);
        BufferPoint { offset, row, column: offset - self.rope.line_to_byte(row) }
    }

    /// Replaces the text between two places; places are clamped, and a start after the end is taken as the end's twin.
    pub fn edit(
        &mut self,
        start: LineCol,
        end: LineCol,
        encoding: PositionEncoding,
        new_text: &str,
    ) -> AppliedEdit {
        let (a, b) = (self.offset(start, encoding), self.offset(end, encoding));
        self.replace(TextRange::new(a.min(b), a.max(b)), new_text)
    }

    /// Replaces a range of bytes; its ends are clamped to the text and moved back to character boundaries.
    pub fn replace(&mut self, range: TextRange, new_text: &str) -> AppliedEdit {
        let start = self.point(range.start());
        let old_end = self.point(range.end());
        let first = self.rope.byte_to_char(start.offset);
        let last = self.rope.byte_to_char(old_end.offset);
        self.rope.remove(first..last);
        self.rope.insert(first, new_text);
        // A CR before the edit and an LF after it may join to one break, so the start is asked for anew.
        AppliedEdit { start, old_end, new_end: self.point(start.offset + new_text.len()) }
    }
}
