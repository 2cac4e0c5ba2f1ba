//! `studymark stats`: how much is answered, by note and chapter.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, bar, counted, padded};
use crate::cli::since::{self, Since};
use crate::cli::{Failure, Format, Paths};
use crate::text::PositionEncoding;
use crate::vault::coverage::{Coverage, NoteCoverage};

/// Arguments of `stats`.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit codes: 0 fine, 1 less is answered than --fail-under asks for, 2 wrong use, bad settings."
)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How the figures are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show what changed since a revision of git: a commit, tag or branch, or a day (2026-09-01).
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
    /// Fail when less than this percentage of all questions is answered.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
}

#[derive(Serialize)]
struct Stats<'a> {
    total: Figures,
    files: Vec<Row<'a>>,
    chapters: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<since::Document<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    #[serde(flatten)]
    figures: Figures,
}

/// How many questions there are and how they stand.
#[derive(Serialize)]
pub struct Figures {
    questions: usize,
    answered: usize,
    stub: usize,
    unanswered: usize,
}

impl From<Coverage> for Figures {
    fn from(coverage: Coverage) -> Self {
        let Coverage { questions, answered, stub, unanswered } = coverage;
        Self { questions, answered, stub, unanswered }
    }
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let notes: Vec<NoteCoverage> = opened.notes().map(|note| opened.vault.coverage(note)).collect();
    let mut total = Coverage::default();
    for note in &notes {
        total += note.total;
    }
    let since = match &arguments.since {
        Some(revision) => Some(since::since(&opened, revision)?),
        None => None,
    };
    let mut out = Out::new(color);
    match (arguments.format, &since) {
        (Format::Human, Some(since)) => since.human(&mut out)?,
        (Format::Human, None) => human(&mut out, &opened, &notes, total)?,
        (Format::Json, since) => json(&mut out, &opened, &notes, total, since.as_ref())?,
    }
    out.flush()?;
    let enough = arguments.fail_under.is_none_or(|least| total.percent() >= usize::from(least));
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn json(
    out: &mut Out,
    opened: &Opened,
    notes: &[NoteCoverage],
    total: Coverage,
    since: Option<&Since<'_>>,
) -> Result<(), Failure> {
    let since = since.map(Since::document);
    let mut stats = Stats { total: total.into(), files: Vec::new(), chapters: Vec::new(), since };
    for coverage in notes {
        let Some(note) = opened.vault.note(&coverage.path) else { continue };
        let path = opened.shown(&note.path);
        let title = note.front_matter.as_ref().and_then(|front| front.title.as_deref());
        stats.files.push(Row {
            path,
            line: 1,
            title: title.unwrap_or(note.path.stem()),
            figures: coverage.total.into(),
        });
        for chapter in &coverage.chapters {
            let heading = &note.headings[chapter.section];
            stats.chapters.push(Row {
                path,
                line: note.text.line_col(heading.range.start(), PositionEncoding::Utf32).line + 1,
                title: heading.title(),
                figures: chapter.coverage.into(),
            });
        }
    }
    Ok(out.json(opened.root.as_str(), &stats)?)
}

fn human(out: &mut Out, opened: &Opened, notes: &[NoteCoverage], total: Coverage) -> Result<(), Failure> {
    let mut rows: Vec<(String, bool, Coverage)> = Vec::new();
    for coverage in
        notes.iter().filter(|coverage| coverage.total.questions > 0 || !coverage.chapters.is_empty())
    {
        let Some(note) = opened.vault.note(&coverage.path) else { continue };
        rows.push((opened.shown(&note.path).to_owned(), true, coverage.total));
        for chapter in &coverage.chapters {
            let heading = &note.headings[chapter.section];
            // A chapter that is the whole note would only say the same again.
            if chapter.coverage == coverage.total && coverage.chapters.len() == 1 {
                continue;
            }
            let depth = usize::from(heading.level).min(4);
            rows.push((format!("{}{}", "  ".repeat(depth), heading.text()), false, chapter.coverage));
        }
    }
    if rows.is_empty() {
        writeln!(out, "no questions found in {}", counted(notes.len(), "note", "notes"))?;
        return Ok(());
    }
    let figures = 20;
    let names = rows.iter().map(|(name, ..)| name.width()).max().unwrap_or(0).min(out.width / 2).max(8);
    let cells = out.width.saturating_sub(names + figures + 4).clamp(8, 30);
    for (name, file, coverage) in &rows {
        let name = padded(name, names);
        let name = if *file { format!("{BOLD}{name}{BOLD:#}") } else { name };
        writeln!(out, "{name}  {}", figures_line(*coverage, cells))?;
    }
    let rule = "─".repeat((names + cells + figures).min(out.width));
    writeln!(out, "{DIM}{rule}{DIM:#}")?;
    let all = padded(&counted(notes.len(), "note", "notes"), names);
    writeln!(out, "{BOLD}{all}{BOLD:#}  {}", figures_line(total, cells))?;
    Ok(())
}

fn figures_line(coverage: Coverage, cells: usize) -> String {
    if coverage.questions == 0 {
        return format!("{DIM}{}  nothing in it yet{DIM:#}", "·".repeat(cells));
    }
    let count = format!("{}/{}", coverage.answered, coverage.questions);
    let put_off = match coverage.stub {
        0 => String::new(),
        stub => format!("  {DIM}{stub} put off{DIM:#}"),
    };
    format!("{}  {count:>7} {:>4} %{put_off}", bar(coverage, cells), coverage.percent())
}
