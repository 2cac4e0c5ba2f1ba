//! The outline of an answer, to be filled in.
//!
//! Invariant: the outline alone is no answer: the question stays open until something is written into it.

use crate::features::code_actions::places::Asking;
use crate::features::code_actions::{Action, Context, Kind, edit_of, line_ending};
use crate::note::asks::Source;
use crate::note::wording;
use crate::vault::coverage::AnswerState;

/// The action for the open question at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    let answers = context.vault.answers(note);
    let Some(asking) = Asking::at(note, &answers, context.range.start()) else { return };
    let title = match &asking {
        Asking::Heading(section) if answers.lists(*section) => {
            let open = answers.sections[*section].state == AnswerState::Unanswered;
            if !open {
                return;
            }
            note.headings[*section].title()
        }
        Asking::Ask(ask) if ask.source == Source::Details && ask.answer.is_empty() => &*ask.title,
        _ => return,
    };
    let own = context.vault.config_of(&note.path).questions.skeleton.as_str();
    let outline = if own.trim().is_empty() { wording::skeleton(title) } else { own.trim() };
    let (at, text) = asking.put(note, &outline.replace('\n', line_ending(note)));
    actions.push(Action {
        title: "Insert the outline of an answer".to_owned(),
        kind: Kind::QuickFix,
        preferred: false,
        mends: context.finding_here(&["unanswered-question", "empty-section"]),
        edit: Box::new(move || edit_of(note, [(at, text.clone())])),
    });
}
