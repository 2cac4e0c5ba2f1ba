//! Vaults made up from a seed: notes of about 5 KB, half Chinese, numbered questions, a third unanswered, links of
//! every kind.
//!
//! Invariant: the same seed and size give the same notes, byte for byte, on every machine.

/// A small generator of pseudo-random numbers (SplitMix64).
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap_or_default()
    }

    /// One of these.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const CHINESE: &[&str] = &[
    "进程",
    "线程",
    "内存",
    "页表",
    "调度",
    "缓存",
    "索引",
    "事务",
    "日志",
    "隔离",
    "一致性",
    "复制",
    "分片",
    "哈希",
    "队列",
    "栈",
    "堆",
    "指针",
    "引用",
    "闭包",
    "作用域",
    "协程",
    "信号量",
    "互斥锁",
    "死锁",
    "中断",
    "系统调用",
    "文件系统",
    "套接字",
    "拥塞控制",
    "握手",
    "重传",
    "窗口",
    "路由",
    "网关",
    "代理",
    "负载均衡",
    "的",
    "是",
    "在",
    "把",
    "由",
    "和",
    "与",
    "从",
];

const ENGLISH: &[&str] = &[
    "process",
    "thread",
    "memory",
    "page",
    "table",
    "scheduler",
    "cache",
    "index",
    "transaction",
    "log",
    "isolation",
    "replica",
    "shard",
    "hash",
    "queue",
    "stack",
    "heap",
    "pointer",
    "closure",
    "scope",
    "goroutine",
    "semaphore",
    "the",
    "a",
    "of",
    "and",
    "to",
    "is",
    "with",
    "when",
    "each",
    "reads",
    "writes",
    "waits",
    "holds",
];

/// The path of note `n` in its vault.
pub fn path(n: usize) -> String {
    format!("{:02}/{}-{n}.md", n % 50, if n.is_multiple_of(2) { "笔记" } else { "note" })
}

/// The text of note `n` in a vault of `count` notes, of about `bytes` bytes.
pub fn note(n: usize, count: usize, bytes: usize) -> String {
    let mut random = Random::new(n as u64 + 1);
    let chinese = n.is_multiple_of(2);
    let mut text = if chinese { format!("# 第 {n} 篇笔记\n\n") } else { format!("# Note {n}\n\n") };
    let mut question = 0;
    while text.len() < bytes {
        question += 1;
        let topic = words(&mut random, chinese, 3);
        text += &match (chinese, random.below(3)) {
            (true, 0) => format!("## {question}、什么是{topic}？\n\n"),
            (true, _) => format!("## {question}、{topic}的原理\n\n"),
            (false, 0) => format!("## {question}. What is {topic}?\n\n"),
            (false, _) => format!("## {question}. {topic}\n\n"),
        };
        if random.below(3) > 0 {
            answer(&mut random, chinese, count, &mut text);
        }
    }
    text
}

fn answer(random: &mut Random, chinese: bool, count: usize, text: &mut String) {
    for _ in 0..=random.below(3) {
        let length = 20 + random.below(40);
        *text += &words(random, chinese, length);
        *text += match random.below(6) {
            0 => "，见 ",
            1 => " **strong** 和 `code`，",
            _ => "。\n\n",
        };
        let other = path(random.below(count));
        let stem = other.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
        match random.below(8) {
            0 => *text += &format!("[{stem}](../{other})。\n\n"),
            1 => *text += &format!("[[{stem}]]。\n\n"),
            2 => *text += &format!("[[{stem}#note|{stem}]]。\n\n"),
            3 => *text += "- 一\n- 二\n- 三\n\n",
            4 => *text += "```go\nfunc main() { println(1) }\n```\n\n",
            5 => *text += "| a | b |\n|-|-|\n| 1 | 2 |\n\n",
            6 => *text += "[上面](#1没有这个标题)，![图](missing.png)\n\n",
            _ => *text += "\n\n",
        }
    }
}

fn words(random: &mut Random, chinese: bool, count: usize) -> String {
    let (choices, joint) = if chinese { (CHINESE, "") } else { (ENGLISH, " ") };
    (0..count).map(|_| random.pick(choices)).collect::<Vec<_>>().join(joint)
}
