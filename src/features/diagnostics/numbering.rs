//! Headings whose number or level does not follow from those before.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::ROOT;
use crate::note::series::{BreakKind, breaks};

const NUMBERING: &str = "numbering";
const LEVEL: &str = "heading-level";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec {
            code: NUMBERING,
            severity: Severity::Hint,
            summary: "A numbered heading that breaks its series: a gap, a repeat, another style.",
        },
        CodeSpec {
            code: LEVEL,
            severity: Severity::Hint,
            summary: "A heading more than one level below the one it belongs to.",
        },
    ],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    for found in breaks(note) {
        let heading = &note.headings[found.heading];
        let number = heading.number();
        let value = number.and_then(|number| number.parts.last().copied()).unwrap_or(0);
        let message = match found.kind {
            BreakKind::Gap { expected } => format!("{expected} is missing before {value}"),
            BreakKind::Repeat => format!("{value} stands twice"),
            BreakKind::Backwards { expected } => format!("{value} stands where {expected} should"),
            BreakKind::Style => "numbered in another way than its neighbours".to_owned(),
        };
        let at = number.map(|number| number.range).filter(|range| !range.is_empty());
        findings.push(Finding::new(NUMBERING, at.unwrap_or(heading.content), message));
    }
    // A note that skips a level all through does so by habit: it is told once.
    let mut told: Vec<(u8, u8)> = Vec::new();
    for (index, heading) in note.headings.iter().enumerate() {
        let Some(parent) = note.sections[index].parent.map(|parent| parent as usize) else { continue };
        let above = &note.headings[parent];
        let skips = heading.level > above.level + 1 && heading.container == ROOT && above.container == ROOT;
        if skips && !told.contains(&(above.level, heading.level)) {
            told.push((above.level, heading.level));
            let message = format!("level {} under level {}", heading.level, above.level);
            findings.push(Finding::new(LEVEL, heading.content, message));
        }
    }
}
