//! How Chinese characters are read: all readings of each, and which letters typed can stand for a syllable.
//!
//! Invariant: the tables are made once, from those of the `pinyin` crate; a syllable is a number in the order of the
//! alphabet, without its tone. Characters that are read in the same ways share an entry.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

use crate::fuzzy::shape::{Letters, Pairs, latin};

const FIRST_HAN: u32 = 0x3400;
const LAST_HAN: u32 = 0x9fff;

struct Table {
    /// Which entry each character has, by its place after the first.
    entries: Vec<u16>,
    /// The syllables of each entry.
    readings: Vec<Vec<u16>>,
    /// What each entry can be typed with.
    typed: Vec<Read>,
    syllables: Vec<&'static str>,
}

/// What a character can be typed with, in all its readings. Sets of letters: bit 0 for `a`.
#[derive(Clone, Copy, Default)]
pub(super) struct Read {
    /// All letters.
    pub(super) letters: u32,
    /// Those that one reading has twice; none has one more often.
    pub(super) twice: u32,
    /// Those that come first.
    pub(super) firsts: u32,
    /// Those behind which what is typed of the next character can begin; see [`steps`].
    pub(super) lasts: u32,
    /// Which of them follow each other.
    pub(super) pairs: Pairs,
    /// The first two.
    pub(super) starts: Pairs,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let of = |place: u32| -> Vec<&'static str> {
        let c = char::from_u32(place);
        let readings = c.and_then(|c| c.to_pinyin_multi());
        let mut readings: Vec<&str> =
            readings.map_or_else(Vec::new, |all| all.into_iter().map(|one| one.plain()).collect());
        readings.sort_unstable();
        readings.dedup();
        readings
    };
    let all: Vec<Vec<&'static str>> = (FIRST_HAN..=LAST_HAN).map(of).collect();
    let mut syllables: Vec<&'static str> = all.iter().flatten().copied().collect();
    syllables.sort_unstable();
    syllables.dedup();
    let mut table =
        Table { entries: Vec::with_capacity(all.len()), readings: Vec::new(), typed: Vec::new(), syllables };
    let mut known: HashMap<Vec<&str>, u16> = HashMap::new();
    for readings in all {
        let entry = known.entry(readings).or_insert_with_key(|readings| {
            let numbers = readings.iter().filter_map(|reading| table.syllables.binary_search(reading).ok());
            table.readings.push(numbers.filter_map(|number| u16::try_from(number).ok()).collect());
            table.typed.push(Read::of(readings));
            u16::try_from(table.typed.len() - 1).unwrap_or(u16::MAX)
        });
        table.entries.push(*entry);
    }
    table
});

impl Read {
    fn of(readings: &[&str]) -> Self {
        let mut all = Self::default();
        for reading in readings {
            let letters: Vec<u32> = reading.chars().map(letter).collect();
            let (once, twice) =
                letters.iter().fold((0, 0), |(once, twice), letter| (once | letter, twice | once & letter));
            all.letters |= once;
            all.twice |= twice;
            all.firsts |= letters.first().copied().unwrap_or_default();
            all.lasts |= letters.first().copied().unwrap_or_default();
            all.lasts |= letters.last().copied().unwrap_or_default();
            if has_two(reading) {
                all.lasts |= letters.get(1).copied().unwrap_or_default();
            }
            let mut pairs = letters
                .windows(2)
                .map(|pair| Pairs::of(Letters::latin(pair[0]), Letters::latin(pair[1])))
                .peekable();
            all.starts = all.starts.with(pairs.peek().copied().unwrap_or_default());
            all.pairs = pairs.fold(all.pairs, Pairs::with);
        }
        all
    }
}

/// What a letter of a reading can be typed with.
fn letter(c: char) -> u32 {
    if key(c) == 'v' { latin('u') | latin('v') } else { latin(c) }
}

/// Whether the first two letters stand for a syllable as its first one does.
fn has_two(syllable: &str) -> bool {
    ["zh", "ch", "sh"].iter().any(|two| syllable.starts_with(two))
}

/// Which entry a simplified character has.
#[inline]
fn entry(c: char) -> Option<usize> {
    let place = u32::from(c).checked_sub(FIRST_HAN)?;
    TABLE.entries.get(place as usize).map(|entry| usize::from(*entry))
}

/// What a simplified character can be typed with.
pub(super) fn read(c: char) -> Read {
    entry(c).and_then(|entry| TABLE.typed.get(entry)).copied().unwrap_or_default()
}

/// What is typed for a letter: `v` for `ü`.
#[inline]
pub(super) fn key(c: char) -> char {
    if c == 'ü' { 'v' } else { c }
}

/// Which parts of a word the characters can stand for; see [`steps`].
#[derive(Default)]
pub(super) struct Steps {
    /// For each entry the number of its parts in `parts`; the first has none.
    of_entries: Vec<u16>,
    parts: Vec<Parts>,
}

/// Which parts of a word a character can stand for.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts {
    /// The places in the word where one begins: bit `n` for the place before its character `n`.
    starts: u64,
    /// The same for parts of each length, from one letter on.
    lengths: [u64; LONGEST],
}

/// How many letters the longest syllables have: `zhuang`.
const LONGEST: usize = 6;

impl Parts {
    fn with(mut self, other: &Self) -> Self {
        self.starts |= other.starts;
        self.lengths.iter_mut().zip(other.lengths).for_each(|(starts, others)| *starts |= others);
        self
    }
}

impl Parts {
    /// Whether one begins at a place of this set.
    #[inline]
    pub(super) fn begin_in(&self, found: u64) -> bool {
        self.starts & found != 0
    }

    /// Where those end that begin at a place of this set.
    #[inline]
    pub(super) fn after(&self, found: u64) -> u64 {
        let mut next = 0;
        for (length, starts) in (1..).zip(&self.lengths) {
            next |= (found & starts) << length;
        }
        next
    }
}

impl Steps {
    /// What a character can stand for, if it can for anything.
    #[inline]
    pub(super) fn parts_of(&self, c: char) -> Option<&Parts> {
        let number = entry(c).and_then(|entry| self.of_entries.get(entry)).copied().unwrap_or_default();
        self.parts.get(usize::from(number))
    }
}

/// Which parts of `word` each character can stand for; none when the word has no Latin letters.
///
/// A syllable is typed whole, by its first letter, by `zh`, `ch` or `sh`, or by any beginning at the end of the word,
/// where its typing goes on.
pub(super) fn steps(word: &[char]) -> Steps {
    let letters = word.iter().fold(0, |letters, c| letters | latin(*c));
    if letters == 0 {
        return Steps::default();
    }
    let of = |syllable: &&str| {
        let mut parts = Parts::default();
        if !syllable.starts_with(|first| letter(first) & letters != 0) {
            return parts;
        }
        let count = syllable.chars().count();
        let has_two = has_two(syllable);
        for at in 0..word.len() {
            let letters = syllable.chars().map(key);
            let typed = letters.zip(&word[at..]).take_while(|(letter, typed)| is_typed_as(*letter, **typed));
            let typed = typed.count();
            for (length, starts) in (1..=typed).zip(&mut parts.lengths) {
                let counts =
                    length == 1 || length == count || (length == 2 && has_two) || at + length == word.len();
                *starts |= u64::from(counts) << at;
            }
        }
        parts.starts = parts.lengths.iter().fold(0, |any, starts| any | starts);
        parts
    };
    let syllables: Vec<Parts> = TABLE.syllables.iter().map(of).collect();
    let mut steps =
        Steps { of_entries: Vec::with_capacity(TABLE.readings.len()), parts: vec![Parts::default()] };
    for (readings, typed) in TABLE.readings.iter().zip(&TABLE.typed) {
        if typed.firsts & letters == 0 {
            steps.of_entries.push(0);
            continue;
        }
        let all = readings.iter().filter_map(|reading| syllables.get(usize::from(*reading)));
        let all = all.fold(Parts::default(), Parts::with);
        let number = if all.starts == 0 { 0 } else { steps.parts.len() };
        steps.parts.extend((number > 0).then_some(all));
        steps.of_entries.push(u16::try_from(number).unwrap_or_default());
    }
    steps
}

fn is_typed_as(letter: char, typed: char) -> bool {
    letter == typed || (letter == 'v' && typed == 'u')
}
