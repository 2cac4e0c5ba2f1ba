//! What each target does with an input.
//!
//! Invariant: an input that breaks a rule panics.

pub mod edits;
pub mod note;
pub mod protocol;
pub mod rename;
