//! Headings of all notes by words, of which some may name what a heading stands in: its chapter or its note.
//!
//! Invariant: every word is found in the heading, in the heading around it or in a name of the note.

use std::sync::Arc;

use rayon::prelude::*;

use crate::fuzzy::{Best, Fit, MAX_WORDS, Pairs, Pattern, Scatter, Way};
use crate::note::sought::{Named, Sought};
use crate::path::NotePath;
use crate::text::narrow;
use crate::vault::seek::candidates::{Candidate, Candidates};
use crate::vault::seek::table::Chunk;
use crate::vault::seek::{AllNames, FEW};

/// What headings are sought by.
pub struct Query {
    /// All of it: a heading that has it as it stands comes first.
    whole: Pattern,
    /// Its words.
    words: Vec<Pattern>,
    /// Which characters follow each other in its words.
    pairs: Pairs,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Headings<'a> {
    /// Each by the path of its note and its index there, the best first.
    pub found: Vec<(&'a NotePath, usize)>,
    /// How many names were read for it.
    pub read: usize,
}

/// The bit of a note of a chunk in a set of such notes; with more notes in a chunk than there are bits some share one.
fn bit_of(note: usize) -> u128 {
    1 << (note % u128::BITS as usize)
}

/// So few chunks are looked at faster by one processor than given to another.
const FEW_CHUNKS: usize = 16;

/// A heading in the order of the search: how many words are found around it only, the worst way in which a word fits, how
/// much else is said, its place: the number of the chunk and the index of the name there.
type Rank = (u8, Way, u16, u32, u32);

/// How what was typed fits at best.
const BEST: Fit = Fit { way: Way::Whole, rest: 0 };

impl Query {
    /// A query as it was typed.
    pub fn new(typed: &str) -> Self {
        let words: Vec<Pattern> = typed.split_whitespace().take(MAX_WORDS).map(Pattern::new).collect();
        let pairs = words.iter().fold(Pairs::default(), |all, word| all.with(word.pairs()));
        Self { whole: Pattern::new(typed), words, pairs }
    }

    /// All that was typed as one pattern.
    pub fn whole(&self) -> &Pattern {
        &self.whole
    }

    /// How a name fits at best: as a whole, or by each word.
    fn bound(&self, sought: &Sought, name: usize) -> Option<Fit> {
        let whole = sought.bound(name, &self.whole);
        if self.words.len() == 1 {
            return whole;
        }
        whole.into_iter().chain(self.by_words(|word| sought.bound(name, word))).min()
    }

    /// How a name fits: as a whole, or else by each word.
    fn fit(&self, sought: &Sought, name: usize) -> Option<Fit> {
        let whole = sought.fit(name, &self.whole);
        if self.words.len() == 1 {
            return whole;
        }
        whole.or_else(|| self.by_words(|word| sought.fit(name, word)))
    }

    /// How all words together fit, of which `of` tells each.
    fn by_words(&self, of: impl FnMut(&Pattern) -> Option<Fit>) -> Option<Fit> {
        self.words.iter().map(of).try_fold(BEST, |worst, fit| Some(worst.and(fit?)))
    }
}

impl AllNames {
    /// The headings that a query may mean, at most `limit`, the best first. Of notes that do not count there are none. An
    /// empty query gives the first there are.
    pub fn headings(
        &self,
        query: &Query,
        limit: usize,
        counts: impl Fn(&NotePath) -> bool + Sync,
    ) -> Headings<'_> {
        if query.words.is_empty() {
            let all = self.0.iter().flat_map(|chunk| chunk.headings()).filter(|(path, _)| counts(path));
            return Headings { found: all.take(limit).collect(), read: 0 };
        }
        let mut looked = Looked::new(query, &counts, limit);
        if query.whole.has_others() {
            // What stands for itself alone rules out more than what follows what.
            looked.at_all(&self.0, |part, chunks| part.own(chunks, Wanted::All));
        } else {
            looked.at_all(&self.0, |part, chunks| part.own(chunks, Wanted::InOnePiece));
            // With enough that fit better than in pieces, those are not looked at.
            if looked.admits(0, Fit { way: Way::Pieces, rest: 0 }, 0) {
                looked.at_all(&self.0, |part, chunks| part.own(chunks, Wanted::InPieces));
            }
        }
        // What is found in a heading itself comes before what is found around it.
        if !looked.best.is_full() {
            let mut known: Vec<Rank> = looked.best.iter().copied().collect();
            known.sort_unstable_by_key(|rank| (rank.3, rank.4));
            let mut around =
                Looked { known: &known, best: looked.best.beside(), ..Looked::new(query, &counts, 0) };
            around.at_all(&self.0, |part, chunks| part.each(chunks, Looked::around));
            looked.read += around.read;
            looked.best.take(around.best);
        }
        let mut read = looked.read;
        let mut ranks = looked.best.into_sorted();
        if ranks.len() < FEW && query.words.len() == 1 && query.whole.folded().is_ascii() {
            let mut looked = Looked::new(query, &counts, limit);
            looked.at_all(&self.0, |part, chunks| part.each(chunks, Looked::scattered));
            read += looked.read;
            let is_new = |rank: &Rank| ranks.iter().all(|known| (known.3, known.4) != (rank.3, rank.4));
            let new: Vec<Rank> = looked.best.into_sorted().into_iter().filter(is_new).collect();
            ranks.extend(new);
        }
        let heading = |rank: &Rank| {
            let (chunk, name) = (self.0.get(rank.3 as usize)?, rank.4 as usize);
            let Some(Named::Heading(index)) = chunk.sought.named(name) else { return None };
            Some((chunk.path_of(name)?, index as usize))
        };
        Headings { found: ranks.iter().filter_map(heading).take(limit).collect(), read }
    }
}

/// Which headings are looked at.
#[derive(Clone, Copy)]
enum Wanted {
    /// All that have what was typed.
    All,
    /// Those that may hold each word in one piece.
    InOnePiece,
    /// Those that may hold some words in pieces only.
    InPieces,
}

impl Wanted {
    /// Whether a heading that fits so at best is looked at.
    fn counts(self, way: Way) -> bool {
        match self {
            Self::All => true,
            Self::InOnePiece => way < Way::Pieces,
            Self::InPieces => way >= Way::Pieces,
        }
    }
}

/// What is found while chunks are looked at.
struct Looked<'a> {
    query: &'a Query,
    /// Whether the headings of a note are wanted.
    counts: &'a (dyn Fn(&NotePath) -> bool + Sync),
    best: Best<Rank>,
    /// The number of the first chunk of this part, and of the one at hand.
    first: u32,
    number: u32,
    read: usize,
    matcher: Option<Scatter>,
    /// The headings that fit a query of one word, by place, once they are known.
    known: &'a [Rank],
    /// How each name of a note fits each word; kept for the next note.
    fits: Vec<Option<Fit>>,
    /// The names of a chunk that have the letters; kept for the next chunk.
    having: Vec<u32>,
}

impl<'a> Looked<'a> {
    fn new(query: &'a Query, counts: &'a (dyn Fn(&NotePath) -> bool + Sync), limit: usize) -> Self {
        Self {
            query,
            counts,
            best: Best::new(limit),
            first: 0,
            number: 0,
            read: 0,
            matcher: None,
            known: &[],
            fits: Vec::new(),
            having: Vec::new(),
        }
    }

    /// Looks at all chunks on all processors.
    fn at_all(&mut self, chunks: &[Arc<Chunk>], look: impl Fn(&mut Self, &[Arc<Chunk>]) + Sync) {
        // One part for each processor: the more a part holds, the sooner it knows what does not count.
        let size = chunks.len().div_ceil(rayon::current_num_threads()).max(FEW_CHUNKS);
        let parts = chunks.par_chunks(size).enumerate().map(|(index, chunks)| {
            let first = narrow(index * size);
            let fresh = Self::new(self.query, self.counts, 0);
            let best = self.best.beside();
            let mut part = Self { best, known: self.known, first, number: first, ..fresh };
            look(&mut part, chunks);
            part
        });
        for part in parts.collect::<Vec<Self>>() {
            self.best.take(part.best);
            self.read += part.read;
        }
    }

    /// Looks at one chunk after the other.
    fn each(&mut self, chunks: &[Arc<Chunk>], look: impl Fn(&mut Self, &Chunk)) {
        for (number, chunk) in (self.first..).zip(chunks) {
            self.number = number;
            look(self, chunk);
        }
    }

    /// Whether a heading that fits so may come among the best.
    fn admits(&self, outside: u8, fit: Fit, name: usize) -> bool {
        self.best.admits((outside, fit.way, fit.rest, self.number, narrow(name)))
    }

    fn add(&mut self, chunk: &Chunk, outside: u8, fit: Fit, name: usize) {
        // What the settings say is asked only of what would come among the best.
        let counts = || chunk.path_of(name).is_some_and(|path| (self.counts)(path));
        if self.admits(outside, fit, name) && counts() {
            self.best.add((outside, fit.way, fit.rest, self.number, narrow(name)));
        }
    }

    /// The headings in which all words are found. They are read in the order of how they fit at best.
    fn own(&mut self, chunks: &[Arc<Chunk>], wanted: Wanted) {
        let query = self.query;
        let mut candidates = Candidates::default();
        let mut having = std::mem::take(&mut self.having);
        for (number, chunk) in (self.first..).zip(chunks) {
            let sought = &chunk.sought;
            match wanted {
                Wanted::InOnePiece => sought.following(query.pairs, &mut having),
                Wanted::All => sought.having(&query.whole, &mut having),
                Wanted::InPieces => {
                    sought.having(&query.whole, &mut having);
                    having.retain(|name| !sought.follows(*name as usize, query.pairs));
                }
            }
            let is_heading = |name: &u32| matches!(sought.named(*name as usize), Some(Named::Heading(_)));
            for name in having.iter().copied().filter(is_heading) {
                let bound = query.bound(sought, name as usize);
                if let Some(bound) = bound.filter(|bound| wanted.counts(bound.way)) {
                    candidates.push(bound, number, name);
                }
            }
        }
        self.having = having;
        for Candidate { number, index, bound, least } in candidates.best_first() {
            self.number = number;
            if !self.admits(0, least, 0) {
                break;
            }
            let chunk = chunks.get((number - self.first) as usize);
            let Some(chunk) = chunk.filter(|_| self.admits(0, bound, index as usize)) else { continue };
            self.read += 1;
            if let Some(fit) = query.fit(&chunk.sought, index as usize) {
                self.add(chunk, 0, fit, index as usize);
            }
        }
    }

    /// How a name fits a word at best.
    fn at_best(&self, sought: &Sought, name: usize, word: &Pattern) -> Option<Fit> {
        // Of headings it is known once all were looked at for this word.
        if self.query.words.len() == 1 && matches!(sought.named(name), Some(Named::Heading(_))) {
            let at = self.known.binary_search_by_key(&(self.number, narrow(name)), |rank| (rank.3, rank.4));
            let rank = self.known.get(at.ok()?)?;
            return Some(Fit { way: rank.1, rest: rank.2 });
        }
        sought.bound(name, word)
    }

    /// How a name fits a word.
    fn fit(&mut self, sought: &Sought, name: usize, word: &Pattern) -> Option<Fit> {
        self.at_best(sought, name, word)?;
        self.read += 1;
        sought.fit(name, word)
    }

    /// How the words fit the names of a note at best, the worst of them; `None` when one is found in none.
    fn bound(&self, chunk: &Chunk, note: usize) -> Option<Fit> {
        let names = chunk.sought.names_of(note);
        let both = |a: Fit, b: Fit| Fit { way: a.way.min(b.way), rest: a.rest.min(b.rest) };
        let of_word = |word: &Pattern| {
            let having = names.clone().filter(|name| chunk.sought.may_fit(*name, word));
            having.filter_map(|name| self.at_best(&chunk.sought, name, word)).reduce(both)
        };
        self.query.by_words(of_word)
    }

    /// The notes of a chunk that have names that may fit each word, as a set; see [`bit_of`].
    fn notes_having(&mut self, sought: &Sought) -> u128 {
        let mut having = std::mem::take(&mut self.having);
        let mut all = u128::MAX;
        for word in &self.query.words {
            sought.having(word, &mut having);
            // Which headings fit a query of one word is known.
            if self.query.words.len() == 1 {
                having.retain(|name| !matches!(sought.named(*name as usize), Some(Named::Heading(_))));
                let from = self.known.partition_point(|rank| rank.3 < self.number);
                let here = self.known.iter().skip(from).take_while(|rank| rank.3 == self.number);
                having.extend(here.map(|rank| rank.4));
            }
            let notes = having.iter().map(|name| bit_of(sought.note_of(*name as usize)));
            all &= notes.fold(0, |notes, note| notes | note);
            if all == 0 {
                break;
            }
        }
        self.having = having;
        all
    }

    /// The headings in which some words are not found, but in what they stand in.
    fn around(&mut self, chunk: &Chunk) {
        let having = self.notes_having(&chunk.sought);
        let is_having = |note: &usize| having & bit_of(*note) != 0;
        for note in (0..chunk.paths.len()).filter(is_having) {
            if self.bound(chunk, note).is_some_and(|bound| self.admits(1, bound, 0)) {
                self.around_in(chunk, note);
            }
        }
    }

    fn around_in(&mut self, chunk: &Chunk, note: usize) {
        let (sought, query) = (&chunk.sought, self.query);
        let names = sought.names_of(note);
        let (first, count) = (names.start, names.len());
        let mut fits = std::mem::take(&mut self.fits);
        fits.clear();
        for word in &query.words {
            let before = fits.len();
            fits.extend(names.clone().map(|name| self.fit(sought, name, word)));
            if fits[before..].iter().all(Option::is_none) {
                break;
            }
        }
        // The note's own names come first.
        let is_own = |name: &usize| !matches!(sought.named(*name), Some(Named::Heading(_)));
        let own_names = names.clone().take_while(is_own).count();
        let is_everywhere = fits.len() == count * self.query.words.len();
        for name in names.skip(own_names).filter(|_| is_everywhere) {
            // How each word is found around the heading.
            let around = |fits: &[Option<Fit>]| {
                let parent =
                    sought.parent(name).and_then(|parent| fits.get(parent - first).copied().flatten());
                parent.or_else(|| fits.get(..own_names)?.iter().flatten().min().copied())
            };
            let mut outside = 0;
            let found = fits.chunks_exact(count).try_fold(BEST, |worst, fits| {
                let own = fits.get(name - first).copied().flatten();
                outside += u8::from(own.is_none());
                Some(worst.and(own.or_else(|| around(fits))?))
            });
            // What is found in the heading alone was found before.
            if let Some(fit) = found.filter(|_| outside > 0) {
                let is_known = self.query.words.len() > 1 && sought.fit(name, &self.query.whole).is_some();
                if !is_known {
                    self.add(chunk, outside, fit, name);
                }
            }
        }
        self.fits = fits;
    }

    /// The headings that have the letters of a query of one word in order, with others between them.
    fn scattered(&mut self, chunk: &Chunk) {
        let (sought, query) = (&chunk.sought, self.query);
        let mut having = std::mem::take(&mut self.having);
        sought.having(&query.whole, &mut having);
        for name in having.iter().map(|name| *name as usize) {
            let matcher = self.matcher.get_or_insert_with(Scatter::default);
            if matches!(sought.named(name), Some(Named::Heading(_)))
                && let Some(fit) = sought.scattered(name, &query.whole, matcher)
            {
                self.add(chunk, 0, fit, name);
            }
        }
        self.having = having;
    }
}

impl Chunk {
    /// The headings with a name, by the paths of their notes and their indices there.
    fn headings(&self) -> impl Iterator<Item = (&NotePath, usize)> {
        self.paths.iter().enumerate().flat_map(move |(note, path)| {
            self.sought.names_of(note).filter_map(move |name| match self.sought.named(name) {
                Some(Named::Heading(index)) => Some((path, index as usize)),
                _ => None,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Headings, Query};
    use crate::fixture::Fixture;
    use crate::fuzzy::{Fit, Scatter, Way};
    use crate::note::Note;
    use crate::note::sought::{Named, Sought};
    use crate::path::NotePath;
    use crate::vault::Vault;
    use crate::vault::seek::{AllNames, FEW, SeekMemo};

    fn vault(count: usize) -> Vault {
        let mut fixture = Fixture::parse("//- 队列.md\n# 队列\n\n## 消息\n");
        for n in 0..count {
            let word = ["消息", "队列", "队", "message", "列"][n * 7 % 5];
            let front =
                if n % 11 == 0 { format!("---\naliases: [缓存 {n}]\n---\n") } else { String::new() };
            let text = format!(
                "{front}# {word} {}\n\n## {word}队列的{}\n\n### {}、进程{n}\n\n## 其他\n",
                n % 13,
                "长".repeat(n % 17),
                n % 5,
            );
            fixture.vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{n:04}队.md")), text)));
        }
        fixture.vault
    }

    fn counts(path: &NotePath) -> bool {
        !path.as_str().ends_with("7队.md")
    }

    fn paths(headings: &Headings<'_>) -> Vec<(String, usize)> {
        headings.found.iter().map(|(path, heading)| (path.to_string(), *heading)).collect()
    }

    /// Every name of every note read for every word.
    fn all_read(vault: &Vault, query: &Query) -> Vec<(String, usize)> {
        let (mut found, mut scattered, mut matcher) = (Vec::new(), Vec::new(), Scatter::default());
        for (number, note) in vault.notes().enumerate().filter(|(_, note)| counts(&note.path)) {
            let sought = Sought::of(note);
            let headings =
                (0..sought.len()).filter(|name| matches!(sought.named(*name), Some(Named::Heading(_))));
            for name in headings {
                let Some(Named::Heading(heading)) = sought.named(name) else { continue };
                let own =
                    (0..sought.len()).filter(|name| !matches!(sought.named(*name), Some(Named::Heading(_))));
                let parent = note.sections[heading as usize].parent;
                let parent = parent.and_then(|parent| {
                    (0..sought.len()).find(|name| sought.named(*name) == Some(Named::Heading(parent)))
                });
                let mut outside = 0;
                let mut worst = Some(Fit { way: Way::Whole, rest: 0 });
                for word in &query.words {
                    let fit = sought.fit(name, word);
                    outside += u8::from(fit.is_none());
                    let fit = fit.or_else(|| sought.fit(parent?, word));
                    let fit = fit.or_else(|| own.clone().filter_map(|name| sought.fit(name, word)).min());
                    worst = worst.and_then(|worst| Some(worst.and(fit?)));
                }
                let whole = sought.fit(name, &query.whole).map(|fit| (0, fit));
                if let Some((outside, fit)) = whole.or(worst.map(|fit| (outside, fit))) {
                    found.push((outside, fit, number, heading, note.path.to_string()));
                } else if let Some(fit) = sought.scattered(name, &query.whole, &mut matcher) {
                    scattered.push((0, fit, number, heading, note.path.to_string()));
                }
            }
        }
        found.sort();
        scattered.sort();
        if found.len() < FEW && query.words.len() == 1 {
            found.append(&mut scattered);
        }
        found.into_iter().map(|(.., heading, path)| (path, heading as usize)).collect()
    }

    const TYPED: [&str; 16] = [
        "队列",
        "dl",
        "消息 队",
        "m",
        "msg",
        "其他 dui",
        "列队",
        "xxx",
        "3 jc",
        "0、进",
        "缓存",
        "hc jc",
        "进程12 消",
        "mssg",
        "消息 9",
        "z",
    ];

    #[test]
    fn few_of_many_are_the_first_of_all() {
        let vault = vault(700);
        let names = SeekMemo::default().names(&vault);
        for typed in TYPED {
            let query = Query::new(typed);
            let all = all_read(&vault, &query);
            for limit in [1, 3, 20, 200, 10_000] {
                let found = paths(&names.headings(&query, limit, counts));
                assert_eq!(found, all[..limit.min(all.len())], "{typed}");
            }
        }
        let found = |typed: &str| all_read(&vault, &Query::new(typed)).len();
        let many = TYPED.iter().filter(|typed| found(typed) > 50).count();
        assert!(many > 8, "{many}");
    }

    fn read(names: &AllNames, typed: &str) -> usize {
        names.headings(&Query::new(typed), 20, |_| true).read
    }

    #[test]
    fn what_cannot_come_among_the_best_is_not_read() {
        let few = SeekMemo::default().names(&vault(2_000));
        let many = SeekMemo::default().names(&vault(8_000));
        for typed in ["队列", "dl", "m", "jc", "3、"] {
            let (few, many) = (read(&few, typed), read(&many, typed));
            assert!(many < 2 * few.max(100), "{typed}: {few} of 2,000 notes, {many} of 8,000");
        }
        // What nothing has is told at a glance, mostly.
        for typed in ["xyqz", "术语", "jjjj", "messagf", "队列 kafka"] {
            let read = read(&many, typed);
            assert!(read < 8_000 * 4 / 50, "{typed}: {read}");
        }
    }
}
