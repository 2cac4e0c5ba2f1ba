//! Findings on small vaults, and silence where nothing certain can be said.

use expect_test::{Expect, expect};
use std::fmt::Write;

use crate::config::{Config, Level, Severity};
use crate::features::diagnostics::{CHECKS, check_note, check_unreadable, codes};
use crate::fixture::Fixture;
use crate::path::NotePath;
use crate::text::PositionEncoding;
use crate::vault::Unreadable;

/// `note.md:2:3 missing-note: no note is called 作用域`, from 1, columns in characters.
fn findings(fixture: &Fixture) -> String {
    let mut out = String::new();
    for note in fixture.vault.notes() {
        for found in check_note(&fixture.vault, note) {
            let at = note.text.line_col(found.range.start(), PositionEncoding::Utf32);
            let path = note.path.as_str().trim_start_matches('/');
            writeln!(out, "{path}:{}:{} {}: {}", at.line + 1, at.column + 1, found.code, found.message)
                .unwrap();
        }
    }
    out
}

#[track_caller]
fn check(fixture: &str, expected: &Expect) {
    expected.assert_eq(&findings(&Fixture::parse(fixture)));
}

#[track_caller]
fn silent(fixture: &str) {
    assert_eq!(findings(&Fixture::parse(fixture)), "");
}

#[test]
fn files_images_and_headings_that_are_missing() {
    check(
        "//- 笔记/闭包.md\n# 闭包\n\n😀 [a](没有.md) [b](作用域.md#词法) [c](#没有) ![d](图.png)\n\n[e][r] <a href=\"no.md\">f</a> <img src=\"no.png\">\n\n[r]: gone.md\n//- 笔记/作用域.md\n# 作用域\n\n好。\n",
        &expect![[r#"
            笔记/闭包.md:3:7 missing-file: file not found: 笔记/没有.md
            笔记/闭包.md:3:24 missing-heading: no heading or anchor #词法 in 笔记/作用域.md
            笔记/闭包.md:3:33 missing-heading: no heading or anchor #没有 in this note
            笔记/闭包.md:3:43 missing-image: image not found: 笔记/图.png
            笔记/闭包.md:5:17 missing-file: file not found: 笔记/no.md
            笔记/闭包.md:5:40 missing-image: image not found: 笔记/no.png
            笔记/闭包.md:7:6 missing-file: file not found: 笔记/gone.md
        "#]],
    );
}

#[test]
fn ranges_cover_what_is_wrong() {
    let fixture = Fixture::parse(
        "//- a.md\n# 甲\n\n见 [x](⟦没有.md⟧)、[y](b.md⟦#没有⟧)、[[⟦无⟧]]、⟦[^1]⟧\n//- b.md\n# 乙\n\n好。\n",
    );
    let found = check_note(&fixture.vault, fixture.note("a.md"));
    let ranges: Vec<_> = found.iter().map(|found| found.range).collect();
    let marked: Vec<_> = fixture.marked.iter().map(|(_, range)| *range).collect();
    assert_eq!(ranges, marked);
}

#[test]
fn names_that_are_missing() {
    check(
        "//- a.md\n# 甲\n\n[[闭包]] [[作用域#词法]] [[b#没有]] ![[no.png]] [[#没有]]\n//- b.md\n# 乙\n\n好。\n",
        &expect![[r#"
            a.md:3:3 missing-note: no note is called 闭包
            a.md:3:10 missing-note: no note is called 作用域
            a.md:3:22 missing-heading: no heading or anchor #没有 in b.md
            a.md:3:31 missing-image: image not found: no.png
            a.md:3:42 missing-heading: no heading or anchor #没有 in this note
        "#]],
    );
}

#[test]
fn references_and_footnotes_that_are_missing() {
    check(
        "# 甲\n\n[文][无] [The Go blog][1] [另][] [^1] [^b] [^甲]\n\n[^b]: 有\n",
        &expect![[r#"
        note.md:3:1 missing-reference: nothing defines [无]
        note.md:3:8 missing-reference: nothing defines [1]
        note.md:3:25 missing-reference: nothing defines [另]
        note.md:3:31 missing-footnote: no footnote [^1] in this note
        note.md:3:41 missing-footnote: no footnote [^甲] in this note
    "#]],
    );
}

#[test]
fn names_are_found_by_path_title_alias_heading_and_block() {
    silent(
        "//- a.md\n# 甲\n\n[[乙]] [[b]] [[sub/b]] [[题目]] [[别名]] [[什么是栈]] [[1. 什么是栈]] [[b#什么是栈]] [[b#^id1]] ![[p.png]] ![[b]] [[b|显示]] [[B]] [[b.md]]\n//- sub/b.md\n---\ntitle: 题目\naliases: [别名]\n---\n# 乙\n\n## 1. 什么是栈\n\n后进先出。 ^id1\n//- deep/p.png\n",
    );
}

#[test]
fn paths_are_found_with_and_without_ending_and_case() {
    silent(
        "//- 笔记/a.md\n# 甲\n\n[1](b.md) [2](./b) [3](../c.md#标题) [4](../c#标题) [6](%E5%9B%BE.png) [7](<有 空格.md>) [8](b.md?raw=1) [9](b.md#L2) [10](../笔记/) [11](../笔记) ![12](p.png)\n//- 笔记/b.md\n好。\n//- c.md\n# 标题\n\n好。\n//- 笔记/图.png\n//- 笔记/有 空格.md\n好。\n//- 别处/p.png\n",
    );
}

#[test]
fn anchors_of_every_kind() {
    silent(
        "# 一、C++ 中的 new / malloc\n\n[1](#一c-中的-new--malloc) [2](#user-content-一c-中的-new--malloc) [4](#own) [5](#html) [6](#named) [8](#️-心) [9](#重复-1) [10](#) [11](#L3)\n\n## 属性 {#own}\n\n文\n\n<h2 id=\"html\">标题</h2>\n\n<a name=\"named\"></a>文\n\n## ❤️ 心\n\n文\n\n## 重复\n\n文\n\n## 重复\n\n文\n",
    );
}

#[test]
fn links_that_are_found_and_not_quite_right() {
    check(
        "//- a.md\n# 😀 Intro\n\n[1](#-INTRO) [2](B.md#节) [3](www.example.org) [r]\n\n[r]: B.MD\n//- b.md\n# 节\n\n好。\n",
        &expect![[r#"
            a.md:3:6 anchor-spelling: the anchor is #-intro
            a.md:3:18 path-spelling: the file is called b.md
            a.md:3:30 missing-scheme: without https:// this is a file called www.example.org
            a.md:5:6 path-spelling: the file is called b.md
        "#]],
    );
}

#[test]
fn definitions_and_footnotes_that_are_too_much() {
    check(
        "//- note.md\n# 甲\n\n[a] 文[^1] [[c|见]]\n\n[a]: https://x.y\n[A]: https://z.y\n[b]: https://x.y\n[c]: c.md\n\n[^1]: 注\n[^2]: 注\n\n```\n[a]: x\n```\n- [a]: y\n//- c.md\n文\n",
        &expect![[r#"
            note.md:6:1 duplicate-definition: [A] is defined above already; this has no effect
            note.md:7:1 unused-definition: nothing uses [b]
            note.md:11:1 unused-footnote: no mark refers to [^2]
        "#]],
    );
    let fixture = Fixture::parse("# 甲\n\n文\n\n⟦[b]: https://x.y⟧\n");
    let found = &check_note(&fixture.vault, fixture.first())[0];
    assert!(found.unnecessary && found.range == fixture.marked[0].1);
}

#[test]
fn names_that_several_bear() {
    let fixture = Fixture::parse(
        "//- a.md\n# 甲\n\n[[同]] [[x/同]] [[节]]\n//- x/同.md\n# 节\n\n文\n//- y/同.md\n# 节\n\n文\n",
    );
    expect![[r#"
        a.md:3:3 ambiguous-link: 2 places are called 同; a longer path says which is meant
        a.md:3:17 ambiguous-link: 2 places are called 节; a longer path says which is meant
    "#]]
    .assert_eq(&findings(&fixture));
    let related = &check_note(&fixture.vault, fixture.first())[0].related;
    assert_eq!(
        related.iter().map(|related| related.path.as_str()).collect::<Vec<_>>(),
        ["/x/同.md", "/y/同.md"]
    );
}

#[test]
fn stars_that_mark_nothing() {
    check(
        "# 甲\n\n**重点：**后面，**好。** 和 **对**\n",
        &expect![[r#"
        note.md:3:1 broken-emphasis: these stars are shown as they are: between punctuation and a letter they mark nothing
    "#]],
    );
}

#[test]
fn markdown_that_is_nearly_right() {
    check(
        "//- note.md\n＃＃ 一\n\n##标题\n\n#\u{a0}标题\n\n##\u{3000}标题\n\n[文]（b.md） ［文］（https://x.y）\n//- b.md\n文\n",
        &expect![[r#"
            note.md:1:1 near-miss-syntax: a heading begins with #, not with the full-width ＃
            note.md:3:1 near-miss-syntax: a heading needs a space after #
            note.md:5:1 near-miss-syntax: a heading needs an ordinary space after #
            note.md:7:1 near-miss-syntax: a heading needs an ordinary space after #
            note.md:9:1 near-miss-syntax: a link has the brackets [ ] and ( ), not full-width ones
            note.md:9:11 near-miss-syntax: a link has the brackets [ ] and ( ), not full-width ones
        "#]],
    );
    silent(
        "//- note.md\n# 甲\n\n#标签 文（见上） [文](b.md)（b.md） [1]（说明） #1\n\n`##x` ## y\n\n```\n##x\n```\n\n#!/bin/sh\n//- b.md\n文\n",
    );
}

#[test]
fn what_is_suggested_mends_what_was_found() {
    for text in [
        "# 😀 Intro\n\n[1](#-INTRO)\n",
        "//- a.md\n[2](./B.md#节)\n//- b.md\n# 节\n\n好。\n",
        "[3](www.example.org)\n",
        "**重点：**后面\n",
        "**“引”**后面\n",
        "＃＃ 一\n\n文\n",
        "文\n\n##\u{3000}标题\n\n文\n",
        "//- note.md\n[文]（b.md）\n//- b.md\n文\n",
    ] {
        let fixture = Fixture::parse(text);
        let note = fixture.first();
        let found = check_note(&fixture.vault, note);
        let suggested = found.iter().find_map(|found| {
            let (_, text) = found.data.iter().find(|(name, _)| *name == "suggestion")?;
            Some((found.range, text.clone()))
        });
        let (range, suggestion) = suggested.unwrap_or_else(|| panic!("{text}"));
        let mut mended = note.text.as_str().to_owned();
        mended.replace_range(range.start()..range.end(), &suggestion);
        let mut vault = fixture.vault.clone();
        vault.insert(crate::note::Note::read(note.path.clone(), mended.as_str()).into());
        assert!(check_note(&vault, vault.note(&note.path).unwrap()).is_empty(), "{mended}");
    }
}

// One fixture for each entry of what is left unsaid.

#[test]
fn silent_on_site_absolute_paths() {
    silent("# 甲\n\n[x](/guide/start) ![y](/logo.png)\n");
}

#[test]
fn silent_on_paths_out_of_the_vault() {
    let fixture = "# 甲\n\n[x](../../x.md) ![y](../y.png)\n";
    let parsed = Fixture::parse(fixture);
    // The fixture's root is `/`, so a root further down is needed to have an outside.
    let mut vault = parsed.vault;
    let mut root = vault.roots()[0].clone();
    root.path = NotePath::new("/a/b");
    vault.set_roots(vec![root]);
    let note = crate::note::Note::read(NotePath::new("/a/b/n.md"), fixture);
    assert_eq!(check_note(&vault, &std::sync::Arc::new(note)), []);
}

#[test]
fn silent_on_pages_of_notes() {
    silent("//- a.md\n# 甲\n\n[x](b.html) [y](b) [z](index.html)\n//- b.md\n好。\n");
}

#[test]
fn silent_on_folders() {
    silent("//- a.md\n# 甲\n\n[x](sub/) [y](sub) [z](nowhere/)\n//- sub/b.md\n好。\n");
}

#[test]
fn silent_on_tabs_and_routes_of_sites() {
    silent("# 甲\n\n[x](#tab/linux) [y](#/guide) [z](#!intro) [t](#:~:text=foo) [q](#?a=b)\n");
}

#[test]
fn silent_on_contributor_lists() {
    silent(
        "# 甲\n\n<!-- ALL-CONTRIBUTORS-LIST:START -->\n| [💻](#code-甲 \"Code\") |\n|-|\n<!-- ALL-CONTRIBUTORS-LIST:END -->\n",
    );
}

#[test]
fn silent_on_links_of_logseq() {
    silent("# 甲\n\n[x](((6543-21))) [y]([[page]])\n");
}

#[test]
fn silent_on_templates() {
    silent("# 甲\n\n[x]({{url}}) [y](<% tp.file.title %>) [z](${base}/a.md) ![w]({{ image }})\n");
}

#[test]
fn silent_in_math() {
    silent("# 甲\n\n$[a](b.md)$ 和\n\n$$\n[[c]] [d](e.md)\n$$\n");
}

#[test]
fn silent_in_code_and_comments() {
    silent(
        "# 甲\n\n`[a](b.md)` `[[c]]`\n\n```\n[d](e.md) [[f]] ![g](h.png)\n```\n\n    [i](j.md)\n\n<!-- [k](l.md) [[m]] -->\n",
    );
}

#[test]
fn silent_on_empty_destinations() {
    silent("# 甲\n\n[x]() [y](<>) ![z]()\n");
}

#[test]
fn silent_on_schemes() {
    silent(
        "# 甲\n\n[a](mailto:a@b.c) [b](tel:1) [c](vscode:x) [d](https://x.y/z#q) [e](//cdn/x) <https://a.b> [f](obsidian://open) [g](data:text/plain,x)\n",
    );
}

#[test]
fn silent_on_what_is_no_wiki_link() {
    silent("# 甲\n\n[[⬆]](#甲) [[ $a = 1 ]] \\[[x]] [[]] [[\"a\"]] a[[1]]\n\n`[[ -f x ]]`\n");
}

#[test]
fn silent_on_brackets_that_are_text() {
    silent("# 甲\n\nm[i][j] [0][1] [a] 正则 [^a-z] 和 [^\\s]，arr[n][]\n");
}

#[test]
fn silent_on_machine_paths() {
    silent("# 甲\n\n[x](file:///etc/hosts) [y](C:\\notes\\a.md)\n");
}

#[test]
fn silent_on_answers_that_are_elsewhere() {
    silent(
        "//- a.md\n# 甲\n\n## 一、[什么是栈？](b.md)\n\n## 二、什么是堆？\n\n[[b]]\n\n## 三、什么是树？\n\n![[b]]\n\n## 四、图？\n\n![](p.png)\n//- b.md\n好。\n//- p.png\n",
    );
}

#[test]
fn silent_on_reserved_and_repeated_headings() {
    silent(
        "# 甲\n\n文\n\n## 参考资料\n\n## See also\n\n## v1.2\n\n## 2024-01-05\n\n## 小结\n\n## 小结\n\n## 小结\n",
    );
}

#[test]
fn silent_on_titles_and_on_parents_in_all_but_level() {
    silent("# 标题\n\n文\n\n## 2 锁\n\n## 2.1 互斥锁\n\n文\n\n## 概述\n\n## 1. 起因\n\n文\n");
}

#[test]
fn silent_where_told_to_be() {
    silent(
        "# 甲\n\n文\n\n## 一、问？\n\n<!-- studymark: ignore -->\n\n## 二、问？\n\n<!-- studymark: answered -->\n",
    );
    silent("---\nstudymark: off\n---\n# 甲\n\n## 一、问？\n\n## 二、问？\n");
    silent("//- templates/t.md\n# {{title}}\n\n## 一、问？\n\n## 二、问？\n");
    silent("---\nkanban-plugin: board\n---\n## 待办\n\n## 完成\n");
}

#[test]
fn silent_on_content_of_every_kind() {
    for body in [
        "一句。",
        "- 项",
        "| a |\n|-|",
        "```\nx\n```",
        "$$x$$",
        "> 引",
        "<video src=\"https://x.y/v.mp4\"></video>",
        "{{#include a.rs}}",
        "[^1]: 注",
        "[r]: https://x.y",
        "<details><summary>答案</summary>\n\n里面\n\n</details>",
        "✅",
        "1",
    ] {
        // What defines something is used.
        let uses = if body.starts_with('[') { &body[..body.find(':').unwrap()] } else { "" };
        silent(&format!("# 甲\n\n文{uses}\n\n## 一、问？\n\n{body}\n\n## 二、答\n\n文\n"));
    }
}

#[test]
fn a_switched_off_code_is_not_reported_and_another_level_is_taken() {
    let text = "# 甲\n\n[x](没有.md) [[无]]\n";
    let mut config = Config::default();
    config.levels.insert("missing-file".into(), Level::Off);
    config.levels.insert("missing-note".into(), Level::At(Severity::Error));
    let fixture = Fixture::with_config(text, config);
    let found = check_note(&fixture.vault, fixture.first());
    assert_eq!(
        found.iter().map(|found| (found.code, found.severity)).collect::<Vec<_>>(),
        [("missing-note", Severity::Error)]
    );
}

#[test]
fn settings_change_what_counts() {
    let text = "# 甲\n\n文\n\n## 请证明\n\n挖坑\n\n## 附注\n\n## 见\n\n[x](https://x.y)\n";
    let mut config = Config::default();
    config.questions.words = vec!["证明".into()];
    config.questions.stub_phrases = vec!["挖坑".into()];
    config.questions.reserved_headings = vec!["附注".into()];
    config.questions.link_is_answer = false;
    expect![[r#"
        note.md:5:4 stub-answer: the answer is still to be written: “挖坑”
        note.md:11:4 unanswered-question: no answer yet
    "#]]
    .assert_eq(&findings(&Fixture::with_config(text, config)));
}

#[test]
fn files_that_cannot_be_read() {
    let mut fixture = Fixture::parse("# 甲\n\n文\n");
    fixture.vault.insert_unreadable(NotePath::new("/gbk.md"), Unreadable::NotUtf8 { line: 2, offset: 9 });
    fixture.vault.insert_unreadable(NotePath::new("/big.md"), Unreadable::TooLarge { bytes: 9, limit: 5 });
    fixture.vault.insert_unreadable(NotePath::new("/no.md"), Unreadable::Failed("denied".into()));
    let found: Vec<String> = check_unreadable(&fixture.vault)
        .iter()
        .map(|(path, found)| format!("{path} {}: {}", found.code, found.message))
        .collect();
    expect![[r#"
        /big.md unreadable-file: too large to be a note: 9 bytes, the setting files.max-bytes allows 5
        /gbk.md not-utf8: not UTF-8 at line 3 (byte 9): save the file as UTF-8
        /no.md unreadable-file: cannot be read: denied"#]]
    .assert_eq(&found.join("\n"));
}

#[test]
fn codes_are_unique_and_checks_report_only_their_own() {
    let mut all: Vec<&str> = codes().map(|spec| spec.code).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
    assert!(CHECKS.iter().all(|check| !check.codes.is_empty()));
}

#[test]
fn numbers_and_levels_that_do_not_follow() {
    check(
        "# Go\n\n## 一、甲\n\nx\n\n## 二、乙\n\n#### 细\n\nx\n\n## 三、丙\n\n#### 细\n\nx\n\n## 四、丁\n\nx\n\n## 五、戊\n\nx\n\n## 七、己\n\nx\n",
        &expect![[r#"
            note.md:9:6 heading-level: level 4 under level 2
            note.md:27:4 numbering: 6 is missing before 7
        "#]],
    );
}
