//! Looking at packed names: which fit, and the best of them.
//!
//! Invariant: a name that is not read could not have come among the best.

use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::fuzzy::{Fit, Scatter, Way};
use crate::note::sought::Named;
use crate::vault::seek::table::Chunk;
use crate::vault::seek::{Distance, POOL, Wanted};

/// A chunk, and the indices of those of its names that may fit; `None` for all.
pub type Place<'a> = (&'a Chunk, Option<&'a [u32]>);

/// A name in the order of the search: the way it fits, then how near it is, then how much else it says, then its place.
pub type Rank = (Way, u8, u16, u32, u32);

/// So few names are read faster by one processor than given to another.
const FEW: usize = 2_000;

/// The same for chunks whose names are looked at.
const FEW_PLACES: usize = 32;

/// What was found among some names. Names are told by the number of their place and their index there.
#[derive(Default)]
pub struct Search {
    /// The best so far, the worst of them on top.
    pub best: BinaryHeap<Rank>,
    /// How many fit, those included that were not read because they could not come among the best.
    pub count: usize,
    /// The names that fit, or may.
    pub fitting: Vec<(u32, u32)>,
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
        let mut later = Vec::new();
        for (part, later_there) in parts.collect::<Vec<_>>() {
            search.take(part);
            later.extend(later_there);
        }
        // With enough that begin so, nothing else comes among the best.
        if search.best.iter().filter(|rank| rank.0 <= Way::Numbered).count() >= wanted.limit {
            search.count += later.len();
            search.fitting.extend(later.into_iter().map(|(number, index, _)| (number, index)));
            return search;
        }
        let parts = later.par_chunks(later.len().div_ceil(workers).max(FEW)).map(|part| {
            let mut search = Self::default();
            search.read_all(part, places, wanted);
            search
        });
        parts.collect::<Vec<Self>>().into_iter().for_each(|part| search.take(part));
        search
    }

    /// Reads the names that may begin with what was typed, mostly it is enough, and gives the others that may fit, with the
    /// best way in which they may. `first` is the number of the first place.
    fn read_beginning_so(
        &mut self,
        places: &[Place<'_>],
        first: usize,
        wanted: &Wanted<'_>,
    ) -> Vec<(u32, u32, Way)> {
        let mut later = Vec::new();
        let number_of = |place: usize| u32::try_from(first + place).unwrap_or(u32::MAX);
        for (place, (chunk, names)) in places.iter().enumerate() {
            let far = Far::of(chunk, wanted);
            let mut each = |index: usize| {
                let Some(bound) = chunk.sought.bound(index, wanted.pattern) else { return };
                if !chunk.sought.named(index).is_some_and(|named| wanted.counts(named)) {
                    return;
                }
                let name = (number_of(place), u32::try_from(index).unwrap_or(u32::MAX));
                match bound <= Way::Numbered {
                    true => self.read(chunk, &far, name, wanted),
                    false => later.push((name.0, name.1, bound)),
                }
            };
            match names {
                Some(names) => names.iter().for_each(|index| each(*index as usize)),
                None => chunk.sought.having(wanted.pattern).for_each(&mut each),
            }
        }
        later
    }

    /// Reads these names, but those that cannot come among the best: a longer pattern may still be found in them.
    fn read_all(&mut self, names: &[(u32, u32, Way)], places: &[Place<'_>], wanted: &Wanted<'_>) {
        for of_place in names.chunk_by(|a, b| a.0 == b.0) {
            let number = of_place.first().map_or(0, |name| name.0);
            let Some((chunk, _)) = places.get(number as usize) else { continue };
            let far = Far::of(chunk, wanted);
            for &(number, index, bound) in of_place {
                if self.is_out(bound, wanted) {
                    self.count += 1;
                    self.fitting.push((number, index));
                } else {
                    self.read(chunk, &far, (number, index), wanted);
                }
            }
        }
    }

    fn read(&mut self, chunk: &Chunk, far: &Far, place: (u32, u32), wanted: &Wanted<'_>) {
        if let Some(fit) = chunk.sought.fit(place.1 as usize, wanted.pattern) {
            self.fitting.push(place);
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
