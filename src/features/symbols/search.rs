//! Headings of any note, and names that prose defines, by a few letters of them.
//!
//! Invariant: what is found, and its order, depend on the notes and the query alone.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::config::WorkspaceSymbols;
use crate::features::symbols::{SymbolRole, name_of, role};
use crate::fuzzy::Pattern;
use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Glossary, NameId};
use crate::vault::judged::Judged;
use crate::vault::seek::{AllNames, Query};

/// A heading that was searched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic {
    /// Its note.
    pub path: NotePath,
    /// The heading's content.
    pub range: TextRange,
    /// The heading's text, its number included.
    pub name: String,
    /// What it is for.
    pub role: SymbolRole,
    /// Where it stands: `网络 · interview`, the section around it and its note.
    pub container: String,
}

/// The most terms that a search gives beside headings.
const MOST_TERMS: usize = 50;

/// So few names are looked up faster by one processor than given to another.
const FEW: usize = 8;

/// So many names are looked at for them at first, since some mean the same.
const MOST_NAMES: usize = 4 * MOST_TERMS;

/// The headings of all notes, and the names they define, that `query` may mean, at most `limit`, the best first. Of a
/// note only what its settings want found is.
///
/// Each word of a query has to be found in the heading or in the name of what it stands in, as names are found in
/// completion: by pinyin, in pieces. `names` are those of this vault; `judged` are answers that were found lately.
pub fn search(
    vault: &Vault,
    glossary: &Glossary,
    (names, judged): (&AllNames, &Judged),
    query: &str,
    limit: usize,
) -> Vec<Topic> {
    let query = Query::new(query);
    let counts = |path: &NotePath| wanted(vault, path) == WorkspaceSymbols::All;
    let found = names.headings(&query, limit, counts).found;
    // Of a note that was found by several of its headings all are told at once.
    let by_note: Vec<&[(&NotePath, usize)]> = found.chunk_by(|a, b| a.0 == b.0).collect();
    let topics = by_note.par_iter().flat_map_iter(|of_note| {
        let note = of_note.first().and_then(|(path, _)| vault.note(path));
        let answers = note.map(|note| judged.answers(vault, note));
        of_note.iter().filter_map(move |(_, index)| {
            let note = note?;
            let heading = note.headings.get(*index)?;
            Some(Topic {
                path: note.path.clone(),
                range: heading.content,
                name: name_of(heading.text()),
                role: answers.as_ref().map_or(SymbolRole::Section, |answers| role(answers, *index)),
                container: container(note, note.sections.get(*index)?.parent),
            })
        })
    });
    let mut topics: Vec<Topic> = topics.collect();
    let terms = terms(vault, glossary, query.whole());
    let room = limit.saturating_sub(topics.len()).max(terms.len().min(limit / 4));
    topics.truncate(limit - room.min(terms.len()));
    topics.extend(terms.into_iter().take(room));
    topics
}

fn wanted(vault: &Vault, path: &NotePath) -> WorkspaceSymbols {
    vault.config_of(path).features.workspace_symbols
}

/// The names that fit and are defined elsewhere than in a heading, the best first. An empty search is for headings.
fn terms(vault: &Vault, glossary: &Glossary, pattern: &Pattern) -> Vec<Topic> {
    if pattern.is_empty() {
        return Vec::new();
    }
    // Some of the names come to nothing: then more of them are looked at.
    let mut most = MOST_NAMES;
    loop {
        let names = glossary.fitting(pattern, most);
        let are_all = names.len() < most;
        let topics = topics_of(vault, glossary, &names);
        if are_all || topics.len() == MOST_TERMS {
            return topics;
        }
        most *= MOST_NAMES;
    }
}

/// What these names mean, the first of them.
fn topics_of(vault: &Vault, glossary: &Glossary, names: &[NameId]) -> Vec<Topic> {
    let mut places: HashSet<(NotePath, TextRange)> = HashSet::new();
    // Mostly the first of them are enough.
    let best = names.chunks(MOST_TERMS).flat_map(|names| {
        let best = names.par_iter().with_min_len(FEW).map(|id| glossary.best_place(vault, *id));
        best.collect::<Vec<_>>()
    });
    let topics = best.flatten().filter_map(|best| {
        if best.heading().is_some() {
            return None;
        }
        let (note, definition) = (best.note, best.definition);
        if wanted(vault, &note.path) == WorkspaceSymbols::Off {
            return None;
        }
        // Of a name that is given in several spellings the best one stands for all.
        if !places.insert((note.path.clone(), definition.name_range)) {
            return None;
        }
        Some(Topic {
            path: note.path.clone(),
            range: definition.name_range,
            name: definition.name.to_string(),
            role: SymbolRole::Term,
            container: container(note, definition.section),
        })
    });
    topics.take(MOST_TERMS).collect()
}

/// `网络 · interview`, the heading of this index and the note of what stands there.
fn container(note: &Note, around: Option<u32>) -> String {
    let stem = note.path.stem();
    match around.and_then(|around| note.headings.get(around as usize)).map(|heading| heading.title()) {
        Some(title) if !title.is_empty() => format!("{title} · {stem}"),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Topic, search};
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use crate::vault::glossary::Glossary;
    use crate::vault::judged::Judged;
    use crate::vault::seek::SeekMemo;
    use expect_test::{Expect, expect};

    fn found(fixture: &Fixture, query: &str, limit: usize) -> Vec<Topic> {
        let vault = &fixture.vault;
        {
            let names = SeekMemo::default().names(vault);
            search(vault, &Glossary::of(vault), (&names, &Judged::default()), query, limit)
        }
    }

    fn check_search(query: &str, fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let found = found(&fixture, query, 4);
        let lines: Vec<String> =
            found.iter().map(|topic| format!("{} — {}", topic.name, topic.container)).collect();
        expected.assert_eq(&lines.join("\n"));
    }

    const NOTES: &str = "//- 网络.md
# 网络
## TCP 和 UDP 的区别
## 三次握手
//- go.md
# Go
## goroutine 调度
## GC 三色标记
";

    #[test]
    fn letters_are_found_in_order() {
        check_search("tcudp", NOTES, &expect!["TCP 和 UDP 的区别 — 网络 · 网络"]);
        check_search(
            "三",
            NOTES,
            &expect![[r#"
            三次握手 — 网络 · 网络
            GC 三色标记 — Go · go"#]],
        );
        check_search(
            "g",
            NOTES,
            &expect![[r#"
                Go — go
                GC 三色标记 — Go · go
                goroutine 调度 — Go · go"#]],
        );
        check_search("gc go", NOTES, &expect!["GC 三色标记 — Go · go"]);
        check_search("xyz", NOTES, &expect![""]);
    }

    #[test]
    fn headings_are_found_as_in_completion() {
        check_search("scws", NOTES, &expect!["三次握手 — 网络 · 网络"]);
        check_search("ＴＣＰ 區別", NOTES, &expect!["TCP 和 UDP 的区别 — 网络 · 网络"]);
        check_search("握手 wl", NOTES, &expect!["三次握手 — 网络 · 网络"]);
        check_search("grtn", NOTES, &expect!["goroutine 调度 — Go · go"]);
    }

    #[test]
    fn what_is_found_only_around_a_heading_comes_last() {
        let notes = "//- 网络.md\n# 一\n//- b.md\n# 网络层\n\n## 二\n\n# 三\n";
        check_search(
            "网络",
            notes,
            &expect![[r#"
                网络层 — b
                一 — 网络
                二 — 网络层 · b"#]],
        );
    }

    #[test]
    fn an_empty_query_gives_some() {
        let fixture = Fixture::parse(NOTES);
        assert_eq!(found(&fixture, " ", 2).len(), 2);
        assert_eq!(found(&fixture, "", 99).len(), 6);
        assert_eq!(found(&fixture, "go", 99)[0].range, TextRange::new(2, 4));
    }

    #[test]
    fn names_that_prose_defines_are_found() {
        let notes =
            "//- 系统.md\n# 进程\n\n## 通信\n\n消息队列（message queue）是一种链表。\n\n信号是一种通知。\n";
        check_search("xxmq mess", notes, &expect![""]);
        check_search("mess que", notes, &expect!["消息队列 — 通信 · 系统"]);
        check_search("队列", notes, &expect!["消息队列 — 通信 · 系统"]);
        check_search(
            "进程",
            notes,
            &expect![[r#"
            进程 — 系统
            通信 — 进程 · 系统"#]],
        );
    }
}
