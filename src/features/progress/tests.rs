//! Two fixtures, and what changed from the one to the other.

use expect_test::{Expect, expect};
use std::fmt::Write;

use super::progress;
use crate::fixture::Fixture;
use crate::vault::coverage::Coverage;

fn figures(coverage: Option<Coverage>) -> String {
    coverage.map_or("-".to_owned(), |coverage| format!("{}/{}", coverage.answered, coverage.questions))
}

#[track_caller]
fn check(before: &str, after: &str, expected: &Expect) {
    let (before, after) = (Fixture::parse(before), Fixture::parse(after));
    let progress = progress(&before.vault, &after.vault, &|_| true);
    let mut out = String::new();
    writeln!(out, "{} → {}", figures(Some(progress.before)), figures(Some(progress.after))).unwrap();
    for note in &progress.notes {
        let from = note.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        writeln!(out, "{}{from}: {} → {}", note.path, figures(note.before), figures(note.after)).unwrap();
    }
    for chapter in &progress.chapters {
        let title = after.vault.note(&chapter.path).unwrap().headings[chapter.section].title();
        writeln!(out, "# {title}: {} → {}", figures(chapter.before), figures(Some(chapter.after))).unwrap();
    }
    for question in &progress.questions {
        let line = question
            .range
            .map_or(0, |range| after.vault.note(&question.path).unwrap().text.line_of(range.start()) + 1);
        writeln!(out, "{} {}:{line} {}", question.change.name(), question.path, question.title).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn answered_asked_reopened_and_gone() {
    check(
        "# 网络\n\n## 一、什么是 TCP？\n\n## 二、什么是 UDP？\n\n报文。\n\n## 三、什么是 ARP？\n\n## 四、什么是 NAT？\n\n待补充\n",
        "# 网络\n\n新的一句。\n\n## 1. 什么是 TCP？\n\n流。\n\n## 2. 什么是 UDP？\n\n## 3. 什么是 NAT？\n\n## 4. What is DNS?\n\n## 5. What is TLS?\n\nA protocol.\n",
        &expect![[r#"
            1/4 → 2/5
            /note.md: 1/4 → 2/5
            # 网络: 1/4 → 2/5
            gone /note.md:0 什么是 ARP？
            answered /note.md:5 什么是 TCP？
            reopened /note.md:9 什么是 UDP？
            asked /note.md:13 What is DNS?
            answered /note.md:15 What is TLS?
        "#]],
    );
}

#[test]
fn nothing_changed_when_only_places_did() {
    check(
        "# 一\n\n## 什么是栈？\n\n后进先出。\n\n## 什么是堆？\n\n# 二\n\n## 什么是图？\n",
        "# 二\n\n## 什么是图？\n\n## 什么是堆？\n\n# 一\n\n## 什么是栈？\n\n先进后出。\n",
        &expect![[r#"
            1/3 → 1/3
            # 二: 0/1 → 0/2
            # 一: 1/2 → 1/1
        "#]],
    );
}

#[test]
fn a_note_is_followed_to_its_new_name() {
    check(
        "//- a.md\n## 什么是栈？\n\n## 什么是堆？\n\n## 什么是树？\n//- same.md\n## What is a trie?\n//- gone.md\n## What is a ring?\n\nA cycle.\n",
        "//- 数据结构/b.md\n## 什么是栈？\n\n后进先出。\n\n## 什么是堆？\n\n## 什么是图？\n//- moved.md\n## What is a trie?\n//- new.md\n## What is a bag?\n",
        &expect![[r#"
            1/5 → 1/5
            /gone.md: 1/1 → -
            /moved.md from /same.md: 0/1 → 0/1
            /new.md: - → 0/1
            /数据结构/b.md from /a.md: 0/3 → 1/3
            gone /a.md:0 什么是树？
            gone /gone.md:0 What is a ring?
            asked /new.md:1 What is a bag?
            answered /数据结构/b.md:1 什么是栈？
            asked /数据结构/b.md:7 什么是图？
        "#]],
    );
}

#[test]
fn a_question_is_followed_into_another_note_when_its_title_leaves_no_doubt() {
    check(
        "//- a.md\n## 什么是栈？\n\n## 特点是什么？\n\n## 什么是堆？\n//- b.md\n## 特点是什么？\n\n快。\n",
        "//- a.md\n## 什么是堆？\n//- b.md\n## 什么是栈？\n\n后进先出。\n\n## 特点是什么？\n\n快。\n",
        &expect![[r#"
            1/4 → 2/3
            /a.md: 0/3 → 0/1
            /b.md: 1/1 → 2/2
            gone /a.md:0 特点是什么？
            answered /b.md:1 什么是栈？
        "#]],
    );
}

#[test]
fn equal_titles_are_told_apart_by_their_chapters() {
    check(
        "# Redis\n\n## 1. 有什么缺点？\n\n# MySQL\n\n## 1. 有什么缺点？\n",
        "# MySQL\n\n## 1. 有什么缺点？\n\n锁。\n\n# Redis\n\n## 1. 有什么缺点？\n",
        &expect![[r#"
            0/2 → 1/2
            /note.md: 0/2 → 1/2
            # MySQL: 0/1 → 1/1
            answered /note.md:3 有什么缺点？
        "#]],
    );
}

#[test]
fn an_answer_elsewhere_counts_as_it_did_then() {
    check(
        "//- a.md\n# 一\n\n## [[闭包]]\n",
        "//- a.md\n# 一\n\n## [[闭包]]\n//- 闭包.md\n函数和它的环境。\n",
        &expect![[r#"
            0/1 → 1/1
            /a.md: 0/1 → 1/1
            # 一: 0/1 → 1/1
            answered /a.md:3 闭包
        "#]],
    );
}
