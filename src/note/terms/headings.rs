//! Headings that ask what something is, that give a name in two languages, or that are a name.

use crate::fold::is_han;
use crate::note::terms::names::{is_foreign, is_generic, is_name, trimmed};
use crate::note::terms::{Definition, Pattern, definition};
use crate::note::{BlockKind, Link, LinkKind, Note, Place, Substance, wording};
use crate::text::TextRange;

/// What asks for a meaning, in Chinese: before and after the name.
const ASKS: &[(&str, &str)] = &[
    ("什么是", ""),
    ("", "是什么意思"),
    ("", "是什么"),
    ("", "指的是什么"),
    ("何为", ""),
    ("何谓", ""),
    ("", "的理解"),
    ("", "的概念"),
    ("", "的定义"),
];
/// Words before a name in a request: 谈一谈你对, 简述.
const REQUESTS: &[&str] = &[
    "谈一谈",
    "谈谈",
    "聊一聊",
    "聊聊",
    "说一说",
    "说说",
    "讲一讲",
    "讲讲",
    "介绍一下",
    "介绍下",
    "介绍",
    "简述",
    "简单介绍",
    "请",
    "解释一下",
    "解释",
    "你对",
    "您对",
    "你所理解的",
    "对",
    "一下",
];
const ENGLISH: &[&str] = &["what is ", "what are ", "what's ", "define ", "explain "];
/// Ends of a topic that is named by Latin letters alone: GMP 模型.
const KINDS: &[&str] = &["模型", "机制", "算法", "协议", "架构", "框架"];

/// Ends of headings that stand over all there is to say of a name.
const OVERVIEWS: &[&str] = &["概述", "简介", "介绍", "基础", "入门", "详解", "概念"];

/// Adds what the headings of a note define.
pub fn add(note: &Note, found: &mut Vec<Definition>) {
    if let Some(front) = &note.front_matter
        && let Some(title) = front.title.as_deref().or(front.aliases.first().map(|alias| &**alias))
    {
        // A title with escapes in it stands at the start, as far as anyone can say.
        let start = front.range.start();
        let name = match note.text.slice(front.range).find(title) {
            Some(at) => TextRange::new(start + at, start + at + title.len()),
            None => TextRange::empty(start),
        };
        let mut of_note = definition(note, title, name, first_text(note, front.range.end()), Pattern::Note);
        of_note.aliases = front.aliases.iter().filter(|alias| &***alias != title).cloned().collect();
        found.push(of_note);
    }
    for (index, heading) in note.headings.iter().enumerate() {
        if heading.place == Place::Quote || note.sections[index].substance.is_empty() {
            continue;
        }
        let body = note.sections[index].body;
        let text = Substance::TEXT.with(Substance::TABLE).with(Substance::CODE).with(Substance::MATH);
        let text = text.with(Substance::IMAGE);
        if !note.sections[index].substance.has(text) {
            continue;
        }
        let range = with_words(note, index, first_text(note, body.start()));
        let title = heading.title();
        let place = |name: &str| place_of(note, heading.content, name);
        if let Some(name) = asked_for(title) {
            found.push(definition(note, name, place(name), range, Pattern::Question));
        } else if let Some((name, other)) = translated(title) {
            let mut of_heading = definition(note, name, place(name), range, Pattern::Translated);
            of_heading.aliases = Box::new([other.into()]);
            found.push(of_heading);
        } else if let Some(name) = repeated_at_start(note, title, range) {
            found.push(definition(note, name, place(name), range, Pattern::Topic));
        } else if is_topic(title) {
            let name = OVERVIEWS.iter().find_map(|overview| title.strip_suffix(overview)).map(str::trim_end);
            let name = name.filter(|name| is_name(name)).unwrap_or(title);
            let mut of_heading = definition(note, name, place(name), range, Pattern::Topic);
            let latin = KINDS.iter().find_map(|kind| title.strip_suffix(kind)).map(str::trim_end);
            let latin = latin.filter(|latin| latin.is_ascii() && is_name(latin));
            of_heading.aliases = latin.map(Into::into).into_iter().collect();
            found.push(of_heading);
        }
    }
}

/// The names that a section speaks of by its heading and those around it: what `X 是…` in it may define.
pub fn spoken_of(note: &Note, section: Option<usize>) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = section;
    while let Some(index) = at {
        let title = note.headings[index].title();
        let asked = asked_for(title);
        names.extend(asked);
        names.extend(translated(title).map(|(name, _)| name));
        for part in title.split(['和', '与', '及', '、', '，', ',', '/', '？', '?', '：', ':', '（', '('])
        {
            let part = part.split("的").next().unwrap_or_default().trim();
            let part = trimmed(part).1;
            if is_name(part) && !is_generic(part) {
                names.push(part);
            }
            // `gin.RouterGroup` is called RouterGroup.
            let last = part.rsplit('.').next().filter(|last| last.len() < part.len() && is_foreign(last));
            names.extend(last);
        }
        at = note.sections[index].parent.map(|parent| parent as usize);
    }
    names
}

/// `X` of 什么是 X, X 是什么, 谈谈你对 X 的理解, What is X?
fn asked_for(title: &str) -> Option<&str> {
    let clause = title.split(['？', '?', '，', ',', '。', '；']).next()?.trim();
    let begins =
        |start: &&&str| clause.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if let Some(start) = ENGLISH.iter().find(begins) {
        let rest = &clause[start.len()..];
        // "What is the difference between" asks for something else.
        let of = rest.split(" of ").count() > 1 || rest.contains(" between ") || rest.contains(" in ");
        // "What is X for", "what is X like" ask for something else, too.
        let of = of || [" for", " like", " about"].iter().any(|end| rest.trim_end().ends_with(end));
        return Some(trimmed(rest).1).filter(|name| !of && is_name(name));
    }
    let mut rest = clause;
    let mut requested = false;
    while let Some(shorter) = REQUESTS.iter().find_map(|request| rest.strip_prefix(request)) {
        rest = shorter.trim_start();
        requested = true;
    }
    let name = ASKS
        .iter()
        .find_map(|(before, after)| rest.strip_prefix(before)?.strip_suffix(after))
        .or(requested.then_some(rest))?;
    // 的特点, 的区别, 的作用 ask for something else than what it is.
    let name = name.rsplit(['里', '中', '上']).next().unwrap_or(name);
    let name = name.strip_prefix('的').unwrap_or(name);
    let name = trimmed(name).1;
    let asks_for_more = [
        "区别",
        "特点",
        "原因",
        "作用",
        "实现",
        "原理",
        "过程",
        "流程",
        "关系",
        "优缺点",
        "为什么",
        "怎么",
        "如何",
        "哪些",
    ];
    (is_name(name) && !name.contains('的') && !asks_for_more.iter().any(|word| name.contains(word)))
        .then_some(name)
}

/// `X（English）`
fn translated(title: &str) -> Option<(&str, &str)> {
    let inner = title.strip_suffix(['）', ')'])?;
    let open = inner.rfind(['（', '('])?;
    let name = trimmed(&title[..open]).1;
    let other = inner[open..].trim_start_matches(['（', '(']).trim();
    let both = is_name(name) && !is_generic(name) && is_foreign(other) && name.chars().any(is_han);
    (both && !wording::is_question(name, &[])).then_some((name, other))
}

/// The part of a title that its text begins with: 三色标记法 in Go垃圾回收的三色标记法, 匿名管道 in 匿名管道通信.
fn repeated_at_start<'a>(note: &Note, title: &'a str, text: TextRange) -> Option<&'a str> {
    const LEAST: usize = 3;
    // No name is longer.
    const MOST: usize = 64;
    let source = note.text.slice(text);
    let (_, start) = trimmed(source);
    let ends = |name: &str| {
        let rest = &start[name.len()..];
        let latin = name.ends_with(|c: char| c.is_ascii_alphanumeric());
        !latin || !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let letters = title.chars().count();
    let starts = title.char_indices().map(|(at, _)| at);
    starts
        .filter_map(|at| {
            let both = title[at..].chars().zip(start.chars()).take(MOST);
            let shared = both.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
            let name = &title[at..at + shared.sum::<usize>()];
            let count = name.chars().count();
            let whole = at == 0 || title[..at].ends_with(|c: char| c == '的' || c.is_whitespace());
            // In front of other words of the title it is a name when the text goes on to say what it is.
            let closes = at + name.len() == title.len();
            let says = start[name.len()..].trim_start().starts_with(['（', '(', '：', ':', '是', '指', '就']);
            let fits = count >= LEAST && count < letters && whole && (closes || says);
            (fits && is_name(name) && ends(name)).then_some(name)
        })
        .map(|name| name.trim_end())
        .max_by_key(|name| name.len())
        .filter(|name| !is_generic(name) && !name.ends_with(['的', '是', '和', '与']))
}

/// Whether a title is a short noun phrase.
fn is_topic(title: &str) -> bool {
    let short = match title.chars().any(is_han) {
        true => {
            title.chars().count() <= 10
                && title.chars().filter(|c| is_han(*c)).count() >= 2
                && !title.contains(['的', '了', '和', '与'])
        }
        false => title.split_whitespace().count() <= 3,
    };
    short && is_name(title) && !is_generic(title) && !wording::is_question(title, &[])
}

/// Where a name stands in the content of a heading; all of that when markup parts it.
fn place_of(note: &Note, content: TextRange, name: &str) -> TextRange {
    match note.text.slice(content).find(name) {
        Some(at) => TextRange::new(content.start() + at, content.start() + at + name.len()),
        None => content,
    }
}

/// A range of a section; of one that is a picture alone, on to the first words of the section: pictures are not shown
/// everywhere, and say less.
fn with_words(note: &Note, section: usize, range: TextRange) -> TextRange {
    let is_picture =
        |link: &Link| matches!(link.kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::Embed);
    let first = note.links.partition_point(|link| link.range.start < range.start);
    let inside = note.links[first..].iter().take_while(|link| link.range.start < range.end);
    let pictures = inside.filter(|link| is_picture(link) && range.contains_range(link.range));
    let shown: usize = pictures.map(|link| note.text.slice(link.range).len()).sum();
    if shown == 0 || shown < note.text.slice(range).trim().len() {
        return range;
    }
    let end = note.sections[section].range.end();
    let first = note.blocks.partition_point(|block| block.range.start < range.end);
    let words = |kind: BlockKind| matches!(kind, BlockKind::Paragraph | BlockKind::List | BlockKind::Quote);
    let behind = note.blocks[first..].iter().take_while(|block| block.range.start() < end);
    let next = behind.into_iter().find(|block| words(block.kind));
    next.map_or(range, |next| TextRange { start: range.start, end: next.range.end })
}

/// The first block after `from` that says something, up to the next heading; empty when there is none.
fn first_text(note: &Note, from: usize) -> TextRange {
    let first = note.blocks.partition_point(|block| block.range.start() < from);
    let next_heading = note.headings.partition_point(|heading| heading.range.start() < from);
    let end = note.headings.get(next_heading).map_or(note.text.len(), |heading| heading.range.start());
    let says = |kind: BlockKind| !matches!(kind, BlockKind::Rule | BlockKind::Html | BlockKind::Footnote);
    let blocks = note.blocks[first..].iter().take_while(|block| block.range.start() < end);
    let first = blocks.clone().find(|block| says(block.kind)).map(|block| block.range);
    match first {
        Some(range) if range.start() > from => range,
        // In a list or quote blocks have no place of their own.
        _ => {
            let text = note.text.slice(TextRange::new(from.min(end), end));
            let lead = text.len() - text.trim_start().len();
            let paragraph = text[lead..].find("\n\n").map_or(text.trim_end().len().max(lead), |at| lead + at);
            TextRange::new(from + lead.min(paragraph), from + paragraph)
        }
    }
}
