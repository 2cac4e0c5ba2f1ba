//! Markdown as events with byte ranges: CommonMark with GitHub's tables, footnotes, strikethrough, tasks and math.
//!
//! Invariant: what is a block, a link or code is decided by the CommonMark parser alone; this module only adds the
//! ranges of parts that the parser does not give (destinations, labels), and [`html`] and [`wiki`] scan stretches
//! that it left as raw HTML and as text.

pub mod front_matter;
pub mod html;
pub mod plain;
pub mod render;
pub mod wiki;

use std::cell::RefCell;

use pulldown_cmark::{
    BrokenLink, BrokenLinkCallback, CowStr, Event as RawEvent, LinkType, OffsetIter, Options, Parser, Tag,
    TagEnd,
};

use crate::text::TextRange;

/// A step of the walk over a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event<'a> {
    /// A block begins; its range is all of it.
    BlockStart(BlockTag),
    /// A block ends; its range is all of it.
    BlockEnd(BlockTag),
    /// A link or image begins; its range is all of it.
    LinkStart(LinkTag),
    /// A link or image ends.
    LinkEnd {
        /// All ranges of its parts.
        parts: LinkParts,
        /// Which kind began.
        tag: LinkTag,
    },
    /// Emphasis, strong emphasis or strikethrough begins; its range is all of it.
    Emphasis,
    /// Text as shown: escapes and entities resolved.
    Text(&'a str),
    /// Text of a code block.
    CodeText(&'a str),
    /// A code span; its text without the backticks.
    CodeSpan(&'a str),
    /// Math in a line or displayed.
    Math,
    /// A tag or comment in a line.
    InlineHtml,
    /// `[^name]` that has a definition.
    FootnoteMark,
    /// A line break inside a block.
    Break,
    /// A thematic break.
    Rule,
    /// The box of a task item.
    TaskMarker {
        /// Whether it is ticked.
        done: bool,
    },
}

/// A kind of block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockTag {
    /// A paragraph.
    Paragraph,
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A quote.
    Quote,
    /// Fenced or indented code.
    Code,
    /// An HTML block.
    Html,
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
    },
    /// An item of a list.
    Item,
    /// A footnote's definition.
    Footnote,
    /// A table.
    Table,
    /// A row of a table, the head included.
    TableRow,
    /// A cell of a table.
    TableCell,
}

/// A kind of link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkTag {
    /// Whether it shows an image.
    pub image: bool,
    /// How its target is given.
    pub form: LinkForm,
}

/// How a link gives its target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkForm {
    /// `[a](b)`
    Inline,
    /// `[a][r]`
    FullReference,
    /// `[r][]`
    CollapsedReference,
    /// `[r]`
    ShortcutReference,
    /// `<https://…>`
    Autolink,
}

/// The ranges of the parts of a link; see `note::Link` for examples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkParts {
    /// What is shown.
    pub label: TextRange,
    /// What is named.
    pub target: TextRange,
}

/// What is found beside the events.
#[derive(Default, Debug)]
pub struct Walked {
    /// Link reference definitions, by place. Of several with one label, the parser gives the first, which counts.
    pub definitions: Vec<Definition>,
    /// `[a][r]` and `[r][]` without a definition, by place.
    pub broken_references: Vec<(TextRange, LinkParts)>,
}

/// The ranges of a link reference definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// All of it.
    pub range: TextRange,
    /// The label without brackets.
    pub label: TextRange,
    /// The destination without angle brackets.
    pub target: TextRange,
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
}

struct BrokenReferences<'r>(&'r RefCell<Vec<(TextRange, LinkForm)>>);

impl<'a> BrokenLinkCallback<'a> for BrokenReferences<'_> {
    fn handle_broken_link(&mut self, link: BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        let form = match link.link_type {
            LinkType::Reference => LinkForm::FullReference,
            LinkType::Collapsed => LinkForm::CollapsedReference,
            // `[a]` alone is text far more often than a reference.
            _ => return None,
        };
        self.0.borrow_mut().push((link.span.into(), form));
        // Nothing is put in its place: it stays the text that CommonMark makes of it.
        None
    }
}

/// Walks over `text`, calling `visit` for each event with its range in bytes of `text`.
pub fn walk(text: &str, mut visit: impl FnMut(Event<'_>, TextRange)) -> Walked {
    let broken = RefCell::new(Vec::new());
    let parser = Parser::new_with_broken_link_callback(text, options(), Some(BrokenReferences(&broken)));
    let mut definitions: Vec<Definition> = parser
        .reference_definitions()
        .iter()
        .filter_map(|(_, definition)| definition_parts(text, definition.span.clone().into()))
        .collect();
    definitions.sort_unstable_by_key(|definition| definition.range);
    Walker { text, events: parser.into_offset_iter(), links: Vec::new(), in_code: false }.run(&mut visit);
    let mut broken = broken.into_inner();
    for (range, form) in &mut broken {
        if *form == LinkForm::CollapsedReference {
            *range = with_empty_label(text, *range, LinkType::Collapsed);
        }
    }
    broken.sort_unstable_by_key(|(range, _)| *range);
    broken.dedup();
    let broken_references = broken
        .into_iter()
        .filter_map(|(range, form)| Some((range, broken_parts(text, range, form)?)))
        .collect();
    Walked { definitions, broken_references }
}

impl Walked {
    /// What is found in `text[from..to]`, in ranges that count from `from`.
    #[must_use]
    pub fn within(self, from: usize, to: usize) -> Self {
        let inside = |range: TextRange| range.start() >= from && range.start() < to;
        let definitions = self.definitions.into_iter().filter(|definition| inside(definition.range));
        let broken = self.broken_references.into_iter().filter(|(range, _)| inside(*range));
        Self {
            definitions: definitions
                .map(|definition| Definition {
                    range: definition.range.less(from),
                    label: definition.label.less(from),
                    target: definition.target.less(from),
                })
                .collect(),
            broken_references: broken.map(|(range, parts)| (range.less(from), parts.less(from))).collect(),
        }
    }
}

impl LinkParts {
    /// The same parts, counted from the byte at `from`.
    #[must_use]
    pub fn less(self, from: usize) -> Self {
        Self { label: self.label.less(from), target: self.target.less(from) }
    }
}

struct Walker<'a, F: BrokenLinkCallback<'a>> {
    text: &'a str,
    events: OffsetIter<'a, F>,
    /// Links that are open, with the end of what was last seen inside.
    links: Vec<(LinkTag, Option<usize>)>,
    in_code: bool,
}

impl<'a, F: BrokenLinkCallback<'a>> Walker<'a, F> {
    fn run(&mut self, visit: &mut impl FnMut(Event<'_>, TextRange)) {
        // Events of the parser are large, and looked at where they lie: moving them took a twelfth of a start.
        while let Some(next) = self.events.next() {
            let mut range = TextRange::from(next.1.clone());
            if let Some(event) = self.event(&next.0, &mut range) {
                visit(event, range);
            }
        }
    }

    /// What an event of the parser says; `range` is its own, which links without a label leave too short.
    #[inline]
    fn event<'e>(&mut self, raw: &'e RawEvent<'a>, range: &mut TextRange) -> Option<Event<'e>> {
        let event = match raw {
            RawEvent::Start(Tag::Link { link_type, .. }) => {
                *range = with_empty_label(self.text, *range, *link_type);
                self.open_link(*link_type, false)
            }
            RawEvent::Start(Tag::Image { link_type, .. }) => {
                *range = with_empty_label(self.text, *range, *link_type);
                self.open_link(*link_type, true)
            }
            RawEvent::End(TagEnd::Link | TagEnd::Image) => {
                let (tag, inner_end) = self.links.pop()?;
                if tag.form == LinkForm::CollapsedReference {
                    *range = with_empty_label(self.text, *range, LinkType::Collapsed);
                }
                let range = *range;
                let parts = link_parts(self.text, range, tag, inner_end);
                Event::LinkEnd { parts, tag }
            }
            RawEvent::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => Event::Emphasis,
            RawEvent::Start(tag) => {
                let tag = block_tag(tag)?;
                self.in_code = tag == BlockTag::Code;
                return Some(Event::BlockStart(tag));
            }
            RawEvent::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => return None,
            RawEvent::End(tag) => {
                self.in_code = false;
                return block_tag_end(*tag).map(Event::BlockEnd);
            }
            RawEvent::Text(text) if self.in_code => return Some(Event::CodeText(text)),
            RawEvent::Text(text) => Event::Text(text),
            RawEvent::Code(text) => Event::CodeSpan(text),
            RawEvent::InlineMath(_) | RawEvent::DisplayMath(_) => Event::Math,
            RawEvent::InlineHtml(_) => Event::InlineHtml,
            RawEvent::FootnoteReference(_) => Event::FootnoteMark,
            RawEvent::SoftBreak | RawEvent::HardBreak => Event::Break,
            RawEvent::Rule => Event::Rule,
            RawEvent::TaskListMarker(done) => Event::TaskMarker { done: *done },
            // Lines of an HTML block: the block's own range says it all.
            RawEvent::Html(_) => return None,
        };
        let opened = matches!(event, Event::LinkStart(_));
        let parent = self.links.len().checked_sub(1 + usize::from(opened));
        if let Some((_, inner_end)) = parent.and_then(|index| self.links.get_mut(index)) {
            *inner_end = Some(range.end());
        }
        Some(event)
    }

    fn open_link(&mut self, link_type: LinkType, image: bool) -> Event<'static> {
        let form = match link_type {
            LinkType::Reference | LinkType::ReferenceUnknown => LinkForm::FullReference,
            LinkType::Collapsed | LinkType::CollapsedUnknown => LinkForm::CollapsedReference,
            LinkType::Shortcut | LinkType::ShortcutUnknown => LinkForm::ShortcutReference,
            LinkType::Autolink | LinkType::Email => LinkForm::Autolink,
            LinkType::Inline | LinkType::WikiLink { .. } => LinkForm::Inline,
        };
        let tag = LinkTag { image, form };
        self.links.push((tag, None));
        Event::LinkStart(tag)
    }
}

/// The parser leaves the `[]` of `[r][]` out of the range.
fn with_empty_label(text: &str, range: TextRange, link_type: LinkType) -> TextRange {
    let collapsed = matches!(link_type, LinkType::Collapsed | LinkType::CollapsedUnknown);
    let follows = text.get(range.end()..).is_some_and(|rest| rest.starts_with("[]"));
    let longer = if collapsed && follows && !range.of(text).ends_with("[]") { 2 } else { 0 };
    TextRange::new(range.start(), range.end() + longer)
}

fn block_tag(tag: &Tag<'_>) -> Option<BlockTag> {
    Some(match tag {
        Tag::Paragraph => BlockTag::Paragraph,
        Tag::Heading { level, .. } => BlockTag::Heading(*level as u8),
        Tag::BlockQuote(_) => BlockTag::Quote,
        Tag::CodeBlock(_) => BlockTag::Code,
        Tag::HtmlBlock => BlockTag::Html,
        Tag::List(start) => BlockTag::List { ordered: start.is_some() },
        Tag::Item => BlockTag::Item,
        Tag::FootnoteDefinition(_) => BlockTag::Footnote,
        Tag::Table(_) => BlockTag::Table,
        Tag::TableHead | Tag::TableRow => BlockTag::TableRow,
        Tag::TableCell => BlockTag::TableCell,
        // The other tags belong to extensions that are off.
        _ => return None,
    })
}

fn block_tag_end(tag: TagEnd) -> Option<BlockTag> {
    Some(match tag {
        TagEnd::Paragraph => BlockTag::Paragraph,
        TagEnd::Heading(level) => BlockTag::Heading(level as u8),
        TagEnd::BlockQuote(_) => BlockTag::Quote,
        TagEnd::CodeBlock => BlockTag::Code,
        TagEnd::HtmlBlock => BlockTag::Html,
        TagEnd::List(ordered) => BlockTag::List { ordered },
        TagEnd::Item => BlockTag::Item,
        TagEnd::FootnoteDefinition => BlockTag::Footnote,
        TagEnd::Table => BlockTag::Table,
        TagEnd::TableHead | TagEnd::TableRow => BlockTag::TableRow,
        TagEnd::TableCell => BlockTag::TableCell,
        _ => return None,
    })
}

fn link_parts(text: &str, range: TextRange, tag: LinkTag, inner_end: Option<usize>) -> LinkParts {
    let whole = LinkParts { label: range, target: range };
    if tag.form == LinkForm::Autolink {
        let inner = TextRange::new(range.start() + 1, range.end().saturating_sub(1));
        return LinkParts { label: inner, target: inner };
    }
    let label_start = range.start() + 1 + usize::from(tag.image);
    let from = inner_end.unwrap_or(label_start).max(label_start);
    let close = match tag.form {
        LinkForm::ShortcutReference => Some(range.end().saturating_sub(1)),
        LinkForm::CollapsedReference => Some(range.end().saturating_sub(3)),
        LinkForm::FullReference => label_end(text, from, range.end(), b'['),
        _ => label_end(text, from, range.end(), b'('),
    };
    let Some(close) = close.filter(|&close| close >= label_start) else { return whole };
    let label = TextRange::new(label_start, close);
    let target = match tag.form {
        LinkForm::ShortcutReference | LinkForm::CollapsedReference => label,
        LinkForm::FullReference => TextRange::new(close + 2, range.end().saturating_sub(1)),
        _ => destination(text, close + 2, range.end()).unwrap_or(TextRange::empty(close + 2)),
    };
    LinkParts { label, target }
}

fn broken_parts(text: &str, range: TextRange, form: LinkForm) -> Option<LinkParts> {
    let source = range.of(text);
    let label_start = range.start() + source.find('[')? + 1;
    if form == LinkForm::CollapsedReference {
        let label = TextRange::new(label_start, range.end().checked_sub(3)?);
        return Some(LinkParts { label, target: label });
    }
    let middle = range.start() + source.rfind("][")?;
    Some(LinkParts {
        label: TextRange::new(label_start, middle),
        target: TextRange::new(middle + 2, range.end().checked_sub(1)?),
    })
}

fn definition_parts(text: &str, range: TextRange) -> Option<Definition> {
    let source = range.of(text);
    let open = source.find('[')?;
    let mut escaped = false;
    let close = source[open..].char_indices().find_map(|(at, c)| {
        let end = c == ']' && !escaped;
        escaped = c == '\\' && !escaped;
        end.then_some(open + at)
    })?;
    let colon = close + 1;
    if source.as_bytes().get(colon) != Some(&b':') {
        return None;
    }
    let label = TextRange::new(range.start() + open + 1, range.start() + close);
    let target = destination(text, range.start() + colon + 1, range.end())?;
    let end = range.start() + source.trim_end().len();
    Some(Definition { range: TextRange::new(range.start() + open, end), label, target })
}

/// The range of the link destination that begins at or after `from` (CommonMark 0.31.2, "Link destination"), without
/// its angle brackets. White space, line breaks and quote marks of the enclosing block may stand before it.
fn destination(text: &str, from: usize, end: usize) -> Option<TextRange> {
    let source = text.get(from..end)?;
    let skipped = source.len() - skip_to_destination(source).len();
    let (start, source) = (from + skipped, &source[skipped..]);
    let bytes = source.as_bytes();
    let mut at = 0;
    if bytes.first() == Some(&b'<') {
        at = 1;
        while at < bytes.len() && bytes[at] != b'>' {
            at += 1 + usize::from(bytes[at] == b'\\');
        }
        return Some(TextRange::new(start + 1, start + at.min(bytes.len())));
    }
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            // Space and ASCII control characters, line breaks among them.
            0..=b' ' | 0x7f => break,
            _ => {}
        }
        at += 1;
    }
    Some(TextRange::new(start, start + at.min(bytes.len())))
}

fn skip_to_destination(source: &str) -> &str {
    let mut rest = source.trim_start_matches([' ', '\t']);
    while let Some(next_line) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])) {
        // On a new line in a quote the marks of the quote come first.
        rest = next_line.trim_start_matches([' ', '\t', '>']);
    }
    rest
}

/// Where the first `]` stands that `next` follows.
fn label_end(text: &str, from: usize, end: usize, next: u8) -> Option<usize> {
    let bytes = text.as_bytes().get(from..end)?;
    let mut ends = memchr::memchr_iter(b']', bytes);
    ends.find(|at| bytes.get(at + 1) == Some(&next)).map(|at| from + at)
}

#[cfg(test)]
mod tests;
