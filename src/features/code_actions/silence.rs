//! Actions that say of a question how it is meant: ignored, answered, to be done.

use crate::features::code_actions::places::Asking;
use crate::features::code_actions::{ABOUT_SECTIONS, Action, Context, Kind, edit_of};

/// What a comment may say, and what the action that writes it is called.
const WORDS: [(&str, &str); 3] = [
    ("ignore", "Say nothing of this question"),
    ("answered", "Count it as answered"),
    ("todo", "Mark it as to do"),
];

/// The actions for findings about sections.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    let about_sections = context.findings_here().filter(|(_, found)| ABOUT_SECTIONS.contains(&found.code));
    // Of a copy without an answer more can be said than of one that has one.
    let Some((index, finding)) = about_sections.max_by_key(|(_, found)| found.code != "duplicate-question")
    else {
        return;
    };
    let answers = context.vault.answers(note);
    let Some(asking) = Asking::at(note, &answers, finding.range.start()) else { return };
    for (word, title) in WORDS.into_iter().filter(|(word, _)| applies(word, finding.code)) {
        let (at, comment) = asking.put(note, &format!("<!-- studymark: {word} -->"));
        actions.push(Action {
            title: title.to_owned(),
            kind: Kind::QuickFix,
            preferred: false,
            mends: Some(index),
            edit: Box::new(move || edit_of(note, [(at, comment.clone())])),
        });
    }
}

/// Whether a comment with this word says something about a finding of this kind.
fn applies(word: &str, code: &str) -> bool {
    match code {
        "stub-answer" => word != "todo",
        "duplicate-question" => word == "ignore",
        _ => true,
    }
}
