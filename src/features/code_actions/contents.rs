//! A table of contents: made at the cursor between two marks, and kept up to date there.
//!
//! Invariant: what stands between the marks is a list of the headings below it with links to them, and nothing else is
//! touched. The marks are those that other tools use, so that each finds the other's.

use crate::features::code_actions::{Action, Context, Kind, edit_of, line_ending};
use crate::note::{DirectiveKind, MaskKind, Note, Place};
use crate::text::TextRange;

const OPEN: &str = "<!-- toc -->";
const CLOSE: &str = "<!-- tocstop -->";

/// Makes a table of contents where the cursor is, or brings the one there is up to date.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    let mut offer = |title: &str, range: TextRange, text: String| {
        actions.push(Action {
            title: title.to_owned(),
            kind: Kind::Rewrite,
            preferred: false,
            mends: None,
            edit: Box::new(move || edit_of(note, [(range, text.clone())])),
        });
    };
    let ending = line_ending(note);
    if let Some((whole, inside)) = marked(note) {
        let list = format!("{ending}{ending}{}{ending}{ending}", list(note, whole.end()));
        if note.text.slice(inside) != list {
            offer("Bring the table of contents up to date", inside, list);
        }
        return;
    }
    let line = note.text.line_range(note.text.line_of(context.range.start()));
    // On an empty line outside code and the like, with headings to be listed below.
    let free = note.text.slice(line).trim().is_empty()
        && !note.masks.iter().any(|mask| mask.range.contains(line.start()));
    let list = list(note, line.end());
    if context.range.is_empty() && free && !list.is_empty() {
        let text = format!("{OPEN}{ending}{ending}{list}{ending}{ending}{CLOSE}");
        offer("Put a table of contents here", line, text);
    }
}

/// The table there is: with its marks, and what stands between them.
fn marked(note: &Note) -> Option<(TextRange, TextRange)> {
    let comments = || note.masks.iter().filter(|mask| mask.kind == MaskKind::Comment);
    let says = |range: TextRange, words: &[&str]| {
        let text = note.text.slice(range).trim();
        let inner = text.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).map(str::trim);
        inner.is_some_and(|inner| words.iter().any(|word| word.eq_ignore_ascii_case(inner)))
    };
    let open = comments().find(|mask| says(mask.range, &["toc"]))?.range;
    let closes = |range: TextRange| range.start() >= open.end() && says(range, &["tocstop", "/toc"]);
    let close = comments().find(|mask| closes(mask.range))?.range;
    let open_end = open.start() + note.text.slice(open).trim_end().len();
    Some((TextRange::new(open.start(), close.end()), TextRange::new(open_end, close.start())))
}

/// The headings after the byte at `after` as a nested list of links; those of quotes and lists are left out.
fn list(note: &Note, after: usize) -> String {
    let ignored = |index: usize| {
        let inside = |range: TextRange| note.section_at(range.start()) == Some(index);
        note.directives
            .iter()
            .any(|directive| directive.kind == DirectiveKind::Ignore && inside(directive.range))
    };
    let headings: Vec<_> = note
        .headings
        .iter()
        .enumerate()
        .filter(|(index, heading)| {
            heading.range.start() >= after
                && heading.place == Place::Root
                && !heading.text().trim().is_empty()
                && !ignored(*index)
        })
        .collect();
    let mut lines = Vec::with_capacity(headings.len());
    // The levels around the present one: an item stands one step further in than the heading it belongs to.
    let mut around: Vec<u8> = Vec::new();
    for (index, heading) in headings {
        while around.last().is_some_and(|level| *level >= heading.level) {
            around.pop();
        }
        let indent = "  ".repeat(around.len());
        let text = heading.text().replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        lines.push(format!("{indent}- [{}](#{})", text.trim(), note.slug(index)));
        around.push(heading.level);
    }
    lines.join(line_ending(note))
}
