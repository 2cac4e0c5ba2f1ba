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
    /// Names that were not read yet.
    later: Later,
}

impl Default for Search {
    fn default() -> Self {
        let (best, fitting, later) = (BinaryHeap::new(), Vec::new(), Later::default());
        Self { best, count: 0, fitting, is_whole: true, later }
    }
}

impl Search {
    /// Looks at the names at these places, on all processors when they are many.
    pub fn of(places: &[Place<'_>], wanted: &Wanted<'_>) -> Self {
        let places: Vec<Seen<'_>> =
            (0..).zip(places).map(|(number, place)| Seen::of(number, *place, wanted)).collect();
        if wanted.pattern.is_empty() {
            return Self::of_nothing_typed(places, wanted);
        }
        let parts = in_parts(&places, |search, place| search.read_beginning_so(place, wanted));
        let mut search = Self::default();
        parts.into_iter().for_each(|part| search.take(part));
        let later = std::mem::take(&mut search.later);
        // With enough that begin so, nothing else comes among the best.
        if search.best.iter().filter(|rank| rank.0 <= Way::Numbered).count() >= wanted.limit {
            search.count += later.count;
            search.is_whole &= later.is_whole();
            search.fitting.extend(later.names);
            return search;
        }
        let parts: Vec<Self> = if later.is_whole() {
            let size = later.names.len().div_ceil(rayon::current_num_threads()).max(FEW);
            let parts = later.names.par_chunks(size).map(|part| {
                let mut search = Self::default();
                search.read_all(part, &places, wanted);
                search
            });
            parts.collect()
        } else {
            in_parts(&places, |search, place| search.read_later(place, wanted))
        };
        parts.into_iter().for_each(|part| search.take(part));
        search
    }

    /// While nothing is typed every name fits in the same way, and the near ones come first: when they are enough, the
    /// others are only counted.
    fn of_nothing_typed(places: Vec<Seen<'_>>, wanted: &Wanted<'_>) -> Self {
        let farthest = places.iter().filter_map(|place| place.far.0).max();
        let (far, near): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| place.far.0 == farthest);
        let mut search = Self::default();
        for places in [near, far] {
            let out =
                |place: &Seen<'_>| place.far.0.is_some_and(|distance| search.is_farther(distance, wanted));
            let (left_out, read): (Vec<_>, Vec<_>) = places.into_iter().partition(out);
            let parts = in_parts(&read, |search, place| search.read_every(place, wanted));
            parts.into_iter().for_each(|part| search.take(part));
            search.is_whole &= left_out.is_empty();
            search.count += left_out.iter().map(|place| place.chunk.sought.len()).sum::<usize>();
        }
        search
    }

    fn read_every(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>) {
        place.each(wanted, |index| self.read(place, index, wanted));
    }

    /// Reads the names that may begin with what was typed, mostly it is enough, and keeps the others for later.
    fn read_beginning_so(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>) {
        place.each(wanted, |index| match place.chunk.sought.may_begin(index as usize, wanted.pattern) {
            true => self.read(place, index, wanted),
            false => self.later.add((place.number, index)),
        });
    }

    /// Reads the others, but those that cannot come among the best.
    fn read_later(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>) {
        place.each(wanted, |index| {
            if !place.chunk.sought.may_begin(index as usize, wanted.pattern) {
                self.read_if_good(place, index, wanted);
            }
        });
    }

    /// Reads these names, but those that cannot come among the best: a longer pattern may still be found in them.
    fn read_all(&mut self, names: &[(u32, u32)], places: &[Seen<'_>], wanted: &Wanted<'_>) {
        for (number, index) in names {
            if let Some(place) = places.get(*number as usize) {
                self.read_if_good(place, *index, wanted);
            }
        }
    }

    fn read_if_good(&mut self, place: &Seen<'_>, index: u32, wanted: &Wanted<'_>) {
        let Some(bound) = place.chunk.sought.bound(index as usize, wanted.pattern) else { return };
        if self.is_out(bound, wanted) {
            self.count += 1;
            self.remember((place.number, index));
        } else {
            self.read(place, index, wanted);
        }
    }

    fn remember(&mut self, name: (u32, u32)) {
        if self.fitting.len() < MAX_REMEMBERED {
            self.fitting.push(name);
        } else {
            self.is_whole = false;
        }
    }

    fn read(&mut self, place: &Seen<'_>, index: u32, wanted: &Wanted<'_>) {
        if let Some(fit) = place.chunk.sought.fit(index as usize, wanted.pattern) {
            self.remember((place.number, index));
            self.add(place, index, fit, wanted);
        }
    }

    /// Looks at all names that do not fit otherwise for letters with others between them.
    pub fn look_for_scattered(&mut self, places: &[Place<'_>], wanted: &Wanted<'_>) {
        let places: Vec<Seen<'_>> =
            (0..).zip(places).map(|(number, place)| Seen::of(number, *place, wanted)).collect();
        let size = places.len().div_ceil(rayon::current_num_threads()).max(FEW_PLACES);
        let parts = places.par_chunks(size).map(|places| {
            let mut search = Self::default();
            let mut matcher = Scatter::default();
            places.iter().for_each(|place| search.scattered_in(place, wanted, &mut matcher));
            search
        });
        parts.collect::<Vec<Self>>().into_iter().for_each(|part| self.take(part));
    }

    fn scattered_in(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>, matcher: &mut Scatter) {
        let sought = &place.chunk.sought;
        place.each(wanted, |index| {
            let Some(fit) = sought.scattered(index as usize, wanted.pattern, matcher) else { return };
            if sought.fit(index as usize, wanted.pattern).is_none() {
                self.add(place, index, fit, wanted);
            }
        });
    }

    /// Whether names so far away would not come among those that are ranked to the end, of names that fit in the same way.
    fn is_farther(&self, distance: u8, wanted: &Wanted<'_>) -> bool {
        self.best.len() >= wanted.limit * POOL && self.best.peek().is_some_and(|worst| worst.1 < distance)
    }

    /// Whether a name that fits in this way at best would not come among those that are ranked to the end.
    fn is_out(&self, bound: Way, wanted: &Wanted<'_>) -> bool {
        self.best.len() >= wanted.limit * POOL && self.best.peek().is_some_and(|worst| worst.0 < bound)
    }

    fn add(&mut self, place: &Seen<'_>, index: u32, fit: Fit, wanted: &Wanted<'_>) {
        self.count += 1;
        if self.is_out(fit.way, wanted) {
            return;
        }
        let distance = place.far.distance(place.chunk, index as usize, wanted.near);
        let rank = (fit.way, distance, fit.rest, place.number, index);
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
        self.later.take(other.later);
    }
}

/// Names that may fit in another way than by their start.
#[derive(Default)]
struct Later {
    names: Vec<(u32, u32)>,
    /// How many there are; of very many not all are in `names`.
    count: usize,
}

impl Later {
    fn add(&mut self, name: (u32, u32)) {
        self.count += 1;
        if self.names.len() < MAX_REMEMBERED {
            self.names.push(name);
        }
    }

    fn take(&mut self, other: Self) {
        self.count += other.count;
        self.names.extend(other.names);
    }

    fn is_whole(&self) -> bool {
        self.names.len() == self.count
    }
}

/// A place while it is looked at.
struct Seen<'a> {
    number: u32,
    chunk: &'a Chunk,
    names: Option<&'a [u32]>,
    far: Far,
}

impl<'a> Seen<'a> {
    fn of(number: u32, (chunk, names): Place<'a>, wanted: &Wanted<'_>) -> Self {
        Self { number, chunk, names, far: Far::of(chunk, wanted) }
    }

    /// Visits the names that have the letters that were typed.
    fn each(&self, wanted: &Wanted<'_>, mut visit: impl FnMut(u32)) {
        let sought = &self.chunk.sought;
        let all = wanted.counts_all();
        let mut each = |index: usize| {
            if all || sought.named(index).is_some_and(|named| wanted.counts(named)) {
                visit(u32::try_from(index).unwrap_or(u32::MAX));
            }
        };
        match self.names {
            Some(names) => {
                let names = names.iter().map(|index| *index as usize);
                names.filter(|index| sought.may_fit(*index, wanted.pattern)).for_each(&mut each);
            }
            None => sought.having(wanted.pattern).for_each(&mut each),
        }
    }
}

/// Looks at places on all processors: one search for each part of them.
fn in_parts(places: &[Seen<'_>], look: impl Fn(&mut Search, &Seen<'_>) + Sync) -> Vec<Search> {
    let size = places.len().div_ceil(rayon::current_num_threads()).max(FEW_PLACES);
    let parts = places.par_chunks(size).map(|places| {
        let mut search = Search::default();
        places.iter().for_each(|place| look(&mut search, place));
        search
    });
    parts.collect()
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
