//! States, roles and coverage on small notes.

use expect_test::{Expect, expect};
use std::fmt::Write;

use crate::fixture::Fixture;
use crate::vault::coverage::Flag;

#[track_caller]
fn check(fixture: &str, expected: &Expect) {
    let fixture = Fixture::parse(fixture);
    let note = fixture.first();
    let answers = fixture.vault.answers(note);
    let mut out = String::new();
    for (heading, answer) in note.headings.iter().zip(&answers.sections) {
        let role = match (answer.question, answer.chapter) {
            (true, _) => "question",
            (_, true) => "chapter",
            _ => "part",
        };
        let flag = match answer.flag {
            None => "",
            Some(Flag::UnansweredQuestion) => " !unanswered",
            Some(Flag::EmptySection) => " !empty-section",
            Some(Flag::EmptyChapter) => " !empty-chapter",
            Some(Flag::StubAnswer) => " !stub",
        };
        writeln!(
            out,
            "{} {}: {role} {}{flag}",
            "#".repeat(heading.level.into()),
            heading.title,
            answer.state.name()
        )
        .unwrap();
    }
    let total = fixture.vault.coverage(note).total;
    writeln!(out, "{}/{} stub {}", total.answered, total.questions, total.stub).unwrap();
    expected.assert_eq(&out);
}

#[test]
fn interview_notes() {
    check(
        "# 网络\n\n## 一、TCP 有哪些状态\n\n## 二、拥塞控制\n慢启动。\n\n## 三、cookie\n\n# 容器\n\n# 语言\n\n## 1. map\n### sync.Map\n另一篇文章会详细介绍\n",
        &expect![[r#"
            # 网络: chapter partial
            ## TCP 有哪些状态: question unanswered !unanswered
            ## 拥塞控制: question answered
            ## cookie: question unanswered !unanswered
            # 容器: chapter empty-chapter !empty-chapter
            # 语言: chapter stub
            ## map: chapter stub
            ### sync.Map: question stub !stub
            1/4 stub 1
        "#]],
    );
}

#[test]
fn headings_in_numbered_items_own_what_follows_the_list() {
    check(
        "12. ### What is a heap?\n\nA tree.\n\n13. ### What is a trie?\n\n14. ### What is a treap?\n\n    Both.\n\n- ## outline\n- ## of bullets\n",
        &expect![[r#"
            ### What is a heap?: question answered
            ### What is a trie?: question unanswered !unanswered
            ### What is a treap?: question answered
            ## outline: part unanswered
            ## of bullets: part unanswered
            2/3 stub 0
        "#]],
    );
}

#[test]
fn a_title_with_chapters_of_questions() {
    check(
        "# Go 面试题\n\n收集中。\n\n## 一、基础\n\n### 1. 什么是 slice？\n\n答\n\n### 2. 什么是 map？\n\n## 二、并发\n\n### 1. 什么是 channel？\n\n……\n\n## 三、其他\n",
        &expect![[r#"
            # Go 面试题: chapter partial
            ## 基础: chapter partial
            ### 什么是 slice？: question answered
            ### 什么是 map？: question unanswered !unanswered
            ## 并发: chapter stub
            ### 什么是 channel？: question stub !stub
            ## 其他: chapter empty-chapter !empty-chapter
            1/3 stub 1
        "#]],
    );
}

#[test]
fn an_unnumbered_heading_may_go_on_with_the_question_before_it() {
    check(
        "# go\n\n## 1 GMP 模型，为什么要有 P？\n\n答\n\n## GMP 模型\n\n图\n\n## 2 什么是泄漏\n\n## 流程\n\n文\n",
        &expect![[r#"
            # go: chapter partial
            ## GMP 模型，为什么要有 P？: question answered
            ## GMP 模型: part answered
            ## 什么是泄漏: question unanswered !unanswered
            ## 流程: question answered
            2/3 stub 0
        "#]],
    );
}
