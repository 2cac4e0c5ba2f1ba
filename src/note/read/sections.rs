//! Headings and their sections, while a note is being read.
//!
//! Invariant: content counts for the section that is open in each container around it; a section is open from its
//! heading to the next heading in the same container, or to that container's end.

use std::borrow::Cow;

use crate::note::heading_text::{NewNumber, NewText, SHORT_BODY_CHARS, Writer};
use crate::note::numbering::Prefix;
use crate::note::{Heading, HeadingKind, LinkDefinition, Place, ROOT, Section, Substance, numbering};
use crate::text::TextRange;

/// Headings with what was found under them so far.
#[derive(Default)]
pub struct Sections {
    drafts: Vec<Draft>,
    /// What the headings say.
    words: Writer,
    /// Sections that are open, with the container whose next heading closes them.
    open: Vec<Open>,
    /// The memory of short bodies that ended.
    spare: Vec<String>,
}

/// A heading as it was found in the text. See [`Heading`] for its parts.
pub struct NewHeading<'a> {
    pub level: u8,
    pub kind: HeadingKind,
    pub container: u32,
    pub place: Place,
    pub range: TextRange,
    pub content: TextRange,
    pub text: &'a str,
    pub id: Option<&'a str>,
}

struct Open {
    section: usize,
    container: u32,
    /// Whether the section's own container has ended: it goes on in the container around until the next item.
    lingers: bool,
    /// The body's text, until it grows longer than [`SHORT_LIMIT`].
    short: Option<String>,
}

/// A heading, but for what it says, with what was found under it.
struct Draft {
    level: u8,
    kind: HeadingKind,
    container: u32,
    place: Place,
    range: TextRange,
    content: TextRange,
    body_end: Option<u32>,
    lingers: bool,
    substance: Substance,
}

impl Sections {
    /// Opens the section of a heading, whose title and number are found here. `marks` are the stretches of its
    /// text that its title leaves out.
    pub fn open(&mut self, text: &str, new: &NewHeading<'_>, marks: &[(usize, usize)]) {
        let start = new.range.start;
        let container = new.container;
        self.close_where(start, |open| {
            open.container == container || (open.lingers && new.place == Place::NumberedItem)
        });
        self.add_short("#");
        self.add(Substance::TEXT);
        let title = without(new.text, marks);
        let prefix = numbering::prefix(&title);
        self.words.push(&NewText {
            text: new.text,
            title: title[prefix.map_or(0, |prefix| prefix.len)..].trim(),
            id: new.id,
            number: prefix.map(|prefix| number(new.content.of(text), &title[..prefix.len], prefix)),
        });
        let short = self.spare.pop().unwrap_or_else(|| String::with_capacity(SHORT_LIMIT));
        self.open.push(Open { section: self.drafts.len(), container, lingers: false, short: Some(short) });
        self.drafts.push(Draft {
            level: new.level,
            kind: new.kind,
            container,
            place: new.place,
            range: new.range,
            content: new.content,
            body_end: None,
            lingers: false,
            substance: Substance::default(),
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
            let Self { open, words, spare, .. } = self;
            for closed in open.extract_if(.., |open| open.container == container) {
                closed.close(words, spare);
            }
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
        for open in &mut self.open {
            match &mut open.short {
                Some(short) if short.len() + shown.len() <= SHORT_LIMIT => short.push_str(shown),
                short => self.spare.extend(short.take().map(|mut short| {
                    short.clear();
                    short
                })),
            }
        }
    }

    fn close_where(&mut self, at: u32, closes: impl Fn(&Open) -> bool) {
        let Self { open, drafts, words, spare, .. } = self;
        for closed in open.extract_if(.., |open| closes(open)) {
            drafts[closed.section].body_end = Some(at);
            closed.close(words, spare);
        }
    }

    /// The finished vectors. `container_ends` are the containers' numbers with their ends, in order.
    pub fn finish(
        &mut self,
        container_ends: &[(u32, u32)],
        definitions: &[LinkDefinition],
    ) -> (Box<[Heading]>, Box<[Section]>) {
        for open in self.open.drain(..) {
            self.drafts[open.section].lingers = open.lingers;
            open.close(&mut self.words, &mut self.spare);
        }
        let end_of = |container: u32| {
            let found = container_ends.binary_search_by_key(&container, |(number, _)| *number);
            found.ok().and_then(|at| container_ends.get(at)).map_or(u32::MAX, |(_, end)| *end)
        };
        let count = self.drafts.len();
        let (mut headings, mut sections) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut path: Vec<usize> = Vec::new();
        for (index, (draft, said)) in self.drafts.drain(..).zip(self.words.finish()).enumerate() {
            let Draft { level, kind, container, place, range, content, .. } = draft;
            while let Some(&top) = path.last() {
                let above: &Heading = &headings[top];
                let over = if above.container == container {
                    above.level >= level
                } else {
                    above.container != ROOT && end_of(above.container) <= range.start
                };
                if !over {
                    break;
                }
                let above: &mut Section = &mut sections[top];
                above.range.end = above.range.end.min(range.start);
                path.pop();
            }
            let container_end = end_of(container);
            let open_end = if draft.lingers { end_of(ROOT) } else { container_end };
            let body_end = draft.body_end.unwrap_or(open_end);
            sections.push(Section {
                parent: path.last().and_then(|&top| u32::try_from(top).ok()),
                range: TextRange { start: range.start, end: container_end.max(body_end).max(range.end) },
                body: TextRange { start: range.end, end: body_end.max(range.end) },
                substance: draft.substance,
            });
            headings.push(Heading { level, kind, container, place, range, content, said });
            path.push(index);
        }
        for definition in definitions {
            let next = headings.partition_point(|heading| heading.range.start <= definition.range.start);
            if let Some(section) = next.checked_sub(1).and_then(|index| sections.get_mut(index)) {
                section.substance = section.substance.with(Substance::DEFINITION);
            }
        }
        (headings.into(), sections.into())
    }
}

impl Open {
    /// Says what its body is when that stayed short.
    fn close(self, words: &mut Writer, spare: &mut Vec<String>) {
        let Some(mut short) = self.short else { return };
        let folded = fold(&short, SHORT_BODY_CHARS).filter(|short| !short.is_empty());
        if let Some(folded) = folded {
            words.set_short_body(self.section, &folded);
        }
        short.clear();
        spare.push(short);
    }
}

/// Bytes, three a character at the most where it matters: a bound, the exact count follows at the end.
const SHORT_LIMIT: usize = SHORT_BODY_CHARS * 4;

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

/// A text without these stretches of it.
fn without<'a>(text: &'a str, marks: &[(usize, usize)]) -> Cow<'a, str> {
    let mut left = Cow::Borrowed(text);
    for &(from, to) in marks.iter().rev() {
        if left.is_char_boundary(from) && left.is_char_boundary(to) && to <= left.len() {
            left.to_mut().replace_range(from..to, "");
        }
    }
    left
}

/// The number that is `written` at the start of a heading's text, where it stands in `content`: nowhere when markup or an
/// escape parts it there.
fn number(content: &str, written: &str, prefix: Prefix) -> NewNumber {
    let lead = content.len() - content.trim_start_matches(['*', '_', ' ', '~']).len();
    let written = written.trim_start();
    let is_there = |written: &&str| content[lead..].starts_with(*written);
    let there = [written, written.trim_end()].into_iter().find(is_there).map(|there| (lead, there.len()));
    let narrow = |(lead, len)| Some((u16::try_from(lead).ok()?, u16::try_from(len).ok()?));
    let (lead, len) = there.and_then(narrow).unwrap_or_default();
    NewNumber { parts: prefix.parts, style: prefix.style, lead, len }
}
