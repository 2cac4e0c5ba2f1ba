//! `studymark questions`: what is still to be answered, by note and chapter.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, counted, fitted, state_mark};
use crate::cli::{Failure, Format, Paths};
use crate::note::Note;
use crate::note::asks::Source;
use crate::text::{PositionEncoding, TextRange};
use crate::vault::coverage::AnswerState;
use crate::vault::elsewhere;
use crate::vault::questions;
use crate::vault::topics::Topics;

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
    title: Box<str>,
    chapter: Option<&'a str>,
    source: &'static str,
    state: &'static str,
    candidates: Vec<Candidate<'a>>,
    duplicates: Vec<Duplicate<'a>>,
    #[serde(skip)]
    answer: AnswerState,
}

/// Where the answer may stand.
#[derive(Serialize)]
struct Candidate<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    score: f64,
    why: String,
    #[serde(skip)]
    likely: bool,
}

/// Where the same is asked.
#[derive(Serialize)]
struct Duplicate<'a> {
    path: &'a str,
    line: u32,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let mut out = Out::new(color);
    let topics = Topics::of(&opened.vault);
    let questions: Vec<Question<'_>> =
        opened.notes().flat_map(|note| questions(&opened, &topics, note, arguments.state)).collect();
    match arguments.format {
        Format::Human => human(&mut out, &questions, arguments.state)?,
        Format::Json => out.json(opened.root.as_str(), &Questions { questions })?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn questions<'a>(
    opened: &'a Opened,
    topics: &Topics,
    note: &'a Arc<Note>,
    wanted: Wanted,
) -> Vec<Question<'a>> {
    let answers = opened.vault.answers(note);
    let comparison = opened.vault.compare(topics, note);
    let mut elsewhere: BTreeMap<TextRange, Vec<elsewhere::Candidate>> =
        comparison.elsewhere.into_iter().map(|of| (of.question, of.candidates)).collect();
    let mut duplicates: BTreeMap<usize, Vec<Duplicate<'a>>> = BTreeMap::new();
    for twin in comparison.twins {
        let Some(other) = opened.vault.note(&twin.path) else { continue };
        let line = line(other, other.headings[twin.other].range);
        duplicates.entry(twin.section).or_default().push(Duplicate { path: opened.shown(&other.path), line });
    }
    questions::questions(note, &answers)
        .into_iter()
        .filter(|question| wanted.takes(question.state))
        .map(|question| {
            let candidates = elsewhere.remove(&question.selection).unwrap_or_default();
            let heading = question.section.filter(|_| question.source == Source::Heading);
            Question {
                path: opened.shown(&note.path),
                line: line(note, question.selection),
                chapter: question.chapter(note),
                source: question.source.name(),
                state: question.state.name(),
                candidates: candidates.iter().filter_map(|found| candidate(opened, found)).collect(),
                duplicates: heading.and_then(|section| duplicates.remove(&section)).unwrap_or_default(),
                answer: question.state,
                title: question.title,
            }
        })
        .collect()
}

fn candidate<'a>(opened: &'a Opened, found: &elsewhere::Candidate) -> Option<Candidate<'a>> {
    let note = opened.vault.note(&found.path)?;
    Some(Candidate {
        path: opened.shown(&note.path),
        line: line(note, found.range),
        title: note.headings[found.section].title(),
        score: (found.score * 100.0).round() / 100.0,
        why: found.words.join(", "),
        likely: found.likely,
    })
}

/// The line, from 1, at which a range begins.
fn line(note: &Note, range: TextRange) -> u32 {
    note.text.line_col(range.start(), PositionEncoding::Utf32).line + 1
}

/// Where the same is asked, and where the answer probably stands: `↪ asked too at :521`.
fn places(question: &Question<'_>) -> Vec<String> {
    let place = |path: &str, line: u32| match path == question.path {
        true => format!(":{line}"),
        false => format!("{path}:{line}"),
    };
    let twins =
        question.duplicates.iter().map(|twin| format!("↪ asked too at {}", place(twin.path, twin.line)));
    let likely = question.candidates.iter().filter(|candidate| candidate.likely);
    let answers =
        likely.map(|found| format!("↪ perhaps in {} {}", found.title, place(found.path, found.line)));
    twins.chain(answers).collect()
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
                let title = fitted(&question.title, out.width.saturating_sub(14));
                writeln!(out, "    {style}{mark}{style:#} {title} {DIM}:{}{DIM:#}", question.line)?;
                for place in places(question) {
                    let place = fitted(&place, out.width.saturating_sub(14));
                    writeln!(out, "      {DIM}{place}{DIM:#}")?;
                }
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
