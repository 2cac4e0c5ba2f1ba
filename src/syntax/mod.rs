//! The live syntax tree of an open note, for what needs the shape of half-written text: completion and selection.
//!
//! Invariant: noting an edit parses nothing. A parse runs when a request asks for it, from the pieces of the rope,
//! and within a budget: a text that takes too long has no tree, which every caller must bear. A tree that was
//! brought up to date may differ from a fresh one (`docs/syntax-tree.md` has the rate), so whatever is written or
//! reported uses [`Blocks::fresh`].
//!
//! Only the grammar of blocks is used. The one of inline text takes time that doubles with every open bracket, and
//! cannot be stopped while it does; inline text is read by [`crate::markdown`] and, half-written, by [`context`].

pub mod blocks;
pub mod context;
pub mod word;

mod parse;

#[cfg(test)]
pub(crate) mod fuzz;

use tree_sitter::{InputEdit, Point};

use crate::syntax::blocks::Blocks;
use crate::text::{AppliedEdit, Buffer, BufferPoint};

/// As many edits are carried into a tree; after more, the text is parsed anew, which is as cheap.
const MAX_PENDING_EDITS: usize = 256;

/// The syntax tree of one open note, as of the last request that asked for it, and the edits since.
///
/// A clone is cheap and independent: nodes are shared until one of the two changes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    blocks: Option<Blocks>,
    pending: Vec<InputEdit>,
    /// Set when the text had no tree within the budget: asking again without an edit would cost the same again.
    given_up: bool,
}

impl Tree {
    /// A tree that has not been parsed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what an edit did to the text; must be called for each edit, in their order.
    pub fn note_edit(&mut self, edit: &AppliedEdit) {
        self.given_up = false;
        if self.blocks.is_none() {
            return;
        }
        if self.pending.len() == MAX_PENDING_EDITS {
            self.blocks = None;
            self.pending = Vec::new();
            return;
        }
        self.pending.push(input_edit(edit));
    }

    /// Brings the tree up to date with `buffer` by parsing what the noted edits touched; `None` when the text is too
    /// long or takes too long.
    pub fn bring_up_to_date(&mut self, buffer: &Buffer) -> Option<&Blocks> {
        if self.given_up {
            return None;
        }
        let pending = std::mem::take(&mut self.pending);
        self.blocks = match self.blocks.take() {
            Some(blocks) if pending.is_empty() && blocks.text_len() == buffer.len() => Some(blocks),
            Some(blocks) if blocks.can_follow(&pending, buffer) => blocks.after(&pending, buffer),
            _ => Blocks::fresh(buffer),
        };
        self.given_up = self.blocks.is_none();
        self.blocks.as_ref()
    }
}

fn input_edit(edit: &AppliedEdit) -> InputEdit {
    let point = |at: BufferPoint| Point::new(at.row, at.column);
    InputEdit {
        start_byte: edit.start.offset,
        old_end_byte: edit.old_end.offset,
        new_end_byte: edit.new_end.offset,
        start_position: point(edit.start),
        old_end_position: point(edit.old_end),
        new_end_position: point(edit.new_end),
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::syntax::blocks::Blocks;
    use crate::text::{Buffer, TextRange};

    #[test]
    fn a_tree_goes_to_other_threads() {
        fn assert_send_sync<T: Send + Sync>() {}
        assert_send_sync::<Tree>();
    }

    #[test]
    fn an_edited_tree_is_the_tree_of_the_text() {
        let mut buffer = Buffer::new("# 闭包\n\n- 一\n- 二\n");
        let mut tree = Tree::new();
        tree.bring_up_to_date(&buffer).unwrap();
        for (range, new) in [
            (TextRange::empty(2), "什么是"),
            (TextRange::new(0, 2), "> "),
            (TextRange::empty(0), "```\n"),
            (TextRange::new(0, 4), "\r"),
        ] {
            let edit = buffer.replace(range, new);
            tree.note_edit(&edit);
        }
        let fresh = Blocks::fresh(&buffer).unwrap();
        assert_eq!(tree.bring_up_to_date(&buffer).unwrap().outline(), fresh.outline());
    }

    #[test]
    fn an_edit_that_was_not_noted_is_noticed_by_the_length() {
        let mut buffer = Buffer::new("文本\n");
        let mut tree = Tree::new();
        tree.bring_up_to_date(&buffer).unwrap();
        buffer.replace(TextRange::empty(0), "# ");
        assert!(tree.bring_up_to_date(&buffer).unwrap().outline().contains("atx_heading"));
    }

    #[test]
    fn a_text_that_is_too_long_has_no_tree_until_it_is_shorter() {
        let mut buffer = Buffer::new(&"长 ".repeat(2 * 1024 * 1024));
        let mut tree = Tree::new();
        assert!(tree.bring_up_to_date(&buffer).is_none());
        let edit = buffer.replace(TextRange::new(0, buffer.len()), "短");
        tree.note_edit(&edit);
        assert!(tree.bring_up_to_date(&buffer).is_some());
    }
}
