//! Headings and anchors renamed.
//!
//! Invariant: the note keeps its headings in number and order, so that a heading before is the heading of the same index
//! after; every link into the note is looked at, since one heading's new anchor may shift those of others.

use std::fmt;
use std::sync::Arc;

use crate::edit::{TextEdit, WorkspaceEdit, apply};
use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::relink::{Relink, difference};
use crate::vault::resolve::Target;

/// Why a rename is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal(
    /// What is wrong and what to do, in one line.
    pub String,
);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A refusal for this reason.
///
/// # Errors
/// Always.
pub fn refused<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(reason.into()))
}

/// The changes that give headings of `note` (by their indices) new content, all at once: a title with its number and
/// markup, as it stands between the marks of the heading.
///
/// # Errors
/// When the note would no longer have the same headings.
pub fn rename_headings(
    vault: &Vault,
    note: &Arc<Note>,
    new: &[(usize, String)],
) -> Result<WorkspaceEdit, Refusal> {
    let mut own = WorkspaceEdit::default();
    let mut replaced: Option<TextRange> = None;
    for (index, content) in new {
        let Some(heading) = note.headings.get(*index) else { return refused("the heading is gone") };
        let (range, text) = difference(heading.content, note.text.slice(heading.content), content);
        if !(range.is_empty() && text.is_empty()) {
            own.edit(&note.path, range, text);
        }
        replaced = replaced.or(Some(heading.content)).filter(|_| new.len() == 1);
    }
    let Some(edits) = own.edited.get(&note.path) else { return Ok(own) };
    let after = read_after(note, edits);
    if !has_same_headings(note, &after) {
        return refused("with this text it would be no heading any more, or another one");
    }
    has_same_ids(note, &after)?;
    let mut edit = keep_links(vault, vec![(note, after)], replaced)?;
    edit.merge(own);
    Ok(edit)
}

/// These edits of texts with those that keep every link alive, when words in headings and titles of notes are among
/// what is edited.
///
/// # Errors
/// When a note would no longer have the same headings and links, or a link that has to change is edited already.
pub fn reworded(vault: &Vault, own: WorkspaceEdit) -> Result<WorkspaceEdit, Refusal> {
    let mut changed = Vec::new();
    for (path, edits) in &own.edited {
        let Some(note) = vault.note(path) else { return refused("the note is gone") };
        let after = read_after(note, edits);
        if !has_same_headings(note, &after) || after.links.len() != note.links.len() {
            return refused("with this text headings or links would be none any more, or others");
        }
        has_same_ids(note, &after)?;
        let names = |note: &Note| {
            let front = note.front_matter.as_ref();
            let front = front.map(|front| (front.title.clone(), front.aliases.clone()));
            (front, note.headings.iter().map(|heading| heading.text().to_owned()).collect::<Vec<_>>())
        };
        if names(note) != names(&after) {
            changed.push((note, after));
        }
    }
    let mut edit = keep_links(vault, changed, None)?;
    if !edit.merge(own) {
        return refused("a link would have to be changed in two ways at once");
    }
    Ok(edit)
}

fn has_same_headings(note: &Note, after: &Note) -> bool {
    after.headings.len() == note.headings.len()
        && after
            .headings
            .iter()
            .zip(&note.headings)
            .all(|(after, before)| after.level == before.level && after.kind == before.kind)
}

/// Links name ids as they stand in headings (`## <a id="x"></a>title`): one that is left out would take them along.
fn has_same_ids(note: &Note, after: &Note) -> Result<(), Refusal> {
    if after.anchors.len() == note.anchors.len() {
        return Ok(());
    }
    refused(
        "with this text an id would come or go that links may lead to: keep it as it stands in the heading",
    )
}

/// The changes that give an anchor (an id) of `note` a new name.
///
/// # Errors
/// When the name cannot be an id, or is one already.
pub fn rename_anchor(
    vault: &Vault,
    note: &Arc<Note>,
    index: usize,
    new_name: &str,
) -> Result<WorkspaceEdit, Refusal> {
    let Some(anchor) = note.anchors.get(index) else { return refused("the anchor is gone") };
    if new_name
        .contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '{' | '}' | '#' | '^'))
    {
        return refused("an id has no spaces, quotes or brackets");
    }
    let mark = if anchor.kind == crate::note::AnchorKind::Block { "^" } else { "" };
    let taken = note.anchor(&format!("{mark}{new_name}"));
    if taken.is_some_and(|taken| taken != index) {
        return refused(format!("there is an id {new_name} in this note already"));
    }
    let mut own = WorkspaceEdit::default();
    own.edit(&note.path, anchor.name, new_name);
    let after = own.edited.get(&note.path).map(|edits| read_after(note, edits));
    let Some(after) = after.filter(|after| after.anchors.len() == note.anchors.len()) else {
        return refused("this cannot be an id here");
    };
    let mut edit = keep_links(vault, vec![(note, after)], Some(anchor.name))?;
    edit.merge(own);
    Ok(edit)
}

fn read_after(note: &Note, edits: &[TextEdit]) -> Note {
    Note::read(note.path.clone(), apply(note.text.as_str(), edits))
}

/// The edits that keep every link into these notes alive once they read as is told, and those that name what one of them
/// takes the name of. `replaced` is the stretch that goes, when one note is edited in one place.
///
/// # Errors
/// When a link could not be written so that it still leads where it does.
fn keep_links(
    vault: &Vault,
    changed: Vec<(&Arc<Note>, Note)>,
    replaced: Option<TextRange>,
) -> Result<WorkspaceEdit, Refusal> {
    let replaced = changed.first().zip(replaced).map(|((note, _), range)| (note.path.clone(), range));
    let mut vault_after = vault.clone();
    let (mut incoming, mut captured) = (Vec::new(), Vec::new());
    for (note, after) in changed {
        incoming.extend(vault.links_into(&note.path));
        // Links elsewhere that name a heading of another note by a name that this note has from now on.
        captured.extend(vault.linking_to_names(&after));
        vault_after.insert(Arc::new(after));
    }
    let relink = Relink {
        before: vault,
        after: &vault_after,
        place: &Target::clone,
        home: &|path: &NotePath, _: TextRange| path.clone(),
        replaced,
    };
    unless_lost(vault, relink.edits_or_lost(incoming, &captured))
}

/// What [`Relink::edits_or_lost`] gives, unless a link would be lost.
///
/// # Errors
/// When a link cannot be kept alive.
pub fn unless_lost(
    vault: &Vault,
    (edit, lost): (WorkspaceEdit, Option<NotePath>),
) -> Result<WorkspaceEdit, Refusal> {
    let Some(path) = lost else { return Ok(edit) };
    let shown = vault.display_path(&path);
    refused(format!("a link in {shown} could not lead there by this name"))
}
