//! The names of all notes, packed: what a search looks at instead of the notes.
//!
//! Invariant: in the order of the notes' paths, whatever changed since; a chunk is never altered but replaced, so who
//! holds one knows that its names are the same.

use std::sync::Arc;

use rayon::prelude::*;

use crate::note::Note;
use crate::note::sought::Sought;
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::era::Offered;

/// How many notes a chunk has when it is made: few enough to make one anew after a key.
const NOTES: usize = 64;

/// With more it is divided.
const MOST_NOTES: usize = 2 * NOTES;

/// The names of all notes, as they are kept from one search to the next.
#[derive(Default)]
pub struct Table {
    vault: Vault,
    chunks: Vec<Arc<Chunk>>,
}

/// Notes that follow each other, with their names.
#[derive(Default)]
pub struct Chunk {
    /// Where the notes stand; there is at least one.
    pub paths: Vec<NotePath>,
    /// Their names.
    pub sought: Sought,
}

impl Table {
    /// The chunks, in the order of their notes.
    pub fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// Takes in what changed in the vault since it was last looked at.
    pub fn update(&mut self, vault: &Vault) {
        if self.chunks.is_empty() {
            let notes: Vec<&Arc<Note>> = vault.notes.values().collect();
            self.chunks = notes.par_chunks(NOTES).map(|notes| Arc::new(Chunk::of(notes))).collect();
        } else {
            let before = std::mem::take(&mut self.vault);
            let mut changed: Vec<&NotePath> = vault.changed_since(&before).collect();
            changed.sort_unstable();
            self.replace(&changed, &before, vault);
        }
        self.vault = vault.clone();
    }

    /// Makes the chunks anew in which these notes stand or would.
    fn replace(&mut self, changed: &[&NotePath], before: &Vault, vault: &Vault) {
        let mut rest = changed;
        while let Some(path) = rest.first() {
            let after = self
                .chunks
                .partition_point(|chunk| chunk.paths.first().is_some_and(|first| *first <= **path));
            let at = after.saturating_sub(1);
            let next = self.chunks.get(at + 1).and_then(|next| next.paths.first());
            let count = rest.partition_point(|path| next.is_none_or(|next| **path < *next));
            // A path before the first of the next chunk, which is the one that was found, comes first.
            let (here, later) = rest.split_at(count.max(1));
            // Of most that are typed names stay the same.
            if !here.iter().all(|path| same_names(before, vault, path)) {
                let old = self.chunks.get(at).cloned().unwrap_or_default();
                self.chunks.splice(at..(at + 1).min(self.chunks.len()), old.with(here, vault));
            }
            rest = later;
        }
    }
}

/// Whether a note was there before and its names are what they were, and stand in what they stood in.
fn same_names(before: &Vault, now: &Vault, path: &NotePath) -> bool {
    fn parents(note: &Note) -> impl Iterator<Item = Option<u32>> {
        note.sections.iter().map(|section| section.parent)
    }
    before
        .note(path)
        .zip(now.note(path))
        .is_some_and(|(old, new)| !Offered::between(old, new).other_names() && parents(old).eq(parents(new)))
}

impl Chunk {
    fn of(notes: &[&Arc<Note>]) -> Self {
        let mut sought = Sought::default();
        notes.iter().for_each(|note| sought.add(note));
        let paths = notes.iter().map(|note| note.path.clone()).collect();
        Self { paths, sought: sought.in_its_size() }
    }

    /// The path of the note whose name has this index.
    pub fn path_of(&self, name: usize) -> Option<&NotePath> {
        self.paths.get(self.sought.note_of(name))
    }

    /// The same with these notes as they are in the vault now; none when none is left, several when they are many.
    fn with(&self, changed: &[&NotePath], vault: &Vault) -> Vec<Arc<Self>> {
        // Each note, and its number here when it is as it was.
        let mut notes: Vec<(&NotePath, Result<usize, &Note>)> = Vec::new();
        let now = |path: &&NotePath| vault.note(path).map(|note| (&note.path, Err(&**note)));
        let mut rest = changed;
        for (number, path) in self.paths.iter().enumerate() {
            let (before, from) = rest.split_at(rest.partition_point(|changed| **changed < *path));
            notes.extend(before.iter().filter_map(now));
            rest = from;
            if rest.first().is_none_or(|changed| **changed != *path) {
                notes.push((path, Ok(number)));
            }
        }
        notes.extend(rest.iter().filter_map(now));
        let size = if notes.len() > MOST_NOTES { NOTES } else { MOST_NOTES };
        let made = notes.chunks(size).map(|notes| {
            let mut sought = Sought::default();
            for (_, from) in notes {
                match from {
                    Ok(number) => sought.copy(&self.sought, *number),
                    Err(note) => sought.add(note),
                }
            }
            let paths = notes.iter().map(|(path, _)| (*path).clone()).collect();
            Arc::new(Self { paths, sought: sought.in_its_size() })
        });
        made.collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{MOST_NOTES, Table};
    use crate::note::Note;
    use crate::path::NotePath;
    use crate::vault::Vault;

    fn all(table: &Table) -> Vec<String> {
        let names = table.chunks().iter().flat_map(|chunk| {
            (0..chunk.sought.len()).map(|index| {
                let path = chunk.path_of(index).unwrap();
                let parent = chunk.sought.parent(index).map(|parent| chunk.sought.text_of(parent));
                format!(
                    "{path} {:?} {} {parent:?}",
                    chunk.sought.named(index).unwrap(),
                    chunk.sought.text_of(index)
                )
            })
        });
        names.collect()
    }

    #[test]
    fn what_changes_is_taken_in_where_it_belongs() {
        let mut vault = Vault::default();
        let mut table = Table::default();
        let mut number: u32 = 1;
        for step in 0..200_u32 {
            // Bursts of notes that come, change and go, until there are several chunks and until none is left.
            for _ in 0..=number % 40 {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let path = NotePath::new(&format!("/f{}/n{}.md", number >> 30, (number >> 20) % 300));
                let goes = (number >> 8) % 8 < 1 + 6 * (step / 100);
                // Some names stay while the prose under them changes.
                let text = match number >> 5 & 1 {
                    0 => format!("# 题{step}\n\n## 一、{number}\n"),
                    _ => format!("# 题\n\n{number}\n"),
                };
                if goes {
                    vault.remove(&path);
                } else {
                    vault.insert(Arc::new(Note::read(path, text)));
                }
            }
            table.update(&vault);
            let mut anew = Table::default();
            anew.update(&vault);
            assert_eq!(all(&table), all(&anew), "step {step}");
            assert!(table.chunks().iter().all(|chunk| (1..=MOST_NOTES).contains(&chunk.paths.len())));
        }
    }

    #[test]
    fn a_chunk_without_changes_is_the_same() {
        let note = |n: usize, text: &str| Arc::new(Note::read(NotePath::new(&format!("/n{n:04}.md")), text));
        let mut vault = Vault::default();
        (0..500).for_each(|n| _ = vault.insert(note(n, "# 甲\n")));
        let mut table = Table::default();
        table.update(&vault);
        let before = table.chunks().to_vec();
        vault.insert(note(250, "# 乙\n"));
        table.update(&vault);
        let same = before.iter().zip(table.chunks()).filter(|(old, new)| Arc::ptr_eq(old, new));
        assert_eq!((before.len(), same.count()), (table.chunks().len(), before.len() - 1));
        // Typing prose makes no name anew.
        let before = table.chunks().to_vec();
        vault.insert(note(250, "# 乙\n\n文\n"));
        table.update(&vault);
        assert!(before.iter().zip(table.chunks()).all(|(old, new)| Arc::ptr_eq(old, new)));
        // A heading that stands in another one is found by that.
        vault.insert(note(250, "# 乙\n\n## 丙\n"));
        table.update(&vault);
        vault.insert(note(250, "# 乙\n\n# 丙\n"));
        table.update(&vault);
        let mut anew = Table::default();
        anew.update(&vault);
        assert_eq!(all(&table), all(&anew));
    }
}
