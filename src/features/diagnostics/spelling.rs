//! Links that lead somewhere here and would not elsewhere: other letters' case, an anchor not quite right, no scheme.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::LinkKind;
use crate::text::TextRange;
use crate::vault::resolve::Resolution;
use crate::vault::spelling::Part;

const ANCHOR: &str = "anchor-spelling";
const PATH: &str = "path-spelling";
const SCHEME: &str = "missing-scheme";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec {
            code: ANCHOR,
            severity: Severity::Hint,
            summary: "A fragment whose letters' case differs from the heading's anchor: sites do not find it.",
        },
        CodeSpec {
            code: PATH,
            severity: Severity::Hint,
            summary: "A path whose letters' case differs from the file's: Linux and GitHub do not find it.",
        },
        CodeSpec {
            code: SCHEME,
            severity: Severity::Hint,
            summary: "An address without https://, which leads to a file of that name.",
        },
    ],
    reach: Reach::Link,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (link, resolution) in context.links() {
        if matches!(link.kind, LinkKind::Inline | LinkKind::Image | LinkKind::HtmlLink | LinkKind::HtmlImage)
        {
            check(context, link.kind, link.target, resolution, findings);
        }
    }
    for (definition, resolution) in context.definitions() {
        check(context, LinkKind::Inline, definition.target, resolution, findings);
    }
}

fn check(
    context: &Context<'_>,
    kind: LinkKind,
    at: TextRange,
    resolution: &Resolution,
    findings: &mut Vec<Finding>,
) {
    let written = context.note.text.slice(at);
    match resolution {
        Resolution::External if written.starts_with("www.") => {
            let message = format!("without https:// this is a file called {written}");
            findings.push(Finding::new(SCHEME, at, message).suggesting(format!("https://{written}")));
        }
        Resolution::Found(targets) => {
            let Some(target) = targets.first() else { return };
            for misspelt in context.vault.misspellings(context.note, kind, at, target) {
                let (code, message) = match misspelt.part {
                    Part::Path => (PATH, format!("the file is called {}", misspelt.right)),
                    Part::Fragment => (ANCHOR, format!("the anchor is #{}", misspelt.right)),
                };
                findings.push(Finding::new(code, misspelt.range, message).suggesting(misspelt.right));
            }
        }
        _ => {}
    }
}
