//! The names of notes and of their headings as they are sought while a reference is typed.
//!
//! Invariant: folded and packed, those of many notes one after another, so that a hundred thousand names are looked at in
//! the order they lie in memory.

use crate::fold::folded;
use crate::fuzzy::{Counts, Firsts, Fit, Pairs, Pattern, Scatter, Shape, Starts, Way, Written};
use crate::note::Note;
use crate::text::narrow;

/// What a name is the name of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Named {
    /// The note, by its file name.
    Stem,
    /// The note, by the title in its front matter.
    Title,
    /// The note, by the alias of this index.
    Alias(u32),
    /// The heading of this index.
    Heading(u32),
}

/// The names of some notes.
#[derive(Debug, Default)]
pub struct Sought {
    text: String,
    /// The letters that each name can be typed with, and its characters, its number too: all that is looked at of most.
    counts: Vec<Counts>,
    written: Vec<Written>,
    /// Which of these follow each other.
    pairs: Vec<Pairs>,
    /// What each name can begin with, its number or without it.
    firsts: Vec<Firsts>,
    /// The same for its first two characters.
    starts: Vec<Starts>,
    /// What the words of each title can begin with.
    initials: Vec<Firsts>,
    names: Vec<Name>,
    /// How many names before that of a heading the name of the heading around it stands; 0 when there is none.
    parents: Vec<u32>,
    /// Where the names of each note end; they begin where those of the one before end.
    ends: Vec<u32>,
}

/// What else is looked at of a name; as small as can be, since there are many.
#[derive(Clone, Copy, Debug)]
struct Name {
    /// Where the name stands in the text; it ends where the next begins.
    start: u32,
    /// How many bytes its number takes at its start, and how many characters.
    number: u8,
    number_chars: u8,
    /// How many characters it has without the number.
    chars: u16,
    /// What it is the name of, as one number; see [`Named::packed`].
    named: u32,
}

impl Named {
    /// As one number, in the same order.
    fn packed(self) -> u32 {
        match self {
            Self::Stem => 0,
            Self::Title => 1,
            Self::Alias(index) => ALIAS + index.min(HEADING - ALIAS - 1),
            Self::Heading(index) => HEADING.saturating_add(index),
        }
    }

    #[inline]
    fn of_packed(packed: u32) -> Self {
        match packed {
            0 => Self::Stem,
            1 => Self::Title,
            ALIAS..HEADING => Self::Alias(packed - ALIAS),
            HEADING.. => Self::Heading(packed - HEADING),
        }
    }
}

/// From here on numbers are those of aliases, which are few, and then of headings.
const ALIAS: u32 = 2;
const HEADING: u32 = 1 << 20;

impl Sought {
    /// The names of one note.
    pub fn of(note: &Note) -> Self {
        let mut sought = Self::default();
        sought.add(note);
        sought
    }

    /// Adds a note with its names: its own first, then its headings' in their order. Headings without text have none.
    pub fn add(&mut self, note: &Note) {
        let first = self.names.len();
        self.add_name(Named::Stem, &folded(note.path.stem()), 0);
        if let Some(front) = &note.front_matter {
            front.title.iter().for_each(|title| self.add_name(Named::Title, &folded(title), 0));
            for (index, alias) in (0..).zip(&front.aliases) {
                self.add_name(Named::Alias(index), &folded(alias), 0);
            }
        }
        for (index, heading) in (0..).zip(&note.headings) {
            let (whole, title) = (folded(heading.text()), folded(heading.title()));
            // What stands behind a title, as marks of footnotes do, is left out with it, and so are numbers without end.
            let number = whole.strip_suffix(&title).and_then(|number| u8::try_from(number.len()).ok());
            match number.filter(|_| !title.is_empty()) {
                Some(number) => self.add_name(Named::Heading(index), &whole, number),
                None => self.add_name(Named::Heading(index), &title, 0),
            }
        }
        self.parents.resize(first, 0);
        for name in first..self.names.len() {
            let parent = match self.named(name) {
                Some(Named::Heading(index)) => {
                    note.sections.get(index as usize).and_then(|section| section.parent)
                }
                _ => None,
            };
            let parent = parent.and_then(|parent| self.among(first..name, Named::Heading(parent)));
            self.parents.push(parent.map_or(0, |parent| narrow(name - parent)));
        }
        self.ends.push(narrow(self.names.len()));
    }

    /// The index of the name that names this, among some of one note.
    fn among(&self, names: std::ops::Range<usize>, named: Named) -> Option<usize> {
        let of_note = self.names.get(names.clone())?;
        let at = of_note.binary_search_by_key(&named.packed(), |name| name.named).ok()?;
        Some(names.start + at)
    }

    fn add_name(&mut self, named: Named, folded: &str, number: u8) {
        if folded.is_empty() {
            return;
        }
        let start = narrow(self.text.len());
        self.text.push_str(folded);
        let whole = Shape::of(folded);
        let title = folded.get(number.into()..).filter(|_| number > 0).map_or(whole, Shape::of);
        self.counts.push(whole.counts);
        self.written.push(whole.written);
        // What begins with the number goes on in the title.
        self.pairs.push(whole.pairs);
        self.firsts.push(title.first.with(Firsts::of_start(folded)));
        self.starts.push(title.starts.with(whole.starts));
        self.initials.push(title.initials);
        self.names.push(Name {
            start,
            number,
            number_chars: u8::try_from(whole.chars.saturating_sub(title.chars)).unwrap_or(u8::MAX),
            chars: title.chars,
            named: named.packed(),
        });
    }

    /// Adds a note of another, the one with this number, with its names.
    pub fn copy(&mut self, other: &Self, note: usize) {
        let names = other.names_of(note);
        let of_note = other.names.get(names.clone()).unwrap_or_default();
        self.parents.extend_from_slice(other.parents.get(names.clone()).unwrap_or_default());
        if let Some(first) = of_note.first() {
            let (from, to) = (first.start, narrow(self.text.len()));
            let end = other.end(names.end - 1);
            self.text.push_str(other.text.get(first.start as usize..end).unwrap_or_default());
            self.counts.extend_from_slice(other.counts.get(names.clone()).unwrap_or_default());
            self.pairs.extend_from_slice(other.pairs.get(names.clone()).unwrap_or_default());
            self.firsts.extend_from_slice(other.firsts.get(names.clone()).unwrap_or_default());
            self.starts.extend_from_slice(other.starts.get(names.clone()).unwrap_or_default());
            self.written.extend_from_slice(other.written.get(names.clone()).unwrap_or_default());
            self.initials.extend_from_slice(other.initials.get(names).unwrap_or_default());
            self.names.extend(of_note.iter().map(|name| Name { start: name.start - from + to, ..*name }));
        }
        self.ends.push(narrow(self.names.len()));
    }

    /// The same in as little memory as it takes, once all notes are there.
    #[must_use]
    pub fn in_its_size(mut self) -> Self {
        self.text.shrink_to_fit();
        self.counts.shrink_to_fit();
        self.written.shrink_to_fit();
        self.pairs.shrink_to_fit();
        self.firsts.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.initials.shrink_to_fit();
        self.names.shrink_to_fit();
        self.parents.shrink_to_fit();
        self.ends.shrink_to_fit();
        self
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The indices of the names of the note with this number.
    pub fn names_of(&self, note: usize) -> std::ops::Range<usize> {
        let end = |note: usize| self.ends.get(note).map_or(self.names.len(), |end| *end as usize);
        note.checked_sub(1).map_or(0, end)..end(note)
    }

    /// The number of the note whose name has this index.
    pub fn note_of(&self, index: usize) -> usize {
        self.ends.partition_point(|end| *end as usize <= index)
    }

    /// What the name of this index is the name of.
    #[inline]
    pub fn named(&self, index: usize) -> Option<Named> {
        self.names.get(index).map(|name| Named::of_packed(name.named))
    }

    /// The index of the name of the heading around the one whose name has this index.
    pub fn parent(&self, name: usize) -> Option<usize> {
        let back = self.parents.get(name).copied().filter(|back| *back > 0)?;
        name.checked_sub(back as usize)
    }

    /// Whether the name of this index can be typed with what a pattern has.
    #[inline]
    pub fn may_fit(&self, index: usize, pattern: &Pattern) -> bool {
        let sets = self.counts.get(index).zip(self.written.get(index));
        sets.is_some_and(|(counts, written)| pattern.may_count(*counts) && pattern.may_be_of(*written))
    }

    /// Tells in `having` the indices of the names that can be typed with what a pattern has, instead of what it told.
    pub fn having(&self, pattern: &Pattern, having: &mut Vec<u32>) {
        // Of most patterns one of the two sets tells all.
        match (pattern.has_letters(), pattern.has_others()) {
            (true, false) => keep(having, self.counts.iter().map(|counts| pattern.may_count(*counts))),
            (false, true) => keep(having, self.written.iter().map(|written| pattern.may_be_of(*written))),
            _ => keep(having, (0..self.len()).map(|index| self.may_fit(index, pattern))),
        }
    }

    /// The same of the names in which these follow each other.
    pub fn following(&self, followed: Pairs, having: &mut Vec<u32>) {
        keep(having, self.pairs.iter().map(|pairs| pairs.has_all(followed)));
    }

    /// Whether these follow each other in the name of this index.
    #[inline]
    pub fn follows(&self, index: usize, followed: Pairs) -> bool {
        self.pairs.get(index).is_some_and(|pairs| pairs.has_all(followed))
    }

    /// Whether the name of this index may begin with what was typed, with its number or without it, and goes on so
    /// somewhere. Costs as little as [`Sought::may_fit`].
    #[inline]
    pub fn may_begin(&self, index: usize, pattern: &Pattern) -> bool {
        self.firsts.get(index).is_some_and(|firsts| pattern.may_begin(*firsts))
            && self.starts.get(index).is_some_and(|starts| pattern.may_start(*starts))
            && self.pairs.get(index).is_some_and(|pairs| pattern.may_follow(*pairs))
    }

    /// Where the text of the name of this index ends.
    #[inline]
    fn end(&self, index: usize) -> usize {
        self.names.get(index + 1).map_or(self.text.len(), |next| next.start as usize)
    }

    /// The name of this index with its number and without it, folded.
    #[inline]
    fn texts(&self, index: usize) -> Option<(&str, &str)> {
        let name = self.names.get(index)?;
        let whole = self.text.get(name.start as usize..self.end(index))?;
        Some((whole, whole.get(usize::from(name.number)..)?))
    }

    /// The name of this index as it is sought.
    pub fn text_of(&self, index: usize) -> &str {
        self.texts(index).map_or("", |(whole, _)| whole)
    }

    /// What can be told at a glance of the title of the name of this index. Some sets have the number in them.
    #[inline]
    fn shape(&self, index: usize) -> Option<Shape> {
        Some(Shape {
            written: *self.written.get(index)?,
            counts: *self.counts.get(index)?,
            pairs: *self.pairs.get(index)?,
            initials: *self.initials.get(index)?,
            first: *self.firsts.get(index)?,
            starts: *self.starts.get(index)?,
            chars: self.names.get(index)?.chars,
        })
    }

    /// How many characters more than a pattern the name of this index has, its number left out.
    #[inline]
    pub fn rest(&self, index: usize, pattern: &Pattern) -> u16 {
        pattern.rest(self.names.get(index).map_or(0, |name| name.chars))
    }

    /// How the name of this index fits at best; `None` when it cannot.
    #[inline]
    pub fn bound(&self, index: usize, pattern: &Pattern) -> Option<Fit> {
        let shape = self.shape(index)?;
        let bound = pattern.bound(shape)?;
        if bound.way > Way::Numbered {
            return Some(bound);
        }
        let name = self.names.get(index)?;
        let mut begins = true;
        // The text lies far away, so it is looked at for those patterns only of which it tells more.
        if pattern.begins_in_one_way() {
            let (whole, title) = self.texts(index)?;
            begins = pattern.may_begin_name(title);
            if !begins && !pattern.may_begin_name(whole) {
                return pattern.bound_within(shape);
            }
        }
        if name.number == 0 || bound.way < Way::Numbered && begins {
            return Some(bound);
        }
        // With its number alone it may begin so.
        let chars = name.chars.saturating_add(name.number_chars.into());
        Some(Fit { way: Way::Numbered, rest: pattern.rest(chars) })
    }

    /// How the name of this index fits what is typed: without its number, or from the start with it.
    pub fn fit(&self, index: usize, pattern: &Pattern) -> Option<Fit> {
        let (whole, title) = self.texts(index)?;
        // That is told far sooner than the rest, and of most that are read in vain.
        if !pattern.may_stand_in(whole) {
            return None;
        }
        let (name, shape) = (self.names.get(index)?, self.shape(index)?);
        let fit = pattern.fit(title, shape);
        if name.number == 0 || pattern.is_empty() || fit.is_some_and(|fit| fit.way <= Way::Numbered) {
            return fit;
        }
        // Only its start is sought with the number, which is short.
        let begins = whole.starts_with(|c| pattern.begins_with(c));
        let with_number = if begins { pattern.fit(whole, Shape::of(whole)) } else { None };
        let with_number = with_number.filter(|fit| fit.way <= Way::StartRead);
        let with_number = with_number.map(|fit| Fit { way: Way::Numbered, ..fit });
        with_number.or(fit)
    }

    /// As [`Sought::fit`], for letters with others between them.
    pub fn scattered(&self, index: usize, pattern: &Pattern, matcher: &mut Scatter) -> Option<Fit> {
        let shape = self.shape(index).filter(|shape| pattern.may_be_scattered(*shape))?;
        let (_, title) = self.texts(index)?;
        pattern.scattered(matcher, title, shape)
    }
}

/// Tells in `having` at which places there is `true`.
fn keep(having: &mut Vec<u32>, all: impl ExactSizeIterator<Item = bool>) {
    // Written where the next one stands whether it is kept or not: what most come to is cheap so.
    having.resize(all.len(), 0);
    let mut count = 0;
    for (index, is_kept) in (0..).zip(all) {
        if let Some(next) = having.get_mut(count) {
            *next = index;
        }
        count += usize::from(is_kept);
    }
    having.truncate(count);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Named, Sought};
    use crate::fold::folded;
    use crate::fuzzy::{Fit, Pattern, Shape, Way};
    use crate::note::Note;
    use crate::path::NotePath;

    fn found(text: &str, typed: &str) -> Vec<(Named, Way)> {
        let note = Note::read(NotePath::new("/操作系统.md"), text);
        let sought = Sought::of(&note);
        let pattern = Pattern::new(typed);
        (0..sought.len())
            .filter_map(|index| Some((sought.named(index)?, sought.fit(index, &pattern)?.way)))
            .collect()
    }

    /// A name without its number, or from the start with it, each read with what its own text tells.
    fn read(whole: &str, title: &str, pattern: &Pattern) -> Option<Fit> {
        let fit = |text: &str| pattern.fit(text, Shape::of(text));
        let begins = whole != title && whole.starts_with(|c| pattern.begins_with(c));
        let with_number = fit(whole).filter(|fit| begins && fit.way <= Way::StartRead);
        let with_number = with_number.map(|fit| Fit { way: Way::Numbered, ..fit });
        fit(title).filter(|fit| fit.way <= Way::Numbered).or(with_number).or_else(|| fit(title))
    }

    proptest! {
        #[test]
        fn packed_names_fit_as_they_read(
            titles in prop::collection::vec("(|1、|十二、|3\\. |1\\.2 |Q1：)[a-c 消息重女]{1,6}", 1..5),
            typed in "[a-cx12q消息十重、. ]{0,5}",
        ) {
            let text: String = titles.iter().map(|title| format!("# {title}\n\n")).collect();
            let note = Note::read(NotePath::new("/消息 1.md"), text);
            let pattern = Pattern::new(&typed);
            // As it is made, and as it is taken over from another chunk.
            let (mut copied, made) = (Sought::of(&note), Sought::of(&note));
            copied.copy(&made, 0);
            for index in 0..copied.len() {
                let Some(Named::Heading(heading)) = copied.named(index) else { continue };
                let heading = &note.headings[heading as usize];
                let (whole, title) = (folded(heading.text()), folded(heading.title()));
                let found = copied.fit(index, &pattern);
                if whole.ends_with(&title) && !title.is_empty() {
                    prop_assert_eq!(found, read(&whole, &title, &pattern), "{} in {}", typed, whole);
                }
                let bound = copied.bound(index, &pattern);
                prop_assert!(found.is_none_or(|fit| bound.is_some_and(|bound| bound <= fit)), "{} in {}", typed, whole);
                prop_assert!(found.is_none() || copied.may_fit(index, &pattern));
                let begins = found.is_some_and(|fit| fit.way <= Way::Numbered) && !pattern.is_empty();
                prop_assert!(!begins || copied.may_begin(index, &pattern), "{} in {}", typed, whole);
            }
        }
    }

    #[test]
    fn the_numbers_of_what_is_named_are_in_its_order() {
        let all = [
            Named::Stem,
            Named::Title,
            Named::Alias(0),
            Named::Alias(7),
            Named::Heading(0),
            Named::Heading(99),
        ];
        assert!(all.iter().all(|named| Named::of_packed(named.packed()) == *named));
        assert!(all.is_sorted_by_key(|named| named.packed()));
    }

    #[test]
    fn notes_and_headings_by_name() {
        let text = "---\ntitle: OS 笔记\naliases: [os]\n---\n# 一、进程\n\n## 1.2 什么是线程？[^1]\n\n##\n";
        assert_eq!(found(text, "cz"), [(Named::Stem, Way::StartRead)]);
        assert_eq!(found(text, "os"), [(Named::Title, Way::Start), (Named::Alias(0), Way::Whole)]);
        assert_eq!(found(text, "进程"), [(Named::Heading(0), Way::Whole)]);
        assert_eq!(found(text, "一、进"), [(Named::Heading(0), Way::Numbered)]);
        assert_eq!(found(text, "1.2 什么"), [(Named::Heading(1), Way::Numbered)]);
        assert_eq!(found(text, "xc"), [(Named::Heading(1), Way::WordRead)]);
        assert_eq!(found(text, "").len(), 5, "a heading without text has no name");
    }
}
