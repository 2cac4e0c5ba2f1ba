//! A stretch of Markdown as the text that a reader sees.
//!
//! Invariant: markup, tags and line breaks go, words stay in their order.

use crate::markdown::html::{self, Piece};
use crate::markdown::{BlockTag, Event, walk};

/// What a reader sees of `source`, white space folded: `**What** is <b>a</b> [heap](h.md)?` is `What is a heap?`.
pub fn plain(source: &str) -> String {
    let mut shown = String::new();
    walk(source, |event, range| match event {
        Event::Text(text) | Event::CodeSpan(text) | Event::CodeText(text) => shown.push_str(text),
        Event::Math => shown.push_str(range.of(source)),
        Event::Break | Event::BlockEnd(_) => shown.push(' '),
        Event::BlockStart(BlockTag::Html) => {
            for piece in html::pieces(source, range) {
                if let Piece::Text(text) = piece {
                    shown.push_str(text.of(source));
                }
            }
        }
        _ => {}
    });
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_goes_and_words_stay() {
        for (source, shown) in [
            ("**What** is <b>a</b> [heap](h.md)?", "What is a heap?"),
            ("<h3>`fork` 和\n exec</h3>", "`fork` 和 exec"),
            ("<b>Why `a < b`</b>", "Why a < b"),
            ("a &lt; b \\* c", "a < b * c"),
            ("什么是 $O(n)$？", "什么是 $O(n)$？"),
            ("", ""),
        ] {
            assert_eq!(plain(source), shown, "{source}");
        }
    }
}
