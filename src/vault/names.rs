//! The index of names: which notes and files a name may mean.
//!
//! Invariant: holds for each folded name exactly the notes that contribute it and the files that bear it; a look-up
//! may give more (two names with one hash), so who asks compares. Places are not kept here: they live in notes, so
//! that typing prose leaves the index alone.

use std::collections::HashSet;

use crate::note::lookup::name_hash;
use crate::note::read::again::Stretch;
use crate::note::{Anchor, AnchorKind, Heading, Note, numbering};
use crate::path::NotePath;
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

    /// Puts the names of `new` in place of those of `old`, a note of the same path; returns whether what the note
    /// offers to links (names, headings, anchors) differs.
    pub fn replace(&mut self, old: &Note, new: &Note) -> bool {
        let since = new.since(old);
        // Typing prose ends here, without a look at the index.
        if same_names(old, new, since.as_ref()) {
            return !same_anchors(old, new, since.as_ref());
        }
        match since {
            Some(stretch) => self.replace_within(old, new, &stretch),
            None => self.notes.replace(&keys(old), &keys(new), &new.path),
        }
        true
    }

    /// The same when all other headings, the title and the aliases are what they were.
    fn replace_within(&mut self, old: &Note, new: &Note, stretch: &Stretch) {
        let (before, after) = stretch.of(&old.headings, &new.headings, |heading| heading.range.start());
        let of = |headings: &[Heading]| headings.iter().map(|heading| key_of(heading.title())).collect();
        let (gone, come): (HashSet<u64>, HashSet<u64>) =
            (of(&old.headings[before]), of(&new.headings[after.clone()]));
        let mut gone: HashSet<u64> = gone.difference(&come).copied().collect();
        let others = new.headings[..after.start].iter().chain(&new.headings[after.end..]);
        let titles = others.map(|heading| heading.title());
        for name in titles.chain(names_besides_headings(new)) {
            if gone.is_empty() {
                break;
            }
            gone.remove(&key_of(name));
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

fn names_besides_headings(note: &Note) -> impl Iterator<Item = &str> {
    let front = note.front_matter.iter();
    let given = front.flat_map(|front| front.title.iter().chain(&front.aliases)).map(|name| &**name);
    std::iter::once(note.path.stem()).chain(given)
}

/// Whether two readings of a note have the same names; `since` is what changed, if that is known.
fn same_names(old: &Note, new: &Note, since: Option<&Stretch>) -> bool {
    let (before, after) = headings_of(old, new, since);
    // A heading is also found by its text.
    let same = |(old, new): (&Heading, &Heading)| {
        old.said.is(&new.said) || (old.title() == new.title() && old.text() == new.text())
    };
    before.len() == after.len()
        && before.iter().zip(after).all(same)
        && (since.is_some() || names_besides_headings(old).eq(names_besides_headings(new)))
}

/// The headings that may differ.
fn headings_of<'a>(old: &'a Note, new: &'a Note, since: Option<&Stretch>) -> (&'a [Heading], &'a [Heading]) {
    let Some(stretch) = since else { return (&old.headings, &new.headings) };
    let (before, after) = stretch.of(&old.headings, &new.headings, |heading| heading.range.start());
    (&old.headings[before], &new.headings[after])
}

/// Whether two readings of a note in which the names are the same have the same anchors.
fn same_anchors(old: &Note, new: &Note, since: Option<&Stretch>) -> bool {
    fn ids<'a>(note: &'a Note, anchors: &'a [Anchor]) -> impl Iterator<Item = (AnchorKind, &'a str)> {
        anchors.iter().map(|anchor| (anchor.kind, note.text.slice(anchor.name)))
    }
    // Where the texts of headings are the same their anchors are.
    match since {
        Some(stretch) => {
            let (before, after) = stretch.of(&old.anchors, &new.anchors, |anchor| anchor.name.start());
            ids(old, &old.anchors[before]).eq(ids(new, &new.anchors[after]))
        }
        None => ids(old, &old.anchors).eq(ids(new, &new.anchors)),
    }
}

/// The key of a name: the same for all that [`fold`](crate::note::lookup::fold) makes equal.
pub fn key_of(name: &str) -> u64 {
    name_hash(name)
}
