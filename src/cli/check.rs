//! `studymark check`: every finding, for people and for tools.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, bar, counted, severity_name, severity_style};
use crate::cli::report::{self, Located};
use crate::cli::{Failure, Paths};
use crate::config::Severity;
use crate::features::diagnostics::{check_and_compare, check_unreadable};
use crate::note::Note;
use crate::vault::coverage::Coverage;
use crate::vault::topics::Topics;

/// Arguments of `check`.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong use, bad settings.
Open questions alone never fail: they are information. To make them fail: --fail-on information.")]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    format: CheckFormat,
    /// The lowest severity that makes the command fail.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// One line a finding, without the source.
    #[arg(long)]
    brief: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum CheckFormat {
    /// With source lines and carets.
    Human,
    /// One JSON document.
    Json,
    /// Annotations of GitHub's workflows.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum FailOn {
    Error,
    Warning,
    Information,
    Hint,
    Never,
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Information => severity >= Severity::Information,
            Self::Hint => severity >= Severity::Hint,
            Self::Never => false,
        }
    }
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let found = findings(&opened);
    let mut out = Out::new(color);
    match arguments.format {
        CheckFormat::Human => human(&mut out, &opened, &found, arguments.brief)?,
        CheckFormat::Json => report::json(&mut out, &opened, &found)?,
        CheckFormat::Github => report::github(&mut out, &opened, &found)?,
        CheckFormat::Sarif => report::sarif(&mut out, &opened, &found)?,
    }
    out.flush()?;
    let failed = found.iter().any(|located| arguments.fail_on.fails(located.diagnostic.severity));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every finding on what was named, by path and place.
fn findings(opened: &Opened) -> Vec<Located> {
    let notes: Vec<&Arc<Note>> = opened.notes().collect();
    let topics = &Topics::of(&opened.vault);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = notes.len().div_ceil(threads).max(1);
    let mut found: Vec<Located> = std::thread::scope(|scope| {
        let workers: Vec<_> = notes
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    let of_note = |note: &&Arc<Note>| {
                        let note = Arc::clone(note);
                        check_and_compare(&opened.vault, topics, &note).into_iter().map(move |diagnostic| {
                            Located { path: note.path.clone(), note: Some(Arc::clone(&note)), diagnostic }
                        })
                    };
                    chunk.iter().flat_map(of_note).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    found.extend(
        check_unreadable(&opened.vault)
            .into_iter()
            .filter(|(path, _)| opened.is_named(path))
            .map(|(path, diagnostic)| Located { path, note: None, diagnostic }),
    );
    found.sort_by(|a, b| {
        (&a.path, a.diagnostic.range, a.diagnostic.code).cmp(&(
            &b.path,
            b.diagnostic.range,
            b.diagnostic.code,
        ))
    });
    found
}

fn human(out: &mut Out, opened: &Opened, found: &[Located], brief: bool) -> Result<(), Failure> {
    for of_file in found.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_file.first() else { continue };
        let path = opened.shown(&first.path);
        writeln!(out, "{BOLD}{path}{BOLD:#}{}", coverage_remark(opened, first))?;
        for located in of_file {
            // A hint is something to know in passing: one line is its measure.
            if brief || located.diagnostic.severity == Severity::Hint {
                one_line(out, located)?;
            } else {
                write!(out, "{}", report::snippet(opened, located, out.width))?;
            }
        }
        writeln!(out)?;
    }
    summary(out, opened, found)
}

fn coverage_remark(opened: &Opened, located: &Located) -> String {
    let Some(note) = &located.note else { return String::new() };
    let total = opened.vault.coverage(note).total;
    if total.questions == 0 {
        return String::new();
    }
    format!("  {DIM}{}/{} answered{DIM:#}", total.answered, total.questions)
}

fn one_line(out: &mut Out, located: &Located) -> Result<(), Failure> {
    let diagnostic = &located.diagnostic;
    let style = severity_style(diagnostic.severity);
    let name = severity_name(diagnostic.severity);
    let (start, _) = located.places();
    let title = located
        .note
        .as_ref()
        .map(|note| note.text.slice(diagnostic.range).lines().next().unwrap_or_default().to_owned())
        .unwrap_or_default();
    writeln!(
        out,
        "  {DIM}{:>5}:{:<3}{DIM:#} {style}{name}{style:#}[{}] {}{}",
        start.line + 1,
        start.column + 1,
        diagnostic.code,
        diagnostic.message,
        if title.is_empty() { String::new() } else { format!("  {DIM}{title}{DIM:#}") },
    )?;
    Ok(())
}

fn summary(out: &mut Out, opened: &Opened, found: &[Located]) -> Result<(), Failure> {
    let of =
        |severity: Severity| found.iter().filter(|located| located.diagnostic.severity == severity).count();
    let mut total = Coverage::default();
    let mut notes = 0;
    for note in opened.notes() {
        notes += 1;
        total += opened.vault.coverage(note).total;
    }
    let open = found
        .iter()
        .filter(|located| matches!(located.diagnostic.code, "unanswered-question" | "stub-answer"))
        .count();
    let mut parts = vec![counted(notes, "note", "notes")];
    for (severity, one, many) in
        [(Severity::Error, "error", "errors"), (Severity::Warning, "warning", "warnings")]
    {
        if of(severity) > 0 {
            let style = severity_style(severity);
            parts.push(format!("{style}{}{style:#}", counted(of(severity), one, many)));
        }
    }
    if open > 0 {
        parts.push(counted(open, "open question", "open questions"));
    }
    let other = of(Severity::Information).saturating_sub(open);
    if other > 0 {
        parts.push(counted(other, "remark", "remarks"));
    }
    if of(Severity::Hint) > 0 {
        parts.push(counted(of(Severity::Hint), "hint", "hints"));
    }
    if found.is_empty() {
        parts.push("nothing to complain about".to_owned());
    }
    writeln!(out, "{}", parts.join(" · "))?;
    if total.questions > 0 {
        let (answered, questions, percent) = (total.answered, total.questions, total.percent());
        writeln!(out, "{}  {answered}/{questions} answered, {percent} %", bar(total, 30))?;
    }
    Ok(())
}
