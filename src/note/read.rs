//! From text to facts: one walk over the events of Markdown fills the vectors of a note's [`Facts`].
//!
//! Invariant: linear in the text: every event is looked at once, and every inline run is scanned at most once for
//! each of wiki links, footnote marks, tags and block ids.

pub mod again;
mod containers;
mod inline;
mod markup;
mod memory;
mod sections;
mod shape;

use crate::markdown::{BlockTag, Event, LinkForm, LinkTag, Walked, front_matter, walk};
use crate::note::lookup::Lookup;
use crate::note::read::containers::Container;
use crate::note::read::inline::Run;
use crate::note::read::memory::{Memory, boxed};
use crate::note::read::sections::NewHeading;
use crate::note::read::shape::{
    attribute_id, callout, footnote_definition, is_back_to_top, is_footnote_mark, without_line_break,
};
use crate::note::{
    Anchor, AnchorKind, Block, BlockKind, Facts, FrontMatter, HeadingKind, Link, LinkDefinition, LinkKind,
    Mask, MaskKind, Note, Place, ROOT, Substance, Task, is_picture,
};
use crate::path::NotePath;
use crate::text::{Text, TextRange, narrow};

impl Note {
    /// Reads a note. `text` may begin with a byte order mark, which is dropped.
    pub fn read(path: NotePath, text: impl Into<Box<str>>) -> Self {
        let mut string: Box<str> = text.into();
        if let Some(rest) = string.strip_prefix('\u{feff}') {
            string = rest.into();
        }
        let base = front_matter::length(&string).unwrap_or(0);
        let text = Text::new(string);
        let string = text.as_str();
        let mut reader = Reader::new(string, base, string.len());
        reader.front_matter();
        let body = &string[base..];
        let walked = walk(body, |event, range| {
            reader.event(event, TextRange::new(range.start() + base, range.end() + base));
        });
        let facts = reader.finish(&walked);
        Self::new(path, Facts { text, ..facts })
    }
}

/// A heading whose inline content is being read.
struct OpenHeading {
    level: u8,
    range: TextRange,
    /// The text so far.
    text: String,
    /// The stretches of `text` that a title leaves out: footnote marks.
    marks: Vec<(usize, usize)>,
    /// The ranges of the first and last piece of content.
    content: Option<TextRange>,
}

struct Reader<'a> {
    text: &'a str,
    /// Where reading begins.
    base: usize,
    /// Where it ends: what is open there ends with it.
    end: usize,
    memory: Box<Memory>,
    heading: Option<OpenHeading>,
    /// The inline run that is being read.
    run: Run,
    link_depth: usize,
    image_depth: usize,
    code_text: bool,
    front: Option<FrontMatter>,
    contributors: Option<TextRange>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: usize, end: usize) -> Self {
        let mut memory = Memory::of_thread();
        memory.containers.push(Container::new(ROOT, Place::Root));
        memory.container_ends.push((ROOT, narrow(end)));
        memory.scan.look_through(&text[base..end], base);
        Self {
            text,
            base,
            end,
            run: std::mem::take(&mut memory.run),
            memory,
            heading: None,
            link_depth: 0,
            image_depth: 0,
            code_text: false,
            front: None,
            contributors: None,
        }
    }

    fn front_matter(&mut self) {
        self.front = shape::front_matter(&self.text[..self.base]);
        let range = self.front.as_ref().map(|front| front.range);
        self.memory.masks.extend(range.map(|range| Mask { kind: MaskKind::FrontMatter, range }));
    }

    fn event(&mut self, event: Event<'_>, range: TextRange) {
        match event {
            Event::BlockStart(tag) => {
                self.flush_run();
                self.start(tag, range);
            }
            Event::BlockEnd(tag) => {
                self.flush_run();
                self.end(tag, range);
            }
            Event::Rule => {
                self.flush_run();
                self.block(BlockKind::Rule, range);
            }
            Event::CodeText(text) => self.code_text |= !text.trim().is_empty(),
            Event::TaskMarker { done } => self.memory.tasks.push(Task { marker: range, done }),
            event => self.inline(&event, range),
        }
    }

    fn start(&mut self, tag: BlockTag, range: TextRange) {
        match tag {
            BlockTag::Paragraph => self.block(BlockKind::Paragraph, range),
            BlockTag::Heading(level) => {
                let range = without_line_break(self.text, range);
                let text = std::mem::take(&mut self.memory.heading);
                let (marks, content) = (Vec::new(), None);
                self.heading = Some(OpenHeading { level, range, text, marks, content });
            }
            BlockTag::Quote => {
                self.block(BlockKind::Quote, range);
                self.memory.callouts.extend(callout(self.text, range));
                self.open_container(Place::Quote, range);
            }
            BlockTag::Code => {
                self.block(BlockKind::Code, range);
                self.code_text = false;
            }
            BlockTag::Html => {
                self.block(BlockKind::Html, range);
                self.html_block(range);
            }
            BlockTag::List { ordered } => {
                self.block(BlockKind::List, range);
                self.memory.lists.push(ordered);
            }
            BlockTag::Item => {
                let numbered = self.memory.lists.last() == Some(&true);
                self.open_container(if numbered { Place::NumberedItem } else { Place::BulletItem }, range);
            }
            BlockTag::Footnote => {
                self.block(BlockKind::Footnote, range);
                self.add(Substance::DEFINITION, range.start());
                self.memory.footnotes.extend(footnote_definition(self.text, range));
                self.open_container(Place::Footnote, range);
            }
            BlockTag::Table => {
                self.block(BlockKind::Table, range);
                self.add(Substance::TABLE, range.start());
            }
            BlockTag::TableRow | BlockTag::TableCell => {}
        }
    }

    fn end(&mut self, tag: BlockTag, range: TextRange) {
        match tag {
            BlockTag::Heading(_) => self.close_heading(),
            BlockTag::Item => {
                self.memory
                    .asking_items
                    .extend(self.memory.containers.last().and_then(|item| self.asking_item(item, range)));
                self.close_container();
            }
            BlockTag::Quote | BlockTag::Footnote => self.close_container(),
            BlockTag::List { .. } => {
                self.memory.lists.pop();
            }
            BlockTag::Code => {
                self.memory
                    .masks
                    .push(Mask { kind: MaskKind::CodeBlock, range: without_line_break(self.text, range) });
                if self.code_text {
                    self.add(Substance::CODE, range.start());
                }
            }
            _ => {}
        }
    }

    fn inline(&mut self, event: &Event<'_>, range: TextRange) {
        self.run.extend(range);
        if let Some(heading) = &mut self.heading {
            let content = heading.content.get_or_insert(range);
            content.end = content.end.max(range.end);
        }
        match event {
            Event::Text(text) => self.inline_text(text, range),
            Event::CodeSpan(text) => {
                self.memory.masks.push(Mask { kind: MaskKind::CodeSpan, range });
                self.run.opaque.push(range);
                self.shown(text, range);
            }
            Event::Math => {
                self.memory.masks.push(Mask { kind: MaskKind::Math, range });
                self.run.opaque.push(range);
                self.run.substance = self.run.substance.with(Substance::MATH);
                if let Some(heading) = &mut self.heading {
                    heading.text.push_str(range.of(self.text));
                }
            }
            Event::InlineHtml => {
                self.run.opaque.push(range);
                if !self.html(range) {
                    self.memory.masks.push(Mask { kind: MaskKind::Html, range });
                }
            }
            Event::FootnoteMark => {
                self.run.opaque.push(range);
                let name = TextRange::new(range.start() + 2, range.end() - 1);
                self.memory.links.push(Link { kind: LinkKind::Footnote, range, label: name, target: name });
            }
            Event::Break => {
                self.memory.sections.add_short(" ");
                if let Some(heading) = &mut self.heading {
                    heading.text.push(' ');
                }
            }
            Event::LinkStart(tag) => {
                self.link_depth += usize::from(!tag.image);
                self.image_depth += usize::from(tag.image);
            }
            Event::LinkEnd { parts, tag } => {
                self.link_depth -= usize::from(!tag.image);
                self.image_depth -= usize::from(tag.image);
                let moved =
                    |part: TextRange| TextRange::new(part.start() + self.base, part.end() + self.base);
                let link = Link {
                    kind: link_kind(*tag),
                    range,
                    label: moved(parts.label),
                    target: moved(parts.target),
                };
                self.link(link);
            }
            _ => {}
        }
    }

    fn inline_text(&mut self, text: &str, range: TextRange) {
        if self.image_depth == 0 {
            self.run.text.push(range);
            self.shown(text, range);
        }
    }

    /// Takes in text that a reader sees.
    fn shown(&mut self, text: &str, range: TextRange) {
        if self.image_depth > 0 {
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
            return;
        }
        if self.in_summary() {
            return;
        }
        self.memory.sections.add_short(text);
        if self.link_depth == 0 {
            self.run.outside_links.push(range);
        }
    }

    fn link(&mut self, link: Link) {
        let image = matches!(link.kind, LinkKind::Image | LinkKind::ImageReference);
        // A label may hold wiki brackets, a target never: `[[a]](b)` is a link whose label is `[a]`.
        self.run.opaque.push(link.range);
        if let Some(heading) = &mut self.heading
            && !image
            && is_footnote_mark(link.label.of(self.text), link.target.of(self.text))
        {
            let shown = link.label.len();
            let end = heading.text.len();
            heading.marks.push((end.saturating_sub(shown), end));
        }
        if !is_back_to_top(link.label.of(self.text), link.target.of(self.text)) {
            self.run.substance =
                self.run.substance.with(if image { Substance::IMAGE } else { Substance::LINK });
        }
        self.memory.links.push(link);
    }

    /// Ends the inline run: what CommonMark left as text is searched for what it does not know.
    fn flush_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        self.run.seal();
        let found = self.memory.scan.run(self.text, &self.run);
        let (range, mut substance) = (self.run.range, self.run.substance.with(found.substance));
        self.run.clear();
        for link in &found.wiki {
            let picture = link.kind == LinkKind::Embed && is_picture(link.target.of(self.text));
            let of_link = match link.kind {
                LinkKind::Embed if picture => Substance::IMAGE,
                LinkKind::Embed => Substance::EMBED,
                _ => Substance::LINK,
            };
            substance = substance.with(of_link);
        }
        if let Some(heading) = &mut self.heading
            && !found.wiki.is_empty()
        {
            heading.text = with_labels(self.text, &heading.text, &found.wiki);
        }
        // Most runs hold nothing of these.
        if !(found.wiki.is_empty() && found.footnotes.is_empty() && found.tags.is_empty()) {
            self.memory.links.extend(found.wiki);
            self.memory.links.extend(found.footnotes);
            self.memory.tags.extend(found.tags);
        }
        self.memory.anchors.extend(found.block_id.map(|name| Anchor { kind: AnchorKind::Block, name }));
        if self.heading.is_none() && !self.in_summary() {
            let begins = self.begins_item(range);
            self.add(substance, range.start());
            if begins && let Some(item) = self.memory.containers.last_mut() {
                item.substance = Substance::default();
            }
        }
    }

    fn close_heading(&mut self) {
        let Some(open) = self.heading.take() else { return };
        let kind = if open.range.of(self.text).trim_start().starts_with('#') {
            HeadingKind::Atx
        } else {
            HeadingKind::Setext
        };
        let end = open.range.end();
        // The parser counts a tab at the end to the last piece, though not to the heading.
        let content = open.content.unwrap_or(TextRange::empty(end));
        let content = TextRange::new(content.start().min(end), content.end().min(end));
        self.push_heading(open, kind, content, None);
    }

    fn push_heading(
        &mut self,
        open: OpenHeading,
        kind: HeadingKind,
        content: TextRange,
        id: Option<TextRange>,
    ) {
        let OpenHeading { level, range, mut text, marks, .. } = open;
        let mut id = id.map(|id| id.of(self.text));
        let mut content = content;
        if let Some((name, cut)) = attribute_id(self.text, content) {
            id = Some(name.of(self.text));
            self.memory.anchors.push(Anchor { kind: AnchorKind::Attribute, name });
            if let Some(at) = text.rfind("{#") {
                text.truncate(at);
            }
            content = cut;
        }
        let container =
            self.memory.containers.last().map_or((ROOT, Place::Root), |open| (open.id, open.place));
        self.memory.sections.open(
            self.text,
            &NewHeading {
                level,
                kind,
                container: container.0,
                place: container.1,
                range,
                content,
                text: text.trim(),
                id,
            },
            &marks,
        );
        text.clear();
        self.memory.heading = text;
        for open in &mut self.memory.details_open {
            open.substance = open.substance.with(Substance::TEXT);
        }
    }

    /// Adds what was found at `at` to everything that holds it. What stands in a heading belongs to no body.
    fn add(&mut self, substance: Substance, _at: usize) {
        if substance.is_empty() || self.heading.is_some() {
            return;
        }
        self.memory.sections.add(substance);
        for open in &mut self.memory.details_open {
            open.substance = open.substance.with(substance);
        }
        for open in &mut self.memory.containers {
            open.substance = open.substance.with(substance);
        }
    }

    fn in_summary(&self) -> bool {
        self.memory.details_open.last().is_some_and(|open| open.summary_start.is_some())
    }

    fn block(&mut self, kind: BlockKind, range: TextRange) {
        if self.memory.containers.len() == 1 && self.memory.lists.is_empty() {
            let range = without_line_break(self.text, range);
            self.memory.blocks.push(Block { kind, range });
        }
    }

    /// The facts, but for the text, which is borrowed until here.
    fn finish(mut self, walked: &Walked) -> Facts {
        self.flush_run();
        while let Some(open) = self.memory.details_open.pop() {
            self.push_details(&open, self.end);
        }
        let moved = |part: TextRange| TextRange::new(part.start() + self.base, part.end() + self.base);
        let definitions: Vec<LinkDefinition> = walked
            .definitions
            .iter()
            .map(|definition| LinkDefinition {
                range: moved(definition.range),
                label: moved(definition.label),
                target: moved(definition.target),
            })
            .collect();
        for (range, parts) in &walked.broken_references {
            let (range, label, target) = (moved(*range), moved(parts.label), moved(parts.target));
            if inline::may_be_reference(self.text, range, label, target) {
                self.memory.links.push(Link { kind: LinkKind::BrokenReference, range, label, target });
            }
        }
        let Self { mut memory, run, front, contributors, .. } = self;
        memory.run = run;
        memory.links.sort_by_key(|link| (link.range.start, std::cmp::Reverse(link.range.end)));
        memory.anchors.sort_by_key(|anchor| anchor.name);
        memory.details.sort_by_key(|details| (details.range.start, std::cmp::Reverse(details.range.end)));
        memory.masks.sort_by_key(|mask| mask.range);
        memory.asking_items.sort_by_key(|item| item.range);
        let (headings, sections) = memory.sections.finish(&memory.container_ends, &definitions);
        let facts = Facts {
            text: Text::default(),
            front_matter: front.map(Box::new),
            headings,
            sections,
            blocks: boxed(&mut memory.blocks),
            links: boxed(&mut memory.links),
            anchors: boxed(&mut memory.anchors),
            definitions: definitions.into(),
            footnotes: boxed(&mut memory.footnotes),
            details: boxed(&mut memory.details),
            callouts: boxed(&mut memory.callouts),
            tasks: boxed(&mut memory.tasks),
            asking_items: boxed(&mut memory.asking_items),
            tags: boxed(&mut memory.tags),
            masks: boxed(&mut memory.masks),
            directives: boxed(&mut memory.directives),
            contributors,
            lookup: Lookup::default(),
        };
        memory.give_back(self.end - self.base);
        facts
    }
}

/// The text of a heading with the labels of wiki links in place of the links.
fn with_labels(text: &str, mut rest: &str, links: &[Link]) -> String {
    let mut shown = String::with_capacity(rest.len());
    for link in links {
        let source = link.range.of(text);
        if let Some(at) = rest.find(source) {
            shown.push_str(&rest[..at]);
            shown.push_str(link.label.of(text));
            rest = &rest[at + source.len()..];
        }
    }
    shown.push_str(rest);
    shown
}

fn link_kind(tag: LinkTag) -> LinkKind {
    match (tag.form, tag.image) {
        (LinkForm::Autolink, _) => LinkKind::Autolink,
        (LinkForm::Inline, false) => LinkKind::Inline,
        (LinkForm::Inline, true) => LinkKind::Image,
        (_, false) => LinkKind::Reference,
        (_, true) => LinkKind::ImageReference,
    }
}

#[cfg(test)]
mod tests;
