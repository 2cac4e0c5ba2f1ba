//! Text as names are sought in it: case, width, composition and traditional forms made one, with the way back.
//!
//! Invariant: folding goes character by character, so what is found in folded text stands at a known place of the
//! written one; folding twice changes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// A folded text and where each byte of it comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each place where the two run apart: the offset in the folded text, and that in the written one.
    steps: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a text: `Ｇｏ 的 SLICE 與通道` is `go 的 slice 与通道`.
    pub fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), steps: Vec::new() };
        // What the next character comes from when no step says otherwise: the offset of its written form.
        let mut expected = 0usize;
        let mut at = 0usize;
        while let Some(c) = text[at..].chars().next() {
            let start = folded.text.len();
            if expected != at {
                folded.steps.push((start as u32, at as u32));
            }
            let end = if c.is_ascii() {
                // Mostly others follow, and none of them changes its length.
                let end = at + text[at..].bytes().take_while(u8::is_ascii).count();
                folded.text.push_str(&text[at..end]);
                folded.text[start..].make_ascii_lowercase();
                end
            } else {
                push_folded(c, &mut folded.text);
                at + c.len_utf8()
            };
            expected = at + (folded.text.len() - start);
            at = end;
        }
        if expected != text.len() {
            folded.steps.push((folded.text.len() as u32, text.len() as u32));
        }
        folded
    }

    /// The offset in the written text of a character of the folded one that begins at `offset`.
    pub fn origin(&self, offset: usize) -> usize {
        let after = self.steps.partition_point(|&(folded, _)| folded as usize <= offset);
        match after.checked_sub(1).map(|step| self.steps[step]) {
            Some((folded, written)) => written as usize + (offset - folded as usize),
            None => offset,
        }
    }
}

/// Folds a name: without white space around it, runs of white space as one space.
pub fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut apart = false;
    for c in name.chars() {
        if !is_han(c) && c.is_whitespace() {
            apart = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut apart) {
            folded.push(' ');
        }
        push_folded(c, &mut folded);
    }
    folded
}

/// Tells the characters of a folded text one by one; see [`Folded::of`].
#[inline]
pub fn each_folded(text: &str, mut tell: impl FnMut(char)) {
    let mut several = String::new();
    for c in text.chars() {
        if let Some(folded) = folded_alone(c) {
            tell(folded);
        } else {
            several.clear();
            push_any(c, &mut several);
            several.chars().for_each(&mut tell);
        }
    }
}

fn push_folded(c: char, text: &mut String) {
    match folded_alone(c) {
        Some(folded) => text.push(folded),
        None => push_any(c, text),
    }
}

/// The folded form of a character, when it is one character and known without thinking: that of nearly all in notes.
#[inline]
fn folded_alone(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        FIRST_HAN..=LAST_HAN => Some(simplified(c)),
        FIRST_MARK..=LAST_MARK | FIRST_WIDE..=LAST_WIDE => {
            let place = if c <= LAST_MARK {
                c as usize - FIRST_MARK as usize
            } else {
                c as usize - FIRST_WIDE as usize + MARKS
            };
            MARKS_FOLDED.get(place).copied().filter(|folded| *folded != '\0')
        }
        _ => None,
    }
}

fn push_any(c: char, text: &mut String) {
    let lower = c.to_lowercase().nfkc().flat_map(char::to_lowercase);
    text.extend(lower.map(|c| if is_han(c) { simplified(c) } else { c }));
}

/// Marks and kana: “，”, 。, ア.
const FIRST_MARK: char = '\u{2000}';
const LAST_MARK: char = '\u{30ff}';
const MARKS: usize = LAST_MARK as usize - FIRST_MARK as usize + 1;
/// Wide and narrow forms: ，, Ａ.
const FIRST_WIDE: char = '\u{ff00}';
const LAST_WIDE: char = '\u{ffef}';

/// The folded forms of marks and of wide and narrow forms, by their place after the first; NUL where it is no single character.
static MARKS_FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut text = String::new();
    let marks = (FIRST_MARK..=LAST_MARK).chain(FIRST_WIDE..=LAST_WIDE).map(|c| {
        text.clear();
        push_any(c, &mut text);
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none()).unwrap_or_default()
    });
    marks.collect()
});

const FIRST_HAN: char = '\u{3400}';
const LAST_HAN: char = '\u{9fff}';

/// Whether a character is one of the common Chinese ones.
#[inline]
pub fn is_han(c: char) -> bool {
    (FIRST_HAN..=LAST_HAN).contains(&c)
}

/// The simplified form of each Chinese character, by its place after the first.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let single = |c: char| {
        let converted = hanconv::t2s(c.encode_utf8(&mut [0; 4]));
        let mut chars = converted.chars();
        match (chars.next(), chars.next()) {
            (Some(simple), None) if is_han(simple) => simple,
            _ => c,
        }
    };
    // Some are simplified to one that has a simpler form itself: 薴, 苧, 苎.
    (FIRST_HAN..=LAST_HAN).map(|c| single(single(c))).collect()
});

fn simplified(c: char) -> char {
    let place = (c as usize).wrapping_sub(FIRST_HAN as usize);
    SIMPLIFIED.get(place).copied().unwrap_or(c)
}

/// A character that is folded to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Writing {
    /// The character as it is written.
    written: char,
    /// It is folded to one character, not to several of which this is one.
    alone: bool,
}

/// What each folded character is written as elsewhere than as itself, made when first asked for.
static WRITINGS: LazyLock<HashMap<char, Vec<Writing>>> = LazyLock::new(|| {
    // Syllables of Hangul and the rarer Chinese characters stand for themselves, so do characters for private use.
    let changing = [
        '\0'..='\u{abff}',
        '\u{f900}'..='\u{ffff}',
        '\u{1_0000}'..='\u{1_ffff}',
        '\u{2_f800}'..='\u{2_fa1f}',
    ];
    let mut writings: HashMap<char, Vec<Writing>> = HashMap::new();
    let mut text = String::new();
    for written in changing.into_iter().flatten() {
        text.clear();
        push_folded(written, &mut text);
        let alone = text.chars().nth(1).is_none();
        for folded in text.chars().filter(|folded| *folded != written) {
            writings.entry(folded).or_default().push(Writing { written, alone });
        }
    }
    writings
});

impl Writing {
    /// Whether this is a usual way to write the character: a letter of the same script. `Ａ` for `a` is none.
    fn is_usual(self, folded: char) -> bool {
        self.alone && (!folded.is_ascii() || self.written.is_ascii())
    }
}

/// The characters that are written for letters or digits and are no usual way to write them.
static UNUSUAL: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let letters = WRITINGS.iter().filter(|(folded, _)| folded.is_alphanumeric());
    let unusual = letters.flat_map(|(folded, writings)| {
        writings.iter().filter(|writing| !writing.is_usual(*folded)).map(|writing| writing.written)
    });
    unusual.collect()
});

/// Makes ready what is known of the ways to write characters, so that nobody waits for it: all characters are looked at.
pub fn prepare_ways_to_write() {
    LazyLock::force(&UNUSUAL);
}

/// Whether a text has letters or digits that are written in an unusual way: `Ａ`, `①`, `㎏`.
pub fn has_unusual(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii() && !is_han(c) && UNUSUAL.contains(&c))
}

/// The usual ways to write a folded character, itself the first, and the others; see [`has_unusual`].
pub fn ways_to_write(folded: char) -> (Vec<char>, Vec<char>) {
    let (mut usual, mut unusual) = (vec![folded], Vec::new());
    for writing in writings(folded) {
        if writing.is_usual(folded) { &mut usual } else { &mut unusual }.push(writing.written);
    }
    (usual, unusual)
}

/// The characters other than `folded` itself whose folded form is or has it: `隊` for `队`, `Ａ` and `㏂` for `a`.
fn writings(folded: char) -> &'static [Writing] {
    WRITINGS.get(&folded).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{Folded, folded, writings};
    use proptest::prelude::*;

    #[test]
    fn folding_twice_changes_nothing() {
        let mut text = String::new();
        (super::FIRST_HAN..=super::LAST_HAN).for_each(|c| super::push_folded(c, &mut text));
        let changed = text.chars().filter(|c| super::simplified(*c) != *c);
        assert_eq!(changed.collect::<String>(), "");
        assert_eq!(folded("薴"), folded("苎"));
    }

    #[test]
    fn every_writing_of_a_character_is_known() {
        let mut text = String::new();
        for written in '\0'..=char::MAX {
            text.clear();
            super::push_folded(written, &mut text);
            for c in text.chars().filter(|c| *c != written) {
                let found = writings(c).iter().find(|writing| writing.written == written);
                assert_eq!(found.map(|found| found.alone), Some(text.chars().count() == 1), "{written:?}");
            }
        }
    }

    #[test]
    fn forms_become_one() {
        assert_eq!(folded(" Ｇｏ 的\u{3000}SLICE 與通道 "), "go 的 slice 与通道");
        assert_eq!(folded("訊號量"), folded("讯号量"));
        assert_eq!(folded("ＧＭＰ模型"), "gmp模型");
        assert_eq!(folded("İSTIO ﬁle"), folded("i\u{307}stio file"));
        assert_eq!(folded("於是裡面說實話"), "于是里面说实话");
    }

    #[test]
    fn places_lead_back() {
        let text = "İ 訊號量 ＧＭＰ ﬁle x";
        let folded = Folded::of(text);
        for (name, written) in [("讯号量", "訊號量"), ("gmp", "ＧＭＰ"), ("x", "x")] {
            let at = folded.text.find(name).unwrap();
            let (start, end) = (folded.origin(at), folded.origin(at + name.len()));
            assert_eq!(&text[start..end.max(start)], written);
        }
    }

    #[test]
    fn a_character_is_folded_alike_wherever_it_stands() {
        let mut text = String::new();
        for c in '\0'..=char::MAX {
            text.clear();
            super::push_folded(c, &mut text);
            let mut told = String::new();
            super::each_folded(c.encode_utf8(&mut [0; 4]), |c| told.push(c));
            assert_eq!(told, text, "{c:?}");
            if !c.is_ascii() && !super::is_han(c) {
                told.clear();
                super::push_any(c, &mut told);
                assert_eq!(told, text, "{c:?}");
            }
            assert!(c == '\n' || !text.contains('\n'), "{c:?}: lines stay lines");
        }
    }

    proptest! {
        #[test]
        fn every_character_comes_from_where_it_stands(text in "[a-zA-Z 一-龥ａ-ｚﬁİß😀\u{301}]{0,40}") {
            let whole = Folded::of(&text);
            let mut at = 0;
            for (start, c) in text.char_indices() {
                let one = Folded::of(c.encode_utf8(&mut [0; 4]));
                prop_assert!(whole.text[at..].starts_with(&one.text));
                prop_assert_eq!(whole.origin(at), start);
                at += one.text.len();
            }
            prop_assert_eq!(whole.origin(at), text.len());
            prop_assert_eq!(Folded::of(&whole.text).text, whole.text);
        }
    }
}
