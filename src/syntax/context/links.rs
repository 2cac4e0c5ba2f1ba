//! Links that are being typed: wiki links, destinations, labels of references.
//!
//! Invariant: none reaches over the end of its line; what is closed before the cursor is stepped over.

use crate::syntax::context::{
    Context, Destination, DestinationOf, DestinationPart, Part, Source, WikiLink, WikiPart,
};

/// How something in brackets lies to the cursor.
pub(super) enum Link {
    /// It ends here, before the cursor.
    Ends(usize),
    /// The cursor is inside.
    Around(Context),
    /// It is no link; the bracket stays.
    None,
}

/// A wiki link whose `[[` is at `open`.
pub(super) fn wiki(source: &Source, open: usize) -> Link {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let start = open + 2;
    if cursor < start {
        // Between the two brackets nothing can be typed that belongs to a link.
        return Link::Around(Context::Nothing);
    }
    let bytes = text.as_bytes();
    let mut at = start;
    // Up to the cursor: the end of a link that is closed, or what shows that it is none.
    while let Some(found) = next_mark(bytes, at).filter(|&found| found < cursor) {
        match bytes[found] {
            b']' if bytes.get(found + 1) == Some(&b']') => {
                return match text[found + 2..].starts_with('(') {
                    true => Link::None,
                    false if cursor < found + 2 => Link::Around(Context::Nothing),
                    false => Link::Ends(found + 2),
                };
            }
            b']' => at = found + 1,
            _ => return Link::None,
        }
    }
    let typed = &text[start..cursor];
    // Code binds tighter: whether the cursor is in it is seen by reading on.
    if typed.contains('`') {
        return Link::None;
    }
    let close = next_mark(bytes, cursor).filter(|&close| text[close..].starts_with("]]"));
    if at > start || close.is_some_and(|close| text[close + 2..].starts_with('(')) {
        return Link::None;
    }
    let note_end = typed.find(['#', '|']).unwrap_or(typed.len());
    let note_end = typed[..note_end].trim_end_matches('\\').len();
    let (kind, from) = match (typed.find('|'), typed.rfind('#')) {
        (Some(bar), _) => (WikiPart::Label, bar + 1),
        (None, Some(hash)) if typed[hash + 1..].starts_with('^') => (WikiPart::Block, hash + 2),
        (None, Some(hash)) => (WikiPart::Heading, hash + 1),
        (None, None) => (WikiPart::Note, 0),
    };
    let end = close.map(|close| {
        let rest = &text[cursor..close];
        let end = match kind {
            WikiPart::Note | WikiPart::Heading => rest.find(['#', '|']),
            WikiPart::Block => rest.find('|'),
            WikiPart::Label => None,
        };
        let end = end.unwrap_or(rest.len());
        cursor + if rest[end..].starts_with('|') { rest[..end].trim_end_matches('\\').len() } else { end }
    });
    Link::Around(Context::WikiLink(WikiLink {
        kind,
        part: source.part(start + from, end),
        note: source.range(start, start + note_end),
        embed: text[..open].ends_with('!') && !text[..open].ends_with("\\!"),
    }))
}

/// The next bracket or line break.
fn next_mark(bytes: &[u8], start: usize) -> Option<usize> {
    let found = bytes[start..].iter().position(|byte| matches!(byte, b'[' | b']' | b'\n' | b'\r'));
    found.map(|found| start + found)
}

/// What follows the `]` before `at` whose `[` is at `open`: a destination, a label, a definition, or nothing.
pub(super) fn after_bracket(source: &Source, open: usize, at: usize, image: bool) -> Link {
    let text = source.text.as_str();
    let starts_line = || {
        text[..open]
            .trim_end_matches([' ', '\t'])
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, '\n' | '\r'))
    };
    let is_footnote = text[open + 1..].starts_with('^');
    if source.cursor <= at {
        return Link::None;
    }
    match text.as_bytes().get(at) {
        Some(b'(') if !is_footnote => {
            destination(source, at + 1, if image { DestinationOf::Image } else { DestinationOf::Link })
        }
        Some(b'[') if !is_footnote => label(source, at + 1),
        Some(b':') if !is_footnote && starts_line() => destination(source, at + 1, DestinationOf::Definition),
        _ => Link::None,
    }
}

/// The label after `[text][`.
fn label(source: &Source, start: usize) -> Link {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    if text[start..].starts_with('[') {
        return Link::None;
    }
    let line = &text[start..source.line_end_from(start)];
    let close =
        line.find([']', '[']).filter(|&found| line[found..].starts_with(']')).map(|found| start + found);
    match close {
        Some(close) if close < cursor => Link::Ends(close + 1),
        _ if text[start..cursor].contains(['\n', '\r', '[']) => Link::None,
        close => Link::Around(Context::ReferenceLabel { part: source.part(start, close), shortcut: false }),
    }
}

/// The destination that begins at `start`, after `(` or `]:`.
fn destination(source: &Source, start: usize, of: DestinationOf) -> Link {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let line_end = source.line_end_from(start);
    let begin = line_end - text[start..line_end].trim_start_matches([' ', '\t']).len();
    if cursor <= begin {
        // `[a]: $0` and `[a]( $0`: nothing is typed yet.
        let rest = &text[cursor..line_end];
        let closed = of != DestinationOf::Definition && rest.trim_start().starts_with(')');
        let in_angle = rest.trim_start().starts_with('<');
        let end = if cursor == begin && !in_angle { end_behind(source, cursor, of) } else { None };
        let end = end.or(closed.then_some(cursor));
        return Link::Around(around(source, cursor, end, of, false));
    }
    if text[begin..].starts_with('<') {
        return angle(source, begin + 1, line_end, of);
    }
    let mut depth = 0_usize;
    let mut at = begin;
    while at < cursor {
        match text.as_bytes()[at] {
            // A line break is never escaped: no destination goes on behind it.
            b'\\' if at + 1 < cursor && !matches!(text.as_bytes()[at + 1], b'\n' | b'\r') => at += 1,
            b'\n' | b'\r' => {
                return if of == DestinationOf::Definition { Link::Ends(at) } else { Link::None };
            }
            b'(' => depth += 1,
            b')' if of != DestinationOf::Definition && depth == 0 => return Link::Ends(at + 1),
            b')' => depth = depth.saturating_sub(1),
            b' ' | b'\t' => match after_space(source, at, line_end, of) {
                // Spaces belong to no destination, but someone who types `[a](my note` is still at its path.
                Link::None if of != DestinationOf::Definition => {}
                link => return link,
            },
            _ => {}
        }
        at += 1;
    }
    Link::Around(around(source, begin, end_behind(source, cursor, of), of, false))
}

/// Behind a destination and a space: its title, or its end.
fn after_space(source: &Source, at: usize, line_end: usize, of: DestinationOf) -> Link {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let next = line_end - text[at..line_end].trim_start_matches([' ', '\t']).len();
    let Some(quote) = text[next..line_end].chars().next() else {
        return if of == DestinationOf::Definition { Link::Ends(at) } else { Link::None };
    };
    let closing = match quote {
        '"' | '\'' => quote,
        '(' => ')',
        _ => return if of == DestinationOf::Definition { Link::Ends(at) } else { Link::None },
    };
    let Some(title_end) = text[next + 1..line_end].find(closing).map(|found| next + 1 + found + 1) else {
        return Link::Around(Context::Nothing);
    };
    if cursor < title_end {
        return Link::Around(Context::Nothing);
    }
    if of == DestinationOf::Definition {
        return Link::Ends(title_end);
    }
    let end = line_end - text[title_end..line_end].trim_start_matches([' ', '\t']).len();
    match text[end..line_end].starts_with(')') {
        true if end < cursor => Link::Ends(end + 1),
        _ => Link::Around(Context::Nothing),
    }
}

/// A destination in angle brackets, which begins at `begin`.
fn angle(source: &Source, begin: usize, line_end: usize, of: DestinationOf) -> Link {
    let (text, cursor) = (source.text.as_str(), source.cursor);
    let close = text[begin..line_end].find(['>', '<']).map(|found| begin + found);
    let close = close.filter(|&close| text[close..].starts_with('>'));
    match close {
        Some(close) if close < cursor => {
            let rest = &text[close + 1..line_end];
            let end = rest.find(')').map_or(close + 1, |found| close + 1 + found + 1);
            if of == DestinationOf::Definition || end <= cursor {
                Link::Ends(if of == DestinationOf::Definition { close + 1 } else { end })
            } else {
                Link::Around(Context::Nothing)
            }
        }
        _ if line_end < cursor => Link::None,
        close => {
            let end = close.map(|close| part_end(text, cursor, close));
            Link::Around(around(source, begin, end, of, true))
        }
    }
}

/// Where the part behind the cursor ends, when the construct is closed there.
fn end_behind(source: &Source, cursor: usize, of: DestinationOf) -> Option<usize> {
    let text = source.text.as_str();
    let line_end = source.line_end_from(cursor);
    if of == DestinationOf::Definition {
        let rest = &text[cursor..line_end];
        return Some(part_end(text, cursor, cursor + rest.find([' ', '\t']).unwrap_or(rest.len())));
    }
    let mut depth = 0_usize;
    for (at, c) in text[cursor..line_end].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(part_end(text, cursor, cursor + at)),
            ')' => depth -= 1,
            ' ' | '\t' => {
                let rest = text[cursor + at..line_end].trim_start_matches([' ', '\t']);
                let closed = rest.starts_with(')') || (rest.starts_with(['"', '\'']) && rest.contains(')'));
                return closed.then(|| part_end(text, cursor, cursor + at));
            }
            _ => {}
        }
    }
    None
}

/// The end of the path when a fragment follows it before `end`.
fn part_end(text: &str, cursor: usize, end: usize) -> usize {
    text[cursor..end].find('#').map_or(end, |hash| cursor + hash)
}

fn around(source: &Source, begin: usize, end: Option<usize>, of: DestinationOf, angle: bool) -> Context {
    let typed = &source.text[begin..source.cursor];
    if has_scheme(typed) {
        return Context::Nothing;
    }
    let hash = typed.find('#').map(|hash| begin + hash);
    let (kind, start) = match hash {
        Some(hash) => (DestinationPart::Fragment, hash + 1),
        None => (DestinationPart::Path, begin),
    };
    let part = source.part(start, end);
    // A definition has no closing mark, but its end is known all the same.
    let part = if of == DestinationOf::Definition && !angle { Part { closed: true, ..part } } else { part };
    Context::Destination(Destination {
        kind,
        part,
        path: source.range(begin, hash.or(end).unwrap_or(source.cursor)),
        of,
        angle,
    })
}

/// `https:`, `mailto:`; a single letter is a drive.
fn has_scheme(typed: &str) -> bool {
    let Some((scheme, _)) = typed.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
