//! A section taken out into a note of its own, and a note put back where it is linked to.
//!
//! Invariant: every link into what moves, out of it and inside it leads where it led; an action that cannot keep that is
//! not offered.

use std::sync::Arc;

use crate::edit::{TextEdit, WorkspaceEdit, apply};
use crate::features::code_actions::{Action, Context, Kind, in_label, line_ending};
use crate::note::lookup::{fold, fold_label};
use crate::note::{BlockKind, Heading, HeadingKind, Link, LinkKind, Note, Place as Container};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::relink::Relink;
use crate::vault::resolve::{Place, Resolution, Target};

/// The actions for the heading or the link at the place.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let (vault, note, at) = (context.vault, context.note, context.range.start());
    let heading = note.headings.iter().position(|heading| heading.range.touches(at));
    if let Some(extraction) = heading.and_then(|index| Extraction::of(vault, note, index)) {
        actions.push(Action {
            title: format!("Take this section out into {}", extraction.path.file_name()),
            kind: Kind::Extract,
            preferred: false,
            mends: None,
            edit: Box::new(move || extraction.edit(vault)),
        });
    }
    if let Some(inlining) = Inlining::of(vault, note, at) {
        actions.push(Action {
            title: format!("Put {} in here", inlining.other.path.file_name()),
            kind: Kind::Inline,
            preferred: false,
            mends: None,
            edit: Box::new(move || inlining.edit(vault)),
        });
    }
}

/// What stands under a heading, on its way into a note of its own. The heading stays, with a link to that note.
struct Extraction<'a> {
    note: &'a Arc<Note>,
    index: usize,
    /// What goes: all below the heading, its parts included.
    body: TextRange,
    path: NotePath,
}

impl<'a> Extraction<'a> {
    fn of(vault: &Vault, note: &'a Arc<Note>, index: usize) -> Option<Self> {
        let (heading, section) = (note.headings.get(index)?, note.sections.get(index)?);
        let body = TextRange::new(heading.range.end(), section.range.end());
        let name = file_name(heading.title())?;
        let path = free_path(vault, &note.path.folder(), &name)?;
        let empty = note.text.slice(body).trim().is_empty();
        let movable = heading.place == Container::Root && !empty && !shares_labels(note, body);
        movable.then_some(Self { note, index, body, path })
    }

    /// The index of the last heading that goes; the own index when none does.
    fn last(&self) -> usize {
        self.note.headings.partition_point(|heading| heading.range.start() < self.body.end()) - 1
    }

    fn edit(&self, vault: &Vault) -> WorkspaceEdit {
        let (note, heading) = (self.note, &self.note.headings[self.index]);
        let ending = line_ending(note);
        let levels = i8::try_from(heading.level).unwrap_or(1) - 1;
        let moved_headings = &note.headings[self.index + 1..=self.last()];
        let shifted = level_edits(note, moved_headings, -levels);
        let target = crate::note::destination::write(
            self.path.file_name(),
            crate::note::destination::Style::Bare(crate::note::destination::Letters::Plain),
        );
        let label = in_label(heading.title());
        let tail = if self.body.end() == note.text.len() { ending.to_owned() } else { ending.repeat(2) };
        let link = format!("{}[{label}]({target}){tail}", ending.repeat(2));
        let new_text = |edits: &[TextEdit]| {
            let body = apply(note.text.slice(self.body), &moved_by(edits, self.body.start()));
            format!("# {}{}{}{ending}", note.text.slice(heading.content), ending.repeat(2), body.trim())
        };
        let replaced = [TextEdit { range: self.body, new_text: link.clone() }];
        let old_after = Note::read(note.path.clone(), apply(note.text.as_str(), &replaced));
        let new_after = Note::read(self.path.clone(), new_text(&shifted));
        let mut whole = vault.linking_to_names(&new_after);
        whole.push(Arc::clone(note));
        let mut after = vault.clone();
        after.insert(Arc::new(old_after));
        after.insert(Arc::new(new_after));
        let home = |path: &NotePath, range: TextRange| {
            let goes = *path == note.path && self.body.contains_range(range);
            if goes { self.path.clone() } else { path.clone() }
        };
        let place = |target: &Target| self.place(target);
        let relink = Relink { before: vault, after: &after, place: &place, home: &home, replaced: None };
        let mut edit = relink.edits(vault.links_into(&note.path), &whole);
        let own = edit.edited.remove(&note.path).unwrap_or_default();
        let (mut inside, outside): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|edit| self.body.contains_range(edit.range));
        inside.extend(shifted);
        inside.sort_by_key(|edit| edit.range);
        edit.created.insert(self.path.clone(), new_text(&inside));
        for TextEdit { range, new_text } in outside {
            edit.edit(&note.path, range, new_text);
        }
        edit.edit(&note.path, self.body, link);
        edit
    }

    /// Where a place of the note will be.
    fn place(&self, target: &Target) -> Target {
        if target.path != self.note.path {
            return target.clone();
        }
        let (first, last) = (self.index, self.last());
        let in_body = |at: usize| self.body.contains(at);
        let anchors_before =
            self.note.anchors.partition_point(|anchor| anchor.name.start() < self.body.start());
        let anchors_gone = self.note.anchors.iter().filter(|anchor| in_body(anchor.name.start())).count();
        let stays = |place| Target { path: self.note.path.clone(), place };
        let goes = |place| Target { path: self.path.clone(), place };
        match target.place {
            Place::Heading(index) if index > first && index <= last => goes(Place::Heading(index - first)),
            Place::Heading(index) if index > last => stays(Place::Heading(index - (last - first))),
            Place::Anchor(index) if index >= anchors_before + anchors_gone => {
                stays(Place::Anchor(index - anchors_gone))
            }
            Place::Anchor(index) if index >= anchors_before => goes(Place::Anchor(index - anchors_before)),
            _ => target.clone(),
        }
    }
}

/// A note on its way to where it is linked to, which is a paragraph of its own.
struct Inlining<'a> {
    note: &'a Arc<Note>,
    link: &'a Link,
    other: Arc<Note>,
    /// The heading that the other note's own title stands for, so that the title is left out.
    title_of: Option<usize>,
    /// By how much its headings go down.
    levels: i8,
}

impl<'a> Inlining<'a> {
    fn of(vault: &Vault, note: &'a Arc<Note>, at: usize) -> Option<Self> {
        let alone = |link: &&Link| {
            link.range.touches(at)
                && matches!(link.kind, LinkKind::Inline | LinkKind::Wiki | LinkKind::Embed)
                && note.blocks.iter().any(|block| {
                    block.kind == BlockKind::Paragraph
                        && note.text.slice(block.range).trim() == note.text.slice(link.range)
                        && block.range.contains_range(link.range)
                })
        };
        let link = note.links.iter().find(alone)?;
        let Resolution::Found(targets) = vault.resolve(note, link) else { return None };
        let [Target { path, place: Place::Note }] = targets.as_slice() else { return None };
        let other = vault.note(path).filter(|other| other.path != note.path)?;
        let around = note.section_at(link.range.start());
        let heading = around.and_then(|index| note.headings.get(index));
        let same_title = |heading: &&Heading| {
            other.is_title(0) && fold(other.headings[0].title()) == fold(heading.title())
        };
        let title_of = around.filter(|_| heading.filter(same_title).is_some());
        let level = heading.map_or(0, |heading| heading.level);
        let down =
            if title_of.is_some() { i8::try_from(level).ok()? - 1 } else { i8::try_from(level).ok()? };
        let kept = &other.headings[usize::from(title_of.is_some())..];
        let fits = |heading: &Heading| {
            let level = i8::try_from(heading.level).unwrap_or(7) + down;
            (1..=6).contains(&level) && (down == 0 || heading.kind == HeadingKind::Atx)
        };
        let clash = other
            .definitions
            .iter()
            .any(|definition| note.definition(other.text.slice(definition.label)).is_some())
            || other
                .footnotes
                .iter()
                .any(|footnote| note.footnote(other.text.slice(footnote.name)).is_some());
        let sound = kept.iter().all(fits) && !clash && note.path.extension() == other.path.extension();
        sound.then(|| Self { note, link, other: Arc::clone(other), title_of, levels: down })
    }

    /// What of the other note is put in: all but its settings and a title that stands here already.
    fn content(&self) -> TextRange {
        let after_settings = self.other.front_matter.as_ref().map_or(0, |front| front.range.end());
        let start = match self.title_of {
            Some(_) => self.other.headings[0].range.end(),
            None => after_settings,
        };
        TextRange::new(start, self.other.text.len())
    }

    fn edit(&self, vault: &Vault) -> WorkspaceEdit {
        let (note, other, content) = (self.note, &self.other, self.content());
        let kept = &other.headings[usize::from(self.title_of.is_some())..];
        let shifted = level_edits(other, kept, self.levels);
        let ending = line_ending(note);
        let text = |edits: &[TextEdit]| {
            let text = apply(other.text.slice(content), &moved_by(edits, content.start()));
            text.trim().replace("\r\n", "\n").replace('\n', ending)
        };
        let replaced = [TextEdit { range: self.link.range, new_text: text(&shifted) }];
        let note_after = Note::read(note.path.clone(), apply(note.text.as_str(), &replaced));
        let mut whole = vault.linking_to_names(&note_after);
        whole.extend([Arc::clone(note), Arc::clone(other)]);
        let mut incoming = vault.links_into(&note.path);
        incoming.extend(vault.links_into(&other.path));
        let mut after = vault.clone();
        after.remove(&other.path);
        after.insert(Arc::new(note_after));
        let home = |path: &NotePath, _: TextRange| {
            if *path == other.path { note.path.clone() } else { path.clone() }
        };
        let place = |target: &Target| self.place(target);
        let replaced = Some((note.path.clone(), self.link.range));
        let relink = Relink { before: vault, after: &after, place: &place, home: &home, replaced };
        let mut edit = relink.edits(incoming, &whole);
        let mut inside = edit.edited.remove(&other.path).unwrap_or_default();
        inside.retain(|edit| content.contains_range(edit.range));
        inside.extend(shifted);
        inside.sort_by_key(|edit| edit.range);
        edit.edit(&note.path, self.link.range, text(&inside));
        edit.deleted.push(other.path.clone());
        edit
    }

    /// Where a place of either note will be.
    fn place(&self, target: &Target) -> Target {
        let (note, other, at) = (self.note, &self.other, self.link.range.start());
        let headings_before = note.headings.partition_point(|heading| heading.range.start() < at);
        let anchors_before = note.anchors.partition_point(|anchor| anchor.name.start() < at);
        let skipped = usize::from(self.title_of.is_some());
        let here = |place| Target { path: note.path.clone(), place };
        if target.path == other.path {
            return here(match (target.place, self.title_of) {
                (Place::Note, Some(heading)) | (Place::Heading(0), Some(heading)) => Place::Heading(heading),
                (Place::Note, None) if other.headings.is_empty() => Place::Note,
                (Place::Note, None) => Place::Heading(headings_before),
                (Place::Heading(index), _) => Place::Heading(headings_before + index - skipped),
                (Place::Anchor(index), _) => Place::Anchor(anchors_before + index),
                (place, _) => place,
            });
        }
        match target.place {
            Place::Heading(index) if target.path == note.path && index >= headings_before => {
                here(Place::Heading(index + other.headings.len() - skipped))
            }
            Place::Anchor(index) if target.path == note.path && index >= anchors_before => {
                here(Place::Anchor(index + other.anchors.len()))
            }
            _ => target.clone(),
        }
    }
}

/// Whether definitions or footnotes are used across the border of `body`: they would be torn from their uses.
fn shares_labels(note: &Note, body: TextRange) -> bool {
    note.links.iter().any(|link| {
        let label = note.text.slice(link.target);
        let defined = match link.kind {
            LinkKind::Reference | LinkKind::ImageReference => {
                note.definition(label).map(|index| note.definitions[index].range)
            }
            LinkKind::Footnote => note.footnote(label).map(|index| note.footnotes[index].range),
            _ => None,
        };
        defined.is_some_and(|defined| body.contains_range(defined) != body.contains_range(link.range))
    }) || note.definitions.iter().any(|definition| {
        // Definitions of one label are told apart by what comes first, which may change.
        let label = fold_label(note.text.slice(definition.label));
        note.definitions.iter().filter(|other| fold_label(note.text.slice(other.label)) == label).count() > 1
    })
}

/// The edits that make headings `by` levels deeper, or higher when it is negative. Those under lines and in HTML stay.
fn level_edits(note: &Note, headings: &[Heading], by: i8) -> Vec<TextEdit> {
    let marks =
        headings.iter().filter(|heading| heading.kind == HeadingKind::Atx && by != 0).filter_map(|heading| {
            let start = heading.range.start() + note.text.slice(heading.range).find('#')?;
            let level = i8::try_from(heading.level).ok()?;
            let new = usize::try_from((level + by).clamp(1, 6)).ok()?;
            let range = TextRange::new(start, start + usize::from(heading.level));
            Some(TextEdit { range, new_text: "#".repeat(new) })
        });
    marks.collect()
}

/// Edits of a note as edits of a part of it that begins at the byte at `start`.
fn moved_by(edits: &[TextEdit], start: usize) -> Vec<TextEdit> {
    edits
        .iter()
        .map(|edit| TextEdit {
            range: TextRange::new(edit.range.start() - start, edit.range.end() - start),
            new_text: edit.new_text.clone(),
        })
        .collect()
}

/// A title as the name of a file that works everywhere.
fn file_name(title: &str) -> Option<String> {
    let kept: String = title
        .chars()
        .map(|c| if c.is_control() || "\\/:*?\"<>|#^[]{}".contains(c) { ' ' } else { c })
        .collect();
    let name = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.trim_matches(['.', ' ', '？', '！', '。']).chars().take(80).collect();
    (!name.is_empty()).then_some(name)
}

/// The first of `name.md`, `name 2.md`, … that is no file yet.
fn free_path(vault: &Vault, folder: &NotePath, name: &str) -> Option<NotePath> {
    let free = |path: &NotePath| !vault.has_file(path) && !vault.has_folder(path);
    std::iter::once(format!("{name}.md"))
        .chain((2..100).map(|n| format!("{name} {n}.md")))
        .map(|file| folder.join(&file))
        .find(free)
}
