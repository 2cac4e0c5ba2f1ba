//! Ranges as notes at rest keep them: each by its distance from the one before, since most are near it and short. Small
//! numbers that come again and again are what compressing makes the most of.
//!
//! Invariant: what is unpacked in the order in which it was packed, both within [`packing`], is what was packed.

use std::cell::Cell;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::TextRange;

thread_local! {
    /// The range that was packed or unpacked last.
    static LAST: Cell<TextRange> = const { Cell::new(TextRange { start: 0, end: 0 }) };
}

/// Packs or unpacks ranges, all that `work` comes to.
pub fn packing<T>(work: impl FnOnce() -> T) -> T {
    LAST.set(TextRange::default());
    work()
}

/// From where the start of a range is told, in the lowest bits of its distance from there: from the end of the range before,
/// from its start, or from that of the text.
const BEHIND: u64 = 0;
const WITHIN: u64 = 1;
const BEFORE: u64 = 2;
const BITS: u32 = 2;

impl Serialize for TextRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let last = LAST.replace(*self);
        let (place, from) = match self.start {
            start if start >= last.end => (BEHIND, last.end),
            start if start >= last.start => (WITHIN, last.start),
            _ => (BEFORE, 0),
        };
        let start = u64::from(self.start - from) << BITS | place;
        (start, self.end.wrapping_sub(self.start)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TextRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (start, len) = <(u64, u32)>::deserialize(deserializer)?;
        let last = LAST.get();
        let from = match start & ((1 << BITS) - 1) {
            BEHIND => last.end,
            WITHIN => last.start,
            _ => 0,
        };
        let start = from.wrapping_add((start >> BITS) as u32);
        let range = Self { start, end: start.wrapping_add(len) };
        LAST.set(range);
        Ok(range)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::packing;
    use crate::text::TextRange;

    proptest! {
        #[test]
        fn what_is_unpacked_is_what_was_packed(
            ranges in prop::collection::vec((prop_oneof![0..40_u32, any::<u32>()], prop_oneof![0..40_u32, any::<u32>()]), 0..20),
        ) {
            let ranges: Vec<TextRange> =
                ranges.into_iter().map(|(start, len)| TextRange { start, end: start.saturating_add(len) }).collect();
            let packed = packing(|| postcard::to_stdvec(&ranges)).unwrap();
            prop_assert_eq!(packing(|| postcard::from_bytes::<Vec<TextRange>>(&packed)).unwrap(), ranges);
        }
    }

    #[test]
    fn what_lies_behind_or_within_the_one_before_takes_two_bytes() {
        let ranges = [(9_000, 9_050), (9_003, 9_047), (9_052, 9_100), (9_100, 9_100)];
        let ranges = ranges.map(|(start, end)| TextRange::new(start, end));
        let packed = |ranges: &[TextRange]| packing(|| postcard::to_stdvec(ranges)).unwrap().len();
        assert_eq!(packed(&ranges) - packed(&ranges[..1]), 2 * 3);
    }
}
