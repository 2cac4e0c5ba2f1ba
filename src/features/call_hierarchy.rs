//! Topics that refer to a topic, and those it refers to: the call hierarchy of notes.
//!
//! Invariant: a link counts for the innermost section it stands in when it comes in, and for every section around it when
//! it goes out, so that a chapter shows what all its parts refer to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::note::{Heading, LinkKind, Note};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::coverage::Answers;
use crate::vault::occurrences::Referent;
use crate::vault::resolve::{Place, Resolution, Target};

/// A section of a note, or a note as a whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Topic {
    /// The note.
    pub path: NotePath,
    /// The index of the section; `None` for the note.
    pub section: Option<usize>,
}

/// What an editor shows of a [`Topic`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// The topic.
    pub topic: Topic,
    /// Its heading's text, or the note's name.
    pub name: String,
    /// The note, and how the section is answered.
    pub detail: String,
    /// All of it.
    pub range: TextRange,
    /// Its heading; empty at the start for a note.
    pub selection: TextRange,
}

/// A topic with the links that join it to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The other topic.
    pub card: Card,
    /// The links, in the note that refers.
    pub links: Vec<TextRange>,
}

/// The topics at the byte at `offset`: what a link leads to, else the section around it, else the note.
pub fn prepare(vault: &Vault, note: &Arc<Note>, offset: usize) -> Vec<Card> {
    let subject = note.subject_at(offset);
    let referents = subject.map_or_else(Vec::new, |subject| vault.led_to(note, subject));
    let topics: Vec<Topic> = referents
        .iter()
        .filter_map(|referent| match referent {
            Referent::Target(target) => topic_of(vault, target),
            _ => None,
        })
        .collect();
    if topics.is_empty() {
        let here = Topic { path: note.path.clone(), section: note.section_at(offset) };
        return card(vault, &here).into_iter().collect();
    }
    topics.iter().filter_map(|topic| card(vault, topic)).collect()
}

/// The topics that refer to `topic`.
pub fn incoming(vault: &Vault, topic: &Topic) -> Vec<Call> {
    let whole = match (topic.section, vault.note(&topic.path)) {
        (None, _) => true,
        (Some(section), Some(note)) => note.is_title(section),
        (Some(_), None) => false,
    };
    let mut from: BTreeMap<Topic, Vec<TextRange>> = BTreeMap::new();
    for incoming in vault.links_into(&topic.path) {
        let leads_here = whole || topic_of(vault, &incoming.target).as_ref() == Some(topic);
        if !leads_here || is_definition(incoming.source) {
            continue;
        }
        let range = incoming.source.range(&incoming.from);
        let section = incoming.from.section_at(range.start());
        let other = Topic { path: incoming.from.path.clone(), section };
        if other != *topic {
            from.entry(other).or_default().push(range);
        }
    }
    calls(vault, from)
}

/// The topics that links in `topic` refer to.
pub fn outgoing(vault: &Vault, topic: &Topic) -> Vec<Call> {
    let Some(note) = vault.note(&topic.path) else { return Vec::new() };
    let Some(own) = card(vault, topic) else { return Vec::new() };
    let mut to: BTreeMap<Topic, Vec<TextRange>> = BTreeMap::new();
    for link in note.links.iter().filter(|link| own.range.contains_range(link.range)) {
        if link.kind == LinkKind::Footnote {
            continue;
        }
        let Resolution::Found(targets) = vault.resolve(note, link) else { continue };
        for other in targets.iter().filter_map(|target| topic_of(vault, target)) {
            if other != *topic {
                to.entry(other).or_default().push(link.range);
            }
        }
    }
    calls(vault, to)
}

/// The topic of this title at this place, after edits found by its title.
pub fn find(vault: &Vault, path: &NotePath, section: Option<usize>, name: &str) -> Option<Topic> {
    let note = vault.note(path)?;
    let named = |index: usize| note.headings.get(index).is_some_and(|heading| name_of(heading) == name);
    let section = match section {
        None => None,
        Some(index) if named(index) => Some(index),
        Some(_) => Some((0..note.headings.len()).find(|index| named(*index))?),
    };
    Some(Topic { path: path.clone(), section })
}

fn calls(vault: &Vault, topics: BTreeMap<Topic, Vec<TextRange>>) -> Vec<Call> {
    let mut cards = Cards { vault, judged: None };
    let calls =
        topics.into_iter().filter_map(|(topic, links)| Some(Call { card: cards.card(&topic)?, links }));
    calls.collect()
}

fn is_definition(source: Source) -> bool {
    matches!(source, Source::Definition(_))
}

/// The topic that a target belongs to; `None` for a file that is no note.
fn topic_of(vault: &Vault, target: &Target) -> Option<Topic> {
    let note = vault.note(&target.path)?;
    let section = match target.place {
        Place::Heading(index) => Some(index),
        Place::Note => None,
        _ => target.range_in(note).and_then(|range| note.section_at(range.start())),
    };
    Some(Topic { path: target.path.clone(), section })
}

fn card(vault: &Vault, topic: &Topic) -> Option<Card> {
    Cards { vault, judged: None }.card(topic)
}

/// Makes cards; a note is judged once for all its topics that come one after another.
struct Cards<'a> {
    vault: &'a Vault,
    judged: Option<(NotePath, Answers)>,
}

impl Cards<'_> {
    fn card(&mut self, topic: &Topic) -> Option<Card> {
        let note = self.vault.note(&topic.path)?;
        let place = self.vault.display_path(&topic.path).into_owned();
        let Some(index) = topic.section else {
            return Some(Card {
                topic: topic.clone(),
                name: note.path.stem().to_owned(),
                detail: place,
                range: TextRange::new(0, note.text.len()),
                selection: TextRange::empty(0),
            });
        };
        let (heading, section) = (note.headings.get(index)?, note.sections.get(index)?);
        Some(Card {
            topic: topic.clone(),
            name: name_of(heading).to_owned(),
            detail: match self.state(note, index) {
                Some(state) => format!("{place} · {state}"),
                None => place,
            },
            range: section.range,
            selection: heading.content,
        })
    }

    /// How a section is answered, when it asks.
    fn state(&mut self, note: &Arc<Note>, index: usize) -> Option<&'static str> {
        if self.judged.as_ref().is_none_or(|(path, _)| *path != note.path) {
            self.judged = Some((note.path.clone(), self.vault.answers(note)));
        }
        let (_, answers) = self.judged.as_ref()?;
        answers.sections.get(index).filter(|answer| answer.question).map(|answer| answer.state.name())
    }
}

/// What a section is called; editors refuse empty names.
fn name_of(heading: &Heading) -> &str {
    if heading.text().trim().is_empty() { "—" } else { heading.text() }
}

#[cfg(test)]
mod tests {
    use super::{Call, find, incoming, outgoing, prepare};
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    /// What stands at `$0`, who refers to it, and what it refers to.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let vault = &fixture.vault;
        let (path, offset) = fixture.cursor.clone().expect("a cursor");
        let line = |arrow: &str, call: &Call| {
            format!("{arrow} {} ({}) {} links\n", call.card.name, call.card.detail, call.links.len())
        };
        let mut lines = String::new();
        for card in prepare(vault, fixture.note(path.as_str()), offset) {
            lines.push_str(&format!("{} ({})\n", card.name, card.detail));
            lines.extend(incoming(vault, &card.topic).iter().map(|call| line("<-", call)));
            lines.extend(outgoing(vault, &card.topic).iter().map(|call| line("->", call)));
        }
        expected.assert_eq(&lines);
    }

    const NOTES: &str = "\
//- go.md
# Go

## 什么是闭包？

见 [作用域](js.md#作用域) 和 [[js]] 与 [[js#作用域]]。

## 协程
//- js.md
# JS

前言 [r]

## 作用域

[闭包](go.md#什么是闭包) [闭包](go.md#什么是闭包)

[r]: go.md#什么是闭包
";

    #[test]
    fn who_refers_and_what_is_referred_to() {
        check(
            &NOTES.replace("见", "$0见"),
            &expect![[r#"
            什么是闭包？ (go.md · answered)
            <- JS (js.md) 1 links
            <- 作用域 (js.md · answered) 2 links
            -> js (js.md) 1 links
            -> 作用域 (js.md · answered) 2 links
        "#]],
        );
        check(
            &NOTES.replace("# JS", "# J$0S"),
            &expect![[r#"
            JS (js.md)
            <- 什么是闭包？ (go.md · answered) 3 links
            -> 什么是闭包？ (go.md · answered) 3 links
        "#]],
        );
        check(
            &NOTES.replace("go.md#什么是闭包) [", "go.md#什么是闭$0包) ["),
            &expect![[r#"
            什么是闭包？ (go.md · answered)
            <- JS (js.md) 1 links
            <- 作用域 (js.md · answered) 2 links
            -> js (js.md) 1 links
            -> 作用域 (js.md · answered) 2 links
        "#]],
        );
        check(
            "pl$0ain\n",
            &expect![[r#"
            note (note.md)
        "#]],
        );
    }

    #[test]
    fn a_topic_is_found_again_after_edits() {
        let fixture = Fixture::parse("# 新\n# 闭包\n#\n");
        let path = &fixture.first().path;
        let found = |section, name| find(&fixture.vault, path, section, name).map(|topic| topic.section);
        assert_eq!(found(Some(0), "闭包"), Some(Some(1)));
        assert_eq!(found(Some(0), "没有"), None);
        assert_eq!(found(Some(9), "—"), Some(Some(2)));
        assert_eq!(found(None, "note"), Some(None));
    }
}
