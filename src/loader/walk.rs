//! Folders: every file that ignore rules leave in, with notes read on the spot by the thread that found them.
//!
//! Invariant: symbolic links to folders are not followed (so there are no loops, and no note stands twice); one to a
//! file counts when the file lies in the root.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::loader::{Progress, disk};
use crate::path::NotePath;
use crate::vault::{Contribution, Root, Unreadable};

/// What was found at a path.
pub enum Seen {
    /// A note.
    Note(Contribution),
    /// Another file.
    File(NotePath),
    /// A note that cannot be read.
    Unreadable(NotePath, Unreadable),
}

impl Seen {
    /// Where it stands.
    pub fn path(&self) -> &NotePath {
        match self {
            Self::Note(note) => &note.note().path,
            Self::File(path) | Self::Unreadable(path, _) => path,
        }
    }
}

/// How many notes are read between two calls of the progress function.
const STRIDE: usize = 64;

/// How many things a thread hands over at a time.
const BATCH: usize = 64;

/// Everything in a root, handed to `take` on the calling thread while others go on reading. `progress` returning
/// `false` ends the walk early.
pub fn all(
    root: &Root,
    threads: usize,
    progress: &(dyn Fn(Progress) -> bool + Sync),
    mut take: impl FnMut(Seen),
) {
    let (sender, receiver) = mpsc::sync_channel::<Vec<Seen>>(2 * threads.max(1));
    std::thread::scope(|scope| {
        scope.spawn(move || read_all(root, threads, progress, &sender));
        for batch in receiver {
            batch.into_iter().for_each(&mut take);
        }
    });
}

fn read_all(
    root: &Root,
    threads: usize,
    progress: &(dyn Fn(Progress) -> bool + Sync),
    sender: &mpsc::SyncSender<Vec<Seen>>,
) {
    let (found, read, stopped) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    builder(root).threads(threads.max(1)).build_parallel().run(|| {
        let mut share = Share { seen: Vec::new(), sender: sender.clone() };
        let (found, read, stopped) = (&found, &read, &stopped);
        Box::new(move |entry| {
            if stopped.load(Ordering::Relaxed) {
                return WalkState::Quit;
            }
            share.hand_over_when_full();
            let is_regular =
                matches!(&entry, Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()));
            let Some(path) = file(root, entry, &mut share.seen) else { return WalkState::Continue };
            if !disk::is_note(&path, &root.config) {
                share.seen.push(Seen::File(path));
                return WalkState::Continue;
            }
            let found = found.fetch_add(1, Ordering::Relaxed) + 1;
            let read_note = if is_regular { disk::read_listed } else { disk::read_note };
            share.seen.extend(read_note(&path, &root.config));
            let read = read.fetch_add(1, Ordering::Relaxed) + 1;
            if read % STRIDE == 0 && !progress(Progress { found, read }) {
                stopped.store(true, Ordering::Relaxed);
            }
            WalkState::Continue
        })
    });
}

/// What one thread saw and has not handed over.
struct Share {
    seen: Vec<Seen>,
    sender: mpsc::SyncSender<Vec<Seen>>,
}

impl Share {
    fn hand_over_when_full(&mut self) {
        if self.seen.len() >= BATCH {
            let full = std::mem::replace(&mut self.seen, Vec::with_capacity(BATCH));
            // Nobody takes any more only when the walk was given up.
            let _ = self.sender.send(full);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = self.sender.send(std::mem::take(&mut self.seen));
    }
}

/// What stands at `paths` and under them, in one walk that goes only where they lead.
pub fn only(root: &Root, paths: &[NotePath]) -> Vec<Seen> {
    let wanted: HashSet<PathBuf> = paths.iter().map(NotePath::to_disk).collect();
    let ways: HashSet<PathBuf> =
        wanted.iter().flat_map(|path| path.ancestors().map(Path::to_owned)).collect();
    let mut builder = builder(root);
    let under = move |path: &Path| path.ancestors().any(|above| wanted.contains(above));
    builder.filter_entry({
        let under = under.clone();
        move |entry| ways.contains(entry.path()) || under(entry.path())
    });
    let mut seen = Vec::new();
    for entry in builder.build() {
        if let Some(path) = file(root, entry, &mut seen)
            && under(&path.to_disk())
        {
            if disk::is_note(&path, &root.config) {
                seen.extend(disk::read_note(&path, &root.config));
            } else {
                seen.push(Seen::File(path));
            }
        }
    }
    seen
}

fn builder(root: &Root) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root.path.to_disk());
    // The same notes for everybody: a person's global rules and folders above the root have no say.
    builder.parents(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    builder.overrides(excluded(root));
    builder
}

/// The globs of `files.exclude`; one that is no glob excludes nothing.
pub fn excluded(root: &Root) -> Override {
    let mut builder = OverrideBuilder::new(root.path.to_disk());
    for glob in &root.config.files.exclude {
        // In overrides `!` excludes.
        let _ = builder.add(&format!("!{glob}"));
    }
    builder.build().unwrap_or_else(|_| Override::empty())
}

/// Those of `paths` (of files in the root) that a walk would give, as far as names tell: nothing hidden, nothing that
/// `files.exclude` leaves out.
pub fn listed(root: &Root, paths: Vec<NotePath>) -> Vec<NotePath> {
    let excluded = excluded(root);
    let is_listed = |path: &NotePath| {
        let Some(rest) = path.relative_to(&root.path) else { return false };
        !is_hidden(rest) && !is_excluded(&excluded, &path.to_disk(), root)
    };
    paths.into_iter().filter(is_listed).collect()
}

/// Whether a file is hidden, or a folder that it stands in, by its path in the root.
pub fn is_hidden(rest: &str) -> bool {
    rest.split('/').any(|part| part.starts_with('.'))
}

/// Whether `files.exclude` leaves out a file of the root, or a folder that it stands in.
pub fn is_excluded(excluded: &Override, file: &Path, root: &Root) -> bool {
    let root = root.path.to_disk();
    let mut above = file.ancestors().skip(1).take_while(|folder| root != **folder);
    excluded.matched(file, false).is_ignore()
        || above.any(|folder| excluded.matched(folder, true).is_ignore())
}

/// The path of an entry that is a file of the root. What cannot be looked at is put into `seen`.
fn file(root: &Root, entry: Result<DirEntry, ignore::Error>, seen: &mut Vec<Seen>) -> Option<NotePath> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            seen.extend(failed(root, &error));
            return None;
        }
    };
    let kind = entry.file_type()?;
    if kind.is_dir() {
        return None;
    }
    let Some(path) = NotePath::from_disk(entry.path()) else {
        // Said under the name as far as it can be shown; only notes are missed.
        let shown = NotePath::new(&entry.path().to_string_lossy());
        if disk::is_note(&shown, &root.config) {
            seen.push(Seen::Unreadable(
                shown,
                Unreadable::Failed("the file's name is not UTF-8; rename it".into()),
            ));
        }
        return None;
    };
    let usable = !kind.is_symlink() || (disk::stays_inside(&path, &root.path) && path.to_disk().is_file());
    usable.then_some(path)
}

/// A folder or file that the walk could not open.
fn failed(root: &Root, error: &ignore::Error) -> Option<Seen> {
    let (path, reason) = match error {
        ignore::Error::WithPath { path, err } => (path.clone(), err.to_string()),
        ignore::Error::WithDepth { err, .. } => return failed(root, err),
        ignore::Error::Partial(errors) => return errors.first().and_then(|error| failed(root, error)),
        _ => return None,
    };
    let path = NotePath::from_disk(&path).filter(|path| path.is_in(&root.path))?;
    Some(Seen::Unreadable(path, Unreadable::Failed(reason.into())))
}
