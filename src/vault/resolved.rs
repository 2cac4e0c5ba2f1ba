//! Where all links of a note lead, kept from one reading of it to the next.
//!
//! Invariant: what is kept is what resolving anew would give: of the note only a stretch changed that defines nothing which
//! links outside of it rest on, and nothing that ended an era of the vault since then concerns them.

use std::sync::Arc;

use crate::note::Note;
use crate::note::lineage::Indices;
use crate::note::read::again::Stretch;
use crate::text::narrow;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::era::{Changes, Era};
use crate::vault::resolve::{Missing, Resolution};

/// Where the links of a note lead, by their indices, and after them where its definitions lead.
pub struct Resolved {
    note: Arc<Note>,
    era: Era,
    all: Vec<Resolution>,
    looked_up: usize,
}

/// What was looked up again, when the rest was known.
pub struct Renewed {
    /// The stretch of the note that changed.
    pub stretch: Stretch,
    /// The indices in [`Resolved::all`] of what stands outside of it, in order.
    pub elsewhere: Vec<usize>,
}

impl Resolved {
    /// All of them.
    pub fn all(&self) -> &[Resolution] {
        &self.all
    }

    /// How many of them were looked up for it; the others were known.
    pub fn looked_up(&self) -> usize {
        self.looked_up
    }
}

impl Vault {
    /// Where every link and definition of `note` leads, and what of that was looked up when the rest was known before.
    pub fn resolve_again(&self, note: &Arc<Note>, before: Option<Resolved>) -> (Resolved, Option<Renewed>) {
        let since = before.and_then(|known| {
            let changes = self.changes_since(known.era)?;
            let stretch = note.since(&known.note)?;
            rests_on_itself(&known.note, note, &stretch).then_some((known, changes, stretch))
        });
        if let Some((known, changes, stretch)) = since {
            let (resolved, elsewhere) = self.resolved_after(note, known, &changes, &stretch);
            return (resolved, Some(Renewed { stretch, elsewhere }));
        }
        let all = self.resolve_each(note);
        (Resolved { note: Arc::clone(note), era: self.era(), looked_up: all.len(), all }, None)
    }

    /// Whether the links of a note that is still the same lead where they did in this era; not when that is not known.
    pub(super) fn leads_as_in(&self, note: &Note, era: Era) -> bool {
        self.changes_since(era).is_some_and(|changes| {
            let links = 0..if changes.is_empty() { 0 } else { note.links.len() };
            links.map(Source::Link).all(|link| !changes.concern(self, note, link, None))
        })
    }

    fn resolved_after(
        &self,
        note: &Arc<Note>,
        known: Resolved,
        changes: &Changes,
        stretch: &Stretch,
    ) -> (Resolved, Vec<usize>) {
        let (before, within) = stretch.of(&known.note.links, &note.links, |link| link.range.start());
        let mut all = known.all;
        all.splice(before, std::iter::repeat_n(Resolution::Skipped, within.len()));
        move_ranges(&mut all, stretch);
        let elsewhere = self.concerned(note, changes, &mut all, &within);
        let anew = || within.clone().chain(elsewhere.iter().copied());
        let sources: Vec<Source> = anew().map(|index| Source::at(note, index)).collect();
        for (index, resolution) in anew().zip(self.resolve_these(note, &sources)) {
            all[index] = resolution;
        }
        let looked_up = sources.len();
        (Resolved { note: Arc::clone(note), era: self.era(), all, looked_up }, elsewhere)
    }

    /// The indices of links outside of `within` that may lead elsewhere after some changes; the places of the others follow
    /// their notes.
    fn concerned(
        &self,
        note: &Note,
        changes: &Changes,
        all: &mut [Resolution],
        within: &Indices,
    ) -> Vec<usize> {
        if changes.is_empty() {
            return Vec::new();
        }
        let outside = all.iter_mut().enumerate().filter(|(index, _)| !within.contains(index));
        let concerned = outside.filter_map(|(index, led)| {
            let source = Source::at(note, index);
            (changes.concern(self, note, source, Some(led)) || !changes.follow(led)).then_some(index)
        });
        concerned.collect()
    }
}

/// Moves what is told of places in the note behind a stretch of it. For a reference that is a place in its definition,
/// wherever that stands.
fn move_ranges(all: &mut [Resolution], stretch: &Stretch) {
    let (from, to) = (narrow(stretch.old.end), narrow(stretch.new.end));
    for resolution in all {
        if let Resolution::Missing(Missing::Heading { range, .. }) = resolution
            && range.start() >= stretch.old.end
        {
            *range = range.moved(from, to);
        }
    }
}

/// Whether nothing in a stretch says where links outside of it lead, and nothing outside how those inside are read.
fn rests_on_itself(old: &Note, new: &Note, stretch: &Stretch) -> bool {
    let defined = stretch.of(&old.definitions, &new.definitions, |definition| definition.range.start());
    defined.0.is_empty() && defined.1.is_empty() && old.contributors.is_none() && new.contributors.is_none()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::fixture::Fixture;
    use crate::note::Note;
    use crate::path::NotePath;

    /// Looks again where `links` lead after the text of the note beside them changed; so many of them may lead elsewhere.
    #[track_caller]
    fn check(links: &str, before: &str, after: &str, looked_up: usize) {
        let mut fixture = Fixture::parse(&format!("//- a.md\n{links}\n//- b.md\n{before}"));
        let note = Arc::clone(fixture.note("a.md"));
        let (known, _) = fixture.vault.resolve_again(&note, None);
        fixture.vault.insert(Arc::new(Note::read(NotePath::new("/b.md"), after)));
        let (again, _) = fixture.vault.resolve_again(&note, Some(known));
        assert_eq!(again.all(), fixture.vault.resolve_each(&note));
        assert_eq!(again.looked_up(), looked_up, "{links}");
    }

    #[test]
    fn links_to_what_came_or_went_are_looked_up() {
        check("[x](b.md#a) [y](b.md)", "# a\n", "# c\n", 1);
        check("[x](b.md#a-1) [y](b.md#c)", "# a\n# c\n# a\n", "# c\n# a\n", 1);
        check("[x](b.md#tab/a) [y](b.md#/c)", "# c\n", "<a id=\"tab/a\"></a>\n\n# c\n", 1);
        check("[[a]] [[1. d]] [[2. d]] [[c]]", "# 1. d\n", "# 2. d\n", 2);
        check("[[b#c]] [[b#^c]] [[b#d]] [[b]]", "# c\n\ntext ^c\n", "# e\n\ntext ^c\n", 2);
        check("[[c]] [[C#d]] [[b]] [[#d]]", "# d\n", "---\naliases: [c]\n---\n# d\n", 2);
        check("[x][r]\n\n[r]: b.md#a\n", "# a\n", "# c\n", 2);
    }

    #[test]
    fn others_follow_their_headings() {
        check("[x](b.md#a) [[b#c]] [[c]]", "# d\n# a\n# c\n", "# a\n# c\n", 0);
        check("[x](b.md#a) [[b#^c]]", "# a\n\ntext ^c\n", "text ^d\n\n# e\n# f\n# a\n\ntext ^c\n", 0);
        check("[x](#a) [[#a]] [x](c.md#a) [[c#a]] <https://a.b/#a>", "# c\n", "# a\n", 1);
    }
}
