//! The same link in another form: inline, by reference, as a wiki link.
//!
//! Invariant: the new form leads where the old one leads.

use crate::config::WikiForm;
use crate::edit::WorkspaceEdit;
use crate::features::code_actions::{Action, Context, Kind, at_end, edit_of, in_label};
use crate::note::lookup::fold_label;
use crate::note::{Link, LinkKind, Note};
use crate::text::TextRange;
use crate::vault::naming::{destination_of, wiki_name};
use crate::vault::resolve::{Resolution, Target};

/// The other forms of the link at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let (vault, note) = (context.vault, context.note);
    let Some(crate::note::subject::Subject::Link(index)) = note.subject_at(context.range.start()) else {
        return;
    };
    let Some(link) = note.links.get(index) else { return };
    let target = match vault.resolve(note, link) {
        Resolution::Found(targets) if targets.len() == 1 => targets.into_iter().next(),
        _ => None,
    };
    let mut offer = |title: &str, edit: Option<WorkspaceEdit>| {
        if let Some(edit) = edit {
            actions.push(Action {
                title: title.to_owned(),
                kind: Kind::Rewrite,
                preferred: false,
                mends: None,
                edit: Box::new(move || edit.clone()),
            });
        }
    };
    match link.kind {
        LinkKind::Inline | LinkKind::Image => {
            offer("Write the link by reference", Some(by_reference(note, link)));
            if link.kind == LinkKind::Inline {
                offer("Write it as a wiki link", target.and_then(|target| as_wiki(context, link, &target)));
            }
        }
        LinkKind::Reference | LinkKind::ImageReference => {
            offer("Write the link inline", from_reference(note, link));
        }
        LinkKind::Wiki => {
            offer("Write it as a Markdown link", target.and_then(|target| from_wiki(context, link, &target)));
        }
        _ => {}
    }
}

/// `[a](b)` becomes `[a][1]` with a definition at the end: the one there is for this destination, or a new one.
fn by_reference(note: &Note, link: &Link) -> WorkspaceEdit {
    // From the destination to the closing parenthesis, a title included.
    let inside = TextRange::new(link.label.end() + "](".len(), link.range.end().saturating_sub(1));
    let destination = note.text.slice(inside).trim();
    let same = |definition: &&crate::note::LinkDefinition| {
        let after = TextRange::new(definition.label.end() + "]:".len(), definition.range.end());
        note.text.slice(after).trim() == destination
    };
    let known =
        note.definitions.iter().find(same).map(|definition| note.text.slice(definition.label).to_owned());
    let place = TextRange::new(link.label.end() + "]".len(), link.range.end());
    match known {
        Some(label) => edit_of(note, [(place, format!("[{label}]"))]),
        None => {
            let label = (1..)
                .map(|n: u32| n.to_string())
                .find(|label| note.definition(label).is_none())
                .unwrap_or_default();
            let definition = format!("[{label}]: {destination}");
            let (at, mut text) = at_end(note, &definition);
            // Beside other definitions at the end no blank line is needed.
            let last = note.definitions.last().map(|definition| definition.range.end());
            if last.is_some_and(|end| note.text.as_str()[end..].trim().is_empty())
                && note.text.as_str().ends_with('\n')
            {
                text = text.trim_start_matches(['\r', '\n']).to_owned();
            }
            edit_of(note, [(place, format!("[{label}]")), (at, text)])
        }
    }
}

/// `[a][r]`, `[r][]` or `[r]` becomes `[a](b)`; the definition goes when nothing else uses it.
fn from_reference(note: &Note, link: &Link) -> Option<WorkspaceEdit> {
    let index = note.definition(note.text.slice(link.target))?;
    let definition = note.definitions.get(index)?;
    let after = TextRange::new(definition.label.end() + "]:".len(), definition.range.end());
    let destination = note.text.slice(after).trim();
    let place = TextRange::new(link.label.end() + "]".len(), link.range.end());
    let label = fold_label(note.text.slice(definition.label));
    let is_use = |other: &&Link| {
        matches!(other.kind, LinkKind::Reference | LinkKind::ImageReference)
            && fold_label(note.text.slice(other.target)) == label
    };
    let mut edit = edit_of(note, [(place, format!("({destination})"))]);
    if note.links.iter().filter(is_use).count() == 1 {
        edit.edit(&note.path, super::whole_lines(note, definition.range), "");
    }
    Some(edit)
}

/// `[a](网络/tcp.md#x)` becomes `[[tcp#x|a]]`.
fn as_wiki(context: &Context<'_>, link: &Link, target: &Target) -> Option<WorkspaceEdit> {
    let (vault, note) = (context.vault, context.note);
    let label = note.text.slice(link.label);
    if label.contains(['|', '[', ']', '\n']) || vault.note(&target.path).is_none() {
        return None;
    }
    let written = wiki_name(vault, note, target, WikiForm::Shortest)?;
    let shown = if label == written { String::new() } else { format!("|{label}") };
    Some(edit_of(note, [(link.range, format!("[[{written}{shown}]]"))]))
}

/// `[[tcp#x|a]]` becomes `[a](网络/tcp.md#x)`.
fn from_wiki(context: &Context<'_>, link: &Link, target: &Target) -> Option<WorkspaceEdit> {
    let (vault, note) = (context.vault, context.note);
    let label = in_label(note.text.slice(link.label));
    let destination = destination_of(vault, note, target)?;
    Some(edit_of(note, [(link.range, format!("[{label}]({destination})"))]))
}
