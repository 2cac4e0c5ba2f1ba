//! What a hover shows, checked on small notes.

use super::{Known, hover};
use crate::fixture::Fixture;
use crate::vault::glossary::Glossary;
use crate::vault::preview::{Form, Piece};
use crate::vault::topics::Topics;
use expect_test::{Expect, expect};

/// What is shown at `$0`.
fn check(fixture: &str, expected: &Expect) {
    check_as(Form::Markdown, fixture, expected);
}

fn check_as(form: Form, fixture: &str, expected: &Expect) {
    let fixture = Fixture::parse(fixture);
    let (path, offset) = fixture.cursor.clone().expect("a cursor");
    let note = fixture.vault.note(&path).expect("a note");
    let compared = fixture.vault.compare(&Topics::of(&fixture.vault), note);
    let glossary = Glossary::of(&fixture.vault);
    let topics = Topics::of(&fixture.vault);
    let known = Known { glossary: &glossary, compared: Some(&compared), topics: Some(&topics) };
    let Some(hover) = hover(&fixture.vault, known, note, offset, form) else {
        return expected.assert_eq("nothing\n");
    };
    let mut shown = format!("[{}]\n", note.text.slice(hover.range));
    for piece in hover.pieces {
        match piece {
            Piece::Markdown(text) => shown.push_str(&text),
            Piece::Uri(path, line) => shown.push_str(&format!("‹{path} {line:?}›")),
            Piece::Picture(path) => shown.push_str(&format!("‹picture {path}›")),
            Piece::PictureSize(_) => shown.push_str("‹size›"),
        }
    }
    expected.assert_eq(&format!("{shown}\n"));
}

const NOTES: &str = "\
//- 面试/网络.md
# 网络

## 一、TCP

### 什么是三次握手？

建立连接，见 [挥手](#什么是四次挥手)。

### 什么是四次挥手？

## 二、HTTP*2*
//- 图/a.png
//- x/同.md
//- y/同.md
";

fn check_link(link: &str, expected: &Expect) {
    check(&format!("//- a.md\n{link}\n{NOTES}"), expected);
}

#[test]
fn on_a_link_its_target() {
    check_link(
        "[x](面试/网络.md#什么是三次握手$0)",
        &expect![[r#"
            [[x](面试/网络.md#什么是三次握手)]
            **什么是三次握手？** · answered

            面试/网络.md › 网络 › 一、TCP

            ---

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。
        "#]],
    );
    check_link(
        "[[网络#什么是四次挥手？$0]]",
        &expect![[r#"
            [[[网络#什么是四次挥手？]]]
            **什么是四次挥手？** · unanswered

            面试/网络.md › 网络 › 一、TCP
        "#]],
    );
    check_link(
        "[[网络#一、TCP$0]]",
        &expect![[r#"
            [[[网络#一、TCP]]]
            **一、TCP** · 1/2 answered

            面试/网络.md › 网络

            ---

            ### 什么是三次握手？

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。

            ### 什么是四次挥手？
        "#]],
    );
    check_link(
        "[x](面试/网络$0.md)",
        &expect![[r#"
            [[x](面试/网络.md)]
            **网络** · 1/2 answered

            面试/网络.md

            ---

            ## 一、TCP

            ### 什么是三次握手？

            建立连接，见 [挥手](‹/面试/网络.md Some(8)›)。

            ### 什么是四次挥手？

            ## 二、HTTP*2*
        "#]],
    );
    check_link(
        "![p](图/a.p$0ng)",
        &expect![[r#"
                [![p](图/a.png)]
                ![a](‹picture /图/a.png›)

                `图/a.png` · ‹size›
            "#]],
    );
    check_link(
        "[[同$0]]",
        &expect![[r#"
            [[[同]]]
            ambiguous: 2 places are called so

            - x/同.md
            - y/同.md
        "#]],
    );
    check_link(
        "[x](https://a.b$0)",
        &expect![[r#"
            nothing
        "#]],
    );
}

#[test]
fn as_plain_text() {
    let plain = |link: &str, expected: &Expect| {
        check_as(Form::Plain, &format!("//- a.md\n{link}\n{NOTES}"), expected);
    };
    plain(
        "[x](面试/网络.md#什么是三次握手$0)",
        &expect![[r#"
            [[x](面试/网络.md#什么是三次握手)]
            什么是三次握手？ · answered

            面试/网络.md › 网络 › 一、TCP

            建立连接，见 挥手。
        "#]],
    );
    plain(
        "![p](图/a.p$0ng)",
        &expect![[r#"
            [![p](图/a.png)]
            图/a.png · ‹size›
        "#]],
    );
    plain(
        "[x](面试/网络.md#什么是三次握$0)",
        &expect![[r#"
            [[x](面试/网络.md#什么是三次握)]
            no heading or anchor #什么是三次握 in 面试/网络.md

            did you mean #什么是三次握手?
        "#]],
    );
}

#[test]
fn on_a_line_of_code_the_code() {
    check(
        "//- a.md\n[x](b.md#L6$0)\n//- b.md\n# 甲\n\n```go\na := 1\n// <b>\nb := 2\n```\n\n后\n",
        &expect![[r#"
                [[x](b.md#L6)]
                **甲** · answered

                b.md

                ---

                ```go
                a := 1
                // <b>
                b := 2
                ```

                后
            "#]],
    );
}

#[test]
fn on_a_broken_link_why_and_what_is_near() {
    check_link(
        "[x](网络$0.md)",
        &expect![[r#"
            [[x](网络.md)]
            file not found: 网络.md

            did you mean `面试/网络.md`?
        "#]],
    );
    check_link(
        "[x](面试/网络.md#什么是三次握$0)",
        &expect![[r#"
                [[x](面试/网络.md#什么是三次握)]
                no heading or anchor #什么是三次握 in 面试/网络.md

                did you mean `#什么是三次握手`?
            "#]],
    );
    check_link(
        "[[网路$0]]",
        &expect![[r#"
            [[[网路]]]
            no note is called 网路
        "#]],
    );
    check_link(
        "![p](图/b/a$0.png)",
        &expect![[r#"
            [![p](图/b/a.png)]
            image not found: 图/b/a.png

            did you mean `图/a.png`?
        "#]],
    );
    check_link(
        "甲[^9$0]",
        &expect![[r#"
                [[^9]]
                no footnote \[^9\] in this note
            "#]],
    );
}

#[test]
fn on_definitions_footnotes_tags_and_headings() {
    check(
        "[a][r$0]\n\n# 闭包\n\n正文\n\n[r]: #闭包\n",
        &expect![[r#"
                [[a][r]]
                `[r]: #闭包`

                ---

                **闭包** · answered

                note.md

                ---

                正文
            "#]],
    );
    check(
        "[a][r] [r]\n\n[r$0]: #闭包\n",
        &expect![[r#"
            [r]
            used 2 times
        "#]],
    );
    check(
        "甲[^1$0]\n\n[^1]: 注释 *一*\n",
        &expect![[r#"
                [[^1]]
                 注释 *一*
            "#]],
    );
    check(
        "//- a.md\n#操作$0系统 #操作系统\n//- b.md\n#操作系统/Linux\n",
        &expect![[r#"
                [#操作系统]
                **\#操作系统**: 3 times in 2 notes
            "#]],
    );
    check(
        "//- a.md\n# 笔记\n\n## 什么是闭$0包？\n//- b.md\n[x](a.md#什么是闭包) [[a#什么是闭包？]]\n",
        &expect![[r#"
                [什么是闭包？]
                **什么是闭包？** · unanswered

                a.md › 笔记

                linked 2 times from 1 note
            "#]],
    );
    check(
        "plain$0\n",
        &expect![[r#"
            nothing
        "#]],
    );
}

#[test]
fn an_open_question_with_its_possible_answers() {
    check(
        "# Go\n\n## 1. select可以用于什么\n\n等待多个通道。\n\n## 2. 什么是逃逸$0分析？\n\n## 3. 垃圾回收\n\n对象越多越慢。\n\n逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。\n",
        &expect![[r#"
                [2. 什么是逃逸分析？]
                **2. 什么是逃逸分析？** · unanswered

                note.md › Go

                no links lead here

                possible answers:

                - [垃圾回收](‹/note.md Some(12)›), line 13 (逃逸分析)
            "#]],
    );
    check(
        "# Go\n\n## 1. select可以用于什么\n\n等待多个通道。\n\n## 2. Select可以用于什么$0？\n",
        &expect![[r#"
                [2. Select可以用于什么？]
                **2. Select可以用于什么？** · unanswered

                note.md › Go

                no links lead here

                answered in [1. select可以用于什么](‹/note.md Some(2)›), line 3
            "#]],
    );
}

const TERMS: &str = "//- gc.md\n# GC\n\n## 1. 写屏障（Write Barrier）\n\n让程序与回收并行的**开关**。\n\n## 2. 逃逸分析有什么用？\n\n逃逸分析的目的是决定分配到哪里。写屏障呢\n\n## 3. 写屏障的代价\n";

#[test]
fn a_name_in_prose_shows_what_it_is() {
    let asked = |text: &str| format!("//- a.md\n# 笔记\n\n{text}\n{TERMS}");
    check(
        &asked("😀打开寫$0屏障之后，写屏障"),
        &expect![[r#"
            [寫屏障]
            **写屏障** (Write Barrier) · answered

            gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

            ---

            让程序与回收并行的**开关**。

            spoken of 2 times in this note
        "#]],
    );
    check(
        &asked("write barri$0er"),
        &expect![[r#"
            [write barrier]
            **写屏障** (Write Barrier) · answered

            gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

            ---

            让程序与回收并行的**开关**。

            spoken of once in this note
        "#]],
    );
    check(
        &asked("`写屏$0障` 逃逸"),
        &expect![[r#"
                [写屏障]
                **写屏障** (Write Barrier) · answered

                gc.md › [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                让程序与回收并行的**开关**。

                spoken of 0 times in this note
            "#]],
    );
    check(
        &asked("一般$0的词"),
        &expect![[r#"
            nothing
        "#]],
    );
    check_as(
        Form::Plain,
        &asked("逃逸分$0析"),
        &expect![[r#"
            [逃逸分析]
            逃逸分析

            gc.md › 逃逸分析有什么用？, line 9

            逃逸分析的目的是决定分配到哪里。写屏障呢

            spoken of once in this note
        "#]],
    );
}

#[test]
fn a_name_in_a_heading_or_where_it_is_defined() {
    check(
        &TERMS.replace("3. 写屏", "3. 写$0屏"),
        &expect![[r#"
                [3. 写屏障的代价]
                **3. 写屏障的代价** · unanswered

                gc.md › GC

                no links lead here

                possible answers:

                - [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3 (写屏障)
                - [逃逸分析有什么用？](‹/gc.md Some(8)›), line 9 (写屏障)

                similar: [1. 写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                **写屏障** (Write Barrier) · answered

                [写屏障（Write Barrier）](‹/gc.md Some(2)›), line 3

                ---

                让程序与回收并行的**开关**。

                spoken of 3 times in this note
            "#]],
    );
    check(
        &TERMS.replace("逃逸分析的目的", "逃逸$0分析的目的"),
        &expect![[r#"
            [逃逸分析]
            **逃逸分析**

            [逃逸分析有什么用？](‹/gc.md Some(8)›), line 9

            ---

            逃逸分析的目的是决定分配到哪里。写屏障呢

            spoken of once in this note
        "#]],
    );
    check(
        &TERMS.replace("1. 写屏", "1. 写$0屏"),
        &expect![[r#"
            [1. 写屏障（Write Barrier）]
            **1. 写屏障（Write Barrier）** · answered

            gc.md › GC

            no links lead here

            similar: [3. 写屏障的代价](‹/gc.md Some(10)›), line 11
        "#]],
    );
}
