//! Where a wiki link leads: names by file, path, title, alias and heading, as Obsidian and its kin find them.
//!
//! Invariant: the way in which a name is found is tried in that order, and the first that finds anything decides.

use std::sync::Arc;

use crate::note::lookup::fold;
use crate::note::slug::slug;
use crate::note::{Note, is_picture};
use crate::text::TextRange;
use crate::vault::resolve::{Missing, Place, Resolution, Target, found_in};
use crate::vault::{Scope, Vault};

/// What a wiki link names.
pub struct WikiParts<'a> {
    /// For `[[note#chapter#section]]` it is `note`; empty when the note itself is meant.
    pub name: &'a str,
    /// The section that is meant: for `[[note#chapter#section]]` it is `section`.
    pub fragment: Option<&'a str>,
    /// Where the first `#` stands, or would stand.
    pub hash: usize,
}

/// The parts of what stands in a wiki link.
pub fn wiki_parts(raw: &str) -> WikiParts<'_> {
    let hash = raw.find('#').unwrap_or(raw.len());
    let fragment = raw.get(hash + 1..).map(|rest| rest.rsplit('#').next().unwrap_or(rest).trim());
    WikiParts { name: raw[..hash].trim(), fragment, hash }
}

impl Vault {
    /// Where a wiki link or embed leads that names `raw` at the byte at `start` of `note`.
    pub(super) fn wiki(&self, note: &Arc<Note>, raw: &str, start: usize) -> Resolution {
        if raw.contains("://") || raw.contains("{{") {
            return Resolution::Skipped;
        }
        let WikiParts { name, fragment, hash } = wiki_parts(raw);
        let range = TextRange::new(start + hash, start + raw.len());
        if name.is_empty() {
            return match fragment {
                Some(fragment) => wiki_fragment(note, fragment, range),
                None => Resolution::Skipped,
            };
        }
        let found = self.notes_called(note, name);
        if found.is_empty() {
            return self.wiki_without_note(note, name);
        }
        let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
            return Resolution::Found(found);
        };
        let mut missing = None;
        let mut places = Vec::new();
        for target in &found {
            let Some(named) = self.notes.get(&target.path) else { continue };
            match wiki_fragment(named, fragment, range) {
                Resolution::Found(targets) => places.extend(targets),
                other => missing = missing.or(Some(other)),
            }
        }
        match missing {
            Some(missing) if places.is_empty() => missing,
            _ => Resolution::Found(places),
        }
    }

    /// What `name` means when it is no note's: a file, a heading, or nothing.
    fn wiki_without_note(&self, note: &Arc<Note>, name: &str) -> Resolution {
        if let Some(path) = self.local_path(note, name)
            && let Some(target) = self.at_path(&path, name)
        {
            return Resolution::Found(vec![target]);
        }
        if let Some(root) = self.root_of(&note.path)
            && let Some(target) = self.at_path(&root.path.join(name.trim_start_matches('/')), name)
        {
            return Resolution::Found(vec![target]);
        }
        let path = note.path.folder().join(name);
        let file_name = path.file_name();
        let files: Vec<Target> = self
            .files_named(file_name)
            .into_iter()
            .filter(|file| {
                fold(file.as_str()).ends_with(&*fold(&format!("/{}", name.trim_start_matches(['.', '/']))))
            })
            .map(|file| Target { path: file.clone(), place: Place::File })
            .collect();
        if !files.is_empty() {
            return Resolution::Found(files);
        }
        let headings = self.headings_called(name);
        if !headings.is_empty() {
            return Resolution::Found(headings);
        }
        let known_whole = self.root_of(&note.path).is_some_and(|root| root.scope == Scope::Folder);
        if is_picture(name) {
            return if known_whole { Resolution::Missing(Missing::Image(path)) } else { Resolution::Skipped };
        }
        if known_whole { Resolution::Missing(Missing::Note(name.to_owned())) } else { Resolution::Skipped }
    }

    /// The notes called `name`: by file name or path (nearest first), else by title, else by alias.
    fn notes_called(&self, from: &Note, name: &str) -> Vec<Target> {
        let name = self.without_ending(from, name).unwrap_or(name);
        let target = |note: &Arc<Note>| Target { path: note.path.clone(), place: Place::Note };
        let stem = name.rsplit('/').next().unwrap_or(name);
        let candidates = self.notes_named(stem);
        let wanted_stem = fold(stem);
        let relative = name.starts_with("./") || name.starts_with("../");
        let absolute = relative.then(|| from.path.folder().join(name));
        let suffix = format!("/{}", fold(name.trim_start_matches('/')));
        let mut by_path: Vec<&&Arc<Note>> = candidates
            .iter()
            .filter(|note| fold(note.path.stem()) == wanted_stem)
            .filter(|note| {
                let folder = note.path.folder();
                let whole = format!("{}/{}", folder.as_str().trim_end_matches('/'), note.path.stem());
                match &absolute {
                    Some(absolute) => fold(&whole) == fold(absolute.as_str()),
                    None => fold(&whole).ends_with(&suffix),
                }
            })
            .collect();
        by_path.sort_by_key(|note| {
            (
                note.path.folder() != from.path.folder(),
                note.path.as_str().matches('/').count(),
                note.path.clone(),
            )
        });
        if !by_path.is_empty() {
            // A note beside the link or one alone at the top is what everybody means: shorter paths are not doubtful.
            let nearest = by_path[0];
            let same_folder = nearest.path.folder() == from.path.folder();
            return if same_folder {
                vec![target(nearest)]
            } else {
                by_path.into_iter().map(|note| target(note)).collect()
            };
        }
        let wanted_name = fold(name);
        let candidates = self.notes_named(name);
        let titled = |note: &&&Arc<Note>| {
            note.front_matter
                .as_ref()
                .and_then(|front| front.title.as_ref())
                .is_some_and(|title| fold(title) == wanted_name)
        };
        let by_title: Vec<Target> = candidates.iter().filter(titled).map(|note| target(note)).collect();
        if !by_title.is_empty() {
            return by_title;
        }
        let aliased = |note: &&&Arc<Note>| {
            note.front_matter
                .as_ref()
                .is_some_and(|front| front.aliases.iter().any(|alias| fold(alias) == wanted_name))
        };
        candidates.iter().filter(aliased).map(|note| target(note)).collect()
    }

    /// `name` without the ending of a note's file, when a link of `from` has one.
    pub(in crate::vault) fn without_ending<'a>(&self, from: &Note, name: &'a str) -> Option<&'a str> {
        self.config_of(&from.path).files.extensions.iter().find_map(|ending| {
            let (stem, tail) = name.split_at_checked(name.len().checked_sub(ending.len() + 1)?)?;
            tail.strip_prefix('.').is_some_and(|tail| tail.eq_ignore_ascii_case(ending)).then_some(stem)
        })
    }

    /// The headings of any note whose text or title is `name`.
    fn headings_called(&self, name: &str) -> Vec<Target> {
        let headings = self.notes_named(name).into_iter().flat_map(|note| {
            let called = note.headings_called(name).into_iter();
            called.map(|index| Target { path: note.path.clone(), place: Place::Heading(index) })
        });
        headings.collect()
    }
}

fn wiki_fragment(note: &Arc<Note>, fragment: &str, range: TextRange) -> Resolution {
    match wiki_place(note, fragment) {
        Some(place) => found_in(note, place),
        None => Resolution::Missing(Missing::Heading {
            note: note.path.clone(),
            fragment: fragment.to_owned(),
            range,
        }),
    }
}

/// What the last part of a wiki link, without its `#`, means in the note that the link names.
pub fn wiki_place(note: &Note, fragment: &str) -> Option<Place> {
    let anchor = || note.anchor(fragment).map(Place::Anchor);
    if fragment.starts_with('^') {
        return anchor();
    }
    let called = note.headings_called(fragment).first().copied();
    let heading = called.or_else(|| note.heading_by_slug(&slug(fragment)));
    heading.map(Place::Heading).or_else(anchor)
}
