//! What can be told of a name at a glance: sets of characters and of pairs of them, a few machine words each.
//!
//! Invariant: a set holds at least what it says. Characters share places in it, so it may seem to hold more; then a name is
//! read that does not fit.

use std::sync::LazyLock;

use crate::fold::is_han;
use crate::fuzzy::pinyin;
use crate::fuzzy::word::{Character, is_wordly};

/// Which characters there are: a set in which all but Latin letters share some places. What stands between words has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Letters(u64);

impl Letters {
    pub(super) fn of(c: char) -> Self {
        Self(place(c, u64::BITS).map_or(0, |place| 1 << place))
    }

    /// What a folded name can be typed with.
    pub fn of_name(folded: &str) -> Self {
        let read = |c: char| if is_han(c) { pinyin::read(c).letters } else { 0 };
        folded.chars().fold(Self(0), |set, c| set.with(Self::of(c)).with(Self::latin(read(c))))
    }

    /// Latin letters: bit 0 for `a`.
    pub(super) fn latin(letters: u32) -> Self {
        Self(letters.into())
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What all sets that fit into one number have in common.
macro_rules! set_of_bits {
    ($($set:ident),+) => {
        $(impl $set {
            /// These and others.
            #[inline]
            pub fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            #[inline]
            pub(super) fn has_all(self, other: Self) -> bool {
                other.0 & !self.0 == 0
            }
        })+
    };
}

// Of counts the more counts when two are put together.
set_of_bits!(Letters, Counts, Written, Firsts, Starts);

/// How many Latin letters there are.
const LATIN: u32 = 26;

/// The place of a character among so many: Latin letters have the first for themselves, all else shares the others. What stands
/// between words has none.
fn place(c: char, places: u32) -> Option<u32> {
    match pinyin::key(c) {
        letter @ 'a'..='z' => Some(letter as u32 - 'a' as u32),
        c => is_wordly(c).then(|| LATIN + c as u32 % (places - LATIN)),
    }
}

/// The characters of words of a text for which nothing else can be typed.
pub(super) fn others_in(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| is_wordly(*c) && latin(pinyin::key(*c)) == 0)
}

/// A Latin letter as a set: bit 0 for `a`. It is empty for all else.
pub(super) fn latin(c: char) -> u32 {
    if c.is_ascii_lowercase() { 1 << (c as u32 - 'a' as u32) } else { 0 }
}

/// How often each Latin letter can be typed: whether at all, twice, and three times, where some letters share a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts(u64);

impl Counts {
    /// Those of so many letters: the sets of those that are there at all, twice and three times.
    fn of_sets([once, twice, thrice]: [u32; 3]) -> Self {
        let shared = (0..LATIN).filter(|letter| thrice >> letter & 1 == 1);
        let shared = shared.fold(0, |places, letter| places | 1 << (letter % (u64::BITS - 2 * LATIN)));
        Self(u64::from(once) | u64::from(twice) << LATIN | shared << (2 * LATIN))
    }

    /// Whether each letter is there at all, of a text as it is typed.
    pub(super) fn of_any_in(text: &str) -> Self {
        Self::of_sets([text.chars().fold(0, |set, c| set | latin(pinyin::key(c))), 0, 0])
    }

    /// What these characters have of letters when they are typed as they are.
    pub(super) fn of_chars(chars: impl Iterator<Item = char>) -> Self {
        Self::of_sets(chars.fold([0; 3], |sets, c| counted(sets, latin(pinyin::key(c)))))
    }
}

/// The sets of letters that are there at all, twice and three times, with one more of each of these.
fn counted([once, twice, thrice]: [u32; 3], letters: u32) -> [u32; 3] {
    [once | letters, twice | once & letters, thrice | twice & letters]
}

/// Which characters a name has: a set in which all share some places.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written(u64);

/// A character's place among 64, as a set, by one way to spread them; it is empty for what stands between words.
fn spread(c: char, by: u32) -> u64 {
    let place = (c as u32).wrapping_mul(by) >> (u32::BITS - u64::BITS.ilog2());
    u64::from(is_wordly(c)) << place
}

/// Odd numbers whose bits look like chance.
const SPREAD: [u32; 2] = [0x9e37_79b1, 0x85eb_ca6b];

impl Written {
    pub(super) fn of(c: char) -> Self {
        let c = pinyin::key(c);
        // Of all but ASCII there are so many that one place tells too little.
        Self(spread(c, SPREAD[0]) | if c.is_ascii() { 0 } else { spread(c, SPREAD[1]) })
    }

    /// Those of a text for which nothing else can be typed.
    pub(super) fn of_others_in(text: &str) -> Self {
        others_in(text).fold(Self::default(), |all, c| all.with(Self::of(c)))
    }
}

/// With which characters something begins: a set in which all but Latin letters share a few places.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Firsts(u32);

impl Firsts {
    pub(super) fn of(c: char) -> Self {
        Self(place(c, u32::BITS).map_or(0, |place| 1 << place))
    }

    /// What a folded text can begin with as it is written, typed at its first character.
    pub fn of_start(folded: &str) -> Self {
        folded.chars().next().map(Self::of).unwrap_or_default()
    }

    /// What a folded name can begin with when it is typed. What stands between words is stepped over.
    pub(super) fn of_name(folded: &str) -> Self {
        let first = folded.chars().find(|c| is_wordly(*c));
        let read = |c: char| if is_han(c) { pinyin::read(c).firsts } else { 0 };
        first.map(|c| Self(Self::of(c).0 | read(c))).unwrap_or_default()
    }
}

/// Which characters follow each other where a name is typed with nothing left out: a set in which some pairs share a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pairs([u64; 2]);

/// How far apart the places are of what follows one character and of what follows the next but one.
const STEP: u32 = 39;

impl Pairs {
    /// Each of these letters with each of those that come after them.
    pub(super) fn of(before: Letters, after: Letters) -> Self {
        let (mut rest, mut pairs) = (before.0, [0; 2]);
        while rest != 0 {
            let place = rest.trailing_zeros();
            pairs[place as usize % 2] |= after.0.rotate_left(place / 2 * STEP % u64::BITS);
            rest &= rest - 1;
        }
        Self(pairs)
    }

    /// Those of a text as it is written. What stands between words is stepped over.
    pub(super) fn of_written(text: &str) -> Self {
        let mut letters = text.chars().map(Letters::of).filter(|letter| !letter.is_empty());
        let first = letters.next().unwrap_or_default();
        let pair = |(pairs, before): (Self, Letters), letter| (pairs.with(Self::of(before, letter)), letter);
        letters.fold((Self::default(), first), pair).0
    }

    /// These and others.
    #[inline]
    pub fn with(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    /// Whether all of these are there.
    #[inline]
    pub fn has_all(self, other: Self) -> bool {
        (other.0[0] & !self.0[0]) | (other.0[1] & !self.0[1]) == 0
    }
}

/// What the first two characters are of a name as it is typed with nothing left out, and its first one as it is written: a set
/// in which all share some places. What stands between words has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Starts(u64);

impl Starts {
    /// Those of a text that is typed: `written` when it is to be there as it is, and not by its pinyin.
    pub(super) fn of_typed(text: &str, written: bool) -> Self {
        let mut chars = text.chars();
        let Some(first) = chars.next().filter(|first| is_wordly(*first)) else { return Self::default() };
        let next = chars.next().filter(|next| is_wordly(*next)).map(Letters::of).unwrap_or_default();
        let is_itself = written || latin(pinyin::key(first)) == 0;
        let itself = if is_itself { Self::of(first) } else { Self::default() };
        itself.with(Self::of_pairs(Pairs::of(Letters::of(first), next)))
    }

    /// A first character.
    fn of(c: char) -> Self {
        Self(spread(pinyin::key(c), SPREAD[0]).rotate_left(u32::BITS))
    }

    fn of_pairs(pairs: Pairs) -> Self {
        Self(pairs.0[0] | pairs.0[1].rotate_left(u32::BITS))
    }
}

/// What can be told of a folded name at a glance, so that few names have to be read. Where it was kept in parts a set may be
/// larger than that of the name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    /// The characters of the name.
    pub written: Written,
    /// The letters that it can be typed with.
    pub counts: Counts,
    /// Which of them follow each other.
    pub pairs: Pairs,
    /// What its words can begin with when they are typed.
    pub initials: Firsts,
    /// What the name can begin with when it is typed.
    pub first: Firsts,
    /// The same for its first two characters.
    pub starts: Starts,
    /// Its length in characters.
    pub chars: u16,
}

impl Shape {
    /// A shape that tells nothing but the length of a name, in characters.
    pub(super) fn of_any(chars: usize) -> Self {
        Self {
            written: Written(u64::MAX),
            counts: Counts(u64::MAX),
            pairs: Pairs([u64::MAX; 2]),
            initials: Firsts(u32::MAX),
            first: Firsts(u32::MAX),
            starts: Starts(u64::MAX),
            chars: u16::try_from(chars).unwrap_or(u16::MAX),
        }
    }

    /// The shape of a folded name.
    pub fn of(folded: &str) -> Self {
        let (mut shape, mut before, mut counts) = (Self::default(), Character::default(), [0; 3]);
        // What can stand in front of what is typed next, and in front of the second character.
        let (mut last, mut start) = (Letters::default(), None);
        for c in folded.chars() {
            let sign = Sign::of(c);
            let read = if sign.character.is_han() { pinyin::read(c) } else { pinyin::Read::default() };
            let first = Firsts(sign.first.0 | read.firsts);
            shape.written = shape.written.with(sign.written);
            counts = counted(counted(counts, sign.latin | read.letters), read.twice);
            if sign.character.begins_behind(before) {
                shape.initials = shape.initials.with(first);
            }
            // What stands between words is stepped over.
            if !sign.letter.is_empty() {
                let letters = sign.letter.with(Letters::latin(read.firsts));
                if last.is_empty() {
                    (shape.first, start) = (first, Some(letters));
                    shape.starts = Starts::of(c).with(Starts::of_pairs(read.starts));
                } else if let Some(start) = start.take() {
                    shape.starts = shape.starts.with(Starts::of_pairs(Pairs::of(start, letters)));
                }
                shape.pairs = shape.pairs.with(Pairs::of(last, letters)).with(read.pairs);
                last = sign.letter.with(Letters::latin(read.lasts));
            }
            shape.chars = shape.chars.saturating_add(1);
            before = sign.character;
        }
        shape.counts = Counts::of_sets(counts);
        shape
    }
}

/// A character as sets.
#[derive(Clone, Copy)]
struct Sign {
    letter: Letters,
    written: Written,
    latin: u32,
    first: Firsts,
    character: Character,
}

/// Those of ASCII.
static ASCII: LazyLock<[Sign; 128]> =
    LazyLock::new(|| std::array::from_fn(|code| Sign::found(u8::try_from(code).map_or(' ', char::from))));

impl Sign {
    #[inline]
    fn of(c: char) -> Self {
        ASCII.get(c as usize).copied().unwrap_or_else(|| Self::found(c))
    }

    fn found(c: char) -> Self {
        Self {
            letter: Letters::of(c),
            written: Written::of(c),
            latin: latin(pinyin::key(c)),
            first: Firsts::of(c),
            character: Character::of(c),
        }
    }
}
