//! Shapes that CommonMark does not know: callouts, names of footnotes, `{#id}`, marks in headings, links to the top.
//!
//! Invariant: pure functions of a stretch of text.

use crate::markdown::front_matter;
use crate::note::{Callout, FootnoteDefinition, FrontMatter, Substance};
use crate::text::{TextRange, is_letter_or_digit};

/// `[2](#fn-2)`: a footnote mark of a site, which belongs to no title.
pub fn is_footnote_mark(label: &str, target: &str) -> bool {
    target.starts_with("#fn")
        && label.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '[' | ']' | '^'))
}

/// `[返回顶部](#目录)`, `[⬆](#top)`, `[↑ Back to top](#toc)`
pub fn is_back_to_top(label: &str, target: &str) -> bool {
    if !target.starts_with('#') {
        return false;
    }
    let bare = label.trim_matches(|c: char| !is_letter_or_digit(c));
    let words =
        ["返回顶部", "回到顶部", "返回目录", "回到目录", "顶部", "back to top", "top", "back to contents"];
    words.iter().any(|word| word.eq_ignore_ascii_case(bare))
        || (bare.is_empty() && label.contains(['⬆', '↑', '▲', '🔝', '⇧']))
}

/// Whether text has letters or digits, or only punctuation.
pub fn text_substance(text: &str) -> Substance {
    if text.contains(is_letter_or_digit) {
        Substance::TEXT
    } else if text.trim().is_empty() {
        Substance::default()
    } else {
        Substance::PUNCTUATION
    }
}

/// The id of `## title {#id}` and the content without it.
pub fn attribute_id(text: &str, content: TextRange) -> Option<(TextRange, TextRange)> {
    let source = content.of(text);
    let inner = source.trim_end().strip_suffix('}')?;
    let open = inner.rfind("{#")?;
    let id = inner[open + 2..].split([' ', '\t']).next().filter(|id| !id.is_empty())?;
    let start = content.start() + open + 2;
    let cut = TextRange::new(content.start(), content.start() + source[..open].trim_end().len());
    Some((TextRange::new(start, start + id.len()), cut))
}

/// What the front matter block that is `block` says; `None` when it is empty.
pub fn front_matter(block: &str) -> Option<FrontMatter> {
    if block.is_empty() {
        return None;
    }
    let keys = front_matter::keys(block);
    let boxed = |texts: Vec<String>| texts.into_iter().map(String::into_boxed_str).collect();
    Some(FrontMatter {
        range: without_line_break(block, TextRange::new(0, block.len())),
        title: keys.title.map(String::into_boxed_str),
        aliases: boxed(keys.aliases),
        tags: boxed(keys.tags),
        studymark: keys.studymark.map(String::into_boxed_str),
        questions: boxed(keys.questions),
        foreign: keys.foreign,
    })
}

/// The callout that a quote is, when it opens with `[!kind]`.
pub fn callout(text: &str, quote: TextRange) -> Option<Callout> {
    // More marks than anyone writes: of quotes nested without end each would read those inside it.
    const MOST_MARKS: usize = 256;
    let source = quote.of(text);
    let open = source.bytes().take(MOST_MARKS).position(|byte| !matches!(byte, b'>' | b' ' | b'\t'))?;
    if !source[open..].starts_with("[!") {
        return None;
    }
    let first_end = source.find(['\n', '\r']).unwrap_or(source.len());
    let first = &source[..first_end];
    let close = open + first[open..].find(']')?;
    let kind = &first[open + 2..close];
    if kind.is_empty() || !kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let after = first[close + 1..].trim_start_matches(['+', '-']);
    let title = after.trim();
    let title_start = if title.is_empty() { first_end } else { first_end - after.trim_start().len() };
    let filled = source[first_end..].contains(|c: char| !c.is_whitespace() && c != '>');
    let at = |offset: usize| quote.start() + offset;
    Some(Callout {
        range: without_line_break(text, quote),
        kind: TextRange::new(at(open + 2), at(close)),
        title: TextRange::new(at(title_start), at(title_start + title.len())),
        substance: if filled { Substance::TEXT } else { Substance::default() },
    })
}

/// The footnote definition that stands in a range.
pub fn footnote_definition(text: &str, range: TextRange) -> Option<FootnoteDefinition> {
    let source = range.of(text);
    let (open, close) = (source.find("[^")?, source.find("]:")?);
    let name = TextRange::new(range.start() + open + 2, range.start() + close);
    Some(FootnoteDefinition { range: without_line_break(text, range), name })
}

/// The range without the white space at its end.
pub fn without_line_break(text: &str, range: TextRange) -> TextRange {
    let source = range.of(text).as_bytes();
    let last = source.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | b' ' | b'\t'));
    TextRange::new(range.start(), range.start() + last.map_or(0, |last| last + 1))
}
