//! The index of names: which notes and files a name may mean.
//!
//! Invariant: holds for each folded name exactly the notes that contribute it and the files that bear it; a look-up
//! may give more (two names with one hash), so who asks compares. Places are not kept here: they live in notes, so
//! that typing prose leaves the index alone.

use std::collections::HashSet;
use std::sync::Arc;

use crate::note::lineage::Replaced;
use crate::note::lookup::name_hash;
use crate::note::{Heading, Note, numbering};
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::era::Offered;
use crate::vault::numbers::Number;
use crate::vault::shards::Shards;

/// Names to notes and files.
#[derive(Clone, Default)]
pub struct Names {
    notes: Shards,
    files: Shards,
}

impl Names {
    /// Adds the names of a note, which [`keys`] gave.
    pub fn add(&mut self, note: &Note, keys: &[u64], number: Number) {
        for key in keys {
            self.notes.insert(*key, number);
        }
        self.add_file(&note.path, number);
    }

    /// The index of these notes with their keys, whose numbers are 0 and on; it is still without files.
    pub fn of<'a>(notes: impl Iterator<Item = (&'a NotePath, &'a [u64])> + Clone) -> Self {
        let file_names: Vec<u64> = notes.clone().map(|(path, _)| key_of(path.file_name())).collect();
        let files = (0..).zip(&file_names).map(|(number, key)| (number, std::slice::from_ref(key)));
        Self {
            notes: Shards::of((0..).zip(notes).map(|(number, (_, keys))| (number, keys))),
            files: Shards::of(files),
        }
    }

    /// Takes the names of a note out.
    pub fn take(&mut self, note: &Note, number: Number) {
        for key in keys(note) {
            self.notes.remove(key, number);
        }
        self.take_file(&note.path, number);
    }

    /// Puts the names that a reading of a note offers in place of those of the one before.
    pub fn replace(&mut self, offered: &Offered<'_>, number: Number) {
        let Offered { old, new, .. } = *offered;
        match offered.since {
            Some(_) => self.replace_headings(old, new, &offered.headings, number),
            None => self.notes.replace(&keys(old), &keys(new), number),
        }
    }

    /// The same when the title and the aliases are what they were.
    fn replace_headings(&mut self, old: &Note, new: &Note, replaced: &Replaced, number: Number) {
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
        gone.iter().for_each(|key| self.notes.remove(*key, number));
        come.iter().for_each(|key| self.notes.insert(*key, number));
    }

    /// Adds the name of a file.
    pub fn add_file(&mut self, path: &NotePath, number: Number) {
        self.files.insert(key_of(path.file_name()), number);
    }

    /// Takes the name of a file out.
    pub fn take_file(&mut self, path: &NotePath, number: Number) {
        self.files.remove(key_of(path.file_name()), number);
    }

    /// The notes that may be called `name`, by path, title, alias or heading (with or without its number).
    pub fn notes(&self, name: &str) -> impl Iterator<Item = Number> {
        // Headings are indexed by their title; asked with a number, they are looked up without it.
        let unnumbered = numbering::prefix(name).map(|prefix| key_of(&name[prefix.len..]));
        let without = unnumbered.into_iter().flat_map(|key| self.notes.bearers(key));
        self.notes.bearers(key_of(name)).chain(without)
    }

    /// The files and notes whose file name may be `file_name`, whatever the case of its letters.
    pub fn files(&self, file_name: &str) -> impl Iterator<Item = Number> {
        self.files.bearers(key_of(file_name))
    }
}

impl Vault {
    /// The notes that may be called `name`, by path, title, alias or heading (with or without its number); in the
    /// order of their paths, each once.
    pub(super) fn notes_named(&self, name: &str) -> Vec<&Arc<Note>> {
        let paths = self.numbers.paths(self.names.notes(name));
        paths.into_iter().filter_map(|path| self.notes.get(path)).collect()
    }

    /// The files and notes whose file name may be `file_name`, whatever the case of its letters; in the order of their paths.
    pub(super) fn files_named(&self, file_name: &str) -> Vec<&NotePath> {
        self.numbers.paths(self.names.files(file_name))
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
