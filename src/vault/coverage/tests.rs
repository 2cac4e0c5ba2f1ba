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
            heading.title(),
            answer.state.name()
        )
        .unwrap();
    }
    for asked in &answers.asks {
        let around = asked.section.map_or("", |section| note.headings[section].title());
        let flag = asked.flag.map_or(String::new(), |flag| format!(" !{flag:?}"));
        writeln!(
            out,
            "{} {} in {around}: {}{flag}",
            asked.ask.source.name(),
            asked.ask.title,
            asked.state.name()
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

#[test]
fn details_ask_and_make_their_heading_a_chapter() {
    check(
        "# Devops\n\n## Terraform\n\n<details><summary>What is state?</summary></details>\n\n<details><summary>Why modules?</summary>\n\nTo share.\n\n</details>\n\n## Ansible\n\n<details><summary>What is a role?</summary></details>\n\n## What is a pod?\n\n<details><summary>答案</summary></details>\n\n## What is a node?\n\n<details><summary>Answer</summary>A machine.</details>\n",
        &expect![[r#"
            # Devops: chapter partial
            ## Terraform: chapter partial
            ## Ansible: chapter empty-chapter !empty-chapter
            ## What is a pod?: question unanswered !unanswered
            ## What is a node?: question answered
            details What is state? in Terraform: unanswered !UnansweredQuestion
            details Why modules? in Terraform: answered
            details What is a role? in Ansible: unanswered !UnansweredQuestion
            2/5 stub 0
        "#]],
    );
}

#[test]
fn callouts_are_counted_beside_the_text_they_stand_in() {
    check(
        "> [!todo] 读完\n\n# 网络\n\n## 1. TCP\n\n可靠。\n\n> [!question] 为什么要三次握手？\n\n> [!done] 四次挥手\n\n## 2. UDP\n\n> [!question] 什么时候用？\n",
        &expect![[r#"
            # 网络: chapter partial
            ## TCP: question partial
            ## UDP: question partial
            callout 读完 in : stub !StubAnswer
            callout 为什么要三次握手？ in TCP: unanswered !UnansweredQuestion
            callout 四次挥手 in TCP: answered
            callout 什么时候用？ in UDP: unanswered !UnansweredQuestion
            3/6 stub 1
        "#]],
    );
}

#[test]
fn switches_for_what_asks_outside_of_headings() {
    check(
        "# a\n\n<details><summary>What is A?</summary>\n<!-- studymark: ignore -->\n</details>\n\n> [!question] 什么是B？\n> <!-- studymark: answered -->\n\n# b\n<!-- studymark: ignore -->\n\n> [!question] 什么是C？\n\n# c\n\n> [!question] What to do?\n> Something.\n> <!-- studymark: todo -->\n",
        &expect![[r#"
            # a: question answered
            # b: part answered
            # c: question partial
            callout 什么是B？ in a: answered
            callout What to do? in c: stub !StubAnswer
            3/4 stub 1
        "#]],
    );
    check(
        "---\nstudymark: off\n---\n> [!question] 什么是B？\n",
        &expect![[r#"
        0/0 stub 0
    "#]],
    );
}

#[test]
fn forms_are_no_questions() {
    let form = "> [!question] 今天学了什么？\n\n";
    check(
        &form.repeat(3),
        &expect![[r#"
        callout 今天学了什么？ in : unanswered
        callout 今天学了什么？ in : unanswered
        callout 今天学了什么？ in : unanswered
        0/3 stub 0
    "#]],
    );
}

#[test]
fn an_accidental_heading_is_a_question_of_its_list() {
    check(
        "# Heaps\n\n- What is a heap?\n  -\n- 什么是堆？\n  -\n  一棵树。\n- an outline\n  -\n",
        &expect![[r#"
            # Heaps: chapter partial
            ## What is a heap?: question unanswered !unanswered
            ## 什么是堆？: question answered
            ## an outline: part unanswered
            1/2 stub 0
        "#]],
    );
}

#[test]
fn an_outline_with_nothing_filled_in_is_no_answer() {
    check(
        "# a\n\n## 1. 什么是堆？\n\n**一句话**：\n\n**原理**：\n\n**例子**：\n\n## 2. What is a heap?\n\n**In short:**\n\n**Why:**\n\n**Example:**\n\n## 3. What is a trie?\n\n**In short:** a tree.\n\n**Why:**\n\n**Example:**\n",
        &expect![[r#"
            # a: chapter partial
            ## 什么是堆？: question stub !stub
            ## What is a heap?: question stub !stub
            ## What is a trie?: question answered
            1/3 stub 2
        "#]],
    );
}
