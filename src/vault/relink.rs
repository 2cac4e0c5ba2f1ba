//! Links kept alive: after notes moved or headings changed, every link is written so that it leads where it led.
//!
//! Invariant: a link that still leads to its target is left alone; one that is rewritten was tried in the vault as it
//! will be, and leads to its target, alone where that can be written. Of the ways to write it the one nearest to what was written is taken.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::edit::WorkspaceEdit;
use crate::markdown::wiki::can_name;
use crate::note::destination::{Destination, Letters, Style, Syntax, write};
use crate::note::lookup::fold;
use crate::note::{LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::{Incoming, Source};
use crate::vault::resolve::{Place, Resolution, Target};

/// So few links are written by one processor faster than given to another.
const FEW: usize = 32;

/// The present vault, the vault as it will be, and how the places of one become those of the other.
pub struct Relink<'a> {
    /// The vault now.
    pub before: &'a Vault,
    /// The vault once everything has happened, but for the links that this rewrites.
    pub after: &'a Vault,
    /// Where a place will be.
    pub place: &'a (dyn Fn(&Target) -> Target + Sync),
    /// In which note what stands at a range of a note will stand.
    pub home: &'a (dyn Fn(&NotePath, TextRange) -> NotePath + Sync),
    /// A stretch of a note that is replaced: links in it are part of what replaces it.
    pub replaced: Option<(NotePath, TextRange)>,
}

/// A link that has to go on leading where it leads now.
type Tie = (NotePath, Source);

/// Where a link leads now.
struct Led {
    /// The note it stands in.
    from: Arc<Note>,
    /// The place it means: of several the first.
    first: Target,
    /// There are several.
    ambiguous: bool,
}

impl Relink<'_> {
    /// The edits (of the texts as they are now) that keep these links and those of the notes in `whole` alive.
    pub fn edits(&self, incoming: Vec<Incoming>, whole: &[Arc<Note>]) -> WorkspaceEdit {
        self.edits_or_lost(incoming, whole).0
    }

    /// The same, and the note of a link that cannot be kept alive, if there is one.
    pub fn edits_or_lost(
        &self,
        incoming: Vec<Incoming>,
        whole: &[Arc<Note>],
    ) -> (WorkspaceEdit, Option<NotePath>) {
        let mut ties: BTreeMap<Tie, Led> = BTreeMap::new();
        for Incoming { from, source, meant, alone, .. } in incoming {
            let tie = (from.path.clone(), source);
            ties.entry(tie).or_insert(Led { from, first: meant, ambiguous: !alone });
        }
        for note in whole {
            for (source, resolution) in self.before.resolve_all(note) {
                let ambiguous = matches!(&resolution, Resolution::Found(targets) if targets.len() > 1);
                let Some(first) = first_of(resolution) else { continue };
                let led = Led { from: Arc::clone(note), first, ambiguous };
                ties.entry((note.path.clone(), source)).or_insert(led);
            }
        }
        let ties: Vec<_> = ties.into_iter().collect();
        let rewritten = ties
            .par_iter()
            .with_min_len(FEW)
            .filter_map(|((_, source), led)| Some((&led.from.path, self.rewritten(*source, led)?)));
        let mut edit = WorkspaceEdit::default();
        let mut lost = None;
        for (path, written) in rewritten.collect::<Vec<_>>() {
            match written {
                Some((range, text)) => _ = edit.edit(path, range, text),
                None => lost = lost.or_else(|| Some(path.clone())),
            }
        }
        (edit, lost)
    }

    /// What one link has to be: the range that changes, and its new text; nothing when it can be written in no way. `None`
    /// when it may stay.
    fn rewritten(&self, source: Source, led: &Led) -> Option<Option<(TextRange, String)>> {
        let Led { from, first: target, ambiguous } = led;
        let kind = match source {
            Source::Link(index) => from.links.get(index)?.kind,
            Source::Definition(_) => LinkKind::Inline,
        };
        let by_label = matches!(
            kind,
            LinkKind::Reference | LinkKind::ImageReference | LinkKind::BrokenReference | LinkKind::Footnote
        );
        let range = source.target(from);
        let is_replaced =
            |(path, replaced): &(NotePath, TextRange)| *path == from.path && replaced.overlaps(range);
        if by_label || self.replaced.as_ref().is_some_and(is_replaced) {
            return None;
        }
        let link = Link {
            before: from,
            after: self.after.note(&(self.home)(&from.path, range))?,
            source,
            kind,
            raw: from.text.slice(range),
            target: &target.path,
        };
        let expected = (self.place)(target);
        let doubt = if *ambiguous { Doubt::Allowed } else { Doubt::Excluded };
        if self.leads_to(&link, link.raw, &expected, doubt) {
            return None;
        }
        let ways = self.ways(&link, target, &expected);
        // Mostly one of the first leads there: others are not made then.
        let other_ways = LazyCell::new(|| self.other_ways(&link, target, &expected));
        let leading = |doubt| {
            let leads = |way: &&String| self.leads_to(&link, way, &expected, doubt);
            ways.iter().find(leads).or_else(|| other_ways.iter().find(leads))
        };
        let new = leading(Doubt::Excluded).or_else(|| leading(Doubt::Allowed));
        Some(new.map(|new| difference(range, link.raw, new)))
    }

    /// Whether the link would lead to `expected` if it named `raw`.
    fn leads_to(&self, link: &Link<'_>, raw: &str, expected: &Target, doubt: Doubt) -> bool {
        if link.is_wiki() && !can_name(raw) {
            return false;
        }
        let start = link.source.target(link.after).start();
        let resolution = match link.source {
            Source::Link(_) => self.after.resolve_as(link.after, link.kind, raw, start),
            Source::Definition(_) => self.after.resolve_definition_as(link.after, raw, start),
        };
        let Resolution::Found(targets) = resolution else { return false };
        let leads = match targets.as_slice() {
            [only] => only == expected,
            [first, ..] => doubt == Doubt::Allowed && first == expected,
            [] => false,
        };
        // What was a path stays one, and is not left to be found by its name alone or whatever its case: other programs
        // would not find it.
        leads && (is_exact(self.after, link.after, link.kind, raw, &expected.path) || !self.was_exact(link))
    }

    /// Whether a link names its target by its very path now.
    fn was_exact(&self, link: &Link<'_>) -> bool {
        is_exact(self.before, link.before, link.kind, link.raw, link.target)
    }

    /// The ways to write the link anew that name the note as it is named now, those nearest to what is written first.
    fn ways(&self, link: &Link<'_>, target: &Target, expected: &Target) -> Vec<String> {
        let (path, fragment) = link.parts();
        let fragments = self.fragments(link, target, expected, fragment);
        let mut ways = Vec::new();
        // `[[heading]]` names a heading without its note.
        if link.is_wiki() && fragment.is_empty() && matches!(target.place, Place::Heading(_)) {
            ways.extend(self.names_of_heading(target, expected, path));
        }
        if link.is_wiki() {
            ways.extend(self.name_of_note(target, expected, path).map(|name| format!("{name}{fragment}")));
        }
        ways.extend(fragments.iter().map(|fragment| format!("{path}{fragment}")));
        // In the note itself no path is needed.
        if expected.path == link.after.path {
            ways.extend(fragments);
        }
        ways
    }

    /// The ways to write the link anew that name the note in another way.
    fn other_ways(&self, link: &Link<'_>, target: &Target, expected: &Target) -> Vec<String> {
        let (path, fragment) = link.parts();
        let fragments = self.fragments(link, target, expected, fragment);
        let paths = if link.is_wiki() {
            self.wiki_paths(link, expected, path)
        } else {
            self.paths(link, expected, path)
        };
        let mut ways: Vec<String> = paths.iter().map(|path| format!("{path}{fragment}")).collect();
        for path in &paths {
            ways.extend(fragments.iter().map(|fragment| format!("{path}{fragment}")));
        }
        ways
    }

    /// The fragments (with `#`) for the place in its note; none when the place is the note.
    fn fragments(&self, link: &Link<'_>, target: &Target, expected: &Target, old: &str) -> Vec<String> {
        let Some(note) = self.after.note(&expected.path) else { return Vec::new() };
        let wiki = matches!(link.kind, LinkKind::Wiki | LinkKind::Embed);
        let style = link.style(old);
        match expected.place {
            Place::Heading(index) => {
                let slug = format!("#{}", write(note.slug(index), style));
                let last = old.rsplit('#').next().unwrap_or_default();
                if !wiki {
                    return vec![slug];
                }
                // The parts before the last, as in `[[note#chapter#section]]`, stay.
                let lead = &old[..old.len() - last.len()];
                let lead = if lead.is_empty() { "#" } else { lead };
                let mut names = self.names_of_heading(target, expected, last);
                let by_slug = self.heading_before(target).is_some_and(|(before, heading)| {
                    before.slug(heading) == last && !before.headings_called(last).contains(&index)
                });
                names.insert(if by_slug { 0 } else { names.len() }, note.slug(index).to_owned());
                names.iter().map(|name| format!("{lead}{name}")).collect()
            }
            Place::Anchor(index) => note.anchors.get(index).map_or_else(Vec::new, |anchor| {
                let mark = if anchor.kind == crate::note::AnchorKind::Block { "^" } else { "" };
                vec![format!("#{mark}{}", write(note.text.slice(anchor.name), style))]
            }),
            _ => Vec::new(),
        }
    }

    fn heading_before(&self, target: &Target) -> Option<(&Note, usize)> {
        let Place::Heading(index) = target.place else { return None };
        let note = self.before.note(&target.path)?;
        note.headings.get(index).map(|_| (&**note, index))
    }

    /// The text and the title of a heading, as wiki links name it, in the manner of `old` first. A name with a character
    /// that means something in a wiki link is left out.
    fn names_of_heading(&self, target: &Target, expected: &Target, old: &str) -> Vec<String> {
        let Place::Heading(index) = expected.place else { return Vec::new() };
        let Some(heading) = self.after.note(&expected.path).and_then(|note| note.headings.get(index)) else {
            return Vec::new();
        };
        let by_title = self
            .heading_before(target)
            .map(|(note, before)| &note.headings[before])
            .is_some_and(|before| fold(before.text()) != fold(old) && fold(before.title()) == fold(old));
        let (text, title) = (heading.text().to_string(), heading.title().to_string());
        let names = if by_title { [title, text] } else { [text, title] };
        names.into_iter().filter(|name| !name.contains(['#', '|', '[', ']', '^'])).collect()
    }

    /// What the front matter calls the note now, where it called it `old` before: a title or another name of it.
    fn name_of_note(&self, target: &Target, expected: &Target, old: &str) -> Option<String> {
        let of = |vault: &Vault, path: &NotePath| {
            let front = vault.note(path)?.front_matter.as_ref()?;
            let names = std::iter::once(front.title.as_deref());
            Some(
                names
                    .chain(front.aliases.iter().map(|alias| Some(&**alias)))
                    .map(|name| name.map(str::to_owned))
                    .collect::<Vec<_>>(),
            )
        };
        let (before, after) = (of(self.before, &target.path)?, of(self.after, &expected.path)?);
        let at =
            before.iter().position(|name| name.as_deref().is_some_and(|name| fold(name) == fold(old)))?;
        let name = after.get(at)?.clone()?;
        (!name.contains(['#', '|', '[', ']', '^'])).then_some(name)
    }

    /// The relative path to the target in the style of `old`, a path as written.
    fn paths(&self, link: &Link<'_>, expected: &Target, old: &str) -> Vec<String> {
        let style = link.style(link.raw);
        let written = match Destination::parse(old, link.syntax()) {
            Destination::Local(local) => local.path,
            Destination::Empty => String::new(),
            Destination::External | Destination::Opaque => return Vec::new(),
        };
        let folder = link.after.path.folder();
        let mut relative = expected.path.relative_from(&folder);
        // The folder of the note itself, by its name where it was called so.
        if relative.is_empty() {
            let name = expected.path.file_name();
            relative = if written.starts_with("..") { format!("../{name}") } else { ".".to_owned() };
        }
        if written.ends_with('/') {
            relative.push('/');
        }
        let extension = expected.path.extension();
        let old_had_it = written.is_empty()
            || NotePath::new(&format!("/{written}")).extension().eq_ignore_ascii_case(extension);
        let mut forms = Vec::new();
        if let Some(rest) = written.strip_prefix('/').and_then(|_| self.site_path(expected)) {
            forms.push(rest);
        }
        if !old_had_it && let Some(bare) = relative.strip_suffix(&format!(".{extension}")) {
            forms.push(bare.to_owned());
        }
        forms.push(relative);
        let dotted = old.starts_with("./");
        let query = old.find('?').map_or("", |at| &old[at..]);
        forms
            .iter()
            .map(|form| {
                let dot = if dotted && !form.starts_with("..") && !form.starts_with('/') { "./" } else { "" };
                format!("{dot}{}{query}", write(form, style))
            })
            .collect()
    }

    /// The path from the folder that site-absolute links begin at.
    fn site_path(&self, expected: &Target) -> Option<String> {
        let root = self.after.root_of(&expected.path)?;
        let content = root.path.join(root.config.links.content_root.as_deref()?.trim_matches('/'));
        Some(format!("/{}", expected.path.relative_to(&content)?))
    }

    /// The names by which a wiki link may call the target: its file name, with as many folders as are needed; when the
    /// old name had folders or an ending, in that manner first.
    fn wiki_paths(&self, link: &Link<'_>, expected: &Target, old: &str) -> Vec<String> {
        let path = &expected.path;
        let Some(root) = self.after.root_of(path) else { return Vec::new() };
        let whole = path.relative_to(&root.path).unwrap_or(path.as_str());
        let is_note = self.after.note(path).is_some();
        let bare = match whole.strip_suffix(&format!(".{}", path.extension())) {
            Some(bare) if is_note && !old.trim().ends_with(&format!(".{}", path.extension())) => bare,
            _ => whole,
        };
        let starts = std::iter::once(0).chain(bare.match_indices('/').map(|(slash, _)| slash + 1));
        let mut names: Vec<String> = starts.map(|start| bare[start..].to_owned()).collect();
        // Shortest first, unless the link named folders: then as many as it named first.
        names.reverse();
        let depth = old.trim_start_matches("./").matches('/').count();
        if depth > 0 && depth < names.len() {
            let named = names.remove(depth);
            names.insert(0, named);
        }
        // A note at the top has no longer name than its own.
        let relative = path.relative_from(&link.after.path.folder());
        let relative = if relative.starts_with("..") { relative } else { format!("./{relative}") };
        names.push(if bare.len() < whole.len() {
            relative[..relative.len() - (whole.len() - bare.len())].to_owned()
        } else {
            relative
        });
        names
    }
}

/// One link in both vaults.
struct Link<'a> {
    before: &'a Arc<Note>,
    after: &'a Arc<Note>,
    source: Source,
    kind: LinkKind,
    /// Its target as written now.
    raw: &'a str,
    /// The note or file that it leads to now.
    target: &'a NotePath,
}

impl Link<'_> {
    /// The path or name that is written, and the fragment with its `#`.
    fn parts(&self) -> (&str, &str) {
        self.raw.split_at(self.raw.find('#').unwrap_or(self.raw.len()))
    }

    fn is_wiki(&self) -> bool {
        matches!(self.kind, LinkKind::Wiki | LinkKind::Embed)
    }

    fn syntax(&self) -> Syntax {
        match self.kind {
            LinkKind::HtmlLink | LinkKind::HtmlImage => Syntax::Html,
            _ => Syntax::Markdown,
        }
    }

    /// How `part` of the target is written.
    fn style(&self, part: &str) -> Style {
        let letters = Letters::of(part);
        match self.kind {
            LinkKind::Wiki | LinkKind::Embed => Style::Wiki,
            LinkKind::HtmlLink | LinkKind::HtmlImage => Style::Attribute(letters),
            _ => {
                let start = self.source.target(self.before).start();
                let angled = self.before.text.as_str()[..start].ends_with('<');
                if angled { Style::Angled(letters) } else { Style::Bare(letters) }
            }
        }
    }
}

/// Whether a link may lead to other places as well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// To its target first.
    Allowed,
    /// To its target alone.
    Excluded,
}

/// Whether a link of this kind names the file at `path` by its very path, its ending left out perhaps. Links that go by
/// names do not.
fn is_exact(vault: &Vault, from: &Note, kind: LinkKind, raw: &str, path: &NotePath) -> bool {
    let syntax = match kind {
        LinkKind::Wiki | LinkKind::Embed => return false,
        LinkKind::HtmlLink | LinkKind::HtmlImage => Syntax::Html,
        _ => Syntax::Markdown,
    };
    let Destination::Local(local) = Destination::parse(raw, syntax) else { return false };
    if local.path.is_empty() {
        return from.path == *path;
    }
    vault.local_path(from, &local.path).is_some_and(|named| {
        let ending = path.as_str().strip_prefix(named.as_str());
        ending.is_some_and(|ending| ending.is_empty() || ending.strip_prefix('.') == Some(path.extension()))
    })
}

fn first_of(resolution: Resolution) -> Option<Target> {
    match resolution {
        Resolution::Found(targets) => targets.into_iter().next(),
        _ => None,
    }
}

/// The edit that makes `new` of `old`, which stands at `range`: only the characters that differ.
pub fn difference(range: TextRange, old: &str, new: &str) -> (TextRange, String) {
    let start: usize =
        old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let changed = TextRange::new(range.start() + start, range.start() + old.len() - end);
    (changed, new_rest[..new_rest.len() - end].to_owned())
}
