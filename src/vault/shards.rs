//! A map from keys (hashes of names) to the numbers of those that bear them, as a value that is cheap to clone and to change.
//!
//! Invariant: holds for each key the numbers that were put in and not taken out again, each once.

use std::sync::Arc;

use rayon::prelude::*;

use crate::text::narrow;
use crate::vault::numbers::Number;

/// A map in pieces, so that a snapshot costs one count and a change copies one small piece: two levels of
/// [`FAN_OUT`] pieces each.
///
/// Measured against a persistent hash map: filling it with the names of 10,000 notes takes a fifth of the time.
#[derive(Clone)]
pub struct Shards(Arc<[Arc<[Arc<Shard>; FAN_OUT]>; FAN_OUT]>);

const FAN_OUT: usize = 32;

/// A piece: its keys in order, and beside each who bears it. A piece of the index of 50,000 notes holds some hundred keys;
/// a hash map of them would take three times the memory.
#[derive(Clone, Default)]
struct Shard {
    keys: Vec<u64>,
    bearers: Vec<Bearers>,
    /// Those of keys that several bear.
    more: Vec<More>,
}

/// Who bears a key: one number, which is most often all; with [`Bearers::SEVERAL`] a place in [`Shard::more`].
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bearers(u32);

impl Bearers {
    /// The bit that tells a place from a number: there are not so many paths.
    const SEVERAL: u32 = 1 << 31;

    fn several(place: usize) -> Self {
        Self(Self::SEVERAL | narrow(place))
    }

    /// The only one, or the place of all.
    fn get(self) -> Result<Number, usize> {
        if self.0 & Self::SEVERAL == 0 { Ok(self.0) } else { Err((self.0 & !Self::SEVERAL) as usize) }
    }
}

/// Two or more numbers, in order.
#[derive(Clone)]
enum More {
    Few(Vec<Number>),
    Many(Many),
}

/// The most that are kept in one list.
const FEW: usize = 64;

/// Very many numbers, in order. A heading such as 参考资料 may stand in every note: so many are not copied for each change, but
/// the one list in which it falls.
#[derive(Clone)]
struct Many {
    len: usize,
    /// None of them empty.
    lists: Vec<Arc<Vec<Number>>>,
}

/// The most numbers of one list.
const LIST: usize = 256;

impl Shard {
    /// The piece of these pairs, which are in order and each there once.
    fn of(pairs: &[(u64, Number)]) -> Self {
        let borne = || pairs.chunk_by(|a, b| a.0 == b.0);
        let count = borne().count();
        let mut shard = Self {
            keys: Vec::with_capacity(count),
            bearers: Vec::with_capacity(count),
            more: Vec::with_capacity(borne().filter(|of_key| of_key.len() > 1).count()),
        };
        for of_key in borne() {
            shard.keys.push(of_key[0].0);
            if let [(_, only)] = of_key {
                shard.bearers.push(Bearers(*only));
            } else {
                shard.bearers.push(Bearers::several(shard.more.len()));
                shard.more.push(More::of(of_key.iter().map(|(_, number)| *number)));
            }
        }
        shard
    }

    /// Who bears a key: the only one, or all.
    fn find(&self, key: u64) -> Option<Result<Number, &More>> {
        let bearers = self.bearers.get(self.keys.binary_search(&key).ok()?)?;
        match bearers.get() {
            Ok(only) => Some(Ok(only)),
            Err(place) => self.more.get(place).map(Err),
        }
    }

    fn count(&self, key: u64) -> usize {
        self.find(key).map_or(0, |bearers| bearers.map_or_else(More::len, |_| 1))
    }

    /// The numbers that bear a key, in order.
    fn get(&self, key: u64) -> impl Iterator<Item = Number> {
        let (one, few, many) = match self.find(key) {
            None => (None, &[][..], None),
            Some(Ok(only)) => (Some(only), &[][..], None),
            Some(Err(More::Few(numbers))) => (None, &numbers[..], None),
            Some(Err(More::Many(many))) => (None, &[][..], Some(many.iter())),
        };
        one.into_iter().chain(few.iter().copied()).chain(many.into_iter().flatten())
    }

    fn insert(&mut self, key: u64, number: Number) {
        match self.keys.binary_search(&key) {
            Err(at) => {
                insert_at(&mut self.keys, at, key);
                insert_at(&mut self.bearers, at, Bearers(number));
            }
            Ok(at) => match self.bearers[at].get() {
                Ok(known) if known == number => {}
                Ok(known) => {
                    let place = self.more.len();
                    self.bearers[at] = Bearers::several(place);
                    let both = [known.min(number), known.max(number)];
                    insert_at(&mut self.more, place, More::of(both.into_iter()));
                }
                Err(place) => self.more[place].insert(number),
            },
        }
    }

    fn remove(&mut self, key: u64, number: Number) {
        let Ok(at) = self.keys.binary_search(&key) else { return };
        match self.bearers[at].get() {
            Ok(known) if known != number => {}
            Ok(_) => {
                self.keys.remove(at);
                self.bearers.remove(at);
            }
            Err(place) => {
                self.more[place].remove(number);
                if let Some(only) = self.more[place].only() {
                    self.bearers[at] = Bearers(only);
                    self.drop_more(place);
                }
            }
        }
    }

    /// Takes those of a key away, which are no longer several; the last take their place.
    fn drop_more(&mut self, place: usize) {
        self.more.swap_remove(place);
        let moved = Bearers::several(self.more.len());
        if let Some(bearers) = self.bearers.iter_mut().find(|bearers| **bearers == moved) {
            *bearers = Bearers::several(place);
        }
    }
}

/// Puts one more in and leaves little room for others: there are a thousand pieces.
fn insert_at<T>(list: &mut Vec<T>, at: usize, new: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 16);
    }
    list.insert(at, new);
}

impl Default for Shards {
    fn default() -> Self {
        let shard = Arc::new(Shard::default());
        let group = Arc::new(std::array::from_fn(|_| Arc::clone(&shard)));
        Self(Arc::new(std::array::from_fn(|_| Arc::clone(&group))))
    }
}

impl Shards {
    /// The numbers that bear `key`, in order.
    pub fn bearers(&self, key: u64) -> impl Iterator<Item = Number> {
        let (group, shard) = Self::place(key);
        self.0[group][shard].get(key)
    }

    /// How many bear `key`.
    pub fn count(&self, key: u64) -> usize {
        let (group, shard) = Self::place(key);
        self.0[group][shard].count(key)
    }

    /// The map of all of these at once: for each number its keys, each once. In a third of the time that putting them in
    /// one by one takes, since piece after piece is made and each in its final size.
    pub fn of<'a>(all: impl Iterator<Item = (Number, &'a [u64])> + Clone) -> Self {
        let piece = |key: u64| {
            let (group, shard) = Self::place(key);
            group * FAN_OUT + shard
        };
        // Where each piece ends in the list of all, and at first where it begins.
        let mut ends = [0; FAN_OUT * FAN_OUT];
        all.clone().flat_map(|(_, keys)| keys).for_each(|key| ends[piece(*key)] += 1);
        let mut count = 0;
        for end in &mut ends {
            (*end, count) = (count, count + *end);
        }
        // One list, whose memory goes back as a whole.
        let mut pairs = vec![(0, 0); count];
        for (number, keys) in all {
            for key in keys {
                let end = &mut ends[piece(*key)];
                pairs[*end] = (*key, number);
                *end += 1;
            }
        }
        let (mut pieces, mut rest, mut begin) = (Vec::with_capacity(ends.len()), &mut pairs[..], 0);
        for end in ends {
            let (piece, behind) = rest.split_at_mut(end - begin);
            pieces.push(piece);
            (rest, begin) = (behind, end);
        }
        let groups = pieces.par_chunks_mut(FAN_OUT).map(|pieces| {
            let mut shards = pieces.iter_mut().map(|pairs| {
                // As one number each, which is compared without a branch.
                pairs.sort_unstable_by_key(|(key, number)| u128::from(*key) << 32 | u128::from(*number));
                Arc::new(Shard::of(pairs))
            });
            Arc::new(std::array::from_fn(|_| shards.next().unwrap_or_default()))
        });
        let mut groups = groups.collect::<Vec<_>>().into_iter();
        Self(Arc::new(std::array::from_fn(|_| groups.next().unwrap_or_default())))
    }

    /// Says that `number` bears `key`.
    pub fn insert(&mut self, key: u64, number: Number) {
        self.shard_mut(key).insert(key, number);
    }

    /// Takes back [`Shards::insert`].
    pub fn remove(&mut self, key: u64, number: Number) {
        self.shard_mut(key).remove(key, number);
    }

    /// Puts the keys `after` of `number` in place of the keys `before`; both are sorted and without repeats.
    pub fn replace(&mut self, before: &[u64], after: &[u64], number: Number) {
        for key in before.iter().filter(|key| after.binary_search(key).is_err()) {
            self.remove(*key, number);
        }
        for key in after.iter().filter(|key| before.binary_search(key).is_err()) {
            self.insert(*key, number);
        }
    }

    fn shard_mut(&mut self, key: u64) -> &mut Shard {
        let (group, shard) = Self::place(key);
        Arc::make_mut(&mut Arc::make_mut(&mut Arc::make_mut(&mut self.0)[group])[shard])
    }

    fn place(key: u64) -> (usize, usize) {
        let bits = (key >> 40) as usize;
        (bits % FAN_OUT, bits / FAN_OUT % FAN_OUT)
    }
}

impl More {
    /// These numbers, which are in order and each there once.
    fn of(numbers: impl ExactSizeIterator<Item = Number>) -> Self {
        if numbers.len() <= FEW {
            let mut few = Vec::with_capacity(numbers.len());
            few.extend(numbers);
            Self::Few(few)
        } else {
            Self::Many(Many::of(&numbers.collect::<Vec<_>>()))
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Few(numbers) => numbers.len(),
            Self::Many(many) => many.len,
        }
    }

    fn insert(&mut self, number: Number) {
        match self {
            Self::Many(many) => many.insert(number),
            Self::Few(numbers) => {
                let Err(at) = numbers.binary_search(&number) else { return };
                insert_at(numbers, at, number);
                if numbers.len() > FEW {
                    *self = Self::Many(Many::of(numbers));
                }
            }
        }
    }

    fn remove(&mut self, number: Number) {
        match self {
            Self::Many(many) => many.remove(number),
            Self::Few(numbers) => {
                if let Ok(at) = numbers.binary_search(&number) {
                    numbers.remove(at);
                }
            }
        }
    }

    /// The number that is left, when it is the only one.
    fn only(&self) -> Option<Number> {
        match self {
            Self::Few(numbers) => numbers.first(),
            Self::Many(many) => many.lists.first().and_then(|list| list.first()),
        }
        .filter(|_| self.len() == 1)
        .copied()
    }
}

impl Many {
    fn of(numbers: &[Number]) -> Self {
        let lists = numbers.chunks(LIST).map(|list| Arc::new(list.to_vec())).collect();
        Self { len: numbers.len(), lists }
    }

    fn iter(&self) -> impl Iterator<Item = Number> {
        self.lists.iter().flat_map(|list| list.iter().copied())
    }

    /// The list in which a number stands or would stand.
    fn list_of(&self, number: Number) -> usize {
        self.lists
            .partition_point(|list| list.first().is_some_and(|first| *first <= number))
            .saturating_sub(1)
    }

    fn insert(&mut self, number: Number) {
        let place = self.list_of(number);
        let Some(list) = self.lists.get_mut(place) else {
            *self = Self::of(&[number]);
            return;
        };
        let Err(at) = list.binary_search(&number) else { return };
        self.len += 1;
        if list.len() < LIST {
            insert_at(Arc::make_mut(list), at, number);
            return;
        }
        if at == LIST {
            // Numbers that come in their order leave full lists behind them.
            self.lists.insert(place + 1, Arc::new(vec![number]));
            return;
        }
        let list = Arc::make_mut(list);
        let mut behind = list.split_off(LIST / 2);
        match at.checked_sub(LIST / 2) {
            Some(at) => insert_at(&mut behind, at, number),
            None => insert_at(list, at, number),
        }
        self.lists.insert(place + 1, Arc::new(behind));
    }

    fn remove(&mut self, number: Number) {
        let place = self.list_of(number);
        let Some(list) = self.lists.get_mut(place) else { return };
        let Ok(at) = list.binary_search(&number) else { return };
        Arc::make_mut(list).remove(at);
        self.len -= 1;
        if list.is_empty() {
            self.lists.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, LIST, Shards};

    fn borne(shards: &Shards, key: u64) -> Vec<u32> {
        shards.bearers(key).collect()
    }

    #[test]
    fn as_many_bear_a_key_as_were_put_in_and_not_taken_out() {
        let mut shards = Shards::default();
        let many = LIST as u32 * 3;
        for n in (0..many).rev().chain(0..3) {
            shards.insert(7, n);
            shards.insert(8, n);
        }
        let before = shards.clone();
        assert_eq!(borne(&shards, 7), (0..many).collect::<Vec<_>>());
        for n in 1..many {
            shards.remove(7, n);
            shards.remove(7, n);
        }
        assert_eq!(borne(&shards, 7), [0]);
        shards.remove(7, 0);
        assert_eq!(shards.bearers(7).count(), 0);
        assert_eq!(shards.bearers(8).count(), many as usize);
        assert_eq!(before.bearers(7).count(), many as usize, "a clone keeps what it had");
    }

    #[test]
    fn all_at_once_is_as_one_by_one() {
        let keys_of = |n: u64| [1, 2 + n % 5, 100 + n, n << 41];
        let keys: Vec<[u64; 4]> = (0..FEW as u64 * 2).map(keys_of).collect();
        let at_once = Shards::of((0..).zip(&keys).map(|(number, keys)| (number, &keys[..])));
        let mut one_by_one = Shards::default();
        for (number, keys) in (0..).zip(&keys).collect::<Vec<_>>().into_iter().rev() {
            keys.iter().for_each(|key| one_by_one.insert(*key, number));
        }
        for key in keys.iter().flatten().chain(&[99]) {
            assert_eq!(borne(&at_once, *key), borne(&one_by_one, *key), "{key}");
        }
    }

    #[test]
    fn keys_in_place_of_others() {
        let mut shards = Shards::default();
        shards.replace(&[], &[1, 2, 3], 0);
        shards.replace(&[1, 2, 3], &[2, 4], 0);
        let borne: Vec<u64> = (1..=4).filter(|key| shards.bearers(*key).count() == 1).collect();
        assert_eq!(borne, [2, 4]);
    }

    /// Keys of one piece and of others.
    fn spread(key: u64) -> u64 {
        (key % 4) | ((key / 4) << 40)
    }

    proptest::proptest! {
        #[test]
        fn very_many_as_a_set(
            first in 0..LIST as u32 * 3,
            by in 1..4_u32,
            steps in proptest::collection::vec((0..LIST as u32 * 12, proptest::bool::ANY), 0..600),
            whole in proptest::option::of(proptest::bool::ANY),
        ) {
            let numbers: Vec<u32> = (0..first).map(|number| number * by).collect();
            let mut many = super::Many::of(&numbers);
            let mut set: std::collections::BTreeSet<u32> = numbers.into_iter().collect();
            for (number, comes) in steps {
                if whole.unwrap_or(comes) {
                    many.insert(number);
                    set.insert(number);
                } else {
                    many.remove(number);
                    set.remove(&number);
                }
                proptest::prop_assert_eq!(many.len, set.len());
            }
            proptest::prop_assert!(many.iter().eq(set.iter().copied()));
            proptest::prop_assert!(many.lists.iter().all(|list| !list.is_empty() && list.len() <= LIST));
        }

        #[test]
        fn as_a_set_of_pairs(
            first in proptest::collection::btree_set((0..12_u64, 0..FEW as u32 * 2), 0..200),
            steps in proptest::collection::vec((0..12_u64, 0..FEW as u32 * 2, proptest::bool::weighted(0.7)), 0..400),
        ) {
            let mut pairs: std::collections::BTreeSet<(u64, u32)> =
                first.into_iter().map(|(key, number)| (spread(key), number)).collect();
            let keys_of = |of: u32| -> Vec<u64> {
                pairs.iter().filter(|(_, number)| *number == of).map(|(key, _)| *key).collect()
            };
            let keys: Vec<Vec<u64>> = (0..FEW as u32 * 2).map(keys_of).collect();
            let mut shards = Shards::of((0..).zip(&keys).map(|(number, keys)| (number, &keys[..])));
            for (key, of, comes) in steps {
                let key = spread(key);
                if comes {
                    shards.insert(key, of);
                    pairs.insert((key, of));
                } else {
                    shards.remove(key, of);
                    pairs.remove(&(key, of));
                }
            }
            for key in (0..12).map(spread) {
                let expected: Vec<u32> = pairs.iter().filter(|(of, _)| *of == key).map(|(_, number)| *number).collect();
                proptest::prop_assert_eq!(shards.count(key), expected.len(), "{}", key);
                proptest::prop_assert_eq!(borne(&shards, key), expected, "{}", key);
            }
        }
    }
}
