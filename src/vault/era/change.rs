//! What one note offers to links that it did not before.
//!
//! Invariant: a link that names none of the keys of a change finds in the note what it found before, at the index to which that
//! moved; keys are those of [`name_hash`], so a look at one may only say too often that it is among them.

use crate::note::Note;
use crate::note::lineage::{MOST_REPLACED, Replaced};
use crate::note::lookup::{anchor_family, name_hash};
use crate::note::read::again::Stretch;
use crate::note::slug::{mkdocs_slug, slug};
use crate::path::NotePath;
use crate::vault::names::names_besides_headings;

/// How two readings of a note differ in what they offer to links.
pub struct Offered<'a> {
    /// The one before.
    pub old: &'a Note,
    /// The present one.
    pub new: &'a Note,
    /// What changed in the text, if that is known.
    pub since: Option<Stretch>,
    /// The headings.
    pub headings: Replaced,
    /// The anchors besides them.
    pub anchors: Replaced,
    /// Whether the title or the aliases differ.
    names_differ: bool,
}

/// What ended an era.
pub struct Change {
    /// The note.
    pub path: NotePath,
    /// The headings that say another thing.
    pub headings: Replaced,
    /// The anchors besides them that are called otherwise.
    pub anchors: Replaced,
    /// The keys of names that came or went, or that may mean another place in the note: in order, without repeats.
    pub keys: Box<[u64]>,
    /// The keys of the names that mean the note as a whole.
    pub called: Box<[u64]>,
}

impl<'a> Offered<'a> {
    /// Of two readings of one note. Typing prose costs a look at what was read again.
    pub fn between(old: &'a Note, new: &'a Note) -> Self {
        let since = new.since(old);
        let headings = new.headings_since(old, since.as_ref());
        let anchors = new.anchors_since(old, since.as_ref());
        // Where the front matter changed the whole note was read.
        let names_differ = since.is_none() && !names_besides_headings(old).eq(names_besides_headings(new));
        Self { old, new, since, headings, anchors, names_differ }
    }

    /// Whether another title, other aliases or other headings are offered.
    pub fn other_names(&self) -> bool {
        self.names_differ || !self.headings.is_empty()
    }

    /// Whether any link may lead elsewhere than before.
    pub fn anything(&self) -> bool {
        self.other_names() || !self.anchors.is_empty()
    }

    /// All of it; `None` when that is too much to tell.
    pub fn change(&self) -> Option<Change> {
        if self.headings.len() + self.anchors.len() > MOST_REPLACED {
            return None;
        }
        let mut keys = Vec::with_capacity(4 * self.headings.len() + self.anchors.len());
        for (note, headings, anchors) in [
            (self.old, self.headings.gone(), self.anchors.gone()),
            (self.new, self.headings.come(), self.anchors.come()),
        ] {
            for heading in note.headings.get(headings).unwrap_or_default() {
                let text = heading.text();
                keys.extend([name_hash(heading.title()), name_hash(&mkdocs_slug(text))]);
                keys.push(anchor_family(&slug(text)));
            }
            let anchors = note.anchors.get(anchors).unwrap_or_default();
            keys.extend(anchors.iter().map(|anchor| name_hash(note.text.slice(anchor.name))));
            if self.names_differ {
                // The first is that of the file, which stays.
                keys.extend(names_besides_headings(note).skip(1).map(name_hash));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Some(Change {
            path: self.new.path.clone(),
            headings: self.headings,
            anchors: self.anchors,
            keys: keys.into(),
            called: names_besides_headings(self.new).map(name_hash).collect(),
        })
    }
}
