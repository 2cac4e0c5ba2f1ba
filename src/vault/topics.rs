//! Which notes speak of what: an index from the words of headings to the notes that have them.
//!
//! Invariant: after [`Topics::update`] it equals the index of that vault built from nothing. Only notes that changed
//! are read again, and no note's text is kept: what a section says is compared when someone asks.

use std::sync::Arc;

use crate::note::Note;
use crate::note::tokens::{TokenKey, each_token, key, same_title};
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::numbers::Numbers;
use crate::vault::shards::Shards;

/// The words and titles of every note's headings.
#[derive(Default)]
pub struct Topics {
    /// The notes whose words these are.
    vault: Vault,
    /// Their numbers here: those of a vault may change while a note stays the same.
    numbers: Numbers,
    /// The notes whose headings have a word, by its key.
    words: Shards,
    /// The notes with a heading that asks the same, by the key of [`same_title`].
    titles: Shards,
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
        if self.vault.is_empty() {
            *self = Self::from_nothing(vault);
            return;
        }
        let before = std::mem::replace(&mut self.vault, vault.clone());
        for path in vault.changed_since(&before) {
            let (old, new) = (before.note(path), vault.note(path));
            if old.zip(new).is_some_and(|(old, new)| same_headings(old, new)) {
                continue;
            }
            let number = self.numbers.add(path);
            let [before, now] =
                [old, new].map(|note| note.map(|note| Keys::of(&note.for_a_moment())).unwrap_or_default());
            self.words.replace(&before.words, &now.words, number);
            self.titles.replace(&before.titles, &now.titles, number);
            if new.is_none() {
                self.numbers.forget(path);
            }
        }
    }

    /// All at once, which takes less time and room than to put in one after the other.
    fn from_nothing(vault: &Vault) -> Self {
        let notes: Vec<&Arc<Note>> = vault.notes().collect();
        let keys: Vec<Keys> = notes.iter().map(|note| Keys::of(&note.for_a_moment())).collect();
        let shards = |of: fn(&Keys) -> &[TokenKey]| Shards::of((0..).zip(keys.iter().map(of)));
        Self {
            words: shards(|keys| &keys.words),
            titles: shards(|keys| &keys.titles),
            numbers: Numbers::of(notes.iter().map(|note| &note.path)),
            vault: vault.clone(),
        }
    }

    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.vault.len()
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.vault.is_empty()
    }

    /// How many notes have headings with a word.
    pub fn count_with_word(&self, word: TokenKey) -> usize {
        self.words.count(word)
    }

    /// The notes whose headings have a word, by path.
    pub fn with_word(&self, word: TokenKey) -> impl Iterator<Item = &NotePath> {
        self.numbers.paths(self.words.bearers(word)).into_iter()
    }

    /// The notes that may have a heading with this [`same_title`], by path.
    pub fn with_title(&self, title: &str) -> impl Iterator<Item = &NotePath> {
        self.numbers.paths(self.titles.bearers(key(title))).into_iter()
    }
}

/// What a note's headings put into the index, each key once.
#[derive(Default)]
struct Keys {
    words: Vec<TokenKey>,
    titles: Vec<TokenKey>,
}

impl Keys {
    fn of(note: &Note) -> Self {
        let mut keys = Self::default();
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

    proptest::proptest! {
        #[test]
        fn as_from_nothing_after_any_changes(
            steps in proptest::collection::vec(
                (0..4_usize, proptest::option::of(proptest::collection::vec(0..6_usize, 0..4))), 1..24),
            often in 1..6_usize,
        ) {
            const WORDS: [&str; 6] = ["死锁", "活锁", "饥饿", "lock", "mutex lock", "死锁 lock"];
            let mut fixture = Fixture::parse("//- a.md\n# 死锁\n");
            let mut topics = Topics::of(&fixture.vault);
            for (step, (note, headings)) in steps.into_iter().enumerate() {
                let path = NotePath::new(&format!("/{note}.md"));
                match headings {
                    Some(headings) => {
                        let text: String = headings.iter().map(|word| format!("# {}\n\n", WORDS[*word])).collect();
                        fixture.vault.insert(std::sync::Arc::new(crate::note::Note::read(path, text)));
                    }
                    None => _ = fixture.vault.remove(&path),
                }
                if step % often != 0 {
                    continue;
                }
                topics.update(&fixture.vault);
                let fresh = Topics::of(&fixture.vault);
                for word in ["死锁", "活锁", "饥饿", "lock", "mutex"] {
                    let word = key(word);
                    proptest::prop_assert_eq!(names(topics.with_word(word)), names(fresh.with_word(word)));
                    proptest::prop_assert_eq!(topics.count_with_word(word), fresh.count_with_word(word));
                }
                for title in WORDS {
                    proptest::prop_assert_eq!(names(topics.with_title(title)), names(fresh.with_title(title)));
                }
            }
        }
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
        assert_eq!(topics.count_with_word(key("活锁")), 0);
    }
}
