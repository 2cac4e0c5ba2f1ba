//! Which sections of all notes share rare words.
//!
//! The measure is that of [`crate::vault::related`], over all notes at once. Invariant: a section brings in at most
//! [`MOST`] others, and is compared with those alone that share one of its most telling words; so the cost grows with
//! the notes and not with the pairs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::note::Note;
use crate::note::tokens::{TokenKey, key};
use crate::vault::related::{
    COMMON, LEAST, MOST_WORDS, PARENT, RARE, RARE_PART, TITLE, dampened, each_telling, is_apart, joined,
    prose,
};

/// Two sections that share rare words.
pub(super) struct Alike {
    /// Note and section.
    pub(super) one: (usize, usize),
    /// Note and section; after the other by place.
    pub(super) other: (usize, usize),
    /// From 0 to 1.
    pub(super) score: f64,
    /// In words: `shares 逃逸, 栈, 堆`.
    pub(super) why: String,
}

/// The most that one section brings in.
const MOST: usize = 3;
/// By how many of its words others are looked for, in how many sections such a word stands at most, and how many of those
/// that are found are compared in full.
const MOST_TELLING: usize = 24;
const MOST_PLACES: usize = 64;
const MOST_COMPARED: usize = 16;

/// A section as it is compared.
struct Document {
    note: usize,
    section: usize,
    /// What each word weighs, dampened, in the order of keys.
    words: Vec<(TokenKey, f64)>,
    /// The root of the sum of their squares.
    length: f64,
}

struct Corpus<'a> {
    notes: &'a [&'a Arc<Note>],
    documents: Vec<Document>,
    /// In which documents each word stands that stands in few; how many for every word.
    places: HashMap<TokenKey, Vec<u32>>,
    spread: HashMap<TokenKey, u32>,
}

/// The sections of these notes that have to do with each other, by place.
pub(super) fn alike(notes: &[&Arc<Note>]) -> Vec<Alike> {
    let corpus = Corpus::of(notes);
    let indices: Vec<usize> = (0..corpus.documents.len()).collect();
    let found = on_all_processors(&indices, |document| corpus.nearest(*document));
    let mut pairs: HashSet<(usize, usize)> = HashSet::new();
    let mut all = Vec::new();
    for (document, near) in found.into_iter().enumerate() {
        for (other, score, words) in near {
            let pair = (document.min(other), document.max(other));
            if pairs.insert(pair) {
                all.push((pair, score, words));
            }
        }
    }
    all.sort_by_key(|(pair, ..)| *pair);
    let told = |((one, other), score, words): &((usize, usize), f64, Vec<TokenKey>)| {
        let place = |document: usize| (corpus.documents[document].note, corpus.documents[document].section);
        let words = joined(corpus.spelled(*one, words)).into_iter().take(MOST_WORDS).collect::<Vec<_>>();
        Alike {
            one: place(*one),
            other: place(*other),
            score: *score,
            why: format!("shares {}", words.join(", ")),
        }
    };
    on_all_processors(&all, told)
}

/// Does the same for all of these, on all processors; the answers in their order.
fn on_all_processors<T: Sync, R: Send>(all: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let each = &each;
    std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(workers).max(1));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().map(each).collect::<Vec<R>>())).collect();
        let joined = running
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    })
}

impl<'a> Corpus<'a> {
    fn of(notes: &'a [&'a Arc<Note>]) -> Self {
        let sections: Vec<(usize, usize)> = notes
            .iter()
            .enumerate()
            .flat_map(|(at, note)| (0..note.headings.len()).map(move |section| (at, section)))
            .collect();
        let mut documents = on_all_processors(&sections, |(note, section)| Document {
            note: *note,
            section: *section,
            words: counted(notes[*note], *section),
            length: 0.0,
        });
        let mut spread: HashMap<TokenKey, u32> = HashMap::new();
        for (word, _) in documents.iter().flat_map(|document| &document.words) {
            *spread.entry(*word).or_default() += 1;
        }
        let mut corpus = Self { notes, documents: Vec::new(), places: HashMap::new(), spread };
        let all = documents.len();
        for (document, index) in documents.iter_mut().zip(0_u32..) {
            for (word, weight) in &mut document.words {
                let with = corpus.spread.get(word).copied().unwrap_or(1) as usize;
                *weight *= telling(with, all);
                if (2..=MOST_PLACES).contains(&with) {
                    corpus.places.entry(*word).or_default().push(index);
                }
            }
            document.words.retain(|(_, weight)| *weight > 0.0);
            document.length = document.words.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        }
        corpus.documents = documents;
        corpus
    }

    fn with(&self, word: TokenKey) -> usize {
        self.spread.get(&word).copied().unwrap_or(0) as usize
    }

    /// The documents most like one: which, how much, and the words that both have, the most telling first.
    fn nearest(&self, document: usize) -> Vec<(usize, f64, Vec<TokenKey>)> {
        let own = &self.documents[document];
        let mut telling: Vec<(f64, TokenKey)> = own
            .words
            .iter()
            .filter(|(word, _)| self.places.contains_key(word))
            .map(|(word, weight)| (*weight, *word))
            .collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        telling.truncate(MOST_TELLING);
        let mut found: HashMap<u32, f64> = HashMap::new();
        for (weight, word) in &telling {
            for other in self.places.get(word).into_iter().flatten() {
                *found.entry(*other).or_default() += weight;
            }
        }
        let mut candidates: Vec<(u32, f64)> =
            found.into_iter().filter(|(other, _)| self.may_relate(document, *other as usize)).collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.truncate(MOST_COMPARED);
        let compared = candidates.into_iter().map(|(other, _)| other as usize);
        let mut near: Vec<(usize, f64, Vec<TokenKey>)> =
            compared.filter_map(|other| self.compared(document, other)).collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(MOST);
        near
    }

    fn may_relate(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.documents[one], &self.documents[other]);
        let note = self.notes[other.note];
        (one.note != other.note || is_apart(note, one.section, other.section))
            && !note.sections[other.section].substance.is_empty()
    }

    fn compared(&self, one: usize, other: usize) -> Option<(usize, f64, Vec<TokenKey>)> {
        let (own, theirs) = (&self.documents[one], &self.documents[other]);
        let mut shared: Vec<(f64, TokenKey)> = Vec::new();
        let (mut a, mut b) = (own.words.iter().peekable(), theirs.words.iter().peekable());
        while let (Some((word, weight)), Some((their_word, their_weight))) = (a.peek(), b.peek()) {
            match word.cmp(their_word) {
                std::cmp::Ordering::Less => _ = a.next(),
                std::cmp::Ordering::Greater => _ = b.next(),
                std::cmp::Ordering::Equal => {
                    shared.push((weight * their_weight, *word));
                    a.next();
                    b.next();
                }
            }
        }
        let product: f64 = shared.iter().map(|(share, _)| share).sum();
        let cosine = product / (own.length * theirs.length).max(f64::MIN_POSITIVE);
        if cosine < LEAST {
            return None;
        }
        shared.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let words: Vec<TokenKey> = shared.into_iter().map(|(_, word)| word).collect();
        let note = self.notes[own.note];
        let near = own.note == theirs.note && note.topmost(own.section) == note.topmost(theirs.section);
        let is_rare = |word: &TokenKey| self.with(*word) <= RARE.max(self.documents.len() / RARE_PART);
        if !near {
            let rare: Vec<TokenKey> = words.iter().copied().filter(is_rare).collect();
            if joined(self.spelled(one, &rare)).len() < 2 {
                return None;
            }
        }
        Some((other, cosine, words))
    }

    /// Words of a document by their keys, in the order of the keys.
    fn spelled(&self, document: usize, keys: &[TokenKey]) -> Vec<String> {
        let Document { note, section, .. } = &self.documents[document];
        let mut spelled: HashMap<TokenKey, Option<String>> = keys.iter().map(|key| (*key, None)).collect();
        each_word(self.notes[*note], *section, |token, _| {
            if let Some(word @ None) = spelled.get_mut(&key(token)) {
                *word = Some(token.to_owned());
            }
        });
        keys.iter().filter_map(|key| spelled.get_mut(key)?.take()).collect()
    }
}

/// How much a word tells that stands in so many of all sections; nothing when these are too many.
fn telling(with: usize, all: usize) -> f64 {
    if with * COMMON > all.max(COMMON * 2) { 0.0 } else { (all as f64 / with.max(1) as f64).ln() + 1.0 }
}

/// The words of a section with their dampened counts, in the order of keys.
fn counted(note: &Note, section: usize) -> Vec<(TokenKey, f64)> {
    let mut counts: HashMap<TokenKey, f64> = HashMap::new();
    each_word(note, section, |token, weight| *counts.entry(key(token)).or_default() += weight);
    let mut words: Vec<(TokenKey, f64)> =
        counts.into_iter().map(|(word, count)| (word, dampened(count))).collect();
    words.sort_unstable_by_key(|(word, _)| *word);
    words
}

/// Calls back with each word of a section and how often it counts there.
fn each_word(note: &Note, section: usize, mut each: impl FnMut(&str, f64)) {
    each_telling(note.headings[section].title(), |token| each(token, TITLE));
    for text in prose(note, note.sections[section].body) {
        each_telling(text, |token| each(token, 1.0));
    }
    if let Some(parent) = note.sections[section].parent {
        each_telling(note.headings[parent as usize].title(), |token| each(token, PARENT));
    }
}
