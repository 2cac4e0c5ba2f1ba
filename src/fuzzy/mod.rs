//! Names found by a few letters of them: as they are written, by their pinyin, in both together, with letters left out.
//!
//! Invariant: both sides are folded ([`crate::fold`]), so case, width and traditional forms make no difference; what
//! [`Pattern::fit`] takes is taken with every shorter beginning of the same pattern too, so who types on can search
//! among what was found before. The one exception is said at [`Pattern::scattered`].

mod best;
mod pinyin;
mod shape;
mod word;

#[cfg(test)]
mod tests;

use memchr::memmem::Finder;
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::fold::folded;
use crate::fuzzy::word::{Word, as_written, is_wordly};

pub use best::Best;
pub use shape::{Counts, Firsts, Letters, Pairs, Shape, Starts, Written};

/// The most words of a pattern; who has typed as many is not looking for a name.
pub const MAX_WORDS: usize = 12;

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

impl Fit {
    /// How both together fit: what is worse counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { way: self.way.max(other.way), rest: self.rest.max(other.rest) }
    }
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

/// What is searched for.
pub struct Pattern {
    /// All of it, folded.
    text: String,
    finder: Finder<'static>,
    chars: usize,
    letters: Letters,
    /// How often its words have each letter, those the most that have the most.
    counts: Counts,
    first_char: Option<char>,
    /// The same as a set.
    first: Firsts,
    /// Its first two characters, and what they are in a name that begins with them as they are written.
    starts: Starts,
    starts_written: Starts,
    /// All characters of its words.
    written: Written,
    /// Those for which nothing else can be typed.
    others: Written,
    /// Which characters follow each other, from one word to the next too.
    pairs: Pairs,
    words: Vec<Word>,
}

impl Pattern {
    /// A pattern of what was typed. White space separates words that may stand apart in a name, in any order.
    pub fn new(typed: &str) -> Self {
        let text = folded(typed);
        let words = text.split(' ').filter(|word| !word.is_empty());
        let words: Vec<Word> = words.take(MAX_WORDS).map(Word::new).collect();
        Self {
            chars: text.chars().count(),
            letters: text.chars().fold(Letters::default(), |all, c| all.with(Letters::of(c))),
            first_char: text.chars().next(),
            first: Firsts::of_start(&text),
            starts: Starts::of_typed(&text, false),
            starts_written: Starts::of_typed(&text, true),
            counts: words.iter().fold(Counts::of_any_in(&text), |all, word| all.with(word.counts)),
            written: words.iter().fold(Written::default(), |all, word| all.with(word.written)),
            others: Written::of_others_in(&text),
            pairs: match words.as_slice() {
                [word] => word.pairs,
                _ => Pairs::of_written(&text),
            },
            words,
            finder: Finder::new(&text).into_owned(),
            text,
        }
    }

    /// Whether nothing was typed, which fits everything.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether one word was typed.
    #[inline]
    pub fn is_one_word(&self) -> bool {
        self.words.len() == 1
    }

    /// What was typed, folded.
    pub fn folded(&self) -> &str {
        &self.text
    }

    /// Whether this is its first character.
    #[inline]
    pub fn begins_with(&self, c: char) -> bool {
        self.first_char == Some(c)
    }

    /// Whether a name whose first two characters are these may begin with what was typed.
    #[inline]
    pub fn may_start(&self, starts: Starts) -> bool {
        starts.has_all(self.starts)
    }

    /// Whether a name that can begin with these may begin with what was typed.
    #[inline]
    pub fn may_begin(&self, firsts: Firsts) -> bool {
        firsts.has_all(self.first)
    }

    /// Whether what was typed begins with something that can be typed in one way only, as digits and Chinese characters.
    #[inline]
    pub fn begins_in_one_way(&self) -> bool {
        self.first_char.is_some_and(|first| is_wordly(first) && !first.is_ascii_lowercase())
    }

    /// Whether a name may begin with what was typed, when that begins with something that can be typed in one way only; of
    /// all else sets tell enough.
    pub fn may_begin_name(&self, name: &str) -> bool {
        let Some(first) = self.first_char.filter(|_| self.begins_in_one_way()) else { return true };
        name.chars().find(|c| is_wordly(*c)).is_some_and(|c| pinyin::key(c) == pinyin::key(first))
    }

    /// Which characters follow each other in it.
    pub fn pairs(&self) -> Pairs {
        self.pairs
    }

    /// Whether a name in which these follow each other may hold what was typed with nothing left out.
    #[inline]
    pub fn may_follow(&self, pairs: Pairs) -> bool {
        pairs.has_all(self.pairs)
    }

    /// Whether a name that can be typed with these letters may fit. It costs less than [`Pattern::bound`].
    #[inline]
    pub fn may_fit(&self, letters: Letters) -> bool {
        letters.has_all(self.letters)
    }

    /// Whether Latin letters are typed.
    pub fn has_letters(&self) -> bool {
        self.counts != Counts::default()
    }

    /// Whether something is typed that only stands for itself.
    pub fn has_others(&self) -> bool {
        self.others != Written::default()
    }

    /// Whether a name that can be typed with so many letters may fit.
    #[inline]
    pub fn may_count(&self, counts: Counts) -> bool {
        counts.has_all(self.counts)
    }

    /// Whether a name with these characters may fit.
    #[inline]
    pub fn may_be_of(&self, written: Written) -> bool {
        written.has_all(self.others)
    }

    /// Whether a folded name has all that was typed for which nothing else can be typed. Sets told only that it may.
    pub fn may_stand_in(&self, name: &str) -> bool {
        self.words.iter().all(|word| word.may_stand_in(name))
    }

    /// How a name of this shape fits at best; `None` when it cannot. Its number may be in the sets of a shape.
    #[inline]
    pub fn bound(&self, shape: Shape) -> Option<Fit> {
        if !self.may_count(shape.counts) || !self.may_be_of(shape.written) {
            return None;
        }
        let rest = self.rest(shape.chars);
        let begins = shape.first.has_all(self.first) && shape.starts.has_all(self.starts);
        let is_written = shape.starts.has_all(self.starts_written) && shape.written.has_all(self.written);
        // Several words begin a name only as they are written.
        let begins = begins && (is_written || self.words.len() == 1);
        let way = if begins && shape.pairs.has_all(self.pairs) {
            match (is_written, rest) {
                (true, 0) => Way::Whole,
                (true, _) => Way::Start,
                // The first character of a number is not among the initials.
                (false, _) if shape.initials.has_all(self.first) => Way::StartRead,
                (false, _) => Way::Numbered,
            }
        } else {
            self.way_within(shape)?
        };
        Some(Fit { way, rest })
    }

    /// The same of a name of which it is known that it does not begin so.
    pub fn bound_within(&self, shape: Shape) -> Option<Fit> {
        Some(Fit { way: self.way_within(shape)?, rest: self.rest(shape.chars) })
    }

    fn way_within(&self, shape: Shape) -> Option<Way> {
        let of_word = |worst: Way, word: &Word| Some(worst.max(word.bound(shape)?));
        self.words.iter().try_fold(Way::Word, of_word)
    }

    /// What a folded name begins with that begins as it was typed.
    pub fn start(&self) -> &str {
        match self.words.as_slice() {
            [] => "",
            [word] => word.text(),
            _ => &self.text,
        }
    }

    /// How a folded name fits at best, as far as its length and its start tell; one that begins as it was typed fits so.
    pub fn bound_by_start(&self, name: &str) -> Fit {
        let chars = u16::try_from(name.chars().count()).unwrap_or(u16::MAX);
        let rest = self.rest(chars);
        let way = match name.strip_prefix(self.start()) {
            Some("") => Way::Whole,
            Some(_) => Way::Start,
            // Several words begin a name only as they are written.
            None if self.words.len() == 1 && self.may_begin(Firsts::of_name(name)) => Way::StartRead,
            None => Way::Word,
        };
        Fit { way, rest }
    }

    /// How a folded name fits, whose shape this is.
    pub fn fit(&self, name: &str, shape: Shape) -> Option<Fit> {
        let bound = self.bound(shape)?;
        let way = match self.words.as_slice() {
            [] => Some(Way::Start),
            [word] if bound.way == Way::Inside => word.as_written(name),
            [word] => word.way(name, shape),
            words => self.way_of_words(words, name, shape),
        }?;
        Some(Fit { way, ..bound })
    }

    /// How a folded name fits of which no shape is kept.
    pub fn fit_unseen(&self, name: &str) -> Option<Fit> {
        // To read ASCII along takes no longer than to find its shape; of Chinese each character would be looked up.
        let shape = if name.is_ascii() { Shape::of_any(name.len()) } else { Shape::of(name) };
        self.fit(name, shape)
    }

    /// How a name fits as it is written.
    pub fn fit_written(&self, name: &str) -> Option<Fit> {
        let name = folded(name);
        self.fit(&name, Shape::of(&name))
    }

    /// Whether a name of this shape has all that was typed.
    pub fn may_be_scattered(&self, shape: Shape) -> bool {
        shape.written.has_all(self.written)
    }

    /// How a folded name fits that has these letters in this order with others between them. What a shorter pattern was
    /// not found in so may be found in with a longer one, when more near letters make it likelier that it was meant.
    pub fn scattered(&self, matcher: &mut Scatter, name: &str, shape: Shape) -> Option<Fit> {
        let [word] = self.words.as_slice() else { return None };
        if word.chars < LEAST_SCATTERED || !self.text.is_ascii() {
            return None;
        }
        let score = matcher.score(name, &self.text)?;
        // Half of the letters at least in runs or at beginnings.
        let each = score / u16::try_from(word.chars).unwrap_or(u16::MAX);
        (each >= LEAST_SCORE).then_some(Fit { way: Way::Scattered, rest: self.rest(shape.chars) })
    }

    /// Several words: all together as they stand, or each somewhere.
    fn way_of_words(&self, words: &[Word], name: &str, shape: Shape) -> Option<Way> {
        let may_be_written = shape.written.has_all(self.written) && shape.pairs.has_all(self.pairs);
        if may_be_written && let Some(way) = as_written(&self.text, &self.finder, name) {
            return Some(way);
        }
        words.iter().try_fold(Way::Word, |worst, word| Some(worst.max(word.way(name, shape)?)))
    }

    /// How many characters more than what was typed a name of this length has.
    pub fn rest(&self, chars: u16) -> u16 {
        chars.saturating_sub(u16::try_from(self.chars).unwrap_or(u16::MAX))
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
