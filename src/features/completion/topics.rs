//! Notes and headings of all notes as items, whatever kind of link is typed.
//!
//! Invariant: an item is given only when it can be written so that it leads to its place.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::features::completion::{About, Item, Kind, LIMIT, List, Memo, Request, is_open};
use crate::fuzzy::Pattern;
use crate::note::Note;
use crate::note::sought::{Named, Sought};
use crate::path::NotePath;
use crate::syntax::context::Context;
use crate::text::TextRange;
use crate::vault::judged::Judged;
use crate::vault::resolve::{Place, Target};
use crate::vault::seek::{Distance, Found, Hit, Sort, Wanted};

/// So few items are made faster by one processor than given to another.
const FEW: usize = 25;

/// A note or heading that was found, and how it is shown.
pub(super) struct Topic<'a> {
    /// Its note.
    pub(super) note: &'a Arc<Note>,
    /// What names it.
    pub(super) named: Named,
    /// Where it is.
    pub(super) target: Target,
    /// What it is called: the title of a heading, the name by which a note was found.
    pub(super) label: String,
}

impl<'a> Request<'a> {
    /// The notes and headings that fit what was typed, the best first.
    ///
    /// Near is, first to last: the chapter at the cursor, the note, notes that were worked on last, the folder, all else.
    pub(super) fn seek(&self, typed: &str, sort: Sort, memo: &mut Memo) -> Found {
        let pattern = Pattern::new(typed);
        let near = Near::of(self);
        let wanted = Wanted { pattern: &pattern, sort, near: &near, limit: LIMIT };
        self.vault.seek(&wanted, &mut memo.seek)
    }

    /// The items for what was found, each written by `write`; what cannot be written is left out.
    pub(super) fn topics<'f>(
        &self,
        found: &'f Found,
        range: TextRange,
        memo: &Memo,
        write: impl Fn(&Topic<'f>) -> Option<String> + Sync,
    ) -> List {
        let made = found.hits.par_iter().with_min_len(FEW).map(|hit| {
            let topic = self.topic(hit)?;
            let text = write(&topic)?;
            Some(self.item(&topic, (range, text), &memo.judged))
        });
        let made: Vec<Option<Item>> = made.collect();
        // A note that was found by several of its names, all of which are written the same, stands once.
        let mut seen = HashSet::new();
        let items = made.into_iter().flatten().filter(|item| seen.insert(item.edit.1.clone()));
        List { items: items.collect(), incomplete: found.more }
    }

    /// What was found as a place with a name; `None` for what is none of its own: the note at hand, and a heading that is
    /// its note by another name.
    fn topic<'f>(&self, hit: &'f Hit) -> Option<Topic<'f>> {
        let note = &hit.note;
        let front = note.front();
        let (place, label) = match hit.named {
            Named::Heading(index) => {
                let index = index as usize;
                let title = note.headings.get(index)?.title();
                if self.is_typed_in(note, index) {
                    return None;
                }
                if index == 0 && note.path != self.note.path && title == note.path.stem() {
                    return None;
                }
                (Place::Heading(index), title.to_string())
            }
            _ if note.path == self.note.path => return None,
            Named::Stem => (Place::Note, note.path.stem().to_owned()),
            Named::Title => (Place::Note, front?.title.as_ref()?.to_string()),
            Named::Alias(index) => (Place::Note, front?.aliases.get(index as usize)?.to_string()),
        };
        let target = Target { path: note.path.clone(), place };
        Some(Topic { note, named: hit.named, target, label })
    }

    /// A topic as an item with this edit.
    pub(super) fn item(&self, topic: &Topic<'_>, edit: (TextRange, String), judged: &Judged) -> Item {
        let (kind, open) = match topic.target.place {
            Place::Heading(index) => (Kind::Heading, is_open(judged, self.vault, topic.note, index)),
            _ => (Kind::Note, false),
        };
        Item {
            label: topic.label.clone(),
            place: self.place_of(topic),
            kind,
            open,
            edit,
            more: Vec::new(),
            about: About::Place(topic.target.clone()),
            creates: None,
        }
    }

    /// `操作系统 › 进程` for a heading of another note, `进程` for one of the note at hand, for a note its folder.
    fn place_of(&self, topic: &Topic<'_>) -> String {
        let note = topic.note;
        let Named::Heading(index) = topic.named else {
            let shown = self.vault.display_path(&note.path);
            let stem = note.path.stem();
            // A note that was found by another name is told by its own.
            return match topic.named {
                Named::Stem => shown.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
                _ => stem.to_owned(),
            };
        };
        let around = around(note, index).filter(|title| !title.is_empty());
        match (note.path == self.note.path, around) {
            (true, around) => around.unwrap_or_default().to_owned(),
            (false, Some(around)) if around != note.path.stem() => format!("{} › {around}", note.path.stem()),
            (false, _) => note.path.stem().to_owned(),
        }
    }

    /// The headings and ids of one note that fit what was typed, each written by `write`.
    pub(super) fn places_in(
        &self,
        note: &'a Arc<Note>,
        typed: &str,
        range: TextRange,
        mut write: impl FnMut(&Target) -> Option<String>,
    ) -> List {
        let pattern = Pattern::new(typed);
        let sought = Sought::of(note);
        let mut fitting: Vec<_> = (0..sought.len())
            .filter_map(|index| Some((sought.fit(index, &pattern)?, sought.named(index)?)))
            .filter(|(_, named)| matches!(named, Named::Heading(_)))
            .collect();
        // While nothing is typed they stand as in the note.
        if !pattern.is_empty() {
            fitting.sort();
        }
        let incomplete = fitting.len() > LIMIT;
        let judged = Judged::default();
        let items = fitting.into_iter().take(LIMIT).filter_map(|(_, named)| {
            let Named::Heading(index) = named else { return None };
            let heading = note.headings.get(index as usize)?;
            if self.is_typed_in(note, index as usize) {
                return None;
            }
            let target = Target { path: note.path.clone(), place: Place::Heading(index as usize) };
            let text = write(&target)?;
            let topic = Topic { note, named, target, label: heading.title().to_string() };
            let mut item = self.item(&topic, (range, text), &judged);
            // The note is known: only the chapter tells.
            item.place = around(note, index).unwrap_or_default().to_owned();
            Some(item)
        });
        List { items: items.collect(), incomplete }
    }

    /// Whether a heading is the one that the cursor is in, whose text is about to change.
    fn is_typed_in(&self, note: &Note, heading: usize) -> bool {
        let heading = note.headings.get(heading).filter(|_| note.path == self.note.path);
        heading.is_some_and(|heading| heading.range.touches(self.cursor()))
    }

    /// Where the cursor is: the end of what was typed.
    pub(super) fn cursor(&self) -> usize {
        match self.context {
            Context::WikiLink(link) => link.part.typed.end(),
            Context::Destination(destination) => destination.part.typed.end(),
            Context::HtmlAttribute(attribute) => attribute.value.typed.end(),
            Context::ReferenceLabel { part, .. }
            | Context::FootnoteLabel(part)
            | Context::Tag(part)
            | Context::CalloutKind(part)
            | Context::FenceLanguage(part)
            | Context::FrontMatterKey(part)
            | Context::FrontMatterValue { part, .. } => part.typed.end(),
            Context::HeadingText(word) | Context::Prose(word) => word.word.end(),
            Context::Nothing => 0,
        }
    }
}

/// How near names are to the cursor.
struct Near<'a> {
    own: &'a Note,
    /// The chapter at the cursor.
    chapter: Option<usize>,
    recent: &'a [NotePath],
    /// The folder of the note, with its last slash.
    folder: &'a str,
}

impl<'a> Near<'a> {
    fn of(request: &Request<'a>) -> Self {
        let own = request.note;
        let chapter = own.section_at(request.cursor()).map(|section| own.topmost(section));
        let path = own.path.as_str();
        let folder = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
        Self { own, chapter, recent: request.recent, folder }
    }
}

impl Distance for Near<'_> {
    fn of(&self, path: &NotePath, named: Named) -> u8 {
        if *path == self.own.path {
            let Named::Heading(index) = named else { return 1 };
            return u8::from(Some(self.own.topmost(index as usize)) != self.chapter);
        }
        let beneath = path.as_str().strip_prefix(self.folder);
        match self.recent.contains(path) {
            true => 2,
            false if beneath.is_some_and(|name| !name.contains('/')) => 3,
            false => 4,
        }
    }

    fn between(&self, first: &NotePath, last: &NotePath) -> Option<u8> {
        let holds = |path: &NotePath| (first..=last).contains(&path);
        // What is in the folder stands together in the order of paths, from the folder's own name on.
        let is_behind = last.as_str() < self.folder;
        let is_before = first.as_str() > self.folder && !first.as_str().starts_with(self.folder);
        let none_is_near = !holds(&self.own.path) && !self.recent.iter().any(holds);
        (none_is_near && (is_behind || is_before)).then_some(4)
    }
}

/// The title of the heading that a heading stands under.
fn around(note: &Note, heading: u32) -> Option<&str> {
    let parent = note.sections.get(heading as usize)?.parent?;
    Some(note.headings.get(parent as usize)?.title())
}
