//! One note and everything that is asked of it by its text, beside a note that links to it.

use std::sync::Arc;

use studymark::note::Note;
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::context::Context;
use studymark::text::Buffer;

use super::super::{ask, empty, places, text};

/// Checks one input.
pub fn check(data: &[u8]) {
    let note = Arc::new(Note::read(NotePath::new("/文/n.md"), text(data)));
    ask::facts(&note);
    let again = Note::read(note.path.clone(), format!("\u{feff}{}", note.text.as_str()));
    assert_eq!(again, *note, "a byte order mark is no text");

    let buffer = Buffer::new(note.text.as_str());
    ask::positions(&note.text, &buffer);
    let mut tree = Tree::new();
    let blocks = tree.bring_up_to_date(&buffer).cloned();
    for offset in places(note.text.as_str(), 24) {
        if let Some(blocks) = &blocks {
            ask::tree(blocks, &buffer, note.text.as_str(), offset);
        }
        let _ = Context::at(&buffer, &mut tree, offset);
    }

    let mut vault = empty();
    vault.insert(Arc::clone(&note));
    vault.insert(Arc::new(Note::read(
        NotePath::new("/b.md"),
        "# y\n\n堆（heap）是一种树。[[n]] [x](文/n.md#闭包) [[n#a]]\n\n## 什么是闭包？\n\n函数加环境。\n",
    )));
    vault.insert_file(&NotePath::new("/文/p.png"));
    let ground = ask::Ground::of(vault, &note);
    ask::whole(&ground);
    for offset in places(note.text.as_str(), 4) {
        ask::at(&ground, offset);
    }
}
