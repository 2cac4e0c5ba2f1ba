//! Flashcards as the spaced-repetition plugins of Obsidian read them: `front::back`, and a front and a back around a
//! line of `?`.

use crate::markdown::plain::plain;
use crate::note::asks::{Ask, Kinds, Source, Standing, standing_of};
use crate::note::lines::{lines, marks};
use crate::note::{MaskKind, Note};
use crate::text::TextRange;

/// Adds the cards of a note.
pub fn add(note: &Note, kinds: &Kinds<'_>, asks: &mut Vec<Ask>) {
    // Lines that stand together, of which those before `before` are no front of a card any more.
    let mut group: Vec<TextRange> = Vec::new();
    let mut divider: Option<usize> = None;
    let mut close = |group: &mut Vec<TextRange>, divider: &mut Option<usize>| {
        if let Some(at) = divider.take() {
            asks.extend(around(note, kinds, group, at));
        }
        group.clear();
    };
    let mut single = Vec::new();
    for line in lines(note) {
        let source = note.text.slice(line.range);
        if line.barrier.is_some() || source.trim().is_empty() {
            // Code may stand in the back of a card.
            if line.barrier.is_none() || divider.is_none() {
                close(&mut group, &mut divider);
            } else {
                group.push(line.range);
            }
        } else if matches!(source.trim(), "?" | "??") && divider.is_none() && !group.is_empty() {
            divider = Some(group.len());
            group.push(line.range);
        } else if divider.is_none()
            && let Some(card) = in_line(note, kinds, line.range)
        {
            close(&mut group, &mut divider);
            single.push(card);
        } else {
            group.push(line.range);
        }
    }
    close(&mut group, &mut divider);
    asks.append(&mut single);
}

/// `front::back`, or `front:::back`, which is asked both ways.
fn in_line(note: &Note, kinds: &Kinds<'_>, line: TextRange) -> Option<Ask> {
    let source = note.text.slice(line);
    let lead = marks(source);
    let at = source
        .match_indices("::")
        .map(|(at, _)| at)
        .find(|&at| !is_masked(note, line.start() + at) && !is_in_address(source, at))?;
    let front = source.get(lead..at)?.trim_end();
    let from = at + source[at..].len() - source[at..].trim_start_matches(':').len();
    let selection = TextRange::new(line.start() + lead, line.start() + lead + front.len());
    card(note, kinds, selection, TextRange::new(line.start() + from, line.end()))
}

/// The card whose front and back stand around the divider at `at`.
fn around(note: &Note, kinds: &Kinds<'_>, group: &[TextRange], at: usize) -> Option<Ask> {
    let (first, last) = (group.first()?, group.last()?);
    let lead = marks(note.text.slice(*first));
    let front = TextRange::new(first.start() + lead, group.get(at.checked_sub(1)?)?.end());
    card(note, kinds, front, TextRange::new(group.get(at)?.end(), last.end()))
}

fn card(note: &Note, kinds: &Kinds<'_>, selection: TextRange, back: TextRange) -> Option<Ask> {
    let title = plain(note.text.slice(selection));
    if title.is_empty() {
        return None;
    }
    let standing = standing_of(note.text.slice(back), kinds);
    let answer = if standing == Standing::Open { TextRange::empty(back.start()) } else { back };
    let range = TextRange { start: selection.start, end: back.end };
    Some(Ask { source: Source::Card, range, selection, title: title.into(), answer, standing })
}

/// Whether a place is in an address: `http://[::1]`.
fn is_in_address(line: &str, at: usize) -> bool {
    line[..at].split_whitespace().next_back().is_some_and(|word| word.contains("://"))
}

/// Whether a place is code, math or HTML.
fn is_masked(note: &Note, at: usize) -> bool {
    let after = note.masks.partition_point(|mask| mask.range.start() <= at);
    note.masks[..after]
        .iter()
        .rev()
        .take(8)
        .any(|mask| mask.kind != MaskKind::FrontMatter && mask.range.contains(at))
}
