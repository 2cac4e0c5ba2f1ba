//! Everything that can be done at any place of any note can be done: edits fit, and no link is broken by them.

use std::sync::Arc;

use proptest::prelude::{any, prop_assert, proptest};
use proptest::sample::Index;

use studymark::edit::{WorkspaceEdit, apply};
use studymark::features::code_actions::{Context, Finding, Kind, actions};
use studymark::features::diagnostics::check_and_compare;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::Vault;
use studymark::vault::glossary::Glossary;
use studymark::vault::resolve::Resolution;
use studymark::vault::topics::Topics;

use crate::rename::{Titles, build, plans};
use crate::vault::empty;

/// The edits of everything that can be done at a place.
fn everything(vault: &Vault, note: &Arc<Note>, at: usize) -> Vec<(Kind, String, WorkspaceEdit)> {
    let topics = Topics::of(vault);
    let compared = vault.compare(&topics, note);
    let found = check_and_compare(vault, &topics, note).into_iter().map(|found| Finding {
        range: found.range,
        code: found.code,
        suggestion: found.data.into_iter().find(|(name, _)| *name == "suggestion").map(|(_, text)| text),
    });
    let findings: Vec<Finding> = found.collect();
    let context = Context {
        vault,
        note,
        range: TextRange::empty(at),
        findings: &findings,
        compared: Some(&compared),
        glossary: &Glossary::of(vault),
    };
    actions(&context).iter().map(|action| (action.kind, action.title.clone(), (action.edit)())).collect()
}

/// The vault after an edit. The edits fit the texts.
fn after(vault: &Vault, edit: &WorkspaceEdit) -> Vault {
    let mut changed = vault.clone();
    for (path, edits) in &edit.edited {
        let text = vault.note(path).expect("what is edited is there").text.as_str();
        assert!(edits.windows(2).all(|two| two[0].range.end() <= two[1].range.start()), "{edits:?}");
        assert!(
            edits.iter().all(|edit| text.get(edit.range.start()..edit.range.end()).is_some()),
            "{edits:?}"
        );
        changed.insert(Arc::new(Note::read(path.clone(), apply(text, edits))));
    }
    for (path, text) in &edit.created {
        assert!(!vault.has_file(path), "{path} is new");
        changed.insert(Arc::new(Note::read(path.clone(), text.as_str())));
    }
    for path in &edit.deleted {
        changed.remove(path);
    }
    changed
}

/// How many links lead to nothing.
fn broken(vault: &Vault) -> usize {
    let resolved = vault.notes().flat_map(|note| vault.resolve_all(note));
    resolved.filter(|(_, resolution)| matches!(resolution, Resolution::Missing(_))).count()
}

#[test]
fn what_can_be_done_anywhere_fits() {
    let mut vault = empty();
    for (name, text) in crate::fixtures() {
        vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{name}")), text)));
    }
    for note in vault.notes() {
        let text = note.text.as_str();
        let step = (text.len() / 150).max(1);
        for (at, _) in text.char_indices().step_by(step) {
            for (_, _, edit) in everything(&vault, note, at) {
                after(&vault, &edit);
            }
        }
    }
}

proptest! {
    #[test]
    fn sections_taken_out_and_notes_put_in_break_no_link(plans in plans(), note in any::<Index>(), at in any::<Index>()) {
        let vault = build(&plans, Titles::Repeated);
        let note = vault.notes().nth(note.index(vault.len())).unwrap();
        let before = broken(&vault);
        for (kind, title, edit) in everything(&vault, note, at.index(note.text.len() + 1)) {
            let now = broken(&after(&vault, &edit));
            let moves = matches!(kind, Kind::Extract | Kind::Inline | Kind::Rewrite);
            prop_assert!(!moves || now <= before, "{title} broke links: {edit:?} in {:?}", note.text.as_str());
        }
    }
}
