//! The mentions of the notes that were looked at last.
//!
//! Invariant: of so many notes at most are mentions kept; what is given is what was found for that very note and that
//! revision of the names. Finding the mentions of a usual note anew takes well under a millisecond.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::path::NotePath;
use crate::vault::glossary::MentionsKey;
use crate::vault::mentions::Mention;

/// Of so many notes at most are mentions kept twice over: as many as an editor ever has open, and the notes around them.
const MOST: usize = 256;

/// Mentions by note.
#[derive(Default)]
pub struct Recent(Mutex<Generations>);

type Known = HashMap<NotePath, (MentionsKey, Arc<[Mention]>)>;

/// What was asked for lately, and what was before that. When there is much of the first it becomes the second.
#[derive(Default)]
struct Generations {
    young: Known,
    old: Known,
}

impl Recent {
    /// What was found for this key, if it is still known.
    pub fn get(&self, key: &MentionsKey) -> Option<Arc<[Mention]>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, mentions)) = known.young.get(&key.0) {
            return (of == key).then(|| Arc::clone(mentions));
        }
        let (of, mentions) = known.old.remove(&key.0).filter(|(of, _)| of == key)?;
        known.insert(of, Arc::clone(&mentions));
        Some(mentions)
    }

    /// Keeps what was found.
    pub fn insert(&self, key: MentionsKey, mentions: Arc<[Mention]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, mentions);
    }

    /// Forgets what was found in a note.
    pub fn forget(&self, path: &NotePath) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.young.remove(path);
        known.old.remove(path);
    }
}

impl Generations {
    fn insert(&mut self, key: MentionsKey, mentions: Arc<[Mention]>) {
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key.0.clone(), (key, mentions));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{MOST, Recent};
    use crate::note::Note;
    use crate::path::NotePath;

    #[test]
    fn what_is_asked_for_stays_and_no_more_than_so_many() {
        let recent = Recent::default();
        let note = |n: usize| Arc::new(Note::read(NotePath::new(&format!("/{n}.md")), "x"));
        let notes: Vec<Arc<Note>> = (0..MOST * 4).map(note).collect();
        let key = |n: usize| (notes[n].path.clone(), notes[n].reading(), 7);
        for n in 0..notes.len() {
            recent.insert(key(n), Arc::default());
            assert!(recent.get(&key(0)).is_some(), "it is asked for again and again");
        }
        let kept = (0..notes.len()).filter(|n| recent.get(&key(*n)).is_some()).count();
        assert!((MOST..=2 * MOST + 1).contains(&kept), "{kept}");
        let last = notes.len() - 1;
        assert!(recent.get(&(notes[last].path.clone(), notes[last].reading(), 8)).is_none(), "other names");
        assert!(
            recent.get(&(notes[last].path.clone(), note(last).reading(), 7)).is_none(),
            "another reading"
        );
        recent.forget(&notes[last].path);
        assert!(recent.get(&key(last)).is_none());
    }
}
