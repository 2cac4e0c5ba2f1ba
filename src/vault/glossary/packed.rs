//! All names in one piece of memory: in order, with where they are defined, and found in a text.
//!
//! Invariant: a function of the names that the notes give, whatever the steps by which they came: names stand in the
//! order of their bytes, each once, and have a definition. What is found is what an automaton over all names finds, the
//! longest name at the leftmost place, then on behind it.

use std::cmp::Ordering;
use std::collections::HashSet;

use rayon::prelude::*;

use crate::fuzzy::{Best, Fit, Letters, Pattern, Way};
use crate::note::terms::Pattern as Defining;
use crate::path::NotePath;
use crate::vault::glossary::NameId;
use crate::vault::glossary::starts::Starts;
use crate::vault::mentions::is_guarded;

/// So few names are looked at faster by one processor.
const MANY_NAMES: usize = 4_000;

/// So many names that stand together are looked at by one.
const NAMES_AT_ONCE: usize = 512;

/// No name and no note: a number that none has.
const NONE: u32 = u32::MAX;

/// The names with where they are defined; a name is told by its number, from 0.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Packed {
    /// The folded names one behind the other.
    text: String,
    /// Where each ends in the text; it begins where the one before it ends.
    ends: Vec<u32>,
    /// What each can be typed with: all that is looked at of most while one is sought.
    letters: Vec<Letters>,
    marks: Vec<Marks>,
    /// The longest other name that each begins with, or [`NONE`].
    shorter: Vec<u32>,
    /// Where the definitions of each end among all.
    defined_ends: Vec<u32>,
    defined: Vec<Definer>,
    /// The notes that define something, by path.
    notes: Vec<NotePath>,
    /// Where names begin.
    starts: Starts,
}

/// What is to be known of a name.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Marks {
    /// It counts only where it is defined.
    guarded: bool,
    /// Somewhere it is defined by what is no heading.
    in_prose: bool,
}

/// A definition of a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Definer {
    /// The number of the note in [`Packed::notes`].
    note: u32,
    giving: Giving,
}

/// A definition that gives a name: its index among those of the note and its [`Worth`], in one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Giving(u32);

/// What the definitions of a name are told apart by wherever the reader is, the best first: whether it is the name of what is
/// defined or one that is given beside it, and the pattern.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Worth(u8);

/// The last pattern leaves the bit of [`Worth::BESIDE`] free.
const _: () = assert!((Defining::Note as u8) < Worth::BESIDE);

impl Worth {
    const BITS: u32 = 5;
    const BESIDE: u8 = 1 << 4;

    /// That of a definition with this pattern.
    pub fn new(is_own_name: bool, pattern: Defining) -> Self {
        Self(pattern as u8 | if is_own_name { 0 } else { Self::BESIDE })
    }

    /// Whether it is no heading that defines it.
    fn is_in_prose(self) -> bool {
        let is = |pattern: Defining| self.0 & !Self::BESIDE == pattern as u8;
        !is(Defining::Question) && !is(Defining::Topic)
    }
}

impl Giving {
    fn new(definition: u32, worth: Worth) -> Self {
        Self(definition << Worth::BITS | u32::from(worth.0))
    }

    fn definition(self) -> usize {
        (self.0 >> Worth::BITS) as usize
    }

    fn worth(self) -> Worth {
        Worth((self.0 & ((1 << Worth::BITS) - 1)) as u8)
    }
}

/// The names that the definitions of one note give, in their order.
#[derive(Default, PartialEq, Eq)]
pub struct Given {
    text: String,
    /// Where each name ends in the text, and what gives it.
    names: Vec<(u32, Giving)>,
}

impl Given {
    /// Adds a folded name that the definition of this index gives.
    pub fn add(&mut self, folded: &str, definition: u32, worth: Worth) {
        if let Ok(end) = u32::try_from(self.text.len() + folded.len()) {
            self.text.push_str(folded);
            self.names.push((end, Giving::new(definition, worth)));
        }
    }

    /// The same in no more memory than it takes: those of all notes are there at once when all are new.
    pub fn shrunk(mut self) -> Self {
        self.text.shrink_to_fit();
        self.names.shrink_to_fit();
        self
    }

    fn names(&self) -> impl Iterator<Item = (&str, Giving)> {
        let mut start = 0;
        self.names.iter().map(move |(end, giving)| {
            let from = std::mem::replace(&mut start, *end as usize);
            (self.text.get(from..start).unwrap_or_default(), *giving)
        })
    }
}

impl Packed {
    /// These names after what some notes give changed, as the vault has it now: nothing for a note that went. Costs as
    /// much as there are names.
    pub fn after(&self, changed: &[(NotePath, Given)]) -> Self {
        let paths: HashSet<&NotePath> = changed.iter().map(|(path, _)| path).collect();
        let givers = changed.iter().filter(|(_, given)| !given.names.is_empty());
        let stay = |path: &&NotePath| !paths.contains(path);
        let mut notes: Vec<NotePath> =
            self.notes.iter().filter(stay).chain(givers.clone().map(|(path, _)| path)).cloned().collect();
        notes.par_sort_unstable();
        let number = |path: &NotePath| notes.binary_search(path).map_or(NONE, |at| at as u32);
        // The numbers that notes have now, by those they had. Those that stay are in the same order.
        let mut now = (0..).zip(&notes);
        let moved = self.notes.iter().map(|path| {
            let number = stay(&path).then(|| now.find(|(_, other)| *other == path)).flatten();
            number.map_or(NONE, |(number, _)| number)
        });
        let moved: Vec<u32> = moved.collect();
        let mut new: Vec<(&str, Definer)> = givers
            .flat_map(|(path, given)| {
                let note = number(path);
                given.names().map(move |(name, giving)| (name, Definer { note, giving }))
            })
            .collect();
        new.par_sort_unstable();
        let mut packed = self.merged(&moved, &new);
        packed.notes = notes;
        packed.complete();
        packed
    }

    /// The names of before, with what is left of their definitions, and those that are new.
    fn merged(&self, moved: &[u32], new: &[(&str, Definer)]) -> Self {
        let size = new.iter().map(|(name, _)| name.len()).sum::<usize>();
        let mut packed = Self::default();
        packed.text.reserve_exact(self.text.len() + size);
        let mut fresh = Vec::new();
        let mut olds = (0..self.len() as u32).peekable();
        let mut news = new.chunk_by(|a, b| a.0 == b.0).peekable();
        loop {
            let order = match (olds.peek(), news.peek()) {
                (Some(old), Some(new)) => self.name(*old).cmp(new[0].0),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let old = if order == Ordering::Greater { None } else { olds.next() };
            let new = if order == Ordering::Less { None } else { news.next() };
            let before = packed.defined.len();
            if let Some(old) = old {
                let left = self.defined_of(old).iter().filter_map(|definer| {
                    let note = moved.get(definer.note as usize).copied().filter(|note| *note != NONE)?;
                    Some(Definer { note, ..*definer })
                });
                packed.defined.extend(left);
            }
            packed.defined.extend(new.into_iter().flatten().map(|(_, definer)| *definer));
            let defined = &mut packed.defined[before..];
            if defined.is_empty() {
                continue;
            }
            defined.sort_unstable();
            let in_prose = defined.iter().any(|definer| definer.giving.worth().is_in_prose());
            let name = old.map(|old| self.name(old)).or(new.map(|new| new[0].0)).unwrap_or_default();
            let guarded = match old {
                Some(old) => self.is_guarded(old),
                None => {
                    fresh.push(packed.ends.len());
                    is_guarded(name)
                }
            };
            let letters = old.and_then(|old| self.letters.get(old as usize).copied()).unwrap_or_default();
            if !packed.push(name, letters, Marks { guarded, in_prose }) {
                break;
            }
        }
        // Reading the characters of new names takes the longest when all are new.
        let letters = |index: &usize| Letters::of_name(packed.name(*index as u32));
        let letters: Vec<Letters> = fresh.par_iter().with_min_len(MANY_NAMES).map(letters).collect();
        for (index, letters) in fresh.into_iter().zip(letters) {
            packed.letters[index] = letters;
        }
        packed
    }

    /// Adds a name whose definitions are added already. `false` when no more fit, so that those that do not are not found:
    /// there would be four gigabytes of them.
    fn push(&mut self, name: &str, letters: Letters, marks: Marks) -> bool {
        let (Ok(end), Ok(defined)) =
            (u32::try_from(self.text.len() + name.len()), u32::try_from(self.defined.len()))
        else {
            return false;
        };
        self.text.push_str(name);
        self.ends.push(end);
        self.letters.push(letters);
        self.marks.push(marks);
        self.defined_ends.push(defined);
        true
    }

    /// Makes what the names themselves tell.
    fn complete(&mut self) {
        // The names that the present one begins with, the longest last.
        let mut around: Vec<u32> = Vec::new();
        let mut shorter = Vec::with_capacity(self.len());
        for id in 0..self.len() as u32 {
            let name = self.name(id);
            while around.last().is_some_and(|last| !name.starts_with(self.name(*last))) {
                around.pop();
            }
            shorter.push(around.last().copied().unwrap_or(NONE));
            around.push(id);
        }
        self.shorter = shorter;
        self.starts = Starts::of((0..self.len() as u32).map(|id| self.name(id)));
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.letters.shrink_to_fit();
        self.marks.shrink_to_fit();
        self.defined_ends.shrink_to_fit();
        self.defined.shrink_to_fit();
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The folded name of this number; empty when there is none.
    pub fn name(&self, id: NameId) -> &str {
        let id = id as usize;
        let start =
            id.checked_sub(1).map_or(0, |before| self.ends.get(before).map_or(0, |end| *end as usize));
        self.ends.get(id).and_then(|end| self.text.get(start..*end as usize)).unwrap_or_default()
    }

    /// The number of a folded name.
    pub fn id(&self, folded: &str) -> Option<NameId> {
        let id = self.first_where(0..self.len() as u32, |name| name >= folded);
        (self.name(id) == folded && (id as usize) < self.len()).then_some(id)
    }

    /// The first of these names for which something holds that holds for all after it too; the end when it does for none.
    fn first_where(&self, within: std::ops::Range<u32>, holds: impl Fn(&str) -> bool) -> NameId {
        let (mut low, mut high) = (within.start, within.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.name(middle)) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The names that begin with `start`, in their order; costs as much as they are many.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = NameId> + 'a {
        let all = 0..self.len() as u32;
        let first = self.first_where(all.clone(), |name| name >= start);
        (first..all.end).take_while(move |id| self.name(*id).starts_with(start))
    }

    /// Whether a name counts only where it is defined.
    pub fn is_guarded(&self, id: NameId) -> bool {
        self.marks.get(id as usize).is_some_and(|marks| marks.guarded)
    }

    fn defined_of(&self, id: NameId) -> &[Definer] {
        let end = |id: usize| self.defined_ends.get(id).map_or(0, |end| *end as usize);
        let start = (id as usize).checked_sub(1).map_or(0, end);
        self.defined.get(start..end(id as usize)).unwrap_or_default()
    }

    /// Where a name is defined: the note, and the index among its definitions.
    pub fn definers(&self, id: NameId) -> impl Iterator<Item = (&NotePath, usize)> {
        let definers = self.defined_of(id).iter();
        definers.filter_map(|of| Some((self.notes.get(of.note as usize)?, of.giving.definition())))
    }

    /// The notes that define a name, each with the best [`Worth`] of its definitions, and those of that worth: the best first,
    /// and of those that are as good the first by path. Costs as much as there are definitions for each that is asked for.
    pub fn best_definers(
        &self,
        id: NameId,
    ) -> impl Iterator<Item = (&NotePath, impl Iterator<Item = usize>)> {
        let all = self.defined_of(id);
        let mut last = None;
        std::iter::from_fn(move || {
            let keys = all.iter().map(|definer| (definer.giving.worth(), definer.note));
            let key = keys.filter(|key| last.is_none_or(|last| *key > last)).min()?;
            last = Some(key);
            let those = all.iter().filter(move |definer| (definer.giving.worth(), definer.note) == key);
            Some((self.notes.get(key.1 as usize)?, those.map(|definer| definer.giving.definition())))
        })
    }

    /// The names that fit a pattern and are defined elsewhere than in a heading, the best first, at most so many.
    pub fn fitting(&self, pattern: &Pattern, most: usize) -> Vec<NameId> {
        let is_in_prose = |id: NameId| self.marks.get(id as usize).is_some_and(|marks| marks.in_prose);
        // Those that begin as was typed stand together, and come before all others.
        let mut best = Best::new(most);
        for id in self.beginning_with(pattern.start()).filter(|id| is_in_prose(*id)) {
            best.add((pattern.bound_by_start(self.name(id)), id));
        }
        if best.is_full() {
            return best.into_sorted().into_iter().map(|(_, id)| id).collect();
        }
        let look = |best: &mut Best<(Fit, NameId)>, id: NameId| {
            let name = self.name(id);
            // The numbers are in the order of the names.
            if is_in_prose(id)
                && best.admits((pattern.bound_by_start(name), id))
                && !name.starts_with(pattern.start())
                && let Some(fit) = pattern.fit_unseen(name)
            {
                best.add((fit, id));
            }
        };
        // One turn for each processor: the more is looked at in one, the sooner it is known what does not count. Names that are
        // alike stand together, so each takes some from everywhere.
        let turns = if self.len() > MANY_NAMES { rayon::current_num_threads() } else { 1 };
        let parts = (0..turns).into_par_iter().map(|turn| {
            let mut best = best.beside();
            for (number, letters) in self.letters.chunks(NAMES_AT_ONCE).enumerate().skip(turn).step_by(turns)
            {
                for (id, letters) in (number * NAMES_AT_ONCE..).zip(letters) {
                    if pattern.may_fit(*letters) {
                        look(&mut best, NameId::try_from(id).unwrap_or(NONE));
                    }
                }
            }
            best
        });
        parts.collect::<Vec<_>>().into_iter().for_each(|part| best.take(part));
        best.into_sorted().into_iter().map(|(_, id)| id).collect()
    }

    /// The names that begin as was typed by their pinyin, in their order.
    pub fn read_so(&self, pattern: &Pattern) -> Vec<(NameId, Fit)> {
        let fit = |id: NameId| {
            let name = self.name(id);
            let may_be = pattern.bound_by_start(name).way <= Way::StartRead;
            let fit = may_be.then(|| pattern.fit_unseen(name)).flatten()?;
            (fit.way == Way::StartRead).then_some((id, fit))
        };
        self.typed_so(pattern).filter_map(fit).collect()
    }

    /// The names that have the letters of a pattern.
    fn typed_so(&self, pattern: &Pattern) -> impl ParallelIterator<Item = NameId> {
        let letters = self.letters.par_iter().with_min_len(MANY_NAMES).enumerate();
        let having = letters.filter(|(_, letters)| pattern.may_fit(**letters));
        having.map(|(id, _)| NameId::try_from(id).unwrap_or(NONE))
    }

    /// The places where names stand in a folded text: start and end in bytes, the longest name at each place.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, NameId)> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut chars = text.get(at..)?.chars();
            let mut first = chars.next()?;
            for second in chars {
                if let Some(names) = self.starts.with(first, second)
                    && let Some((id, length)) = self.longest(text.get(at..).unwrap_or_default(), names)
                {
                    let start = at;
                    at += length;
                    return Some((start, at, id));
                }
                at += first.len_utf8();
                first = second;
            }
            at = text.len();
            None
        })
    }

    /// The longest of these names with which a text begins, and its length in bytes.
    fn longest(&self, text: &str, names: std::ops::Range<u32>) -> Option<(NameId, usize)> {
        // All that the text begins with come before it in their order, and the last that does begins with them as far as it
        // agrees with the text itself.
        let after = self.first_where(names.clone(), |name| name > text);
        let mut id = after.checked_sub(1).filter(|id| names.contains(id))?;
        let last = self.name(id).bytes();
        let shared = last.zip(text.bytes()).take_while(|(a, b)| a == b).count();
        while self.name(id).len() > shared {
            id = self.shorter.get(id as usize).copied().filter(|id| *id != NONE)?;
        }
        Some((id, self.name(id).len()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Packed, Worth};
    use crate::fuzzy::{Pattern, Shape, Way};
    use crate::note::terms::Pattern as Defining;
    use crate::path::NotePath;
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn given(names: &[String]) -> Given {
        let mut given = Given::default();
        for (index, name) in (0..).zip(names) {
            let defining = if index % 2 == 0 { Defining::Strong } else { Defining::Topic };
            given.add(name, index, Worth::new(true, defining));
        }
        given
    }

    fn path(n: usize) -> NotePath {
        NotePath::new(&format!("/{n}.md"))
    }

    proptest! {
        #[test]
        fn the_names_that_fit_are_those_of_reading_all(
            names in prop::collection::vec("[ab消息队 é😀]{2,5}", 0..40),
            typed in "[abdlx消息 ]{1,3}",
            most in 1..10_usize,
        ) {
            let packed = Packed::default().after(&[(path(0), given(&names))]);
            let pattern = Pattern::new(&typed);
            let ids = 0..packed.len() as u32;
            let fit = |id: u32| pattern.fit(packed.name(id), Shape::of(packed.name(id)));
            let in_prose = ids.clone().filter(|id| packed.marks[*id as usize].in_prose);
            let mut fitting: Vec<_> = in_prose.filter_map(|id| Some((fit(id)?, id))).collect();
            fitting.sort_unstable();
            let fitting: Vec<u32> = fitting.into_iter().map(|(_, id)| id).take(most).collect();
            prop_assert_eq!(packed.fitting(&pattern, most), fitting);
            let read = ids.filter_map(|id| Some((id, fit(id).filter(|fit| fit.way == Way::StartRead)?)));
            prop_assert_eq!(packed.read_so(&pattern), read.collect::<Vec<_>>());
        }

        #[test]
        fn what_is_found_is_what_an_automaton_finds(
            names in prop::collection::vec("[ab消息队 é😀]{2,5}", 0..30),
            text in "[abc消息队列 é😀\n]{0,60}",
        ) {
            let packed = Packed::default().after(&[(path(0), given(&names))]);
            let mut sorted = names;
            sorted.sort();
            sorted.dedup();
            prop_assert!((0..).zip(&sorted).all(|(id, name)| packed.name(id) == name));
            prop_assert!((0..).zip(&sorted).all(|(id, name)| packed.id(name) == Some(id)));
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&sorted).unwrap();
            let expected: Vec<_> = automaton
                .find_iter(&text)
                .map(|found| (found.start(), found.end(), found.pattern().as_u32()))
                .collect();
            prop_assert_eq!(packed.matches(&text).collect::<Vec<_>>(), expected);
            let with = |start: &str| sorted.iter().filter(|name| name.starts_with(start)).count();
            prop_assert_eq!(packed.beginning_with("ab").count(), with("ab"));
            prop_assert_eq!(packed.id("zz"), None);
        }

        #[test]
        fn step_by_step_is_as_all_at_once(
            steps in prop::collection::vec((0_usize..6, prop::collection::vec("[ab队]{2,3}", 0..5)), 0..20),
            size in 1_usize..4,
        ) {
            let mut packed = Packed::default();
            let mut notes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for step in steps.chunks(size) {
                let step: BTreeMap<usize, Vec<String>> = step.iter().cloned().collect();
                let changed: Vec<_> = step.iter().map(|(n, names)| (path(*n), given(names))).collect();
                packed = packed.after(&changed);
                notes.extend(step);
            }
            let all: Vec<_> = notes.iter().map(|(n, names)| (path(*n), given(names))).collect();
            prop_assert_eq!(packed, Packed::default().after(&all));
        }
    }
}
