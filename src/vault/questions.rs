//! The questions of notes in the order of a reader: what is listed, moved through and exported.
//!
//! Invariant: each question stands once; one of which only the parts are open is listed by its parts.

use std::sync::Arc;

use crate::note::Note;
use crate::note::asks::Source;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Answers, Flag};

/// Something a note asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What kind of thing asks.
    pub source: Source,
    /// The whole construct that asks: for a heading all of it, for `<details>` what is folded too.
    pub range: TextRange,
    /// What an editor should select: for `## 一、闭包` the range of `一、闭包`.
    pub selection: TextRange,
    /// What is asked, as plain text: `闭包`.
    pub title: Box<str>,
    /// The section it opens or stands in: an index into `Note::sections`; always there for a heading.
    pub section: Option<usize>,
    /// Where its answer stands, without the question; empty when there is none outside of headings.
    pub answer: TextRange,
    /// Whether it is answered.
    pub state: AnswerState,
}

impl AnswerState {
    /// Whether an answer is still to be written: there is none, or it is put off.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Unanswered | Self::Stub | Self::EmptyChapter)
    }
}

impl Answers {
    /// Whether a section is listed as a question: what coverage counts, and what is flagged inside the answer of
    /// another question.
    pub fn lists(&self, section: usize) -> bool {
        let Some(answer) = self.sections.get(section) else { return false };
        let flagged = matches!(answer.flag, Some(Flag::UnansweredQuestion | Flag::StubAnswer));
        let by_parts =
            answer.state == AnswerState::EmptyChapter || (answer.state == AnswerState::Stub && !flagged);
        flagged || (answer.question && !by_parts)
    }

    /// The innermost chapter that holds a section, the section itself included.
    pub fn chapter_around(&self, note: &Note, section: usize) -> Option<usize> {
        let mut at = Some(section);
        while let Some(index) = at {
            if self.sections.get(index)?.chapter {
                return Some(index);
            }
            at = note.sections.get(index)?.parent.map(|parent| parent as usize);
        }
        None
    }
}

/// The questions of `note` by place, from what is known of it.
pub fn questions(note: &Note, answers: &Answers) -> Vec<Question> {
    let listed = (0..note.headings.len()).filter(|&section| answers.lists(section));
    let question = |section: usize| {
        let heading = &note.headings[section];
        Question {
            source: Source::Heading,
            range: heading.range,
            selection: heading.content,
            title: heading.title().into(),
            section: Some(section),
            answer: TextRange { start: heading.range.end, end: note.sections[section].range.end },
            state: answers.sections[section].state,
        }
    };
    let asked = answers.asks.iter().map(|asked| Question {
        source: asked.ask.source,
        range: asked.ask.range,
        selection: asked.ask.selection,
        title: asked.ask.title.clone(),
        section: asked.section,
        answer: asked.ask.answer,
        state: asked.state,
    });
    let mut questions: Vec<Question> = listed.map(question).chain(asked).collect();
    questions.sort_by_key(|question| (question.range.start, question.selection.start));
    questions
}

impl Question {
    /// The title of the topmost section around it.
    pub fn chapter<'a>(&self, note: &'a Note) -> Option<&'a str> {
        let section = self.section?;
        let top = note.topmost(section);
        let around = top != section || self.source != Source::Heading;
        note.headings.get(top).filter(|_| around).map(|heading| heading.title())
    }
}

impl Vault {
    /// Everything `note` asks.
    pub fn questions(&self, note: &Arc<Note>) -> Vec<Question> {
        questions(note, &self.answers(note))
    }

    /// What is still to be answered in `note`, or in one section of it with all its parts.
    pub fn open_questions(&self, note: &Arc<Note>, section: Option<usize>) -> Vec<Question> {
        let within = section.and_then(|section| note.sections.get(section)).map(|section| section.range);
        let mut open = self.questions(note);
        open.retain(|question| {
            question.state.is_open() && within.is_none_or(|within| within.contains_range(question.range))
        });
        open
    }

    /// Every note by path, beginning after the one at `path`; that one comes last.
    pub fn notes_after(&self, path: &NotePath) -> impl Iterator<Item = &Arc<Note>> {
        use std::ops::Bound::{Excluded, Unbounded};
        let after = self.notes.range((Excluded(path.clone()), Unbounded));
        after.chain(self.notes.range(..=path.clone())).map(|(_, note)| note)
    }

    /// Every note backwards by path, beginning before the one at `path`; that one comes last.
    pub fn notes_before(&self, path: &NotePath) -> impl Iterator<Item = &Arc<Note>> {
        let before = self.notes.range(..path.clone()).rev();
        before.chain(self.notes.range(path.clone()..).rev()).map(|(_, note)| note)
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::path::NotePath;
    use expect_test::{Expect, expect};

    /// Lists the open questions of the first note, or of the section at `$0`.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let section = fixture.cursor.as_ref().and_then(|(_, offset)| note.section_at(*offset));
        let lines: Vec<String> = fixture
            .vault
            .open_questions(note, section)
            .iter()
            .map(|question| {
                assert!(question.range.contains_range(question.selection));
                let chapter = question.chapter(note).unwrap_or("-");
                format!("{chapter} › {} [{}]", question.title, question.state.name())
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    const NOTE: &str = "# 容器\n\n## 1. 什么是镜像？\n\n层。\n\n## 2. What is a pod?\n\nTODO\n\n# 语言$0\n\n## 一、切片\n\n### 为什么会扩容？\n\n## 二、通道有什么坑\n\n# 数据库\n";

    #[test]
    fn of_a_section() {
        check(
            NOTE,
            &expect![[r#"
                语言 › 为什么会扩容？ [unanswered]
                语言 › 通道有什么坑 [unanswered]"#]],
        );
    }

    #[test]
    fn of_a_note() {
        check(
            &NOTE.replace("$0", ""),
            &expect![[r#"
                容器 › What is a pod? [stub]
                语言 › 为什么会扩容？ [unanswered]
                语言 › 通道有什么坑 [unanswered]"#]],
        );
    }

    #[test]
    fn a_question_that_stands_elsewhere_is_not_open() {
        check(
            "//- a.md\n# 系统\n\n## 1. [死锁](b.md)\n\n## 2. [活锁](c.md)\n\n## 3. 饥饿\n<!-- studymark: ignore -->\n//- b.md\n# 死锁\n",
            &expect!["系统 › 活锁 [unanswered]"],
        );
    }

    #[test]
    fn notes_go_round() {
        let fixture = Fixture::parse("//- a.md\na\n//- b.md\nb\n//- c.md\nc\n");
        let vault = &fixture.vault;
        let names = |path: &str| {
            let path = NotePath::new(path);
            let after: String = vault.notes_after(&path).map(|note| note.path.stem()).collect();
            let before: String = vault.notes_before(&path).map(|note| note.path.stem()).collect();
            format!("{after} {before}")
        };
        assert_eq!(names("/b.md"), "cab acb");
        assert_eq!(names("/a.md"), "bca cba");
        assert_eq!(names("/bb.md"), "cab bac", "a path without a note stands between its neighbours");
    }
}
