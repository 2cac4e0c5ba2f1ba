//! The inline text of one block as a tree: emphasis, code, links.
//!
//! Invariant: it is always parsed anew, from one block's text alone. Carried over from edit to edit, inline trees
//! were found to differ from fresh ones, and a block is short.

use std::sync::LazyLock;

use tree_sitter::{Language, Tree};

use crate::syntax::parse::parse;
use crate::text::TextRange;

/// The longest inline text that is parsed: the grammar looks for the end of a code span over all the rest of it.
pub const MAX_INLINE_BYTES: usize = 64 * 1024;

/// The most marks in an inline text that is parsed. Where thousands of marks stay open the parser folds them in one
/// step that takes seconds and asks no clock, so the budget of time alone would not hold.
const MAX_MARKS: usize = 1500;

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_md::INLINE_LANGUAGE.into());

/// The tree of one block's inline text.
#[derive(Clone, Debug)]
pub struct Inline {
    tree: Tree,
    text: String,
    base: usize,
}

/// Something in a line, around a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Its extent in the note.
    pub range: TextRange,
    /// Its extent without the marks around it: `bold` of `**bold**`, the text of a link.
    pub inner: TextRange,
}

/// The kinds of spans.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum SpanKind {
    /// `*…*`, `_…_`
    Emphasis,
    /// `**…**`
    Strong,
    /// `~~…~~`
    Strikethrough,
    /// `` `…` ``
    Code,
    /// `$…$`, `$$…$$`
    Math,
    /// A link of any form of CommonMark; `inner` is its text.
    Link,
    /// `[[…]]`
    WikiLink,
    /// `![…](…)`; `inner` is its description.
    Image,
    /// The destination of a link or an image.
    Destination,
    /// `<https://…>`
    Autolink,
    /// A tag of HTML.
    Html,
}

impl Inline {
    /// Parses `text`, which stands at byte `base` of its note.
    pub(super) fn parse(text: String, base: usize) -> Option<Self> {
        let marks = text
            .bytes()
            .filter(|byte| matches!(byte, b'*' | b'_' | b'~' | b'[' | b'<' | b'`' | b'$' | b'('))
            .count();
        if text.is_empty() || text.len() > MAX_INLINE_BYTES || marks > MAX_MARKS {
            return None;
        }
        let bytes = text.as_bytes();
        let tree = parse(&LANGUAGE, |offset| bytes.get(offset..).unwrap_or_default(), None)?;
        Some(Self { tree, text, base })
    }

    /// The inline text; an offset in it, plus [`Inline::base`], is the offset in the note.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the text begins in the note.
    pub fn base(&self) -> usize {
        self.base
    }

    /// The spans that hold `offset` of the note or end there, innermost first.
    pub fn around(&self, offset: usize) -> Vec<Span> {
        let Some(at) = offset.checked_sub(self.base).filter(|&at| at <= self.text.len()) else {
            return Vec::new();
        };
        let mut spans = Vec::new();
        let mut cursor = self.tree.walk();
        // At the seam of two spans both hold the place: the one that begins there is the one that is shown.
        'down: while cursor.goto_first_child() {
            let mut ends_here = None;
            loop {
                let node = cursor.node();
                if node.start_byte() > at {
                    break;
                }
                if at < node.end_byte() {
                    spans.extend(self.span(&node));
                    continue 'down;
                }
                if at == node.end_byte() && node.child_count() > 0 {
                    ends_here = Some(node);
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            let Some(node) = ends_here else { break };
            spans.extend(self.span(&node));
            cursor.reset(node);
        }
        spans.reverse();
        spans
    }

    /// See [`Blocks::outline`](crate::syntax::blocks::Blocks::outline).
    pub fn outline(&self) -> String {
        super::blocks::outline(&self.tree)
    }

    fn span(&self, node: &tree_sitter::Node<'_>) -> Option<Span> {
        let (start, end) = (node.start_byte(), node.end_byte());
        let shifted = |start: usize, end: usize| TextRange::new(self.base + start, self.base + end);
        let child = |kind: &str| {
            let mut cursor = node.walk();
            let found = node.children(&mut cursor).find(|child| child.kind() == kind);
            found.map(|child| (child.start_byte(), child.end_byte()))
        };
        // Where the parser made up a closing mark, the text has none.
        let within = |marks: usize| {
            let mark = self.text.get(start..start + marks)?;
            let inner = self.text.get(start + marks..end)?;
            let closing = if mark == "<" {
                ">"
            } else if mark == "[[" {
                "]]"
            } else {
                mark
            };
            Some((start + marks, start + marks + inner.strip_suffix(closing).unwrap_or(inner).len()))
        };
        let (kind, inner) = match node.kind() {
            "emphasis" => (SpanKind::Emphasis, within(1)),
            "strong_emphasis" => (SpanKind::Strong, within(2)),
            "strikethrough" => (SpanKind::Strikethrough, within(self.run(start, b'~'))),
            "code_span" => (SpanKind::Code, within(self.run(start, b'`'))),
            "latex_block" => (SpanKind::Math, within(self.run(start, b'$'))),
            // The grammar knows no wiki links: `[[a]]` is a link `[a]` between two stray brackets.
            "shortcut_link" if self.is_wiki(start, end) => {
                let range = shifted(start - 1, end + 1);
                return Some(Span { kind: SpanKind::WikiLink, range, inner: shifted(start + 1, end - 1) });
            }
            "inline_link" | "full_reference_link" | "collapsed_reference_link" | "shortcut_link" => {
                (SpanKind::Link, child("link_text"))
            }
            "wiki_link" => (SpanKind::WikiLink, within(2)),
            "image" => (SpanKind::Image, child("image_description")),
            "link_destination" => (SpanKind::Destination, None),
            "uri_autolink" | "email_autolink" => (SpanKind::Autolink, within(1)),
            "html_tag" => (SpanKind::Html, None),
            _ => return None,
        };
        let (inner_start, inner_end) = inner.unwrap_or((start, end));
        Some(Span { kind, range: shifted(start, end), inner: shifted(inner_start, inner_end) })
    }

    fn run(&self, start: usize, mark: u8) -> usize {
        self.text.as_bytes()[start..].iter().take_while(|&&byte| byte == mark).count()
    }

    fn is_wiki(&self, start: usize, end: usize) -> bool {
        self.text[..start].ends_with('[') && self.text[end..].starts_with(']')
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::blocks::Blocks;
    use crate::text::Buffer;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn check(marked: &str, expected: &Expect) {
        let offset = marked.find("$0").unwrap();
        let text = marked.replacen("$0", "", 1);
        let buffer = Buffer::new(&text);
        let leaf = Blocks::fresh(&buffer).unwrap().leaf(offset).unwrap();
        let mut out = String::new();
        for span in leaf.parse_inline(&buffer).unwrap().around(offset) {
            writeln!(out, "{:?} {:?} inner {:?}", span.kind, span.range.of(&text), span.inner.of(&text))
                .unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn spans_inside_spans() {
        check(
            "见 **粗 *斜 `代$0码` 体* 体** 后\n",
            &expect![[r#"
            Code "`代码`" inner "代码"
            Emphasis "*斜 `代码` 体*" inner "斜 `代码` 体"
            Strong "**粗 *斜 `代码` 体* 体**" inner "粗 *斜 `代码` 体* 体"
        "#]],
        );
        check(
            "见 [**闭$0包**](a.md \"t\") 后\n",
            &expect![[r#"
            Strong "**闭包**" inner "闭包"
            Link "[**闭包**](a.md \"t\")" inner "**闭包**"
        "#]],
        );
        check(
            "见 [闭包](a$0.md) 后\n",
            &expect![[r#"
            Destination "a.md" inner "a.md"
            Link "[闭包](a.md)" inner "闭包"
        "#]],
        );
    }

    #[test]
    fn wiki_links() {
        check(
            "见[[闭$0包]]。\n",
            &expect![[r#"
            WikiLink "[[闭包]]" inner "闭包"
        "#]],
        );
        check(
            "| [[作用域\\|域$0]] | b |\n|-|-|\n",
            &expect![[r#"
            WikiLink "[[作用域\\|域]]" inner "作用域\\|域"
        "#]],
        );
    }

    #[test]
    fn at_the_edges_of_a_span() {
        check(
            "一`二`$0三\n",
            &expect![[r#"
            Code "`二`" inner "二"
        "#]],
        );
        check(
            "$0**一**`二`\n",
            &expect![[r#"
            Strong "**一**" inner "一"
        "#]],
        );
        check(
            "**一**$0`二`\n",
            &expect![[r#"
            Code "`二`" inner "二"
        "#]],
        );
    }
}
