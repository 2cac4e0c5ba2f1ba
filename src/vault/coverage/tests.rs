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
