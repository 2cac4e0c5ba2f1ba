//! Where a link, mark or tag leads.
//!
//! Invariant: every place of an ambiguous target is given, the best first; what leads out of the vault has none.

use std::sync::Arc;

use crate::note::Note;
use crate::note::subject::Subject;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Defined, Glossary};
use crate::vault::mentions::Mention;
use crate::vault::occurrences::{Referent, Role};
use crate::vault::resolve::{Place, Target};

/// A place that something leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    /// The note or file.
    pub path: NotePath,
    /// What an editor shows: a section, a definition; `None` in a file that is no note.
    pub range: Option<TextRange>,
    /// What it puts its cursor on; inside `range`.
    pub selection: TextRange,
    /// The line (from 0) in a file that is no note, by `#L10`.
    pub line: usize,
}

/// Which of the two places of a name is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sought {
    /// What it stands for.
    Definition,
    /// Where it is given.
    Declaration,
}

/// The construct at the byte at `offset` with the places it leads to; `None` when nothing there leads anywhere.
///
/// A footnote's definition leads back to its marks, a tag to all its places, a heading to itself. A use of a link
/// definition leads on to what that names; its declaration is the definition, and so is what it leads to when that is
/// not in the vault.
///
/// In prose, and in a heading that speaks of it, a name of the glossary leads to where it is defined, the best place
/// first; its declarations are the other places that define it. Where it is defined it leads to where it is spoken of.
pub fn definition(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
    sought: Sought,
) -> Option<(TextRange, Vec<Destination>)> {
    match note.subject_at(offset) {
        None => of_name(vault, glossary, note, offset, sought),
        Some(subject @ Subject::Heading(_)) => {
            let found = of_name(vault, glossary, note, offset, sought);
            // A heading that defines a name is where others lead.
            let own = note.terms().iter().any(|defined| defined.name_range.touches(offset));
            found.filter(|_| !own).or_else(|| of_subject(vault, note, subject, sought))
        }
        Some(subject) => of_subject(vault, note, subject, sought),
    }
}

fn of_name(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
    sought: Sought,
) -> Option<(TextRange, Vec<Destination>)> {
    let mention = vault.name_shown_at(glossary, note, offset)?;
    let defined = vault_definitions(vault, glossary, note, &mention);
    let is_here = |defined: &Defined<'_>| {
        defined.note.path == note.path && defined.definition.name_range.contains_range(mention.range)
    };
    let place = |defined: &Defined<'_>| in_note(defined.note, defined.whole(), defined.definition.name_range);
    let destinations: Vec<Destination> = match sought {
        Sought::Definition if defined.iter().any(is_here) => {
            let section = note.section_at(mention.range.start());
            let names = glossary.synonyms(vault, mention.name, &note.path, section);
            let mentions = vault.mentions_of(glossary, &names);
            mentions.iter().map(|(note, range)| in_note(note, *range, *range)).collect()
        }
        Sought::Definition => defined.iter().map(place).collect(),
        Sought::Declaration => {
            let best = defined.first().map(place);
            let others: Vec<Destination> =
                defined.iter().skip(1).filter(|defined| !is_here(defined)).map(place).collect();
            if others.is_empty() { best.into_iter().collect() } else { others }
        }
    };
    (!destinations.is_empty()).then_some((mention.range, destinations))
}

fn vault_definitions<'v>(
    vault: &'v Vault,
    glossary: &Glossary,
    note: &Note,
    mention: &Mention,
) -> Vec<Defined<'v>> {
    let section = note.section_at(mention.range.start());
    glossary.definitions(vault, mention.name, &note.path, section)
}

fn of_subject(
    vault: &Vault,
    note: &Arc<Note>,
    subject: Subject,
    sought: Sought,
) -> Option<(TextRange, Vec<Destination>)> {
    let referents = match sought {
        Sought::Definition => vault.led_to(note, subject),
        Sought::Declaration => vault.referents(note, subject),
    };
    let destinations: Vec<Destination> = match (subject, referents.as_slice()) {
        (Subject::Footnote(_), [referent]) => {
            let marks = vault.occurrences_in(note, referent);
            let marks = marks.into_iter().filter(|occurrence| occurrence.role == Role::Reference);
            marks.map(|occurrence| in_note(&occurrence.note, occurrence.range, occurrence.range)).collect()
        }
        (Subject::Tag(_), [referent]) => {
            let places = vault.occurrences(referent).into_iter();
            places.map(|occurrence| in_note(&occurrence.note, occurrence.range, occurrence.range)).collect()
        }
        (_, referents) => referents.iter().filter_map(|referent| destination(vault, referent)).collect(),
    };
    (!destinations.is_empty()).then(|| (note.subject_range(subject), destinations))
}

fn destination(vault: &Vault, referent: &Referent) -> Option<Destination> {
    match referent {
        Referent::Target(target) => place(vault, target),
        Referent::Definition(path, index) => {
            let note = vault.note(path)?;
            let definition = note.definitions.get(*index)?;
            Some(in_note(note, definition.range, definition.label))
        }
        Referent::Footnote(path, index) => {
            let note = vault.note(path)?;
            let footnote = note.footnotes.get(*index)?;
            Some(in_note(note, footnote.range, footnote.name))
        }
        Referent::Tag(_) | Referent::Address(_) => None,
    }
}

/// The place of a link's target; `None` for a folder, which no editor opens.
fn place(vault: &Vault, target: &Target) -> Option<Destination> {
    let file = |line: usize| Destination {
        path: target.path.clone(),
        range: None,
        selection: TextRange::default(),
        line,
    };
    let Some(note) = vault.note(&target.path) else {
        return match target.place {
            Place::File => Some(file(0)),
            Place::Line(line) => Some(file(line)),
            _ => None,
        };
    };
    match target.place {
        Place::Heading(index) => {
            let selection = note.headings.get(index)?.content;
            Some(in_note(note, note.sections.get(index)?.range, selection))
        }
        _ => target.range_in(note).map(|range| in_note(note, range, range)),
    }
}

fn in_note(note: &Note, range: TextRange, selection: TextRange) -> Destination {
    Destination { path: note.path.clone(), range: Some(range), selection, line: 0 }
}

#[cfg(test)]
mod tests {
    use super::{Sought, definition};
    use crate::fixture::Fixture;
    use crate::vault::glossary::Glossary;
    use expect_test::{Expect, expect};

    /// What stands at `$0`, and where it leads.
    fn check(fixture: &str, expected: &Expect) {
        check_for(Sought::Definition, fixture, expected);
    }

    fn check_for(sought: Sought, fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let (path, offset) = fixture.cursor.clone().expect("a cursor");
        let note = fixture.vault.note(&path).expect("a note");
        let Some((origin, destinations)) =
            definition(&fixture.vault, &Glossary::of(&fixture.vault), note, offset, sought)
        else {
            return expected.assert_eq("nothing\n");
        };
        let mut lines = format!("{}\n", note.text.slice(origin));
        for to in destinations {
            let place = match (fixture.vault.note(&to.path), to.range) {
                (Some(note), Some(range)) => {
                    let shown = note.text.slice(range).lines().next().unwrap_or_default();
                    assert!(range.contains_range(to.selection));
                    format!(
                        "{}: {shown} [{}]",
                        note.text.line_of(range.start()) + 1,
                        note.text.slice(to.selection)
                    )
                }
                _ => format!("{}", to.line + 1),
            };
            lines.push_str(&format!("{}:{place}\n", to.path));
        }
        expected.assert_eq(&lines);
    }

    /// The same link text at the cursor in a vault that has everything a link can lead to.
    fn check_link(link: &str, expected: &Expect) {
        let notes = "\
//- 网络/tcp.md
---
title: 传输控制协议
aliases: [TCP/IP]
---
# 传输层

## 一、三次握手

text <a id=\"syn\"></a> ^block1

## C++ 中的 new / malloc
//- 另/tcp.md
# 另一个
//- 图/a.png
//- main.rs
";
        check(&format!("//- a.md\n{link}\n{notes}"), expected);
    }

    #[test]
    fn every_kind_of_link() {
        check_link(
            "[x](网络/t$0cp.md)",
            &expect![[r#"
            [x](网络/tcp.md)
            /网络/tcp.md:1:  []
        "#]],
        );
        check_link(
            "[x](./网络/tcp$0)",
            &expect![[r#"
            [x](./网络/tcp)
            /网络/tcp.md:1:  []
        "#]],
        );
        check_link(
            "[x](%E7%BD%91%E7%BB%9C/tcp.md#一三次握手$0)",
            &expect![[r#"
            [x](%E7%BD%91%E7%BB%9C/tcp.md#一三次握手)
            /网络/tcp.md:7: ## 一、三次握手 [一、三次握手]
        "#]],
        );
        check_link(
            "[x](<网络/tcp.md#c-中的-new--malloc$0>)",
            &expect![[r#"
            [x](<网络/tcp.md#c-中的-new--malloc>)
            /网络/tcp.md:11: ## C++ 中的 new / malloc [C++ 中的 new / malloc]
        "#]],
        );
        check_link(
            "[x](网络/tcp.md#s$0yn)",
            &expect![[r#"
            [x](网络/tcp.md#syn)
            /网络/tcp.md:9: syn [syn]
        "#]],
        );
        check_link(
            "[x](网络/tcp.md#L$08)",
            &expect![[r#"
            [x](网络/tcp.md#L8)
            /网络/tcp.md:8:  []
        "#]],
        );
        check_link(
            "[[传输控制$0协议]]",
            &expect![[r#"
            [[传输控制协议]]
            /网络/tcp.md:1:  []
        "#]],
        );
        check_link(
            "[[TCP/$0IP#三次握手|y]]",
            &expect![[r#"
            [[TCP/IP#三次握手|y]]
            /网络/tcp.md:7: ## 一、三次握手 [一、三次握手]
        "#]],
        );
        check_link(
            "[[网络/tcp#^blo$0ck1]]",
            &expect![[r#"
            [[网络/tcp#^block1]]
            /网络/tcp.md:9: block1 [block1]
        "#]],
        );
        check_link(
            "![[三次握$0手]]",
            &expect![[r#"
            ![[三次握手]]
            /网络/tcp.md:7: ## 一、三次握手 [一、三次握手]
        "#]],
        );
        check_link(
            "[[tc$0p]]",
            &expect![[r#"
            [[tcp]]
            /另/tcp.md:1:  []
            /网络/tcp.md:1:  []
        "#]],
        );
        check_link(
            "![p](a.p$0ng)",
            &expect![[r#"
            ![p](a.png)
            /图/a.png:1
        "#]],
        );
        check_link(
            "<a href=\"main.rs#L$03\">",
            &expect![[r#"
            <a href="main.rs#L3">
            /main.rs:3
        "#]],
        );
        check_link(
            "[x](https://a.$0b)",
            &expect![[r#"
            nothing
        "#]],
        );
        check_link(
            "[x](missing$0.md)",
            &expect![[r#"
            nothing
        "#]],
        );
        check_link(
            "[x](图$0/)",
            &expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn inside_a_note() {
        check(
            "# 一 闭包\n\n[x](#一-闭$0包)\n",
            &expect![[r#"
            [x](#一-闭包)
            /note.md:1: # 一 闭包 [一 闭包]
        "#]],
        );
        check(
            "# 一 [闭包](#b)$0\n",
            &expect![[r#"
            nothing
        "#]],
        );
        check(
            "# 一 闭$0包\n\ntext\n",
            &expect![[r#"
            一 闭包
            /note.md:1: # 一 闭包 [一 闭包]
        "#]],
        );
        check(
            "[甲][r$0] [r]\n\n[r]: b.md\n",
            &expect![[r#"
            [甲][r]
            /note.md:3: [r]: b.md [r]
        "#]],
        );
        for (sought, expected) in [
            (
                Sought::Definition,
                expect![[r#"
            [甲][r]
            /note.md:1: # 闭包 [闭包]
        "#]],
            ),
            (
                Sought::Declaration,
                expect![[r#"
            [甲][r]
            /note.md:5: [r]: #闭包 [r]
        "#]],
            ),
        ] {
            check_for(sought, "# 闭包\n\n[甲][r$0]\n\n[r]: #闭包\n", &expected);
        }
        check(
            "# 闭包\n\n[[闭包$0]]\n\n[闭包]: note.md#闭包\n",
            &expect![[r#"
            [闭包]
            /note.md:1: # 闭包 [闭包]
        "#]],
        );
        check(
            "[甲][r]\n\n[r]: no$0te.md\n",
            &expect![[r#"
            note.md
            /note.md:1:  []
        "#]],
        );
        check(
            "甲[^一$0] 乙[^一]\n\n[^一]: 注\n",
            &expect![[r#"
            [^一]
            /note.md:3: [^一]: 注 [一]
        "#]],
        );
        check(
            "甲[^一] 乙[^一]\n\n[^一$0]: 注\n",
            &expect![[r#"
            一
            /note.md:1: [^一] [[^一]]
            /note.md:1: [^一] [[^一]]
        "#]],
        );
        check(
            "#操作$0系统 #操作系统/Linux\n",
            &expect![[r#"
            #操作系统
            /note.md:1: #操作系统 [#操作系统]
            /note.md:1: #操作系统/Linux [#操作系统/Linux]
        "#]],
        );
        check(
            "plain$0 text\n",
            &expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn names_in_prose() {
        let notes = "//- b.md\n# 什么是信号量？\n\n计数器。信号量\n\n管道（pipe）是一种文件。\n//- c.md\n信号量是一种计数器。\n";
        check(
            &format!("//- a.md\n一个信号$0量\n{notes}"),
            &expect![[r#"
            信号量
            /b.md:1: # 什么是信号量？ [信号量]
            /c.md:1: 信号量是一种计数器。 [信号量]
        "#]],
        );
        check(
            &format!("//- a.md\nthe PIPE$0 here\n{notes}"),
            &expect![[r#"
            PIPE
            /b.md:5: 管道（pipe）是一种文件。 [管道]
        "#]],
        );
        check(
            &format!("//- a.md\n信号量\n{}", notes.replace("管道（", "管$0道（")),
            &expect![[r#"
                管道
                /b.md:5: pipe [pipe]
            "#]],
        );
        check(
            &format!("//- a.md\n## 信号量$0 和 x\n{notes}"),
            &expect![[r#"
            信号量
            /b.md:1: # 什么是信号量？ [信号量]
            /c.md:1: 信号量是一种计数器。 [信号量]
        "#]],
        );
        check(
            &format!("//- a.md\n没有$0的词\n{notes}"),
            &expect![[r#"
            nothing
        "#]],
        );
    }
}
