//! From one open question to the next: through a chapter, a note or all notes.
//!
//! Invariant: going on from question to question comes to each one once before it comes back to the first; backwards
//! alike.

use std::sync::Arc;

use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::AnswerState;
use crate::vault::questions::Question;

/// An open question and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenQuestion {
    /// Its note.
    pub path: NotePath,
    /// What an editor should select: the content of its heading.
    pub range: TextRange,
    /// What is asked.
    pub title: String,
    /// The title of the topmost section around it.
    pub chapter: Option<String>,
    /// Without an answer, or put off.
    pub state: AnswerState,
}

/// How far one goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Through the innermost chapter around the place; without one, the note.
    Chapter,
    /// Through the note.
    Note,
    /// Through all notes, in the order of their paths.
    Vault,
}

/// A direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the start.
    Backward,
}

/// The first open question after (or before) the byte at `offset` of the note at `path`; without an offset, the first
/// (or last) one there is. At the end it begins anew.
///
/// A cursor anywhere in a heading stands on it: the next one is another.
pub fn neighbour(
    vault: &Vault,
    path: &NotePath,
    offset: Option<usize>,
    reach: Reach,
    direction: Direction,
) -> Option<OpenQuestion> {
    let here = vault.note(path);
    let own = here.map(|note| within(vault, note, offset, reach)).unwrap_or_default();
    let ahead = |question: &&Question| {
        offset.is_none_or(|offset| match direction {
            Direction::Forward => question.range.start() > offset,
            Direction::Backward => question.range.end() < offset,
        })
    };
    let end = |mut questions: std::slice::Iter<'_, Question>| match direction {
        Direction::Forward => questions.next().cloned(),
        Direction::Backward => questions.next_back().cloned(),
    };
    let nearest = match direction {
        Direction::Forward => own.iter().find(ahead),
        Direction::Backward => own.iter().rev().find(ahead),
    };
    if let (Some(note), Some(found)) = (here, nearest) {
        return Some(open_question(note, found));
    }
    if reach != Reach::Vault {
        return Some(open_question(here?, &end(own.iter())?));
    }
    let first_of = |note: &Arc<Note>| {
        end(vault.open_questions(note, None).iter()).map(|question| open_question(note, &question))
    };
    match direction {
        Direction::Forward => vault.notes_after(path).find_map(first_of),
        Direction::Backward => vault.notes_before(path).find_map(first_of),
    }
}

/// Every open question within reach of a place, in the order of the notes. Without a place, that of all notes.
pub fn list(vault: &Vault, place: Option<(&NotePath, Option<usize>)>, reach: Reach) -> Vec<OpenQuestion> {
    let of_note = |note: &Arc<Note>, questions: Vec<Question>| -> Vec<OpenQuestion> {
        questions.iter().map(|question| open_question(note, question)).collect()
    };
    match place {
        Some((path, offset)) if reach != Reach::Vault => {
            vault.note(path).map(|note| of_note(note, within(vault, note, offset, reach))).unwrap_or_default()
        }
        _ => {
            let notes = vault.notes().map(|note| note.for_a_moment());
            notes.flat_map(|note| of_note(&note, vault.open_questions(&note, None))).collect()
        }
    }
}

/// The open question that `seed` picks, another one than `last` when there are others.
pub fn pick(open: &[OpenQuestion], seed: u64, last: Option<&OpenQuestion>) -> Option<OpenQuestion> {
    let count = u64::try_from(open.len()).ok().filter(|&count| count > 0)?;
    let index = usize::try_from(scattered(seed) % count).ok()?;
    let same = |question: &OpenQuestion| {
        last.is_some_and(|last| last.path == question.path && last.title == question.title)
    };
    let from = open.iter().cycle().skip(index).take(open.len());
    from.clone().find(|question| !same(question)).or_else(|| open.get(index)).cloned()
}

/// A number that looks random (the step of splitmix64).
fn scattered(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn within(vault: &Vault, note: &Arc<Note>, offset: Option<usize>, reach: Reach) -> Vec<Question> {
    let chapter = (reach == Reach::Chapter)
        .then(|| vault.answers(note).chapter_around(note, note.section_at(offset?)?))
        .flatten();
    vault.open_questions(note, chapter)
}

fn open_question(note: &Note, question: &Question) -> OpenQuestion {
    OpenQuestion {
        path: note.path.clone(),
        range: question.selection,
        title: question.title.to_string(),
        chapter: question.chapter(note).map(str::to_owned),
        state: question.state,
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, OpenQuestion, Reach, list, neighbour, pick};
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};
    use std::collections::BTreeSet;

    const NOTES: &str = "\
//- a.md
# 一

## 什么是栈？

## 什么是队列？

后进先出。

# 二

## 什么是堆？

## 什么是树？

TODO
//- b.md
prose
//- c.md
## What is a graph?
";

    /// Goes on five times from `at` in `a.md`, forwards and backwards.
    fn check(at: &str, reach: Reach, expected: &Expect) {
        let fixture = Fixture::parse(NOTES);
        let start = fixture.note("a.md").text.as_str().find(at).unwrap();
        let mut lines = Vec::new();
        for direction in [Direction::Forward, Direction::Backward] {
            let (mut path, mut offset) = (fixture.paths[0].clone(), start);
            let mut way = Vec::new();
            for _ in 0..5 {
                let found = neighbour(&fixture.vault, &path, Some(offset), reach, direction).unwrap();
                (path, offset) = (found.path.clone(), found.range.start());
                way.push(found.title);
            }
            lines.push(way.join(" "));
        }
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn through_all_notes() {
        check(
            "后进",
            Reach::Vault,
            &expect![[r#"
                什么是堆？ 什么是树？ What is a graph? 什么是栈？ 什么是堆？
                什么是栈？ What is a graph? 什么是树？ 什么是堆？ 什么是栈？"#]],
        );
    }

    #[test]
    fn through_a_note() {
        check(
            "什么是堆",
            Reach::Note,
            &expect![[r#"
                什么是树？ 什么是栈？ 什么是堆？ 什么是树？ 什么是栈？
                什么是栈？ 什么是树？ 什么是堆？ 什么是栈？ 什么是树？"#]],
        );
    }

    #[test]
    fn through_a_chapter() {
        check(
            "# 二",
            Reach::Chapter,
            &expect![[r#"
                什么是堆？ 什么是树？ 什么是堆？ 什么是树？ 什么是堆？
                什么是树？ 什么是堆？ 什么是树？ 什么是堆？ 什么是树？"#]],
        );
    }

    #[test]
    fn from_a_note_that_is_not_there() {
        let fixture = Fixture::parse(NOTES);
        let nowhere = crate::path::NotePath::new("/bb.md");
        let title = |reach, direction| {
            neighbour(&fixture.vault, &nowhere, Some(99), reach, direction).map(|found| found.title)
        };
        assert_eq!(title(Reach::Vault, Direction::Forward).unwrap(), "What is a graph?");
        assert_eq!(title(Reach::Vault, Direction::Backward).unwrap(), "什么是树？");
        assert_eq!(title(Reach::Note, Direction::Forward), None);
    }

    #[test]
    fn without_a_place_the_first_and_the_last_come() {
        let fixture = Fixture::parse("//- a.md\n## 什么是栈？\n//- b.md\n## 什么是堆？\n");
        let nowhere = crate::path::NotePath::new("");
        let title = |path, direction| {
            neighbour(&fixture.vault, path, None, Reach::Vault, direction).map(|found| found.title).unwrap()
        };
        assert_eq!(title(&nowhere, Direction::Forward), "什么是栈？");
        assert_eq!(title(&nowhere, Direction::Backward), "什么是堆？");
        assert_eq!(title(&fixture.paths[1], Direction::Forward), "什么是堆？");
    }

    fn titles(open: &[OpenQuestion]) -> String {
        open.iter().map(|question| question.title.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn all_within_reach() {
        let fixture = Fixture::parse(NOTES);
        let offset = fixture.note("a.md").text.as_str().find("什么是树").unwrap();
        let place = Some((&fixture.paths[0], Some(offset)));
        assert_eq!(titles(&list(&fixture.vault, place, Reach::Chapter)), "什么是堆？ 什么是树？");
        assert_eq!(titles(&list(&fixture.vault, place, Reach::Note)), "什么是栈？ 什么是堆？ 什么是树？");
        assert_eq!(list(&fixture.vault, None, Reach::Note).len(), 4, "without a place all are within reach");
    }

    #[test]
    fn picks_are_the_same_for_a_seed_and_never_the_same_twice_in_a_row() {
        let fixture = Fixture::parse(NOTES);
        let open = list(&fixture.vault, None, Reach::Vault);
        let mut seen = BTreeSet::new();
        let mut last: Option<OpenQuestion> = None;
        for seed in 0..64 {
            let picked = pick(&open, seed, last.as_ref()).unwrap();
            assert_eq!(pick(&open, seed, last.as_ref()).as_ref(), Some(&picked));
            assert_ne!(last.as_ref(), Some(&picked), "seed {seed}");
            seen.insert(picked.title.clone());
            last = Some(picked);
        }
        assert_eq!(seen.len(), open.len());
        assert_eq!(pick(&open[..1], 7, open.first()).as_ref(), open.first(), "the only one comes again");
        assert_eq!(pick(&[], 7, None), None);
    }
}
