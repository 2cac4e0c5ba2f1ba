//! A text and what an editor does to it: the rope, the lines and the syntax tree are as those of the text that the
//! plainest reading of the edits gives, and the vault is as one that is read anew.

use std::sync::Arc;

use studymark::features::diagnostics::check_note;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::blocks::Blocks;
use studymark::syntax::context::Context;
use studymark::text::{Buffer, LineCol, Text};
use studymark::vault::Vault;
use studymark::vault::glossary::Glossary;
use studymark::vault::resolve::{Place, Resolution};

use super::super::{ask, empty, head, naive, parts, places, text};

/// More edits than this find nothing new.
const MOST_EDITS: usize = 24;

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut parts = parts(data);
    let ([unit], start) = head::<1>(parts.next().unwrap_or_default());
    let encoding = ask::ENCODINGS[usize::from(unit) % 3];
    let mut plain = text(start).into_owned();
    let mut buffer = Buffer::new(&plain);
    let mut tree = Tree::new();
    let mut vault = empty();
    let other = "# 闭包\n\n[[n]] [x](n.md#闭包) ![[n#^a]] [y](n.md#a-1)\n\n堆（heap）是一种树。\n";
    vault.insert(Arc::new(Note::read(NotePath::new("/other.md"), other)));
    let mut glossary = Glossary::default();
    for part in parts.take(MOST_EDITS) {
        let ([line, column, end_line, end_column, wants], new) = head::<5>(part);
        let place = |line: u8, column: u8| LineCol { line: far(line), column: far(column) };
        let (from, to) = (place(line, column), place(end_line, end_column));
        let new = text(new);
        let edit = buffer.edit(from, to, encoding, &new);
        tree.note_edit(&edit);
        plain = naive::edited(&plain, from, to, encoding, &new);
        assert_eq!(buffer.to_text(), plain, "{from:?} to {to:?} is now {new:?}");
        ask::positions(&Text::new(plain.as_str()), &buffer);
        if wants & 1 != 0 {
            check_tree(&mut tree, &buffer, &plain);
        }
        if wants & 2 != 0 {
            vault.insert(Arc::new(Note::read(NotePath::new("/n.md"), buffer.to_text())));
            glossary.update(&vault);
        }
    }
    vault.insert(Arc::new(Note::read(NotePath::new("/n.md"), buffer.to_text())));
    glossary.update(&vault);
    check_tree(&mut tree, &buffer, &plain);

    let mut fresh = empty();
    fresh.insert(Arc::new(Note::read(NotePath::new("/n.md"), plain.as_str())));
    fresh.insert(Arc::new(Note::read(NotePath::new("/other.md"), other)));
    assert_eq!(everything(&vault, &glossary), everything(&fresh, &Glossary::of(&fresh)));
}

/// A line or column of one byte; the last stand for numbers that no text reaches.
fn far(byte: u8) -> u32 {
    if byte < 0xFD { u32::from(byte) } else { u32::MAX - u32::from(0xFE - byte.min(0xFE)) }
}

/// The tree that was brought up to date, and a fresh one, fit the text. They may differ, so no more is said of them.
fn check_tree(tree: &mut Tree, buffer: &Buffer, text: &str) {
    let live = tree.bring_up_to_date(buffer).cloned();
    for blocks in live.iter().chain(&Blocks::fresh(buffer)) {
        assert_eq!(blocks.text_len(), text.len());
        for offset in places(text, 12) {
            ask::tree(blocks, buffer, text, offset);
        }
    }
    for offset in places(text, 6) {
        let _ = Context::at(buffer, tree, offset);
    }
}

/// All that can be asked of a vault, as text.
fn everything(vault: &Vault, glossary: &Glossary) -> Vec<String> {
    let mut all = Vec::new();
    let mut leads = Vec::new();
    for note in vault.notes() {
        all.push(format!("{note:?}"));
        all.extend(check_note(vault, note).iter().map(|found| format!("{} {found:?}", note.path)));
        all.push(format!("{:?}", vault.answers(note)));
        let mentions = vault.mentions(&glossary.apart(), note);
        all.extend(
            mentions.iter().map(|mention| format!("{:?} {}", mention.range, glossary.folded(mention.name))),
        );
        for (source, resolution) in vault.resolve_all(note) {
            all.push(format!("{} {source:?} {resolution:?}", note.path));
            let Resolution::Found(targets) = resolution else { continue };
            let files = targets.into_iter().filter(|target| target.place != Place::Folder);
            leads.extend(files.map(|target| format!("{} {source:?} {target:?}", note.path)));
        }
    }
    let mut indexed: Vec<String> = vault
        .notes()
        .flat_map(|note| vault.links_into(&note.path))
        .map(|incoming| format!("{} {:?} {:?}", incoming.from.path, incoming.source, incoming.target))
        .collect();
    indexed.sort();
    leads.sort();
    assert_eq!(indexed, leads, "the index of backlinks finds what resolving all links finds");
    let names: Vec<&str> = glossary.ids().map(|id| glossary.folded(id)).collect();
    all.push(format!("{names:?}"));
    all
}
