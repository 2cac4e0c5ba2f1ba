//! The live syntax tree of an open note.
