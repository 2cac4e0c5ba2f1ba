//! Links that lead nowhere: files, images, headings and notes that do not exist.
//!
//! Invariant: one finding a dead target at the place where it is written: a dead definition is reported once, not at
//! each of its uses.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::LinkKind;
use crate::text::TextRange;
use crate::vault::resolve::{Missing, Resolution};

const FILE: &str = "missing-file";
const HEADING: &str = "missing-heading";
const IMAGE: &str = "missing-image";
const NOTE: &str = "missing-note";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec { code: FILE, severity: Severity::Error, summary: "A link to a file that does not exist." },
        CodeSpec {
            code: HEADING,
            severity: Severity::Error,
            summary: "A link to a heading or anchor that its note does not have.",
        },
        CodeSpec { code: IMAGE, severity: Severity::Error, summary: "An image that does not exist." },
        CodeSpec {
            code: NOTE,
            severity: Severity::Information,
            summary: "A wiki link to a note that is not written yet.",
        },
    ],
    reach: Reach::Link,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (link, resolution) in context.links() {
        if !matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference | LinkKind::Footnote) {
            findings.extend(finding(context, link.target, resolution));
        }
    }
    for (definition, resolution) in context.definitions() {
        findings.extend(finding(context, definition.target, resolution));
    }
}

fn finding(context: &Context<'_>, target: TextRange, resolution: &Resolution) -> Option<Finding> {
    let Resolution::Missing(missing) = resolution else { return None };
    let shown = |path| context.vault.display_path(path).into_owned();
    let (code, range, name) = match missing {
        Missing::File(path) => (FILE, target, shown(path)),
        Missing::Image(path) => (IMAGE, target, shown(path)),
        Missing::Heading { fragment, range, .. } => (HEADING, *range, fragment.clone()),
        Missing::Note(name) => (NOTE, target, name.clone()),
        Missing::Reference(_) | Missing::Footnote(_) => return None,
    };
    let message = missing.describe(context.vault, &context.note.path);
    Some(Finding { data: vec![("target", name)], ..Finding::new(code, range, message) })
}
