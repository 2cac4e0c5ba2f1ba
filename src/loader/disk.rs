//! Single files: is it a note, may it be read, what is its text.
//!
//! Invariant: a file's size is asked before it is opened, so that a huge file costs nothing.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::loader::walk::Seen;
use crate::note::Note;
use crate::path::NotePath;
use crate::text::MAX_TEXT_BYTES;
use crate::vault::{Contribution, Unreadable};

/// Whether a file is a note by its ending.
pub fn is_note(path: &NotePath, config: &Config) -> bool {
    let ending = path.extension();
    config.files.extensions.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// Reads the note at `path`; `None` when it vanished meanwhile.
pub fn read_note(path: &NotePath, config: &Config) -> Option<Seen> {
    match read_text(&path.to_disk(), config.files.max_bytes) {
        Ok(text) => Some(Seen::Note(Contribution::of(Arc::new(Note::read(path.clone(), text?))))),
        Err(why) => Some(Seen::Unreadable(path.clone(), why)),
    }
}

/// See [`crate::loader::read_text`].
pub fn read_text(path: &Path, limit: u64) -> Result<Option<String>, Unreadable> {
    let limit = limit.min(MAX_TEXT_BYTES as u64);
    let failed = |error: &std::io::Error| Unreadable::Failed(error.to_string().into());
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if !metadata.is_file() {
        return Err(Unreadable::Failed("not a regular file".into()));
    }
    if metadata.len() > limit {
        return Err(Unreadable::TooLarge { bytes: metadata.len(), limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // It may grow while it is read: the limit holds all the same.
    let read = std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > limit => {
            return Err(Unreadable::TooLarge { bytes: length as u64, limit });
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..offset]).count();
        Unreadable::NotUtf8 { line: u32::try_from(line).unwrap_or(u32::MAX), offset: offset as u64 }
    })
}

/// Whether the real path behind `path`, symbolic links followed, lies in `folder`. What does not exist does not.
pub fn stays_inside(path: &NotePath, folder: &NotePath) -> bool {
    let real = |path: &NotePath| std::fs::canonicalize(path.to_disk()).ok();
    match (real(path), real(folder)) {
        (Some(path), Some(folder)) => path.starts_with(folder),
        _ => false,
    }
}
