//! Attributes of HTML that name something: `src`, `href`, and `id` for what is linked to and missing.
//!
//! Invariant: a value is written as an attribute, its quotes closed once.

use crate::features::completion::destinations::{Typed, complete_typed, with_fragment};
use crate::features::completion::{Item, Kind, List, Memo, Request};
use crate::fuzzy::Pattern;
use crate::note::destination::{Letters as Written, Style};
use crate::syntax::context::HtmlAttribute;
use crate::text::TextRange;
use crate::vault::resolve::{Missing, Resolution};

/// What can be typed as the value of an attribute.
pub(super) fn complete(request: &Request<'_>, attribute: &HtmlAttribute, memo: &mut Memo) -> List {
    match attribute.attribute.as_str() {
        "src" | "poster" => path(request, attribute, attribute.element != "iframe", memo),
        "href" => path(request, attribute, false, memo),
        "id" | "name" => ids(request, attribute),
        _ => List::default(),
    }
}

fn path(request: &Request<'_>, attribute: &HtmlAttribute, pictures: bool, memo: &mut Memo) -> List {
    let value = attribute.value;
    let typed = request.text(value.typed);
    // An address is none of ours.
    if typed.contains(':') {
        return List::default();
    }
    let (path, fragment) = match typed.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (typed, None),
    };
    let quote = quote(request, value.typed.start());
    let whole = with_fragment(request, value, quote.chars().next().unwrap_or('>'));
    let start = fragment.map_or(whole.start(), |fragment| value.typed.end() - fragment.len());
    complete_typed(
        request,
        &Typed {
            path,
            fragment,
            whole,
            range: TextRange::new(start, whole.end()),
            close: if value.closed { "" } else { quote },
            style: Style::Attribute(Written::of(typed)),
            pictures,
        },
        memo,
    )
}

/// The quote that a value began with.
fn quote(request: &Request<'_>, start: usize) -> &'static str {
    match request.note.text.as_str()[..start].chars().next_back() {
        Some('"') => "\"",
        Some('\'') => "'",
        _ => "",
    }
}

/// What links of the note name in it and do not find.
fn ids(request: &Request<'_>, attribute: &HtmlAttribute) -> List {
    let (vault, note) = (request.vault, request.note);
    let range = attribute.value.whole;
    let close = if attribute.value.closed { "" } else { quote(request, range.start()) };
    let pattern = Pattern::new(request.text(attribute.value.typed));
    let mut names: Vec<String> = vault
        .resolve_all(note)
        .filter_map(|(_, resolution)| match resolution {
            Resolution::Missing(Missing::Heading { note: owner, fragment, .. }) if owner == note.path => {
                Some(fragment)
            }
            _ => None,
        })
        .filter(|name| {
            !name.starts_with('^') && !name.contains(['"', '\'', ' ']) && pattern.fit_written(name).is_some()
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let items = names.into_iter().map(|name| Item {
        place: "linked to, and missing".to_owned(),
        edit: (range, format!("{name}{close}")),
        ..Item::word(name, Kind::Anchor, range)
    });
    List { items: items.collect(), ..List::default() }
}
