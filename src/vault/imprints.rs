//! Which notes may hold a name, told by about one bit for each byte of their texts.
//!
//! Invariant: a note in which a name stands whole, both folded, is never left out, however much changed since the bits were
//! made; of the others most are. Bits are those of one reading of a note: of a note that changed they are made anew.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::fold::{each_folded, is_han, prepare_ways_to_write};
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::mentions::in_word;
use crate::vault::numbers::Numbers;

/// The notes of a chunk: each has one bit of a number.
const NOTES: usize = u64::BITS as usize;

/// The fewest and the most numbers of a chunk.
const LEAST_ROWS: usize = 256;
const MOST_ROWS: usize = 1 << 20;

/// How many signs a word has besides what it follows.
const SIGNS_A_WORD: u32 = 3;

/// The bits of all notes, shared by all who ask.
#[derive(Default)]
pub struct Imprints(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// The notes whose bits these are.
    vault: Vault,
    chunks: Vec<Chunk>,
    /// Where each note has its bits: the number of its chunk times [`NOTES`], and its place there. Those of the vault may
    /// change while a note stays the same.
    numbers: Numbers,
}

/// Some notes with their bits. A row has the bit of a note when the note has something whose hash leads to that row. There are
/// about as many rows as its notes have bytes on the average: far fewer tell too little, far more only take room.
#[derive(Default)]
struct Chunk {
    notes: Vec<Option<Imprinted>>,
    rows: Box<[u64]>,
}

/// A note whose bits are there.
struct Imprinted {
    path: NotePath,
    /// The length of its text, in bytes.
    bytes: usize,
}

impl Imprinted {
    fn of(note: &Note) -> Self {
        Self { path: note.path.clone(), bytes: note.text.len() }
    }
}

impl Imprints {
    /// Makes the bits of all notes ready, and what else the first search for a name needs, so that nobody waits for it;
    /// costs as much as notes changed.
    pub fn prepare(&self, vault: &Vault) {
        prepare_ways_to_write();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).update(vault);
    }

    /// The notes in which one of these folded names may stand whole, by path.
    pub fn holders(&self, vault: &Vault, names: &[&str]) -> Vec<Arc<Note>> {
        let signs: Vec<Vec<u32>> = names.iter().map(|name| signs_of(name)).collect();
        if signs.iter().any(Vec::is_empty) {
            return vault.notes().cloned().collect();
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.update(vault);
        let mut paths: Vec<NotePath> = table.chunks.iter().flat_map(|chunk| chunk.holders(&signs)).collect();
        drop(table);
        paths.par_sort_unstable();
        paths.iter().filter_map(|path| vault.note(path).cloned()).collect()
    }
}

impl Table {
    /// Takes in what changed in the vault. Should that panic, everything is made anew the next time.
    fn update(&mut self, vault: &Vault) {
        let mut table = std::mem::take(self);
        table.take_in(vault);
        table.vault = vault.clone();
        *self = table;
    }

    fn take_in(&mut self, vault: &Vault) {
        let changed: Vec<NotePath> = vault.changed_since(&self.vault).cloned().collect();
        // Often a note is opened before all others are read.
        if changed.len() > self.vault.len() {
            let notes: Vec<&Arc<Note>> = vault.notes().collect();
            let chunks: Vec<&[&Arc<Note>]> = notes.chunks(NOTES).collect();
            self.chunks = each_of(&chunks, 1, |notes| Chunk::of(notes.iter().copied().map(Some)));
            self.numbers = Numbers::of(notes.iter().map(|note| &note.path));
            return;
        }
        let read = |path: &NotePath| {
            let note = vault.note(path)?;
            let mut signs = Vec::new();
            each_sign(note.text.as_str(), |sign| signs.push(sign));
            Some((Imprinted::of(note), signs))
        };
        let mut touched = Vec::new();
        // So many at a time as there is room for beside the notes.
        for paths in changed.chunks(NOTES * NOTES) {
            for (path, read) in paths.iter().zip(each_of(paths, NOTES, read)) {
                touched.extend(self.replace(path, read));
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched.retain(|chunk| !self.chunks[*chunk].has_its_size());
        let anew = each_of(&touched, 1, |chunk: &usize| {
            let notes = self.chunks[*chunk].notes.iter();
            Chunk::of(notes.map(|note| vault.note(&note.as_ref()?.path)))
        });
        for (chunk, anew) in touched.into_iter().zip(anew) {
            self.chunks[chunk] = anew;
        }
    }

    /// Puts the bits of a note in place of those it had, or takes them away. Returns the chunk.
    fn replace(&mut self, path: &NotePath, read: Option<(Imprinted, Vec<u32>)>) -> Option<usize> {
        let place = if let Some((note, signs)) = read {
            let place = self.numbers.add(path) as usize;
            self.make_room(place, note.bytes);
            self.chunks[place / NOTES].set(place % NOTES, Some(note), &signs);
            place
        } else {
            let place = self.numbers.get(path)? as usize;
            self.chunks[place / NOTES].set(place % NOTES, None, &[]);
            self.numbers.forget(path);
            place
        };
        Some(place / NOTES)
    }

    /// Makes room for a note of so many bytes at a place that may be the one behind all others. A chunk that begins there has
    /// as many rows as the one before it at first.
    fn make_room(&mut self, place: usize, bytes: usize) {
        if place / NOTES == self.chunks.len() {
            let rows = self.chunks.last().map_or(rows_for(bytes), |last| last.rows.len());
            self.chunks.push(Chunk { notes: Vec::new(), rows: vec![0; rows].into() });
        }
        let notes = &mut self.chunks[place / NOTES].notes;
        if place % NOTES == notes.len() {
            notes.push(None);
        }
    }
}

/// Does the same with each of these on all processors, when more than `few` are to be done. Not on rayon's threads: who
/// waits there may be given other work meanwhile, which may ask for the same lock.
fn each_of<T: Sync, R: Send>(all: &[T], few: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if all.len() <= few {
        return all.iter().map(work).collect();
    }
    let size = all.len().div_ceil(rayon::current_num_threads().max(1));
    let work = &work;
    std::thread::scope(|scope| {
        let parts =
            all.chunks(size).map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()));
        let parts: Vec<_> = parts.collect();
        let parts = parts.into_iter().map(|part| part.join());
        parts.flat_map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// How many rows notes of so many bytes on the average have.
fn rows_for(bytes: usize) -> usize {
    bytes.clamp(LEAST_ROWS, MOST_ROWS)
}

impl Chunk {
    /// The chunk of these notes; some places have none.
    fn of<'a>(notes: impl Iterator<Item = Option<&'a Arc<Note>>>) -> Self {
        let notes: Vec<Option<Arc<Note>>> = notes.map(|note| note.map(Note::for_a_moment)).collect();
        let imprinted = notes.iter().map(|note| note.as_deref().map(Imprinted::of)).collect();
        let mut chunk = Self { notes: imprinted, rows: Box::default() };
        chunk.rows = vec![0; chunk.rows_wanted()].into();
        let rows = &mut chunk.rows;
        for (place, note) in (0..).zip(notes) {
            if let Some(note) = note {
                each_sign(note.text.as_str(), |sign| rows[row(sign, rows.len())] |= 1 << place);
            }
        }
        chunk
    }

    fn rows_wanted(&self) -> usize {
        let notes = || self.notes.iter().flatten();
        let bytes: usize = notes().map(|note| note.bytes).sum();
        rows_for(bytes / notes().count().max(1))
    }

    /// Whether it has about as many rows as its notes want.
    fn has_its_size(&self) -> bool {
        let wanted = self.rows_wanted();
        (wanted / 2..=wanted * 2).contains(&self.rows.len())
    }

    fn set(&mut self, place: usize, note: Option<Imprinted>, signs: &[u32]) {
        let bit = 1 << place;
        self.rows.iter_mut().for_each(|row| *row &= !bit);
        for sign in signs {
            let at = row(*sign, self.rows.len());
            self.rows[at] |= bit;
        }
        self.notes[place] = note;
    }

    /// The paths of the notes that may hold a name, each of which has these signs.
    fn holders<'a>(&'a self, names: &[Vec<u32>]) -> impl Iterator<Item = NotePath> + use<'a> {
        let with_all = |signs: &Vec<u32>| {
            signs.iter().fold(u64::MAX, |all, sign| all & self.rows[row(*sign, self.rows.len())])
        };
        let holding = names.iter().map(with_all).fold(0, |any, with_all| any | with_all);
        let notes = self.notes.iter().enumerate().filter(move |(place, _)| holding >> place & 1 == 1);
        notes.filter_map(|(_, note)| Some(note.as_ref()?.path.clone()))
    }
}

/// The row of a sign among so many.
fn row(sign: u32, rows: usize) -> usize {
    ((u64::from(sign) * rows as u64) >> 32) as usize
}

/// The signs of a folded name, each once.
fn signs_of(name: &str) -> Vec<u32> {
    let mut signs = Vec::new();
    each_sign(name, |sign| signs.push(sign));
    signs.sort_unstable();
    signs.dedup();
    signs
}

/// Tells what a text has, folded, as hashes: its words of Latin and other letters, and what follows what. A name that stands
/// whole in a text has no sign that the text has not: its words are words of the text, and follow each other there.
fn each_sign(text: &str, tell: impl FnMut(u32)) {
    let mut reader = Reader { before: 0, word: 0, tell };
    each_folded(text, |c| reader.read(c));
    reader.end_word();
}

/// Reads a folded text for its signs.
struct Reader<F> {
    /// The hash of the word or character before; 0 where there is none.
    before: u64,
    /// That of the word that is being read; 0 between words.
    word: u64,
    tell: F,
}

impl<F: FnMut(u32)> Reader<F> {
    #[inline]
    fn read(&mut self, c: char) {
        let (is_han, code) = (is_han(c), u64::from(u32::from(c)));
        if !is_han && in_word(c) {
            self.word = mixed(self.word, code) | 1;
            return;
        }
        self.end_word();
        if c == '\n' {
            // No name goes over the end of a line.
            self.before = 0;
        } else if is_han || c.is_alphanumeric() {
            self.follow(mixed(1, code) | 1);
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word != 0 {
            // Many names are one word and have nothing else to be told by.
            for turn in 1..=SIGNS_A_WORD {
                (self.tell)(sign(word.rotate_left(turn * 21)));
            }
            self.follow(word);
        }
    }

    fn follow(&mut self, next: u64) {
        if self.before != 0 {
            (self.tell)(sign(mixed(self.before, next)));
        }
        self.before = next;
    }
}

fn mixed(before: u64, next: u64) -> u64 {
    (before.rotate_left(23) ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn sign(hash: u64) -> u32 {
    ((hash ^ hash >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::Imprints;
    use crate::fold::{Folded, folded};
    use crate::note::Note;
    use crate::path::NotePath;
    use crate::vault::Vault;
    use crate::vault::mentions::is_whole;
    use proptest::prelude::*;

    fn note(n: usize, text: &str) -> Arc<Note> {
        Arc::new(Note::read(NotePath::new(&format!("/{n:03}.md")), text))
    }

    fn holders(imprints: &Imprints, vault: &Vault, names: &[&str]) -> Vec<String> {
        imprints.holders(vault, names).iter().map(|note| note.path.stem().to_owned()).collect()
    }

    #[test]
    fn of_the_notes_that_have_not_got_a_name_most_are_left_out() {
        let mut vault = Vault::default();
        for n in 0..300 {
            vault.insert(note(n, &format!("协议{n}号（Protocol Number {n}）和消息隊列x{n}，ｅtcd-{n}。\n")));
        }
        let imprints = Imprints::default();
        for name in ["协议7号", "protocol number 7", "队列x7", "etcd-7"] {
            let found = holders(&imprints, &vault, &[name]);
            assert!(found.contains(&"007".to_owned()) && found.len() < 30, "{name}: {found:?}");
        }
        assert_eq!(holders(&imprints, &vault, &["etcd"]).len(), 300);
        let both = holders(&imprints, &vault, &["协议7号", "协议299号"]);
        assert!(both.is_sorted() && both.contains(&"299".to_owned()));
        vault.insert(note(299, "无"));
        vault.insert(note(500, "协议299号"));
        vault.remove(&NotePath::new("/007.md"));
        let both = holders(&imprints, &vault, &["协议7号", "协议299号"]);
        assert!(both.contains(&"500".to_owned()) && both.len() < 30, "{both:?}");
        assert!(!both.contains(&"299".to_owned()) && !both.contains(&"007".to_owned()));
    }

    #[test]
    fn there_are_as_many_bits_as_the_notes_want_whatever_came_first() {
        let text =
            |n: usize, times: usize| format!("协议{n}号（Protocol Number {n}），etcd-{n}。\n").repeat(times);
        let bytes_of_bits = |imprints: &Imprints| {
            let table = imprints.0.lock().unwrap();
            table.chunks.iter().map(|chunk| chunk.rows.len() * size_of::<u64>()).sum::<usize>()
        };
        // The first note times so many, and the others times so many, some at a time.
        for (first, others, at_a_time) in
            [(400, 20, 700), (1, 20, 700), (400, 20, 1), (1, 20, 1), (1, 400, 50)]
        {
            let (mut vault, imprints) = (Vault::default(), Imprints::default());
            vault.insert(note(0, &text(0, first)));
            imprints.prepare(&vault);
            for n in 1..700 {
                vault.insert(note(n, &text(n, others)));
                if n % at_a_time == 0 {
                    imprints.prepare(&vault);
                }
            }
            let found = holders(&imprints, &vault, &["协议7号"]);
            assert!(
                found.contains(&"007".to_owned()) && found.len() < 100,
                "{first} {others}: {}",
                found.len()
            );
            let bytes: usize = vault.notes().map(|note| note.text.len()).sum();
            let bits = bytes_of_bits(&imprints);
            // Here and there a chunk is not full.
            assert!(
                (bytes / 24..bytes / 3).contains(&bits),
                "{first} {others} {at_a_time}: {bits} of {bytes}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_note_in_which_a_name_stands_is_left_out(
            steps in prop::collection::vec((0_usize..80, prop::option::of("[a-cA-CＡ-Ｃ消息訊队列ⓐ㎏ß_ \n-]{0,16}")), 1..120),
            size in 1_usize..100,
            name in "[a-cA-C消息訊队列㎏_ -]{2,4}",
        ) {
            let name = folded(&name);
            let (mut vault, imprints) = (Vault::default(), Imprints::default());
            let mut texts: BTreeMap<usize, String> = BTreeMap::new();
            for steps in steps.chunks(size) {
                for (n, text) in steps {
                    match text {
                        Some(text) => {
                            vault.insert(note(*n, text));
                            texts.insert(*n, text.clone());
                        }
                        None => {
                            vault.remove(&NotePath::new(&format!("/{n:03}.md")));
                            texts.remove(n);
                        }
                    }
                }
                let found = holders(&imprints, &vault, &[&name]);
                for (n, text) in &texts {
                    let text = Folded::of(text).text;
                    let stands = !name.is_empty()
                        && text.match_indices(&name).any(|(at, _)| is_whole(&text, at, at + name.len()));
                    prop_assert!(!stands || found.contains(&format!("{n:03}")), "{name:?} in {text:?}");
                }
                prop_assert!(found.iter().all(|n| texts.contains_key(&n.parse().unwrap())));
            }
        }
    }
}
