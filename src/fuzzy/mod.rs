//! Names found by a few letters of them: as they are written, by their pinyin, in both together, with letters left out.
//!
//! Invariant: both sides are folded ([`crate::fold`]), so case, width and traditional forms make no difference; what
//! [`Pattern::fit`] takes is taken with every shorter beginning of the same pattern too, so who types on can search
//! among what was found before. The one exception is said at [`Pattern::scattered`].

mod pinyin;

#[cfg(test)]
mod tests;

use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::fold::{folded, is_han};

/// The longest word of a pattern, in characters; more is cut off.
const MAX_WORD_CHARS: usize = 62;

/// Fewer letters, with others between them, are in everything.
const LEAST_SCATTERED: usize = 3;

/// How well a name fits a pattern; the smaller the better.
///
/// The way in which it fits decides. Of names that fit in the same way the one with less text beside what was typed is
/// better, by `rest`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fit {
    /// In which way.
    pub way: Way,
    /// How many characters more the name has than the pattern.
    pub rest: u16,
}

/// In which way a name fits, the best first. What is written as it was typed comes before what is read so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// It is what was typed.
    Whole,
    /// It begins so.
    Start,
    /// It begins so by its pinyin: `xxdl`, `xiaoxidl`, `消xdl` of 消息队列.
    StartRead,
    /// It begins so with its number: `一、进` of `一、进程`.
    Numbered,
    /// A word in it begins so; each Chinese character is one.
    Word,
    /// From a word in it on it is read so.
    WordRead,
    /// It holds what was typed within a word.
    Inside,
    /// Beginnings of several of its words, in order: `tcpws` of TCP三次握手.
    Pieces,
    /// Its letters, in order, with others between them.
    Scattered,
}

/// Which characters a name has, or could be typed with: a set in which some share a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Letters(u64);

impl Letters {
    /// Those of a folded name: its own, and the letters of its pinyin.
    pub fn of(folded: &str) -> Self {
        let mut set = 0;
        for c in folded.chars() {
            set |= bit(c);
            if is_han(c) {
                set |= u64::from(pinyin::letters(c));
            }
        }
        Self(set)
    }

    fn has_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// Latin letters have a place of their own, digits and all else share the others; what stands between words has none.
fn bit(c: char) -> u64 {
    match c {
        'a'..='z' => 1 << (c as u32 - 'a' as u32),
        _ if c.is_alphanumeric() => 1 << (26 + c as u32 % 38),
        _ => 0,
    }
}

/// What is searched for.
pub struct Pattern {
    /// All of it, folded.
    text: String,
    chars: usize,
    letters: Letters,
    words: Vec<Word>,
}

impl Pattern {
    /// A pattern of what was typed. White space separates words that may stand apart in a name, in any order.
    pub fn new(typed: &str) -> Self {
        let text = folded(typed);
        let words = text.split(' ').filter(|word| !word.is_empty()).map(Word::new).collect();
        Self { chars: text.chars().count(), letters: Letters::of_typed(&text), words, text }
    }

    /// Whether nothing was typed, which fits everything.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What was typed, folded.
    pub fn folded(&self) -> &str {
        &self.text
    }

    /// How a folded name fits, whose letters these are.
    pub fn fit(&self, name: &str, letters: Letters) -> Option<Fit> {
        if !letters.has_all(self.letters) {
            return None;
        }
        let way = match self.words.as_slice() {
            [] => Some(Way::Start),
            [word] => word.way(name),
            words => self.way_of_words(words, name),
        }?;
        Some(Fit { way, rest: self.rest(name) })
    }

    /// Whether a name with these letters has all that was typed.
    pub fn may_be_scattered(&self, letters: Letters) -> bool {
        letters.has_all(self.letters)
    }

    /// How a folded name fits that has these letters in this order with others between them. What a shorter pattern was
    /// not found in so may be found in with a longer one, when more near letters make it likelier that it was meant.
    pub fn scattered(&self, matcher: &mut Scatter, name: &str) -> Option<Fit> {
        let [word] = self.words.as_slice() else { return None };
        if word.chars.len() < LEAST_SCATTERED || !self.text.is_ascii() {
            return None;
        }
        let score = matcher.score(name, &self.text)?;
        // Half of the letters at least in runs or at beginnings.
        let each = score / u16::try_from(word.chars.len()).unwrap_or(u16::MAX);
        (each >= LEAST_SCORE).then_some(Fit { way: Way::Scattered, rest: self.rest(name) })
    }

    /// Several words: all together as they stand, or each somewhere.
    fn way_of_words(&self, words: &[Word], name: &str) -> Option<Way> {
        if let Some(way) = as_written(&self.text, name) {
            return Some(way);
        }
        let ways = words.iter().map(|word| word.way(name));
        ways.collect::<Option<Vec<Way>>>()?.into_iter().max().map(|worst| worst.max(Way::Word))
    }

    fn rest(&self, name: &str) -> u16 {
        u16::try_from(name.chars().count().saturating_sub(self.chars)).unwrap_or(u16::MAX)
    }
}

impl Letters {
    /// Those that a name must have for this to be found in it.
    fn of_typed(folded: &str) -> Self {
        // `ü` has no key on most keyboards: `nv` and `nü` are typed for it, and its letter stands for both.
        Self(folded.chars().fold(0, |set, c| set | bit(pinyin::key(c))))
    }
}

/// A score of a letter that stands in a run or at the beginning of a word; in the matcher's own points a letter has 16, one
/// in a run or at a beginning some more, and a gap takes 3 and 1 for each character.
const LEAST_SCORE: u16 = 17;

/// Finds letters in order with others between them: nucleo, the matcher of Helix.
pub struct Scatter {
    matcher: Matcher,
    name: Vec<char>,
    typed: Vec<char>,
}

impl Default for Scatter {
    fn default() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), name: Vec::new(), typed: Vec::new() }
    }
}

impl Scatter {
    fn score(&mut self, name: &str, typed: &str) -> Option<u16> {
        let name = Utf32Str::new(name, &mut self.name);
        self.matcher.fuzzy_match(name, Utf32Str::new(typed, &mut self.typed))
    }
}

/// How `name` holds `typed`, letter for letter.
fn as_written(typed: &str, name: &str) -> Option<Way> {
    if let Some(rest) = name.strip_prefix(typed) {
        return Some(if rest.is_empty() { Way::Whole } else { Way::Start });
    }
    let mut inside = None;
    let step = typed.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    while let Some(at) = name.get(from..).and_then(|rest| rest.find(typed)).map(|found| from + found) {
        let before = name[..at].chars().next_back();
        if name[at..].chars().next().is_some_and(|first| begins_word(before, first)) {
            return Some(Way::Word);
        }
        inside = Some(Way::Inside);
        from = at + step;
    }
    inside
}

/// Whether a word begins with `c`, which follows `before`.
fn begins_word(before: Option<char>, c: char) -> bool {
    let wordly = |c: char| c.is_alphanumeric() && !is_han(c);
    is_han(c) || before.is_none_or(|before| !wordly(before) || (before.is_numeric() != c.is_numeric()))
}

/// A word of a pattern, ready to be read along names.
///
/// While a name is read, what of the word is already found is a set of numbers: bit `n` for its first `n` characters.
struct Word {
    text: String,
    chars: Vec<char>,
    /// For each syllable of pinyin, which parts of the word it can stand for; empty without Latin letters.
    syllables: Vec<pinyin::Steps>,
}

/// Where the reading of a word may begin in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Start,
    AnyWord,
}

impl Word {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(MAX_WORD_CHARS).map(pinyin::key).collect();
        let syllables = pinyin::steps(&chars);
        Self { text: text.to_owned(), chars, syllables }
    }

    fn way(&self, name: &str) -> Option<Way> {
        if !self.in_pieces(name) {
            // Within a word is the one way that is not reading from the beginnings of words.
            return as_written(&self.text, name);
        }
        match as_written(&self.text, name) {
            Some(way @ (Way::Whole | Way::Start)) => Some(way),
            _ if self.in_one(name, From::Start) => Some(Way::StartRead),
            Some(Way::Word) => Some(Way::Word),
            _ if self.in_one(name, From::AnyWord) => Some(Way::WordRead),
            Some(way) => Some(way),
            None => Some(Way::Pieces),
        }
    }

    /// Whether the word is found from there on with nothing left out but what stands between words.
    fn in_one(&self, name: &str, from: From) -> bool {
        let whole = 1 << self.chars.len();
        let mut found: u64 = 1;
        let mut before = None;
        for c in name.chars() {
            if from == From::AnyWord && begins_word(before, c) {
                found |= 1;
            }
            let next = self.after(c, found);
            found = if c.is_alphanumeric() { next } else { next | found };
            if found & whole != 0 {
                return true;
            }
            if found == 0 && from == From::Start {
                return false;
            }
            before = Some(c);
        }
        false
    }

    /// Whether the word is found in pieces, each from the beginning of a word on.
    fn in_pieces(&self, name: &str) -> bool {
        let whole = 1 << self.chars.len();
        // What may go on at the next beginning of a word, and what ends right here.
        let (mut earlier, mut here): (u64, u64) = (1, 0);
        let mut before = None;
        for c in name.chars() {
            let from = if begins_word(before, c) { earlier | here } else { here };
            let next = self.after(c, from);
            here = if c.is_alphanumeric() { next } else { next | here };
            earlier |= next;
            if earlier & whole != 0 {
                return true;
            }
            before = Some(c);
        }
        false
    }

    /// What is found once `c` is read, when `found` was found before it.
    fn after(&self, c: char, found: u64) -> u64 {
        let found = found & !(1 << self.chars.len());
        let mut next = 0;
        let key = pinyin::key(c);
        for at in places(found) {
            if self.chars[at] == key {
                next |= 2 << at;
            }
        }
        if !self.syllables.is_empty() && is_han(c) {
            for &syllable in pinyin::readings(c) {
                if let Some(steps) = self.syllables.get(usize::from(syllable)) {
                    next |= steps.after(found);
                }
            }
        }
        next
    }
}

/// The numbers in a set.
fn places(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = set.trailing_zeros();
        set &= set.checked_sub(1)?;
        Some(at as usize)
    })
}
