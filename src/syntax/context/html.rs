//! Tags and comments of HTML that are being typed.
//!
//! Invariant: `<` begins a tag only as long as what follows can be one: `a < b` and `若 a <b 则` are text.

use crate::syntax::context::{Context, HtmlAttribute, Part, Source};

/// How something that begins with `<` lies to the cursor.
pub(super) enum Tag {
    /// It ends here, before the cursor.
    Ends(usize),
    /// The cursor is inside.
    Around(Context),
    /// It is text.
    None,
}

/// The cursor in a block of HTML: in a value or in nothing that studymark completes.
pub(super) fn in_block(source: &Source) -> Context {
    let mut at = 0;
    while let Some(open) = source.text[at..source.cursor].find('<').map(|found| at + found) {
        match tag(source, open) {
            Tag::Ends(end) => at = end,
            Tag::Around(context) => return context,
            Tag::None => at = open + 1,
        }
        if at > source.cursor {
            break;
        }
    }
    Context::Nothing
}

/// What begins with the `<` at `open`.
pub(super) fn tag(source: &Source, open: usize) -> Tag {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let after = &text[open + 1..];
    if after.starts_with("!--") {
        return until(source, open, "-->");
    }
    if let Some(name) = after.strip_prefix('/') {
        return if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            until_bracket(source, open)
        } else {
            Tag::None
        };
    }
    let name_len = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(after.len());
    if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Tag::None;
    }
    let at = open + 1 + name_len;
    if matches!(text[at..].chars().next(), Some(':' | '@' | '.' | '+')) {
        return until_bracket(source, open);
    }
    if cursor <= at {
        return Tag::Around(Context::Nothing);
    }
    attributes(source, &after[..name_len], at)
}

fn until(source: &Source, open: usize, end: &str) -> Tag {
    match source.text[open..].find(end).map(|found| open + found + end.len()) {
        Some(end) if end <= source.cursor => Tag::Ends(end),
        _ => Tag::Around(Context::Nothing),
    }
}

/// A closing tag or a URL in angle brackets: no space, and no text.
fn until_bracket(source: &Source, open: usize) -> Tag {
    let inner = &source.text[open + 1..];
    let end = inner.find(|c: char| c == '>' || c == '<' || c.is_whitespace()).unwrap_or(inner.len());
    let at = open + 1 + end;
    match inner[end..].starts_with('>') {
        true if at < source.cursor => Tag::Ends(at + 1),
        _ if source.cursor <= at => Tag::Around(Context::Nothing),
        _ => Tag::None,
    }
}

fn attributes(source: &Source, element: &str, mut at: usize) -> Tag {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        let spaced = trimmed.len() < rest.len();
        at += rest.len() - trimmed.len();
        if cursor <= at {
            return Tag::Around(Context::Nothing);
        }
        match trimmed.chars().next() {
            Some('>') => return Tag::Ends(at + 1),
            Some('/') => {
                at += 1;
                continue;
            }
            Some(c) if spaced && (c.is_ascii_alphabetic() || matches!(c, '_' | ':' | '@')) => {}
            _ => return Tag::None,
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '-' | '@');
        let name_end = at + trimmed.find(|c| !is_name(c)).unwrap_or(trimmed.len());
        if cursor <= name_end {
            return Tag::Around(Context::Nothing);
        }
        let name = &text[at..name_end];
        at = name_end;
        let Some(value) = text[at..].trim_start().strip_prefix('=').map(str::trim_start) else { continue };
        at = text.len() - value.len();
        if cursor < at {
            return Tag::Around(Context::Nothing);
        }
        match self::value(source, at) {
            Value::Ends(end) => at = end,
            Value::Around(value) => {
                return Tag::Around(Context::HtmlAttribute(HtmlAttribute {
                    element: element.to_ascii_lowercase(),
                    attribute: name.to_ascii_lowercase(),
                    value,
                }));
            }
            Value::Apart => return Tag::Around(Context::Nothing),
        }
    }
}

enum Value {
    Ends(usize),
    Around(Part),
    /// The cursor is before its quote, or in a later line of it: nobody types a path there.
    Apart,
}

/// The value that begins at `at`, with its quote if it has one.
fn value(source: &Source, at: usize) -> Value {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let quote = text[at..].chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let rest = &text[at..];
        let end =
            at + rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '<' | '`')).unwrap_or(rest.len());
        return if cursor <= end { Value::Around(source.part(at, Some(end))) } else { Value::Ends(end) };
    };
    let start = at + 1;
    if cursor < start {
        return Value::Apart;
    }
    match text[start..].find(quote).map(|found| start + found) {
        Some(close) if close < cursor => Value::Ends(close + 1),
        _ if text[start..cursor].contains(['\n', '\r']) => Value::Apart,
        close => {
            // A quote further on closes this value only when no other tag or line lies between.
            let close = close.filter(|&close| !text[cursor..close].contains(['\n', '\r', '<', '>']));
            Value::Around(source.part(start, close))
        }
    }
}
