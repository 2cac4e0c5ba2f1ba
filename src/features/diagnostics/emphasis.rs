//! Bold text that is not: `**重点：**后面` shows its stars.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::note::emphasis::broken_emphasis_in;

const EMPHASIS: &str = "broken-emphasis";

/// The check.
pub static CHECK: Check = Check {
    codes: &[CodeSpec {
        code: EMPHASIS,
        severity: Severity::Warning,
        summary: "Stars that do not make text bold, because of the punctuation beside them.",
    }],
    reach: Reach::Line,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(broken_emphasis_in(context.note, context.lines).into_iter().map(|broken| {
        let message = "these stars are shown as they are: between punctuation and a letter they mark nothing"
            .to_owned();
        Finding::new(EMPHASIS, broken.range, message).suggesting(broken.mended)
    }));
}
