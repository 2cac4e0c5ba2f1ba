//! Where text goes that is put under a question: below its heading, into its details, its callout, its item.
//!
//! Invariant: what is put in becomes part of the question's body, and of nothing else.

use crate::features::code_actions::line_ending;
use crate::note::Note;
use crate::note::asks::{Ask, Source};
use crate::text::TextRange;
use crate::vault::coverage::Answers;

/// A question under which text can be put.
pub enum Asking<'a> {
    /// The section of a heading, by its index.
    Heading(usize),
    /// Something else that asks.
    Ask(&'a Ask),
}

impl<'a> Asking<'a> {
    /// What asks at the byte at `offset`: what is selected of it touches the place, or is at least on its line.
    pub fn at(note: &Note, answers: &'a Answers, offset: usize) -> Option<Self> {
        let asked = answers.asks.iter().find(|asked| asked.ask.selection.touches(offset));
        let heading = note.headings.iter().position(|heading| heading.range.touches(offset));
        asked.map(|asked| Self::Ask(&asked.ask)).or(heading.map(Self::Heading))
    }

    /// What an editor selects of it: the content of the heading, the summary of the details.
    pub fn selection(&self, note: &Note) -> TextRange {
        match self {
            Self::Heading(index) => note.headings[*index].content,
            Self::Ask(ask) => ask.selection,
        }
    }

    /// The edit that puts `text`, of one line, at the start of its answer.
    pub fn put(&self, note: &Note, text: &str) -> (TextRange, String) {
        let ending = line_ending(note);
        let source = note.text.as_str();
        match self {
            Self::Heading(index) => {
                (TextRange::empty(note.headings[*index].range.end()), format!("{ending}{ending}{text}"))
            }
            Self::Ask(ask) => match ask.source {
                Source::Details | Source::Heading => {
                    let at = ask.answer.start();
                    let apart = source[at..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
                    let close = if apart { String::new() } else { ending.repeat(2) };
                    (TextRange::empty(at), format!("{ending}{ending}{text}{close}"))
                }
                Source::Callout => {
                    let line = note.text.line_range(note.text.line_of(ask.range.start()));
                    let marks = note.text.slice(line).split("[!").next().unwrap_or_default();
                    let first_line = note.text.line_range(note.text.line_of(ask.selection.start())).end();
                    (TextRange::empty(first_line), format!("{ending}{marks}{text}"))
                }
                Source::List => {
                    let indent: String = before(note, ask.selection.start())
                        .chars()
                        .map(|c| if c == '>' || c == '\t' { c } else { ' ' })
                        .collect();
                    (TextRange::empty(ask.selection.end()), format!("{ending}{indent}- {text}"))
                }
                Source::Pair if ask.answer.start > ask.selection.end => {
                    (TextRange::empty(ask.answer.start()), format!(" {text}"))
                }
                Source::Pair => {
                    let han = ask.title.chars().any(|c| c as u32 > 0x2e80);
                    let label = if han { "答：" } else { "A: " };
                    let marks = before(note, ask.range.start());
                    let line_end = note.text.line_range(note.text.line_of(ask.selection.end())).end();
                    (TextRange::empty(line_end), format!("{ending}{marks}{label}{text}"))
                }
                Source::Card => {
                    let at = ask.answer.start();
                    let divided = source[..at].ends_with('?');
                    (TextRange::empty(at), if divided { format!("{ending}{text}") } else { text.to_owned() })
                }
            },
        }
    }
}

/// What stands before the byte at `at` in its line.
fn before(note: &Note, at: usize) -> &str {
    let start = note.text.line_range(note.text.line_of(at)).start();
    note.text.slice(TextRange::new(start, at))
}
