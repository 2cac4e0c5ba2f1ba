//! What is said of a note at this moment: its findings, less those that would nag someone who is typing.
//!
//! Invariant: pure functions of a snapshot; what is pushed and what is pulled come from here alike.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::Arc;

use tower_lsp::ls_types;

use crate::config::Feature;
use crate::features::code_actions::ABOUT_SECTIONS;
use crate::features::diagnostics::{self, Diagnostic, Examined};
use crate::features::lenses::{self, Lens};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::convert;
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
pub fn examine(snapshot: &Snapshot, note: &Arc<Note>) -> Examined {
    if !snapshot.has(Feature::Diagnostics, &note.path) {
        return Examined { diagnostics: Vec::new(), unknown: Vec::new() };
    }
    let mut examined = diagnostics::examine(&snapshot.vault, note);
    if let Some(document) = snapshot.open.get(&note.path) {
        diagnostics::merge(&mut examined.diagnostics, &document.compared.diagnostics(&note.path));
    }
    examined
}

/// The findings about a note, as they are to be shown now.
pub fn findings(snapshot: &Snapshot, note: &Arc<Note>) -> Shown {
    let Examined { diagnostics: mut found, unknown } = examine(snapshot, note);
    let typing_at = snapshot.open.get(&note.path).and_then(|document| document.typing_at);
    let withheld = typing_at.is_some_and(|offset| withhold(&mut found, note, offset));
    let items = found.iter().map(|found| convert::diagnostic(snapshot, &note.text, found)).collect();
    Shown { items, withheld, unknown }
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
    let mut hasher = Hashed(DefaultHasher::new());
    // Findings are plain data, which always has a JSON form.
    let _ = serde_json::to_writer(&mut hasher, items);
    format!("{:016x}", hasher.0.finish())
}

/// Hashes what is written to it, so that the text of many findings is never put together.
struct Hashed(DefaultHasher);

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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
