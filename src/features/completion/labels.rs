//! `[text][`, `[` and `[^`: labels of definitions and footnotes, and new ones.
//!
//! Invariant: a label that is new comes with its definition, at the end of the note.

use crate::features::completion::{About, Item, Kind, LIMIT, List, Memo, Request};
use crate::fold::folded;
use crate::fuzzy::{Fit, Pattern};
use crate::note::lines::at_end;
use crate::syntax::context::Part;
use crate::text::TextRange;
use crate::vault::naming::destination_of;
use crate::vault::resolve::{Place, Resolution, Target};
use crate::vault::seek::Sort;

/// Labels of link definitions; with the setting for it, notes and headings that become definitions.
pub(super) fn references(request: &Request<'_>, part: Part, shortcut: bool, memo: &mut Memo) -> List {
    let (vault, note) = (request.vault, request.note);
    let (range, close) = request.closed(part, "]");
    let typed = request.text(part.typed);
    let labels = note.definitions.iter().enumerate().map(|(index, definition)| {
        (index, note.text.slice(definition.label), note.text.slice(definition.target))
    });
    let mut items = fitting(typed, labels, |index, label, leads_to| {
        let Some(definition) = note.definitions.get(index) else {
            return Item::word(label, Kind::Label, range);
        };
        let about = match vault.resolve_definition(note, definition) {
            Resolution::Found(targets) => targets.into_iter().next().map_or(About::Nothing, About::Place),
            _ => About::Text(leads_to.to_owned()),
        };
        Item {
            place: leads_to.to_owned(),
            edit: (range, format!("{label}{close}")),
            about,
            ..Item::word(label, Kind::Label, range)
        }
    });
    // Of several with one label the first counts.
    items.dedup_by(|later, first| folded(&later.label) == folded(&first.label));
    let mut list = List { items, incomplete: false };
    // `[` alone may become anything: nothing is proposed for it that was not begun.
    if request.form().definitions && (!shortcut || typed.chars().count() >= 2) {
        let known: Vec<String> =
            note.definitions.iter().map(|definition| folded(note.text.slice(definition.label))).collect();
        let found = request.seek(typed, Sort::All, memo);
        let mut added = request.topics(&found, range, memo, |topic| {
            let label = label_of(&topic.label, &known)?;
            Some(format!("{label}{close}"))
        });
        added.items.retain_mut(|item| {
            let About::Place(target) = &item.about else { return false };
            let Some(destination) = destination_of(vault, note, target) else { return false };
            let label = item.edit.1.strip_suffix(close).unwrap_or(&item.edit.1);
            item.more.push(at_end(note, &format!("[{label}]: {destination}")));
            true
        });
        list.items.extend(added.items);
        list.items.truncate(LIMIT);
        list.incomplete = added.incomplete;
    }
    list
}

/// A label that no definition has.
fn label_of(title: &str, known: &[String]) -> Option<String> {
    let label: String = title.replace(['[', ']', '\\'], "").trim().to_owned();
    let free = !label.is_empty() && !label.starts_with('^') && !known.contains(&folded(&label));
    free.then_some(label)
}

/// Names of footnotes, and a new one with its text at the end.
pub(super) fn footnotes(request: &Request<'_>, part: Part) -> List {
    let note = request.note;
    let (range, close) = request.closed(part, "]");
    let typed = request.text(part.typed);
    let names = note.footnotes.iter().enumerate().map(|(index, footnote)| {
        let text = note.text.slice(TextRange::new(footnote.name.end(), footnote.range.end()));
        let text = text.trim_start_matches("]:").trim().lines().next().unwrap_or_default();
        (index, note.text.slice(footnote.name), text)
    });
    let mut items = fitting(typed, names, |index, name, text| Item {
        place: text.chars().take(60).collect(),
        edit: (range, format!("{name}{close}")),
        about: About::Place(Target { path: note.path.clone(), place: Place::Footnote(index) }),
        ..Item::word(name, Kind::Label, range)
    });
    let name = match typed.trim() {
        "" => next_number(request).to_string(),
        typed => typed.to_owned(),
    };
    if note.footnote(&name).is_none()
        && !name.contains(char::is_whitespace)
        && !name.contains(['[', ']', '^'])
    {
        items.push(Item {
            place: "new footnote".to_owned(),
            edit: (range, format!("{name}{close}")),
            more: vec![at_end(note, &format!("[^{name}]: "))],
            ..Item::word(name, Kind::New, range)
        });
    }
    List { items, incomplete: false }
}

/// The number after the highest that a footnote or a mark has.
fn next_number(request: &Request<'_>) -> u32 {
    let note = request.note;
    let marks = note.links.iter().filter(|link| link.kind == crate::note::LinkKind::Footnote);
    let names = note.footnotes.iter().map(|footnote| footnote.name).chain(marks.map(|mark| mark.target));
    names
        .filter_map(|name| note.text.slice(name).parse::<u32>().ok())
        .max()
        .unwrap_or_default()
        .saturating_add(1)
}

/// The items for the names that fit, the best first, of equals in the order of the note.
fn fitting<'a>(
    typed: &str,
    names: impl Iterator<Item = (usize, &'a str, &'a str)>,
    item: impl Fn(usize, &'a str, &'a str) -> Item,
) -> Vec<Item> {
    let pattern = Pattern::new(typed);
    let mut fitting: Vec<(Fit, usize, &str, &str)> = names
        .filter_map(|(index, name, about)| Some((pattern.fit_written(name)?, index, name, about)))
        .collect();
    if !pattern.is_empty() {
        fitting.sort_by_key(|(fit, index, ..)| (*fit, *index));
    }
    fitting.into_iter().take(LIMIT).map(|(_, index, name, about)| item(index, name, about)).collect()
}
