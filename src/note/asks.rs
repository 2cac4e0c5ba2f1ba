//! What a note asks outside of its headings: folded details, callouts, pairs of Q and A, items of lists, flashcards.
//!
//! Invariant: a function of the note and of what is looked for; by place, and nothing asks inside of what asks. Pairs,
//! items and cards in an answer belong to the answer.

mod cards;
mod pairs;

use crate::markdown::plain::plain;
use crate::note::{AskingItem, Callout, Details, FrontMatter, Note, wording};
use crate::text::TextRange;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Kinds<'a> {
    /// `<details>` whose summary asks.
    pub details: bool,
    /// `> [!question]`, `> [!todo]` and `> [!done]`.
    pub callouts: bool,
    /// `Q:` and `A:`.
    pub pairs: bool,
    /// Items of lists that end with a question mark. A note may say so itself.
    pub lists: bool,
    /// The tags that make a note one of flashcards, without `#`.
    pub card_tags: &'a [String],
    /// Further words that ask.
    pub words: &'a [String],
    /// Further texts that put an answer off.
    pub stub_phrases: &'a [String],
    /// The outline of an answer.
    pub skeleton: &'a str,
}

/// What kind of thing asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A heading.
    Heading,
    /// A folded `<details>`.
    Details,
    /// A callout.
    Callout,
    /// A `Q:` with or without its `A:`.
    Pair,
    /// An item of a list.
    List,
    /// A flashcard.
    Card,
}

impl Source {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Details => "details",
            Self::Callout => "callout",
            Self::Pair => "pair",
            Self::List => "list",
            Self::Card => "card",
        }
    }
}

/// Something that asks and is no heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// What kind of thing it is; never [`Source::Heading`].
    pub source: Source,
    /// The whole construct: for `<details><summary>Why?</summary></details>` all of it.
    pub range: TextRange,
    /// What is asked, as written: the range of `Why?`.
    pub selection: TextRange,
    /// What is asked, as plain text.
    pub title: Box<str>,
    /// Where the answer stands; empty when there is none.
    pub answer: TextRange,
    /// Whether there is one.
    pub standing: Standing,
}

/// Whether something that asks has an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It has one.
    Answered,
    /// It says that one is still to come.
    PutOff,
    /// It has none.
    Open,
}

/// Everything that asks in `note` and is no heading.
pub fn asks(note: &Note, kinds: &Kinds<'_>) -> Vec<Ask> {
    let mut asks = Vec::new();
    if kinds.details {
        details(note, kinds, &mut asks);
    }
    if kinds.callouts {
        asks.extend(note.callouts.iter().filter_map(|found| callout(note, found, kinds)));
    }
    if kinds.pairs {
        pairs::add(note, kinds, &mut asks);
    }
    let asked_for = |front: &FrontMatter| front.questions.iter().any(|kind| &**kind == "list");
    if kinds.lists || note.front_matter.as_deref().is_some_and(asked_for) {
        asks.extend(note.asking_items.iter().map(|item| item_ask(note, item)));
    }
    if has_tag(note, kinds.card_tags) {
        cards::add(note, kinds, &mut asks);
    }
    asks.sort_by_key(|ask| (ask.range.start, std::cmp::Reverse(ask.range.end)));
    // How far what asks reaches so far, and how far what is no details does: details may stand in details.
    let (mut reach, mut reach_of_others) = (0, 0);
    asks.retain(|ask| {
        let folded = ask.source == Source::Details;
        let inside = ask.range.end <= if folded { reach_of_others } else { reach };
        if !inside {
            reach = reach.max(ask.range.end);
            reach_of_others = reach_of_others.max(if folded { 0 } else { ask.range.end });
        }
        !inside
    });
    asks
}

/// Folded details. One whose summary only folds asks nothing; one whose summary is no question asks when it is empty,
/// or when most of its section ask; under a heading that asks, it is part of that answer.
fn details(note: &Note, kinds: &Kinds<'_>, asks: &mut Vec<Ask>) {
    let mut found: Vec<(Option<usize>, &Details, String)> = note
        .details
        .iter()
        .map(|details| {
            (note.section_at(details.range.start()), details, plain(note.text.slice(details.summary)))
        })
        .filter(|(.., title)| !wording::is_generic_summary(title) && !wording::is_placeholder(title))
        .collect();
    found.sort_by_key(|(section, details, _)| (*section, details.range.start));
    for group in found.chunk_by(|a, b| a.0 == b.0) {
        let heading_asks = group
            .first()
            .and_then(|(section, ..)| *section)
            .is_some_and(|section| wording::is_question(note.headings[section].title(), kinds.words));
        let asks_itself = |(_, details, title): &&(Option<usize>, &Details, String)| {
            wording::is_question(title, kinds.words) || (!heading_asks && details.substance.is_empty())
        };
        let most = !heading_asks && group.iter().filter(asks_itself).count() * 2 >= group.len();
        for asking in group.iter().filter(|asking| most || asks_itself(asking)) {
            let (_, details, title) = asking;
            let answer = inside(note, details);
            let standing = if details.substance.is_empty() {
                Standing::Open
            } else if is_put_off(&short(note, answer), kinds) {
                Standing::PutOff
            } else {
                Standing::Answered
            };
            asks.push(Ask {
                source: Source::Details,
                range: details.range,
                selection: details.summary,
                title: title.as_str().into(),
                answer: if standing == Standing::Open { TextRange::empty(answer.start()) } else { answer },
                standing,
            });
        }
    }
}

/// What stands between `</summary>` and `</details>`.
fn inside(note: &Note, details: &Details) -> TextRange {
    let after = TextRange { start: details.summary.end, end: details.range.end };
    let source = note.text.slice(after);
    let start = source.find('>').map_or(0, |at| at + 1);
    let inner = &source[start..];
    let closes = |at: &usize| {
        inner.get(*at..*at + "</details".len()).is_some_and(|tag| tag.eq_ignore_ascii_case("</details"))
    };
    let end = inner.rfind('<').filter(closes).unwrap_or(inner.len());
    TextRange::new(after.start() + start, after.start() + start + end)
}

/// A callout: a title is the question and the rest its answer; without a title the text asks.
fn callout(note: &Note, found: &Callout, kinds: &Kinds<'_>) -> Option<Ask> {
    let kind = note.text.slice(found.kind).to_ascii_lowercase();
    let asking = matches!(kind.as_str(), "question" | "faq" | "help");
    if !asking && !matches!(kind.as_str(), "todo" | "done") {
        return None;
    }
    let first_end = note.text.line_range(note.text.line_of(found.range.start())).end();
    let body = TextRange::new(first_end.min(found.range.end()), found.range.end());
    let (selection, answer) = if found.title.is_empty() {
        let mut lines = quoted_lines(note, body);
        let first = lines.next()?;
        (first, TextRange { start: first.end, end: found.range.end })
    } else {
        (found.title, body)
    };
    let title = plain(note.text.slice(selection));
    if title.is_empty() || wording::is_placeholder(&title) {
        return None;
    }
    let text: String =
        quoted_lines(note, answer).map(|line| note.text.slice(line)).collect::<Vec<_>>().join(" ");
    let standing = match kind.as_str() {
        "todo" => Standing::PutOff,
        "done" => Standing::Answered,
        _ if !text.is_empty() => standing_of(&text, kinds),
        _ if !found.title.is_empty() => Standing::Open,
        // The text is all there is: it must ask, and what follows it may be the answer.
        _ if !wording::is_question(&title, kinds.words) => return None,
        _ if is_followed(note, found.range) => Standing::Answered,
        _ => Standing::Open,
    };
    let answer = if text.is_empty() { TextRange::empty(answer.start()) } else { answer };
    Some(Ask {
        source: Source::Callout,
        range: found.range,
        selection,
        title: title.into(),
        answer,
        standing,
    })
}

/// The lines of a quote that say something, without `>` and the white space around.
fn quoted_lines(note: &Note, range: TextRange) -> impl Iterator<Item = TextRange> {
    let source = note.text.slice(range);
    let mut at = range.start();
    source.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let lead = line.len() - line.trim_start_matches(['>', ' ', '\t']).len();
        let end = line.trim_end().len();
        (lead < end).then(|| TextRange::new(start + lead, start + end))
    })
}

/// Whether anything stands between the end of a range and the next heading.
fn is_followed(note: &Note, range: TextRange) -> bool {
    let next = note.headings.partition_point(|heading| heading.range.start < range.end);
    let end = note.headings.get(next).map_or(note.text.as_str().len(), |heading| heading.range.start());
    !note.text.as_str()[range.end().min(end)..end].trim().is_empty()
}

fn item_ask(note: &Note, item: &AskingItem) -> Ask {
    let standing = if item.substance.is_empty() { Standing::Open } else { Standing::Answered };
    let end = if standing == Standing::Open { item.question.end } else { item.range.end };
    Ask {
        source: Source::List,
        range: item.range,
        selection: item.question,
        title: plain(note.text.slice(item.question)).into(),
        answer: TextRange { start: item.question.end, end },
        standing,
    }
}

/// Whether the note has one of these tags, or one below it: `flashcards/go` for `flashcards`.
fn has_tag(note: &Note, tags: &[String]) -> bool {
    let wanted = |tag: &str| {
        let tag = tag.trim_start_matches('#').to_lowercase();
        tags.iter().any(|wanted| {
            tag.strip_prefix(&wanted.to_lowercase())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    note.front_matter.as_ref().is_some_and(|front| front.tags.iter().any(|tag| wanted(tag)))
        || note.tags.iter().any(|tag| wanted(note.text.slice(*tag)))
}

/// Whether a text answers. Comments are no answer.
fn standing_of(text: &str, kinds: &Kinds<'_>) -> Standing {
    let text = without_comments(text);
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*' | '_'));
    if bare.is_empty() {
        Standing::Open
    } else if is_put_off(bare, kinds) {
        Standing::PutOff
    } else {
        Standing::Answered
    }
}

fn is_put_off(text: &str, kinds: &Kinds<'_>) -> bool {
    wording::is_stub(text, kinds.stub_phrases) || wording::is_skeleton(text, kinds.skeleton)
}

/// A text short enough to put an answer off, as a reader sees it; else nothing.
fn short(note: &Note, range: TextRange) -> String {
    const LONGEST: usize = 400;
    if range.len() > LONGEST { String::new() } else { plain(&without_comments(note.text.slice(range))) }
}

fn without_comments(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        left.push_str(&rest[..at]);
        rest = rest[at..].find("-->").map_or("", |end| &rest[at + end + 3..]);
    }
    left + rest
}

#[cfg(test)]
mod tests;
