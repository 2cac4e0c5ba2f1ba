//! Files that should be notes and cannot be read: said, never dropped in silence.
//!
//! Invariant: such a file has no text here, so its finding stands at its very start.

use crate::config::{Level, Severity};
use crate::features::diagnostics::{CodeSpec, Diagnostic};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::{Unreadable, Vault};

/// The codes for whole files.
pub static CODES: &[CodeSpec] = &[
    CodeSpec {
        code: "not-utf8",
        severity: Severity::Error,
        summary: "A note whose file is not UTF-8, so that nothing in it can be read.",
    },
    CodeSpec {
        code: "unreadable-file",
        severity: Severity::Error,
        summary: "A note that is too large, or that the system does not let us read.",
    },
];

/// Why it is none, and what to do.
pub fn message(why: &Unreadable) -> String {
    match why {
        Unreadable::NotUtf8 { line, offset } => {
            format!("not UTF-8 at line {} (byte {offset}): save the file as UTF-8", u64::from(*line) + 1)
        }
        Unreadable::TooLarge { bytes, limit } => {
            format!("too large to be a note: {bytes} bytes, the setting files.max-bytes allows {limit}")
        }
        Unreadable::Failed(reason) => format!("cannot be read: {reason}"),
    }
}

/// What there is to say of the file at `path`; `None` when the settings turn it off.
pub fn diagnostic(vault: &Vault, path: &NotePath, why: &Unreadable) -> Option<Diagnostic> {
    let spec = match why {
        Unreadable::NotUtf8 { .. } => &CODES[0],
        Unreadable::TooLarge { .. } | Unreadable::Failed(_) => &CODES[1],
    };
    let severity = match vault.config_of(path).levels.get(spec.code) {
        Some(Level::Off) => return None,
        Some(Level::At(severity)) => *severity,
        None => spec.severity,
    };
    Some(Diagnostic {
        range: TextRange::default(),
        code: spec.code,
        severity,
        message: message(why),
        unnecessary: false,
        related: Vec::new(),
        data: Vec::new(),
    })
}
