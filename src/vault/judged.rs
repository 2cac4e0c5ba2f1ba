//! Answers of notes that were judged lately, for lists that name the same notes again and again while one types.
//!
//! Invariant: what is given is what judging anew would give: the note is the same, and its links lead where they did: the vault
//! is in the same era, or what ended that concerns none of them.

use std::sync::Arc;

use dashmap::DashMap;

use crate::note::Note;
use crate::note::lineage::Reading;
use crate::path::NotePath;
use crate::vault::coverage::Answers;
use crate::vault::{Era, Vault};

/// Notes whose answers are kept at most; a list names a few hundred.
const MOST: usize = 1_024;

/// Answers of notes, each judged once.
#[derive(Default)]
pub struct Judged(DashMap<NotePath, Known>);

struct Known {
    reading: Reading,
    era: Era,
    answers: Arc<Answers>,
}

impl Judged {
    /// The answers of a note of this vault.
    pub fn answers(&self, vault: &Vault, note: &Arc<Note>) -> Arc<Answers> {
        let same = |known: &Known| known.reading == note.reading();
        let now = vault.era();
        if let Some(known) = self.0.get(&note.path).filter(|known| same(known) && known.era == now) {
            return Arc::clone(&known.answers);
        }
        if let Some(mut known) = self.0.get_mut(&note.path).filter(|known| same(known))
            && vault.leads_as_in(note, known.era)
        {
            known.era = now;
            return Arc::clone(&known.answers);
        }
        let answers = Arc::new(vault.answers(note));
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let known = Known { reading: note.reading(), era: now, answers: Arc::clone(&answers) };
        self.0.insert(note.path.clone(), known);
        answers
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Judged;
    use crate::fixture::Fixture;
    use crate::note::Note;
    use crate::path::NotePath;

    #[test]
    fn what_is_given_is_what_judging_anew_gives() {
        let mut fixture = Fixture::parse("//- a.md\n# 什么是堆？\n\n[[b]]\n//- c.md\n文\n");
        let judged = Judged::default();
        let note = fixture.note("a.md").clone();
        let path = NotePath::new("/b.md");
        let mut states = Vec::new();
        for step in 0..4 {
            match step {
                1 => _ = fixture.vault.insert(Arc::new(Note::read(path.clone(), "# b\n"))),
                2 => _ = fixture.vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), "别的文\n"))),
                3 => _ = fixture.vault.remove(&path),
                _ => {}
            }
            let given = judged.answers(&fixture.vault, &note);
            assert_eq!(*given, fixture.vault.answers(&note));
            states.push(given);
        }
        assert_ne!(states[0], states[1], "a link that leads somewhere answers");
        assert!(Arc::ptr_eq(&states[1], &states[2]), "typing prose elsewhere changes nothing");
        assert_eq!(states[0], states[3]);
        fixture.vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), "# 标题\n")));
        assert!(
            Arc::ptr_eq(&states[3], &judged.answers(&fixture.vault, &note)),
            "nor does a heading elsewhere"
        );
        fixture.vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), "# b\n")));
        assert_ne!(states[3], judged.answers(&fixture.vault, &note), "unless a link may lead there");
    }
}
