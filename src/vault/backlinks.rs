//! Who links here: an index from the names that links name to the notes they stand in.
//!
//! Invariant: a note is found under the key of every name that one of its links or tags names. The index only narrows
//! the search: whether a link leads to a place is for [`Vault::resolve`] to say, so no verdict is kept twice.

mod keys;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::markdown::front_matter;
use crate::note::destination::{Destination, Syntax};
use crate::note::lookup::fold;
use crate::note::{Link, LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::keys::{address_name, names_one_of, tag_name};
use crate::vault::names::key_of;
use crate::vault::resolve::{Resolution, Target};

pub use keys::{keys_replaced, link_keys, same_links};

/// The links of so few notes are looked at faster by one processor than given to another.
const FEW: usize = 32;

/// With so many links a note is worth more than one processor.
const MANY_LINKS: usize = 1_000;

/// A link that leads into a note or to a file.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The note it stands in.
    pub from: Arc<Note>,
    /// Which one it is.
    pub source: Source,
    /// Where it leads.
    pub target: Target,
    /// The place it means: of several that are called the same the first, which may be another one.
    pub meant: Target,
    /// It leads nowhere else.
    pub alone: bool,
}

/// What names a target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// The link of this index in `Note::links`. A reference (`[a][r]`) leads where its definition leads.
    Link(usize),
    /// The link definition of this index in `Note::definitions`.
    Definition(usize),
}

impl Source {
    /// What has this index when the definitions of `note` are counted after its links.
    pub fn at(note: &Note, index: usize) -> Self {
        match index.checked_sub(note.links.len()) {
            None => Self::Link(index),
            Some(definition) => Self::Definition(definition),
        }
    }

    /// The whole construct in its note; the empty range at the start when there is no such link.
    pub fn range(self, note: &Note) -> TextRange {
        match self {
            Self::Link(index) => note.links.get(index).map(|link| link.range),
            Self::Definition(index) => note.definitions.get(index).map(|definition| definition.range),
        }
        .unwrap_or_default()
    }

    /// What names the target: for `[a](b.md#c)` the range of `b.md#c`.
    pub fn target(self, note: &Note) -> TextRange {
        match self {
            Self::Link(index) => note.links.get(index).map(|link| link.target),
            Self::Definition(index) => note.definitions.get(index).map(|definition| definition.target),
        }
        .unwrap_or_default()
    }
}

impl Vault {
    /// Every link that leads to the note or file at `path`, or to a place in it; by note, then by place. Links inside
    /// the note itself are among them.
    ///
    /// Costs as much as the notes have links that name something called like it, whatever the size of the vault.
    pub fn links_into(&self, path: &NotePath) -> Vec<Incoming> {
        let keys = self.keys_into(path);
        let own = self.notes.get(path).and_then(|_| self.numbers.get(path));
        let linking = keys.iter().flat_map(|key| self.links.bearers(*key));
        let from = self.numbers.paths(linking.chain(own));
        let of_note = |note: &Arc<Note>| {
            let mut incoming = Vec::new();
            // To say where a link leads costs more than to see that it names something else.
            let may_lead_here = |source: &Source| note.path == *path || names_one_of(note, *source, &keys);
            for source in sources(note).filter(may_lead_here) {
                let Resolution::Found(targets) = self.resolve_source(note, source) else { continue };
                let (Some(meant), alone) = (targets.first().cloned(), targets.len() == 1) else { continue };
                let here = targets.into_iter().filter(|target| target.path == *path);
                incoming.extend(here.map(|target| Incoming {
                    from: Arc::clone(note),
                    source,
                    target,
                    meant: meant.clone(),
                    alone,
                }));
            }
            incoming
        };
        let notes = from.par_iter().with_min_len(FEW).filter_map(|from| self.notes.get(*from));
        notes.flat_map_iter(of_note).collect()
    }

    /// Every link to an address outside (`https://…`), written as `address` is; by note, then by kind and place.
    pub fn links_to_address(&self, address: &str) -> Vec<(Arc<Note>, Source)> {
        self.notes_with_address(address)
            .flat_map(|note| links_to_address_in(note, address).map(|source| (Arc::clone(note), source)))
            .collect()
    }

    /// Every `#tag` in prose that is `tag` (without `#`) or inside it, as `#os/linux` is inside `#os`; the ranges hold
    /// the `#`. By note, then by place.
    pub fn tagged(&self, tag: &str) -> Vec<(Arc<Note>, TextRange)> {
        self.notes_with_tag(tag)
            .flat_map(|note| tagged_in(note, tag).map(|range| (Arc::clone(note), range)))
            .collect()
    }

    /// The notes under a key of the index of links, by path.
    fn linking_under(&self, key: u64) -> impl Iterator<Item = &Arc<Note>> {
        self.numbers.paths(self.links.bearers(key)).into_iter().filter_map(|path| self.notes.get(path))
    }

    /// The notes that may link to an address outside.
    pub(super) fn notes_with_address(&self, address: &str) -> impl Iterator<Item = &Arc<Note>> {
        self.linking_under(key_of(&address_name(address)))
    }

    /// The notes that may be tagged with `tag`.
    pub(super) fn notes_with_tag(&self, tag: &str) -> impl Iterator<Item = &Arc<Note>> {
        self.linking_under(key_of(&format!("#{tag}")))
    }

    /// Every place in front matter that names `tag` (without `#`) or a tag inside it; by note, then by place.
    pub fn tagged_in_front_matter(&self, tag: &str) -> Vec<(Arc<Note>, TextRange)> {
        self.notes_with_tag(tag)
            .flat_map(|note| tagged_in_front_matter_of(note, tag).map(|range| (Arc::clone(note), range)))
            .collect()
    }

    /// The notes with a link that names something called `name`, whatever it leads to.
    pub fn linking_to_name(&self, name: &str) -> Vec<Arc<Note>> {
        self.linking_under(key_of(name)).cloned().collect()
    }

    /// The notes with a link that may lead into `after` once it is in place of the note at its path, though it leads
    /// elsewhere now: one that names a heading of it that is new, or a note when several are called like it.
    pub fn linking_to_names(&self, after: &Note) -> Vec<Arc<Note>> {
        let known: BTreeSet<u64> = self.notes.get(&after.path).map_or_else(BTreeSet::new, |note| {
            note.headings.iter().map(|heading| key_of(heading.title())).collect()
        });
        let new: BTreeSet<u64> = after.headings.iter().map(|heading| key_of(heading.title())).collect();
        let mut keys: Vec<u64> = new.difference(&known).copied().collect();
        let front = after.front_matter.iter();
        let names = front.flat_map(|front| front.title.iter().chain(&front.aliases)).map(|name| &**name);
        for name in names.chain([after.path.stem()]) {
            if self.notes_named(name).len() > 1 {
                keys.push(key_of(name));
            }
        }
        let linking = keys.iter().flat_map(|key| self.links.bearers(*key));
        self.numbers.paths(linking).into_iter().filter_map(|path| self.notes.get(path).cloned()).collect()
    }

    /// Where every link and definition of `note` leads, by kind, then by place.
    pub fn resolve_all<'a>(
        &'a self,
        note: &'a Arc<Note>,
    ) -> impl Iterator<Item = (Source, Resolution)> + use<'a> {
        sources(note).map(|source| (source, self.resolve_source(note, source)))
    }

    /// The same at once, without the sources.
    pub(super) fn resolve_each(&self, note: &Arc<Note>) -> Vec<Resolution> {
        self.resolve_these(note, &sources(note).collect::<Vec<_>>())
    }

    /// Where these links and definitions of `note` lead: on all processors when they are many.
    pub(super) fn resolve_these(&self, note: &Arc<Note>, sources: &[Source]) -> Vec<Resolution> {
        if sources.len() < MANY_LINKS {
            return sources.iter().map(|source| self.resolve_source(note, *source)).collect();
        }
        let each = sources.par_iter().with_min_len(MANY_LINKS / 4);
        each.map(|source| self.resolve_source(note, *source)).collect()
    }

    fn resolve_source(&self, note: &Arc<Note>, source: Source) -> Resolution {
        let resolved = match source {
            Source::Link(index) => note.links.get(index).map(|link| self.resolve(note, link)),
            Source::Definition(index) => {
                let definition = note.definitions.get(index);
                definition.map(|definition| self.resolve_definition(note, definition))
            }
        };
        resolved.unwrap_or(Resolution::Skipped)
    }

    /// The keys under which links to the note or file at `path` are found.
    fn keys_into(&self, path: &NotePath) -> Vec<u64> {
        let mut keys = vec![key_of(path.file_name()), key_of(path.stem())];
        if let Some(note) = self.notes.get(path) {
            if let Some(front) = &note.front_matter {
                keys.extend(front.title.iter().chain(&front.aliases).map(|name| key_of(name)));
            }
            keys.extend(note.headings.iter().map(|heading| key_of(heading.title())));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// What [`Vault::links_to_address`] gives of `note`.
pub fn links_to_address_in(note: &Note, address: &str) -> impl Iterator<Item = Source> {
    let wanted = fold(address).into_owned();
    let links = note.links.iter().enumerate().filter(|(_, link)| names_a_place(link));
    let links = links.map(|(index, link)| (Source::Link(index), link.target));
    let definitions = note.definitions.iter().enumerate();
    let definitions = definitions.map(|(index, definition)| (Source::Definition(index), definition.target));
    let written = links.chain(definitions).map(|(source, range)| (source, note.text.slice(range)));
    let same = written.filter(move |(_, written)| fold(written) == wanted && is_external(written));
    same.map(|(source, _)| source)
}

/// What [`Vault::tagged`] gives of `note`.
pub fn tagged_in(note: &Note, tag: &str) -> impl Iterator<Item = TextRange> {
    let is = is_tag(tag);
    note.tags.iter().copied().filter(move |range| is(tag_name(note, *range)))
}

/// What [`Vault::tagged_in_front_matter`] gives of `note`.
pub fn tagged_in_front_matter_of(note: &Note, tag: &str) -> impl Iterator<Item = TextRange> {
    let is = is_tag(tag);
    tags_of_front_matter(note).into_iter().filter(move |range| is(note.text.slice(*range)))
}

/// The places of tags in the front matter of `note`, without `#`.
pub fn tags_of_front_matter(note: &Note) -> Vec<TextRange> {
    let Some(front) = note.front_matter.as_ref().filter(|front| !front.tags.is_empty()) else {
        return Vec::new();
    };
    let start = front.range.start();
    let ranges = front_matter::tag_ranges(note.text.slice(front.range)).into_iter();
    ranges.map(|range| TextRange::new(start + range.start, start + range.end)).collect()
}

/// Whether a name is that of `tag` or of one inside it.
fn is_tag(tag: &str) -> impl Fn(&str) -> bool + use<> {
    let wanted = fold(tag).into_owned();
    let inside = format!("{wanted}/");
    move |name: &str| {
        let name = fold(name);
        name == wanted || name.starts_with(&inside)
    }
}

/// Every link and definition of `note`, by kind, then by place.
fn sources(note: &Note) -> impl Iterator<Item = Source> + use<> {
    let definitions = (0..note.definitions.len()).map(Source::Definition);
    (0..note.links.len()).map(Source::Link).chain(definitions)
}

fn is_external(raw: &str) -> bool {
    Destination::parse(raw, Syntax::Markdown) == Destination::External
}

/// Whether the link's target is a place rather than the name of a definition or footnote.
fn names_a_place(link: &Link) -> bool {
    !matches!(
        link.kind,
        LinkKind::Reference | LinkKind::ImageReference | LinkKind::BrokenReference | LinkKind::Footnote
    )
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::fixture::Fixture;
    use crate::path::NotePath;
    use expect_test::{Expect, expect};

    /// Who links to the note or file at `path`: note, line, the target as written, the place it leads to.
    fn check(fixture: &str, path: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let mut lines = String::new();
        for incoming in fixture.vault.links_into(&NotePath::new(path)) {
            let note = &incoming.from;
            let target = incoming.source.target(note);
            let line = note.text.line_of(target.start()) + 1;
            let (written, place) = (note.text.slice(target), incoming.target.place);
            lines.push_str(&format!("{}:{line} {written} -> {place:?}\n", note.path));
        }
        expected.assert_eq(&lines);
    }

    const NOTES: &str = "\
//- 网络/tcp.md
---
title: 传输控制协议
aliases: [TCP/IP]
---
# 一、三次握手
see [above](#一三次握手) and [self](tcp.md)
//- a.md
[t](网络/TCP.md#一三次握手), [t](./%E7%BD%91%E7%BB%9C/tcp) and [r] [[tcp]] [[tcp#三次握手]]
[[网络/tcp.md]] [[TCP/IP]] [[传输控制协议|x]] [[三次握手]] [[1. 三次握手]] <a href=\"网络/tcp.md\">h</a>

[r]: 网络/tcp.md \"t\"
//- b.md
`[no](网络/tcp.md)` [other](tcp.md) [dir](网络/) ![[图 1.png]] ![p](图%201.png)
//- 图 1.png
";

    #[test]
    fn every_form_of_a_link_to_a_note() {
        check(
            NOTES,
            "/网络/tcp.md",
            &expect![[r#"
            /a.md:1 网络/TCP.md#一三次握手 -> Heading(0)
            /a.md:1 ./%E7%BD%91%E7%BB%9C/tcp -> Note
            /a.md:1 r -> Note
            /a.md:1 tcp -> Note
            /a.md:1 tcp#三次握手 -> Heading(0)
            /a.md:2 网络/tcp.md -> Note
            /a.md:2 TCP/IP -> Note
            /a.md:2 传输控制协议 -> Note
            /a.md:2 三次握手 -> Heading(0)
            /a.md:2 网络/tcp.md -> Note
            /a.md:4 网络/tcp.md -> Note
            /网络/tcp.md:6 #一三次握手 -> Heading(0)
            /网络/tcp.md:6 tcp.md -> Note
        "#]],
        );
    }

    #[test]
    fn links_to_a_file_that_is_no_note() {
        check(
            NOTES,
            "/图 1.png",
            &expect![[r#"
            /b.md:1 图 1.png -> File
            /b.md:1 图%201.png -> File
        "#]],
        );
        check(NOTES, "/nothing.png", &expect![""]);
    }

    #[test]
    fn the_index_follows_edits() {
        let mut fixture =
            Fixture::parse("//- a.md\n[b](b.md) #标签/子 https://x.y <https://x.y>\n//- b.md\nb\n");
        let b = NotePath::new("/b.md");
        let count = |fixture: &Fixture| {
            let vault = &fixture.vault;
            (
                vault.links_into(&b).len(),
                vault.tagged("标签").len(),
                vault.links_to_address("https://x.y").len(),
            )
        };
        assert_eq!(count(&fixture), (1, 1, 1));
        let before = fixture.vault.clone();
        let note = crate::note::Note::read(NotePath::new("/a.md"), "x [b](b.md) [c](c.md)");
        fixture.vault.insert(note.into());
        assert_eq!(count(&fixture), (1, 0, 0));
        fixture.vault.remove(&NotePath::new("/a.md"));
        assert_eq!(count(&fixture), (0, 0, 0));
        fixture.vault = before;
        assert_eq!(count(&fixture), (1, 1, 1), "a snapshot keeps what it had");
    }

    #[test]
    fn a_tag_holds_the_tags_inside_it() {
        let fixture = Fixture::parse("#操作系统 #操作系统/Linux #操作系统2 #OS\n");
        let texts = |tag: &str| {
            let found = fixture.vault.tagged(tag);
            found.iter().map(|(note, range)| note.text.slice(*range).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts("操作系统"), ["#操作系统", "#操作系统/Linux"]);
        assert_eq!(texts("os"), ["#OS"]);
    }

    #[test]
    fn addresses_are_compared_whole() {
        let fixture = Fixture::parse(
            "<https://a.b/c> [x](https://a.b/c) [y](https://a.b/) [r]\n\n[r]: https://a.b/c\n",
        );
        let found = fixture.vault.links_to_address("https://a.b/c");
        let sources: Vec<Source> = found.iter().map(|(_, source)| *source).collect();
        assert_eq!(sources, [Source::Link(0), Source::Link(1), Source::Definition(0)]);
    }
}
