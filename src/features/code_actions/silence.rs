//! Actions that say of a question how it is meant: ignored, answered, to be done.

use crate::features::code_actions::{Action, Context, Kind, edit_of, line_ending};
use crate::text::TextRange;

/// Codes about a section, which a comment in it settles.
const CODES: [&str; 4] = ["unanswered-question", "empty-section", "empty-chapter", "stub-answer"];

/// What a comment may say, and what the action that writes it is called.
const WORDS: [(&str, &str); 3] = [
    ("ignore", "Say nothing of this heading"),
    ("answered", "Count it as answered"),
    ("todo", "Mark it as to do"),
];

/// The actions for findings about sections.
pub fn add<'a>(context: &Context<'a>, actions: &mut Vec<Action<'a>>) {
    let note = context.note;
    let Some((index, finding)) = context.findings_here().find(|(_, found)| CODES.contains(&found.code))
    else {
        return;
    };
    let Some(heading) = note.headings.iter().find(|heading| heading.range.contains_range(finding.range))
    else {
        return;
    };
    let after = heading.range.end();
    for (word, title) in
        WORDS.into_iter().filter(|(word, _)| *word != "todo" || finding.code != "stub-answer")
    {
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
