//! `studymark terms`: the glossary that the notes make up.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::cli::open::{Opened, open};
use crate::cli::output::{BOLD, ColorChoice, DIM, Out, counted, fitted};
use crate::cli::{Failure, Format, Paths};
use crate::fold::folded;
use crate::note::terms::Pattern;
use crate::text::PositionEncoding;
use crate::vault::glossary::{Defined, Glossary, NameId};

/// Arguments of `terms`.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// How the terms are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Leave out the headings and notes that are only names of topics.
    #[arg(long)]
    defined: bool,
}

#[derive(Serialize)]
struct Terms {
    terms: Vec<Term>,
}

#[derive(Serialize)]
struct Term {
    name: String,
    aliases: Vec<String>,
    definitions: Vec<Definition>,
    mentions: usize,
}

#[derive(Serialize)]
struct Definition {
    path: String,
    line: u32,
    text: String,
    pattern: &'static str,
}

/// The most characters of a definition that are given.
const MOST_TEXT: usize = 400;

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let opened = open(&arguments.paths)?;
    let mut out = Out::new(color);
    let terms = terms(&opened, arguments.defined);
    match arguments.format {
        Format::Human => human(&mut out, &terms)?,
        Format::Json => out.json(opened.root.as_str(), &Terms { terms })?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn terms(opened: &Opened, defined_only: bool) -> Vec<Term> {
    let glossary = Glossary::of(&opened.vault);
    let mut spoken_of: HashMap<NameId, usize> = HashMap::new();
    for note in opened.notes() {
        for mention in opened.vault.mentions(&glossary, note).iter() {
            *spoken_of.entry(mention.name).or_default() += 1;
        }
    }
    let mut terms = Vec::new();
    for id in glossary.ids() {
        let own = glossary.folded(id);
        let found = glossary.definitions(&opened.vault, id, &opened.root, None);
        let named: Vec<&Defined<'_>> = found
            .iter()
            .filter(|defined| opened.is_named(&defined.note.path))
            .filter(|defined| {
                !defined_only || !matches!(defined.definition.pattern, Pattern::Topic | Pattern::Note)
            })
            .collect();
        // A name that is only given beside others is listed with them.
        let Some(best) = named.iter().find(|defined| folded(&defined.definition.name) == own) else {
            continue;
        };
        let mut aliases: BTreeMap<String, &str> = BTreeMap::new();
        for alias in named.iter().flat_map(|defined| glossary.names(defined).into_iter().skip(1)) {
            aliases.entry(folded(alias)).or_insert(alias);
        }
        aliases.remove(own);
        let names = glossary.synonyms(&opened.vault, id, &opened.root, None);
        let mentions = names.iter().filter_map(|name| spoken_of.get(name)).sum();
        terms.push(Term {
            name: best.definition.name.to_string(),
            aliases: aliases.into_values().map(str::to_owned).collect(),
            definitions: named.iter().map(|defined| definition(opened, defined)).collect(),
            mentions,
        });
    }
    terms
}

fn definition(opened: &Opened, defined: &Defined<'_>) -> Definition {
    let Defined { note, definition } = defined;
    let text = note.text.slice(definition.range);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let cut = text.char_indices().nth(MOST_TEXT).map_or(text.len(), |(at, _)| at);
    Definition {
        path: opened.shown(&note.path).to_owned(),
        line: note.text.line_col(definition.name_range.start(), PositionEncoding::Utf32).line + 1,
        text: text[..cut].to_owned(),
        pattern: definition.pattern.name(),
    }
}

fn human(out: &mut Out, terms: &[Term]) -> Result<(), Failure> {
    for term in terms {
        let aliases =
            if term.aliases.is_empty() { String::new() } else { format!(" ({})", term.aliases.join(", ")) };
        let times = counted(term.mentions, "mention", "mentions");
        writeln!(out, "{BOLD}{}{BOLD:#}{aliases} {DIM}· {times}{DIM:#}", term.name)?;
        for definition in &term.definitions {
            let place = format!("{}:{}", definition.path, definition.line);
            let text = fitted(&definition.text, out.width.saturating_sub(place.len() + 4).max(24));
            writeln!(out, "  {text} {DIM}{place}{DIM:#}")?;
        }
    }
    writeln!(out, "{}", counted(terms.len(), "term", "terms"))?;
    Ok(())
}
