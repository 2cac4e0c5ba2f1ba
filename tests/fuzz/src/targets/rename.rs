//! A few notes, a place in one and a new name for what stands there: the edits fit, and every link that led somewhere
//! leads to the same afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use studymark::edit::WorkspaceEdit;
use studymark::features::rename::{prepare, rename};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::Vault;
use studymark::vault::glossary::Glossary;
use studymark::vault::resolve::{Place, Resolution, Target};

use super::super::{ask, boundary, empty, fits, head, parts, text};

const PATHS: [&str; 4] = ["/a.md", "/sub/闭包.md", "/sub/a.md", "/b c.md"];

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut parts = parts(data);
    let ([which, high, low], _) = head::<3>(parts.next().unwrap_or_default());
    let new_name = text(parts.next().unwrap_or_default()).into_owned();
    let mut before = empty();
    for file in ["/p.png", "/sub/p q.png"] {
        before.insert_file(&NotePath::new(file));
    }
    for (path, written) in PATHS.iter().zip(parts) {
        before.insert(Arc::new(Note::read(NotePath::new(path), text(written))));
    }
    let notes: Vec<Arc<Note>> = before.notes().cloned().collect();
    let Some(note) = notes.get(usize::from(which) % notes.len().max(1)) else { return };
    let place = usize::from(high) << 8 | usize::from(low);
    let offset = boundary(note.text.as_str(), place % (note.text.len() + 1));
    let glossary = Glossary::of(&before);
    let prepared = prepare(&before, &glossary, note, offset);
    if let Ok(renamable) = &prepared {
        fits("what is renamed", note.text.as_str(), renamable.range);
    }
    let Ok(edit) = rename(&before, &glossary, note, offset, &new_name) else { return };
    assert!(prepared.is_ok(), "what is renamed can be renamed: {prepared:?}");
    let after = moved(&ask::applied(&before, &edit), &edit);
    let now = leads(&after);
    for (from, source, range, target) in led(&before) {
        // What a new name replaces as a whole may say something else: a link that is all of a heading goes with its name.
        let edits = edit.edited.get(&from).map(Vec::as_slice).unwrap_or_default();
        let is_heading = || {
            let note = before.note(&from);
            note.is_some_and(|note| note.headings.iter().any(|heading| heading.content == range))
        };
        let replaced = edits
            .iter()
            .any(|edit| edit.range.contains_range(range) && (edit.range != range || is_heading()));
        let Some(expected) = (!replaced).then(|| place_after(&before, &edit, &target)).flatten() else {
            continue;
        };
        let key = (new_path(&edit, &from), shifted(&edit, &from, range.start()), source);
        let found = now.get(&key).map(|target| place_of(&after, target));
        assert!(
            found.as_ref() == Some(&expected),
            "{from} {:?} leads to {found:?}, not {expected:?}, once {prepared:?} is {new_name:?}: {edit:#?}",
            before.note(&from).map(|note| note.text.slice(range)),
        );
    }
}

/// What kind of construct names a target: a link or a definition.
type SourceKind = bool;

/// The links that lead somewhere, each with its whole range and its first target.
fn led(vault: &Vault) -> Vec<(NotePath, SourceKind, TextRange, Target)> {
    let mut led = Vec::new();
    for note in vault.notes() {
        for (source, resolution) in vault.resolve_all(note) {
            let Resolution::Found(targets) = resolution else { continue };
            let is_link = matches!(source, studymark::vault::backlinks::Source::Link(_));
            led.extend(
                targets.into_iter().take(1).map(|to| (note.path.clone(), is_link, source.range(note), to)),
            );
        }
    }
    led
}

fn leads(vault: &Vault) -> BTreeMap<(NotePath, usize, SourceKind), Target> {
    led(vault).into_iter().map(|(path, kind, range, to)| ((path, range.start(), kind), to)).collect()
}

/// The vault once files have moved.
fn moved(vault: &Vault, edit: &WorkspaceEdit) -> Vault {
    let mut after = empty();
    for note in vault.notes() {
        after.insert(Arc::new(Note::read(new_path(edit, &note.path), note.text.as_str())));
    }
    for file in vault.files() {
        after.insert_file(&new_path(edit, file));
    }
    after
}

fn new_path(edit: &WorkspaceEdit, path: &NotePath) -> NotePath {
    let within = |(from, to): &(NotePath, NotePath)| {
        (path == from).then(|| to.clone()).or_else(|| path.relative_to(from).map(|rest| to.join(rest)))
    };
    edit.renamed.iter().find_map(within).unwrap_or_else(|| path.clone())
}

/// Where an offset of a note stands after the edits; inside of one, where that begins.
fn shifted(edit: &WorkspaceEdit, path: &NotePath, offset: usize) -> usize {
    let edits = edit.edited.get(path).map(Vec::as_slice).unwrap_or_default();
    let mut at = offset;
    for edit in edits.iter().rev() {
        if edit.range.end() <= offset && !(edit.range.is_empty() && edit.range.start() == offset) {
            at = at - edit.range.len() + edit.new_text.len();
        } else if edit.range.start() < offset {
            at -= offset - edit.range.start();
        }
    }
    at
}

/// A target by where it stands in its note: its path, what kind of place it is, and the offset of its name.
type Standing = (NotePath, &'static str, usize);

fn standing(vault: &Vault, target: &Target) -> Option<(&'static str, usize)> {
    let note = vault.note(&target.path);
    Some(match target.place {
        Place::Note => ("note", 0),
        Place::File => ("file", 0),
        Place::Folder => ("folder", 0),
        Place::Line(line) => ("line", line),
        Place::Heading(index) => ("heading", note?.headings.get(index)?.range.start()),
        Place::Anchor(index) => ("anchor", note?.anchors.get(index)?.name.start()),
        Place::Definition(index) => ("definition", note?.definitions.get(index)?.range.start()),
        Place::Footnote(index) => ("footnote", note?.footnotes.get(index)?.range.start()),
    })
}

fn place_of(vault: &Vault, target: &Target) -> Option<Standing> {
    standing(vault, target).map(|(kind, at)| (target.path.clone(), kind, at))
}

fn place_after(before: &Vault, edit: &WorkspaceEdit, target: &Target) -> Option<Option<Standing>> {
    let (kind, at) = standing(before, target)?;
    let at = if matches!(kind, "line" | "note" | "file" | "folder") {
        at
    } else {
        shifted(edit, &target.path, at)
    };
    Some(Some((new_path(edit, &target.path), kind, at)))
}
