//! What the targets share: how they read their input, and what has to hold for a note.
//!
//! Invariant: an input is text that a person can read. Byte 0xFF, which stands in no text, parts its pieces, so that
//! the marks of the dictionaries fit everywhere and a seed is a note with little in front of it.

#![expect(clippy::panic, reason = "a target says what is wrong by panicking")]

pub mod ask;
pub mod naive;
pub mod session;
pub mod targets;

use std::borrow::Cow;
use std::sync::Arc;

use studymark::config::Config;
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::{Root, Scope, Vault};

/// What parts the pieces of an input.
pub const PART: u8 = 0xFF;

/// The pieces of an input; at least one.
pub fn parts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == PART)
}

/// Bytes as text, with U+FFFD for what is none.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The first `count` bytes, zeros for those that are missing, and the rest.
pub fn head<const COUNT: usize>(bytes: &[u8]) -> ([u8; COUNT], &[u8]) {
    let (head, rest) = bytes.split_at(COUNT.min(bytes.len()));
    let mut filled = [0; COUNT];
    filled[..head.len()].copy_from_slice(head);
    (filled, rest)
}

/// A vault without a note.
pub fn empty() -> Vault {
    let config = Arc::new(Config::default());
    Vault::new(vec![Root { path: NotePath::new("/"), scope: Scope::Folder, config }])
}

/// A range lies in the text, on character boundaries.
#[track_caller]
pub fn fits(what: &str, text: &str, range: TextRange) {
    assert!(text.get(range.start()..range.end()).is_some(), "{what} {range:?} does not fit {text:?}");
}

/// The last character boundary at or before a byte.
pub fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// At most `most` character boundaries of the text, both ends among them, evenly apart.
pub fn places(text: &str, most: usize) -> Vec<usize> {
    let step = (text.len() / most).max(1);
    let mut places: Vec<usize> = (0..=text.len()).step_by(step).map(|at| boundary(text, at)).collect();
    places.push(text.len());
    places.dedup();
    places
}
