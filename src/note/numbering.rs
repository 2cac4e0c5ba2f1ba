//! The number in front of a heading: which style it has and what it counts.
//!
//! Invariant: a text is taken as numbered only when what remains is a title; `3D 打印`, `2024 总结` and `一致性` begin
//! with no number.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::text::TextRange;

/// The number in front of a heading's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number<'a> {
    /// Where it stands in the note, closing mark and white space included: `一、` or `1.2 `. Empty where markup or an
    /// escape stands inside it.
    pub range: TextRange,
    /// What it says, one part a level: `1.2` is `[1, 2]`, `第三章` is `[3]`.
    pub parts: &'a [u32],
    /// How it is written.
    pub style: NumberStyle,
}

/// The most parts that a number has.
const MOST_PARTS: usize = 6;

/// The parts of a number, the first on the left.
#[derive(Clone, Copy)]
pub struct Parts {
    /// As many as `count` of these, the rest being 0.
    parts: [u32; MOST_PARTS],
    count: u8,
}

impl Parts {
    /// The number of one part.
    fn one(part: u32) -> Self {
        Self::of(&[part])
    }

    /// The number of these parts, those left out for which there is no room.
    pub fn of(parts: &[u32]) -> Self {
        let mut all = Self { parts: [0; MOST_PARTS], count: 0 };
        parts.iter().all(|part| all.push(*part));
        all
    }

    /// Puts another part behind; returns whether there was room for it.
    fn push(&mut self, part: u32) -> bool {
        let free = self.parts.get_mut(usize::from(self.count));
        let is_free = free.is_some();
        if let Some(free) = free {
            *free = part;
            self.count += 1;
        }
        is_free
    }
}

impl Deref for Parts {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        self.parts.get(..usize::from(self.count)).unwrap_or(&self.parts)
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Parts {}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// How a [`Number`] is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum NumberStyle {
    /// `一、`, `(一)`, `十二 `
    Chinese,
    /// `1.`, `1、`, `1)`, `1 `, `1.2`
    Arabic,
    /// `第一章`, `第 3 节`, `Chapter 3`
    Chapter,
    /// `Q1`, `Q1.`, `问题1`
    Question,
    /// `1️⃣`, `①`
    Symbol,
}

/// A number at the start of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefix {
    /// Its length in bytes, closing mark and white space included.
    pub len: usize,
    /// What it says.
    pub parts: Parts,
    /// How it is written.
    pub style: NumberStyle,
}

/// The number at the start of `text`; `None` when there is none or nothing follows it.
pub fn prefix(text: &str) -> Option<Prefix> {
    let start = text.len() - text.trim_start().len();
    let found = in_its_style(&text[start..])?;
    let rest = &text[start + found.len..];
    let len = text.len() - rest.trim_start().len();
    (len < text.len()).then_some(Prefix { len, ..found })
}

/// The first character tells of which style a number may be: most headings have none, and are not looked at further.
fn in_its_style(text: &str) -> Option<Prefix> {
    match text.chars().next()? {
        // A sign of a keycap goes on with characters that are not ASCII.
        '0'..='9' if text.as_bytes().get(1).is_some_and(|next| !next.is_ascii()) => {
            symbol(text).or_else(|| arabic(text))
        }
        '0'..='9' => arabic(text),
        '０'..='９' => arabic(text),
        '(' | '（' => bracketed(text),
        '第' | 'C' | 'c' | 'P' | 'S' | 'L' | 'U' => chapter(text),
        'Q' | 'q' | '问' | '题' | '面' => question(text),
        '①'..='⑳' | '❶'..='❿' | '🔟' => symbol(text),
        first if first == '十' || numeral(first).is_some() => chinese(text),
        _ => None,
    }
}

/// The digit that a Chinese numeral is.
fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// The same number written for another value: its last part, in its own digits. `十二、` and 13 give `十三、`, `1.2 ` and 3
/// give `1.3 `. `None` when its signs go no further (`⑳`), or `written` holds no number.
pub fn with_value(written: &str, style: NumberStyle, value: u32) -> Option<String> {
    if style == NumberStyle::Symbol {
        return symbol_of(written, value);
    }
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let is_numeral = |c: char| "零一二两三四五六七八九十百".contains(c);
    let digits = written.contains(is_digit);
    let belongs = |c: char| if digits { is_digit(c) } else { is_numeral(c) };
    let end = written.char_indices().rev().find(|(_, c)| belongs(*c)).map(|(at, c)| at + c.len_utf8())?;
    let start = written[..end]
        .rfind(|c| !belongs(c))
        .map_or(0, |at| at + written[at..].chars().next().map_or(0, char::len_utf8));
    let new = match digits {
        true if written[start..end].is_ascii() => {
            // `01` stays two digits wide.
            let width = if written[start..end].starts_with('0') { end - start } else { 0 };
            format!("{value:0width$}")
        }
        true => value
            .to_string()
            .chars()
            .filter_map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32))
            .collect(),
        false => chinese_numeral(value)?,
    };
    Some(format!("{}{new}{}", &written[..start], &written[end..]))
}

fn symbol_of(written: &str, value: u32) -> Option<String> {
    let first = written.chars().next()?;
    let (new, old) = match first {
        '①'..='⑳' if (1..=20).contains(&value) => {
            (char::from_u32('①' as u32 + value - 1)?.to_string(), first.len_utf8())
        }
        '❶'..='❿' if (1..=10).contains(&value) => {
            (char::from_u32('❶' as u32 + value - 1)?.to_string(), first.len_utf8())
        }
        '0'..='9' if value < 10 => (value.to_string(), 1),
        _ => return None,
    };
    Some(format!("{new}{}", &written[old..]))
}

/// `一`, `十二`, `二十`, `一百零五`; from 1 to 999.
fn chinese_numeral(value: u32) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: u32| DIGITS[value as usize];
    let (hundreds, tens, ones) = (value / 100, value / 10 % 10, value % 10);
    if value == 0 || hundreds > 9 {
        return None;
    }
    let mut numeral = String::new();
    if hundreds > 0 {
        numeral.push_str(digit(hundreds));
        numeral.push('百');
    }
    match tens {
        0 if hundreds > 0 && ones > 0 => numeral.push('零'),
        0 => {}
        1 if hundreds == 0 => numeral.push('十'),
        tens => {
            numeral.push_str(digit(tens));
            numeral.push('十');
        }
    }
    numeral.push_str(digit(ones));
    Some(numeral)
}

/// `第三章 `, `第 3 节：`, `Chapter 3: `
fn chapter(text: &str) -> Option<Prefix> {
    let (digits, unit_required) = match text.strip_prefix('第') {
        Some(rest) => (rest.trim_start(), true),
        None => {
            let word = ["Chapter ", "chapter ", "CHAPTER ", "Part ", "Section ", "Lesson ", "Unit "]
                .iter()
                .find(|word| text.starts_with(**word))?;
            (&text[word.len()..], false)
        }
    };
    let (value, len) = arabic_digits(digits).or_else(|| chinese_digits(digits))?;
    let mut rest = &digits[len..];
    if unit_required {
        rest = rest.trim_start();
        let unit = rest.chars().next().filter(|c| "章节回讲课篇部卷题天周".contains(*c))?;
        rest = &rest[unit.len_utf8()..];
    } else if rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let rest = rest.trim_start_matches([':', '：', '、', '.', '．', '-', '—', ' ']);
    Some(Prefix { len: text.len() - rest.len(), parts: Parts::one(value), style: NumberStyle::Chapter })
}

/// `Q1. `, `Q1：`, `问题1：`, `题目 2 `
fn question(text: &str) -> Option<Prefix> {
    let word = ["Question ", "question ", "Q", "q", "问题", "题目", "面试题", "问"]
        .iter()
        .find(|word| text.starts_with(**word))?;
    let digits = text[word.len()..].trim_start();
    let (value, len) = arabic_digits(digits).or_else(|| chinese_digits(digits))?;
    let rest = &digits[len..];
    let closed = rest.trim_start_matches([':', '：', '、', '.', '．', ')', '）']);
    if closed.len() == rest.len() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some(Prefix { len: text.len() - closed.len(), parts: Parts::one(value), style: NumberStyle::Question })
}

/// `1️⃣ `, `① `
fn symbol(text: &str) -> Option<Prefix> {
    let first = text.chars().next()?;
    let (value, len) = match first {
        '①'..='⑳' => (first as u32 - '①' as u32 + 1, first.len_utf8()),
        '❶'..='❿' => (first as u32 - '❶' as u32 + 1, first.len_utf8()),
        '🔟' => (10, first.len_utf8()),
        '0'..='9' => {
            let rest = text[1..].strip_prefix('\u{fe0f}').unwrap_or(&text[1..]);
            let rest = rest.strip_prefix('\u{20e3}')?;
            (first as u32 - '0' as u32, text.len() - rest.len())
        }
        _ => return None,
    };
    let rest = text[len..].trim_start_matches(['.', '、', '：', ':']);
    Some(Prefix { len: text.len() - rest.len(), parts: Parts::one(value), style: NumberStyle::Symbol })
}

/// `(一) `, `（1）`, `[2] ` has none: that is a reference.
fn bracketed(text: &str) -> Option<Prefix> {
    let inner = text.strip_prefix(['(', '（'])?;
    let (value, len, style) = arabic_digits(inner)
        .map(|(value, len)| (value, len, NumberStyle::Arabic))
        .or_else(|| chinese_digits(inner).map(|(value, len)| (value, len, NumberStyle::Chinese)))?;
    let rest = inner[len..].strip_prefix([')', '）'])?;
    let rest = rest.trim_start_matches(['、', '.', '．']);
    Some(Prefix { len: text.len() - rest.len(), parts: Parts::one(value), style })
}

/// `一、`, `十二 `, `三.`
fn chinese(text: &str) -> Option<Prefix> {
    let (value, len) = chinese_digits(text)?;
    let rest = &text[len..];
    let closed = rest.trim_start_matches(['、', '.', '．', ',', '，', ':', '：', ')', '）']);
    // Without a mark only white space parts a number from a word: 一 进程 but not 一致性.
    if closed.len() == rest.len() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some(Prefix { len: text.len() - closed.len(), parts: Parts::one(value), style: NumberStyle::Chinese })
}

/// `1. `, `1、`, `1) `, `12 `, `1.2 `, `1.2.3. `
fn arabic(text: &str) -> Option<Prefix> {
    let (first, mut at) = arabic_digits(text)?;
    let mut parts = Parts::one(first);
    while let Some((value, len)) = text[at..].strip_prefix(['.', '．', '-']).and_then(arabic_digits) {
        let mark = text[at..].chars().next().map_or(0, char::len_utf8);
        if text[at..].starts_with('-') && parts.len() > 1 || !parts.push(value) {
            return None;
        }
        at += mark + len;
    }
    let rest = &text[at..];
    let closed = rest.trim_start_matches(['、', '.', '．', ')', '）', ':', '：']);
    let marked = closed.len() < rest.len();
    let next = closed.chars().next()?;
    let many_digits = text[..at].bytes().take_while(u8::is_ascii_digit).count() > 3;
    let plausible = if marked {
        // `1.Master` is numbered, a version or time is not: `2:30`.
        !next.is_ascii_digit() && (!many_digits || next.is_whitespace())
    } else {
        // `3 进程` is numbered, `2024 总结` and `100 道题` need no number: a year and a count.
        next.is_whitespace() && !many_digits && !counts(closed.trim_start())
    };
    let dashed = text[..at].contains('-');
    (plausible && (!dashed || marked || next.is_whitespace())).then(|| Prefix {
        len: text.len() - closed.len(),
        parts,
        style: NumberStyle::Arabic,
    })
}

/// Whether a number before this would count it: `100 道题`.
fn counts(rest: &str) -> bool {
    rest.starts_with(['个', '种', '道', '条', '次', '年', '月', '日', '天', '位', '分', '大', '%'])
}

/// The value and length of ASCII or full-width digits, at most six of them.
fn arabic_digits(text: &str) -> Option<(u32, usize)> {
    let mut value = 0u32;
    let mut len = 0;
    for (count, c) in text.chars().enumerate() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => break,
        };
        if count >= 6 {
            return None;
        }
        value = value * 10 + digit;
        len += c.len_utf8();
    }
    (len > 0).then_some((value, len))
}

/// The value and length of a Chinese numeral up to 999: 三, 十二, 二十, 一百零五.
fn chinese_digits(text: &str) -> Option<(u32, usize)> {
    let (mut total, mut digit, mut len) = (0, 0, 0);
    for (count, c) in text.chars().enumerate() {
        match numeral(c) {
            Some(value) => digit = value,
            None => match c {
                '十' => {
                    total += if digit == 0 { 10 } else { digit * 10 };
                    digit = 0;
                }
                '百' if digit > 0 => {
                    total += digit * 100;
                    digit = 0;
                }
                _ => break,
            },
        }
        if count >= 5 {
            return None;
        }
        len += c.len_utf8();
    }
    (len > 0).then_some((total + digit, len))
}

#[cfg(test)]
mod tests {
    use super::{NumberStyle, Parts, prefix};

    #[track_caller]
    fn check(text: &str, expected: Option<(&[u32], NumberStyle, &str)>) {
        let found = prefix(text);
        let shown = found.as_ref().map(|found| (&found.parts[..], found.style, &text[found.len..]));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn styles_seen_in_notes() {
        use NumberStyle::{Arabic, Chapter, Chinese, Question, Symbol};
        for (text, parts, style, title) in [
            ("一、time-wait的作用", &[1][..], Chinese, "time-wait的作用"),
            ("一 进程通信方法", &[1], Chinese, "进程通信方法"),
            ("五  TCP 拥塞控制", &[5], Chinese, "TCP 拥塞控制"),
            ("十三  raft算法", &[13], Chinese, "raft算法"),
            ("二十、索引", &[20], Chinese, "索引"),
            ("（三）事务", &[3], Chinese, "事务"),
            ("1. goroutine", &[1], Arabic, "goroutine"),
            ("1.Master节点", &[1], Arabic, "Master节点"),
            ("1、什么是闭包", &[1], Arabic, "什么是闭包"),
            ("3) heap", &[3], Arabic, "heap"),
            ("10 关闭后的通道", &[10], Arabic, "关闭后的通道"),
            ("1.2 TCP", &[1, 2], Arabic, "TCP"),
            ("1.2.3. TCP", &[1, 2, 3], Arabic, "TCP"),
            ("2-1 页表", &[2, 1], Arabic, "页表"),
            ("（1）分段", &[1], Arabic, "分段"),
            ("第一章 进程", &[1], Chapter, "进程"),
            ("第 12 节：锁", &[12], Chapter, "锁"),
            ("Chapter 3: Locks", &[3], Chapter, "Locks"),
            ("Q1: What is a heap?", &[1], Question, "What is a heap?"),
            ("Q12. Why?", &[12], Question, "Why?"),
            ("问题3：为什么", &[3], Question, "为什么"),
            ("1️⃣ 快照读", &[1], Symbol, "快照读"),
            ("③当前读", &[3], Symbol, "当前读"),
        ] {
            check(text, Some((parts, style, title)));
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "一致性哈希",
            "三次握手",
            "3D 打印",
            "2024 总结",
            "100 道题",
            "5 种 IO 模型",
            "1.",
            "",
            "十",
            "TCP",
            "Q&A",
            "64位系统",
            "v1.2 发布",
            "2:30 会议",
            "(a) 甲",
            "第一次",
            "问候",
            "3分钟入门",
            "2024-01-05 周会",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn the_first_character_tells_of_which_style_a_number_may_be() {
        let styles =
            [super::chapter, super::question, super::symbol, super::bracketed, super::chinese, super::arabic];
        let rests = ["", " ", "、x", "1. x", " 1 x", "1、x", "一、x", "\u{20e3} x", ") x", "十、x", "题1：x"];
        for c in ('\0'..='\u{ffff}').chain('\u{1f000}'..='\u{1ffff}') {
            for text in rests.map(|rest| format!("{c}{rest}")) {
                let in_any_style = styles.iter().find_map(|style| style(&text));
                assert_eq!(super::in_its_style(&text), in_any_style, "{text}");
            }
        }
    }

    #[test]
    fn a_number_written_for_another_value() {
        for (written, value, new) in [
            ("十二、", 13, "十三、"),
            ("一、", 10, "十、"),
            ("二十 ", 21, "二十一 "),
            ("(九) ", 105, "(一百零五) "),
            ("1.2 ", 3, "1.3 "),
            ("9. ", 10, "10. "),
            ("01. ", 2, "02. "),
            ("３、", 12, "１２、"),
            ("Q7：", 8, "Q8："),
            ("第三章 ", 4, "第四章 "),
            ("第 9 节：", 10, "第 10 节："),
            ("Chapter 3: ", 4, "Chapter 4: "),
            ("② ", 3, "③ "),
            ("1️⃣ ", 2, "2️⃣ "),
        ] {
            let style = super::prefix(&format!("{written}x")).unwrap().style;
            let made = super::with_value(written, style, value);
            assert_eq!(made.as_deref(), Some(new), "{written}");
            let read = super::prefix(&format!("{new}x")).unwrap();
            assert_eq!((read.parts.last(), read.style), (Some(&value), style), "{new}");
        }
        assert_eq!(super::with_value("⑳ ", super::NumberStyle::Symbol, 21), None);
        assert_eq!(super::with_value("一、", super::NumberStyle::Chinese, 1000), None);
    }

    proptest::proptest! {
        #[test]
        fn every_chinese_numeral_is_read_back(value in 1u32..1000) {
            let written = super::with_value("一、", super::NumberStyle::Chinese, value).unwrap();
            let read = super::prefix(&format!("{written}x")).unwrap();
            proptest::prop_assert_eq!(read.parts, Parts::of(&[value]));
        }
    }
}
