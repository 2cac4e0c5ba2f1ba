//! From text to facts: one walk over the events of Markdown fills the vectors of a [`Note`].

use crate::note::Note;
use crate::path::NotePath;
use crate::text::Text;

impl Note {
    /// Reads a note. `text` may begin with a byte order mark, which is dropped.
    pub fn read(path: NotePath, text: impl Into<Box<str>>) -> Self {
        let _ = (path, Text::new(text));
        unimplemented!()
    }
}
