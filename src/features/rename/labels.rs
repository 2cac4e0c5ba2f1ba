//! Names inside texts: link definitions, footnotes, tags.
//!
//! Invariant: what is shown stays: a use `[r]` of a definition becomes `[r][new]`.

use std::sync::Arc;

use crate::edit::WorkspaceEdit;
use crate::note::lookup::{fold, fold_label};
use crate::note::{LinkKind, Note};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::retitle::{Refusal, refused};

/// Renames a link definition and its uses.
pub fn rename_definition(note: &Arc<Note>, index: usize, new_name: &str) -> Result<WorkspaceEdit, Refusal> {
    let Some(definition) = note.definitions.get(index) else { return refused("the definition is gone") };
    if new_name.contains(['[', ']']) || new_name.starts_with('^') {
        return refused("the label of a definition has no brackets and does not begin with ^");
    }
    let old = fold_label(note.text.slice(definition.label));
    if fold_label(new_name) != old && note.definition(new_name).is_some() {
        return refused(format!("[{new_name}] is defined in this note already"));
    }
    let mut edit = WorkspaceEdit::default();
    for definition in note.definitions.iter().filter(|other| fold_label(note.text.slice(other.label)) == old)
    {
        edit.edit(&note.path, definition.label, new_name);
    }
    for link in &note.links {
        let is_use = matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference)
            && fold_label(note.text.slice(link.target)) == old;
        if !is_use {
            continue;
        }
        let end = link.range.end();
        if link.target.start() > link.label.end() {
            edit.edit(&note.path, link.target, new_name);
        } else if note.text.slice(link.range).ends_with("[]") {
            edit.edit(&note.path, TextRange::empty(end - 1), new_name);
        } else {
            edit.edit(&note.path, TextRange::empty(end), format!("[{new_name}]"));
        }
    }
    Ok(edit)
}

/// Renames a footnote and its marks.
pub fn rename_footnote(note: &Arc<Note>, index: usize, new_name: &str) -> Result<WorkspaceEdit, Refusal> {
    let Some(footnote) = note.footnotes.get(index) else { return refused("the footnote is gone") };
    if new_name.contains(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '^')) {
        return refused("the name of a footnote has no spaces, brackets or ^");
    }
    let old = fold_label(note.text.slice(footnote.name));
    if fold_label(new_name) != old && note.footnote(new_name).is_some() {
        return refused(format!("there is a footnote [^{new_name}] in this note already"));
    }
    let mut edit = WorkspaceEdit::default();
    for footnote in note.footnotes.iter().filter(|other| fold_label(note.text.slice(other.name)) == old) {
        edit.edit(&note.path, footnote.name, new_name);
    }
    for link in &note.links {
        if link.kind == LinkKind::Footnote && fold_label(note.text.slice(link.target)) == old {
            edit.edit(&note.path, link.target, new_name);
        }
    }
    Ok(edit)
}

/// Renames a tag and the tags inside it (`#os/linux` with `#os`) in all notes, in prose and in front matter.
pub fn rename_tag(vault: &Vault, tag: &str, new_name: &str) -> Result<WorkspaceEdit, Refusal> {
    let new_name = new_name.trim_start_matches('#');
    let allowed =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/') || !c.is_ascii() && !c.is_whitespace();
    if new_name.is_empty() || !new_name.chars().all(allowed) || new_name.chars().all(|c| c.is_ascii_digit()) {
        return refused("a tag is made of letters, digits, - _ and /, and not of digits alone");
    }
    let mut edit = WorkspaceEdit::default();
    for (note, range) in vault.tagged(tag) {
        let name = range.start() + "#".len();
        let end = end_of_first(note.text.slice(TextRange::new(name, range.end())), tag);
        edit.edit(&note.path, TextRange::new(name, name + end), new_name);
    }
    for (note, range) in vault.tagged_in_front_matter(tag) {
        let end = end_of_first(note.text.slice(range), tag);
        edit.edit(&note.path, TextRange::new(range.start(), range.start() + end), new_name);
    }
    Ok(edit)
}

/// Where `tag`, whose letters may differ in case, ends in `text`, which is it or one inside it.
fn end_of_first(text: &str, tag: &str) -> usize {
    let parts = tag.split('/').count();
    let mut ends = text.match_indices('/').map(|(slash, _)| slash).chain([text.len()]);
    let end = ends.nth(parts - 1).unwrap_or(text.len());
    debug_assert!(fold(&text[..end]) == fold(tag));
    end
}
