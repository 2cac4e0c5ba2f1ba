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
const MANY_TIMES: usize = 4;

/// A heading in the order of the search: how many words are found around it only, the worst way in which a word fits, how
/// much else is said, its place.
type Rank = (u8, Way, u16, usize, usize);

/// Adds the headings of a note of a chunk, the one with this number, that are what is sought.
type Look<'a> = dyn Fn(&Chunk, usize, &mut Found) + Sync + 'a;

/// What one processor found.
#[derive(Default)]
struct Found {
    best: Vec<Rank>,
    /// Once more than enough were found: what is no better than this does not count.
    worst: Option<(u8, Way, u16)>,
    matcher: Scatter,
    /// How each name of a note fits each word; kept for the next note.
    fits: Vec<Option<Fit>>,
}

impl Found {
    fn add(&mut self, rank: Rank) {
        // Of equal ones the first places count, and places come in their order.
        if self.worst.is_none_or(|worst| (rank.0, rank.1, rank.2) < worst) {
            self.best.push(rank);
        }
    }

    /// Leaves the best, in any order.
    fn keep_best(&mut self, limit: usize) {
        if self.best.len() > limit {
            self.best.select_nth_unstable(limit);
            self.best.truncate(limit);
        }
        if self.best.len() == limit {
            self.worst = self.best.iter().map(|rank| (rank.0, rank.1, rank.2)).max();
        }
    }
}

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
            let add_chunk = |mut found: Found, (number, chunk): (usize, &Arc<Chunk>)| {
                let first = found.best.len();
                for note in (0..chunk.notes.len()).filter(|note| chunk.may_have(*note, query)) {
                    let before = found.best.len();
                    look(chunk, note, &mut found);
                    // What the settings say is asked only when there is something.
                    if found.best.len() > before && !counts(&chunk.notes[note]) {
                        found.best.truncate(before);
                    }
                }
                found.best[first..].iter_mut().for_each(|rank| rank.3 = number);
                if found.best.len() > limit.saturating_mul(MANY_TIMES) {
                    found.keep_best(limit);
                }
                found
            };
            // One part for each processor: the more a part holds, the sooner it knows what does not count.
            let part = self.0.len().div_ceil(rayon::current_num_threads()).max(FEW_CHUNKS);
            let chunks = self.0.par_iter().enumerate().with_min_len(part);
            let parts = chunks.fold(Found::default, add_chunk);
            let mut found =
                Found { best: parts.flat_map_iter(|part| part.best).collect(), ..Found::default() };
            found.keep_best(limit);
            found.best.sort_unstable();
            found.best
        };
        let mut ranks = seek(&|chunk, note, found| chunk.headings(note, query, found));
        if ranks.len() < FEW && query.words.len() == 1 {
            let known: Vec<(usize, usize)> = ranks.iter().map(|rank| (rank.3, rank.4)).collect();
            let scattered = seek(&|chunk, note, found| chunk.scattered_headings(note, query, found));
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

impl Chunk {
    /// Whether a name of a note has the letters of a word.
    fn may_have(&self, note: usize, query: &Query) -> bool {
        self.sought.names_of(note).any(|name| query.words.iter().any(|word| self.sought.may_fit(name, word)))
    }

    /// The headings of a note in which each word is found, or in what they stand in.
    fn headings(&self, note: usize, query: &Query, found: &mut Found) {
        let names = self.sought.names_of(note);
        let (first, count) = (names.start, names.len());
        // Of one word, what fits in a worse way than all that was found is no better for what stands around it.
        let worst = found.worst.filter(|worst| worst.0 == 0 && query.words.len() == 1).map(|worst| worst.1);
        let fit = |name: usize, pattern: &Pattern| {
            let may_count = self.sought.may_fit(name, pattern)
                && worst
                    .is_none_or(|worst| self.sought.bound(name, pattern).is_some_and(|bound| bound <= worst));
            may_count.then(|| self.sought.fit(name, pattern)).flatten()
        };
        let mut fits = std::mem::take(&mut found.fits);
        fits.clear();
        for word in &query.words {
            let before = fits.len();
            fits.extend(names.clone().map(|name| fit(name, word)));
            if fits[before..].iter().all(Option::is_none) {
                found.fits = fits;
                return;
            }
        }
        // The note's own names come first.
        let own_names =
            names.clone().take_while(|name| !matches!(self.sought.named(*name), Some(Named::Heading(_))));
        let own_names = own_names.count();
        for name in names.skip(own_names) {
            let Some(Named::Heading(heading)) = self.sought.named(name) else { continue };
            let around = |fits: &[Option<Fit>]| {
                let parent =
                    self.notes.get(note).and_then(|note| note.sections.get(heading as usize)?.parent);
                let parent = parent.and_then(|parent| self.sought.name_of(note, Named::Heading(parent)));
                let parent = parent.and_then(|parent| fits.get(parent - first).copied().flatten());
                parent.or_else(|| fits.get(..own_names)?.iter().flatten().min().copied())
            };
            let mut outside = 0;
            let apart = fits.chunks_exact(count).try_fold((Way::Whole, 0), |(worst, rest), fits| {
                let own = fits.get(name - first).copied().flatten();
                outside += u8::from(own.is_none());
                let fit = own.or_else(|| around(fits))?;
                Some((worst.max(fit.way), rest.max(fit.rest)))
            });
            let Some((way, rest)) = apart else { continue };
            let whole = if query.words.len() > 1 { fit(name, &query.whole) } else { None };
            found.add(match whole {
                Some(whole) => (0, whole.way, whole.rest, 0, name),
                None => (outside, way, rest, 0, name),
            });
        }
        found.fits = fits;
    }

    /// The headings of a note that have the letters of a query of one word in order, with others between them.
    fn scattered_headings(&self, note: usize, query: &Query, found: &mut Found) {
        for name in self.sought.names_of(note) {
            if matches!(self.sought.named(name), Some(Named::Heading(_)))
                && let Some(fit) = self.sought.scattered(name, &query.whole, &mut found.matcher)
            {
                found.add((0, fit.way, fit.rest, 0, name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Query;
    use crate::fixture::Fixture;
    use crate::note::Note;
    use crate::path::NotePath;
    use crate::vault::seek::SeekMemo;

    #[test]
    fn few_of_many_are_the_first_of_all() {
        let mut fixture = Fixture::parse("//- 队列.md\n# 队列\n\n## 消息\n");
        for n in 0..700_usize {
            let word = ["消息", "队列", "队", "message", "列"][n * 7 % 5];
            let text = format!("# {word} {}\n\n## {word}队列的{}\n\n## 其他\n", n % 13, "长".repeat(n % 17));
            fixture.vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{n:03}队.md")), text)));
        }
        let names = SeekMemo::default().names(&fixture.vault);
        for typed in ["队列", "dl", "消息 队", "m", "msg", "其他 dui"] {
            let query = Query::new(typed);
            let found = |limit: usize| -> Vec<(String, usize)> {
                let found = names.headings(&query, limit, |note| !note.path.as_str().ends_with("7队.md"));
                found.into_iter().map(|(note, heading)| (note.path.to_string(), heading)).collect()
            };
            let all = found(10_000);
            assert!(all.len() > 50, "{typed}: {}", all.len());
            for limit in [1, 3, 20] {
                assert_eq!(found(limit), all[..limit], "{typed}");
            }
        }
    }
}
