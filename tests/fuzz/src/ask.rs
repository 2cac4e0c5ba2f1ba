//! Everything that is asked of one note: what it says, and what a request at a place of it gives.
//!
//! Invariant: whatever comes back fits the text of the note that it is about.

use std::sync::Arc;

use studymark::edit::{WorkspaceEdit, apply};
use studymark::features::call_hierarchy;
use studymark::features::cards::cards;
use studymark::features::code_actions::{self, Finding, actions};
use studymark::features::completion::{self, Memo, complete};
use studymark::features::definition::{Sought, definition};
use studymark::features::diagnostics::check_and_compare;
use studymark::features::document_links::{document_links, term_links};
use studymark::features::folding::folds;
use studymark::features::hover::{Known, hover};
use studymark::features::lenses::lenses;
use studymark::features::references::{Declaration, highlights, references};
use studymark::features::rename::{prepare, rename};
use studymark::features::selection::selection_ranges;
use studymark::features::symbols::{Symbol, flatten, outline};
use studymark::features::term_hints::term_hints;
use studymark::features::term_tokens::term_tokens;
use studymark::note::asks::{Kinds, asks};
use studymark::note::emphasis::broken_emphasis;
use studymark::note::lines::lines;
use studymark::note::series::breaks;
use studymark::note::sought::Sought as Names;
use studymark::note::{Note, tokens};
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::blocks::Blocks;
use studymark::syntax::context::Context;
use studymark::text::{Buffer, PositionEncoding, Text, TextRange};
use studymark::vault::Vault;
use studymark::vault::comparison::Comparison;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::Form;
use studymark::vault::topics::Topics;

use super::{fits, places};

/// The units in which columns are counted.
pub const ENCODINGS: [PositionEncoding; 3] =
    [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

/// What the note says by itself.
pub fn facts(note: &Note) {
    let text = note.text.as_str();
    let fits = |what, range| fits(what, text, range);
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    for heading in &note.headings {
        fits("heading", heading.range);
        fits("content", heading.content);
        assert!(heading.range.contains_range(heading.content), "{heading:?} in {text:?}");
        assert!((1..=6).contains(&heading.level));
        if let Some(number) = heading.number() {
            fits("number", number.range);
            assert!(heading.content.contains_range(number.range), "{heading:?} in {text:?}");
        }
    }
    assert_eq!(note.headings.len(), note.sections.len());
    for (index, section) in note.sections.iter().enumerate() {
        fits("section", section.range);
        fits("body", section.body);
        assert_eq!(section.range.start, note.headings[index].range.start, "in {text:?}");
        let Some(parent) = section.parent else { continue };
        let above = note.sections.get(parent as usize).filter(|_| (parent as usize) < index);
        assert!(
            above.is_some_and(|above| above.range.contains_range(section.range)),
            "section {index} is not in {above:?} in {text:?}"
        );
    }
    for link in &note.links {
        fits("link", link.range);
        fits("label", link.label);
        fits("target", link.target);
    }
    assert!(note.links.windows(2).all(|two| two[0].range.start <= two[1].range.start), "{text:?}");
    assert!(note.headings.windows(2).all(|two| two[0].range.start < two[1].range.start), "{text:?}");
    let simple = [
        ("block", note.blocks.iter().map(|block| block.range).collect::<Vec<_>>()),
        ("anchor", note.anchors.iter().map(|anchor| anchor.name).collect()),
        ("tag", note.tags.to_vec()),
        ("mask", note.masks.iter().map(|mask| mask.range).collect()),
        ("directive", note.directives.iter().map(|directive| directive.range).collect()),
        ("task", note.tasks.iter().map(|task| task.marker).collect()),
        ("item", note.asking_items.iter().flat_map(|item| [item.range, item.question]).collect()),
        ("details", note.details.iter().flat_map(|details| [details.range, details.summary]).collect()),
        ("definition", note.definitions.iter().flat_map(|one| [one.range, one.label, one.target]).collect()),
        ("footnote", note.footnotes.iter().flat_map(|one| [one.range, one.name]).collect()),
        ("callout", note.callouts.iter().flat_map(|one| [one.range, one.kind, one.title]).collect()),
        ("front matter", note.front_matter.iter().map(|block| block.range).collect()),
        ("contributors", note.contributors.into_iter().collect()),
    ];
    for (what, ranges) in simple {
        ranges.into_iter().for_each(|range| fits(what, range));
    }
    let kinds = Kinds {
        details: true,
        callouts: true,
        pairs: true,
        lists: true,
        card_tags: &["flashcards".to_owned(), "卡片".to_owned()],
        words: &["谈谈".to_owned()],
        stub_phrases: &["待补充".to_owned()],
        skeleton: "## 定义\n\n## 例子\n",
    };
    for ask in asks(note, &kinds) {
        fits("ask", ask.range);
        fits("what is asked", ask.selection);
        fits("the answer", ask.answer);
    }
    for definition in note.terms() {
        fits("term", definition.range);
        fits("name of a term", definition.name_range);
        assert!(!definition.name.is_empty());
        assert!(definition.section.is_none_or(|section| (section as usize) < note.sections.len()));
    }
    let mut end = 0;
    for line in lines(note) {
        fits("line", line.range);
        assert!(line.range.start() >= end, "{:?} in {text:?}", line.range);
        end = line.range.end();
    }
    for found in breaks(note) {
        assert!(found.heading < note.headings.len());
    }
    for found in broken_emphasis(note) {
        fits("emphasis", found.range);
    }
    looked_up(note);
    tokens::each_token(text, |token| assert!(!token.is_empty()));
    assert!(Names::of(note).len() <= note.headings.len() + 64 + note.text.len());
    assert!(length as usize == text.len());
}

/// What a name finds has that name.
fn looked_up(note: &Note) {
    for (index, heading) in note.headings.iter().enumerate() {
        let by_slug = note.heading_by_slug(note.slug(index));
        assert!(by_slug.is_some_and(|found| found <= index), "{:?} in {:?}", note.slug(index), note.text);
        if !heading.title().trim().is_empty() {
            let called = note.headings_called(heading.title());
            assert!(called.contains(&index), "{:?} in {:?}", heading.title(), note.text);
        }
        let _ = note.heading_by_mkdocs_slug(note.slug(index));
        let _ = tokens::topic_tokens(heading.title());
        let _ = tokens::same_title(heading.title());
    }
    for definition in &note.definitions {
        assert!(note.definition(note.text.slice(definition.label)).is_some(), "{:?}", note.text);
    }
    for footnote in &note.footnotes {
        assert!(note.footnote(note.text.slice(footnote.name)).is_some(), "{:?}", note.text);
    }
    for anchor in &note.anchors {
        let _ = note.anchor(note.text.slice(anchor.name));
    }
    for offset in places(note.text.as_str(), 40) {
        if let Some(section) = note.section_at(offset) {
            assert!(note.sections[section].range.touches(offset));
            assert!(note.sections[note.topmost(section)].parent.is_none());
        }
        if let Some(subject) = note.subject_at(offset) {
            fits("subject", note.text.as_str(), note.subject_range(subject));
        }
    }
    // The facts, not the notes: those are equal for being the same reading.
    note.terms();
    if let Some(rested) = note.at_rest() {
        assert_eq!(**note, *rested, "a note at rest says something else");
        assert_eq!(note.terms(), rested.terms());
    }
}

/// Offsets become places and come back, in every unit, in a text as in a buffer.
pub fn positions(text: &Text, buffer: &Buffer) {
    assert_eq!(text.line_count(), buffer.line_count(), "{text:?}");
    for offset in places(text.as_str(), 16) {
        let within_break =
            text.as_str()[..offset].ends_with('\r') && text.as_str()[offset..].starts_with('\n');
        for encoding in ENCODINGS {
            let at = text.line_col(offset, encoding);
            assert_eq!(buffer.offset(at, encoding), text.offset(at, encoding), "{at:?} of {text:?}");
            assert!(within_break || text.offset(at, encoding) == offset, "{offset} of {text:?}");
        }
        let point = buffer.point(offset);
        let bytes = text.line_col(offset, PositionEncoding::Utf8);
        assert_eq!(
            (point.offset, point.row, point.column),
            (offset, bytes.line as usize, bytes.column as usize)
        );
    }
}

/// The syntax tree at a place, and what the cursor is inside of.
pub fn tree(blocks: &Blocks, buffer: &Buffer, text: &str, offset: usize) {
    let around = blocks.around(offset);
    for block in &around {
        fits("block of the tree", text, block.range);
    }
    for pair in around.windows(2) {
        assert!(pair[1].range.contains_range(pair[0].range), "{pair:?} in {text:?}");
    }
    let Some(leaf) = blocks.leaf(offset) else { return };
    fits("inline text", text, leaf.inline);
    leaf.marks.iter().for_each(|mark| fits("mark", text, *mark));
    assert_eq!(leaf.text(buffer, leaf.inline).len(), leaf.inline.len(), "{leaf:?} in {text:?}");
}

/// A note among others, with what is found once for all its places.
pub struct Ground {
    vault: Vault,
    glossary: Glossary,
    topics: Topics,
    note: Arc<Note>,
    compared: Comparison,
    findings: Vec<Finding>,
}

impl Ground {
    /// For this note of the vault.
    pub fn of(vault: Vault, note: &Arc<Note>) -> Self {
        let (glossary, topics) = (Glossary::of(&vault), Topics::of(&vault));
        let compared = vault.compare(&topics, note);
        let found = check_and_compare(&vault, &topics, note).into_iter().map(|found| {
            fits(found.code, note.text.as_str(), found.range);
            let suggestion =
                found.data.into_iter().find(|(name, _)| *name == "suggestion").map(|(_, text)| text);
            Finding { range: found.range, code: found.code, suggestion }
        });
        let findings = found.collect();
        Self { glossary, topics, note: Arc::clone(note), compared, findings, vault }
    }
}

/// What is asked of a note as a whole.
pub fn whole(ground: &Ground) {
    let Ground { vault, glossary, note, .. } = ground;
    let text = note.text.as_str();
    for fold in folds(note) {
        fits("fold", text, fold.range);
    }
    let symbols = outline(vault, note);
    symbols.iter().for_each(|symbol| nested(text, symbol));
    for (symbol, _) in flatten(&symbols) {
        fits("symbol", text, symbol.range);
    }
    for link in document_links(vault, note).iter().chain(&term_links(vault, glossary, note)) {
        fits("document link", text, link.range);
    }
    for lens in lenses(vault, note) {
        fits("lens", text, lens.range);
    }
    let all = TextRange::new(0, text.len());
    let _ = vault.preview(note, all);
    let _ = vault.preview_as(note, all, Form::Plain);
    let _ = cards(vault, note, &NotePath::new("/"), &|_| true);
    for token in term_tokens(vault, glossary, note, all) {
        fits("token", text, token.range);
    }
    let _ = term_hints(vault, glossary, note, all);
    for mention in vault.mentions(glossary, note).iter() {
        fits("mention", text, mention.range);
    }
    let buffer = Buffer::new(text);
    let offsets = places(text, 12);
    for (chain, offset) in selection_ranges(&buffer, &offsets).iter().zip(&offsets) {
        for range in chain {
            fits("selection", text, *range);
            assert!(range.touches(*offset), "{chain:?} at {offset} of {text:?}");
        }
        assert!(chain.windows(2).all(|two| two[1].contains_range(two[0])), "{chain:?} in {text:?}");
    }
}

fn nested(text: &str, symbol: &Symbol) {
    assert!(symbol.range.contains_range(symbol.selection), "{symbol:?} in {text:?}");
    for child in &symbol.children {
        assert!(symbol.range.contains_range(child.range), "{child:?} of {symbol:?} in {text:?}");
        nested(text, child);
    }
}

/// What is asked at one place of a note.
pub fn at(ground: &Ground, offset: usize) {
    let Ground { vault, glossary, topics, note, compared, .. } = ground;
    let text = note.text.as_str();
    let inside = |path: &NotePath, range| {
        if let Some(note) = vault.note(path) {
            fits("a place", note.text.as_str(), range);
        }
    };
    for place in references(vault, glossary, note, offset, Declaration::Included) {
        inside(&place.note.path, place.range);
    }
    for place in highlights(vault, glossary, note, offset) {
        inside(&place.note.path, place.range);
    }
    for form in [Form::Markdown, Form::Plain] {
        let known = Known { glossary, compared: Some(compared), topics: Some(topics) };
        if let Some(hover) = hover(vault, known, note, offset, form) {
            fits("hover", text, hover.range);
        }
    }
    for sought in [Sought::Definition, Sought::Declaration] {
        let Some((origin, destinations)) = definition(vault, glossary, note, offset, sought) else {
            continue;
        };
        fits("origin", text, origin);
        for to in destinations {
            to.range.into_iter().for_each(|range| inside(&to.path, range));
            inside(&to.path, to.selection);
        }
    }
    for card in call_hierarchy::prepare(vault, note, offset) {
        let calls = call_hierarchy::outgoing(vault, &card.topic);
        for call in calls.iter().chain(&call_hierarchy::incoming(vault, &card.topic)) {
            inside(&call.card.topic.path, call.card.range);
        }
    }
    completed(vault, glossary, note, offset);
    done(ground, offset);
    if let Ok(renamable) = prepare(vault, glossary, note, offset) {
        fits("what is renamed", text, renamable.range);
    }
    if let Ok(edit) = rename(vault, glossary, note, offset, "新名 a") {
        applied(vault, &edit);
    }
}

fn completed(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, offset: usize) {
    let context = Context::at(&Buffer::new(note.text.as_str()), &mut Tree::new(), offset);
    let request = completion::Request { vault, glossary, note, context: &context, recent: &[] };
    for item in complete(&request, &mut Memo::default()).items {
        let (range, _) = &item.edit;
        fits("completion", note.text.as_str(), *range);
        assert!(range.touches(offset), "{item:?} at {offset} of {:?}", note.text);
        let lines = [range.start(), range.end()].map(|at| note.text.line_of(at));
        assert_eq!(lines[0], lines[1], "{item:?} is on one line of {:?}", note.text);
        for (range, _) in &item.more {
            fits("completion elsewhere", note.text.as_str(), *range);
        }
    }
}

fn done(ground: &Ground, offset: usize) {
    let Ground { vault, glossary, note, compared, findings, .. } = ground;
    let range = TextRange::empty(offset);
    let context = code_actions::Context { vault, note, range, findings, compared: Some(compared), glossary };
    for action in actions(&context) {
        applied(vault, &(action.edit)());
    }
}

/// The vault after an edit, which fits the texts that it is for.
pub fn applied(vault: &Vault, edit: &WorkspaceEdit) -> Vault {
    let mut after = vault.clone();
    for (path, edits) in &edit.edited {
        let Some(note) = vault.note(path) else { panic!("{path} is edited and not there: {edit:?}") };
        let text = note.text.as_str();
        edits.iter().for_each(|edit| fits("edit", text, edit.range));
        assert!(
            edits.windows(2).all(|two| two[0].range.end() <= two[1].range.start()),
            "{edits:?} overlap in {text:?}"
        );
        after.insert(Arc::new(Note::read(path.clone(), apply(text, edits))));
    }
    for (path, text) in &edit.created {
        assert!(!vault.has_file(path), "{path} is new");
        after.insert(Arc::new(Note::read(path.clone(), text.as_str())));
    }
    edit.deleted.iter().for_each(|path| {
        after.remove(path);
    });
    after
}
