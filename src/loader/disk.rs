//! Single files: is it a note, may it be read, what is its text.
//!
//! Invariant: a file's size is asked before it is read, so that a huge file costs nothing, and what is no regular file is not
//! opened unless it came in the place of one, and then not waited for.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Config;
use crate::loader::walk::Seen;
use crate::note::Note;
use crate::path::NotePath;
use crate::text::{MAX_TEXT_BYTES, narrow};
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
    let text = read_text(&here(path)?, config.files.max_bytes);
    seen(path, text)
}

/// The same of a path that the listing of its folder gave for a regular file: that is not asked again.
pub fn read_listed(path: &NotePath, config: &Config) -> Option<Seen> {
    let text = read_regular(&here(path)?, config.files.max_bytes.min(MAX_TEXT_BYTES as u64));
    seen(path, text)
}

fn seen(path: &NotePath, text: Result<Option<Box<str>>, Unreadable>) -> Option<Seen> {
    match text {
        Ok(text) => Some(Seen::Note(Contribution::of(Arc::new(Note::read(path.clone(), text?))))),
        Err(why) => Some(Seen::Unreadable(path.clone(), why)),
    }
}

/// See [`crate::loader::read_text`].
pub fn read_text(path: &Path, limit: u64) -> Result<Option<Box<str>>, Unreadable> {
    let limit = limit.min(MAX_TEXT_BYTES as u64);
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
    read_regular(path, limit)
}

/// The text of what was a regular file a moment ago.
fn read_regular(path: &Path, limit: u64) -> Result<Option<Box<str>>, Unreadable> {
    let read = open_with_size(path).and_then(|file| match file {
        Some((file, size)) if size <= limit => read_bytes(file, size, limit).map(|bytes| Some(Ok(bytes))),
        Some((_, size)) => Ok(Some(Err(size))),
        None => Ok(None),
    });
    let bytes = match read {
        Ok(Some(Ok(bytes))) => bytes,
        Ok(Some(Err(bytes))) => return Err(Unreadable::TooLarge { bytes, limit }),
        Ok(None) => return Err(irregular()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if bytes.len() as u64 > limit {
        return Err(Unreadable::TooLarge { bytes: bytes.len() as u64, limit });
    }
    // Looking at Chinese text byte by byte would take longer than to copy it afterwards.
    simdutf8::compat::from_utf8(&bytes).map(|text| Some(text.into())).map_err(|error| {
        let offset = error.valid_up_to();
        let line = memchr::memchr_iter(b'\n', &bytes[..offset]).count();
        Unreadable::NotUtf8 { line: narrow(line), offset: offset as u64 }
    })
}

/// All bytes of a file of this size, or one more than `limit` when it grew so much meanwhile.
fn read_bytes(mut file: File, size: u64, limit: u64) -> std::io::Result<Vec<u8>> {
    let size = usize::try_from(size).unwrap_or_default();
    // A byte more than there is: when it does not come, the end is known and need not be asked for.
    let mut bytes = vec![0; size + 1];
    let mut read = 0;
    while read < size {
        match file.read(&mut bytes[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    // It grew, or it is of those files that have a text and no size.
    if read > size || size == 0 {
        file.take((limit + 1).saturating_sub(read as u64)).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn failed(error: &std::io::Error) -> Unreadable {
    Unreadable::Failed(error.to_string().into())
}

fn irregular() -> Unreadable {
    Unreadable::Failed("not a regular file".into())
}

/// Opens a file to read it; `None` when it is no regular one. A pipe would be waited for until somebody writes into it.
pub fn open(path: &Path) -> std::io::Result<Option<File>> {
    Ok(open_with_size(path)?.map(|(file, _)| file))
}

/// The same, with the size of the file in bytes.
fn open_with_size(path: &Path) -> std::io::Result<Option<(File, u64)>> {
    let opened = match without_waiting().open(path) {
        // Another program holds a lease of the file, as file servers do. Only regular files have leases, and it is given
        // back soon.
        Err(error) if error.kind() == ErrorKind::WouldBlock => File::open(path),
        opened => opened,
    };
    let file = opened?;
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
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
