//! `studymark related`: the topics that have to do with a place, and why.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::cli::open::{absolute, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out};
use crate::cli::{Failure, Format, Paths};
use crate::text::PositionEncoding;
use crate::vault::topics::Topics;

/// Arguments of `related`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A line of a note: `操作系统.md:12`.
    #[arg(value_name = "FILE:LINE")]
    place: String,
    /// Folders whose notes are looked at too; without any, those of the note's own collection.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How the topics are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Serialize)]
struct Answer {
    related: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    path: String,
    line: u32,
    title: String,
    score: f64,
    why: Vec<String>,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let (file, line) = split(&arguments.place)?;
    let mut paths = vec![file.clone()];
    paths.extend(arguments.paths.iter().cloned());
    let opened = open(&Paths { paths })?;
    let path = absolute(&file)?;
    let Some(note) = opened.vault.note(&path) else {
        return Err(Failure::Usage(format!("{} is a folder; name a note and a line of it", file.display())));
    };
    let offset = note.text.line_range(line - 1).end();
    let count = note.text.as_str().lines().count();
    if line > count {
        return Err(Failure::Usage(format!("{} has {count} lines; there is no line {line}", file.display())));
    }
    let Some(section) = note.section_at(offset) else {
        return Err(Failure::Usage(format!(
            "line {line} of {} stands before the first heading; name a line of a section",
            file.display()
        )));
    };
    let topics = Topics::of(&opened.vault);
    let related: Vec<Row> = opened
        .vault
        .related(&topics, note, section)
        .into_iter()
        .filter_map(|related| {
            let of = opened.vault.note(&related.path)?;
            let heading = of.headings.get(related.section)?;
            Some(Row {
                path: opened.shown(&of.path).to_owned(),
                line: of.text.line_col(heading.range.start(), PositionEncoding::Utf32).line + 1,
                title: heading.title().to_string(),
                score: (related.score * 100.0).round() / 100.0,
                why: related.why,
            })
        })
        .collect();
    let mut out = Out::new(color);
    match arguments.format {
        Format::Json => out.json(opened.root.as_str(), &Answer { related })?,
        Format::Human => {
            writeln!(out, "{BOLD}{}{BOLD:#}", note.headings[section].title())?;
            for row in &related {
                let why = row.why.join("; ");
                writeln!(out, "  {} {DIM}{}:{} · {why}{DIM:#}", row.title, row.path, row.line)?;
            }
            if related.is_empty() {
                writeln!(out, "  nothing is related to it")?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The file and the line (from 1) of `操作系统.md:12`.
fn split(place: &str) -> Result<(PathBuf, usize), Failure> {
    let wrong = || Failure::Usage(format!("{place} is no place: write FILE:LINE, such as 操作系统.md:12"));
    let (file, line) = place.rsplit_once(':').ok_or_else(wrong)?;
    let line: usize = line.parse().ok().filter(|line| *line > 0).ok_or_else(wrong)?;
    Ok((PathBuf::from(file), line))
}
