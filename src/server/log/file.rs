//! The file of a log: added to, and bounded.
//!
//! Invariant: at most two files of [`LIMIT`] bytes and a line: the log, and the one before it beside it, under its name
//! with `.1` behind. No file that is no log is written to or replaced.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::config::Config;
use crate::path::NotePath;
use crate::server::log::HEAD;

/// As large as a log gets, in bytes, before another is begun.
pub const LIMIT: u64 = 10_000_000;

/// A file that is logged to.
pub struct LogFile {
    /// The file itself, symbolic links followed; `None` for a device or a pipe, which holds nothing.
    path: Option<PathBuf>,
    /// What it is called, as it was named and with symbolic links followed, and the one before it.
    names: Vec<NotePath>,
    limit: u64,
    open: Mutex<Open>,
}

/// What is written to now.
struct Open {
    file: File,
    /// How many bytes it has, as far as this process knows.
    length: u64,
}

impl LogFile {
    /// Opens a log to add to it.
    ///
    /// # Errors
    /// When it is a note or no log, or the one before it is none, or it cannot be opened: which file, and why.
    pub fn open(path: &Path, limit: u64) -> Result<Self, String> {
        let shown = path.display();
        let cannot = |error: std::io::Error| format!("cannot open the log {shown}: {error}");
        let absolute = std::path::absolute(path).map_err(cannot)?;
        let name = NotePath::from_disk(&absolute)
            .ok_or_else(|| format!("cannot open the log {shown}: the name is not Unicode"))?;
        let endings = &Config::defaults().files.extensions;
        let is_note =
            |path: &NotePath| endings.iter().any(|ending| ending.eq_ignore_ascii_case(path.extension()));
        // A symbolic link may be named otherwise than what it leads to.
        let linked = real(&absolute).ok().and_then(|real| NotePath::from_disk(&real));
        if is_note(&name) || linked.is_some_and(|linked| is_note(&linked)) {
            return Err(format!("{shown} is named like a note; name another file for the log"));
        }
        let file = opened(&absolute).map_err(cannot)?;
        let length = file.metadata().map_err(cannot)?.len();
        let mut log = Self { path: None, names: vec![name], limit, open: Mutex::new(Open { file, length }) };
        let open = log.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Reading from a device or a pipe could wait for ever.
        if !open.file.metadata().map_err(cannot)?.is_file() {
            return Ok(log);
        }
        if !is_log(&open.file).map_err(cannot)? {
            return Err(format!("{shown} is there and is no log of studymark; name another file"));
        }
        let path = real(&absolute).map_err(cannot)?;
        let last = before(&path);
        if !may_be_replaced(&last) {
            let last = last.display();
            return Err(format!("{last} is there and is no log of studymark; name another file for the log"));
        }
        log.names.extend(
            [&path, &before(&absolute), &last].into_iter().filter_map(|path| NotePath::from_disk(path)),
        );
        log.path = Some(path);
        Ok(log)
    }

    /// Whether a path is that of the log, or of the one before it.
    pub fn is_called(&self, path: &NotePath) -> bool {
        self.names.contains(path)
    }

    /// Adds a line. What cannot be written is lost.
    pub fn add(&self, line: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let length = line.len() as u64;
        if let Some(path) = &self.path
            && open.length + length > self.limit
        {
            self.begin_anew(path, &mut open);
        }
        if open.file.write_all(line.as_bytes()).is_ok() {
            open.length += length;
        }
    }

    /// Makes the log the one before, and begins another. Where that cannot be, it is emptied.
    fn begin_anew(&self, path: &Path, open: &mut Open) {
        // Another server that logs here may have done so already.
        let is_full = length_of(path).is_some_and(|length| length >= self.limit / 2);
        if is_full {
            let last = before(path);
            if !may_be_replaced(&last) || std::fs::rename(path, last).is_err() {
                let _ = open.file.set_len(0);
            }
        }
        if let Ok(file) = opened(path) {
            let length = file.metadata().map_or(0, |metadata| metadata.len());
            *open = Open { file, length };
        }
    }
}

fn opened(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).read(true).append(true).open(path)
}

/// Whether a file begins as logs do, or has nothing in it.
fn is_log(file: &File) -> std::io::Result<bool> {
    let mut head = Vec::new();
    file.take(HEAD.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == HEAD.as_bytes())
}

/// Where the log before this one is kept.
fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}

/// Whether nothing stands there, or a log.
#[expect(
    clippy::disallowed_methods,
    reason = "the log is no note, and its name is not looked for in a vault"
)]
fn may_be_replaced(path: &Path) -> bool {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => {
            metadata.is_file() && File::open(path).and_then(|file| is_log(&file)).unwrap_or(false)
        }
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the log is no note, and its name is not looked for in a vault"
)]
fn real(path: &Path) -> std::io::Result<PathBuf> {
    std::fs::canonicalize(path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the log is no note, and its name is not looked for in a vault"
)]
fn length_of(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|metadata| metadata.len())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the folders of a test are its own")]
mod tests {
    use std::fs;

    use super::LogFile;

    fn read(path: &std::path::Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn it_is_bounded_with_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, last) = (folder.path().join("s.log"), folder.path().join("s.log.1"));
        let log = LogFile::open(&path, 100).unwrap();
        for number in 0..1_000 {
            log.add(&format!("studymark {number:09}\n"));
            let lengths = [&path, &last].map(|path| fs::metadata(path).map_or(0, |file| file.len()));
            assert!(lengths.iter().all(|&length| length <= 100), "{lengths:?}");
        }
        assert_eq!(read(&path).lines().last(), Some("studymark 000000999"));
        // Together they are one piece of the log.
        let kept = read(&last) + &read(&path);
        let first = 1_000 - kept.lines().count();
        let expected: String = (first..1_000).map(|number| format!("studymark {number:09}\n")).collect();
        assert_eq!(kept, expected);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_was_there_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.log");
        fs::write(&path, "studymark ".repeat(9)).unwrap();
        let log = LogFile::open(&path, 100).unwrap();
        log.add("studymark new, and longer than ten bytes\n");
        assert_eq!(read(&path), "studymark new, and longer than ten bytes\n");
        assert_eq!(read(&folder.path().join("s.log.1")), "studymark ".repeat(9));
    }

    #[test]
    fn two_servers_that_log_to_one_file_lose_one_log_and_not_two() {
        let folder = tempfile::tempdir().unwrap();
        let (path, last) = (folder.path().join("s.log"), folder.path().join("s.log.1"));
        let [one, other] = [(); 2].map(|()| LogFile::open(&path, 100).unwrap());
        one.add(&format!("studymark {}\n", "1".repeat(80)));
        other.add(&format!("studymark {}\n", "2".repeat(80)));
        // The first finds that it is full and begins another; the second goes on there.
        one.add("studymark 3, after the other has written\n");
        other.add("studymark 4\n");
        assert_eq!(read(&path), "studymark 3, after the other has written\nstudymark 4\n");
        assert!(read(&last).contains("11111") && read(&last).contains("22222"), "{}", read(&last));
    }

    #[test]
    fn no_other_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, last) = (folder.path().join("s.log"), folder.path().join("s.log.1"));
        fs::write(&last, "my own\n").unwrap();
        let refused = LogFile::open(&path, 100).err().unwrap();
        assert!(refused.contains("s.log.1 is there and is no log"), "{refused}");
        fs::remove_file(&last).unwrap();
        let log = LogFile::open(&path, 100).unwrap();
        // It comes while the server runs.
        fs::write(&last, "my own\n").unwrap();
        for number in 0..50 {
            log.add(&format!("studymark {number:09}\n"));
            assert!(fs::metadata(&path).unwrap().len() <= 100);
        }
        assert_eq!(read(&last), "my own\n");
        assert_eq!(read(&path).lines().last(), Some("studymark 000000049"));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_has_no_end() {
        let log = LogFile::open(std::path::Path::new("/dev/null"), 10).unwrap();
        (0..10).for_each(|_| log.add("studymark more than ten bytes\n"));
    }
}
