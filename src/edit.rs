//! Changes of notes as values: what a fix, a rename or an extraction proposes. Nothing here touches a file.
//!
//! Invariant: the edits of one note are in bounds of its text, disjoint and in document order ([`WorkspaceEdit::edit`]
//! keeps the order and refuses overlaps), so that they can be applied in any client and undone as one.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::NotePath;
use crate::text::TextRange;

/// A piece of text that takes the place of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// What goes; empty for an insertion.
    pub range: TextRange,
    /// What comes.
    pub new_text: String,
}

/// Changes of several notes that belong together.
///
/// Order: files are created, then texts are edited (under the paths that they have now), then files are renamed,
/// then others are deleted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkspaceEdit {
    /// New notes with their text, by path.
    pub created: BTreeMap<NotePath, String>,
    /// Edits of the texts there are, by path.
    pub edited: BTreeMap<NotePath, Vec<TextEdit>>,
    /// Files and folders that move: from, to.
    pub renamed: Vec<(NotePath, NotePath)>,
    /// Notes that go, since what they hold stands elsewhere now.
    pub deleted: Vec<NotePath>,
    /// Which of the edits a person should look at first, where the editor can show them.
    pub to_confirm: BTreeSet<(NotePath, TextRange)>,
}

impl WorkspaceEdit {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty()
            && self.edited.is_empty()
            && self.renamed.is_empty()
            && self.deleted.is_empty()
    }

    /// Adds an edit. Of two that overlap the one that came first stays; the same edit twice is one. Returns whether the
    /// edit is among the changes now.
    pub fn edit(&mut self, path: &NotePath, range: TextRange, new_text: impl Into<String>) -> bool {
        let new = TextEdit { range, new_text: new_text.into() };
        let edits = self.edited.entry(path.clone()).or_default();
        let at = edits.partition_point(|known| known.range <= range);
        if at > 0 && edits[at - 1] == new {
            return true;
        }
        let clear_of_last = at == 0 || edits[at - 1].range.end() <= range.start();
        let clear_of_next = edits.get(at).is_none_or(|next| range.end() <= next.range.start());
        let free = clear_of_last && clear_of_next;
        if free {
            edits.insert(at, new);
        }
        free
    }

    /// Adds all changes of `other`. Returns whether none overlapped.
    pub fn merge(&mut self, other: Self) -> bool {
        self.created.extend(other.created);
        self.renamed.extend(other.renamed);
        self.deleted.extend(other.deleted);
        self.to_confirm.extend(other.to_confirm);
        let mut all = true;
        for (path, edits) in other.edited {
            for TextEdit { range, new_text } in edits {
                all &= self.edit(&path, range, new_text);
            }
        }
        all
    }
}

/// `text` with `edits` in it. Edits are disjoint and in order; one that does not fit the text is passed over.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let (start, end) = (edit.range.start(), edit.range.end());
        let (Some(kept), true) = (text.get(done..start), text.is_char_boundary(end)) else { continue };
        edited.push_str(kept);
        edited.push_str(&edit.new_text);
        done = end;
    }
    edited.push_str(text.get(done..).unwrap_or_default());
    edited
}

#[cfg(test)]
mod tests {
    use super::{WorkspaceEdit, apply};
    use crate::path::NotePath;
    use crate::text::TextRange;

    #[test]
    fn edits_come_into_order_and_never_overlap() {
        let path = NotePath::new("/a.md");
        let mut edit = WorkspaceEdit::default();
        assert!(edit.edit(&path, TextRange::new(6, 9), "作用域"));
        assert!(edit.edit(&path, TextRange::new(0, 3), "a"));
        assert!(edit.edit(&path, TextRange::new(0, 3), "a"), "the same edit again is no overlap");
        assert!(!edit.edit(&path, TextRange::new(2, 7), "x"));
        assert!(edit.edit(&path, TextRange::new(3, 6), "b"));
        assert_eq!(apply("闭包闭", &edit.edited[&path]), "ab作用域");
    }

    #[test]
    fn an_insertion_stands_between_what_is_replaced() {
        let path = NotePath::new("/a.md");
        let mut edit = WorkspaceEdit::default();
        assert!(edit.edit(&path, TextRange::new(0, 1), "x"));
        assert!(edit.edit(&path, TextRange::empty(1), "-"));
        assert!(edit.edit(&path, TextRange::new(1, 2), "y"));
        assert_eq!(apply("ab", &edit.edited[&path]), "x-y");
    }

    #[test]
    fn what_does_not_fit_is_passed_over() {
        let mut edit = WorkspaceEdit::default();
        let path = NotePath::new("/a.md");
        edit.edit(&path, TextRange::new(1, 2), "x");
        edit.edit(&path, TextRange::new(40, 50), "y");
        assert_eq!(apply("闭包", &edit.edited[&path]), "闭包");
    }
}
