//! Selected words made another name of what the notes around them are about.
//!
//! Invariant: offered only when the notes would know the name afterwards, which is tried; names that stood there before
//! stay, and links to a heading that changes are kept alive.

use std::sync::Arc;

use crate::edit::{WorkspaceEdit, apply};
use crate::features::code_actions::{Action, Context, Kind, edit_of, line_ending, terms};
use crate::fold::folded;
use crate::note::Note;
use crate::note::terms::{Definition, Pattern};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::names_of;
use crate::vault::retitle::reworded;

/// The actions for the selected words.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let Some((_, alias)) = terms::new_name(context) else { return };
    let (vault, note) = (context.vault, context.note);
    let mut offer = |title: String, edit: WorkspaceEdit| {
        let edit = Box::new(move || edit.clone());
        actions.push(Action { title, kind: Kind::Rewrite, preferred: false, mends: None, edit });
    };
    if let Some((name, edit)) = of_term(vault, note, context.range, alias) {
        offer(format!("Make {alias} another name of {name}"), edit);
    }
    if let Some(edit) = of_note(note, alias) {
        let title = match note.front_matter.as_ref().and_then(|front| front.title.as_deref()) {
            Some(title) => format!("Make {alias} another name of this note ({title})"),
            None => format!("Make {alias} another name of this note"),
        };
        offer(title, edit);
    }
}

/// The term that the paragraph or section around `range` defines, and what gives it the name: `X（alias）`.
fn of_term(
    vault: &Vault,
    note: &Arc<Note>,
    range: TextRange,
    alias: &str,
) -> Option<(String, WorkspaceEdit)> {
    let section = note.section_at(range.start()).and_then(|section| u32::try_from(section).ok());
    let of_section = note.terms().iter().filter(|defined| {
        defined.section == section && section.is_some() && defined.pattern != Pattern::Note
    });
    // What is said where the words stand comes first, then what the heading asks for.
    let around = |defined: &Definition| defined.range.contains_range(range);
    let defined = of_section.clone().find(|defined| around(defined)).or_else(|| of_section.clone().next())?;
    let edit = with_brackets(vault, note, defined, alias)?;
    knows(&after(note, &edit)?, &defined.name, alias).then(|| (defined.name.to_string(), edit))
}

/// `（alias）` behind the name, or `，alias` at the end of the brackets that stand there.
fn with_brackets(
    vault: &Vault,
    note: &Arc<Note>,
    defined: &Definition,
    alias: &str,
) -> Option<WorkspaceEdit> {
    let text = note.text.as_str();
    let line = note.text.line_range(note.text.line_of(defined.name_range.start()));
    let rest = &text[defined.name_range.end()..line.end()];
    // The marks of `**X**` and `` `X` `` belong to the name.
    let marks = rest.len() - rest.trim_start_matches(['*', '`', '_']).len();
    let behind = &rest[marks..];
    let spaced = behind.trim_start_matches(' ');
    let (offset, inserted) = match spaced.chars().next() {
        Some('（' | '(') => {
            let close = behind.find(['）', ')'])?;
            let comma = if spaced.starts_with('（') { "，" } else { ", " };
            (marks + close, format!("{comma}{alias}"))
        }
        _ => (marks, format!("（{alias}）")),
    };
    let at = TextRange::empty(defined.name_range.end() + offset);
    reworded(vault, edit_of(note, [(at, inserted)])).ok()
}

/// Whether a note gives both names to one thing, and nothing else the second one.
fn knows(note: &Note, name: &str, alias: &str) -> bool {
    let (name, alias) = (folded(name), folded(alias));
    note.terms().iter().any(|defined| {
        let names: Vec<String> = names_of(defined).map(folded).collect();
        names.contains(&name) && names.contains(&alias)
    })
}

fn after(note: &Note, edit: &WorkspaceEdit) -> Option<Note> {
    let edits = edit.edited.get(&note.path)?;
    Some(Note::read(note.path.clone(), apply(note.text.as_str(), edits)))
}

/// The name among the `aliases` in the front matter, in the form in which they are written there.
fn of_note(note: &Note, alias: &str) -> Option<WorkspaceEdit> {
    let known = note.front_matter.as_ref().map_or(&[][..], |front| &front.aliases);
    let ways = [alias.to_owned(), format!("\"{alias}\"")];
    let edits = ways.iter().filter_map(|written| {
        let (at, text) = match &note.front_matter {
            Some(front) => in_front_matter(note, front.range, written)?,
            None => {
                let ending = line_ending(note);
                let text = format!("---{ending}aliases: [{written}]{ending}---{ending}{ending}");
                (TextRange::empty(0), text)
            }
        };
        Some(edit_of(note, [(at, text)]))
    });
    edits.into_iter().find(|edit| {
        let Some(after) = after(note, edit) else { return false };
        let Some(front) = &after.front_matter else { return false };
        let mut expected: Vec<&str> = known.iter().map(|known| &**known).collect();
        expected.push(alias);
        let same_title = note.front_matter.as_ref().is_none_or(|before| before.title == front.title);
        let read: Vec<&str> = front.aliases.iter().map(|alias| &**alias).collect();
        same_title
            && read == expected
            && after.terms().iter().any(|defined| names_of(defined).any(|name| name == alias))
    })
}

/// What is put where among the front matter's keys: at the end of the aliases, or with a key of its own.
fn in_front_matter(note: &Note, front: TextRange, alias: &str) -> Option<(TextRange, String)> {
    let (first, last) = (note.text.line_of(front.start()), note.text.line_of(front.end().saturating_sub(1)));
    let line = |line: usize| (note.text.line_range(line), note.text.slice(note.text.line_range(line)));
    let ending = line_ending(note);
    if !line(first).1.starts_with("---") {
        return None;
    }
    let key = (first + 1..last)
        .find(|at| line(*at).1.split_once(':').is_some_and(|(key, _)| matches!(key, "alias" | "aliases")));
    let fence = (first + 1..=last).rev().find(|at| line(*at).1.trim_end().len() == 3)?;
    let Some(key) = key else {
        let at = line(fence).0.start();
        return Some((TextRange::empty(at), format!("aliases: [{alias}]{ending}")));
    };
    let (range, text) = line(key);
    let colon = text.find(':')? + 1;
    let value = text[colon..].trim();
    if let Some(inner) = value.strip_suffix(']') {
        let comma = if inner.trim_end().ends_with('[') { "" } else { ", " };
        let at = range.start() + text.trim_end().len() - 1;
        return Some((TextRange::empty(at), format!("{comma}{alias}")));
    }
    if !value.is_empty() {
        let start = range.start() + colon;
        let all = TextRange::new(start, range.start() + text.trim_end().len());
        return Some((all, format!(" [{value}, {alias}]")));
    }
    let items = (key + 1..fence).take_while(|at| line(*at).1.trim_start().starts_with("- "));
    let (at, indent) = match items.last() {
        Some(item) => {
            let text = line(item).1;
            (item, &text[..text.len() - text.trim_start().len()])
        }
        None => (key, "  "),
    };
    let next = line(at + 1).0.start();
    Some((TextRange::empty(next), format!("{indent}- {alias}{ending}")))
}
