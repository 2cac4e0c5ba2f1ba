//! Where a link leads: names and paths joined with the notes and files that are known.
//!
//! Invariant: a link is called missing only when that is certain; what cannot be decided is skipped.

mod wiki;

pub use wiki::{wiki_parts, wiki_place};

use std::sync::Arc;

use crate::config::AnchorStyle;
use crate::note::destination::{Destination, Syntax};
use crate::note::lookup::fold;
use crate::note::{Link, LinkDefinition, LinkKind, Note, is_picture};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// To one or, when the name is ambiguous, several places: the best first.
    Found(Vec<Target>),
    /// To nothing.
    Missing(Missing),
    /// Out of the vault: an address with a scheme.
    External,
    /// Undecided: the link is of a kind or leads to a place of which nothing certain can be said.
    Skipped,
}

/// A place a link leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The note, file or folder.
    pub path: NotePath,
    /// What in it.
    pub place: Place,
}

/// What in a file a link leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A note as a whole.
    Note,
    /// A file that is no note.
    File,
    /// A folder.
    Folder,
    /// The heading of this index.
    Heading(usize),
    /// The anchor of this index.
    Anchor(usize),
    /// The link definition of this index, in the same note.
    Definition(usize),
    /// The footnote definition of this index, in the same note.
    Footnote(usize),
    /// A line (from 0) by `#L10`, of a note or of another file.
    Line(usize),
}

/// What a link that leads to nothing lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Missing {
    /// No file at this path.
    File(NotePath),
    /// No image at this path.
    Image(NotePath),
    /// The note is there, the heading or anchor is not.
    Heading {
        /// The note that lacks it.
        note: NotePath,
        /// The fragment, decoded, without `#`.
        fragment: String,
        /// The range of the fragment with its `#`, in the note of the link.
        range: TextRange,
    },
    /// No note of this name.
    Note(String),
    /// No `[r]: …`.
    Reference(String),
    /// No `[^n]: …`.
    Footnote(String),
}

impl Missing {
    /// What is missing, in one line, for a link in the note at `from`.
    pub fn describe(&self, vault: &Vault, from: &NotePath) -> String {
        match self {
            Self::File(path) => format!("file not found: {}", vault.display_path(path)),
            Self::Image(path) => format!("image not found: {}", vault.display_path(path)),
            Self::Heading { note, fragment, .. } if note == from => {
                format!("no heading or anchor #{fragment} in this note")
            }
            Self::Heading { note, fragment, .. } => {
                format!("no heading or anchor #{fragment} in {}", vault.display_path(note))
            }
            Self::Note(name) => format!("no note is called {name}"),
            Self::Reference(name) => format!("nothing defines [{name}]"),
            Self::Footnote(name) => format!("no footnote [^{name}] in this note"),
        }
    }
}

impl Target {
    /// The place in the text of a note that an editor should show: the whole construct; the empty range at the start
    /// for a note as a whole. `None` for what is no note.
    pub fn range_in(&self, note: &Note) -> Option<TextRange> {
        match self.place {
            Place::Note => Some(TextRange::empty(0)),
            Place::File | Place::Folder => None,
            Place::Heading(index) => Some(note.headings.get(index)?.range),
            Place::Anchor(index) => Some(note.anchors.get(index)?.name),
            Place::Definition(index) => Some(note.definitions.get(index)?.range),
            Place::Footnote(index) => Some(note.footnotes.get(index)?.range),
            Place::Line(line) => Some(note.text.line_range(line)),
        }
    }
}

impl Vault {
    /// Where `link` of `note` leads. A reference leads where its definition leads.
    pub fn resolve(&self, note: &Arc<Note>, link: &Link) -> Resolution {
        self.resolve_as(note, link.kind, note.text.slice(link.target), link.target.start())
    }

    /// Where a link of this kind would lead that named `target` at the byte at `start` of `note`.
    pub fn resolve_as(&self, note: &Arc<Note>, kind: LinkKind, target: &str, start: usize) -> Resolution {
        match kind {
            LinkKind::Autolink => Resolution::External,
            LinkKind::Footnote => match note.footnote(target) {
                Some(index) => found_in(note, Place::Footnote(index)),
                None => Resolution::Missing(Missing::Footnote(target.to_owned())),
            },
            LinkKind::BrokenReference => Resolution::Missing(Missing::Reference(target.to_owned())),
            LinkKind::Reference | LinkKind::ImageReference => match note.definition(target) {
                Some(index) => {
                    let range = note.definitions[index].target;
                    let written = note.text.slice(range);
                    self.destination(note, written, range.start(), Syntax::Markdown, wanted(kind))
                }
                None => Resolution::Missing(Missing::Reference(target.to_owned())),
            },
            LinkKind::Inline | LinkKind::Image => {
                self.destination(note, target, start, Syntax::Markdown, wanted(kind))
            }
            LinkKind::HtmlLink | LinkKind::HtmlImage => {
                self.destination(note, target, start, Syntax::Html, wanted(kind))
            }
            LinkKind::Wiki | LinkKind::Embed => self.wiki(note, target, start),
        }
    }

    /// Where the destination of a link definition of `note` leads.
    pub fn resolve_definition(&self, note: &Arc<Note>, definition: &LinkDefinition) -> Resolution {
        self.resolve_definition_as(note, note.text.slice(definition.target), definition.target.start())
    }

    /// Where a link definition would lead that named `target` at the byte at `start` of `note`.
    pub fn resolve_definition_as(&self, note: &Arc<Note>, target: &str, start: usize) -> Resolution {
        let wanted = if is_picture(target) { Wanted::Image } else { Wanted::Any };
        self.destination(note, target, start, Syntax::Markdown, wanted)
    }

    /// The paths inside the roots that links of `note` name and of which nothing is known: for the loader to look up,
    /// so that an ignored file is not called missing.
    pub fn unknown_paths(&self, note: &Arc<Note>) -> Vec<NotePath> {
        self.unknown_among(note, &self.resolve_each(note))
    }

    /// The same, from what the links of `note` were resolved to.
    pub fn unknown_among(&self, note: &Note, resolved: &[Resolution]) -> Vec<NotePath> {
        let mut paths = Vec::new();
        for resolution in resolved {
            if let Resolution::Missing(Missing::File(path) | Missing::Image(path)) = resolution {
                if path.extension().is_empty() {
                    let extensions = &self.config_of(&note.path).files.extensions;
                    paths.extend(extensions.iter().map(|ending| NotePath::new(&format!("{path}.{ending}"))));
                }
                paths.push(path.clone());
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Where the destination `raw` leads, which stands at the byte at `start` of `note`.
    fn destination(
        &self,
        note: &Arc<Note>,
        raw: &str,
        start: usize,
        syntax: Syntax,
        wanted: Wanted,
    ) -> Resolution {
        let local = match Destination::parse(raw, syntax) {
            Destination::Empty | Destination::Opaque => return Resolution::Skipped,
            Destination::External => return Resolution::External,
            Destination::Local(local) => local,
        };
        let fragment = local.fragment.as_deref().map(|fragment| {
            let lead = raw.len() - raw.trim_start().len();
            (fragment, TextRange::new(start + lead + local.hash, start + raw.trim_end().len()))
        });
        if local.path.is_empty() {
            return match fragment {
                Some((fragment, range)) => self.fragment(note, note, fragment, range),
                None => Resolution::Skipped,
            };
        }
        let Some(path) = self.local_path(note, &local.path) else { return Resolution::Skipped };
        match self.at_path(&path, &local.path) {
            Some(target) => self.with_fragment(note, target, fragment),
            None if local.path.ends_with('/') || self.is_page_of_a_note(&path) => Resolution::Skipped,
            None => match self.picture_by_name(&path, &local.path, wanted) {
                Some(targets) => Resolution::Found(targets),
                None if wanted == Wanted::Image => Resolution::Missing(Missing::Image(path)),
                None => Resolution::Missing(Missing::File(path)),
            },
        }
    }

    /// The absolute path that `path` in a link of `note` names; `None` when it leads out of the roots or starts at a
    /// site's own root, which is not known.
    pub(super) fn local_path(&self, note: &Note, path: &str) -> Option<NotePath> {
        let resolved = match path.strip_prefix('/') {
            Some(rest) => {
                let root = self.root_of(&note.path)?;
                let content_root = root.config.links.content_root.as_deref()?;
                root.path.join(content_root.trim_matches('/')).join(rest)
            }
            None => note.path.folder().join(path),
        };
        self.root_of(&resolved)?;
        Some(resolved)
    }

    /// The note or file that the path of a destination in `note` names, written in this syntax.
    pub fn named_by(&self, note: &Arc<Note>, raw: &str, syntax: Syntax) -> Option<NotePath> {
        let Destination::Local(local) = Destination::parse(raw, syntax) else { return None };
        self.at_path(&self.local_path(note, &local.path)?, &local.path).map(|target| target.path)
    }

    /// The folder that `path` (decoded) in a link of `note` names, inside the roots.
    pub fn folder_named(&self, note: &Note, path: &str) -> Option<NotePath> {
        self.local_path(note, path).filter(|path| self.has_folder(path))
    }

    /// What stands at `path`: a file of exactly this path, a note whose ending was left out, or a file whose path
    /// differs in the case of letters only.
    fn at_path(&self, path: &NotePath, written: &str) -> Option<Target> {
        if self.notes.contains_key(path) {
            return Some(Target { path: path.clone(), place: Place::Note });
        }
        if self.has_file(path) {
            return Some(Target { path: path.clone(), place: Place::File });
        }
        if self.has_folder(path) {
            return Some(Target { path: path.clone(), place: Place::Folder });
        }
        if written.ends_with('/') {
            return None;
        }
        let file_name = path.file_name();
        if let Some(found) = self.at_path_in_any_case(path, file_name) {
            return Some(found);
        }
        let endings = &self.config_of(path).files.extensions;
        if endings.iter().any(|ending| path.extension() == ending) {
            return None;
        }
        endings.iter().find_map(|ending| self.at_path_in_any_case(path, &format!("{file_name}.{ending}")))
    }

    /// The file of this name in the folder of `path`, whatever the case of letters in both.
    fn at_path_in_any_case(&self, path: &NotePath, file_name: &str) -> Option<Target> {
        let bearers = self.files_named(file_name);
        if bearers.is_empty() {
            return None;
        }
        let folder = path.folder();
        let found = bearers.into_iter().find(|bearer| {
            fold(bearer.file_name()) == fold(file_name)
                && fold(bearer.folder().as_str()) == fold(folder.as_str())
        })?;
        let place = if self.notes.contains_key(found) { Place::Note } else { Place::File };
        Some(Target { path: found.clone(), place })
    }

    /// Whether `path` is the page that a site makes of a note: `a.html` of `a.md`.
    fn is_page_of_a_note(&self, path: &NotePath) -> bool {
        matches!(path.extension(), "html" | "htm") && {
            let note = path.folder().join(path.stem());
            self.at_path(&note, note.as_str()).is_some() || matches!(path.stem(), "index")
        }
    }

    /// Pictures of a bare name anywhere in the vault, as Obsidian finds them.
    fn picture_by_name(&self, path: &NotePath, written: &str, wanted: Wanted) -> Option<Vec<Target>> {
        if written.contains('/') || !(wanted == Wanted::Image || is_picture(written)) {
            return None;
        }
        let folded = fold(path.file_name());
        let found: Vec<Target> = self
            .files_named(path.file_name())
            .into_iter()
            .filter(|bearer| fold(bearer.file_name()) == folded && !self.notes.contains_key(*bearer))
            .map(|bearer| Target { path: bearer.clone(), place: Place::File })
            .collect();
        (!found.is_empty()).then_some(found)
    }

    fn with_fragment(
        &self,
        from: &Arc<Note>,
        target: Target,
        fragment: Option<(&str, TextRange)>,
    ) -> Resolution {
        match (fragment, self.notes.get(&target.path)) {
            (Some((fragment, range)), Some(note)) if target.place == Place::Note => {
                self.fragment(from, note, fragment, range)
            }
            (Some((fragment, _)), None) if target.place == Place::File => {
                let place = line_fragment(fragment).map_or(Place::File, Place::Line);
                Resolution::Found(vec![Target { place, ..target }])
            }
            _ => Resolution::Found(vec![target]),
        }
    }

    /// Where `fragment` (decoded, without `#`) leads in `note`; `range` is where it stands in `from`.
    fn fragment(&self, from: &Arc<Note>, note: &Arc<Note>, fragment: &str, range: TextRange) -> Resolution {
        let name = fragment.strip_prefix("user-content-").unwrap_or(fragment);
        if name.is_empty() {
            return found_in(note, Place::Note);
        }
        if let Some(line) = line_fragment(name) {
            return found_in(note, Place::Line(line));
        }
        if let Some(index) = note.heading_by_slug(name) {
            return found_in(note, Place::Heading(index));
        }
        if let Some(index) = note.anchor(name) {
            return found_in(note, Place::Anchor(index));
        }
        let style = self.config_of(&from.path).links.anchors;
        if let Some(index) = heading_in_style(note, name, style) {
            return found_in(note, Place::Heading(index));
        }
        if is_undecidable(from, name, range) {
            return Resolution::Skipped;
        }
        Resolution::Missing(Missing::Heading {
            note: note.path.clone(),
            fragment: fragment.to_owned(),
            range,
        })
    }
}

/// What kind of file a link wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    Image,
}

fn wanted(kind: LinkKind) -> Wanted {
    match kind {
        LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlImage => Wanted::Image,
        _ => Wanted::Any,
    }
}

fn found_in(note: &Arc<Note>, place: Place) -> Resolution {
    Resolution::Found(vec![Target { path: note.path.clone(), place }])
}

/// The line (from 0) of `L10` or `L10-L20`.
fn line_fragment(name: &str) -> Option<usize> {
    let first = name.strip_prefix('L')?.split('-').next()?;
    first.parse::<usize>().ok()?.checked_sub(1)
}

/// The heading that `name` means in a style beside GitHub's.
fn heading_in_style(note: &Note, name: &str, style: AnchorStyle) -> Option<usize> {
    match style {
        AnchorStyle::GitHub => None,
        AnchorStyle::MkDocs => note.heading_by_mkdocs_slug(name),
        AnchorStyle::Obsidian => note
            .headings_called(name)
            .into_iter()
            .find(|&index| fold(note.headings[index].text()) == fold(name)),
    }
}

/// Fragments that other programs give a meaning to: tabs and routes of sites, text fragments, contributor lists.
fn is_undecidable(from: &Note, name: &str, range: TextRange) -> bool {
    name.starts_with("tab/")
        || name.starts_with(['/', '!', ':', '?', '^', '{'])
        || name.contains("{{")
        || name.contains('=')
        || from.contributors.is_some_and(|list| list.contains_range(range))
}
