//! `Q: …` and `A: …`, 问：… and 答：…, with or without list marks, quotes and bold letters.

use crate::markdown::plain::plain;
use crate::note::Note;
use crate::note::asks::{Ask, Kinds, Source, Standing, standing_of};
use crate::note::lines::{Barrier, lines, marks};
use crate::text::TextRange;

const QUESTIONS: &[&str] = &["Question", "Q", "问题", "问"];
const ANSWERS: &[&str] = &["Answer", "A", "答案", "答"];

/// A question whose answer is being read.
struct Open {
    start: usize,
    selection: TextRange,
    /// Where the text after `A:` begins.
    answer: Option<usize>,
}

/// Adds the pairs of a note. An answer goes on to the next question or heading.
pub fn add(note: &Note, kinds: &Kinds<'_>, asks: &mut Vec<Ask>) {
    let mut open: Option<Open> = None;
    for line in lines(note) {
        let source = note.text.slice(line.range);
        if line.barrier == Some(Barrier::Heading) {
            asks.extend(open.take().and_then(|open| closed(note, kinds, &open, line.range.start())));
        } else if line.barrier.is_none() {
            let start = line.range.start();
            if let Some(at) = after_label(source, QUESTIONS) {
                asks.extend(open.take().and_then(|open| closed(note, kinds, &open, start)));
                let end = at + source[at..].trim_end_matches(['*', '_', ' ', '\t']).len();
                let selection = TextRange::new(start + at, start + end);
                open = Some(Open { start: start + marks(source), selection, answer: None });
            } else if let Some(open) = open.as_mut().filter(|open| open.answer.is_none()) {
                open.answer = after_label(source, ANSWERS).map(|at| start + at);
            }
        }
    }
    asks.extend(open.and_then(|open| closed(note, kinds, &open, note.text.as_str().len())));
}

fn closed(note: &Note, kinds: &Kinds<'_>, open: &Open, end: usize) -> Option<Ask> {
    let title = plain(note.text.slice(open.selection));
    if title.is_empty() {
        return None;
    }
    let start = open.answer.unwrap_or(open.selection.end()).min(end);
    let text = note.text.slice(TextRange::new(start, end));
    let standing = standing_of(text, kinds);
    let answer = match standing {
        Standing::Open => TextRange::empty(start),
        _ => TextRange::new(start, start + text.trim_end().len()),
    };
    let reached = start + text.trim_end().len();
    let range = TextRange::new(open.start, reached.max(open.selection.end()));
    let (source, selection) = (Source::Pair, open.selection);
    Some(Ask { source, range, selection, title: title.into(), answer, standing })
}

/// Where the text begins after one of these labels with a colon: 5 in `**Q:** a`, 3 in `Q1：a`.
fn after_label(line: &str, labels: &[&str]) -> Option<usize> {
    let bare = &line[marks(line)..];
    let bare = bare.trim_start_matches(['*', '_']);
    let rest = labels.iter().find_map(|label| bare.strip_prefix(label))?;
    let rest = rest.trim_start_matches([' ', '\t']).trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start_matches(['*', '_']).strip_prefix([':', '：'])?;
    // `Q::A` is a card.
    if rest.starts_with(':') {
        return None;
    }
    let rest = rest.trim_start_matches(['*', '_']).trim_start();
    Some(line.len() - rest.len())
}
