//! `studymark export`: questions and answers for other programs, and a page that tells how far one is.
//!
//! Invariant: the same notes give the same bytes, and no note is ever written over.

mod page;
mod tables;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::open::{Opened, absolute, open};
use crate::cli::output::{ColorChoice, Out, counted, write_json};
use crate::cli::questions::Wanted;
use crate::cli::target::{refuse_notes, write_file};
use crate::cli::{Failure, Paths};
use crate::features::cards::{Card, cards};
use crate::loader;
use crate::path::NotePath;
use crate::text::PositionEncoding;

/// Arguments of `export`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  studymark export anki -o cards.txt           for File > Import in Anki; do it again to bring the cards up to date
  studymark export csv --state all 操作系统.md   every question of a note as a table
  studymark export markdown -o PROGRESS.md     figures and open questions with links")]
pub struct Arguments {
    /// What is written.
    #[arg(value_enum)]
    kind: Kind,
    #[command(flatten)]
    paths: Paths,
    /// The file that is written; standard output otherwise. Never over a note.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Which questions become cards.
    #[arg(long, value_enum, default_value_t = Wanted::Answered)]
    state: Wanted,
    /// The deck that holds all others; the name of the folder otherwise.
    #[arg(long, value_name = "NAME")]
    deck: Option<String>,
    /// The note type in Anki, which needs two fields: question and answer.
    #[arg(long, value_name = "NAME", default_value = "Basic")]
    note_type: String,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A text file for Anki.
    Anki,
    /// A table with commas (RFC 4180).
    Csv,
    /// One JSON document.
    Json,
    /// A page of figures and open questions.
    Markdown,
}

/// A card as tools read it.
#[derive(Serialize)]
struct Row<'a> {
    guid: &'a str,
    path: &'a str,
    line: u32,
    title: &'a str,
    chapter: Option<&'a str>,
    deck: String,
    tags: &'a [String],
    state: &'static str,
    front: &'a str,
    back: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Cards<'a> {
    cards: Vec<Row<'a>>,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`]; a note is never written over.
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let target = arguments.output.as_deref().map(absolute).transpose()?;
    if let (Some(target), Some(written)) = (&target, &arguments.output) {
        // A page that was made by this verb may be made anew.
        refuse_notes(target, written, &|text| text.starts_with(page::HEAD))?;
    }
    let opened = open(&arguments.paths)?;
    let mut bytes = Vec::new();
    let written = if arguments.kind == Kind::Markdown {
        bytes.extend_from_slice(page::page(&opened, target.as_ref()).as_bytes());
        "the page".to_owned()
    } else {
        let base = base(&opened);
        let cards = all_cards(&opened, &base, arguments.state);
        let top = arguments.deck.as_deref().unwrap_or(base.file_name());
        let rows: Vec<Row<'_>> = cards.iter().filter_map(|card| row(&opened, card, top)).collect();
        match arguments.kind {
            Kind::Anki => tables::anki(&mut bytes, &rows, &arguments.note_type)?,
            Kind::Csv => tables::csv(&mut bytes, &rows)?,
            _ => write_json(&mut bytes, opened.root.as_str(), &Cards { cards: rows })?,
        }
        counted(cards.len(), "card", "cards")
    };
    match &arguments.output {
        None => {
            // As it is: what looks like colour in a note is the note's own.
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&bytes)?;
            stdout.flush()?;
        }
        Some(path) => {
            write_file(path, &bytes)?;
            let mut out = Out::new(color);
            writeln!(out, "wrote {written} to {}", path.display())?;
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn all_cards(opened: &Opened, base: &NotePath, wanted: Wanted) -> Vec<Card> {
    let of_note = |note| cards(&opened.vault, note, base, &|state| wanted.takes(state));
    opened.notes().flat_map(of_note).collect()
}

/// The top of the collection of notes, so that a card has the same id whichever of its folders is exported.
fn base(opened: &Opened) -> NotePath {
    loader::discover_root(&opened.root.to_disk())
        .and_then(|root| NotePath::from_disk(&root))
        .unwrap_or_else(|| opened.root.clone())
}

/// A card under the deck `top`.
fn row<'a>(opened: &'a Opened, card: &'a Card, top: &str) -> Option<Row<'a>> {
    let note = opened.vault.note(&card.path)?;
    let mut deck = one_line(top);
    for part in card.deck.iter().map(|part| one_line(part)).filter(|part| !part.is_empty()) {
        if !deck.is_empty() {
            deck.push_str("::");
        }
        // Two colons in a title would begin another part.
        deck.push_str(&part.replace("::", ":"));
    }
    Some(Row {
        guid: &card.guid,
        path: opened.shown(&card.path),
        line: note.text.line_col(card.range.start(), PositionEncoding::Utf32).line + 1,
        title: &card.title,
        chapter: card.chapter.as_deref(),
        deck,
        tags: &card.tags,
        state: card.state.name(),
        front: &card.front,
        back: &card.back,
        markdown: &card.markdown,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
