//! What stands behind the place under the cursor: the target of a link with its answer, why a link is broken, how a
//! heading stands.
//!
//! Invariant: reads the vault alone; what only the disk knows is left as a [`Piece`] for who may read it.

mod answers;
mod terms;

use std::sync::Arc;

use crate::note::subject::Subject;
use crate::note::{Block, BlockKind, Link, LinkKind, Note, is_picture};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::comparison::Comparison;
use crate::vault::coverage::note_coverage;
use crate::vault::glossary::Glossary;
use crate::vault::mentions::Mention;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::preview::{Form, Piece};
use crate::vault::resolve::{Missing, Place, Resolution, Target};
use crate::vault::topics::Topics;

/// The most targets of an ambiguous link that are named.
const MOST_NAMED: usize = 10;

/// What is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The construct it is about.
    pub range: TextRange,
    /// Text in the form that was asked for, in parts.
    pub pieces: Vec<Piece>,
}

/// What is known beside the notes.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What the notes define.
    pub glossary: &'a Glossary,
    /// How the questions of the note compare with what is said elsewhere.
    pub compared: Option<&'a Comparison>,
    /// The words of all headings, when they are known.
    pub topics: Option<&'a Topics>,
}

/// What is to be said of the construct or the name at the byte at `offset`; `None` when it is nothing.
pub fn hover(vault: &Vault, known: Known<'_>, note: &Arc<Note>, offset: usize, form: Form) -> Option<Hover> {
    let Known { glossary, compared, topics } = known;
    let teller = Teller { vault, note, form };
    let Some(subject) = note.subject_at(offset) else {
        return teller.about_name(glossary, offset).or_else(|| teller.about_ask(offset, compared));
    };
    let Some(mut pieces) = teller.about(subject) else {
        // A link that leads outside shows what the notes say of its words.
        return matches!(subject, Subject::Link(_)).then(|| teller.about_name(glossary, offset)).flatten();
    };
    if let (Subject::Heading(section), Some(compared)) = (subject, compared) {
        pieces.extend(teller.about_twins(section, compared));
        pieces.extend(teller.about_answers(note.headings[section].content, compared));
        pieces.extend(teller.about_similar(section, compared));
    }
    if let Subject::Heading(section) = subject {
        pieces.extend(topics.map(|topics| teller.about_related(topics, section)).unwrap_or_default());
        pieces.extend(teller.about_name_in_heading(glossary, offset));
    }
    (!pieces.is_empty()).then(|| Hover { range: note.subject_range(subject), pieces })
}

/// What is to be said of a place that nothing leads to yet: how it stands, where, and how it begins.
pub fn about_place(vault: &Vault, from: &Arc<Note>, target: &Target, form: Form) -> Vec<Piece> {
    let teller = Teller { vault, note: from, form };
    match (target.place, vault.note(&target.path)) {
        (Place::Footnote(index), Some(note)) => teller.below_footnote(note, index).unwrap_or_default(),
        _ => teller.about_target(target),
    }
}

/// What is to be said of a name (in any spelling) to who reads `note`; `None` when nothing defines it.
pub fn about_name(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    name: &str,
    form: Form,
) -> Option<Vec<Piece>> {
    let mention = Mention { range: TextRange::default(), name: glossary.id(name)? };
    Teller { vault, note, form }.about_mention(glossary, &mention)
}

/// Tells about constructs of one note.
struct Teller<'a> {
    vault: &'a Vault,
    note: &'a Arc<Note>,
    form: Form,
}

impl Teller<'_> {
    fn about(&self, subject: Subject) -> Option<Vec<Piece>> {
        let here = |place| Referent::Target(Target { path: self.note.path.clone(), place });
        match subject {
            Subject::Heading(index) => {
                let links = self.linked(&here(Place::Heading(index)));
                Some(vec![text(format!("{}\n\n{links}", self.head(self.note, Some(index))))])
            }
            Subject::Link(index) => self.about_link(self.note.links.get(index)?),
            Subject::DefinitionTarget(index) => {
                let definition = self.note.definitions.get(index)?;
                self.about_resolution(&self.vault.resolve_definition(self.note, definition))
            }
            Subject::Definition(index) => {
                Some(self.used(&Referent::Definition(self.note.path.clone(), index)))
            }
            Subject::Footnote(index) => Some(self.used(&Referent::Footnote(self.note.path.clone(), index))),
            Subject::Anchor(index) => Some(vec![text(self.linked(&here(Place::Anchor(index))))]),
            Subject::Tag(index) => self.about_tag(*self.note.tags.get(index)?),
        }
    }

    fn about_link(&self, link: &Link) -> Option<Vec<Piece>> {
        let (vault, note) = (self.vault, self.note);
        let resolution = vault.resolve(note, link);
        match (link.kind, &resolution) {
            (LinkKind::Footnote, Resolution::Found(targets)) => {
                let Place::Footnote(index) = targets.first()?.place else { return None };
                self.below_footnote(note, index)
            }
            (LinkKind::Reference | LinkKind::ImageReference, _) => {
                let definition = note.definitions.get(note.definition(note.text.slice(link.target))?)?;
                let mut pieces = vec![text(self.form.code(note.text.slice(definition.range)))];
                if let Some(target) = self.about_resolution(&resolution) {
                    pieces.push(self.rule());
                    pieces.extend(target);
                }
                Some(pieces)
            }
            _ => self.about_resolution(&resolution),
        }
    }

    fn below_footnote(&self, note: &Arc<Note>, index: usize) -> Option<Vec<Piece>> {
        let footnote = note.footnotes.get(index)?;
        let below = TextRange::new(footnote.name.end() + "]:".len(), footnote.range.end());
        Some(self.vault.preview_as(note, below, self.form))
    }

    fn about_resolution(&self, resolution: &Resolution) -> Option<Vec<Piece>> {
        match resolution {
            Resolution::Found(targets) => match targets.as_slice() {
                [] => None,
                [target] => Some(self.about_target(target)),
                several => Some(vec![text(self.about_several(several))]),
            },
            Resolution::Missing(missing) => Some(vec![text(self.about_missing(missing))]),
            Resolution::External | Resolution::Skipped => None,
        }
    }

    /// The target itself: how it stands, where, and how it begins.
    fn about_target(&self, target: &Target) -> Vec<Piece> {
        let Some(note) = self.vault.note(&target.path) else { return self.about_file(target) };
        let section = match target.place {
            Place::Heading(index) => Some(index),
            Place::Note => None,
            _ => target.range_in(note).and_then(|range| note.section_at(range.start())),
        };
        let mut pieces = vec![text(self.head(note, section))];
        let shown = match (section, target.place) {
            (Some(index), Place::Heading(_)) => below_heading(note, index),
            (_, Place::Note) => whole(note),
            _ => {
                target.range_in(note).map_or_else(TextRange::default, |range| from_line(note, section, range))
            }
        };
        let body = self.vault.preview_as(note, shown, self.form);
        if !body.is_empty() {
            pieces.push(self.rule());
            pieces.extend(body);
        }
        pieces
    }

    /// A file that is no note: a picture is shown.
    fn about_file(&self, target: &Target) -> Vec<Piece> {
        let path = self.path(&target.path);
        if target.place != Place::File || !is_picture(target.path.as_str()) {
            return vec![text(path)];
        }
        let size = [text(format!("{path} · ")), Piece::PictureSize(target.path.clone())];
        if self.form == Form::Plain {
            return size.into();
        }
        let name = target.path.stem().replace(['[', ']', '<', '\\'], "");
        let picture = [text(format!("![{name}](")), Piece::Picture(target.path.clone()), text(")\n\n")];
        picture.into_iter().chain(size).collect()
    }

    fn about_several(&self, targets: &[Target]) -> String {
        let mut told = format!("ambiguous: {} places are called so\n", targets.len());
        for target in targets.iter().take(MOST_NAMED) {
            told.push_str("\n- ");
            told.push_str(&self.place_name(target));
        }
        told
    }

    fn about_missing(&self, missing: &Missing) -> String {
        let vault = self.vault;
        let paths = |found: Vec<NotePath>| found.iter().map(|path| self.path(path)).collect::<Vec<_>>();
        let nearest = match missing {
            Missing::File(path) | Missing::Image(path) => paths(vault.nearest_files(path)),
            Missing::Note(name) => paths(vault.nearest_notes(name)),
            Missing::Heading { note, fragment, .. } => vault.note(note).map_or_else(Vec::new, |note| {
                let nearest = vault.nearest_headings(note, fragment).into_iter();
                nearest.map(|index| self.form.code(&format!("#{}", note.slug(index)))).collect()
            }),
            Missing::Reference(_) | Missing::Footnote(_) => Vec::new(),
        };
        let message = self.form.text(&missing.describe(vault, &self.note.path));
        if nearest.is_empty() {
            message
        } else {
            format!("{message}\n\ndid you mean {}?", nearest.join(", "))
        }
    }

    fn about_tag(&self, tag: TextRange) -> Option<Vec<Piece>> {
        let name = self.note.text.slice(tag).trim_start_matches('#');
        let uses = self.vault.occurrences(&Referent::Tag(name.to_owned()));
        let mut notes: Vec<&NotePath> = uses.iter().map(|place| &place.note.path).collect();
        notes.dedup();
        let name = self.form.strong(&format!("#{name}"));
        Some(vec![text(format!("{name}: {} in {}", times(uses.len()), notes_in_words(notes.len())))])
    }

    /// The title, how it is answered, and where it stands: `**闭包** · answered`, `网络/tcp.md › 传输层`.
    fn head(&self, note: &Arc<Note>, section: Option<usize>) -> String {
        let answers = self.vault.answers(note);
        let coverage = note_coverage(note, &answers);
        let chapter = coverage.chapters.iter().find(|chapter| Some(chapter.section) == section);
        let answer = section.and_then(|index| answers.sections.get(index));
        let counted = match section {
            None => Some(coverage.total),
            Some(_) => chapter.map(|chapter| chapter.coverage),
        };
        let state = match (counted, answer) {
            (Some(counted), _) if counted.questions > 0 => {
                Some(format!("{}/{} answered", counted.answered, counted.questions))
            }
            (_, Some(answer)) if answer.question => Some(answer.state.name().replace('-', " ")),
            _ => None,
        };
        let title = match section {
            Some(index) => note.headings.get(index).map_or("", |heading| heading.text()),
            None => note_name(note),
        };
        let title = self.form.strong(title);
        let head = state.map_or_else(|| title.clone(), |state| format!("{title} · {state}"));
        format!("{head}\n\n{}", self.way_to(note, section))
    }

    /// `网络/tcp.md › 传输层`: the note and the sections around this one.
    fn way_to(&self, note: &Note, section: Option<usize>) -> String {
        let mut above = Vec::new();
        let mut parent = section.and_then(|index| note.sections.get(index)?.parent);
        while let Some(index) = parent {
            above.extend(note.headings.get(index as usize).map(|heading| self.form.text(heading.text())));
            parent = note.sections.get(index as usize).and_then(|section| section.parent);
        }
        let path = self.form.text(&self.vault.display_path(&note.path));
        let way = std::iter::once(path).chain(above.into_iter().rev());
        way.collect::<Vec<_>>().join(" › ")
    }

    fn place_name(&self, target: &Target) -> String {
        let path = self.form.text(&self.vault.display_path(&target.path));
        let heading = match target.place {
            Place::Heading(index) => self.vault.note(&target.path).and_then(|note| note.headings.get(index)),
            _ => None,
        };
        heading.map_or_else(|| path.clone(), |heading| format!("{path} › {}", self.form.text(heading.text())))
    }

    fn path(&self, path: &NotePath) -> String {
        self.form.code(&self.vault.display_path(path))
    }

    /// `linked 3 times from 2 notes`, the links of a place.
    fn linked(&self, referent: &Referent) -> String {
        let occurrences = self.vault.occurrences(referent);
        let links = occurrences.iter().filter(|occurrence| occurrence.role == Role::Reference);
        let mut notes: Vec<&NotePath> = links.map(|occurrence| &occurrence.note.path).collect();
        let count = notes.len();
        notes.dedup();
        match count {
            0 => "no links lead here".to_owned(),
            count => format!("linked {} from {}", times(count), notes_in_words(notes.len())),
        }
    }

    /// `used 3 times`, the uses of a definition in its note.
    fn used(&self, referent: &Referent) -> Vec<Piece> {
        let occurrences = self.vault.occurrences_in(self.note, referent);
        let uses = occurrences.iter().filter(|occurrence| occurrence.role == Role::Reference).count();
        vec![text(format!("used {}", times(uses)))]
    }

    fn rule(&self) -> Piece {
        text(if self.form == Form::Plain { "\n\n" } else { "\n\n---\n\n" })
    }
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Markdown(text.into())
}

fn note_name(note: &Note) -> &str {
    let front = note.front_matter.as_ref().and_then(|front| front.title.as_deref());
    let heading = note.headings.first().filter(|_| note.is_title(0)).map(|heading| heading.text());
    front.or(heading).unwrap_or(note.path.stem())
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn notes_in_words(count: usize) -> String {
    match count {
        1 => "1 note".to_owned(),
        count => format!("{count} notes"),
    }
}

/// What stands under a heading, its sections included.
fn below_heading(note: &Note, index: usize) -> TextRange {
    match (note.headings.get(index), note.sections.get(index)) {
        (Some(heading), Some(section)) => TextRange::new(heading.range.end(), section.range.end()),
        _ => TextRange::default(),
    }
}

/// All of a note but its settings and the heading that names it.
fn whole(note: &Note) -> TextRange {
    let after_settings = note.front_matter.as_ref().map_or(0, |front| front.range.end());
    let start = match note.headings.first() {
        Some(title) if note.is_title(0) => title.range.end(),
        _ => after_settings,
    };
    TextRange::new(start, note.text.len())
}

/// From the line of `range` to the end of its section, or of the note; code and tables from their start.
fn from_line(note: &Note, section: Option<usize>, range: TextRange) -> TextRange {
    let line = note.text.line_range(note.text.line_of(range.start())).start();
    let before = note.blocks.partition_point(|block| block.range.start() <= line);
    let block = before.checked_sub(1).and_then(|index| note.blocks.get(index));
    let whole = |block: &&Block| {
        matches!(block.kind, BlockKind::Code | BlockKind::Table | BlockKind::Html)
            && block.range.contains(line)
    };
    let start = block.filter(whole).map_or(line, |block| block.range.start());
    let end = section
        .and_then(|index| note.sections.get(index))
        .map_or(note.text.len(), |section| section.range.end());
    TextRange::new(start, end)
}

#[cfg(test)]
mod tests;
