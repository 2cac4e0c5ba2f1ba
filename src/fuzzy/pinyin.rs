//! How Chinese characters are read: all readings of each, and which letters typed can stand for a syllable.
//!
//! Invariant: the tables are made once, from those of the `pinyin` crate; a syllable is a number in the order of the
//! alphabet, without its tone.

use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

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

/// Which parts of a word each syllable can stand for; see [`steps`].
#[derive(Default)]
pub(super) struct Steps {
    /// For each syllable the places in the word where one begins: bit `n` for the place before its character `n`.
    starts: Vec<u64>,
    /// For each syllable and each length, from one letter on, the places where one of this length begins.
    lengths: Vec<[u64; LONGEST]>,
}

/// How many letters the longest syllables have: `zhuang`.
const LONGEST: usize = 6;

impl Steps {
    /// Adds to each set of `next` where the parts end that `c` can stand for and that begin at a place in the set of
    /// `found` beside it.
    #[inline]
    pub(super) fn step<const N: usize>(&self, c: char, found: [u64; N], next: &mut [u64; N]) {
        if self.starts.is_empty() {
            return;
        }
        let any = found.iter().fold(0, |any, set| any | set);
        for &syllable in readings(c) {
            let syllable = usize::from(syllable);
            if self.starts.get(syllable).is_none_or(|starts| starts & any == 0) {
                continue;
            }
            for (length, starts) in (1..).zip(self.lengths.get(syllable).into_iter().flatten()) {
                for (next, found) in next.iter_mut().zip(found) {
                    *next |= (found & starts) << length;
                }
            }
        }
    }
}

/// Which parts of `word` each syllable can stand for; none when the word has no Latin letters.
///
/// A syllable is typed whole, by its first letter, by `zh`, `ch` or `sh`, or by any beginning at the end of the word,
/// where its typing goes on.
pub(super) fn steps(word: &[char]) -> Steps {
    if !word.iter().any(char::is_ascii_lowercase) {
        return Steps::default();
    }
    let of = |syllable: &&str| {
        let mut lengths = [0; LONGEST];
        let count = syllable.chars().count();
        let has_two = ["zh", "ch", "sh"].iter().any(|two| syllable.starts_with(two));
        for at in 0..word.len() {
            let letters = syllable.chars().map(key);
            let typed = letters.zip(&word[at..]).take_while(|(letter, typed)| is_typed_as(*letter, **typed));
            let typed = typed.count();
            for (length, starts) in (1..=typed).zip(&mut lengths) {
                let counts =
                    length == 1 || length == count || (length == 2 && has_two) || at + length == word.len();
                *starts |= u64::from(counts) << at;
            }
        }
        lengths
    };
    let lengths: Vec<[u64; LONGEST]> = TABLE.syllables.iter().map(of).collect();
    let starts = lengths.iter().map(|lengths| lengths.iter().fold(0, |any, starts| any | starts)).collect();
    Steps { starts, lengths }
}

fn is_typed_as(letter: char, typed: char) -> bool {
    letter == typed || (letter == 'v' && typed == 'u')
}
