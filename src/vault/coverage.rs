//! What is answered: the state of every section, and how much of a chapter, a note and the vault is done.

use std::sync::Arc;

use crate::note::Note;
use crate::note::asks::Ask;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::judge::judge;

/// Whether a section is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum AnswerState {
    /// It has content of its own.
    Answered,
    /// It has none, its parts have all.
    AnsweredByChildren,
    /// Some of its parts are not answered.
    Partial,
    /// It points to an answer elsewhere.
    Delegated,
    /// It only puts the answer off.
    Stub,
    /// It has no content.
    Unanswered,
    /// A chapter with nothing in it, or with nothing but empty parts.
    EmptyChapter,
}

impl AnswerState {
    /// The word for it in JSON and in messages: `answered-by-children`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AnsweredByChildren => "answered-by-children",
            Self::Partial => "partial",
            Self::Delegated => "delegated",
            Self::Stub => "stub",
            Self::Unanswered => "unanswered",
            Self::EmptyChapter => "empty-chapter",
        }
    }
}

/// What is known of each section of one note; indices are those of `Note::sections`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answers {
    /// One for each section.
    pub sections: Vec<SectionAnswer>,
    /// What asks outside of headings, by place.
    pub asks: Vec<AskAnswer>,
}

/// What is known of something that asks and is no heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskAnswer {
    /// What asks.
    pub ask: Ask,
    /// The section it stands in.
    pub section: Option<usize>,
    /// Whether it is answered: `Answered`, `Stub` or `Unanswered`.
    pub state: AnswerState,
    /// How it should be reported, if at all.
    pub flag: Option<Flag>,
}

/// What is known of one section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionAnswer {
    /// Whether it is answered.
    pub state: AnswerState,
    /// Whether it asks (a question or a topic to be answered) rather than groups others, names the note, or belongs
    /// to the answer of another. These are what coverage counts.
    pub question: bool,
    /// Whether it groups questions.
    pub chapter: bool,
    /// How it should be reported, if at all.
    pub flag: Option<Flag>,
}

/// What is to be said of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// Loud: a question without an answer.
    UnansweredQuestion,
    /// Quiet: an empty section that may be none.
    EmptySection,
    /// Quiet: a chapter without content.
    EmptyChapter,
    /// Loud: a text that puts the answer off.
    StubAnswer,
}

/// How many questions there are and how they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// All questions.
    pub questions: usize,
    /// Those with an answer (own, by children, partial or delegated).
    pub answered: usize,
    /// Those put off.
    pub stub: usize,
    /// Those without an answer.
    pub unanswered: usize,
}

impl std::ops::AddAssign for Coverage {
    fn add_assign(&mut self, other: Self) {
        self.questions += other.questions;
        self.answered += other.answered;
        self.stub += other.stub;
        self.unanswered += other.unanswered;
    }
}

/// The coverage of one chapter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChapterCoverage {
    /// The chapter's index in `Note::sections`.
    pub section: usize,
    /// Its questions, those of chapters inside it included.
    pub coverage: Coverage,
}

/// The coverage of one note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteCoverage {
    /// The note.
    pub path: NotePath,
    /// Its questions.
    pub total: Coverage,
    /// Its chapters in document order, bare ones included.
    pub chapters: Vec<ChapterCoverage>,
}

impl Vault {
    /// What is known of each section of `note`.
    pub fn answers(&self, note: &Arc<Note>) -> Answers {
        judge(self, note)
    }

    /// How much of `note` is answered.
    pub fn coverage(&self, note: &Arc<Note>) -> NoteCoverage {
        note_coverage(note, &self.answers(note))
    }
}

/// How much of `note` is answered, from what is known of its sections.
pub fn note_coverage(note: &Note, answers: &Answers) -> NoteCoverage {
    let mut total = Coverage::default();
    let mut by_section = vec![Coverage::default(); answers.sections.len()];
    for asked in &answers.asks {
        match asked.section {
            Some(section) => by_section[section] += Coverage::of(asked.state),
            None => total += Coverage::of(asked.state),
        }
    }
    // Parents come before their parts, so from the back every part is counted before its parent is.
    for (index, answer) in answers.sections.iter().enumerate().rev() {
        if answer.question {
            by_section[index] += Coverage::of(answer.state);
        }
        let sum = by_section[index];
        match note.sections[index].parent {
            Some(parent) => by_section[parent as usize] += sum,
            None => total += sum,
        }
    }
    let chapters = answers
        .sections
        .iter()
        .enumerate()
        .filter(|(_, answer)| answer.chapter)
        .map(|(section, _)| ChapterCoverage { section, coverage: by_section[section] })
        .collect();
    NoteCoverage { path: note.path.clone(), total, chapters }
}

impl Coverage {
    /// One question in this state.
    pub fn of(state: AnswerState) -> Self {
        let mut coverage = Self { questions: 1, ..Self::default() };
        match state {
            AnswerState::Answered
            | AnswerState::AnsweredByChildren
            | AnswerState::Partial
            | AnswerState::Delegated => coverage.answered = 1,
            AnswerState::Stub => coverage.stub = 1,
            AnswerState::Unanswered | AnswerState::EmptyChapter => coverage.unanswered = 1,
        }
        coverage
    }

    /// The answered part in whole percent, rounded down so that 100 means all; 100 when nothing is asked.
    pub fn percent(self) -> usize {
        (self.answered * 100).checked_div(self.questions).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests;
