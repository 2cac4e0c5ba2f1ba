//! Files that verbs write.
//!
//! Invariant: a file is written where it was asked for, and a note is never written over, by whatever name it is called.

use std::path::Path;

use crate::cli::Failure;
use crate::config::Config;
use crate::loader;
use crate::path::NotePath;
use crate::text::MAX_TEXT_BYTES;

/// Refuses to write over a note; one with a text that `may_go` takes is made anew.
///
/// # Errors
/// When a note stands there.
pub fn refuse_notes(target: &NotePath, written: &Path, may_go: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
    let endings = &Config::defaults().files.extensions;
    let is_note = |path: &NotePath| endings.iter().any(|known| known.eq_ignore_ascii_case(path.extension()));
    // Through a symbolic link it is called otherwise.
    let is_note = is_note(target) || loader::real_path(target).is_some_and(|real| is_note(&real));
    match loader::read_text(target, MAX_TEXT_BYTES as u64) {
        _ if !is_note => Ok(()),
        Ok(None) => Ok(()),
        Ok(Some(text)) if may_go(&text) => Ok(()),
        _ => Err(Failure::Usage(format!(
            "{} is a note that studymark has not written; name another file",
            written.display()
        ))),
    }
}

/// Writes a file.
///
/// # Errors
/// When it cannot be written.
#[expect(clippy::disallowed_methods, reason = "the file that was asked for, and never over a note")]
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display())))
}
