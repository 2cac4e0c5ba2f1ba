//! The names of a note and of its headings as they are sought while a reference is typed.
//!
//! Invariant: folded and packed into one text, so that a hundred thousand names are read in the order they lie in memory.

use crate::fold::folded;
use crate::fuzzy::{Fit, Pattern, Scatter, Shape, Way};
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

/// The names of one note.
#[derive(Debug)]
pub struct Sought {
    text: Box<str>,
    names: Box<[Name]>,
}

#[derive(Debug)]
struct Name {
    /// Where the name ends in the text; it begins where the one before ends.
    end: u32,
    /// How many bytes its number takes at its start.
    number: u16,
    /// The shape without the number.
    title: Shape,
    named: Named,
}

impl Sought {
    /// The names of `note`: its own first, then its headings' in their order. Headings without text have none.
    pub fn of(note: &Note) -> Self {
        let mut text = String::new();
        let mut names = Vec::with_capacity(1 + note.headings.len());
        let mut add = |named, folded: &str, number: usize| {
            if folded.is_empty() {
                return;
            }
            text.push_str(folded);
            names.push(Name {
                end: u32::try_from(text.len()).unwrap_or(u32::MAX),
                number: u16::try_from(number).unwrap_or_default(),
                title: Shape::of(folded.get(number..).unwrap_or_default()),
                named,
            });
        };
        add(Named::Stem, &folded(note.path.stem()), 0);
        if let Some(front) = &note.front_matter {
            front.title.iter().for_each(|title| add(Named::Title, &folded(title), 0));
            (0..).zip(&front.aliases).for_each(|(index, alias)| add(Named::Alias(index), &folded(alias), 0));
        }
        for (index, heading) in (0..).zip(&note.headings) {
            let (whole, title) = (folded(&heading.text), folded(&heading.title));
            // What stands behind a title, as marks of footnotes do, is left out with it.
            match whole.strip_suffix(&title) {
                Some(number) if !title.is_empty() => add(Named::Heading(index), &whole, number.len()),
                _ => add(Named::Heading(index), &title, 0),
            }
        }
        Self { text: text.into(), names: names.into() }
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What the name of this index is the name of.
    pub fn named(&self, index: usize) -> Option<Named> {
        self.names.get(index).map(|name| name.named)
    }

    /// The name of this index with its number and without it, folded, and what is kept of it.
    fn name(&self, index: usize) -> Option<(&str, &str, &Name)> {
        let name = self.names.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.names.get(before)).map_or(0, |name| name.end);
        let whole = self.text.get(start as usize..name.end as usize)?;
        Some((whole, whole.get(usize::from(name.number)..)?, name))
    }

    /// The best way in which the name of this index may fit.
    pub fn bound(&self, index: usize, pattern: &Pattern) -> Option<Way> {
        let name = self.names.get(index)?;
        let bound = pattern.bound(name.title);
        if name.number == 0 || pattern.is_empty() || bound.is_some_and(|way| way < Way::Numbered) {
            return bound;
        }
        // Only its start is sought with the number, which is short.
        let (whole, ..) = self.name(index)?;
        let begins = whole.chars().next() == pattern.folded().chars().next();
        if begins { Some(Way::Numbered) } else { bound }
    }

    /// How the name of this index fits what is typed: without its number, or from the start with it.
    pub fn fit(&self, index: usize, pattern: &Pattern) -> Option<Fit> {
        let (whole, title, name) = self.name(index)?;
        let fit = pattern.fit(title, name.title);
        if name.number == 0 || pattern.is_empty() || fit.is_some_and(|fit| fit.way <= Way::Numbered) {
            return fit;
        }
        let with_number = Self::with_number(whole, pattern);
        let with_number = with_number.map(|fit| Fit { way: Way::Numbered, ..fit });
        with_number.or(fit)
    }

    fn with_number(whole: &str, pattern: &Pattern) -> Option<Fit> {
        let begins = whole.chars().next() == pattern.folded().chars().next();
        let fit = if begins { pattern.fit(whole, Shape::of(whole)) } else { None };
        fit.filter(|fit| fit.way <= Way::StartRead)
    }

    /// As [`Sought::fit`], for letters with others between them.
    pub fn scattered(&self, index: usize, pattern: &Pattern, matcher: &mut Scatter) -> Option<Fit> {
        let (_, title, name) = self.name(index)?;
        pattern.may_be_scattered(name.title).then(|| pattern.scattered(matcher, title, name.title)).flatten()
    }
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
