//! What the headings of a note say, wherever they stand; and how that is worded.
//!
//! Invariant: never changes. The words of all headings that were read together stand in one text; a heading that stays the same
//! in a later reading of its note still points into it, and shares what was found of its wording, which is looked for when first
//! asked for: most keys are typed elsewhere.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::note::lookup::name_hash;
use crate::note::numbering::{Number, NumberStyle, Parts};
use crate::note::{Heading, wording};
use crate::text::{TextRange, narrow};

/// The words of headings that were read together.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Words {
    /// In turns: the text of a heading, its title where that is no part of the text, its id, its body.
    text: Box<str>,
    said: Box<[Entry]>,
    /// The parts of their numbers.
    numbers: Box<[u32]>,
    /// The ids of those that have one, by their places in `said`.
    ids: Box<[(u32, TextRange)]>,
    /// The bodies under them that are short and not empty, in the same way.
    bodies: Box<[(u32, TextRange)]>,
    /// How each is worded, as [`Wording`] packs it; 0 as long as nobody asked.
    #[serde(skip)]
    wordings: OnceLock<Box<[AtomicU64]>>,
}

/// What one heading says; ranges are those of [`Words::text`].
#[derive(Serialize, Deserialize)]
struct Entry {
    text: TextRange,
    title: TextRange,
    /// Where its number begins in [`Words::numbers`].
    number: u32,
    /// How many parts that has; 0 for no number.
    parts: u8,
    style: NumberStyle,
    /// Where it stands; see [`NewNumber`].
    lead: u16,
    len: u16,
}

/// The longest body, in characters, that is kept in [`Heading::short_body`].
pub const SHORT_BODY_CHARS: usize = 48;

/// What one heading says.
#[derive(Clone, Default)]
pub struct HeadingText {
    words: Arc<Words>,
    at: u32,
}

/// The words of a heading by themselves.
#[derive(PartialEq, Eq)]
pub struct NewText<'a> {
    /// See [`Heading::text`].
    pub text: &'a str,
    /// See [`Heading::title`].
    pub title: &'a str,
    /// See [`Heading::id`].
    pub id: Option<&'a str>,
    /// See [`Heading::number`].
    pub number: Option<NewNumber>,
}

/// The number in front of a heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewNumber {
    /// See [`Number::parts`].
    pub parts: Parts,
    /// See [`Number::style`].
    pub style: NumberStyle,
    /// How many bytes of the heading's content stand before it.
    pub lead: u16,
    /// Its length in bytes; see [`Number::range`].
    pub len: u16,
}

/// The words of headings, one after the other.
#[derive(Default)]
pub struct Writer {
    text: String,
    said: Vec<Entry>,
    numbers: Vec<u32>,
    ids: Vec<(u32, TextRange)>,
    bodies: Vec<(u32, TextRange)>,
}

impl Writer {
    /// Takes in the words of the next heading.
    pub fn push(&mut self, new: &NewText<'_>) {
        let text = self.add(new.text);
        let at_end = new.text.len().checked_sub(new.title.len()).filter(|_| new.text.ends_with(new.title));
        let title = match at_end.or_else(|| new.text.find(new.title)) {
            Some(at) => TextRange::new(text.start() + at, text.start() + at + new.title.len()),
            None => self.add(new.title),
        };
        if let Some(id) = new.id {
            let id = self.add(id);
            self.ids.push((narrow(self.said.len()), id));
        }
        let before = self.numbers.len();
        self.numbers.extend(new.number.iter().flat_map(|number| number.parts.iter()));
        let parts = u8::try_from(self.numbers.len() - before).unwrap_or(0);
        let (style, lead, len) =
            new.number.map_or((NumberStyle::Arabic, 0, 0), |number| (number.style, number.lead, number.len));
        self.said.push(Entry { text, title, number: narrow(before), parts, style, lead, len });
    }

    /// Says what the body is under a heading that was pushed; counted from 0.
    pub fn set_short_body(&mut self, heading: usize, body: &str) {
        let body = self.add(body);
        self.bodies.push((narrow(heading), body));
    }

    fn add(&mut self, words: &str) -> TextRange {
        let start = self.text.len();
        self.text.push_str(words);
        TextRange::new(start, self.text.len())
    }

    /// What the headings say, in the order in which they came.
    pub fn finish(&mut self) -> impl Iterator<Item = HeadingText> + use<> {
        let words = Arc::new(self.words());
        let count = narrow(words.said.len());
        (0..count).map(move |at| HeadingText { words: Arc::clone(&words), at })
    }

    fn words(&mut self) -> Words {
        self.bodies.sort_unstable_by_key(|(heading, _)| *heading);
        let words = Words {
            text: self.text.as_str().into(),
            said: self.said.drain(..).collect(),
            numbers: self.numbers.as_slice().into(),
            ids: self.ids.as_slice().into(),
            bodies: self.bodies.as_slice().into(),
            wordings: OnceLock::new(),
        };
        self.text.clear();
        self.numbers.clear();
        self.ids.clear();
        self.bodies.clear();
        words
    }
}

impl Words {
    /// The words of all these headings, in their order.
    pub(super) fn of(headings: &[Heading]) -> Arc<Self> {
        let first = headings.first().map(|heading| &heading.said.words);
        let in_turn = |words: &Arc<Self>| {
            let mut all = (0..).zip(headings);
            words.said.len() == headings.len()
                && all.all(|(at, heading)| heading.said.at == at && Arc::ptr_eq(&heading.said.words, words))
        };
        if let Some(words) = first.filter(|words| in_turn(words)) {
            return Arc::clone(words);
        }
        // After edits they are those of several readings.
        let mut writer = Writer::default();
        for (index, heading) in headings.iter().enumerate() {
            writer.push(&heading.said.parts());
            heading.short_body().into_iter().for_each(|body| writer.set_short_body(index, body));
        }
        Arc::new(writer.words())
    }

    /// Gives headings these words, which are theirs.
    pub(super) fn give_to(self, headings: &mut [Heading]) {
        let words = Arc::new(self);
        for (at, heading) in (0..).zip(headings) {
            heading.said = HeadingText { words: Arc::clone(&words), at };
        }
    }
}

impl HeadingText {
    fn of(&self, part: impl Fn(&Entry) -> TextRange) -> &str {
        self.entry().map_or("", |entry| part(entry).of(&self.words.text))
    }

    fn entry(&self) -> Option<&Entry> {
        self.words.said.get(self.at as usize)
    }

    fn id(&self) -> Option<&str> {
        self.among(&self.words.ids)
    }

    fn short_body(&self) -> Option<&str> {
        self.among(&self.words.bodies)
    }

    /// That of this heading, if it has one.
    fn among(&self, some: &[(u32, TextRange)]) -> Option<&str> {
        let at = some.binary_search_by_key(&self.at, |(heading, _)| *heading).ok()?;
        some.get(at).map(|(_, range)| range.of(&self.words.text))
    }

    /// The number, which stands in `content`.
    fn number(&self, content: TextRange) -> Option<Number<'_>> {
        let Entry { number, parts, style, lead, len, .. } = self.entry().filter(|entry| entry.parts > 0)?;
        let first = *number as usize;
        let parts = self.words.numbers.get(first..first + usize::from(*parts))?;
        let start = content.start() + usize::from(*lead);
        Some(Number { range: TextRange::new(start, start + usize::from(*len)), parts, style: *style })
    }

    /// Whether both say the same, also of the body.
    pub fn says_as(&self, other: &Self) -> bool {
        self.is(other) || (self.parts() == other.parts() && self.short_body() == other.short_body())
    }

    fn parts(&self) -> NewText<'_> {
        NewText {
            text: self.of(|entry| entry.text),
            title: self.of(|entry| entry.title),
            id: self.id(),
            number: self.entry().zip(self.number(TextRange::default())).map(|(entry, number)| NewNumber {
                parts: Parts::of(number.parts),
                style: number.style,
                lead: entry.lead,
                len: entry.len,
            }),
        }
    }

    /// Whether both are the same, not only alike: then they say the same.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.words, &other.words) && self.at == other.at
    }

    fn wording(&self) -> Wording {
        let all = || self.words.said.iter().map(|_| AtomicU64::new(0)).collect();
        let known = self.words.wordings.get_or_init(all).get(self.at as usize);
        let Some(wording) = known else { return Wording(Wording::KNOWN) };
        let known = Wording(wording.load(Ordering::Relaxed));
        if known.has(Wording::KNOWN) {
            return known;
        }
        // Whoever asks first at the same time finds the same.
        let found = Wording::of(self.of(|entry| entry.title), self.of(|entry| entry.text));
        wording.store(found.0, Ordering::Relaxed);
        found
    }
}

impl PartialEq for HeadingText {
    fn eq(&self, other: &Self) -> bool {
        self.says_as(other)
    }
}

impl Eq for HeadingText {}

impl fmt::Debug for HeadingText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NewText { text, title, id, number } = self.parts();
        let mut said = f.debug_struct("HeadingText");
        said.field("text", &text).field("title", &title).field("id", &id).field("number", &number);
        said.field("body", &self.short_body()).finish()
    }
}

/// How a heading is worded, whatever the settings are: the flags below, and above them a number for all titles that are the
/// same as names are compared.
#[derive(Clone, Copy)]
struct Wording(u64);

impl Wording {
    /// The rest was found.
    const KNOWN: u64 = 1;
    /// The title asks something.
    const ASKS: u64 = 1 << 1;
    /// The title is one of those that never ask.
    const TITLE_RESERVED: u64 = 1 << 2;
    /// The text is.
    const TEXT_RESERVED: u64 = 1 << 3;
    /// The text belongs to a template.
    const PLACEHOLDER: u64 = 1 << 4;
    const FLAGS: u64 = (1 << 5) - 1;

    fn of(title: &str, text: &str) -> Self {
        let title_reserved = wording::is_plainly_reserved(title);
        let text_reserved = if text == title { title_reserved } else { wording::is_plainly_reserved(text) };
        let flags = [
            (Self::ASKS, wording::is_plain_question(title)),
            (Self::TITLE_RESERVED, title_reserved),
            (Self::TEXT_RESERVED, text_reserved),
            (Self::PLACEHOLDER, wording::is_placeholder(text)),
        ];
        let flags = flags.iter().filter(|(_, is)| *is).fold(Self::KNOWN, |all, (flag, _)| all | flag);
        Self(name_hash(title) & !Self::FLAGS | flags)
    }

    fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }
}

impl Heading {
    /// The text as shown, without markup: `一、闭包`.
    pub fn text(&self) -> &str {
        self.said.of(|entry| entry.text)
    }

    /// The topic: the text without number, footnote marks and closing white space: `闭包`.
    pub fn title(&self) -> &str {
        self.said.of(|entry| entry.title)
    }

    /// The own body as plain text, white space folded, when it is at most [`SHORT_BODY_CHARS`] characters and not empty; for
    /// the phrases that put an answer off.
    pub fn short_body(&self) -> Option<&str> {
        self.said.short_body()
    }

    /// An id of its own, from `{#id}` or an HTML attribute.
    pub fn id(&self) -> Option<&str> {
        self.said.id()
    }

    /// The number in front: `一、`.
    pub fn number(&self) -> Option<Number<'_>> {
        self.said.number(self.content)
    }

    /// A number for all titles that are the same whatever the case of their letters; others have another one.
    pub fn name_key(&self) -> u64 {
        self.said.wording().0 & !Wording::FLAGS
    }

    /// Whether this may be the number of the title that [`name_hash`] gives; of others it is as good as never.
    pub fn may_be_called(&self, hash: u64) -> bool {
        self.name_key() == hash & !Wording::FLAGS
    }

    /// Whether the heading belongs to a template; see [`wording::is_placeholder`].
    pub fn is_placeholder(&self) -> bool {
        self.said.wording().has(Wording::PLACEHOLDER)
    }

    /// Whether the title asks something. `words` are further words from the settings.
    pub fn asks(&self, words: &[String]) -> bool {
        self.said.wording().has(Wording::ASKS) || wording::has_word(self.title(), words)
    }

    /// Whether the heading never asks: sources, contents, a version, a date. `reserved` are further ones from the
    /// settings. A version or a date begins with what looks like a number: then the whole text tells.
    pub fn is_reserved(&self, reserved: &[String]) -> bool {
        let wording = self.said.wording();
        let numbered = self.number().is_some();
        wording.has(Wording::TITLE_RESERVED)
            || (numbered && wording.has(Wording::TEXT_RESERVED))
            || wording::is_one_of(self.title(), reserved)
            || (numbered && wording::is_one_of(self.text(), reserved))
    }
}

#[cfg(test)]
mod tests {
    use super::{NewText, Writer};

    #[test]
    fn headings_say_what_was_written() {
        let words = |text: &'static str, title, id| NewText { text, title, id, number: None };
        let all = [
            words("一、闭包", "闭包", None),
            words("a[1] b", "a b", Some("x")),
            words("闭包", "闭包", Some("")),
            words("", "", None),
        ];
        let mut writer = Writer::default();
        all.iter().for_each(|new| writer.push(new));
        writer.set_short_body(1, "略");
        let said: Vec<_> = writer.finish().collect();
        for (said, new) in said.iter().zip(&all) {
            assert!(said.parts() == *new, "{said:?}");
        }
        assert_eq!(said[1].short_body(), Some("略"));
        assert!(said[0] == said[0].clone() && said[0] != said[2]);
    }
}
