//! Links that lead nowhere: files, images, headings and notes that do not exist.
//!
//! Invariant: one finding a dead target at the place where it is written: a dead definition is reported once, not at
//! each of its uses.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding};
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
    let (code, range, message, name) = match missing {
        Missing::File(path) => {
            let shown = context.vault.display_path(path);
            (FILE, target, format!("file not found: {shown}"), shown.into_owned())
        }
        Missing::Image(path) => {
            let shown = context.vault.display_path(path);
            (IMAGE, target, format!("image not found: {shown}"), shown.into_owned())
        }
        Missing::Heading { note, fragment, range } if *note == context.note.path => {
            (HEADING, *range, format!("no heading or anchor #{fragment} in this note"), fragment.clone())
        }
        Missing::Heading { note, fragment, range } => {
            let shown = context.vault.display_path(note);
            (HEADING, *range, format!("no heading or anchor #{fragment} in {shown}"), fragment.clone())
        }
        Missing::Note(name) => (NOTE, target, format!("no note is called {name}"), name.clone()),
        Missing::Reference(_) | Missing::Footnote(_) => return None,
    };
    Some(Finding { code, range, message, related: Vec::new(), data: vec![("target", name)] })
}
