//! Items of lists that say what something is: those whose good and bad sides are told under them, and those that are
//! named by code.

use crate::note::lines::{Barrier, Line, marks};
use crate::note::terms::names::{is_generic, is_name, trimmed};
use crate::note::terms::{Definition, Pattern, definition, lines_at};
use crate::note::{MaskKind, Note};
use crate::text::TextRange;

/// Beginnings of items that weigh what they stand under.
const SIDES: &[&str] = &["优点", "缺点", "优势", "劣势", "pros", "cons", "advantages", "disadvantages"];
/// The longest name, in characters: longer ones are sentences.
const LONGEST: usize = 24;

/// Adds what the items of a note define, whose lines these are.
pub fn add(note: &Note, lines: &[Line], found: &mut Vec<Definition>) {
    // Lines that stand around the present one, each indented less than the next.
    let mut around: Vec<&Line> = Vec::new();
    for line in lines {
        if line.barrier.is_some() {
            around.clear();
            continue;
        }
        let source = note.text.slice(line.range);
        if source.trim().is_empty() {
            continue;
        }
        let depth = indent(source);
        while around.pop_if(|above| indent(note.text.slice(above.range)) >= depth).is_some() {}
        if is_side(source) {
            found.extend(around.last().and_then(|above| weighed(note, above)));
        }
        around.push(line);
    }
    found.extend(named_by_code(note, lines));
    found.dedup_by(|later, earlier| later.name_range == earlier.name_range);
}

/// Whether a line is an item such as `- 优点：快`.
fn is_side(source: &str) -> bool {
    let (marks, text) = source.split_at(marks(source));
    let text = text.trim_start_matches(['*', '_']);
    are_of_item(marks)
        && SIDES.iter().any(|side| {
            let begins = text.get(..side.len()).is_some_and(|start| start.eq_ignore_ascii_case(side));
            begins && text[side.len()..].trim_start_matches(['*', '_', ' ']).starts_with(['：', ':'])
        })
}

/// Whether a line has the mark of an item, and not of a quote alone.
fn is_item(source: &str) -> bool {
    are_of_item(&source[..marks(source)])
}

fn are_of_item(marks: &str) -> bool {
    marks.contains(|c: char| matches!(c, '-' | '*' | '+') || c.is_ascii_digit())
}

fn indent(source: &str) -> usize {
    source.len() - source.trim_start_matches([' ', '\t', '>']).len()
}

/// The item around one that weighs it: `- X：what it is`.
fn weighed(note: &Note, around: &Line) -> Option<Definition> {
    let source = note.text.slice(around.range);
    let start = marks(source);
    let colon = source[start..].find(['：', ':'])? + start;
    let (lead, name) = trimmed(&source[start..colon]);
    let rest = source[colon..].trim_start_matches(['：', ':']).trim();
    let fits = is_item(source) && is_name(name) && !is_generic(name) && name.chars().count() <= LONGEST;
    if !fits || rest.trim_matches(['*', '_', ' ']).is_empty() {
        return None;
    }
    let at = around.range.start() + start + lead;
    let range = TextRange::new(at, around.range.start() + source.trim_end().len());
    Some(definition(note, name, TextRange::new(at, at + name.len()), range, Pattern::Item))
}

/// Items whose first block is one line of code, by what is nested in them.
fn named_by_code(note: &Note, lines: &[Line]) -> Vec<Definition> {
    let mut found = Vec::new();
    for mask in note.masks.iter().filter(|mask| mask.kind == MaskKind::CodeBlock) {
        let opening = lines_at(note, TextRange::empty(mask.range.start()));
        let opening = note.text.slice(opening[0]);
        if !is_item(opening) || opening[marks(opening)..].trim_end() != "```" {
            continue;
        }
        let of_code = TextRange::new(mask.range.start(), mask.range.end().saturating_sub(1));
        let [_, code, _] = lines_at(note, of_code)[..] else { continue };
        let name = note.text.slice(code).trim();
        let depth = indent(opening);
        let behind = lines.partition_point(|line| line.range.start < mask.range.end);
        let nested = lines[behind..].iter().take_while(|line| {
            let source = note.text.slice(line.range);
            line.barrier != Some(Barrier::Heading) && (source.trim().is_empty() || indent(source) > depth)
        });
        let mut nested = nested.filter(|line| !note.text.slice(line.range).trim().is_empty());
        let Some(begin) = nested.next() else { continue };
        let end = nested.last().unwrap_or(begin);
        if !is_name(name) || is_generic(name) || name.contains(' ') {
            continue;
        }
        let lead = note.text.slice(code).find(name).unwrap_or(0);
        let at = code.start() + lead;
        let range = TextRange::new(begin.range.start(), end.range.end());
        found.push(definition(note, name, TextRange::new(at, at + name.len()), range, Pattern::Item));
    }
    found
}
