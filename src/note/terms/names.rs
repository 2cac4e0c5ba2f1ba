//! What can be a name, and what names are given together.
//!
//! Invariant: pure functions of short texts; what is doubtful is no name, since a hover on an ordinary word is a defect.

use crate::fold::is_han;
use crate::note::wording;

/// The longest name with Chinese characters, in characters.
const LONGEST_HAN: usize = 12;
/// The longest name in Latin letters, in characters and in words.
const LONGEST_LATIN: usize = 40;
const MOST_WORDS: usize = 4;

/// Characters at the start of a Chinese sentence that no name begins with.
const NO_FIRSTS: &str = "这那该其它他她我你您每本此当在从由对并还就不可没为另只第即哪再但而且或和与及被把让给用以于同各某所都更最";

/// The same, of several characters.
const NO_STARTS: &[&str] = &[
    "如果", "因为", "方案", "有些", "有的", "有一", "有时", "有没", "有哪", "通过", "下面", "上面", "前面",
    "前者", "后者", "结果", "目的", "主要", "一般", "通常", "需要", "首先", "然后", "也就", "比如", "例如",
    "很多", "大家", "什么", "如何", "怎么", "一个", "一种", "两者", "二者", "作者", "问题", "关键", "重点",
    "区别", "原因", "优点", "缺点", "好处", "坏处", "答案", "内容", "使用", "除了", "因此", "写出", "写错",
    "说出", "说明", "下列",
];

/// Adverbs before a name that are no part of it.
const ADVERBS: &[&str] = &["其实", "也", "又", "都", "而", "但", "则", "且", "那么", "所谓的", "所谓"];

/// English words that a sentence begins with and that name nothing.
const PRONOUNS: &[&str] = &[
    "this",
    "that",
    "these",
    "those",
    "there",
    "here",
    "what",
    "which",
    "who",
    "it",
    "he",
    "she",
    "we",
    "you",
    "they",
    "i",
    "one",
    "each",
    "for",
    "if",
    "when",
    "where",
    "why",
    "how",
    "so",
    "and",
    "but",
    "or",
    "as",
    "in",
    "on",
    "at",
    "to",
    "of",
    "with",
    "by",
    "because",
    "then",
    "now",
    "note",
    "all",
    "some",
    "any",
    "both",
    "either",
    "neither",
    "everything",
    "something",
    "nothing",
    "anything",
    "e.g.",
    "i.e.",
    "not",
    "also",
    "the following",
    "is",
    "are",
    "do",
    "does",
    "your",
    "my",
    "our",
    "their",
    "his",
    "her",
    "its",
    "another",
    "other",
    "most",
    "many",
    "such",
    "below",
    "above",
    "since",
    "while",
    "although",
    "though",
];

/// Headings that stand over parts of an answer everywhere and name nothing.
const GENERIC: &[&str] = &[
    "总结",
    "小结",
    "概述",
    "介绍",
    "简介",
    "背景",
    "前言",
    "引言",
    "优点",
    "缺点",
    "优缺点",
    "例子",
    "示例",
    "案例",
    "原理",
    "特点",
    "特性",
    "作用",
    "区别",
    "定义",
    "概念",
    "使用",
    "用法",
    "步骤",
    "流程",
    "过程",
    "其他",
    "其它",
    "问题",
    "说明",
    "注意",
    "注意事项",
    "应用",
    "应用场景",
    "使用场景",
    "场景",
    "实现",
    "实现原理",
    "方法",
    "结论",
    "答案",
    "解析",
    "思路",
    "代码",
    "题目",
    "回答",
    "分析",
    "目标",
    "要求",
    "功能",
    "安装",
    "配置",
    "基础",
    "进阶",
    "常见问题",
    "思考",
    "练习",
    "附录",
    "资料",
    "链接",
    "图解",
    "演示",
    "测试",
    "性能",
    "性能优化",
    "优化",
    "对比",
    "比较",
    "类型",
    "分类",
    "结构",
    "参数",
    "返回值",
    "语法",
    "思维导图",
    "学习目标",
    "手动触发",
    "主要特点",
    "代价",
    "前提",
    "本质",
    "做法",
    "办法",
    "意思",
    "思想",
    "难点",
    "后果",
    "overview",
    "introduction",
    "summary",
    "conclusion",
    "background",
    "example",
    "examples",
    "usage",
    "install",
    "installation",
    "setup",
    "configuration",
    "notes",
    "note",
    "tips",
    "todo",
    "faq",
    "features",
    "motivation",
    "getting started",
    "requirements",
    "prerequisites",
    "options",
    "parameters",
    "returns",
    "syntax",
    "pros",
    "cons",
    "pros and cons",
    "advantages",
    "disadvantages",
    "complexity",
    "implementation",
    "approach",
    "solution",
    "problem",
    "output",
    "input",
    "explanation",
    "answer",
    "answers",
    "question",
    "questions",
    "basics",
    "advanced",
    "definition",
    "description",
    "details",
    "result",
    "results",
    "steps",
    "test",
    "tests",
    "testing",
    "about",
    "history",
    "usage notes",
    "how to use",
    "development",
    "build",
    "support",
    "community",
    "contributing",
    "acknowledgements",
    "next steps",
    "what's next",
    "more",
    "misc",
    "other",
    "others",
    "general",
    "code",
    "demo",
    "images",
    "resources",
    "references",
    "topics",
    "exercise",
    "exercises",
    "practice",
    "api",
    "data",
    "value",
    "values",
];

/// Marks around a name that are no part of it, pictures such as 😀 among them.
fn is_mark(c: char) -> bool {
    let picture = !c.is_ascii() && !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c);
    c.is_whitespace()
        || picture
        || matches!(
            c,
            '*' | '_' | '`' | '“' | '”' | '"' | '\'' | '「' | '」' | '『' | '』' | '【' | '】' | '\\'
        )
}

/// A name without the marks and adverbs around it, and how many bytes stand before it.
pub fn trimmed(text: &str) -> (usize, &str) {
    let mut rest = text.trim_start_matches(is_mark);
    loop {
        let without =
            ADVERBS.iter().find_map(|adverb| rest.strip_prefix(adverb)).filter(|rest| !rest.is_empty());
        match without {
            Some(shorter) => rest = shorter.trim_start_matches(is_mark),
            None => break,
        }
    }
    for article in ["The ", "the ", "A ", "An ", "a ", "an "] {
        rest = rest.strip_prefix(article).unwrap_or(rest);
    }
    rest = rest.trim_start_matches(is_mark);
    (text.len() - rest.len(), rest.trim_end_matches(is_mark))
}

/// Whether a text without marks around it can be a name.
pub fn is_name(text: &str) -> bool {
    let bad = |c: char| c.is_control() || "，。、；：！？,;:!?（）()[]{}<>|\"“”=*`$#…→~^\\".contains(c);
    let (mut count, mut han, mut letters, mut before) = (0_usize, 0_usize, false, ' ');
    for c in text.chars() {
        if bad(c) || (before == '/' && c == '/') {
            return false;
        }
        count += 1;
        han += usize::from(is_han(c));
        letters |= c.is_alphabetic();
        before = c;
    }
    if count < 2 || !letters {
        return false;
    }
    if han > 0 {
        let fine = count <= LONGEST_HAN + (count - han).min(LONGEST_HAN);
        let ends = text.ends_with(['了', '的', '是', '吗', '呢']) || text.contains("是否");
        return fine
            && !ends
            && !text.starts_with(|c| NO_FIRSTS.contains(c))
            && text.matches('的').count() < 2
            && !NO_STARTS.iter().any(|start| text.starts_with(start));
    }
    let lower = text.to_lowercase();
    let first = lower.split([' ', '\'', '’']).next().unwrap_or_default();
    count <= LONGEST_LATIN && text.split_whitespace().count() <= MOST_WORDS && !PRONOUNS.contains(&first)
}

/// Whether a heading stands over parts of answers everywhere.
pub fn is_generic(title: &str) -> bool {
    let bare = title.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    GENERIC.contains(&bare.as_str()) || wording::is_reserved(title, &[])
}

/// Whether a text is a name in another language: Latin words.
pub fn is_foreign(text: &str) -> bool {
    let text = text.trim();
    text.chars().any(|c| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '/' | '+' | '#' | '_' | '\''))
        && is_name(text)
}

/// Whether `short` is made of the first letters of the words of `long`, in order.
pub fn are_initials(short: &str, long: &str) -> bool {
    let letters: Vec<char> =
        short.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let capitals = short.chars().filter(|c| c.is_ascii_uppercase()).count();
    if letters.len() < 2 || letters.len() > 8 || capitals < 2 {
        return false;
    }
    let words: Vec<Vec<char>> = long
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).collect())
        .collect();
    if words.len() < 2 {
        return false;
    }
    // Each letter begins a word; small words may be passed over. How many letters may be used up is kept as a set, so
    // that a row of small words is read once and not in all ways.
    let mut used = vec![false; letters.len() + 1];
    used[0] = true;
    for word in &words {
        let small = ["of", "the", "and", "for", "to", "in", "on", "a"];
        let is_small = small.iter().any(|small| small.chars().eq(word.iter().copied()));
        let mut next = vec![false; letters.len() + 1];
        for (count, letter) in letters.iter().enumerate().filter(|(count, _)| used[*count]) {
            next[count + 1] |= word.first() == Some(letter);
            next[count] |= is_small;
        }
        used = next;
    }
    used[letters.len()]
}

#[cfg(test)]
mod tests {
    use super::{are_initials, is_foreign, is_generic, is_name, trimmed};

    #[test]
    fn names() {
        for name in [
            "消息队列",
            "逃逸分析",
            "GMP 模型",
            "写屏障",
            "etcd",
            "Kube-proxy",
            "three-way handshake",
            "三色标记法",
            "C++",
            "TCP/IP",
        ] {
            assert!(is_name(name), "{name}");
        }
        for text in [
            "这个问题",
            "所以说",
            "它",
            "栈",
            "it",
            "This",
            "what we call",
            "一，二",
            "因为慢",
            "2024",
            "A sentence of far too many words",
            "甲的乙的丙",
        ] {
            assert!(!is_name(text), "{text}");
        }
        assert_eq!(trimmed(" **其实也是“slice”**"), (" **其实也".len(), "是“slice"));
        assert_eq!(trimmed("✅ 😀信号量"), ("✅ 😀".len(), "信号量"));
        assert_eq!(trimmed("The `heap` "), ("The `".len(), "heap"));
    }

    #[test]
    fn other_languages_and_initials() {
        assert!(is_foreign("message queue") && is_foreign(" pipe ") && is_foreign("kube-proxy"));
        assert!(!is_foreign("可以不在master节点") && !is_foreign("2024"));
        for (short, long) in [
            ("STW", "Stop The World"),
            ("TCP", "Transmission Control Protocol"),
            ("RAII", "Resource Acquisition Is Initialization"),
            ("MoE", "Mixture of Experts"),
        ] {
            assert!(are_initials(short, long), "{short} {long}");
        }
        for (short, long) in [("STW", "Stop World"), ("go", "good old"), ("TCP", "protocol"), ("a", "b c")] {
            assert!(!are_initials(short, long), "{short} {long}");
        }
        assert!(
            is_generic("优点：") && is_generic("Overview") && is_generic("代价") && !is_generic("垃圾回收")
        );
    }
}
