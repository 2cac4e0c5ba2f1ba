//! Renames as a person meets them: what was under the cursor, and the notes afterwards.

use super::{move_files, prepare, rename};
use crate::fixture::Fixture;
use crate::path::NotePath;
use crate::vault::glossary::Glossary;
use expect_test::{Expect, expect};

/// The notes that change when what stands at `$0` gets a new name, or why it may not.
fn check(fixture: &str, new_name: &str, expected: &Expect) {
    let fixture = Fixture::parse(fixture);
    let (path, offset) = fixture.cursor.clone().expect("a cursor");
    let note = fixture.vault.note(&path).expect("a note");
    let glossary = Glossary::of(&fixture.vault);
    let prepared = prepare(&fixture.vault, &glossary, note, offset);
    let shown = match (prepared, rename(&fixture.vault, &glossary, note, offset, new_name)) {
        (Ok(prepared), Ok(edit)) => {
            assert!(prepared.range.touches(offset), "the cursor is on what is renamed");
            format!("[{}] {}\n{}", note.text.slice(prepared.range), prepared.name, fixture.after(&edit))
        }
        (Ok(prepared), Err(refusal)) => format!("{}: {refusal}\n", prepared.name),
        (Err(refusal), _) => format!("{refusal}\n"),
    };
    expected.assert_eq(&shown.replace('\r', "␍"));
}

/// The notes that change when files move.
fn check_moves(fixture: &str, moves: &[(&str, &str)], expected: &Expect) {
    let fixture = Fixture::parse(fixture);
    let moves: Vec<(NotePath, NotePath)> =
        moves.iter().map(|(from, to)| (NotePath::new(from), NotePath::new(to))).collect();
    expected.assert_eq(&fixture.after(&move_files(&fixture.vault, &moves)));
}

#[test]
fn a_heading_and_every_form_of_link_to_it() {
    check(
        "//- 甲.md\n# 笔记\n\n## 一、闭$0包\n\n[x](#一闭包)\n//- 子/乙.md\n[x](../甲.md#一闭包 \"t\") [y](<../甲.md#%E4%B8%80%E9%97%AD%E5%8C%85>) \
         [[甲#一、闭包]] [[甲#闭包|闭包]] [[甲#一闭包]] [[闭包]] <a href=\"../甲.md#一闭包\">h</a> [r]\n\n[r]: ../甲.md#一闭包\n\
         //- 丙.md\n[n](甲.md#笔记) [m](甲.md)\n",
        "一、闭包 (closure)",
        &expect![[r#"
            [一、闭包] 一、闭包
            //- /子/乙.md
            [x](../甲.md#一闭包-closure "t") [y](<../甲.md#%E4%B8%80%E9%97%AD%E5%8C%85-closure>) [[甲#一、闭包 (closure)]] [[甲#闭包 (closure)|闭包]] [[甲#一闭包-closure]] [[闭包 (closure)]] <a href="../甲.md#一闭包-closure">h</a> [r]

            [r]: ../甲.md#一闭包-closure
            //- /甲.md
            # 笔记

            ## 一、闭包 (closure)

            [x](#一闭包-closure)
        "#]],
    );
}

#[test]
fn from_a_link_to_it() {
    check(
        "//- a.md\n## 什么是闭包？\n//- b.md\n[x](a.md#什么是闭$0包)\n",
        "什么是闭包",
        &expect![[r#"
        [什么是闭包] 什么是闭包？
        //- /a.md
        ## 什么是闭包
    "#]],
    );
    check(
        "//- a.md\n## 什么是闭包？\n//- b.md\n[x](a.md#什么是闭$0包)\n",
        "闭包是什么？",
        &expect![[r#"
        [什么是闭包] 什么是闭包？
        //- /a.md
        ## 闭包是什么？
        //- /b.md
        [x](a.md#闭包是什么)
    "#]],
    );
    check(
        "//- a.md\n## 闭包\n//- b.md\n[[闭$0包]]\n",
        "作用域",
        &expect![[r#"
        [闭包] 闭包
        //- /a.md
        ## 作用域
        //- /b.md
        [[作用域]]
    "#]],
    );
}

#[test]
fn repeated_headings_shift_the_anchors_of_others() {
    check(
        "//- a.md\n# 简$0介\n# 简介\n# 简介\n[1](#简介) [2](#简介-1) [3](#简介-2)\n//- b.md\n[2](a.md#简介-1) [3](a.md#简介-2)\n",
        "引言",
        &expect![[r#"
            [简介] 简介
            //- /a.md
            # 引言
            # 简介
            # 简介
            [1](#引言) [2](#简介) [3](#简介-1)
            //- /b.md
            [2](a.md#简介) [3](a.md#简介-1)
        "#]],
    );
    check(
        "# 引言$0\n# 简介\n[1](#引言) [2](#简介)\n",
        "简介",
        &expect![[r#"
        [引言] 引言
        //- /note.md
        # 简介
        # 简介
        [1](#简介) [2](#简介-1)
    "#]],
    );
}

#[test]
fn a_new_name_does_not_take_links_from_others() {
    check(
        "//- a.md\n# 闭$0包\n//- b.md\n# 作用域\n//- c.md\n[[作用域]] [[闭包]]\n",
        "作用域",
        &expect![[r#"
        [闭包] 闭包
        //- /a.md
        # 作用域
        //- /c.md
        [[b#作用域]] [[a#作用域]]
    "#]],
    );
}

#[test]
fn names_that_wiki_links_cannot_write() {
    check(
        "//- a.md\n# 基$0础\n//- b.md\n[[a#基础]] [x](a.md#基础)\n",
        "C# [基础] | 入门",
        &expect![[r#"
        [基础] 基础
        //- /a.md
        # C# [基础] | 入门
        //- /b.md
        [[a#c-基础--入门]] [x](a.md#c-基础--入门)
    "#]],
    );
}

#[test]
fn markup_setext_html_and_line_endings() {
    check(
        "## 一$0 [闭包](b.md)\r\n\r\n[x](#一-闭包)\r\n",
        "**闭包** `fn`",
        &expect![[r#"
            [一 [闭包](b.md)] 一 [闭包](b.md)
            //- /note.md
            ## **闭包** `fn`␍
            ␍
            [x](#闭包-fn)␍
        "#]],
    );
    check(
        "闭$0包\n===\n\n[x](#闭包)\n",
        "作用域",
        &expect![[r#"
        [闭包] 闭包
        //- /note.md
        作用域
        ===

        [x](#作用域)
    "#]],
    );
    check(
        "<h2>闭$0包</h2>\n\n[x](#闭包)\n",
        "作用域",
        &expect![[r#"
        [闭包] 闭包
        //- /note.md
        <h2>作用域</h2>

        [x](#作用域)
    "#]],
    );
}

#[test]
fn what_is_refused() {
    check(
        "# 闭$0包\n",
        " ",
        &expect![[r#"
        闭包: the new name is empty
    "#]],
    );
    check(
        "# 闭$0包\n",
        "a\nb",
        &expect![[r#"
        闭包: a name stands on one line
    "#]],
    );
    check(
        "闭$0包\n===\n",
        "- 闭包",
        &expect![[r#"
        闭包: with this text it would be no heading any more, or another one
    "#]],
    );
    check(
        "plain$0\n",
        "x",
        &expect![[r#"
        there is nothing to rename here
    "#]],
    );
    check(
        "[x](https://a.$0b)\n",
        "x",
        &expect![[r#"
        an address outside cannot be renamed
    "#]],
    );
    check(
        "[x](missing$0.md)\n",
        "x",
        &expect![[r#"
        the link leads to nothing that could be renamed
    "#]],
    );
    check(
        "//- a.md\n[[同$0]]\n//- x/同.md\n//- y/同.md\n",
        "x",
        &expect![[r#"
        2 places are called so: rename one of them there
    "#]],
    );
    check(
        "//- a.md\n[x](b$0.md)\n//- b.md\n//- c.md\n",
        "c",
        &expect![[r#"
        b: c.md is there already
    "#]],
    );
    check(
        "//- a.md\n[x](b$0.md)\n//- b.md\n",
        "a:b",
        &expect![[r#"
            b: a name that works everywhere has no control characters and none of \ : * ? " < > | # ^ [ ]
        "#]],
    );
    check(
        "//- a.md\n[x](b$0.md)\n//- b.md\n",
        "../../b",
        &expect![[r#"
        [b.md] b
    "#]],
    );
    check(
        "//- a.md\n[x](b$0.md)\n//- b.md\n",
        "..",
        &expect![[r#"
            b: a file's name has letters or digits
        "#]],
    );
}

#[test]
fn a_note_from_a_link() {
    check(
        "//- a.md\n[x](网络/tc$0p.md#握手) [[tcp]] [[网络/tcp#握手]] [[传输]] ![[tcp.md]]\n//- 网络/tcp.md\n---\ntitle: 传输\n---\n# 握手\n[s](tcp.md) [t](#握手)\n//- 网络/udp.md\n[x](./tcp) [y](%E7%BD%91)\n",
        "传输 层",
        &expect![[r#"
            [网络/tcp.md] tcp
            //- /a.md
            [x](网络/传输%20层.md#握手) [[传输 层]] [[网络/传输 层#握手]] [[传输]] ![[传输 层.md]]
            //- /网络/tcp.md
            ---
            title: 传输
            ---
            # 握手
            [s](传输%20层.md) [t](#握手)
            //- /网络/udp.md
            [x](./传输%20层) [y](%E7%BD%91)
            //- /网络/tcp.md => /网络/传输 层.md
        "#]],
    );
    check(
        "//- a.md\n[x](b$0.md)\n//- b.md\n[x](a.md) ![p](p.png)\n//- p.png\n",
        "子/b",
        &expect![[r#"
            [b.md] b
            //- /a.md
            [x](子/b.md)
            //- /b.md
            [x](../a.md) ![p](../p.png)
            //- /b.md => /子/b.md
        "#]],
    );
    check(
        "//- a.md\n![x](图/p$0.png) ![[p.png]]\n//- 图/p.png\n",
        "q.png",
        &expect![[r#"
        [图/p.png] p.png
        //- /a.md
        ![x](图/q.png) ![[q.png]]
        //- /图/p.png => /图/q.png
    "#]],
    );
}

#[test]
fn files_and_folders_that_move() {
    let notes = "//- a.md\n[x](网络/tcp.md#一) [[tcp]] [[网络/tcp]] ![p](网络/图/p.png) [d](网络/)\n//- 网络/tcp.md\n# 一\n[u](udp.md) [a](../a.md) ![p](图/p.png)\n\
                 //- 网络/udp.md\n[t](tcp.md)\n//- 网络/图/p.png\n";
    check_moves(
        notes,
        &[("/网络", "/计算机/网络")],
        &expect![[r#"
        //- /a.md
        [x](计算机/网络/tcp.md#一) [[tcp]] [[网络/tcp]] ![p](计算机/网络/图/p.png) [d](计算机/网络/)
        //- /网络/tcp.md
        # 一
        [u](udp.md) [a](../../a.md) ![p](图/p.png)
    "#]],
    );
    check_moves(
        notes,
        &[("/网络/tcp.md", "/tcp 1.md")],
        &expect![[r#"
        //- /a.md
        [x](tcp%201.md#一) [[tcp 1]] [[tcp 1]] ![p](网络/图/p.png) [d](网络/)
        //- /网络/tcp.md
        # 一
        [u](网络/udp.md) [a](../a.md) ![p](网络/图/p.png)
        //- /网络/udp.md
        [t](../tcp%201.md)
    "#]],
    );
    check_moves(
        notes,
        &[("/网络/图/p.png", "/p.png")],
        &expect![[r#"
        //- /a.md
        [x](网络/tcp.md#一) [[tcp]] [[网络/tcp]] ![p](p.png) [d](网络/)
        //- /网络/tcp.md
        # 一
        [u](udp.md) [a](../a.md) ![p](../p.png)
    "#]],
    );
    check_moves(
        notes,
        &[("/a.md", "/网络/深/a.md")],
        &expect![[r#"
        //- /a.md
        [x](../tcp.md#一) [[tcp]] [[网络/tcp]] ![p](../图/p.png) [d](../)
        //- /网络/tcp.md
        # 一
        [u](udp.md) [a](深/a.md) ![p](图/p.png)
    "#]],
    );
}

#[test]
fn two_notes_that_change_places() {
    check_moves(
        "//- a.md\n[b](b.md) [a](a.md)\n//- b.md\n[a](a.md)\n//- c.md\n[a](a.md) [[b]]\n",
        &[("/a.md", "/b.md"), ("/b.md", "/a.md")],
        &expect![[r#"
            //- /a.md
            [b](a.md) [a](b.md)
            //- /b.md
            [a](b.md)
            //- /c.md
            [a](b.md) [[a]]
        "#]],
    );
}

#[test]
fn a_move_does_not_take_links_from_others() {
    check_moves(
        "//- x/a.md\n[[tcp]]\n//- x/y/tcp.md\n# 近\n//- z/tcp2.md\n[[tcp2]]\n",
        &[("/z/tcp2.md", "/x/tcp.md")],
        &expect![[r#"
            //- /x/a.md
            [[y/tcp]]
            //- /z/tcp2.md
            [[tcp]]
        "#]],
    );
}

#[test]
fn case_alone() {
    check_moves(
        "//- a.md\n[x](Tcp.md) [[tcp]]\n//- Tcp.md\n",
        &[("/Tcp.md", "/tcp.md")],
        &expect![[r#"
        //- /a.md
        [x](tcp.md) [[tcp]]
    "#]],
    );
}

#[test]
fn labels_footnotes_tags_and_ids() {
    check(
        "[a][r] [r][] [R$0] ![p][r]\n\n[r]: x.md\n",
        "新",
        &expect![[r#"
        [R] r
        //- /note.md
        [a][新] [r][新] [R][新] ![p][新]

        [新]: x.md
    "#]],
    );
    check(
        "[a][r$0] [s]\n\n[r]: x.md\n[s]: y.md\n",
        "S",
        &expect![[r#"
        r: [S] is defined in this note already
    "#]],
    );
    check(
        "甲[^1$0] 乙[^1]\n\n[^1]: 注\n",
        "注一",
        &expect![[r#"
        [1] 1
        //- /note.md
        甲[^注一] 乙[^注一]

        [^注一]: 注
    "#]],
    );
    check(
        "//- a.md\n---\ntags: [操作系统, 'x', 操作系统/Linux]\n---\n#操作$0系统 #操作系统/Linux #操作\n//- b.md\n---\ntags:\n  - 操作系统\n---\n",
        "OS/系统",
        &expect![[r#"
            [操作系统] 操作系统
            //- /a.md
            ---
            tags: [OS/系统, 'x', OS/系统/Linux]
            ---
            #OS/系统 #OS/系统/Linux #操作
            //- /b.md
            ---
            tags:
              - OS/系统
            ---
        "#]],
    );
    check(
        "#操作$0系统\n",
        "两 词",
        &expect![[r#"
        操作系统: a tag is made of letters, digits, - _ and /, and not of digits alone
    "#]],
    );
    check(
        "<b id=\"锚$0\"></b> [x](#锚)\n\n# 标题 {#锚2}\n",
        "新锚",
        &expect![[r#"
        [锚] 锚
        //- /note.md
        <b id="新锚"></b> [x](#新锚)

        # 标题 {#锚2}
    "#]],
    );
    check(
        "//- a.md\n文 ^blo$0ck\n//- b.md\n[[a#^block]]\n",
        "块",
        &expect![[r#"
        block: this cannot be an id here
    "#]],
    );
}

#[test]
fn a_term_wherever_it_stands() {
    check(
        "//- a.md\n# 通信\n\n消息队列（message queue）是一种通信方式。\n\n消息$0队列很快，見訊息、消息隊列，`消息队列` 不变，[消息队列](#通信) 和 [消息队列](https://x.y)。\n\n## 消息队列的优点\n\n[x](#消息队列的优点)\n//- b.md\n😀消息队列，[[a#消息队列的优点]]\n//- c.md\n没有它。\n",
        "邮筒",
        &expect![[r#"
            [消息队列] 消息队列
            //- /a.md
            # 通信

            邮筒（message queue）是一种通信方式。

            邮筒很快，見訊息、邮筒，`消息队列` 不变，[邮筒](#通信) 和 [消息队列](https://x.y)。

            ## 邮筒的优点

            [x](#邮筒的优点)
            //- /b.md
            😀邮筒，[[a#邮筒的优点]]
        "#]],
    );
}

#[test]
fn a_term_that_headings_define() {
    check(
        "//- a.md\n# 面试\n\n## 什么是僵尸进程？\n\n没有人收的进程。\n\n### 僵尸进程\n\n再说一次。\n//- b.md\n僵尸$0进程见 [那里](a.md#什么是僵尸进程) 和 [[僵尸进程]]。\n",
        "亡灵进程",
        &expect![[r#"
            [僵尸进程] 僵尸进程
            //- /a.md
            # 面试

            ## 什么是亡灵进程？

            没有人收的进程。

            ### 亡灵进程

            再说一次。
            //- /b.md
            亡灵进程见 [那里](a.md#什么是亡灵进程) 和 [[亡灵进程]]。
        "#]],
    );
}

#[test]
fn another_name_is_renamed_alone() {
    check(
        "//- a.md\n---\ntitle: 容器编排\naliases: [k8s, 编排]\n---\n容器编排说了算。\n//- b.md\n用 K8s$0 的人说 K8S 好，容器编排也好。见 [[k8s]]。\n",
        "kube",
        &expect![[r#"
            [K8s] K8s
            //- /a.md
            ---
            title: 容器编排
            aliases: [kube, 编排]
            ---
            容器编排说了算。
            //- /b.md
            用 kube 的人说 kube 好，容器编排也好。见 [[kube]]。
        "#]],
    );
    check(
        "//- a.md\n# GMP 模型\n\n调度。\n\n一个 G$0MP 的程序，GMP 模型。\n",
        "调度器",
        &expect![[r#"
        GMP: 调度器 would not be defined any more: what is said of it does not fit this name
    "#]],
    );
}

#[test]
fn terms_in_tables_code_and_callouts() {
    check(
        "| 术语 | 说明 |\n|-|-|\n| `Kube$0let` | 代理 |\n\n```\nKubelet：\n  每台机器一个\n```\n\n> [!term] Kubelet\n> 代理\n\nkubelet 与 kubelet2。\n",
        "nodelet",
        &expect![[r#"
            [Kubelet] Kubelet
            //- /note.md
            | 术语 | 说明 |
            |-|-|
            | `nodelet` | 代理 |

            ```
            nodelet：
              每台机器一个
            ```

            > [!term] nodelet
            > 代理

            nodelet 与 kubelet2。
        "#]],
    );
}

#[test]
fn latin_letters_keep_apart() {
    check(
        "管道是一种文件。\n\nLinux管$0道x和匿名管道。\n",
        "pipe",
        &expect![[r#"
        [管道] 管道
        //- /note.md
        pipe是一种文件。

        Linux pipe x和匿名pipe。
    "#]],
    );
    check(
        "etcd是一个数据库。\n\n用 etc$0d 存。\n",
        "Etcd",
        &expect![[r#"
        [etcd] etcd
        //- /note.md
        Etcd是一个数据库。

        用 Etcd 存。
    "#]],
    );
}

#[test]
fn names_that_a_term_cannot_have() {
    let fixture = Fixture::parse(
        "//- a.md\n管$0道是一种文件，管道好。\n\n# 别处\n\n管道\n//- b.md\n\n信号是一种通知。API server（接口）是一个服务。\n",
    );
    let glossary = Glossary::of(&fixture.vault);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let note = fixture.vault.note(&path).unwrap();
    let refused = ["信号", "信號", "这个", "甲，乙", "总结", "api-server", "list"]
        .map(|new| rename(&fixture.vault, &glossary, note, offset, new).unwrap_err().to_string());
    expect![[r#"
        信号 is the name of something else: b.md, line 2
        信號 is the name of something else: b.md, line 2
        这个 can be no name: it is a common word or a sentence, or has marks in it
        甲，乙 can be no name: it is a common word or a sentence, or has marks in it
        总结 can be no name: it is a common word or a sentence, or has marks in it
        api-server is the name of something else: b.md, line 2
        list would be found in 1 of 2 places only: elsewhere it is too common a word or part of a longer name"#]].assert_eq(&refused.join("\n"));
}

#[test]
fn what_other_notes_say_is_to_be_confirmed() {
    let fixture = Fixture::parse(
        "//- a.md\n管$0道是一种文件。\n//- b.md\n# 管道的用处\n\n管道\n//- c.md\n[x](b.md#管道的用处)\n",
    );
    let glossary = Glossary::of(&fixture.vault);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let note = fixture.vault.note(&path).unwrap();
    let edit = rename(&fixture.vault, &glossary, note, offset, "水管").unwrap();
    let paths: Vec<&str> = edit.to_confirm.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/b.md", "/b.md"]);
    // Links that would break are no matter of taste.
    assert_eq!(edit.edited.keys().map(NotePath::as_str).collect::<Vec<_>>(), ["/a.md", "/b.md", "/c.md"]);
}

#[test]
fn links_to_the_folder_they_stand_in() {
    check(
        "//- 子/甲.md\n[自己](../子/) [也](../子) [这里](./) [那里](.) [外](../乙.md)\n//- 乙.md\n[子](子$0/)\n",
        "新的 x",
        &expect![[r#"
            [子/] 子
            //- /乙.md
            [子](新的%20x/)
            //- /子/甲.md
            [自己](../新的%20x/) [也](../新的%20x) [这里](./) [那里](.) [外](../乙.md)
            //- /子 => /新的 x
        "#]],
    );
    check_moves(
        "//- 子/甲.md\n[自己](../子/) [这里](./)\n//- 丙/丁.md\n文\n",
        &[("/子/甲.md", "/丙/甲.md")],
        &expect![[r#"
            //- /子/甲.md
            [自己](../子/) [这里](../子/)
        "#]],
    );
}

#[test]
fn ids_in_headings_stay() {
    let notes = "## <a id=\"x\"></a>标$0题\n\n[a](#x) [b](#y)\n\n## <a id=\"y\"></a>乙\n";
    check(
        notes,
        "新",
        &expect![[r#"
        <a id="x"></a>标题: with this text an id would come or go that links may lead to: keep it as it stands in the heading
    "#]],
    );
    check(
        notes,
        "<a id=\"x\"></a>新",
        &expect![[r#"
        [<a id="x"></a>标题] <a id="x"></a>标题
        //- /note.md
        ## <a id="x"></a>新

        [a](#x) [b](#y)

        ## <a id="y"></a>乙
    "#]],
    );
}

#[test]
fn a_name_that_would_swallow_links_is_refused() {
    let notes = "//- 甲.md\n文\n//- 乙.md\n[[甲$0]] 和 [[甲]]\n";
    check(
        notes,
        "US$x",
        &expect![[r#"
        甲: with this name links in 乙.md would be math, code or HTML
    "#]],
    );
    check(
        "//- 甲.md\n## 五$0\n\n文\n//- 乙.md\n[[甲#五]] 值 5$\n",
        "a$x",
        &expect![[r#"
        五: with this name links in 乙.md would be math, code or HTML
    "#]],
    );
    check(
        "//- 甲.md\n## 五$0\n\n文\n//- 乙.md\n[[甲#五]] 值 5\n",
        "用 `x` 的",
        &expect![[r#"
        [五] 五
        //- /乙.md
        [[甲#用 x 的]] 值 5
        //- /甲.md
        ## 用 `x` 的

        文
    "#]],
    );
}

#[test]
fn a_name_that_no_link_can_lead_to_is_refused() {
    check(
        "//- 甲.md\n## 五$0\n\n[五](#五)\n",
        "🎉",
        &expect![[r#"
        五: a link in 甲.md could not lead there by this name
    "#]],
    );
    check(
        "//- 甲.md\n## 五$0\n\n文\n",
        "🎉",
        &expect![[r#"
        [五] 五
        //- /甲.md
        ## 🎉

        文
    "#]],
    );
    // No wiki link is read that begins so, unless with the way to it.
    check(
        "//- 甲.md\n文\n//- 乙.md\n[[甲$0]] [甲](甲.md)\n",
        "(x)",
        &expect![[r#"
        [甲] 甲
        //- /乙.md
        [[./(x)]] [甲]((x).md)
        //- /甲.md => /(x).md
    "#]],
    );
    check(
        "//- 甲.md\n文\n//- 乙.md\n[[甲$0]]\n",
        "a\tb",
        &expect![[r#"
        甲: a name that works everywhere has no control characters and none of \ : * ? " < > | # ^ [ ]
    "#]],
    );
    check(
        "//- 甲.md\n# 文\n//- 乙.md\n[[甲#文$0]]\n",
        "a\tb",
        &expect![[r#"
        [文] 文
        //- /乙.md
        [[甲#ab]]
        //- /甲.md
        # a	b
    "#]],
    );
}
