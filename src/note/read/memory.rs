//! What reading a note needs while it goes on: kept by each thread for the next note.
//!
//! Invariant: empty between two notes. Facts are collected here and copied into a note in their final size, so that reading
//! allocates little more than what is kept, and no memory is left in holes.

use std::cell::Cell;

use crate::note::read::containers::Container;
use crate::note::read::inline::{Run, RunScan};
use crate::note::read::markup::OpenDetails;
use crate::note::read::sections::Sections;
use crate::note::{
    Anchor, AskingItem, Block, Callout, Details, Directive, FootnoteDefinition, Link, Mask, Task,
};
use crate::text::TextRange;

/// The vectors of a reader; see [`crate::note::Note`] for the facts.
#[derive(Default)]
pub struct Memory {
    pub containers: Vec<Container>,
    /// The containers' numbers with their ends, in order.
    pub container_ends: Vec<(u32, u32)>,
    /// Of the lists that are open, whether their items are numbered.
    pub lists: Vec<bool>,
    pub sections: Sections,
    /// For the text of a heading.
    pub heading: String,
    pub details_open: Vec<OpenDetails>,
    pub run: Run,
    pub scan: RunScan,
    pub blocks: Vec<Block>,
    pub links: Vec<Link>,
    pub anchors: Vec<Anchor>,
    pub footnotes: Vec<FootnoteDefinition>,
    pub details: Vec<Details>,
    pub callouts: Vec<Callout>,
    pub tasks: Vec<Task>,
    pub asking_items: Vec<AskingItem>,
    pub tags: Vec<TextRange>,
    pub masks: Vec<Mask>,
    pub directives: Vec<Directive>,
}

/// The longest note, in bytes, after which its memory is kept.
const LONGEST: usize = 128 * 1024;

thread_local! {
    static KEPT: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
}

impl Memory {
    /// What this thread keeps.
    pub fn of_thread() -> Box<Self> {
        KEPT.take().unwrap_or_default()
    }

    /// Keeps it for the next note, after one of so many bytes.
    pub fn give_back(mut self: Box<Self>, bytes: usize) {
        if bytes <= LONGEST {
            self.containers.clear();
            self.container_ends.clear();
            self.lists.clear();
            self.run.clear();
            KEPT.set(Some(self));
        }
    }
}

/// These facts, in their final size.
pub fn boxed<T>(facts: &mut Vec<T>) -> Box<[T]> {
    facts.drain(..).collect()
}
