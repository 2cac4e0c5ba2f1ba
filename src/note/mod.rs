//! What one note says: plain vectors of facts with byte ranges, read from its own text alone.
//!
//! Invariant: a [`Note`] is a function of its path and its text ([`Note::read`]), whether it rests or not ([`rest`]); no name
//! is resolved here, nothing outside the text is looked at, and every range lies in the text, on character boundaries, in
//! document order.

pub mod asks;
pub mod destination;
pub mod emphasis;
pub mod heading_text;
pub mod lineage;
pub mod lines;
pub mod lookup;
pub mod numbering;
pub mod read;
pub mod rest;
pub mod series;
pub mod slug;
pub mod sought;
pub mod subject;
pub mod terms;
pub mod tokens;
pub mod wording;

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::note::heading_text::HeadingText;
use crate::note::lineage::Lineage;
use crate::note::lookup::Lookup;
use crate::note::read::again::Stretch;
use crate::note::rest::Form;
use crate::path::NotePath;
use crate::text::{Text, TextRange};

/// One note and everything that is known of it without looking at another: its [`Facts`], to which it dereferences.
pub struct Note {
    /// Where the note stands.
    pub path: NotePath,
    lineage: Lineage,
    form: Form,
}

/// What a note says.
#[derive(Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The text, without a byte order mark.
    #[serde(skip)]
    pub text: Text,
    /// The YAML or TOML block at the very start.
    pub front_matter: Option<Box<FrontMatter>>,
    /// Every heading in document order: ATX, setext, in lists and quotes, HTML.
    pub headings: Box<[Heading]>,
    /// The section of each heading, at the same index as in `headings`.
    pub sections: Box<[Section]>,
    /// The blocks at the root of the document, in order, headings left out.
    pub blocks: Box<[Block]>,
    /// Every link, image, embed and footnote mark, by start.
    pub links: Box<[Link]>,
    /// Places that a fragment can name besides headings: HTML ids and names, `{#id}`, `^block` ids.
    pub anchors: Box<[Anchor]>,
    /// Link reference definitions (`[r]: path "title"`).
    pub definitions: Box<[LinkDefinition]>,
    /// Footnote definitions (`[^n]: …`).
    pub footnotes: Box<[FootnoteDefinition]>,
    /// `<details>` elements.
    pub details: Box<[Details]>,
    /// Quotes that open with `[!kind]`.
    pub callouts: Box<[Callout]>,
    /// Task items: `- [ ] …`.
    pub tasks: Box<[Task]>,
    /// Items of lists whose first line asks.
    pub asking_items: Box<[AskingItem]>,
    /// `#tags` in prose.
    pub tags: Box<[TextRange]>,
    /// What is no prose: code, math, comments, raw HTML, front matter.
    pub masks: Box<[Mask]>,
    /// `<!-- studymark: … -->` comments.
    pub directives: Box<[Directive]>,
    /// From `<!-- ALL-CONTRIBUTORS-LIST:START` to its end: a generated table whose links are no anchors.
    pub contributors: Option<TextRange>,
    /// Its names in order, for looking them up.
    #[serde(skip)]
    pub lookup: Lookup,
}

impl Deref for Note {
    type Target = Facts;

    #[inline]
    fn deref(&self) -> &Facts {
        self.form.facts()
    }
}

impl PartialEq for Note {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || (self.path == other.path && **self == **other)
    }
}

impl Eq for Note {}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note").field("path", &self.path).field("facts", &**self).finish()
    }
}

impl Note {
    /// The note at `path` that says this, a reading that came of no other.
    fn new(path: NotePath, facts: Facts) -> Self {
        Self { path, lineage: Lineage::default(), form: Form::Read(Box::new(facts)) }
    }

    /// The note that this one became, which says `facts`; outside of the stretch they are those of this one, moved.
    fn became(&self, facts: Facts, stretch: &Stretch) -> Self {
        Self { lineage: self.lineage.again(stretch), ..Self::new(self.path.clone(), facts) }
    }

    /// The index of the innermost section whose range holds the byte at `offset`.
    pub fn section_at(&self, offset: usize) -> Option<usize> {
        let mut index =
            self.headings.partition_point(|heading| heading.range.start() <= offset).checked_sub(1)?;
        while !self.sections[index].range.touches(offset) {
            index = self.sections[index].parent? as usize;
        }
        Some(index)
    }

    /// The index of the topmost section around a section, or its own.
    pub fn topmost(&self, section: usize) -> usize {
        let mut at = section;
        while let Some(parent) = self.sections.get(at).and_then(|section| section.parent) {
            at = parent as usize;
        }
        at
    }
}

/// Whether the path or wiki target names a picture, by its ending.
pub fn is_picture(target: &str) -> bool {
    let path = target.split(['#', '|']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif"].contains(&ending.as_str())
}

/// A heading. What it says, `heading.title()` and the like, is told in [`heading_text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// How it is written.
    pub kind: HeadingKind,
    /// The container it stands in: [`ROOT`], or the number of a list item or quote, unique in the note. Numbers grow with
    /// the places of containers, and by as many bytes as those move.
    pub container: u32,
    /// What kind of container that is.
    pub place: Place,
    /// The whole block: for `## 一、[闭包](a.md) ##` all of it, without the line break at its end.
    pub range: TextRange,
    /// The inline content: for `## 一、[闭包](a.md) ##` the range of `一、[闭包](a.md)`.
    pub content: TextRange,
    /// What it says, and what is said in few words under it: shared by the readings of a note in which that stays the same.
    #[serde(skip)]
    pub said: HeadingText,
}

impl Heading {
    /// The lone `-` that makes a line of a list item a heading, which nobody means by it.
    pub fn accidental_underline(&self, text: &Text) -> Option<TextRange> {
        let in_item = matches!(self.place, Place::NumberedItem | Place::BulletItem);
        let source = text.slice(self.range);
        let underlined = self.kind == HeadingKind::Setext && in_item && source.ends_with('-');
        let end = self.range.end();
        (underlined && source[..source.len() - 1].ends_with([' ', '\t', '\n']))
            .then(|| TextRange::new(end - 1, end))
    }
}

/// The container number of what stands in no list item or quote.
pub const ROOT: u32 = 0;

/// The kind of container that something stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Place {
    /// None: the document itself.
    Root,
    /// An item of a numbered list, as in `12. ### What is X?`.
    NumberedItem,
    /// An item of another list, as in the outlines of Logseq.
    BulletItem,
    /// A quote or callout.
    Quote,
    /// A footnote's definition.
    Footnote,
}

/// How a heading is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum HeadingKind {
    /// `## title`
    Atx,
    /// A title over `===` or `---`.
    Setext,
    /// `<h2>title</h2>`
    Html,
}

/// What belongs to a heading.
///
/// Shape: `sections[i]` belongs to `headings[i]`; `parent` makes them a forest in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The section this one is part of: an index into `Note::sections`, always smaller than the own one.
    pub parent: Option<u32>,
    /// From the heading's start to where the section and all its parts end.
    pub range: TextRange,
    /// The own body: from the heading's end to the next heading in the same container, or that container's end.
    pub body: TextRange,
    /// What the own body holds.
    pub substance: Substance,
}

/// What a body holds, as a set; empty when it holds nothing that counts as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Substance(u16);

impl Substance {
    /// Letters or digits outside links: a paragraph, an item, a cell, text in HTML.
    pub const TEXT: Self = Self(1);
    /// Text that is punctuation only, such as `...` or `?`.
    pub const PUNCTUATION: Self = Self(1 << 1);
    /// A table.
    pub const TABLE: Self = Self(1 << 2);
    /// Code that is not empty.
    pub const CODE: Self = Self(1 << 3);
    /// Math.
    pub const MATH: Self = Self(1 << 4);
    /// An image: Markdown, HTML or an embedded picture.
    pub const IMAGE: Self = Self(1 << 5);
    /// A link to somewhere.
    pub const LINK: Self = Self(1 << 6);
    /// An embedded note (`![[x]]`).
    pub const EMBED: Self = Self(1 << 7);
    /// An include directive of a site generator.
    pub const INCLUDE: Self = Self(1 << 8);
    /// Video, audio, an inline frame, a drawing.
    pub const MEDIA: Self = Self(1 << 9);
    /// A link or footnote definition.
    pub const DEFINITION: Self = Self(1 << 10);
    /// A comment that says it is still to be done (`<!-- TODO -->`).
    pub const TODO_COMMENT: Self = Self(1 << 11);

    /// Whether any of `other` is held.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names of what is held, in a fixed order; for messages and tests.
    pub fn names(self) -> Vec<&'static str> {
        const NAMES: [&str; 12] = [
            "text",
            "punctuation",
            "table",
            "code",
            "math",
            "image",
            "link",
            "embed",
            "include",
            "media",
            "definition",
            "todo-comment",
        ];
        NAMES
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, name)| name)
            .collect()
    }

    /// Whether nothing at all is held.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A block at the root of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// All of it, without the line break at its end.
    pub range: TextRange,
}

/// The kind of a [`Block`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BlockKind {
    /// Inline content.
    Paragraph,
    /// Any list.
    List,
    /// A table.
    Table,
    /// Fenced or indented code.
    Code,
    /// A quote or callout.
    Quote,
    /// An HTML block.
    Html,
    /// A thematic break.
    Rule,
    /// A footnote definition.
    Footnote,
}

/// A link as written; where it leads is for the vault to say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// The whole construct: for `[a](b.md#c "t")` all of it.
    pub range: TextRange,
    /// What is shown: for `[a](b.md#c "t")` the range of `a`, for `[[b|a]]` that of `a`, for `[[b]]` that of `b`.
    pub label: TextRange,
    /// What is named: for `[a](b.md#c "t")` the range of `b.md#c`; without angle brackets; for a reference the label
    /// that names the definition (`r` in `[a][r]`), for a footnote its name, for `[[b#c|a]]` the range of `b#c`.
    pub target: TextRange,
}

/// How a [`Link`] is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LinkKind {
    /// `[a](b)`
    Inline,
    /// `![a](b)`
    Image,
    /// `[a][r]`, `[r][]`, `[r]`
    Reference,
    /// `![a][r]`, `![r][]`, `![r]`
    ImageReference,
    /// `[a][r]` or `[r][]` whose definition is missing, so that CommonMark shows it as text
    BrokenReference,
    /// `<https://…>`, `<a@b.c>`
    Autolink,
    /// `[[b]]`
    Wiki,
    /// `![[b]]`
    Embed,
    /// `[^n]`, whether its definition stands in the note or not
    Footnote,
    /// `<a href="b">`
    HtmlLink,
    /// `<img src="b">`, and `src` of video, audio and source
    HtmlImage,
}

/// A place that a fragment can name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Anchor {
    /// How it is written.
    pub kind: AnchorKind,
    /// The name alone, without `#`, `^` or quotes.
    pub name: TextRange,
}

/// How an [`Anchor`] is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AnchorKind {
    /// `id="x"` of any element, `name="x"` of an `<a>`.
    Html,
    /// `{#x}` after a heading.
    Attribute,
    /// `^x` at the end of a block.
    Block,
}

/// `[r]: path "title"`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkDefinition {
    /// The whole definition.
    pub range: TextRange,
    /// For `[r]: path "title"` the range of `r`.
    pub label: TextRange,
    /// For `[r]: <path> "title"` the range of `path`, without angle brackets.
    pub target: TextRange,
}

/// `[^n]: text`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FootnoteDefinition {
    /// The whole definition with its text.
    pub range: TextRange,
    /// The range of `n`.
    pub name: TextRange,
}

/// A `<details>` element.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Details {
    /// From `<details>` to `</details>`, or to the end of the note when it is never closed.
    pub range: TextRange,
    /// The text of its `<summary>`; empty when there is none.
    pub summary: TextRange,
    /// What stands inside, the summary left out.
    pub substance: Substance,
    /// The container it stands in.
    pub container: u32,
}

/// A quote that opens with `[!kind]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Callout {
    /// The whole quote.
    pub range: TextRange,
    /// For `> [!question]- Why?` the range of `question`.
    pub kind: TextRange,
    /// For `> [!question]- Why?` the range of `Why?`; empty when there is none.
    pub title: TextRange,
    /// What stands under the title line.
    pub substance: Substance,
}

/// A task item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// The range of `[ ]` or `[x]`.
    pub marker: TextRange,
    /// Whether it is ticked.
    pub done: bool,
}

/// An item of a list whose first paragraph ends with a question mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AskingItem {
    /// The whole item with what is nested in it.
    pub range: TextRange,
    /// For `- What is a heap?` the range of `What is a heap?`.
    pub question: TextRange,
    /// What stands under the question.
    pub substance: Substance,
}

/// A stretch of the text that is no prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mask {
    /// Why it is none.
    pub kind: MaskKind,
    /// From the first to the last character of it, fences and marks included.
    pub range: TextRange,
}

/// The kind of a [`Mask`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MaskKind {
    /// A code block.
    CodeBlock,
    /// A code span.
    CodeSpan,
    /// Math, inline or displayed.
    Math,
    /// An HTML comment.
    Comment,
    /// HTML that is no comment: the tags of a block or of a span.
    Html,
    /// The block at the start.
    FrontMatter,
}

/// The block of settings at the start of a note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FrontMatter {
    /// From the first to the last fence, with both.
    pub range: TextRange,
    /// The `title`.
    pub title: Option<Box<str>>,
    /// The `aliases` (or `alias`).
    pub aliases: Box<[Box<str>]>,
    /// The `tags` (or `tag`), without `#`.
    pub tags: Box<[Box<str>]>,
    /// The value of `studymark`: `off` silences the note.
    pub studymark: Option<Box<str>>,
    /// The `questions`: `list` makes items of lists ask that end with a question mark.
    pub questions: Box<[Box<str>]>,
    /// Keys that mark generated or foreign notes (`excalidraw-plugin`, `kanban-plugin`).
    pub foreign: bool,
}

/// A comment that is addressed to studymark: `<!-- studymark: ignore -->`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Directive {
    /// The whole comment.
    pub range: TextRange,
    /// What it says.
    pub kind: DirectiveKind,
}

/// What a [`Directive`] says of the section it stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DirectiveKind {
    /// Say nothing of this section.
    Ignore,
    /// Count it as answered.
    Answered,
    /// Count it as put off.
    Todo,
}
