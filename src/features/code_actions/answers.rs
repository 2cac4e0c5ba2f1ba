//! What to do about a question that is answered elsewhere or asked twice: point to the answer, or make one of two.
//!
//! Invariant: no text of the user's is lost: what stood under a copy that goes stands under the one that stays.

use crate::features::code_actions::places::Asking;
use crate::features::code_actions::{
    ABOUT_SECTIONS, Action, Context, Kind, Way, edit_of, in_label, line_ending,
};
use crate::note::{Note, ROOT};
use crate::text::TextRange;
use crate::vault::coverage::{AnswerState, Answers};
use crate::vault::elsewhere::trail;
use crate::vault::naming::destination_of;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::resolve::{Place, Target};
use crate::vault::twins::Twin;

/// The most letters of a title in a menu.
const MOST_LETTERS: usize = 40;

/// The actions for the question at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let answers = context.vault.answers(context.note);
    let Some(asking) = Asking::at(context.note, &answers, context.range.start()) else { return };
    // What puts the answer off would stand under the link.
    if state_of(&asking, &answers).is_some_and(|state| state.is_open() && state != AnswerState::Stub) {
        link_to_answers(context, &asking, actions);
    }
    let Some(compared) = context.compared else { return };
    if let Asking::Heading(section) = asking {
        for twin in compared.twins.iter().filter(|twin| twin.section == section && twin.superfluous) {
            merge(context, twin, actions);
        }
    }
}

fn state_of(asking: &Asking<'_>, answers: &Answers) -> Option<AnswerState> {
    match asking {
        Asking::Heading(section) => answers.sections.get(*section).map(|answer| answer.state),
        Asking::Ask(ask) => {
            answers.asks.iter().find(|asked| asked.ask.range == ask.range).map(|asked| asked.state)
        }
    }
}

/// Where the answer stands or may stand, or the same is asked.
struct Lead<'a> {
    note: &'a Note,
    section: usize,
    range: TextRange,
    /// Whether an answer stands there.
    answered: bool,
}

/// The leads for what asks, each section once, copies of the question first.
fn leads<'a>(context: &Context<'a>, asking: &Asking<'_>) -> Vec<Lead<'a>> {
    let Some(compared) = context.compared else { return Vec::new() };
    let question = asking.selection(context.note);
    let twins =
        compared.twins.iter().filter(|twin| matches!(asking, Asking::Heading(at) if twin.section == *at));
    let twins = twins.map(|twin| (&twin.path, twin.other, None, !twin.state.is_open()));
    let candidates = compared.elsewhere.iter().filter(|of| of.question == question);
    let candidates = candidates
        .flat_map(|of| &of.candidates)
        .map(|candidate| (&candidate.path, candidate.section, Some(candidate.range), true));
    let mut leads: Vec<Lead<'a>> = Vec::new();
    for (path, section, range, answered) in twins.chain(candidates) {
        let Some(note) = context.vault.note(path) else { continue };
        let Some(heading) = note.headings.get(section) else { continue };
        if !leads.iter().any(|lead| lead.note.path == *path && lead.section == section) {
            leads.push(Lead { note, section, range: range.unwrap_or(heading.content), answered });
        }
    }
    leads
}

/// The places that a question can be followed to.
pub fn ways(context: &Context<'_>) -> Vec<Way> {
    let answers = context.vault.answers(context.note);
    let Some(asking) = Asking::at(context.note, &answers, context.range.start()) else { return Vec::new() };
    let way = |lead: Lead<'_>| {
        let line = lead.note.text.line_of(lead.range.start()) + 1;
        let what = if lead.answered { "answer" } else { "same question" };
        let place = format!("{}{}", file(context, lead.note), shortened(&trail(lead.note, lead.section)));
        Way {
            title: format!("Go to the {what} in {place}, line {line}"),
            path: lead.note.path.clone(),
            range: lead.range,
            about: context.finding_here(&ABOUT_SECTIONS),
        }
    };
    let mut ways: Vec<Way> = leads(context, &asking).into_iter().map(way).collect();
    ways.extend(similar(context, &asking));
    ways
}

/// The questions that are nearly the same.
fn similar(context: &Context<'_>, asking: &Asking<'_>) -> Vec<Way> {
    let (Asking::Heading(section), Some(compared)) = (asking, context.compared) else { return Vec::new() };
    let way = |other: usize| {
        let heading = context.note.headings.get(other)?;
        let line = context.note.text.line_of(heading.range.start()) + 1;
        Some(Way {
            title: format!("Go to the similar question {}, line {line}", shortened(heading.title())),
            path: context.note.path.clone(),
            range: heading.content,
            about: None,
        })
    };
    let pairs = compared.similar.iter().filter(|pair| pair.section == *section);
    pairs.filter_map(|pair| way(pair.other)).collect()
}

/// `tcp › ` for another note.
fn file(context: &Context<'_>, target: &Note) -> String {
    match target.path == context.note.path {
        true => String::new(),
        false => format!("{} › ", target.path.stem()),
    }
}

/// A link under the question to where the answer stands, which counts as an answer.
fn link_to_answers<'a>(context: &Context<'a>, asking: &Asking<'_>, actions: &mut Vec<Action<'a>>) {
    let (vault, note) = (context.vault, context.note);
    for (index, lead) in leads(context, asking).into_iter().filter(|lead| lead.answered).enumerate() {
        let place = Target { path: lead.note.path.clone(), place: Place::Heading(lead.section) };
        let Some(destination) = destination_of(vault, note, &place) else { continue };
        let label = in_label(lead.note.headings[lead.section].title());
        let (at, link) = asking.put(note, &format!("[{label}]({destination})"));
        let answer = shortened(&trail(lead.note, lead.section));
        actions.push(Action {
            title: format!("Link to the answer in {}{answer}", file(context, lead.note)),
            kind: Kind::QuickFix,
            preferred: index == 0,
            mends: context.finding_here(&["unanswered-question", "empty-section"]),
            edit: Box::new(move || edit_of(note, [(at, link.clone())])),
        });
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
