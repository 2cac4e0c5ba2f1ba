//! Notes and headings that are linked to before they are there.
//!
//! Invariant: nothing is made outside the roots, over what is there, or with a name that a file cannot have everywhere.

use crate::edit::WorkspaceEdit;
use crate::note::Note;
use crate::note::lines::at_end;
use crate::path::NotePath;
use crate::vault::Vault;

/// Whether a note can be made at `path`.
pub fn can_create(vault: &Vault, path: &NotePath) -> bool {
    let unfit = |c: char| c.is_control() || ":*?\"<>|\\".contains(c);
    let sound = !path.file_name().contains(unfit) && !path.stem().is_empty();
    sound && vault.root_of(path).is_some() && !vault.has_file(path)
}

/// Whether somebody who types this may mean a note that is not there yet: more than marks.
pub fn may_be_meant(name: &str) -> bool {
    name.contains(char::is_alphanumeric)
}

/// The edit that makes a note at `path` with its name for a title and lines that end in `ending`; `None` when it cannot
/// be made.
pub fn new_note(vault: &Vault, path: &NotePath, ending: &str) -> Option<WorkspaceEdit> {
    can_create(vault, path).then(|| {
        let mut edit = WorkspaceEdit::default();
        edit.created.insert(path.clone(), format!("# {}{ending}", path.stem()));
        edit
    })
}

/// The edit that puts a heading at the end of a note.
pub fn new_heading(note: &Note, title: &str) -> WorkspaceEdit {
    let (at, text) = at_end(note, &format!("## {title}"));
    let mut edit = WorkspaceEdit::default();
    edit.edit(&note.path, at, text);
    edit
}
