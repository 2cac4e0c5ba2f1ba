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
    pub counts: &'a dyn Fn(Named) -> bool,
    /// How near a name is to who is typing; the smaller the nearer.
    pub distance: &'a dyn Fn(&Note, Named) -> u8,
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
        let known = memo.take(self, pattern);
        let mut search = Search {
            wanted,
            best: BinaryHeap::new(),
            pool: wanted.limit * POOL,
            count: 0,
            notes: Vec::new(),
            fitting: Some(Fitting::default()),
        };
        match &known {
            Some(known) => {
                known.each(|note, names| search.look(note, names.iter().map(|name| *name as usize)))
            }
            None => self.notes.values().for_each(|note| search.look(note, 0..note.sought().len())),
        }
        if search.count < FEW && pattern.folded().is_ascii() && !pattern.is_empty() {
            search.look_for_scattered(self.notes.values());
        }
        let Search { best, count, notes, fitting, .. } = search;
        let more = count > wanted.limit;
        let hits = best.into_sorted_vec().into_iter().filter_map(|(way, distance, rest, number, index)| {
            let note = self.notes.get(&notes.get(number as usize)?.path)?;
            let named = note.sought().named(index as usize)?;
            Some((distance, Hit { note, named, fit: Fit { way, rest } }))
        });
        let mut hits: Vec<(u8, Hit<'v>)> = hits.collect();
        *memo = SeekMemo { vault: self.clone(), typed: pattern.folded().to_owned(), fitting };
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
    /// The names among which those that fit `pattern` must be, by note in their order; of notes that changed, all.
    fn take(&mut self, vault: &Vault, pattern: &Pattern) -> Option<Fitting> {
        // With a further word a pattern that stood for one thing can stand for two.
        let goes_on = pattern.folded().strip_prefix(&self.typed).is_some_and(|more| !more.contains(' '));
        if !goes_on || self.typed.is_empty() || self.typed.contains(' ') {
            return None;
        }
        let known = self.fitting.take()?;
        let mut changed: Vec<&NotePath> = vault.changed_since(&self.vault).collect();
        changed.sort_unstable();
        let mut changed = changed.into_iter().peekable();
        let mut fitting = Fitting::default();
        let all = |fitting: &mut Fitting, path: &NotePath| {
            if let Some(note) = vault.note(path) {
                fitting.add(note, 0..u32::try_from(note.sought().len()).unwrap_or(u32::MAX));
            }
        };
        known.each(|note, names| {
            while let Some(path) = changed.next_if(|path| **path < note.path) {
                all(&mut fitting, path);
            }
            match changed.next_if(|path| **path == note.path) {
                Some(path) => all(&mut fitting, path),
                None => fitting.add(note, names.iter().copied()),
            }
        });
        changed.for_each(|path| all(&mut fitting, path));
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

    fn each<'a>(&'a self, mut each: impl FnMut(&'a Arc<Note>, &'a [u32])) {
        let mut start = 0;
        for (note, end) in &self.notes {
            each(note, self.names.get(start..*end).unwrap_or_default());
            start = *end;
        }
    }
}

/// A search under way: the best so far, the worst of them on top.
struct Search<'a, 'w> {
    wanted: &'a Wanted<'w>,
    best: BinaryHeap<Rank>,
    /// How many are ranked to the end.
    pool: usize,
    /// How many fit, those included that were not read because they could not come among the best.
    count: usize,
    /// The notes that were looked at, by their numbers.
    notes: Vec<&'a Arc<Note>>,
    /// What fits, for the next search; `None` once it is too much.
    fitting: Option<Fitting>,
}

impl<'a> Search<'a, '_> {
    /// Looks at some names of a note.
    fn look(&mut self, note: &'a Arc<Note>, names: impl Iterator<Item = usize>) {
        let sought = note.sought();
        let number = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
        let before = self.fitting.as_ref().map_or(0, |fitting| fitting.names.len());
        for name in names {
            let Some(bound) = sought.bound(name, self.wanted.pattern) else { continue };
            let index = u32::try_from(name).unwrap_or(u32::MAX);
            // What cannot come among the best is not read; a longer pattern may still be found in it.
            if self.is_out(bound) {
                self.count += 1;
            } else if let Some(fit) = sought.fit(name, self.wanted.pattern) {
                self.add(note, number, index, fit);
            } else {
                continue;
            }
            if let Some(fitting) = &mut self.fitting {
                fitting.names.push(index);
            }
        }
        self.notes.push(note);
        self.fitting = self.fitting.take().filter(|fitting| fitting.names.len() <= MAX_REMEMBERED);
        if let Some(fitting) = self.fitting.as_mut().filter(|fitting| fitting.names.len() > before) {
            fitting.notes.push((Arc::clone(note), fitting.names.len()));
        }
    }

    /// Looks at names that do not fit otherwise for letters with others between them.
    fn look_for_scattered(&mut self, notes: impl Iterator<Item = &'a Arc<Note>>) {
        let mut matcher = Scatter::default();
        for note in notes {
            let sought = note.sought();
            let number = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
            for name in 0..sought.len() {
                let Some(fit) = sought.scattered(name, self.wanted.pattern, &mut matcher) else { continue };
                if let Ok(index) = u32::try_from(name)
                    && sought.fit(name, self.wanted.pattern).is_none()
                {
                    self.add(note, number, index, fit);
                }
            }
            self.notes.push(note);
        }
    }

    /// Whether a name that fits in this way at best would not come among those that are ranked to the end.
    fn is_out(&self, bound: Way) -> bool {
        self.best.len() >= self.pool && self.best.peek().is_some_and(|worst| worst.0 < bound)
    }

    fn add(&mut self, note: &Note, number: u32, index: u32, fit: Fit) {
        let Some(named) = note.sought().named(index as usize).filter(|named| (self.wanted.counts)(*named))
        else {
            return;
        };
        self.count += 1;
        if self.is_out(fit.way) {
            return;
        }
        let full = self.best.len() >= self.pool;
        let rank = (fit.way, (self.wanted.distance)(note, named), fit.rest, number, index);
        if !full {
            self.best.push(rank);
        } else if self.best.peek().is_some_and(|worst| rank < *worst) {
            self.best.pop();
            self.best.push(rank);
        }
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
