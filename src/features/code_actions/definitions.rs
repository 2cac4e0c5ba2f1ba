//! Link definitions put in order: together, at the end of the note, by their labels, those that nothing uses gone.

use std::collections::BTreeSet;

use crate::edit::WorkspaceEdit;
use crate::features::code_actions::{Action, Context, Kind, at_end, line_ending, whole_lines};
use crate::note::lookup::fold_label;
use crate::note::{LinkKind, Note};
use crate::text::TextRange;

/// The action for a note with definitions that are not in order.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    if note.definitions.is_empty() || organized(note).is_empty() {
        return;
    }
    actions.push(Action {
        title: "Put link definitions in order".to_owned(),
        kind: Kind::OrganizeDefinitions,
        preferred: false,
        mends: None,
        edit: Box::new(move || organized(note)),
    });
}

/// The changes; none when the definitions are in order. Definitions in quotes and lists stay where they are.
fn organized(note: &Note) -> WorkspaceEdit {
    let text = note.text.as_str();
    let used: BTreeSet<_> = note
        .links
        .iter()
        .filter(|link| matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference))
        .map(|link| fold_label(note.text.slice(link.target)))
        .collect();
    // A definition that shares a line with something else is not on its own.
    let alone = |range: TextRange| {
        let lines = whole_lines(note, range);
        let before = &text[lines.start()..range.start()];
        before.trim().is_empty() && text[range.end()..lines.end()].trim().is_empty() && before.len() < 4
    };
    let movable: Vec<TextRange> =
        note.definitions.iter().map(|definition| definition.range).filter(|range| alone(*range)).collect();
    let mut kept: Vec<(String, &str)> = note
        .definitions
        .iter()
        .enumerate()
        .filter(|(index, definition)| {
            let label = note.text.slice(definition.label);
            movable.contains(&definition.range)
                && used.contains(&fold_label(label))
                && note.definition(label) == Some(*index)
        })
        .map(|(_, definition)| {
            (
                fold_label(note.text.slice(definition.label)).into_owned(),
                note.text.slice(definition.range).trim_end(),
            )
        })
        .collect();
    kept.sort();
    let ending = line_ending(note);
    let block = kept.iter().map(|(_, definition)| *definition).collect::<Vec<_>>().join(ending);
    let mut edit = WorkspaceEdit::default();
    // What is in order already: the definitions are the last lines of the note, just so.
    if movable.is_empty()
        || text.trim_end() == block
        || text.trim_end().ends_with(&format!("\n{block}")) && movable.len() == kept.len()
    {
        return edit;
    }
    for range in &movable {
        edit.edit(&note.path, whole_lines(note, *range), "");
    }
    if !block.is_empty() {
        let (at, mut text_at_end) = at_end(note, &block);
        // When the note ends with what was taken out, a blank line is left there already.
        if movable.iter().any(|range| whole_lines(note, *range).end() == note.text.len()) {
            text_at_end = text_at_end.trim_start_matches(['\r', '\n']).to_owned();
        }
        edit.edit(&note.path, at, text_at_end);
    }
    edit
}
