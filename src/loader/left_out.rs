//! Notes that stand in a root and are not read, and why.
//!
//! Invariant: what is counted here is never opened; folders of git itself are passed over.

use ignore::WalkBuilder;

use crate::loader::{disk, walk};
use crate::path::NotePath;
use crate::vault::{Root, Vault};

/// How many notes are left out, by the reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    /// In hidden folders, or hidden themselves.
    pub hidden: usize,
    /// By `files.exclude`.
    pub excluded: usize,
    /// By `.gitignore` and `.ignore`.
    pub ignored: usize,
    /// Symbolic links that lead out of the root.
    pub outside: usize,
    /// Symbolic links to folders, whatever is in those.
    pub linked_folders: usize,
}

impl std::ops::AddAssign for LeftOut {
    fn add_assign(&mut self, other: Self) {
        self.hidden += other.hidden;
        self.excluded += other.excluded;
        self.ignored += other.ignored;
        self.outside += other.outside;
        self.linked_folders += other.linked_folders;
    }
}

/// What a root leaves out of a vault that was read from it.
pub fn left_out(vault: &Vault, root: &Root) -> LeftOut {
    let excluded = walk::excluded(root);
    let mut left_out = LeftOut::default();
    let mut everything = WalkBuilder::new(root.path.to_disk());
    everything.standard_filters(false).follow_links(false).filter_entry(|entry| entry.file_name() != ".git");
    for entry in everything.build().flatten() {
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else { continue };
        let Some(path) = NotePath::from_disk(entry.path()) else { continue };
        let Some(rest) = path.relative_to(&root.path) else { continue };
        let hidden = walk::is_hidden(rest);
        if kind.is_symlink() && entry.path().is_dir() {
            left_out.linked_folders += usize::from(!hidden);
            continue;
        }
        if !disk::is_note(&path, &root.config) || vault.has_file(&path) {
            continue;
        }
        if hidden {
            left_out.hidden += 1;
        } else if walk::is_excluded(&excluded, entry.path(), root) {
            left_out.excluded += 1;
        } else if kind.is_symlink() && !disk::stays_inside(&path, &root.path) {
            left_out.outside += 1;
        } else {
            left_out.ignored += 1;
        }
    }
    left_out
}
