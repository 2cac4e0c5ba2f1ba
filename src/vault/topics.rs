//! Which notes speak of what: an index from the words of headings to the notes that have them.
//!
//! Invariant: after [`Topics::update`] it equals the index of that vault built from nothing. Only notes that changed
//! are read again, and no note's text is kept: what a section says is compared when someone asks.

use std::collections::HashMap;

use crate::note::Note;
use crate::note::tokens::{TokenKey, each_token, key, same_title};
use crate::path::NotePath;
use crate::vault::Vault;

/// The words and titles of every note's headings.
#[derive(Default)]
pub struct Topics {
    vault: Vault,
    ids: HashMap<NotePath, u32>,
    /// The paths of the notes by their ids; those of notes that went are used again.
    paths: Vec<NotePath>,
    free: Vec<u32>,
    /// The notes whose headings have a word, by its key.
    words: HashMap<TokenKey, Vec<u32>>,
    /// The notes with a heading that asks the same, by the key of [`same_title`].
    titles: HashMap<TokenKey, Vec<u32>>,
}

impl Topics {
    /// The index of a vault.
    pub fn of(vault: &Vault) -> Self {
        let mut topics = Self::default();
        topics.update(vault);
        topics
    }

    /// Brings the index up to date, at the cost of the notes that changed.
    pub fn update(&mut self, vault: &Vault) {
        let before = std::mem::replace(&mut self.vault, vault.clone());
        for path in vault.changed_since(&before) {
            match (before.note(path), vault.note(path)) {
                (Some(old), Some(new)) if same_headings(old, new) => {}
                (old, new) => {
                    old.iter().for_each(|old| self.remove(old));
                    new.iter().for_each(|new| self.insert(new));
                }
            }
        }
    }

    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The notes whose headings have a word, in no order.
    pub fn with_word(&self, word: TokenKey) -> impl ExactSizeIterator<Item = &NotePath> {
        self.words.get(&word).map_or(&[][..], Vec::as_slice).iter().map(|id| &self.paths[*id as usize])
    }

    /// The notes that may have a heading with this [`same_title`], in no order.
    pub fn with_title(&self, title: &str) -> impl ExactSizeIterator<Item = &NotePath> {
        self.titles.get(&key(title)).map_or(&[][..], Vec::as_slice).iter().map(|id| &self.paths[*id as usize])
    }

    fn insert(&mut self, note: &Note) {
        let id = match self.free.pop() {
            Some(id) => {
                self.paths[id as usize] = note.path.clone();
                id
            }
            None => {
                self.paths.push(note.path.clone());
                // A vault has far fewer notes than there are ids.
                (self.paths.len() - 1) as u32
            }
        };
        let keys = Keys::of(note);
        for key in keys.words {
            self.words.entry(key).or_default().push(id);
        }
        for key in keys.titles {
            self.titles.entry(key).or_default().push(id);
        }
        self.ids.insert(note.path.clone(), id);
    }

    /// Takes out a note as it was put in. Its keys are made again, since many notes have many words.
    fn remove(&mut self, note: &Note) {
        let Some(id) = self.ids.remove(&note.path) else { return };
        let keys = Keys::of(note);
        for (keys, index) in [(keys.words, &mut self.words), (keys.titles, &mut self.titles)] {
            for key in keys {
                let Some(ids) = index.get_mut(&key) else { continue };
                if let Some(at) = ids.iter().position(|with| *with == id) {
                    ids.swap_remove(at);
                }
                if ids.is_empty() {
                    index.remove(&key);
                }
            }
        }
        self.free.push(id);
    }
}

/// What a note's headings put into the index, each key once.
struct Keys {
    words: Vec<TokenKey>,
    titles: Vec<TokenKey>,
}

impl Keys {
    fn of(note: &Note) -> Self {
        let mut keys = Self { words: Vec::new(), titles: Vec::new() };
        for heading in &note.headings {
            each_token(heading.title(), |token| keys.words.push(key(token)));
            keys.titles.push(key(&same_title(heading.title())));
        }
        for keys in [&mut keys.words, &mut keys.titles] {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
    }
}

/// Whether two readings of a note have the same titles, so that they have the same words here.
fn same_headings(old: &Note, new: &Note) -> bool {
    old.headings.iter().map(|heading| heading.title()).eq(new.headings.iter().map(|heading| heading.title()))
}

#[cfg(test)]
mod tests {
    use super::Topics;
    use crate::fixture::Fixture;
    use crate::note::tokens::key;
    use crate::path::NotePath;

    fn names<'a>(paths: impl Iterator<Item = &'a NotePath>) -> String {
        let mut names: Vec<String> = paths.map(|path| path.stem().to_owned()).collect();
        names.sort();
        names.join(" ")
    }

    #[test]
    fn words_and_titles_lead_to_notes() {
        let fixture = Fixture::parse("//- a.md\n# 逃逸分析\n//- b.md\n# 内存逃逸\n## Escape analysis?\n");
        let topics = Topics::of(&fixture.vault);
        assert_eq!(names(topics.with_word(key("逃逸"))), "a b");
        assert_eq!(names(topics.with_word(key("escape"))), "b");
        assert_eq!(names(topics.with_title("逃逸分析")), "a");
    }

    #[test]
    fn what_changed_is_what_changes() {
        let mut fixture = Fixture::parse("//- a.md\n# 死锁\n//- b.md\n# 活锁\n");
        let mut topics = Topics::of(&fixture.vault);
        let other = Fixture::parse("//- a.md\n# 饥饿\n//- c.md\n# 死锁\n");
        fixture.vault.remove(&NotePath::new("/b.md"));
        for note in other.vault.notes() {
            fixture.vault.insert(note.clone());
        }
        topics.update(&fixture.vault);
        assert_eq!(names(topics.with_word(key("死锁"))), "c");
        assert_eq!(names(topics.with_word(key("活锁"))), "");
        assert_eq!(names(topics.with_word(key("饥饿"))), "a");
        assert_eq!(topics.len(), 2);
        let fresh = Topics::of(&fixture.vault);
        assert_eq!(fresh.words.len(), topics.words.len());
        assert_eq!(fresh.titles.len(), topics.titles.len());
    }
}
