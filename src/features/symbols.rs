//! The outline of a note.
//!
//! Invariant: a symbol's range lies in that of the symbol around it, and its selection lies in its range.

pub mod search;

use std::sync::Arc;

use crate::note::Note;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{Answers, note_coverage};

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

/// What a heading without text is called; editors refuse empty names.
const NAMELESS: &str = "—";

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
            name: name_of(heading.text()),
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

#[cfg(test)]
mod tests {
    use super::{Symbol, outline};
    use crate::fixture::Fixture;
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
}
