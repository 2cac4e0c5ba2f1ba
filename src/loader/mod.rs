//! From disk to vault: walks the roots, heeds ignore rules, reads in parallel. The only reader of the disk.
//!
//! Invariant: nothing outside the roots is read or looked at, whatever links and symbolic links say; the one
//! exception is the settings file, which is looked for upwards. What cannot be read is said in the vault, never
//! dropped in silence.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the disk")]

mod disk;
pub mod left_out;
pub mod picture;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Config, ConfigFile, FILE_NAME, Layer};
use crate::loader::walk::Seen;
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::{Root, Scope, Unreadable, Vault};

/// A root to load.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RootSpec {
    /// The folder.
    pub path: NotePath,
    /// Whether to list all of it, or to read only `notes` and what they link to.
    pub scope: Scope,
    /// The single notes of a root of [`Scope::SingleNotes`].
    pub notes: Vec<NotePath>,
}

/// What [`load`] gives.
pub struct Loaded {
    /// The vault.
    pub vault: Vault,
    /// Every settings file that was read, with what is wrong in it.
    pub configs: Vec<ConfigFile>,
}

/// How far loading is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Notes found so far.
    pub found: usize,
    /// Notes read so far.
    pub read: usize,
}

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// What stands at `path`; `None` when there is nothing, or nothing that may be seen.
pub fn kind_of(path: &NotePath) -> Option<PathKind> {
    let metadata = std::fs::metadata(disk::here(path)?).ok()?;
    Some(if metadata.is_dir() { PathKind::Folder } else { PathKind::File })
}

/// What marks a folder as the top of a collection of notes.
pub const ROOT_MARKERS: &[&str] = &[FILE_NAME, ".git", ".obsidian", ".foam", ".marksman.toml", ".zk"];

/// The folder a path belongs to: the nearest one upwards from `start` (itself included) that holds one of
/// [`ROOT_MARKERS`]. The home folder and what is above it never count: nobody wants all of it read.
pub fn discover_root(start: &Path) -> Option<PathBuf> {
    below_home(start)
        .find(|folder| ROOT_MARKERS.iter().any(|marker| folder.join(marker).exists()))
        .map(Path::to_owned)
}

/// The first of [`ROOT_MARKERS`] that a folder holds.
pub fn marker_of(folder: &NotePath) -> Option<&'static str> {
    let folder = folder.to_disk();
    ROOT_MARKERS.iter().copied().find(|marker| folder.join(marker).exists())
}

fn below_home(start: &Path) -> impl Iterator<Item = &Path> {
    let home = std::env::home_dir();
    start.ancestors().take_while(move |folder| home.as_deref() != Some(folder) && folder.parent().is_some())
}

/// The settings file for a root: in it, or in the nearest folder upwards that has one.
fn config_file(root: &NotePath) -> Option<ConfigFile> {
    let start = disk::here(root)?;
    // The root itself may be the home folder: what was opened counts.
    let path = std::iter::once(start.as_path())
        .chain(below_home(&start).skip(1))
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())?;
    let path = NotePath::from_disk(&path)?;
    match read_text(&path, Config::defaults().files.max_bytes) {
        Ok(text) => Some(ConfigFile::read(path, &text?)),
        Err(why) => Some(unreadable_config(path, &why)),
    }
}

fn unreadable_config(path: NotePath, why: &Unreadable) -> ConfigFile {
    let mut file = ConfigFile::read(path, "");
    let message = match why {
        Unreadable::NotUtf8 { line, .. } => format!("this is not UTF-8 at line {}", line + 1),
        Unreadable::TooLarge { bytes, .. } => format!("{bytes} bytes are too many for settings"),
        Unreadable::Failed(reason) => format!("this cannot be read: {reason}"),
    };
    let range = crate::text::TextRange::default();
    file.problems.push(crate::config::Problem { range, key: "file".to_owned(), message });
    file
}

/// The settings of each root, and every settings file that was read for them.
///
/// `layer` holds the settings of the client or the command line, which win over files.
pub fn configure(roots: &[RootSpec], layer: &Layer) -> (Vec<Root>, Vec<ConfigFile>) {
    let mut files: Vec<ConfigFile> = Vec::new();
    let mut configured = Vec::new();
    for spec in roots {
        let file = config_file(&spec.path);
        let config = match &file {
            Some(file) => Config::of(&[&file.layer, layer]),
            None => Config::of(&[layer]),
        };
        configured.push(Root { path: spec.path.clone(), scope: spec.scope, config: Arc::new(config) });
        files.extend(file.filter(|file| !files.iter().any(|known| known.path == file.path)));
    }
    (configured, files)
}

/// Loads every root. `layer` holds the settings of the client or the command line, which win over files.
/// `progress` is called now and then from several threads; returning `false` stops the load early.
pub fn load(roots: &[RootSpec], layer: &Layer, progress: &(dyn Fn(Progress) -> bool + Sync)) -> Loaded {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    load_with(roots, layer, progress, threads)
}

/// As [`load`], with this many threads.
pub fn load_with(
    roots: &[RootSpec],
    layer: &Layer,
    progress: &(dyn Fn(Progress) -> bool + Sync),
    threads: usize,
) -> Loaded {
    let (configured, configs) = configure(roots, layer);
    let mut vault = Vault::new(configured.clone());
    let (mut notes, mut others) = (Vec::new(), Vec::new());
    let listed = |root: &&Root| root.scope == Scope::Folder && disk::here(&root.path).is_some();
    for root in configured.iter().filter(listed) {
        walk::all(root, threads, progress, |seen| match seen {
            Seen::Note(note) => notes.push(note),
            other => others.push(other),
        });
    }
    vault.insert_all(notes);
    for other in others {
        put(&mut vault, other);
    }
    for (spec, root) in roots.iter().zip(&configured) {
        match spec.scope {
            Scope::Folder => {}
            Scope::SingleNotes => {
                for path in &spec.notes {
                    if let Some(seen) = disk::read_note(path, &root.config) {
                        put(&mut vault, seen);
                    }
                }
                let notes: Vec<Arc<Note>> =
                    spec.notes.iter().filter_map(|path| vault.note(path).cloned()).collect();
                for note in &notes {
                    look_up(&mut vault, note);
                }
            }
        }
    }
    Loaded { vault, configs }
}

/// Puts what was seen into the vault; returns whether a note came, changed or went.
fn put(vault: &mut Vault, seen: Seen) -> bool {
    match seen {
        Seen::Note(note) => {
            vault.insert_new(note);
            true
        }
        Seen::File(path) => {
            vault.insert_file(&path);
            false
        }
        Seen::Unreadable(path, why) => {
            vault.insert_unreadable(path, why);
            true
        }
    }
}

/// The text of a file; `Ok(None)` when there is none at this path. At most `limit` bytes are read.
///
/// # Errors
/// When the file is too large, is not UTF-8, or the system refuses.
pub fn read_text(path: &NotePath, limit: u64) -> Result<Option<Box<str>>, Unreadable> {
    disk::here(path).map_or(Ok(None), |path| disk::read_text(&path, limit))
}

/// Whether what is made at `path`, which by its name lies in one of the roots of the vault, would come to lie outside of
/// it, or nobody knows where: behind a symbolic link.
pub fn would_leave(vault: &Vault, path: &NotePath) -> bool {
    vault.root_of(path).is_some_and(|root| disk::would_leave(path, &root.path))
}

/// The path of a file with symbolic links followed; `None` when there is no such file.
pub fn real_path(path: &NotePath) -> Option<NotePath> {
    NotePath::from_disk(&std::fs::canonicalize(disk::here(path)?).ok()?)
}

/// Those of `paths`, of files that a root held at another time, that would be in its vault; each with whether it is a
/// note.
pub fn listed(root: &Root, paths: Vec<NotePath>) -> Vec<(NotePath, bool)> {
    let listed = walk::listed(root, paths).into_iter();
    listed.map(|path| (disk::is_note(&path, &root.config), path)).map(|(note, path)| (path, note)).collect()
}

/// Brings the vault up to date with the disk at these paths: files that came, changed or went. Paths for which
/// `is_open` holds keep their text (an editor's buffer wins over the disk). Returns the paths whose notes changed.
pub fn refresh(vault: &mut Vault, paths: &[NotePath], is_open: &dyn Fn(&NotePath) -> bool) -> Vec<NotePath> {
    let mut changed = BTreeSet::new();
    let mut to_walk: Vec<(Root, Vec<NotePath>)> = Vec::new();
    for path in paths {
        let Some(root) = vault.root_of(path).cloned() else { continue };
        // A symbolic link may have come in place of what was there: what lies outside is as good as gone.
        let kind = kind_of(path).filter(|_| disk::stays_inside(path, &root.path));
        // A folder that is there may have come in place of a file, or of another folder.
        let is_gone = |known: &NotePath| kind.is_none() || kind_of(known) != Some(PathKind::File);
        let gone: Vec<NotePath> =
            vault.known_under(path).filter(|known| !is_open(known) && is_gone(known)).collect();
        for known in gone {
            vault.remove_file(&known);
            if vault.remove(&known) {
                changed.insert(known);
            }
        }
        match kind {
            None => vault.remove_folder(path),
            Some(PathKind::File) if is_open(path) => {}
            // A note that a link named before it was told of is known as a file: the walk says whether it is ignored.
            Some(PathKind::File)
                if vault.has_file(path)
                    && (!disk::is_note(path, &root.config)
                        || vault.note(path).is_some()
                        || vault.is_unreadable(path)) =>
            {
                if reread(vault, path, &root.config) {
                    changed.insert(path.clone());
                }
            }
            // What is new may be ignored: the walk knows the rules.
            Some(_) => match to_walk.iter_mut().find(|(known, _)| known.path == root.path) {
                Some((_, paths)) => paths.push(path.clone()),
                None => to_walk.push((root, vec![path.clone()])),
            },
        }
    }
    for (root, paths) in to_walk {
        if root.scope == Scope::SingleNotes {
            for path in paths.iter().filter(|path| kind_of(path) == Some(PathKind::File)) {
                vault.insert_file(path);
            }
            continue;
        }
        for seen in walk::only(&root, &paths) {
            let path = seen.path().clone();
            if is_open(&path) {
                continue;
            }
            if matches!(seen, Seen::Note(_)) {
                vault.remove_file(&path);
            }
            if put(vault, seen) {
                changed.insert(path);
            }
        }
    }
    changed.into_iter().collect()
}

/// Reads a known file again; returns whether its note changed.
fn reread(vault: &mut Vault, path: &NotePath, config: &Config) -> bool {
    if vault.note(path).is_none() && !vault.is_unreadable(path) {
        return false;
    }
    match disk::read_note(path, config) {
        Some(Seen::Note(note)) if vault.note(path).is_some_and(|known| known.text == note.note().text) => {
            false
        }
        Some(seen) => put(vault, seen),
        None => vault.remove(path),
    }
}

/// Reads a note that was asked for by name, ignored or not; returns whether it is one.
pub fn read_named(vault: &mut Vault, path: &NotePath) -> bool {
    let config = vault.config_of(path).clone();
    if !disk::is_note(path, &config) {
        return false;
    }
    disk::read_note(path, &config).map(|seen| put(vault, seen)).is_some()
}

/// Looks up on disk what the links of `note` name and the vault does not know (ignored files, files beside a single
/// note), and puts what exists into the vault. Never looks outside the roots. Returns whether anything was found.
pub fn look_up(vault: &mut Vault, note: &Arc<Note>) -> bool {
    let unknown = vault.unknown_paths(note);
    !look_up_paths(vault, &unknown).is_empty()
}

/// The same for paths that the vault does not know; returns those at which something was found.
pub fn look_up_paths(vault: &mut Vault, unknown: &[NotePath]) -> Vec<NotePath> {
    let mut found = Vec::new();
    for path in unknown {
        let Some(root) = vault.root_of(path).cloned() else { continue };
        let known = vault.has_file(path) || vault.has_folder(path);
        if known || !disk::stays_inside(path, &root.path) {
            continue;
        }
        match kind_of(path) {
            None => continue,
            Some(PathKind::Folder) => vault.insert_folder(path),
            Some(PathKind::File) => {
                let note = root.scope == Scope::SingleNotes && disk::is_note(path, &root.config);
                match note.then(|| disk::read_note(path, &root.config)).flatten() {
                    Some(seen) => {
                        put(vault, seen);
                    }
                    None => {
                        vault.insert_file(path);
                    }
                }
            }
        }
        found.push(path.clone());
    }
    found
}

#[cfg(test)]
mod tests;
