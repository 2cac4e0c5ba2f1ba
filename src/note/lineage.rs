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

/// A reading of a note: no two that were read have the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Reading(u64);

impl Default for Lineage {
    fn default() -> Self {
        static READINGS: AtomicU64 = AtomicU64::new(0);
        Self { id: READINGS.fetch_add(1, Ordering::Relaxed), before: Arc::default() }
    }
}

impl Lineage {
    /// That of the same reading, which no longer knows what came before it.
    pub(super) fn alone(&self) -> Self {
        Self { id: self.id, before: Arc::default() }
    }

    /// That of a note that was read again from one of this lineage.
    pub fn again(&self, stretch: &Stretch) -> Self {
        let earlier = self.before.iter().map(|(id, earlier)| (*id, earlier.then(stretch)));
        let before = std::iter::once((self.id, stretch.clone())).chain(earlier);
        Self { before: before.take(KNOWN).collect(), ..Self::default() }
    }
}

impl Note {
    /// Which reading it is.
    pub fn reading(&self) -> Reading {
        Reading(self.lineage.id)
    }

    /// Whether both are the same reading, be it at rest or not: then they say the same.
    pub fn is(&self, other: &Self) -> bool {
        self.lineage.id == other.lineage.id
    }

    /// What changed since `before`, a reading of the same note; `None` when that is not known.
    pub fn since(&self, before: &Self) -> Option<Stretch> {
        let (own, other) = (&self.lineage, &before.lineage);
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
    pub fn of<T>(&self, old: &[T], new: &[T], start: impl Fn(&T) -> usize) -> (Indices, Indices) {
        let within = |facts: &[T], part: &std::ops::Range<usize>| {
            let first = facts.partition_point(|fact| start(fact) < part.start);
            first..facts.partition_point(|fact| start(fact) < part.end).max(first)
        };
        (within(old, &self.old), within(new, &self.new))
    }
}

/// Indices of facts.
pub type Indices = std::ops::Range<usize>;

/// When more facts came and went, nobody goes after each of them.
pub const MOST_REPLACED: usize = 256;

/// Facts of a vector in place of which others came: those from `first` up to `last` went, `count` came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Replaced {
    /// The index of the first that went, and of the first that came.
    pub first: usize,
    /// The index behind the last that went.
    pub last: usize,
    /// How many came.
    pub count: usize,
}

impl Replaced {
    /// The fewest that were replaced, when those of `new` stand in place of those of `old` and all others are the same.
    /// Both begin at the same index.
    fn among<T>(
        (old, before): (&[T], Indices),
        (new, after): (&[T], Indices),
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let start = before.start;
        let (gone, come) = (old.get(before).unwrap_or_default(), new.get(after).unwrap_or_default());
        let led = gone.iter().zip(come).take_while(|(gone, come)| same(gone, come)).count();
        let (gone, come) = (&gone[led..], &come[led..]);
        let pairs = gone.iter().rev().zip(come.iter().rev());
        let closing = pairs.take_while(|(gone, come)| same(gone, come)).count();
        let first = start + led;
        Self { first, last: first + gone.len() - closing, count: come.len() - closing }
    }

    /// Whether nothing was replaced.
    pub fn is_empty(&self) -> bool {
        self.first == self.last && self.count == 0
    }

    /// How many went and came.
    pub fn len(&self) -> usize {
        self.last - self.first + self.count
    }

    /// The indices before of those that went.
    pub fn gone(&self) -> Indices {
        self.first..self.last
    }

    /// The indices after of those that came.
    pub fn come(&self) -> Indices {
        self.first..self.first + self.count
    }

    /// The index after of a fact that had this one before; `None` when it went.
    pub fn moved(&self, index: usize) -> Option<usize> {
        match index {
            _ if index < self.first => Some(index),
            _ if index < self.last => None,
            _ => Some(index - self.last + self.first + self.count),
        }
    }
}

impl Note {
    /// The headings that say another thing than in `before`; `since` is what [`Note::since`] tells of it.
    pub fn headings_since(&self, before: &Self, since: Option<&Stretch>) -> Replaced {
        let (old, new) = (&before.headings, &self.headings);
        let (gone, come) = facts_of(since, old, new, |heading| heading.range.start());
        Replaced::among((old, gone), (new, come), |old, new| {
            old.said.is(&new.said) || (old.title() == new.title() && old.text() == new.text())
        })
    }

    /// The anchors besides those of headings that are called otherwise than in `before`.
    pub fn anchors_since(&self, before: &Self, since: Option<&Stretch>) -> Replaced {
        let (old, new) = (&before.anchors, &self.anchors);
        let (gone, come) = facts_of(since, old, new, |anchor| anchor.name.start());
        Replaced::among((old, gone), (new, come), |old, new| {
            old.kind == new.kind && before.text.slice(old.name) == self.text.slice(new.name)
        })
    }
}

/// The facts that may differ: those in the stretch that changed, or all.
fn facts_of<T>(
    since: Option<&Stretch>,
    old: &[T],
    new: &[T],
    start: impl Fn(&T) -> usize,
) -> (Indices, Indices) {
    match since {
        Some(stretch) => stretch.of(old, new, start),
        None => (0..old.len(), 0..new.len()),
    }
}

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
