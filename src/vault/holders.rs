//! Which texts may hold a name, told from the text as it is written.
//!
//! Invariant: a text in which folding would find the name is never passed over; one that has not got it mostly is, at the
//! speed at which memory is read.

use aho_corasick::{AhoCorasick, packed};

use crate::fold::writings;

/// Looks for some names.
pub struct Holders(Vec<Vec<Part>>);

/// Looks for a part of a name in all the ways in which it may be written.
enum Part {
    /// These are few.
    Few(packed::Searcher),
    /// They are many.
    Many(AhoCorasick),
}

/// So many pairs of characters of a name are looked for at most; all of them have to be found.
const MOST_PAIRS: usize = 4;

impl Holders {
    /// For these folded names.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(parts).collect())
    }

    /// Whether a name may stand in this text.
    pub fn may_stand_in(&self, text: &str) -> bool {
        self.0.iter().any(|parts| parts.iter().all(|part| part.is_in(text)))
    }
}

/// What has to be in a text for a folded name to stand there.
fn parts(name: &str) -> Vec<Part> {
    if name.is_ascii() {
        return Part::ascii(name).into_iter().collect();
    }
    let chars: Vec<char> = name.chars().collect();
    let pairs: Vec<&[char]> =
        chars.windows(2).filter(|pair| !pair.iter().any(|c| c.is_whitespace())).collect();
    let step = pairs.len().div_ceil(MOST_PAIRS).max(1);
    // From the end, where numbers stand.
    pairs.into_iter().rev().step_by(step).filter_map(Part::pair).collect()
}

impl Part {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Few(few) => few.find(text).is_some(),
            Self::Many(many) => many.is_match(text),
        }
    }

    /// Two characters that follow each other. `None` when they cannot be looked for, so that they may be anywhere.
    fn pair(pair: &[char]) -> Option<Self> {
        let &[first, second] = pair else { return None };
        let (firsts, seconds) = (Ways::of(first), Ways::of(second));
        let together = firsts.plain.iter().flat_map(|a| seconds.plain.iter().map(move |b| format!("{a}{b}")));
        let others = firsts.others.iter().chain(&seconds.others).map(char::to_string);
        let mut written: Vec<String> = together.chain(others).collect();
        written.sort_unstable();
        written.dedup();
        let few = packed::Config::new().builder().extend(&written).build().map(Self::Few);
        few.or_else(|| AhoCorasick::new(&written).ok().map(Self::Many))
    }

    /// A name in ASCII, or one of its characters in another form.
    fn ascii(name: &str) -> Option<Self> {
        let mut chars: Vec<char> = name.chars().collect();
        chars.sort_unstable();
        chars.dedup();
        let others = chars.into_iter().flat_map(|c| Ways::of(c).others).map(String::from);
        let written = std::iter::once(name.to_owned()).chain(others);
        AhoCorasick::builder().ascii_case_insensitive(true).build(written).ok().map(Self::Many)
    }
}

/// How a folded character can be written.
struct Ways {
    /// In the ways that are usual: as one character that is folded to it.
    plain: Vec<char>,
    /// In others: in forms of letters that are no letters of theirs, and in characters that stand for several.
    others: Vec<char>,
}

impl Ways {
    fn of(folded: char) -> Self {
        let mut ways = Self { plain: vec![folded], others: Vec::new() };
        for writing in writings(folded) {
            let plain = writing.alone && (!folded.is_ascii() || writing.written.is_ascii());
            if plain { &mut ways.plain } else { &mut ways.others }.push(writing.written);
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::Holders;
    use crate::fold::Folded;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_otherwise_is_not_passed_over() {
        let holds = |name: &str, text: &str| Holders::of([name]).may_stand_in(text);
        for text in ["说消息队列。", "說訊息隊列，消息隊列", "消息队列表"] {
            assert!(holds("消息队列", text), "{text}");
        }
        assert!(!holds("消息队列", "消息和队列。") && !holds("消息队列", "queue"));
        assert!(
            holds("协议5号", "協議５号") && !holds("协议5号", "协议15号") && !holds("协议5号", "协议6号")
        );
        assert!(!holds("protocol number 5", "protocol number 6"));
        for text in ["Etcd", "ETCD", "ｅｔｃｄ", "ⓔtcd"] {
            assert!(holds("etcd", text), "{text}");
        }
        assert!(!holds("etcd", "etch 的 e t c d"));
        assert!(holds("kg", "十㎏") && holds("株式", "㍿") && holds("c语言", "C語言"));
        assert!(holds("память", "ПАМЯТЬ") && !holds("память", "memory"));
        assert!(Holders::of(["etcd", "消息队列"]).may_stand_in("消息隊列"));
    }

    proptest! {
        #[test]
        fn a_text_that_holds_a_name_when_folded_may_hold_it(
            text in "[a-cA-Ca-cＡ-Ｃ消息訊隊队列ⓐ㎏kgKG㍿式株ß ]{0,12}",
            start in 0_usize..12,
            length in 1_usize..6,
        ) {
            let folded = Folded::of(&text).text;
            let name: String = folded.chars().skip(start).take(length).collect();
            prop_assume!(!name.trim().is_empty());
            prop_assert!(Holders::of([name.trim()]).may_stand_in(&text));
        }
    }
}
