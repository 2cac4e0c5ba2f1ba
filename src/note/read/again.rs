//! A note read again after an edit: only what stands around the edit is read, the rest is moved.
//!
//! Invariant: what comes of it is what reading the whole text would give. A stretch of the text is read by itself when it
//! begins and ends at stops: headings like `## title` after a blank line, in no container, no code, no HTML and no
//! `<details>`. Such a line ends every block and every section before it, and whatever is read after it rests on nothing
//! before it but the names of definitions. Where an edit changes those, or opens something that reaches over the next
//! stop, more is read: in the end everything.

mod outside;
mod splice;
mod stops;

use std::ops::Range;

use crate::markdown::{BlockTag, Event, walk};
use crate::note::read::Reader;
use crate::note::read::again::outside::Outside;
use crate::note::read::again::splice::splice;
use crate::note::read::again::stops::Stops;
use crate::note::{Facts, Note};
use crate::text::{Difference, Text, TextRange};

/// A note that was read again.
pub struct Again {
    /// The note, as [`Note::read`] would give it.
    pub note: Note,
    /// How many bytes of its text were read for it, those that were read more than once counted as often.
    pub bytes_read: usize,
}

/// A stretch of a note's text in which everything changed, and outside of which facts only moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Where it stands in the note before.
    pub old: Range<usize>,
    /// Where it stands in the note after; both begin at the same byte.
    pub new: Range<usize>,
}

/// When a stretch does not end at its last stop it is read again this many times as long, or by so many bytes longer; and
/// then everything is.
const GROWTH: usize = 16;
const GROWTH_BYTES: usize = 64 * 1024;

impl Note {
    /// Reads the note whose text this one's became. Costs as much as what is read of it, and a copy of the rest.
    pub fn read_again(&self, text: impl Into<Box<str>>) -> Again {
        let mut string: Box<str> = text.into();
        if let Some(rest) = string.strip_prefix('\u{feff}') {
            string = rest.into();
        }
        let edit = Difference::between(self.text.as_str(), &string);
        let mut bytes_read = 0;
        if let Some((piece, stretch)) = read_piece(self, &string, edit, &mut bytes_read) {
            let text = Text::after(&self.text, string, edit);
            let note = splice(self, text, piece, &stretch);
            if !outside::may_run_out(&note) {
                return Again { note, bytes_read };
            }
            string = note.text.as_str().into();
        }
        bytes_read += string.len();
        Again { note: Self::read(self.path.clone(), string), bytes_read }
    }

    /// The stretch around the byte at `offset` that can be read by itself: from the last stop at or before it to the next
    /// one after it.
    pub fn stretch_around(&self, offset: usize) -> TextRange {
        stops::stretch_around(self, offset)
    }
}

/// The facts of a stretch that holds the edit, and of nothing else; `None` when everything has to be read.
fn read_piece(old: &Note, text: &str, edit: Difference, bytes_read: &mut usize) -> Option<(Facts, Stretch)> {
    if !stops::keeps_front_matter(old, text, edit) || outside::may_run_out(old) {
        return None;
    }
    let stops = Stops::of(old);
    let mut stretch = stops.around(old, text, edit, edit)?;
    for _ in 0..2 {
        let outside = Outside::of(old, text, &stretch)?;
        match read_stretch(text, &stretch, &outside, bytes_read) {
            Ok(piece) => return Some((piece, stretch)),
            Err(Unfit) => {
                let length = stretch.new.len().saturating_mul(GROWTH).max(GROWTH_BYTES);
                let longer = Difference {
                    start: stretch.new.start.min(edit.start),
                    old_end: (stretch.old.end.saturating_add(length)).min(old.text.len()),
                    new_end: 0,
                };
                let longer = Difference { new_end: longer.old_end + text.len() - old.text.len(), ..longer };
                stretch = stops.around(old, text, edit, longer)?;
            }
        }
    }
    None
}

/// A stretch that does not stop where it should.
struct Unfit;

/// Reads a stretch of `text` up to its last stop, whose line is read with it to see whether it is still one.
fn read_stretch(
    text: &str,
    stretch: &Stretch,
    outside: &Outside,
    bytes_read: &mut usize,
) -> Result<Facts, Unfit> {
    let Range { start: from, end: to } = stretch.new.clone();
    let stop_line = text[to..].find(['\n', '\r']).map_or(text.len(), |end| to + end + 1);
    let cut = if to < text.len() { stop_line } else { to };
    *bytes_read += cut - from;
    let source = format!("{}{}", outside.lead, &text[from..cut]);
    let lead = outside.lead.len();
    let mut reader = Reader::new(text, from, to);
    // What stands before the first heading of a note follows nothing that it could belong to.
    let mut begins_well = from == stops::first(text);
    let mut ends_well = to == text.len();
    let mut begun = false;
    let mut ended = false;
    let mut led = 0;
    let walked = walk(&source, |event, range| {
        if range.start() < lead {
            led += usize::from(event == Event::BlockStart(BlockTag::Footnote));
            return;
        }
        let range = TextRange::new(range.start() - lead + from, range.end() - lead + from);
        let is_heading = matches!(event, Event::BlockStart(BlockTag::Heading(_)));
        begins_well |= !begun && is_heading && range.start() == from;
        begun = true;
        if range.start() >= to && to < text.len() {
            ends_well |= !ended && is_heading && range.start() == to && reader.is_at_root();
            ended = true;
        }
        if !ended {
            let event = match event {
                Event::LinkEnd { parts, tag } => Event::LinkEnd { parts: parts.less(lead), tag },
                event => event,
            };
            reader.event(event, range);
        }
    });
    let led_definitions = walked.definitions.iter().filter(|definition| definition.range.start() < lead);
    if !begins_well
        || !ends_well
        || led != outside.footnotes
        || led_definitions.count() != outside.definitions
    {
        return Err(Unfit);
    }
    Ok(reader.finish(&walked.within(lead, lead + to - from)))
}

impl Reader<'_> {
    /// Whether nothing is open.
    fn is_at_root(&self) -> bool {
        self.memory.containers.len() == 1
            && self.memory.lists.is_empty()
            && self.heading.is_none()
            && self.memory.details_open.is_empty()
    }
}
