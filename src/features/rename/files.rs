//! Notes, other files and folders renamed and moved.
//!
//! Invariant: edits are of the texts under their present paths; they are applied before anything moves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::edit::WorkspaceEdit;
use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::Incoming;
use crate::vault::relink::Relink;
use crate::vault::resolve::Target;
use crate::vault::retitle::{Refusal, refused, unless_lost};

/// The name by which a person renames a file: of a note without its ending.
pub fn shown_name(vault: &Vault, target: &Target) -> String {
    match vault.note(&target.path) {
        Some(_) => target.path.stem().to_owned(),
        None => target.path.file_name().to_owned(),
    }
}

/// The changes that give a note or file a new name, in its folder or, by a relative path, in another one of its root.
///
/// # Errors
/// When no file can have this name, or one has it already.
pub fn rename_file(vault: &Vault, target: &Target, new_name: &str) -> Result<WorkspaceEdit, Refusal> {
    let from = &target.path;
    let is_bad = |c: char| c.is_control() || r#"\:*?"<>|#^[]"#.contains(c);
    if new_name.contains(is_bad) {
        return refused(
            "a name that works everywhere has no control characters and none of \\ : * ? \" < > | # ^ [ ]",
        );
    }
    if new_name.split('/').any(|part| part != ".." && part.trim_matches('.').trim().is_empty())
        || new_name.ends_with("..")
    {
        return refused("a file's name has letters or digits");
    }
    let ending = format!(".{}", from.extension());
    let named = if vault.note(from).is_some() && !new_name.ends_with(&ending) {
        format!("{new_name}{ending}")
    } else {
        new_name.to_owned()
    };
    let to = from.folder().join(&named);
    let stays = vault.root_of(from).is_some_and(|root| to.is_in(&root.path));
    if !stays {
        return refused("the new place is outside the folder of the notes");
    }
    if to == *from {
        return Ok(WorkspaceEdit::default());
    }
    let same_file = to.as_str().to_lowercase() == from.as_str().to_lowercase();
    if (vault.has_file(&to) || vault.has_folder(&to)) && !same_file {
        return refused(format!("{} is there already", vault.display_path(&to)));
    }
    let mut edit = unless_lost(vault, moved_or_lost(vault, &[(from.clone(), to.clone())]))?;
    edit.renamed.push((from.clone(), to));
    Ok(edit)
}

/// The edits that keep every link alive when these files and folders move (from, to), those inside what moves included.
pub fn move_files(vault: &Vault, moves: &[(NotePath, NotePath)]) -> WorkspaceEdit {
    moved_or_lost(vault, moves).0
}

/// The same, and the note of a link that cannot be kept alive, if there is one.
fn moved_or_lost(vault: &Vault, moves: &[(NotePath, NotePath)]) -> (WorkspaceEdit, Option<NotePath>) {
    let moved = all_moved(vault, moves);
    let after = vault_after(vault, moves, &moved);
    let mut incoming: Vec<Incoming> = Vec::new();
    let mut whole: BTreeMap<NotePath, Arc<Note>> = BTreeMap::new();
    for (from, to) in &moved {
        incoming.extend(vault.links_into(from));
        if let Some(note) = vault.note(from) {
            whole.insert(from.clone(), Arc::clone(note));
        }
        // A link that named another file of this name may mean this one from now on, and the other way round.
        for name in BTreeSet::from([from.stem(), from.file_name(), to.stem(), to.file_name()]) {
            for note in vault.linking_to_name(name) {
                whole.entry(note.path.clone()).or_insert(note);
            }
        }
    }
    let whole: Vec<Arc<Note>> = whole.into_values().collect();
    let now_at = |path: &NotePath| moved.get(path).unwrap_or(path).clone();
    let place = |target: &Target| Target { path: now_at(&target.path), place: target.place };
    let home = |path: &NotePath, _: TextRange| now_at(path);
    Relink { before: vault, after: &after, place: &place, home: &home, replaced: None }
        .edits_or_lost(incoming, &whole)
}

/// Every note, file and folder that moves, with where it goes.
fn all_moved(vault: &Vault, moves: &[(NotePath, NotePath)]) -> BTreeMap<NotePath, NotePath> {
    let mut moved = BTreeMap::new();
    // Of moves inside each other the inner one decides.
    let mut moves: Vec<&(NotePath, NotePath)> = moves.iter().collect();
    moves.sort_by_key(|(from, _)| from.as_str().len());
    for (from, to) in moves {
        let under = vault.known_under(from).chain(vault.folders_under(from));
        for path in under.collect::<Vec<_>>() {
            let rest = path.relative_to(from).unwrap_or_default();
            let new = if rest.is_empty() { to.clone() } else { to.join(rest) };
            moved.insert(path, new);
        }
    }
    moved
}

fn vault_after(vault: &Vault, moves: &[(NotePath, NotePath)], moved: &BTreeMap<NotePath, NotePath>) -> Vault {
    let mut after = vault.clone();
    for path in moved.keys() {
        after.remove(path);
        after.remove_file(path);
    }
    for (from, _) in moves {
        after.remove_folder(from);
    }
    for (from, to) in moved {
        match vault.note(from) {
            Some(note) => {
                after.insert(Arc::new(Note::read(to.clone(), note.text.as_str())));
            }
            None if vault.has_file(from) => {
                after.insert_file(to);
            }
            None => after.insert_folder(to),
        }
    }
    after
}
