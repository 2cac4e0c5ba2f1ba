//! Growing a selection step by step: word, span, sentence, line, block, item, section, note.
//!
//! Invariant: the ranges of one place each contain the place and the range before, and each is larger than that. They
//! come of a fresh parse: what is selected is about to be changed.

use crate::markdown::{Event, walk, wiki};
use crate::syntax::blocks::{Block, BlockKind, Blocks, Leaf};
use crate::syntax::word::word_at;
use crate::text::{Buffer, TextRange};

/// For each place the ranges around it, innermost first; the last is the whole note. A text that is too long for a
/// tree has words and the note.
pub fn selection_ranges(buffer: &Buffer, offsets: &[usize]) -> Vec<Vec<TextRange>> {
    let text = buffer.to_text();
    let blocks = Blocks::fresh(buffer);
    let spans = spans(&text);
    let opaque = opaque(&spans);
    let headings = blocks.as_ref().map(Blocks::headings).unwrap_or_default();
    offsets
        .iter()
        .map(|&offset| {
            let offset = buffer.point(offset).offset;
            let mut chain = Chain { text: &text, spans: &spans, opaque: &opaque, offset, ranges: Vec::new() };
            chain.add_word();
            if let Some(blocks) = &blocks {
                if let Some(leaf) = blocks.leaf(offset) {
                    chain.add_text(buffer, &leaf);
                }
                for block in blocks.around(offset) {
                    chain.add_block(&block);
                }
                chain.add_sections(&headings);
            }
            chain.add(TextRange::new(0, text.len()));
            if chain.ranges.is_empty() {
                chain.ranges.push(TextRange::empty(0));
            }
            chain.ranges
        })
        .collect()
}

/// Something in a line: emphasis, code, math, a link.
struct Span {
    range: TextRange,
    /// Without the marks around it.
    inner: TextRange,
    /// Whether what stands inside is no text, so that `[[` in it means nothing.
    opaque: bool,
}

/// The ranges found so far around one place.
struct Chain<'t> {
    text: &'t str,
    spans: &'t [Span],
    opaque: &'t [TextRange],
    offset: usize,
    ranges: Vec<TextRange>,
}

impl Chain<'_> {
    /// Adds a range if it is the next larger one; what cuts across the ranges so far is left out.
    fn add(&mut self, range: TextRange) {
        let grows = self.ranges.last().is_none_or(|&last| range.contains_range(last) && range != last);
        if grows && !range.is_empty() && range.touches(self.offset) {
            self.ranges.push(range);
        }
    }

    /// Adds a range without the line breaks and spaces at its end, and first without those at its start.
    fn add_trimmed(&mut self, range: TextRange) {
        let text = range.of(self.text);
        let end = range.start() + text.trim_end().len();
        let indent = text.len() - text.trim_start().len();
        self.add(TextRange::new((range.start() + indent).min(end), end));
    }

    fn add_word(&mut self) {
        if let Some((start, end)) = word_at(self.text, self.offset) {
            self.add(TextRange::new(start, end));
        }
    }

    fn add_line(&mut self) {
        let is_break = |c| matches!(c, '\n' | '\r');
        let start = self.text[..self.offset].rfind(is_break).map_or(0, |at| at + 1);
        let end = self.text[self.offset..].find(is_break).map_or(self.text.len(), |at| self.offset + at);
        self.add_trimmed(TextRange::new(start, end));
    }

    fn add_text(&mut self, buffer: &Buffer, leaf: &Leaf) {
        match leaf.block.kind {
            BlockKind::Paragraph | BlockKind::Heading | BlockKind::TableCell => {}
            BlockKind::ThematicBreak => return,
            // In code and the like a line is the unit.
            _ => return self.add_line(),
        }
        self.add_spans(leaf);
        if leaf.block.kind == BlockKind::Paragraph {
            let text = leaf.text(buffer, leaf.inline);
            self.add_sentence(&text, leaf.inline.start());
        }
        self.add_trimmed(leaf.inline);
    }

    fn add_spans(&mut self, leaf: &Leaf) {
        let opaque = |at| {
            let next = self.opaque.partition_point(|range| range.end() <= at);
            self.opaque.get(next).is_some_and(|range| range.contains(at))
        };
        let wiki = wiki::links(self.text, leaf.inline, &opaque);
        let wiki = wiki.into_iter().find(|link| link.range.touches(self.offset));
        let mut around: Vec<&Span> =
            self.spans.iter().filter(|span| span.range.touches(self.offset)).collect();
        // At the seam of two spans the one that begins there is the one that is shown.
        around.sort_by_key(|span| (span.range.end() == self.offset, span.range.len()));
        if let Some(link) = wiki {
            let marks = if link.embed { 3 } else { 2 };
            let inner = TextRange::new(link.range.start() + marks, link.range.end() - 2);
            self.add_parts_of_wiki_link(inner);
            self.add(inner);
            self.add(link.range);
        }
        for span in around {
            self.add(span.inner);
            self.add(span.range);
        }
    }

    /// `闭包` of `[[闭包#定义|标签]]`, then what is between the brackets.
    fn add_parts_of_wiki_link(&mut self, inner: TextRange) {
        let Some(at) = self.offset.checked_sub(inner.start()).filter(|&at| at <= inner.len()) else { return };
        let text = inner.of(self.text);
        let start = text[..at].rfind(['#', '|']).map_or(0, |mark| mark + 1);
        let end = text[at..].find(['#', '|']).map_or(text.len(), |mark| at + mark);
        self.add(TextRange::new(inner.start() + start, inner.start() + end));
    }

    /// The sentence around the place in `text`, which stands at `base`; marks inside spans end no sentence.
    fn add_sentence(&mut self, text: &str, base: usize) {
        let Some(at) = self.offset.checked_sub(base).filter(|&at| at <= text.len()) else { return };
        let spans = self.spans;
        let is_text = |end: usize| {
            let end = base + end;
            !spans.iter().any(|span| span.range.start() < end && end < span.range.end())
        };
        let ends = sentence_ends(text);
        let at_end = at == text.trim_end().len();
        let next = ends.partition_point(|&end| end < at || (end == at && !at_end));
        let start = ends[..next].iter().rev().find(|&&end| is_text(end)).map_or(0, |&end| end);
        let end = ends[next..].iter().find(|&&end| is_text(end)).map_or(text.len(), |&end| end);
        self.add_trimmed(TextRange::new(base + start, base + end));
    }

    fn add_block(&mut self, block: &Block) {
        match block.kind {
            // Sections follow, underlined headings among them, which the tree gives none.
            BlockKind::Section | BlockKind::Document => {}
            _ => self.add_trimmed(block.range),
        }
    }

    /// A section is a heading and all below it up to the next heading of its level or a higher one.
    fn add_sections(&mut self, headings: &[(TextRange, u8)]) {
        let before = headings.partition_point(|(range, _)| range.start() <= self.offset);
        let mut inside = u8::MAX;
        for (index, &(heading, level)) in headings[..before].iter().enumerate().rev() {
            if level >= inside {
                continue;
            }
            inside = level;
            let end = headings[index + 1..].iter().find(|(_, next)| *next <= level);
            let end = end.map_or(self.text.len(), |(next, _)| next.start());
            self.add_body(heading, index, headings, end);
            self.add_trimmed(TextRange::new(heading.start(), end));
        }
    }

    /// What stands below the heading, when the place is in there.
    fn add_body(&mut self, heading: TextRange, index: usize, headings: &[(TextRange, u8)], end: usize) {
        let own_end = headings.get(index + 1).map_or(end, |(next, _)| next.start().min(end));
        if self.offset >= heading.end() {
            self.add_trimmed(TextRange::new(heading.end(), own_end));
        }
    }
}

/// The spans of a note, read as the rest of studymark reads them.
fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    walk(text, |event, range| {
        let (inner, opaque) = match event {
            Event::Emphasis => (without_marks(text, range, 2), false),
            Event::CodeSpan(_) | Event::Math => (without_marks(text, range, usize::MAX), true),
            Event::InlineHtml => (range, true),
            Event::LinkEnd { parts, .. } => {
                if !parts.label.overlaps(parts.target) {
                    spans.push(Span { range: parts.target, inner: parts.target, opaque: true });
                }
                (parts.label, false)
            }
            _ => return,
        };
        spans.push(Span { range, inner, opaque });
    });
    spans
}

/// What stands in opaque spans, in order and apart from each other.
fn opaque(spans: &[Span]) -> Vec<TextRange> {
    let mut opaque: Vec<TextRange> = spans.iter().filter(|span| span.opaque).map(|span| span.range).collect();
    opaque.sort_unstable();
    opaque.dedup_by(|later, earlier| {
        let reaches = later.start < earlier.end;
        earlier.end = if reaches { earlier.end.max(later.end) } else { earlier.end };
        reaches
    });
    opaque
}

/// `x` of `**x**`: without the marks that stand in a run at both its ends, at most `most` at each.
fn without_marks(text: &str, range: TextRange, most: usize) -> TextRange {
    let source = range.of(text).as_bytes();
    let is_mark = |byte: &&u8| Some(*byte) == source.first();
    // What begins or ends inside has marks of its own there: `***x** y*`.
    let at_start = source.iter().take_while(is_mark).count();
    let at_end = source.iter().rev().take_while(is_mark).count();
    let run = at_start.min(at_end).min(most);
    if run * 2 > source.len() {
        return range;
    }
    TextRange::new(range.start() + run, range.end() - run)
}

/// Where sentences end: behind `。！？；…` with the quotes and brackets that close with them, and behind `. ! ?`
/// before a space.
fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let full = matches!(c, '。' | '！' | '？' | '；' | '…');
        if !full && !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            if !matches!(
                next,
                '”' | '’' | '」' | '』' | '）' | ')' | '"' | '。' | '！' | '？' | '…' | '*' | '_'
            ) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let before_space = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let is_number = text[..at].ends_with(|c: char| c.is_ascii_digit()) && c == '.' && at < 3;
        if full || (before_space && !is_number) {
            ends.push(end);
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::selection_ranges;
    use crate::syntax::fuzz::{extremes, random_texts};
    use crate::text::{Buffer, TextRange};
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    /// Shows the ranges around `$0`, one a line, innermost first.
    fn check(marked: &str, expected: &Expect) {
        let offset = marked.find("$0").unwrap();
        let text = marked.replacen("$0", "", 1);
        let mut out = String::new();
        for range in selection_ranges(&Buffer::new(&text), &[offset]).remove(0) {
            writeln!(out, "{}", range.of(&text).escape_debug()).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn emphasis_in_emphasis() {
        check(
            "***甲** 乙$0*\n",
            &expect![[r#"
            乙
            **甲** 乙
            ***甲** 乙*
            ***甲** 乙*\n
        "#]],
        );
        check(
            "*甲 **乙$0***\n",
            &expect![[r#"
            乙
            **乙**
            甲 **乙**
            *甲 **乙***
            *甲 **乙***\n
        "#]],
        );
    }

    #[test]
    fn word_span_sentence_paragraph() {
        check(
            "# 一\n\n前文。闭包是**函$0数**加`环境`。后文。\n",
            &expect![[r#"
            函数
            **函数**
            闭包是**函数**加`环境`。
            前文。闭包是**函数**加`环境`。后文。
            # 一\n\n前文。闭包是**函数**加`环境`。后文。
            # 一\n\n前文。闭包是**函数**加`环境`。后文。\n
        "#]],
        );
        check(
            "It works. A clo$0sure *captures* names. The end.\n",
            &expect![[r#"
            closure
            A closure *captures* names.
            It works. A closure *captures* names. The end.
            It works. A closure *captures* names. The end.\n
        "#]],
        );
        check(
            "见 [[闭包#定$0义|标签]]。\n",
            &expect![[r#"
            定义
            闭包#定义|标签
            [[闭包#定义|标签]]
            见 [[闭包#定义|标签]]。
            见 [[闭包#定义|标签]]。\n
        "#]],
        );
        check(
            "见 [闭$0包](a.md \"t\")。\n",
            &expect![[r#"
            闭包
            [闭包](a.md \"t\")
            见 [闭包](a.md \"t\")。
            见 [闭包](a.md \"t\")。\n
        "#]],
        );
        check(
            "用 `a$0.b. c` 吧。\n",
            &expect![[r#"
            a
            a.b. c
            `a.b. c`
            用 `a.b. c` 吧。
            用 `a.b. c` 吧。\n
        "#]],
        );
    }

    #[test]
    fn items_and_quotes() {
        check(
            "- 一\n- 二\n  - 三$0四\n  - 五\n- 六\n",
            &expect![[r#"
            三四
            - 三四
            - 三四\n  - 五
            - 二\n  - 三四\n  - 五
            - 一\n- 二\n  - 三四\n  - 五\n- 六
            - 一\n- 二\n  - 三四\n  - 五\n- 六\n
        "#]],
        );
        check(
            "> 引文\n> 第$0二行\n\n后\n",
            &expect![[r#"
            第二行
            引文\n> 第二行
            > 引文\n> 第二行
            > 引文\n> 第二行\n\n后\n
        "#]],
        );
        check(
            "1. [ ] What is TCP$0?\n2. Why?\n",
            &expect![[r#"
            TCP
            What is TCP?
            1. [ ] What is TCP?
            1. [ ] What is TCP?\n2. Why?
            1. [ ] What is TCP?\n2. Why?\n
        "#]],
        );
    }

    #[test]
    fn sections() {
        check(
            "# 一\n\n甲\n\n## 二\n\n乙$0\n\n### 三\n\n丙\n\n## 四\n",
            &expect![[r#"
            乙
            ## 二\n\n乙\n\n### 三\n\n丙
            # 一\n\n甲\n\n## 二\n\n乙\n\n### 三\n\n丙\n\n## 四
            # 一\n\n甲\n\n## 二\n\n乙\n\n### 三\n\n丙\n\n## 四\n
        "#]],
        );
        check(
            "# 一\n\n甲\n\n## 二$0\n\n乙\n",
            &expect![[r#"
            二
            ## 二
            ## 二\n\n乙
            # 一\n\n甲\n\n## 二\n\n乙
            # 一\n\n甲\n\n## 二\n\n乙\n
        "#]],
        );
        check(
            "一\n===\n\n甲$0\n\n二\n---\n\n乙\n",
            &expect![[r#"
            甲
            一\n===\n\n甲\n\n二\n---\n\n乙
            一\n===\n\n甲\n\n二\n---\n\n乙\n
        "#]],
        );
    }

    #[test]
    fn code_tables_front_matter() {
        check(
            "```rust\nfn a() {}\nlet x$0 = 1;\n```\n",
            &expect![[r#"
            x
            let x = 1;
            ```rust\nfn a() {}\nlet x = 1;\n```
            ```rust\nfn a() {}\nlet x = 1;\n```\n
        "#]],
        );
        check(
            "| a | b |\n|-|-|\n| 甲$0 | 乙 |\n",
            &expect![[r#"
            甲
            | 甲 | 乙 |
            | a | b |\n|-|-|\n| 甲 | 乙 |
            | a | b |\n|-|-|\n| 甲 | 乙 |\n
        "#]],
        );
        check(
            "---\ntitle: 闭$0包\n---\n\n# 一\n",
            &expect![[r#"
            闭包
            title: 闭包
            ---\ntitle: 闭包\n---
            ---\ntitle: 闭包\n---\n\n# 一\n
        "#]],
        );
    }

    #[test]
    fn nothing_to_select_but_the_note() {
        assert_eq!(selection_ranges(&Buffer::new(""), &[0]), [[TextRange::empty(0)]]);
        check(
            "一\n\n$0\n\n二\n",
            &expect![[r#"
            一\n\n\n\n二\n
        "#]],
        );
    }

    #[track_caller]
    fn check_all(text: &str, step: usize) {
        let offsets: Vec<usize> =
            (0..=text.len()).step_by(step).filter(|&at| text.is_char_boundary(at)).collect();
        let all = selection_ranges(&Buffer::new(text), &offsets);
        for (offset, ranges) in offsets.iter().zip(all) {
            assert_eq!(ranges.last().map(|last| last.len()), Some(text.len()));
            for pair in ranges.windows(2) {
                assert!(
                    pair[1].contains_range(pair[0]) && pair[1].len() > pair[0].len(),
                    "{pair:?} in {text:?}"
                );
            }
            for range in &ranges {
                let fits = text.get(range.start()..range.end()).is_some();
                assert!(range.touches(*offset) && fits, "{range:?} at {offset} in {text:?}");
            }
        }
    }

    #[test]
    fn every_place_of_every_text_grows_strictly() {
        for text in [
            "---\na: b\n---\r\n# 一 **二**\r\n\r\n> - [ ] 三 [[四|五]]。六 *七。八* 九\r\n>   十\r\n\r\n| a |\n|-|\n| `b` |\n\n```\nx\n",
            "题\n===\n\n1. 答 😀 é. Is it? \"Yes.\" no\n\n   $$\n   a\n   $$\n\n<div>\n<b>\n</div>\n\n    code\n[r]: b 't'\n***\n\u{0}",
        ] {
            check_all(text, 1);
        }
        random_texts(7, 60).for_each(|text| check_all(&text, 3));
    }

    #[test]
    fn extreme_texts_have_selections_in_time() {
        for (_, text) in extremes() {
            let text = &text[..text.floor_char_boundary(30_000)];
            check_all(text, 10_000);
        }
    }
}
