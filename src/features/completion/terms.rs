//! Prose: names that the notes define, after two characters.
//!
//! Invariant: a name replaces what was typed of it and no more; in a heading it is never a link, which would say that the
//! answer stands elsewhere.

use std::collections::HashSet;

use crate::config::TermForm;
use crate::features::completion::{About, Item, Kind, List, Request};
use crate::fold::{folded, is_han};
use crate::fuzzy::{Pattern, Way};
use crate::syntax::context::Word;
use crate::text::TextRange;
use crate::vault::glossary::{Defined, NameId, names_of};
use crate::vault::naming::{destination_of, wiki_name};
use crate::vault::resolve::Place;

/// Fewer characters find too much.
const LEAST_CHARS: usize = 2;
/// Fewer letters are rather a word than pinyin.
const LEAST_PINYIN: usize = 3;
/// The most names.
const MOST: usize = 20;
/// The longest stretch of text in which a name may have begun, in characters.
const MAX_TYPED: usize = 12;

/// Where a name is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In plain text.
    Prose,
    /// In a heading.
    Heading,
}

/// A name that may be meant.
struct Candidate {
    /// How much of the text before the cursor is its beginning, in characters.
    typed: usize,
    way: Way,
    rest: usize,
    id: NameId,
}

/// The names that the text before the cursor may be the beginning of.
pub(super) fn complete(request: &Request<'_>, word: Word, at: Where) -> List {
    let form = request.form().terms;
    // Nobody calls a language by its first letter here.
    let form = if at == Where::Heading && form != TermForm::Off { TermForm::Plain } else { form };
    let typed = request.text(word.word);
    let chars = typed.chars().count();
    let is_number = typed.chars().all(|c| c.is_numeric());
    if form == TermForm::Off || chars < LEAST_CHARS || is_number {
        return List::default();
    }
    let mut candidates = Vec::new();
    for (start, length) in beginnings(request, word) {
        let begun = folded(request.text(TextRange::new(start, word.word.end())));
        for id in request.glossary.beginning_with(&begun) {
            let rest = request.glossary.folded(id).len() - begun.len();
            candidates.push(Candidate { typed: length, way: Way::Start, rest, id });
        }
    }
    let pattern = Pattern::new(typed);
    if chars >= LEAST_PINYIN && pattern.folded().is_ascii() {
        let found = request.glossary.read_so(&pattern).into_iter();
        candidates.extend(found.map(|(id, fit)| {
            let rest = request.glossary.folded(id).len();
            Candidate { typed: chars, way: fit.way, rest, id }
        }));
    }
    // More of the text, then what is written as it was typed, then the shorter name.
    candidates.sort_by_key(|found| (std::cmp::Reverse(found.typed), found.way, found.rest, found.id));
    let mut seen = HashSet::new();
    let items = candidates.into_iter().filter_map(|found| item(request, word, form, &found, &mut seen));
    List { items: items.take(MOST).collect(), incomplete: true }
}

/// Where a name may have begun: at the start of the word, of all that is written without a space, and, in Chinese, at each
/// character from which on there are at least two. Each with its length in characters, the longest first.
fn beginnings(request: &Request<'_>, word: Word) -> Vec<(usize, usize)> {
    let run = request.text(word.run);
    let mut places: Vec<(usize, usize)> = Vec::new();
    let count = run.chars().count();
    for (number, (at, c)) in run.char_indices().enumerate() {
        let length = count - number;
        let start = word.run.start() + at;
        let begins = at == 0 || is_han(c) || start == word.word.start();
        if begins && (LEAST_CHARS..=MAX_TYPED).contains(&length) {
            places.push((start, length));
        }
    }
    places
}

fn item(
    request: &Request<'_>,
    word: Word,
    form: TermForm,
    found: &Candidate,
    seen: &mut HashSet<(crate::path::NotePath, TextRange, String)>,
) -> Option<Item> {
    let (vault, note) = (request.vault, request.note);
    let section = note.section_at(word.word.start());
    let name = request.glossary.folded(found.id);
    let places = request.glossary.definitions(vault, found.id, &note.path, section);
    let best = places.first()?;
    let written = names_of(best.definition).find(|written| folded(written) == name)?;
    // What is just being typed is no name yet, and a name that stands there whole needs no proposal.
    let typed = word.word.end();
    if best.note.path == note.path && best.definition.name_range.touches(typed) {
        return None;
    }
    let length: usize = request.text(word.run).chars().rev().take(found.typed).map(char::len_utf8).sum();
    let range = TextRange::new(typed - length, typed);
    let text = match form {
        TermForm::Plain | TermForm::Off => written.to_owned(),
        TermForm::Link => format!("[{written}]({})", destination_of(vault, note, &best.target())?),
        TermForm::Wiki => {
            let name = wiki_name(vault, note, &best.target(), request.form().wiki_names)?;
            if name == written { format!("[[{name}]]") } else { format!("[[{name}|{written}]]") }
        }
    };
    if text == request.text(range)
        || !seen.insert((best.note.path.clone(), best.definition.name_range, written.to_owned()))
    {
        return None;
    }
    Some(Item {
        place: place_of(best),
        edit: (range, text),
        about: About::Name(name.to_owned()),
        ..Item::word(written, Kind::Term, range)
    })
}

fn place_of(defined: &Defined<'_>) -> String {
    let stem = defined.note.path.stem();
    let heading = match defined.target().place {
        Place::Heading(heading) => defined.note.headings.get(heading),
        _ => None,
    };
    match heading {
        Some(heading) if !heading.title().is_empty() && *heading.title() != *defined.definition.name => {
            format!("{stem} › {}", heading.title())
        }
        _ => stem.to_owned(),
    }
}
