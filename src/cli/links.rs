//! `studymark links`: every link and where it leads.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, counted};
use crate::cli::{Failure, Format, Paths};
use crate::note::{Link, LinkKind, Note};
use crate::text::PositionEncoding;
use crate::vault::resolve::{Place, Resolution, Target};

/// Arguments of `links`.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How the links are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Only links of this status.
    #[arg(long, value_enum)]
    status: Option<Status>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// It leads somewhere.
    Ok,
    /// It leads nowhere.
    Missing,
    /// It may lead to several places.
    Ambiguous,
    /// It leads out of the notes.
    External,
    /// Nothing certain can be said.
    Skipped,
}

#[derive(Serialize)]
struct Links<'a> {
    links: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    kind: &'static str,
    target: &'a str,
    status: Status,
    to: Option<To>,
}

#[derive(Serialize)]
struct To {
    path: String,
    line: u32,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let mut links: Vec<Row<'_>> = opened
        .notes()
        .flat_map(|note| note.links.iter().map(|link| row(&opened, note, link)).collect::<Vec<_>>())
        .collect();
    links.retain(|link| arguments.status.is_none_or(|status| link.status == status));
    let mut out = Out::new(color);
    match arguments.format {
        Format::Human => human(&mut out, &links)?,
        Format::Json => out.json(opened.root.as_str(), &Links { links })?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn row<'a>(opened: &Opened, note: &'a Arc<Note>, link: &Link) -> Row<'a> {
    let place = note.text.line_col(link.range.start(), PositionEncoding::Utf32);
    let (status, to) = match opened.vault.resolve(note, link) {
        Resolution::Found(targets) => {
            let status = if targets.len() > 1 { Status::Ambiguous } else { Status::Ok };
            (status, targets.first().map(|target| to(opened, target)))
        }
        Resolution::Missing(_) => (Status::Missing, None),
        Resolution::External => (Status::External, None),
        Resolution::Skipped => (Status::Skipped, None),
    };
    Row {
        path: opened.shown(&note.path),
        line: place.line + 1,
        column: place.column + 1,
        kind: kind_name(link.kind),
        target: note.text.slice(link.target),
        status,
        to,
    }
}

fn to(opened: &Opened, target: &Target) -> To {
    let line = match (target.place, opened.vault.note(&target.path)) {
        (Place::Line(line), None) => Some(line),
        (Place::Note, _) | (_, None) => None,
        (_, Some(note)) => target.range_in(note).map(|range| note.text.line_of(range.start())),
    };
    let line = line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
    To { path: opened.shown(&target.path).to_owned(), line: line + 1 }
}

fn kind_name(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Inline => "inline",
        LinkKind::Image => "image",
        LinkKind::Reference => "reference",
        LinkKind::ImageReference => "image-reference",
        LinkKind::BrokenReference => "broken-reference",
        LinkKind::Autolink => "autolink",
        LinkKind::Wiki => "wiki",
        LinkKind::Embed => "embed",
        LinkKind::Footnote => "footnote",
        LinkKind::HtmlLink => "html-link",
        LinkKind::HtmlImage => "html-image",
    }
}

fn human(out: &mut Out, links: &[Row<'_>]) -> Result<(), Failure> {
    for of_note in links.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = of_note.first() else { continue };
        writeln!(out, "{BOLD}{}{BOLD:#}", first.path)?;
        for link in of_note {
            let (word, style) = shown_status(link.status);
            let to = match &link.to {
                Some(to) => format!("{DIM} → {}:{}{DIM:#}", to.path, to.line),
                None => String::new(),
            };
            let place = format!("{}:{}", link.line, link.column);
            writeln!(out, "  {DIM}{place:>8}{DIM:#} {style}{word:<9}{style:#} {}{to}", link.target)?;
        }
        writeln!(out)?;
    }
    let missing = links.iter().filter(|link| link.status == Status::Missing).count();
    writeln!(out, "{} · {missing} missing", counted(links.len(), "link", "links"))?;
    Ok(())
}

fn shown_status(status: Status) -> (&'static str, Style) {
    match status {
        Status::Ok => ("ok", AnsiColor::Green.on_default()),
        Status::Missing => ("missing", AnsiColor::Red.on_default().bold()),
        Status::Ambiguous => ("ambiguous", AnsiColor::Yellow.on_default()),
        Status::External => ("external", DIM),
        Status::Skipped => ("skipped", DIM),
    }
}
