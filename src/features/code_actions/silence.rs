//! Actions that say of a question how it is meant: ignored, answered, to be done.

use crate::features::code_actions::{ABOUT_SECTIONS, Action, Context, Kind, edit_of, line_ending};
use crate::text::TextRange;

/// What a comment may say, and what the action that writes it is called.
const WORDS: [(&str, &str); 3] = [
    ("ignore", "Say nothing of this heading"),
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
    let Some(heading) = note.headings.iter().find(|heading| heading.range.contains_range(finding.range))
    else {
        return;
    };
    let after = heading.range.end();
    for (word, title) in WORDS.into_iter().filter(|(word, _)| applies(word, finding.code)) {
        actions.push(Action {
            title: title.to_owned(),
            kind: Kind::QuickFix,
            preferred: false,
            mends: Some(index),
            edit: Box::new(move || {
                let ending = line_ending(note);
                let comment = format!("{ending}{ending}<!-- studymark: {word} -->");
                edit_of(note, [(TextRange::empty(after), comment)])
            }),
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
