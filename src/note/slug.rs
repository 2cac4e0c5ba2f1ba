//! Anchors of headings, as GitHub makes them.
//!
//! Invariant: agrees with the ecosystem's reference (`github-slugger`): lower-case, keep letters, marks, numbers,
//! connector punctuation, hyphen and space, and turn each space into one hyphen.

use std::collections::HashMap;

use unicode_general_category::{GeneralCategory, get_general_category};

/// The anchor of one heading's text, repeats left out of account: `MySQL：索引 & 事务` gives `mysql索引--事务`.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    // A sigma's lower case depends on its place in the word, which only the whole text tells.
    let lowered = text.contains('Σ').then(|| text.to_lowercase());
    for c in lowered.as_deref().unwrap_or(text).chars() {
        match c {
            ' ' => slug.push('-'),
            'a'..='z' | '0'..='9' | '-' | '_' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if c.is_ascii() => {}
            _ if is_kept(c) => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

fn is_kept(c: char) -> bool {
    // The ideographs that most Chinese is written in, without a look in the table.
    if ('\u{4e00}'..='\u{9fff}').contains(&c) {
        return true;
    }
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

/// Makes the anchors of one note: the second `闭包` becomes `闭包-1`.
#[derive(Default)]
pub struct Slugger {
    seen: HashMap<Box<str>, u32>,
}

impl Slugger {
    /// The anchor of the next heading in the note.
    pub fn next(&mut self, text: &str) -> Box<str> {
        let base: Box<str> = slug(text).into();
        let Some(&count) = self.seen.get(&base) else {
            self.seen.insert(base.clone(), 0);
            return base;
        };
        let mut count = count;
        let unique = loop {
            count += 1;
            let candidate: Box<str> = format!("{base}-{count}").into();
            if !self.seen.contains_key(&candidate) {
                break candidate;
            }
        };
        self.seen.insert(base, count);
        self.seen.insert(unique.clone(), 0);
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::{Slugger, slug};

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
    fn repeats_get_suffixes_that_are_free() {
        let mut slugger = Slugger::default();
        let slugs: Vec<_> = ["a", "a", "a-1", "a", "A"].iter().map(|text| slugger.next(text)).collect();
        assert_eq!(slugs.iter().map(|slug| &**slug).collect::<Vec<_>>(), ["a", "a-1", "a-1-1", "a-2", "a-3"]);
    }
}
