//! Which reading of a note came of which, and what changed from the one to the other.
//!
//! Invariant: where a stretch is told, the facts of both notes outside of it are the same but for their places (and
//! sections that reach over it for their ends). Nothing is told of readings that have nothing to do with each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::note::Note;
use crate::note::read::again::Stretch;

/// How many readings before a note it knows of: as many keys may be typed before someone looks again.
const KNOWN: usize = 16;

/// Where a reading comes from.
pub struct Lineage {
    id: u64,
    /// The readings before, the last one first, each with what changed since.
    before: Arc<[(u64, Stretch)]>,
}

impl Default for Lineage {
    fn default() -> Self {
        static READINGS: AtomicU64 = AtomicU64::new(0);
        Self { id: READINGS.fetch_add(1, Ordering::Relaxed), before: Arc::default() }
    }
}

impl Lineage {
    /// That of a note that was read again from one of this lineage.
    pub fn again(&self, stretch: &Stretch) -> Self {
        let earlier = self.before.iter().map(|(id, earlier)| (*id, earlier.then(stretch)));
        let before = std::iter::once((self.id, stretch.clone())).chain(earlier);
        Self { before: before.take(KNOWN).collect(), ..Self::default() }
    }
}

impl Note {
    /// What changed since `before`, a reading of the same note; `None` when that is not known.
    pub fn since(&self, before: &Self) -> Option<Stretch> {
        let (own, other) = (&self.lookup.lineage, &before.lookup.lineage);
        if own.id == other.id {
            return Some(Stretch { old: 0..0, new: 0..0 });
        }
        own.before.iter().find(|(id, _)| *id == other.id).map(|(_, stretch)| stretch.clone())
    }
}

impl Stretch {
    /// The stretch of this change and the next one together.
    fn then(&self, next: &Self) -> Self {
        let start = self.old.start.min(next.old.start);
        // The end in the text between the two.
        let end = self.new.end.max(next.old.end);
        let old_end = end - self.new.end + self.old.end;
        let new_end = end - next.old.end + next.new.end;
        Self { old: start..old_end, new: start..new_end }
    }

    /// The indices of the facts in the stretch before and after, of vectors of facts that start where `start` says.
    pub fn of<T>(&self, old: &[T], new: &[T], start: impl Fn(&T) -> usize) -> (Facts, Facts) {
        let within = |facts: &[T], part: &std::ops::Range<usize>| {
            let first = facts.partition_point(|fact| start(fact) < part.start);
            first..facts.partition_point(|fact| start(fact) < part.end).max(first)
        };
        (within(old, &self.old), within(new, &self.new))
    }
}

/// Indices of facts.
pub type Facts = std::ops::Range<usize>;

#[cfg(test)]
mod tests {
    use crate::note::Note;
    use crate::path::NotePath;

    #[test]
    fn changes_one_after_another_are_told_as_one() {
        let text = "## a\n\none\n\n## b\n\ntwo\n\n## c\n\nthree\n";
        let first = Note::read(NotePath::new("/n.md"), text);
        let second = first.read_again(text.replace("two", "two, too")).note;
        let third = second.read_again(second.text.as_str().replace("one", "o")).note;
        let told = |note: &Note, since: &Note| {
            let stretch = note.since(since)?;
            let of = |note: &Note, part| note.text.as_str().get(part).map(str::to_owned);
            Some((of(since, stretch.old)?, of(note, stretch.new)?))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(told(&second, &first), pair("## b\n\ntwo\n\n", "## b\n\ntwo, too\n\n"));
        assert_eq!(told(&third, &second), pair("## a\n\none\n\n", "## a\n\no\n\n"));
        assert_eq!(
            told(&third, &first),
            pair("## a\n\none\n\n## b\n\ntwo\n\n", "## a\n\no\n\n## b\n\ntwo, too\n\n")
        );
        assert_eq!(told(&first, &second), None);
        assert_eq!(told(&first, &Note::read(NotePath::new("/n.md"), text)), None);
        assert_eq!(told(&first, &first), pair("", ""));
    }
}
