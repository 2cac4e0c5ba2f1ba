//! What holds for every note and every edit.
//!
//! Invariant: random input comes from seeds that proptest prints on failure, so that a failure can be repeated.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test reads its own files and says what is wrong by panicking"
)]

#[path = "../support/fixture.rs"]
#[expect(dead_code, reason = "the properties need a part of the fixture language")]
mod fixture;
#[path = "../support/generate.rs"]
mod generate;

mod actions;
mod again;
mod bombs;
mod commonmark;
mod completion;
mod eras;
mod fuzzing;
mod growth;
mod navigation;
mod rename;
mod vault;

use std::path::{Path, PathBuf};

/// The texts of every fixture note.
fn fixtures() -> Vec<(String, String)> {
    let mut folders: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    let mut notes = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                notes.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    notes.sort();
    assert!(notes.len() > 10, "the fixtures are there");
    notes
}
