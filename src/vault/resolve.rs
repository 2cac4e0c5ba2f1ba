//! Where a link leads: names and paths joined with the notes and files that are known.
//!
//! Invariant: a link is called missing only when that is certain; what cannot be decided is skipped.

use std::sync::Arc;

use crate::note::{Link, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// To one or, when the name is ambiguous, several places: the best first.
    Found(Vec<Target>),
    /// To nothing.
    Missing(Missing),
    /// Out of the vault: an address with a scheme.
    External,
    /// Undecided: the link is of a kind or leads to a place of which nothing certain can be said.
    Skipped,
}

/// A place a link leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The note, file or folder.
    pub path: NotePath,
    /// What in it.
    pub place: Place,
}

/// What in a file a link leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A note as a whole.
    Note,
    /// A file that is no note.
    File,
    /// A folder.
    Folder,
    /// The heading of this index.
    Heading(usize),
    /// The anchor of this index.
    Anchor(usize),
    /// The link definition of this index, in the same note.
    Definition(usize),
    /// The footnote definition of this index, in the same note.
    Footnote(usize),
    /// A line (from 0) by `#L10`.
    Line(usize),
}

/// What a link that leads to nothing lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Missing {
    /// No file at this path.
    File(NotePath),
    /// No image at this path.
    Image(NotePath),
    /// The note is there, the heading or anchor is not.
    Heading {
        /// The note that lacks it.
        note: NotePath,
        /// The fragment, decoded, without `#`.
        fragment: String,
        /// The range of the fragment with its `#`, in the note of the link.
        range: TextRange,
    },
    /// No note of this name.
    Note(String),
    /// No `[r]: …`.
    Reference(String),
    /// No `[^n]: …`.
    Footnote(String),
}

impl Target {
    /// The place in the text of a note that an editor should show: the whole construct; the empty range at the start
    /// for a note as a whole. `None` for what is no note.
    pub fn range_in(&self, note: &Note) -> Option<TextRange> {
        match self.place {
            Place::Note => Some(TextRange::empty(0)),
            Place::File | Place::Folder => None,
            Place::Heading(index) => Some(note.headings.get(index)?.range),
            Place::Anchor(index) => Some(note.anchors.get(index)?.name),
            Place::Definition(index) => Some(note.definitions.get(index)?.range),
            Place::Footnote(index) => Some(note.footnotes.get(index)?.range),
            Place::Line(line) => Some(note.text.line_range(line)),
        }
    }
}

impl Vault {
    /// Where `link` of `note` leads.
    pub fn resolve(&self, note: &Arc<Note>, link: &Link) -> Resolution {
        let _ = (note, link);
        Resolution::Skipped
    }

    /// The paths inside the roots that links of `note` name and of which nothing is known: for the loader to look up,
    /// so that an ignored file is not called missing.
    pub fn unknown_paths(&self, note: &Arc<Note>) -> Vec<NotePath> {
        let _ = note;
        Vec::new()
    }
}
