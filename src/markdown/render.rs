//! Stretches of a note as HTML for other programs: cards, previews.
//!
//! Invariant: nothing in it runs and nothing is fetched but images: of raw HTML only harmless elements stay, without
//! attributes that could do anything, balanced within the stretch; links lead to the web or are text.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd, html as writer};

use crate::markdown::html::{self, Piece};
use crate::markdown::options;
use crate::text::TextRange;

/// What is shown in place of a stretch of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Instead {
    /// This text; empty to leave the stretch out.
    Text(String),
    /// The image at this address.
    Image(String),
    /// A line break.
    LineBreak,
}

/// A parsed text, from which any stretch can be rendered.
pub struct Renderer<'a> {
    text: &'a str,
    events: Vec<(Event<'a>, Range<usize>)>,
    /// For each event how far the text is read at most when it comes; never falls.
    reached: Vec<usize>,
    instead: Vec<(TextRange, Instead)>,
    /// Where the text of each footnote stands.
    footnotes: HashMap<String, TextRange>,
}

/// Elements that stay as they are, without attributes.
const KEPT: [&str; 40] = [
    "a",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Elements without an end.
const VOID: [&str; 3] = ["br", "hr", "img"];

/// How many elements may be open at a time. Deeper ones are left out: nobody writes them.
const MOST_OPEN: usize = 64;

/// Elements whose content goes with them.
const DROPPED: [&str; 9] =
    ["script", "style", "iframe", "object", "embed", "template", "noscript", "textarea", "title"];

impl<'a> Renderer<'a> {
    /// Parses `text`; `instead` says what is shown in place of some stretches, in their order.
    pub fn new(text: &'a str, instead: Vec<(TextRange, Instead)>) -> Self {
        let events: Vec<_> = Parser::new_ext(text, options()).into_offset_iter().collect();
        let mut furthest = 0;
        let reached = events.iter().map(|(event, range)| {
            let at = if matches!(event, Event::End(_)) { range.end } else { range.start };
            furthest = furthest.max(at);
            furthest
        });
        let reached = reached.collect();
        let footnotes = events.iter().filter_map(|(event, range)| footnote(text, event, range)).collect();
        Self { text, events, reached, instead, footnotes }
    }

    /// The whole blocks and inline content inside `range` as HTML. Footnotes that it refers to are put at its end.
    pub fn html(&self, range: TextRange) -> String {
        let mut page = Page::new(self);
        page.add(self.inside(range));
        let mut shown = HashSet::new();
        for name in std::mem::take(&mut page.footnotes) {
            let footnote = self.footnotes.get(name.as_str()).filter(|place| !range.contains_range(**place));
            if let Some(&footnote) = footnote.filter(|_| shown.insert(name.clone())) {
                page.push_html(format!("<div>[{}]", escaped(&name)));
                page.add(self.inside(footnote));
                page.push_html("</div>".to_owned());
            }
        }
        let closing: String = page.open.iter().rev().map(|name| format!("</{name}>")).collect();
        page.push_html(closing);
        let mut rendered = String::new();
        writer::push_html(&mut rendered, page.out.into_iter());
        rendered.trim().to_owned()
    }

    /// The events whose range lies in `range`. The ends of blocks that began before it are not among them.
    fn inside(&self, range: TextRange) -> impl Iterator<Item = &(Event<'a>, Range<usize>)> {
        let first = self.reached.partition_point(|&reached| reached < range.start());
        self.events[first..]
            .iter()
            .take_while(move |(_, at)| at.start < range.end())
            .filter(move |(_, at)| range.start() <= at.start && self.ends_in(at, range))
    }

    /// Whether a construct that begins in `range` ends in it; a list takes the empty lines after it along.
    fn ends_in(&self, construct: &Range<usize>, range: TextRange) -> bool {
        let beyond = self.text.get(range.end()..construct.end);
        construct.end <= range.end() || beyond.is_some_and(|beyond| beyond.trim().is_empty())
    }

    /// Whether a line break stands between two Chinese or Japanese characters.
    fn is_between_wide(&self, at: TextRange) -> bool {
        let before = self.text.get(..at.start()).and_then(|before| before.trim_end().chars().next_back());
        let after =
            self.text.get(at.end()..).and_then(|after| after.trim_start_matches([' ', '>']).chars().next());
        before.is_some_and(is_wide) && after.is_some_and(is_wide)
    }

    /// What stands in place of a stretch that overlaps `range`.
    fn instead_of(&self, range: TextRange) -> Option<&(TextRange, Instead)> {
        let at = self.instead.partition_point(|(place, _)| place.end <= range.start);
        self.instead.get(at).filter(|(place, _)| place.overlaps(range))
    }
}

/// HTML in the making.
struct Page<'r, 'a> {
    renderer: &'r Renderer<'a>,
    out: Vec<Event<'a>>,
    /// Raw elements that are open.
    open: Vec<String>,
    /// How many lists are open that began in the stretch.
    lists: usize,
    /// The links that are open, each with whether it leads anywhere.
    links: Vec<bool>,
    /// The footnotes that were referred to, in their order.
    footnotes: Vec<String>,
}

impl<'r, 'a> Page<'r, 'a> {
    fn new(renderer: &'r Renderer<'a>) -> Self {
        Self {
            renderer,
            out: Vec::new(),
            open: Vec::new(),
            lists: 0,
            links: Vec::new(),
            footnotes: Vec::new(),
        }
    }

    fn add<'e>(&mut self, events: impl Iterator<Item = &'e (Event<'a>, Range<usize>)>)
    where
        'a: 'e,
    {
        let mut events = events.peekable();
        let mut shown_instead = None;
        while let Some((event, range)) = events.next() {
            let range = TextRange::from(range.clone());
            let inline = matches!(
                event,
                Event::Text(_)
                    | Event::Code(_)
                    | Event::FootnoteReference(_)
                    | Event::SoftBreak
                    | Event::InlineHtml(_)
            );
            if let Some((place, instead)) = self.renderer.instead_of(range).filter(|_| inline) {
                if shown_instead != Some(*place) {
                    self.show_instead(event, range, *place, instead);
                    shown_instead = Some(*place);
                } else if place.end < range.end {
                    self.text_of(TextRange { start: place.end, end: range.end });
                }
                continue;
            }
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let alt = alt_text(&mut events);
                    self.image(dest_url, &alt);
                }
                Event::Start(Tag::HtmlBlock) => {
                    let raw: String = std::iter::from_fn(|| {
                        events.next_if(|(event, _)| matches!(event, Event::Html(_) | Event::Text(_)))
                    })
                    .filter_map(|(event, _)| match event {
                        Event::Html(text) | Event::Text(text) => Some(&**text),
                        _ => None,
                    })
                    .collect();
                    self.raw(&raw);
                }
                event => self.event(event, range),
            }
        }
    }

    fn event(&mut self, event: &Event<'a>, at: TextRange) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let address = address(dest_url, *link_type);
                self.links.push(address.is_some());
                if let Some(address) = address {
                    self.push_html(format!("<a href=\"{}\">", escaped(&address)));
                }
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop() == Some(true) {
                    self.push_html("</a>".to_owned());
                }
            }
            Event::InlineMath(math) => self.push_html(format!("\\({}\\)", escaped(math))),
            Event::DisplayMath(math) => self.push_html(format!("\\[{}\\]", escaped(math))),
            Event::Html(raw) | Event::InlineHtml(raw) => self.raw(raw),
            Event::FootnoteReference(name) => {
                self.push_html(format!("<sup>[{}]</sup>", escaped(name)));
                self.footnotes.push(name.to_string());
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.push_html(format!("<div>[{}]", escaped(name)));
            }
            Event::End(TagEnd::FootnoteDefinition) => self.push_html("</div>".to_owned()),
            // An item is one only in its list, and the list may have begun before the stretch.
            Event::Start(Tag::List(_)) => {
                self.lists += 1;
                self.out.push(event.clone());
            }
            Event::End(TagEnd::List(_)) => {
                self.lists = self.lists.saturating_sub(1);
                self.out.push(event.clone());
            }
            Event::Start(Tag::Item) | Event::End(TagEnd::Item) if self.lists == 0 => {}
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            // Chinese has no spaces: a line break between two characters is none.
            Event::SoftBreak if self.renderer.is_between_wide(at) => {}
            other => self.out.push(other.clone()),
        }
    }

    /// Shows what stands in place of `place`, with what `event` says before and after it.
    fn show_instead(&mut self, event: &Event<'a>, range: TextRange, place: TextRange, instead: &Instead) {
        let plain = matches!(event, Event::Text(text) if **text == *range.of(self.renderer.text));
        if plain && range.start < place.start {
            self.text_of(TextRange { start: range.start, end: place.start });
        }
        match instead {
            Instead::Text(text) => self.out.push(Event::Text(CowStr::from(text.clone()))),
            Instead::Image(address) => self.image(address, ""),
            Instead::LineBreak => self.out.push(Event::HardBreak),
        }
        if plain && place.end < range.end {
            self.text_of(TextRange { start: place.end, end: range.end });
        }
    }

    fn text_of(&mut self, range: TextRange) {
        self.out.push(Event::Text(CowStr::Borrowed(range.of(self.renderer.text))));
    }

    fn push_html(&mut self, html: String) {
        self.out.push(Event::InlineHtml(CowStr::from(html)));
    }

    fn image(&mut self, address: &str, alt: &str) {
        self.push_html(format!("<img src=\"{}\" alt=\"{}\">", escaped(address), escaped(alt)));
    }

    /// What is harmless of raw HTML.
    fn raw(&mut self, raw: &str) {
        let mut kept = String::new();
        let mut dropped: Option<String> = None;
        for piece in html::pieces(raw, TextRange::new(0, raw.len())) {
            match (&piece, &dropped) {
                (Piece::Close(tag), Some(name)) if tag.is(raw, name) => dropped = None,
                (_, Some(_)) | (Piece::Comment { .. }, _) => {}
                (Piece::Text(text), None) => {
                    kept.push_str(&text.of(raw).replace('<', "&lt;").replace('>', "&gt;"));
                }
                (Piece::Open(tag), None) => {
                    let name = tag.name.of(raw).to_ascii_lowercase();
                    if KEPT.contains(&name.as_str()) && self.open.len() < MOST_OPEN {
                        self.open_element(raw, tag, name, &mut kept);
                    } else if DROPPED.contains(&name.as_str()) {
                        dropped = Some(name);
                    }
                }
                (Piece::Close(tag), None) => {
                    let name = tag.name.of(raw).to_ascii_lowercase();
                    if let Some(at) = self.open.iter().rposition(|open| *open == name) {
                        // What was left open inside ends with it.
                        for inner in self.open.drain(at..).rev() {
                            let _ = write!(kept, "</{inner}>");
                        }
                    }
                }
            }
        }
        self.push_html(kept);
    }

    fn open_element(&mut self, raw: &str, tag: &html::Tag, name: String, kept: &mut String) {
        let attribute = |wanted: &str| tag.attribute(raw, wanted).map(|value| value.of(raw));
        let _ = write!(kept, "<{name}");
        if name == "img" {
            for wanted in ["src", "alt", "width", "height"] {
                if let Some(value) =
                    attribute(wanted).filter(|value| wanted != "src" || is_image_address(value))
                {
                    let _ = write!(kept, " {wanted}=\"{}\"", escaped_attribute(value));
                }
            }
        } else if name == "a"
            && let Some(address) = attribute("href").filter(|value| is_web_address(value))
        {
            let _ = write!(kept, " href=\"{}\"", escaped_attribute(address));
        }
        kept.push('>');
        if !VOID.contains(&name.as_str()) {
            self.open.push(name);
        }
    }
}

/// The name of a footnote that is defined here, and where its text stands: from the end of `[^name]:`, so that the
/// definition itself is not inside.
fn footnote(text: &str, event: &Event<'_>, range: &Range<usize>) -> Option<(String, TextRange)> {
    let Event::Start(Tag::FootnoteDefinition(name)) = event else { return None };
    let label_end = text.get(range.clone())?.find("]:")? + 2;
    Some((name.to_string(), TextRange::new(range.start + label_end, range.end)))
}

/// The text inside an image, up to its end.
fn alt_text<'e, 'a: 'e>(events: &mut impl Iterator<Item = &'e (Event<'a>, Range<usize>)>) -> String {
    let mut alt = String::new();
    let mut depth = 1;
    for (event, _) in events {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => depth -= 1,
            Event::Text(text) | Event::Code(text) => alt.push_str(text),
            Event::SoftBreak | Event::HardBreak => alt.push(' '),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    alt
}

/// The address of a link that leads to the web.
fn address(destination: &str, link_type: LinkType) -> Option<String> {
    if link_type == LinkType::Email {
        return Some(format!("mailto:{destination}"));
    }
    is_web_address(destination).then(|| destination.to_owned())
}

fn is_web_address(address: &str) -> bool {
    let scheme = address.trim_start().split(':').next().unwrap_or_default();
    address.contains(':')
        && ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Whether an image may be shown from here: a file, the web or the image itself, nothing that runs.
fn is_image_address(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        Some("http" | "https" | "file") => true,
        Some("data") => address.starts_with("data:image/"),
        // `C:` and names with a colon are files.
        Some(other) => !matches!(other, "javascript" | "vbscript"),
        None => true,
    }
}

/// Whether a character belongs to a script that is written without spaces, or to its punctuation.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An attribute's value as it was written, whose entities stay what they are.
fn escaped_attribute(value: &str) -> String {
    value.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
