//! Headings and their sections, while a note is being read.
//!
//! Invariant: content counts for the section that is open in each container around it; a section is open from its
//! heading to the next heading in the same container, or to that container's end.

use std::sync::Arc;

use crate::note::heading_text::HeadingText;
use crate::note::numbering::Number;
use crate::note::slug::Slugger;
use crate::note::{
    Heading, HeadingKind, LinkDefinition, Place, ROOT, SHORT_BODY_CHARS, Section, Substance, numbering,
};
use crate::text::TextRange;

/// Headings with what was found under them so far.
#[derive(Default)]
pub struct Sections {
    headings: Vec<Heading>,
    drafts: Vec<Draft>,
    /// Sections that are open, with the container whose next heading closes them.
    open: Vec<Open>,
    slugger: Slugger,
}

/// A heading as it was found in the text. See [`Heading`] for its parts.
pub struct NewHeading {
    pub level: u8,
    pub kind: HeadingKind,
    pub container: u32,
    pub place: Place,
    pub range: TextRange,
    pub content: TextRange,
    pub text: Box<str>,
    pub id: Option<Box<str>>,
}

struct Open {
    section: usize,
    container: u32,
    /// Whether the section's own container has ended: it goes on in the container around until the next item.
    lingers: bool,
}

struct Draft {
    body_end: Option<u32>,
    substance: Substance,
    /// The body's text, until it grows too long.
    short: Option<String>,
}

impl Sections {
    /// Opens the section of a heading, whose title, number and slug are found here. `marks` are the stretches of its
    /// text that its title leaves out.
    pub fn open(&mut self, text: &str, new: NewHeading, marks: &[(usize, usize)]) {
        let start = new.range.start;
        let container = new.container;
        self.close_where(start, |open| {
            open.container == container || (open.lingers && new.place == Place::NumberedItem)
        });
        self.add_short("#");
        self.add(Substance::TEXT);
        let slug = self.slugger.next(&new.text);
        let mut title: String = new.text.to_string();
        for &(from, to) in marks.iter().rev() {
            if title.is_char_boundary(from) && title.is_char_boundary(to) && to <= title.len() {
                title.replace_range(from..to, "");
            }
        }
        let mut number = None;
        if let Some(prefix) = numbering::prefix(&title) {
            number = Some(Number {
                range: source_of(text, new.content, &title[..prefix.len]),
                parts: prefix.parts.as_slice().into(),
                style: prefix.style,
            });
            title.replace_range(..prefix.len, "");
        }
        self.open.push(Open { section: self.headings.len(), container, lingers: false });
        self.headings.push(Heading {
            level: new.level,
            kind: new.kind,
            container,
            place: new.place,
            range: new.range,
            content: new.content,
            number,
            said: Arc::new(HeadingText::new(new.text, title.trim().into(), slug, new.id)),
        });
        self.drafts.push(Draft {
            body_end: None,
            substance: Substance::default(),
            short: Some(String::new()),
        });
    }

    /// Ends a container. The section of a numbered item's heading goes on in the container around it.
    pub fn close_container(&mut self, container: u32, place: Place, parent: u32) {
        if place == Place::NumberedItem {
            for open in self.open.iter_mut().filter(|open| open.container == container) {
                open.container = parent;
                open.lingers = true;
            }
        } else {
            self.open.retain(|open| open.container != container);
        }
    }

    /// Counts `substance` for every open section.
    pub fn add(&mut self, substance: Substance) {
        for open in &self.open {
            let draft = &mut self.drafts[open.section];
            draft.substance = draft.substance.with(substance);
        }
    }

    /// Takes in shown text for the sections whose body is still short.
    pub fn add_short(&mut self, shown: &str) {
        // Bytes, three a character at the most where it matters: a bound, the exact count follows at the end.
        const LIMIT: usize = SHORT_BODY_CHARS * 4;
        for open in &self.open {
            let draft = &mut self.drafts[open.section];
            if let Some(short) = &mut draft.short {
                if short.len() + shown.len() > LIMIT {
                    draft.short = None;
                } else {
                    if short.capacity() == 0 {
                        short.reserve_exact(LIMIT);
                    }
                    short.push_str(shown);
                }
            }
        }
    }

    fn close_where(&mut self, at: u32, closes: impl Fn(&Open) -> bool) {
        let drafts = &mut self.drafts;
        self.open.retain(|open| {
            let closed = closes(open);
            if closed {
                drafts[open.section].body_end = Some(at);
            }
            !closed
        });
    }

    /// The finished vectors. `container_ends` are the containers' numbers with their ends, in order.
    pub fn finish(
        self,
        container_ends: &[(u32, u32)],
        definitions: &[LinkDefinition],
    ) -> (Box<[Heading]>, Box<[Section]>) {
        let end_of = |container: u32| {
            let found = container_ends.binary_search_by_key(&container, |(number, _)| *number);
            found.ok().and_then(|at| container_ends.get(at)).map_or(u32::MAX, |(_, end)| *end)
        };
        let lingering: Vec<usize> =
            self.open.iter().filter(|open| open.lingers).map(|open| open.section).collect();
        let mut sections: Vec<Section> = Vec::with_capacity(self.headings.len());
        let mut path: Vec<usize> = Vec::new();
        for (index, (heading, draft)) in self.headings.iter().zip(self.drafts).enumerate() {
            while let Some(&top) = path.last() {
                let above = &self.headings[top];
                let over = if above.container == heading.container {
                    above.level >= heading.level
                } else {
                    above.container != ROOT && end_of(above.container) <= heading.range.start
                };
                if !over {
                    break;
                }
                sections[top].range.end = sections[top].range.end.min(heading.range.start);
                path.pop();
            }
            let container_end = end_of(heading.container);
            let body_end = draft.body_end.unwrap_or(if lingering.contains(&index) {
                end_of(ROOT)
            } else {
                container_end
            });
            let short_body = draft
                .short
                .and_then(|short| fold(&short, SHORT_BODY_CHARS))
                .filter(|short| !short.is_empty());
            sections.push(Section {
                parent: path.last().and_then(|&top| u32::try_from(top).ok()),
                range: TextRange {
                    start: heading.range.start,
                    end: container_end.max(body_end).max(heading.range.end),
                },
                body: TextRange { start: heading.range.end, end: body_end.max(heading.range.end) },
                substance: draft.substance,
                short_body: short_body.map(Into::into),
            });
            path.push(index);
        }
        for definition in definitions {
            let next = self.headings.partition_point(|heading| heading.range.start <= definition.range.start);
            if let Some(section) = next.checked_sub(1).and_then(|index| sections.get_mut(index)) {
                section.substance = section.substance.with(Substance::DEFINITION);
            }
        }
        (self.headings.into(), sections.into())
    }
}

/// White space folded to single spaces; `None` when that leaves more than `most` characters.
fn fold(text: &str, most: usize) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut count = 0;
    for word in text.split_whitespace() {
        let joint = if folded.is_empty() { "" } else { " " };
        count += joint.len() + word.chars().count();
        if count > most {
            return None;
        }
        folded.push_str(joint);
        folded.push_str(word);
    }
    Some(folded)
}

/// Where `prefix`, the start of a heading's text, stands in its source; empty when markup or an escape parts it.
fn source_of(text: &str, content: TextRange, prefix: &str) -> TextRange {
    let source = content.of(text);
    let lead = source.len() - source.trim_start_matches(['*', '_', ' ', '~']).len();
    let prefix = prefix.trim_start();
    let marked = if source[lead..].starts_with(prefix) {
        prefix.len()
    } else if source[lead..].starts_with(prefix.trim_end()) {
        prefix.trim_end().len()
    } else {
        return TextRange::empty(content.start());
    };
    TextRange::new(content.start() + lead, content.start() + lead + marked)
}
