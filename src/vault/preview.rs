//! The start of a section or note as Markdown that stands on its own in another place: in a hover, beside a
//! completion.
//!
//! Invariant: nothing in it can run (HTML and comments are taken out), its links lead where they led in the note, and it
//! ends at the end of a block.

use std::sync::Arc;

use crate::note::{Link, LinkKind, MaskKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::resolve::{Place, Resolution, Target};

/// A part of a preview.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Markdown.
    Markdown(String),
    /// The URI of a file, and the line (from 0) in it.
    Uri(NotePath, Option<usize>),
    /// How large a picture is, in words: known to who may read the disk.
    PictureSize(NotePath),
}

/// The most that is shown, in lines and in bytes.
const LINES: usize = 24;
const BYTES: usize = 4_000;

/// What stands for what was cut off.
const CUT: &str = "\n\n…";

impl Vault {
    /// The start of `range` of `note`: whole blocks, as many as are quickly read; of a longer first block its first
    /// lines. Empty when there is nothing to show.
    pub fn preview(&self, note: &Arc<Note>, range: TextRange) -> Vec<Piece> {
        let Some(excerpt) = excerpt(note, range) else { return Vec::new() };
        let mut pieces = vec![];
        let mut done = excerpt.range.start();
        for (replaced, with) in self.replacements(note, excerpt.range) {
            if replaced.start() < done {
                continue;
            }
            markdown(&mut pieces, note.text.slice(TextRange::new(done, replaced.start())));
            with.into_iter().for_each(|piece| push(&mut pieces, piece));
            done = replaced.end();
        }
        markdown(&mut pieces, note.text.slice(TextRange::new(done, excerpt.range.end())));
        markdown(&mut pieces, &excerpt.closing);
        pieces
    }

    /// What is written otherwise outside its note, by place: links whose way would be another, and HTML.
    fn replacements(&self, note: &Arc<Note>, range: TextRange) -> Vec<(TextRange, Vec<Piece>)> {
        let links = links_in(note, range).iter().filter(|link| link.kind != LinkKind::HtmlImage);
        let mut replacements: Vec<(TextRange, Vec<Piece>)> =
            links.filter_map(|link| self.replacement(note, link)).collect();
        let first = note.masks.partition_point(|mask| mask.range.start < range.start);
        let masks = note.masks[first..].iter().take_while(|mask| mask.range.start < range.end);
        replacements.extend(masks.filter_map(|mask| match mask.kind {
            MaskKind::Comment => Some((mask.range, Vec::new())),
            MaskKind::Html => Some((mask.range, self.without_tags(note, mask.range))),
            MaskKind::CodeBlock | MaskKind::CodeSpan | MaskKind::Math | MaskKind::FrontMatter => None,
        }));
        replacements.retain(|(replaced, _)| replaced.end <= range.end);
        replacements.sort_by_key(|(replaced, _)| (replaced.start, std::cmp::Reverse(replaced.end)));
        replacements
    }

    /// The text and the pictures of a stretch of HTML.
    fn without_tags(&self, note: &Arc<Note>, html: TextRange) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut done = html.start();
        let images = links_in(note, html).iter().filter(|link| link.kind == LinkKind::HtmlImage);
        for image in images.filter(|image| html.contains_range(image.range)) {
            let Some((_, picture)) = self.replacement(note, image) else { continue };
            markdown(&mut pieces, &text_of_html(note.text.slice(TextRange::new(done, image.range.start()))));
            pieces.extend(picture);
            done = image.range.end();
        }
        markdown(&mut pieces, &text_of_html(note.text.slice(TextRange::new(done, html.end()))));
        pieces
    }

    fn replacement(&self, note: &Arc<Note>, link: &Link) -> Option<(TextRange, Vec<Piece>)> {
        let label = || Piece::Markdown(note.text.slice(link.label).to_owned());
        let text = |text: &str| Piece::Markdown(text.to_owned());
        let uri = match self.resolve(note, link) {
            Resolution::Found(targets) => targets.first().map(|target| self.uri_of(target)),
            Resolution::External if matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference) => {
                let index = note.definition(note.text.slice(link.target))?;
                Some(text(note.text.slice(note.definitions[index].target)))
            }
            Resolution::External => return None,
            Resolution::Missing(_) | Resolution::Skipped => None,
        };
        let picture = matches!(
            link.kind,
            LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlImage | LinkKind::Embed
        );
        match (link.kind, uri) {
            (LinkKind::Footnote | LinkKind::Autolink | LinkKind::BrokenReference, _)
            | (LinkKind::HtmlLink, _) => None,
            (LinkKind::Inline | LinkKind::Image, Some(uri)) => Some((link.target, vec![uri])),
            (_, Some(uri)) => {
                let open = if picture { "![" } else { "[" };
                Some((link.range, vec![text(open), label(), text("]("), uri, text(")")]))
            }
            (LinkKind::HtmlImage, None) => None,
            (_, None) => Some((link.range, vec![label()])),
        }
    }

    fn uri_of(&self, target: &Target) -> Piece {
        let line = self.note(&target.path).and_then(|note| {
            let range = target.range_in(note).filter(|_| target.place != Place::Note)?;
            Some(note.text.line_of(range.start()))
        });
        let line = match target.place {
            Place::Line(line) => Some(line),
            _ => line,
        };
        Piece::Uri(target.path.clone(), line)
    }
}

/// The links that begin in `range`.
fn links_in(note: &Note, range: TextRange) -> &[Link] {
    let first = note.links.partition_point(|link| link.range.start < range.start);
    let count = note.links[first..].partition_point(|link| link.range.start < range.end);
    &note.links[first..first + count]
}

/// HTML without its tags, and without what stands between those of scripts and styles. A `<` that is left is escaped.
fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    let mut hidden = false;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        if !hidden {
            text.push_str(before);
        }
        let name = tag.get(1..).unwrap_or_default().trim_start_matches('/');
        let is = |known: &str| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
        if is("script") || is("style") {
            hidden = !tag.starts_with("</");
        }
        let Some(close) = tag.find('>') else {
            rest = &tag[1..];
            text.push_str(if hidden { "" } else { "&lt;" });
            continue;
        };
        rest = &tag[close + 1..];
    }
    if !hidden {
        text.push_str(rest);
    }
    text
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match piece {
        Piece::Markdown(text) => markdown(pieces, &text),
        other => pieces.push(other),
    }
}

fn markdown(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Markdown(last)) => last.push_str(text),
        _ => pieces.push(Piece::Markdown(text.to_owned())),
    }
}

/// A part of a note that is shown, and what has to follow it.
struct Excerpt {
    range: TextRange,
    closing: String,
}

/// The first blocks of `range`; `None` when there is nothing but white space.
fn excerpt(note: &Note, range: TextRange) -> Option<Excerpt> {
    let text = note.text.slice(range);
    let start = range.start() + (text.len() - text.trim_start_matches(['\n', '\r']).len());
    let whole = TextRange::new(start, range.start() + text.trim_end().len());
    if whole.is_empty() {
        return None;
    }
    let limit = limit_of(note, whole);
    if whole.end() <= limit {
        return Some(Excerpt { range: whole, closing: String::new() });
    }
    let first = note.blocks.partition_point(|block| block.range.start() < whole.start());
    let blocks = note.blocks[first..].iter();
    let last = blocks.take_while(|block| block.range.end() <= limit).last();
    if let Some(last) = last {
        return Some(Excerpt {
            range: TextRange::new(whole.start(), last.range.end()),
            closing: CUT.to_owned(),
        });
    }
    let cut = TextRange::new(whole.start(), limit);
    let closing = format!("{}{CUT}", open_fence(note.text.slice(cut)));
    Some(Excerpt { range: cut, closing })
}

/// Where the most that is shown ends: at the end of a line, or on a character boundary of a very long one.
fn limit_of(note: &Note, range: TextRange) -> usize {
    let last_line = note.text.line_of(range.start()) + LINES - 1;
    let lines = note.text.line_range(last_line).end();
    let mut bytes = (range.start() + BYTES).min(note.text.len());
    while !note.text.as_str().is_char_boundary(bytes) {
        bytes -= 1;
    }
    if lines <= bytes { lines.max(range.start()) } else { bytes }
}

/// What closes a fence of code that is still open at the end of `text`.
fn open_fence(text: &str) -> String {
    let mut open: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = trimmed.trim_start_matches(['`', '~']);
        let fence = &trimmed[..trimmed.len() - mark.len()];
        match open {
            None if fence.len() >= 3 => open = Some(fence),
            Some(fenced) if fence.starts_with(fenced) && mark.trim().is_empty() => open = None,
            _ => {}
        }
    }
    open.map_or_else(String::new, |fence| format!("\n{fence}"))
}

#[cfg(test)]
mod tests {
    use super::Piece;
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use expect_test::{Expect, expect};

    /// What is shown of the first note's text after its heading, URIs as `‹path:line›`.
    fn shown(fixture: &str) -> String {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let pieces = fixture.vault.preview(note, TextRange::new(0, note.text.len()));
        let pieces = pieces.into_iter().map(|piece| match piece {
            Piece::Markdown(text) => text,
            Piece::Uri(path, None) => format!("‹{path}›"),
            Piece::Uri(path, Some(line)) => format!("‹{path}:{}›", line + 1),
            Piece::PictureSize(path) => format!("‹size of {path}›"),
        });
        pieces.collect()
    }

    fn check(fixture: &str, expected: &Expect) {
        expected.assert_eq(&shown(fixture));
    }

    #[test]
    fn links_lead_where_they_led() {
        check(
            "//- 甲/a.md\n[x](../b.md#闭包) [[b#闭包|y]] [[b]] ![p](p.png) ![[p.png]] [r] [z](https://a.b) [n](no.md) \
             [s](/site) 甲[^1] <img src=\"p.png\" alt=\"p\"> <https://c.d>\n\n[r]: ../b.md\n[^1]: 注\n\
             //- b.md\n# b\n\n## 闭包\n//- 甲/p.png\n",
            &expect![[r#"
                [x](‹/b.md:3›) [y](‹/b.md:3›) [b](‹/b.md›) ![p](‹/甲/p.png›) ![p.png](‹/甲/p.png›) [r](‹/b.md›) [z](https://a.b) n s 甲[^1] ![p.png](‹/甲/p.png›) <https://c.d>

                [r]: ../b.md
                [^1]: 注"#]],
        );
    }

    #[test]
    fn nothing_in_it_can_run() {
        check(
            "a <b onclick=\"x()\">c</b> <!-- 注 --> d\n\n<script>alert(1)</script>\n\n<details><summary>问</summary>\n\n答\n\n</details>\n",
            &expect![[r#"
                a c  d



                问

                答

            "#]],
        );
    }

    #[test]
    fn it_ends_at_the_end_of_a_block() {
        let long = format!("开头\n\n{}\n\n{}\n", "行\n".repeat(15), "后\n".repeat(15));
        check(
            &long,
            &expect![[r#"
            开头

            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行
            行

            …"#]],
        );
        let code = format!("```rust\n{}```\n", "let x = 1;\n".repeat(40));
        let shown = shown(&code);
        assert_eq!(shown.lines().count(), 24 + 1 + 2);
        assert!(shown.ends_with("let x = 1;\n```\n\n…"), "{shown}");
        assert!(super::open_fence("````\n```\n````\n").is_empty());
    }

    #[test]
    fn a_very_long_line_is_cut_between_characters() {
        let shown = shown(&"闭包".repeat(3_000));
        assert!(shown.len() < 4_020 && shown.ends_with("\n\n…"), "{}", shown.len());
    }

    #[test]
    fn nothing_is_shown_of_nothing() {
        assert_eq!(shown("\n\n  \n"), "");
    }
}
