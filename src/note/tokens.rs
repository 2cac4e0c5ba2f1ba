//! The words by which texts are compared: Latin words, and pairs of Chinese characters, since Chinese has no spaces.
//!
//! Invariant: tokens do not depend on case, width or composition; those of a question leave out the words that only ask.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::{UnicodeNormalization, is_nfkc};

use crate::note::wording::{QUESTION_STARTS, QUESTION_WORDS};

/// Chinese words that join and say nothing of the topic, beside those that make a question.
const CHINESE_FILLERS: &[&str] = &[
    "是那种",
    "是哪种",
    "有哪几种",
    "有哪些",
    "哪几种",
    "怎么样",
    "是怎么",
    "是什么",
    "什么是",
    "谈一谈",
    "讲一讲",
    "说一说",
    "聊一聊",
    "可不可以",
    "描述",
    "介绍",
    "理解",
    "可以",
    "用于",
    "还是",
    "问题",
    "里面",
    "以及",
    "之间",
    "关系",
    "需要",
    "避免",
    "的",
    "了",
    "和",
    "与",
    "及",
    "或",
    "吗",
    "呢",
    "里",
    "在",
    "对",
    "你",
    "您",
    "请",
    "是",
    "有",
    "会",
    "要",
    "把",
    "被",
];

/// English words that join, beside those that make a question.
const ENGLISH_FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "in",
    "on",
    "to",
    "for",
    "and",
    "or",
    "was",
    "were",
    "be",
    "did",
    "could",
    "should",
    "would",
    "will",
    "it",
    "its",
    "this",
    "that",
    "these",
    "those",
    "you",
    "your",
    "we",
    "i",
    "where",
    "between",
    "difference",
    "differences",
    "with",
    "by",
    "from",
    "at",
    "as",
    "vs",
    "not",
    "there",
    "use",
    "used",
    "using",
];

/// A token by its hash, as bodies are compared.
pub type TokenKey = u64;

/// The key of a token.
pub fn key(token: &str) -> TokenKey {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

/// Calls `each` with every token of `text`, in order, repeats included.
///
/// `Go 的逃逸分析` gives `go`, `的逃`, `逃逸`, `逸分`, `分析`.
pub fn each_token(text: &str, mut each: impl FnMut(&str)) {
    let text = folded(text);
    for run in runs(&text) {
        match run {
            Run::Latin(word) if tells(word) => each(word),
            Run::Latin(_) => {}
            Run::Chinese(run) => pairs(run, &mut each),
        }
    }
}

/// The tokens of a question's title, each once: without words that only ask, and without a remark in brackets at its end.
///
/// `什么是逃逸分析？（面试题）` gives `逃逸`, `逸分`, `分析`.
pub fn topic_tokens(title: &str) -> Vec<String> {
    let text = folded(without_aside(without_remark(title)));
    let mut found: Vec<String> = Vec::new();
    let mut add = |token: &str| {
        if !found.iter().any(|known| known == token) {
            found.push(token.to_owned());
        }
    };
    for run in runs(&text) {
        match run {
            Run::Latin(word) if tells(word) => add(word),
            Run::Latin(_) => {}
            Run::Chinese(run) => pieces(run).for_each(|piece| pairs(piece, &mut add)),
        }
    }
    found
}

/// A title as duplicates are compared: folded, without white space, closing marks, and the remark that closes it.
///
/// `Select 可以用于什么？（某公司面试题）` gives `select可以用于什么`.
pub fn same_title(title: &str) -> String {
    folded(without_remark(title))
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .trim_end_matches(['?', '!', '.', '。', ':', '…'])
        .to_owned()
}

/// Whether a Latin word says something of a topic.
fn tells(word: &str) -> bool {
    word.chars().nth(1).is_some() && !ENGLISH_FILLERS.contains(&word) && !QUESTION_STARTS.contains(&word)
}

/// The longest Chinese word that only asks or joins at the start of `text`.
fn filler(text: &str) -> Option<&'static str> {
    let fillers = QUESTION_WORDS.iter().chain(CHINESE_FILLERS).copied();
    fillers.filter(|filler| text.starts_with(filler)).max_by_key(|filler| filler.len())
}

/// In lower case, compatibility forms (full width, ligatures) made plain.
fn folded(text: &str) -> Cow<'_, str> {
    let lower = if text.chars().any(char::is_uppercase) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    };
    if is_nfkc(&lower) { lower } else { Cow::Owned(lower.nfkc().collect()) }
}

/// A title without a long aside in brackets at its end, which tells more than what is asked about.
fn without_aside(title: &str) -> &str {
    let title = title.trim_end();
    for (open, close) in [('（', '）'), ('(', ')')] {
        let aside = title.strip_suffix(close).and_then(|inner| inner.rfind(open));
        if let Some(at) = aside.filter(|&at| !title[..at].trim().is_empty())
            && title[at..].chars().count() > LONGEST_PART
        {
            return title[..at].trim_end();
        }
    }
    title
}

/// The longest text in brackets, brackets included and in characters, that counts as part of what is asked.
const LONGEST_PART: usize = 14;

/// A title without the remark in brackets at its end (`（蚂蚁金服面试题）`), unless it is all of the title.
fn without_remark(title: &str) -> &str {
    let title = title.trim_end();
    for (open, close) in [('（', '）'), ('(', ')'), ('【', '】'), ('[', ']')] {
        let remark = title.strip_suffix(close).and_then(|inner| inner.rfind(open));
        if let Some(at) = remark.filter(|&at| !title[..at].trim().is_empty()) {
            let inner = &title[at..];
            // A remark says where a question comes from; other brackets hold part of it.
            if ["面试", "真题", "考题", "interview", "exam"]
                .iter()
                .any(|word| inner.to_lowercase().contains(word))
            {
                return title[..at].trim_end();
            }
        }
    }
    title
}

enum Run<'a> {
    Latin(&'a str),
    Chinese(&'a str),
}

/// The runs of letters of one script.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_alphanumeric())?;
        rest = &rest[start..];
        let chinese = rest.chars().next().is_some_and(is_chinese);
        let inside = |c: char| {
            if chinese {
                is_chinese(c)
            } else {
                !is_chinese(c) && (c.is_alphanumeric() || matches!(c, '+' | '#' | '\''))
            }
        };
        let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if chinese { Run::Chinese(run) } else { Run::Latin(run.trim_matches('\'')) })
    })
}

/// Whether a character is written without spaces between words: Han, kana.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{3040}'..='\u{30ff}' | '\u{20000}'..='\u{323af}')
}

/// Each pair of neighbours.
fn pairs(run: &str, mut each: impl FnMut(&str)) {
    let mut previous: Option<usize> = None;
    for (at, c) in run.char_indices() {
        if let Some(start) = previous {
            each(&run[start..at + c.len_utf8()]);
        }
        previous = Some(at);
    }
}

/// What is left of a run of Chinese between the words that only ask.
fn pieces(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut at = 0;
        while at < rest.len() {
            if let Some(filler) = filler(&rest[at..]) {
                let piece = &rest[..at];
                rest = &rest[at + filler.len()..];
                return Some(piece);
            }
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        Some(std::mem::take(&mut rest))
    })
}

#[cfg(test)]
mod tests {
    use super::{each_token, same_title, topic_tokens};

    #[test]
    fn words_and_pairs() {
        let mut found = Vec::new();
        each_token("Ｇｏ 的逃逸分析 (GC), C++ a 栈", |token| found.push(token.to_owned()));
        assert_eq!(found, ["go", "的逃", "逃逸", "逸分", "分析", "gc", "c++"]);
    }

    #[test]
    fn a_topic_is_what_is_asked_about() {
        for (title, tokens) in [
            ("什么是逃逸分析？怎么避免内存逃逸？", "逃逸 逸分 分析 内存 存逃"),
            ("select可以用于什么", "select"),
            ("What is a deadlock, and how do you avoid it?", "deadlock avoid"),
            ("io多路复用，epoll和select的区别", "io 多路 路复 复用 epoll select"),
            ("有没有写过 Operator？（某公司面试题）", "写过 operator"),
            ("逃逸分析（分析了栈帧，讲五种例子，描述堆栈优缺点）", "逃逸 逸分 分析"),
            ("内存模型(tcmalloc)", "内存 存模 模型 tcmalloc"),
            ("为什么", ""),
        ] {
            assert_eq!(topic_tokens(title).join(" "), tokens, "{title}");
        }
    }

    #[test]
    fn titles_that_ask_the_same() {
        assert_eq!(same_title("Select 可以用于什么？"), same_title("select可以用于什么"));
        assert_eq!(same_title("事务是怎么实现的?（面试题）"), "事务是怎么实现的");
        assert_ne!(same_title("什么是事务"), same_title("事务是什么"));
        assert_ne!(same_title("内存模型(tcmalloc)"), same_title("内存模型"));
    }
}
