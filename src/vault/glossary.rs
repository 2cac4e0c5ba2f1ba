//! Every name that the notes give a meaning to, and where it is spoken of.
//!
//! Invariant: after [`Glossary::update`] it equals the glossary of that vault made from nothing; a clone costs the same
//! of few names and of many, and only names that came, went or moved between notes have them packed anew. Names are
//! folded ([`crate::fold`]): case, width and traditional forms make no difference. Places are not kept here: a definition
//! is the n-th of its note.

mod packed;
mod recent;
mod starts;

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::fold::folded;
use crate::fuzzy::{Fit, Pattern as Typed};
use crate::note::Note;
use crate::note::lineage::Reading;
use crate::note::terms::names::is_generic;
use crate::note::terms::{Definition, Pattern};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::aliases::Aliases;
use crate::vault::glossary::packed::{Given, Packed, Worth};
use crate::vault::glossary::recent::Recent;
use crate::vault::imprints::Imprints;
use crate::vault::mentions::Mention;
use crate::vault::resolve::{Place, Target};

/// The names of so few notes are found faster by one processor than given to another.
const FEW: usize = 32;

/// A name by its place in the order of all.
pub type NameId = u32;

/// All names with where they are defined.
#[derive(Clone, Default)]
pub struct Glossary {
    /// The notes as they were when the glossary was brought up to date.
    vault: Vault,
    /// The names that the settings say are one.
    aliases: Arc<Aliases>,
    names: Arc<Packed>,
    /// How often names came or went.
    revision: u64,
    /// The mentions of the notes that were looked at last, shared by all who look at this glossary.
    mentions: Arc<Recent>,
    /// Which notes may hold a name, shared by all glossaries that came of each other.
    imprints: Arc<Imprints>,
}

/// What mentions belong to: a note as it was read, and a revision of the names.
pub type MentionsKey = (NotePath, Reading, u64);

/// A definition in its note.
#[derive(Clone, Copy, Debug)]
pub struct Defined<'a> {
    /// The note.
    pub note: &'a Arc<Note>,
    /// The definition.
    pub definition: &'a Definition,
}

impl Glossary {
    /// The glossary of a vault.
    pub fn of(vault: &Vault) -> Self {
        let mut glossary = Self::default();
        glossary.update(vault);
        glossary
    }

    /// Brings the glossary up to date, at the cost of the notes that changed, and of all names when some came, went or are
    /// defined elsewhere now. Returns whether any did.
    pub fn update(&mut self, vault: &Vault) -> bool {
        let before = std::mem::replace(&mut self.vault, vault.clone());
        let known = Arc::clone(&self.aliases);
        let mut paths: Vec<NotePath> = if known.are_those_of(vault) {
            vault.changed_since(&before).cloned().collect()
        } else {
            self.aliases = Arc::new(Aliases::of(vault));
            before.notes().chain(vault.notes()).map(|note| note.path.clone()).collect()
        };
        paths.sort_unstable();
        paths.dedup();
        // What was found in a note that changed is of no use to anybody.
        paths.iter().for_each(|path| self.mentions.forget(path));
        // What many new notes define is found on all processors.
        let given_now = |path: &NotePath| {
            let was = before.note(path).map(|note| given(note, &known)).unwrap_or_default();
            let is = vault.note(path).map(|note| given(note, &self.aliases)).unwrap_or_default();
            (was != is).then(|| (path.clone(), is))
        };
        let changed: Vec<(NotePath, Given)> =
            paths.par_iter().with_min_len(FEW).filter_map(given_now).collect();
        if changed.is_empty() {
            return false;
        }
        self.names = Arc::new(self.names.after(&changed));
        self.revision += 1;
        true
    }

    /// The same names in a glossary that goes its own way: for a vault that is only tried.
    pub fn apart(&self) -> Self {
        Self { mentions: Arc::default(), ..self.clone() }
    }

    /// The mentions that were found for this key, if that was not long ago.
    pub fn remembered(&self, key: &MentionsKey) -> Option<Arc<[Mention]>> {
        self.mentions.get(key)
    }

    /// Remembers the mentions of a note.
    pub fn remember(&self, key: MentionsKey, mentions: Arc<[Mention]>) {
        self.mentions.insert(key, mentions);
    }

    /// Which notes may hold a name. Of a vault that is only tried it costs as much as the notes are that differ.
    pub fn imprints(&self) -> &Imprints {
        &self.imprints
    }

    /// A number that changes when names come or go or are defined elsewhere.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.names.len() == 0
    }

    /// The id of a name, however it is written.
    pub fn id(&self, name: &str) -> Option<NameId> {
        self.names.id(&folded(name))
    }

    /// The folded form of a name.
    pub fn folded(&self, id: NameId) -> &str {
        self.names.name(id)
    }

    /// Whether a name is a short or common word, which counts only where it is defined.
    pub fn is_guarded(&self, id: NameId) -> bool {
        self.names.is_guarded(id)
    }

    /// Every name, in the order of its folded form.
    pub fn ids(&self) -> impl Iterator<Item = NameId> + use<> {
        (0..).take(self.names.len())
    }

    /// The names whose folded form begins with `start`, in their order; costs as much as they are many.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = NameId> + 'a {
        self.names.beginning_with(start)
    }

    /// The names that fit a pattern and are defined elsewhere than in a heading, the best first, at most so many.
    pub fn fitting(&self, pattern: &Typed, most: usize) -> Vec<NameId> {
        self.names.fitting(pattern, most)
    }

    /// The names that begin as was typed by their pinyin, in their order.
    pub fn read_so(&self, pattern: &Typed) -> Vec<(NameId, Fit)> {
        self.names.read_so(pattern)
    }

    /// The places where names stand in a folded text: start and end in bytes, the longest name at each place.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, NameId)> + 'a {
        self.names.matches(text)
    }

    /// Where a name is defined, the best first, as for [`Self::places`]; of a paragraph that defines it in two ways the
    /// better one.
    pub fn definitions<'v>(
        &self,
        vault: &'v Vault,
        id: NameId,
        path: &NotePath,
        section: Option<usize>,
    ) -> Vec<Defined<'v>> {
        let mut found = self.places(vault, id, path, section);
        let mut seen: HashSet<(&NotePath, usize)> = HashSet::new();
        found.retain(|Defined { note, definition }| {
            seen.insert((&note.path, note.text.line_of(definition.range.start())))
        });
        found
    }

    /// All names of what is defined: those that the definition gives, and those that the settings say are the same.
    pub fn names<'a>(&'a self, defined: &Defined<'a>) -> Vec<&'a str> {
        let path = &defined.note.path;
        let mut names: Vec<&str> = names_of(defined.definition).collect();
        names.extend(names_of(defined.definition).flat_map(|name| self.aliases.beside(path, name)));
        let mut seen: HashSet<String> = HashSet::new();
        names.retain(|name| seen.insert(folded(name)));
        names
    }

    /// What the settings say a name is also called in the note at `path`.
    pub fn also_called(&self, path: &NotePath, name: &str) -> impl Iterator<Item = &str> {
        self.aliases.beside(path, name)
    }

    /// All names of what a name stands for, itself among them: its other spellings, and what its best definition gives
    /// beside it.
    pub fn synonyms(
        &self,
        vault: &Vault,
        id: NameId,
        path: &NotePath,
        section: Option<usize>,
    ) -> Vec<NameId> {
        let places = self.places(vault, id, path, section);
        let mut ids: Vec<NameId> = places
            .first()
            .into_iter()
            .flat_map(|best| all_spellings(best.note, best.definition, &self.aliases))
            .filter_map(|spelling| self.names.id(&spelling))
            .chain([id])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Every place where a name is defined, the best first for a reader of the note at `path` in its section `section`:
    /// the surer pattern, then a heading that is the name, then the same note, the same chapter, the earliest.
    pub fn places<'v>(
        &self,
        vault: &'v Vault,
        id: NameId,
        path: &NotePath,
        section: Option<usize>,
    ) -> Vec<Defined<'v>> {
        let mut found: Vec<Defined<'v>> = self.defined(vault, id).collect();
        found.sort_by_cached_key(|defined| self.rank(defined, id, path, section));
        found
    }

    /// The first of [`Self::places`] for a reader of no note. Of a name that very many notes define few are looked at.
    pub fn best_place<'v>(&self, vault: &'v Vault, id: NameId) -> Option<Defined<'v>> {
        let (name, nowhere) = (self.names.name(id), NotePath::new(""));
        self.names.best_definers(id).find_map(|(of, definitions)| {
            let found = definitions.filter_map(|index| self.defined_by(vault, name, of, index));
            found.min_by_key(|defined| self.rank(defined, id, &nowhere, None))
        })
    }

    /// Every place where a name is defined, in no order.
    fn defined<'v>(&self, vault: &'v Vault, id: NameId) -> impl Iterator<Item = Defined<'v>> {
        let name = self.names.name(id);
        self.names.definers(id).filter_map(move |(of, index)| self.defined_by(vault, name, of, index))
    }

    /// The definition of this index in a note, if it defines a name.
    fn defined_by<'v>(
        &self,
        vault: &'v Vault,
        name: &str,
        of: &NotePath,
        index: usize,
    ) -> Option<Defined<'v>> {
        let note = vault.note(of)?;
        let definition = note.terms().get(index)?;
        // The note may have been edited since: the n-th definition must still be one of this name.
        let mut given = all_spellings(note, definition, &self.aliases);
        given.any(|spelling| spelling == name).then_some(Defined { note, definition })
    }

    /// What the best place of a name is the least by; see [`Self::places`].
    fn rank<'v>(
        &self,
        defined: &Defined<'v>,
        id: NameId,
        path: &NotePath,
        section: Option<usize>,
    ) -> impl Ord + use<'v> {
        let Defined { note, definition } = *defined;
        let own = folded(&definition.name) == self.names.name(id);
        let here = note.path == *path;
        let chapter = here
            && section
                .zip(definition.section)
                .is_some_and(|(here, of)| note.topmost(here) == note.topmost(of as usize));
        let is_heading = matches!(definition.pattern, Pattern::Question | Pattern::Topic);
        (!own, definition.pattern, !is_heading, !here, !chapter, &note.path, definition.name_range.start)
    }
}

impl<'a> Defined<'a> {
    /// All names that the definition gives.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        names_of(self.definition)
    }

    /// What a link to it names: the heading that it is or stands under, else its note.
    pub fn target(&self) -> Target {
        let section = self.definition.section.map(|section| section as usize);
        let place = self.heading().or(section).map_or(Place::Note, Place::Heading);
        Target { path: self.note.path.clone(), place }
    }

    /// The heading that the definition is, if it is one: an index into `Note::headings`.
    pub fn heading(&self) -> Option<usize> {
        let name = self.definition.name_range;
        let at = self.note.headings.partition_point(|heading| heading.range.end < name.end);
        self.note.headings.get(at).filter(|heading| heading.range.contains_range(name)).map(|_| at)
    }

    /// All that an editor shows of it: the section of a heading, or the name with the text that defines it.
    pub fn whole(&self) -> TextRange {
        match self.heading().and_then(|heading| self.note.sections.get(heading)) {
            Some(section) => section.range,
            None => {
                let (name, range) = (self.definition.name_range, self.definition.range);
                TextRange { start: name.start.min(range.start), end: name.end.max(range.end) }
            }
        }
    }
}

/// All names that a definition gives.
pub fn names_of(definition: &Definition) -> impl Iterator<Item = &str> {
    std::iter::once(&*definition.name).chain(definition.aliases.iter().map(|alias| &**alias))
}

/// A folded name in the ways it is written: `api server` as `api-server` and `apiserver` too.
pub fn spellings(folded: &str) -> Vec<String> {
    /// Shorter ones put together would be words of their own.
    const LEAST_TOGETHER: usize = 8;
    let mut spellings = vec![folded.to_owned()];
    let parts: Vec<&str> = folded.split([' ', '-']).filter(|part| !part.is_empty()).collect();
    if folded.is_ascii() && parts.len() > 1 {
        spellings.extend([parts.join(" "), parts.join("-")]);
        if folded.len() >= LEAST_TOGETHER {
            spellings.push(parts.concat());
        }
        spellings.sort_unstable();
        spellings.dedup();
    }
    spellings
}

/// Every name that a definition gives, with what the settings say is the same, in all spellings.
fn all_spellings<'a>(
    note: &Note,
    definition: &'a Definition,
    aliases: &'a Aliases,
) -> impl Iterator<Item = String> + use<'a> {
    let path = note.path.clone();
    let names =
        names_of(definition).flat_map(move |name| std::iter::once(name).chain(aliases.beside(&path, name)));
    names.flat_map(|name| spellings(&folded(name)))
}

/// The names that a note gives.
fn given(note: &Note, aliases: &Aliases) -> Given {
    let mut given = Given::default();
    for (definition, index) in note.terms().iter().zip(0..) {
        let own = folded(&definition.name);
        for name in all_spellings(note, definition, aliases) {
            if name.chars().nth(1).is_some() && !is_generic(&name) {
                given.add(&name, index, Worth::new(name == own, definition.pattern));
            }
        }
    }
    given.shrunk()
}

#[cfg(test)]
mod tests {
    use super::{Defined, Glossary};
    use crate::fixture::Fixture;
    use crate::path::NotePath;

    fn names(glossary: &Glossary) -> Vec<String> {
        glossary.ids().map(|id| glossary.folded(id).to_owned()).collect()
    }

    #[test]
    fn the_best_place_is_the_first_of_all() {
        let ways = [
            "**heap** is a tree.",
            "小堆（heap）是一种树。",
            "## 什么是heap？\n\n一种树。",
            "## heap\n\n一种树。",
            "> [!definition] heap\n> 一种树。",
            "大树（heap）是一种图。\n\n小堆（heap）是一种树。",
            "heap 是一种树。",
        ];
        // Each alone, and any two of them in either order of their notes.
        for (one, two) in ways.iter().flat_map(|one| ways.iter().map(move |two| (one, two))) {
            let text = format!("//- a.md\n# 一\n\n{one}\n//- b.md\n# 二\n\n{two}\n\n{one}\n");
            let fixture = Fixture::parse(&text);
            let glossary = Glossary::of(&fixture.vault);
            let place = |defined: &Defined<'_>| (defined.note.path.clone(), defined.definition.clone());
            assert!(glossary.id("heap").is_some(), "{text}");
            for id in glossary.ids() {
                let all = glossary.places(&fixture.vault, id, &NotePath::new(""), None);
                let best = glossary.best_place(&fixture.vault, id);
                assert_eq!(
                    best.as_ref().map(place),
                    all.first().map(place),
                    "{} in {text}",
                    glossary.folded(id)
                );
            }
            // A definition that is no longer there is passed over.
            let mut vault = fixture.vault.clone();
            vault.remove(&fixture.first().path);
            let id = glossary.id("heap").unwrap();
            let best = glossary.best_place(&vault, id);
            let all = glossary.places(&vault, id, &NotePath::new(""), None);
            assert_eq!(best.as_ref().map(place), all.first().map(place), "{text}");
        }
    }

    #[test]
    fn names_in_all_their_forms() {
        let fixture = Fixture::parse(
            "//- a.md\n訊號量（semaphore）是一個計數器。\n\n## 什麼是ＧＭＰ？\n//- b.md\n# GMP 模型\n\n調度。\n",
        );
        let glossary = Glossary::of(&fixture.vault);
        assert_eq!(names(&glossary), ["gmp", "gmp 模型", "semaphore", "讯号量"]);
        assert_eq!(glossary.id("Semaphore"), glossary.id(" ｓｅｍａｐｈｏｒｅ "));
    }

    #[test]
    fn what_is_edited_is_what_changes() {
        let mut fixture =
            Fixture::parse("//- a.md\n消息队列是一种通信方式。\n//- b.md\n管道是一种通信方式。\n");
        let mut glossary = Glossary::of(&fixture.vault);
        let revision = glossary.revision();
        assert!(!glossary.update(&fixture.vault));
        let edited = Fixture::parse(
            "//- a.md\n\n\n消息队列是一种通信的方式，\n//- c.md\n管道是一个文件。\n信号是一种通信方式。\n",
        );
        fixture.vault.insert(edited.note("a.md").clone());
        assert!(!glossary.update(&fixture.vault), "the same names in the same order");
        assert_eq!(glossary.revision(), revision);
        fixture.vault.remove(&NotePath::new("/b.md"));
        fixture.vault.insert(edited.note("c.md").clone());
        assert!(glossary.update(&fixture.vault));
        let fresh = Glossary::of(&fixture.vault);
        assert_eq!(names(&glossary), names(&fresh));
        let found: Vec<_> = glossary.matches("消息队列与管道").map(|(start, end, _)| (start, end)).collect();
        assert_eq!(found, [(0, 12), (15, 21)]);
        let id = glossary.id("管道").unwrap();
        let of = glossary.definitions(&fixture.vault, id, &NotePath::new("/a.md"), None);
        assert_eq!(of.iter().map(|defined| defined.note.path.as_str()).collect::<Vec<_>>(), ["/c.md"]);
    }

    #[test]
    fn the_settings_name_what_the_notes_do_not() {
        let config = |aliases: &str| {
            let mut layer = crate::config::Layer::default();
            layer.set(
                "terms.aliases",
                crate::config::Value::List(vec![crate::config::Value::Text(aliases.into())]),
            );
            crate::config::Config::of(&[&layer])
        };
        let notes = "//- a.md\n# 云\n\nkubernetes是一个系统。\n//- b.md\n用 K8s 的人，ＫＣ 不是。\n";
        let fixture = Fixture::with_config(notes, config("k8s = kubernetes = KC"));
        let mut glossary = Glossary::of(&fixture.vault);
        assert_eq!(names(&glossary), ["k8s", "kc", "kubernetes"]);
        let (id, path) = (glossary.id("K8S").unwrap(), NotePath::new("/b.md"));
        let places = glossary.places(&fixture.vault, id, &path, None);
        assert_eq!(glossary.names(&places[0]), ["kubernetes", "k8s", "KC"]);
        assert_eq!(glossary.synonyms(&fixture.vault, id, &path, None).len(), 3);
        // A short name that the settings give counts everywhere.
        assert_eq!(fixture.vault.mentions(&glossary, fixture.note("b.md")).len(), 2);
        // The same notes with other settings.
        let mut other = fixture.vault.clone();
        let mut root = other.roots()[0].clone();
        root.config = std::sync::Arc::new(config("k3s = kubernetes"));
        other.set_roots(vec![root]);
        assert!(glossary.update(&other));
        assert_eq!(names(&glossary), names(&Glossary::of(&other)));
        assert_eq!(names(&glossary), ["k3s", "kubernetes"]);
    }
}
