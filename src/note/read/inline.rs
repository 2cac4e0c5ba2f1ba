//! What CommonMark leaves as text in a line: wiki links, footnote marks without definition, tags, block ids.
//!
//! Invariant: nothing is found inside what CommonMark took for code, math, HTML or a link.

use crate::markdown::wiki;
use crate::note::read::shape::text_substance;
use crate::note::{Link, LinkKind, Substance};
use crate::text::{TextRange, is_letter_or_digit, narrow};

/// The inline content of one block, while it is being read.
#[derive(Default)]
pub struct Run {
    /// From its first to its last piece.
    pub range: TextRange,
    open: bool,
    /// Code, math, HTML and links; once the run is sealed in order and apart from each other.
    pub opaque: Vec<TextRange>,
    /// Pieces of text.
    pub text: Vec<TextRange>,
    /// Pieces of shown text that stand in no link.
    pub outside_links: Vec<TextRange>,
    /// What is known to be held so far.
    pub substance: Substance,
}

impl Run {
    /// Takes in a piece.
    pub fn extend(&mut self, range: TextRange) {
        if self.open {
            self.range.start = self.range.start.min(range.start);
            self.range.end = self.range.end.max(range.end);
        } else {
            self.range = range;
            self.open = true;
        }
    }

    /// Whether nothing was taken in.
    pub fn is_empty(&self) -> bool {
        !self.open
    }

    /// Empties the run, keeping its memory.
    pub fn clear(&mut self) {
        self.open = false;
        self.opaque.clear();
        self.text.clear();
        self.outside_links.clear();
        self.substance = Substance::default();
    }

    /// Whether CommonMark took the byte at `at` for text.
    fn is_text(&self, at: usize) -> bool {
        let next = self.text.partition_point(|piece| piece.end() <= at);
        self.text.get(next).is_some_and(|piece| piece.contains(at))
    }

    /// Puts the opaque stretches in order and those that reach into each other together, so that a run with many of them
    /// is scanned as fast as one with few.
    pub fn seal(&mut self) {
        self.opaque.sort_unstable();
        self.opaque.dedup_by(|later, earlier| {
            let reaches = later.start < earlier.end;
            earlier.end = if reaches { earlier.end.max(later.end) } else { earlier.end };
            reaches
        });
    }

    fn is_opaque(&self, at: usize) -> bool {
        let next = self.opaque.partition_point(|range| range.end() <= at);
        self.opaque.get(next).is_some_and(|range| range.contains(at))
    }
}

/// Where in a text something may stand that a scan looks for, found in one pass over all of it: most runs hold none, and
/// are then not scanned.
#[derive(Default)]
pub struct RunScan {
    /// In order.
    places: Vec<(u32, Opening)>,
    /// The first that lies in the run that was scanned last or behind it: runs mostly follow each other.
    next: usize,
}

/// What begins at a place, if it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// `[[`
    Wiki,
    /// `[^`
    Footnote,
    /// `#` and a character of a name.
    Tag,
    /// `^`
    BlockId,
}

/// What a scan found.
#[derive(Default)]
pub struct Found {
    /// Wiki links and embeds.
    pub wiki: Vec<Link>,
    /// Footnote marks without a definition.
    pub footnotes: Vec<Link>,
    /// Tags, with their `#`.
    pub tags: Vec<TextRange>,
    /// The name of the block id that closes the run.
    pub block_id: Option<TextRange>,
    /// What the text outside links amounts to.
    pub substance: Substance,
}

impl RunScan {
    /// Looks once through `text`, which begins at `base` in the note.
    pub fn look_through(&mut self, text: &str, base: usize) {
        let bytes = text.as_bytes();
        self.places.clear();
        self.next = 0;
        for at in memchr::memchr3_iter(b'[', b'#', b'^', bytes) {
            let next = bytes.get(at + 1).copied().unwrap_or_default();
            let opening = match (bytes[at], next) {
                (b'[', b'[') => Opening::Wiki,
                (b'[', b'^') => Opening::Footnote,
                // The name of a tag begins at once: marks of headings are none.
                (b'#', next) if next >= 0x80 || next.is_ascii_alphanumeric() || b"_-/".contains(&next) => {
                    Opening::Tag
                }
                (b'^', _) => Opening::BlockId,
                _ => continue,
            };
            self.places.push((narrow(base + at), opening));
        }
    }

    /// The places in a range.
    fn places_in(&mut self, range: TextRange) -> &[(u32, Opening)] {
        let is_before = |place: &(u32, Opening)| place.0 < range.start;
        let places = &self.places[..];
        if self.next > 0 && !is_before(&places[self.next - 1]) {
            self.next = places.partition_point(is_before);
        }
        self.next += places[self.next..].iter().take_while(|place| is_before(place)).count();
        let first = self.next;
        let count = places[first..].iter().take_while(|place| place.0 < range.end).count();
        &places[first..first + count]
    }

    /// Scans one sealed run.
    pub fn run(&mut self, text: &str, run: &Run) -> Found {
        let mut found = Found::default();
        let places = self.places_in(run.range);
        let of =
            |opening| places.iter().filter(move |place| place.1 == opening).map(|place| place.0 as usize);
        if of(Opening::Wiki).next().is_some() {
            found.wiki = wiki::links(text, run.range, &|at| run.is_opaque(at) || !run.is_text(at))
                .into_iter()
                .map(|link| Link {
                    kind: if link.embed { LinkKind::Embed } else { LinkKind::Wiki },
                    range: link.range,
                    label: link.label,
                    target: link.target,
                })
                .collect();
            found.wiki.retain(|link| !is_table_of_contents(link.range.of(text)));
        }
        if !places.is_empty() {
            footnote_marks(text, run, of(Opening::Footnote), &mut found);
            tags(text, run, of(Opening::Tag), &mut found);
            if of(Opening::BlockId).next().is_some() {
                found.block_id = block_id(text, run);
            }
        }
        found.substance = substance(text, run, &found);
        found
    }
}

/// Marks of footnotes without a definition, which may begin at these places.
fn footnote_marks(text: &str, run: &Run, places: impl Iterator<Item = usize>, found: &mut Found) {
    let source = run.range.of(text);
    for start in places {
        let open = start - run.range.start();
        let Some(rest) = source.get(open + 2..) else { continue };
        let in_name = |c: char| is_letter_or_digit(c) || matches!(c, '-' | '_' | '.');
        let len = rest.len() - rest.trim_start_matches(in_name).len();
        let named = len > 0 && rest[len..].starts_with(']');
        let escaped = source[..open].ends_with('\\');
        let definition = rest[len..].starts_with("]:");
        if named && !escaped && !definition && run.is_text(start) && !run.is_opaque(start) {
            let target = TextRange::new(start + 2, start + 2 + len);
            let range = TextRange::new(start, target.end() + 1);
            found.footnotes.push(Link { kind: LinkKind::Footnote, range, label: target, target });
        }
    }
}

/// Tags, which may begin at these places.
fn tags(text: &str, run: &Run, places: impl Iterator<Item = usize>, found: &mut Found) {
    let source = run.range.of(text);
    for start in places {
        let at = start - run.range.start();
        let before = source[..at].chars().next_back();
        let free = before.is_none_or(|c| c.is_whitespace() || "(（[【，。、；：,;:".contains(c));
        if !free {
            continue;
        }
        let rest = &source[at + 1..];
        let len = rest
            .find(|c: char| !(is_letter_or_digit(c) || matches!(c, '_' | '-' | '/') || is_emoji(c)))
            .unwrap_or(rest.len());
        let name = rest[..len].trim_end_matches('/');
        // `#123` is an issue, `#` alone a sign.
        let named = name.contains(|c: char| !c.is_ascii_digit())
            && name.contains(|c: char| is_letter_or_digit(c) || is_emoji(c));
        if named && run.is_text(start) && !run.is_opaque(start) && !in_wiki(found, start) {
            found.tags.push(TextRange::new(start, start + 1 + name.len()));
        }
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{200d}')
}

fn in_wiki(found: &Found, at: usize) -> bool {
    let next = found.wiki.partition_point(|link| link.range.end() <= at);
    found.wiki.get(next).is_some_and(|link| link.range.contains(at))
}

/// `… ^block-id` at the end of a block.
fn block_id(text: &str, run: &Run) -> Option<TextRange> {
    let source = run.range.of(text).trim_end();
    let caret = source.rfind('^')?;
    let name = &source[caret + 1..];
    let free = source[..caret].is_empty() || source[..caret].ends_with(char::is_whitespace);
    let start = run.range.start() + caret;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (free && named && run.is_text(start)).then(|| TextRange::new(start + 1, start + 1 + name.len()))
}

/// What the shown text outside links amounts to, wiki links, marks that say nothing and directives taken out.
fn substance(text: &str, run: &Run, found: &Found) -> Substance {
    // Nearly all begin with a word.
    let source = run.range.of(text).trim_start();
    if source.starts_with(['[', '{', '@', '!', '-']) {
        let source = source.trim_end();
        if is_table_of_contents(source) {
            return Substance::default();
        }
        if is_include(source) {
            return Substance::INCLUDE;
        }
    }
    let mut substance = Substance::default();
    for piece in &run.outside_links {
        let mut at = piece.start();
        let mut add = |range: TextRange| substance = substance.with(text_substance(range.of(text)));
        let next = found.wiki.partition_point(|link| link.range.end <= piece.start);
        let holes = found.wiki[next..].iter().map(|link| link.range);
        let holes = holes.take_while(|hole| hole.start < piece.end);
        let id = found.block_id.map(|name| TextRange::new(name.start() - 1, name.end()));
        for hole in holes.chain(id) {
            if hole.overlaps(*piece) && hole.start() >= at {
                add(TextRange::new(at, hole.start()));
            }
            if hole.overlaps(*piece) {
                at = at.max(hole.end());
            }
        }
        if at < piece.end() {
            add(TextRange::new(at, piece.end()));
        }
        if substance.has(Substance::TEXT) {
            break;
        }
    }
    substance
}

/// `[TOC]`, `[[toc]]`, `[[_TOC_]]`, `{:toc}`
fn is_table_of_contents(source: &str) -> bool {
    source.len() <= 12 && {
        let bare = source.trim_matches(|c: char| !c.is_ascii_alphabetic());
        bare.eq_ignore_ascii_case("toc") && source.starts_with(['[', '{', '@'])
    }
}

/// A line that puts another file in its place, as site generators know them.
fn is_include(source: &str) -> bool {
    [
        "{{#include",
        "{{#playground",
        "{{<",
        "{{%",
        "!!!include",
        "@include",
        "[!INCLUDE",
        "--8<--",
        "{% include",
        "@import",
    ]
    .iter()
    .any(|mark| source.starts_with(mark))
}

/// Whether `[a][r]` without a definition was meant as a link: `m[i][j]` and `[1][2]` are code in prose.
pub fn may_be_reference(text: &str, range: TextRange, label: TextRange, target: TextRange) -> bool {
    let before = text[..range.start()].chars().next_back();
    let after = text[range.end()..].chars().next();
    let name = target.of(text);
    let indexed =
        before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ')' | ']' | '_' | '`' | '['));
    let chained = after.is_some_and(|c| matches!(c, '[' | ']' | '('));
    // `[The Go blog][1]` is a link, `[0][1]` an index.
    let worded = label.of(text).contains(char::is_alphabetic) && label.of(text).chars().count() > 3;
    let expression = name.chars().count() < 2 && name.is_ascii() && !worded
        || name.contains(['=', '+', '*', '<', '>', '$', '{', '\n'])
        || name.bytes().all(|byte| byte.is_ascii_digit()) && !worded
        || name.starts_with('^');
    !indexed && !chained && !expression
}
