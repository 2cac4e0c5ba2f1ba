//! A series of headings numbered anew.
//!
//! Invariant: every link to them leads where it led; each number is written as the first of its series is.

use crate::edit::WorkspaceEdit;
use crate::features::code_actions::{Action, Context, Kind};
use crate::note::numbering::with_value;
use crate::note::series::broken_series;
use crate::vault::retitle::rename_headings;

/// The action for a heading in a series that breaks somewhere.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let Some(heading) = context.heading_here() else { return };
    let Some(series) = broken_series(context.note, heading) else { return };
    // Made at once, since only that shows whether it can be made.
    let Some(edit) = renumbered(context, &series) else { return };
    let mends = context.finding_here(&["numbering"]);
    actions.push(Action {
        title: format!("Number these {} headings anew", series.len()),
        kind: if mends.is_some() { Kind::QuickFix } else { Kind::Rewrite },
        preferred: mends.is_some(),
        mends,
        edit: Box::new(move || edit.clone()),
    });
}

/// The changes; `None` when a number cannot be written for its new place.
fn renumbered(context: &Context<'_>, series: &[usize]) -> Option<WorkspaceEdit> {
    let note = context.note;
    let first = note.headings.get(*series.first()?)?.number()?;
    let begin = *first.parts.last()?;
    let pattern = note.text.slice(first.range);
    let mut new = Vec::new();
    for (value, &index) in (begin..).zip(series) {
        let heading = &note.headings[index];
        let number = heading.number().filter(|number| !number.range.is_empty())?;
        let written = note.text.slice(number.range);
        // One of another style is written like the first; the rest keep their marks and spaces.
        let as_written = if number.style == first.style { written } else { pattern };
        let number_now = with_value(as_written, first.style, value)?;
        let content = note.text.slice(heading.content);
        let at = number.range.start() - heading.content.start();
        let rest = &content[at + written.len()..];
        new.push((index, format!("{}{number_now}{rest}", &content[..at])));
    }
    rename_headings(context.vault, note, &new).ok().filter(|edit| !edit.is_empty())
}
