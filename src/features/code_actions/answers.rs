//! What to do about a question that is answered elsewhere or asked twice: point to the answer, or make one of two.
//!
//! Invariant: no text of the user's is lost: what stood under a copy that goes stands under the one that stays.

use crate::features::code_actions::forms::destination_of;
use crate::features::code_actions::{Action, Context, Kind, edit_of, in_label, line_ending};
use crate::note::{Note, ROOT};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::comparison::Comparison;
use crate::vault::coverage::AnswerState;
use crate::vault::elsewhere::trail;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::resolve::{Place, Target};
use crate::vault::twins::Twin;

/// The most letters of a title in a menu.
const MOST_LETTERS: usize = 40;

/// The actions for the question at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let Some(compared) = context.compared else { return };
    let Some(section) = context.heading_here() else { return };
    let answers = context.vault.answers(context.note);
    let Some(answer) = answers.sections.get(section) else { return };
    // What puts the answer off would stand under the link.
    if answer.state.is_open() && answer.state != AnswerState::Stub {
        link_to_answers(context, compared, section, actions);
    }
    for twin in compared.twins.iter().filter(|twin| twin.section == section && twin.superfluous) {
        merge(context, twin, actions);
    }
}

/// A link under the heading to where the answer stands, which counts as an answer.
fn link_to_answers<'a>(
    context: &Context<'a>,
    compared: &Comparison,
    section: usize,
    actions: &mut Vec<Action<'a>>,
) {
    let (vault, note) = (context.vault, context.note);
    let answered = compared.twins.iter().filter(|twin| twin.section == section && !twin.state.is_open());
    let twins = answered.map(|twin| (twin.path.clone(), twin.other));
    let candidates = compared
        .elsewhere
        .iter()
        .filter(|of| of.question == note.headings[section].content)
        .flat_map(|of| &of.candidates)
        .map(|candidate| (candidate.path.clone(), candidate.section));
    let mut offered: Vec<(NotePath, usize)> = Vec::new();
    for (path, index) in twins.chain(candidates) {
        let Some(target) = vault.note(&path).filter(|_| !offered.contains(&(path.clone(), index))) else {
            continue;
        };
        let Some(heading) = target.headings.get(index) else { continue };
        let place = Target { path: path.clone(), place: Place::Heading(index) };
        let Some(destination) = destination_of(vault, note, &place) else { continue };
        let label = in_label(&heading.title);
        let file = match path == note.path {
            true => String::new(),
            false => format!("{} › ", path.stem()),
        };
        let after = note.headings[section].range.end();
        actions.push(Action {
            title: format!("Link to the answer in {file}{}", shortened(&trail(target, index))),
            kind: Kind::QuickFix,
            preferred: offered.is_empty(),
            mends: context.finding_here(&["unanswered-question", "empty-section"]),
            edit: Box::new(move || {
                let ending = line_ending(note);
                let link = format!("{ending}{ending}[{label}]({destination})");
                edit_of(note, [(TextRange::empty(after), link)])
            }),
        });
        offered.push((path, index));
    }
}

/// What stands under this copy is put under the other one, and this one goes.
fn merge<'a>(context: &Context<'a>, twin: &Twin, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    let (here, there) = (twin.section, twin.other);
    let is_whole = |section: usize| {
        let has_parts = note.sections.iter().any(|other| other.parent == Some(section as u32));
        note.headings[section].container == ROOT && !has_parts
    };
    // A link that leads to this copy would be broken, and headings under it would have other anchors.
    if twin.path != note.path || !is_whole(here) || !is_whole(there) || is_linked_to(context, here) {
        return;
    }
    let body = note.text.slice(note.sections[here].body).trim().to_owned();
    let line = note.text.line_of(note.headings[there].range.start()) + 1;
    let title = match body.is_empty() {
        true => format!("Remove this copy of line {line}"),
        false => format!("Move its text to the copy at line {line}"),
    };
    actions.push(Action {
        title,
        kind: Kind::QuickFix,
        preferred: false,
        mends: context.finding_here(&["duplicate-question"]),
        edit: Box::new(move || {
            let ending = line_ending(note);
            let range = note.sections[here].range;
            let mut edits = vec![(range, String::new())];
            if !body.is_empty() {
                let end = end_of_text(note, there);
                edits.push((TextRange::empty(end), format!("{ending}{ending}{body}")));
            }
            edit_of(note, edits)
        }),
    });
}

/// Where the text of a section ends, the blank lines after it left out.
fn end_of_text(note: &Note, section: usize) -> usize {
    let body = note.sections[section].body;
    let text = note.text.slice(body).trim_end();
    if text.is_empty() { note.headings[section].range.end() } else { body.start() + text.len() }
}

fn is_linked_to(context: &Context<'_>, section: usize) -> bool {
    let target = Target { path: context.note.path.clone(), place: Place::Heading(section) };
    let occurrences = context.vault.occurrences(&Referent::Target(target));
    occurrences.iter().any(|occurrence| occurrence.role == Role::Reference)
}

fn shortened(title: &str) -> String {
    match title.char_indices().nth(MOST_LETTERS) {
        Some((at, _)) => format!("{}…", title[..at].trim_end()),
        None => title.to_owned(),
    }
}
