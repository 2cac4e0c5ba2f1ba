//! Questions that are nearly the same: their titles share most of their rare words.
//!
//! Titles that are alike are the same question one time in four, so this is offered and never reported. Invariant: twins
//! ([`crate::vault::twins`]) and what one is a part of are left out.

use std::collections::HashMap;

use crate::note::Note;
use crate::note::tokens::{same_title, topic_tokens};
use crate::vault::coverage::Answers;

/// Two questions that are nearly the same.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Similar {
    /// One of them: an index into `Note::sections`.
    pub section: usize,
    /// The other, in the same note.
    pub other: usize,
    /// How much of the weight of both titles is shared, from 0 to 1.
    pub likeness: f64,
}

/// The likeness from which questions are offered.
const LEAST: f64 = 0.5;
/// A word in more titles than this makes none of them alike.
const MOST_TITLES: usize = 64;
/// The most that are offered for one question.
const MOST_OFFERED: usize = 3;

/// For each question of `note` those that are nearly the same, the likest first, by section.
pub fn similar(note: &Note, answers: &Answers) -> Vec<Similar> {
    let asked: Vec<usize> = (0..note.headings.len()).filter(|&section| answers.lists(section)).collect();
    let words: Vec<Vec<String>> =
        asked.iter().map(|&section| topic_tokens(note.headings[section].title())).collect();
    let mut with_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, words) in words.iter().enumerate() {
        for word in words {
            with_word.entry(word).or_default().push(at);
        }
    }
    let weight = |word: &str| {
        let with = with_word.get(word).map_or(0, Vec::len) as f64;
        (1.0 + (asked.len() as f64 - with + 0.5) / (with + 0.5)).ln()
    };
    let mass: Vec<f64> = words.iter().map(|words| words.iter().map(|word| weight(word)).sum()).collect();
    let mut found = Vec::new();
    for (at, of) in words.iter().enumerate() {
        let mut shared: HashMap<usize, (f64, usize)> = HashMap::new();
        for word in of {
            let others = with_word.get(word.as_str()).filter(|others| others.len() <= MOST_TITLES);
            for &other in others.into_iter().flatten().filter(|&&other| other != at) {
                let (shared, count) = shared.entry(other).or_default();
                *shared += weight(word);
                *count += 1;
            }
        }
        let mut alike: Vec<Similar> = shared
            .into_iter()
            .filter(|(_, (_, count))| *count > 1)
            .map(|(other, (shared, _))| Similar {
                section: asked[at],
                other: asked[other],
                likeness: 2.0 * shared / (mass[at] + mass[other]),
            })
            .filter(|pair| pair.likeness >= LEAST && is_apart(note, pair))
            .collect();
        alike.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.other.cmp(&b.other)));
        alike.truncate(MOST_OFFERED);
        found.extend(alike);
    }
    found
}

/// Whether two questions are no twins, and neither is a part of the other.
fn is_apart(note: &Note, pair: &Similar) -> bool {
    let (one, other) = (note.sections[pair.section].range, note.sections[pair.other].range);
    let title = |section: usize| same_title(note.headings[section].title());
    !one.contains_range(other) && !other.contains_range(one) && title(pair.section) != title(pair.other)
}

#[cfg(test)]
mod tests {
    use super::similar;
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let title = |section: usize| note.headings[section].title();
        let pairs = similar(note, &fixture.vault.answers(note));
        let lines: Vec<String> =
            pairs.iter().map(|pair| format!("{} ~ {}", title(pair.section), title(pair.other))).collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn titles_that_share_most_of_their_words() {
        check(
            "# go\n\n## 1. Golang 的逃逸分析是什么？\n\n## 2. go 内存逃逸分析（讲五种例子，描述堆栈的优缺点）\n\n## 3. select 可以用于什么\n\n## 4. epoll 和 select 的区别\n\n## 5. 什么是信号量？\n\n## 6. 什么是信号？\n\n## 7. map 的实现\n",
            &expect![[r#"
                Golang 的逃逸分析是什么？ ~ go 内存逃逸分析（讲五种例子，描述堆栈的优缺点）
                go 内存逃逸分析（讲五种例子，描述堆栈的优缺点） ~ Golang 的逃逸分析是什么？"#]],
        );
    }

    #[test]
    fn copies_and_parts_are_not_similar() {
        check(
            "# 1. 内存逃逸分析\n\n## 内存逃逸分析的例子\n\n# 2. 内存逃逸分析？\n\n# 3. x\n\n# 4. y\n\n# 5. z\n",
            &expect![[""]],
        );
    }
}
