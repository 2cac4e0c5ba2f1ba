//! Wiki links in a stretch of text that CommonMark left as text: `[[note#heading|label]]`, `![[picture.png]]`.
//!
//! Invariant: what CommonMark reads as a link, code or math stays that; a wiki link does not reach over a line.

use crate::text::{TextRange, is_letter_or_digit};

/// A wiki link; ranges are those of the text that was searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WikiLink {
    /// From `[[` (or `![[`) to `]]`.
    pub range: TextRange,
    /// `note#heading` of `[[note#heading|label]]`.
    pub target: TextRange,
    /// `label`; the target when there is none.
    pub label: TextRange,
    /// Whether it is an embed, `![[…]]`.
    pub embed: bool,
}

/// The wiki links in `text[range]`. Stretches for which `opaque` holds (given the place of a `[[` or `]]`) are
/// passed over.
pub fn links(text: &str, range: TextRange, opaque: &dyn Fn(usize) -> bool) -> Vec<WikiLink> {
    let source = range.of(text);
    let base = range.start();
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(open) = next_open(source.as_bytes(), at) {
        at = open + 2;
        if opaque(base + open) || is_escaped(source, open) {
            continue;
        }
        let Some(inner_len) = inner_length(&source[at..]) else { continue };
        let (inner, close) = (&source[at..at + inner_len], at + inner_len);
        let after = close + 2;
        // `m[[1]]` is an index into a list.
        let index = inner.bytes().all(|byte| byte.is_ascii_digit())
            && source[..open].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if source[after..].starts_with('(') || index || !is_name(inner) || opaque(base + close) {
            continue;
        }
        // In a table the bar is escaped: `[[a\|b]]`.
        let (target, label) = match inner.find('|') {
            Some(bar) => (inner[..bar].strip_suffix('\\').unwrap_or(&inner[..bar]).len(), bar + 1),
            None => (inner.len(), 0),
        };
        let embed = source[..open].ends_with('!') && !is_escaped(source, open - 1);
        let target = TextRange::new(base + at, base + at + target);
        let label = TextRange::new(base + at + label, base + close);
        links.push(WikiLink {
            range: TextRange::new(base + open - usize::from(embed), base + after),
            target,
            label: if label.is_empty() { target } else { label },
            embed,
        });
        at = after;
    }
    links
}

/// Where the next `[[` stands, from `at` on.
fn next_open(source: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr(b'[', source.get(at..)?)?;
        if source.get(at + 1) == Some(&b'[') {
            return Some(at);
        }
        at += 1;
    }
}

/// The bytes up to the `]]` that closes, when it comes on the same line and before another `[[`.
fn inner_length(source: &str) -> Option<usize> {
    let mut bytes = source.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' | b'\r' => return None,
            b']' if matches!(bytes.peek(), Some((_, b']'))) => return Some(at),
            b'[' if matches!(bytes.peek(), Some((_, b'['))) => return None,
            _ => {}
        }
    }
    None
}

/// Whether a wiki link can be written that names this: `[[(a)]]` or one with a tab in it is read as text.
pub fn can_name(target: &str) -> bool {
    let closed = format!("{target}]]");
    inner_length(&closed) == Some(target.len()) && !target.contains('|') && is_name(target)
}

/// Whether it can name something: `[[ $a = 1 ]]` is a test of a shell, `[[,]]` and `[[⬆]]` name nothing.
fn is_name(inner: &str) -> bool {
    let target = inner.split('|').next().unwrap_or_default();
    !inner.starts_with(char::is_whitespace)
        && !inner.contains(['[', '\t'])
        && target.contains(is_letter_or_digit)
        && !target.starts_with(['"', '\'', '$', '('])
}

fn is_escaped(source: &str, at: usize) -> bool {
    source[..at].bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::links;
    use crate::text::TextRange;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn check(text: &str, expected: &Expect) {
        let mut out = String::new();
        for link in links(text, TextRange::new(0, text.len()), &|_| false) {
            writeln!(
                out,
                "{} target {:?} label {:?}",
                link.range.of(text),
                link.target.of(text),
                link.label.of(text)
            )
            .unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn names_headings_labels_embeds() {
        check(
            "见[[闭包]]、[[作用域#词法|词法作用域]]和![[图.png]] | [[a\\|b]] [[a|]] [[#节]]",
            &expect![[r##"
                [[闭包]] target "闭包" label "闭包"
                [[作用域#词法|词法作用域]] target "作用域#词法" label "词法作用域"
                ![[图.png]] target "图.png" label "图.png"
                [[a\|b]] target "a" label "b"
                [[a|]] target "a" label "a"
                [[#节]] target "#节" label "#节"
            "##]],
        );
    }

    #[test]
    fn what_is_none() {
        check(
            "[[⬆]](#toc) [[ $a = 1 ]] [[a]](b) [[a\nb]] \\[[c]] [[]] [[[d]] [[\"x\"]] [[e",
            &expect![[r#""#]],
        );
    }
}
