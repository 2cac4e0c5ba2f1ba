//! Stops: headings at which a stretch of a note that is read by itself may begin and end.

use crate::markdown::front_matter;
use crate::note::read::again::Stretch;
use crate::note::{Heading, HeadingKind, Note, ROOT};
use crate::text::{Difference, TextRange};

/// Where a note's text begins that is Markdown.
pub fn first(text: &str) -> usize {
    front_matter::length(text).unwrap_or(0)
}

/// Whether the front matter is what it was, and none came.
pub fn keeps_front_matter(old: &Note, text: &str, edit: Difference) -> bool {
    match first(old.text.as_str()) {
        0 => !text.starts_with("---") && !text.starts_with("+++"),
        end => edit.start >= end && old.text.as_str()[..end].ends_with('\n'),
    }
}

/// The stops of a note.
pub struct Stops {
    /// Where Markdown begins.
    first: usize,
    /// The stretches in which `<details>` are open: apart, in order.
    folded: Vec<(u32, u32)>,
}

impl Stops {
    /// Those of a note as it was read.
    pub fn of(note: &Note) -> Self {
        let mut folded: Vec<(u32, u32)> = Vec::new();
        for details in &note.details {
            match folded.last_mut() {
                Some((_, end)) if details.range.start < *end => *end = (*end).max(details.range.end),
                _ => folded.push((details.range.start, details.range.end)),
            }
        }
        Self { first: first(note.text.as_str()), folded }
    }

    /// The stretch from the last stop before `outer` to the first one after it. `outer` holds `edit`, which made `text` of
    /// the text of `old`. `None` when there is no end of that stretch to be found.
    pub fn around(&self, old: &Note, text: &str, edit: Difference, outer: Difference) -> Option<Stretch> {
        let before = old.headings.partition_point(|heading| heading.range.start() < outer.start);
        let begin = old.headings[..before].iter().rev().find(|heading| self.is_stop(old, heading));
        let after = old.headings.partition_point(|heading| heading.range.start() < outer.old_end);
        let moved = |at: usize| (at + text.len()).checked_sub(old.text.len());
        let still = |heading: &&Heading| {
            // The blank line before it may have been edited.
            let at = moved(heading.range.start());
            self.is_stop(old, heading)
                && at.is_some_and(|at| at >= edit.new_end && text.get(..at).is_some_and(is_after_blank_line))
        };
        let end = old.headings[after..].iter().find(still).map(|heading| heading.range.start());
        let start = begin.map_or(self.first, |heading| heading.range.start());
        let (old_end, new_end) = match end {
            Some(end) => (end, moved(end)?),
            None => (old.text.len(), text.len()),
        };
        (start <= edit.start && start <= new_end)
            .then_some(Stretch { old: start..old_end, new: start..new_end })
    }

    fn is_stop(&self, note: &Note, heading: &Heading) -> bool {
        let start = heading.range.start();
        let before = note.text.as_str().get(..start);
        heading.kind == HeadingKind::Atx
            && heading.container == ROOT
            && note.text.as_str().as_bytes().get(start) == Some(&b'#')
            && before.is_some_and(is_after_blank_line)
            && !self.is_folded(heading.range.start)
    }

    fn is_folded(&self, at: u32) -> bool {
        let next = self.folded.partition_point(|(start, _)| *start < at);
        next.checked_sub(1).and_then(|last| self.folded.get(last)).is_some_and(|(_, end)| at < *end)
    }
}

/// From the last stop of a note at or before a place to the first one after it. Before the first one it is the start of the
/// text, settings included.
pub fn stretch_around(note: &Note, offset: usize) -> TextRange {
    let stops = Stops::of(note);
    let after = note.headings.partition_point(|heading| heading.range.start() <= offset);
    let (before, after) = note.headings.split_at(after);
    let start = before.iter().rev().find(|heading| stops.is_stop(note, heading));
    let end = after.iter().find(|heading| stops.is_stop(note, heading));
    let start_of = |heading: &Heading| heading.range.start();
    TextRange::new(start.map_or(0, start_of), end.map_or(note.text.len(), start_of))
}

fn is_after_blank_line(before: &str) -> bool {
    before.ends_with("\n\n") || before.ends_with("\n\r\n")
}
