//! `studymark questions`: what is still to be answered, by note and chapter.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, counted, fitted, state_mark};
use crate::cli::{Failure, Format, Paths};
use crate::note::Note;
use crate::text::PositionEncoding;
use crate::vault::coverage::AnswerState;
use crate::vault::questions::chapter_title;

/// Arguments of `questions`.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How the questions are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Which questions are listed.
    #[arg(long, value_enum, default_value_t = Wanted::Open)]
    state: Wanted,
}

/// Which questions are listed or exported.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Without an answer.
    Open,
    /// Put off.
    Stub,
    /// With an answer.
    Answered,
    /// All of them.
    All,
}

impl Wanted {
    /// Whether a question in this state is among them.
    pub fn takes(self, state: AnswerState) -> bool {
        match self {
            Self::Open => state == AnswerState::Unanswered,
            Self::Stub => state == AnswerState::Stub,
            Self::Answered => !state.is_open(),
            Self::All => true,
        }
    }
}

#[derive(Serialize)]
struct Questions<'a> {
    questions: Vec<Question<'a>>,
}

#[derive(Serialize)]
struct Question<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    chapter: Option<&'a str>,
    source: &'static str,
    state: &'static str,
    candidates: [(); 0],
    duplicates: [(); 0],
    #[serde(skip)]
    answer: AnswerState,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let mut out = Out::new(color);
    let questions: Vec<Question<'_>> =
        opened.notes().flat_map(|note| questions(&opened, note, arguments.state)).collect();
    match arguments.format {
        Format::Human => human(&mut out, &questions, arguments.state)?,
        Format::Json => out.json(opened.root.as_str(), &Questions { questions })?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn questions<'a>(opened: &Opened, note: &'a Arc<Note>, wanted: Wanted) -> Vec<Question<'a>> {
    let answers = opened.vault.answers(note);
    (0..note.headings.len())
        .filter(|&index| answers.lists(index))
        .map(|index| {
            let state = answers.sections[index].state;
            Question {
                path: opened.shown(&note.path),
                line: note.text.line_col(note.headings[index].range.start(), PositionEncoding::Utf32).line
                    + 1,
                title: &note.headings[index].title,
                chapter: chapter_title(note, index),
                source: "heading",
                state: state.name(),
                candidates: [],
                duplicates: [],
                answer: state,
            }
        })
        .filter(|question| wanted.takes(question.answer))
        .collect()
}

fn human(out: &mut Out, questions: &[Question<'_>], wanted: Wanted) -> Result<(), Failure> {
    for of_note in questions.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_note.first() else { continue };
        writeln!(out, "{BOLD}{}{BOLD:#}", first.path)?;
        for of_chapter in of_note.chunk_by(|a, b| a.chapter == b.chapter) {
            if let Some(chapter) = of_chapter.first().and_then(|question| question.chapter) {
                writeln!(out, "  {chapter} {DIM}({}){DIM:#}", of_chapter.len())?;
            }
            for question in of_chapter {
                let (mark, style) = state_mark(question.answer);
                let title = fitted(question.title, out.width.saturating_sub(14));
                writeln!(out, "    {style}{mark}{style:#} {title} {DIM}:{}{DIM:#}", question.line)?;
            }
        }
        writeln!(out)?;
    }
    let count = counted(questions.len(), "question", "questions");
    match wanted {
        Wanted::Open if questions.is_empty() => writeln!(out, "every question has an answer")?,
        Wanted::Open => writeln!(out, "{count} to answer")?,
        Wanted::Stub => writeln!(out, "{count} put off")?,
        Wanted::Answered => writeln!(out, "{count} answered")?,
        Wanted::All => writeln!(out, "{count}")?,
    }
    Ok(())
}
