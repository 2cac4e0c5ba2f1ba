//! What is said of questions: how they stand, where the same is asked, where an answer may stand.

use crate::features::hover::{Hover, Teller, text};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::comparison::Comparison;
use crate::vault::elsewhere::trail;
use crate::vault::preview::{Form, Piece};
use crate::vault::topics::Topics;

impl Teller<'_> {
    /// What asks outside of headings at the byte at `offset`: the summary of a `<details>`, the title of a callout.
    pub(super) fn about_ask(&self, offset: usize, compared: Option<&Comparison>) -> Option<Hover> {
        let answers = self.vault.answers(self.note);
        let asked = answers.asks.iter().find(|asked| asked.ask.selection.touches(offset))?;
        let question = asked.ask.selection;
        let title = self.form.strong(&asked.ask.title);
        let mut pieces = vec![text(format!("{title} · {}", asked.state.name()))];
        pieces.extend(compared.map(|compared| self.about_answers(question, compared)).unwrap_or_default());
        Some(Hover { range: question, pieces })
    }

    /// Where the same is asked.
    pub(super) fn about_twins(&self, section: usize, compared: &Comparison) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for twin in compared.twins.iter().filter(|twin| twin.section == section) {
            let Some(heading) = self.vault.note(&twin.path).and_then(|note| note.headings.get(twin.other))
            else {
                continue;
            };
            let how = if twin.state.is_open() { "also asked in " } else { "answered in " };
            pieces.push(text(format!("\n\n{how}")));
            pieces.extend(self.link_to(&twin.path, heading.content, heading.text()));
        }
        pieces
    }

    /// The questions that are nearly the same.
    pub(super) fn about_similar(&self, section: usize, compared: &Comparison) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for pair in compared.similar.iter().filter(|pair| pair.section == section) {
            let Some(heading) = self.note.headings.get(pair.other) else { continue };
            pieces.push(text("\n\nsimilar: "));
            pieces.extend(self.link_to(&self.note.path, heading.content, heading.text()));
        }
        pieces
    }

    /// The topics that have to do with this one.
    pub(super) fn about_related(&self, topics: &Topics, section: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (index, related) in self.vault.related(topics, self.note, section).into_iter().enumerate() {
            let Some(note) = self.vault.note(&related.path) else { continue };
            let Some(heading) = note.headings.get(related.section) else { continue };
            pieces.push(text(if index == 0 { "\n\nrelated:\n\n- " } else { "\n- " }));
            pieces.extend(self.link_to(&related.path, heading.content, &trail(note, related.section)));
            pieces.push(text(format!(" ({})", self.form.text(&related.why.join("; ")))));
        }
        pieces
    }

    /// Where the answer to an open question may stand. `question` is what an editor selects of it.
    pub(super) fn about_answers(&self, question: TextRange, compared: &Comparison) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let candidates =
            compared.elsewhere.iter().filter(|of| of.question == question).flat_map(|of| &of.candidates);
        for (index, candidate) in candidates.enumerate() {
            let Some(note) = self.vault.note(&candidate.path) else { continue };
            pieces.push(text(if index == 0 { "\n\npossible answers:\n\n- " } else { "\n- " }));
            pieces.extend(self.link_to(&candidate.path, candidate.range, &trail(note, candidate.section)));
            pieces.push(text(format!(" ({})", self.form.text(&candidate.words.join(", ")))));
        }
        pieces
    }

    /// A link to a place in a note with its line: `[GC](file:///a.md#L3), line 3`.
    pub(super) fn link_to(&self, path: &NotePath, range: TextRange, name: &str) -> Vec<Piece> {
        let Some(note) = self.vault.note(path) else { return Vec::new() };
        let line = note.text.line_of(range.start());
        let file = match *path == self.note.path {
            true => String::new(),
            false => format!("{} › ", self.form.text(&self.vault.display_path(path))),
        };
        let name = self.form.text(name);
        let mut pieces = match self.form {
            Form::Plain => vec![text(format!("{file}{name}"))],
            Form::Markdown => {
                vec![text(format!("{file}[{name}](")), Piece::Uri(path.clone(), Some(line)), text(")")]
            }
        };
        pieces.push(text(format!(", line {}", line + 1)));
        pieces
    }
}
