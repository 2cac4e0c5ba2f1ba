//! How Chinese characters are read: all readings of each, and which letters typed can stand for a syllable.
//!
//! Invariant: the tables are made once, from those of the `pinyin` crate; a syllable is a number in the order of the
//! alphabet, without its tone.

use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

use crate::fuzzy::places;

const FIRST_HAN: u32 = 0x3400;
const LAST_HAN: u32 = 0x9fff;

struct Table {
    /// Where the readings of each character begin in `readings`, by its place after the first; one more at the end.
    starts: Vec<u32>,
    readings: Vec<u16>,
    /// The letters that a character can be typed with, and the first ones of these, by its place: bit 0 for `a`.
    letters: Vec<(u32, u32)>,
    syllables: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let of = |place: u32| -> Vec<&'static str> {
        let c = char::from_u32(place);
        let readings = c.and_then(|c| c.to_pinyin_multi());
        readings.map_or_else(Vec::new, |all| all.into_iter().map(|one| one.plain()).collect())
    };
    let all: Vec<Vec<&'static str>> = (FIRST_HAN..=LAST_HAN).map(of).collect();
    let mut syllables: Vec<&'static str> = all.iter().flatten().copied().collect();
    syllables.sort_unstable();
    syllables.dedup();
    let mut table = Table {
        starts: Vec::with_capacity(all.len() + 1),
        readings: Vec::new(),
        letters: Vec::with_capacity(all.len()),
        syllables,
    };
    for readings in all {
        let start = table.readings.len();
        table.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        let numbers = readings.iter().filter_map(|reading| table.syllables.binary_search(reading).ok());
        table.readings.extend(numbers.filter_map(|number| u16::try_from(number).ok()));
        let set = |letters: &mut dyn Iterator<Item = char>| {
            letters
                .map(key)
                .fold(0, |set, c| set | if c == 'v' { letter('u') | letter('v') } else { letter(c) })
        };
        let all = set(&mut readings.iter().flat_map(|reading| reading.chars()));
        let first = set(&mut readings.iter().filter_map(|reading| reading.chars().next()));
        table.letters.push((all, first));
    }
    table.starts.push(u32::try_from(table.readings.len()).unwrap_or(u32::MAX));
    table
});

fn letter(c: char) -> u32 {
    if c.is_ascii_lowercase() { 1 << (c as u32 - 'a' as u32) } else { 0 }
}

fn place(c: char) -> Option<usize> {
    let place = u32::from(c).checked_sub(FIRST_HAN)?;
    (place <= LAST_HAN - FIRST_HAN).then_some(place as usize)
}

/// The syllables of a simplified character.
#[inline]
pub(super) fn readings(c: char) -> &'static [u16] {
    let of = |place: usize| {
        let (start, end) = (*TABLE.starts.get(place)?, *TABLE.starts.get(place + 1)?);
        TABLE.readings.get(start as usize..end as usize)
    };
    place(c).and_then(of).unwrap_or_default()
}

/// The letters that a simplified character can be typed with, and the first ones of these: bit 0 for `a`.
pub(super) fn letters(c: char) -> (u32, u32) {
    place(c).and_then(|place| TABLE.letters.get(place)).copied().unwrap_or_default()
}

/// What is typed for a letter: `v` for `ü`.
#[inline]
pub(super) fn key(c: char) -> char {
    if c == 'ü' { 'v' } else { c }
}

/// Which parts of a word one syllable can stand for.
#[derive(Clone, Default)]
pub(super) struct Steps {
    /// The places in the word where one begins.
    starts: u64,
    /// For each of these, in their order, the places where it may end.
    ends: Vec<u64>,
}

impl Steps {
    /// Where it may end that begins at one of the places in `found`.
    pub(super) fn after(&self, found: u64) -> u64 {
        places(found & self.starts).fold(0, |after, at| {
            let number = (self.starts & ((1 << at) - 1)).count_ones() as usize;
            after | self.ends.get(number).copied().unwrap_or_default()
        })
    }
}

/// For each syllable which parts of `word` it can stand for; none when the word has no Latin letters.
///
/// A syllable is typed whole, by its first letter, by `zh`, `ch` or `sh`, or by any beginning at the end of the word,
/// where its typing goes on.
pub(super) fn steps(word: &[char]) -> Vec<Steps> {
    if !word.iter().any(char::is_ascii_lowercase) {
        return Vec::new();
    }
    let of = |syllable: &&str| {
        let letters: Vec<char> = syllable.chars().map(key).collect();
        let has_two = matches!(letters.as_slice(), ['z' | 'c' | 's', 'h', ..]);
        let mut steps = Steps::default();
        for at in 0..word.len() {
            let typed =
                letters.iter().zip(&word[at..]).take_while(|(letter, typed)| is_typed_as(**letter, **typed));
            let length = typed.count();
            let ends = (1..=length).filter(|&end| {
                end == 1 || end == letters.len() || (end == 2 && has_two) || at + end == word.len()
            });
            let ends = ends.fold(0_u64, |set, end| set | 1 << (at + end));
            if ends != 0 {
                steps.starts |= 1 << at;
                steps.ends.push(ends);
            }
        }
        steps
    };
    TABLE.syllables.iter().map(of).collect()
}

fn is_typed_as(letter: char, typed: char) -> bool {
    letter == typed || (letter == 'v' && typed == 'u')
}
