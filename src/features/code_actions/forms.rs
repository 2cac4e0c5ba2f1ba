//! The same link in another form: inline, by reference, as a wiki link.
//!
//! Invariant: the new form leads where the old one leads.

use crate::edit::WorkspaceEdit;
use crate::features::code_actions::{Action, Context, Kind, at_end, edit_of, in_label};
use crate::note::destination::{Letters, Style, write};
use crate::note::lookup::fold_label;
use crate::note::{Link, LinkKind, Note};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::resolve::{Place, Resolution, Target};

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
    let owner = vault.note(&target.path)?;
    let fragment = match target.place {
        Place::Note => String::new(),
        Place::Heading(index) => {
            let heading = owner.headings.get(index)?;
            let plain = !heading.text.contains(['#', '|', '[', ']', '^']);
            format!("#{}", if plain { &heading.text } else { &heading.slug })
        }
        _ => return None,
    };
    if label.contains(['|', '[', ']', '\n']) {
        return None;
    }
    let root = vault.root_of(&target.path)?;
    let whole = target.path.relative_to(&root.path)?;
    let bare = whole.strip_suffix(&format!(".{}", target.path.extension()))?;
    let leads = |raw: &str| {
        let resolution = vault.resolve_as(note, LinkKind::Wiki, raw, link.target.start());
        matches!(resolution, Resolution::Found(targets) if targets.as_slice() == std::slice::from_ref(target))
    };
    let name = if target.path == note.path && !fragment.is_empty() { "" } else { target.path.stem() };
    let written = [name, bare].into_iter().map(|name| format!("{name}{fragment}")).find(|raw| leads(raw))?;
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

/// How a link in `note` names a note, a file or a heading: `../网络/tcp.md#三次握手`.
pub fn destination_of(vault: &Vault, note: &Note, target: &Target) -> Option<String> {
    let style = Style::Bare(Letters::Plain);
    let fragment = match (target.place, vault.note(&target.path)) {
        (Place::Note | Place::File, _) => String::new(),
        (Place::Heading(index), Some(owner)) => {
            format!("#{}", write(&owner.headings.get(index)?.slug, style))
        }
        _ => return None,
    };
    let path = if target.path == note.path && !fragment.is_empty() {
        String::new()
    } else {
        write(&target.path.relative_from(&note.path.folder()), style)
    };
    Some(format!("{path}{fragment}"))
}
