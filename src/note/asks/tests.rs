//! What asks in small notes, and whether it is answered.

use expect_test::{Expect, expect};
use std::fmt::Write;

use super::{Kinds, asks};
use crate::note::Note;
use crate::path::NotePath;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let note = Note::read(NotePath::new("/note.md"), text);
    let tags = ["flashcards".to_owned()];
    let kinds = Kinds {
        details: true,
        callouts: true,
        pairs: true,
        lists: false,
        card_tags: &tags,
        words: &[],
        stub_phrases: &[],
        skeleton: "",
    };
    let mut out = String::new();
    for ask in asks(&note, &kinds) {
        assert!(ask.range.contains_range(ask.selection), "{ask:?}");
        assert!(ask.answer.is_empty() || ask.range.contains_range(ask.answer), "{ask:?}");
        let (asked, answer) = (note.text.slice(ask.selection), note.text.slice(ask.answer));
        writeln!(out, "{} {:?} {asked:?} {:?} {answer:?}", ask.source.name(), ask.title, ask.standing)
            .unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn folded_details() {
    check(
        "# Terraform\n\n<details>\n<summary>What is <b>state</b>?</summary><br><b>\n</b></details>\n\n<details>\n<summary>What are providers?</summary>\n\n- `aws`\n\n</details>\n\n<details><summary>Define `plan`</summary>\nTODO\n</details>\n\n<details><summary>Answer</summary></details>\n",
        &expect![[r#"
            details "What is state?" "What is <b>state</b>?" Open ""
            details "What are providers?" "What are providers?" Answered "\n\n- `aws`\n\n"
            details "Define plan" "Define `plan`" PutOff "\nTODO\n"
        "#]],
    );
}

#[test]
fn details_in_an_answer_ask_nothing() {
    check(
        "# What is a heap?\n\n<details><summary>Full code</summary>\n\n```c\nint a;\n```\n</details>\n<details><summary>Drawing</summary></details>\n\n# Heaps\n\nText.\n\n<details><summary>Proof</summary>\n\nBy induction.\n\n</details>\n<details><summary>Code</summary>x</details>\n<details><summary>Why is it fast?</summary></details>\n",
        &expect![[r#"
            details "Why is it fast?" "Why is it fast?" Open ""
        "#]],
    );
}

#[test]
fn nested_details() {
    check(
        "<details><summary>What is Go?</summary>\n<details><summary>Why a GC?</summary></details>\n</details>\n<details><summary>What is C",
        &expect![[r#"
            details "What is Go?" "What is Go?" Open ""
            details "Why a GC?" "Why a GC?" Open ""
        "#]],
    );
}

#[test]
fn callouts() {
    check(
        "> [!question] 什么是**闭包**？\n\n> [!faq]- Why?\n> Because.\n\n> [!question] 什么是栈？\n> 待补充\n\n> [!todo] 画图\n\n> [!done] 读第三章\n> 读完\n\n> [!tip] Why?\n\n> [!todo]\n> 看书\n\n> [!question]\n",
        &expect![[r#"
            callout "什么是闭包？" "什么是**闭包**？" Open ""
            callout "Why?" "Why?" Answered "\n> Because."
            callout "什么是栈？" "什么是栈？" PutOff "\n> 待补充"
            callout "画图" "画图" PutOff ""
            callout "读第三章" "读第三章" Answered "\n> 读完"
            callout "看书" "看书" PutOff ""
        "#]],
    );
}

#[test]
fn callouts_without_a_title() {
    check(
        "> [!question]\n> 什么是闭包？\n\n一个函数。\n\n# a\n\n> [!question]\n> What is a heap?\n\n# b\n\n> [!question]\n> What is a trie?\n> A tree of letters.\n\n> [!help]\n> 请联系作者。\n",
        &expect![[r#"
            callout "什么是闭包？" "什么是闭包？" Answered ""
            callout "What is a heap?" "What is a heap?" Open ""
            callout "What is a trie?" "What is a trie?" Answered "\n> A tree of letters."
        "#]],
    );
}

#[test]
fn pairs() {
    check(
        "Q: What is a heap?\nA: A tree.\n\n**Q2：** 什么是栈？\n\n**A：** 待补充\n\n- 问：什么是队列？\n- 答：\n\nQ: Why?\n\n```\nA: x\n```\n\n# b\n\nQ: How?\n<!-- later -->\n\n# Q: a heading\n\nAnd: that\nQ::A\n```\nQ: code\n```\n",
        &expect![[r#"
            pair "What is a heap?" "What is a heap?" Answered "A tree."
            pair "什么是栈？" "什么是栈？" PutOff "待补充"
            pair "什么是队列？" "什么是队列？" Open ""
            pair "Why?" "Why?" Answered "\n\n```\nA: x\n```"
            pair "How?" "How?" Open ""
        "#]],
    );
}

#[test]
fn items_of_lists() {
    check(
        "---\nquestions: list\n---\n- What is a heap?\n- What is a trie?\n  - a tree\n- **为什么快？**\n- no question\n- [ ] What is left?\n1. Why?\n\n   ```\n   x\n   ```\n2. How?\n> - Where?\n",
        &expect![[r#"
            list "What is a heap?" "What is a heap?" Open ""
            list "What is a trie?" "What is a trie?" Answered "\n  - a tree"
            list "为什么快？" "**为什么快？**" Open ""
            list "What is left?" "What is left?" Open ""
            list "Why?" "Why?" Answered "\n\n   ```\n   x\n   ```"
            list "How?" "How?" Open ""
            list "Where?" "Where?" Open ""
        "#]],
    );
    check("- What is a heap?\n", &expect![""]);
}

#[test]
fn flashcards() {
    check(
        "#flashcards/go\n\n# Go\n\nslice::a view of an array <!--SR:!2026-01-01,3,250-->\n- 通道::\n`std::move`:::C++\n\nWhat is\na map?\n?\nA hash table.\n```go\nm := map\n```\n\n闭包\n??\n\n不是卡片\n\n?\nno front\n```\na::b\n```\nhttp://[::1]\n",
        &expect![[r#"
            card "slice" "slice" Answered "a view of an array <!--SR:!2026-01-01,3,250-->"
            card "通道" "通道" Open ""
            card "std::move" "`std::move`" Answered "C++"
            card "What is a map?" "What is\na map?" Answered "\nA hash table.\n```go\nm := map\n```"
            card "闭包" "闭包" Open ""
        "#]],
    );
    check("slice::a view\n", &expect![""]);
}
