//! `#`: the tags of all notes, those that are used most first.
//!
//! Invariant: a tag is proposed as most notes write it.

use std::collections::HashMap;

use crate::features::completion::{Item, Kind, LIMIT, List, Request};
use crate::fuzzy::{Fit, Pattern};
use crate::syntax::context::Part;
use crate::text::TextRange;

/// The tags that fit what was typed.
pub(super) fn complete(request: &Request<'_>, part: Part) -> List {
    let items = items(request, request.text(part.typed), part.whole, part.typed);
    let incomplete = items.len() >= LIMIT;
    List { items, incomplete }
}

/// The tags that fit as items that replace `range`; the one that is being typed at `own` is none of them.
pub(super) fn items(request: &Request<'_>, typed: &str, range: TextRange, own: TextRange) -> Vec<Item> {
    let mut used: HashMap<&str, usize> = HashMap::new();
    for note in request.vault.notes() {
        if note.path != request.note.path {
            note.tag_names().for_each(|tag| *used.entry(tag).or_default() += 1);
            continue;
        }
        let in_front = note.front_matter.iter().flat_map(|front| front.tags.iter().map(|tag| &**tag));
        let in_front_matter = note.front_matter.as_ref().is_some_and(|front| front.range.touches(own.end()));
        let mut half = in_front_matter.then_some(typed);
        let in_front = in_front.filter(|tag| half.take_if(|half| half == tag).is_none());
        let in_prose = note.tags.iter().filter(|tag| !tag.touches(own.end()));
        let in_prose = in_prose.map(|tag| note.text.slice(*tag).trim_start_matches('#'));
        in_front.chain(in_prose).for_each(|tag| *used.entry(tag).or_default() += 1);
    }
    let pattern = Pattern::new(typed);
    let mut fitting: Vec<(Fit, usize, &str)> =
        used.into_iter().filter_map(|(tag, uses)| Some((pattern.fit_written(tag)?, uses, tag))).collect();
    fitting.sort_by(|(a, a_uses, a_tag), (b, b_uses, b_tag)| {
        (a.way, b_uses, a.rest, a_tag).cmp(&(b.way, a_uses, b.rest, b_tag))
    });
    let item = |(_, uses, tag): (Fit, usize, &str)| Item {
        place: if uses == 1 { "once".to_owned() } else { format!("{uses} times") },
        ..Item::word(tag, Kind::Tag, range)
    };
    fitting.into_iter().take(LIMIT).map(item).collect()
}
