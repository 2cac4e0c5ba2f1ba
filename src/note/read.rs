//! From text to facts: one walk over the events of Markdown fills the vectors of a [`Note`].
//!
//! Invariant: linear in the text: every event is looked at once, and every inline run is scanned at most once for
//! each of wiki links, footnote marks, tags and block ids.

mod inline;
mod sections;

use crate::markdown::html::{self, Piece};
use crate::markdown::{BlockTag, Event, LinkForm, LinkTag, Walked, front_matter, walk};
use crate::note::read::inline::{Run, RunScan};
use crate::note::read::sections::Sections;
use crate::note::{
    Anchor, AnchorKind, Block, BlockKind, Callout, Details, Directive, DirectiveKind, FootnoteDefinition,
    FrontMatter, Heading, HeadingKind, Link, LinkDefinition, LinkKind, Mask, MaskKind, Note, Place, ROOT,
    Substance, Task, is_picture, order_by_slug, wording,
};
use crate::path::NotePath;
use crate::text::{Text, TextRange};

impl Note {
    /// Reads a note. `text` may begin with a byte order mark, which is dropped.
    pub fn read(path: NotePath, text: impl Into<Box<str>>) -> Self {
        let mut string: Box<str> = text.into();
        if let Some(rest) = string.strip_prefix('\u{feff}') {
            string = rest.into();
        }
        let base = front_matter::length(&string).unwrap_or(0);
        let mut reader = Reader::new(&string, base);
        reader.front_matter();
        let body = &string[base..];
        let walked = walk(body, |event, range| {
            reader.event(event, TextRange::new(range.start() + base, range.end() + base));
        });
        reader.finish(path, &walked, string.clone())
    }
}

/// A container that is open: a list item, a quote, a footnote's definition, or the document.
struct Container {
    id: u32,
    place: Place,
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

/// A `<details>` that is not closed yet.
struct OpenDetails {
    start: usize,
    summary: Option<TextRange>,
    summary_start: Option<usize>,
    substance: Substance,
    container: u32,
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    containers: Vec<Container>,
    container_ends: Vec<u32>,
    lists: Vec<bool>,
    sections: Sections,
    heading: Option<OpenHeading>,
    details_open: Vec<OpenDetails>,
    /// The inline run that is being read.
    run: Run,
    scan: RunScan,
    link_depth: usize,
    image_depth: usize,
    code_text: bool,
    front: Option<FrontMatter>,
    blocks: Vec<Block>,
    links: Vec<Link>,
    anchors: Vec<Anchor>,
    footnotes: Vec<FootnoteDefinition>,
    details: Vec<Details>,
    callouts: Vec<Callout>,
    tasks: Vec<Task>,
    tags: Vec<TextRange>,
    masks: Vec<Mask>,
    directives: Vec<Directive>,
    contributors: Option<TextRange>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        Self {
            text,
            base,
            containers: vec![Container { id: ROOT, place: Place::Root }],
            container_ends: vec![u32::try_from(text.len()).unwrap_or(u32::MAX)],
            lists: Vec::new(),
            sections: Sections::default(),
            heading: None,
            details_open: Vec::new(),
            run: Run::default(),
            scan: RunScan::of(&text[base..]),
            link_depth: 0,
            image_depth: 0,
            code_text: false,
            front: None,
            blocks: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
            footnotes: Vec::new(),
            details: Vec::new(),
            callouts: Vec::new(),
            tasks: Vec::new(),
            tags: Vec::new(),
            masks: Vec::new(),
            directives: Vec::new(),
            contributors: None,
        }
    }

    fn front_matter(&mut self) {
        if self.base == 0 {
            return;
        }
        let block = &self.text[..self.base];
        let range = TextRange::new(0, block.trim_end().len());
        let keys = front_matter::keys(block);
        let boxed = |texts: Vec<String>| texts.into_iter().map(String::into_boxed_str).collect();
        self.masks.push(Mask { kind: MaskKind::FrontMatter, range });
        self.front = Some(FrontMatter {
            range,
            title: keys.title.map(String::into_boxed_str),
            aliases: boxed(keys.aliases),
            tags: boxed(keys.tags),
            studymark: keys.studymark.map(String::into_boxed_str),
            foreign: keys.foreign,
        });
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
            Event::TaskMarker { done } => self.tasks.push(Task { marker: range, done }),
            event => self.inline(&event, range),
        }
    }

    fn start(&mut self, tag: BlockTag, range: TextRange) {
        match tag {
            BlockTag::Paragraph => self.block(BlockKind::Paragraph, range),
            BlockTag::Heading(level) => {
                let range = self.without_line_break(range);
                let (text, marks, content) = (String::new(), Vec::new(), None);
                self.heading = Some(OpenHeading { level, range, text, marks, content });
            }
            BlockTag::Quote => {
                self.block(BlockKind::Quote, range);
                self.callout(range);
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
                self.lists.push(ordered);
            }
            BlockTag::Item => {
                let numbered = self.lists.last() == Some(&true);
                self.open_container(if numbered { Place::NumberedItem } else { Place::BulletItem }, range);
            }
            BlockTag::Footnote => {
                self.block(BlockKind::Footnote, range);
                self.add(Substance::DEFINITION, range.start());
                self.footnote_definition(range);
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
            BlockTag::Quote | BlockTag::Footnote | BlockTag::Item => self.close_container(),
            BlockTag::List { .. } => {
                self.lists.pop();
            }
            BlockTag::Code => {
                self.masks.push(Mask { kind: MaskKind::CodeBlock, range: self.without_line_break(range) });
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
                self.masks.push(Mask { kind: MaskKind::CodeSpan, range });
                self.run.opaque.push(range);
                self.shown(text, range);
            }
            Event::Math => {
                self.masks.push(Mask { kind: MaskKind::Math, range });
                self.run.opaque.push(range);
                self.run.substance = self.run.substance.with(Substance::MATH);
                if let Some(heading) = &mut self.heading {
                    heading.text.push_str(range.of(self.text));
                }
            }
            Event::InlineHtml => {
                self.run.opaque.push(range);
                if !self.html(range) {
                    self.masks.push(Mask { kind: MaskKind::Html, range });
                }
            }
            Event::FootnoteMark => {
                self.run.opaque.push(range);
                let name = TextRange::new(range.start() + 2, range.end() - 1);
                self.links.push(Link { kind: LinkKind::Footnote, range, label: name, target: name });
            }
            Event::Break => {
                self.sections.add_short(" ");
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
        self.sections.add_short(text);
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
        self.links.push(link);
    }

    /// Ends the inline run: what CommonMark left as text is searched for what it does not know.
    fn flush_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let mut run = std::mem::take(&mut self.run);
        let found = self.scan.run(self.text, &run);
        for link in &found.wiki {
            let picture = link.kind == LinkKind::Embed && is_picture(link.target.of(self.text));
            let substance = match link.kind {
                LinkKind::Embed if picture => Substance::IMAGE,
                LinkKind::Embed => Substance::EMBED,
                _ => Substance::LINK,
            };
            run.substance = run.substance.with(substance);
        }
        if let Some(heading) = &mut self.heading {
            for link in &found.wiki {
                let source = link.range.of(self.text);
                if let Some(at) = heading.text.find(source) {
                    heading.text.replace_range(at..at + source.len(), link.label.of(self.text));
                }
            }
        }
        self.links.extend(found.wiki);
        self.links.extend(found.footnotes);
        self.tags.extend(found.tags);
        self.anchors.extend(found.block_id.map(|name| Anchor { kind: AnchorKind::Block, name }));
        if self.heading.is_none() && !self.in_summary() {
            let substance = run.substance.with(found.substance);
            self.add(substance, run.range.start());
        }
        run.clear();
        self.run = run;
    }

    fn close_heading(&mut self) {
        let Some(open) = self.heading.take() else { return };
        let kind = if open.range.of(self.text).trim_start().starts_with('#') {
            HeadingKind::Atx
        } else {
            HeadingKind::Setext
        };
        let content = open.content.unwrap_or_else(|| TextRange::empty(open.range.end()));
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
        let mut id = id.map(|id| id.of(self.text).into());
        let mut content = content;
        if let Some((name, cut)) = attribute_id(self.text, content) {
            id = Some(name.of(self.text).into());
            self.anchors.push(Anchor { kind: AnchorKind::Attribute, name });
            if let Some(at) = text.rfind("{#") {
                text.truncate(at);
            }
            content = cut;
        }
        let container = self.containers.last().map_or((ROOT, Place::Root), |open| (open.id, open.place));
        self.sections.open(
            self.text,
            Heading {
                level,
                kind,
                container: container.0,
                place: container.1,
                range,
                content,
                text: text.trim().into(),
                title: "".into(),
                number: None,
                slug: "".into(),
                id,
            },
            &marks,
        );
        for open in &mut self.details_open {
            open.substance = open.substance.with(Substance::TEXT);
        }
    }

    fn open_container(&mut self, place: Place, range: TextRange) {
        let id = u32::try_from(self.container_ends.len()).unwrap_or(u32::MAX);
        self.container_ends.push(self.without_line_break(range).end);
        self.containers.push(Container { id, place });
    }

    fn close_container(&mut self) {
        if self.containers.len() > 1
            && let Some(closed) = self.containers.pop()
        {
            let parent = self.containers.last().map_or(ROOT, |open| open.id);
            self.sections.close_container(closed.id, closed.place, parent);
        }
    }

    /// Adds what was found at `at` to everything that holds it.
    fn add(&mut self, substance: Substance, _at: usize) {
        if substance.is_empty() {
            return;
        }
        self.sections.add(substance);
        for open in &mut self.details_open {
            open.substance = open.substance.with(substance);
        }
    }

    fn in_summary(&self) -> bool {
        self.details_open.last().is_some_and(|open| open.summary_start.is_some())
    }

    fn block(&mut self, kind: BlockKind, range: TextRange) {
        if self.containers.len() == 1 && self.lists.is_empty() {
            let range = self.without_line_break(range);
            self.blocks.push(Block { kind, range });
        }
    }

    fn callout(&mut self, range: TextRange) {
        let source = range.of(self.text);
        let first_end = source.find(['\n', '\r']).unwrap_or(source.len());
        let first = &source[..first_end];
        let Some(open) = first.find("[!") else { return };
        if first[..open].contains(|c: char| !matches!(c, '>' | ' ' | '\t')) {
            return;
        }
        let Some(close) = first[open..].find(']').map(|at| open + at) else { return };
        let kind = &first[open + 2..close];
        if kind.is_empty() || !kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            return;
        }
        let after = first[close + 1..].trim_start_matches(['+', '-']);
        let title = after.trim();
        let title_start = if title.is_empty() { first_end } else { first_end - after.trim_start().len() };
        let filled = source[first_end..].contains(|c: char| !c.is_whitespace() && c != '>');
        let at = |offset: usize| range.start() + offset;
        self.callouts.push(Callout {
            range: self.without_line_break(range),
            kind: TextRange::new(at(open + 2), at(close)),
            title: TextRange::new(at(title_start), at(title_start + title.len())),
            substance: if filled { Substance::TEXT } else { Substance::default() },
        });
    }

    fn footnote_definition(&mut self, range: TextRange) {
        let source = range.of(self.text);
        let (Some(open), Some(close)) = (source.find("[^"), source.find("]:")) else { return };
        let name = TextRange::new(range.start() + open + 2, range.start() + close);
        let range = self.without_line_break(range);
        self.footnotes.push(FootnoteDefinition { range, name });
    }

    fn html_block(&mut self, range: TextRange) {
        let comment_only = self.html(range);
        let kind = if comment_only { MaskKind::Comment } else { MaskKind::Html };
        self.masks.push(Mask { kind, range: self.without_line_break(range) });
    }

    /// Reads raw HTML; returns whether it holds comments only.
    fn html(&mut self, range: TextRange) -> bool {
        let mut comments_only = true;
        let mut silent_until: Option<TextRange> = None;
        let mut heading: Option<(OpenHeading, Option<TextRange>)> = None;
        for piece in html::pieces(self.text, range) {
            match piece {
                Piece::Comment { range: comment, inner } => self.comment(comment, inner, comment == range),
                Piece::Text(text) => {
                    let shown = text.of(self.text);
                    if shown.trim().is_empty() || silent_until.is_some() {
                        continue;
                    }
                    comments_only = false;
                    if let Some((open, _)) = &mut heading {
                        open.text.push_str(shown);
                    } else if !self.in_summary() {
                        self.sections.add_short(shown.trim());
                        self.add(text_substance(shown), text.start());
                    }
                }
                Piece::Open(tag) => {
                    comments_only = false;
                    if tag.is(self.text, "script") || tag.is(self.text, "style") {
                        silent_until = Some(tag.name);
                        continue;
                    }
                    if let Some(level) = heading_level(tag.name.of(self.text)) {
                        let id = tag.attribute(self.text, "id");
                        let open = OpenHeading {
                            level,
                            range: tag.range,
                            text: String::new(),
                            marks: Vec::new(),
                            content: None,
                        };
                        heading = Some((open, id));
                    }
                    self.open_tag(&tag);
                }
                Piece::Close(tag) => {
                    comments_only = false;
                    if silent_until
                        .is_some_and(|name| name.of(self.text).eq_ignore_ascii_case(tag.name.of(self.text)))
                    {
                        silent_until = None;
                    }
                    self.close_tag(&tag);
                    if heading_level(tag.name.of(self.text)).is_some()
                        && let Some((mut open, id)) = heading.take()
                    {
                        let content = TextRange::new(open.range.end(), tag.range.start());
                        open.range = TextRange::new(open.range.start(), tag.range.end());
                        open.text = open.text.split_whitespace().collect::<Vec<_>>().join(" ");
                        self.push_heading(open, HeadingKind::Html, content, id);
                    }
                }
            }
        }
        comments_only
    }

    fn comment(&mut self, range: TextRange, inner: TextRange, whole_span: bool) {
        let text = inner.of(self.text).trim();
        if let Some(rest) = text.strip_prefix("studymark:") {
            let kind = match rest.trim() {
                "ignore" => Some(DirectiveKind::Ignore),
                "answered" => Some(DirectiveKind::Answered),
                "todo" => Some(DirectiveKind::Todo),
                _ => None,
            };
            self.directives.extend(kind.map(|kind| Directive { range, kind }));
        } else if text.starts_with("ALL-CONTRIBUTORS-LIST:START") {
            // Without an end the list has no known extent, and nothing is left out.
            self.contributors = Some(TextRange::empty(range.start()));
        } else if text.starts_with("ALL-CONTRIBUTORS-LIST:END") {
            self.contributors = self.contributors.map(|list| TextRange::new(list.start(), range.end()));
        } else if wording::is_todo_comment(text) {
            self.add(Substance::TODO_COMMENT, range.start());
        }
        if whole_span {
            self.masks.push(Mask { kind: MaskKind::Comment, range });
        }
    }

    fn open_tag(&mut self, tag: &html::Tag) {
        let name = tag.name.of(self.text).to_ascii_lowercase();
        if let Some(id) = tag.attribute(self.text, "id").filter(|id| !id.is_empty()) {
            self.anchors.push(Anchor { kind: AnchorKind::Html, name: id });
        }
        match name.as_str() {
            "a" => {
                if let Some(anchor) = tag.attribute(self.text, "name").filter(|anchor| !anchor.is_empty()) {
                    self.anchors.push(Anchor { kind: AnchorKind::Html, name: anchor });
                }
                self.html_link(tag, "href", LinkKind::HtmlLink, Substance::LINK);
            }
            "img" => self.html_link(tag, "src", LinkKind::HtmlImage, Substance::IMAGE),
            "video" | "audio" | "source" => self.html_link(tag, "src", LinkKind::HtmlImage, Substance::MEDIA),
            "iframe" | "svg" | "object" | "embed" | "canvas" | "math" => {
                self.add(Substance::MEDIA, tag.range.start());
            }
            "details" => {
                let container = self.containers.last().map_or(ROOT, |open| open.id);
                self.details_open.push(OpenDetails {
                    start: tag.range.start(),
                    summary: None,
                    summary_start: None,
                    substance: Substance::default(),
                    container,
                });
            }
            "summary" => {
                if let Some(open) = self.details_open.last_mut() {
                    open.summary_start = Some(tag.range.end());
                }
            }
            _ => {}
        }
    }

    fn html_link(&mut self, tag: &html::Tag, attribute: &str, kind: LinkKind, substance: Substance) {
        let Some(target) = tag.attribute(self.text, attribute).filter(|target| !target.is_empty()) else {
            return;
        };
        self.links.push(Link { kind, range: tag.range, label: target, target });
        if !is_back_to_top("", target.of(self.text)) || kind != LinkKind::HtmlLink {
            self.add(substance, tag.range.start());
        }
    }

    fn close_tag(&mut self, tag: &html::Tag) {
        if tag.is(self.text, "summary") {
            if let Some(open) = self.details_open.last_mut()
                && let Some(start) = open.summary_start.take()
            {
                open.summary.get_or_insert(TextRange::new(start, tag.range.start()));
            }
        } else if tag.is(self.text, "details")
            && let Some(open) = self.details_open.pop()
        {
            self.push_details(open, tag.range.end());
        }
    }

    fn push_details(&mut self, open: OpenDetails, end: usize) {
        let summary = open.summary.unwrap_or(TextRange::empty(open.start));
        let source = summary.of(self.text);
        let lead = source.len() - source.trim_start().len();
        self.details.push(Details {
            range: TextRange::new(open.start, end),
            summary: TextRange::new(summary.start() + lead, summary.start() + lead + source.trim().len()),
            substance: open.substance,
            container: open.container,
        });
    }

    fn without_line_break(&self, range: TextRange) -> TextRange {
        let source = range.of(self.text);
        TextRange::new(range.start(), range.start() + source.trim_end_matches(['\n', '\r', ' ', '\t']).len())
    }

    fn finish(mut self, path: NotePath, walked: &Walked, string: Box<str>) -> Note {
        self.flush_run();
        while let Some(open) = self.details_open.pop() {
            self.push_details(open, self.text.len());
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
                self.links.push(Link { kind: LinkKind::BrokenReference, range, label, target });
            }
        }
        self.links.sort_by_key(|link| (link.range.start, std::cmp::Reverse(link.range.end)));
        self.anchors.sort_by_key(|anchor| anchor.name);
        self.details.sort_by_key(|details| (details.range.start, std::cmp::Reverse(details.range.end)));
        self.masks.sort_by_key(|mask| mask.range);
        let (headings, sections) = self.sections.finish(self.text, &self.container_ends, &definitions);
        Note {
            path,
            text: Text::new(string),
            front_matter: self.front,
            by_slug: order_by_slug(&headings),
            headings,
            sections,
            blocks: self.blocks.into(),
            links: self.links.into(),
            anchors: self.anchors.into(),
            definitions: definitions.into(),
            footnotes: self.footnotes.into(),
            details: self.details.into(),
            callouts: self.callouts.into(),
            tasks: self.tasks.into(),
            tags: self.tags.into(),
            masks: self.masks.into(),
            directives: self.directives.into(),
            contributors: self.contributors,
        }
    }
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

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h' | b'H', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// `[2](#fn-2)`: a footnote mark of a site, which belongs to no title.
fn is_footnote_mark(label: &str, target: &str) -> bool {
    target.starts_with("#fn")
        && label.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '[' | ']' | '^'))
}

/// `[返回顶部](#目录)`, `[⬆](#top)`, `[↑ Back to top](#toc)`
fn is_back_to_top(label: &str, target: &str) -> bool {
    if !target.starts_with('#') {
        return false;
    }
    let bare = label.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words =
        ["返回顶部", "回到顶部", "返回目录", "回到目录", "顶部", "back to top", "top", "back to contents"];
    words.contains(&bare.as_str()) || (bare.is_empty() && label.contains(['⬆', '↑', '▲', '🔝', '⇧']))
}

/// Whether text has letters or digits, or only punctuation.
fn text_substance(text: &str) -> Substance {
    if text.contains(char::is_alphanumeric) {
        Substance::TEXT
    } else if text.trim().is_empty() {
        Substance::default()
    } else {
        Substance::PUNCTUATION
    }
}

/// The id of `## title {#id}` and the content without it.
fn attribute_id(text: &str, content: TextRange) -> Option<(TextRange, TextRange)> {
    let source = content.of(text);
    let inner = source.trim_end().strip_suffix('}')?;
    let open = inner.rfind("{#")?;
    let id = inner[open + 2..].split([' ', '\t']).next().filter(|id| !id.is_empty())?;
    let start = content.start() + open + 2;
    let cut = TextRange::new(content.start(), content.start() + source[..open].trim_end().len());
    Some((TextRange::new(start, start + id.len()), cut))
}

#[cfg(test)]
mod tests;
