//! Which texts may hold a name, told from the text as it is written.
//!
//! Invariant: a text in which folding would find the name is never passed over; one that has not got it mostly is, at the
//! speed at which memory is read.

use aho_corasick::{AhoCorasick, MatchKind, packed};

use crate::fold::{is_han, writings};

/// Looks for a part of each of some names in all the ways in which it may be written.
pub enum Holders {
    /// The parts are few.
    Few(packed::Searcher),
    /// They are many.
    Many(AhoCorasick),
    /// They are more than can be looked for: every text may hold a name.
    All,
}

/// A part of a name that is looked for has at most as many Latin letters; each doubles the ways to write it.
const MOST_LATIN: usize = 4;

impl Holders {
    /// For these folded names.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut written: Vec<String> = names.into_iter().flat_map(ways_to_write).collect();
        written.sort_unstable();
        written.dedup();
        if written.iter().any(String::is_empty) {
            return Self::All;
        }
        let few = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostFirst)
            .builder()
            .extend(&written)
            .build();
        let many = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&written).ok();
        match few {
            Some(few) => Self::Few(few),
            None => many().map_or(Self::All, Self::Many),
        }
    }

    /// Whether a name may stand in this text.
    pub fn may_stand_in(&self, text: &str) -> bool {
        match self {
            Self::Few(few) => few.find(text).is_some(),
            Self::Many(many) => many.is_match(text),
            Self::All => true,
        }
    }
}

/// What a text has to hold for a folded name to stand in it, one of these at least; an empty one when that is not known.
fn ways_to_write(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let pair = chars.windows(2).find(|pair| pair.iter().all(|c| is_han(*c)));
    if let Some(&[first, second]) = pair {
        let (first, second) = (Ways::of(first), Ways::of(second));
        let together = first.alone.iter().flat_map(|a| second.alone.iter().map(move |b| format!("{a}{b}")));
        let in_one = first.among_others.iter().chain(&second.among_others).map(char::to_string);
        return together.chain(in_one).collect();
    }
    if let Some(han) = chars.iter().find(|c| is_han(**c)) {
        return Ways::of(*han).all().map(|c| c.to_string()).collect();
    }
    let runs = chars.split(|c| !c.is_ascii_alphanumeric());
    let Some(run) = runs.max_by_key(|run| run.len()).filter(|run| !run.is_empty()) else {
        // No letters that are known well: any of the first character's.
        return chars
            .first()
            .map_or_else(|| vec![String::new()], |c| Ways::of(*c).all().map(String::from).collect());
    };
    let run = &run[..run.len().min(MOST_LATIN)];
    // In ASCII, or with one of its characters in any other form.
    let mut ascii = vec![String::new()];
    for c in run {
        let cases = [*c, c.to_ascii_uppercase()];
        let cases = &cases[..1 + usize::from(c.is_ascii_lowercase())];
        ascii = ascii.iter().flat_map(|before| cases.iter().map(move |c| format!("{before}{c}"))).collect();
    }
    let others = run.iter().flat_map(|c| Ways::of(*c).all().filter(|c| !c.is_ascii()).collect::<Vec<_>>());
    ascii.into_iter().chain(others.map(String::from)).collect()
}

/// How a folded character can be written.
struct Ways {
    /// As one that is folded to it alone.
    alone: Vec<char>,
    /// As one that is folded to several.
    among_others: Vec<char>,
}

impl Ways {
    fn of(folded: char) -> Self {
        let of = |alone: bool| {
            writings(folded)
                .iter()
                .filter(move |writing| writing.alone == alone)
                .map(|writing| writing.written)
        };
        Self { alone: std::iter::once(folded).chain(of(true)).collect(), among_others: of(false).collect() }
    }

    fn all(&self) -> impl Iterator<Item = char> + '_ {
        self.alone.iter().chain(&self.among_others).copied()
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
        for text in ["说消息队列。", "說訊息隊列，消息隊列", "消息隊伍"] {
            assert!(holds("消息队列", text), "{text}");
        }
        assert!(!holds("消息队列", "信息和队列。") && !holds("消息队列", "queue"));
        for text in ["Etcd", "ETCD", "ｅｔｃｄ", "ⓔtcd"] {
            assert!(holds("etcd", text), "{text}");
        }
        assert!(!holds("etcd", "etch 的 e t c d"));
        assert!(holds("kg", "十㎏") && holds("株式", "㍿") && holds("c语言", "C 語言"));
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
