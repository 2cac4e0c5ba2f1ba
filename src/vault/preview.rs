//! The start of a section or note as text that stands on its own in another place: in a hover, beside a completion.
//!
//! Invariant: nothing in it can run (HTML and comments are taken out, a `<` that is left is escaped, addresses lead to
//! pages only), nothing is fetched for it, its links lead where they led in the note, and it ends at the end of a
//! block.

mod excerpt;

use std::sync::Arc;

use crate::note::destination::{Syntax, web_address};
use crate::note::{Link, LinkDefinition, LinkKind, Mask, MaskKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::preview::excerpt::excerpt;
use crate::vault::resolve::{Place, Resolution, Target};

/// A part of a preview.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text in the form that was asked for.
    Markdown(String),
    /// The URI of a file, and the line (from 0) in it.
    Uri(NotePath, Option<usize>),
    /// The URI of a picture that is shown.
    Picture(NotePath),
    /// How large a picture is, in words: known to who may read the disk.
    PictureSize(NotePath),
}

/// How a preview is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// As Markdown.
    Markdown,
    /// As text for people: links and pictures are their labels.
    Plain,
}

impl Vault {
    /// The start of `range` of `note` as Markdown: whole blocks, as many as are quickly read; of a longer first block its
    /// first lines. Empty when there is nothing to show.
    pub fn preview(&self, note: &Arc<Note>, range: TextRange) -> Vec<Piece> {
        self.preview_as(note, range, Form::Markdown)
    }

    /// As [`Vault::preview`], in this form.
    pub fn preview_as(&self, note: &Arc<Note>, range: TextRange, form: Form) -> Vec<Piece> {
        let Some(excerpt) = excerpt(note, range) else { return Vec::new() };
        let mut writer = Writer { vault: self, note, form, pieces: Vec::new(), left_out: false };
        writer.write(excerpt.range);
        let mut pieces = trimmed(writer.pieces);
        if !excerpt.closing.is_empty() {
            pieces.push(Piece::Markdown(excerpt.closing));
        }
        pieces
    }
}

impl Form {
    /// `text` so that it is shown as it is.
    pub fn text(self, text: &str) -> String {
        if self == Self::Plain {
            return text.to_owned();
        }
        let mut escaped = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let special = match c {
                '\\' | '`' | '*' | '[' | ']' | '<' => true,
                '_' | '~' => !is_inside_word(text, at),
                '#' | '>' | '+' | '-' => at == 0,
                _ => false,
            };
            if special {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped
    }

    /// `text` made prominent.
    pub fn strong(self, text: &str) -> String {
        match self {
            Self::Markdown => format!("**{}**", self.text(text)),
            Self::Plain => text.to_owned(),
        }
    }

    /// `text` as a piece of code.
    pub fn code(self, text: &str) -> String {
        match self {
            Self::Markdown => format!("`{}`", text.replace('`', "'")),
            Self::Plain => text.to_owned(),
        }
    }
}

/// Whether letters or digits stand on both sides of the character at `at`, which takes one byte.
fn is_inside_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

/// Writes stretches of one note so that they stand on their own.
struct Writer<'a> {
    vault: &'a Vault,
    note: &'a Arc<Note>,
    form: Form,
    pieces: Vec<Piece>,
    /// Whether something was left out right before what comes next.
    left_out: bool,
}

/// What is written otherwise outside its note.
enum Special<'a> {
    Link(&'a Link),
    Mask(&'a Mask),
    /// Nothing refers to it any more.
    Definition(&'a LinkDefinition),
}

impl Special<'_> {
    fn range(&self) -> TextRange {
        match self {
            Self::Link(link) => link.range,
            Self::Mask(mask) => mask.range,
            Self::Definition(definition) => definition.range,
        }
    }
}

impl<'a> Writer<'a> {
    /// Writes `range`: links whose way would be another otherwise, HTML not at all, code as it is.
    fn write(&mut self, range: TextRange) {
        let mut done = range.start();
        for special in self.specials(range) {
            let at = special.range();
            let part = TextRange::new(at.start().max(range.start()), at.end().min(range.end()));
            if part.start() < done || part.is_empty() {
                continue;
            }
            match special {
                // Of what is cut off in the middle nobody can say where it leads.
                Special::Link(link) if !range.contains_range(link.range) => continue,
                Special::Link(link) => {
                    self.text(TextRange::new(done, part.start()));
                    self.link(link);
                }
                Special::Mask(mask) => {
                    self.text(TextRange::new(done, part.start()));
                    self.masked(mask, part);
                }
                Special::Definition(_) => {
                    self.text(TextRange::new(done, part.start()));
                    self.left_out = true;
                }
            }
            done = part.end();
        }
        self.text(TextRange::new(done, range.end()));
    }

    /// The `part` of a mask that is shown.
    fn masked(&mut self, mask: &Mask, part: TextRange) {
        match mask.kind {
            MaskKind::Comment | MaskKind::FrontMatter => self.left_out = true,
            MaskKind::Html => {
                self.html(part);
                self.left_out = true;
            }
            MaskKind::CodeSpan if part == mask.range => self.markdown(self.note.text.slice(part)),
            MaskKind::CodeBlock => self.markdown(self.note.text.slice(part)),
            // Of a span that is cut off the mark is text.
            MaskKind::CodeSpan | MaskKind::Math => self.text(part),
        }
    }

    /// Links and what is no prose in `range`, by place; of those that begin together the longest first.
    fn specials(&self, range: TextRange) -> Vec<Special<'a>> {
        let note = self.note;
        let of_tags = |link: &&Link| matches!(link.kind, LinkKind::HtmlImage | LinkKind::HtmlLink);
        let links = links_in(note, range).iter().filter(|link| !of_tags(link)).map(Special::Link);
        let first = note.masks.partition_point(|mask| mask.range.end <= range.start);
        let masks = note.masks[first..].iter().take_while(|mask| mask.range.start < range.end);
        let first = note.definitions.partition_point(|definition| definition.range.start < range.start);
        let definitions = note.definitions[first..].iter();
        let definitions = definitions.take_while(|definition| definition.range.start < range.end);
        let others = masks.map(Special::Mask).chain(definitions.map(Special::Definition));
        let mut specials: Vec<Special<'a>> = links.chain(others).collect();
        specials.sort_by_key(|special| (special.range().start, std::cmp::Reverse(special.range().end)));
        specials
    }

    /// Prose: a `<` that might open a tag where it stands now is escaped.
    fn text(&mut self, range: TextRange) {
        let text = self.note.text.slice(range);
        if self.form == Form::Plain || text.is_empty() {
            return self.markdown(text);
        }
        // `[x]<b>(y)` is no link, and becomes none.
        if std::mem::take(&mut self.left_out) && text.starts_with(['(', '[', ':']) {
            self.markdown("\\");
        }
        if !text.contains('<') {
            return self.markdown(text);
        }
        let mut safe = String::with_capacity(text.len() + 8);
        let mut escaped = false;
        for (at, c) in text.char_indices() {
            let opens = text[at + c.len_utf8()..]
                .starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
            // At the end of the stretch anything may follow.
            let last = at + c.len_utf8() == text.len();
            if c == '<' && !escaped && (opens || last) {
                safe.push_str("&lt;");
            } else {
                safe.push(c);
            }
            escaped = c == '\\' && !escaped;
        }
        self.markdown(&safe);
    }

    /// The text and the pictures of a stretch of HTML.
    fn html(&mut self, html: TextRange) {
        let images = links_in(self.note, html).iter().filter(|link| link.kind == LinkKind::HtmlImage);
        let mut done = html.start();
        for image in images.filter(|image| html.contains_range(image.range)) {
            self.without_tags(TextRange::new(done, image.range.start()));
            self.link(image);
            done = image.range.end();
        }
        self.without_tags(TextRange::new(done, html.end()));
    }

    fn without_tags(&mut self, range: TextRange) {
        for text in texts_of_html(self.note.text.slice(range)) {
            let text = self.form.text(text);
            self.markdown(&text);
        }
    }

    fn link(&mut self, link: &Link) {
        match link.kind {
            LinkKind::Footnote | LinkKind::BrokenReference => self.text(link.range),
            LinkKind::Autolink => self.autolink(link),
            LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlImage => self.picture(link),
            LinkKind::Embed => match self.target(link) {
                Some(to) if to.place == Place::File => self.picture(link),
                _ => self.way(link),
            },
            LinkKind::Inline | LinkKind::Reference | LinkKind::Wiki | LinkKind::HtmlLink => self.way(link),
        }
    }

    fn autolink(&mut self, link: &Link) {
        let address = self.note.text.slice(link.target);
        let opens = !address.contains(':') || web_address(address, Syntax::Html).is_some();
        if opens && self.form == Form::Markdown {
            self.markdown(self.note.text.slice(link.range));
        } else {
            self.text(link.target);
        }
    }

    /// A link: its label, and where it leads when that is known.
    fn way(&mut self, link: &Link) {
        let to = if self.form == Form::Plain { None } else { self.destination(link) };
        let Some(to) = to else { return self.label(link) };
        self.markdown("[");
        self.label(link);
        self.markdown("](");
        self.push(to);
        self.markdown(")");
    }

    fn label(&mut self, link: &Link) {
        // What a reader of wiki links does not parse is text here.
        if matches!(link.kind, LinkKind::Wiki | LinkKind::Embed) {
            let label = self.form.text(self.note.text.slice(link.label));
            return self.markdown(&label);
        }
        self.write(link.label);
    }

    /// A picture of the vault; of another only its name, since nothing is fetched.
    fn picture(&mut self, link: &Link) {
        let path = self.target(link).filter(|to| to.place == Place::File).map(|to| to.path);
        let written = match (link.kind, &path) {
            (LinkKind::HtmlImage | LinkKind::Embed, Some(path)) => path.stem(),
            (LinkKind::HtmlImage, None) => "",
            _ => self.note.text.slice(link.label),
        };
        let name: String =
            written.chars().filter(|c| !matches!(c, '[' | ']' | '<' | '>' | '!' | '`')).collect();
        match (path, self.form) {
            (Some(path), Form::Markdown) => {
                self.markdown(&format!("![{name}]("));
                self.push(Piece::Picture(path));
                self.markdown(")");
            }
            _ => self.markdown(&name),
        }
    }

    /// Where a link leads, as the text of a Markdown destination.
    fn destination(&self, link: &Link) -> Option<Piece> {
        if let Some(target) = self.target(link) {
            return Some(self.uri_of(&target));
        }
        let written = match link.kind {
            LinkKind::Reference => {
                let index = self.note.definition(self.note.text.slice(link.target))?;
                self.note.definitions.get(index)?.target
            }
            _ => link.target,
        };
        let address = web_address(self.note.text.slice(written), Syntax::Markdown)?;
        let breaks = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '\\');
        (!address.contains(breaks)).then_some(Piece::Markdown(address))
    }

    fn target(&self, link: &Link) -> Option<Target> {
        match self.vault.resolve(self.note, link) {
            Resolution::Found(targets) => targets.into_iter().next(),
            Resolution::Missing(_) | Resolution::External | Resolution::Skipped => None,
        }
    }

    fn uri_of(&self, target: &Target) -> Piece {
        let line = self.vault.note(&target.path).and_then(|note| {
            let range = target.range_in(note).filter(|_| target.place != Place::Note)?;
            Some(note.text.line_of(range.start()))
        });
        let line = match target.place {
            Place::Line(line) => Some(line),
            _ => line,
        };
        Piece::Uri(target.path.clone(), line)
    }

    fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Markdown(text) => self.markdown(&text),
            other => self.pieces.push(other),
        }
    }

    fn markdown(&mut self, text: &str) {
        self.left_out &= text.is_empty();
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Markdown(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Markdown(text.to_owned())),
        }
    }
}

/// Without the line breaks around what was left out at the start and at the end.
fn trimmed(mut pieces: Vec<Piece>) -> Vec<Piece> {
    if let Some(Piece::Markdown(first)) = pieces.first_mut() {
        let start = first.len() - first.trim_start_matches(['\n', '\r']).len();
        first.drain(..start);
    }
    if let Some(Piece::Markdown(last)) = pieces.last_mut() {
        last.truncate(last.trim_end().len());
    }
    pieces.retain(|piece| !matches!(piece, Piece::Markdown(text) if text.is_empty()));
    pieces
}

/// The links that begin in `range`.
fn links_in(note: &Note, range: TextRange) -> &[Link] {
    let first = note.links.partition_point(|link| link.range.start < range.start);
    let count = note.links[first..].partition_point(|link| link.range.start < range.end);
    &note.links[first..first + count]
}

/// The stretches of text in HTML: without tags and comments, and without what stands between the tags of scripts and
/// styles.
fn texts_of_html(html: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = html;
    let mut hidden = false;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        texts.extend(Some(before).filter(|_| !hidden));
        let name = tag.get(1..).unwrap_or_default().trim_start_matches('/');
        let is = |known: &str| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
        if is("script") || is("style") {
            hidden = !tag.starts_with("</");
        }
        let end = if tag.starts_with("<!--") { "-->" } else { ">" };
        let Some(close) = tag.find(end) else {
            texts.extend(Some(&tag[..1]).filter(|_| !hidden));
            rest = &tag[1..];
            continue;
        };
        rest = &tag[close + end.len()..];
    }
    texts.extend(Some(rest).filter(|_| !hidden));
    texts
}

#[cfg(test)]
mod tests;
