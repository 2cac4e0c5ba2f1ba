//! Links by name that could mean several notes, headings or pictures.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach, Related};
use crate::note::LinkKind;
use crate::text::TextRange;
use crate::vault::resolve::Resolution;

const AMBIGUOUS: &str = "ambiguous-link";

/// How many of the places are named.
const NAMED: usize = 5;

/// The check.
pub static CHECK: Check = Check {
    codes: &[CodeSpec {
        code: AMBIGUOUS,
        severity: Severity::Information,
        summary: "A link by name that could mean several notes, headings or pictures.",
    }],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (link, resolution) in context.links() {
        let Resolution::Found(targets) = resolution else { continue };
        let by_name =
            matches!(link.kind, LinkKind::Wiki | LinkKind::Embed | LinkKind::Image | LinkKind::HtmlImage);
        if targets.len() < 2 || !by_name {
            continue;
        }
        let name = context.note.text.slice(link.target);
        let message =
            format!("{} places are called {name}; a longer path says which is meant", targets.len());
        let related = targets.iter().take(NAMED).filter_map(|target| {
            let note = context.vault.note(&target.path)?;
            let range = target.range_in(note).unwrap_or(TextRange::empty(0));
            Some(Related { path: target.path.clone(), range, message: "this is called so".to_owned() })
        });
        findings
            .push(Finding { related: related.collect(), ..Finding::new(AMBIGUOUS, link.target, message) });
    }
}
