//! Which texts may hold a name, told from the text as it is written.
//!
//! Invariant: a text in which folding would find the name is never passed over; one that has not got it mostly is, at the
//! speed at which memory is read.

use aho_corasick::{AhoCorasick, packed};

use crate::fold::ways_to_write;
use crate::note::Note;

/// Looks for some names.
pub struct Holders(Vec<Vec<Part>>);

/// Looks for a part of a name.
struct Part {
    /// As it is usually written.
    usual: Searcher,
    /// One of its characters in an unusual form.
    unusual: Option<AhoCorasick>,
}

enum Searcher {
    /// A few texts.
    Few(packed::Searcher),
    /// Many texts, or one in any case.
    Many(AhoCorasick),
}

/// So many parts of a name are looked for at most; all of them have to be found.
const MOST_PARTS: usize = 4;

impl Holders {
    /// For these folded names.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(parts).collect())
    }

    /// Whether a name may stand in the text of a note.
    pub fn may_stand_in(&self, note: &Note) -> bool {
        let text = note.text.as_str();
        self.0.iter().any(|parts| parts.iter().all(|part| part.is_in(text, || note.has_unusual_letters())))
    }
}

/// What has to be in a text for a folded name to stand there.
fn parts(name: &str) -> Vec<Part> {
    if name.is_ascii() {
        let mut runs: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
        return runs
            .into_iter()
            .filter(|run| !run.is_empty())
            .take(MOST_PARTS)
            .filter_map(Part::ascii)
            .collect();
    }
    let chars: Vec<char> = name.chars().collect();
    let pairs: Vec<&[char]> =
        chars.windows(2).filter(|pair| pair.iter().all(|c| c.is_alphanumeric())).collect();
    let step = pairs.len().div_ceil(MOST_PARTS).max(1);
    // From the end, where numbers stand.
    pairs.into_iter().rev().step_by(step).filter_map(Part::pair).collect()
}

impl Part {
    fn is_in(&self, text: &str, has_unusual: impl FnOnce() -> bool) -> bool {
        let usual = match &self.usual {
            Searcher::Few(few) => few.find(text).is_some(),
            Searcher::Many(many) => many.is_match(text),
        };
        usual || self.unusual.as_ref().is_some_and(|unusual| has_unusual() && unusual.is_match(text))
    }

    /// Two characters that follow each other. `None` when they cannot be looked for, so that they may be anywhere.
    fn pair(pair: &[char]) -> Option<Self> {
        let &[first, second] = pair else { return None };
        let ((firsts, others), (seconds, more)) = (ways_to_write(first), ways_to_write(second));
        let written = firsts.iter().flat_map(|a| seconds.iter().map(move |b| format!("{a}{b}")));
        let written: Vec<String> = written.collect();
        let few = packed::Config::new().builder().extend(&written).build().map(Searcher::Few);
        let usual = few.or_else(|| AhoCorasick::new(&written).ok().map(Searcher::Many))?;
        Some(Self { usual, unusual: any_of(others.into_iter().chain(more))? })
    }

    /// A run of letters and digits in ASCII, in any case.
    fn ascii(run: &str) -> Option<Self> {
        let usual = AhoCorasick::builder().ascii_case_insensitive(true).build([run]).ok()?;
        let others = run.chars().flat_map(|c| ways_to_write(c).1);
        Some(Self { usual: Searcher::Many(usual), unusual: any_of(others)? })
    }
}

/// Looks for any of these characters; nothing when there is none, and `None` when they cannot be looked for.
fn any_of(chars: impl Iterator<Item = char>) -> Option<Option<AhoCorasick>> {
    let mut chars: Vec<char> = chars.collect();
    chars.sort_unstable();
    chars.dedup();
    if chars.is_empty() {
        return Some(None);
    }
    AhoCorasick::new(chars.iter().map(char::to_string)).ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::Holders;
    use crate::fold::Folded;
    use crate::note::Note;
    use crate::path::NotePath;
    use proptest::prelude::*;

    fn may_stand_in(name: &str, text: &str) -> bool {
        Holders::of([name]).may_stand_in(&Note::read(NotePath::new("/a.md"), text))
    }

    #[test]
    fn what_is_written_otherwise_is_not_passed_over() {
        let holds = |name: &str, text: &str| may_stand_in(name, text);
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
        let note = Note::read(NotePath::new("/a.md"), "消息隊列");
        assert!(Holders::of(["etcd", "消息队列"]).may_stand_in(&note));
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
            prop_assert!(may_stand_in(name.trim(), &text));
        }
    }
}
