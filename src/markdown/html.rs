//! Tags and comments in a stretch of raw HTML, with byte ranges.
//!
//! Invariant: any text is accepted and scanned once from front to back (HTML as people write it in notes, not as
//! browsers repair it); what is no tag and no comment is text.

use crate::text::TextRange;

/// A piece of raw HTML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// `<a href="b">`
    Open(Tag),
    /// `</a>`
    Close(Tag),
    /// `<!-- … -->`: the range of what is inside.
    Comment {
        /// All of it.
        range: TextRange,
        /// What stands between the marks.
        inner: TextRange,
    },
    /// Anything else.
    Text(TextRange),
}

/// A tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// From `<` to `>`.
    pub range: TextRange,
    /// The element's name as written.
    pub name: TextRange,
    /// Its attributes that have a value.
    pub attributes: Vec<Attribute>,
}

/// An attribute with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// The name as written.
    pub name: TextRange,
    /// The value without quotes.
    pub value: TextRange,
}

impl Tag {
    /// Whether the element is called `name` (in lower case).
    pub fn is(&self, text: &str, name: &str) -> bool {
        self.name.of(text).eq_ignore_ascii_case(name)
    }

    /// The value of the attribute called `name` (in lower case).
    pub fn attribute(&self, text: &str, name: &str) -> Option<TextRange> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.of(text).eq_ignore_ascii_case(name))
            .map(|attribute| attribute.value)
    }
}

/// The pieces of `text[range]` in order; ranges are those of `text`.
pub fn pieces(text: &str, range: TextRange) -> Vec<Piece> {
    let end = range.end().min(text.len());
    let mut scanner =
        Scanner { text, bytes: &text.as_bytes()[..end], at: range.start().min(end), unclosed: 0 };
    let mut pieces = Vec::new();
    let mut text_start = scanner.at;
    while let Some(found) = memchr::memchr(b'<', &scanner.bytes[scanner.at..]) {
        let start = scanner.at + found;
        scanner.at = start;
        let Some(piece) = scanner.markup() else {
            scanner.at = start + 1;
            continue;
        };
        if text_start < start {
            pieces.push(Piece::Text(TextRange::new(text_start, start)));
        }
        pieces.push(piece);
        text_start = scanner.at;
    }
    if text_start < end {
        pieces.push(Piece::Text(TextRange::new(text_start, end)));
    }
    pieces
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How many tags were begun that nothing closes.
    unclosed: usize,
}

/// Each tag that nothing closes is read to the end in vain; after so many there is no HTML to be found.
const MOST_UNCLOSED: usize = 32;

impl Scanner<'_> {
    /// The tag or comment at the current `<`; on `None` the place is not kept.
    fn markup(&mut self) -> Option<Piece> {
        let start = self.at;
        if self.bytes[start..].starts_with(b"<!--") {
            let inner = start + 4;
            // An unclosed comment runs to the end, as in browsers.
            let close = self.text[..self.bytes.len()][inner..].find("-->").map(|at| inner + at);
            let inner_end = close.unwrap_or(self.bytes.len());
            self.at = close.map_or(self.bytes.len(), |close| close + 3);
            let range = TextRange::new(start, self.at);
            return Some(Piece::Comment { range, inner: TextRange::new(inner, inner_end) });
        }
        self.at += 1;
        let closing = self.eat(b'/');
        let name = self.name().filter(|_| self.unclosed < MOST_UNCLOSED)?;
        let tag = self.rest_of_tag(start, name, closing);
        self.unclosed += usize::from(tag.is_none() && self.at == self.bytes.len());
        tag
    }

    fn rest_of_tag(&mut self, start: usize, name: TextRange, closing: bool) -> Option<Piece> {
        let attributes = if closing { Vec::new() } else { self.attributes()? };
        // As in CommonMark the next tag ends what was no tag: `</p<img src="a">` is half-written.
        while self.peek()? != b'>' {
            if self.peek()? == b'<' {
                return None;
            }
            self.at += 1;
        }
        self.at += 1;
        let tag = Tag { range: TextRange::new(start, self.at), name, attributes };
        Some(if closing { Piece::Close(tag) } else { Piece::Open(tag) })
    }

    fn attributes(&mut self) -> Option<Vec<Attribute>> {
        let mut attributes = Vec::new();
        loop {
            self.space();
            match self.peek()? {
                b'>' => return Some(attributes),
                b'<' => return None,
                b'/' => self.at += 1,
                _ => attributes.extend(self.attribute()?),
            }
        }
    }

    /// `Some(None)` for an attribute without a value.
    fn attribute(&mut self) -> Option<Option<Attribute>> {
        let start = self.at;
        while !matches!(self.peek()?, b'=' | b'>' | b'/' | b'<') && !self.peek()?.is_ascii_whitespace() {
            self.at += 1;
        }
        let name = TextRange::new(start, self.at);
        if name.is_empty() && self.peek()? == b'=' {
            self.at += 1;
            return Some(None);
        }
        self.space();
        if !self.eat(b'=') {
            return Some(None);
        }
        self.space();
        let quote = self.peek()?;
        let value = if matches!(quote, b'"' | b'\'') {
            self.at += 1;
            let Some(length) = memchr::memchr(quote, &self.bytes[self.at..]) else {
                self.at = self.bytes.len();
                return None;
            };
            let value = TextRange::new(self.at, self.at + length);
            self.at += length + 1;
            value
        } else {
            let start = self.at;
            while !matches!(self.peek()?, b'>' | b'<') && !self.peek()?.is_ascii_whitespace() {
                self.at += 1;
            }
            TextRange::new(start, self.at)
        };
        Some(Some(Attribute { name, value }))
    }

    fn name(&mut self) -> Option<TextRange> {
        let start = self.at;
        if !self.peek()?.is_ascii_alphabetic() {
            return None;
        }
        while self.peek()?.is_ascii_alphanumeric() || matches!(self.peek()?, b'-' | b':') {
            self.at += 1;
        }
        Some(TextRange::new(start, self.at))
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        self.at += usize::from(eaten);
        eaten
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};
    use crate::text::TextRange;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn check(text: &str, expected: &Expect) {
        let mut out = String::new();
        for piece in pieces(text, TextRange::new(0, text.len())) {
            match piece {
                Piece::Open(tag) => {
                    write!(out, "open {}", tag.name.of(text)).unwrap();
                    for attribute in tag.attributes {
                        write!(out, " {}={}", attribute.name.of(text), attribute.value.of(text)).unwrap();
                    }
                    out.push('\n');
                }
                Piece::Close(tag) => writeln!(out, "close {}", tag.name.of(text)).unwrap(),
                Piece::Comment { inner, .. } => writeln!(out, "comment {:?}", inner.of(text)).unwrap(),
                Piece::Text(range) => writeln!(out, "text {:?}", range.of(text)).unwrap(),
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn the_next_tag_ends_what_is_half_written() {
        check(
            "</p<img src=a><b c<i><u d=e<s>x",
            &expect![[r#"
            text "</p"
            open img src=a
            text "<b c"
            open i
            text "<u d=e"
            open s
            text "x"
        "#]],
        );
    }

    #[test]
    fn tags_attributes_comments_and_text() {
        check(
            "<a id=\"顶部\"></a><img src='a b.png' width=10 hidden/>a < b<!-- 待补充 --></p >",
            &expect![[r#"
                open a id=顶部
                close a
                open img src=a b.png width=10
                text "a < b"
                comment " 待补充 "
                close p
            "#]],
        );
    }

    #[test]
    fn what_is_never_closed_is_text_or_runs_to_the_end() {
        check(
            "<a href=\"x",
            &expect![[r#"
            text "<a href=\"x"
        "#]],
        );
        check(
            "a<!-- b",
            &expect![[r#"
            text "a"
            comment " b"
        "#]],
        );
        check(
            "<<<b>",
            &expect![[r#"
            text "<<"
            open b
        "#]],
        );
        check(
            "<a = =>x",
            &expect![[r#"
            open a
            text "x"
        "#]],
        );
    }
}
