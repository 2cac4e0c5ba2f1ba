//! Where all links of a note lead, kept from one reading of it to the next.
//!
//! Invariant: what is kept is what resolving anew would give: the vault is in the same era, and of the note only a stretch
//! changed that defines nothing which links outside of it rest on.

use std::sync::Arc;

use crate::note::Note;
use crate::note::read::again::Stretch;
use crate::text::TextRange;
use crate::vault::resolve::{Missing, Resolution};
use crate::vault::{Era, Vault};

/// Where the links of a note lead, by their indices, and after them where its definitions lead.
pub struct Resolved {
    note: Arc<Note>,
    era: Era,
    all: Vec<Resolution>,
}

impl Resolved {
    /// All of them.
    pub fn all(&self) -> &[Resolution] {
        &self.all
    }
}

impl Vault {
    /// Where every link and definition of `note` leads, and of which stretch that was looked up when it was known before of
    /// the rest.
    pub fn resolve_again(&self, note: &Arc<Note>, before: Option<Resolved>) -> (Resolved, Option<Stretch>) {
        let known = before.filter(|before| before.era == self.era());
        let since = known.and_then(|known| Some((note.since(&known.note)?, known)));
        if let Some((stretch, known)) =
            since.filter(|(stretch, known)| rests_on_itself(&known.note, note, stretch))
        {
            return (self.resolved_after(note, known, &stretch), Some(stretch));
        }
        let all = self.resolve_each(note);
        (Resolved { note: Arc::clone(note), era: self.era(), all }, None)
    }

    fn resolved_after(&self, note: &Arc<Note>, known: Resolved, stretch: &Stretch) -> Resolved {
        let links = stretch.of(&known.note.links, &note.links, |link| link.range.start());
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (from, to) = (narrow(stretch.old.end), narrow(stretch.new.end));
        let mut before = known.all.into_iter();
        let mut all = Vec::with_capacity(note.links.len() + note.definitions.len());
        all.extend(before.by_ref().take(links.0.start));
        all.extend(note.links[links.1].iter().map(|link| self.resolve(note, link)));
        let rest = before.skip(links.0.len());
        all.extend(rest.map(|mut resolution| {
            if let Resolution::Missing(Missing::Heading { range, .. }) = &mut resolution
                && range.start() >= stretch.old.end
            {
                *range = TextRange::moved(*range, from, to);
            }
            resolution
        }));
        Resolved { note: Arc::clone(note), era: self.era(), all }
    }
}

/// Whether nothing in a stretch says where links outside of it lead, and nothing outside how those inside are read.
fn rests_on_itself(old: &Note, new: &Note, stretch: &Stretch) -> bool {
    let defined = stretch.of(&old.definitions, &new.definitions, |definition| definition.range.start());
    defined.0.is_empty() && defined.1.is_empty() && old.contributors.is_none() && new.contributors.is_none()
}
