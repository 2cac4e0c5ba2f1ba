//! The index of names: which notes and files a name may mean.
//!
//! Invariant: holds for each folded name exactly the notes that contribute it and the files that bear it; a look-up
//! may give more (two names with one hash), so who asks compares. Places are not kept here: they live in notes, so
//! that typing prose leaves the index alone.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use imbl::OrdSet;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::note::Note;
use crate::note::numbering;
use crate::path::NotePath;

/// Names to notes and files.
#[derive(Clone, Default)]
pub struct Names {
    notes: Shards,
    files: Shards,
}

/// Those that bear one name: hardly ever more than one, but a heading such as 参考资料 may stand in every note.
#[derive(Clone)]
enum Bearers {
    One(NotePath),
    Many(Box<OrdSet<NotePath>>),
}

/// A map in pieces, so that a snapshot costs one count and a change copies one small piece: two levels of
/// [`FAN_OUT`] pieces each.
///
/// Measured against a persistent hash map: filling it with the names of 10,000 notes takes a fifth of the time.
#[derive(Clone)]
struct Shards(Arc<[Arc<[Arc<Shard>; FAN_OUT]>; FAN_OUT]>);

const FAN_OUT: usize = 32;

type Shard = HashMap<u64, Bearers, BuildHasherDefault<KeyHasher>>;

/// Keys are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl Default for Shards {
    fn default() -> Self {
        let shard = Arc::new(Shard::default());
        let group = Arc::new(std::array::from_fn(|_| Arc::clone(&shard)));
        Self(Arc::new(std::array::from_fn(|_| Arc::clone(&group))))
    }
}

impl Shards {
    fn get(&self, key: u64) -> Option<&Bearers> {
        let (group, shard) = Self::place(key);
        self.0[group][shard].get(&key)
    }

    fn shard_mut(&mut self, key: u64) -> &mut Shard {
        let (group, shard) = Self::place(key);
        Arc::make_mut(&mut Arc::make_mut(&mut Arc::make_mut(&mut self.0)[group])[shard])
    }

    /// The bits that the map inside does not look at first.
    fn place(key: u64) -> (usize, usize) {
        let bits = (key >> 40) as usize;
        (bits % FAN_OUT, bits / FAN_OUT % FAN_OUT)
    }

    fn insert(&mut self, key: u64, path: &NotePath) {
        let shard = self.shard_mut(key);
        match shard.get_mut(&key) {
            None => {
                shard.insert(key, Bearers::One(path.clone()));
            }
            Some(Bearers::Many(paths)) => {
                paths.insert(path.clone());
            }
            Some(Bearers::One(known)) if known == path => {}
            Some(bearers @ Bearers::One(_)) => {
                let Bearers::One(known) = &*bearers else { return };
                *bearers = Bearers::Many(Box::new(OrdSet::from_iter([known.clone(), path.clone()])));
            }
        }
    }

    fn remove(&mut self, key: u64, path: &NotePath) {
        let shard = self.shard_mut(key);
        let last = match shard.get_mut(&key) {
            Some(Bearers::One(known)) => known == path,
            Some(bearers @ Bearers::Many(_)) => {
                let Bearers::Many(paths) = bearers else { return };
                paths.remove(path);
                let only = if paths.len() == 1 { paths.get_min().cloned() } else { None };
                if let Some(only) = only {
                    *bearers = Bearers::One(only);
                }
                false
            }
            None => false,
        };
        if last {
            shard.remove(&key);
        }
    }

    /// Those with this key, by path.
    fn bearers(&self, key: u64) -> impl Iterator<Item = &NotePath> {
        let (one, many) = match self.get(key) {
            None => (None, None),
            Some(Bearers::One(path)) => (Some(path), None),
            Some(Bearers::Many(paths)) => (None, Some(paths.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

impl Names {
    /// Adds the names of a note.
    pub fn add(&mut self, note: &Note) {
        for key in keys(note) {
            self.notes.insert(key, &note.path);
        }
        self.add_file(&note.path);
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
        let (before, after) = (keys(old), keys(new));
        if before != after {
            for key in before.iter().filter(|key| after.binary_search(key).is_err()) {
                self.notes.remove(*key, &old.path);
            }
            for key in after.iter().filter(|key| before.binary_search(key).is_err()) {
                self.notes.insert(*key, &new.path);
            }
            return true;
        }
        !same_anchors(old, new)
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
fn keys(note: &Note) -> Vec<u64> {
    let mut keys = Vec::with_capacity(2 + note.headings.len());
    keys.push(key_of(note.path.stem()));
    if let Some(front) = &note.front_matter {
        keys.extend(front.title.iter().chain(&front.aliases).map(|name| key_of(name)));
    }
    keys.extend(note.headings.iter().map(|heading| key_of(&heading.title)));
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn same_anchors(old: &Note, new: &Note) -> bool {
    fn ids(note: &Note) -> impl Iterator<Item = &str> {
        note.anchors.iter().map(|anchor| note.text.slice(anchor.name))
    }
    fn slugs(note: &Note) -> impl Iterator<Item = &str> {
        note.headings.iter().map(|heading| &*heading.slug)
    }
    slugs(old).eq(slugs(new)) && ids(old).eq(ids(new))
}

fn key_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    fold(name).hash(&mut hasher);
    hasher.finish()
}

/// `name` as names are compared: without white space around it, in lower case, composed (file systems and keyboards
/// differ in how they write `é`).
pub fn fold(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let plain = |c: char| !c.is_uppercase() && (c.is_ascii() || ('\u{3000}'..='\u{9fff}').contains(&c));
    if name.chars().all(plain) {
        return Cow::Borrowed(name);
    }
    let lower = name.to_lowercase();
    Cow::Owned(if is_nfc(&lower) { lower } else { lower.nfc().collect() })
}
