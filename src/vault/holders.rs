//! Which lines of a text may hold a name, told from the text as it is written.
//!
//! Invariant: a line in which folding would find the name is never passed over; one that has not got it mostly is, at the
//! speed at which memory is read.

use aho_corasick::{AhoCorasick, Input, Span, packed};

use crate::fold::ways_to_write;
use crate::note::Note;
use crate::text::TextRange;

/// Looks for some names.
pub struct Holders(Vec<Vec<Part>>);

/// Looks for a part of a name.
struct Part {
    /// As it is usually written, or a piece of that.
    usual: Searcher,
    /// One of its characters has an unusual form too.
    has_unusual: bool,
}

enum Searcher {
    /// A few texts.
    Few(packed::Searcher),
    /// Many texts.
    Many(AhoCorasick),
}

/// So many parts of a name are looked for at most; all of them have to be found.
const MOST_PARTS: usize = 4;

/// So many letters of a word are looked for, in both cases.
const LETTERS: usize = 4;

impl Holders {
    /// For these folded names.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(parts).collect())
    }

    /// The lines of a note in which a name may stand, in order; one of all of them when that cannot be told.
    pub fn lines_in(&self, note: &Note) -> Vec<TextRange> {
        let text = note.text.as_str();
        let mut lines = Vec::new();
        for parts in &self.0 {
            let Some((first, others)) = parts.split_first() else {
                return vec![TextRange::new(0, text.len())];
            };
            if parts.iter().any(|part| part.has_unusual) && note.has_unusual_letters() {
                return vec![TextRange::new(0, text.len())];
            }
            let mut done = 0;
            while let Some(at) = first.usual.find(text, done..text.len()) {
                let start = memchr::memrchr(b'\n', &text.as_bytes()[done..at])
                    .map_or(done, |at_break| done + at_break + 1);
                let end =
                    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
                if others.iter().all(|part| part.usual.find(text, start..end).is_some()) {
                    lines.push(TextRange::new(start, end));
                }
                done = end;
            }
        }
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

impl Searcher {
    /// Where one of the texts begins within a range of `text`.
    fn find(&self, text: &str, within: std::ops::Range<usize>) -> Option<usize> {
        match self {
            Self::Few(few) => few.find_in(text, Span::from(within)).map(|found| found.start()),
            Self::Many(many) => many.find(Input::new(text).span(within)).map(|found| found.start()),
        }
    }

    /// `None` when these cannot be looked for, so that they may be anywhere.
    fn of(texts: &[String]) -> Option<Self> {
        let few = packed::Config::new().builder().extend(texts).build().map(Self::Few);
        few.or_else(|| AhoCorasick::new(texts).ok().map(Self::Many))
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
    /// Two characters that follow each other. `None` when they cannot be looked for.
    fn pair(pair: &[char]) -> Option<Self> {
        let &[first, second] = pair else { return None };
        let ((firsts, others), (seconds, more)) = (ways_to_write(first), ways_to_write(second));
        let written = firsts.iter().flat_map(|a| seconds.iter().map(move |b| format!("{a}{b}")));
        let usual = Searcher::of(&written.collect::<Vec<_>>())?;
        Some(Self { usual, has_unusual: !(others.is_empty() && more.is_empty()) })
    }

    /// The last letters and digits of a run in ASCII, in any case.
    fn ascii(run: &str) -> Option<Self> {
        let mut written = vec![String::new()];
        for letter in run.get(run.len().saturating_sub(LETTERS)..)?.chars() {
            let cases = [letter, letter.to_ascii_uppercase()];
            let cases = &cases[..if letter.is_ascii_alphabetic() { 2 } else { 1 }];
            let longer =
                written.iter().flat_map(|start| cases.iter().map(move |case| format!("{start}{case}")));
            written = longer.collect();
        }
        let has_unusual = run.chars().any(|c| !ways_to_write(c).1.is_empty());
        Some(Self { usual: Searcher::of(&written)?, has_unusual })
    }
}

#[cfg(test)]
mod tests {
    use super::Holders;
    use crate::fold::Folded;
    use crate::note::Note;
    use crate::path::NotePath;
    use proptest::prelude::*;

    fn may_stand_in(name: &str, text: &str) -> bool {
        !Holders::of([name]).lines_in(&Note::read(NotePath::new("/a.md"), text)).is_empty()
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
        let note = Note::read(NotePath::new("/a.md"), "无\n消息隊列\r\netc\n消息 etcd 队列");
        let lines = Holders::of(["etcd", "消息队列"]).lines_in(&note);
        let lines: Vec<&str> = lines.iter().map(|line| note.text.slice(*line)).collect();
        assert_eq!(lines, ["消息隊列\r", "消息 etcd 队列"]);
    }

    proptest! {
        #[test]
        fn a_line_that_holds_a_name_when_folded_may_hold_it(
            text in "[a-cA-Ca-cＡ-Ｃ消息訊隊队列ⓐ㎏kgKG㍿式株ß ]{0,12}",
            start in 0_usize..12,
            length in 1_usize..6,
            before in "[ab消\n]{0,4}",
            after in "[ab列\r\n]{0,4}",
        ) {
            let folded = Folded::of(&text).text;
            let name: String = folded.chars().skip(start).take(length).collect();
            prop_assume!(!name.trim().is_empty());
            let note = Note::read(NotePath::new("/a.md"), format!("{before}{text}{after}{text}"));
            for (at, _) in note.text.as_str().match_indices(&text) {
                let whole = crate::text::TextRange::new(at, at + text.len());
                let lines = Holders::of([name.trim()]).lines_in(&note);
                prop_assert!(lines.iter().any(|line| line.contains_range(whole)), "{lines:?}");
            }
        }
    }
}
