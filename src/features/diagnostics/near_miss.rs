//! Markdown that is nearly right: full-width marks, a heading without its space.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::{LinkKind, Note};
use crate::text::TextRange;

const NEAR: &str = "near-miss-syntax";

/// The check.
pub static CHECK: Check = Check {
    codes: &[CodeSpec {
        code: NEAR,
        severity: Severity::Hint,
        summary: "Text that is nearly a heading or a link: full-width marks, a missing or an odd space.",
    }],
    reach: Reach::Line,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    let text = note.text.as_str();
    let (start, end) = (context.lines.start(), context.lines.end().min(text.len()));
    let bytes = &text.as_bytes()[start..end];
    // Headings begin a line; of all lines only those that begin with a mark are looked at.
    let breaks = memchr::memchr_iter(b'\n', bytes).map(|at| start + at + 1);
    for line in std::iter::once(start).chain(breaks).filter(|line| *line < end) {
        let indent = text.as_bytes()[line..].iter().take(4).take_while(|byte| **byte == b' ').count();
        if indent < 4 && text[line + indent..].starts_with(['#', '＃']) && is_prose(note, line + indent) {
            findings.extend(heading(note, line + indent));
        }
    }
    for bracket in memchr::memmem::find_iter(bytes, "（").map(|at| start + at) {
        findings.extend(link(note, bracket).filter(|found| is_prose(note, found.range.start())));
    }
}

/// Whether the byte at `at` stands in no code, comment or the like, and in no heading.
fn is_prose(note: &Note, at: usize) -> bool {
    let masked = note.masks.partition_point(|mask| mask.range.start() <= at).checked_sub(1);
    let masked = masked.and_then(|index| note.masks.get(index)).is_some_and(|mask| mask.range.contains(at));
    let heading = note.headings.partition_point(|heading| heading.range.start() <= at).checked_sub(1);
    let heading =
        heading.and_then(|index| note.headings.get(index)).is_some_and(|heading| heading.range.contains(at));
    !masked && !heading
}

/// `＃ 标题`, `##标题` and `#　标题` at the byte at `start`, which begin a line and are no headings. `#标题` is a tag.
fn heading(note: &Note, start: usize) -> Option<Finding> {
    let line = &note.text.as_str()[start..];
    let line = line.lines().next().unwrap_or_default();
    let marks: Vec<char> = line.chars().take_while(|c| matches!(c, '#' | '＃')).collect();
    let level = marks.len();
    let length: usize = marks.iter().map(|c| c.len_utf8()).sum();
    let rest = &line[length..];
    let title = rest.trim_start_matches(|c: char| c.is_whitespace());
    let space = &rest[..rest.len() - title.len()];
    if level > 6 || title.is_empty() {
        return None;
    }
    let wide = marks.contains(&'＃');
    let odd_space = space.contains(['\u{a0}', '\u{3000}']);
    let no_space = space.is_empty() && level >= 2 && title.starts_with(char::is_alphanumeric);
    let message = if wide {
        "a heading begins with #, not with the full-width ＃"
    } else if odd_space {
        "a heading needs an ordinary space after #"
    } else if no_space {
        "a heading needs a space after #"
    } else {
        return None;
    };
    let range = TextRange::new(start, start + length + space.len());
    let finding = Finding::new(NEAR, range, message.to_owned());
    Some(finding.suggesting(format!("{} ", "#".repeat(level))))
}

/// `［文］（a.md）` and `[文]（a.md）` whose full-width parenthesis opens at the byte at `open`.
fn link(note: &Note, open: usize) -> Option<Finding> {
    let text = note.text.as_str();
    let line = note.text.line_range(note.text.line_of(open));
    let (before, after) = (&text[line.start()..open], &text[open + '（'.len_utf8()..line.end()]);
    let close = after.find('）')?;
    let target = &after[..close];
    let label_end = before.strip_suffix(']').or_else(|| before.strip_suffix('］'))?.len();
    let label_open = before[..label_end].rfind(['[', '［'])?;
    let mark = before[label_open..].chars().next()?;
    let label = &before[label_open + mark.len_utf8()..label_end];
    if !is_target(target) || label.is_empty() || label.contains([']', '］']) {
        return None;
    }
    let start = line.start() + label_open;
    let range = TextRange::new(start, open + '（'.len_utf8() + close + '）'.len_utf8());
    // A link already: `[文][r]（…）`, or one that ends before the parenthesis.
    let before = note.links.partition_point(|link| link.range.start < range.end);
    // No link reaches over a blank line.
    let block = text[..line.start()].rfind("\n\n").unwrap_or(0);
    let in_block = note.links[..before].iter().rev().take_while(|link| link.range.start() >= block);
    let linked =
        in_block.filter(|link| link.kind != LinkKind::Autolink).any(|link| link.range.overlaps(range));
    let message = "a link has the brackets [ ] and ( ), not full-width ones".to_owned();
    (!linked).then(|| Finding::new(NEAR, range, message).suggesting(format!("[{label}]({target})")))
}

/// Whether the text between full-width parentheses is a link's target and no remark.
fn is_target(text: &str) -> bool {
    let address = ["https://", "http://", "./", "../"].iter().any(|start| text.starts_with(start));
    let path = text.split('#').next().unwrap_or_default();
    let note = path.ends_with(".md");
    (address || note || crate::note::is_picture(text)) && !text.contains(char::is_whitespace)
}
