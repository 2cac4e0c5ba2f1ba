//! What the cursor is inside of while a note is being typed, for completion.
//!
//! Invariant: the blocks come from the syntax tree, what is half-written inside one from a scan of that block's text
//! up to the cursor. Where nothing should be offered (code, math, comments, URLs) the answer is
//! [`Context::Nothing`], also when the closing mark is not yet typed.

mod front_matter;
mod html;
mod links;
mod scan;

#[cfg(test)]
mod tests;

use crate::syntax::Tree;
use crate::syntax::blocks::{Block, BlockKind, Blocks, Leaf, copy};
use crate::syntax::word::{start_of_run, start_of_word};
use crate::text::{Buffer, TextRange, narrow};

/// The longest block that is scanned.
const MAX_BLOCK_BYTES: usize = 64 * 1024;

/// What the cursor is inside of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Context {
    /// `[[闭$0`, `[[闭包#定$0`, `[[闭包#^a$0`, `[[闭包|标$0`
    WikiLink(WikiLink),
    /// `[a](图$0`, `![a](图$0`, `[a]: 图$0`, also the fragment, `[a](b.md#定$0`
    Destination(Destination),
    /// `[text][lab$0`, or `[lab$0`, which may become anything in brackets.
    ReferenceLabel {
        /// The label.
        part: Part,
        /// Whether it is the first pair of brackets, `[lab$0`.
        shortcut: bool,
    },
    /// `[^1$0`
    FootnoteLabel(Part),
    /// `#标签$0`; the part is without `#`.
    Tag(Part),
    /// `<img src="$0`
    HtmlAttribute(HtmlAttribute),
    /// `> [!no$0`
    CalloutKind(Part),
    /// `` ```ru$0 ``
    FenceLanguage(Part),
    /// `ti$0` in the settings at the start of a note
    FrontMatterKey(Part),
    /// `tags: [a, b$0`
    FrontMatterValue {
        /// `tags`
        key: String,
        /// `b`
        part: Part,
    },
    /// `## 闭$0`
    HeadingText(Word),
    /// Text in which nothing else begins.
    Prose(Word),
    /// Inside code, math, a comment, a URL, a tag of HTML; or the text has no tree.
    Nothing,
}

/// The longest stretch of a long note that is parsed by itself.
const MAX_STRETCH_BYTES: usize = 1024 * 1024;

/// The part of something that is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// From the start of the part to the cursor.
    pub typed: TextRange,
    /// What an accepted completion replaces: `typed`, and the rest of the part behind the cursor when its end is
    /// marked. For `[[闭$0包#定义]]` it is `闭包`, for `[[闭$0包` and more text only `闭`.
    pub whole: TextRange,
    /// Whether the mark that ends the construct stands behind the part: `]]`, `)`, `]`, `"`.
    pub closed: bool,
}

/// A wiki link that is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WikiLink {
    /// Which part the cursor is in.
    pub kind: WikiPart,
    /// That part.
    pub part: Part,
    /// The name of the note, `闭包` of `[[闭包#定$0`; empty for a place in the same note.
    pub note: TextRange,
    /// Whether it is an embed, `![[`.
    pub embed: bool,
}

/// The parts of a wiki link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WikiPart {
    /// Before `#`, `^` and `|`.
    Note,
    /// After the last `#`.
    Heading,
    /// After `#^`.
    Block,
    /// After `|`.
    Label,
}

/// The destination of a link that is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destination {
    /// Which part the cursor is in.
    pub kind: DestinationPart,
    /// That part.
    pub part: Part,
    /// The path, `b.md` of `[a](b.md#c$0`; empty for a place in the same note.
    pub path: TextRange,
    /// What it is the destination of.
    pub of: DestinationOf,
    /// Whether it stands in angle brackets, which lets it hold spaces.
    pub angle: bool,
}

/// The parts of a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DestinationPart {
    /// Before `#`.
    Path,
    /// After `#`.
    Fragment,
}

/// What has a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DestinationOf {
    /// `[a](…)`
    Link,
    /// `![a](…)`
    Image,
    /// `[a]: …`
    Definition,
}

/// The value of an attribute that is being typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HtmlAttribute {
    /// `img`, in lower case.
    pub element: String,
    /// `src`, in lower case.
    pub attribute: String,
    /// The value without its quotes.
    pub value: Part,
}

/// The words before the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// The last word: `握手` of `使用TCP握手$0`.
    pub word: TextRange,
    /// All words with nothing between them: `使用TCP握手`, in which a term of both scripts can be found.
    pub run: TextRange,
}

impl Context {
    /// What the cursor at `offset` is inside of.
    pub fn at(buffer: &Buffer, tree: &mut Tree, offset: usize) -> Self {
        let Some(blocks) = tree.bring_up_to_date(buffer) else { return Self::Nothing };
        let offset = buffer.point(offset).offset;
        if let Some(context) = front_matter::half_written(buffer, blocks, offset) {
            return context;
        }
        match blocks.leaf(offset) {
            Some(leaf) => in_leaf(buffer, blocks, leaf, offset),
            None => between_blocks(buffer, offset),
        }
    }

    /// The same, told from a stretch around the cursor alone, which begins and ends where a reading of the note may
    /// ([`Note::stretch_around`]): for notes that are too long for a tree of their own.
    ///
    /// [`Note::stretch_around`]: crate::note::Note::stretch_around
    pub fn within(buffer: &Buffer, stretch: TextRange, offset: usize) -> Self {
        if stretch.len() > MAX_STRETCH_BYTES {
            return Self::Nothing;
        }
        let start = stretch.start();
        let mut text = copy(buffer, stretch);
        if start == 0 {
            return Self::at(&Buffer::new(&text), &mut Tree::new(), offset);
        }
        // Not at the start of a text, where `---` opens settings.
        text.insert(0, '\n');
        let at = (offset + 1).saturating_sub(start);
        Self::at(&Buffer::new(&text), &mut Tree::new(), at).moved(start - 1)
    }

    /// The same place where `by` more bytes stand before it.
    #[must_use]
    fn moved(mut self, by: usize) -> Self {
        let by = narrow(by);
        let moved = |range: &mut TextRange| *range = range.moved(0, by);
        let moved_part = |part: &mut Part| [&mut part.typed, &mut part.whole].into_iter().for_each(moved);
        match &mut self {
            Self::WikiLink(link) => {
                moved_part(&mut link.part);
                moved(&mut link.note);
            }
            Self::Destination(destination) => {
                moved_part(&mut destination.part);
                moved(&mut destination.path);
            }
            Self::HtmlAttribute(attribute) => moved_part(&mut attribute.value),
            Self::HeadingText(word) | Self::Prose(word) => {
                moved(&mut word.word);
                moved(&mut word.run);
            }
            Self::ReferenceLabel { part, .. }
            | Self::FootnoteLabel(part)
            | Self::Tag(part)
            | Self::CalloutKind(part)
            | Self::FenceLanguage(part)
            | Self::FrontMatterKey(part)
            | Self::FrontMatterValue { part, .. } => moved_part(part),
            Self::Nothing => {}
        }
        self
    }
}

fn in_leaf(buffer: &Buffer, blocks: &Blocks, mut leaf: Leaf, offset: usize) -> Context {
    let range = leaf.block.range;
    if range.len() > MAX_BLOCK_BYTES && leaf.block.kind != BlockKind::Table {
        return Context::Nothing;
    }
    if leaf.block.kind == BlockKind::Heading {
        // Its marks are no text: `## `, and the line below an underlined heading.
        leaf.marks.push(TextRange::new(range.start(), leaf.inline.start()));
        leaf.marks.push(TextRange::new(leaf.inline.end(), range.end()));
    }
    let source = |range: TextRange| Source::new(leaf.text(buffer, range), range.start(), offset);
    match leaf.block.kind {
        BlockKind::Paragraph | BlockKind::LinkDefinition => {
            let source = source(range);
            if is_start_of_quote(blocks, &leaf.block, buffer, offset)
                && let Some(context) = source.callout()
            {
                return context;
            }
            scan::context(&source).unwrap_or_else(|| Context::Prose(source.words()))
        }
        BlockKind::Heading if leaf.inline.is_empty() => after_heading_mark(buffer, &source(range), offset),
        BlockKind::Heading if !leaf.inline.touches(offset) && !is_after_text(buffer, &leaf, offset) => {
            Context::Nothing
        }
        BlockKind::Heading => {
            let source = source(range);
            scan::context(&source).unwrap_or_else(|| Context::HeadingText(source.words()))
        }
        BlockKind::FencedCode => source(range).fence_language(),
        BlockKind::Html => html::in_block(&source(range)),
        BlockKind::FrontMatter => front_matter::context(&source(range)),
        BlockKind::Table | BlockKind::TableCell => in_table(blocks, buffer, offset),
        BlockKind::IndentedCode | BlockKind::ThematicBreak => Context::Nothing,
        BlockKind::Document | BlockKind::Section | BlockKind::List | BlockKind::ListItem => Context::Nothing,
        BlockKind::Quote | BlockKind::TableRow => Context::Nothing,
    }
}

/// Whether the cursor is in the first line of a heading, with only spaces between the text and it.
fn is_after_text(buffer: &Buffer, leaf: &Leaf, offset: usize) -> bool {
    offset > leaf.inline.end()
        && copy(buffer, TextRange::new(leaf.inline.end(), offset)).trim_matches(' ').is_empty()
}

/// `# $0` is a heading to be; `#$0` may as well become a tag, and is left alone.
fn after_heading_mark(buffer: &Buffer, source: &Source, offset: usize) -> Context {
    let typed = copy(buffer, TextRange::new(source.base, offset));
    if typed.ends_with([' ', '\t']) { Context::HeadingText(source.words()) } else { Context::Nothing }
}

/// A quote is a callout when its first line says so.
fn is_start_of_quote(blocks: &Blocks, leaf: &Block, buffer: &Buffer, offset: usize) -> bool {
    let around = blocks.around(offset);
    let parent =
        around.iter().skip_while(|block| block.range != leaf.range || block.kind != leaf.kind).nth(1);
    parent.is_some_and(|parent| {
        parent.kind == BlockKind::Quote
            && !copy(buffer, TextRange::new(parent.range.start(), leaf.range.start())).contains(['\n', '\r'])
    })
}

/// In a table only the cell counts: a bar ends it wherever it stands, unless escaped.
fn in_table(blocks: &Blocks, buffer: &Buffer, offset: usize) -> Context {
    let around = blocks.around(offset);
    let Some(table) = around.iter().find(|block| block.kind == BlockKind::Table) else {
        return Context::Nothing;
    };
    let line = line_around(buffer, offset);
    let text = copy(buffer, line);
    if !text.is_empty()
        && text.contains('-')
        && text.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t' | '>'))
    {
        return Context::Nothing;
    }
    let mut start = line.start().max(table.range.start()) - line.start();
    let mut end = text.len();
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        if byte == b'|' && !escaped {
            if at < offset - line.start() {
                start = at + 1;
            } else {
                end = at;
                break;
            }
        }
        escaped = byte == b'\\' && !escaped;
    }
    let source = Source::new(text[start..end].to_owned(), line.start() + start, offset);
    scan::context(&source).unwrap_or_else(|| Context::Prose(source.words()))
}

/// On a line without a block of its own: an empty one, an item whose text is not yet typed.
fn between_blocks(buffer: &Buffer, offset: usize) -> Context {
    let line = line_around(buffer, offset);
    if line.len() > MAX_BLOCK_BYTES {
        return Context::Nothing;
    }
    let source = Source::new(copy(buffer, line), line.start(), offset);
    scan::context(&source).unwrap_or_else(|| Context::Prose(source.words()))
}

/// The line around a place without its line break.
fn line_around(buffer: &Buffer, offset: usize) -> TextRange {
    let at = buffer.point(offset);
    let start = at.offset - at.column;
    let mut end = at.offset;
    loop {
        let piece = buffer.chunk_from(end);
        match memchr::memchr2(b'\n', b'\r', piece) {
            Some(found) => return TextRange::new(start, end + found),
            None if piece.is_empty() => return TextRange::new(start, end),
            None => end += piece.len(),
        }
    }
}

/// The text that is scanned, and the cursor in it.
struct Source {
    text: String,
    /// Where the text begins in the note.
    base: usize,
    /// The cursor's offset in the text.
    cursor: usize,
}

impl Source {
    fn new(text: String, base: usize, offset: usize) -> Self {
        let mut cursor = offset.saturating_sub(base).min(text.len());
        while !text.is_char_boundary(cursor) {
            cursor -= 1;
        }
        Self { text, base, cursor }
    }

    fn range(&self, start: usize, end: usize) -> TextRange {
        TextRange::new(self.base + start, self.base + end)
    }

    /// The part from `start` to the cursor that goes on to `end`, if its end is marked.
    fn part(&self, start: usize, end: Option<usize>) -> Part {
        Part {
            typed: self.range(start, self.cursor),
            whole: self.range(start, end.unwrap_or(self.cursor)),
            closed: end.is_some(),
        }
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind(['\n', '\r']).map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.line_end_from(self.cursor)
    }

    fn line_end_from(&self, at: usize) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[at..]).map_or(self.text.len(), |found| at + found)
    }

    fn words(&self) -> Word {
        Word {
            word: self.range(start_of_word(&self.text, self.cursor), self.cursor),
            run: self.range(start_of_run(&self.text, self.cursor), self.cursor),
        }
    }

    /// `[!no$0` at the very start of the text.
    fn callout(&self) -> Option<Context> {
        let start = self.text.len() - self.text.trim_start_matches(' ').len() + 2;
        let typed = self.text.get(start..self.cursor)?;
        if !self.text[..start].ends_with("[!") || typed.contains([']', '\n', '\r', ' ']) {
            return None;
        }
        let rest = &self.text[self.cursor..self.line_end()];
        let end = rest.find(']').filter(|&found| !rest[..found].contains(['[', ' ']));
        Some(Context::CalloutKind(self.part(start, end.map(|found| self.cursor + found))))
    }

    /// The first word after the opening fence; all else in a fenced block is code.
    fn fence_language(&self) -> Context {
        let start = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        let mark = if self.text[start..].starts_with('~') { '~' } else { '`' };
        let after = &self.text[start..];
        let start = start + after.len() - after.trim_start_matches(mark).len();
        let Some(typed) = self.text.get(start..self.cursor) else { return Context::Nothing };
        let start = start + typed.len() - typed.trim_start_matches(' ').len();
        if self.text[start..self.cursor].contains(|c: char| c.is_whitespace() || matches!(c, '{' | ',')) {
            return Context::Nothing;
        }
        let rest = &self.text[self.cursor..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '{' | ',')).unwrap_or(rest.len());
        Context::FenceLanguage(Part {
            typed: self.range(start, self.cursor),
            whole: self.range(start, self.cursor + end),
            closed: true,
        })
    }
}
