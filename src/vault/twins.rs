//! Questions that are asked twice.
//!
//! Invariant: titles that stand three times or more in a note, or in three notes, are boilerplate and no twins of each
//! other. A copy that points to an answer elsewhere is none, and two answered sections with one title that asks nothing (`Mutex`) are two sections, not one question.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Twice;
use crate::note::Note;
use crate::note::tokens::same_title;
use crate::note::wording::is_question;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Answers};
use crate::vault::topics::Topics;

/// A question that is asked elsewhere too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Twin {
    /// The question: an index into `Note::sections`.
    pub section: usize,
    /// The note with the other copy.
    pub path: NotePath,
    /// The other copy in that note.
    pub other: usize,
    /// How the other copy stands.
    pub state: AnswerState,
    /// Whether the question at `section` is the one to give up: the copy without an answer or, when both have one or
    /// neither has, the later one.
    pub superfluous: bool,
}

impl Vault {
    /// The questions of `note` that are asked twice, by section, as its settings define that. `topics` is needed for
    /// copies in other notes; those that are looked at for it are added to `looked_at`.
    pub fn twins(
        &self,
        topics: &Topics,
        note: &Arc<Note>,
        answers: &Answers,
        looked_at: &mut Vec<Arc<Note>>,
    ) -> Vec<Twin> {
        let settings = &self.config_of(&note.path).questions;
        let scope = settings.duplicates;
        if scope == Twice::Off {
            return Vec::new();
        }
        let asks = |section: usize| is_question(note.headings[section].title(), &settings.words);
        let state = |section: usize| answers.sections[section].state;
        let mut titles: HashMap<String, Vec<usize>> = HashMap::new();
        for (section, heading) in note.headings.iter().enumerate() {
            let title = same_title(heading.title());
            if !title.is_empty() {
                titles.entry(title).or_default().push(section);
            }
        }
        let mut twins = Vec::new();
        for (title, copies) in titles {
            if copies.len() > 2 || !copies.iter().all(|&section| answers.lists(section)) {
                continue;
            }
            if let &[first, second] = copies.as_slice() {
                let in_scope =
                    scope != Twice::Parent || note.sections[first].parent == note.sections[second].parent;
                if in_scope && are_one(state(first), state(second), || asks(first) && asks(second)) {
                    for (section, other) in [(first, second), (second, first)] {
                        let superfluous = goes(state(section), state(other), section > other);
                        let path = note.path.clone();
                        twins.push(Twin { section, path, other, state: state(other), superfluous });
                    }
                }
            } else if let (Twice::Workspace, &[section]) = (scope, copies.as_slice()) {
                let own = state(section);
                let foreign = self.foreign_copy(topics, note, &title, looked_at);
                let same = foreign.filter(|(_, _, other)| are_one(own, *other, || asks(section)));
                twins.extend(same.map(|(path, other, state)| {
                    let superfluous = goes(own, state, path < note.path);
                    Twin { section, path, other, state, superfluous }
                }));
            }
        }
        twins.sort_by_key(|twin| twin.section);
        twins
    }

    /// The one copy of a question in the one other note that has it: the note, the section and how that stands.
    fn foreign_copy(
        &self,
        topics: &Topics,
        note: &Note,
        title: &str,
        looked_at: &mut Vec<Arc<Note>>,
    ) -> Option<(NotePath, usize, AnswerState)> {
        let mut others = topics.with_title(title).filter(|path| **path != note.path);
        let (Some(path), None) = (others.next(), others.next()) else { return None };
        let foreign = self.note(path)?;
        looked_at.push(Arc::clone(foreign));
        let mut copies =
            foreign.headings.iter().enumerate().filter(|(_, of)| same_title(of.title()) == title);
        let (Some((other, _)), None) = (copies.next(), copies.next()) else { return None };
        let answers = self.answers(foreign);
        answers.lists(other).then(|| (path.clone(), other, answers.sections[other].state))
    }
}

/// Whether two sections of one title are one question asked twice, from how they stand and whether the title asks.
fn are_one(a: AnswerState, b: AnswerState, asks: impl FnOnce() -> bool) -> bool {
    let points = a == AnswerState::Delegated || b == AnswerState::Delegated;
    !points && (a.is_open() || b.is_open() || asks())
}

/// Whether a copy is the one to give up, from how it and the other one stand and whether it is the later one.
fn goes(own: AnswerState, other: AnswerState, later: bool) -> bool {
    if own.is_open() == other.is_open() { later } else { own.is_open() }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Twice};
    use crate::fixture::Fixture;
    use crate::vault::topics::Topics;
    use expect_test::{Expect, expect};

    /// Lists the twins of every note.
    fn check(fixture: &str, expected: &Expect) {
        check_fixture(&Fixture::parse(fixture), expected);
    }

    fn check_fixture(fixture: &Fixture, expected: &Expect) {
        let topics = Topics::of(&fixture.vault);
        let mut lines = Vec::new();
        for note in fixture.vault.notes() {
            for twin in fixture.vault.twins(&topics, note, &fixture.vault.answers(note), &mut Vec::new()) {
                let other = &fixture.vault.note(&twin.path).unwrap().headings[twin.other];
                let verdict = if twin.superfluous { "goes" } else { "stays" };
                let (heading, state) = (&note.headings[twin.section], twin.state.name());
                lines.push(format!(
                    "{} {verdict}; {} {} is {state}",
                    heading.text(),
                    twin.path,
                    other.text()
                ));
            }
        }
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn the_copy_without_an_answer_goes() {
        check(
            "# Go\n\n## 1. 通道是什么？\n\n## 2. select 可以用于什么\n\n多路复用。\n\n## 3. 通道是什么\n\n管道。\n\n## 4. Select可以用于什么？\n",
            &expect![[r#"
                1. 通道是什么？ goes; /note.md 3. 通道是什么 is answered
                2. select 可以用于什么 stays; /note.md 4. Select可以用于什么？ is unanswered
                3. 通道是什么 stays; /note.md 1. 通道是什么？ is unanswered
                4. Select可以用于什么？ goes; /note.md 2. select 可以用于什么 is answered"#]],
        );
    }

    #[test]
    fn of_two_alike_the_later_goes() {
        check(
            "# Go\n\n## 什么是闭包？\n\n## 什么是闭包？\n",
            &expect![[r#"
                什么是闭包？ stays; /note.md 什么是闭包？ is unanswered
                什么是闭包？ goes; /note.md 什么是闭包？ is unanswered"#]],
        );
    }

    #[test]
    fn other_questions_parents_and_boilerplate_are_no_twins() {
        check("# Go\n\n## 什么是闭包？\n\n## 为什么要闭包？\n", &expect![""]);
        check("# Go\n\n## 什么是闭包？\n\n# JS\n\n## 什么是闭包？\n", &expect![""]);
        check("# Go\n\n## 怎么做？\n\n## 怎么做？\n\n## 怎么做？\n", &expect![""]);
        check("# Go\n\n## Mutex\n\na\n\n## Mutex\n\nb\n", &expect![""]);
        check("//- a.md\n## 什么是闭包？\n//- b.md\n## 什么是闭包？\n", &expect![""]);
    }

    #[test]
    fn the_scope_is_a_setting() {
        let check_in = |scope: Twice, notes: &str, expected: &Expect| {
            let mut config = Config::default();
            config.questions.duplicates = scope;
            check_fixture(&Fixture::with_config(notes, config), expected);
        };
        let file = "//- a.md\n# Go\n\n## 什么是闭包？\n\n# JS\n\n## 什么是闭包？\n\n函数。\n";
        check_in(Twice::Parent, file, &expect![""]);
        check_in(
            Twice::File,
            file,
            &expect![[r#"
            什么是闭包？ goes; /a.md 什么是闭包？ is answered
            什么是闭包？ stays; /a.md 什么是闭包？ is unanswered"#]],
        );
        let notes = "//- a.md\n# Go\n\n## 什么是闭包？\n//- b.md\n# JS\n\n## 什么是闭包\n";
        check_in(Twice::File, notes, &expect![""]);
        check_in(
            Twice::Workspace,
            notes,
            &expect![[r#"
            什么是闭包？ stays; /b.md 什么是闭包 is unanswered
            什么是闭包 goes; /a.md 什么是闭包？ is unanswered"#]],
        );
        check_in(Twice::Off, "//- a.md\n# Go\n\n## 什么是闭包？\n\n## 什么是闭包？\n", &expect![""]);
    }
}
