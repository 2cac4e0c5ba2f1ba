//! What small notes define.

use expect_test::{Expect, expect};
use std::fmt::Write;

use super::definitions;
use crate::note::Note;
use crate::path::NotePath;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let note = Note::read(NotePath::new("/note.md"), text);
    let mut out = String::new();
    for found in definitions(&note) {
        assert!(found.range.end() <= text.len());
        let aliases = found.aliases.iter().map(|alias| format!(" = {alias}")).collect::<String>();
        let of: String = note.text.slice(found.range).chars().take(24).collect();
        writeln!(out, "{}{aliases} [{}] {of:?}", found.name, found.pattern.name()).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
#[ignore]
fn dump() {
    let text = std::fs::read_to_string(std::env::var("NOTE").unwrap()).unwrap();
    let note = Note::read(NotePath::new("/note.md"), text);
    for found in definitions(&note) {
        let of: String = note.text.slice(found.range).replace('\n', "⏎").chars().take(44).collect();
        println!("D {} {} {:?} [{}] {of}", note.text.line_of(found.name_range.start()) + 1, found.name, found.aliases, found.pattern.name());
    }
}
