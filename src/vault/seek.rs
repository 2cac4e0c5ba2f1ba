//! Notes and headings of all notes by a few letters of their names, for who is typing a reference.
//!
//! Invariant: the result is that of looking at every name; what an earlier search found is only where a longer
//! pattern begins to look.

use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::fuzzy::{Fit, Pattern, Scatter, Way};
use crate::note::Note;
use crate::note::sought::Named;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::names::key_of;

/// A name that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit<'a> {
    /// The note that bears it, or in which the heading stands.
    pub note: &'a Arc<Note>,
    /// What it is the name of.
    pub named: Named,
    /// How it fits.
    pub fit: Fit,
}

/// What was found, the best first.
#[derive(Debug, Default)]
pub struct Found<'a> {
    /// The best, as many as were asked for.
    pub hits: Vec<Hit<'a>>,
    /// Whether there are more.
    pub more: bool,
}

/// What is sought.
pub struct Wanted<'a> {
    /// What was typed.
    pub pattern: &'a Pattern,
    /// Which names count.
    pub counts: &'a (dyn Fn(Named) -> bool + Sync),
    /// How near a name is to who is typing; the smaller the nearer.
    pub distance: &'a (dyn Fn(&Note, Named) -> u8 + Sync),
    /// How many are wanted.
    pub limit: usize,
}

/// The names that the latest pattern fitted or may have, for the next one, which mostly goes on from it.
#[derive(Default)]
pub struct SeekMemo {
    vault: Vault,
    typed: String,
    /// `None` when they were too many to be kept.
    fitting: Option<Fitting>,
    went_on: bool,
}

/// Names of many notes, by note.
#[derive(Default)]
struct Fitting {
    /// Each note, and where its names end in `names`; they begin where those of the one before end.
    notes: Vec<(Arc<Note>, usize)>,
    /// Indices into the names of each note.
    names: Vec<u32>,
}

/// More names than these are not remembered: the next letter leaves few of them.
const MAX_REMEMBERED: usize = 50_000;

/// With so few found, letters with others between them may be meant.
const FEW: usize = 5;

/// How much more than what is wanted is ranked to the end, where how often something is linked to counts too.
const POOL: usize = 3;

/// A name in the order of the search: the way it fits, then how near it is, then how much else it says, then its place.
type Rank = (Way, u8, u16, u32, u32);

impl Vault {
    /// The names that fit, ranked. The order is, first to last: the way in which a name fits ([`Way`]: exact, then its
    /// beginning, then by pinyin, …); how near it is; how often notes link to what bears it, by halves; how little
    /// else it says; its place. So a list does not jump when nothing changed.
    pub fn seek<'v>(&'v self, wanted: &Wanted<'_>, memo: &mut SeekMemo) -> Found<'v> {
        let pattern = wanted.pattern;
        let went_on = memo.goes_on(pattern);
        let known = if went_on { memo.take(self) } else { None };
        let mut places: Vec<Place<'_>> = Vec::new();
        match &known {
            Some(known) => known.each(|note, names| places.push((note, Some(names)))),
            None => places.extend(self.notes.values().map(|note| (note, None))),
        }
        let mut found = look_at(&places, wanted);
        if found.count < FEW && pattern.folded().is_ascii() && !pattern.is_empty() {
            let first = places.len();
            places.extend(self.notes.values().map(|note| (note, None)));
            found.look_for_scattered(&places, first, wanted);
        }
        let more = found.count > wanted.limit;
        let fitting = found.remembered(&places);
        let ranked = found.best.into_sorted_vec().into_iter();
        let hits = ranked.take(wanted.limit * POOL).filter_map(|(way, distance, rest, number, index)| {
            let note = self.notes.get(&places.get(number as usize)?.0.path)?;
            let named = note.sought().named(index as usize)?;
            Some((distance, Hit { note, named, fit: Fit { way, rest } }))
        });
        let mut hits: Vec<(u8, Hit<'v>)> = hits.collect();
        drop(places);
        *memo = SeekMemo { vault: self.clone(), typed: pattern.folded().to_owned(), fitting, went_on };
        hits.sort_by_cached_key(|(distance, hit)| {
            let linked = self.times_named(hit.note.path.stem());
            // Halves: 1, 2–3, 4–7 … links are the same.
            (
                hit.fit.way,
                *distance,
                u32::MAX - linked.checked_ilog2().map_or(0, |halves| halves + 1),
                hit.fit.rest,
            )
        });
        hits.truncate(wanted.limit);
        Found { hits: hits.into_iter().map(|(_, hit)| hit).collect(), more }
    }

    /// How many notes have a link that names something called `name`, up to a hundred.
    pub fn times_named(&self, name: &str) -> usize {
        self.links.bearers(key_of(name)).take(100).count()
    }

    /// The paths of notes that came, went or changed since an earlier moment of this vault; costs as much as there are.
    pub fn changed_since<'v>(&'v self, earlier: &'v Self) -> impl Iterator<Item = &'v NotePath> {
        earlier.notes.diff(&self.notes).filter_map(|change| match change {
            imbl::ordmap::DiffItem::Add(path, _) | imbl::ordmap::DiffItem::Remove(path, _) => Some(path),
            imbl::ordmap::DiffItem::Update { old: (path, old), new: (_, new) } => {
                (!Arc::ptr_eq(old, new)).then_some(path)
            }
        })
    }
}

impl SeekMemo {
    /// Whether the latest search went on from the one before.
    pub fn went_on(&self) -> bool {
        self.went_on
    }

    fn goes_on(&self, pattern: &Pattern) -> bool {
        !self.typed.is_empty() && pattern.folded().starts_with(&self.typed)
    }

    /// The names among which those that fit a longer pattern must be, by note in their order; of notes that changed, all.
    fn take(&mut self, vault: &Vault) -> Option<Fitting> {
        let known = self.fitting.take()?;
        let mut changed: Vec<&NotePath> = vault.changed_since(&self.vault).collect();
        changed.sort_unstable();
        let mut fitting = Fitting::default();
        let mut done = 0;
        for path in changed {
            let at = known.notes.partition_point(|(note, _)| note.path < *path);
            fitting.copy(&known, done..at);
            done = at + usize::from(known.notes.get(at).is_some_and(|(note, _)| note.path == *path));
            if let Some(note) = vault.note(path) {
                fitting.add(note, 0..u32::try_from(note.sought().len()).unwrap_or(u32::MAX));
            }
        }
        fitting.copy(&known, done..known.notes.len());
        Some(fitting)
    }
}

impl Fitting {
    fn add(&mut self, note: &Arc<Note>, names: impl Iterator<Item = u32>) {
        let before = self.names.len();
        self.names.extend(names);
        if self.names.len() > before {
            self.notes.push((Arc::clone(note), self.names.len()));
        }
    }

    /// Adds these notes of another with their names.
    fn copy(&mut self, other: &Self, notes: std::ops::Range<usize>) {
        let mut start =
            notes.start.checked_sub(1).and_then(|before| other.notes.get(before)).map_or(0, |(_, end)| *end);
        for (note, end) in other.notes.get(notes).unwrap_or_default() {
            self.add(note, other.names.get(start..*end).unwrap_or_default().iter().copied());
            start = *end;
        }
    }

    fn each<'a>(&'a self, mut each: impl FnMut(&'a Arc<Note>, &'a [u32])) {
        let mut start = 0;
        for (note, end) in &self.notes {
            each(note, self.names.get(start..*end).unwrap_or_default());
            start = *end;
        }
    }
}

/// A note, and the indices of those of its names that may fit; `None` for all.
type Place<'a> = (&'a Arc<Note>, Option<&'a [u32]>);

/// With fewer notes than these, one processor is as fast as several.
const MANY: usize = 1_000;

/// Looks at the names at these places, on all processors when they are many.
fn look_at(places: &[Place<'_>], wanted: &Wanted<'_>) -> Search {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    if places.len() < MANY || workers < 2 {
        return Search::of(places, 0, wanted);
    }
    let part = places.len().div_ceil(workers);
    std::thread::scope(|scope| {
        let parts = places
            .chunks(part)
            .enumerate()
            .map(|(number, places)| scope.spawn(move || Search::of(places, number * part, wanted)));
        let parts: Vec<_> = parts.collect();
        let mut whole = Search::default();
        for part in parts {
            whole.take(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        whole
    })
}

/// What was found among some names. Names are told by the number of their place and their index there.
#[derive(Default)]
struct Search {
    /// The best so far, the worst of them on top.
    best: BinaryHeap<Rank>,
    /// How many fit, those included that were not read because they could not come among the best.
    count: usize,
    /// The names that fit, or may.
    fitting: Vec<(u32, u32)>,
    /// Whether they were too many to be gathered.
    overflows: bool,
}

impl Search {
    /// Looks at the names at `places`, the first of which has the number `first`.
    fn of(places: &[Place<'_>], first: usize, wanted: &Wanted<'_>) -> Self {
        let mut search = Self::default();
        let mut later: Vec<(u32, u32, Way)> = Vec::new();
        for (place, (note, names)) in places.iter().enumerate() {
            let sought = note.sought();
            let number = u32::try_from(first + place).unwrap_or(u32::MAX);
            let mut each = |index: u32| match sought.bound(index as usize, wanted.pattern) {
                // What may begin with what was typed is read at once: mostly it is enough.
                Some(bound) if bound <= Way::Numbered => search.read(note, number, index, wanted),
                Some(bound) => later.push((number, index, bound)),
                None => {}
            };
            match names {
                Some(names) => names.iter().copied().for_each(&mut each),
                None => (0..u32::try_from(sought.len()).unwrap_or(u32::MAX)).for_each(&mut each),
            }
        }
        // With enough that begin so, nothing else comes among the best.
        let enough = search.best.iter().filter(|rank| rank.0 <= Way::Numbered).count() >= wanted.limit;
        // Too many to be remembered need not be gathered.
        let gather = later.len() <= MAX_REMEMBERED;
        search.overflows |= !gather;
        for (number, index, bound) in later {
            // What cannot come among the best is not read; a longer pattern may still be found in it.
            if enough || search.is_out(bound, wanted) {
                search.count += 1;
                if gather {
                    search.fitting.push((number, index));
                }
            } else if let Some((note, _)) = places.get(number as usize - first) {
                search.read(note, number, index, wanted);
            }
        }
        search
    }

    fn read(&mut self, note: &Note, number: u32, index: u32, wanted: &Wanted<'_>) {
        if let Some(fit) = note.sought().fit(index as usize, wanted.pattern) {
            self.fitting.push((number, index));
            self.add(note, number, index, fit, wanted);
        }
    }

    /// Looks at names that do not fit otherwise for letters with others between them, in the places from `first` on.
    fn look_for_scattered(&mut self, places: &[Place<'_>], first: usize, wanted: &Wanted<'_>) {
        let mut matcher = Scatter::default();
        for (number, (note, _)) in (0..).zip(places).skip(first) {
            let sought = note.sought();
            for name in 0..sought.len() {
                let Some(fit) = sought.scattered(name, wanted.pattern, &mut matcher) else { continue };
                if let Ok(index) = u32::try_from(name)
                    && sought.fit(name, wanted.pattern).is_none()
                {
                    self.add(note, number, index, fit, wanted);
                }
            }
        }
    }

    /// Whether a name that fits in this way at best would not come among those that are ranked to the end.
    fn is_out(&self, bound: Way, wanted: &Wanted<'_>) -> bool {
        self.best.len() >= wanted.limit * POOL && self.best.peek().is_some_and(|worst| worst.0 < bound)
    }

    fn add(&mut self, note: &Note, number: u32, index: u32, fit: Fit, wanted: &Wanted<'_>) {
        let Some(named) = note.sought().named(index as usize).filter(|named| (wanted.counts)(*named)) else {
            return;
        };
        self.count += 1;
        if self.is_out(fit.way, wanted) {
            return;
        }
        let full = self.best.len() >= wanted.limit * POOL;
        let rank = (fit.way, (wanted.distance)(note, named), fit.rest, number, index);
        if !full {
            self.best.push(rank);
        } else if self.best.peek().is_some_and(|worst| rank < *worst) {
            self.best.pop();
            self.best.push(rank);
        }
    }

    /// Takes in what was found elsewhere.
    fn take(&mut self, other: Self) {
        self.best.extend(other.best);
        self.count += other.count;
        self.fitting.extend(other.fitting);
        self.overflows |= other.overflows;
    }

    /// The names that fit, for the next search; `None` when they are too many.
    fn remembered(&mut self, places: &[Place<'_>]) -> Option<Fitting> {
        if self.overflows || self.fitting.len() > MAX_REMEMBERED {
            return None;
        }
        // Several runs that are in order: those read at once and those read later, of each processor.
        self.fitting.sort();
        let mut fitting = Fitting::default();
        for of_note in self.fitting.chunk_by(|a, b| a.0 == b.0) {
            let number = of_note.first().map_or(0, |(number, _)| *number as usize);
            if let Some((note, _)) = places.get(number) {
                fitting.add(note, of_note.iter().map(|(_, index)| *index));
            }
        }
        Some(fitting)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{SeekMemo, Wanted};
    use crate::fixture::Fixture;
    use crate::fuzzy::Pattern;
    use crate::note::Note;
    use crate::note::sought::Named;
    use crate::path::NotePath;
    use crate::vault::Vault;

    fn names(vault: &Vault, typed: &str, memo: &mut SeekMemo) -> Vec<String> {
        let pattern = Pattern::new(typed);
        let wanted = Wanted {
            pattern: &pattern,
            counts: &|_| true,
            distance: &|note, _| u8::from(note.path.as_str() != "/a.md"),
            limit: 5,
        };
        let found = vault.seek(&wanted, memo);
        let name = |hit: &super::Hit<'_>| match hit.named {
            Named::Heading(index) => {
                format!("{}#{}", hit.note.path.stem(), hit.note.headings[index as usize].title)
            }
            named => format!("{} {named:?}", hit.note.path.stem()),
        };
        found.hits.iter().map(name).collect()
    }

    const NOTES: &str = "//- a.md\n# 甲\n\n## 队列\n\n## 消息队列\n//- b.md\n# 消息队列\n\n## 消息\n\n[[消息队列]]\n\
        //- 消息队列.md\n---\naliases: [MQ]\n---\n# kube-proxy\n//- c.md\n## 消息队列的用途\n";

    #[test]
    fn the_order_is_that_of_the_ways_then_of_nearness() {
        let fixture = Fixture::parse(NOTES);
        let found = names(&fixture.vault, "xxdl", &mut SeekMemo::default());
        assert_eq!(found, ["a#消息队列", "消息队列 Stem", "b#消息队列", "c#消息队列的用途"]);
        assert_eq!(names(&fixture.vault, "mq", &mut SeekMemo::default()), ["消息队列 Alias(0)"]);
        let found = names(&fixture.vault, "队列", &mut SeekMemo::default());
        assert_eq!(found[..2], ["a#队列", "a#消息队列"]);
        assert_eq!(names(&fixture.vault, "kbprx", &mut SeekMemo::default()), ["消息队列#kube-proxy"]);
    }

    #[test]
    fn going_on_finds_what_beginning_anew_finds() {
        let mut fixture = Fixture::parse(NOTES);
        let mut memo = SeekMemo::default();
        for (step, typed) in
            ["x", "xx", "xxd", "xxdl", "xxdld", "x", "xxdl", "kb", "kbp", "kbpr"].iter().enumerate()
        {
            if step % 3 == 1 {
                let text = format!("## 消息队列 {step}\n");
                fixture.vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), text)));
            }
            if step == 5 {
                fixture.vault.remove(&NotePath::new("/b.md"));
            }
            let anew = names(&fixture.vault, typed, &mut SeekMemo::default());
            assert_eq!(names(&fixture.vault, typed, &mut memo), anew, "{typed}");
        }
    }
}
