//! All notes together, as a value: a [`Vault`] is a snapshot that costs the same to take at 100 notes and at 50,000.
//!
//! Invariant: a vault depends only on its roots, its configuration and the texts and files put into it, not on the
//! order or the edits by which they came. Nothing here reads the disk.

pub mod aliases;
pub mod backlinks;
pub mod children;
pub mod comparison;
pub mod coverage;
pub mod creation;
pub mod elsewhere;
pub mod era;
pub mod glossary;
pub mod graph;
pub mod holders;
pub mod imprints;
pub mod judge;
pub mod judged;
pub mod mentions;
mod names;
pub mod naming;
mod nearest;
mod numbers;
pub mod occurrences;
pub mod preview;
pub mod questions;
pub mod related;
pub mod relink;
pub mod resolve;
pub mod resolved;
pub mod retitle;
pub mod seek;
mod shards;
pub mod similar;
pub mod spelling;
pub mod topics;
pub mod twins;

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use rayon::prelude::*;

use crate::config::Config;
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::era::{Changes, Era, Eras, Offered};
use crate::vault::names::Names;
use crate::vault::numbers::{Number, Numbers};
use crate::vault::shards::Shards;

/// A consistent snapshot of every note and file; cloning takes constant time.
#[derive(Clone, Default)]
pub struct Vault {
    roots: Arc<[Root]>,
    notes: OrdMap<NotePath, Arc<Note>>,
    files: OrdSet<NotePath>,
    folders: OrdSet<NotePath>,
    numbers: Arc<Numbers>,
    names: Names,
    links: Shards,
    unreadable: OrdMap<NotePath, Unreadable>,
    eras: Eras,
}

/// A folder whose notes belong together, with its settings.
#[derive(Clone, Debug)]
pub struct Root {
    /// The folder. Nothing outside the roots is ever read.
    pub path: NotePath,
    /// Whether every file in it was listed, or only single notes and what they link to.
    pub scope: Scope,
    /// The settings in force here.
    pub config: Arc<Config>,
}

/// How much of a root is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All of it.
    Folder,
    /// Notes that were opened or named one by one, and the files that they link to. What is not known may still
    /// exist, so names (`[[x]]`) are not reported as missing.
    SingleNotes,
}

/// A note with what it adds to the index, made ready off the vault: many threads can do that at once.
pub struct Contribution {
    note: Arc<Note>,
    keys: Vec<u64>,
    link_keys: Vec<u64>,
}

impl Contribution {
    /// Makes a note ready.
    pub fn of(note: Arc<Note>) -> Self {
        Self { keys: names::keys(&note), link_keys: backlinks::link_keys(&note), note }
    }

    /// The note.
    pub fn note(&self) -> &Arc<Note> {
        &self.note
    }
}

/// Why a file that should be a note is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// A byte that is not UTF-8.
    NotUtf8 {
        /// The line of the byte, from 0.
        line: u32,
        /// The offset of the byte in the file.
        offset: u64,
    },
    /// More bytes than a note may have.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The system would not give it.
    Failed(
        /// What the system said.
        Arc<str>,
    ),
}

impl Vault {
    /// An empty vault over these roots. Of nested roots the innermost owns a path.
    pub fn new(roots: Vec<Root>) -> Self {
        let mut vault = Self { roots: roots.into(), ..Self::default() };
        vault.eras.end();
        vault
    }

    /// In which era the vault is.
    pub fn era(&self) -> Era {
        self.eras.now()
    }

    /// What changed since an era of this vault or of one that it came of; `None` when that is not known.
    pub fn changes_since(&self, era: Era) -> Option<Changes> {
        self.eras.since(era)
    }

    /// The roots in the order given.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The innermost root that holds `path`.
    pub fn root_of(&self, path: &NotePath) -> Option<&Root> {
        self.roots.iter().filter(|root| path.is_in(&root.path)).max_by_key(|root| root.path.as_str().len())
    }

    /// The settings for `path`: those of its root, of the first root, or the defaults.
    pub fn config_of(&self, path: &NotePath) -> &Config {
        match self.root_of(path).or(self.roots.first()) {
            Some(root) => &root.config,
            None => Config::defaults(),
        }
    }

    /// Puts other roots in place of the present ones; notes and files stay.
    pub fn set_roots(&mut self, roots: Vec<Root>) {
        self.roots = roots.into();
        self.eras.end();
    }

    /// The note at `path`.
    pub fn note(&self, path: &NotePath) -> Option<&Arc<Note>> {
        self.notes.get(path)
    }

    /// Every note, by path.
    pub fn notes(&self) -> impl Iterator<Item = &Arc<Note>> {
        self.notes.values()
    }

    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.notes.len()
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Puts a note in, in place of the one at its path. Returns whether the names it contributes (title, aliases,
    /// headings, anchors) changed, that is whether links elsewhere may resolve otherwise than before.
    pub fn insert(&mut self, note: Arc<Note>) -> bool {
        if !self.notes.contains_key(&note.path) {
            self.insert_new(Contribution::of(note));
            return true;
        }
        let path = note.path.clone();
        if self.unreadable.remove(&path).is_some() {
            self.eras.end();
        }
        let Some(old) = self.notes.insert(path, Arc::clone(&note)) else { return true };
        if !backlinks::same_links(&old, &note) {
            let number = self.number(&note.path);
            let (gone, come) = backlinks::keys_replaced(&old, &note);
            self.links.replace(&gone, &come, number);
        }
        let offered = Offered::between(&old, &note);
        if offered.other_names() {
            let number = self.number(&note.path);
            self.names.replace(&offered, number);
        }
        if offered.anything() {
            self.eras.end_by(offered.change());
        }
        offered.anything()
    }

    /// Puts notes at rest in place of the same readings; of a note that changed meanwhile or went nothing does. Says nothing
    /// else than before, and ends no era.
    pub fn put_to_rest(&mut self, rested: impl IntoIterator<Item = Note>) {
        for note in rested {
            if let Some(awake) = self.notes.get_mut(&note.path).filter(|awake| awake.is(&note)) {
                *awake = Arc::new(note);
            }
        }
    }

    /// Puts in what was made ready elsewhere; a note at its path goes first.
    pub fn insert_new(&mut self, contribution: Contribution) {
        let Contribution { note, keys, link_keys } = contribution;
        self.eras.end();
        self.remove(&note.path);
        let number = self.number(&note.path);
        self.names.add(&note, &keys, number);
        self.links.replace(&[], &link_keys, number);
        self.add_folders(&note.path);
        self.notes.insert(note.path.clone(), note);
    }

    /// Puts in all of these, as [`Vault::insert_new`] would one by one, in less time when the vault is still empty.
    pub fn insert_all(&mut self, mut contributions: Vec<Contribution>) {
        if !(self.notes.is_empty() && self.files.is_empty() && self.unreadable.is_empty()) {
            contributions.into_iter().for_each(|contribution| self.insert_new(contribution));
            return;
        }
        self.eras.end();
        contributions.par_sort_by(|a, b| a.note.path.cmp(&b.note.path));
        // Of a note that was read twice the later reading is the newer one.
        contributions.reverse();
        contributions.dedup_by(|later, kept| later.note.path == kept.note.path);
        contributions.reverse();
        let names = contributions.iter().map(|of| (&of.note.path, &of.keys[..]));
        let links = (0..).zip(&contributions).map(|(number, of)| (number, &of.link_keys[..]));
        let by_path = || contributions.iter().map(|of| (of.note.path.clone(), Arc::clone(&of.note)));
        let paths = || contributions.iter().map(|of| &of.note.path);
        let maps = || rayon::join(|| by_path().collect(), || Arc::new(Numbers::of(paths())));
        (self.names, (self.links, (self.notes, self.numbers))) =
            rayon::join(|| Names::of(names), || rayon::join(|| Shards::of(links), maps));
        let mut last_folder = "";
        for Contribution { note, .. } in &contributions {
            let path = note.path.as_str();
            let folder = path.rfind('/').map_or("", |slash| &path[..slash]);
            if folder != last_folder || last_folder.is_empty() {
                self.add_folders(&note.path);
                last_folder = folder;
            }
        }
    }

    /// Takes the note at `path` out. Returns whether there was one.
    pub fn remove(&mut self, path: &NotePath) -> bool {
        self.eras.end();
        self.unreadable.remove(path);
        match self.notes.remove(path) {
            Some(note) => {
                let number = self.number(path);
                self.names.take(&note, number);
                self.links.replace(&backlinks::link_keys(&note), &[], number);
                self.forget_number(path);
                true
            }
            None => false,
        }
    }

    /// Notes that a file that is no note (an image, a program) exists. Returns whether that is news.
    pub fn insert_file(&mut self, path: &NotePath) -> bool {
        self.add_folders(path);
        let new = self.files.insert(path.clone()).is_none();
        self.eras.end();
        if new {
            let number = self.number(path);
            self.names.add_file(path, number);
        }
        new
    }

    /// Takes back [`Vault::insert_file`]. Returns whether the file was known.
    pub fn remove_file(&mut self, path: &NotePath) -> bool {
        let known = self.files.remove(path).is_some();
        self.eras.end();
        if known {
            let number = self.number(path);
            self.names.take_file(path, number);
            self.forget_number(path);
        }
        known
    }

    /// The number of a path, which it may get now.
    fn number(&mut self, path: &NotePath) -> Number {
        self.numbers.get(path).unwrap_or_else(|| Arc::make_mut(&mut self.numbers).add(path))
    }

    /// Gives back the number of a path at which nothing is any more.
    fn forget_number(&mut self, path: &NotePath) {
        if !self.notes.contains_key(path) && !self.files.contains(path) {
            Arc::make_mut(&mut self.numbers).forget(path);
        }
    }

    /// Notes that a folder exists, even when nothing in it is known.
    pub fn insert_folder(&mut self, path: &NotePath) {
        self.eras.end();
        self.add_folders(&path.join("x"));
    }

    /// Whether a note or another file is known at exactly this path.
    pub fn has_file(&self, path: &NotePath) -> bool {
        self.notes.contains_key(path) || self.files.contains(path) || self.unreadable.contains_key(path)
    }

    /// Whether a folder is known at this path.
    pub fn has_folder(&self, path: &NotePath) -> bool {
        self.folders.contains(path) || self.roots.iter().any(|root| root.path == *path)
    }

    /// Files that are no notes, by path.
    pub fn files(&self) -> impl Iterator<Item = &NotePath> {
        self.files.iter()
    }

    /// Every note and file at `path` or under it.
    pub fn known_under(&self, path: &NotePath) -> impl Iterator<Item = NotePath> {
        let under = |known: &&NotePath| known.is_in(path);
        let notes = self
            .notes
            .range(path.clone()..)
            .map(|(known, _)| known)
            .take_while(move |known| starts_with(known, path))
            .filter(under);
        let files =
            self.files.range(path.clone()..).take_while(move |known| starts_with(known, path)).filter(under);
        let unreadable = self
            .unreadable
            .range(path.clone()..)
            .map(|(known, _)| known)
            .take_while(move |known| starts_with(known, path))
            .filter(under);
        notes.chain(files).chain(unreadable).cloned()
    }

    /// Every folder at `path` or under it.
    pub fn folders_under(&self, path: &NotePath) -> impl Iterator<Item = NotePath> {
        let under = self.folders.range(path.clone()..).take_while(move |known| starts_with(known, path));
        under.filter(move |known| known.is_in(path)).cloned()
    }

    /// Forgets a folder and the folders in it.
    pub fn remove_folder(&mut self, path: &NotePath) {
        self.eras.end();
        let gone: Vec<NotePath> = self
            .folders
            .range(path.clone()..)
            .take_while(|known| starts_with(known, path))
            .filter(|known| known.is_in(path))
            .cloned()
            .collect();
        for folder in gone {
            self.folders.remove(&folder);
        }
    }

    /// Whether the file at `path` should be a note and cannot be read.
    pub fn is_unreadable(&self, path: &NotePath) -> bool {
        self.unreadable.contains_key(path)
    }

    /// Says that a file that should be a note cannot be read; a note at that path goes.
    pub fn insert_unreadable(&mut self, path: NotePath, why: Unreadable) {
        self.remove(&path);
        self.add_folders(&path);
        self.unreadable.insert(path, why);
    }

    /// Files that should be notes and cannot be read, by path.
    pub fn unreadable(&self) -> impl Iterator<Item = (&NotePath, &Unreadable)> {
        self.unreadable.iter()
    }

    /// `path` as a person reads it: relative to its root, with the root's name in front when there are several.
    pub fn display_path<'a>(&self, path: &'a NotePath) -> std::borrow::Cow<'a, str> {
        let Some(root) = self.root_of(path) else { return path.as_str().into() };
        let rest = path.relative_to(&root.path).unwrap_or(path.as_str());
        if self.roots.len() > 1 { format!("{}/{rest}", root.path.file_name()).into() } else { rest.into() }
    }

    /// Remembers the folders above `path` up to its root.
    fn add_folders(&mut self, path: &NotePath) {
        let mut folder = path.folder();
        while !folder.as_str().is_empty() && !self.folders.contains(&folder) {
            self.folders.insert(folder.clone());
            if folder.as_str() == "/" {
                break;
            }
            folder = folder.folder();
        }
    }
}

/// Whether `path` begins with the text of `prefix`: the paths between a folder and what is in it, in their order.
fn starts_with(path: &NotePath, prefix: &NotePath) -> bool {
    path.as_str().starts_with(prefix.as_str())
}
