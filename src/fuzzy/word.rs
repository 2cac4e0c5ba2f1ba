//! A word of what is typed, read along names.
//!
//! Invariant: a word is read in one pass for all ways in which it may be found.

use memchr::memmem::Finder;

use crate::fold::is_han;
use crate::fuzzy::shape::{Counts, Firsts, Letters, Pairs, Shape, Written, others_in};
use crate::fuzzy::{Way, pinyin};

/// The longest word of a pattern, in characters; more is cut off.
const MAX_WORD_CHARS: usize = 62;

/// A word of a pattern, ready to be read along names.
///
/// While a name is read, what of the word is already found is a set of numbers: bit `n` for its first `n` characters.
pub(super) struct Word {
    text: String,
    finder: Finder<'static>,
    /// How many characters it has.
    pub(super) chars: usize,
    /// How often it has each letter.
    pub(super) counts: Counts,
    /// All of them.
    pub(super) written: Written,
    /// Those for which nothing else can be typed.
    others: Written,
    /// What finds each of those.
    each_other: Vec<Finder<'static>>,
    /// The first of them.
    first: Firsts,
    /// Which of them follow each other.
    pub(super) pairs: Pairs,
    /// For each but the first: it, and it behind the one before.
    nexts: Vec<(Firsts, Pairs)>,
    /// For each ASCII character what is found once it is read: bit `n` where it is the character before.
    ascii: [u64; 128],
    /// The same for the other characters that the word has.
    further: Vec<(char, u64)>,
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
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(MAX_WORD_CHARS).map(pinyin::key).collect();
        let followed = chars.iter().zip(chars.iter().skip(1));
        // Of what stands between words names tell nothing.
        let nexts = followed.filter(|(before, c)| is_wordly(**before) && is_wordly(**c));
        let nexts =
            nexts.map(|(before, c)| (Firsts::of(*c), Pairs::of(Letters::of(*before), Letters::of(*c))));
        let nexts: Vec<(Firsts, Pairs)> = nexts.collect();
        let mut word = Self {
            text: text.to_owned(),
            finder: Finder::new(text).into_owned(),
            chars: chars.len(),
            counts: Counts::of_chars(chars.iter().copied()).with(Counts::of_any_in(text)),
            written: text.chars().fold(Written::default(), |all, c| all.with(Written::of(c))),
            others: Written::of_others_in(text),
            each_other: each_other(text),
            first: Firsts::of_start(text),
            pairs: nexts.iter().fold(Pairs::default(), |all, (_, pair)| all.with(*pair)),
            nexts,
            ascii: [0; 128],
            further: Vec::new(),
            syllables: pinyin::steps(&chars),
        };
        for (at, c) in chars.into_iter().enumerate() {
            let place = 2 << at;
            match word.ascii.get_mut(c as usize) {
                Some(places) => *places |= place,
                None => match word.further.iter_mut().find(|(other, _)| *other == c) {
                    Some((_, places)) => *places |= place,
                    None => word.further.push((c, place)),
                },
            }
        }
        word
    }

    /// The best way in which it may be found in a name of this shape, where to begin it counts as to begin a word of it.
    pub(super) fn bound(&self, shape: Shape) -> Option<Way> {
        if !shape.written.has_all(self.others) || !shape.counts.has_all(self.counts) {
            return None;
        }
        let begins = shape.initials.has_all(self.first);
        let is_written = shape.written.has_all(self.written);
        match shape.pairs.has_all(self.pairs) {
            true if begins && (is_written || shape.first.has_all(self.first)) => Some(Way::Word),
            true if begins => Some(Way::WordRead),
            true => is_written.then_some(Way::Inside),
            false => (begins && self.may_be_in_pieces(shape)).then_some(Way::Pieces),
        }
    }

    /// Whether each character may begin a word of a name of this shape or follow the one before.
    fn may_be_in_pieces(&self, shape: Shape) -> bool {
        let nexts = &mut self.nexts.iter();
        nexts.all(|(letter, pair)| shape.initials.has_all(*letter) || shape.pairs.has_all(*pair))
    }

    /// What was typed, folded.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a name has all of it for which nothing else can be typed.
    pub(super) fn may_stand_in(&self, name: &str) -> bool {
        self.each_other.iter().all(|other| other.find(name.as_bytes()).is_some())
    }

    pub(super) fn as_written(&self, name: &str) -> Option<Way> {
        as_written(&self.text, &self.finder, name)
    }

    /// The best way in which it is found in a name of this shape.
    pub(super) fn way(&self, name: &str, shape: Shape) -> Option<Way> {
        let may_be_written = shape.written.has_all(self.written) && shape.pairs.has_all(self.pairs);
        let written = if may_be_written { self.as_written(name) } else { None };
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
        let mut before = Character::default();
        for c in name.chars() {
            let written = Character::of(c);
            let begins = written.begins_behind(before);
            before = written;
            // Mostly nothing goes on here.
            if !begins && start | word | here == 0 {
                continue;
            }
            let begins = if begins { u64::MAX } else { 0 };
            let stays = if written.is_wordly() { 0 } else { u64::MAX };
            let (from_word, piece) = (word | (begins & 1), here | (begins & earlier));
            let steps = self.steps(c, written.is_han(), start | from_word | piece);
            let next = steps.after(piece);
            start = steps.after(start) | (start & stays);
            word = steps.after(from_word) | (word & stays);
            here = next | (here & stays);
            earlier |= next;
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
        }
        found.or((earlier & whole != 0).then_some(Read::Pieces))
    }

    /// How what was found, of which this is all, goes on once `c` is read.
    #[inline]
    fn steps(&self, c: char, is_han: bool, found: u64) -> Steps<'_> {
        let key = pinyin::key(c);
        let places = match self.ascii.get(key as usize) {
            Some(places) => *places,
            // Mostly nothing goes on here.
            None if found == 0 => 0,
            None => self.further.iter().find(|(other, _)| *other == key).map_or(0, |(_, places)| *places),
        };
        let parts =
            if is_han { self.syllables.parts_of(c).filter(|parts| parts.begin_in(found)) } else { None };
        Steps { places, parts }
    }
}

/// How the numbers of characters that were found go on behind a character.
struct Steps<'a> {
    /// The places of the word to which it leads as it is written.
    places: u64,
    /// What it can stand for when it is read.
    parts: Option<&'a pinyin::Parts>,
}

impl Steps<'_> {
    /// What is found then of what was found before.
    #[inline]
    fn after(&self, found: u64) -> u64 {
        let written = (found << 1) & self.places;
        written | self.parts.map_or(0, |parts| parts.after(found))
    }
}

/// What finds each character of a text for which nothing else can be typed.
fn each_other(text: &str) -> Vec<Finder<'static>> {
    let mut others: Vec<char> = others_in(text).collect();
    others.sort_unstable();
    others.dedup();
    others.into_iter().map(|c| Finder::new(c.encode_utf8(&mut [0; 4])).into_owned()).collect()
}

/// How `name` holds `typed`, letter for letter, which `finder` finds.
pub(super) fn as_written(typed: &str, finder: &Finder<'_>, name: &str) -> Option<Way> {
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
pub(super) fn is_wordly(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_han(c) || (!c.is_ascii() && c.is_alphanumeric())
}

/// Whether a word begins with `c`, which follows `before`.
pub(super) fn begins_word(before: Option<char>, c: char) -> bool {
    Character::of(c).begins_behind(before.map(Character::of).unwrap_or_default())
}

/// What of a character decides where words begin; by default that of what stands between words.
#[derive(Clone, Copy, Default)]
pub(super) struct Character(u8);

/// Those of ASCII.
static ASCII: [Character; 128] = {
    let mut all = [Character(0); 128];
    let mut code = 0;
    while code < 128 {
        let is_digit = (code as u8).is_ascii_digit();
        if is_digit || (code as u8).is_ascii_alphabetic() {
            all[code] = Character(Character::WORDLY | if is_digit { Character::NUMERIC } else { 0 });
        }
        code += 1;
    }
    all
};

impl Character {
    /// It is Chinese, and so a word.
    const HAN: u8 = 1;
    /// It is a part of words.
    const WORDLY: u8 = 1 << 1;
    const NUMERIC: u8 = 1 << 2;

    #[inline]
    pub(super) fn of(c: char) -> Self {
        match ASCII.get(c as usize) {
            Some(known) => *known,
            None if is_han(c) => Self(Self::HAN | Self::WORDLY),
            None => {
                let wordly = if is_wordly(c) { Self::WORDLY } else { 0 };
                Self(wordly | if c.is_numeric() { Self::NUMERIC } else { 0 })
            }
        }
    }

    pub(super) fn is_han(self) -> bool {
        self.0 & Self::HAN != 0
    }

    fn is_wordly(self) -> bool {
        self.0 & Self::WORDLY != 0
    }

    /// Whether a word begins here, behind this one.
    #[inline]
    pub(super) fn begins_behind(self, before: Self) -> bool {
        let is_han = (self.0 | before.0) & Self::HAN;
        is_han | (!before.0 & Self::WORDLY) | ((self.0 ^ before.0) & Self::NUMERIC) != 0
    }
}
