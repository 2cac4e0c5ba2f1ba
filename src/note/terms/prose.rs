//! Sentences that say what something is.
//!
//! Invariant: each line is looked at once, each sentence by its first letters; what stands in code, math and links is no
//! name.

use crate::fold::is_han;
use crate::note::lines::{Line, marks};
use crate::note::terms::headings::spoken_of;
use crate::note::terms::names::{are_initials, is_foreign, is_generic, is_name, trimmed};
use crate::note::terms::{Definition, Pattern, definition};
use crate::note::{MaskKind, Note};
use crate::text::TextRange;

/// What makes a sentence a definition after a name. All begin with one of [`COPULA_STARTS`].
const COPULAS: &[&str] = &[
    "是一种",
    "是一个",
    "是指",
    "指的是",
    "是一类",
    "是一套",
    "是一项",
    "是一组",
    "是一门",
    "是一款",
    "就是指",
    "是由",
];
const COPULA_STARTS: &[char] = &['是', '指', '就'];
/// What a sentence says of a name instead of what it is. All begin with one of [`PURPOSE_STARTS`].
const PURPOSES: &[&str] =
    &["的目的是", "的本质是", "的作用是", "的核心是", "的思想是", "的基础是", "的本质就是", "的目的就是"];
const PURPOSE_STARTS: &[char] = &['的'];
/// The same as [`COPULAS`] in English.
const VERBS: &[&str] =
    &[" is a ", " is an ", " is the ", " are a ", " are the ", " refers to ", " stands for "];
/// What makes a sentence a definition after a name that a heading around it speaks of.
const WEAK_COPULAS: &[&str] = &["是", "指", "就是", "类似"];
const WEAK_STARTS: &[char] = &['是', '指', '就', '类'];
/// The longest name that is looked for at the start of a sentence, in bytes.
const REACH: usize = 72;

/// Adds what the prose of a note defines, whose lines these are.
pub fn add(note: &Note, lines: &[Line], found: &mut Vec<Definition>) {
    let ends = paragraph_ends(note, lines);
    let mut spoken = Spoken { note, section: None, names: None };
    for (line, &end) in lines.iter().zip(&ends) {
        let source = note.text.slice(line.range);
        let cues = Cues::of(source);
        if line.barrier.is_some() || !cues.any() || source.trim_start().starts_with(['|', '<']) {
            continue;
        }
        let before = note.definitions.partition_point(|link| link.range.start <= line.range.start);
        if note.definitions[..before].last().is_some_and(|link| link.range.overlaps(line.range)) {
            continue;
        }
        spoken.enter(line.range.start());
        let start = marks(source);
        let mut sentence = start;
        loop {
            let at = line.range.start() + sentence;
            let line = TextRange::new(at, line.range.end());
            found.extend(of_sentence(note, line, end, sentence == start, &mut spoken));
            let Some(next) = after_sentence(&source[sentence..]) else { break };
            sentence += next;
        }
        if cues.bracket {
            initials(note, line.range, found);
        }
    }
}

/// What a text would need in order to define something: most have nothing of the kind, which one look tells.
#[derive(Default)]
struct Cues {
    /// `（` or `(`.
    bracket: bool,
    /// `是`, `指` or `类`, with which the copulas of Chinese begin.
    copula: bool,
    /// A verb such as those of [`VERBS`].
    verb: bool,
}

impl Cues {
    fn of(text: &str) -> Self {
        let mut cues = Self::default();
        let mut rest = text.as_bytes();
        while let [_, after @ ..] = rest {
            match rest {
                [b'(', ..] | [0xef, 0xbc, 0x88, ..] => cues.bracket = true,
                [0xe6, 0x98, 0xaf, ..] | [0xe6, 0x8c, 0x87, ..] | [0xe7, 0xb1, 0xbb, ..] => {
                    cues.copula = true;
                }
                [b' ', b'i', b's', b' ', ..] | [b' ', b'a', b'r', b'e', b' ', ..] => cues.verb = true,
                [b' ', b'r', b'e', b'f', ..] | [b' ', b's', b't', b'a', ..] => {
                    cues.verb |= rest.starts_with(b" refers ") || rest.starts_with(b" stands ");
                }
                _ => {}
            }
            rest = after;
        }
        cues
    }

    fn any(&self) -> bool {
        self.bracket || self.copula || self.verb
    }
}

/// The names that a section speaks of, found when they are first asked for.
struct Spoken<'a> {
    note: &'a Note,
    section: Option<usize>,
    names: Option<Vec<&'a str>>,
}

impl Spoken<'_> {
    /// Goes on to the section around the byte at `offset`.
    fn enter(&mut self, offset: usize) {
        let section = self.note.section_at(offset);
        if self.section != section {
            (self.section, self.names) = (section, None);
        }
    }

    fn of(&mut self, name: &str) -> bool {
        let names = self.names.get_or_insert_with(|| spoken_of(self.note, self.section));
        names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Where the first of some words begins in a text. All of them begin with one of `starts`.
fn first_of(text: &str, words: &[&str], starts: &[char]) -> Option<usize> {
    let begins = text.char_indices().filter(|(_, c)| starts.contains(c)).map(|(at, _)| at);
    begins.into_iter().find(|at| words.iter().any(|word| text[*at..].starts_with(word)))
}

/// For each line where a definition in it ends: with its paragraph or item. Found from the last line to the first, so
/// that a paragraph of many lines is read once.
fn paragraph_ends(note: &Note, lines: &[Line]) -> Vec<usize> {
    let goes_on = |line: &Line| {
        let text = note.text.slice(line.range);
        line.barrier.is_none()
            && !text.trim().is_empty()
            && marks(text) == text.len() - text.trim_start().len()
    };
    let mut ends: Vec<usize> = lines.iter().map(|line| line.range.end()).collect();
    for (index, line) in lines.iter().enumerate().skip(1).rev() {
        if goes_on(line) {
            ends[index - 1] = ends[index];
        }
    }
    ends
}

/// Where the next sentence begins.
fn after_sentence(text: &str) -> Option<usize> {
    let mut before = ' ';
    let end = text.char_indices().find_map(|(at, c)| {
        let ends = matches!(c, '。' | '！' | '？' | '；' | '：' | '!' | '?') || (before == '.' && c == ' ');
        before = c;
        ends.then_some(at + c.len_utf8())
    });
    end.filter(|&next| next < text.len())
}

/// What the sentence at the start of `line`, whose paragraph goes on to `end`, defines.
fn of_sentence(
    note: &Note,
    line: TextRange,
    end: usize,
    begins_line: bool,
    spoken: &mut Spoken<'_>,
) -> Option<Definition> {
    let text = TextRange::new(line.start(), end);
    let line = note.text.slice(line);
    let head = &line[..floor(line, REACH)];
    let cues = Cues::of(head);
    if !cues.any() {
        return None;
    }
    let strong = line.trim_start().starts_with("**");
    let make = |name: &str, at: usize, pattern: Pattern| {
        let start = text.start() + at;
        if is_masked(note, start) || is_generic(name) {
            return None;
        }
        let range = TextRange::new(start, text.start() + note.text.slice(text).trim_end().len());
        Some(definition(note, name, TextRange::new(start, start + name.len()), range, pattern))
    };
    bracketed(line, head, &cues, begins_line, spoken)
        .and_then(|(name, at, aliases, pattern)| {
            let mut found = make(name, at, pattern)?;
            found.aliases = aliases.into_iter().map(Into::into).collect();
            Some(found)
        })
        .or_else(|| {
            let copula = first_of(head, COPULAS, COPULA_STARTS).map(|at| (at, Pattern::Copula));
            let purpose = first_of(head, PURPOSES, PURPOSE_STARTS).map(|at| (at, Pattern::Known));
            let (copula, pattern) = copula.into_iter().chain(purpose).min_by_key(|(at, _)| *at)?;
            let (at, name) = trimmed(&head[..copula]);
            let pattern = if strong && pattern == Pattern::Copula { Pattern::Strong } else { pattern };
            let short = name.chars().count() <= if pattern == Pattern::Known { 8 } else { 12 };
            let fits =
                is_name(name) && short && !name.contains('的') && !head[copula..].starts_with("是由于");
            fits.then(|| make(name, at, pattern)).flatten()
        })
        .or_else(|| {
            let at_verb = if cues.verb { first_of(head, VERBS, &[' '])? } else { return None };
            let (at, name) = trimmed(&head[..at_verb]);
            let pattern = if strong { Pattern::Strong } else { Pattern::Copula };
            let the = head[at_verb..].starts_with(" is the ") && !strong;
            (is_name(name) && !the).then(|| make(name, at, pattern)).flatten()
        })
        .or_else(|| {
            let at_verb = first_of(head, WEAK_COPULAS, WEAK_STARTS).filter(|_| begins_line)?;
            let (at, name) = trimmed(&head[..at_verb]);
            let negated = ["是否", "是不", "是在", "是为", "是因", "是可以", "是需要"]
                .iter()
                .any(|not| head[at_verb..].starts_with(not));
            (!negated && spoken.of(name)).then(|| make(name, at, Pattern::Known)).flatten()
        })
}

/// `X（Y）是…`, `X（Y）：…`, `X（ABC）的基础是…`: the name, where it begins, the other name, and how it is defined.
fn bracketed<'a>(
    line: &'a str,
    head: &str,
    cues: &Cues,
    begins_line: bool,
    spoken: &mut Spoken<'_>,
) -> Option<(&'a str, usize, Vec<&'a str>, Pattern)> {
    let open = if cues.bracket { head.find(['（', '('])? } else { return None };
    // What is longer is no name: a line may hold many brackets that nothing closes.
    let rest = &line[open..];
    let close = rest[..floor(rest, 2 * REACH)].find(['）', ')'])?;
    let inner = rest[..close].trim_start_matches(['（', '(']).trim();
    let after = rest[close..].trim_start_matches(['）', ')']).trim_start_matches([' ', '*', '`', '\u{3000}']);
    let (at, name) = trimmed(&line[..open]);
    if !is_name(name) || inner.is_empty() || inner.len() > REACH {
        return None;
    }
    let han = name.chars().any(is_han);
    let foreign =
        |other: &&str| if han { is_foreign(other) } else { other.chars().any(is_han) && is_name(other) };
    let others = inner.split(['，', ',', '、', '；', ';', '/']).map(str::trim);
    let aliases: Vec<&str> = others.take_while(foreign).collect();
    let says = after.starts_with('是')
        || after.starts_with('指')
        || after.starts_with("就是")
        || after.starts_with("即");
    let english =
        [" is a ", "is a ", "is an ", "is the "].iter().any(|verb| after.starts_with(verb.trim_start()));
    let purpose = after.starts_with('的') && PURPOSES.iter().any(|purpose| after.starts_with(purpose));
    if (says && (!aliases.is_empty() || spoken.of(name)))
        || (english && are_initials(inner, name))
        || (purpose && begins_line)
    {
        return Some((name, at, aliases, Pattern::Translated));
    }
    let labelled = begins_line && after.strip_prefix(['：', ':']).is_some_and(|text| !text.trim().is_empty());
    labelled.then_some((name, at, aliases, Pattern::Labelled))
}

/// `STW（Stop The World）` and `Stop The World (STW)` anywhere in a line.
fn initials(note: &Note, line: TextRange, found: &mut Vec<Definition>) {
    let source = note.text.slice(line);
    let shown = source.trim_end().len();
    for (open, mark) in source.match_indices(['（', '(']) {
        let rest = &source[open..];
        let Some(close) = rest[..floor(rest, 2 * REACH)].find(['）', ')']) else { continue };
        let inner = rest[mark.len()..close].trim();
        let before = source[..open].trim_end();
        let is_latin = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ' ');
        let tail = &before[before.trim_end_matches(is_latin).len()..];
        if inner.len() > REACH || tail.trim().is_empty() || is_masked(note, line.start() + open) {
            continue;
        }
        let last_word = tail.split(' ').next_back().unwrap_or_default();
        let pair = if are_initials(last_word, inner) && is_foreign(inner) {
            Some((last_word, inner))
        } else if are_initials(inner, inner_words(tail, inner)) {
            Some((inner_words(tail, inner), inner))
        } else {
            None
        };
        let Some((name, alias)) = pair.filter(|(name, _)| is_name(name)) else { continue };
        let end = line.start() + before.len();
        let name_range = TextRange::new(end - name.len(), end);
        let range = TextRange::new(name_range.start(), line.start() + shown);
        let mut pair = definition(note, name, name_range, range, Pattern::Initials);
        pair.aliases = Box::new([alias.into()]);
        found.push(pair);
    }
}

/// The last words of `text`, as many as `short` has letters.
fn inner_words<'a>(text: &'a str, short: &str) -> &'a str {
    let count = short.chars().filter(|c| c.is_alphanumeric()).count();
    let mut start = text.len();
    for _ in 0..count {
        start = text[..start].trim_end_matches([' ', '-']).rfind([' ', '-']).map_or(0, |at| at + 1);
    }
    text[start..].trim()
}

/// The longest prefix of at most `most` bytes that ends at a character's end.
fn floor(text: &str, most: usize) -> usize {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Whether a place is math or HTML.
fn is_masked(note: &Note, at: usize) -> bool {
    let after = note.masks.partition_point(|mask| mask.range.start() <= at);
    note.masks[..after].iter().rev().take(8).any(|mask| {
        mask.kind != MaskKind::CodeSpan && mask.kind != MaskKind::FrontMatter && mask.range.contains(at)
    })
}

#[cfg(test)]
mod tests {
    use super::{
        COPULA_STARTS, COPULAS, Cues, PURPOSE_STARTS, PURPOSES, VERBS, WEAK_COPULAS, WEAK_STARTS, first_of,
    };

    #[test]
    fn what_defines_is_told_at_a_glance() {
        let words = [
            (COPULAS, COPULA_STARTS),
            (PURPOSES, PURPOSE_STARTS),
            (VERBS, &[' '][..]),
            (WEAK_COPULAS, WEAK_STARTS),
        ];
        for (words, starts) in words {
            for word in words {
                let sentence = format!("通道{word}管道");
                assert_eq!(first_of(&sentence, words, starts), Some("通道".len()), "{word}");
                assert!(Cues::of(&sentence).any(), "{word}");
            }
        }
        assert!(Cues::of("通道（channel）").bracket && Cues::of("a (b)").bracket);
        assert!(!Cues::of("通道用来通信, as this one does").any());
    }
}
