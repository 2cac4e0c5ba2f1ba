//! Single files: is it a note, may it be read, what is its text.
//!
//! Invariant: a file's size is asked before it is opened, so that a huge file costs nothing, and what came in its place
//! since then is not waited for.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
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

/// The path for the system's own calls; `None` for one of another system (`C:/a.md` outside of Windows) and for a
/// document that is no file here (`file://host/a.md`): it would be looked for in the folder that the program was started in.
pub fn here(path: &NotePath) -> Option<PathBuf> {
    Some(path.to_disk()).filter(|path| path.is_absolute())
}

/// Reads the note at `path`; `None` when it vanished meanwhile.
pub fn read_note(path: &NotePath, config: &Config) -> Option<Seen> {
    match read_text(&here(path)?, config.files.max_bytes) {
        Ok(text) => Some(Seen::Note(Contribution::of(Arc::new(Note::read(path.clone(), text?))))),
        Err(why) => Some(Seen::Unreadable(path.clone(), why)),
    }
}

/// See [`crate::loader::read_text`].
pub fn read_text(path: &Path, limit: u64) -> Result<Option<String>, Unreadable> {
    let limit = limit.min(MAX_TEXT_BYTES as u64);
    let failed = |error: &std::io::Error| Unreadable::Failed(error.to_string().into());
    let irregular = || Unreadable::Failed("not a regular file".into());
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if !metadata.is_file() {
        return Err(irregular());
    }
    if metadata.len() > limit {
        return Err(Unreadable::TooLarge { bytes: metadata.len(), limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // It may grow while it is read: the limit holds all the same.
    let read = open(path).and_then(|file| match file {
        Some(file) => file.take(limit + 1).read_to_end(&mut bytes).map(Some),
        None => Ok(None),
    });
    match read {
        Ok(None) => return Err(irregular()),
        Ok(Some(length)) if length as u64 > limit => {
            return Err(Unreadable::TooLarge { bytes: length as u64, limit });
        }
        Ok(Some(_)) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..offset]).count();
        Unreadable::NotUtf8 { line: u32::try_from(line).unwrap_or(u32::MAX), offset: offset as u64 }
    })
}

/// Opens a file to read it; `None` when it is no regular one. A pipe would be waited for until somebody writes into it.
pub fn open(path: &Path) -> std::io::Result<Option<File>> {
    let opened = match without_waiting().open(path) {
        // Another program holds a lease of the file, as file servers do. Only regular files have leases, and it is given
        // back soon.
        Err(error) if error.kind() == ErrorKind::WouldBlock => File::open(path),
        opened => opened,
    };
    let file = opened?;
    Ok(file.metadata()?.is_file().then_some(file))
}

#[cfg(unix)]
fn without_waiting() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    options
}

#[cfg(not(unix))]
fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

/// Whether the real path behind `path`, symbolic links followed, lies in `folder`. What does not exist does not.
pub fn stays_inside(path: &NotePath, folder: &NotePath) -> bool {
    let real = |path: &NotePath| std::fs::canonicalize(here(path)?).ok();
    match (real(path), real(folder)) {
        (Some(path), Some(folder)) => path.starts_with(folder),
        _ => false,
    }
}

/// Whether a file that is made at `path`, in `folder` by its name, would come to lie elsewhere: where a symbolic link
/// stands, or behind one that leads out.
pub fn would_leave(path: &NotePath, folder: &NotePath) -> bool {
    let (Some(path), Some(folder)) = (here(path), here(folder)) else { return true };
    let Ok(real_folder) = std::fs::canonicalize(&folder) else {
        // A folder that is not there yet has no links in it.
        return std::fs::symlink_metadata(&folder).is_ok();
    };
    if std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_symlink()) {
        return true;
    }
    // The nearest folder that is there. What a link leads to may be missing.
    let mut above = path.ancestors().skip(1);
    let nearest = above.find(|above| std::fs::symlink_metadata(above).is_ok());
    let real = nearest.and_then(|nearest| std::fs::canonicalize(nearest).ok());
    !real.is_some_and(|real| real.starts_with(real_folder))
}
