//! Questions without an answer, answers that are put off, and chapters and sections with nothing in them.
//!
//! Invariant: what is flagged and what is not is decided in `vault::judge`; here it is only put into words.

use crate::config::Severity;
use crate::features::diagnostics::{Check, CodeSpec, Context, Finding, Reach};
use crate::markdown::plain::plain;
use crate::note::Substance;
use crate::note::heading_text::SHORT_BODY_CHARS;
use crate::vault::coverage::{Coverage, Flag, note_coverage};

/// The code of a question without an answer.
pub const UNANSWERED: &str = "unanswered-question";
const STUB: &str = "stub-answer";
const EMPTY_SECTION: &str = "empty-section";
const EMPTY_CHAPTER: &str = "empty-chapter";

/// The check.
pub static CHECK: Check = Check {
    codes: &[
        CodeSpec {
            code: UNANSWERED,
            severity: Severity::Information,
            summary: "A heading that asks something and has nothing under it.",
        },
        CodeSpec {
            code: STUB,
            severity: Severity::Information,
            summary: "An answer that only says it is still to be written.",
        },
        CodeSpec {
            code: EMPTY_SECTION,
            severity: Severity::Hint,
            summary: "A heading with nothing under it that may not be a question.",
        },
        CodeSpec {
            code: EMPTY_CHAPTER,
            severity: Severity::Hint,
            summary: "A chapter that is empty, or whose parts all are.",
        },
    ],
    reach: Reach::Note,
    run,
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let note = context.note;
    let answers = context.vault.answers(note);
    let mut parts = vec![0usize; note.sections.len()];
    for parent in note.sections.iter().filter_map(|section| section.parent) {
        parts[parent as usize] += 1;
    }
    for section in answers.asks.iter().filter_map(|asked| asked.section) {
        parts[section] += 1;
    }
    let flagged =
        || answers.sections.iter().enumerate().filter_map(|(index, answer)| Some((index, answer.flag?)));
    let coverage =
        flagged().any(|(_, flag)| flag == Flag::EmptyChapter).then(|| note_coverage(note, &answers));
    for (index, flag) in flagged() {
        let (heading, section) = (&note.headings[index], &note.sections[index]);
        let only_dead_links = context.config.questions.link_is_answer
            && section.substance.has(Substance::LINK.with(Substance::EMBED).with(Substance::IMAGE));
        let (code, message) = match flag {
            Flag::UnansweredQuestion if only_dead_links => {
                (UNANSWERED, "no answer yet: everything it points to is missing".to_owned())
            }
            Flag::UnansweredQuestion => (UNANSWERED, "no answer yet".to_owned()),
            Flag::EmptySection => (EMPTY_SECTION, "nothing written here yet".to_owned()),
            Flag::EmptyChapter => {
                let chapter = coverage
                    .iter()
                    .flat_map(|coverage| &coverage.chapters)
                    .find(|chapter| chapter.section == index)
                    .map(|chapter| chapter.coverage);
                (EMPTY_CHAPTER, empty_chapter(chapter, parts[index]))
            }
            Flag::StubAnswer => {
                let body = heading.short_body().unwrap_or("TODO");
                (STUB, format!("the answer is still to be written: “{body}”"))
            }
        };
        let data = vec![("title", heading.title().to_string())];
        findings.push(Finding { data, ..Finding::new(code, heading.content, message) });
    }
    for asked in &answers.asks {
        let (code, message) = match asked.flag {
            Some(Flag::UnansweredQuestion) => (UNANSWERED, "no answer yet".to_owned()),
            Some(Flag::StubAnswer) => (STUB, put_off(note.text.slice(asked.ask.answer))),
            _ => continue,
        };
        let data = vec![("title", asked.ask.title.to_string())];
        findings.push(Finding { data, ..Finding::new(code, asked.ask.selection, message) });
    }
}

/// A callout that says what is to be done has no text that puts it off.
fn put_off(answer: &str) -> String {
    let text = plain(answer.trim().trim_start_matches(['>', ' ']));
    match text.is_empty() || text.chars().count() > SHORT_BODY_CHARS {
        true => "still to be done".to_owned(),
        false => format!("the answer is still to be written: “{text}”"),
    }
}

fn empty_chapter(chapter: Option<Coverage>, parts: usize) -> String {
    match (chapter.map_or(0, |coverage| coverage.questions), parts) {
        (0 | 1, 0 | 1) => "nothing in this chapter yet".to_owned(),
        (0 | 1, parts) => format!("all {parts} parts are still empty"),
        (questions, _) => format!("none of its {questions} questions is answered yet"),
    }
}
