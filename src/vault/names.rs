//! The index of names: which notes and files a name may mean.
//!
//! Invariant: holds for each folded name exactly the notes that contribute it and the files that bear it; a look-up
//! may give more (two names with one hash), so who asks compares. Places are not kept here: they live in notes, so
//! that typing prose leaves the index alone.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use imbl::HashMap;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::note::Note;
use crate::path::NotePath;

/// Names to notes and files.
#[derive(Clone, Default)]
pub struct Names {
    notes: HashMap<u64, Bearers>,
    files: HashMap<u64, Bearers>,
}

/// Those that bear one name; hardly ever more than one.
#[derive(Clone)]
enum Bearers {
    One(NotePath),
    Many(Arc<[NotePath]>),
}

impl Names {
    /// Adds the names of a note.
    pub fn add(&mut self, note: &Note) {
        for key in keys(note) {
            insert(&mut self.notes, key, &note.path);
        }
        self.add_file(&note.path);
    }

    /// Takes the names of a note out.
    pub fn take(&mut self, note: &Note) {
        for key in keys(note) {
            remove(&mut self.notes, key, &note.path);
        }
        self.take_file(&note.path);
    }

    /// Puts the names of `new` in place of those of `old`, a note of the same path; returns whether what the note
    /// offers to links (names, headings, anchors) differs.
    pub fn replace(&mut self, old: &Note, new: &Note) -> bool {
        let (before, after) = (keys(old), keys(new));
        if before != after {
            for key in before.iter().filter(|key| after.binary_search(key).is_err()) {
                remove(&mut self.notes, *key, &old.path);
            }
            for key in after.iter().filter(|key| before.binary_search(key).is_err()) {
                insert(&mut self.notes, *key, &new.path);
            }
            return true;
        }
        !same_anchors(old, new)
    }

    /// Adds the name of a file.
    pub fn add_file(&mut self, path: &NotePath) {
        insert(&mut self.files, key_of(path.file_name()), path);
    }

    /// Takes the name of a file out.
    pub fn take_file(&mut self, path: &NotePath) {
        remove(&mut self.files, key_of(path.file_name()), path);
    }

    /// The notes that may be called `name`, by path, title, alias or heading.
    pub fn notes(&self, name: &str) -> &[NotePath] {
        self.notes.get(&key_of(name)).map_or(&[], Bearers::as_slice)
    }

    /// The files and notes whose file name may be `file_name`, whatever the case of its letters.
    pub fn files(&self, file_name: &str) -> &[NotePath] {
        self.files.get(&key_of(file_name)).map_or(&[], Bearers::as_slice)
    }
}

impl Bearers {
    fn as_slice(&self) -> &[NotePath] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Many(paths) => paths,
        }
    }
}

fn insert(map: &mut HashMap<u64, Bearers>, key: u64, path: &NotePath) {
    let bearers = match map.get(&key) {
        None => Bearers::One(path.clone()),
        Some(bearers) => {
            let mut paths = bearers.as_slice().to_vec();
            // Sorted, so that the order in which notes came leaves no trace.
            match paths.binary_search(path) {
                Ok(_) => return,
                Err(at) => paths.insert(at, path.clone()),
            }
            Bearers::Many(paths.into())
        }
    };
    map.insert(key, bearers);
}

fn remove(map: &mut HashMap<u64, Bearers>, key: u64, path: &NotePath) {
    let Some(bearers) = map.get(&key) else { return };
    let mut rest: Vec<NotePath> =
        bearers.as_slice().iter().filter(|bearer| *bearer != path).cloned().collect();
    match (rest.len(), rest.pop()) {
        (_, None) => {
            map.remove(&key);
        }
        (1, Some(last)) => {
            map.insert(key, Bearers::One(last));
        }
        (_, Some(last)) => {
            rest.push(last);
            map.insert(key, Bearers::Many(rest.into()));
        }
    }
}

/// The keys of every name that a note contributes: its file's stem, its title and aliases, its headings. Sorted,
/// without repeats.
fn keys(note: &Note) -> Vec<u64> {
    let mut keys = Vec::with_capacity(2 + note.headings.len());
    keys.push(key_of(note.path.stem()));
    if let Some(front) = &note.front_matter {
        keys.extend(front.title.iter().chain(&front.aliases).map(|name| key_of(name)));
    }
    for heading in &note.headings {
        keys.push(key_of(&heading.text));
        if heading.title != heading.text {
            keys.push(key_of(&heading.title));
        }
    }
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
