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

/// Which characters a name has, or can be typed with: a set in which some share a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Letters(u64);

impl Letters {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self(1 << (c as u32 - 'a' as u32)),
            // Digits and all else share the other places; what stands between words has none.
            _ if is_wordly(c) => Self(1 << (26 + c as u32 % 38)),
            _ => Self(0),
        }
    }

    /// `ü` has no key on most keyboards: `v` and `u` are typed for it.
    fn of_typed(c: char) -> Self {
        Self::of(pinyin::key(c))
    }

    fn typed(text: &str) -> Self {
        text.chars().fold(Self(0), |set, c| set.with(Self::of_typed(c)))
    }

    /// What a folded text can begin with as it is written, typed at its first character.
    pub fn of_start(folded: &str) -> Self {
        folded.chars().next().map(Self::of_typed).unwrap_or_default()
    }

    /// These and others.
    #[inline]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
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
    /// The letters that it can be typed with.
    pub fn letters(self) -> Letters {
        self.typed
    }

    /// The characters of the name.
    pub fn written(self) -> Letters {
        self.written
    }

    /// What its words can begin with when they are typed.
    pub fn initials(self) -> Letters {
        self.initials
    }

    /// What it can begin with when it is typed.
    pub fn first(self) -> Letters {
        self.first
    }

    /// Its length in characters.
    pub fn chars(self) -> u16 {
        self.chars
    }

    /// A shape that was kept in parts, of which sets may be larger than those of the name: then names are read that do not
    /// fit.
    #[inline]
    pub fn of_parts(written: Letters, typed: Letters, initials: Letters, first: Letters, chars: u16) -> Self {
        Self { written, typed, initials, first, chars }
    }

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
    finder: Finder<'static>,
    chars: usize,
    letters: Letters,
    first_char: Option<char>,
    /// The same as a set.
    first: Letters,
    words: Vec<Word>,
}

impl Pattern {
    /// A pattern of what was typed. White space separates words that may stand apart in a name, in any order.
    pub fn new(typed: &str) -> Self {
        let text = folded(typed);
        let words = text.split(' ').filter(|word| !word.is_empty());
        let words = words.take(MAX_WORDS).map(Word::new).collect();
        Self {
            chars: text.chars().count(),
            letters: Letters::typed(&text),
            first_char: text.chars().next(),
            first: text.chars().next().map(Letters::of_typed).unwrap_or_default(),
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

    /// What was typed, folded.
    pub fn folded(&self) -> &str {
        &self.text
    }

    /// Whether this is its first character.
    #[inline]
    pub fn begins_with(&self, c: char) -> bool {
        self.first_char == Some(c)
    }

    /// Whether a name that can begin with these may begin with what was typed.
    #[inline]
    pub fn may_begin(&self, firsts: Letters) -> bool {
        firsts.has_all(self.first)
    }

    /// Whether a name that can be typed with these letters may fit. It costs less than [`Pattern::bound`].
    #[inline]
    pub fn may_fit(&self, letters: Letters) -> bool {
        letters.has_all(self.letters)
    }

    /// Whether a name of this shape can fit, and the best way in which it may.
    pub fn bound(&self, shape: Shape) -> Option<Way> {
        if !shape.typed.has_all(self.letters) {
            return None;
        }
        if shape.first.has_all(self.first) {
            return Some(Way::Whole);
        }
        self.words.iter().try_fold(Way::Word, |worst, word| Some(worst.max(word.bound(shape)?)))
    }

    /// How a folded name fits, whose shape this is.
    pub fn fit(&self, name: &str, shape: Shape) -> Option<Fit> {
        let bound = self.bound(shape)?;
        let is_written = shape.written.has_all(self.letters);
        let way = match self.words.as_slice() {
            [] => Some(Way::Start),
            [word] if bound == Way::Inside => word.as_written(name),
            [word] => word.way(name, is_written),
            words => self.way_of_words(words, name, shape),
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
        if word.chars < LEAST_SCATTERED || !self.text.is_ascii() {
            return None;
        }
        let score = matcher.score(name, &self.text)?;
        // Half of the letters at least in runs or at beginnings.
        let each = score / u16::try_from(word.chars).unwrap_or(u16::MAX);
        (each >= LEAST_SCORE).then_some(Fit { way: Way::Scattered, rest: self.rest(shape) })
    }

    /// Several words: all together as they stand, or each somewhere.
    fn way_of_words(&self, words: &[Word], name: &str, shape: Shape) -> Option<Way> {
        let is_written = shape.written.has_all(self.letters);
        if is_written && let Some(way) = as_written(&self.text, &self.finder, name) {
            return Some(way);
        }
        words.iter().try_fold(Way::Word, |worst, word| {
            Some(worst.max(word.way(name, shape.written.has_all(word.letters))?))
        })
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

/// How `name` holds `typed`, letter for letter, which `finder` finds.
fn as_written(typed: &str, finder: &Finder<'_>, name: &str) -> Option<Way> {
    if let Some(rest) = name.strip_prefix(typed) {
        return Some(if rest.is_empty() { Way::Whole } else { Way::Start });
    }
    let mut inside = None;
    let step = typed.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    while let Some(at) =
        name.as_bytes().get(from..).and_then(|rest| finder.find(rest)).map(|found| from + found)
    {
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
    begins(before.map(Written::of), Written::of(c))
}

/// What of a character decides where words begin.
#[derive(Clone, Copy)]
struct Written {
    /// It is Chinese, and so a word.
    han: bool,
    /// It is a part of words.
    wordly: bool,
    numeric: bool,
}

impl Written {
    fn of(c: char) -> Self {
        let han = is_han(c);
        Self { han, wordly: han || is_wordly(c), numeric: !han && c.is_numeric() }
    }
}

fn begins(before: Option<Written>, here: Written) -> bool {
    here.han || before.is_none_or(|before| before.han || !before.wordly || before.numeric != here.numeric)
}

/// A word of a pattern, ready to be read along names.
///
/// While a name is read, what of the word is already found is a set of numbers: bit `n` for its first `n` characters.
struct Word {
    text: String,
    finder: Finder<'static>,
    /// How many characters it has.
    chars: usize,
    letters: Letters,
    /// The first of them.
    first: Letters,
    /// For each ASCII character what is found once it is read: bit `n` where it is the character before.
    ascii: [u64; 128],
    /// The same for the other characters that the word has.
    others: Vec<(char, u64)>,
    /// Which parts of the word each syllable of pinyin can stand for.
    syllables: pinyin::Steps,
}

/// In which ways a word is found by reading along a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Read {
    /// From the start on, with nothing left out but what stands between words.
    Start,
    /// From a word on, in the same way.
    Word,
    /// In pieces, each from the beginning of a word on.
    Pieces,
}

impl Word {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(MAX_WORD_CHARS).map(pinyin::key).collect();
        let mut word = Self {
            text: text.to_owned(),
            finder: Finder::new(text).into_owned(),
            chars: chars.len(),
            letters: Letters::typed(text),
            first: text.chars().next().map(Letters::of_typed).unwrap_or_default(),
            ascii: [0; 128],
            others: Vec::new(),
            syllables: pinyin::steps(&chars),
        };
        for (at, c) in chars.into_iter().enumerate() {
            let place = 2 << at;
            match word.ascii.get_mut(c as usize) {
                Some(places) => *places |= place,
                None => match word.others.iter_mut().find(|(other, _)| *other == c) {
                    Some((_, places)) => *places |= place,
                    None => word.others.push((c, place)),
                },
            }
        }
        word
    }

    /// The best way in which it may be found in a name of this shape, but for its start.
    fn bound(&self, shape: Shape) -> Option<Way> {
        if shape.initials.has_all(self.first) {
            return Some(Way::Word);
        }
        shape.written.has_all(self.letters).then_some(Way::Inside)
    }

    fn as_written(&self, name: &str) -> Option<Way> {
        as_written(&self.text, &self.finder, name)
    }

    /// `is_written` says whether the name has all letters of the word.
    fn way(&self, name: &str, is_written: bool) -> Option<Way> {
        let written = if is_written { self.as_written(name) } else { None };
        if matches!(written, Some(Way::Whole | Way::Start)) {
            return written;
        }
        let read = self.read(name);
        match (read, written) {
            (Some(Read::Start), _) => Some(Way::StartRead),
            (None, written) | (_, written @ Some(Way::Word)) => written,
            (Some(Read::Word), _) => Some(Way::WordRead),
            (Some(Read::Pieces), written) => written.or(Some(Way::Pieces)),
        }
    }

    /// The best way in which the word is found by reading along the name, in one pass for all ways.
    fn read(&self, name: &str) -> Option<Read> {
        let whole = 1 << self.chars;
        // What was found from the start on, from any word on, and in pieces right here.
        let (mut start, mut word, mut here): (u64, u64, u64) = (1, 0, 0);
        // What may go on in pieces at the next beginning of a word.
        let mut earlier: u64 = 1;
        let mut found = None;
        let mut before = None;
        for c in name.chars() {
            let written = Written::of(c);
            let mut piece = here;
            if begins(before, written) {
                word |= 1;
                piece |= earlier;
            }
            let next = self.after(c, written.han, [start, word, piece]);
            let stays = if written.wordly { 0 } else { u64::MAX };
            start = next[0] | (start & stays);
            word = next[1] | (word & stays);
            here = next[2] | (here & stays);
            earlier |= next[2];
            if start & whole != 0 {
                return Some(Read::Start);
            }
            if word & whole != 0 {
                found = Some(Read::Word);
            }
            // Only from the start on it could be found better.
            if start == 0 && found.is_some() {
                return found;
            }
            before = Some(written);
        }
        found.or((earlier & whole != 0).then_some(Read::Pieces))
    }

    /// What is found once `c` is read, for each set of what was found before it.
    #[inline]
    fn after<const N: usize>(&self, c: char, han: bool, found: [u64; N]) -> [u64; N] {
        let key = pinyin::key(c);
        let places = match self.ascii.get(key as usize) {
            Some(places) => *places,
            None => self.others.iter().find(|(other, _)| *other == key).map_or(0, |(_, places)| *places),
        };
        let mut next = found.map(|found| (found << 1) & places);
        if han {
            self.syllables.step(c, found, &mut next);
        }
        next
    }
}
