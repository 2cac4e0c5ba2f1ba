//! What a name in prose is also called, told behind it.
//!
//! Invariant: a name is told about once in a section, and not where the text tells it itself: beside the name in
//! brackets, or where it is defined.

use std::collections::HashSet;
use std::sync::Arc;

use crate::fold::folded;
use crate::note::Note;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::glossary::{Defined, Glossary};

/// What is told behind a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The name as it stands in prose.
    pub mention: TextRange,
    /// What it is also called.
    pub other: String,
}

/// The longest name that is told, in characters: longer ones push the text apart.
const LONGEST: usize = 30;

/// The hints for the names that `note` speaks of within a range.
pub fn term_hints(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, within: TextRange) -> Vec<Hint> {
    let mut told = HashSet::new();
    let mut hints = Vec::new();
    for mention in vault.mentions(glossary, note).iter() {
        let range = mention.range;
        let section = note.section_at(range.start());
        // The first of a section is found whichever part of it is asked about.
        if !told.insert((section, mention.name)) || !range.overlaps(within) {
            continue;
        }
        let definitions = glossary.definitions(vault, mention.name, &note.path, section);
        let Some(best) = definitions.first() else { continue };
        let written = folded(note.text.slice(range));
        let names = glossary.names(best);
        let other = names.into_iter().find(|name| folded(name) != written);
        let Some(other) = other.filter(|other| other.chars().count() <= LONGEST) else { continue };
        if !is_told(note, best, range, section) {
            hints.push(Hint { mention: range, other: other.to_owned() });
        }
    }
    hints
}

/// Whether the text around a name tells what else it is called, or is what defines it.
fn is_told(note: &Note, best: &Defined<'_>, mention: TextRange, section: Option<usize>) -> bool {
    let behind = note.text.as_str()[mention.end()..].trim_start_matches([' ', '*', '_', '`']);
    let before = note.text.as_str()[..mention.start()].trim_end_matches([' ', '*', '_', '`']);
    let in_heading = note.headings.iter().any(|heading| heading.range.contains_range(mention));
    let defined_here =
        best.note.path == note.path && best.definition.section.map(|section| section as usize) == section;
    behind.starts_with(['（', '(']) || before.ends_with(['（', '(']) || in_heading || defined_here
}

#[cfg(test)]
mod tests {
    use super::term_hints;
    use crate::fixture::Fixture;
    use crate::text::TextRange;
    use crate::vault::glossary::Glossary;
    use expect_test::expect;

    #[test]
    fn a_name_is_told_about_once_in_a_section() {
        let fixture = Fixture::parse(
            "//- a.md\n# 一\n\n😀消息队列和訊息隊列、消息隊列，消息队列（MQ）。Message queue！\n\n## 消息队列\n\n管道没有别名。消息队列\n\n## 三\n\n消息队列(mq)，消息队列\n\
             //- b.md\n# 通信\n\n消息队列（message queue）是一种通信方式，消息队列。\n\n管道是一种文件。\n",
        );
        let glossary = Glossary::of(&fixture.vault);
        let shown = |path: &str, lines: Option<usize>| -> String {
            let note = fixture.note(path);
            let within = lines.map_or(TextRange::new(0, note.text.len()), |line| note.text.line_range(line));
            let hints = term_hints(&fixture.vault, &glossary, note, within).into_iter();
            let hints = hints.map(|hint| {
                let line = note.text.line_of(hint.mention.start()) + 1;
                format!("{line} {} ({})\n", note.text.slice(hint.mention), hint.other)
            });
            hints.collect()
        };
        expect![[r#"
            3 消息队列 (message queue)
            3 Message queue (消息队列)
            7 消息队列 (message queue)
        "#]]
        .assert_eq(&shown("a.md", None));
        assert_eq!(shown("b.md", None), "");
        assert_eq!(shown("a.md", Some(0)), "");
    }
}
