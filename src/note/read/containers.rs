//! Containers while a note is being read: list items, quotes, footnotes, and the items that begin with a question.
//!
//! Invariant: the first container is the document and is never closed.

use crate::note::read::Reader;
use crate::note::read::shape::without_line_break;
use crate::note::{AskingItem, Place, ROOT, Substance};
use crate::text::{TextRange, is_letter_or_digit};

/// A container that is open: a list item, a quote, a footnote's definition, or the document.
pub struct Container {
    pub id: u32,
    pub place: Place,
    /// Its first inline run, when it began with one.
    first_run: Option<TextRange>,
    /// What followed that.
    pub substance: Substance,
}

impl Container {
    /// One that begins.
    pub fn new(id: u32, place: Place) -> Self {
        Self { id, place, first_run: None, substance: Substance::default() }
    }
}

impl Reader<'_> {
    pub(super) fn open_container(&mut self, place: Place, range: TextRange) {
        // A tab may make two begin at one byte; their marks are two.
        let last = self.memory.container_ends.last().map_or(ROOT, |(number, _)| *number);
        let id = range.start.max(last).saturating_add(1);
        self.memory.container_ends.push((id, without_line_break(self.text, range).end));
        self.memory.containers.push(Container::new(id, place));
    }

    pub(super) fn close_container(&mut self) {
        if self.memory.containers.len() > 1
            && let Some(closed) = self.memory.containers.pop()
        {
            let parent = self.memory.containers.last().map_or(ROOT, |open| open.id);
            self.memory.sections.close_container(closed.id, closed.place, parent);
        }
    }

    /// Notes the first run of the innermost container; returns whether this is it.
    pub(super) fn begins_item(&mut self, run: TextRange) -> bool {
        match self.memory.containers.last_mut() {
            Some(item) if item.first_run.is_none() && item.substance.is_empty() => {
                item.first_run = Some(run);
                true
            }
            _ => false,
        }
    }

    /// The item that ends here, when it begins with a question.
    pub(super) fn asking_item(&self, item: &Container, range: TextRange) -> Option<AskingItem> {
        let question = without_line_break(self.text, item.first_run?);
        let bare = question
            .of(self.text)
            .trim_end_matches(|c: char| !matches!(c, '?' | '？') && !is_letter_or_digit(c));
        bare.ends_with(['?', '？']).then_some(AskingItem {
            range: without_line_break(self.text, range),
            question,
            substance: item.substance,
        })
    }
}
