//! Which links may lead elsewhere after one or more changes, and where the others lead now.
//!
//! Invariant: a link that [`Changes::concern`] says nothing of leads to the same places as before, which may have other indices in
//! their note. What a link is looked up by is told here in the way in which `vault::resolve` looks it up.

use std::sync::Arc;

use crate::note::destination::{Destination, Syntax};
use crate::note::lookup::{anchor_family, name_hash};
use crate::note::slug::slug;
use crate::note::{LinkKind, Note, numbering};
use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::era::Change;
use crate::vault::resolve::{Missing, Place, Resolution, wiki_parts};

/// What changed one after the other.
#[derive(Default)]
pub struct Changes {
    /// The first one first.
    each: Vec<Arc<Change>>,
    /// The keys of all, in order, without repeats.
    keys: Vec<u64>,
}

impl Changes {
    /// These, the first one first.
    pub(super) fn of(each: Vec<Arc<Change>>) -> Self {
        let mut keys: Vec<u64> = each.iter().flat_map(|change| change.keys.iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        Self { each, keys }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Whether a link of `note` may lead elsewhere than before, which was `led` if that is known. The note's own definitions
    /// are the same.
    pub fn concern(&self, vault: &Vault, note: &Note, source: Source, led: Option<&Resolution>) -> bool {
        let written = source.target(note);
        let kind = match source {
            Source::Link(index) => note.links.get(index).map(|link| link.kind),
            Source::Definition(_) => Some(LinkKind::Inline),
        };
        match kind {
            None | Some(LinkKind::Autolink | LinkKind::Footnote | LinkKind::BrokenReference) => false,
            Some(LinkKind::Wiki | LinkKind::Embed) => {
                self.concern_wiki(vault, note, note.text.slice(written))
            }
            Some(_) if led.is_some_and(|led| !self.may_concern(led)) => false,
            Some(LinkKind::Inline | LinkKind::Image) => {
                self.concern_destination(note.text.slice(written), Syntax::Markdown)
            }
            Some(LinkKind::HtmlLink | LinkKind::HtmlImage) => {
                self.concern_destination(note.text.slice(written), Syntax::Html)
            }
            Some(LinkKind::Reference | LinkKind::ImageReference) => {
                let definition = note.definition(note.text.slice(written));
                let definition = definition.and_then(|index| note.definitions.get(index));
                definition.is_some_and(|definition| {
                    self.concern_destination(note.text.slice(definition.target), Syntax::Markdown)
                })
            }
        }
    }

    /// Moves the places of a link that these changes do not concern to their present indices. Returns whether all are there.
    pub fn follow(&self, led: &mut Resolution) -> bool {
        let Resolution::Found(targets) = led else { return true };
        for target in targets {
            for change in self.each.iter().filter(|change| change.path == target.path) {
                let (index, replaced) = match &mut target.place {
                    Place::Heading(index) => (index, &change.headings),
                    Place::Anchor(index) => (index, &change.anchors),
                    _ => break,
                };
                let Some(moved) = replaced.moved(*index) else { return false };
                *index = moved;
            }
        }
        true
    }

    /// Whether what a link with a path led to was looked up in a note that changed.
    fn may_concern(&self, led: &Resolution) -> bool {
        match led {
            Resolution::Found(targets) => targets.iter().any(|target| {
                matches!(target.place, Place::Heading(_) | Place::Anchor(_)) && self.is_of(&target.path)
            }),
            Resolution::Missing(Missing::Heading { note, .. }) => self.is_of(note),
            Resolution::Missing(_) | Resolution::External => false,
            // It is not told which note was looked at.
            Resolution::Skipped => true,
        }
    }

    fn is_of(&self, path: &NotePath) -> bool {
        self.each.iter().any(|change| change.path == *path)
    }

    fn concern_destination(&self, written: &str, syntax: Syntax) -> bool {
        match Destination::parse(written, syntax) {
            Destination::Local(local) => local.fragment.as_deref().is_some_and(|fragment| {
                let name = fragment.strip_prefix("user-content-").unwrap_or(fragment);
                self.concern_anchor(name) || self.concern_name(name) || self.has(anchor_family(name))
            }),
            _ => false,
        }
    }

    fn concern_wiki(&self, vault: &Vault, note: &Note, written: &str) -> bool {
        let parts = wiki_parts(written);
        let names = || std::iter::once(parts.name).chain(vault.without_ending(note, parts.name));
        let may_lead_in = match parts.name.is_empty() {
            true => self.is_of(&note.path),
            false if names().any(|name| self.concern_name(name)) => return true,
            // As no name came or went that it may go by, it means the notes that it meant.
            false => parts.fragment.is_some() && names().any(|name| self.are_of_one_called(name)),
        };
        may_lead_in
            && parts.fragment.is_some_and(|fragment| {
                self.concern_anchor(fragment)
                    || self.concern_name(fragment)
                    || self.has(anchor_family(&slug(fragment)))
            })
    }

    /// Whether a note that changed is called so: by the name of its file, its title or an alias.
    fn are_of_one_called(&self, name: &str) -> bool {
        let keys = [name_hash(name), name_hash(name.rsplit('/').next().unwrap_or(name))];
        self.each.iter().any(|change| keys.iter().any(|key| change.called.contains(key)))
    }

    /// Whether a note or heading of this name, with or without its number, came or went.
    fn concern_name(&self, name: &str) -> bool {
        let title = || numbering::prefix(name).and_then(|prefix| name.get(prefix.len..));
        self.has(name_hash(name)) || title().is_some_and(|title| self.has(name_hash(title)))
    }

    fn concern_anchor(&self, name: &str) -> bool {
        name.strip_prefix('^').is_some_and(|block| self.has(name_hash(block)))
    }

    fn has(&self, key: u64) -> bool {
        self.keys.binary_search(&key).is_ok()
    }
}
