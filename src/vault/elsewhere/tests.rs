use crate::fixture::Fixture;
use crate::vault::topics::Topics;
use expect_test::{Expect, expect};

/// Lists where the answers to the open questions of the first note may stand: `!` marks what is told unasked.
fn check(fixture: &str, expected: &Expect) {
    let fixture = Fixture::parse(fixture);
    let topics = Topics::of(&fixture.vault);
    let note = fixture.first();
    let mut lines = Vec::new();
    for elsewhere in fixture.vault.elsewhere(&topics, note, &fixture.vault.answers(note), &mut Vec::new()) {
        for candidate in elsewhere.candidates {
            let target = fixture.vault.note(&candidate.path).unwrap();
            let mark = if candidate.likely { "!" } else { "?" };
            lines.push(format!(
                "{} {mark} {} `{}` ({})",
                elsewhere.title,
                target.headings[candidate.section].title(),
                target.text.slice(candidate.range).lines().next().unwrap_or_default(),
                candidate.words.join(", "),
            ));
        }
    }
    expected.assert_eq(&lines.join("\n"));
}

/// Sections about other things, so that some words are rare and some are not.
const OTHERS: &str = "## 10. 切片和数组的区别？\n\n切片是引用，数组是值，切片会扩容。\n\n## 11. 怎么判断通道已经关闭？\n\n用逗号 ok 的写法读通道。\n\n## 12. map 怎么顺序读取？\n\n先把键排序。\n\n## 13. defer 的顺序？\n\n后进先出。\n\n## 14. 进程和线程的区别？\n\n进程有自己的地址空间。\n\n## 15. 什么是死锁？\n\n互相等待。\n";

#[test]
fn the_block_that_says_most() {
    check(
        &format!(
            "# Go\n\n## 1. Golang 里的逃逸分析是什么？怎么避免内存逃逸？\n\n## 2. 垃圾回收怎么优化？\n\n对象越多越慢。\n\n内存逃逸现象：变量分配到堆上。逃逸分析决定内存分配到栈还是堆，内存逃逸要避免，逃逸分析在编译时完成。\n\n{OTHERS}"
        ),
        &expect![
            "Golang 里的逃逸分析是什么？怎么避免内存逃逸？ ! 垃圾回收怎么优化？ `内存逃逸现象：变量分配到堆上。逃逸分析决定内存分配到栈还是堆，内存逃逸要避免，逃逸分析在编译时完成。` (逃逸分析, 内存逃)"
        ],
    );
}

#[test]
fn the_heading_when_it_says_as_much() {
    check(
        &format!(
            "# Go\n\n## 1. 三色标记法描述\n\n## 2. 怎么做垃圾回收？\n\n### Go垃圾回收的三色标记法\n\n三色标记法只是一种说法。\n\n{OTHERS}"
        ),
        &expect!["三色标记法描述 ! Go垃圾回收的三色标记法 `Go垃圾回收的三色标记法` (三色标记法)"],
    );
}

#[test]
fn one_word_is_none() {
    check(
        &format!(
            "# Net\n\n## 1. epoll和select的区别\n\n# Go\n\n## 2. go select介绍\n\nselect 等待多个通道。\n\n{OTHERS}"
        ),
        &expect![""],
    );
    check(
        &format!("# OS\n\n## 1. 什么是信号？\n\n## 2. 信号量是什么？\n\n信号量是计数器。\n\n{OTHERS}"),
        &expect![""],
    );
}

#[test]
fn what_is_open_answers_nothing() {
    check(
        &format!(
            "# Go\n\n## 1. 什么是逃逸分析？\n\n## 2. 逃逸分析有什么用？\n\nTODO\n\n## 3. 逃逸分析\n\n{OTHERS}"
        ),
        &expect![""],
    );
}

#[test]
fn nor_what_it_is_a_part_of() {
    check(
        &format!(
            "# Go\n\n## 1. 逃逸分析是什么？\n\n逃逸分析在编译时完成。\n\n### 逃逸分析有什么用？\n\n{OTHERS}"
        ),
        &expect![""],
    );
}

#[test]
fn other_notes_by_their_headings() {
    check(
        &format!(
            "//- a.md\n# Go\n\n## 1. 什么是分布式事务的两阶段提交？\n\n{OTHERS}//- b.md\n# 数据库\n\n## 两阶段提交\n\n分布式事务用两阶段提交：准备，提交。\n//- c.md\n# 别的\n\n## 提交代码\n\n先看再提交。\n"
        ),
        &expect![
            "什么是分布式事务的两阶段提交？ ! 两阶段提交 `分布式事务用两阶段提交：准备，提交。` (分布式事务, 两阶段提交)"
        ],
    );
}
