//! Asking at any place never panics and gives ranges that fit; what a link leads to knows the link.

use std::sync::Arc;

use proptest::prelude::{prop_assert, proptest};
use proptest::test_runner::TestCaseError;

use studymark::features::call_hierarchy;
use studymark::features::definition::{Sought, definition};
use studymark::features::document_links::document_links;
use studymark::features::hover::{Known, hover};
use studymark::features::references::{Declaration, highlights, references};
use studymark::note::Note;
use studymark::note::subject::Subject;
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::Vault;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::{Form, Piece};

use crate::vault::{NAMES, empty, text};

fn fits(vault: &Vault, path: &NotePath, range: TextRange) -> Result<(), TestCaseError> {
    let Some(note) = vault.note(path) else {
        return Err(TestCaseError::fail(format!("no note {path}")));
    };
    let inside = note.text.as_str().get(range.start()..range.end()).is_some();
    prop_assert!(inside, "{:?} in {} {:?}", range, path, note.text);
    Ok(())
}

/// All that can be asked at one place.
fn ask(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> Result<(), TestCaseError> {
    let found = references(vault, glossary, note, offset, Declaration::Included);
    for place in found.iter().chain(&highlights(vault, glossary, note, offset)) {
        fits(vault, &place.note.path, place.range)?;
    }
    let order = |a: &usize, b: &usize| {
        (&found[*a].note.path, found[*a].range) < (&found[*b].note.path, found[*b].range)
    };
    prop_assert!((1..found.len()).all(|at| order(&(at - 1), &at)), "in order, each once");
    for form in [Form::Markdown, Form::Plain] {
        let known = Known { glossary, compared: None, topics: None };
        if let Some(hover) = hover(vault, known, note, offset, form) {
            fits(vault, &note.path, hover.range)?;
            prop_assert!(hover.range.touches(offset) || note.subject_at(offset).is_some());
        }
    }
    for card in call_hierarchy::prepare(vault, note, offset) {
        calls(vault, &card)?;
    }
    leads_and_is_known(vault, glossary, note, offset, Sought::Definition)?;
    leads_and_is_known(vault, glossary, note, offset, Sought::Declaration)
}

fn calls(vault: &Vault, card: &call_hierarchy::Card) -> Result<(), TestCaseError> {
    fits(vault, &card.topic.path, card.range)?;
    prop_assert!(card.range.contains_range(card.selection));
    for call in call_hierarchy::incoming(vault, &card.topic) {
        for range in call.links {
            fits(vault, &call.card.topic.path, range)?;
        }
    }
    for call in call_hierarchy::outgoing(vault, &card.topic) {
        prop_assert!(call.card.range.contains_range(call.card.selection));
        for range in call.links {
            fits(vault, &card.topic.path, range)?;
        }
    }
    let again = call_hierarchy::find(vault, &card.topic.path, card.topic.section, &card.name);
    prop_assert!(again.as_ref() == Some(&card.topic));
    Ok(())
}

/// A definition that is found has the place it was asked from among its references.
fn leads_and_is_known(
    vault: &Vault,
    glossary: &Glossary,
    note: &Arc<Note>,
    offset: usize,
    sought: Sought,
) -> Result<(), TestCaseError> {
    let Some((origin, destinations)) = definition(vault, glossary, note, offset, sought) else {
        return Ok(());
    };
    fits(vault, &note.path, origin)?;
    for to in destinations {
        let Some(range) = to.range else { continue };
        fits(vault, &to.path, range)?;
        prop_assert!(range.contains_range(to.selection));
        let Some(target) = vault.note(&to.path) else { continue };
        // Lines, and notes whose first character belongs to something else, have no place of their own; neither has a
        // heading that opens with a link.
        let start = to.selection.start();
        let subject = target.subject_at(start);
        let of_heading = target.headings.iter().any(|heading| heading.content == to.selection);
        let on_it = subject.is_some_and(|subject| {
            let link_of_heading = of_heading && matches!(subject, Subject::Link(_));
            // The start of a note may be a heading without a text, which is another thing.
            let nameless = to.selection.is_empty() && matches!(subject, Subject::Heading(_));
            target.subject_range(subject) == to.selection && !link_of_heading && !nameless
        });
        let whole = subject.is_none() && range.is_empty() && start == 0;
        if !on_it && !whole {
            continue;
        }
        let known = references(vault, glossary, target, start, Declaration::Included);
        let link = |place: &studymark::vault::occurrences::Occurrence| {
            place.note.path == note.path && place.range.contains_range(origin)
        };
        prop_assert!(known.iter().any(link), "{:?} of {:?} leads to {:?}", origin, note.text, to);
    }
    Ok(())
}

/// Everywhere in every note.
fn ask_everywhere(vault: &Vault, step: usize) -> Result<(), TestCaseError> {
    let glossary = Glossary::of(vault);
    for note in vault.notes() {
        for link in document_links(vault, note) {
            fits(vault, &note.path, link.range)?;
        }
        let offsets = note.text.as_str().char_indices().map(|(at, _)| at).step_by(step);
        for offset in offsets.chain([note.text.len(), note.text.len() + 9]) {
            ask(vault, &glossary, note, offset)?;
        }
    }
    Ok(())
}

/// Whether Markdown might find a tag in the text: outside code, which may hold anything.
fn opens_a_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
            && !text[..at].ends_with('\\')
    })
}

proptest! {
    #[test]
    fn asking_anywhere_in_any_text(texts in proptest::collection::vec(text(), NAMES.len())) {
        let mut vault = empty();
        for (name, text) in NAMES.iter().zip(&texts) {
            vault.insert(Arc::new(Note::read(NotePath::new("/").join(name), text.as_str())));
        }
        vault.insert_file(&NotePath::new("/p.png"));
        ask_everywhere(&vault, 3)?;
    }

    #[test]
    fn previews_hold_no_html(text in text()) {
        let mut vault = empty();
        // Code may hold anything, so there is none.
        let mut text = text.replace(['`', '~', '\t'], " ");
        while text.contains("    ") {
            text = text.replace("    ", " ");
        }
        let note = Arc::new(Note::read(NotePath::new("/n.md"), text));
        vault.insert(Arc::clone(&note));
        let pieces = vault.preview(&note, TextRange::new(0, note.text.len()));
        let shown: String =
            pieces.iter().map(|piece| if let Piece::Markdown(text) = piece { text.as_str() } else { "uri" }).collect();
        let shown = shown.replace("<http://x.y>", "");
        prop_assert!(!opens_a_tag(&shown), "{:?} of {:?}", shown, note.text);
    }
}

#[test]
fn asking_anywhere_in_the_fixtures() {
    let mut vault = empty();
    for (name, text) in crate::fixtures() {
        vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{name}")), text)));
    }
    ask_everywhere(&vault, 11).unwrap();
}
