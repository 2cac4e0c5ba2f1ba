//! The outline of a note, and headings of any note by a few letters of them.
//!
//! Invariant: a symbol's range lies in that of the symbol around it, and its selection lies in its range.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use crate::config::WorkspaceSymbols;
use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{Answers, note_coverage};
use crate::vault::glossary::Glossary;

/// A section in an outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// The heading's text, its number included.
    pub name: String,
    /// How it stands: `unanswered`, or `6/14` for a chapter with questions.
    pub detail: Option<String>,
    /// What it is for.
    pub role: SymbolRole,
    /// The whole section.
    pub range: TextRange,
    /// The heading's content.
    pub selection: TextRange,
    /// The sections inside it.
    pub children: Vec<Symbol>,
}

/// What a section is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolRole {
    /// It groups questions.
    Chapter,
    /// It asks.
    Question,
    /// Neither.
    Section,
    /// No section: a name that is defined in prose.
    Term,
}

/// A heading that was searched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic {
    /// Its note.
    pub path: NotePath,
    /// The heading's content.
    pub range: TextRange,
    /// The heading's text, its number included.
    pub name: String,
    /// What it is for.
    pub role: SymbolRole,
    /// Where it stands: `网络 · interview`, the section around it and its note.
    pub container: String,
}

/// What a heading without text is called; editors refuse empty names.
const NAMELESS: &str = "—";

/// The most terms that a search gives beside headings.
const MOST_TERMS: usize = 50;

/// The sections of a note, nested.
pub fn outline(vault: &Vault, note: &Arc<Note>) -> Vec<Symbol> {
    let answers = vault.answers(note);
    let details = details(note, &answers);
    let mut children: Vec<Vec<Symbol>> = note.sections.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    // From the back, so that a section is whole before it is put into the one around it.
    for (index, section) in note.sections.iter().enumerate().rev() {
        let heading = &note.headings[index];
        let mut inside = std::mem::take(&mut children[index]);
        inside.reverse();
        let symbol = Symbol {
            name: name_of(&heading.text),
            detail: details.get(index).cloned().flatten(),
            role: role(&answers, index),
            range: section.range,
            selection: heading.content,
            children: inside,
        };
        match section.parent {
            Some(parent) => children[parent as usize].push(symbol),
            None => roots.push(symbol),
        }
    }
    roots.reverse();
    roots
}

/// An outline in document order, each symbol with the one around it.
pub fn flatten(nested: &[Symbol]) -> Vec<(&Symbol, Option<&Symbol>)> {
    let mut flat = Vec::new();
    let mut open: Vec<_> = nested.iter().rev().map(|symbol| (symbol, None)).collect();
    while let Some((symbol, parent)) = open.pop() {
        flat.push((symbol, parent));
        open.extend(symbol.children.iter().rev().map(|child| (child, Some(symbol))));
    }
    flat
}

/// For each section what is to be said beside its name.
fn details(note: &Note, answers: &Answers) -> Vec<Option<String>> {
    let mut details: Vec<Option<String>> = answers
        .sections
        .iter()
        .map(|answer| (answer.question || answer.flag.is_some()).then(|| answer.state.name().to_owned()))
        .collect();
    for chapter in note_coverage(note, answers).chapters {
        let coverage = chapter.coverage;
        if coverage.questions > 0 {
            details[chapter.section] = Some(format!("{}/{}", coverage.answered, coverage.questions));
        }
    }
    details
}

fn role(answers: &Answers, index: usize) -> SymbolRole {
    match answers.sections.get(index) {
        Some(answer) if answer.chapter => SymbolRole::Chapter,
        Some(answer) if answer.question => SymbolRole::Question,
        _ => SymbolRole::Section,
    }
}

fn name_of(text: &str) -> String {
    if text.trim().is_empty() { NAMELESS.to_owned() } else { text.to_owned() }
}

/// A heading that was found, ordered by how good it is; of equals the one that comes first is better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Hit<'a> {
    score: i32,
    place: Reverse<(&'a NotePath, usize)>,
}

/// The headings of all notes, and the names they define, that `query` may mean, at most `limit`, the best first. Of a
/// note only what its settings want found is.
///
/// The words of a query are searched one by one; each has to be found in the heading or in the name of what it stands
/// in, letters in order. Nearer letters, beginnings of words and shorter headings are better.
pub fn search(vault: &Vault, glossary: &Glossary, query: &str, limit: usize) -> Vec<Topic> {
    let query = query.to_lowercase();
    let words: Vec<Vec<char>> = query.split_whitespace().map(|word| word.chars().collect()).collect();
    // The worst of the best so far is on top.
    let mut best: BinaryHeap<Reverse<Hit<'_>>> = BinaryHeap::new();
    for note in vault.notes().filter(|note| wanted(vault, note) == WorkspaceSymbols::All) {
        for index in 0..note.headings.len() {
            let Some(score) = score(note, index, &words) else { continue };
            best.push(Reverse(Hit { score, place: Reverse((&note.path, index)) }));
            if best.len() > limit {
                best.pop();
            }
        }
    }
    let mut answered: HashMap<&NotePath, Answers> = HashMap::new();
    let ranked = best.into_sorted_vec().into_iter().map(|Reverse(hit)| hit.place.0);
    let topics = ranked.filter_map(|(path, index)| {
        let note = vault.note(path)?;
        let answers = answered.entry(path).or_insert_with(|| vault.answers(note));
        let heading = &note.headings[index];
        Some(Topic {
            path: path.clone(),
            range: heading.content,
            name: name_of(&heading.text),
            role: role(answers, index),
            container: container(note, index),
        })
    });
    let mut topics: Vec<Topic> = topics.collect();
    let terms = terms(vault, glossary, &words);
    let room = limit.saturating_sub(topics.len()).max(terms.len().min(limit / 4));
    topics.truncate(limit - room.min(terms.len()));
    topics.extend(terms.into_iter().take(room));
    topics
}

fn wanted(vault: &Vault, note: &Note) -> WorkspaceSymbols {
    vault.config_of(&note.path).features.workspace_symbols
}

/// The names that have all these words' letters and are defined elsewhere than in a heading, the shortest first. An
/// empty search is for headings.
fn terms(vault: &Vault, glossary: &Glossary, words: &[Vec<char>]) -> Vec<Topic> {
    if words.is_empty() {
        return Vec::new();
    }
    let nowhere = NotePath::new("");
    let fits = |name: &str| words.iter().map(|word| fuzzy(word, name)).sum::<Option<i32>>();
    let score = |id: u32| {
        let name = glossary.folded(id);
        Some((fits(name)? * 8 - i32::try_from(name.chars().count()).unwrap_or(i32::MAX), id))
    };
    let mut scored: Vec<(i32, u32)> = glossary.ids().filter_map(score).collect();
    // The ids are in the order of the names.
    scored.sort_by_key(|(score, _)| Reverse(*score));
    let mut places: HashSet<(NotePath, TextRange)> = HashSet::new();
    let topics = scored.into_iter().filter_map(|(_, id)| {
        let definitions = glossary.definitions(vault, id, &nowhere, None);
        let best = definitions.first().filter(|best| best.heading().is_none())?;
        let (note, definition) = (best.note, best.definition);
        if wanted(vault, note) == WorkspaceSymbols::Off {
            return None;
        }
        // Of a name that is given in several spellings the best one stands for all.
        if !places.insert((note.path.clone(), definition.name_range)) {
            return None;
        }
        let section = definition.section.and_then(|section| note.headings.get(section as usize));
        let stem = note.path.stem();
        let container = match section.map_or("", |heading| &heading.title) {
            "" => stem.to_owned(),
            around => format!("{around} · {stem}"),
        };
        Some(Topic {
            path: note.path.clone(),
            range: definition.name_range,
            name: definition.name.to_string(),
            role: SymbolRole::Term,
            container,
        })
    });
    topics.take(MOST_TERMS).collect()
}

/// `网络 · interview`
fn container(note: &Note, index: usize) -> String {
    let around = note.sections[index].parent.map(|parent| &*note.headings[parent as usize].title);
    match around {
        Some(title) if !title.is_empty() => format!("{title} · {}", note.path.stem()),
        _ => note.path.stem().to_owned(),
    }
}

/// How well the words fit a heading; `None` when one of them does not.
fn score(note: &Note, index: usize, words: &[Vec<char>]) -> Option<i32> {
    let text = &*note.headings[index].text;
    let mut sum = 0;
    for word in words {
        sum += match fuzzy(word, text) {
            Some(score) => score,
            // A word may also say which chapter or note is meant, but then it does not find much.
            None => fuzzy(word, &container(note, index))? / 4,
        };
    }
    let length = i32::try_from(text.chars().take(200).count()).unwrap_or(200);
    (words.is_empty() || !text.is_empty()).then_some(sum * 8 - length)
}

/// How well lower-case letters fit a text that has them in this order; `None` when it has not.
fn fuzzy(letters: &[char], text: &str) -> Option<i32> {
    let first = *letters.first()?;
    // The first letter may stand in several places; the best of the first few is taken.
    let folded: Vec<(char, bool)> = folded(text);
    let starts = folded.iter().enumerate().filter(|(_, (c, _))| *c == first).map(|(at, _)| at).take(8);
    starts.filter_map(|start| fuzzy_from(letters, &folded[start..], start == 0)).max()
}

fn fuzzy_from(letters: &[char], text: &[(char, bool)], at_start: bool) -> Option<i32> {
    let mut score = if at_start { 8 } else { 0 };
    let mut wanted = letters.iter();
    let mut next = wanted.next();
    let mut gap = 0;
    for &(c, opens_word) in text {
        if next == Some(&c) {
            score += 10 - gap.min(6) + if opens_word { 4 } else { 0 };
            gap = 0;
            next = wanted.next();
            if next.is_none() {
                return Some(score);
            }
        } else {
            gap += 1;
        }
    }
    None
}

/// The letters of a text in lower case, each with whether a word opens there.
fn folded(text: &str) -> Vec<(char, bool)> {
    let mut before = ' ';
    let mut letters = Vec::with_capacity(text.len());
    for c in text.chars() {
        let opens = !before.is_alphanumeric() || (before.is_lowercase() && c.is_uppercase());
        letters.extend(c.to_lowercase().map(|lower| (lower, opens)));
        before = c;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::{Symbol, outline, search};
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use crate::vault::glossary::Glossary;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn render(symbols: &[Symbol], depth: usize, out: &mut String) {
        for symbol in symbols {
            let detail = symbol.detail.as_deref().unwrap_or("-");
            writeln!(out, "{:depth$}{:?} {} [{detail}]", "", symbol.role, symbol.name, depth = depth * 2)
                .unwrap();
            assert!(symbol.range.contains_range(symbol.selection));
            assert!(symbol.children.iter().all(|child| symbol.range.contains_range(child.range)));
            render(&symbol.children, depth + 1, out);
        }
    }

    fn check_outline(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let mut out = String::new();
        render(&outline(&fixture.vault, fixture.first()), 0, &mut out);
        expected.assert_eq(&out);
    }

    fn check_search(query: &str, fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let found = search(&fixture.vault, &Glossary::of(&fixture.vault), query, 4);
        let lines: Vec<String> =
            found.iter().map(|topic| format!("{} — {}", topic.name, topic.container)).collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn sections_nest_and_tell_their_state() {
        check_outline(
            "# 面试\n\n## 一、网络\n\n### 1. 什么是 TCP？\n\n可靠的字节流。\n\n### 2. 什么是 UDP？\n\n## 二、系统\n\n###\n",
            &expect![[r#"
                Chapter 面试 [1/2]
                  Chapter 一、网络 [1/2]
                    Question 1. 什么是 TCP？ [answered]
                    Question 2. 什么是 UDP？ [unanswered]
                  Chapter 二、系统 [empty-chapter]
                    Section — [-]
            "#]],
        );
    }

    #[test]
    fn headings_in_any_container_stay_inside_each_other() {
        check_outline(
            "1. ## 列表\n\n   text\n\n> # 引用\n\n标题\n---\n",
            &expect![[r#"
                Question 列表 [answered]
                Section 引用 [-]
                Question 标题 [unanswered]
            "#]],
        );
    }

    const NOTES: &str = "//- 网络.md
# 网络
## TCP 和 UDP 的区别
## 三次握手
//- go.md
# Go
## goroutine 调度
## GC 三色标记
";

    #[test]
    fn letters_are_found_in_order() {
        check_search("tcudp", NOTES, &expect!["TCP 和 UDP 的区别 — 网络 · 网络"]);
        check_search(
            "三",
            NOTES,
            &expect![[r#"
            三次握手 — 网络 · 网络
            GC 三色标记 — Go · go"#]],
        );
        check_search(
            "g",
            NOTES,
            &expect![[r#"
                Go — go
                GC 三色标记 — Go · go
                goroutine 调度 — Go · go"#]],
        );
        check_search("gc go", NOTES, &expect!["GC 三色标记 — Go · go"]);
        check_search("xyz", NOTES, &expect![""]);
    }

    #[test]
    fn an_empty_query_gives_some() {
        let fixture = Fixture::parse(NOTES);
        assert_eq!(search(&fixture.vault, &Glossary::of(&fixture.vault), " ", 2).len(), 2);
        assert_eq!(search(&fixture.vault, &Glossary::of(&fixture.vault), "", 99).len(), 6);
        assert_eq!(
            search(&fixture.vault, &Glossary::of(&fixture.vault), "go", 99)[0].range,
            TextRange::new(2, 4)
        );
    }

    #[test]
    fn names_that_prose_defines_are_found() {
        let notes =
            "//- 系统.md\n# 进程\n\n## 通信\n\n消息队列（message queue）是一种链表。\n\n信号是一种通知。\n";
        check_search("xxmq mess", notes, &expect![""]);
        check_search("mess que", notes, &expect!["消息队列 — 通信 · 系统"]);
        check_search("队列", notes, &expect!["消息队列 — 通信 · 系统"]);
        check_search(
            "进程",
            notes,
            &expect![[r#"
            进程 — 系统
            通信 — 进程 · 系统"#]],
        );
    }
}
