//! Paths by small numbers, so that the index holds four bytes for a bearer of a name instead of a path.
//!
//! Invariant: of each path that is known the number is one and the same as long as it is known; no two paths that are known
//! at a time have the same one.

use imbl::{OrdMap, Vector};

use crate::path::NotePath;

/// The number of a path.
pub type Number = u32;

/// The paths of notes and files with their numbers, as a value that is cheap to clone and to change.
#[derive(Clone, Default)]
pub struct Numbers {
    paths: Vector<NotePath>,
    numbers: OrdMap<NotePath, Number>,
    /// Numbers of paths that are no longer known; the next new path gets one of them.
    free: Vector<Number>,
}

impl Numbers {
    /// The numbers of these paths, which are in their order and each there once: 0 and on.
    pub fn of<'a>(paths: impl Iterator<Item = &'a NotePath> + Clone) -> Self {
        let numbers = paths.clone().cloned().zip(0_u32..).collect();
        Self { paths: paths.cloned().collect(), numbers, free: Vector::new() }
    }

    /// The number of a path that is known.
    pub fn get(&self, path: &NotePath) -> Option<Number> {
        self.numbers.get(path).copied()
    }

    /// The number of a path, which is known from now on.
    pub fn add(&mut self, path: &NotePath) -> Number {
        if let Some(known) = self.get(path) {
            return known;
        }
        let number = match self.free.pop_back() {
            Some(free) => {
                self.paths.set(free as usize, path.clone());
                free
            }
            None => {
                self.paths.push_back(path.clone());
                // More paths than this do not fit into memory.
                Number::try_from(self.paths.len() - 1).unwrap_or(Number::MAX)
            }
        };
        self.numbers.insert(path.clone(), number);
        number
    }

    /// Forgets a path; nothing may bear its number any more.
    pub fn forget(&mut self, path: &NotePath) {
        if let Some(number) = self.numbers.remove(path) {
            self.free.push_back(number);
        }
    }

    /// The paths of these numbers, in the order of paths, each once.
    pub fn paths(&self, numbers: impl Iterator<Item = Number>) -> Vec<&NotePath> {
        let mut paths: Vec<&NotePath> =
            numbers.filter_map(|number| self.paths.get(number as usize)).collect();
        // Most often they are: paths that were known from the start have numbers in their order.
        if !paths.is_sorted_by(|a, b| a < b) {
            paths.sort_unstable();
            paths.dedup();
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Numbers;
    use crate::path::NotePath;

    fn path(n: usize) -> NotePath {
        NotePath::new(&format!("/{n:02}.md"))
    }

    proptest::proptest! {
        #[test]
        fn a_path_keeps_its_number_and_shares_it_with_none(
            first in 0..6_usize,
            steps in proptest::collection::vec((0..12_usize, proptest::bool::ANY), 0..60),
        ) {
            let known: Vec<NotePath> = (0..first).map(path).collect();
            let mut numbers = Numbers::of(known.iter());
            let mut model: BTreeMap<NotePath, u32> = known.iter().cloned().zip(0..).collect();
            for (n, comes) in steps {
                let path = path(n);
                if comes {
                    let number = numbers.add(&path);
                    proptest::prop_assert_eq!(*model.entry(path).or_insert(number), number);
                } else {
                    numbers.forget(&path);
                    model.remove(&path);
                }
                let all: Vec<&NotePath> = model.keys().collect();
                let given: std::collections::BTreeSet<u32> = model.values().copied().collect();
                proptest::prop_assert_eq!(given.len(), model.len(), "each has its own");
                proptest::prop_assert!(given.iter().all(|number| (*number as usize) < 12), "numbers are used again");
                proptest::prop_assert_eq!(numbers.paths(given.into_iter()), all);
                proptest::prop_assert!(model.iter().all(|(path, number)| numbers.get(path) == Some(*number)));
            }
        }
    }
}
