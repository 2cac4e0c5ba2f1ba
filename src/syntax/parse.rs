//! One parse within a budget.
//!
//! Invariant: a parse that used up its budget gives nothing, never a tree of a part of the text.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{Language, ParseOptions, Parser, Tree};

/// The time that one parse may take: enough for most notes of 1 MB (`docs/syntax-tree.md`).
const TIME: Duration = Duration::from_millis(1000);

/// The most that the parser is handed at once: the clock is read between two pieces, and some rules of the grammar
/// look ahead over the rest of the text without giving up control otherwise.
const PIECE: usize = 4096;

/// Parses the text that `piece_from` gives piece by piece (empty at the end).
pub(super) fn parse<'t>(
    language: &Language,
    mut piece_from: impl FnMut(usize) -> &'t [u8],
    old: Option<&Tree>,
) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    let end = Instant::now() + TIME;
    let used_up = Cell::new(false);
    let check = || {
        if !used_up.get() && Instant::now() > end {
            used_up.set(true);
        }
        used_up.get()
    };
    let mut progress = |_: &tree_sitter::ParseState| {
        if check() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut read = |offset, _| {
        if check() {
            return &[][..];
        }
        let piece = piece_from(offset);
        &piece[..piece.len().min(PIECE)]
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, old, Some(options));
    tree.filter(|_| !used_up.get())
}
