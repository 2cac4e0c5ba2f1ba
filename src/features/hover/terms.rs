//! What is said of a name in prose: what it is, where that stands, where else it is defined and how often it is spoken of.

use crate::features::hover::{Hover, Teller, text, times};
use crate::note::Note;
use crate::text::TextRange;
use crate::vault::glossary::{Defined, Glossary};
use crate::vault::mentions::Mention;
use crate::vault::preview::Piece;

/// The most other definitions that are listed.
const MOST_OTHERS: usize = 3;

impl Teller<'_> {
    /// The name at the byte at `offset`.
    pub(super) fn about_name(&self, glossary: &Glossary, offset: usize) -> Option<Hover> {
        let mention = self.vault.name_shown_at(glossary, self.note, offset)?;
        let pieces = self.about_mention(glossary, &mention)?;
        Some(Hover { range: mention.range, pieces })
    }

    /// What a name means that stands at a place of the note.
    pub(super) fn about_mention(&self, glossary: &Glossary, mention: &Mention) -> Option<Vec<Piece>> {
        self.about_definitions(glossary, mention, &self.definitions(glossary, mention))
    }

    /// The name at the byte at `offset` of a heading, unless that heading is what defines it.
    pub(super) fn about_name_in_heading(&self, glossary: &Glossary, offset: usize) -> Vec<Piece> {
        let Some(mention) = self.vault.name_at(glossary, self.note, offset) else { return Vec::new() };
        let mut found = self.definitions(glossary, &mention);
        found.retain(|defined| {
            defined.note.path != self.note.path || !defined.whole().contains_range(mention.range)
        });
        let Some(pieces) = self.about_definitions(glossary, &mention, &found) else { return Vec::new() };
        std::iter::once(self.rule()).chain(pieces).collect()
    }

    fn definitions(&self, glossary: &Glossary, mention: &Mention) -> Vec<Defined<'_>> {
        let section = self.note.section_at(mention.range.start());
        glossary.definitions(self.vault, mention.name, &self.note.path, section)
    }

    fn about_definitions(
        &self,
        glossary: &Glossary,
        mention: &Mention,
        found: &[Defined<'_>],
    ) -> Option<Vec<Piece>> {
        let (best, others) = found.split_first()?;
        let name = self.form.strong(&best.definition.name);
        let aliases: Vec<String> =
            glossary.names(best).into_iter().skip(1).map(|alias| self.form.text(alias)).collect();
        let known_as = if aliases.is_empty() { String::new() } else { format!(" ({})", aliases.join(", ")) };
        let state = best.heading().and_then(|heading| {
            let answers = self.vault.answers(best.note);
            answers.sections.get(heading).filter(|answer| answer.question).map(|answer| answer.state.name())
        });
        let state = state.map(|state| format!(" · {}", state.replace('-', " "))).unwrap_or_default();
        let mut pieces = vec![text(format!("{name}{known_as}{state}\n\n"))];
        pieces.extend(self.link_to(&best.note.path, best.definition.name_range, &place(best)));
        let body = self.vault.preview_as(best.note, shown(best), self.form);
        if !body.is_empty() {
            pieces.push(self.rule());
            pieces.extend(body);
        }
        let count = self.mentions_in_note(glossary, mention);
        let mut closing = vec![text(format!("\n\nspoken of {} in this note", times(count)))];
        for (index, other) in others.iter().take(MOST_OTHERS).enumerate() {
            closing.push(text(if index == 0 { "\n\nalso defined in:\n\n- " } else { "\n- " }));
            closing.extend(self.link_to(&other.note.path, other.definition.name_range, &place(other)));
        }
        pieces.extend(closing);
        Some(pieces)
    }

    fn mentions_in_note(&self, glossary: &Glossary, mention: &Mention) -> usize {
        let mentions = self.vault.mentions(glossary, self.note);
        let section = self.note.section_at(mention.range.start());
        let names = glossary.synonyms(self.vault, mention.name, &self.note.path, section);
        mentions.iter().filter(|other| names.contains(&other.name)).count()
    }
}

/// The heading that a definition stands under, as the name of its place.
fn place(defined: &Defined<'_>) -> String {
    let Defined { note, definition } = defined;
    let section = definition.section.and_then(|section| note.headings.get(section as usize));
    section.map_or_else(|| note.path.stem().to_owned(), |heading| heading.title().to_string())
}

/// What is shown of a definition.
fn shown(defined: &Defined<'_>) -> TextRange {
    let range = defined.definition.range;
    from_line_start(defined.note, range)
}

/// The range from the start of its line when only marks stand before it, so that lists and quotes stay what they are.
fn from_line_start(note: &Note, range: TextRange) -> TextRange {
    let line = note.text.line_range(note.text.line_of(range.start()));
    let before = note.text.slice(TextRange { start: line.start, end: range.start });
    let marks_only =
        before.chars().all(|c| c.is_whitespace() || matches!(c, '*' | '_' | '>' | '-' | '+' | '`'));
    if marks_only { TextRange { start: line.start, end: range.end } } else { range }
}
