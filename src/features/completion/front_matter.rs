//! The settings at the start of a note: their keys, and values of those that are known.
//!
//! Invariant: a key that the note has already is not proposed again.

use crate::features::completion::{About, Item, Kind, List, Request, tags};
use crate::fold::folded;
use crate::fuzzy::Pattern;
use crate::syntax::context::Part;
use crate::text::TextRange;
use crate::vault::glossary::names_of;

/// The keys that mean something to studymark, and what.
const KEYS: &[(&str, &str)] = &[
    ("title", "The note's name: wiki links find it by it."),
    ("aliases", "Further names of the note: a list."),
    ("tags", "Tags, without #: a list."),
    ("questions", "`list` makes items of lists ask that end with a question mark."),
    ("studymark", "`off` silences the note."),
];

/// Keys: `ti`.
pub(super) fn keys(request: &Request<'_>, part: Part) -> List {
    let note = request.note;
    let head = &note.text.as_str()[..part.typed.start()];
    let toml = head.starts_with('+');
    let behind = &note.text.as_str()[part.whole.end()..];
    let lines = head
        .lines()
        .chain(behind.lines().take_while(|line| !matches!(line.trim_end(), "---" | "+++")).skip(1));
    let present: Vec<&str> =
        lines.filter_map(|line| line.split_once([':', '=']).map(|(key, _)| key.trim())).collect();
    let fits = pattern(request.text(part.typed));
    let separator = match part.closed {
        true => "",
        false if toml => " = ",
        false => ": ",
    };
    let items = KEYS.iter().filter(|(key, _)| !present.contains(key) && fits(key)).map(|(key, about)| Item {
        edit: (part.whole, format!("{key}{separator}")),
        about: About::Text((*about).to_owned()),
        place: (*about).to_owned(),
        ..Item::word(*key, Kind::Word, part.whole)
    });
    List { items: items.collect(), incomplete: false }
}

/// Values: tags, the names of what the note is about, switches.
pub(super) fn values(request: &Request<'_>, key: &str, part: Part) -> List {
    let typed = request.text(part.typed);
    let items = match key {
        "tags" | "tag" => tags::items(request, typed, part.whole, part.typed),
        "aliases" | "alias" => aliases(request, typed, part.whole),
        "questions" => words(&["list"], typed, part.whole),
        "studymark" => words(&["off"], typed, part.whole),
        "title" => words(&[request.note.path.stem()], typed, part.whole),
        _ => Vec::new(),
    };
    List { items, incomplete: false }
}

fn words(words: &[&str], typed: &str, range: TextRange) -> Vec<Item> {
    let fits = pattern(typed);
    words.iter().filter(|word| fits(word)).map(|word| Item::word(*word, Kind::Word, range)).collect()
}

/// What the note's first heading is called, and other names that its definitions give.
fn aliases(request: &Request<'_>, typed: &str, range: TextRange) -> Vec<Item> {
    let note = request.note;
    let fits = pattern(typed);
    let front = note.front_matter.as_ref();
    let own: Vec<String> = front
        .iter()
        .flat_map(|front| front.title.iter().chain(&front.aliases))
        .map(|name| folded(name))
        .chain([folded(note.path.stem())])
        .collect();
    let first = note.headings.first().map(|heading| heading.title().to_string());
    let others = note.terms().iter().flat_map(|defined| names_of(defined).skip(1).map(str::to_owned));
    let mut names: Vec<String> = Vec::new();
    for name in first.into_iter().chain(others) {
        // A list in one line ends a name at these.
        let plain = !name.is_empty() && !name.contains([',', '[', ']', ':', '#', '"', '\'']);
        if plain && fits(&name) && !own.contains(&folded(&name)) && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| Item::word(name, Kind::Word, range)).collect()
}

fn pattern(typed: &str) -> impl Fn(&str) -> bool {
    let pattern = Pattern::new(typed);
    move |name| pattern.fit_written(name).is_some()
}
