//! Reading one block's text from its start up to the cursor: what is open there.
//!
//! Invariant: marks are read in the order in which Markdown binds them (escapes and code before links, links before
//! words), and each step moves forward, so a text is read once.

use crate::syntax::context::html::{self, Tag};
use crate::syntax::context::links::{self, Link};
use crate::syntax::context::{Context, Source};
use crate::syntax::word::Script;

/// A formula in a line is short; a `$` further away than this is something else.
const MAX_FORMULA: usize = 200;

/// A bracket that is not closed before the cursor.
struct Bracket {
    at: usize,
    image: bool,
}

/// What the cursor is inside of; `None` when it is in plain text.
pub(super) fn context(source: &Source) -> Option<Context> {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let bytes = text.as_bytes();
    let mut brackets: Vec<Bracket> = Vec::new();
    let mut unclosed = Unclosed::default();
    let mut at = 0;
    while at < cursor {
        match bytes[at] {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 2,
            b'`' => match code(source, at, &mut unclosed) {
                Skip::To(end) => at = end,
                Skip::Around => return Some(Context::Nothing),
            },
            b'$' => match math(source, at, &mut unclosed) {
                Skip::To(end) => at = end,
                Skip::Around => return Some(Context::Nothing),
            },
            b'<' => match html::tag(source, at) {
                Tag::Ends(end) => at = end,
                Tag::Around(context) => return Some(context),
                Tag::None => at += 1,
            },
            b'[' if bytes.get(at + 1) == Some(&b'[') && bytes.get(at + 2) != Some(&b'[') => {
                match links::wiki(source, at) {
                    Link::Ends(end) => at = end,
                    Link::Around(context) => return Some(context),
                    Link::None => {
                        brackets.push(Bracket { at, image: false });
                        at += 1;
                    }
                }
            }
            b'[' => {
                brackets.push(Bracket {
                    at,
                    image: at > 0 && bytes[at - 1] == b'!' && !is_escaped(bytes, at - 1),
                });
                at += 1;
            }
            b']' => {
                let Some(bracket) = brackets.pop() else {
                    at += 1;
                    continue;
                };
                match links::after_bracket(source, bracket.at, at + 1, bracket.image) {
                    Link::Ends(end) => at = end,
                    Link::Around(context) => return Some(context),
                    Link::None => at += 1,
                }
            }
            b'h' if is_url(text, at) => {
                let end = end_of_url(text, at);
                if cursor <= end {
                    return Some(Context::Nothing);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    // An escape may reach over the cursor: `\$0[`.
    if at > cursor {
        return None;
    }
    brackets.last().and_then(|bracket| open_bracket(source, bracket)).or_else(|| tag(source))
}

/// Marks that nothing closes in the rest of the text: looking for their ends again would read it once for each.
#[derive(Default)]
struct Unclosed {
    /// Lengths of runs of backticks.
    code: Vec<usize>,
    /// A single `$`.
    math: bool,
}

/// How far something opaque reaches.
enum Skip {
    /// It ends before the cursor, or is none.
    To(usize),
    /// The cursor is inside.
    Around,
}

/// A code span. One that nothing closes reaches to the end of its line: its author is about to close it.
fn code(source: &Source, start: usize, unclosed: &mut Unclosed) -> Skip {
    let bytes = source.text.as_bytes();
    let open = run(bytes, start, b'`');
    let inner = start + open;
    let mut at = if unclosed.code.contains(&open) { bytes.len() } else { inner };
    while let Some(found) = memchr::memchr(b'`', &bytes[at..]).map(|found| at + found) {
        let close = run(bytes, found, b'`');
        at = found + close;
        if close == open {
            return if source.cursor < at { Skip::Around } else { Skip::To(at) };
        }
    }
    unclosed.code.push(open);
    if source.cursor <= source.line_end_from(inner) { Skip::Around } else { Skip::To(inner) }
}

/// Math. `$$` reaches to its end wherever that is. A single `$` is as often money, so one that nothing closes is math
/// only as long as it looks like a formula.
fn math(source: &Source, start: usize, unclosed: &mut Unclosed) -> Skip {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let open = run(text.as_bytes(), start, b'$');
    let inner = start + open;
    if open > 2 {
        return Skip::To(inner);
    }
    if open == 2 {
        return match text[inner..].find("$$").map(|found| inner + found + 2) {
            Some(end) if end <= cursor => Skip::To(end),
            _ => Skip::Around,
        };
    }
    if text[inner..].starts_with(char::is_whitespace) {
        return Skip::To(inner);
    }
    let end = text.len();
    let mut at = if unclosed.math { end } else { inner };
    while let Some(found) =
        memchr::memchr3(b'$', b'\\', b'`', &text.as_bytes()[at..end]).map(|found| at + found)
    {
        match text.as_bytes()[found] {
            b'\\' => at = (found + 2).min(end),
            // As in the reader of Markdown: no space before the closing mark, and no digit after it.
            b'$' if !text[..found].ends_with(char::is_whitespace)
                && !text[found + 1..].starts_with(|c: char| c.is_ascii_digit()) =>
            {
                let close = found + 1;
                return if cursor < close { Skip::Around } else { Skip::To(close) };
            }
            _ => at = found + 1,
        }
    }
    unclosed.math = true;
    if cursor < inner {
        return Skip::Around;
    }
    let typed = &text[inner..cursor];
    let is_formula = (1..=MAX_FORMULA).contains(&typed.len())
        && !typed.contains(['\n', '\r'])
        && !typed.contains("[[")
        && !typed.starts_with(|c: char| c.is_ascii_digit())
        && !typed.chars().any(|c| Script::of(c) == Script::Unspaced)
        && (typed.contains(['\\', '^', '{']) || !typed.contains(char::is_whitespace));
    if is_formula { Skip::Around } else { Skip::To(inner) }
}

/// `[^1$0`, `[lab$0`.
fn open_bracket(source: &Source, bracket: &Bracket) -> Option<Context> {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let start = bracket.at + 1;
    let typed = text.get(start..cursor)?;
    if bracket.image || typed.contains(['\n', '\r']) {
        return None;
    }
    let rest = &text[cursor..source.line_end()];
    let close =
        rest.find([']', '[']).filter(|&found| rest[found..].starts_with(']')).map(|found| cursor + found);
    if let Some(label) = typed.strip_prefix('^') {
        if label.contains(char::is_whitespace) {
            return None;
        }
        let close = close.filter(|&close| !text[cursor..close].contains(char::is_whitespace));
        return Some(Context::FootnoteLabel(source.part(start + 1, close)));
    }
    // `[te$0xt](…)` is the text of a link, `[ $0]` the box of a task, `[!` a callout out of place.
    let is_link_text = close.is_some_and(|close| text[close + 1..].starts_with(['(', '[', ':']));
    let is_box = !typed.is_empty() && typed.trim().is_empty();
    if is_link_text || is_box || typed.starts_with(['[', '!']) || text[..bracket.at].ends_with('[') {
        return None;
    }
    Some(Context::ReferenceLabel { part: source.part(start, close), shortcut: true })
}

/// `#标签$0`
fn tag(source: &Source) -> Option<Context> {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let is_part = |c: char| Script::of(c) != Script::None || matches!(c, '-' | '/');
    let start = text[..cursor].trim_end_matches(is_part).len();
    let before = text[..start].strip_suffix('#')?;
    let typed = &text[start..cursor];
    let at_line_start =
        before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']) || before.trim().is_empty();
    let stands_alone = before.is_empty() || before.ends_with(char::is_whitespace);
    let is_number = !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit());
    if !stands_alone || is_number || (typed.is_empty() && at_line_start) {
        return None;
    }
    let rest = &text[cursor..];
    let end = cursor + rest.len() - rest.trim_start_matches(is_part).len();
    Some(Context::Tag(source.part(start, Some(end))))
}

fn is_url(text: &str, at: usize) -> bool {
    let starts = text[at..].starts_with("http://") || text[at..].starts_with("https://");
    starts && !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// A URL in text ends before a space; the Chinese that follows without one is no part of it either.
fn end_of_url(text: &str, at: usize) -> usize {
    let ends = |c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | ')' | ']' | '"' | '`');
    text[at..].find(ends).map_or(text.len(), |found| at + found)
}

fn run(bytes: &[u8], start: usize, mark: u8) -> usize {
    bytes[start..].iter().take_while(|&&byte| byte == mark).count()
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}
