//! Questions with their answers as cards, for programs that ask them again and again.
//!
//! Invariant: a card keeps its id wherever its question moves within its note, so that importing it anew brings it up to
//! date; the same notes give the same cards, byte for byte.

use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::markdown::render::{Instead, Renderer, escaped};
use crate::note::asks::Source;
use crate::note::{AnchorKind, Callout, Heading, LinkKind, MaskKind, Note, Place, is_picture};
use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Answers};
use crate::vault::questions::{Question, questions};

/// A question with its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// Its id, made of the path of its note, its title, and which of several with this title it is.
    pub guid: String,
    /// Its note.
    pub path: NotePath,
    /// Where it is asked.
    pub range: TextRange,
    /// What is asked, as plain text.
    pub title: String,
    /// The chapter it stands in, the title of the note left out.
    pub chapter: Option<String>,
    /// The folders, the note and the chapter it stands in, from the outside.
    pub deck: Vec<String>,
    /// The tags of its note and its section, each once, in order.
    pub tags: Vec<String>,
    /// How it stands.
    pub state: AnswerState,
    /// The question as HTML.
    pub front: String,
    /// The answer as HTML, with math as MathJax has it.
    pub back: String,
    /// The answer as Markdown, comments left out.
    pub markdown: String,
}

/// The cards of `note` whose state is `wanted`. Paths count from `base`.
///
/// An answer that is given in another note makes a card there and none here.
pub fn cards(
    vault: &Vault,
    note: &Arc<Note>,
    base: &NotePath,
    wanted: &dyn Fn(AnswerState) -> bool,
) -> Vec<Card> {
    let answers = vault.answers(note);
    let questions = questions(note, &answers);
    if !questions.iter().any(|question| wanted(question.state)) {
        return Vec::new();
    }
    let renderer = Renderer::new(note.text.as_str(), instead(note));
    let relative = note.path.relative_to(base).unwrap_or(note.path.as_str());
    let mut times: HashMap<String, u32> = HashMap::new();
    let mut cards = Vec::new();
    for question in questions {
        let title: String = question.title.nfc().collect();
        // Counted over all questions: whether one is answered must not change the id of another.
        let count = times.entry(title.clone()).or_default();
        *count += 1;
        let guid = guid(&[relative, &title, &count.to_string()]);
        if wanted(question.state) {
            cards.extend(card(note, &answers, &renderer, question, guid, relative));
        }
    }
    cards
}

fn card(
    note: &Note,
    answers: &Answers,
    renderer: &Renderer<'_>,
    question: Question,
    guid: String,
    relative: &str,
) -> Option<Card> {
    let heading = question.section.filter(|_| question.source == Source::Heading);
    let heading = heading.and_then(|section| note.headings.get(section));
    let answer = question.answer;
    let back = renderer.html(answer);
    // A link to the web is something to go to; one to a note is none on a card.
    if question.state == AnswerState::Delegated && !back.contains("<a href") {
        return None;
    }
    let chapter = chapter(note, answers, &question);
    let mut deck: Vec<String> = relative.split('/').map(str::to_owned).collect();
    deck.pop();
    deck.push(note.path.stem().to_owned());
    deck.extend(chapter.clone());
    Some(Card {
        guid,
        path: note.path.clone(),
        range: question.selection,
        chapter,
        deck,
        tags: tags(note, TextRange { start: question.range.start, end: answer.end }),
        state: question.state,
        front: front(renderer, &question),
        back,
        markdown: markdown(note, heading, answer),
        title: question.title.into(),
    })
}

/// The outermost chapter around a question; a chapter that is the whole note is its title and does not count.
fn chapter(note: &Note, answers: &Answers, question: &Question) -> Option<String> {
    let tops = note.sections.iter().filter(|section| section.parent.is_none()).count();
    let mut chapter = None;
    let section = note.sections.get(question.section?)?;
    let mut at = match question.source {
        Source::Heading => section.parent,
        _ => question.section.and_then(|section| u32::try_from(section).ok()),
    };
    while let Some(index) = at {
        let index = index as usize;
        let around = note.sections.get(index)?;
        let is_title = tops == 1 && around.parent.is_none();
        if answers.sections.get(index)?.chapter && !is_title {
            chapter = Some(note.headings.get(index)?.title().to_string());
        }
        at = around.parent;
    }
    chapter
}

fn front(renderer: &Renderer<'_>, question: &Question) -> String {
    let html = renderer.html(question.selection);
    if html.is_empty() { escaped(&question.title) } else { html }
}

fn tags(note: &Note, section: TextRange) -> Vec<String> {
    let of_note = note.front_matter.iter().flat_map(|front| front.tags.iter().map(|tag| &**tag));
    let first = note.tags.partition_point(|tag| tag.start < section.start);
    let of_section = note.tags[first..]
        .iter()
        .take_while(|tag| tag.end <= section.end)
        .map(|tag| note.text.slice(*tag).trim_start_matches('#'));
    let mut tags: Vec<String> = of_note.chain(of_section).map(str::to_owned).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// What is not shown as it is written: numbers of headings, wiki links, ids of blocks.
fn instead(note: &Note) -> Vec<(TextRange, Instead)> {
    let numbers = note.headings.iter().filter_map(|heading| heading.number());
    let numbers = numbers.map(|number| (number.range, Instead::Text(String::new())));
    let links = note.links.iter().filter_map(|link| {
        let target = note.text.slice(link.target);
        let shown = match link.kind {
            LinkKind::Embed if is_picture(target) => {
                Instead::Image(target.split(['#', '|']).next().unwrap_or_default().to_owned())
            }
            LinkKind::Wiki | LinkKind::Embed => Instead::Text(note.text.slice(link.label).to_owned()),
            LinkKind::Footnote if is_in_heading(note, link.range) => Instead::Text(String::new()),
            _ => return None,
        };
        Some((link.range, shown))
    });
    let ids = note.anchors.iter().filter(|anchor| anchor.kind == AnchorKind::Block).map(|anchor| {
        let caret = anchor.name.start().saturating_sub(1);
        (TextRange::new(caret, anchor.name.end()), Instead::Text(String::new()))
    });
    let marks = note.callouts.iter().flat_map(|callout| callout_marks(note, callout));
    let mut instead: Vec<_> =
        numbers.chain(links).chain(ids).chain(marks).filter(|(range, _)| !range.is_empty()).collect();
    instead.sort_by_key(|(range, _)| *range);
    // What stands inside what is replaced goes with it.
    let mut end = 0;
    instead.retain(|(range, _)| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    instead
}

fn is_in_heading(note: &Note, range: TextRange) -> bool {
    let at = note.headings.partition_point(|heading| heading.content.end <= range.start);
    note.headings.get(at).is_some_and(|heading| heading.content.contains_range(range))
}

/// `[!tip]-` tells a program how to draw the box; the line it stands on is its title.
fn callout_marks(note: &Note, callout: &Callout) -> [(TextRange, Instead); 2] {
    let start = callout.kind.start().saturating_sub(2);
    let nothing = Instead::Text(String::new());
    if callout.title.is_empty() {
        let line_end = note.text.line_range(note.text.line_of(start)).end();
        return [(TextRange::new(start, line_end + 1), nothing.clone()), (TextRange::empty(start), nothing)];
    }
    let title = callout.title;
    [
        (TextRange::new(start, title.start()), nothing),
        (TextRange::new(title.end(), title.end() + 1), Instead::LineBreak),
    ]
}

/// The text of an answer without HTML comments: they are for programs, such as the schedules that are kept in notes.
fn markdown(note: &Note, heading: Option<&Heading>, range: TextRange) -> String {
    let first = note.masks.partition_point(|mask| mask.range.start < range.start);
    let comments = note.masks[first..]
        .iter()
        .take_while(|mask| mask.range.end <= range.end)
        .filter(|mask| mask.kind == MaskKind::Comment);
    let mut text = String::new();
    let mut from = range.start;
    for comment in comments {
        text.push_str(note.text.slice(TextRange { start: from, end: comment.range.start }));
        from = comment.range.end;
    }
    text.push_str(note.text.slice(TextRange { start: from, end: range.end }));
    let text = text.trim();
    // Between questions in a numbered list stands the number of the next one.
    let last = text.lines().next_back().unwrap_or_default();
    let number = last.trim().trim_end_matches(['.', ')']);
    let next_number = heading.is_some_and(|heading| heading.place == Place::NumberedItem)
        && number.len() < last.trim().len()
        && number.bytes().all(|byte| byte.is_ascii_digit());
    let text = if next_number { text[..text.len() - last.len()].trim_end() } else { text };
    text.to_owned()
}

/// A name for these parts that is the same in every version of this program (FNV-1a, 128 bits).
fn guid(parts: &[&str]) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in parts {
        // A byte that is in no text keeps the parts apart.
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::{cards, guid};
    use crate::fixture::Fixture;
    use crate::path::NotePath;
    use expect_test::{Expect, expect};
    use std::collections::HashMap;
    use std::fmt::Write;

    /// The cards of the first note, without their ids.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let mut out = String::new();
        for card in cards(&fixture.vault, fixture.first(), &NotePath::new("/"), &|state| !state.is_open()) {
            let tags = card.tags.iter().map(|tag| format!(" #{tag}")).collect::<String>();
            writeln!(out, "{}{tags} [{}]", card.deck.join(" › "), card.state.name()).unwrap();
            writeln!(out, "  {}\n  {}\n  {:?}", card.front, card.back.replace('\n', "\n  "), card.markdown)
                .unwrap();
        }
        expected.assert_eq(&out);
    }

    fn guids(fixture: &str) -> HashMap<String, String> {
        let fixture = Fixture::parse(fixture);
        let cards = cards(&fixture.vault, fixture.first(), &NotePath::new("/"), &|_| true);
        let count = cards.len();
        let by_place: HashMap<String, String> = cards
            .into_iter()
            .map(|card| (format!("{}/{}", card.chapter.unwrap_or_default(), card.title), card.guid))
            .collect();
        assert_eq!(by_place.len(), count, "the test's questions are told apart by chapter and title");
        by_place
    }

    #[test]
    fn questions_with_answers() {
        check(
            "//- 系统/操作系统.md\n---\ntags: [面试]\n---\n# 进程\n\n## 一、`fork` 和 **exec** 的区别\n\n见 [[线程#栈|线程]]，$O(1)$。#系统/调用 ^p1\n\n### 例子\n\n![图](a.png)\n\n## 二、什么是僵尸进程？\n\n# 线程\n\n## 三、[协程](co.md)[^1] 是什么\n\n用户态。<!--SR:!2026-01-01,3,250-->\n\n[^1]: 注\n",
            &expect![[r#"
                系统 › 操作系统 › 进程 #系统/调用 #面试 [partial]
                  <code>fork</code> 和 <strong>exec</strong> 的区别
                  <p>见 线程，\(O(1)\)。#系统/调用 </p>
                  <h3>例子</h3>
                  <p><img src="a.png" alt="图"></p>
                  "见 [[线程#栈|线程]]，$O(1)$。#系统/调用 ^p1\n\n### 例子\n\n![图](a.png)"
                系统 › 操作系统 › 线程 #面试 [answered]
                  协程 是什么
                  <p>用户态。</p>
                  <div>[1]
                  <p>注</p>
                  </div>
                  "用户态。\n\n[^1]: 注"
            "#]],
        );
    }

    #[test]
    fn the_title_of_a_note_is_no_chapter_of_its_deck() {
        check(
            "//- go.md\n# Go interview\n\n## Basics\n\n### What is a slice?\n\nA view.\n\n### What is a map?\n",
            &expect![[r#"
                go › Basics [answered]
                  What is a slice?
                  <p>A view.</p>
                  "A view."
            "#]],
        );
    }

    #[test]
    fn an_answer_elsewhere_makes_no_card_here() {
        check(
            "//- a.md\n# 一\n\n## [[闭包]]\n\n## 2. 作用域\n\n[见此](闭包.md)\n//- 闭包.md\n# 闭包\n\n函数。\n",
            &expect![""],
        );
    }

    #[test]
    fn marks_of_callouts_are_left_out() {
        check(
            "## 什么是栈？\n\n> [!tip]- 记法\n> 后进先出\n\n> [!note]\n> 注意\n",
            &expect![[r#"
                note [answered]
                  什么是栈？
                  <blockquote>
                  <p>记法<br />
                  后进先出</p>
                  </blockquote>
                  <blockquote>
                  <p>注意</p>
                  </blockquote>
                  "> [!tip]- 记法\n> 后进先出\n\n> [!note]\n> 注意"
            "#]],
        );
    }

    #[test]
    fn headings_in_lists_and_quotes() {
        check(
            "12. ### What is a heap?\n\n    A tree.\n\n13. ### What is a trie?\n\nA tree of letters.\n\n- of\n- these\n",
            &expect![[r#"
                note [answered]
                  What is a heap?
                  <p>A tree.</p>
                  "A tree."
                note [answered]
                  What is a trie?
                  <p>A tree of letters.</p>
                  <ul>
                  <li>of</li>
                  <li>these</li>
                  </ul>
                  "A tree of letters.\n\n- of\n- these"
            "#]],
        );
    }

    #[test]
    fn ids_stay_where_questions_move() {
        let before = guids(
            "//- a.md\n# 一\n\n## 1. 什么是栈？\n\n# 二\n\n## 1. 什么是堆？\n\n树。\n\n## 2. 缺点\n\n# 三\n\n## 1. 缺点\n\n慢。\n",
        );
        let after = guids(
            "//- a.md\n新的开头。\n\n# 二\n\n## 9. 什么是堆？\n\n满二叉树。\n\n## 10. 缺点\n\n大。\n\n# 一\n\n## 什么是栈？\n\n后进先出。\n\n# 三\n\n## 1. 缺点\n",
        );
        assert_eq!(before, after);
        let ids: std::collections::HashSet<&String> = before.values().collect();
        assert_eq!(ids.len(), 4, "equal titles have ids of their own");
        assert_ne!(before, guids("//- b.md\n# 一\n\n## 1. 什么是栈？\n"));
    }

    #[test]
    fn ids_are_the_same_in_every_version() {
        assert_eq!(guid(&["a.md", "闭包", "1"]), "57b9dcd8da92a9754c175b840e5e362e");
        assert_ne!(guid(&["a", "b"]), guid(&["ab"]));
    }
}
