//! The names of notes and of their headings as they are sought while a reference is typed.
//!
//! Invariant: folded and packed, those of many notes one after another, so that a hundred thousand names are looked at in
//! the order they lie in memory.

use crate::fold::folded;
use crate::fuzzy::{Fit, Letters, Pattern, Scatter, Shape, Way};
use crate::note::Note;

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
    /// What each name can be typed with: all that is looked at of most.
    letters: Vec<Letters>,
    /// What each name can begin with, its number or without it.
    firsts: Vec<Letters>,
    names: Vec<Name>,
    /// Where the names of each note end; they begin where those of the one before end.
    ends: Vec<u32>,
}

/// What else is looked at of a name; as small as can be, since there are many.
#[derive(Clone, Copy, Debug)]
struct Name {
    /// Where the name stands in the text; it ends where the next begins.
    start: u32,
    /// How many bytes its number takes at its start.
    number: u16,
    /// How many characters it has without the number.
    chars: u16,
    /// The characters of the title.
    written: Letters,
    /// What the words of the title can begin with.
    initials: Letters,
    named: Named,
}

impl Sought {
    /// The names of one note.
    pub fn of(note: &Note) -> Self {
        let mut sought = Self::default();
        sought.add(note);
        sought
    }

    /// Adds a note with its names: its own first, then its headings' in their order. Headings without text have none.
    pub fn add(&mut self, note: &Note) {
        self.add_name(Named::Stem, &folded(note.path.stem()), 0);
        if let Some(front) = &note.front_matter {
            front.title.iter().for_each(|title| self.add_name(Named::Title, &folded(title), 0));
            for (index, alias) in (0..).zip(&front.aliases) {
                self.add_name(Named::Alias(index), &folded(alias), 0);
            }
        }
        for (index, heading) in (0..).zip(&note.headings) {
            let (whole, title) = (folded(heading.text()), folded(heading.title()));
            // What stands behind a title, as marks of footnotes do, is left out with it.
            match whole.strip_suffix(&title) {
                Some(number) if !title.is_empty() => {
                    self.add_name(Named::Heading(index), &whole, number.len());
                }
                _ => self.add_name(Named::Heading(index), &title, 0),
            }
        }
        self.ends.push(place(self.names.len()));
    }

    fn add_name(&mut self, named: Named, folded: &str, number: usize) {
        if folded.is_empty() {
            return;
        }
        let start = place(self.text.len());
        self.text.push_str(folded);
        let (before, title) = folded.split_at_checked(number).unwrap_or(("", folded));
        let (before, title) = (Shape::of(before), Shape::of(title));
        self.letters.push(title.letters().with(before.letters()));
        self.firsts.push(title.first().with(Letters::of_start(folded)));
        self.names.push(Name {
            start,
            number: u16::try_from(number).unwrap_or_default(),
            chars: title.chars(),
            written: title.written(),
            initials: title.initials(),
            named,
        });
    }

    /// Adds a note of another, the one with this number, with its names.
    pub fn copy(&mut self, other: &Self, note: usize) {
        let names = other.names_of(note);
        let of_note = other.names.get(names.clone()).unwrap_or_default();
        if let Some(first) = of_note.first() {
            let (from, to) = (first.start, place(self.text.len()));
            let end = other.end(names.end - 1);
            self.text.push_str(other.text.get(first.start as usize..end).unwrap_or_default());
            self.letters.extend_from_slice(other.letters.get(names.clone()).unwrap_or_default());
            self.firsts.extend_from_slice(other.firsts.get(names).unwrap_or_default());
            self.names.extend(of_note.iter().map(|name| Name { start: name.start - from + to, ..*name }));
        }
        self.ends.push(place(self.names.len()));
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
        self.names.get(index).map(|name| name.named)
    }

    /// The index of the name that names this in the note with this number.
    pub fn name_of(&self, note: usize, named: Named) -> Option<usize> {
        let names = self.names_of(note);
        let at = self.names.get(names.clone())?.binary_search_by_key(&named, |name| name.named).ok()?;
        Some(names.start + at)
    }

    /// Whether the name of this index can be typed with what a pattern has.
    #[inline]
    pub fn may_fit(&self, index: usize, pattern: &Pattern) -> bool {
        self.letters.get(index).is_some_and(|letters| pattern.may_fit(*letters))
    }

    /// The indices of the names that have what was typed.
    #[inline]
    pub fn having<'s>(&'s self, pattern: &'s Pattern) -> impl Iterator<Item = usize> + use<'s> {
        let having = self.letters.iter().enumerate().filter(|(_, letters)| pattern.may_fit(**letters));
        having.map(|(index, _)| index)
    }

    /// Whether the name of this index may begin with what was typed, with its number or without it. Costs as little as
    /// [`Sought::may_fit`].
    #[inline]
    pub fn may_begin(&self, index: usize, pattern: &Pattern) -> bool {
        self.firsts.get(index).is_some_and(|firsts| pattern.may_begin(*firsts))
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

    /// What can be told at a glance of the title of the name of this index. Its letters are those of the number too.
    #[inline]
    fn shape(&self, index: usize) -> Option<Shape> {
        let Name { written, initials, chars, .. } = *self.names.get(index)?;
        let (letters, first) = (*self.letters.get(index)?, *self.firsts.get(index)?);
        Some(Shape::of_parts(written, letters, initials, first, chars))
    }

    /// The best way in which the name of this index may fit.
    #[inline]
    pub fn bound(&self, index: usize, pattern: &Pattern) -> Option<Way> {
        pattern.bound(self.shape(index)?)
    }

    /// How the name of this index fits what is typed: without its number, or from the start with it.
    pub fn fit(&self, index: usize, pattern: &Pattern) -> Option<Fit> {
        let (name, shape) = (self.names.get(index)?, self.shape(index)?);
        let (whole, title) = self.texts(index)?;
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

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Named, Sought};
    use crate::fuzzy::{Pattern, Way};
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
