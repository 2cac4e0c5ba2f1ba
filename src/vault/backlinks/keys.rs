//! By which keys a note is found from what it links to: hashes of the names that its links, definitions and tags name.
//!
//! Invariant: a note has the key of everything that a link of it may lead to; of more it may seem to have it.

use crate::note::destination::{Destination, Syntax};
use crate::note::lineage::Indices;
use crate::note::read::again::Stretch;
use crate::note::{Link, LinkDefinition, LinkKind, Note, numbering};
use crate::text::TextRange;
use crate::vault::backlinks::{Source, sources};
use crate::vault::names::key_of;

/// The keys of everything that links and tags of `note` name outside the note. Sorted, without repeats.
pub fn link_keys(note: &Note) -> Vec<u64> {
    let mut keys = Vec::with_capacity(note.links.len());
    sources(note).for_each(|source| source_keys(note, source, &mut keys));
    note.tag_names().for_each(|name| tag_keys(name, &mut keys));
    sorted(keys)
}

/// How these keys changed from one reading of a note to another: those that went, and some that are there, all new ones among
/// them. Both sorted, without repeats. Of links and tags outside of what was read again no more is told than whether they have
/// a key that went there.
pub fn keys_replaced(old: &Note, new: &Note) -> (Vec<u64>, Vec<u64>) {
    let Some(changed) = new.since(old) else { return (link_keys(old), link_keys(new)) };
    let [links, defined, tagged] = changed_facts(old, new, &changed);
    let within = |note: &Note, links: Indices, defined: Indices, tagged: Indices| {
        let mut keys = Vec::new();
        let sources = links.map(Source::Link).chain(defined.map(Source::Definition));
        sources.for_each(|source| source_keys(note, source, &mut keys));
        note.tags[tagged].iter().for_each(|tag| tag_keys(tag_name(note, *tag), &mut keys));
        sorted(keys)
    };
    let come = within(new, links.1.clone(), defined.1.clone(), tagged.1.clone());
    let mut gone = within(old, links.0, defined.0, tagged.0);
    gone.retain(|key| come.binary_search(key).is_err());
    let outside = |within: Indices, count: usize| (0..within.start).chain(within.end..count);
    let links = outside(links.1, new.links.len()).map(Source::Link);
    let defined = outside(defined.1, new.definitions.len()).map(Source::Definition);
    let in_front = new.front_matter.iter().flat_map(|front| front.tags.iter()).map(|tag| &**tag);
    let in_prose = outside(tagged.1, new.tags.len()).map(|index| tag_name(new, new.tags[index]));
    let (mut sources, mut tags, mut keys) = (links.chain(defined), in_front.chain(in_prose), Vec::new());
    while !gone.is_empty() {
        keys.clear();
        if let Some(source) = sources.next() {
            source_keys(new, source, &mut keys);
        } else if let Some(tag) = tags.next() {
            tag_keys(tag, &mut keys);
        } else {
            break;
        }
        gone.retain(|key| !keys.contains(key));
    }
    (gone, come)
}

/// The links, the definitions and the tags of two readings of a note that lie in what changed.
fn changed_facts(old: &Note, new: &Note, changed: &Stretch) -> [(Indices, Indices); 3] {
    [
        changed.of(&old.links, &new.links, |link| link.range.start()),
        changed.of(&old.definitions, &new.definitions, |definition| definition.range.start()),
        changed.of(&old.tags, &new.tags, |tag| tag.start()),
    ]
}

fn sorted(mut keys: Vec<u64>) -> Vec<u64> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A tag in prose without `#`.
pub(super) fn tag_name(note: &Note, tag: TextRange) -> &str {
    note.text.slice(tag).trim_start_matches('#')
}

/// Adds the keys of a tag and of those that it stands inside of.
fn tag_keys(name: &str, keys: &mut Vec<u64>) {
    let ends = name.match_indices('/').map(|(slash, _)| slash).chain([name.len()]);
    keys.extend(ends.map(|end| key_of(&format!("#{}", &name[..end]))));
}

/// How a link or definition names what is outside its note.
enum Naming {
    Path(Syntax),
    Wiki,
    Address,
    /// A reference names a definition only.
    Nothing,
}

fn naming(note: &Note, source: Source) -> Naming {
    let kind = match source {
        Source::Link(index) => note.links.get(index).map(|link| link.kind),
        Source::Definition(_) => Some(LinkKind::Inline),
    };
    match kind {
        Some(LinkKind::Inline | LinkKind::Image) => Naming::Path(Syntax::Markdown),
        Some(LinkKind::HtmlLink | LinkKind::HtmlImage) => Naming::Path(Syntax::Html),
        Some(LinkKind::Wiki | LinkKind::Embed) => Naming::Wiki,
        Some(LinkKind::Autolink) => Naming::Address,
        Some(
            LinkKind::Reference | LinkKind::ImageReference | LinkKind::BrokenReference | LinkKind::Footnote,
        )
        | None => Naming::Nothing,
    }
}

/// Adds the keys of what a link or definition itself names outside its note.
fn source_keys(note: &Note, source: Source, keys: &mut Vec<u64>) {
    let raw = note.text.slice(source.target(note));
    match naming(note, source) {
        Naming::Path(syntax) => match Destination::path(raw, syntax) {
            Some(path) => keys.extend(last_name(&path).map(key_of)),
            None if Destination::parse(raw, syntax) == Destination::External => {
                keys.push(key_of(&address_name(raw)));
            }
            None => {}
        },
        Naming::Wiki => keys.extend(wiki_names(raw).map(key_of)),
        Naming::Address => keys.push(key_of(&address_name(raw))),
        Naming::Nothing => {}
    }
}

/// Whether a link or definition, or the definition that a reference names, names a note or file by one of `keys`, which are
/// sorted. Asked of all links of a thousand notes.
pub(super) fn names_one_of(note: &Note, source: Source, keys: &[u64]) -> bool {
    let by_name = match source {
        Source::Link(index) => note
            .links
            .get(index)
            .filter(|link| matches!(link.kind, LinkKind::Reference | LinkKind::ImageReference)),
        Source::Definition(_) => None,
    };
    let named = match by_name.map(|link| note.definition(note.text.slice(link.target))) {
        Some(Some(definition)) => Source::Definition(definition),
        Some(None) => return false,
        None => source,
    };
    let raw = note.text.slice(named.target(note));
    let is_one = |name: &str| keys.binary_search(&key_of(name)).is_ok();
    match naming(note, named) {
        Naming::Path(syntax) => {
            Destination::path(raw, syntax).is_some_and(|path| last_name(&path).is_some_and(is_one))
        }
        Naming::Wiki => wiki_names(raw).any(is_one),
        Naming::Address | Naming::Nothing => false,
    }
}

/// Whether links and tags of both texts of a note name the same; `false` when that is not plain to see.
pub fn same_links(old: &Note, new: &Note) -> bool {
    fn targets<'a>(note: &'a Note, links: &'a [Link]) -> impl Iterator<Item = (LinkKind, &'a str)> {
        links.iter().map(|link| (link.kind, note.text.slice(link.target)))
    }
    fn definitions<'a>(note: &'a Note, some: &'a [LinkDefinition]) -> impl Iterator<Item = &'a str> {
        some.iter().map(|definition| note.text.slice(definition.target))
    }
    fn in_prose<'a>(note: &'a Note, some: &'a [TextRange]) -> impl Iterator<Item = &'a str> {
        some.iter().map(|range| note.text.slice(*range))
    }
    fn tags(note: &Note) -> Option<&[Box<str>]> {
        note.front_matter.as_ref().map(|front| &*front.tags)
    }
    let all = Stretch { old: 0..usize::MAX, new: 0..usize::MAX };
    let changed = new.since(old).unwrap_or(all);
    let [links, defined, tagged] = changed_facts(old, new, &changed);
    targets(old, &old.links[links.0]).eq(targets(new, &new.links[links.1]))
        && definitions(old, &old.definitions[defined.0]).eq(definitions(new, &new.definitions[defined.1]))
        && in_prose(old, &old.tags[tagged.0]).eq(in_prose(new, &new.tags[tagged.1]))
        && tags(old).unwrap_or_default() == tags(new).unwrap_or_default()
}

/// The name of what a path leads to: `tcp` of `../网络/tcp.md`.
fn last_name(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let last = memchr::memrchr(b'/', path.as_bytes()).map_or(path, |slash| &path[slash + 1..]);
    (!matches!(last, "" | "." | "..")).then(|| without_ending(last))
}

/// A wiki link names a note by its path, title or alias, or a heading, with or without its number.
fn wiki_names(raw: &str) -> impl Iterator<Item = &str> {
    let name = memchr::memchr(b'#', raw.as_bytes()).map_or(raw, |hash| &raw[..hash]).trim();
    let last = memchr::memrchr(b'/', name.as_bytes()).map(|slash| &name[slash + 1..]);
    let unnumbered = numbering::prefix(name).and_then(|prefix| name.get(prefix.len..));
    let names = [Some(without_ending(name)), last.map(without_ending), unnumbered];
    names.into_iter().filter(move |_| !name.is_empty()).flatten()
}

/// `tcp` of `tcp.md`. Other endings are part of the name: `x.png`, and `v1.2` of a link without ending.
fn without_ending(name: &str) -> &str {
    // The longest of the endings, with its dot.
    let start = name.len().saturating_sub(".markdown".len());
    let Some(dot) = memchr::memrchr(b'.', &name.as_bytes()[start..]).map(|dot| start + dot) else {
        return name;
    };
    let ending = &name[dot + 1..];
    let is_known = ["md", "markdown", "mdown", "mkd"].iter().any(|known| known.eq_ignore_ascii_case(ending));
    if is_known && dot > 0 { &name[..dot] } else { name }
}

/// An address as a name in the index: apart from the names of notes.
pub(super) fn address_name(address: &str) -> String {
    format!("\u{0}{}", address.trim())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::link_keys;
    use crate::note::Note;
    use crate::path::NotePath;
    use crate::vault::Vault;

    const LINES: [&str; 10] = [
        "[a](a.md) [b](x/b.md)\n\n",
        "[[a]] [[x/b|c]]\n\n",
        "## [[a]]\n\n",
        "## 一\n\n",
        "[r]: a.md\n\n",
        "[r] [[b#一]] ![p](p.png)\n\n",
        "#标签/子 #标签\n\n",
        "#标签/别的 <https://x.y>\n\n",
        "[x](https://x.y) [b](b.md)\n\n",
        "文\n\n",
    ];

    proptest! {
        #[test]
        fn keys_follow_what_is_read_again(
            front in prop::bool::ANY,
            lines in prop::collection::vec(0..LINES.len(), 0..12),
            steps in prop::collection::vec((0..12_usize, 0..3_usize, 0..LINES.len()), 1..12),
        ) {
            let path = NotePath::new("/note.md");
            let keys = link_keys(&Note::read(path.clone(), LINES.concat()));
            let front = if front { "---\ntags: [标签]\n---\n" } else { "" };
            let text = |lines: &[usize]| front.to_owned() + &lines.iter().map(|line| LINES[*line]).collect::<String>();
            let mut lines = lines;
            let mut note = Arc::new(Note::read(path.clone(), text(&lines)));
            let mut vault = Vault::default();
            vault.insert(Arc::clone(&note));
            for (at, gone, line) in steps {
                let at = at.min(lines.len());
                lines.splice(at..(at + gone).min(lines.len()), [line]);
                note = Arc::new(note.read_again(text(&lines)).note);
                vault.insert(Arc::clone(&note));
                let mut anew = Vault::default();
                anew.insert(Arc::new(Note::read(path.clone(), text(&lines))));
                for key in &keys {
                    prop_assert_eq!(vault.links.count(*key), anew.links.count(*key));
                }
            }
        }
    }
}
