//! What asks outside of headings: whether it counts, and what should be said of it.

use std::collections::HashSet;

use crate::config::Config;
use crate::note::asks::{Kinds, Source, Standing, asks};
use crate::note::lookup::fold;
use crate::note::{DirectiveKind, Note};
use crate::text::TextRange;
use crate::vault::coverage::{AnswerState, AskAnswer, Flag};

/// A title that stands this often belongs to a form that is filled in, and is no question of its own.
const BOILERPLATE: usize = 3;

/// What asks outside of headings, judged.
#[derive(Default)]
pub struct JudgedAsks {
    /// By place; what a switch takes out is left out.
    pub asks: Vec<AskAnswer>,
    /// The starts of the switches that are for one of them and not for its section.
    pub own_directives: HashSet<u32>,
}

/// Judges what asks in `note` outside of headings.
pub fn judge_asks(note: &Note, config: &Config) -> JudgedAsks {
    let settings = &config.questions;
    let kinds = Kinds {
        details: settings.details,
        callouts: settings.callouts,
        pairs: settings.pairs,
        lists: settings.lists,
        card_tags: &settings.card_tags,
        words: &settings.words,
        stub_phrases: &settings.stub_phrases,
        skeleton: &settings.skeleton,
    };
    let found = asks(note, &kinds);
    let mut titles: Vec<String> = found.iter().map(|ask| fold(&ask.title).into_owned()).collect();
    titles.sort_unstable();
    let repeats = |title: &str| {
        let title = fold(title);
        let first = titles.partition_point(|known| known.as_str() < &*title);
        titles[first..].iter().take_while(|known| known.as_str() == &*title).count()
    };
    let directives_in = |range: TextRange| {
        let first = note.directives.partition_point(|directive| directive.range.start < range.start);
        note.directives[first..].iter().take_while(move |directive| directive.range.end <= range.end)
    };
    let own_directives: HashSet<u32> = found
        .iter()
        .flat_map(|ask| directives_in(ask.range))
        .map(|directive| directive.range.start)
        .collect();
    // A section that is left out is left out with all that stands in it.
    let left_out: HashSet<usize> = note
        .directives
        .iter()
        .filter(|directive| directive.kind == DirectiveKind::Ignore)
        .filter(|directive| !own_directives.contains(&directive.range.start))
        .filter_map(|directive| note.section_at(directive.range.start()))
        .collect();
    let mut judged = Vec::with_capacity(found.len());
    for ask in found {
        let section = note.section_at(ask.range.start());
        let said = |kind: DirectiveKind| directives_in(ask.range).any(|directive| directive.kind == kind);
        if section.is_some_and(|section| left_out.contains(&section)) {
            continue;
        }
        if said(DirectiveKind::Ignore) {
            continue;
        }
        let state = match ask.standing {
            _ if said(DirectiveKind::Answered) => AnswerState::Answered,
            _ if said(DirectiveKind::Todo) => AnswerState::Stub,
            Standing::Answered => AnswerState::Answered,
            Standing::PutOff => AnswerState::Stub,
            Standing::Open => AnswerState::Unanswered,
        };
        let flag = match state {
            _ if repeats(&ask.title) >= BOILERPLATE => None,
            AnswerState::Unanswered => Some(Flag::UnansweredQuestion),
            AnswerState::Stub => Some(Flag::StubAnswer),
            _ => None,
        };
        judged.push(AskAnswer { ask, section, state, flag });
    }
    JudgedAsks { asks: judged, own_directives }
}

/// Whether what asks in a section's own body makes that section a chapter: more than a callout beside other text.
pub fn group_of_questions<'a>(asks: impl Iterator<Item = &'a AskAnswer>) -> bool {
    asks.filter(|asked| asked.ask.source != Source::Callout).count() > 1
}
