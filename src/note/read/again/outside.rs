//! What reading a stretch of a note rests on outside of it: which references and footnotes are defined.
//!
//! Invariant: an edit that may change that for anything outside its stretch is not read by stretches.

use crate::markdown::{BlockTag, Event, walk};
use crate::note::read::again::Stretch;
use crate::note::read::shape::footnote_definition;
use crate::note::{LinkKind, Note};

/// The definitions outside of a stretch, in a text to be read before it.
#[derive(Default)]
pub struct Outside {
    /// That text; it ends every block. Empty when nothing is defined.
    pub lead: String,
    /// How many link definitions it holds.
    pub definitions: usize,
    /// How many footnotes it holds.
    pub footnotes: usize,
}

impl Outside {
    /// Those of a note of which a stretch became what stands at the stretch in `text`. `None` when the definitions in the
    /// stretch are others than before, or a label is one that cannot be repeated.
    pub fn of(old: &Note, text: &str, stretch: &Stretch) -> Option<Self> {
        let before = old.text.as_str().get(stretch.old.clone())?;
        let after = text.get(stretch.new.clone())?;
        if [before, after].iter().any(|piece| piece.contains("ALL-CONTRIBUTORS-LIST")) {
            return None;
        }
        if [before, after].iter().any(|piece| piece.contains("]:")) && labels(before) != labels(after) {
            return None;
        }
        let mut outside = Self::default();
        if !after.contains('[') || (old.definitions.is_empty() && old.footnotes.is_empty()) {
            return Some(outside);
        }
        let is_outside = |at: usize| !stretch.old.contains(&at);
        for definition in old.definitions.iter().filter(|definition| is_outside(definition.range.start())) {
            let label = old.text.slice(definition.label);
            if label.contains(['\n', '\r']) {
                return None;
            }
            outside.lead.push_str(&format!("[{label}]: x\n\n"));
            outside.definitions += 1;
        }
        for footnote in old.footnotes.iter().filter(|footnote| is_outside(footnote.range.start())) {
            outside.lead.push_str(&format!("[^{}]: x\n\n", old.text.slice(footnote.name)));
            outside.footnotes += 1;
        }
        if !outside.lead.is_empty() {
            outside.lead.push_str("***\n\n");
        }
        Some(outside)
    }
}

/// The labels of the definitions and the names of the footnotes in a piece of text, by place.
fn labels(piece: &str) -> (Vec<&str>, Vec<&str>) {
    let mut footnotes = Vec::new();
    let walked = walk(piece, |event, range| {
        if event == Event::BlockStart(BlockTag::Footnote) {
            let found = footnote_definition(piece, range);
            footnotes.push(found.map_or(range.of(piece), |found| found.name.of(piece)));
        }
    });
    (walked.definitions.iter().map(|definition| definition.label.of(piece)).collect(), footnotes)
}

/// Whether a note has so many references that the parser may give up on the last ones: what references repeat of their
/// definitions is limited for each text.
pub fn may_run_out(note: &Note) -> bool {
    /// The parser's own limit for short texts.
    const LIMIT: usize = 100_000;
    let Some(longest) = note.definitions.iter().map(|definition| definition.range.len()).max() else {
        return false;
    };
    let is_reference = |kind| matches!(kind, LinkKind::Reference | LinkKind::ImageReference);
    let references = note.links.iter().filter(|link| is_reference(link.kind)).count();
    // An entity may stand for more bytes than it has.
    references.saturating_mul(longest).saturating_mul(2) > LIMIT.max(note.text.len())
}
