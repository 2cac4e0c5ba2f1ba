//! How a question is worded, how an answer is put off, and which headings never ask.
//!
//! Invariant: pure functions of a title or of a short body; what the settings add comes in as arguments.

/// Words that make a title a question wherever they stand.
pub const QUESTION_WORDS: &[&str] = &[
    "什么",
    "为什么",
    "为何",
    "如何",
    "怎么",
    "怎样",
    "哪些",
    "哪个",
    "哪种",
    "哪几",
    "是否",
    "能不能",
    "有没有",
    "多少",
    "几种",
    "区别",
    "简述",
    "谈谈",
    "聊聊",
    "说说",
    "讲讲",
    "介绍一下",
    "解释",
];

/// Words that make an English title a question at its start, when at least three words follow together with it.
pub const QUESTION_STARTS: &[&str] = &[
    "what", "what's", "why", "how", "when", "which", "who", "is", "are", "do", "does", "can", "explain",
    "describe", "compare", "define", "discuss",
];

/// Texts that put an answer off when they are the whole of it, punctuation taken off.
const STUB_PHRASES: &[&str] = &[
    "todo",
    "tbd",
    "tba",
    "wip",
    "fixme",
    "coming soon",
    "to be continued",
    "to be added",
    "to be written",
    "work in progress",
    "待补充",
    "待完善",
    "待续",
    "待更新",
    "待整理",
    "待写",
    "未完待续",
    "略",
    "省略",
    "暂无",
    "占坑",
    "敬请期待",
    "施工中",
    "更新中",
];

/// Headings that close a note or list its sources and ask nothing, in lower case.
const RESERVED: &[&str] = &[
    "参考资料",
    "参考文献",
    "参考",
    "参考链接",
    "注释",
    "脚注",
    "引用",
    "延伸阅读",
    "扩展阅读",
    "目录",
    "更新日志",
    "references",
    "reference",
    "footnotes",
    "see also",
    "further reading",
    "related",
    "links",
    "resources",
    "contents",
    "table of contents",
    "changelog",
    "license",
    "contributors",
    "credits",
    "backlinks",
];

/// The outline of an answer in Chinese and in English.
const SKELETONS: [&str; 2] =
    ["**一句话**：\n\n**原理**：\n\n**例子**：", "**In short:**\n\n**Why:**\n\n**Example:**"];

/// The outline of an answer to a question, in its language.
pub fn skeleton(title: &str) -> &'static str {
    let han = title.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    SKELETONS[usize::from(!han)]
}

/// The letters and digits of a text alone, in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Whether a short body is an outline with nothing filled in. `own` is the one of the settings, if there is one.
pub fn is_skeleton(body: &str, own: &str) -> bool {
    letters(body).next().is_some()
        && SKELETONS.iter().chain([&own]).any(|outline| letters(outline).eq(letters(body)))
}

/// The longest text, in characters, that a sentence may have to count as putting the answer off.
const DEFERRAL_CHARS: usize = 40;

/// Whether a title (without its number) asks something. `words` are further words from the settings.
pub fn is_question(title: &str, words: &[String]) -> bool {
    is_plain_question(title) || has_word(title, words)
}

/// Whether one of `words` stands in a title, whatever the case of its letters.
pub fn has_word(title: &str, words: &[String]) -> bool {
    words.iter().any(|word| !word.is_empty() && title.to_lowercase().contains(&word.to_lowercase()))
}

/// Whether a title asks something, whatever the settings are.
pub fn is_plain_question(title: &str) -> bool {
    let bare = title.trim_end_matches([')', '）', ']', '】', '》', '」', '”', '"', '*', '_', ' ']);
    let before_brackets = without_closing_brackets(title);
    if bare.ends_with(['?', '？']) || before_brackets.ends_with(['?', '？']) {
        return true;
    }
    if before_brackets.ends_with(['吗', '呢']) || has_question_word(title) {
        return true;
    }
    let mut parts = title.split_whitespace();
    let first = parts.next().unwrap_or_default().to_lowercase().replace('’', "'");
    QUESTION_STARTS.contains(&first.as_str()) && parts.count() >= 2
}

/// Whether one of [`QUESTION_WORDS`] stands in a title: in one pass, since every heading of every note is asked.
fn has_question_word(title: &str) -> bool {
    // What they begin with; a test compares it with the words.
    let may_begin = |c: char| {
        matches!(
            c,
            '什' | '为'
                | '如'
                | '怎'
                | '哪'
                | '是'
                | '能'
                | '有'
                | '多'
                | '几'
                | '区'
                | '简'
                | '谈'
                | '聊'
                | '说'
                | '讲'
                | '介'
                | '解'
        )
    };
    let begins_here = |(at, c): (usize, char)| {
        may_begin(c) && QUESTION_WORDS.iter().any(|word| title[at..].starts_with(word))
    };
    title.char_indices().any(begins_here)
}

/// `怎么实现的?（面试题）` without the remark in brackets that closes it.
fn without_closing_brackets(title: &str) -> &str {
    let title = title.trim_end();
    for (open, close) in [('（', '）'), ('(', ')'), ('【', '】'), ('[', ']')] {
        if let Some(inner) = title.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
        {
            return title[..at].trim_end();
        }
    }
    title
}

/// Whether a whole short body only puts the answer off. `phrases` are further texts from the settings.
pub fn is_stub(body: &str, phrases: &[String]) -> bool {
    let text = body.trim();
    if matches!(text, "..." | "…" | "……" | "。。。" | "?" | "？" | "??" | "？？") {
        return true;
    }
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if bare.is_empty() {
        return false;
    }
    STUB_PHRASES.contains(&bare.as_str())
        || phrases.iter().any(|phrase| phrase.trim().to_lowercase() == bare)
        || defers(text)
}

/// Whether a single short sentence says that the answer comes later or stands elsewhere.
fn defers(text: &str) -> bool {
    if text.chars().count() > DEFERRAL_CHARS {
        return false;
    }
    let inner = text.trim_end_matches(['。', '.', '!', '！', '…', '~', ' ']);
    if inner.contains(['。', '！', '？', '?', '\n', ';', '；']) || inner.contains(". ") {
        return false;
    }
    let another_text = inner.contains('另')
        && inner.contains('篇')
        && ["文章", "博客", "笔记"].iter().any(|word| inner.contains(word));
    let later = ["以后", "后续", "之后", "后面", "稍后"].iter().any(|when| {
        inner.split_once(when).is_some_and(|(before, rest)| {
            // `这部分以后再补` defers; a whole statement before it is an answer with a remark.
            if before.chars().count() > 8 || before.contains(['，', ',', '：', ':']) {
                return false;
            }
            let rest = rest.trim_start_matches([
                '再', '会', '将', '慢', '来', '单', '独', '另', '行', '有', '空', '时', '间',
            ]);
            ["补", "写", "说", "分析", "更新", "介绍", "整理", "完善", "讲"]
                .iter()
                .any(|verb| rest.starts_with(verb))
        })
    });
    let working = ["正在整理", "正在编写", "正在更新", "正在补充"].iter().any(|word| inner.contains(word));
    let lower = inner.to_lowercase();
    let english = ["see later", "will be added", "will add later", "to be filled in"]
        .iter()
        .any(|phrase| lower.contains(phrase));
    another_text || later || working || english
}

/// Whether a comment's text says that something is still to be done.
pub fn is_todo_comment(inner: &str) -> bool {
    let text = inner.trim().to_lowercase();
    ["todo", "tbd", "fixme", "wip", "待补充", "待完善", "待写"].iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// Whether a heading never asks: sources, contents, a version, a date. `reserved` are further ones from the settings.
pub fn is_reserved(title: &str, reserved: &[String]) -> bool {
    is_plainly_reserved(title) || is_one_of(title, reserved)
}

/// Whether a title is one of `reserved`, whatever the case of its letters and the marks around it.
pub fn is_one_of(title: &str, reserved: &[String]) -> bool {
    let bare = || title.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    reserved.iter().any(|name| name.trim().to_lowercase() == bare())
}

/// Whether a heading never asks, whatever the settings are.
pub fn is_plainly_reserved(title: &str) -> bool {
    // Longer than any of them, and than a version or a date.
    if title.len() > 64 {
        return false;
    }
    let bare = title.trim_matches(|c: char| !c.is_alphanumeric());
    RESERVED.iter().any(|name| name.eq_ignore_ascii_case(bare)) || is_version_or_date(title)
}

/// `v1.2.0`, `[1.0.0] - 2024-01-05`, `2024-01-05`, `2024年1月5日`, `Unreleased`.
fn is_version_or_date(title: &str) -> bool {
    // Most titles begin with none of these.
    if !title.starts_with(|c: char| {
        c.is_ascii_digit()
            || matches!(c, '.' | '-' | '/' | '年' | '月' | '日' | '[' | '【' | 'v' | 'V' | 'u' | 'U')
    }) {
        return false;
    }
    let text =
        title.trim_start_matches(['[', '【']).trim_start_matches("Version ").trim_start_matches("version ");
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let run = digits.len()
        - digits
            .trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | '年' | '月' | '日')
            })
            .len();
    let head = &digits[..run];
    let numbers = head.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    let dated = head.len() >= 6 && head.as_bytes()[..4].iter().all(u8::is_ascii_digit) && numbers >= 2;
    let versioned = numbers >= 3 || (numbers >= 2 && text.len() != digits.len());
    let rest = digits[run..].trim_start();
    let ends = rest.is_empty() || rest.starts_with(['(', '（', '-', ']', '】', '周', '星', '–', '—']);
    (ends && (dated || versioned))
        || title.eq_ignore_ascii_case("unreleased")
        || title.eq_ignore_ascii_case("[unreleased]")
}

/// Whether a title belongs to a template: `{{title}}`, `<% tp.file.title %>`.
pub fn is_placeholder(title: &str) -> bool {
    title.contains("{{") || title.contains("<%")
}

/// Whether a `<summary>` only folds what stands above it and asks nothing: 答案, `Solution`, `Show more`.
pub fn is_generic_summary(summary: &str) -> bool {
    let text = summary.trim().to_lowercase();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let chinese =
        ["展开", "收起", "点击", "查看", "答案", "解析", "详情", "提示", "参考答案", "折叠", "更多"];
    let english = [
        "answer", "answers", "solution", "show", "details", "hint", "click", "expand", "see", "spoiler",
        "toc",
    ];
    let first = bare.split_whitespace().next().unwrap_or_default();
    bare.is_empty()
        || chinese
            .iter()
            .any(|word| bare.starts_with(word) || (bare.ends_with(word) && bare.chars().count() <= 8))
        || (english.contains(&first) && bare.split_whitespace().count() <= 4)
}

#[cfg(test)]
mod tests {
    use super::{
        QUESTION_WORDS, has_question_word, is_generic_summary, is_question, is_reserved, is_stub,
        is_todo_comment,
    };

    #[test]
    fn every_question_word_is_found() {
        for word in QUESTION_WORDS {
            assert!(has_question_word(&format!("甲{word}乙")), "{word}");
        }
        assert!(!has_question_word("什样为了如此怎的"));
    }

    #[test]
    fn questions() {
        for title in [
            "什么是协程泄露",
            "map如何顺序读取",
            "go里面goroutine创建数量有限制吗",
            "new make 区别",
            "k8s 的 exec 是怎么实现的?（面试题）",
            "有没有写过 Operator？（蚂蚁）",
            "Why is a heap fast?",
            "What is a heap",
            "Explain the event loop",
            "聊聊 GC",
        ] {
            assert!(is_question(title, &[]), "{title}");
        }
        for title in
            ["事务", "defer recover 的问题", "What next", "Is it", "Heap", "GMP 模型", "How-to", "Can"]
        {
            assert!(!is_question(title, &[]), "{title}");
        }
        assert!(is_question("请证明 P≠NP", &["证明".to_owned()]));
    }

    #[test]
    fn stubs_are_the_whole_body() {
        for body in [
            "TODO",
            "todo.",
            "待补充……",
            "**略**",
            "...",
            "…",
            "？",
            "Coming soon!",
            "这里会用另外一篇文章详细介绍",
            "以后再补",
            "后续会更新",
            "（正在整理）",
            "Will be added.",
            "（待完善）",
        ] {
            assert!(is_stub(body, &[]), "{body}");
        }
        for body in [
            "策略",
            "文件以 .tbd 结尾",
            "是",
            "会、不能",
            "TODO list 是一种清单",
            "以后的事情",
            "先答一句。以后再补充",
            "",
            "—",
            "见下图",
        ] {
            assert!(!is_stub(body, &[]), "{body}");
        }
        assert!(is_stub("挖坑", &["挖坑".to_owned()]));
    }

    #[test]
    fn comments_that_say_todo() {
        assert!(is_todo_comment(" TODO: 画图 ") && is_todo_comment("待补充"));
        assert!(!is_todo_comment("todolist") && !is_todo_comment("see TODO"));
    }

    #[test]
    fn reserved_headings_versions_and_dates() {
        for title in [
            "参考资料",
            "References",
            "See also:",
            "v1.2",
            "1.0.3 (2024-01-01)",
            "[1.0.0] - 2024-01-05",
            "2024-01-05",
            "2024年1月5日 周五",
            "Unreleased",
        ] {
            assert!(is_reserved(title, &[]), "{title}");
        }
        for title in ["参考系", "HTTP/1.1", "1.1 概述", "2024 总结", "v8 引擎", "TLS 1.3", "License plates"]
        {
            assert!(!is_reserved(title, &[]), "{title}");
        }
    }

    #[test]
    fn summaries_that_only_fold() {
        for summary in ["答案", "点击查看答案", "Answer", "Show solution", "👇", "参考答案"] {
            assert!(is_generic_summary(summary), "{summary}");
        }
        for summary in ["什么是答案集编程？", "How does TCP close?", "进程和线程的区别"] {
            assert!(!is_generic_summary(summary), "{summary}");
        }
    }
}
