//! Questions that are asked twice.

use crate::config::Severity;
use crate::features::diagnostics::{CodeSpec, Compared, Finding, Related, Telling};

const DUPLICATE: &str = "duplicate-question";

/// The telling.
pub static TELLING: Telling = Telling {
    codes: &[CodeSpec {
        code: DUPLICATE,
        severity: Severity::Information,
        summary: "A question that is asked a second time.",
    }],
    run,
};

fn run(compared: &Compared<'_>, findings: &mut Vec<Finding>) {
    let Compared { vault, note, comparison, .. } = compared;
    for twin in &comparison.twins {
        let Some(other) = vault.note(&twin.path).filter(|_| twin.superfluous) else { continue };
        let heading = &other.headings[twin.other];
        let line = other.text.line_of(heading.range.start()) + 1;
        let place = match twin.path == note.path {
            true => format!("at line {line}"),
            false => format!("in {}, line {line}", twin.path.relative_from(&note.path.folder())),
        };
        let message = match twin.state.is_open() {
            true => format!("also asked {place}"),
            false => format!("already answered {place}"),
        };
        let related =
            Related { path: twin.path.clone(), range: heading.content, message: heading.text().to_string() };
        findings.push(Finding {
            related: vec![related],
            data: vec![("title", note.headings[twin.section].title().to_string())],
            ..Finding::new(DUPLICATE, note.headings[twin.section].content, message)
        });
    }
}
