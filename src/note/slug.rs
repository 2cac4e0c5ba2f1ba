//! Anchors of headings, as GitHub makes them.
//!
//! Invariant: agrees with the ecosystem's reference (`github-slugger`): lower-case, keep letters, marks, numbers,
//! connector punctuation, hyphen and space, and turn each space into one hyphen.

use std::collections::HashMap;
use std::fmt::Write;
use std::hash::BuildHasher;
use std::ops::Range;

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::note::lineage::Replaced;
use crate::text::{TextRange, narrow};

/// The anchor of one heading's text, repeats left out of account: `MySQL：索引 & 事务` gives `mysql索引--事务`.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    write_slug(text, &mut slug);
    slug
}

/// What all anchors that may have been one another's repeats have in common: `a` of `a`, of `a-1` and of `a-1-2`. Headings of
/// which this differs do not change each other's anchors.
pub fn root(slug: &str) -> &str {
    let mut root = slug;
    while let Some((before, number)) = root.rsplit_once('-')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        root = before;
    }
    root
}

fn write_slug(text: &str, slug: &mut String) {
    // A sigma's lower case depends on its place in the word, which only the whole text tells.
    let lowered = text.contains('Σ').then(|| text.to_lowercase());
    for c in lowered.as_deref().unwrap_or(text).chars() {
        match c {
            ' ' => slug.push('-'),
            'a'..='z' | '0'..='9' | '-' | '_' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if c.is_ascii() => {}
            // The ideographs that most Chinese is written in have one case: no look in a table.
            '\u{4e00}'..='\u{9fff}' => slug.push(c),
            _ if is_kept(c) => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
}

fn is_kept(c: char) -> bool {
    matches!(
        get_general_category(c),
        GeneralCategory::UppercaseLetter
            | GeneralCategory::LowercaseLetter
            | GeneralCategory::TitlecaseLetter
            | GeneralCategory::ModifierLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark
            | GeneralCategory::EnclosingMark
            | GeneralCategory::DecimalNumber
            | GeneralCategory::LetterNumber
            | GeneralCategory::ConnectorPunctuation
    ) || is_other_alphabetic(c)
}

/// Circled and squared Latin letters: symbols by category that Unicode calls alphabetic.
fn is_other_alphabetic(c: char) -> bool {
    matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f149}' | '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}')
}

/// As Python-Markdown's `toc` with Unicode slugs: runs of hyphens and spaces become one hyphen.
pub fn mkdocs_slug(text: &str) -> String {
    let kept: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_whitespace() { '-' } else { c })
        .filter(|&c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    kept.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The anchors of the headings of one note, in order.
pub struct Slugs {
    /// One after the other.
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Slugs {
    /// The anchors of headings with these texts.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut slugger = Slugger::default();
        let end_of = |text| {
            slugger.next(text);
            narrow(slugger.given.len())
        };
        let ends = texts.map(end_of).collect();
        Self { text: slugger.given.into(), ends }
    }

    /// These when headings were `replaced`, with other anchors for those that are given with their indices after that, in
    /// order; all that came are among them.
    pub fn with(&self, replaced: &Replaced, others: &[(usize, String)]) -> Self {
        let count = self.ends.len() + replaced.count - (replaced.last - replaced.first);
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut ends = Vec::with_capacity(count);
        let mut next = 0;
        for (index, anchor) in others {
            self.copy(replaced, next..*index, &mut text, &mut ends);
            text.push_str(anchor);
            ends.push(narrow(text.len()));
            next = index + 1;
        }
        self.copy(replaced, next..count, &mut text, &mut ends);
        Self { text: text.into(), ends: ends.into() }
    }

    /// Copies the anchors of headings that did not come, of which the indices after are given.
    fn copy(&self, replaced: &Replaced, after: Range<usize>, text: &mut String, ends: &mut Vec<u32>) {
        let before = |index: usize| match index < replaced.first {
            true => index,
            false => (index + replaced.last).saturating_sub(replaced.first + replaced.count),
        };
        // What stands before those that were replaced moves otherwise than what stands behind them.
        let cut = replaced.first.clamp(after.start, after.end);
        for after in [after.start..cut, cut..after.end] {
            let indices = before(after.start)..before(after.start) + after.len();
            let end_of = |count: usize| count.checked_sub(1).and_then(|last| self.ends.get(last)).copied();
            let (start, end) = (end_of(indices.start).unwrap_or(0), end_of(indices.end).unwrap_or(0));
            let by = narrow(text.len()).wrapping_sub(start);
            text.push_str(TextRange { start, end: end.max(start) }.of(&self.text));
            ends.extend(self.ends.get(indices).unwrap_or_default().iter().map(|end| end.wrapping_add(by)));
        }
    }

    /// The anchor of a heading; empty when there is none of this index.
    pub fn get(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        TextRange { start, end }.of(&self.text)
    }
}

/// Makes the anchors of one note: the second `闭包` becomes `闭包-1`.
///
/// The anchors given so far stand in one text, by the hash of each: of two with one hash the second has the next number
/// that is free.
#[derive(Default)]
pub struct Slugger {
    given: String,
    seen: HashMap<u64, Given>,
}

/// An anchor that was given: where it stands in [`Slugger::given`], and the last number that made another of it.
struct Given {
    start: usize,
    end: usize,
    count: u32,
}

impl Slugger {
    /// The anchor of the next heading in the note.
    pub fn next(&mut self, text: &str) -> &str {
        let start = self.given.len();
        write_slug(text, &mut self.given);
        let Some(key) = self.take(start) else { return &self.given[start..] };
        let base = self.given.split_off(start);
        let mut count = self.seen.get(&key).map_or(0, |given| given.count);
        loop {
            count += 1;
            self.given.truncate(start);
            // Writing to a string cannot fail.
            let _ = write!(self.given, "{base}-{count}");
            if self.take(start).is_none() {
                break;
            }
        }
        if let Some(given) = self.seen.get_mut(&key) {
            given.count = count;
        }
        &self.given[start..]
    }

    /// Gives away the anchor that stands at the end of the text of all, from `start`; if it was given before, its key.
    fn take(&mut self, start: usize) -> Option<u64> {
        let anchor = &self.given[start..];
        let mut key = self.seen.hasher().hash_one(anchor);
        loop {
            match self.seen.get(&key) {
                Some(given) if &self.given[given.start..given.end] == anchor => return Some(key),
                Some(_) => key = key.wrapping_add(1),
                None => break,
            }
        }
        let end = self.given.len();
        self.seen.insert(key, Given { start, end, count: 0 });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Slugger, root, slug};

    #[test]
    fn as_github_makes_them() {
        for (text, expected) in [
            ("C++ 中的 new / malloc", "c-中的-new--malloc"),
            ("MySQL：索引 & 事务", "mysql索引--事务"),
            ("😀 表情", "-表情"),
            ("五  TCP 拥塞控制（快速恢复、快速重传）", "五--tcp-拥塞控制快速恢复快速重传"),
            ("a - b", "a---b"),
            ("snake_case", "snake_case"),
            ("❤️ 心", "\u{fe0f}-心"),
            ("Ünïcode É", "ünïcode-é"),
            ("全角ＡＢＣ１２", "全角ａｂｃ１２"),
            ("第①章", "第章"),
            ("a\u{3000}b", "ab"),
            ("tab\tx", "tabx"),
            ("«q» … — –", "q---"),
            ("x² ½", "x-"),
            ("ΑΣ Σα", "ας-σα"),
            ("Ⓐ 〇々ー a·b", "ⓐ-〇々ー-ab"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
    }

    #[test]
    fn repeats_have_one_root() {
        for (slug, expected) in [
            ("a", "a"),
            ("a-1-12", "a"),
            ("a-1b", "a-1b"),
            ("a-", "a-"),
            ("a--2", "a-"),
            ("-1", ""),
            ("1", "1"),
            ("a-１", "a-１"),
        ] {
            assert_eq!(root(slug), expected, "{slug}");
        }
    }

    #[test]
    fn repeats_get_suffixes_that_are_free() {
        let mut slugger = Slugger::default();
        let slugs: Vec<_> =
            ["a", "a", "a-1", "a", "A"].iter().map(|text| slugger.next(text).to_owned()).collect();
        assert_eq!(slugs, ["a", "a-1", "a-1-1", "a-2", "a-3"]);
    }

    proptest::proptest! {
        #[test]
        fn repeats_are_those_that_a_list_of_all_gives(
            texts in proptest::collection::vec(proptest::sample::select(vec!["a", "a-1", "A", "a-1-1", "闭包", "", "-1", "a-2"]), 0..24),
        ) {
            let mut slugger = Slugger::default();
            let slugs = super::Slugs::of(texts.iter().copied());
            let mut given: Vec<String> = Vec::new();
            for (index, text) in texts.into_iter().enumerate() {
                let numbered = (1..).map(|number| format!("{}-{number}", slug(text)));
                let free = std::iter::once(slug(text)).chain(numbered).find(|anchor| !given.contains(anchor));
                given.extend(free);
                let next = slugger.next(text);
                proptest::prop_assert_eq!(slugs.get(index), next);
                proptest::prop_assert_eq!(Some(next), given.last().map(String::as_str));
            }
        }
    }
}
