//! New names for headings, notes, folders, tags, definitions, footnotes and terms, with every link to them kept alive.
//!
//! Invariant: whole or not at all: a rename that could not keep a link alive, or would merge two things that are told
//! apart now, is refused with a reason.

mod files;
mod labels;
mod terms;

use std::sync::Arc;

use crate::edit::{TextEdit, WorkspaceEdit, apply};
use crate::note::subject::Subject;
use crate::note::{Link, LinkKind, Note};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Glossary, NameId};
use crate::vault::occurrences::Referent;
use crate::vault::resolve::{Place, Target};

pub use crate::vault::retitle::{Refusal, rename_headings};
use crate::vault::retitle::{refused, rename_anchor};
pub use files::move_files;

/// What can be renamed at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamable {
    /// The name, where it stands: a heading's content, the fragment or the path in a link, a label, a tag.
    pub range: TextRange,
    /// The present name, to be changed by a person.
    pub name: String,
}

/// What is renamed.
enum Renamed {
    /// The heading of this index, in this note.
    Heading(Arc<Note>, usize),
    /// The anchor of this index, in this note.
    Anchor(Arc<Note>, usize),
    /// The note or file.
    File(Target),
    Definition(usize),
    Footnote(usize),
    Tag(String),
    /// A name in prose, written so.
    Term(NameId, String),
}

/// What can be renamed at the byte at `offset` of `note`.
///
/// # Errors
/// When nothing can be, or it is not certain what is meant.
pub fn prepare(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
) -> Result<Renamable, Refusal> {
    let (range, renamed) = find(vault, glossary, note, offset)?;
    let name = match renamed {
        Renamed::Heading(note, index) => {
            note.headings.get(index).map(|heading| note.text.slice(heading.content).to_owned())
        }
        Renamed::Anchor(note, index) => {
            note.anchors.get(index).map(|anchor| note.text.slice(anchor.name).to_owned())
        }
        Renamed::File(target) => Some(files::shown_name(vault, &target)),
        Renamed::Definition(index) => {
            note.definitions.get(index).map(|definition| note.text.slice(definition.label).to_owned())
        }
        Renamed::Footnote(index) => {
            note.footnotes.get(index).map(|footnote| note.text.slice(footnote.name).to_owned())
        }
        Renamed::Tag(name) | Renamed::Term(_, name) => Some(name),
    };
    Ok(Renamable { range, name: name.unwrap_or_default() })
}

/// The changes that give what stands at the byte at `offset` of `note` the name `new_name`.
///
/// # Errors
/// When nothing can be renamed there, or not to this name.
pub fn rename(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
    new_name: &str,
) -> Result<WorkspaceEdit, Refusal> {
    let (_, renamed) = find(vault, glossary, note, offset)?;
    if new_name.trim().is_empty() {
        return refused("the new name is empty");
    }
    if new_name.contains(['\n', '\r']) {
        return refused("a name stands on one line");
    }
    let edit = match renamed {
        Renamed::Heading(note, index) => {
            rename_headings(vault, &note, &[(index, new_name.trim().to_owned())])
        }
        Renamed::Anchor(note, index) => rename_anchor(vault, &note, index, new_name.trim()),
        Renamed::File(target) => files::rename_file(vault, &target, new_name.trim()),
        Renamed::Definition(index) => labels::rename_definition(note, index, new_name.trim()),
        Renamed::Footnote(index) => labels::rename_footnote(note, index, new_name.trim()),
        Renamed::Tag(tag) => labels::rename_tag(vault, &tag, new_name.trim()),
        Renamed::Term(id, _) => terms::rename_term(vault, glossary, note, id, new_name.trim()),
    }?;
    if new_name.contains(OPENING) { with_all_links(vault, edit) } else { Ok(edit) }
}

/// Characters that, with another one further on, make math, code or HTML of what stands between them, links included.
const OPENING: [char; 3] = ['$', '`', '<'];

/// An edit after which every link is still one.
fn with_all_links(vault: &Vault, edit: WorkspaceEdit) -> Result<WorkspaceEdit, Refusal> {
    for (path, edits) in &edit.edited {
        let Some(note) = vault.note(path) else { continue };
        let is_of_links =
            |edit: &TextEdit| note.links.iter().any(|link| link.range.contains_range(edit.range));
        let others: Vec<&TextEdit> = edits.iter().filter(|edit| !is_of_links(edit)).collect();
        // Links in a heading's old text go with it.
        let stays = |link: &&Link| !others.iter().any(|edit| edit.range.overlaps(link.range));
        let after = Note::read(path.clone(), apply(note.text.as_str(), edits));
        if after.links.len() < note.links.iter().filter(stays).count() {
            let shown = vault.display_path(path);
            return refused(format!("with this name links in {shown} would be math, code or HTML"));
        }
    }
    Ok(edit)
}

fn find(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
) -> Result<(TextRange, Renamed), Refusal> {
    let nothing = || Refusal("there is nothing to rename here".to_owned());
    let Some(subject) = note.subject_at(offset) else {
        let mention = vault.name_at(glossary, note, offset).ok_or_else(nothing)?;
        let range = terms::written(vault, glossary, note, mention);
        return Ok((range, Renamed::Term(mention.name, note.text.slice(range).to_owned())));
    };
    let range = note.subject_range(subject);
    match subject {
        Subject::Heading(index)
            if note.headings.get(index).is_some_and(|heading| heading.content.is_empty()) =>
        {
            refused("the heading has no text")
        }
        Subject::Heading(index) => Ok((range, Renamed::Heading(Arc::clone(note), index))),
        Subject::Anchor(index) => Ok((range, Renamed::Anchor(Arc::clone(note), index))),
        Subject::Definition(index) => Ok((range, Renamed::Definition(index))),
        Subject::Footnote(index) => Ok((range, Renamed::Footnote(index))),
        Subject::Tag(_) => {
            let text = note.text.slice(range);
            let mark = text.len() - text.trim_start_matches('#').len();
            let name = TextRange::new(range.start() + mark, range.end());
            Ok((name, Renamed::Tag(note.text.slice(name).to_owned())))
        }
        Subject::DefinitionTarget(_) | Subject::Link(_) => {
            let target = match subject {
                Subject::Link(index) => note.links.get(index).map(|link| (link.kind, link.target)),
                _ => Some((LinkKind::Inline, range)),
            };
            let (kind, target) = target.ok_or_else(nothing)?;
            let referents = vault.referents(note, subject);
            let referent = match referents.as_slice() {
                [] => return refused("the link leads to nothing that could be renamed"),
                [only] => only.clone(),
                several => {
                    return refused(format!(
                        "{} places are called so: rename one of them there",
                        several.len()
                    ));
                }
            };
            of_link(vault, note, kind, target, offset, referent)
        }
    }
}

/// What a link's name means, at a place in it: its path names the file, its fragment the heading.
fn of_link(
    vault: &Vault,
    note: &Arc<Note>,
    kind: LinkKind,
    target: TextRange,
    offset: usize,
    referent: Referent,
) -> Result<(TextRange, Renamed), Refusal> {
    let to = match referent {
        Referent::Definition(_, index) => return Ok((target, Renamed::Definition(index))),
        Referent::Footnote(_, index) => return Ok((target, Renamed::Footnote(index))),
        Referent::Tag(_) | Referent::Address(_) => return refused("an address outside cannot be renamed"),
        Referent::Target(target) => target,
    };
    let hash = note.text.slice(target).find('#').map(|hash| target.start() + hash);
    let fragment = hash.map(|hash| TextRange::new(hash + 1, target.end()));
    let path = TextRange::new(target.start(), hash.unwrap_or(target.end()));
    let wiki = matches!(kind, LinkKind::Wiki | LinkKind::Embed);
    let by_name = wiki && fragment.is_none();
    let in_path = !path.is_empty() && path.touches(offset) && !by_name;
    let named = |place: Place| {
        let owner = || vault.note(&to.path).cloned().ok_or_else(|| Refusal("the note is gone".to_owned()));
        match place {
            Place::Heading(index) => owner().map(|note| Renamed::Heading(note, index)),
            Place::Anchor(index) => owner().map(|note| Renamed::Anchor(note, index)),
            Place::Folder => refused("a folder is renamed in the editor's list of files"),
            _ => Ok(Renamed::File(to.clone())),
        }
    };
    if in_path {
        return Ok((path, named(Place::File)?));
    }
    let range =
        fragment.filter(|_| !by_name && !matches!(to.place, Place::Note | Place::File | Place::Line(_)));
    Ok((range.unwrap_or(path), named(to.place)?))
}

#[cfg(test)]
mod tests;
