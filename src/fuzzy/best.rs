//! The best of many, found one after another.
//!
//! Invariant: what is refused could not come among the best, whatever else is found.

use std::collections::BinaryHeap;

/// The best of what is found, as many as are wanted; the smaller a rank the better. No two ranks are the same.
pub struct Best<R> {
    /// The worst of them on top.
    found: BinaryHeap<R>,
    wanted: usize,
    /// With enough found: only what is better than this counts.
    bar: Option<R>,
}

impl<R: Ord + Copy> Best<R> {
    /// None so far, of which so many are wanted; at least one is.
    pub fn new(wanted: usize) -> Self {
        Self { found: BinaryHeap::new(), wanted: wanted.max(1), bar: None }
    }

    /// None so far, to be found beside these and taken in then: what these leave no room for does not count there.
    pub fn beside(&self) -> Self {
        Self { bar: self.bar, ..Self::new(self.wanted) }
    }

    /// Whether something of this rank would come among the best so far.
    #[inline]
    pub fn admits(&self, rank: R) -> bool {
        self.bar.is_none_or(|bar| rank < bar)
    }

    /// Adds what has this rank, unless there is enough that is better.
    pub fn add(&mut self, rank: R) {
        if !self.admits(rank) {
            return;
        }
        self.found.push(rank);
        if self.found.len() > self.wanted {
            self.found.pop();
        }
        if self.found.len() == self.wanted {
            self.bar = self.found.peek().copied();
        }
    }

    /// Takes in what was found beside.
    pub fn take(&mut self, other: Self) {
        other.found.into_iter().for_each(|rank| self.add(rank));
    }

    /// Whether there are as many as are wanted.
    pub fn is_full(&self) -> bool {
        self.found.len() == self.wanted
    }

    /// In any order.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.found.iter()
    }

    /// The best first.
    pub fn into_sorted(self) -> Vec<R> {
        self.found.into_sorted_vec()
    }
}
