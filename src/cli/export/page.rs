//! A page of figures and open questions, as a note with links.
//!
//! Invariant: a page is known by its head, asks nothing itself, and does not tell of itself: made anew it is the same.

use std::fmt::Write;
use std::sync::Arc;

use crate::cli::open::Opened;
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::coverage::{AnswerState, Coverage};
use crate::vault::questions::Question;

/// What every page begins with.
pub const HEAD: &str = "---\nstudymark: off\ngenerator: studymark export\n---\n";

/// How wide a bar is.
const CELLS: usize = 10;

/// The page of all notes that were named; its links lead from where it is going to stand.
pub fn page(opened: &Opened, target: Option<&NotePath>) -> String {
    let from = target.map_or_else(|| opened.root.clone(), NotePath::folder);
    let mut total = Coverage::default();
    let (mut table, mut open) = (String::new(), String::new());
    for note in opened.notes().filter(|note| !note.text.as_str().starts_with(HEAD)) {
        let coverage = opened.vault.coverage(note);
        if coverage.total.questions == 0 {
            continue;
        }
        total += coverage.total;
        let destination = destination(&from, &note.path);
        row(&mut table, &format!("[{}]({destination})", label(opened.shown(&note.path))), coverage.total);
        for chapter in coverage.chapters.iter().filter(|chapter| chapter.coverage.questions > 0) {
            // A chapter that is the whole note would only say the same again.
            if chapter.coverage == coverage.total {
                continue;
            }
            let title = label(note.headings[chapter.section].title());
            let link = format!("[{title}]({destination}#{})", anchor(note, chapter.section));
            row(&mut table, &format!("› {link}"), chapter.coverage);
        }
        open_questions(&mut open, opened, note, &destination);
    }
    let (answered, questions, percent) = (total.answered, total.questions, total.percent());
    let mut page = format!("{HEAD}\n# Progress\n\n");
    if questions == 0 {
        page.push_str("No questions yet.\n");
        return page;
    }
    let _ = write!(page, "{answered} of {questions} questions answered, {percent} %.\n\n");
    page.push_str("| where | answered | put off | open | |\n|-|-:|-:|-:|-|\n");
    page.push_str(&table);
    if !open.is_empty() {
        page.push_str("\n## Open questions\n");
        page.push_str(&open);
    }
    page
}

fn row(table: &mut String, name: &str, coverage: Coverage) {
    let full = (coverage.answered * CELLS).checked_div(coverage.questions).unwrap_or(0);
    let bar = format!("{}{} {} %", "█".repeat(full), "░".repeat(CELLS - full), coverage.percent());
    let Coverage { questions, answered, stub, unanswered } = coverage;
    let _ = writeln!(table, "| {name} | {answered}/{questions} | {stub} | {unanswered} | {bar} |");
}

fn open_questions(page: &mut String, opened: &Opened, note: &Arc<Note>, destination: &str) {
    let answers = opened.vault.answers(note);
    let open = opened.vault.open_questions(note, None);
    if open.is_empty() {
        return;
    }
    let chapter_of = |question: &Question| answers.chapter_around(note, question.section?);
    let _ = write!(page, "\n### {}\n", label(opened.shown(&note.path)));
    for of_chapter in open.chunk_by(|a, b| chapter_of(a) == chapter_of(b)) {
        let chapter = of_chapter.first().and_then(chapter_of);
        if let Some(heading) = chapter.and_then(|section| note.headings.get(section)) {
            let _ = write!(page, "\n**{}**\n", label(heading.title()));
        }
        page.push('\n');
        for question in of_chapter {
            let title = label(&question.title);
            let put_off = if question.state == AnswerState::Stub { " (put off)" } else { "" };
            let anchor = question.section.map(|section| format!("#{}", anchor(note, section)));
            let anchor = anchor.unwrap_or_default();
            let _ = writeln!(page, "- [{title}]({destination}{anchor}){put_off}");
        }
    }
}

fn anchor(note: &Note, section: usize) -> String {
    let slug = note.headings.get(section).map(|heading| heading.id().unwrap_or(note.slug(section)));
    encoded(slug.unwrap_or_default())
}

/// Text that stands in a link in a table.
fn label(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '[' | ']' | '|' | '*' | '_' | '`' | '<' | '>' | '~' | '$' | '#') {
            label.push('\\');
        }
        label.push(if c.is_control() { ' ' } else { c });
    }
    label
}

/// The way from a folder to a note: `../系统/a%20b.md`.
fn destination(from: &NotePath, to: &NotePath) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let way: Vec<&str> = up.chain(to[shared..].iter().copied()).collect();
    encoded(&way.join("/"))
}

/// Encodes what Markdown or a URI would take for something else in a link; Chinese stays readable.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_control() || " \"#%()<>?[\\]`|".contains(c) {
            let _ = write!(encoded, "%{:02X}", u32::from(c));
        } else {
            encoded.push(c);
        }
    }
    encoded
}

fn parts(path: &NotePath) -> Vec<&str> {
    path.as_str().split('/').filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{destination, label};
    use crate::path::NotePath;

    #[test]
    fn ways_from_folder_to_note() {
        let way = |from: &str, to: &str| destination(&NotePath::new(from), &NotePath::new(to));
        assert_eq!(way("/笔记", "/笔记/系统/a b.md"), "系统/a%20b.md");
        assert_eq!(way("/out", "/C#(1).md"), "../C%23%281%29.md");
        assert_eq!(way("/", "/a.md"), "a.md");
        assert_eq!(way("C:/x", "C:/y/100%.md"), "../y/100%25.md");
    }

    #[test]
    fn titles_in_a_table() {
        assert_eq!(label("a | [b] `c_d` <e>"), "a \\| \\[b\\] \\`c\\_d\\` \\<e\\>");
    }
}
