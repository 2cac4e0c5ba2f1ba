//! Looking at packed names: which fit, and the best of them.
//!
//! Invariant: a name that is not read could not have come among the best.

use rayon::prelude::*;

use crate::fuzzy::{Best, Fit, Scatter, Way};
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
    /// The best so far.
    pub best: Best<Rank>,
    /// How many fit, those included that were not read because they could not come among the best.
    pub count: usize,
    /// The names that fit, or may.
    pub fitting: Vec<(u32, u32)>,
    /// Whether these are all of them; of very many not all are remembered.
    pub is_whole: bool,
    /// How many names were read.
    pub read: usize,
    /// How many that begin with what was typed came among the best; others that do may have taken their place since.
    begun: usize,
    /// Names that were not read yet.
    later: Later,
    /// The names of a place that have the letters; kept for the next place.
    having: Vec<u32>,
}

impl Search {
    fn new(best: Best<Rank>) -> Self {
        let (fitting, having, later) = (Vec::new(), Vec::new(), Later::default());
        Self { best, count: 0, fitting, is_whole: true, read: 0, begun: 0, later, having }
    }

    /// Another, for a part of the names, to be taken in when it is done.
    fn beside(&self) -> Self {
        Self::new(self.best.beside())
    }

    /// Looks at the names at these places, on all processors when they are many.
    pub fn of(places: &[Place<'_>], wanted: &Wanted<'_>) -> Self {
        let places: Vec<Seen<'_>> =
            (0..).zip(places).map(|(number, place)| Seen::of(number, *place, wanted)).collect();
        if wanted.pattern.is_empty() {
            return Self::of_nothing_typed(places, wanted);
        }
        let mut search = Self::new(Best::new(wanted.limit * POOL));
        search.in_parts(&places, |search, place| search.read_beginning_so(place, wanted));
        let later = std::mem::take(&mut search.later);
        // With enough that begin so, nothing else comes among the best.
        if search.best.iter().filter(|rank| rank.0 <= Way::Numbered).count() >= wanted.limit {
            search.count += later.count;
            search.is_whole &= later.is_whole();
            search.fitting.extend(later.names);
        } else {
            search.in_parts_of(FEW, &later.names, |search, names| search.read_all(names, &places, wanted));
        }
        search
    }

    /// While nothing is typed every name fits in the same way, and the near ones come first: when they are enough, the
    /// others are only counted.
    fn of_nothing_typed(places: Vec<Seen<'_>>, wanted: &Wanted<'_>) -> Self {
        let farthest = places.iter().filter_map(|place| place.far.0).max();
        let (far, near): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| place.far.0 == farthest);
        let mut search = Self::new(Best::new(wanted.limit * POOL));
        for places in [near, far] {
            let comes_in = |distance: u8| search.best.admits((Way::Start, distance, 0, 0, 0));
            let (read, left_out): (Vec<_>, Vec<_>) =
                places.into_iter().partition(|place| place.far.0.is_none_or(comes_in));
            search.in_parts(&read, |search, place| search.read_every(place, wanted));
            search.is_whole &= left_out.is_empty();
            search.count += left_out.iter().map(|place| place.chunk.sought.len()).sum::<usize>();
        }
        search
    }

    fn read_every(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>) {
        self.each(place, wanted, |search, index| search.read_if_good(place, index, wanted));
    }

    /// Visits the names of a place that have the letters that were typed.
    fn each(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>, mut visit: impl FnMut(&mut Self, u32)) {
        let mut having = std::mem::take(&mut self.having);
        place.each(wanted, &mut having, |index| visit(self, index));
        self.having = having;
    }

    /// Reads the names that may begin with what was typed, mostly it is enough, and keeps the others for later.
    fn read_beginning_so(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>) {
        let sought = &place.chunk.sought;
        self.each(place, wanted, |search, index| match sought.may_begin(index as usize, wanted.pattern) {
            true => search.read_beginning(place, index, wanted),
            false => search.later.add((place.number, index), search.begun < wanted.limit),
        });
    }

    /// Reads a name that may begin with what was typed. Of most its length alone tells that it cannot come among the best, for
    /// which less has to be looked at than for all that can be told of it.
    fn read_beginning(&mut self, place: &Seen<'_>, index: u32, wanted: &Wanted<'_>) {
        let rest = place.chunk.sought.rest(index as usize, wanted.pattern);
        let way = if rest == 0 { Way::Whole } else { Way::Start };
        let nearest = place.far.0.unwrap_or_default();
        if wanted.pattern.is_one_word() && !self.best.admits((way, nearest, rest, place.number, index)) {
            self.count += 1;
            self.remember((place.number, index));
        } else {
            self.read_if_good(place, index, wanted);
        }
    }

    fn read_all(&mut self, names: &[(u32, u32)], places: &[Seen<'_>], wanted: &Wanted<'_>) {
        for (number, index) in names {
            if let Some(place) = places.get(*number as usize) {
                self.read_if_good(place, *index, wanted);
            }
        }
    }

    /// Reads a name unless it cannot come among the best: a longer pattern may still be found in it.
    fn read_if_good(&mut self, place: &Seen<'_>, index: u32, wanted: &Wanted<'_>) {
        let Some(bound) = place.chunk.sought.bound(index as usize, wanted.pattern) else { return };
        if self.admitted(place, index, bound, wanted).is_some() {
            self.read(place, index, wanted);
        } else {
            self.count += 1;
            self.remember((place.number, index));
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
        self.read += 1;
        if let Some(fit) = place.chunk.sought.fit(index as usize, wanted.pattern) {
            self.remember((place.number, index));
            self.add(place, index, fit, wanted);
        }
    }

    /// Looks at all names that do not fit otherwise for letters with others between them.
    pub fn look_for_scattered(&mut self, places: &[Place<'_>], wanted: &Wanted<'_>) {
        let places: Vec<Seen<'_>> =
            (0..).zip(places).map(|(number, place)| Seen::of(number, *place, wanted)).collect();
        self.in_parts_of(FEW_PLACES, &places, |search, places| {
            let mut matcher = Scatter::default();
            places.iter().for_each(|place| search.scattered_in(place, wanted, &mut matcher));
        });
    }

    fn scattered_in(&mut self, place: &Seen<'_>, wanted: &Wanted<'_>, matcher: &mut Scatter) {
        let sought = &place.chunk.sought;
        self.each(place, wanted, |search, index| {
            let Some(fit) = sought.scattered(index as usize, wanted.pattern, matcher) else { return };
            if sought.fit(index as usize, wanted.pattern).is_none() {
                search.add(place, index, fit, wanted);
            }
        });
    }

    fn add(&mut self, place: &Seen<'_>, index: u32, fit: Fit, wanted: &Wanted<'_>) {
        self.count += 1;
        if let Some(rank) = self.admitted(place, index, fit, wanted) {
            self.best.add(rank);
            self.begun += usize::from(fit.way <= Way::Numbered);
        }
    }

    /// The rank of a name that fits so, when it would come among the best so far.
    fn admitted(&self, place: &Seen<'_>, index: u32, fit: Fit, wanted: &Wanted<'_>) -> Option<Rank> {
        let rank = |distance: u8| (fit.way, distance, fit.rest, place.number, index);
        // How near it is takes long to tell, unless all names of the place are as near.
        if !self.best.admits(rank(place.far.0.unwrap_or_default())) {
            return None;
        }
        let rank = rank(place.far.distance(place.chunk, index as usize, wanted.near));
        self.best.admits(rank).then_some(rank)
    }

    /// Looks at places on all processors.
    fn in_parts(&mut self, places: &[Seen<'_>], look: impl Fn(&mut Self, &Seen<'_>) + Sync) {
        self.in_parts_of(FEW_PLACES, places, |search, places| {
            places.iter().for_each(|place| look(search, place));
        });
    }

    /// Looks at these on all processors, each at a part that is not smaller than `few`, and takes in what is found.
    fn in_parts_of<T: Sync>(&mut self, few: usize, all: &[T], look: impl Fn(&mut Self, &[T]) + Sync) {
        let size = all.len().div_ceil(rayon::current_num_threads()).max(few);
        let parts = all.par_chunks(size).map(|part| {
            let mut search = self.beside();
            look(&mut search, part);
            search
        });
        parts.collect::<Vec<Self>>().into_iter().for_each(|part| self.take(part));
    }

    /// Takes in what was found elsewhere.
    fn take(&mut self, other: Self) {
        self.best.take(other.best);
        self.count += other.count;
        self.fitting.extend(other.fitting);
        self.is_whole &= other.is_whole;
        self.read += other.read;
        self.later.take(other.later);
    }
}

/// Names that may fit in another way than by their start.
#[derive(Default)]
struct Later {
    names: Vec<(u32, u32)>,
    /// How many there are; of very many that need not be read not all are in `names`.
    count: usize,
}

impl Later {
    /// Adds one; of those that need not be read not all are kept.
    fn add(&mut self, name: (u32, u32), may_be_read: bool) {
        self.count += 1;
        if may_be_read || self.names.len() < MAX_REMEMBERED {
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
    fn each(&self, wanted: &Wanted<'_>, having: &mut Vec<u32>, mut visit: impl FnMut(u32)) {
        let sought = &self.chunk.sought;
        match self.names {
            Some(names) => {
                having.clear();
                let may_fit = |index: &u32| sought.may_fit(*index as usize, wanted.pattern);
                having.extend(names.iter().copied().filter(may_fit));
            }
            None => sought.having(wanted.pattern, having),
        }
        let all = wanted.counts_all();
        for index in having.iter().copied() {
            if all || sought.named(index as usize).is_some_and(|named| wanted.counts(named)) {
                visit(index);
            }
        }
    }
}

/// How far the notes of a chunk are, when that is the same for all of them.
struct Far(Option<u8>);

impl Far {
    fn of(chunk: &Chunk, wanted: &Wanted<'_>) -> Self {
        let ends = chunk.paths.first().zip(chunk.paths.last());
        Self(ends.and_then(|(first, last)| wanted.near.between(first, last)))
    }

    fn distance(&self, chunk: &Chunk, index: usize, near: &dyn Distance) -> u8 {
        self.0.unwrap_or_else(|| {
            let named = chunk.sought.named(index).unwrap_or(Named::Stem);
            chunk.path_of(index).map_or(u8::MAX, |path| near.of(path, named))
        })
    }
}
