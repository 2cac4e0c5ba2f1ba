//! Headings of all notes by words, of which some may name what a heading stands in: its chapter or its note.
//!
//! Invariant: every word is found in the heading, in the heading around it or in a name of the note.

use std::sync::Arc;

use rayon::prelude::*;

use crate::fuzzy::{Fit, MAX_WORDS, Pattern, Scatter, Way};
use crate::note::Note;
use crate::note::sought::Named;
use crate::vault::seek::table::Chunk;
use crate::vault::seek::{AllNames, FEW};

/// What headings are sought by.
pub struct Query {
    /// All of it: a heading that has it as it stands comes first.
    whole: Pattern,
    /// Its words, when it has several.
    words: Vec<Pattern>,
}

/// So few chunks are looked at faster by one processor than given to another.
const FEW_CHUNKS: usize = 16;

/// So many times as many as are wanted are found before the best of them are chosen.
const MANY_TIMES: usize = 16;

/// A heading in the order of the search: how many words are found around it only, the worst way in which a word fits, how
/// much else is said, its place.
type Rank = (u8, Way, u16, usize, usize);

/// Adds the headings of a note of a chunk, the one with this number, that are what is sought.
type Look<'a> = dyn Fn(&Chunk, usize, &mut Vec<Rank>, &mut Scatter) + Sync + 'a;

impl Query {
    /// A query as it was typed.
    pub fn new(typed: &str) -> Self {
        let words: Vec<Pattern> = typed.split_whitespace().take(MAX_WORDS).map(Pattern::new).collect();
        Self { whole: Pattern::new(typed), words }
    }

    /// All that was typed as one pattern.
    pub fn whole(&self) -> &Pattern {
        &self.whole
    }
}

impl AllNames {
    /// The headings that a query may mean, by note and index, at most `limit`, the best first. Of notes that do not count
    /// there are none. An empty query gives the first there are.
    pub fn headings(
        &self,
        query: &Query,
        limit: usize,
        counts: impl Fn(&Note) -> bool + Sync,
    ) -> Vec<(&Arc<Note>, usize)> {
        if query.words.is_empty() {
            let notes = self.0.iter().flat_map(|chunk| &chunk.notes).filter(|note| counts(note));
            return notes
                .flat_map(|note| (0..note.headings.len()).map(move |index| (note, index)))
                .take(limit)
                .collect();
        }
        let seek = |look: &Look<'_>| {
            let add_chunk = |(mut best, mut matcher): (Vec<Rank>, Scatter),
                             (number, chunk): (usize, &Arc<Chunk>)| {
                let first = best.len();
                for note in (0..chunk.notes.len()).filter(|note| chunk.may_have(*note, query)) {
                    let before = best.len();
                    look(chunk, note, &mut best, &mut matcher);
                    // What the settings say is asked only when there is something.
                    if best.len() > before && !counts(&chunk.notes[note]) {
                        best.truncate(before);
                    }
                }
                best[first..].iter_mut().for_each(|rank| rank.3 = number);
                if best.len() > limit.saturating_mul(MANY_TIMES) {
                    keep_best(&mut best, limit);
                }
                (best, matcher)
            };
            let chunks = self.0.par_iter().with_min_len(FEW_CHUNKS).enumerate();
            let found = chunks.fold(|| (Vec::new(), Scatter::default()), add_chunk);
            let mut ranks: Vec<Rank> = found.flat_map_iter(|(best, _)| best).collect();
            keep_best(&mut ranks, limit);
            ranks.sort_unstable();
            ranks
        };
        let mut ranks = seek(&|chunk, note, ranks, _| chunk.headings(note, query, ranks));
        if ranks.len() < FEW && query.words.len() == 1 {
            let known: Vec<(usize, usize)> = ranks.iter().map(|rank| (rank.3, rank.4)).collect();
            let scattered =
                seek(&|chunk, note, ranks, matcher| chunk.scattered_headings(note, query, ranks, matcher));
            let new = scattered.into_iter().filter(|rank| !known.contains(&(rank.3, rank.4)));
            ranks.extend(new.take(limit - known.len()));
        }
        let heading = |rank: &Rank| {
            let chunk = self.0.get(rank.3)?;
            let Some(Named::Heading(index)) = chunk.sought.named(rank.4) else { return None };
            Some((chunk.notes.get(chunk.sought.note_of(rank.4))?, index as usize))
        };
        ranks.iter().filter_map(heading).collect()
    }
}

/// Leaves the best, in any order.
fn keep_best(ranks: &mut Vec<Rank>, limit: usize) {
    if ranks.len() > limit {
        ranks.select_nth_unstable(limit);
        ranks.truncate(limit);
    }
}

impl Chunk {
    /// Whether a name of a note has the letters of a word.
    fn may_have(&self, note: usize, query: &Query) -> bool {
        self.sought.names_of(note).any(|name| query.words.iter().any(|word| self.sought.may_fit(name, word)))
    }

    /// The headings of a note in which each word is found, or in what they stand in.
    fn headings(&self, note: usize, query: &Query, ranks: &mut Vec<Rank>) {
        let names = self.sought.names_of(note);
        let first = names.start;
        let fit = |name: usize, pattern: &Pattern| {
            self.sought.may_fit(name, pattern).then(|| self.sought.fit(name, pattern)).flatten()
        };
        let of_word = |word: &Pattern| names.clone().map(|name| fit(name, word)).collect::<Vec<_>>();
        let fits: Vec<Vec<Option<Fit>>> = query.words.iter().map(of_word).collect();
        if fits.iter().any(|fits| fits.iter().all(Option::is_none)) {
            return;
        }
        // The note's own names come first.
        let own_names =
            names.clone().take_while(|name| !matches!(self.sought.named(*name), Some(Named::Heading(_))));
        let own_names = own_names.count();
        for name in names.clone().skip(own_names) {
            let Some(Named::Heading(heading)) = self.sought.named(name) else { continue };
            let parent = self.notes.get(note).and_then(|note| note.sections.get(heading as usize)?.parent);
            let parent = parent.and_then(|parent| self.sought.name_of(note, Named::Heading(parent)));
            let around = |fits: &[Option<Fit>]| {
                let parent = parent.and_then(|parent| fits.get(parent - first).copied().flatten());
                parent.or_else(|| fits.get(..own_names)?.iter().flatten().min().copied())
            };
            let mut outside = 0;
            let apart = fits.iter().try_fold((Way::Whole, 0), |(worst, rest), fits| {
                let own = fits.get(name - first).copied().flatten();
                outside += u8::from(own.is_none());
                let fit = own.or_else(|| around(fits))?;
                Some((worst.max(fit.way), rest.max(fit.rest)))
            });
            let Some((way, rest)) = apart else { continue };
            let whole = if query.words.len() > 1 { fit(name, &query.whole) } else { None };
            ranks.push(match whole {
                Some(whole) => (0, whole.way, whole.rest, 0, name),
                None => (outside, way, rest, 0, name),
            });
        }
    }

    /// The headings of a note that have the letters of a query of one word in order, with others between them.
    fn scattered_headings(&self, note: usize, query: &Query, ranks: &mut Vec<Rank>, matcher: &mut Scatter) {
        for name in self.sought.names_of(note) {
            if matches!(self.sought.named(name), Some(Named::Heading(_)))
                && let Some(fit) = self.sought.scattered(name, &query.whole, matcher)
            {
                ranks.push((0, fit.way, fit.rest, 0, name));
            }
        }
    }
}
