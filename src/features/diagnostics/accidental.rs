//! Headings that nobody meant: a lone `-` under the line of a list item underlines it.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};

/// The check.
pub static CHECK: Check = Check {
    codes: &[CodeSpec {
        code: "accidental-heading",
        severity: Severity::Hint,
        summary: "A line of a list that a lone - under it makes a heading.",
    }],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    for underline in note.headings.iter().filter_map(|heading| heading.accidental_underline(&note.text)) {
        let message = "this - underlines the line above it and makes it a heading; leave it out, or write something after it";
        findings.push(
            Finding::new("accidental-heading", underline, message.to_owned()).suggesting(String::new()),
        );
    }
}
