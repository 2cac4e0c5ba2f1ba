//! The settings at the start of a note while they are being typed: keys and values.
//!
//! Invariant: read line by line, so a block that is no valid YAML or TOML yet has a context all the same.

use crate::syntax::blocks::{BlockKind, Blocks, copy};
use crate::syntax::context::{Context, Source};
use crate::text::{Buffer, TextRange};

/// More than settings ever take.
const MAX_BYTES: usize = 8 * 1024;

/// The cursor in settings whose closing fence is not yet typed, which no tree calls settings.
pub(super) fn half_written(buffer: &Buffer, blocks: &Blocks, offset: usize) -> Option<Context> {
    let first = copy(buffer, TextRange::new(0, buffer.len().min(5)));
    let fence = first.get(..3).filter(|&fence| fence == "---" || fence == "+++")?;
    if offset > MAX_BYTES || blocks.around(0).iter().any(|block| block.kind == BlockKind::FrontMatter) {
        return None;
    }
    let separator = if fence == "---" { ':' } else { '=' };
    let end = offset + copy_line(buffer, offset).len();
    let source = Source::new(copy(buffer, TextRange::new(0, end)), 0, offset);
    let mut lines = source.text[..source.line_start()].lines();
    let opens = lines.next().is_some_and(|line| line.trim_end() == fence);
    let is_setting = |line: &str| {
        line.starts_with([' ', '\t', '#', '-', '[']) && !line.starts_with("# ") && !line.starts_with(fence)
            || line.split_once(separator).is_some_and(|(key, _)| is_key(key.trim_end()))
    };
    let typed = &source.text[source.line_start()..source.cursor];
    let here = is_key(typed) || typed.is_empty() || is_setting(typed);
    (opens && here && lines.all(|line| !line.trim().is_empty() && is_setting(line))).then(|| context(&source))
}

fn copy_line(buffer: &Buffer, offset: usize) -> String {
    let rest = copy(buffer, TextRange::new(offset, (offset + MAX_BYTES).min(buffer.len())));
    rest.lines().next().unwrap_or_default().to_owned()
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The cursor in settings, fences included.
pub(super) fn context(source: &Source) -> Context {
    let text = source.text.as_str();
    let separator = if text.starts_with('+') { '=' } else { ':' };
    let (line_start, line_end) = (source.line_start(), source.line_end());
    let line = &text[line_start..line_end];
    if line_start == 0 || matches!(line.trim_end(), "---" | "+++" | "...") {
        return Context::Nothing;
    }
    let typed = &text[line_start..source.cursor];
    let indent = typed.len() - typed.trim_start().len();
    let content = &typed[indent..];
    if content.starts_with('#') {
        return Context::Nothing;
    }
    if let Some(item) = content.strip_prefix('-').filter(|item| item.is_empty() || item.starts_with(' ')) {
        let start = source.cursor - item.trim_start().len();
        return match key_above(text, line_start, separator) {
            Some(key) => value(source, key, start, line_end),
            None => Context::Nothing,
        };
    }
    match content.split_once(separator) {
        Some((key, after)) => {
            let start = source.cursor - after.trim_start().len();
            value(source, key.trim_end().to_owned(), start, line_end)
        }
        // The next line of a list in brackets: `tags: [a,` and a break.
        None if content.starts_with([']', ',', '"', '\'']) => Context::Nothing,
        None => {
            let start = line_start + indent;
            let end = line[source.cursor - line_start..].find(separator).map(|found| source.cursor + found);
            Context::FrontMatterKey(
                source.part(start, end.map(|end| text[..end].trim_end().len().max(source.cursor))),
            )
        }
    }
}

fn key_above(text: &str, line_start: usize, separator: char) -> Option<String> {
    text[..line_start]
        .lines()
        .rev()
        .take_while(|line| line.starts_with([' ', '\t', '-']) || line.contains(separator))
        .find(|line| !line.trim_start().starts_with('-'))
        .and_then(|line| line.split_once(separator))
        .map(|(key, _)| key.trim().to_owned())
}

/// The value from `start`, or the item of `[a, b$0]` that is being typed.
fn value(source: &Source, key: String, start: usize, line_end: usize) -> Context {
    let text = source.text.as_str();
    let typed = &text[start..source.cursor];
    let in_list = typed.starts_with('[');
    if in_list && typed.ends_with(']') || typed.contains(" #") {
        return Context::Nothing;
    }
    let start = if in_list {
        let item = start + typed.rfind([',', '[']).map_or(0, |at| at + 1);
        source.cursor - text[item..source.cursor].trim_start().len()
    } else {
        start
    };
    let quoted = text[start..source.cursor].starts_with(['"', '\'']);
    let start = start + usize::from(quoted);
    let rest = &text[source.cursor..line_end];
    let end = match (quoted, in_list) {
        (true, _) => rest.find(['"', '\'']),
        (false, true) => rest.find([',', ']']),
        (false, false) => Some(rest.find(" #").unwrap_or(rest.len())),
    };
    let end = end.map(|end| source.cursor + rest[..end].trim_end().len());
    Context::FrontMatterValue { key, part: source.part(start, end) }
}
