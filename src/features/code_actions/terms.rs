//! Names in prose: linked to what they mean, or given a meaning.
//!
//! Invariant: a link shows the text that stood there. No name in a heading is linked: a link in a heading is an answer
//! that stands elsewhere.

use crate::features::code_actions::{Action, Context, Kind, edit_of, line_ending};
use crate::note::Note;
use crate::note::terms::names::{is_name, trimmed};
use crate::text::TextRange;
use crate::vault::glossary::Defined;
use crate::vault::mentions::Mention;
use crate::vault::naming::destination_of;

/// The actions for the name or the selected words at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    if context.range.is_empty() {
        link(context, actions);
    } else {
        define(context, actions);
    }
}

fn link<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let (vault, note, glossary) = (context.vault, context.note, context.glossary);
    let Some(here) = vault.name_at(glossary, note, context.range.start()) else { return };
    let section = note.section_at(here.range.start());
    let definitions = glossary.definitions(vault, here.name, &note.path, section);
    let Some(best) = definitions.first() else { return };
    let Some(destination) = destination_of(vault, note, &best.target()) else { return };
    let names = glossary.synonyms(vault, here.name, &note.path, section);
    let can_be_linked = |mention: &Mention| {
        let in_heading = note.headings.iter().any(|heading| heading.range.contains_range(mention.range));
        !in_heading && !is_own_place(note, best, mention)
    };
    let mentions = vault.mentions(glossary, note);
    let all: Vec<TextRange> = mentions
        .iter()
        .filter(|mention| names.contains(&mention.name) && can_be_linked(mention))
        .map(|mention| mention.range)
        .collect();
    if !all.contains(&here.range) {
        return;
    }
    let linked = move |range: TextRange| (range, format!("[{}]({destination})", note.text.slice(range)));
    let name = &best.definition.name;
    let mut offer = |title: String, ranges: Vec<TextRange>| {
        let linked = linked.clone();
        actions.push(Action {
            title,
            kind: Kind::Rewrite,
            preferred: false,
            mends: None,
            edit: Box::new(move || edit_of(note, ranges.iter().map(|range| linked(*range)))),
        });
    };
    offer(format!("Link {} to what it means", note.text.slice(here.range)), vec![here.range]);
    if all.len() > 1 {
        offer(format!("Link all {} mentions of {name} in this note", all.len()), all);
    }
}

/// Whether a mention stands in the very section that a link from it would lead to.
fn is_own_place(note: &Note, best: &Defined<'_>, mention: &Mention) -> bool {
    let section = best.definition.section.map(|section| section as usize);
    best.note.path == note.path && note.section_at(mention.range.start()) == section
}

/// The selected words and where they stand, when they stand in prose, could be a name, and are none yet.
pub(super) fn new_name<'a>(context: &Context<'a>) -> Option<(TextRange, &'a str)> {
    let note = context.note;
    let selected = note.text.slice(context.range);
    let name = trimmed(selected).1;
    let in_prose = note.subject_at(context.range.start()).is_none()
        && !note.masks.iter().any(|mask| mask.range.contains(context.range.start()));
    if !in_prose || !is_name(name) || selected.trim() != name || context.glossary.id(name).is_some() {
        return None;
    }
    let lead = selected.find(name)?;
    let start = context.range.start() + lead;
    Some((TextRange::new(start, start + name.len()), name))
}

/// A section or a note for the selected words.
fn define<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let (vault, note) = (context.vault, context.note);
    let Some((at, name)) = new_name(context) else { return };
    let name = name.to_owned();
    let of_section = name.clone();
    actions.push(Action {
        title: format!("Define {name} in a section of its own"),
        kind: Kind::Extract,
        preferred: false,
        mends: None,
        edit: Box::new(move || {
            let ending = line_ending(note);
            let text = note.text.as_str();
            let apart = ending.repeat(if text.ends_with('\n') { 1 } else { 2 });
            let marks = "#".repeat(note.headings.last().map_or(1, |heading| heading.level.into()));
            edit_of(note, [(TextRange::empty(text.len()), format!("{apart}{marks} {of_section}{ending}"))])
        }),
    });
    let path = note.path.folder().join(&format!("{name}.md"));
    if name.contains(['/', '\\', ':']) || vault.note(&path).is_some() || vault.has_file(&path) {
        return;
    }
    actions.push(Action {
        title: format!("Define {name} in a note of its own"),
        kind: Kind::Extract,
        preferred: false,
        mends: None,
        edit: Box::new(move || {
            let ending = line_ending(note);
            let to = path.relative_from(&note.path.folder()).replace(' ', "%20");
            let mut edit = edit_of(note, [(at, format!("[{name}]({to})"))]);
            edit.created.insert(path.clone(), format!("# {name}{ending}"));
            edit
        }),
    });
}
