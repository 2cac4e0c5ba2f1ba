//! Actions as a person meets them: the menu at a place, and the notes after one was chosen.

use super::{Action, Context, Finding, actions, ways};
use crate::config::Config;
use crate::edit::apply;
use crate::features::diagnostics::check_and_compare;
use crate::fixture::Fixture;
use crate::note::Note;
use crate::text::TextRange;
use crate::vault::glossary::Glossary;
use crate::vault::topics::Topics;
use std::sync::Arc;

use expect_test::{Expect, expect};

fn with_context(fixture: &Fixture, what: impl FnOnce(&Context<'_>)) {
    let selected = fixture.marked.first().cloned();
    let at_cursor = || fixture.cursor.clone().map(|(path, offset)| (path, TextRange::empty(offset)));
    let (path, range) = selected.or_else(at_cursor).expect("a cursor or a selection");
    let note = fixture.vault.note(&path).expect("a note");
    let topics = Topics::of(&fixture.vault);
    let compared = fixture.vault.compare(&topics, note);
    let findings: Vec<Finding> = check_and_compare(&fixture.vault, &topics, note)
        .into_iter()
        .map(|found| Finding {
            range: found.range,
            code: found.code,
            suggestion: found
                .data
                .into_iter()
                .find(|(name, _)| *name == "suggestion")
                .map(|(_, value)| value),
        })
        .collect();
    let compared = Some(&compared);
    let glossary = &Glossary::of(&fixture.vault);
    what(&Context { vault: &fixture.vault, note, range, findings: &findings, compared, glossary });
}

fn with_actions(fixture: &Fixture, what: impl FnOnce(&[Action<'_>])) {
    with_context(fixture, |context| what(&actions(context)));
}

/// The places that can be gone to from `$0`.
fn check_ways(fixture: &str, expected: &Expect) {
    with_context(&Fixture::parse(fixture), |context| {
        let lines = ways(context).into_iter().map(|way| {
            let note = context.vault.note(&way.path).expect("a note");
            format!("{}: {}\n", way.title, note.text.slice(way.range))
        });
        expected.assert_eq(&lines.collect::<String>());
    });
}

/// The titles of what can be done at `$0`, or with what stands in `⟦ ⟧`.
fn check_menu(fixture: &str, expected: &Expect) {
    with_actions(&Fixture::parse(fixture), |actions| {
        let lines = actions.iter().map(|action| {
            let star = if action.preferred { " *" } else { "" };
            format!("{}: {}{star}\n", action.kind.name(), action.title)
        });
        expected.assert_eq(&lines.collect::<String>());
    });
}

/// The notes that change when the action of this title is chosen at `$0`.
fn check(fixture: &str, title: &str, expected: &Expect) {
    check_with(Config::default(), fixture, title, expected);
}

fn check_with(config: Config, fixture: &str, title: &str, expected: &Expect) {
    let fixture = Fixture::with_config(fixture, config);
    with_actions(&fixture, |actions| {
        let Some(action) = actions.iter().find(|action| action.title == title) else {
            panic!("only {:?}", actions.iter().map(|action| &action.title).collect::<Vec<_>>())
        };
        expected.assert_eq(&fixture.after(&(action.edit)()).replace('\r', "␍"));
    });
}

const NOTES: &str = "//- 网络/tcp.md\n# 传输\n\n## 三次握手\n//- 操作系统.md\n";

#[test]
fn a_heading_that_is_missing() {
    let link = |link: &str| format!("//- a.md\n{link}\n{NOTES}");
    check_menu(
        &link("[x](网络/tcp.md#三次握$0)"),
        &expect![[r#"
        quickfix: Change to #三次握手 *
        quickfix: Create the heading 三次握 in 网络/tcp.md
        refactor.rewrite: Write the link by reference
    "#]],
    );
    check(
        &link("[x](网络/tcp.md#三次握$0)"),
        "Change to #三次握手",
        &expect![[r#"
        //- /a.md
        [x](网络/tcp.md#三次握手)
    "#]],
    );
    check(
        &link("[[网络/tcp#三次挥手$0]]"),
        "Change to #三次握手",
        &expect![[r#"
        //- /a.md
        [[网络/tcp#三次握手]]
    "#]],
    );
    check(
        &link("[x](网络/tcp.md#四次-挥手$0)"),
        "Create the heading 四次 挥手 in 网络/tcp.md",
        &expect![[r#"
        //- /网络/tcp.md
        # 传输

        ## 三次握手

        ## 四次 挥手
    "#]],
    );
}

#[test]
fn a_file_or_note_that_is_missing() {
    let link = |link: &str| format!("//- b/a.md\r\n{link}\r\n{NOTES}");
    check_menu(
        &link("[x](tcp$0.md#三次握手)"),
        &expect![[r#"
        quickfix: Change to ../网络/tcp.md *
        quickfix: Create the note b/tcp.md
        refactor.rewrite: Write the link by reference
    "#]],
    );
    check(
        &link("[x](tcp$0.md#三次握手)"),
        "Change to ../网络/tcp.md",
        &expect![[r#"
        //- /b/a.md
        [x](../网络/tcp.md#三次握手)␍
    "#]],
    );
    check(
        &link("[x](../新/闭包$0)"),
        "Create the note 新/闭包.md",
        &expect![[r#"
        //- /新/闭包.md
        # 闭包␍
    "#]],
    );
    check_menu(
        &link("[[操作系$0]]"),
        &expect![[r#"
        quickfix: Change to 操作系统 *
        quickfix: Create the note b/操作系.md
    "#]],
    );
    check(
        &link("[[操作系$0]]"),
        "Create the note b/操作系.md",
        &expect![[r#"
        //- /b/操作系.md
        # 操作系␍
    "#]],
    );
    check_menu(
        &link("![x](p$0.png)"),
        &expect![[r#"
        refactor.rewrite: Write the link by reference
    "#]],
    );
}

#[test]
fn definitions_and_footnotes_that_are_missing() {
    check(
        "[x][没有$0]\n",
        "Define [没有]",
        &expect![[r#"
        //- /note.md
        [x][没有]

        [没有]: 
    "#]],
    );
    check(
        "甲[^1$0]",
        "Write the footnote [^1]",
        &expect![[r#"
        //- /note.md
        甲[^1]

        [^1]: 
    "#]],
    );
}

#[test]
fn questions_that_are_meant_otherwise() {
    check_menu(
        "# 面试\n\n## 什么是闭$0包？\n",
        &expect![[r#"
            quickfix: Insert the outline of an answer
            quickfix: Say nothing of this question
            quickfix: Count it as answered
            quickfix: Mark it as to do
        "#]],
    );
    check(
        "# 面试\n\n## 什么是闭$0包？\n",
        "Count it as answered",
        &expect![[r#"
        //- /note.md
        # 面试

        ## 什么是闭包？

        <!-- studymark: answered -->
    "#]],
    );
}

#[test]
fn links_in_another_form() {
    check(
        "[甲](乙.md \"题\")$0 [丙][1]\n\n[1]: 丁.md\n",
        "Write the link by reference",
        &expect![[r#"
        //- /note.md
        [甲][2] [丙][1]

        [1]: 丁.md
        [2]: 乙.md "题"
    "#]],
    );
    check(
        "[甲](乙.md)$0 [丙][x]\n\n[x]: 乙.md\n",
        "Write the link by reference",
        &expect![[r#"
        //- /note.md
        [甲][x] [丙][x]

        [x]: 乙.md
    "#]],
    );
    check(
        "[甲][x]$0 丙\n\n[x]: <乙 1.md> '题'\n[y]: z.md\n",
        "Write the link inline",
        &expect![[r#"
        //- /note.md
        [甲](<乙 1.md> '题') 丙

        [y]: z.md
    "#]],
    );
    check(
        "[甲$0] [甲]\n\n[甲]: 乙.md\n",
        "Write the link inline",
        &expect![[r#"
        //- /note.md
        [甲](乙.md) [甲]

        [甲]: 乙.md
    "#]],
    );
    let notes = "//- b/tcp.md\n# 节 [1]\n# 三次握手\n//- c/tcp.md\n//- os.md\n";
    check(
        &format!("//- a.md\n[见](b/tcp.md#三次握手)$0\n{notes}"),
        "Write it as a wiki link",
        &expect![[r#"
            //- /a.md
            [[b/tcp#三次握手|见]]
        "#]],
    );
    check(
        &format!("//- a.md\n[os](os.md)$0\n{notes}"),
        "Write it as a wiki link",
        &expect![[r#"
        //- /a.md
        [[os]]
    "#]],
    );
    check(
        &format!("//- a.md\n[[b/tcp#三次握手|见]]$0\n{notes}"),
        "Write it as a Markdown link",
        &expect![[r#"
            //- /a.md
            [见](b/tcp.md#三次握手)
        "#]],
    );
    check(
        &format!("//- a.md\n[[os]]$0\n{notes}"),
        "Write it as a Markdown link",
        &expect![[r#"
        //- /a.md
        [os](os.md)
    "#]],
    );
}

#[test]
fn link_definitions_in_order() {
    check(
        "[b]: 2.md\r\n\r\n甲 [a][A] [b]$0\r\n\r\n[unused]: 3.md\r\n[a]: 1.md\r\n\r\n乙\r\n",
        "Put link definitions in order",
        &expect![[r#"
            //- /note.md
            ␍
            甲 [a][A] [b]␍
            ␍
            ␍
            乙␍
            ␍
            [a]: 1.md␍
            [b]: 2.md␍
        "#]],
    );
    check_menu(
        "甲 [a] [b]$0乙\n\n[a]: 1.md\n[b]: 2.md\n",
        &expect![[r#"
        refactor.rewrite: Write the link inline
    "#]],
    );
}

#[test]
fn a_table_of_contents() {
    check(
        "# 笔记\n$0\n## 一、闭包 [x]\n### 作用域\n# 二\n",
        "Put a table of contents here",
        &expect![[r#"
            //- /note.md
            # 笔记
            <!-- toc -->

            - [一、闭包 \[x\]](#一闭包-x)
              - [作用域](#作用域)
            - [二](#二)

            <!-- tocstop -->
            ## 一、闭包 [x]
            ### 作用域
            # 二
        "#]],
    );
    check(
        "<!-- toc -->\n\n- old\n\n<!-- tocstop -->\n\n# 甲$0\n## 乙\n",
        "Bring the table of contents up to date",
        &expect![[r#"
            //- /note.md
            <!-- toc -->

            - [甲](#甲)
              - [乙](#乙)

            <!-- tocstop -->

            # 甲
            ## 乙
        "#]],
    );
    check_menu("<!-- toc -->\n\n- [甲](#甲)\n\n<!-- tocstop -->\n\n# 甲\n\n正文$0\n", &expect![""]);
    check_menu("```\n$0\n```\n# 甲\n", &expect![""]);
}

#[test]
fn a_section_in_a_note_of_its_own() {
    check(
        "//- 子/a.md\n# 笔记\n\n[下](#页表) [后](#后)\n\n## 一、内存$0？\n\n见 [上](#笔记)、[图](图.png)、[页](#页表)。\n\n### 页表\n\n多级。 <a id=\"tlb\"></a>\n\n## 后\n\n[t](#tlb) [内存](#一内存)\n//- b.md\n[p](子/a.md#页表) [[a#页表]] [m](子/a.md#一内存)\n//- 子/图.png\n",
        "Take this section out into 内存.md",
        &expect![[r#"
            //- /b.md
            [p](子/内存.md#页表) [[内存#页表]] [m](子/a.md#一内存)
            //- /子/a.md
            # 笔记

            [下](内存.md#页表) [后](#后)

            ## 一、内存？

            [内存？](内存.md)

            ## 后

            [t](内存.md#tlb) [内存](#一内存)
            //- /子/内存.md
            # 一、内存？

            见 [上](a.md#笔记)、[图](图.png)、[页](#页表)。

            ## 页表

            多级。 <a id="tlb"></a>
        "#]],
    );
    check(
        "# 甲\r\n\r\n## 乙$0\r\n\r\n文\r\n",
        "Take this section out into 乙.md",
        &expect![[r#"
        //- /note.md
        # 甲␍
        ␍
        ## 乙␍
        ␍
        [乙](乙.md)␍
        //- /乙.md
        # 乙␍
        ␍
        文␍
    "#]],
    );
    check_menu(
        "# 甲\n\n## 乙$0\n\n[r]\n\n# 丙\n\n[r]: x.md\n",
        &expect![[r#"
            quickfix: Insert the outline of an answer
            quickfix: Say nothing of this question
            quickfix: Count it as answered
            quickfix: Mark it as to do
        "#]],
    );
    check_menu(
        "# 甲\n\n## 乙$0\n",
        &expect![[r#"
            quickfix: Insert the outline of an answer
            quickfix: Say nothing of this question
            quickfix: Count it as answered
            quickfix: Mark it as to do
        "#]],
    );
}

#[test]
fn a_note_put_back_where_it_is_linked_to() {
    check(
        "//- a.md\n# 笔记\n\n## 内存\n\n[内存](子/内存.md)$0\n\n## 后\n\n[p](子/内存.md#页表) [n](子/内存.md)\n//- 子/内存.md\n---\ntags: x\n---\n# 内存\n\n见 [a](../a.md#后) ![图](图.png)\n\n## 页表\n\n[上](#内存)\n//- 子/图.png\n",
        "Put 内存.md in here",
        &expect![[r#"
            //- /a.md
            # 笔记

            ## 内存

            见 [a](../a.md#后) ![图](子/图.png)

            ### 页表

            [上](#内存)

            ## 后

            [p](#页表) [n](#内存)
            //- /子/内存.md is gone
        "#]],
    );
    check(
        "//- a.md\n## 节\n\n![[b]]$0\n//- b.md\n# 乙\n\n文\n//- c.md\n[[b]] [x](b.md#乙)\n",
        "Put b.md in here",
        &expect![[r#"
            //- /a.md
            ## 节

            ### 乙

            文
            //- /c.md
            [[a#乙]] [x](a.md#乙)
            //- /b.md is gone
        "#]],
    );
    check_menu(
        "//- a.md\n###### 节\n\n[[b]]$0\n//- b.md\n# 乙\n\n文\n",
        &expect![[r#"
        refactor.rewrite: Write it as a Markdown link
    "#]],
    );
    check_menu(
        "//- a.md\n见 [[b]]$0\n//- b.md\n文\n",
        &expect![[r#"
        refactor.rewrite: Write it as a Markdown link
    "#]],
    );
}

/// Two copies of a question, and a section that speaks of another one.
const ASKED: &str = "# Go\n\n## 1. select可以用于什么\n\n等待多个通道。\n\n## 2. 什么是逃逸分析？\n\n## 3. 垃圾回收\n\n对象越多越慢。\n\n逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。\n\n## 4. Select 可以用于什么？\n";

#[test]
fn an_answer_that_stands_elsewhere() {
    let text = ASKED.replace("什么是逃逸", "什么$0是逃逸");
    check_menu(
        &text,
        &expect![[r#"
            quickfix: Link to the answer in 垃圾回收 *
            quickfix: Insert the outline of an answer
            quickfix: Say nothing of this question
            quickfix: Count it as answered
            quickfix: Mark it as to do
        "#]],
    );
    check(
        &text,
        "Link to the answer in 垃圾回收",
        &expect![[r#"
        //- /note.md
        # Go

        ## 1. select可以用于什么

        等待多个通道。

        ## 2. 什么是逃逸分析？

        [垃圾回收](#3-垃圾回收)

        ## 3. 垃圾回收

        对象越多越慢。

        逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。

        ## 4. Select 可以用于什么？
    "#]],
    );
}

#[test]
fn a_question_asked_twice() {
    let text = ASKED.replace("## 4. Select", "## 4. Se$0lect");
    check_menu(
        &text,
        &expect![[r#"
            quickfix: Link to the answer in select可以用于什么 *
            quickfix: Remove this copy of line 3
            quickfix: Insert the outline of an answer
            quickfix: Say nothing of this question
            quickfix: Count it as answered
            quickfix: Mark it as to do
        "#]],
    );
    check(
        &text,
        "Remove this copy of line 3",
        &expect![[r#"
        //- /note.md
        # Go

        ## 1. select可以用于什么

        等待多个通道。

        ## 2. 什么是逃逸分析？

        ## 3. 垃圾回收

        对象越多越慢。

        逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。

    "#]],
    );
    let text = "# Go\n\n## 1. 什么是闭包？\n\n函数。\n\n## 2. 通道\n\n管道。\n\n## 3. 什么是闭包？$0\n\n和它的环境。\n\n```go\nx\n```\n";
    check(
        text,
        "Move its text to the copy at line 3",
        &expect![[r#"
        //- /note.md
        # Go

        ## 1. 什么是闭包？

        函数。

        和它的环境。

        ```go
        x
        ```

        ## 2. 通道

        管道。

    "#]],
    );
    check_menu(
        &format!("{text}\n[x](#3-什么是闭包)\n"),
        &expect![[r#"
            quickfix: Say nothing of this question
            refactor.extract: Take this section out into 什么是闭包.md
        "#]],
    );
}

#[test]
fn a_series_numbered_anew() {
    let text = "//- a.md\n# Go\n\n## 一、甲\n\n## 二、乙\n\n## 四、**丙**$0\n\n## 五、丁\n\n## 6. 戊\n\n[丁](#五丁)\n//- b.md\n[戊](a.md#6-戊) [[a#四、丙]]\n";
    check(
        text,
        "Number these 5 headings anew",
        &expect![[r#"
        //- /a.md
        # Go

        ## 一、甲

        ## 二、乙

        ## 三、**丙**

        ## 四、丁

        ## 五、戊

        [丁](#四丁)
        //- /b.md
        [戊](a.md#五戊) [[a#三、丙]]
    "#]],
    );
}

/// The note after a switch, a link or an outline was put under what asks at `$0`.
fn check_put(asks: &str, title: &str, expected: &Expect) {
    let mut config = Config::default();
    config.questions.pairs = true;
    config.questions.lists = true;
    check_with(config.clone(), asks, title, expected);
    let fixture = Fixture::with_config(asks, config.clone());
    let open = fixture.vault.open_questions(fixture.first(), None).len();
    with_actions(&fixture, |actions| {
        let action = actions.iter().find(|action| action.title == title).expect("the action");
        let after = Fixture::with_config(&fixture.after(&(action.edit)()), config);
        let still_open = after.vault.open_questions(after.first(), None).len();
        let settles = title.starts_with("Say nothing") || title.starts_with("Link");
        assert_eq!(still_open, open - usize::from(settles), "{asks}");
    });
}

#[test]
fn switches_go_into_what_asks() {
    let ignore = "Say nothing of this question";
    check_put(
        "<details><summary>What is$0 a heap?</summary></details>\n",
        ignore,
        &expect![[r#"
        //- /note.md
        <details><summary>What is a heap?</summary>

        <!-- studymark: ignore -->

        </details>
    "#]],
    );
    check_put(
        "<details>\n<summary>What is$0 a heap?</summary>\n</details>\n",
        ignore,
        &expect![[r#"
        //- /note.md
        <details>
        <summary>What is a heap?</summary>

        <!-- studymark: ignore -->
        </details>
    "#]],
    );
    check_put(
        "> > [!question] 什么是$0堆？\n> > \n",
        ignore,
        &expect![[r#"
        //- /note.md
        > > [!question] 什么是堆？
        > > <!-- studymark: ignore -->
        > > 
    "#]],
    );
    check_put(
        "> [!todo]\n> 画$0图\n",
        ignore,
        &expect![[r#"
        //- /note.md
        > [!todo]
        > 画图
        > <!-- studymark: ignore -->
    "#]],
    );
    check_put(
        "1. What is$0 a heap?\n2. x\n",
        ignore,
        &expect![[r#"
        //- /note.md
        1. What is a heap?
           - <!-- studymark: ignore -->
        2. x
    "#]],
    );
    check_put(
        "> - **问：** 什么$0是堆？\n",
        ignore,
        &expect![[r#"
        //- /note.md
        > - **问：** 什么是堆？
        >   - <!-- studymark: ignore -->
    "#]],
    );
    check_put(
        "Q: What is$0 a heap?\nA:\n\n# b\n",
        ignore,
        &expect![[r#"
        //- /note.md
        Q: What is a heap?
        A: <!-- studymark: ignore -->

        # b
    "#]],
    );
    check_put(
        "#flashcards\n\nheap$0::\n",
        ignore,
        &expect![[r#"
        //- /note.md
        #flashcards

        heap::<!-- studymark: ignore -->
    "#]],
    );
    check_put(
        "#flashcards\n\nheap$0\n?\n\nx\n",
        ignore,
        &expect![[r#"
        //- /note.md
        #flashcards

        heap
        ?
        <!-- studymark: ignore -->

        x
    "#]],
    );
}

#[test]
fn the_outline_of_an_answer() {
    let title = "Insert the outline of an answer";
    check_put(
        "# 1. 什么是$0堆？\n\n# 2. x\n",
        title,
        &expect![[r#"
        //- /note.md
        # 1. 什么是堆？

        **一句话**：

        **原理**：

        **例子**：

        # 2. x
    "#]],
    );
    check_put(
        "<details><summary>What is$0 a heap?</summary></details>\n",
        title,
        &expect![[r#"
        //- /note.md
        <details><summary>What is a heap?</summary>

        **In short:**

        **Why:**

        **Example:**

        </details>
    "#]],
    );
    let mut own = Config::default();
    own.questions.skeleton = "- Idea:\n- Cost:".to_owned();
    check_with(
        own,
        "# What is a$0 heap?\n",
        title,
        &expect![[r#"
            //- /note.md
            # What is a heap?

            - Idea:
            - Cost:
        "#]],
    );
    check_menu(
        "//- a.md\n# What is a$0 heap?\n\nA tree.\n",
        &expect![[r#"
        refactor.extract: Take this section out into What is a heap.md
    "#]],
    );
}

#[test]
fn where_a_question_can_be_followed_to() {
    check_ways(
        "//- a.md\n# gc\n\n## 1. Go三色标记法$0描述\n\n## 2. 垃圾回收\n\n### Go垃圾回收的三色标记法\n\n白色、灰色和黑色。\n\n## 3. Go 三色标记法描述\n",
        &expect![[r#"
            Go to the same question in Go 三色标记法描述, line 11: 3. Go 三色标记法描述
            Go to the answer in 垃圾回收 › Go垃圾回收的三色标记法, line 7: Go垃圾回收的三色标记法
        "#]],
    );
}

#[test]
fn a_link_to_an_answer_goes_into_details() {
    let note = "//- a.md\n# gc\n\n<details><summary>描述$0 Go 三色标记法</summary></details>\n\n## 垃圾回收\n\n### Go垃圾回收的三色标记法\n\n白色、灰色和黑色。\n";
    check_put(
        note,
        "Link to the answer in 垃圾回收 › Go垃圾回收的三色标记法",
        &expect![[r#"
        //- /a.md
        # gc

        <details><summary>描述 Go 三色标记法</summary>

        [Go垃圾回收的三色标记法](#go垃圾回收的三色标记法)

        </details>

        ## 垃圾回收

        ### Go垃圾回收的三色标记法

        白色、灰色和黑色。
    "#]],
    );
}

#[test]
fn a_name_is_linked_to_what_it_means() {
    let notes = "//- gc.md\n# 垃圾回收\n\n## 1. 写屏障（Write Barrier）\n\n开关。\n//- 系统.md\n逃逸分析是一种静态分析。\n";
    let asked = |text: &str| format!("//- a b/a.md\n{text}\n{notes}");
    let text = "# 甲\n\n😀打开寫$0屏障，再写屏障、write barrier。\n\n## 写屏障呢？\n";
    check(
        &asked(text),
        "Link 寫屏障 to what it means",
        &expect![[r#"
        //- /a b/a.md
        # 甲

        😀打开[寫屏障](../gc.md#1-写屏障write-barrier)，再写屏障、write barrier。

        ## 写屏障呢？

    "#]],
    );
    check(
        &asked(text),
        "Link all 3 mentions of 写屏障 in this note",
        &expect![[r#"
        //- /a b/a.md
        # 甲

        😀打开[寫屏障](../gc.md#1-写屏障write-barrier)，再[写屏障](../gc.md#1-写屏障write-barrier)、[write barrier](../gc.md#1-写屏障write-barrier)。

        ## 写屏障呢？

    "#]],
    );
    check(
        &asked("逃逸分$0析"),
        "Link 逃逸分析 to what it means",
        &expect![[r#"
        //- /a b/a.md
        [逃逸分析](../系统.md)
    "#]],
    );
    check_menu(
        &asked("## 写屏$0障呢？\n\n有。\n"),
        &expect![[r#"
        refactor.extract: Take this section out into 写屏障呢.md
    "#]],
    );
    check_menu("//- a.md\n# 写屏障（Write Barrier）\n\n写屏$0障很快。\n", &expect![[""]]);
}

#[test]
fn selected_words_are_given_a_meaning() {
    let note = "//- a/b.md\n# 甲\n\n## 乙\n\n谈谈⟦ 一致性哈希⟧的环\n";
    check_menu(
        note,
        &expect![[r#"
            refactor.extract: Define 一致性哈希 in a section of its own
            refactor.extract: Define 一致性哈希 in a note of its own
            refactor.rewrite: Make 一致性哈希 another name of this note
        "#]],
    );
    let note = note.replace("⟦ 一", "⟦一");
    check_menu(
        &note,
        &expect![[r#"
            refactor.extract: Define 一致性哈希 in a section of its own
            refactor.extract: Define 一致性哈希 in a note of its own
            refactor.rewrite: Make 一致性哈希 another name of this note
        "#]],
    );
    check(
        &note,
        "Define 一致性哈希 in a section of its own",
        &expect![[r#"
        //- /a/b.md
        # 甲

        ## 乙

        谈谈一致性哈希的环

        ## 一致性哈希
    "#]],
    );
    check(
        &note,
        "Define 一致性哈希 in a note of its own",
        &expect![[r#"
        //- /a/b.md
        # 甲

        ## 乙

        谈谈[一致性哈希](一致性哈希.md)的环
        //- /a/一致性哈希.md
        # 一致性哈希
    "#]],
    );
    check_menu("//- a.md\n⟦这是，一句话⟧\n", &expect![[""]]);
    check_menu(
        "//- a.md\n[⟦一致性⟧](b.md) `x`\n//- b.md\n",
        &expect![[r#"
        refactor.rewrite: Write the link by reference
        refactor.rewrite: Write it as a wiki link
    "#]],
    );
    check_menu("//- a.md\n`⟦一致性⟧`\n", &expect![[""]]);
}

/// As [`check`], and the notes know the name afterwards: it means what `of` means.
fn check_alias(fixture: &str, title: &str, alias: &str, of: Option<&str>, expected: &Expect) {
    check(fixture, title, expected);
    let fixture = Fixture::parse(fixture);
    with_actions(&fixture, |actions| {
        let action = actions.iter().find(|action| action.title == title).unwrap();
        let mut after = fixture.vault.clone();
        for (path, edits) in (action.edit)().edited {
            let text = apply(fixture.vault.note(&path).unwrap().text.as_str(), &edits);
            after.insert(Arc::new(Note::read(path, text)));
        }
        let glossary = Glossary::of(&after);
        let id = glossary.id(alias).expect("the name is known");
        let path = fixture.first().path.clone();
        let names = glossary.synonyms(&after, id, &path, None);
        if let Some(of) = of {
            assert!(names.contains(&glossary.id(of).unwrap()), "{alias} is {of}");
        }
        // Wherever it is spoken of it is found.
        assert!(!after.mentions_of(&glossary, &[id]).is_empty());
    });
}

#[test]
fn selected_words_become_another_name_of_what_is_defined_there() {
    check_alias(
        "//- a.md\n# 甲\n\n## 乙\n\n**消息队列**是一种通信方式，英文叫 ⟦message queue⟧。\n",
        "Make message queue another name of 消息队列",
        "message queue",
        Some("消息队列"),
        &expect![[r#"
            //- /a.md
            # 甲

            ## 乙

            **消息队列**（message queue）是一种通信方式，英文叫 message queue。
        "#]],
    );
    check_alias(
        "//- a.md\n# 甲\n\n## 乙\n\n消息队列（message queue）是一种通信方式，简称 ⟦MQ⟧。\n",
        "Make MQ another name of 消息队列",
        "MQ",
        Some("消息队列"),
        &expect![[r#"
            //- /a.md
            # 甲

            ## 乙

            消息队列（message queue，MQ）是一种通信方式，简称 MQ。
        "#]],
    );
    // Links to a heading that gets another name go along.
    check_alias(
        "//- a.md\n# 甲\n\n## 垃圾回收\n\n就是 ⟦GC⟧ 那件事。\n\n[x](#垃圾回收)\n",
        "Make GC another name of 垃圾回收",
        "GC",
        Some("垃圾回收"),
        &expect![[r#"
            //- /a.md
            # 甲

            ## 垃圾回收（GC）

            就是 GC 那件事。

            [x](#垃圾回收gc)
        "#]],
    );
}

#[test]
fn selected_words_become_another_name_of_the_note() {
    let title = "Make 编排 another name of this note (容器)";
    check_alias(
        "//- a.md\n---\ntitle: 容器\naliases: [k8s, 'x y']\n---\n说⟦编排⟧。\n",
        title,
        "编排",
        Some("k8s"),
        &expect![[r#"
            //- /a.md
            ---
            title: 容器
            aliases: [k8s, 'x y', 编排]
            ---
            说编排。
        "#]],
    );
    check_alias(
        "//- a.md\n---\naliases:\n- k8s\n- x\ntitle: 容器\n---\n说⟦编排⟧。\n",
        title,
        "编排",
        Some("容器"),
        &expect![[r#"
            //- /a.md
            ---
            aliases:
            - k8s
            - x
            - 编排
            title: 容器
            ---
            说编排。
        "#]],
    );
    check_alias(
        "//- a.md\n---\nalias: k8s\ntitle: 容器\n---\n说⟦编排⟧。\n",
        title,
        "编排",
        Some("k8s"),
        &expect![[r#"
            //- /a.md
            ---
            alias: [k8s, 编排]
            title: 容器
            ---
            说编排。
        "#]],
    );
    check_alias(
        "//- a.md\r\n---\r\ntitle: 容器\r\n---\r\n说⟦编排⟧。\r\n",
        title,
        "编排",
        Some("容器"),
        &expect![[r#"
            //- /a.md
            ---␍
            title: 容器␍
            aliases: [编排]␍
            ---␍
            说编排。␍
        "#]],
    );
    check_alias(
        "//- a.md\n# 容器\n\n说⟦编排⟧。\n",
        "Make 编排 another name of this note",
        "编排",
        None,
        &expect![[r#"
            //- /a.md
            ---
            aliases: [编排]
            ---

            # 容器

            说编排。
        "#]],
    );
}

#[test]
fn no_alias_is_offered_that_would_not_be_known() {
    // A Chinese name in brackets behind a Chinese one says something of it, and is no other name.
    check_menu(
        "//- a.md\n+++\ntitle = \"x\"\n+++\n# 甲\n\n消息队列是一种通信方式，又叫⟦信箱⟧。\n",
        &expect![[r#"
            refactor.extract: Define 信箱 in a section of its own
            refactor.extract: Define 信箱 in a note of its own
        "#]],
    );
}
