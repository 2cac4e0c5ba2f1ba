//! Link definitions and footnotes that nothing uses or that come twice.

use std::collections::HashSet;

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach, Related};
use crate::note::lookup::fold_label;
use crate::note::{LinkKind, Note};
use crate::text::TextRange;

const UNUSED: &str = "unused-definition";
const DUPLICATE: &str = "duplicate-definition";
const FOOTNOTE: &str = "unused-footnote";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec {
            code: UNUSED,
            severity: Severity::Hint,
            summary: "A link definition (`[name]: target`) that no link uses.",
        },
        CodeSpec {
            code: DUPLICATE,
            severity: Severity::Warning,
            summary: "A second link definition of one name, which has no effect.",
        },
        CodeSpec { code: FOOTNOTE, severity: Severity::Hint, summary: "A footnote that no mark refers to." },
    ],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    if note.definitions.is_empty() && note.footnotes.is_empty() {
        return;
    }
    let (mut labels, mut marks) = (HashSet::new(), HashSet::new());
    for link in &note.links {
        let name = || fold_label(note.text.slice(link.target));
        match link.kind {
            // Foam writes a definition for each wiki link, so that other programs can follow it.
            LinkKind::Reference | LinkKind::ImageReference | LinkKind::Wiki | LinkKind::Embed => {
                labels.insert(name())
            }
            LinkKind::Footnote => marks.insert(name()),
            _ => false,
        };
    }
    for definition in &note.definitions {
        let label = note.text.slice(definition.label);
        if !labels.contains(&fold_label(label)) && !is_comment(label, note.text.slice(definition.target)) {
            let message = format!("nothing uses [{label}]");
            findings.push(Finding { unnecessary: true, ..Finding::new(UNUSED, definition.range, message) });
        }
    }
    findings.extend(duplicates(note));
    for footnote in &note.footnotes {
        let name = note.text.slice(footnote.name);
        if !marks.contains(&fold_label(name)) {
            let message = format!("no mark refers to [^{name}]");
            findings.push(Finding { unnecessary: true, ..Finding::new(FOOTNOTE, footnote.range, message) });
        }
    }
}

/// Definitions of names that are defined above: they are definitions, so they are shown nowhere, and have no effect, so
/// they are no facts of the note. They stand on lines that belong to nothing else.
fn duplicates(note: &Note) -> Vec<Finding> {
    let text = note.text.as_str();
    let mut found = Vec::new();
    for colon in memchr::memmem::find_iter(text.as_bytes(), "]:") {
        let line = note.text.line_range(note.text.line_of(colon));
        let before = &text[line.start()..colon];
        let trimmed = before.trim_start_matches(' ');
        let Some(label) = trimmed.strip_prefix('[').filter(|_| before.len() - trimmed.len() < 4) else {
            continue;
        };
        if label.contains(['[', ']']) {
            continue;
        }
        let start = colon - trimmed.len();
        let range = TextRange::new(start, line.start() + text[line.start()..line.end()].trim_end().len());
        let Some(first) = note.definition(label).and_then(|first| note.definitions.get(first)) else {
            continue;
        };
        let elsewhere = first.range.end() <= start
            && !touches(&note.blocks, |block| block.range, start)
            && !touches(&note.masks, |mask| mask.range, start)
            && !touches(&note.headings, |heading| heading.range, start);
        if elsewhere {
            let message = format!("[{label}] is defined above already; this has no effect");
            let related = Related {
                path: note.path.clone(),
                range: first.range,
                message: "the definition that is in effect".to_owned(),
            };
            found.push(Finding { related: vec![related], ..Finding::new(DUPLICATE, range, message) });
        }
    }
    found
}

/// Whether one of `items`, which are in document order, holds the byte at `at`.
fn touches<T>(items: &[T], range: impl Fn(&T) -> TextRange, at: usize) -> bool {
    let last = items.partition_point(|item| range(item).start() <= at).checked_sub(1);
    last.and_then(|index| items.get(index)).is_some_and(|item| range(item).contains(at))
}

/// Whether a definition is a comment: `[//]: # (text)` and `[comment]: <> (text)` show nothing by intent.
fn is_comment(label: &str, target: &str) -> bool {
    let name = label.trim().to_lowercase();
    matches!(target, "#" | "") || name.starts_with("//") || name == "comment"
}
