//! What small notes define.

use expect_test::{Expect, expect};
use std::fmt::Write;

use super::definitions;
use crate::note::Note;
use crate::path::NotePath;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let note = Note::read(NotePath::new("/note.md"), text);
    let mut out = String::new();
    for found in definitions(&note) {
        assert!(found.range.end() <= text.len());
        let aliases = found.aliases.iter().map(|alias| format!(" = {alias}")).collect::<String>();
        let of: String = note.text.slice(found.range).chars().take(24).collect();
        writeln!(out, "{}{aliases} [{}] {of:?}", found.name, found.pattern.name()).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn sentences() {
    check(
        "消息队列（message queue, MQ）是一种通信方式。信号是一个通知；也就是说管道是一种文件。\n\n**slice** 是一个引用类型\n\n一致性哈希 ( consistent hashing )：把节点放在环上。\n\n> Etcd(可以不在master节点)：保存状态\n\n逃逸分析的目的是决定分配到哪里。\n\n所以它是一种方案。这是一个问题。Go语言的特点是一种优势。\n",
        &expect![[r#"
            消息队列 = message queue = MQ [translated] "消息队列（message queue, MQ）是"
            信号 [copula] "信号是一个通知；也就是说管道是一种文件。"
            slice [strong] "slice** 是一个引用类型"
            一致性哈希 = consistent hashing [labelled] "一致性哈希 ( consistent hashi"
            Etcd [labelled] "Etcd(可以不在master节点)：保存状态"
            逃逸分析 [known-name] "逃逸分析的目的是决定分配到哪里。"
        "#]],
    );
}

#[test]
fn english_sentences() {
    check(
        "A heap is a tree. The **trie** is a tree of letters.\n\nThis is a test. There is a cat. It is an error. What we need is a plan.\n\nTransmission Control Protocol (TCP) carries bytes. We need STW (Stop The World) here. See Go (a language).\n\nGarbage collection refers to freeing memory.\n\n[r]: RAM (Random Access Memory)\n",
        &expect![[r#"
            heap [copula] "heap is a tree. The **tr"
            trie [copula] "trie** is a tree of lett"
            Transmission Control Protocol = TCP [initials] "Transmission Control Pro"
            STW = Stop The World [initials] "STW (Stop The World) her"
            Garbage collection [copula] "Garbage collection refer"
        "#]],
    );
}

#[test]
fn headings() {
    check(
        "# 操作系统\n\n## 什么是僵尸进程？\n\n没有被回收的进程。\n\n## Golang 里的逃逸分析是什么？怎么避免？\n\n编译时的分析。\n\n## 谈一谈你对微服务架构的理解\n\n一组小服务。\n\n## 什么是栈的特点？\n\n快。\n\n## What is a heap?\n\nA tree.\n\n## What is a trie good for?\n\nWords.\n\n## What is the difference between a heap and a tree?\n\nOrder.\n\n## 写屏障（Write Barrier）\n\n一种开关。\n\n## GMP 模型\n\n![图](a.png)\n\n### 1 匿名管道通信\n\n匿名管道：半双工。\n\n## 优点\n\n快。\n\n## 死锁\n",
        &expect![[r#"
            僵尸进程 [question] "没有被回收的进程。"
            逃逸分析 [question] "编译时的分析。"
            微服务架构 [question] "一组小服务。"
            heap [question] "A tree."
            写屏障 = Write Barrier [translated] "一种开关。"
            GMP 模型 = GMP [topic] "![图](a.png)\n\n### 1 匿名管道通"
            匿名管道 [topic] "匿名管道：半双工。"
        "#]],
    );
}

#[test]
fn blocks() {
    check(
        "---\ntitle: 词汇\naliases: [glossary]\n---\nIntro.\n\n| 术语 | 缩写 | 说明 |\n|-|-|-|\n| `通道` | ch | 先进先出 |\n| 空 | | |\n| **切片** | s | 视图 |\n\n> [!definition] 闭包\n> 函数与环境。\n\nterm\n: its meaning\n\n```text\nKubelet：\n 管理容器\n 的生命周期\n\nno label here\nScheduler：x\n```\n\n```go\nfoo:\n bar\n```\n\n- **堆**：一棵树\n",
        &expect![[r#"
            词汇 = glossary [note] "Intro."
            通道 [glossary] "先进先出"
            切片 [glossary] "视图"
            闭包 [glossary] "\n> 函数与环境。"
            term [glossary] "its meaning"
            Kubelet [code-label] "管理容器\n 的生命周期"
        "#]],
    );
}

#[test]
fn what_a_heading_names_may_be_defined_in_its_section() {
    check(
        "## 13 slice和array的区别\n\narray是固定长度的数组\n\n- slice就是动态的\n- map是否安全\n- map是哈希表\n\n写屏障类似一种开关\n",
        &expect![[r#"
            array [known-name] "array是固定长度的数组"
            slice [known-name] "slice就是动态的"
        "#]],
    );
}

#[test]
fn items() {
    check(
        "- 引用计数：记下有几处引用。\n  - 优点：快\n  - 缺点：环\n- **分代收集**：按年龄分。\n  - 缺点：复杂\n- 优点：好\n  - 缺点：坏\n- 步骤一：先做\n  - 再做\n- 标题：\n  - 优点：空\n\n1. Raft: agrees by votes.\n   - Pros: simple\n\n- ```\n  make\n  ```\n\n  - 返回引用。\n  - 三种类型。\n\n- ```\n  new\n  ```\n\n- ```go\n  cap\n  ```\n\n  - 不是\n\n# gin.RouterGroup\n\nRouterGroup是对路由的包装。\n",
        &expect![[r#"
            引用计数 [item] "引用计数：记下有几处引用。"
            分代收集 [item] "分代收集**：按年龄分。"
            Raft [item] "Raft: agrees by votes."
            make [item] "  - 返回引用。\n  - 三种类型。"
            gin.RouterGroup [topic] "RouterGroup是对路由的包装。"
            RouterGroup [known-name] "RouterGroup是对路由的包装。"
        "#]],
    );
}

proptest::proptest! {
    #[test]
    fn lines_at_a_range_are_those_of_the_index(text in "[a一\r\n]{0,12}", start in 0_usize..14, length in 0_usize..14) {
        let note = crate::note::Note::read(crate::path::NotePath::new("/a.md"), text.as_str());
        let (start, end) = (start.min(text.len()), (start + length).min(text.len()));
        let lines = note.text.line_of(start)..=note.text.line_of(end);
        let expected: Vec<_> = lines.map(|line| note.text.line_range(line)).collect();
        let range = crate::text::TextRange::new(start, end);
        proptest::prop_assert_eq!(super::lines_at(&note, range), expected);
    }
}
