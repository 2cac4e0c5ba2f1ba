//! What is proposed at `$0`, what it makes of the line, and that nothing is proposed elsewhere.

use std::fmt::Write;
use std::sync::Arc;

use expect_test::{Expect, expect};

use crate::config::{Completion, Config, PathForm, Spaces, TermForm, WikiForm};
use crate::edit::{TextEdit, apply};
use crate::features::completion::{Item, Kind, List, Memo, Request, complete};
use crate::fixture::Fixture;
use crate::note::Note;
use crate::syntax::Tree;
use crate::syntax::context::Context;
use crate::text::Buffer;
use crate::vault::glossary::Glossary;

fn proposed(fixture: &Fixture) -> (Arc<Note>, usize, List) {
    let (path, offset) = fixture.cursor.clone().expect("a cursor");
    let note = fixture.vault.note(&path).expect("a note");
    let context = Context::at(&Buffer::new(note.text.as_str()), &mut Tree::new(), offset);
    let request = Request {
        vault: &fixture.vault,
        glossary: &Glossary::of(&fixture.vault),
        note,
        context: &context,
        recent: &[],
    };
    (Arc::clone(note), offset, complete(&request, &mut Memo::default()))
}

/// The line of the cursor as it is when an item is taken.
fn taken(note: &Note, item: &Item) -> String {
    let (range, text) = &item.edit;
    let edits = [TextEdit { range: *range, new_text: text.clone() }];
    let line = note.text.line_of(range.start());
    apply(note.text.as_str(), &edits).lines().nth(line).unwrap_or_default().to_owned()
}

fn shown(fixture: &Fixture) -> String {
    let (note, offset, list) = proposed(fixture);
    let mut out = String::new();
    for item in &list.items {
        let (range, _) = item.edit;
        assert!(range.touches(offset), "{item:?} replaces what is typed");
        assert_eq!(note.text.line_of(range.start()), note.text.line_of(range.end()), "on one line");
        let open = if item.open { "○ " } else { "" };
        let place = if item.place.is_empty() { String::new() } else { format!(" ({open}{})", item.place) };
        write!(out, "{:?} {}{place}: {}", item.kind, item.label, taken(&note, item)).unwrap();
        for (range, text) in &item.more {
            write!(out, " + {}:{text:?}", note.text.line_of(range.start()) + 1).unwrap();
        }
        out.push('\n');
    }
    out
}

#[track_caller]
fn check(fixture: &str, expected: &Expect) {
    expected.assert_eq(&shown(&Fixture::parse(fixture)));
}

/// The notes that most tests look at, after the one that is typed in.
const NOTES: &str = "\
//- 系统/进程.md
---
title: 进程与线程
aliases: [process]
---
# 进程间通信

## 1. 消息队列（message queue）

消息队列是一种通信方式。

## 2. 信号量

## 3. 共享内存？

见 ^mem
//- 网络/tcp.md
# TCP

## 三次握手

第一次。

## C++ 中的 new / malloc

有。
//- 图/握手 图.png
//- 图/队列.svg
//- 附件.pdf
";

#[track_caller]
fn check_typed(typed: &str, expected: &Expect) {
    check(&format!("//- 笔记.md\n{typed}\n{NOTES}"), expected);
}

#[test]
fn wiki_links_by_pinyin_title_and_alias() {
    check_typed(
        "见 [[xxdl$0",
        &expect![[r#"
            Heading 消息队列（message queue） (进程 › 进程间通信): 见 [[进程#1. 消息队列（message queue）]]
        "#]],
    );
    check_typed(
        "见 [[xxdl$0]]。",
        &expect![[r#"
            Heading 消息队列（message queue） (进程 › 进程间通信): 见 [[进程#1. 消息队列（message queue）]]。
        "#]],
    );
    check_typed(
        "见 [[jc$0",
        &expect![[r#"
            Note 进程 (系统): 见 [[进程]]
            Note 进程与线程 (进程): 见 [[进程|进程与线程]]
            Heading 进程间通信 (进程): 见 [[进程#进程间通信]]
        "#]],
    );
    check_typed(
        "见 [[process$0]]",
        &expect![[r#"
        Note process (进程): 见 [[进程|process]]
    "#]],
    );
    check_typed(
        "[[系统/j$0",
        &expect![[r#"
            Note 进程 (系统): [[进程]]
            Note 进程与线程 (进程): [[进程|进程与线程]]
        "#]],
    );
    check_typed(
        "[[三次$0#旧|标签]] 后",
        &expect![[r#"
        Heading 三次握手 (tcp › TCP): [[tcp#三次握手|标签]] 后
        New 三次 (new note): [[三次|标签]] 后
    "#]],
    );
    check_typed(
        "| [[process$0 | b |\n|-|-|",
        &expect![[r#"
        Note process (进程): | [[进程\|process]] | b |
    "#]],
    );
    check_typed(
        "![[队列$0",
        &expect![[r#"
        Picture 队列.svg (图): ![[队列.svg]]
        Heading 消息队列（message queue） (进程 › 进程间通信): ![[进程#1. 消息队列（message queue）]]
    "#]],
    );
}

#[test]
fn what_closes_the_brackets() {
    for closing in ["", "]]", "]", "]] 后", "] 后"] {
        let fixture = Fixture::parse(&format!("//- 笔记.md\n[[tcp$0{closing}\n{NOTES}"));
        let (note, _, list) = proposed(&fixture);
        let line = taken(&note, &list.items[0]);
        assert_eq!(line, format!("[[tcp]]{}", closing.trim_start_matches(']')), "{closing}");
        let fixture = Fixture::parse(&format!("//- 笔记.md\n[[tcp#三$0{closing}\n{NOTES}"));
        let (note, _, list) = proposed(&fixture);
        let line = taken(&note, &list.items[0]);
        assert_eq!(line, format!("[[tcp#三次握手]]{}", closing.trim_start_matches(']')), "{closing}");
    }
    for closing in ["", ")", ") 后", " \"t\")", ")。"] {
        let fixture = Fixture::parse(&format!("//- 笔记.md\n[a](tcp$0{closing}\n{NOTES}"));
        let (note, _, list) = proposed(&fixture);
        let line = taken(&note, &list.items[0]);
        let rest = if closing.is_empty() { ")" } else { closing };
        assert_eq!(line, format!("[a](网络/tcp.md{rest}"), "{closing}");
    }
    let fixture = Fixture::parse(&format!("//- 笔记.md\n[见 [[tcp$0](网络/tcp.md)\n{NOTES}"));
    let (_, _, list) = proposed(&fixture);
    assert_eq!(list.items, [], "a link in the text of another is none");
}

#[test]
fn headings_blocks_and_labels_of_wiki_links() {
    check_typed(
        "[[进程#$0",
        &expect![[r#"
        Heading 进程间通信: [[进程#进程间通信]]
        Heading 消息队列（message queue） (进程间通信): [[进程#1. 消息队列（message queue）]]
        Heading 信号量 (○ 进程间通信): [[进程#2. 信号量]]
        Heading 共享内存？ (进程间通信): [[进程#3. 共享内存？]]
    "#]],
    );
    check_typed(
        "[[process#gx$0]]",
        &expect![[r#"
        Heading 共享内存？ (进程间通信): [[process#3. 共享内存？]]
        New gx (new heading): [[process#gx]]
    "#]],
    );
    check_typed(
        "[[进程#^$0",
        &expect![[r#"
        Anchor mem (见): [[进程#^mem]]
    "#]],
    );
    check_typed(
        "[[进程#信号量|$0]]",
        &expect![[r#"
        Word 信号量: [[进程#信号量|信号量]]
    "#]],
    );
    check_typed(
        "[[process|$0",
        &expect![[r#"
        Word 进程与线程: [[process|进程与线程]]
        Word process: [[process|process]]
        Word 进程: [[process|进程]]
        Word 进程间通信: [[process|进程间通信]]
    "#]],
    );
    check_typed("[[没有#$0", &expect![[""]]);
    check_typed(
        "## 自己的\n\n[[#$0",
        &expect![[r#"
        Heading 自己的: [[#自己的]]
    "#]],
    );
}

#[test]
fn what_is_not_there_is_made() {
    check_typed(
        "[[一致性哈希$0",
        &expect![[r#"
        New 一致性哈希 (new note): [[一致性哈希]]
    "#]],
    );
    check_typed(
        "[[tcp#四次挥手$0",
        &expect![[r#"
        New 四次挥手 (new heading): [[tcp#四次挥手]]
    "#]],
    );
    check_typed(
        "[a](一致性$0",
        &expect![[r#"
        New 一致性 (new note): [a](一致性.md)
    "#]],
    );
    check_typed("[[a:b$0", &expect![[""]]);
    check_typed("[[~$0", &expect![[""]]);
    check_typed("[a](~$0", &expect![[""]]);
    check_typed(
        "[[TCP$0",
        &expect![[r#"
        Note tcp (网络): [[tcp]]
        Heading TCP (tcp): [[tcp#TCP]]
    "#]],
    );
}

#[test]
fn paths() {
    check_typed(
        "[a]($0",
        &expect![[r#"
            Note 进程 (系统): [a](系统/进程.md)
            Note tcp (网络): [a](网络/tcp.md)
            File 附件.pdf: [a](附件.pdf)
            Picture 队列.svg (图): [a](图/队列.svg)
            Picture 握手 图.png (图): [a](图/握手%20图.png)
            Folder 图/: [a](图/
            Folder 系统/: [a](系统/
            Folder 网络/: [a](网络/
        "#]],
    );
    check_typed(
        "[a](系统/$0)",
        &expect![[r#"
        Note 进程.md (进程与线程): [a](系统/进程.md)
    "#]],
    );
    check_typed(
        "[a](./$0",
        &expect![[r#"
        Folder 图/: [a](./图/
        Folder 系统/: [a](./系统/
        Folder 网络/: [a](./网络/
        Note 笔记.md: [a](./笔记.md)
        File 附件.pdf: [a](./附件.pdf)
    "#]],
    );
    check_typed(
        "[a](tcp$0#旧)",
        &expect![[r#"
        Note tcp (网络): [a](网络/tcp.md)
    "#]],
    );
    check_typed(
        "[a](jcyxc$0",
        &expect![[r#"
        Note 进程与线程 (进程): [a](系统/进程.md)
    "#]],
    );
    check_typed(
        "![图]($0",
        &expect![[r#"
        Picture 队列.svg (图): ![图](图/队列.svg)
        Picture 握手 图.png (图): ![图](图/握手%20图.png)
        Folder 图/: ![图](图/
        Folder 系统/: ![图](系统/
        Folder 网络/: ![图](网络/
    "#]],
    );
    check_typed(
        "![图](图/w$0)",
        &expect![[r#"
        Picture 握手 图.png (图): ![图](图/握手%20图.png)
    "#]],
    );
    check_typed(
        "![图](<图/w$0",
        &expect![[r#"
        Picture 握手 图.png (图): ![图](<图/握手 图.png>)
    "#]],
    );
    check_typed(
        "[a]: tc$0",
        &expect![[r#"
        Note tcp (网络): [a]: 网络/tcp.md
    "#]],
    );
    check_typed(
        "[a](../$0",
        &expect![[r#"
        Folder 图/: [a](../图/
        Folder 系统/: [a](../系统/
        Folder 网络/: [a](../网络/
        Note 笔记.md: [a](../笔记.md)
        File 附件.pdf: [a](../附件.pdf)
    "#]],
    );
    check_typed("[a](https://$0", &expect![[""]]);
    check_typed(
        "[a](.$0",
        &expect![[r#"
        Folder ./: [a](./
    "#]],
    );
    check(
        "//- 网络/应用/http.md\n[a](.$0)\n",
        &expect![[r#"
        Folder ./ (网络/应用): [a](./)
        Folder ../ (网络): [a](../)
    "#]],
    );
    check(
        "//- 网络/应用/http.md\n![a](..$0\n",
        &expect![[r#"
        Folder ../ (网络): ![a](../
    "#]],
    );
}

#[test]
fn fragments() {
    check_typed(
        "[a](网络/tcp.md#$0",
        &expect![[r#"
        Heading TCP: [a](网络/tcp.md#tcp)
        Heading 三次握手 (TCP): [a](网络/tcp.md#三次握手)
        Heading C++ 中的 new / malloc (TCP): [a](网络/tcp.md#c-中的-new--malloc)
    "#]],
    );
    check_typed(
        "[a](网络/tcp.md#scws$0)",
        &expect![[r#"
        Heading 三次握手 (TCP): [a](网络/tcp.md#三次握手)
    "#]],
    );
    check_typed(
        "[a](网络/tcp#c+$0)",
        &expect![[r#"
        Heading C++ 中的 new / malloc (TCP): [a](网络/tcp#c-中的-new--malloc)
    "#]],
    );
    check_typed(
        "[a](系统/进程.md#^$0)",
        &expect![[r#"
        Heading 进程间通信: [a](系统/进程.md#进程间通信)
        Heading 消息队列（message queue） (进程间通信): [a](系统/进程.md#1-消息队列message-queue)
        Heading 信号量 (○ 进程间通信): [a](系统/进程.md#2-信号量)
        Heading 共享内存？ (进程间通信): [a](系统/进程.md#3-共享内存)
        Anchor mem: [a](系统/进程.md#^mem)
    "#]],
    );
    check_typed(
        "[a](##xxdl$0)",
        &expect![[r#"
        Heading 消息队列（message queue） (进程 › 进程间通信): [a](系统/进程.md#1-消息队列message-queue)
    "#]],
    );
    check_typed(
        "<a id=\"x\"></a>\n\n## 自己\n\n[a](#$0",
        &expect![[r#"
        Heading 自己: [a](#自己)
        Anchor x: [a](#x)
    "#]],
    );
    check_typed("[a](附件.pdf#$0", &expect![[""]]);
}

#[test]
fn forms_of_paths() {
    let with = |completion: Completion, typed: &str| {
        let mut config = Config { completion, ..Config::default() };
        config.links.content_root = Some(String::new());
        shown(&Fixture::with_config(&format!("//- 笔记.md\n{typed}\n{NOTES}"), config))
    };
    let plain = Completion::default();
    let dotted = Completion { paths: PathForm::Dotted, note_ending: false, ..plain };
    expect![[r#"
        Note tcp (网络): [a](./网络/tcp)
    "#]]
    .assert_eq(&with(dotted, "[a](tcp$0"));
    let absolute = Completion { paths: PathForm::Absolute, ..plain };
    expect![[r#"
        Note tcp (网络): [a](/网络/tcp.md)
    "#]]
    .assert_eq(&with(absolute, "[a](tcp$0"));
    let angle = Completion { spaces: Spaces::Angle, ..plain };
    expect![[r#"
        Picture 握手 图.png (图): ![a](<图/握手 图.png>)
    "#]]
    .assert_eq(&with(angle, "![a](握手$0"));
    expect![[r#"
        Picture 握手 图.png (图): ![a](<图/握手 图.png>)
    "#]]
    .assert_eq(&with(angle, "![a](图/握$0"));
    let path = Completion { wiki_names: WikiForm::Path, ..plain };
    expect![[r#"
        Heading 三次握手 (tcp › TCP): [[网络/tcp#三次握手]]
    "#]]
    .assert_eq(&with(path, "[[sanci$0"));
    let definitions = Completion { definitions: true, ..plain };
    expect![[r#"
        Heading 消息队列（message queue） (进程 › 进程间通信): 见 [消息队列（message queue）] + 2:"\n[消息队列（message queue）]: 系统/进程.md#1-消息队列message-queue\n"
    "#]].assert_eq(&with(definitions, "见 [xxdl$0]"));
    let linked = Completion { terms: TermForm::Link, ..plain };
    expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): 使用[消息队列](系统/进程.md#1-消息队列message-queue)
    "#]]
    .assert_eq(&with(linked, "使用消息$0"));
    let wiki = Completion { terms: TermForm::Wiki, ..plain };
    expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): 使用[[进程#1. 消息队列（message queue）|消息队列]]
    "#]]
    .assert_eq(&with(wiki, "使用消息$0"));
    let off = Completion { terms: TermForm::Off, ..plain };
    expect![[""]].assert_eq(&with(off, "使用消息$0"));
}

#[test]
fn labels_and_footnotes() {
    let below = "\n\n[tcp]: 网络/tcp.md\n[站]: https://a.b\n\n[^1]: 第一条\n[^注]: 第二条\n";
    let typed = |typed: &str| format!("{typed}{below}");
    check_typed(
        &typed("[文][$0"),
        &expect![[r#"
        Label tcp (网络/tcp.md): [文][tcp]
        Label 站 (https://a.b): [文][站]
    "#]],
    );
    check_typed(
        &typed("[文][t$0]"),
        &expect![[r#"
        Label tcp (网络/tcp.md): [文][tcp]
    "#]],
    );
    check_typed(
        &typed("[t$0"),
        &expect![[r#"
        Label tcp (网络/tcp.md): [tcp]
    "#]],
    );
    check_typed(
        &typed("文[^$0"),
        &expect![[r#"
        Label 1 (第一条): 文[^1]
        Label 注 (第二条): 文[^注]
        New 2 (new footnote): 文[^2] + 9:"[^2]: \n"
    "#]],
    );
    check_typed(
        &typed("文[^zhu$0]"),
        &expect![[r#"
        Label 注 (第二条): 文[^注]
        New zhu (new footnote): 文[^zhu] + 9:"[^zhu]: \n"
    "#]],
    );
    check_typed(
        &typed("文[^新$0]"),
        &expect![[r#"
        New 新 (new footnote): 文[^新] + 9:"[^新]: \n"
    "#]],
    );
}

#[test]
fn tags_and_front_matter() {
    let others = "//- a.md\n---\ntags: [面试, os]\n---\n#os/进程 和 #面试\n//- b.md\n#面试\n";
    let with = |typed: &str, expected: &Expect| check(&format!("//- 笔记.md\n{typed}\n{others}"), expected);
    with(
        "看 #ms$0",
        &expect![[r#"
        Tag 面试 (3 times): 看 #面试
    "#]],
    );
    with(
        "看 #os$0",
        &expect![[r#"
        Tag os (once): 看 #os
        Tag os/进程 (once): 看 #os/进程
    "#]],
    );
    with(
        "---\ntags: [m$0]\n---\n",
        &expect![[r#"
            Tag 面试 (3 times): tags: [面试]
        "#]],
    );
    with(
        "---\ntags:\n  - $0\n---\n",
        &expect![[r#"
        Tag 面试 (3 times):   - 面试
        Tag os (once):   - os
        Tag os/进程 (once):   - os/进程
    "#]],
    );
    with(
        "---\n$0\n---\n",
        &expect![[r#"
        Word title (The note's name: wiki links find it by it.): title: 
        Word aliases (Further names of the note: a list.): aliases: 
        Word tags (Tags, without #: a list.): tags: 
        Word questions (`list` makes items of lists ask that end with a question mark.): questions: 
        Word studymark (`off` silences the note.): studymark: 
    "#]],
    );
    with(
        "---\ntitle: x\na$0\n---\n",
        &expect![[r#"
        Word aliases (Further names of the note: a list.): aliases: 
        Word tags (Tags, without #: a list.): tags: 
        Word studymark (`off` silences the note.): studymark: 
    "#]],
    );
    with(
        "---\nstudymark: $0\n---\n",
        &expect![[r#"
        Word off: studymark: off
    "#]],
    );
    with(
        "---\naliases: [$0]\n---\n# 消息队列\n\n管道（pipe）是一种通信方式。\n",
        &expect![[r#"
        Word 消息队列: aliases: [消息队列]
        Word pipe: aliases: [pipe]
    "#]],
    );
}

#[test]
fn html_callouts_and_languages() {
    check_typed(
        "<img src=\"$0",
        &expect![[r#"
        Picture 队列.svg (图): <img src="图/队列.svg"
        Picture 握手 图.png (图): <img src="图/握手%20图.png"
        Folder 图/: <img src="图/
        Folder 系统/: <img src="系统/
        Folder 网络/: <img src="网络/
    "#]],
    );
    check_typed(
        "<a href=\"tcp$0\">",
        &expect![[r#"
        Note tcp (网络): <a href="网络/tcp.md">
    "#]],
    );
    check_typed(
        "<a href='网络/tcp.md#s$0'>",
        &expect![[r#"
        Heading 三次握手 (TCP): <a href='网络/tcp.md#三次握手'>
    "#]],
    );
    check_typed(
        "[x](#没有)\n\n<a id=\"$0\"></a>",
        &expect![[r#"
        Anchor 没有 (linked to, and missing): <a id="没有"></a>
    "#]],
    );
    check_typed(
        "> [!q$0",
        &expect![[r#"
            Word question (a question: open while it has a title alone): > [!question]
            Word quote: > [!quote]
            Word faq: > [!faq]
        "#]],
    );
    check_typed(
        "```ru$0\n```\n",
        &expect![[r#"
        Word ruby: ```ruby
        Word rust: ```rust
    "#]],
    );
    check_typed(
        "```jsx\n```\n\n```j$0\n```\n",
        &expect![[r#"
        Word jsx: ```jsx
        Word java: ```java
        Word javascript: ```javascript
        Word json: ```json
        Word json5: ```json5
        Word jsonc: ```jsonc
        Word julia: ```julia
        Word clojure: ```clojure
        Word objectivec: ```objectivec
    "#]],
    );
}

#[test]
fn names_in_prose() {
    check_typed(
        "使用消息$0",
        &expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): 使用消息队列
    "#]],
    );
    check_typed(
        "使用xxdl$0",
        &expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): 使用消息队列
    "#]],
    );
    check_typed(
        "use mess$0",
        &expect![[r#"
        Term message queue (进程 › 消息队列（message queue）): use message queue
    "#]],
    );
    check_typed(
        "使用消息隊$0",
        &expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): 使用消息队列
    "#]],
    );
    check_typed("消$0", &expect![[""]]);
    check_typed("使用消息队列$0", &expect![[""]]);
    check_typed(
        "## 消息$0",
        &expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): ## 消息队列
    "#]],
    );
    check_typed(
        "| 消息$0 | b |\n|-|-|",
        &expect![[r#"
        Term 消息队列 (进程 › 消息队列（message queue）): | 消息队列 | b |
    "#]],
    );
}

#[test]
fn nothing_where_nothing_is_meant() {
    for typed in [
        "`[[消息$0`",
        "`[[消息$0",
        "```\n[[消息$0\n```",
        "    [[消息$0",
        "$[[消息$0$",
        "$$\n[[消息$0\n$$",
        "<!-- [[消息$0 -->",
        "https://a.b/mess$0",
        "[a](https://a.b/消息$0)",
        "<img alt=\"消息$0\">",
        "\\`[[消息`x$0`",
        "~~~\n消息$0",
    ] {
        let fixture = Fixture::parse(&format!("//- 笔记.md\n{typed}\n{NOTES}"));
        let (_, _, list) = proposed(&fixture);
        assert_eq!(list.items, [], "{typed}");
    }
}

#[test]
fn what_is_near_comes_first_and_the_open_is_marked() {
    let notes = "//- a/笔记.md\n# 甲\n\n## 队列一\n\n# 乙\n\n## 队列二\n\n[[队列$0\n//- b/远.md\n## 队列三？\n//- a/近.md\n## 队列四\n\n有。\n";
    let fixture = Fixture::parse(notes);
    let (_, _, list) = proposed(&fixture);
    let shown: Vec<(String, bool)> = list
        .items
        .iter()
        .filter(|item| item.kind == Kind::Heading)
        .map(|item| (item.label.clone(), item.open))
        .collect();
    let expected = [("队列二", false), ("队列一", true), ("队列四", false), ("队列三？", true)];
    let expected: Vec<_> = expected.into_iter().map(|(label, open)| (label.to_owned(), open)).collect();
    assert_eq!(shown, expected);
}
