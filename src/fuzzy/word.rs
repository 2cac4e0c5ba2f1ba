//! A word of what is typed, read along names.
//!
//! Invariant: a word is read in one pass for all ways in which it may be found.

use memchr::memmem::Finder;

use crate::fold::is_han;
use crate::fuzzy::shape::{Counts, Firsts, Letters, Pairs, Shape, Written};
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
        let mut before = None;
        for c in name.chars() {
            let written = Character::of(c);
            let mut piece = here;
            if begins(before, written) {
                word |= 1;
                piece |= earlier;
            }
            // Mostly nothing goes on here.
            let next = match start | word | piece {
                0 => [0; 3],
                _ => self.after(c, written.han, [start, word, piece]),
            };
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
            None => self.further.iter().find(|(other, _)| *other == key).map_or(0, |(_, places)| *places),
        };
        let mut next = found.map(|found| (found << 1) & places);
        if han {
            self.syllables.step(c, found, &mut next);
        }
        next
    }
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
    begins(before.map(Character::of), Character::of(c))
}

/// What of a character decides where words begin.
#[derive(Clone, Copy)]
pub(super) struct Character {
    /// It is Chinese, and so a word.
    pub(super) han: bool,
    /// It is a part of words.
    wordly: bool,
    numeric: bool,
}

impl Character {
    pub(super) fn of(c: char) -> Self {
        let han = is_han(c);
        Self { han, wordly: han || is_wordly(c), numeric: !han && c.is_numeric() }
    }
}

/// Whether a word begins here.
pub(super) fn begins(before: Option<Character>, here: Character) -> bool {
    here.han || before.is_none_or(|before| before.han || !before.wordly || before.numeric != here.numeric)
}
