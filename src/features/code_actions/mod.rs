//! What can be done at a place: fixes of findings, and help with writing.
//!
//! Invariant: an action proposes and never does; its edit is made when it is asked for, of the vault it was offered for.
//! A new family is one file beside this one and one line in `FAMILIES`.

mod aliases;
mod answers;
mod contents;
mod definitions;
mod fixes;
mod forms;
mod numbers;
mod places;
mod sections;
mod silence;
mod skeleton;
mod terms;

use std::sync::Arc;

use crate::edit::WorkspaceEdit;
use crate::note::Note;
use crate::note::lines::{at_end, line_ending};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::comparison::Comparison;
use crate::vault::glossary::Glossary;

/// Something that can be done.
pub struct Action<'a> {
    /// What it does, as a person reads it in a menu. Different for each action at a place.
    pub title: String,
    /// What kind of change it is.
    pub kind: Kind,
    /// Whether it is what most people would do about the finding.
    pub preferred: bool,
    /// The index, in the findings that were handed in, of the finding that it mends.
    pub mends: Option<usize>,
    /// Makes the changes.
    pub edit: Box<dyn Fn() -> WorkspaceEdit + 'a>,
}

/// A place that can be gone to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// Where it leads, as a person reads it in a menu.
    pub title: String,
    /// The note.
    pub path: NotePath,
    /// The place in it.
    pub range: TextRange,
    /// The index, in the findings that were handed in, of the finding that it is about.
    pub about: Option<usize>,
}

/// The kind of an [`Action`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Mends a finding.
    QuickFix,
    /// Takes something out to a place of its own.
    Extract,
    /// Puts something in where it is referred to.
    Inline,
    /// Writes the same in another form.
    Rewrite,
    /// Mends all findings of a note that can be mended safely.
    FixAll,
    /// Orders the link definitions of a note.
    OrganizeDefinitions,
}

impl Kind {
    /// Its name in the protocol (LSP 3.17, "CodeActionKind"), with a name of our own below those of the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickFix => "quickfix",
            Self::Extract => "refactor.extract",
            Self::Inline => "refactor.inline",
            Self::Rewrite => "refactor.rewrite",
            Self::FixAll => "source.fixAll.studymark",
            Self::OrganizeDefinitions => "source.organizeLinkDefinitions",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::QuickFix, Self::Extract, Self::Inline, Self::Rewrite, Self::FixAll, Self::OrganizeDefinitions];
}

/// A finding about the note, as far as it matters for mending it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where.
    pub range: TextRange,
    /// Which kind.
    pub code: &'static str,
    /// What to put in place of its range.
    pub suggestion: Option<String>,
}

/// Codes of findings about a section and its answer, which a comment in it settles.
pub const ABOUT_SECTIONS: [&str; 5] =
    ["unanswered-question", "duplicate-question", "empty-section", "empty-chapter", "stub-answer"];

/// What actions are made from.
pub struct Context<'a> {
    /// All notes.
    pub vault: &'a Vault,
    /// The note in question.
    pub note: &'a Arc<Note>,
    /// The place: a selection, or empty for a cursor.
    pub range: TextRange,
    /// Every finding about the note, by place.
    pub findings: &'a [Finding],
    /// What is known of answers that stand elsewhere.
    pub compared: Option<&'a Comparison>,
    /// What the notes define.
    pub glossary: &'a Glossary,
}

impl<'a> Context<'a> {
    /// The findings at the place, with their indices.
    fn findings_here(&self) -> impl Iterator<Item = (usize, &'a Finding)> {
        let (start, end) = (self.range.start(), self.range.end());
        let touches = move |found: &Finding| found.range.start() <= end && start <= found.range.end();
        self.findings.iter().enumerate().filter(move |(_, found)| touches(found))
    }

    /// The index of the first finding at the place with one of these codes.
    fn finding_here(&self, codes: &[&str]) -> Option<usize> {
        self.findings_here().find(|(_, found)| codes.contains(&found.code)).map(|(index, _)| index)
    }

    /// The index of the heading at the place.
    fn heading_here(&self) -> Option<usize> {
        let at = self.range.start();
        self.note.headings.iter().position(|heading| heading.range.touches(at))
    }
}

/// A title as the text of a link.
fn in_label(title: &str) -> String {
    title.replace('[', "\\[").replace(']', "\\]")
}

/// A family of actions: adds those it has for the place.
type Family = for<'a> fn(&Context<'a>, &mut Vec<Action<'a>>);

/// Every family there is, in the order in which their actions are shown.
static FAMILIES: &[Family] = &[
    fixes::add,
    answers::add,
    numbers::add,
    skeleton::add,
    silence::add,
    sections::add,
    forms::add,
    contents::add,
    definitions::add,
    terms::add,
    aliases::add,
];

/// Everything that can be done at a place.
pub fn actions<'a>(context: &Context<'a>) -> Vec<Action<'a>> {
    let mut actions = Vec::new();
    for family in FAMILIES {
        family(context, &mut actions);
    }
    actions
}

/// Every place that the question at a place can be followed to.
pub fn ways(context: &Context<'_>) -> Vec<Way> {
    answers::ways(context)
}

/// An edit of the note alone.
fn edit_of(note: &Note, edits: impl IntoIterator<Item = (TextRange, String)>) -> WorkspaceEdit {
    let mut edit = WorkspaceEdit::default();
    for (range, new_text) in edits {
        edit.edit(&note.path, range, new_text);
    }
    edit
}

/// The lines that `range` touches, with the line break after them.
fn whole_lines(note: &Note, range: TextRange) -> TextRange {
    let first = note.text.line_range(note.text.line_of(range.start()));
    let last = note.text.line_of(range.end());
    let end = if last + 1 < note.text.line_count() {
        note.text.line_range(last + 1).start()
    } else {
        note.text.len()
    };
    TextRange::new(first.start(), end)
}

#[cfg(test)]
mod tests;
