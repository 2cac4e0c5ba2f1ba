//! Where in a text a name may begin, told by two characters.
//!
//! Invariant: names that begin with the same two characters follow each other; a pair of characters with which none begins
//! mostly costs the look at one bit.

use std::ops::Range;

/// The first two characters of some names in order. Names of fewer characters are not among them.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Starts {
    /// A bit for the hash of each pair, many more than there are pairs.
    bits: Vec<u64>,
    /// By the hash of a pair, or the next free place behind it: the number of the pair and one more, 0 where there is none.
    places: Vec<u32>,
    /// Each pair with the number of the first name that begins with it, in the order of the names.
    pairs: Vec<(u64, u32)>,
    /// How many names there are.
    names: u32,
}

/// How many bits there are for each pair at least.
const BITS_A_PAIR: usize = 16;

impl Starts {
    /// Those of these names, which are in the order of their bytes.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut starts = Self::default();
        for name in names {
            let mut chars = name.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                let pair = pair(first, second);
                if starts.pairs.last().is_none_or(|(last, _)| *last != pair) {
                    starts.pairs.push((pair, starts.names));
                }
            }
            starts.names += 1;
        }
        starts.pairs.shrink_to_fit();
        if starts.pairs.is_empty() {
            return starts;
        }
        starts.bits =
            vec![0; (starts.pairs.len() * BITS_A_PAIR).next_power_of_two() / u64::BITS as usize + 1];
        starts.places = vec![0; (starts.pairs.len() * 2).next_power_of_two()];
        for (number, (pair, _)) in (1..).zip(&starts.pairs) {
            let hash = hash(*pair);
            let bit = place(hash, starts.bits.len() * u64::BITS as usize);
            starts.bits[bit / 64] |= 1 << (bit % 64);
            let mut at = place(hash, starts.places.len());
            while starts.places[at] != 0 {
                at = (at + 1) % starts.places.len();
            }
            starts.places[at] = number;
        }
        starts
    }

    /// The numbers of the names that begin with these two characters.
    #[inline]
    pub fn with(&self, first: char, second: char) -> Option<Range<u32>> {
        let pair = pair(first, second);
        let hash = hash(pair);
        let bit = place(hash, self.bits.len() * u64::BITS as usize);
        let may_be = self.bits.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1);
        if may_be { self.names_with(pair, hash) } else { None }
    }

    fn names_with(&self, pair: u64, hash: u64) -> Option<Range<u32>> {
        let mut at = place(hash, self.places.len());
        loop {
            let number = (*self.places.get(at)? as usize).checked_sub(1)?;
            let (known, first) = *self.pairs.get(number)?;
            if known == pair {
                return Some(first..self.pairs.get(number + 1).map_or(self.names, |(_, next)| *next));
            }
            at = (at + 1) % self.places.len();
        }
    }
}

fn pair(first: char, second: char) -> u64 {
    u64::from(u32::from(first)) << 32 | u64::from(u32::from(second))
}

#[inline]
fn hash(pair: u64) -> u64 {
    // Multiplied by odd numbers all bits reach the upper half, from which places are taken.
    let mixed = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The place of a hash among so many.
#[inline]
fn place(hash: u64, many: usize) -> usize {
    (((hash >> 32) * many as u64) >> 32) as usize
}
