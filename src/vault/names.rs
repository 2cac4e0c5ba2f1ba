//! The index of names: which notes and files a name may mean.
//!
//! Invariant: holds for each folded name exactly the notes that contribute it and the files that bear it; a look-up
//! may give more (two names with one hash), so who asks compares. Places are not kept here: they live in notes, so
//! that typing prose leaves the index alone.

use std::collections::HashSet;

use crate::note::lineage::Replaced;
use crate::note::lookup::name_hash;
use crate::note::{Heading, Note, numbering};
use crate::path::NotePath;
use crate::vault::era::Offered;
use crate::vault::shards::Shards;

/// Names to notes and files.
#[derive(Clone, Default)]
pub struct Names {
    notes: Shards,
    files: Shards,
}

impl Names {
    /// Adds the names of a note, which [`keys`] gave.
    pub fn add(&mut self, note: &Note, keys: &[u64]) {
        for key in keys {
            self.notes.insert(*key, &note.path);
        }
        self.add_file(&note.path);
    }

    /// The index of these notes, which is still without files.
    pub fn of<'a>(notes: impl Iterator<Item = (&'a NotePath, &'a [u64])> + Clone) -> Self {
        let file_names: Vec<(&NotePath, u64)> =
            notes.clone().map(|(path, _)| (path, key_of(path.file_name()))).collect();
        let files = file_names.iter().map(|(path, key)| (*path, std::slice::from_ref(key)));
        Self { notes: Shards::of(notes), files: Shards::of(files) }
    }

    /// Takes the names of a note out.
    pub fn take(&mut self, note: &Note) {
        for key in keys(note) {
            self.notes.remove(key, &note.path);
        }
        self.take_file(&note.path);
    }

    /// Puts the names of `new` in place of those of `old`, a note of the same path; `offered` tells how they differ.
    pub fn replace(&mut self, old: &Note, new: &Note, offered: &Offered<'_>) {
        match offered.since {
            Some(_) => self.replace_headings(old, new, &offered.headings),
            None => self.notes.replace(&keys(old), &keys(new), &new.path),
        }
    }

    /// The same when the title and the aliases are what they were.
    fn replace_headings(&mut self, old: &Note, new: &Note, replaced: &Replaced) {
        let (before, after) = (replaced.gone(), replaced.come());
        let of = |headings: &[Heading]| headings.iter().map(|heading| key_of(heading.title())).collect();
        let (gone, come): (HashSet<u64>, HashSet<u64>) =
            (of(&old.headings[before]), of(&new.headings[after.clone()]));
        let mut gone: Vec<u64> = gone.difference(&come).copied().collect();
        for name in names_besides_headings(new) {
            let still = key_of(name);
            gone.retain(|key| *key != still);
        }
        for heading in new.headings[..after.start].iter().chain(&new.headings[after.end..]) {
            if gone.is_empty() {
                break;
            }
            gone.retain(|key| !heading.may_be_called(*key));
        }
        gone.iter().for_each(|key| self.notes.remove(*key, &new.path));
        come.iter().for_each(|key| self.notes.insert(*key, &new.path));
    }

    /// Adds the name of a file.
    pub fn add_file(&mut self, path: &NotePath) {
        self.files.insert(key_of(path.file_name()), path);
    }

    /// Takes the name of a file out.
    pub fn take_file(&mut self, path: &NotePath) {
        self.files.remove(key_of(path.file_name()), path);
    }

    /// The notes that may be called `name`, by path, title, alias or heading (with or without its number); in the
    /// order of their paths, each once.
    pub fn notes(&self, name: &str) -> Vec<&NotePath> {
        let key = key_of(name);
        let mut notes: Vec<&NotePath> = self.notes.bearers(key).collect();
        // Headings are indexed by their title; asked with a number, they are looked up without it.
        if let Some(prefix) = numbering::prefix(name) {
            notes.extend(self.notes.bearers(key_of(&name[prefix.len..])));
            notes.sort_unstable();
            notes.dedup();
        }
        notes
    }

    /// The files and notes whose file name may be `file_name`, whatever the case of its letters.
    pub fn files(&self, file_name: &str) -> impl Iterator<Item = &NotePath> {
        self.files.bearers(key_of(file_name))
    }
}

/// The keys of every name that a note contributes: its file's stem, its title and aliases, its headings' titles.
/// Sorted, without repeats.
pub fn keys(note: &Note) -> Vec<u64> {
    let mut keys = Vec::with_capacity(2 + note.headings.len());
    keys.extend(names_besides_headings(note).map(key_of));
    keys.extend(note.headings.iter().map(|heading| key_of(heading.title())));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Those of its file (the first), its title and its aliases.
pub fn names_besides_headings(note: &Note) -> impl Iterator<Item = &str> {
    let front = note.front_matter.iter();
    let given = front.flat_map(|front| front.title.iter().chain(&front.aliases)).map(|name| &**name);
    std::iter::once(note.path.stem()).chain(given)
}

/// The key of a name: the same for all that [`fold`](crate::note::lookup::fold) makes equal.
pub fn key_of(name: &str) -> u64 {
    name_hash(name)
}
