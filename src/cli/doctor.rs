//! `studymark doctor`: what there is to know when something is wrong, to paste into a report.
//!
//! Invariant: nothing private is told: of paths only what is below the roots, of settings no texts but those that name
//! files, of notes no text at all.

mod settings;

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use crate::cli::open::{Opened, open_as_set};
use crate::cli::output::{BOLD, ColorChoice, Out, counted};
use crate::cli::{EXIT_USAGE, Failure, Format, Paths};
use crate::features::diagnostics::why_unreadable;
use crate::loader;
use crate::loader::left_out::{LeftOut, left_out};
use crate::path::NotePath;
use crate::vault::coverage::Coverage;
use crate::vault::glossary::Glossary;
use crate::vault::{Root, Scope, Vault};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
#[command(
    after_help = "Nothing private is told: paths are relative to the root, and no text of a note is shown.\n\n\
                  Exit codes: 0 fine, 2 wrong use, a path that does not exist or cannot be read."
)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Serialize)]
struct Report {
    program: Program,
    roots: Vec<FoundRoot>,
    settings: settings::Settings,
    counts: Counts,
    left_out: NotRead,
    unreadable: Vec<NotReadable>,
    largest: Option<Largest>,
    milliseconds: Times,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory: Option<u64>,
}

#[derive(Serialize)]
struct Program {
    version: &'static str,
    build: &'static str,
    target: &'static str,
    os: &'static str,
    arch: &'static str,
    threads: usize,
}

#[derive(Serialize)]
struct FoundRoot {
    path: String,
    found: Found,
    marker: Option<&'static str>,
    settings: Option<String>,
}

/// How a root came to be one.
#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Found {
    /// It was named.
    Named,
    /// A note was named, and something marks a folder above it.
    Marked,
    /// A note was named, and nothing marks a folder above it.
    None,
}

#[derive(Serialize, Default)]
struct Counts {
    notes: usize,
    files: usize,
    folders: usize,
    bytes: usize,
    headings: usize,
    links: usize,
    questions: usize,
    answered: usize,
    terms: usize,
}

/// Notes that are left out, by the reason.
#[derive(Serialize)]
struct NotRead {
    ignored: usize,
    excluded: usize,
    hidden: usize,
    outside: usize,
    linked_folders: usize,
}

#[derive(Serialize)]
struct NotReadable {
    path: String,
    reason: String,
}

#[derive(Serialize)]
struct Largest {
    path: String,
    bytes: usize,
    lines: usize,
}

/// How long it took, in milliseconds.
#[derive(Serialize)]
struct Times {
    reading: f64,
    glossary: f64,
    judging: f64,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open_as_set(&arguments.paths)?;
    let report = report(&opened);
    let mut out = Out::new(color);
    match arguments.format {
        Format::Human => human(&mut out, &report)?,
        // Where the root stands is nobody's business.
        Format::Json => out.json(".", &report)?,
    }
    out.flush()?;
    let readable = !opened.named.iter().any(|path| opened.vault.is_unreadable(path));
    Ok(if readable { ExitCode::SUCCESS } else { ExitCode::from(EXIT_USAGE) })
}

fn report(opened: &Opened) -> Report {
    let vault = &opened.vault;
    let (glossary, glossary_took) = timed(|| Glossary::of(vault));
    let (coverage, judging_took) = timed(|| {
        vault.notes().fold(Coverage::default(), |mut sum, note| {
            sum += vault.coverage(note).total;
            sum
        })
    });
    let mut counts = Counts {
        notes: vault.len(),
        files: vault.files().count(),
        folders: folders(vault),
        questions: coverage.questions,
        answered: coverage.answered,
        terms: glossary.len(),
        ..Counts::default()
    };
    for note in vault.notes() {
        counts.bytes += note.text.len();
        counts.headings += note.headings.len();
        counts.links += note.links.len();
    }
    let mut not_read = LeftOut::default();
    for root in vault.roots().iter().filter(|root| root.scope == Scope::Folder) {
        not_read += left_out(vault, root);
    }
    let LeftOut { hidden, excluded, ignored, outside, linked_folders } = not_read;
    // Of equally large ones the first, so that the report is the same each time.
    let largest = vault.notes().min_by_key(|note| std::cmp::Reverse(note.text.len()));
    Report {
        program: Program {
            version: env!("CARGO_PKG_VERSION"),
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
            target: env!("STUDYMARK_TARGET"),
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        },
        roots: vault.roots().iter().map(|root| found(opened, root)).collect(),
        settings: settings::of(opened),
        counts,
        left_out: NotRead { ignored, excluded, hidden, outside, linked_folders },
        unreadable: vault
            .unreadable()
            .map(|(path, why)| NotReadable { path: shown(vault, path), reason: why_unreadable(why) })
            .collect(),
        largest: largest.map(|note| Largest {
            path: shown(vault, &note.path),
            bytes: note.text.len(),
            lines: note.text.as_str().lines().count(),
        }),
        milliseconds: Times {
            reading: milliseconds(opened.took),
            glossary: milliseconds(glossary_took),
            judging: milliseconds(judging_took),
        },
        peak_memory: peak_memory(),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed())
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

fn found(opened: &Opened, root: &Root) -> FoundRoot {
    let found = match root.scope {
        Scope::SingleNotes => Found::None,
        Scope::Folder if opened.named.contains(&root.path) => Found::Named,
        Scope::Folder => Found::Marked,
    };
    let nearest = opened
        .configs
        .iter()
        .filter(|file| root.path.is_in(&file.path.folder()))
        .max_by_key(|file| file.path.as_str().len());
    FoundRoot {
        path: shown(&opened.vault, &root.path),
        found,
        marker: loader::marker_of(&root.path),
        settings: nearest.map(|file| shown_from(&opened.vault, root, &file.path)),
    }
}

/// A path below its root; of several roots with the name of its own in front.
fn shown(vault: &Vault, path: &NotePath) -> String {
    match vault.root_of(path).or(vault.roots().first()) {
        Some(root) => shown_from(vault, root, path),
        None => path.file_name().to_owned(),
    }
}

fn shown_from(vault: &Vault, root: &Root, path: &NotePath) -> String {
    let rest = path.relative_from(&root.path);
    match (vault.roots().len() > 1, rest.as_str()) {
        (true, "") => root.path.file_name().to_owned(),
        (true, rest) => format!("{}/{rest}", root.path.file_name()),
        (false, "") => ".".to_owned(),
        (false, _) => rest,
    }
}

/// How many folders of the roots hold something that was read or listed.
fn folders(vault: &Vault) -> usize {
    let mut known: Vec<NotePath> =
        vault.roots().iter().flat_map(|root| vault.folders_under(&root.path)).collect();
    known.sort();
    known.dedup();
    known.iter().filter(|folder| vault.roots().iter().all(|root| root.path != **folder)).count()
}

/// The most memory that the process held at a time, in bytes, where the system tells.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system tells of processes in files that are no notes")]
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    // `VmHWM:	   12345 kB`
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(not(target_os = "linux"))]
fn peak_memory() -> Option<u64> {
    None
}

fn human(out: &mut Out, report: &Report) -> Result<(), Failure> {
    let Program { version, build, target, os, arch, threads } = &report.program;
    let threads = counted(*threads, "thread", "threads");
    writeln!(out, "{BOLD}studymark {version}{BOLD:#}, {build} build for {target} ({os}, {arch}, {threads})")?;
    writeln!(out, "\n{BOLD}Roots{BOLD:#}")?;
    for FoundRoot { path, found, marker, settings } in &report.roots {
        let marked = match (found, marker) {
            (Found::Named, Some(marker)) => format!("named, with {marker}"),
            (Found::Named, None) => "named, nothing marks it as a root".to_owned(),
            (Found::Marked, marker) => format!("found above a note by {}", marker.unwrap_or("its mark")),
            (Found::None, _) => "no root was found: notes alone and what they link to".to_owned(),
        };
        let settings = match settings {
            Some(file) => format!("settings in {file}"),
            None => "no settings file".to_owned(),
        };
        writeln!(out, "  {path}: {marked}; {settings}")?;
    }
    report.settings.human(out)?;
    writeln!(out, "\n{BOLD}Notes{BOLD:#}")?;
    let Counts { notes, files, folders, bytes, headings, links, questions, answered, terms } = &report.counts;
    writeln!(
        out,
        "  {}, {}, {}; {}",
        counted(*notes, "note", "notes"),
        counted(*files, "other file", "other files"),
        counted(*folders, "folder", "folders"),
        counted(*bytes, "byte of text", "bytes of text")
    )?;
    writeln!(
        out,
        "  {}, {}, {} ({answered} answered), {}",
        counted(*headings, "heading", "headings"),
        counted(*links, "link", "links"),
        counted(*questions, "question", "questions"),
        counted(*terms, "term", "terms")
    )?;
    if let Some(Largest { path, bytes, lines }) = &report.largest {
        let (bytes, lines) = (counted(*bytes, "byte", "bytes"), counted(*lines, "line", "lines"));
        writeln!(out, "  the largest: {path}, {bytes}, {lines}")?;
    }
    for NotReadable { path, reason } in &report.unreadable {
        writeln!(out, "  not read: {path}: {reason}")?;
    }
    let NotRead { ignored, excluded, hidden, outside, linked_folders } = report.left_out;
    for (count, why) in [
        (ignored, "by .gitignore or .ignore"),
        (excluded, "by files.exclude"),
        (hidden, "hidden"),
        (outside, "symbolic links out of the root"),
    ] {
        if count > 0 {
            writeln!(out, "  left out: {}, {why}", counted(count, "note", "notes"))?;
        }
    }
    if linked_folders > 0 {
        let links = counted(linked_folders, "symbolic link to a folder", "symbolic links to folders");
        writeln!(out, "  not followed: {links}")?;
    }
    writeln!(out, "\n{BOLD}Cost{BOLD:#}")?;
    let Times { reading, glossary, judging } = report.milliseconds;
    writeln!(out, "  reading {reading} ms, terms {glossary} ms, judging {judging} ms")?;
    if let Some(bytes) = report.peak_memory {
        writeln!(out, "  at most {} MB of memory", bytes.div_ceil(1024 * 1024))?;
    }
    Ok(())
}
