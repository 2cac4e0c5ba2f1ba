//! A name of the glossary renamed: where it is defined, where it is spoken of, and on links to what it means.
//!
//! Invariant: what the notes say afterwards is tried first: the new name is defined and found wherever the old one was, and
//! was no name of something else before. The other names of the same thing stay as they are.

use std::sync::Arc;

use crate::edit::{WorkspaceEdit, apply};
use crate::fold::{Folded, folded};
use crate::note::terms::names::{is_generic, is_name, trimmed};
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Defined, Glossary, NameId, spellings};
use crate::vault::mentions::{Mention, is_whole};
use crate::vault::occurrences::Referent;
use crate::vault::retitle::{Refusal, refused, reworded};

/// The changes that give the name `id`, as it is spoken of in `note`, the name `new`. Those in other notes are to be
/// confirmed, since the same word may mean something else there.
///
/// # Errors
/// When `new` can be no name, is one already, or would not be found where the old one was.
pub fn rename_term(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    id: NameId,
    new: &str,
) -> Result<WorkspaceEdit, Refusal> {
    let name = Name::of(vault, glossary, note, id);
    check_new(vault, glossary, &name, new)?;
    let mut own = WorkspaceEdit::default();
    for (of, range) in name.places(vault, glossary) {
        let text = fitting(&of, range, new);
        if of.text.slice(range) != text && own.edit(&of.path, range, text) && of.path != note.path {
            own.to_confirm.insert((of.path.clone(), range));
        }
    }
    let edit = reworded(vault, own)?;
    check_found(vault, glossary, &name, new, &edit)?;
    Ok(edit)
}

/// Where a name itself stands in the place that speaks of it or defines it: without the marks around it.
pub fn written(vault: &Vault, glossary: &Glossary, note: &Note, mention: Mention) -> TextRange {
    Name::of(vault, glossary, note, mention.name).within(note, mention.range).unwrap_or(mention.range)
}

/// A name in all its spellings, with the definitions that give it.
struct Name<'v> {
    ids: Vec<NameId>,
    /// The spellings in folded form.
    folded: Vec<String>,
    defined: Vec<Defined<'v>>,
}

impl<'v> Name<'v> {
    fn of(vault: &'v Vault, glossary: &Glossary, note: &Note, id: NameId) -> Self {
        let sought = glossary.folded(id);
        let places = glossary.places(vault, id, &note.path, None);
        let mut folded: Vec<String> = places
            .iter()
            .flat_map(|defined| defined.names())
            .map(|written| spellings(&folded(written)))
            .filter(|spellings| spellings.iter().any(|spelling| spelling == sought))
            .flatten()
            .chain([sought.to_owned()])
            .collect();
        folded.sort_unstable();
        folded.dedup();
        let ids: Vec<NameId> = folded.iter().filter_map(|spelling| glossary.id(spelling)).collect();
        let mut defined: Vec<Defined<'v>> =
            ids.iter().flat_map(|id| glossary.places(vault, *id, &note.path, None)).collect();
        let place = |of: &Defined<'_>| (of.note.path.clone(), of.definition.name_range);
        defined.sort_by_cached_key(place);
        defined.dedup_by_key(|of| place(of));
        Self { ids, folded, defined }
    }

    fn is(&self, written: &str) -> bool {
        self.folded.contains(&folded(written))
    }

    /// Every place where the name stands: in definitions, in prose, on links to what it means.
    fn places(&self, vault: &Vault, glossary: &Glossary) -> Vec<(Arc<Note>, TextRange)> {
        let mut places = Vec::new();
        for defined in &self.defined {
            let note = defined.note;
            let written = self.within(note, defined.definition.name_range);
            // Another name of a note stands in its front matter, where nothing is prose.
            let front = note.front_matter.as_ref().filter(|front| {
                written.is_none() && front.range.contains_range(defined.definition.name_range)
            });
            let written = written.or_else(|| self.within(note, front?.range));
            places.extend(written.map(|range| (Arc::clone(note), range)));
            let target = Referent::Target(defined.target());
            for link in vault.occurrences(&target) {
                places
                    .extend(self.label(&link.note, link.range).map(|range| (Arc::clone(&link.note), range)));
            }
        }
        places.extend(vault.mentions_of(glossary, &self.ids));
        places
    }

    /// Where the name stands in a range: all of it, or a whole word of it.
    fn within(&self, note: &Note, range: TextRange) -> Option<TextRange> {
        let written = note.text.slice(range);
        if self.is(written) && written.trim() == written {
            return Some(range);
        }
        let text = Folded::of(written);
        let found = self.folded.iter().flat_map(|name| {
            text.text.match_indices(name.as_str()).map(|(start, _)| (start, start + name.len()))
        });
        let (start, end) = found.filter(|(start, end)| is_whole(&text.text, *start, *end)).min()?;
        Some(TextRange::new(range.start() + text.origin(start), range.start() + text.origin(end)))
    }

    /// The label of the link in this place, when it is the name: `闭包` of `[闭包](b.md#闭包)`.
    fn label(&self, note: &Note, range: TextRange) -> Option<TextRange> {
        let link = note.links.iter().find(|link| link.range == range)?;
        let shows_text = matches!(link.kind, LinkKind::Inline | LinkKind::Reference | LinkKind::Wiki);
        // `[[b]]` and `[r]` have no label of their own.
        let own = shows_text && link.label != link.target && !link.label.is_empty();
        (own && self.is(note.text.slice(link.label))).then_some(link.label)
    }
}

/// The new name as it stands in a place: Latin letters keep apart from those beside them.
fn fitting(note: &Note, range: TextRange, new: &str) -> String {
    let text = note.text.as_str();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let before = latin(text[..range.start()].chars().next_back()) && latin(new.chars().next());
    let after = latin(text[range.end()..].chars().next()) && latin(new.chars().next_back());
    format!("{}{new}{}", if before { " " } else { "" }, if after { " " } else { "" })
}

fn check_new(vault: &Vault, glossary: &Glossary, name: &Name<'_>, new: &str) -> Result<(), Refusal> {
    if !is_name(new) || trimmed(new).1 != new || is_generic(new) {
        return refused(format!(
            "{new} can be no name: it is a common word or a sentence, or has marks in it"
        ));
    }
    let by_settings = name.folded.iter().find(|folded| {
        name.defined.iter().any(|defined| glossary.also_called(&defined.note.path, folded).next().is_some())
    });
    if let Some(named) = by_settings {
        return refused(format!("the setting terms.aliases speaks of {named}: change it there first"));
    }
    let taken = spellings(&folded(new)).into_iter().filter_map(|spelling| glossary.id(&spelling));
    for id in taken.filter(|id| !name.ids.contains(id)) {
        if let Some(other) = glossary.places(vault, id, &NotePath::new(""), None).first() {
            let line = other.note.text.line_of(other.definition.name_range.start()) + 1;
            let path = vault.display_path(&other.note.path);
            return refused(format!("{new} is the name of something else: {path}, line {line}"));
        }
    }
    Ok(())
}

/// Tries the notes as they will be.
fn check_found(
    vault: &Vault,
    glossary: &Glossary,
    name: &Name<'_>,
    new: &str,
    edit: &WorkspaceEdit,
) -> Result<(), Refusal> {
    let mut later = vault.clone();
    for (path, edits) in &edit.edited {
        let Some(note) = vault.note(path) else { continue };
        later.insert(Arc::new(Note::read(path.clone(), apply(note.text.as_str(), edits))));
    }
    let mut names = glossary.apart();
    names.update(&later);
    let ids: Vec<NameId> = spellings(&folded(new)).iter().filter_map(|spelling| names.id(spelling)).collect();
    let renamed = ids.first().map(|id| {
        let nowhere = NotePath::new("");
        let note = edit.edited.keys().find_map(|path| later.note(path));
        note.map_or_else(
            || names.places(&later, *id, &nowhere, None).len(),
            |note| Name::of(&later, &names, note, *id).defined.len(),
        )
    });
    if renamed.unwrap_or(0) < name.defined.len() {
        return refused(format!(
            "{new} would not be defined any more: what is said of it does not fit this name"
        ));
    }
    let count = |vault: &Vault, glossary: &Glossary, ids: &[NameId]| -> usize {
        let of_note = |note: &Arc<Note>| {
            vault.mentions(glossary, note).iter().filter(|mention| ids.contains(&mention.name)).count()
        };
        edit.edited.keys().filter_map(|path| vault.note(path)).map(of_note).sum()
    };
    let (before, after) = (count(vault, glossary, &name.ids), count(&later, &names, &ids));
    if after < before {
        return refused(format!(
            "{new} would be found in {after} of {before} places only: elsewhere it is too common a word or part of a longer name"
        ));
    }
    Ok(())
}
