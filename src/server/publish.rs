//! What is said of a note at this moment: its findings, less those that would nag someone who is typing.
//!
//! Invariant: pure functions of a snapshot; what is pushed and what is pulled come from here alike.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::ls_types::{self, DiagnosticSeverity};

use crate::config::Feature;
use crate::features::code_actions::ABOUT_SECTIONS;
use crate::features::diagnostics::{self, Diagnostic, Examined, Known};
use crate::features::lenses::{self, Lens};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::convert;
use crate::server::documents::LONG;
use crate::server::snapshot::Snapshot;

/// What is to be shown of one note.
pub struct Shown {
    /// The findings.
    pub items: Vec<ls_types::Diagnostic>,
    /// Some were withheld.
    pub withheld: bool,
    /// What would have to be looked up on disk to be sure of them.
    pub unknown: Vec<NotePath>,
}

/// Every finding about a note, with what its last comparison found; none when they are switched off.
pub fn examine(snapshot: &Snapshot, note: &Arc<Note>) -> Vec<Diagnostic> {
    if !snapshot.has(Feature::Diagnostics, &note.path) {
        return Vec::new();
    }
    let mut found = diagnostics::examine(&snapshot.vault, note).diagnostics;
    add_compared(snapshot, note, &mut found);
    found
}

fn add_compared(snapshot: &Snapshot, note: &Note, found: &mut Vec<Diagnostic>) {
    if let Some(document) = snapshot.open.get(&note.path) {
        diagnostics::merge(found, &document.compared.diagnostics(&note.path));
    }
}

/// The findings about a note, as they are to be shown now.
pub fn findings(snapshot: &Snapshot, note: &Arc<Note>) -> Shown {
    if !snapshot.has(Feature::Diagnostics, &note.path) {
        return Shown { items: Vec::new(), withheld: false, unknown: Vec::new() };
    }
    let open = snapshot.open.get(&note.path);
    let known = open.and_then(|document| document.known.take());
    let Examined { diagnostics: mut found, unknown, links } =
        diagnostics::examine_again(&snapshot.vault, note, known);
    add_compared(snapshot, note, &mut found);
    let typing_at = open.and_then(|document| document.typing_at);
    let withheld = typing_at.is_some_and(|offset| withhold(&mut found, note, offset));
    let items = convert::diagnostics(snapshot, &note.text, &found);
    if let Some(document) = open.filter(|_| note.text.len() >= LONG) {
        document.known.put(Known { diagnostics: found, links });
    }
    Shown { items, withheld, unknown }
}

/// What was last found of an open note, for whoever looks next. Who looks meanwhile looks at everything.
#[derive(Clone, Default)]
pub struct LastFound(Arc<Mutex<Option<Known>>>);

impl LastFound {
    fn take(&self) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, known: Known) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(known);
        drop(before);
    }
}

/// Takes out the question findings about the section in which someone is typing at byte `offset`. Returns whether
/// there were any.
///
/// In `## 什么是闭包？⏎⏎|⏎## 什么是作用域？` with the cursor at `|` the first question is left alone, the second is not.
pub fn withhold(found: &mut Vec<Diagnostic>, note: &Note, offset: usize) -> bool {
    let typed_in = note.section_at(offset);
    let before = found.len();
    found.retain(|finding| {
        !ABOUT_SECTIONS.contains(&finding.code) || note.section_at(finding.range.start()) != typed_in
    });
    found.len() < before
}

/// The lenses of a note, unless they are switched off.
pub fn lenses(snapshot: &Snapshot, note: &Arc<Note>) -> Vec<Lens> {
    let on = snapshot.has(Feature::CodeLens, &note.path);
    if on { lenses::lenses(&snapshot.vault, note) } else { Vec::new() }
}

/// A name for lenses that changes when they do.
pub fn name_of(lenses: &[Lens]) -> u64 {
    let mut hasher = DefaultHasher::new();
    lenses.hash(&mut hasher);
    hasher.finish()
}

/// A name for these findings that changes when they do.
pub fn result_id(items: &[ls_types::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    items.len().hash(&mut hasher);
    for item in items {
        (item.range, &item.code, &item.message).hash(&mut hasher);
        let unnecessary = item.tags.as_ref().map(Vec::len);
        let severities =
            [DiagnosticSeverity::ERROR, DiagnosticSeverity::WARNING, DiagnosticSeverity::INFORMATION];
        (unnecessary, severities.map(|severity| item.severity == Some(severity))).hash(&mut hasher);
        item.related_information.as_ref().map(Vec::len).hash(&mut hasher);
        for related in item.related_information.iter().flatten() {
            (&related.location, &related.message).hash(&mut hasher);
        }
        if let Some(data) = &item.data {
            data.hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::withhold;
    use crate::config::Severity;
    use crate::features::diagnostics::Diagnostic;
    use crate::fixture::Fixture;
    use expect_test::{Expect, expect};

    /// Gives every heading of the fixture each code, and lists what is left when someone types at `$0`.
    fn check(fixture: &str, expected: &Expect) {
        let fixture = Fixture::parse(fixture);
        let note = fixture.first();
        let mut found: Vec<Diagnostic> = Vec::new();
        for heading in &note.headings {
            for code in ["unanswered-question", "stub-answer", "missing-note"] {
                found.push(Diagnostic {
                    range: heading.content,
                    code,
                    severity: Severity::Hint,
                    message: String::new(),
                    unnecessary: false,
                    related: Vec::new(),
                    data: Vec::new(),
                });
            }
        }
        let (_, offset) = fixture.cursor.clone().unwrap();
        let withheld = withhold(&mut found, note, offset);
        let mut left: Vec<String> =
            found.iter().map(|found| format!("{} {}", note.text.slice(found.range), found.code)).collect();
        left.push(format!("withheld: {withheld}"));
        expected.assert_eq(&left.join("\n"));
    }

    #[test]
    fn the_section_under_the_cursor_is_left_alone() {
        check(
            "# 一\n## 什么是闭包？\n\n$0\n## 什么是作用域？\n",
            &expect![[r#"
                一 unanswered-question
                一 stub-answer
                一 missing-note
                什么是闭包？ missing-note
                什么是作用域？ unanswered-question
                什么是作用域？ stub-answer
                什么是作用域？ missing-note
                withheld: true"#]],
        );
    }

    #[test]
    fn typing_a_heading_is_typing_in_its_section() {
        check(
            "# 一\n## 什么$0\n## 二\n",
            &expect![[r#"
                一 unanswered-question
                一 stub-answer
                一 missing-note
                什么 missing-note
                二 unanswered-question
                二 stub-answer
                二 missing-note
                withheld: true"#]],
        );
    }

    #[test]
    fn the_last_line_of_a_note_is_in_its_last_section() {
        check(
            "## 一\n## 二\n$0",
            &expect![[r#"
                一 unanswered-question
                一 stub-answer
                一 missing-note
                二 missing-note
                withheld: true"#]],
        );
    }

    #[test]
    fn before_the_first_heading_nothing_is_withheld() {
        check(
            "$0x\n\n## 一\n",
            &expect![[r#"
                一 unanswered-question
                一 stub-answer
                一 missing-note
                withheld: false"#]],
        );
    }
}
