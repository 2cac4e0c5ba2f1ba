//! Looking at packed names: which fit, and the best of them.
//!
//! Invariant: a name that is not read could not have come among the best.

use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::fuzzy::{Fit, Scatter, Way};
use crate::note::sought::Named;
use crate::vault::seek::table::Chunk;
use crate::vault::seek::{Distance, MAX_REMEMBERED, POOL, Wanted};

/// A chunk, and the indices of those of its names that may fit; `None` for all.
pub type Place<'a> = (&'a Chunk, Option<&'a [u32]>);

/// A name in the order of the search: the way it fits, then how near it is, then how much else it says, then its place.
pub type Rank = (Way, u8, u16, u32, u32);

/// So few names are read faster by one processor than given to another.
const FEW: usize = 2_000;

/// The same for chunks whose names are looked at.
const FEW_PLACES: usize = 32;

/// What was found among some names. Names are told by the number of their place and their index there.
pub struct Search {
    /// The best so far, the worst of them on top.
    pub best: BinaryHeap<Rank>,
    /// How many fit, those included that were not read because they could not come among the best.
    pub count: usize,
    /// The names that fit, or may.
    pub fitting: Vec<(u32, u32)>,
    /// Whether these are all of them; of very many not all are remembered.
    pub is_whole: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self { best: BinaryHeap::new(), count: 0, fitting: Vec::new(), is_whole: true }
    }
}

impl Search {
    /// Looks at the names at these places, on all processors when they are many.
    pub fn of(places: &[Place<'_>], wanted: &Wanted<'_>) -> Self {
        let workers = rayon::current_num_threads();
        let size = places.len().div_ceil(workers).max(FEW_PLACES);
        let parts = places.par_chunks(size).enumerate().map(|(part, places)| {
            let mut search = Self::default();
            let later = search.read_beginning_so(places, part * size, wanted);
            (search, later)
        });
        let mut search = Self::default();
        let mut later = Later::default();
        for (part, later_there) in parts.collect::<Vec<_>>() {
            search.take(part);
            later.count += later_there.count;
            later.names.extend(later_there.names);
        }
        // With enough that begin so, nothing else comes among the best.
        if search.best.iter().filter(|rank| rank.0 <= Way::Numbered).count() >= wanted.limit {
            search.count += later.count;
            search.is_whole &= later.is_whole();
            search.fitting.extend(later.names.into_iter().map(|(number, index, _)| (number, index)));
            return search;
        }
        let parts: Vec<Self> = if later.is_whole() {
            let parts = later.names.par_chunks(later.names.len().div_ceil(workers).max(FEW)).map(|part| {
                let mut search = Self::default();
                search.read_all(part, places, wanted);
                search
            });
            parts.collect()
        } else {
            let parts = places.par_chunks(size).enumerate().map(|(part, places)| {
                let mut search = Self::default();
                search.read_later(places, part * size, wanted);
                search
            });
            parts.collect()
        };
        parts.into_iter().for_each(|part| search.take(part));
        search
    }

    /// Reads the names that may begin with what was typed, mostly it is enough, and gives the others that may fit. `first`
    /// is the number of the first place.
    fn read_beginning_so(&mut self, places: &[Place<'_>], first: usize, wanted: &Wanted<'_>) -> Later {
        let mut later = Later::default();
        each_that_may_fit(places, first, wanted, |chunk, far, name, bound| match bound <= Way::Numbered {
            true => self.read(chunk, far, name, wanted),
            false => later.add((name.0, name.1, bound)),
        });
        later
    }

    /// Reads the others, but those that cannot come among the best.
    fn read_later(&mut self, places: &[Place<'_>], first: usize, wanted: &Wanted<'_>) {
        each_that_may_fit(places, first, wanted, |chunk, far, name, bound| {
            if bound > Way::Numbered {
                self.read_if_good(chunk, far, name, bound, wanted);
            }
        });
    }

    /// Reads these names, but those that cannot come among the best: a longer pattern may still be found in them.
    fn read_all(&mut self, names: &[(u32, u32, Way)], places: &[Place<'_>], wanted: &Wanted<'_>) {
        for of_place in names.chunk_by(|a, b| a.0 == b.0) {
            let number = of_place.first().map_or(0, |name| name.0);
            let Some((chunk, _)) = places.get(number as usize) else { continue };
            let far = Far::of(chunk, wanted);
            for &(number, index, bound) in of_place {
                self.read_if_good(chunk, &far, (number, index), bound, wanted);
            }
        }
    }

    fn read_if_good(&mut self, chunk: &Chunk, far: &Far, name: (u32, u32), bound: Way, wanted: &Wanted<'_>) {
        if self.is_out(bound, wanted) {
            self.count += 1;
            self.remember(name);
        } else {
            self.read(chunk, far, name, wanted);
        }
    }

    fn remember(&mut self, name: (u32, u32)) {
        if self.fitting.len() < MAX_REMEMBERED {
            self.fitting.push(name);
        } else {
            self.is_whole = false;
        }
    }

    fn read(&mut self, chunk: &Chunk, far: &Far, place: (u32, u32), wanted: &Wanted<'_>) {
        if let Some(fit) = chunk.sought.fit(place.1 as usize, wanted.pattern) {
            self.remember(place);
            self.add(chunk, far, place, fit, wanted);
        }
    }

    /// Looks at all names that do not fit otherwise for letters with others between them.
    pub fn look_for_scattered(&mut self, places: &[Place<'_>], wanted: &Wanted<'_>) {
        let size = places.len().div_ceil(rayon::current_num_threads()).max(FEW_PLACES);
        let parts = places.par_chunks(size).enumerate().map(|(part, places)| {
            let mut search = Self::default();
            let mut matcher = Scatter::default();
            for (number, (chunk, _)) in (part * size..).zip(places) {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                search.scattered_in(chunk, number, wanted, &mut matcher);
            }
            search
        });
        parts.collect::<Vec<Self>>().into_iter().for_each(|part| self.take(part));
    }

    fn scattered_in(&mut self, chunk: &Chunk, number: u32, wanted: &Wanted<'_>, matcher: &mut Scatter) {
        let sought = &chunk.sought;
        let far = Far::of(chunk, wanted);
        for name in sought.having(wanted.pattern) {
            let Some(fit) = sought.scattered(name, wanted.pattern, matcher) else { continue };
            let counts = sought.named(name).is_some_and(|named| wanted.counts(named));
            if let Ok(index) = u32::try_from(name)
                && counts
                && sought.fit(name, wanted.pattern).is_none()
            {
                self.add(chunk, &far, (number, index), fit, wanted);
            }
        }
    }

    /// Whether a name that fits in this way at best would not come among those that are ranked to the end.
    fn is_out(&self, bound: Way, wanted: &Wanted<'_>) -> bool {
        self.best.len() >= wanted.limit * POOL && self.best.peek().is_some_and(|worst| worst.0 < bound)
    }

    fn add(&mut self, chunk: &Chunk, far: &Far, place: (u32, u32), fit: Fit, wanted: &Wanted<'_>) {
        self.count += 1;
        if self.is_out(fit.way, wanted) {
            return;
        }
        let distance = far.distance(chunk, place.1 as usize, wanted.near);
        let rank = (fit.way, distance, fit.rest, place.0, place.1);
        if self.best.len() < wanted.limit * POOL {
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
        self.is_whole &= other.is_whole;
    }
}

/// Names that may fit in another way than by their start, with the best such way.
#[derive(Default)]
struct Later {
    names: Vec<(u32, u32, Way)>,
    /// How many there are; of very many not all are in `names`.
    count: usize,
}

impl Later {
    fn add(&mut self, name: (u32, u32, Way)) {
        self.count += 1;
        if self.names.len() < MAX_REMEMBERED {
            self.names.push(name);
        }
    }

    fn is_whole(&self) -> bool {
        self.names.len() == self.count
    }
}

/// Visits the names that may fit, each with the best way in which it may. `first` is the number of the first place.
fn each_that_may_fit(
    places: &[Place<'_>],
    first: usize,
    wanted: &Wanted<'_>,
    mut visit: impl FnMut(&Chunk, &Far, (u32, u32), Way),
) {
    let number_of = |place: usize| u32::try_from(first + place).unwrap_or(u32::MAX);
    for (place, (chunk, names)) in places.iter().enumerate() {
        let far = Far::of(chunk, wanted);
        let mut each = |index: usize| {
            let Some(bound) = chunk.sought.bound(index, wanted.pattern) else { return };
            if chunk.sought.named(index).is_some_and(|named| wanted.counts(named)) {
                visit(chunk, &far, (number_of(place), u32::try_from(index).unwrap_or(u32::MAX)), bound);
            }
        };
        match names {
            Some(names) => names.iter().for_each(|index| each(*index as usize)),
            None => chunk.sought.having(wanted.pattern).for_each(&mut each),
        }
    }
}

/// How far the notes of a chunk are, when that is the same for all of them.
struct Far(Option<u8>);

impl Far {
    fn of(chunk: &Chunk, wanted: &Wanted<'_>) -> Self {
        let ends = chunk.notes.first().zip(chunk.notes.last());
        Self(ends.and_then(|(first, last)| wanted.near.between(&first.path, &last.path)))
    }

    fn distance(&self, chunk: &Chunk, index: usize, near: &dyn Distance) -> u8 {
        self.0.unwrap_or_else(|| {
            let note = chunk.notes.get(chunk.sought.note_of(index));
            let named = chunk.sought.named(index).unwrap_or(Named::Stem);
            note.map_or(u8::MAX, |note| near.of(note, named))
        })
    }
}
