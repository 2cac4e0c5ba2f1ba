//! Eras: how long links lead to the same places, and what changed from one to the next.
//!
//! Invariant: in one era every link of a note that stays the same leads where it did. What ended an era is told when all of it
//! lies in what one note offers to links ([`Change`]); where that is not told, every link may lead elsewhere.

mod change;
mod changes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use crate::vault::era::change::{Change, Offered};
pub use crate::vault::era::changes::Changes;

/// How many eras before the present one are known of: as many keys may be typed in headings before someone looks again.
const KNOWN: usize = 16;

/// A number for all vaults that came of each other and in which links lead to the same places: typing prose goes on in
/// the era it began in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Era(u64);

/// The era of a vault, and those before it.
#[derive(Clone, Default)]
pub struct Eras {
    now: Era,
    /// The eras before, the last one first, each with what ended it.
    before: Arc<[(Era, Arc<Change>)]>,
}

impl Eras {
    /// The present one.
    pub fn now(&self) -> Era {
        self.now
    }

    /// Begins another one, in which every link may lead elsewhere.
    pub fn end(&mut self) {
        *self = Self { now: Self::next(), before: Arc::default() };
    }

    /// Begins another one, in which nothing but this changed; `None` is more than can be told.
    pub fn end_by(&mut self, change: Option<Change>) {
        let Some(change) = change else { return self.end() };
        let ended = std::iter::once((self.now, Arc::new(change)));
        let before = ended.chain(self.before.iter().cloned()).take(KNOWN).collect();
        *self = Self { now: Self::next(), before };
    }

    /// What changed since an era; `None` when that is not known.
    pub fn since(&self, era: Era) -> Option<Changes> {
        if era == self.now {
            return Some(Changes::default());
        }
        let ended = self.before.iter().position(|(before, _)| *before == era)?;
        let changes = self.before.iter().take(ended + 1).rev();
        Some(Changes::of(changes.map(|(_, change)| Arc::clone(change)).collect()))
    }

    fn next() -> Era {
        static ERAS: AtomicU64 = AtomicU64::new(1);
        Era(ERAS.fetch_add(1, Ordering::Relaxed))
    }
}
