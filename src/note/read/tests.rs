//! Facts of small notes, as one-line forms.

use expect_test::{Expect, expect};
use std::fmt::Write;

use crate::note::Note;
use crate::path::NotePath;
use crate::text::TextRange;

fn read(text: &str) -> Note {
    Note::read(NotePath::new("/note.md"), text)
}

#[track_caller]
fn check_headings(text: &str, expected: &Expect) {
    let note = read(text);
    let mut out = String::new();
    for (index, (heading, section)) in note.headings.iter().zip(&note.sections).enumerate() {
        let number = heading.number().map(|number| format!(" number {:?}", note.text.slice(number.range)));
        writeln!(
            out,
            "{} {:?} title {:?}{} #{} parent {:?} body {:?}",
            heading.level,
            note.text.slice(heading.content),
            heading.title(),
            number.unwrap_or_default(),
            note.slug(index),
            section.parent,
            note.text.slice(section.body),
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

#[track_caller]
fn check_links(text: &str, expected: &Expect) {
    let note = read(text);
    let mut out = String::new();
    for link in &note.links {
        let of = |range: TextRange| note.text.slice(range).to_owned();
        writeln!(
            out,
            "{:?} {:?} label {:?} target {:?}",
            link.kind,
            of(link.range),
            of(link.label),
            of(link.target)
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

#[track_caller]
fn check_bodies(text: &str, expected: &Expect) {
    let note = read(text);
    let mut out = String::new();
    for (heading, section) in note.headings.iter().zip(&note.sections) {
        writeln!(
            out,
            "{}: {} {:?}",
            heading.title(),
            section.substance.names().join(" "),
            heading.short_body().unwrap_or_default()
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn headings_of_every_kind() {
    check_headings(
        "# 一、[闭包](a.md) #\n正文\n\n作用域\n---\n\n> ## 引文\n> x\n\n1. ### 什么是堆？\n\n   答\n\n续\n\n<h2 id=\"x\">手写 <b>HTML</b></h2>\n\n## **2.Node节点** {#node}\n## 优化[2](#fn-2)\n",
        &expect![[r#"
            1 "一、[闭包](a.md)" title "闭包" number "一、" #一闭包 parent None body "\n正文\n\n"
            2 "作用域" title "作用域" #作用域 parent Some(0) body "\n\n> ## 引文\n> x\n\n1. ### 什么是堆？\n\n   答\n\n续\n\n"
            2 "引文" title "引文" #引文 parent Some(1) body "\n> x"
            3 "什么是堆？" title "什么是堆？" #什么是堆 parent Some(1) body "\n\n   答\n\n续\n\n"
            2 "手写 <b>HTML</b>" title "手写 HTML" #手写-html parent Some(0) body "\n\n"
            2 "**2.Node节点**" title "Node节点" number "2." #2node节点 parent Some(0) body "\n"
            2 "优化[2](#fn-2)" title "优化" #优化2 parent Some(0) body "\n"
        "#]],
    );
}

#[test]
fn repeated_headings_and_crlf() {
    check_headings(
        "# a\r\n\r\nx\r\n# a\r\n## ❤️ b\r\n",
        &expect![[r#"
        1 "a" title "a" #a parent None body "\r\n\r\nx\r\n"
        1 "a" title "a" #a-1 parent None body "\r\n"
        2 "❤\u{fe0f} b" title "❤\u{fe0f} b" #️-b parent Some(1) body "\r\n"
    "#]],
    );
}

#[test]
fn links_of_every_kind() {
    check_links(
        "# 见 [[闭包|它]]\n[a](b.md#c \"t\") ![图](<x y.png>) [r] [甲][r] [乙][没有] <https://a.b> [^1] [^2]\n| [[x\\|y]] | <a href=\"z.md\">z</a> |\n|-|-|\n| ![[p.png]] | <img src='q.png'> |\n\n`[[code]]` $[[math]]$ [[⬆]](#top)\n\n[r]: d.md\n[^1]: 注\n",
        &expect![[r##"
            Wiki "[[闭包|它]]" label "它" target "闭包"
            Inline "[a](b.md#c \"t\")" label "a" target "b.md#c"
            Image "![图](<x y.png>)" label "图" target "x y.png"
            Reference "[r]" label "r" target "r"
            Reference "[甲][r]" label "甲" target "r"
            BrokenReference "[乙][没有]" label "乙" target "没有"
            Autolink "<https://a.b>" label "https://a.b" target "https://a.b"
            Footnote "[^1]" label "1" target "1"
            Footnote "[^2]" label "2" target "2"
            Wiki "[[x\\|y]]" label "y" target "x"
            HtmlLink "<a href=\"z.md\">" label "z.md" target "z.md"
            Embed "![[p.png]]" label "p.png" target "p.png"
            HtmlImage "<img src='q.png'>" label "q.png" target "q.png"
            Inline "[[⬆]](#top)" label "[⬆]" target "#top"
        "##]],
    );
}

#[test]
fn what_counts_as_content() {
    check_bodies(
        "# 空\n\n---\n<!-- x -->\n<a id=\"y\"></a>\n<br>\n\n^b1\n\n[TOC]\n\n-\n\n```\n\n```\n# 待办\n<!-- TODO: 画图 -->\n# 字\n一句话。\n# 表\n|a|\n|-|\n|b|\n# 码\n    x\n# 图\n![](a.png)\n# 链\n- [a](b.md)、[c](d.md)\n# 嵌\n![[e]]\n# 折叠\n<details><summary>答案</summary>\n\n里面\n\n</details>\n\n# 空折叠\n<details><summary>答案</summary>\n</details>\n\n# 包含\n{{#include a.rs}}\n# 点\n……\n# 回顶\n[⬆ 返回顶部](#空)\n# 式\n$$x$$\n# 引\n> y\n# 注\n[^1]: z\n",
        &expect![[r#"
            空:  "^b1[TOC]"
            待办: todo-comment ""
            字: text "一句话。"
            表: text table "ab"
            码: code ""
            图: image ""
            链: punctuation link "a、c"
            嵌: embed "![[e]]"
            折叠: text "里面"
            空折叠:  ""
            包含: include "{{#include a.rs}}"
            点: punctuation "……"
            回顶:  "⬆ 返回顶部"
            式: math ""
            引: text "y"
            注: text definition "z"
        "#]],
    );
}

#[test]
fn the_rest_of_the_facts() {
    let note = read(
        "---\ntitle: 题\n---\n> [!question]- 为什么？\n> 因为\n\n- [ ] 做 #待办/今天\n- [x] 完\n\n<a name=\"top\"></a>\n段 ^b1\n\n<details><summary> 什么是栈？ </summary>\n</details>\n\n<!-- studymark: ignore -->\n`code` $m$ #1 C# x#y\n",
    );
    let of = |range: TextRange| note.text.slice(range).to_owned();
    let callout = &note.callouts[0];
    assert_eq!(
        (of(callout.kind), of(callout.title), callout.substance.is_empty()),
        ("question".into(), "为什么？".into(), false)
    );
    assert_eq!(
        note.tasks.iter().map(|task| (of(task.marker), task.done)).collect::<Vec<_>>(),
        [("[ ]".into(), false), ("[x]".into(), true)]
    );
    assert_eq!(note.tags.iter().map(|&tag| of(tag)).collect::<Vec<_>>(), ["#待办/今天"]);
    assert_eq!(note.anchors.iter().map(|anchor| of(anchor.name)).collect::<Vec<_>>(), ["top", "b1"]);
    assert_eq!(of(note.details[0].summary), "什么是栈？");
    assert!(note.details[0].substance.is_empty());
    assert_eq!(note.directives.len(), 1);
    assert_eq!(note.front_matter.as_ref().and_then(|front| front.title.as_deref()), Some("题"));
    let masks: Vec<_> = note.masks.iter().map(|mask| format!("{:?}", mask.kind)).collect();
    assert_eq!(masks, ["FrontMatter", "Html", "Html", "Html", "Comment", "CodeSpan", "Math"]);
}

#[test]
fn what_a_thread_read_before_makes_no_difference() {
    let texts = [
        "# 1. a[2](#fn-2) {#x}\n\n<details><summary>s\n\n- [ ] b #t ^id\n  1. # c\n     > [!x] d",
        "> - - # a\n\n[r]: b\n[^n]: c [[d|e]] <h1 id=\"y\">f",
        "---\ntitle: t\n---\n```\n# g",
        "## 一、h\n\n略\n\n## 一、h\n",
        "",
    ];
    for (before, text) in texts.iter().flat_map(|before| texts.map(|text| (before, text))) {
        let _ = read(before);
        let again = read(text);
        let fresh = std::thread::spawn(move || read(text)).join().unwrap();
        assert_eq!(again, fresh, "{text:?} after {before:?}");
    }
}
