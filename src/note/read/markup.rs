//! Raw HTML in a note: comments, headings, links, images, anchors, `<details>`.
//!
//! Invariant: what CommonMark took for HTML is scanned once; tags may be paired across blocks, because `<details>`
//! wraps Markdown.

use crate::markdown::html::{self, Piece};
use crate::note::read::shape::{is_back_to_top, text_substance, without_line_break};
use crate::note::read::{OpenHeading, Reader};
use crate::note::{
    Anchor, AnchorKind, Details, Directive, DirectiveKind, HeadingKind, Link, LinkKind, Mask, MaskKind, ROOT,
    Substance, wording,
};
use crate::text::TextRange;

/// A `<details>` that is not closed yet.
pub struct OpenDetails {
    pub start: usize,
    pub summary: Option<TextRange>,
    pub summary_start: Option<usize>,
    pub substance: Substance,
    pub container: u32,
}

impl Reader<'_> {
    pub(super) fn html_block(&mut self, range: TextRange) {
        let comment_only = self.html(range);
        let kind = if comment_only { MaskKind::Comment } else { MaskKind::Html };
        self.memory.masks.push(Mask { kind, range: without_line_break(self.text, range) });
    }

    /// Reads raw HTML; returns whether it holds comments only.
    pub(super) fn html(&mut self, range: TextRange) -> bool {
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
                        self.memory.sections.add_short(shown.trim());
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
            self.memory.directives.extend(kind.map(|kind| Directive { range, kind }));
        } else if text.starts_with("ALL-CONTRIBUTORS-LIST:START") {
            // Without an end the list has no known extent, and nothing is left out.
            self.contributors = Some(TextRange::empty(range.start()));
        } else if text.starts_with("ALL-CONTRIBUTORS-LIST:END") {
            self.contributors = self.contributors.map(|list| TextRange::new(list.start(), range.end()));
        } else if wording::is_todo_comment(text) {
            self.add(Substance::TODO_COMMENT, range.start());
        }
        if whole_span {
            self.memory.masks.push(Mask { kind: MaskKind::Comment, range });
        }
    }

    fn open_tag(&mut self, tag: &html::Tag) {
        let name = tag.name.of(self.text).to_ascii_lowercase();
        if let Some(id) = tag.attribute(self.text, "id").filter(|id| !id.is_empty()) {
            self.memory.anchors.push(Anchor { kind: AnchorKind::Html, name: id });
        }
        match name.as_str() {
            "a" => {
                if let Some(anchor) = tag.attribute(self.text, "name").filter(|anchor| !anchor.is_empty()) {
                    self.memory.anchors.push(Anchor { kind: AnchorKind::Html, name: anchor });
                }
                self.html_link(tag, "href", LinkKind::HtmlLink, Substance::LINK);
            }
            "img" => self.html_link(tag, "src", LinkKind::HtmlImage, Substance::IMAGE),
            "video" | "audio" | "source" => self.html_link(tag, "src", LinkKind::HtmlImage, Substance::MEDIA),
            "iframe" | "svg" | "object" | "embed" | "canvas" | "math" => {
                self.add(Substance::MEDIA, tag.range.start());
            }
            "details" => {
                let container = self.memory.containers.last().map_or(ROOT, |open| open.id);
                self.memory.details_open.push(OpenDetails {
                    start: tag.range.start(),
                    summary: None,
                    summary_start: None,
                    substance: Substance::default(),
                    container,
                });
            }
            "summary" => {
                if let Some(open) = self.memory.details_open.last_mut() {
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
        self.memory.links.push(Link { kind, range: tag.range, label: target, target });
        if !is_back_to_top("", target.of(self.text)) || kind != LinkKind::HtmlLink {
            self.add(substance, tag.range.start());
        }
    }

    fn close_tag(&mut self, tag: &html::Tag) {
        if tag.is(self.text, "summary") {
            if let Some(open) = self.memory.details_open.last_mut()
                && let Some(start) = open.summary_start.take()
            {
                open.summary.get_or_insert(TextRange::new(start, tag.range.start()));
            }
        } else if tag.is(self.text, "details")
            && let Some(open) = self.memory.details_open.pop()
        {
            self.push_details(&open, tag.range.end());
        }
    }

    pub(super) fn push_details(&mut self, open: &OpenDetails, end: usize) {
        let summary = open.summary.unwrap_or(TextRange::empty(open.start));
        let source = summary.of(self.text);
        let lead = source.len() - source.trim_start().len();
        self.memory.details.push(Details {
            range: TextRange::new(open.start, end),
            summary: TextRange::new(summary.start() + lead, summary.start() + lead + source.trim().len()),
            substance: open.substance,
            container: open.container,
        });
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h' | b'H', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}
