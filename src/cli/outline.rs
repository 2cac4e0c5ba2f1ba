//! `studymark outline`: the headings with their numbers and answer states.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, fitted, state_mark};
use crate::cli::{Failure, Format, Paths};
use crate::note::Note;
use crate::text::PositionEncoding;
use crate::vault::coverage::AnswerState;

/// Arguments of `outline`.
#[derive(Args, Debug)]
#[command(
    after_help = "Marks: ✓ answered, → answered elsewhere, ◐ in part, … put off, ○ unanswered, ◌ empty chapter."
)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How the outline is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show the anchor of each heading.
    #[arg(long)]
    anchors: bool,
}

#[derive(Serialize)]
struct Outline<'a> {
    headings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    line: u32,
    level: u8,
    number: Option<String>,
    title: &'a str,
    text: &'a str,
    anchor: &'a str,
    state: &'static str,
    #[serde(skip)]
    answer: AnswerState,
    question: bool,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let mut out = Out::new(color);
    match arguments.format {
        Format::Human => {
            for note in opened.notes() {
                human(&mut out, &opened, note, arguments.anchors)?;
            }
        }
        Format::Json => {
            let headings = opened.notes().flat_map(|note| rows(&opened, note)).collect();
            out.json(opened.root.as_str(), &Outline { headings })?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn rows<'a>(opened: &Opened, note: &'a Arc<Note>) -> Vec<Row<'a>> {
    let answers = opened.vault.answers(note);
    note.headings
        .iter()
        .zip(&answers.sections)
        .enumerate()
        .map(|(index, (heading, answer))| Row {
            path: opened.shown(&note.path),
            line: note.text.line_col(heading.range.start(), PositionEncoding::Utf32).line + 1,
            level: heading.level,
            number: heading
                .number()
                .as_ref()
                .map(|number| number.parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".")),
            title: heading.title(),
            text: heading.text(),
            anchor: heading.id().unwrap_or(note.slug(index)),
            state: answer.state.name(),
            answer: answer.state,
            question: answer.question,
        })
        .collect()
}

fn human(out: &mut Out, opened: &Opened, note: &Arc<Note>, anchors: bool) -> Result<(), Failure> {
    writeln!(out, "{BOLD}{}{BOLD:#}", opened.shown(&note.path))?;
    for row in rows(opened, note) {
        let indent = "  ".repeat(usize::from(row.level));
        let line = format!("{:>5}", row.line);
        let text = fitted(row.text, out.width.saturating_sub(indent.len() + 10));
        let anchor = if anchors { format!("  {DIM}#{}{DIM:#}", row.anchor) } else { String::new() };
        let (mark, style) = state_mark(row.answer);
        writeln!(out, "{DIM}{line}{DIM:#}{indent}{style}{mark}{style:#} {text}{anchor}")?;
    }
    writeln!(out)?;
    Ok(())
}
