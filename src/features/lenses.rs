//! Lines over a note and its chapters that tell how much is answered and what comes next.
//!
//! Invariant: nothing is said where nothing is asked, and nothing twice; of one note the cost is that of judging it once.

use std::sync::Arc;

use crate::note::Note;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{Coverage, note_coverage};
use crate::vault::questions::{Question, questions};

/// A line over a chapter or a note.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Lens {
    /// What it stands over: the heading of a chapter; the empty range at the start for the whole note.
    pub range: TextRange,
    /// What it says: `k8s — 6/14 · next: etcd`.
    pub title: String,
    /// Where it leads.
    pub leads: Leads,
}

/// Where a lens leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Leads {
    /// To the next open question of the chapter.
    InChapter,
    /// To the next open question of the note.
    InNote,
    /// On: everything here is answered.
    Beyond,
}

/// The longest question, in characters, that is told whole.
const TITLE_CHARS: usize = 40;

/// The lenses of `note` in document order.
pub fn lenses(vault: &Vault, note: &Arc<Note>) -> Vec<Lens> {
    let answers = vault.answers(note);
    let coverage = note_coverage(note, &answers);
    let open: Vec<Question> =
        questions(note, &answers).into_iter().filter(|question| question.state.is_open()).collect();
    // A chapter that is the whole note would say the same again.
    let told_by_chapter = coverage.chapters.iter().any(|chapter| chapter.coverage == coverage.total);
    let mut lenses = Vec::new();
    if coverage.total.questions > 0 && !told_by_chapter {
        let next = open.first();
        let leads = if next.is_some() { Leads::InNote } else { Leads::Beyond };
        let title = title(note.path.stem(), coverage.total, next);
        lenses.push(Lens { range: TextRange::empty(0), title, leads });
    }
    for chapter in coverage.chapters.iter().filter(|chapter| chapter.coverage.questions > 0) {
        let heading = &note.headings[chapter.section];
        let within = note.sections[chapter.section].range;
        let after = open.partition_point(|question| question.range.start < within.start);
        let next = open.get(after).filter(|question| within.contains_range(question.range));
        let leads = if next.is_some() { Leads::InChapter } else { Leads::Beyond };
        let title = title(heading.title(), chapter.coverage, next);
        lenses.push(Lens { range: heading.range, title, leads });
    }
    lenses
}

fn title(name: &str, coverage: Coverage, next: Option<&Question>) -> String {
    let figures = format!("{name} — {}/{}", coverage.answered, coverage.questions);
    match next {
        Some(question) => format!("{figures} · next: {}", shortened(&question.title)),
        None => figures,
    }
}

fn shortened(title: &str) -> String {
    match title.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}…", title[..end].trim_end()),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::lenses;
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let lines: Vec<String> = lenses(&fixture.vault, note)
            .iter()
            .map(|lens| {
                let line = note.text.line_of(lens.range.start()) + 1;
                format!("{line}: {} ({:?})", lens.title, lens.leads)
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn of_a_note_and_its_chapters() {
        check(
            "//- 面试.md\n# k8s\n\n## 1. 什么是 pod？\n\n一组容器。\n\n## 2. etcd 存了什么？\n\n# 网络\n\n## 1. 什么是 TCP？\n\n流。\n\n# docker\n",
            &expect![[r#"
                1: 面试 — 2/3 · next: etcd 存了什么？ (InNote)
                1: k8s — 1/2 · next: etcd 存了什么？ (InChapter)
                9: 网络 — 1/1 (Beyond)"#]],
        );
    }

    #[test]
    fn of_a_note_that_is_one_chapter() {
        check(
            "# Go interview\n\n## What is a slice?\n\nA view.\n\n## What is the difference between a nil channel and a closed channel?\n\nTODO\n",
            &expect!["1: Go interview — 1/2 · next: What is the difference between a nil cha… (InChapter)"],
        );
    }

    #[test]
    fn of_a_note_without_chapters() {
        check(
            "//- go.md\n\n## 什么是闭包？\n\n## 什么是切片？\n\n视图。\n",
            &expect!["1: go — 1/2 · next: 什么是闭包？ (InNote)"],
        );
    }

    #[test]
    fn where_nothing_is_asked_nothing_is_said() {
        check("# 参考资料\n\n一本书。\n\n# Changelog\n", &expect![""]);
        check("只有一段话。\n", &expect![""]);
        check("---\nstudymark: off\n---\n\n# 一\n\n## 什么是栈？\n", &expect![""]);
    }
}
