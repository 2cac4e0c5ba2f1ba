//! Names that may be found, to be read in the order of how they fit at best.
//!
//! Invariant: who stops when the [`Candidate::least`] of one cannot come among the best has left out nothing that could.

use crate::fuzzy::{Fit, Way};

/// Names told by the number of their chunk and their index there, each with how it fits at best.
#[derive(Default)]
pub struct Candidates {
    names: Vec<(u32, u32)>,
    bounds: Vec<Fit>,
}

/// A name that may be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The number of its chunk.
    pub number: u32,
    /// Its index there.
    pub index: u32,
    /// How it fits at best.
    pub bound: Fit,
    /// How it and all that come after it fit at best.
    pub least: Fit,
}

/// The least rest of each group in which they are read. Names of one group are read in the order in which they lie in
/// memory, which is faster than the exact order of their rests.
const RESTS: [u16; 8] = [0, 2, 4, 7, 11, 16, 24, 40];

const GROUPS: usize = (Way::Scattered as usize + 1) * RESTS.len();

/// The number of the group of all that fit about as well; the better the smaller.
fn group(bound: Fit) -> usize {
    let rest = RESTS.partition_point(|least| *least <= bound.rest).saturating_sub(1);
    bound.way as usize * RESTS.len() + rest
}

impl Candidates {
    /// Adds a name that fits so at best; names come in their order.
    pub fn push(&mut self, bound: Fit, number: u32, index: u32) {
        self.names.push((number, index));
        self.bounds.push(bound);
    }

    /// The names, those that fit best first, by groups; in a group they are in their order.
    pub fn best_first(self) -> impl Iterator<Item = Candidate> {
        // Sorted by counting how many are in each group: nothing is compared.
        let mut starts = [0_u32; GROUPS + 1];
        for bound in &self.bounds {
            starts[group(*bound) + 1] += 1;
        }
        for group in 0..GROUPS {
            starts[group + 1] += starts[group];
        }
        let mut order = vec![0_u32; self.names.len()];
        for (at, bound) in (0..).zip(&self.bounds) {
            let place = &mut starts[group(*bound)];
            order[*place as usize] = at;
            *place += 1;
        }
        order.into_iter().map(move |at| {
            let ((number, index), bound) = (self.names[at as usize], self.bounds[at as usize]);
            let least = Fit { rest: RESTS[group(bound) % RESTS.len()], ..bound };
            Candidate { number, index, bound, least }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Candidates};
    use crate::fuzzy::{Fit, Way};
    use proptest::prelude::*;

    const WAYS: [Way; 4] = [Way::Whole, Way::StartRead, Way::Inside, Way::Scattered];

    proptest! {
        #[test]
        fn nothing_that_comes_later_is_better_than_the_least(
            names in prop::collection::vec((0..WAYS.len(), 0_u16..90), 0..60),
        ) {
            let mut candidates = Candidates::default();
            for (index, (way, rest)) in (0..).zip(&names) {
                candidates.push(Fit { way: WAYS[*way], rest: *rest }, index / 7, index);
            }
            let found: Vec<Candidate> = candidates.best_first().collect();
            for (at, candidate) in found.iter().enumerate() {
                prop_assert!(found[at..].iter().all(|later| candidate.least <= later.bound));
                let before = found.get(at.wrapping_sub(1)).filter(|before| before.least == candidate.least);
                prop_assert!(before.is_none_or(|before| before.index < candidate.index));
            }
            let mut indices: Vec<u32> = found.iter().map(|candidate| candidate.index).collect();
            indices.sort_unstable();
            prop_assert!(indices.iter().copied().eq(0..u32::try_from(names.len()).unwrap()));
        }
    }
}
