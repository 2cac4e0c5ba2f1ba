//! The blocks of one revision of a note: sections, lists, quotes, tables, code, as a tree.
//!
//! Invariant: every range lies within the text and on character boundaries. The grammar is always fed one more line
//! break than the text has: a heading or a fence in a last line without a break is none to it otherwise, and feeding
//! it always keeps old and new text comparable when edits are carried over.

use std::sync::LazyLock;

use tree_sitter::{InputEdit, Language, Node, Tree, TreeCursor};

use crate::syntax::parse::parse;
use crate::text::{Buffer, TextRange};

/// The longest text that is given a tree.
pub const MAX_TREE_BYTES: usize = 4 * 1024 * 1024;

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_md::LANGUAGE.into());

/// The tree of blocks of a text.
#[derive(Clone, Debug)]
pub struct Blocks {
    tree: Tree,
    text_len: usize,
    /// A lone CR ends a line of the text, and none of the grammar's: rows of edits would not be those of the tree.
    lone_cr: bool,
}

/// One block around a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its extent; most blocks include the line break that ends them.
    pub range: TextRange,
}

/// The kinds of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum BlockKind {
    /// The whole text.
    Document,
    /// A heading and what stands below it, or what stands before the first heading.
    Section,
    /// `## 闭包`, or a text underlined with `===` or `---`.
    Heading,
    /// A paragraph.
    Paragraph,
    /// All items of a list.
    List,
    /// One item, with the blocks and lists inside it.
    ListItem,
    /// `> …`
    Quote,
    /// Code between fences, with the fences.
    FencedCode,
    /// Code by indentation.
    IndentedCode,
    /// A block of HTML.
    Html,
    /// The settings at the very start, with their fences.
    FrontMatter,
    /// A table.
    Table,
    /// The first row of a table, or one below the line of dashes.
    TableRow,
    /// A cell without its bars.
    TableCell,
    /// `[label]: destination "title"`; also what a footnote begins with.
    LinkDefinition,
    /// `---`
    ThematicBreak,
}

/// The innermost block around a place that holds text and no blocks.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The block.
    pub block: Block,
    /// What is read as inline text: of a heading, the text without its marks; empty for blocks without such.
    pub inline: TextRange,
    /// Inside `block`, the marks of the blocks around it, such as the `> ` at the start of its second line.
    pub marks: Vec<TextRange>,
}

impl Blocks {
    /// Parses the whole text; `None` when it is too long or takes too long.
    pub fn fresh(buffer: &Buffer) -> Option<Self> {
        Self::parse(buffer, None)
    }

    /// The length of the text that was parsed.
    pub fn text_len(&self) -> usize {
        self.text_len
    }

    /// Whether `edits` made `buffer` of this text, as far as lengths tell, and rows mean the same in both.
    pub(super) fn can_follow(&self, edits: &[InputEdit], buffer: &Buffer) -> bool {
        let len = edits
            .iter()
            .try_fold(self.text_len, |len, edit| (len + edit.new_end_byte).checked_sub(edit.old_end_byte));
        len == Some(buffer.len()) && !self.lone_cr && !has_lone_cr(buffer)
    }

    /// The tree of `buffer`, which came of this text by `edits`: what they did not touch is not parsed again.
    pub(super) fn after(mut self, edits: &[InputEdit], buffer: &Buffer) -> Option<Self> {
        for edit in edits {
            self.tree.edit(edit);
        }
        Self::parse(buffer, Some(&self.tree))
    }

    fn parse(buffer: &Buffer, old: Option<&Tree>) -> Option<Self> {
        let text_len = buffer.len();
        if text_len > MAX_TREE_BYTES {
            return None;
        }
        let piece_from =
            |offset: usize| if offset == text_len { &b"\n"[..] } else { buffer.chunk_from(offset) };
        let tree = parse(&LANGUAGE, piece_from, old)?;
        Some(Self { tree, text_len, lone_cr: has_lone_cr(buffer) })
    }

    /// The blocks around the character at `offset`, innermost first; the whole document is the last.
    pub fn around(&self, offset: usize) -> Vec<Block> {
        let mut path = Vec::new();
        self.descend(offset, |node| {
            if let Some(kind) = kind(&node) {
                path.push(Block { kind, range: self.range(&node) });
            }
        });
        path.reverse();
        path
    }

    /// The block around the character at `offset` that holds text and no blocks; `None` between blocks.
    pub fn leaf(&self, offset: usize) -> Option<Leaf> {
        let mut found = None;
        self.descend(offset, |node| {
            if let Some(kind) = kind(&node).filter(|kind| kind.is_leaf()) {
                // A paragraph inside a heading is the text of the heading; a cell is deeper than its table.
                let inside_heading = matches!(&found, Some((BlockKind::Heading, _)));
                if !inside_heading {
                    found = Some((kind, node));
                }
            }
        });
        let (kind, node) = found?;
        let mut leaf = Leaf {
            block: Block { kind, range: self.range(&node) },
            inline: TextRange::empty(node.start_byte()),
            marks: Vec::new(),
        };
        if kind == BlockKind::TableCell {
            leaf.inline = leaf.block.range;
        }
        self.gather(&node, &mut leaf);
        Some(leaf)
    }

    /// The headings that stand outside lists and quotes, in their order, each with its level from 1.
    pub fn headings(&self) -> Vec<(TextRange, u8)> {
        let mut headings = Vec::new();
        let mut cursor = self.tree.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let node = cursor.node();
            let inside = match node.kind() {
                "section" => cursor.goto_first_child(),
                "atx_heading" | "setext_heading" => {
                    headings.extend(level(&node).map(|level| (self.range(&node), level)));
                    false
                }
                _ => false,
            };
            more = inside || next_after(&mut cursor);
        }
        headings
    }

    /// The kinds of all nodes in their order, indented by depth, with ranges: two trees are alike when these are.
    pub fn outline(&self) -> String {
        outline(&self.tree)
    }

    /// Visits the nodes that hold the byte at `offset`, outermost first.
    fn descend<'t>(&'t self, offset: usize, mut visit: impl FnMut(Node<'t>)) {
        let mut cursor = self.tree.walk();
        visit(cursor.node());
        while cursor.goto_first_child_for_byte(offset).is_some() {
            let node = cursor.node();
            if node.start_byte() > offset {
                break;
            }
            visit(node);
        }
    }

    fn gather(&self, leaf_node: &Node<'_>, leaf: &mut Leaf) {
        let mut cursor = leaf_node.walk();
        let mut down = cursor.goto_first_child();
        while down {
            let node = cursor.node();
            match node.kind() {
                "block_continuation" => leaf.marks.push(self.range(&node)),
                "inline" => leaf.inline = self.range(&node),
                _ => {}
            }
            down = cursor.goto_first_child() || next_after(&mut cursor);
        }
    }

    fn range(&self, node: &Node<'_>) -> TextRange {
        let end = node.end_byte().min(self.text_len);
        TextRange::new(node.start_byte().min(end), end)
    }
}

impl Leaf {
    /// The text of `range` with the marks of the blocks around replaced by spaces: an offset in it, plus the range's
    /// start, is the offset in the note.
    pub fn text(&self, buffer: &Buffer, range: TextRange) -> String {
        let mut bytes = copy(buffer, range).into_bytes();
        for mark in &self.marks {
            let (start, end) = (mark.start().max(range.start()), mark.end().min(range.end()));
            for byte in bytes
                .get_mut(start.saturating_sub(range.start())..end.saturating_sub(range.start()))
                .into_iter()
                .flatten()
            {
                *byte = if matches!(*byte, b'\n' | b'\r') { *byte } else { b' ' };
            }
        }
        // A mark is whole characters, so this stays text.
        String::from_utf8(bytes).unwrap_or_default()
    }
}

impl BlockKind {
    fn is_leaf(self) -> bool {
        match self {
            Self::Document | Self::Section | Self::List | Self::ListItem | Self::Quote | Self::TableRow => {
                false
            }
            Self::Heading
            | Self::Paragraph
            | Self::FencedCode
            | Self::IndentedCode
            | Self::Html
            | Self::FrontMatter
            | Self::Table
            | Self::TableCell
            | Self::LinkDefinition
            | Self::ThematicBreak => true,
        }
    }
}

/// A copy of a range of the text; a range that reaches past the end is cut.
pub(super) fn copy(buffer: &Buffer, range: TextRange) -> String {
    let end = range.end().min(buffer.len());
    let mut bytes = Vec::with_capacity(range.len());
    let mut at = range.start();
    while at < end {
        let piece = buffer.chunk_from(at);
        let piece = &piece[..piece.len().min(end - at)];
        bytes.extend_from_slice(piece);
        at += piece.len();
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// See [`Blocks::outline`].
pub(super) fn outline(tree: &Tree) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let depth = cursor.depth() as usize;
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:depth$}{} {}..{}", "", node.kind(), node.start_byte(), node.end_byte());
        if !cursor.goto_first_child() && !next_after(&mut cursor) {
            return out;
        }
    }
}

/// Moves to the node that follows in the order of reading and is no child of this one.
pub(super) fn next_after(cursor: &mut TreeCursor<'_>) -> bool {
    loop {
        if cursor.goto_next_sibling() {
            return true;
        }
        if !cursor.goto_parent() {
            return false;
        }
    }
}

fn kind(node: &Node<'_>) -> Option<BlockKind> {
    Some(match node.kind() {
        "document" => BlockKind::Document,
        "section" => BlockKind::Section,
        "atx_heading" | "setext_heading" => BlockKind::Heading,
        "paragraph" => BlockKind::Paragraph,
        "list" => BlockKind::List,
        "list_item" => BlockKind::ListItem,
        "block_quote" => BlockKind::Quote,
        "fenced_code_block" => BlockKind::FencedCode,
        "indented_code_block" => BlockKind::IndentedCode,
        "html_block" => BlockKind::Html,
        "minus_metadata" | "plus_metadata" => BlockKind::FrontMatter,
        "pipe_table" => BlockKind::Table,
        "pipe_table_header" | "pipe_table_row" => BlockKind::TableRow,
        "pipe_table_cell" => BlockKind::TableCell,
        "link_reference_definition" => BlockKind::LinkDefinition,
        "thematic_break" => BlockKind::ThematicBreak,
        _ => return None,
    })
}

fn level(heading: &Node<'_>) -> Option<u8> {
    let mut cursor = heading.walk();
    heading.children(&mut cursor).find_map(|child| match child.kind() {
        "atx_h1_marker" | "setext_h1_underline" => Some(1),
        "atx_h2_marker" | "setext_h2_underline" => Some(2),
        "atx_h3_marker" => Some(3),
        "atx_h4_marker" => Some(4),
        "atx_h5_marker" => Some(5),
        "atx_h6_marker" => Some(6),
        _ => None,
    })
}

fn has_lone_cr(buffer: &Buffer) -> bool {
    let mut at = 0;
    let mut after_cr = false;
    while at < buffer.len() {
        let piece = buffer.chunk_from(at);
        if after_cr && piece.first() != Some(&b'\n') {
            return true;
        }
        let lone = |found: usize| piece.get(found + 1).is_some_and(|&next| next != b'\n');
        if memchr::memchr_iter(b'\r', piece).any(lone) {
            return true;
        }
        after_cr = piece.last() == Some(&b'\r');
        at += piece.len();
    }
    after_cr
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, Blocks};
    use crate::text::Buffer;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    /// The blocks around `$0`, and the leaf's inline text.
    fn check(marked: &str, expected: &Expect) {
        let offset = marked.find("$0").unwrap();
        let text = marked.replacen("$0", "", 1);
        let buffer = Buffer::new(&text);
        let blocks = Blocks::fresh(&buffer).unwrap();
        let mut out = String::new();
        for block in blocks.around(offset) {
            writeln!(out, "{:?} {:?}", block.kind, block.range.of(&text)).unwrap();
        }
        match blocks.leaf(offset) {
            Some(leaf) => writeln!(out, "leaf {:?}", leaf.text(&buffer, leaf.inline)).unwrap(),
            None => writeln!(out, "no leaf").unwrap(),
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_heading_without_a_final_line_break() {
        check(
            "# 闭包$0",
            &expect![[r##"
            Heading "# 闭包"
            Section "# 闭包"
            Document "# 闭包"
            leaf "闭包"
        "##]],
        );
    }

    #[test]
    fn the_marks_of_blocks_around_are_no_text() {
        check(
            "> - 一 *二\n>   三$0* 四\n> \n> 五\n",
            &expect![[r#"
            Paragraph "一 *二\n>   三* 四\n> "
            ListItem "- 一 *二\n>   三* 四\n> \n> "
            List "- 一 *二\n>   三* 四\n> \n> "
            Quote "> - 一 *二\n>   三* 四\n> \n> 五\n"
            Section "> - 一 *二\n>   三* 四\n> \n> 五\n"
            Document "> - 一 *二\n>   三* 四\n> \n> 五\n"
            leaf "一 *二\n    三* 四"
        "#]],
        );
    }

    #[test]
    fn cells_of_a_table() {
        check(
            "| a | b |\n|-|-|\n| 闭包$0 | [[x]] |\n",
            &expect![[r#"
            TableCell "闭包 "
            TableRow "| 闭包 | [[x]] |"
            Table "| a | b |\n|-|-|\n| 闭包 | [[x]] |\n"
            Section "| a | b |\n|-|-|\n| 闭包 | [[x]] |\n"
            Document "| a | b |\n|-|-|\n| 闭包 | [[x]] |\n"
            leaf "闭包 "
        "#]],
        );
    }

    #[test]
    fn between_blocks() {
        check(
            "一\n\n$0\n\n二\n",
            &expect![[r#"
            Section "一\n\n\n\n二\n"
            Document "一\n\n\n\n二\n"
            no leaf
        "#]],
        );
    }

    #[test]
    fn underlined_headings_and_an_empty_text() {
        check(
            "闭包$0\n---\n",
            &expect![[r#"
            Paragraph "闭包\n"
            Heading "闭包\n---\n"
            Section "闭包\n---\n"
            Document "闭包\n---\n"
            leaf "闭包"
        "#]],
        );
        check(
            "$0",
            &expect![[r#"
            Section ""
            Document ""
            no leaf
        "#]],
        );
    }

    #[test]
    fn line_breaks_of_every_kind() {
        for text in ["# a\n\n- b", "# a\r\n\r\n- b", "# a\r\r- b"] {
            let blocks = Blocks::fresh(&Buffer::new(text)).unwrap();
            let kinds: Vec<BlockKind> =
                blocks.around(text.len() - 1).iter().map(|block| block.kind).collect();
            assert_eq!(
                kinds,
                [
                    BlockKind::Paragraph,
                    BlockKind::ListItem,
                    BlockKind::List,
                    BlockKind::Section,
                    BlockKind::Document
                ],
                "{text:?}\n{}",
                blocks.outline()
            );
        }
    }
}
