//! From disk to vault: walks the roots, heeds ignore rules, reads in parallel. The only reader of the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{ConfigFile, Layer};
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::{Scope, Unreadable, Vault};

/// A root to load.
#[derive(Clone, Debug)]
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

/// The folder a path belongs to: the nearest one upwards from `start` (itself included) that holds `studymark.toml`,
/// `.git` or another tool's mark of a root.
pub fn discover_root(start: &Path) -> Option<PathBuf> {
    let _ = start;
    None
}

/// Loads every root. `layer` holds the settings of the client or the command line, which win over files.
/// `progress` is called now and then from several threads; returning `false` stops the load early.
pub fn load(roots: &[RootSpec], layer: &Layer, progress: &(dyn Fn(Progress) -> bool + Sync)) -> Loaded {
    let _ = (roots, layer, progress);
    Loaded { vault: Vault::default(), configs: Vec::new() }
}

/// The text of a file; `Ok(None)` when there is none at this path. At most `limit` bytes are read.
///
/// # Errors
/// When the file is too large, is not UTF-8, or the system refuses.
pub fn read_text(path: &NotePath, limit: u64) -> Result<Option<String>, Unreadable> {
    let _ = (path, limit);
    Ok(None)
}

/// Brings the vault up to date with the disk at these paths: files that came, changed or went. Paths for which
/// `is_open` holds keep their text (an editor's buffer wins over the disk). Returns the paths whose notes changed.
pub fn refresh(vault: &mut Vault, paths: &[NotePath], is_open: &dyn Fn(&NotePath) -> bool) -> Vec<NotePath> {
    let _ = (vault, paths, is_open);
    Vec::new()
}

/// Looks up on disk what the links of `note` name and the vault does not know (ignored files, files beside a single
/// note), and puts what exists into the vault. Never looks outside the roots.
pub fn look_up(vault: &mut Vault, note: &Arc<Note>) {
    let _ = (vault, note);
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
    let metadata = std::fs::metadata(path.to_disk()).ok()?;
    Some(if metadata.is_dir() { PathKind::Folder } else { PathKind::File })
}
