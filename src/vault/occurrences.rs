//! What a construct of a note stands for, and every place where that is named.
//!
//! Invariant: each place that [`Vault::occurrences`] gives stands for the same thing again: asking about it leads back.

use std::sync::Arc;

use crate::note::lookup::fold_label;
use crate::note::subject::Subject;
use crate::note::{BlockKind, LinkKind, MaskKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::{links_to_address_in, tagged_in, tagged_in_front_matter_of};
use crate::vault::resolve::{Place, Resolution, Target};

/// What links and marks stand for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Referent {
    /// A note, a heading or anchor in one, a line of one, a file, a folder.
    Target(Target),
    /// The link definition (`[r]: …`) of this index.
    Definition(NotePath, usize),
    /// The footnote definition of this index.
    Footnote(NotePath, usize),
    /// A tag, without `#`.
    Tag(String),
    /// An address outside.
    Address(String),
}

/// A place that names a [`Referent`].
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// The note it stands in.
    pub note: Arc<Note>,
    /// All of it: a whole link, a heading's content, a definition's label, a tag with its `#`, if it has one.
    pub range: TextRange,
    /// What it does there.
    pub role: Role,
}

/// What a place does for a [`Referent`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It is the place itself: the heading, the anchor, the definition.
    Definition,
    /// It refers to it.
    Reference,
}

impl Note {
    /// Whether the heading of this index names the note: it comes first, but for HTML such as badges and anchors, and
    /// every other heading stands under it. Of several headings of the top level the first is a chapter like the others.
    pub fn is_title(&self, heading: usize) -> bool {
        let (Some(title), Some(section)) = (self.headings.first(), self.sections.first()) else {
            return false;
        };
        let mut before = self.blocks.iter().take_while(|block| block.range.start < title.range.start);
        let holds_all = self.headings.last().is_some_and(|last| section.range.contains_range(last.range));
        heading == 0
            && holds_all
            && before.all(|block| block.kind == BlockKind::Html || self.is_only_tags(block.range))
    }

    /// Whether nothing but HTML and white space stands in `range`, as in `<a id="top"></a>`.
    fn is_only_tags(&self, range: TextRange) -> bool {
        let first = self.masks.partition_point(|mask| mask.range.start < range.start);
        let inside = self.masks[first..].iter().take_while(|mask| mask.range.start < range.end);
        let mut done = range.start();
        for mask in inside.filter(|mask| matches!(mask.kind, MaskKind::Html | MaskKind::Comment)) {
            if !self.text.slice(TextRange::new(done, mask.range.start())).trim().is_empty() {
                return false;
            }
            done = mask.range.end();
        }
        self.text.slice(TextRange::new(done, range.end())).trim().is_empty()
    }
}

impl Vault {
    /// What the construct `subject` of `note` stands for: an ambiguous link for several things, a broken one for none.
    pub fn referents(&self, note: &Arc<Note>, subject: Subject) -> Vec<Referent> {
        let here = |place: Place| vec![Referent::Target(Target { path: note.path.clone(), place })];
        match subject {
            Subject::Heading(index) => here(Place::Heading(index)),
            Subject::Anchor(index) => here(Place::Anchor(index)),
            Subject::Definition(index) => vec![Referent::Definition(note.path.clone(), index)],
            Subject::Footnote(index) => vec![Referent::Footnote(note.path.clone(), index)],
            Subject::Tag(index) => note.tags.get(index).map_or_else(Vec::new, |range| {
                vec![Referent::Tag(note.text.slice(*range).trim_start_matches('#').to_owned())]
            }),
            Subject::DefinitionTarget(index) => {
                note.definitions.get(index).map_or_else(Vec::new, |definition| {
                    self.of_resolution(
                        self.resolve_definition(note, definition),
                        note.text.slice(definition.target),
                    )
                })
            }
            Subject::Link(index) => {
                let Some(link) = note.links.get(index) else { return Vec::new() };
                let target = note.text.slice(link.target);
                match link.kind {
                    LinkKind::Reference | LinkKind::ImageReference => note
                        .definition(target)
                        .map(|index| Referent::Definition(note.path.clone(), index))
                        .into_iter()
                        .collect(),
                    LinkKind::Footnote => note
                        .footnote(target)
                        .map(|index| Referent::Footnote(note.path.clone(), index))
                        .into_iter()
                        .collect(),
                    _ => self.of_resolution(self.resolve(note, link), target),
                }
            }
        }
    }

    fn of_resolution(&self, resolution: Resolution, target: &str) -> Vec<Referent> {
        match resolution {
            Resolution::Found(targets) => targets.into_iter().map(Referent::Target).collect(),
            Resolution::External => vec![Referent::Address(target.trim().to_owned())],
            Resolution::Missing(_) | Resolution::Skipped => Vec::new(),
        }
    }

    /// Every place that names `referent`, the place itself included; by note, then by place. For a note as a whole, and
    /// for the heading that names it, these are all links into the note.
    pub fn occurrences(&self, referent: &Referent) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = match referent {
            Referent::Target(target) => {
                let whole = self.is_whole(target);
                let incoming = self.links_into(&target.path).into_iter();
                let named = incoming.filter(|incoming| whole || incoming.target.place == target.place);
                named
                    .map(|incoming| Occurrence {
                        range: incoming.source.range(&incoming.from),
                        note: incoming.from,
                        role: Role::Reference,
                    })
                    .collect()
            }
            Referent::Address(address) => {
                let notes = self.notes_with_address(address);
                return notes.flat_map(|note| self.occurrences_in(note, referent)).collect();
            }
            Referent::Tag(tag) => {
                let notes = self.notes_with_tag(tag);
                return notes.flat_map(|note| self.occurrences_in(note, referent)).collect();
            }
            Referent::Definition(path, _) | Referent::Footnote(path, _) => {
                return self.note(path).map_or_else(Vec::new, |note| self.occurrences_in(note, referent));
            }
        };
        if let Some(itself) = self.place_of(referent) {
            found.push(itself);
        }
        in_order(found)
    }

    /// As [`Vault::occurrences`], in `note` alone: costs what its own links cost. A footnote that is defined twice has
    /// both places: they are changed together or not at all.
    pub fn occurrences_in(&self, note: &Arc<Note>, referent: &Referent) -> Vec<Occurrence> {
        let at = |range: TextRange| Occurrence { note: Arc::clone(note), range, role: Role::Reference };
        let itself = |range: TextRange| Occurrence { note: Arc::clone(note), range, role: Role::Definition };
        let mut found: Vec<Occurrence> = match referent {
            Referent::Target(target) => {
                let whole = self.is_whole(target);
                let same = |to: &Target| to.path == target.path && (whole || to.place == target.place);
                let resolved = self.resolve_all(note).filter(
                    |(_, resolution)| matches!(resolution, Resolution::Found(targets) if targets.iter().any(same)),
                );
                resolved.map(|(source, _)| at(source.range(note))).collect()
            }
            Referent::Definition(_, index) => {
                let Some(definition) = note.definitions.get(*index) else { return Vec::new() };
                let label = fold_label(note.text.slice(definition.label));
                let uses = note.links.iter().filter(|link| {
                    matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference)
                        && fold_label(note.text.slice(link.target)) == label
                });
                uses.map(|link| at(link.range)).collect()
            }
            Referent::Footnote(_, index) => {
                let Some(footnote) = note.footnotes.get(*index) else { return Vec::new() };
                let name = fold_label(note.text.slice(footnote.name));
                let same = |range: TextRange| fold_label(note.text.slice(range)) == name;
                let marks = note.links.iter();
                let marks = marks.filter(|link| link.kind == LinkKind::Footnote && same(link.target));
                let twins = note.footnotes.iter().map(|twin| twin.name).filter(|name| same(*name));
                marks.map(|link| at(link.range)).chain(twins.map(itself)).collect()
            }
            Referent::Tag(tag) => {
                tagged_in_front_matter_of(note, tag).chain(tagged_in(note, tag)).map(at).collect()
            }
            Referent::Address(address) => {
                links_to_address_in(note, address).map(|source| at(source.range(note))).collect()
            }
        };
        found.extend(self.place_of(referent).filter(|itself| itself.note.path == note.path));
        in_order(found)
    }

    /// The place itself: the heading, anchor, definition or footnote; for a note the heading that names it. `None` for
    /// what has no place in a note.
    pub fn place_of(&self, referent: &Referent) -> Option<Occurrence> {
        let (path, subject) = match referent {
            Referent::Target(Target { path, place }) => match place {
                Place::Heading(index) => (path, Subject::Heading(*index)),
                Place::Anchor(index) => (path, Subject::Anchor(*index)),
                Place::Definition(index) => (path, Subject::Definition(*index)),
                Place::Footnote(index) => (path, Subject::Footnote(*index)),
                Place::Note if self.note(path)?.is_title(0) => (path, Subject::Heading(0)),
                Place::Note | Place::File | Place::Folder | Place::Line(_) => return None,
            },
            Referent::Definition(path, index) => (path, Subject::Definition(*index)),
            Referent::Footnote(path, index) => (path, Subject::Footnote(*index)),
            Referent::Tag(_) | Referent::Address(_) => return None,
        };
        let note = self.note(path)?;
        let range = note.subject_range(subject);
        Some(Occurrence { note: Arc::clone(note), range, role: Role::Definition })
    }

    /// Whether the target stands for its note as a whole.
    fn is_whole(&self, target: &Target) -> bool {
        match target.place {
            Place::Note | Place::File | Place::Folder => true,
            Place::Heading(index) => self.note(&target.path).is_some_and(|note| note.is_title(index)),
            Place::Line(_) => self.note(&target.path).is_none(),
            Place::Anchor(_) | Place::Definition(_) | Place::Footnote(_) => false,
        }
    }
}

/// By note, then by place; each place once.
pub fn in_order(mut found: Vec<Occurrence>) -> Vec<Occurrence> {
    found.sort_by(|a, b| (&a.note.path, a.range).cmp(&(&b.note.path, b.range)));
    found.dedup_by(|later, kept| later.note.path == kept.note.path && later.range == kept.range);
    found
}
