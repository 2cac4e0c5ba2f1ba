//! References and footnote marks that CommonMark shows as text because nothing defines them.
//!
//! Invariant: brackets that were probably meant as text are left alone.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::{LinkKind, Note};
use crate::vault::resolve::{Missing, Resolution};

const REFERENCE: &str = "missing-reference";
const FOOTNOTE: &str = "missing-footnote";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec {
            code: REFERENCE,
            severity: Severity::Warning,
            summary: "A reference link (`[text][name]`) whose definition is missing.",
        },
        CodeSpec {
            code: FOOTNOTE,
            severity: Severity::Warning,
            summary: "A footnote mark (`[^1]`) whose footnote is missing.",
        },
    ],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    for (link, resolution) in context.links() {
        if !matches!(link.kind, LinkKind::BrokenReference | LinkKind::Footnote) {
            continue;
        }
        let Resolution::Missing(missing) = resolution else { continue };
        let (code, name) = match missing {
            Missing::Reference(name) => (REFERENCE, name),
            Missing::Footnote(name) if is_meant(note, name) => (FOOTNOTE, name),
            _ => continue,
        };
        let message = missing.describe(context.vault, &note.path);
        let data = vec![("target", name.clone())];
        findings.push(Finding { data, ..Finding::new(code, link.range, message) });
    }
}

/// Whether `[^name]` is a footnote mark and not the `[^a-z]` of a regular expression in prose: a number, or a name in
/// a note that has footnotes.
fn is_meant(note: &Note, name: &str) -> bool {
    !note.footnotes.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit())
}
