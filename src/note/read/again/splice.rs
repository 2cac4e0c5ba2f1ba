//! The facts of a note, those of a stretch put in place of what stood there before and those after it moved.
//!
//! Invariant: every fact lies in one stretch by where it starts; only sections reach over the end of theirs.

use crate::note::lineage::Replaced;
use crate::note::lookup::Lookup;
use crate::note::read::again::Stretch;
use crate::note::{
    Anchor, AskingItem, Block, Callout, Details, Directive, Facts, FootnoteDefinition, Heading, Link,
    LinkDefinition, Mask, Note, ROOT, Section, Task,
};
use crate::text::{Text, TextRange, narrow};

/// The note `old` with `piece`, the facts of what stands at the stretch in `text`.
pub fn splice(old: &Note, text: Text, piece: Facts, stretch: &Stretch) -> Note {
    let at = Place::of(stretch);
    let (headings, replaced) = at.put(&old.headings, piece.headings);
    let sections = at.put_sections(&old.sections, &piece.sections, headings.len());
    let contributors = old.contributors.map(|list| {
        let moved = |at_byte: u32| at.moved(TextRange { start: at_byte, end: at_byte }).start;
        TextRange { start: moved(list.start), end: moved(list.end) }
    });
    let mut facts = Facts {
        text,
        front_matter: old.front_matter.clone(),
        headings,
        sections,
        blocks: at.put(&old.blocks, piece.blocks).0,
        links: at.put(&old.links, piece.links).0,
        anchors: at.put(&old.anchors, piece.anchors).0,
        definitions: at.put(&old.definitions, piece.definitions).0,
        footnotes: at.put(&old.footnotes, piece.footnotes).0,
        details: at.put(&old.details, piece.details).0,
        callouts: at.put(&old.callouts, piece.callouts).0,
        tasks: at.put(&old.tasks, piece.tasks).0,
        asking_items: at.put(&old.asking_items, piece.asking_items).0,
        tags: at.put(&old.tags, piece.tags).0,
        masks: at.put(&old.masks, piece.masks).0,
        directives: at.put(&old.directives, piece.directives).0,
        contributors,
        lookup: Lookup::default(),
    };
    share_words(old, &mut facts.headings, replaced);
    nest(&facts.headings, &mut facts.sections, facts.text.len());
    let note = old.became(facts, stretch);
    Lookup::take_over(old, &note, stretch);
    note
}

/// A place in a vector of facts.
struct Place {
    from: u32,
    to: u32,
    /// What `to` became.
    new_to: u32,
}

impl Place {
    fn of(stretch: &Stretch) -> Self {
        Self { from: narrow(stretch.old.start), to: narrow(stretch.old.end), new_to: narrow(stretch.new.end) }
    }

    /// A range outside of the stretch at its new place.
    fn moved(&self, range: TextRange) -> TextRange {
        if range.start < self.from { range } else { range.moved(self.to, self.new_to) }
    }

    /// The indices of the facts in the stretch.
    fn of_stretch<T: Placed>(&self, facts: &[T]) -> (usize, usize) {
        let first = facts.partition_point(|fact| fact.start() < self.from);
        (first, facts.partition_point(|fact| fact.start() < self.to).max(first))
    }

    /// All facts, with the indices of those of the stretch, and how many took their place.
    fn put<T: Placed + Clone>(&self, old: &[T], piece: Box<[T]>) -> (Box<[T]>, Replaced) {
        let (first, last) = self.of_stretch(old);
        let replaced = Replaced { first, last, count: piece.len() };
        let mut all = Vec::with_capacity(old.len() - (last - first) + piece.len());
        all.extend_from_slice(&old[..first]);
        all.extend(piece);
        all.extend(old[last..].iter().cloned().map(|mut fact| {
            fact.move_by(self.new_to.wrapping_sub(self.to));
            fact
        }));
        (all.into(), replaced)
    }

    /// The same of sections, of which those of the piece count their parents from its first one.
    fn put_sections(&self, old: &[Section], piece: &[Section], count: usize) -> Box<[Section]> {
        let (first, last) = self.of_stretch(old);
        let mut all = Vec::with_capacity(count);
        all.extend_from_slice(&old[..first]);
        let below = |section: &Section, by: u32| Section {
            parent: section.parent.map(|parent| parent.wrapping_add(by)),
            ..*section
        };
        all.extend(piece.iter().map(|section| below(section, narrow(first))));
        let by = narrow(first + piece.len()).wrapping_sub(narrow(last));
        all.extend(old[last..].iter().map(|section| {
            let mut section = below(section, by);
            section.move_by(self.new_to.wrapping_sub(self.to));
            section
        }));
        all.into()
    }
}

/// Lets headings of a stretch that say what they did before share their words with those.
fn share_words(old: &Note, headings: &mut [Heading], replaced: Replaced) {
    let before = old.headings.get(replaced.gone()).unwrap_or_default();
    let after = headings.get_mut(replaced.come()).unwrap_or_default();
    for (before, after) in before.iter().zip(after) {
        if before.said.says_as(&after.said) {
            after.said = before.said.clone();
        }
    }
}

/// Gives every section at the root its parent and its end; the others lie in stretches.
fn nest(headings: &[Heading], sections: &mut [Section], end: usize) {
    let end = narrow(end);
    let mut open: Vec<(usize, u8)> = Vec::new();
    for (index, heading) in headings.iter().enumerate().filter(|(_, heading)| heading.container == ROOT) {
        while let Some((above, _)) = open.pop_if(|(_, level)| *level >= heading.level) {
            sections[above].range.end = heading.range.start;
        }
        sections[index].parent = open.last().and_then(|(above, _)| u32::try_from(*above).ok());
        sections[index].range.end = end;
        open.push((index, heading.level));
    }
}

/// A fact with a place in the text.
trait Placed {
    /// Where it starts.
    fn start(&self) -> u32;

    /// Moves it by as many bytes, which wrap around: the text before it grew or shrank.
    fn move_by(&mut self, by: u32);
}

fn shift(range: &mut TextRange, by: u32) {
    range.start = range.start.wrapping_add(by);
    range.end = range.end.wrapping_add(by);
}

macro_rules! placed {
    ($($fact:ty: $range:ident $(, $more:ident)*;)*) => {$(
        impl Placed for $fact {
            fn start(&self) -> u32 {
                self.$range.start
            }

            fn move_by(&mut self, by: u32) {
                shift(&mut self.$range, by);
                $(shift(&mut self.$more, by);)*
            }
        }
    )*};
}

placed! {
    Section: range, body;
    Block: range;
    Link: range, label, target;
    Anchor: name;
    LinkDefinition: range, label, target;
    FootnoteDefinition: range, name;
    Callout: range, kind, title;
    Task: marker;
    AskingItem: range, question;
    Mask: range;
    Directive: range;
}

impl Placed for TextRange {
    fn start(&self) -> u32 {
        self.start
    }

    fn move_by(&mut self, by: u32) {
        shift(self, by);
    }
}

impl Placed for Heading {
    fn start(&self) -> u32 {
        self.range.start
    }

    fn move_by(&mut self, by: u32) {
        shift(&mut self.range, by);
        shift(&mut self.content, by);
        move_container(&mut self.container, by);
    }
}

impl Placed for Details {
    fn start(&self) -> u32 {
        self.range.start
    }

    fn move_by(&mut self, by: u32) {
        shift(&mut self.range, by);
        shift(&mut self.summary, by);
        move_container(&mut self.container, by);
    }
}

/// The numbers of containers are places.
fn move_container(container: &mut u32, by: u32) {
    if *container != ROOT {
        *container = container.wrapping_add(by);
    }
}
