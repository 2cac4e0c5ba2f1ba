//! Words, in scripts that put spaces between them and in those that do not.
//!
//! Invariant: a word never mixes the two: in `使用TCP握手` they are `使用`, `TCP` and `握手`.

/// The part that a character plays in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Written without spaces between words: Han, kana, hangul.
    Unspaced,
    /// Letters and digits of other scripts, and `_`.
    Spaced,
    /// No part of a word.
    None,
}

impl Script {
    /// The part of `c`.
    pub fn of(c: char) -> Self {
        let unspaced = matches!(c,
            '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
        match c {
            '_' => Self::Spaced,
            _ if !c.is_alphanumeric() => Self::None,
            _ if unspaced => Self::Unspaced,
            _ => Self::Spaced,
        }
    }
}

/// Where the word begins that ends at byte `end` of `text`; `end` when there is none.
pub fn start_of_word(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    let Some(script) = before.chars().next_back().map(Script::of).filter(|&script| script != Script::None)
    else {
        return end;
    };
    before.trim_end_matches(|c| Script::of(c) == script).len()
}

/// Where the word ends that begins at byte `start` of `text`, given its script.
pub fn end_of_word(text: &str, start: usize, script: Script) -> usize {
    let after = text.get(start..).unwrap_or_default();
    start + after.len() - after.trim_start_matches(|c| Script::of(c) == script).len()
}

/// Where the run of words of any script begins that ends at byte `end` of `text`, nothing between them:
/// for `的TCP握手` with the end after `握` all before it.
pub fn start_of_run(text: &str, end: usize) -> usize {
    text.get(..end).unwrap_or_default().trim_end_matches(|c| Script::of(c) != Script::None).len()
}

/// The word at byte `at` of `text`: the one that goes on there, or else the one that ends there.
pub fn word_at(text: &str, at: usize) -> Option<(usize, usize)> {
    let after = text.get(at..)?.chars().next().map_or(Script::None, Script::of);
    let before = text.get(..at)?.chars().next_back().map_or(Script::None, Script::of);
    match (before, after) {
        (Script::None, Script::None) => None,
        (script, Script::None) => Some((start_of_word(text, at), end_of_word(text, at, script))),
        (before, after) if before == after => Some((start_of_word(text, at), end_of_word(text, at, after))),
        (_, after) => Some((at, end_of_word(text, at, after))),
    }
}

#[cfg(test)]
mod tests {
    use super::word_at;

    #[test]
    fn words_of_both_scripts() {
        for (marked, word) in [
            ("使用TCP$0握手", "握手"),
            ("使用T$0CP握手", "TCP"),
            ("使$0用TCP握手", "使用"),
            ("foo_bar1$0 baz", "foo_bar1"),
            ("闭包。$0", ""),
            ("。$0闭包", "闭包"),
            ("", ""),
        ] {
            let at = marked.find("$0").unwrap_or(0);
            let text = marked.replacen("$0", "", 1);
            let found = word_at(&text, at).map_or("", |(start, end)| &text[start..end]);
            assert_eq!(found, word, "{marked}");
        }
    }
}
