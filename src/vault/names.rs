//! The index of names: which notes and files a name may mean.

use crate::note::Note;
use crate::path::NotePath;

/// Names to notes.
#[derive(Clone, Default)]
pub struct Names {}

impl Names {
    /// Adds the names of a note.
    pub fn add(&mut self, _note: &Note) {}
    /// Takes the names of a note out.
    pub fn take(&mut self, _note: &Note) {}
    /// Puts the names of `new` in place of those of `old`; returns whether they differ.
    pub fn replace(&mut self, _old: &Note, _new: &Note) -> bool {
        true
    }
    /// Adds the name of a file.
    pub fn add_file(&mut self, _path: &NotePath) {}
    /// Takes the name of a file out.
    pub fn take_file(&mut self, _path: &NotePath) {}
}
