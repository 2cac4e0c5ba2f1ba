//! Names found by a few letters of them: as they are written, by their pinyin, in both together, with letters left out.
//!
//! Invariant: both sides are folded ([`crate::fold`]), so case, width and traditional forms make no difference; what
//! [`Pattern::fit`] takes is taken with every shorter beginning of the same pattern too, so who types on can search
//! among what was found before. The one exception is said at [`Pattern::scattered`].

mod pinyin;

#[cfg(test)]
mod tests;

use memchr::memmem::Finder;
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::fold::{folded, is_han};

/// The longest word of a pattern, in characters; more is cut off.
const MAX_WORD_CHARS: usize = 62;

/// The most words of a pattern; who has typed as many is not looking for a name.
const MAX_WORDS: usize = 12;

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

/// Which characters a name has: a set in which some share a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Letters(u64);

impl Letters {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self(1 << (c as u32 - 'a' as u32)),
            // Digits and all else share the other places; what stands between words has none.
            _ if is_wordly(c) => Self(1 << (26 + c as u32 % 38)),
            _ => Self(0),
        }
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// What can be told of a folded name at a glance, so that few names have to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    /// Its characters.
    written: Letters,
    /// These, and the letters of their pinyin.
    typed: Letters,
    /// What its words can begin with when they are typed.
    initials: Letters,
    /// What the name can begin with.
    first: Letters,
    /// Its length in characters.
    chars: u16,
}

impl Shape {
    /// The shape of a folded name.
    pub fn of(folded: &str) -> Self {
        let mut shape = Self::default();
        let mut before = None;
        for c in folded.chars() {
            let written = Letters::of(c);
            let (letters, firsts) = if is_han(c) { pinyin::letters(c) } else { (0, 0) };
            let first = written.with(Letters(firsts.into()));
            shape.written = shape.written.with(written);
            shape.typed = shape.typed.with(written).with(Letters(letters.into()));
            if begins_word(before, c) {
                shape.initials = shape.initials.with(first);
            }
            // What stands between words is stepped over at the start too.
            if shape.first == Letters(0) {
                shape.first = first;
            }
            shape.chars = shape.chars.saturating_add(1);
            before = Some(c);
        }
        shape
    }
}

/// What is searched for.
pub struct Pattern {
    /// All of it, folded.
    text: String,
    chars: usize,
    letters: Letters,
    /// The first character.
    first: Letters,
    words: Vec<Word>,
}

impl Pattern {
    /// A pattern of what was typed. White space separates words that may stand apart in a name, in any order.
    pub fn new(typed: &str) -> Self {
        let text = folded(typed);
        let words = text.split(' ').filter(|word| !word.is_empty());
        let words = words.take(MAX_WORDS).map(Word::new).collect();
        // `ü` has no key on most keyboards: `v` and `u` are typed for it.
        let of = |c: char| Letters::of(pinyin::key(c));
        Self {
            chars: text.chars().count(),
            letters: text.chars().fold(Letters(0), |set, c| set.with(of(c))),
            first: text.chars().next().map(of).unwrap_or_default(),
            words,
            text,
        }
    }

    /// Whether nothing was typed, which fits everything.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What was typed, folded.
    pub fn folded(&self) -> &str {
        &self.text
    }

    /// Whether a name of this shape can fit, and the best way in which it may.
    pub fn bound(&self, shape: Shape) -> Option<Way> {
        if !shape.typed.has_all(self.letters) {
            return None;
        }
        if shape.first.has_all(self.first) {
            return Some(Way::Whole);
        }
        if self.words.len() > 1 || shape.initials.has_all(self.first) {
            return Some(Way::Word);
        }
        shape.written.has_all(self.letters).then_some(Way::Inside)
    }

    /// How a folded name fits, whose shape this is.
    pub fn fit(&self, name: &str, shape: Shape) -> Option<Fit> {
        let bound = self.bound(shape)?;
        let is_written = shape.written.has_all(self.letters);
        let way = match self.words.as_slice() {
            [] => Some(Way::Start),
            [word] if bound == Way::Inside => word.as_written(name),
            [word] => word.way(name, is_written),
            words => self.way_of_words(words, name, is_written),
        }?;
        Some(Fit { way, rest: self.rest(shape) })
    }

    /// How a name fits as it is written.
    pub fn fit_written(&self, name: &str) -> Option<Fit> {
        let name = folded(name);
        self.fit(&name, Shape::of(&name))
    }

    /// Whether a name of this shape has all that was typed.
    pub fn may_be_scattered(&self, shape: Shape) -> bool {
        shape.written.has_all(self.letters)
    }

    /// How a folded name fits that has these letters in this order with others between them. What a shorter pattern was
    /// not found in so may be found in with a longer one, when more near letters make it likelier that it was meant.
    pub fn scattered(&self, matcher: &mut Scatter, name: &str, shape: Shape) -> Option<Fit> {
        let [word] = self.words.as_slice() else { return None };
        if word.chars.len() < LEAST_SCATTERED || !self.text.is_ascii() {
            return None;
        }
        let score = matcher.score(name, &self.text)?;
        // Half of the letters at least in runs or at beginnings.
        let each = score / u16::try_from(word.chars.len()).unwrap_or(u16::MAX);
        (each >= LEAST_SCORE).then_some(Fit { way: Way::Scattered, rest: self.rest(shape) })
    }

    /// Several words: all together as they stand, or each somewhere.
    fn way_of_words(&self, words: &[Word], name: &str, is_written: bool) -> Option<Way> {
        if is_written && let Some(way) = as_written(&self.text, None, name) {
            return Some(way);
        }
        let ways = words.iter().map(|word| word.way(name, true));
        ways.collect::<Option<Vec<Way>>>()?.into_iter().max().map(|worst| worst.max(Way::Word))
    }

    fn rest(&self, shape: Shape) -> u16 {
        shape.chars.saturating_sub(u16::try_from(self.chars).unwrap_or(u16::MAX))
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

/// How `name` holds `typed`, letter for letter; `finder` finds it when it is at hand.
fn as_written(typed: &str, finder: Option<&Finder<'_>>, name: &str) -> Option<Way> {
    if let Some(rest) = name.strip_prefix(typed) {
        return Some(if rest.is_empty() { Way::Whole } else { Way::Start });
    }
    let find = |rest: &str| match finder {
        Some(finder) => finder.find(rest.as_bytes()),
        None => rest.find(typed),
    };
    let mut inside = None;
    let step = typed.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    while let Some(at) = name.get(from..).and_then(find).map(|found| from + found) {
        let before = name[..at].chars().next_back();
        if name[at..].chars().next().is_some_and(|first| begins_word(before, first)) {
            return Some(Way::Word);
        }
        inside = Some(Way::Inside);
        from = at + step;
    }
    inside
}

/// Whether a character is a part of words.
fn is_wordly(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_han(c) || (!c.is_ascii() && c.is_alphanumeric())
}

/// Whether a word begins with `c`, which follows `before`.
fn begins_word(before: Option<char>, c: char) -> bool {
    let in_word = |c: char| !is_han(c) && is_wordly(c);
    is_han(c) || before.is_none_or(|before| !in_word(before) || before.is_numeric() != c.is_numeric())
}

/// A word of a pattern, ready to be read along names.
///
/// While a name is read, what of the word is already found is a set of numbers: bit `n` for its first `n` characters.
struct Word {
    text: String,
    finder: Finder<'static>,
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
        Self { text: text.to_owned(), finder: Finder::new(text).into_owned(), chars, syllables }
    }

    fn as_written(&self, name: &str) -> Option<Way> {
        as_written(&self.text, Some(&self.finder), name)
    }

    /// `is_written` says whether the name has all letters of the word.
    fn way(&self, name: &str, is_written: bool) -> Option<Way> {
        let written = if is_written { self.as_written(name) } else { None };
        if matches!(written, Some(Way::Whole | Way::Start)) {
            return written;
        }
        if self.in_one(name, From::Start) {
            return Some(Way::StartRead);
        }
        if written == Some(Way::Word) || !self.in_pieces(name) {
            return written;
        }
        let in_one = self.in_one(name, From::AnyWord);
        if in_one { Some(Way::WordRead) } else { written.or(Some(Way::Pieces)) }
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
            found = if is_wordly(c) { next } else { next | found };
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
            here = if is_wordly(c) { next } else { next | here };
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
