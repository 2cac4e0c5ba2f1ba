//! What can be typed at a place: notes, headings, paths, labels, tags, names.
//!
//! Invariant: what is proposed, put in at its range, leads to what it says; where nothing of ours is being typed (code,
//! math, comments, addresses) nothing is proposed.

mod destinations;
mod front_matter;
mod html;
mod labels;
mod tags;
mod terms;
mod topics;
mod wiki;
mod words;

use std::sync::Arc;

use crate::config::Completion;
use crate::note::{Block, BlockKind, LinkKind, Note};
use crate::path::NotePath;
use crate::syntax::context::{Context, DestinationOf, Part};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::Glossary;
use crate::vault::judge::plainly_answered;
use crate::vault::judged::Judged;
use crate::vault::resolve::Target;
use crate::vault::seek::{AllNames, SeekMemo};

/// The most items of a list: what nobody reads to the end.
pub const LIMIT: usize = 100;

/// A place at which something is typed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// All notes.
    pub vault: &'a Vault,
    /// What they define.
    pub glossary: &'a Glossary,
    /// The note, as it is with what was typed.
    pub note: &'a Arc<Note>,
    /// What the cursor is inside of.
    pub context: &'a Context,
    /// The notes that were worked on last, the latest first.
    pub recent: &'a [NotePath],
}

/// What is proposed, the best first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    /// The items.
    pub items: Vec<Item>,
    /// Whether other items may come up when more is typed.
    pub incomplete: bool,
}

/// Something that is proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it is called.
    pub label: String,
    /// Where it stands, to tell it from others of the same name: `操作系统 › 进程`.
    pub place: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it asks and has no answer yet.
    pub open: bool,
    /// What is replaced, all of it on one line, by what.
    pub edit: (TextRange, String),
    /// What is changed elsewhere in the note.
    pub more: Vec<(TextRange, String)>,
    /// What there is to be read of it.
    pub about: About,
    /// What has to be made for it to lead somewhere.
    pub creates: Option<Creates>,
}

/// What an [`Item`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A note, by one of its names.
    Note,
    /// A heading.
    Heading,
    /// Another place in a note: an id, a block.
    Anchor,
    /// A file that is no note.
    File,
    /// A picture.
    Picture,
    /// A folder.
    Folder,
    /// A name that the notes define.
    Term,
    /// A tag.
    Tag,
    /// The label of a link definition or a footnote.
    Label,
    /// A word of a fixed list: a language, the kind of a callout, a setting.
    Word,
    /// What does not exist yet.
    New,
}

/// What there is to be read of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum About {
    /// Nothing.
    Nothing,
    /// What stands at a place.
    Place(Target),
    /// What a name means, folded.
    Name(String),
    /// This.
    Text(String),
}

/// What has to be made for an item to lead somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Creates {
    /// A note.
    Note(NotePath),
    /// A heading in a note.
    Heading(NotePath, String),
}

/// What is proposed at a place.
pub fn complete(request: &Request<'_>, memo: &mut Memo) -> List {
    if request.is_in_label() || request.is_in_html() {
        return List::default();
    }
    match request.context {
        Context::WikiLink(link) => wiki::complete(request, link, memo),
        Context::Destination(destination) => destinations::complete(request, destination, memo),
        Context::ReferenceLabel { part, shortcut } => labels::references(request, *part, *shortcut, memo),
        Context::FootnoteLabel(part) => labels::footnotes(request, *part),
        Context::Tag(part) => tags::complete(request, *part),
        Context::HtmlAttribute(attribute) => html::complete(request, attribute, memo),
        Context::CalloutKind(part) => words::callouts(request, *part),
        Context::FenceLanguage(part) => words::languages(request, *part),
        Context::FrontMatterKey(part) => front_matter::keys(request, *part),
        Context::FrontMatterValue { key, part } => front_matter::values(request, key, *part),
        Context::HeadingText(word) => terms::complete(request, *word, terms::Where::Heading),
        Context::Prose(word) => terms::complete(request, *word, terms::Where::Prose),
        Context::Nothing => List::default(),
    }
}

impl<'a> Request<'a> {
    /// How what is taken is written here.
    fn form(&self) -> &'a Completion {
        &self.vault.config_of(&self.note.path).completion
    }

    /// The text at a range.
    fn text(&self, range: TextRange) -> &'a str {
        self.note.text.slice(range)
    }

    /// Whether a link is typed in the text of another one, where it would be none (CommonMark 0.31.2, "Links").
    fn is_in_label(&self) -> bool {
        let start = match self.context {
            Context::WikiLink(link) => link.note.start(),
            Context::Destination(at) if at.of == DestinationOf::Link => at.path.start(),
            _ => return false,
        };
        let labelled = |kind| {
            matches!(
                kind,
                LinkKind::Inline | LinkKind::Reference | LinkKind::Image | LinkKind::ImageReference
            )
        };
        self.note.links.iter().any(|link| labelled(link.kind) && link.label.contains(start))
    }

    /// Whether something other than an attribute is typed in a block of HTML, where Markdown means nothing. The live tree
    /// and the reader of notes may differ on where one begins; the reader is right.
    fn is_in_html(&self) -> bool {
        let inside = |block: &&Block| block.kind == BlockKind::Html && block.range.contains(self.cursor());
        !matches!(self.context, Context::HtmlAttribute(_))
            && self.note.blocks.iter().any(|block| inside(&block))
    }

    /// The rest of the line behind a place.
    fn rest_of_line(&self, at: usize) -> &'a str {
        let line = self.note.text.line_range(self.note.text.line_of(at));
        self.text(TextRange::new(at, line.end().max(at)))
    }

    /// A part up to the mark that closes it, and as much of the mark as has to be put in. `single` is the mark's one
    /// character when an editor put in half of it only: the second `]` of `[[a]`.
    fn closed(&self, part: Part, mark: &'static str) -> (TextRange, &'static str) {
        if part.closed {
            return (part.whole, "");
        }
        let rest = self.rest_of_line(part.whole.end());
        match mark {
            "]]" if rest.starts_with(']') && !rest.starts_with("](") => (part.whole, "]"),
            _ => (part.whole, mark),
        }
    }
}

impl Item {
    /// An item that is put in as its label.
    fn word(label: impl Into<String>, kind: Kind, range: TextRange) -> Self {
        let label = label.into();
        Self {
            place: String::new(),
            kind,
            open: false,
            edit: (range, label.clone()),
            more: Vec::new(),
            about: About::Nothing,
            creates: None,
            label,
        }
    }
}

/// What is remembered from one list to the next while a reference is typed.
#[derive(Default)]
pub struct Memo {
    seek: SeekMemo,
    judged: Arc<Judged>,
}

impl Memo {
    /// Makes the names of all notes ready, so that the first list does not wait for them.
    pub fn prepare(&mut self, vault: &Vault) {
        self.seek.prepare(vault);
    }

    /// The names of all notes at this moment.
    pub fn names(&mut self, vault: &Vault) -> AllNames {
        self.seek.names(vault)
    }

    /// Forgets what was found, as when another reference is begun, but not the names.
    pub fn begin_anew(&mut self) {
        _ = self.seek.set_aside();
    }

    /// The answers of notes that lists named.
    pub fn judged(&self) -> Arc<Judged> {
        Arc::clone(&self.judged)
    }

    /// Searches for something else in between: the next list goes on from the one before.
    fn aside<T>(&mut self, search: impl FnOnce(&mut Self) -> T) -> T {
        let mut beside = Self { seek: std::mem::take(&mut self.seek), judged: self.judged() };
        let last = beside.seek.set_aside();
        let found = search(&mut beside);
        self.seek = beside.seek;
        self.seek.take_up(last);
        found
    }
}

/// Whether a heading asks and has no answer.
fn is_open(judged: &Judged, vault: &Vault, note: &Arc<Note>, heading: usize) -> bool {
    if plainly_answered(vault, note, heading) {
        return false;
    }
    let answers = judged.answers(vault, note);
    answers.lists(heading) && answers.sections.get(heading).is_some_and(|answer| answer.state.is_open())
}

#[cfg(test)]
mod tests;
