//! Stars that were meant to make text bold and do not: beside Chinese punctuation.
//!
//! Invariant: told by the rules of delimiter runs (CommonMark 0.31.2, "left-flanking" and "right-flanking"), for pairs of
//! `**` that are plainly pairs: an even number on one line, and no other stars there.

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::note::Note;
use crate::text::TextRange;

/// A pair of `**` that stays as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenEmphasis {
    /// From the first to the last star.
    pub range: TextRange,
    /// What makes it bold, in place of the range.
    pub mended: String,
}

/// The broken pairs of a note, by place.
pub fn broken_emphasis(note: &Note) -> Vec<BrokenEmphasis> {
    broken_emphasis_in(note, TextRange::new(0, note.text.len()))
}

/// The broken pairs in some whole lines of a note, by place.
pub fn broken_emphasis_in(note: &Note, lines: TextRange) -> Vec<BrokenEmphasis> {
    let text = note.text.as_str();
    let end = lines.end().min(text.len());
    let mut found = Vec::new();
    let before = note.masks.partition_point(|mask| mask.range.start < lines.start);
    let mut masks = note.masks[before..].iter().peekable();
    let mut done = 0;
    let stars = memchr::memmem::find_iter(&text.as_bytes()[lines.start()..end], "**");
    for at in stars.map(|at| lines.start() + at) {
        if at < done {
            continue;
        }
        let line = note.text.line_range(note.text.line_of(at));
        done = line.end();
        while masks.next_if(|mask| mask.range.end() <= line.start()).is_some() {}
        let hidden: Vec<TextRange> =
            masks.clone().take_while(|mask| mask.range.start() < line.end()).map(|mask| mask.range).collect();
        if !hidden.iter().any(|mask| mask.contains(line.start())) {
            pairs(note, line, &hidden, &mut found);
        }
    }
    found
}

fn pairs(note: &Note, line: TextRange, hidden: &[TextRange], found: &mut Vec<BrokenEmphasis>) {
    let text = note.text.as_str();
    let shown = |at: usize| !hidden.iter().any(|mask| mask.contains(at));
    let mut runs = Vec::new();
    let mut at = line.start();
    while let Some(star) = text[at..line.end()].find('*').map(|star| at + star) {
        let length = text[star..line.end()].len() - text[star..line.end()].trim_start_matches('*').len();
        at = star + length;
        if shown(star) {
            if length != 2 || text[..star].ends_with('\\') {
                return;
            }
            runs.push(star);
        }
    }
    if runs.len() % 2 != 0 {
        return;
    }
    for pair in runs.chunks_exact(2) {
        let (open, close) = (pair[0], pair[1]);
        let inner = &text[open + 2..close];
        let crosses_mask = hidden.iter().any(|mask| mask.start() < close && open < mask.end());
        let plain = !inner.is_empty() && inner.trim() == inner && !crosses_mask;
        let (opens, closes) = (can_open(text, open), can_close(text, close));
        if plain && !(opens && closes) {
            let mended = mended(inner, opens, closes);
            found.push(BrokenEmphasis { range: TextRange::new(open, close + 2), mended });
        }
    }
}

/// Whether the `**` at the byte at `at` may begin bold text: it is left-flanking.
fn can_open(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at + 2..].chars().next());
    flanks(after, before)
}

/// Whether it may end it: it is right-flanking.
fn can_close(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at + 2..].chars().next());
    flanks(before, after)
}

/// Whether a run of stars belongs to the side of `inner`, with `outer` on its other side.
fn flanks(inner: Option<char>, outer: Option<char>) -> bool {
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_punctuation = |c: Option<char>| c.is_some_and(is_punctuation);
    !is_space(inner) && (!is_punctuation(inner) || is_space(outer) || is_punctuation(outer))
}

/// Punctuation and symbols, as CommonMark counts them.
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// Marks that end a clause and may as well stand after the bold text.
const CLOSING: [char; 13] = ['：', '，', '。', '；', '！', '？', '、', ':', ',', '.', ';', '!', '?'];

fn mended(inner: &str, opens: bool, closes: bool) -> String {
    let bare = inner.trim_end_matches(CLOSING);
    let moves = !closes && opens && !bare.is_empty() && bare.len() < inner.len();
    if moves && !bare.ends_with(is_punctuation) && !bare.ends_with(char::is_whitespace) {
        return format!("**{bare}**{}", &inner[bare.len()..]);
    }
    let (before, after) = (if opens { "" } else { " " }, if closes { "" } else { " " });
    format!("{before}**{inner}**{after}")
}

#[cfg(test)]
mod tests {
    use super::broken_emphasis;
    use crate::fixture::Fixture;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let fixture = Fixture::parse(text);
        let note = fixture.first();
        let found = broken_emphasis(note);
        let found: Vec<(&str, &str)> =
            found.iter().map(|broken| (note.text.slice(broken.range), &*broken.mended)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn closing_marks_move_out() {
        check("**重点：**后面\n", &[("**重点：**", "**重点**：")]);
        check("甲**乙。**丙 **好** **丁，**戊\n", &[("**乙。**", "**乙**。"), ("**丁，**", "**丁**，")]);
    }

    #[test]
    fn brackets_get_a_space() {
        check("**“引用”**后面\n", &[("**“引用”**", "**“引用”** ")]);
        check("前面**《书》**后面\n", &[("**《书》**", " **《书》** ")]);
        check("前**（一）**\n", &[("**（一）**", " **（一）**")]);
    }

    #[test]
    fn what_is_bold_or_no_pair_is_left_alone() {
        check("**重点**：后面 **重点：** 后面 **好。**\n**“引用”**，后\n", &[]);
        check("`**a：**b` $**a：**b$ a ** b：**c 2**3 **a：**b ** c\n", &[]);
        check("```\n**a：**b\n```\n***a：**b\n\\**a：**b\n* **a：**\n", &[]);
        check("**[甲](a**b.md)：** 丙\n", &[]);
    }

    #[test]
    fn what_is_mended_is_bold() {
        for text in ["**重点：**后面", "**“引用”**后面", "前面**《书》**后面", "前**（一）**", "**Q1.**问"]
        {
            let fixture = Fixture::parse(text);
            let broken = broken_emphasis(fixture.first());
            let mended = text.replace(fixture.first().text.slice(broken[0].range), &broken[0].mended);
            assert!(broken_emphasis(Fixture::parse(&mended).first()).is_empty(), "{mended}");
        }
    }
}
