//! Links that are found though they are not written quite right: fine here, broken on other systems and sites.

use std::sync::Arc;

use crate::note::destination::{Destination, Letters, Style, Syntax, write};
use crate::note::lookup::fold;
use crate::note::{LinkKind, Note};
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::resolve::{Place, Target};

/// A part of a link's target with the right way to write it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misspelling {
    /// What is misspelt.
    pub part: Part,
    /// Where it stands in the note.
    pub range: TextRange,
    /// What belongs there.
    pub right: String,
}

/// A part of a link's target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The path: its letters' case differs from the file's.
    Path,
    /// The fragment (without `#`): its letters' case or U+FE0F differs from the anchor's.
    Fragment,
}

impl Vault {
    /// What is misspelt in a link of `note` that leads to `target`; `at` is the range of what names it. Wiki links go by
    /// names, whatever the case.
    pub fn misspellings(
        &self,
        note: &Arc<Note>,
        kind: LinkKind,
        at: TextRange,
        target: &Target,
    ) -> Vec<Misspelling> {
        let syntax = match kind {
            LinkKind::Inline | LinkKind::Image => Syntax::Markdown,
            LinkKind::HtmlLink | LinkKind::HtmlImage => Syntax::Html,
            _ => return Vec::new(),
        };
        let raw = note.text.slice(at);
        let Destination::Local(local) = Destination::parse(raw, syntax) else { return Vec::new() };
        let hash = raw.find('#').unwrap_or(raw.len());
        let (path, fragment) = raw.split_at(hash);
        let style = |part: &str| match (syntax, note.text.as_str()[..at.start()].ends_with('<')) {
            (Syntax::Html, _) => Style::Attribute(Letters::of(part)),
            (Syntax::Markdown, true) => Style::Angled(Letters::of(part)),
            (Syntax::Markdown, false) => Style::Bare(Letters::of(part)),
        };
        let mut found = Vec::new();
        if let Some(right) = self.right_path(note, &local.path, target) {
            let range = TextRange::new(at.start(), at.start() + path.len());
            found.push(Misspelling { part: Part::Path, range, right: write(&right, style(path)) });
        }
        if let (Some(written), Some(right)) = (&local.fragment, self.right_fragment(target))
            && *written != right
            && fold(&written.replace('\u{fe0f}', "")) == fold(&right.replace('\u{fe0f}', ""))
        {
            let start = at.start() + hash + "#".len();
            let range = TextRange::new(start, start + fragment.len().saturating_sub(1));
            found.push(Misspelling { part: Part::Fragment, range, right: write(&right, style(fragment)) });
        }
        found
    }

    /// `path` in the letters of the file it leads to, when those are others.
    fn right_path(&self, note: &Note, path: &str, target: &Target) -> Option<String> {
        if path.is_empty() || path.ends_with('/') {
            return None;
        }
        let named = self.local_path(note, path)?;
        let right = target.path.as_str();
        let ending = format!(".{}", target.path.extension());
        let right = if fold(named.as_str()) == fold(right) { right } else { right.strip_suffix(&ending)? };
        if fold(named.as_str()) != fold(right)
            || named.as_str() == right
            || is_composed_otherwise(named.as_str(), right)
        {
            return None;
        }
        // As many parts from the end as are written, so that `./` and `../` stay.
        let parts = path.split('/').rev().take_while(|part| !matches!(*part, "" | "." | "..")).count();
        let start = right.rmatch_indices('/').nth(parts - 1).map_or(0, |(slash, _)| slash + 1);
        let kept = path.len()
            - path.rmatch_indices('/').nth(parts - 1).map_or(path.len(), |(slash, _)| path.len() - slash - 1);
        Some(format!("{}{}", &path[..kept], &right[start..]))
    }

    fn right_fragment(&self, target: &Target) -> Option<String> {
        let note = self.note(&target.path)?;
        match target.place {
            Place::Heading(index) => Some(note.slug(index).to_owned()),
            _ => None,
        }
    }
}

/// Whether two names differ in nothing but how their accents are composed, which nobody sees.
fn is_composed_otherwise(a: &str, b: &str) -> bool {
    use unicode_normalization::UnicodeNormalization;
    a.nfc().eq(b.nfc())
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::vault::backlinks::Source;
    use crate::vault::resolve::Resolution;

    #[track_caller]
    fn check(link: &str, expected: &str) {
        let fixture = Fixture::parse(&format!(
            "//- a.md\n{link}\n//- Net/Tcp 1.md\n# ❤️ Hand Shake\n//- net/img.PNG\n"
        ));
        let note = fixture.first();
        let mut found = String::new();
        for (source, resolution) in fixture.vault.resolve_all(note) {
            let (Source::Link(index), Resolution::Found(targets)) = (source, resolution) else { continue };
            let link = &note.links[index];
            for misspelt in fixture.vault.misspellings(note, link.kind, link.target, &targets[0]) {
                found.push_str(&format!("{} => {}; ", note.text.slice(misspelt.range), misspelt.right));
            }
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn what_differs_is_told_with_what_is_right() {
        check("[x](net/tcp%201.md)", "net/tcp%201.md => Net/Tcp%201.md; ");
        check("[x](<./Net/tcp 1>)", "./Net/tcp 1 => ./Net/Tcp 1; ");
        check("[x](Net/Tcp%201.md#️-Hand-shake)", "️-Hand-shake => ️-hand-shake; ");
        check("[x](Net/Tcp%201.md#-hand-shake)", "-hand-shake => ️-hand-shake; ");
        check("![x](net/img.png)", "net/img.png => net/img.PNG; ");
        check("[x](../A.md)", "../A.md => ../a.md; ");
    }

    #[test]
    fn what_is_right_or_goes_by_names_is_left_alone() {
        check(
            "[x](Net/Tcp%201.md#️-hand-shake) [y](Net/Tcp%201) [[tcp 1]] ![[IMG.png]] [z](a.md#L1) [s](#)",
            "",
        );
    }
}
