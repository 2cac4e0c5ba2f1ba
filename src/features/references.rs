//! Who refers to what stands at a place, and where the same is named in one note.
//!
//! Invariant: both give places by note and place, each once; highlights are the references in the note itself.

use std::collections::HashMap;
use std::sync::Arc;

use crate::note::Note;
use crate::note::subject::Subject;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::tags_of_front_matter;
use crate::vault::glossary::{Glossary, NameId};
use crate::vault::occurrences::{Occurrence, Referent, Role, in_order};
use crate::vault::resolve::{Place, Target};

/// Whether the place that is referred to is wanted among its references.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declaration {
    /// With it.
    Included,
    /// Without it.
    LeftOut,
}

/// Every place that refers to what stands at the byte at `offset`, or to what it leads to: to a heading, a note (from the heading that names
/// it, its first line, its front matter, or a link to it), a definition, a footnote, a tag, an address outside.
///
/// For a name of the glossary the places that define it, speak of it, and link to a heading that defines it; for a
/// heading that defines a name the places that speak of it too.
pub fn references(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
    declaration: Declaration,
) -> Vec<Occurrence> {
    let referents = referents(vault, note, offset);
    let linked = referents.iter().flat_map(|referent| vault.occurrences(referent));
    let open = open_in_chapter(vault, note, offset);
    let named = names_at(vault, glossary, note, offset);
    let named = named.into_iter().flat_map(|name| of_name(vault, glossary, note, name));
    let mut found = in_order(linked.chain(open).chain(named).collect());
    // A heading stands for the names in it.
    let mut headings: HashMap<&NotePath, Vec<TextRange>> = HashMap::new();
    for of in found.iter().filter(|occurrence| occurrence.role == Role::Definition) {
        if of.note.headings.iter().any(|heading| heading.content == of.range) {
            headings.entry(&of.note.path).or_default().push(of.range);
        }
    }
    let stands_alone = |occurrence: &Occurrence| {
        let inside =
            |content: &TextRange| *content != occurrence.range && content.contains_range(occurrence.range);
        !headings.get(&occurrence.note.path).is_some_and(|contents| contents.iter().any(inside))
    };
    let wanted = |role: Role| declaration == Declaration::Included || role == Role::Reference;
    let kept: Vec<bool> =
        found.iter().map(|occurrence| wanted(occurrence.role) && stands_alone(occurrence)).collect();
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(false));
    found
}

/// The names that stand at the byte at `offset`, or that the heading there defines; of a link, footnote or tag none.
fn names_at(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> Vec<NameId> {
    match note.subject_at(offset) {
        None => vault.name_at(glossary, note, offset).map(|mention| mention.name).into_iter().collect(),
        Some(Subject::Heading(index)) => {
            let content = note.headings[index].content;
            let own = note.terms().iter().filter(|defined| content.contains_range(defined.name_range));
            let own = own.filter_map(|defined| glossary.id(&defined.name));
            let here = vault.name_at(glossary, note, offset).map(|mention| mention.name);
            own.chain(here).collect()
        }
        Some(_) => Vec::new(),
    }
}

/// Where a name is defined.
fn definitions<'a>(
    vault: &'a Vault,
    glossary: &Glossary,
    note: &Note,
    name: NameId,
) -> impl Iterator<Item = Occurrence> + use<'a> {
    glossary.places(vault, name, &note.path, None).into_iter().map(|defined| Occurrence {
        note: Arc::clone(defined.note),
        range: defined.definition.name_range,
        role: Role::Definition,
    })
}

/// Where a name is defined, spoken of and linked to.
fn of_name(vault: &Vault, glossary: &Glossary, note: &Note, name: NameId) -> Vec<Occurrence> {
    let names = glossary.synonyms(vault, name, &note.path, None);
    let spoken_of = vault.mentions_of(glossary, &names);
    let headings = glossary.definitions(vault, name, &note.path, None);
    // The other name in the heading that gives it is part of the definition.
    let mut contents: HashMap<&NotePath, Vec<TextRange>> = HashMap::new();
    for defined in &headings {
        if let Some(heading) = defined.heading().and_then(|heading| defined.note.headings.get(heading)) {
            contents.entry(&defined.note.path).or_default().push(heading.content);
        }
    }
    let in_heading = |note: &Arc<Note>, range: TextRange| {
        contents
            .get(&note.path)
            .is_some_and(|contents| contents.iter().any(|content| content.contains_range(range)))
    };
    let spoken_of = spoken_of.into_iter().filter(|(note, range)| !in_heading(note, *range));
    let spoken_of: Vec<Occurrence> =
        spoken_of.map(|(note, range)| Occurrence { note, range, role: Role::Reference }).collect();
    let headings = headings.iter().filter_map(|defined| {
        Some(Target { path: defined.note.path.clone(), place: Place::Heading(defined.heading()?) })
    });
    let linked = headings.flat_map(|target| vault.occurrences(&Referent::Target(target)));
    let linked = linked.filter(|occurrence| occurrence.role == Role::Reference);
    definitions(vault, glossary, note, name).chain(spoken_of).chain(linked).collect()
}

/// The open questions of the chapter whose heading stands at the byte at `offset`.
fn open_in_chapter(vault: &Vault, note: &Arc<Note>, offset: usize) -> Vec<Occurrence> {
    let Some(Subject::Heading(section)) = note.subject_at(offset) else { return Vec::new() };
    if !vault.answers(note).sections.get(section).is_some_and(|answer| answer.chapter) {
        return Vec::new();
    }
    let open = vault.open_questions(note, Some(section));
    let of_parts = open.iter().filter(|question| question.selection != note.headings[section].content);
    of_parts
        .map(|question| Occurrence {
            note: Arc::clone(note),
            range: question.selection,
            role: Role::Reference,
        })
        .collect()
}

/// Every place in `note` that names what stands at the byte at `offset`.
pub fn highlights(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> Vec<Occurrence> {
    let Some(subject) = note.subject_at(offset) else {
        let Some(mention) = vault.name_at(glossary, note, offset) else { return Vec::new() };
        let spoken_of = vault.mentions(glossary, note);
        let names = glossary.synonyms(vault, mention.name, &note.path, note.section_at(offset));
        let spoken_of = spoken_of.iter().filter(|other| names.contains(&other.name));
        let spoken_of = spoken_of.map(|other| Occurrence {
            note: Arc::clone(note),
            range: other.range,
            role: Role::Reference,
        });
        let defined = definitions(vault, glossary, note, mention.name);
        return in_order(defined.filter(|of| of.note.path == note.path).chain(spoken_of).collect());
    };
    let referents = vault.referents(note, subject);
    in_order(referents.iter().flat_map(|referent| vault.occurrences_in(note, referent)).collect())
}

/// What stands at the byte at `offset`; in the front matter and on the first line, where nothing else does, the note.
fn referents(vault: &Vault, note: &Arc<Note>, offset: usize) -> Vec<Referent> {
    if let Some(subject) = note.subject_at(offset) {
        return vault.led_to(note, subject);
    }
    if let Some(tag) = tags_of_front_matter(note).into_iter().find(|tag| tag.touches(offset)) {
        return vec![Referent::Tag(note.text.slice(tag).to_owned())];
    }
    let in_front = note.front_matter.as_ref().is_some_and(|front| front.range.touches(offset));
    if in_front || note.text.line_of(offset) == 0 {
        return vec![Referent::Target(Target { path: note.path.clone(), place: Place::Note })];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{Declaration, highlights, references};
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use crate::vault::glossary::Glossary;
    use crate::vault::occurrences::Occurrence;

    /// The places that are marked, and no others.
    #[track_caller]
    fn check(fixture: &str, find: impl Fn(&Fixture, &crate::path::NotePath, usize) -> Vec<Occurrence>) {
        let fixture = Fixture::parse(fixture);
        let (path, offset) = fixture.cursor.clone().expect("a cursor");
        let found = find(&fixture, &path, offset);
        let text = |path: &crate::path::NotePath, range: TextRange| {
            let note = fixture.vault.note(path).expect("a note");
            format!("{path}:{} {}", note.text.line_of(range.start()) + 1, note.text.slice(range))
        };
        let mut expected: Vec<_> = fixture.marked.clone();
        expected.sort();
        let expected: Vec<String> = expected.iter().map(|(path, range)| text(path, *range)).collect();
        let found: Vec<String> = found.iter().map(|found| text(&found.note.path, found.range)).collect();
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn check_references(fixture: &str) {
        check(fixture, |fixture, path, offset| {
            references(
                &fixture.vault,
                &Glossary::of(&fixture.vault),
                fixture.note(path.as_str()),
                offset,
                Declaration::LeftOut,
            )
        });
    }

    #[track_caller]
    fn check_highlights(fixture: &str) {
        check(fixture, |fixture, path, offset| {
            highlights(&fixture.vault, &Glossary::of(&fixture.vault), fixture.note(path.as_str()), offset)
        });
    }

    #[test]
    fn of_a_heading() {
        check_references(
            "//- a.md\n# 笔记\n## 一、闭$0包\n⟦[x](#一闭包)⟧ [y](#笔记)\n## 二、闭包\n[z](#二闭包)\n\
             //- b/b.md\n⟦[x](../a.md#一闭包)⟧ ⟦[[a#一、闭包|x]]⟧ [[a]] ⟦[r]⟧\n\n⟦[r]: ../a.md#一闭包⟧\n",
        );
    }

    #[test]
    fn of_a_chapter_with_its_open_questions() {
        check_references(
            "//- a.md\n# 语$0言\n\n## ⟦1. 什么是切片？⟧\n\n## 2. 什么是通道？\n\n队列。\n\n## 3. 接口\n\n### ⟦为什么是nil？⟧\n\n# b\n\n⟦[x](#语言)⟧\n\n## What is a heap?\n",
        );
    }

    #[test]
    fn of_a_note_from_the_heading_that_names_it_and_from_a_link() {
        let notes = |heading: &str, link: &str| {
            format!(
                "//- a.md\n---\ntitle: 甲\n---\n{heading}\n## 闭包\n函数。\n//- b.md\n{link} ⟦[x](a.md#闭包)⟧ ⟦[[甲]]⟧ [c](c.md)\n//- c.md\n"
            )
        };
        check_references(&notes("# 笔$0记", "⟦[y](a.md)⟧"));
        check_references(&notes("# 笔记", "⟦[y](a$0.md)⟧"));
        check_references(&notes("<a id=\"top\"></a>\n\n# 笔$0记", "⟦[y](a.md)⟧"));
        check_references(&notes("# 笔记", "⟦[y](a.md)⟧").replace("title: 甲", "title: $0甲"));
        check_references("//- a.md\n⟦[x](b.md)⟧\n//- b.md\n首$0行\n\n第二行\n");
        check_references("//- a.md\n[x](b.md)\n//- b.md\n首行\n\n第二$0行\n");
    }

    #[test]
    fn of_the_first_of_several_chapters() {
        check_references(
            "//- a.md\n# 操$0作系统\n## 进程\n运行。\n# 网络\n⟦[x](#操作系统)⟧ [y](#网络)\n//- b.md\n[z](a.md)\n",
        );
    }

    #[test]
    fn of_a_link_that_may_lead_to_several() {
        check_references(
            "//- z.md\n⟦[[同$0]]⟧\n//- a.md\n⟦[x](甲/同.md)⟧ ⟦[y](乙/同.md)⟧\n//- 甲/同.md\n//- 乙/同.md\n",
        );
    }

    #[test]
    fn of_definitions_footnotes_tags_and_addresses() {
        check_references("⟦[a][r]⟧ ⟦[R$0]⟧ [s]\n\n[r]: x.md\n[s]: y.md\n");
        check_references("甲⟦[^1]⟧ 乙[^2]\n\n[^1$0]: 注\n[^2]: 注\n");
        check_references("//- a.md\n⟦#操作$0系统⟧ #操作\n//- b.md\n⟦#操作系统/Linux⟧\n");
        check_references(
            "//- a.md\n---\ntags: [⟦操作$0系统⟧, go]\n---\n⟦#操作系统⟧\n//- b.md\n---\ntags:\n  - ⟦操作系统/内存⟧\n---\n",
        );
        check_references("//- a.md\n⟦[x](https://a$0.b/c)⟧\n//- b.md\n⟦<https://a.b/c>⟧ <https://a.b>\n");
        check_references("//- a.md\n⟦![](p$0.png)⟧\n//- b/b.md\n⟦![[p.png]]⟧\n//- p.png\n");
        check_references("nothing$0 here\n");
    }

    #[test]
    fn of_an_anchor() {
        check_references(
            "//- a.md\n<b id=\"锚$0点\"></b> ⟦[x](#锚点)⟧\n//- b.md\n⟦[x](a.md#锚点)⟧ [y](a.md)\n",
        );
    }

    #[test]
    fn highlights_stay_in_the_note() {
        check_highlights(
            "//- a.md\n# 笔记\n## ⟦闭$0包⟧\n⟦[x](#闭包)⟧ ⟦[[a#闭包]]⟧\n//- b.md\n[x](a.md#闭包)\n",
        );
        check_highlights("//- a.md\n⟦[x](b$0.md)⟧ ⟦[[b]]⟧ [y](c.md)\n//- b.md\n# b\n//- c.md\n");
        check_highlights("甲⟦[^1$0]⟧ 乙⟦[^1]⟧\n\n[^⟦1⟧]: 注\n");
        check_highlights("⟦[a][r]⟧\n\n[⟦r$0⟧]: x.md\n");
        check_highlights("甲⟦[^1$0]⟧\n\n[^⟦1⟧]: 注\n\n[^⟦1⟧]: 又注\n");
    }

    #[test]
    fn of_a_name_where_it_is_defined_spoken_of_and_linked_to() {
        check_references(
            "//- a.md\n# 信号量是什么\n\n一种计数器。⟦信號量⟧不是信号，`信号量`。\n//- b.md\n⟦信号$0量⟧ ⟦[x](a.md#信号量是什么)⟧ 信号\n",
        );
        check_highlights(
            "# ⟦信号量⟧是什么\n\n⟦信号量⟧是计数器，⟦信号$0量⟧。\n\n> ⟦信号量⟧（⟦semaphore⟧）是它\n",
        );
    }

    #[test]
    fn a_heading_with_two_names_is_one_place() {
        check(
            "# ⟦1. 写屏障（Write Barrier）⟧\n\n开关。\n\n# 2. 其他\n\n打开⟦寫屏障⟧。⟦write barrier⟧\n"
                .replace("写屏障（", "写$0屏障（")
                .as_str(),
            |fixture, path, offset| {
                let glossary = Glossary::of(&fixture.vault);
                references(
                    &fixture.vault,
                    &glossary,
                    fixture.note(path.as_str()),
                    offset,
                    Declaration::Included,
                )
            },
        );
    }
}
