//! Every name that the notes give a meaning to, and where it is spoken of.
//!
//! Invariant: after [`Glossary::update`] it equals the glossary of that vault made from nothing; the automaton over all
//! names is made anew only when a name came or went. Names are folded ([`crate::fold`]): case, width and
//! traditional forms make no difference. Places are not kept here: a definition is the n-th of its note.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use dashmap::DashMap;
use rayon::prelude::*;

use crate::fold::folded;
use crate::fuzzy::{Fit, Pattern as Typed, Shape};
use crate::note::Note;
use crate::note::terms::names::is_generic;
use crate::note::terms::{Definition, Pattern};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::aliases::Aliases;
use crate::vault::mentions::Mention;
use crate::vault::resolve::{Place, Target};

/// The names of so few notes are found faster by one processor than given to another.
const FEW: usize = 32;

/// So few names are read faster by one processor.
const MANY_NAMES: usize = 4_000;

/// A name by its place in the glossary.
pub type NameId = u32;

/// All names with where they are defined.
#[derive(Clone, Default)]
pub struct Glossary {
    /// The notes as they were when the glossary was brought up to date.
    vault: Vault,
    /// The names that the definitions of each note give, in their order; notes without any are not here.
    given: BTreeMap<NotePath, Arc<[Given]>>,
    /// The names that the settings say are one.
    aliases: Arc<Aliases>,
    /// The names by their folded form.
    ids: HashMap<Arc<str>, NameId>,
    /// By id; a name that went leaves a hole until the names are numbered anew.
    names: Vec<Name>,
    /// Finds the longest name at each place; its patterns are `ids_of_patterns`.
    automaton: Option<Arc<Automaton>>,
    /// How often names came or went.
    revision: u64,
    /// The mentions of notes under a revision, shared by all who look at this glossary.
    mentions: Arc<DashMap<NotePath, Remembered>>,
}

/// What mentions belong to: a note as it was read, and a revision of the names.
pub type MentionsKey = (Arc<Note>, u64);

struct Remembered {
    key: MentionsKey,
    mentions: Arc<[Mention]>,
}

/// A name and where it is defined.
#[derive(Clone, Debug)]
struct Name {
    folded: Arc<str>,
    shape: Shape,
    /// Where it is defined.
    defined: Vec<DefinedAt>,
}

/// A definition of a name, by place.
#[derive(Clone, Debug)]
struct DefinedAt {
    path: NotePath,
    /// Its index among those of the note.
    definition: u32,
    /// It is no heading.
    in_prose: bool,
}

/// A name that a definition of a note gives.
#[derive(PartialEq, Eq)]
struct Given {
    folded: Box<str>,
    definition: u32,
    in_prose: bool,
}

struct Automaton {
    matcher: AhoCorasick,
    ids: Vec<NameId>,
}

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

    /// Brings the glossary up to date, at the cost of the notes that changed. Returns whether names came or went, or are
    /// defined elsewhere now.
    pub fn update(&mut self, vault: &Vault) -> bool {
        let before = std::mem::replace(&mut self.vault, vault.clone());
        let mut changed = Changed::default();
        let paths: Vec<NotePath> = if self.aliases.are_those_of(vault) {
            vault.changed_since(&before).cloned().collect()
        } else {
            self.aliases = Arc::new(Aliases::of(vault));
            let known: Vec<NotePath> = self.given.keys().cloned().collect();
            known.iter().for_each(|path| self.remove(path, &mut changed));
            vault.notes().map(|note| note.path.clone()).collect()
        };
        // What many new notes define is found on all processors, what a few do as they are taken in.
        paths
            .par_iter()
            .with_min_len(FEW)
            .for_each(|path| _ = vault.note(path).map(|note| note.terms().len()));
        for path in paths {
            // What was found in a note that changed is of no use to anybody.
            self.mentions.remove(&path);
            let given: Arc<[Given]> =
                vault.note(&path).map_or_else(Vec::new, |note| given(note, &self.aliases)).into();
            if self.given.get(&path).map_or(&[][..], |known| known) != &*given {
                self.remove(&path, &mut changed);
                self.insert(&path, given, &mut changed);
            }
        }
        if changed.names || (self.automaton.is_none() && !self.ids.is_empty()) {
            self.number();
        }
        self.revision += u64::from(changed.any);
        changed.any
    }

    fn insert(&mut self, path: &NotePath, given: Arc<[Given]>, changed: &mut Changed) {
        for name in &*given {
            changed.any = true;
            let id = match self.ids.get(&*name.folded) {
                Some(id) => *id,
                None => {
                    changed.names = true;
                    let folded: Arc<str> = name.folded.clone().into();
                    let id = NameId::try_from(self.names.len()).unwrap_or(NameId::MAX);
                    let shape = Shape::of(&folded);
                    self.names.push(Name { folded: Arc::clone(&folded), shape, defined: Vec::new() });
                    self.ids.insert(folded, id);
                    id
                }
            };
            self.names[id as usize].defined.push(DefinedAt {
                path: path.clone(),
                definition: name.definition,
                in_prose: name.in_prose,
            });
        }
        if !given.is_empty() {
            self.given.insert(path.clone(), given);
        }
    }

    fn remove(&mut self, path: &NotePath, changed: &mut Changed) {
        let Some(given) = self.given.remove(path) else { return };
        for name in &*given {
            changed.any = true;
            let Some(id) = self.ids.get(&*name.folded).copied() else { continue };
            let known = &mut self.names[id as usize];
            known.defined.retain(|place| place.path != *path);
            if known.defined.is_empty() {
                changed.names = true;
                self.ids.remove(&*name.folded);
            }
        }
    }

    /// Numbers the names anew and makes the automaton that finds them.
    fn number(&mut self) {
        let mut names: Vec<Name> =
            std::mem::take(&mut self.names).into_iter().filter(|name| !name.defined.is_empty()).collect();
        names.sort_by(|a, b| a.folded.cmp(&b.folded));
        self.ids = names.iter().zip(0..).map(|(name, id)| (Arc::clone(&name.folded), id)).collect();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(names.iter().map(|name| name.folded.as_bytes()));
        // Names are few and short beside what an automaton can hold; without one, nothing is found.
        self.automaton = matcher
            .ok()
            .map(|matcher| Arc::new(Automaton { matcher, ids: (0..names.len() as NameId).collect() }));
        self.names = names;
    }

    /// The same names in a glossary that goes its own way: for a vault that is only tried.
    pub fn apart(&self) -> Self {
        Self { mentions: Arc::default(), ..self.clone() }
    }

    /// The mentions that were found for this key.
    pub fn remembered(&self, (note, revision): &MentionsKey) -> Option<Arc<[Mention]>> {
        let known = self.mentions.get(&note.path)?;
        (Arc::ptr_eq(&known.key.0, note) && known.key.1 == *revision).then(|| Arc::clone(&known.mentions))
    }

    /// Remembers the mentions of a note.
    pub fn remember(&self, key: MentionsKey, mentions: Arc<[Mention]>) {
        self.mentions.insert(key.0.path.clone(), Remembered { key, mentions });
    }

    /// A number that changes when names come or go or are defined elsewhere.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of a name, however it is written.
    pub fn id(&self, name: &str) -> Option<NameId> {
        self.ids.get(&*folded(name)).copied()
    }

    /// The folded form of a name.
    pub fn folded(&self, id: NameId) -> &str {
        self.names.get(id as usize).map_or("", |name| &name.folded)
    }

    /// Every name, in the order of its folded form.
    pub fn ids(&self) -> impl Iterator<Item = NameId> {
        (0..).zip(&self.names).filter(|(_, name)| !name.defined.is_empty()).map(|(id, _)| id)
    }

    /// The names whose folded form begins with `start`, in their order; costs as much as they are many.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = NameId> + 'a {
        let first = self.names.partition_point(|name| *name.folded < *start);
        let names = (first..).zip(self.names.iter().skip(first));
        let names = names.take_while(move |(_, name)| name.folded.starts_with(start));
        names.filter(|(_, name)| !name.defined.is_empty()).filter_map(|(id, _)| NameId::try_from(id).ok())
    }

    /// The names that fit a pattern and are defined elsewhere than in a heading, the best first.
    pub fn fitting(&self, pattern: &Typed) -> Vec<NameId> {
        let fit = |(id, name): (usize, &Name)| {
            let fit = pattern
                .fit(&name.folded, name.shape)
                .filter(|_| name.defined.iter().any(|place| place.in_prose))?;
            Some((fit, NameId::try_from(id).ok()?))
        };
        let mut fitting: Vec<(Fit, NameId)> =
            self.names.par_iter().with_min_len(MANY_NAMES).enumerate().filter_map(fit).collect();
        // The ids are in the order of the names.
        fitting.par_sort_unstable();
        fitting.into_iter().map(|(_, id)| id).collect()
    }

    /// The places where names stand in a folded text: start and end in bytes, the longest name at each place.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, NameId)> + 'a {
        let automaton = self.automaton.as_deref();
        automaton.into_iter().flat_map(move |automaton| {
            automaton
                .matcher
                .find_iter(text)
                .map(|found| (found.start(), found.end(), automaton.ids[found.pattern().as_usize()]))
        })
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
            .filter_map(|spelling| self.ids.get(&*spelling).copied())
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
        let Some(name) = self.names.get(id as usize) else { return Vec::new() };
        let found = name.defined.iter().filter_map(|DefinedAt { path: of, definition: index, .. }| {
            let note = vault.note(of)?;
            let definition = note.terms().get(*index as usize)?;
            // The note may have been edited since: the n-th definition must still be one of this name.
            let mut given = all_spellings(note, definition, &self.aliases);
            given.any(|spelling| *spelling == *name.folded).then_some(Defined { note, definition })
        });
        let mut found: Vec<Defined<'v>> = found.collect();
        found.sort_by_cached_key(|defined| {
            let Defined { note, definition } = defined;
            let own = folded(&definition.name) == *name.folded;
            let here = note.path == *path;
            let chapter = here
                && section
                    .zip(definition.section)
                    .is_some_and(|(here, of)| note.topmost(here) == note.topmost(of as usize));
            let is_heading = matches!(definition.pattern, Pattern::Question | Pattern::Topic);
            (
                !own,
                definition.pattern,
                !is_heading,
                !here,
                !chapter,
                note.path.clone(),
                definition.name_range.start,
            )
        });
        found
    }
}

#[derive(Default)]
struct Changed {
    any: bool,
    names: bool,
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

fn given(note: &Note, aliases: &Aliases) -> Vec<Given> {
    let named = note.terms().iter().zip(0..).flat_map(|(definition, index)| {
        let in_prose = !matches!(definition.pattern, Pattern::Question | Pattern::Topic);
        all_spellings(note, definition, aliases).map(move |folded| Given {
            folded: folded.into(),
            definition: index,
            in_prose,
        })
    });
    named.filter(|given| !is_generic(&given.folded) && given.folded.chars().nth(1).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::Glossary;
    use crate::fixture::Fixture;
    use crate::path::NotePath;

    fn names(glossary: &Glossary) -> Vec<String> {
        glossary.ids().map(|id| glossary.folded(id).to_owned()).collect()
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
