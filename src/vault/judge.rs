//! Which sections are answered, which ask, which group others, and what should be said of each.
//!
//! Invariant: a function of the note, the settings and where its links lead; one pass from the last section to the
//! first for the states, one from the first to the last for the roles.

mod asks;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::config::{Config, Questions};
use crate::note::lookup::fold;
use crate::note::{DirectiveKind, Heading, LinkKind, Note, Place as Container, Substance, wording};
use crate::vault::Vault;
use crate::vault::coverage::{AnswerState, Answers, AskAnswer, Flag, SectionAnswer};
use crate::vault::judge::asks::{JudgedAsks, group_of_questions, judge_asks};
use crate::vault::resolve::{Missing, Place, Resolution};

/// What the own body of a section amounts to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    Content,
    Delegated,
    Stub,
    Nothing,
}

/// Content by itself, whatever else stands beside it.
const CONTENT: Substance = Substance::TABLE
    .with(Substance::CODE)
    .with(Substance::MATH)
    .with(Substance::INCLUDE)
    .with(Substance::MEDIA)
    .with(Substance::DEFINITION);

struct Judge<'a> {
    vault: &'a Vault,
    note: &'a Arc<Note>,
    config: &'a Config,
    own: Vec<Own>,
    ignored: Vec<bool>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    /// What asks outside of headings, by place.
    asks: Vec<AskAnswer>,
    /// Which of those stand in each section's own body: indices into `asks`.
    own_asks: HashMap<usize, Vec<usize>>,
    states: Vec<AnswerState>,
    /// The titles of the note as numbers, in order, each as often as it stands there; made when first asked for.
    repeats: OnceCell<Vec<u64>>,
    /// Of the sections of each parent, those at the root last, how many are numbered and how many ask.
    groups: OnceCell<Vec<Group>>,
}

/// What the sections of one parent are.
#[derive(Clone, Copy, Default)]
struct Group {
    count: usize,
    numbered: usize,
    asking: usize,
}

/// Judges every section of `note`.
pub fn judge(vault: &Vault, note: &Arc<Note>) -> Answers {
    let mut judge = Judge::new(vault, note);
    judge.find_states();
    let sections = judge.roles();
    Answers { sections, asks: judge.asks }
}

/// Whether a section has an answer, as far as that can be told without judging its note; of one that says nothing of it
/// by directives.
pub fn plainly_answered(vault: &Vault, note: &Note, section: usize) -> bool {
    let questions = &vault.config_of(&note.path).questions;
    note.headings.get(section).zip(note.sections.get(section)).is_some_and(|(heading, section)| {
        note.directives.is_empty()
            && (section.substance.has(CONTENT)
                || (section.substance.has(Substance::TEXT) && !puts_off(heading, questions)))
    })
}

/// Whether the whole of a body, that under a heading, puts the answer off.
fn puts_off(heading: &Heading, questions: &Questions) -> bool {
    heading.short_body().is_some_and(|body| {
        wording::is_stub(body, &questions.stub_phrases) || wording::is_skeleton(body, &questions.skeleton)
    })
}

impl<'a> Judge<'a> {
    fn new(vault: &'a Vault, note: &'a Arc<Note>) -> Self {
        let count = note.sections.len();
        let mut children = vec![Vec::new(); count];
        let mut roots = Vec::new();
        for (index, section) in note.sections.iter().enumerate() {
            match section.parent {
                Some(parent) => children[parent as usize].push(index),
                None => roots.push(index),
            }
        }
        let config = vault.config_of(&note.path);
        let mut judge = Self {
            vault,
            note,
            config,
            own: Vec::with_capacity(count),
            ignored: vec![false; count],
            children,
            roots,
            asks: Vec::new(),
            own_asks: HashMap::new(),
            states: vec![AnswerState::Unanswered; count],
            repeats: OnceCell::new(),
            groups: OnceCell::new(),
        };
        judge.own = (0..count).map(|index| judge.own_body(index)).collect();
        let judged = if judge.is_quiet_note() { JudgedAsks::default() } else { judge_asks(note, config) };
        judge.asks = judged.asks;
        for (index, asked) in judge.asks.iter().enumerate() {
            if let Some(section) = asked.section {
                judge.own_asks.entry(section).or_default().push(index);
            }
        }
        judge.heed_directives(&judged.own_directives);
        judge
    }

    fn own_body(&self, index: usize) -> Own {
        let section = &self.note.sections[index];
        let held = section.substance;
        let short_stub = || puts_off(&self.note.headings[index], &self.config.questions);
        if held.has(CONTENT) {
            return Own::Content;
        }
        if held.has(Substance::TEXT) {
            return if !held.has(Substance::IMAGE) && short_stub() { Own::Stub } else { Own::Content };
        }
        if held.has(Substance::IMAGE) && self.config.questions.image_is_answer && self.shows_an_image(index) {
            return Own::Content;
        }
        if held.has(Substance::LINK.with(Substance::EMBED)) && self.delegates(index) {
            return Own::Delegated;
        }
        if held.has(Substance::PUNCTUATION) && !held.has(Substance::LINK.with(Substance::IMAGE)) {
            return if short_stub() { Own::Stub } else { Own::Content };
        }
        if self.heading_delegates(index) {
            return Own::Delegated;
        }
        if held.has(Substance::TODO_COMMENT) { Own::Stub } else { Own::Nothing }
    }

    /// The links in a range of the note.
    fn links_in(&self, range: crate::text::TextRange) -> impl Iterator<Item = &'a crate::note::Link> {
        let links = &self.note.links;
        let first = links.partition_point(|link| link.range.start < range.start);
        links[first..].iter().take_while(move |link| link.range.start < range.end)
    }

    fn shows_an_image(&self, index: usize) -> bool {
        let image = |kind| {
            matches!(kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::Embed | LinkKind::HtmlImage)
        };
        self.links_in(self.note.sections[index].body).filter(|link| image(link.kind)).any(|link| {
            !matches!(self.vault.resolve(self.note, link), Resolution::Missing(Missing::Image(_)))
        })
    }

    /// Whether a body of links leads anywhere.
    fn delegates(&self, index: usize) -> bool {
        self.config.questions.link_is_answer
            && self
                .links_in(self.note.sections[index].body)
                .filter(|link| link.kind != LinkKind::Footnote)
                .any(|link| !matches!(self.vault.resolve(self.note, link), Resolution::Missing(_)))
    }

    /// Whether the heading itself links to an answer; a mark of a footnote and a link to the heading do not.
    fn heading_delegates(&self, index: usize) -> bool {
        let content = self.note.headings[index].content;
        self.config.questions.link_is_answer
            && self.links_in(content).filter(|link| link.kind != LinkKind::Footnote).any(|link| {
                let image =
                    matches!(link.kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlImage);
                let mark = self.note.text.slice(link.target).starts_with("#fn");
                !image
                    && !mark
                    && match self.vault.resolve(self.note, link) {
                        Resolution::Missing(_) => false,
                        Resolution::Found(targets) => targets
                            .iter()
                            .any(|to| to.path != self.note.path || to.place != Place::Heading(index)),
                        Resolution::External | Resolution::Skipped => true,
                    }
            })
    }

    /// Heeds the switches for sections: all but those at `others`.
    fn heed_directives(&mut self, others: &HashSet<u32>) {
        for directive in &self.note.directives {
            let Some(index) = self.note.section_at(directive.range.start()) else { continue };
            if others.contains(&directive.range.start) {
                continue;
            }
            match directive.kind {
                DirectiveKind::Ignore => self.ignored[index] = true,
                DirectiveKind::Answered => self.own[index] = Own::Content,
                DirectiveKind::Todo => self.own[index] = Own::Stub,
            }
        }
    }

    /// What asks in a section's own body.
    fn asks_in(&self, index: usize) -> impl Iterator<Item = &AskAnswer> {
        self.own_asks.get(&index).into_iter().flatten().map(|&ask| &self.asks[ask])
    }

    fn find_states(&mut self) {
        for index in (0..self.own.len()).rev() {
            self.states[index] = self.state(index);
        }
    }

    fn state(&self, index: usize) -> AnswerState {
        // What asks in the body is a part as a section is; what is left out counts as none.
        let children = &self.children[index];
        let of_sections = children.iter().filter(|&&part| !self.ignored[part]).map(|&part| self.states[part]);
        let parts: Vec<AnswerState> =
            of_sections.chain(self.asks_in(index).map(|asked| asked.state)).collect();
        let bare = children.is_empty() && parts.is_empty();
        let open = |part: &AnswerState| matches!(part, AnswerState::Unanswered | AnswerState::EmptyChapter);
        let settled = |part: &AnswerState| {
            matches!(part, AnswerState::Answered | AnswerState::AnsweredByChildren | AnswerState::Delegated)
        };
        match self.own[index] {
            Own::Content if parts.iter().all(settled) => AnswerState::Answered,
            Own::Content => AnswerState::Partial,
            Own::Delegated if bare => AnswerState::Delegated,
            Own::Stub if bare => AnswerState::Stub,
            Own::Nothing if bare => AnswerState::Unanswered,
            Own::Delegated if parts.iter().all(settled) => AnswerState::Answered,
            Own::Delegated => AnswerState::Partial,
            _ if parts.iter().all(settled) => AnswerState::AnsweredByChildren,
            _ if parts.iter().all(open) => AnswerState::EmptyChapter,
            _ if parts.iter().all(|part| open(part) || *part == AnswerState::Stub) => AnswerState::Stub,
            _ => AnswerState::Partial,
        }
    }

    fn roles(&self) -> Vec<SectionAnswer> {
        let quiet = self.is_quiet_note();
        let mut roles = vec![Role::Part; self.own.len()];
        self.roles_of_group(&self.roots, &mut roles);
        for index in 0..self.own.len() {
            if roles[index] == Role::Chapter {
                self.roles_of_group(&self.children[index], &mut roles);
            }
        }
        (0..self.own.len())
            .map(|index| SectionAnswer {
                state: if roles[index] == Role::Chapter && self.states[index] == AnswerState::Unanswered {
                    AnswerState::EmptyChapter
                } else {
                    self.states[index]
                },
                question: roles[index] == Role::Question && !quiet,
                chapter: roles[index] == Role::Chapter,
                flag: if quiet { None } else { self.flag(index, roles[index]) },
            })
            .collect()
    }

    /// Whether nothing is said of the whole note: switched off, a template, or another program's own format.
    fn is_quiet_note(&self) -> bool {
        let path = self.note.path.as_str().to_lowercase();
        let in_template = match self.vault.root_of(&self.note.path) {
            Some(root) => self
                .note
                .path
                .relative_to(&root.path)
                .is_some_and(|rest| rest.to_lowercase().contains("template")),
            None => path.contains("template"),
        };
        in_template
            || self.note.front_matter.as_ref().is_some_and(|front| {
                front.foreign
                    || front.studymark.as_deref().is_some_and(|value| value.eq_ignore_ascii_case("off"))
            })
    }

    /// Decides for the sections of one parent which ask and which group others.
    fn roles_of_group(&self, group: &[usize], roles: &mut [Role]) {
        let judged: Vec<usize> = group.iter().copied().filter(|&index| self.is_judged(index)).collect();
        let bare_parents = judged.iter().filter(|&&index| self.is_bare_parent(index)).count();
        let title_alone = judged.len() == 1
            && judged.first().is_some_and(|&index| {
                self.note.sections[index].parent.is_none() && !self.children[index].is_empty()
            });
        let of_chapters = bare_parents > 0 && bare_parents * 2 >= judged.len();
        for (place, &index) in judged.iter().enumerate() {
            let parent = !self.children[index].is_empty();
            let empty_leaf = !parent && self.own[index] == Own::Nothing;
            let chapter = (title_alone && parent)
                || self.groups_asks(index)
                || (of_chapters && (parent || empty_leaf) && !self.asks(index))
                || self.heads_a_series(index);
            let prose =
                of_chapters && !chapter && !self.asks(index) && self.note.headings[index].number().is_none();
            roles[index] = if chapter {
                Role::Chapter
            } else if prose || self.is_reserved(index) || self.continues(&judged, place) {
                Role::Part
            } else {
                Role::Question
            };
        }
    }

    /// Headings in quotes, footnotes and outlines of bullets are not judged, nor what a switch takes out.
    fn is_judged(&self, index: usize) -> bool {
        let heading = &self.note.headings[index];
        let stands_for_itself = match heading.place {
            Container::Root | Container::NumberedItem => true,
            // A line that became a heading by accident is an item that may ask.
            Container::BulletItem => {
                heading.accidental_underline(&self.note.text).is_some() && self.asks(index)
            }
            Container::Quote | Container::Footnote => false,
        };
        stands_for_itself && !heading.title().is_empty() && !self.ignored[index] && !heading.is_placeholder()
    }

    /// Whether what a section holds is questions rather than text.
    fn groups_asks(&self, index: usize) -> bool {
        let mut asks = self.asks_in(index).peekable();
        let bare = self.own[index] == Own::Nothing && asks.peek().is_some();
        !self.asks(index) && (bare || group_of_questions(asks))
    }

    fn is_bare_parent(&self, index: usize) -> bool {
        !self.children[index].is_empty() && self.own[index] == Own::Nothing && !self.asks(index)
    }

    fn asks(&self, index: usize) -> bool {
        self.note.headings[index].asks(&self.config.questions.words)
    }

    fn is_reserved(&self, index: usize) -> bool {
        self.note.headings[index].is_reserved(&self.config.questions.reserved_headings)
    }

    /// Whether an unnumbered heading between numbered ones goes on with the question before it, whose words it
    /// repeats: `## GMP 模型` after `## 17 GMP 模型，为什么要有 P？`.
    fn continues(&self, group: &[usize], place: usize) -> bool {
        let heading = &self.note.headings[group[place]];
        if heading.number().is_some() || place == 0 {
            return false;
        }
        let before = &self.note.headings[group[place - 1]];
        before.number().is_some() && fold(before.title()).contains(&*fold(heading.title()))
    }

    /// Whether an empty heading is the parent in all but level of what follows: `2 锁` before `2.1 互斥锁`, or an
    /// unnumbered one right before number 1 at its level.
    fn heads_a_series(&self, index: usize) -> bool {
        let heading = &self.note.headings[index];
        if self.own[index] != Own::Nothing || !self.children[index].is_empty() {
            return false;
        }
        let Some(next) = self.note.headings.get(index + 1) else { return false };
        let Some(number) = next.number() else { return false };
        match heading.number() {
            Some(own) => number.parts.len() == own.parts.len() + 1 && number.parts.starts_with(own.parts),
            None => next.level == heading.level && *number.parts == [1],
        }
    }

    fn flag(&self, index: usize, role: Role) -> Option<Flag> {
        if !self.is_judged(index) || self.is_reserved(index) {
            return None;
        }
        let leaf = self.children[index].is_empty() && !self.own_asks.contains_key(&index);
        match self.states[index] {
            AnswerState::EmptyChapter => Some(Flag::EmptyChapter),
            AnswerState::Stub if leaf => Some(Flag::StubAnswer),
            AnswerState::Unanswered if self.is_never_flagged(index) => None,
            AnswerState::Unanswered if role == Role::Chapter => Some(Flag::EmptyChapter),
            AnswerState::Unanswered if self.is_loud(index) => Some(Flag::UnansweredQuestion),
            AnswerState::Unanswered => Some(Flag::EmptySection),
            _ => None,
        }
    }

    fn is_never_flagged(&self, index: usize) -> bool {
        let heading = &self.note.headings[index];
        let title_of_the_note =
            index == 0 && !self.note.text.as_str()[heading.range.end()..].trim().is_empty();
        let repeats = self.repeats.get_or_init(|| {
            let mut names: Vec<u64> = self.note.headings.iter().map(Heading::name_key).collect();
            names.sort_unstable();
            names
        });
        let name = heading.name_key();
        let first = repeats.partition_point(|other| *other < name);
        let boilerplate = repeats.get(first + 2) == Some(&name);
        title_of_the_note || boilerplate || self.heads_a_series(index)
    }

    /// Whether a numbered heading stands right before an unnumbered one of its own level: then that may be its part.
    fn is_followed_by_its_parts(&self, index: usize) -> bool {
        let heading = &self.note.headings[index];
        self.note
            .headings
            .get(index + 1)
            .is_some_and(|next| next.level == heading.level && next.number().is_none())
    }

    fn is_loud(&self, index: usize) -> bool {
        if self.asks(index) {
            return true;
        }
        let numbered = self.note.headings[index].number().is_some();
        let group = self.group_of(index);
        if numbered && group.numbered > 1 && !self.is_followed_by_its_parts(index) {
            return true;
        }
        // It does not ask itself, so that those that do are others.
        group.count > 1 && group.asking * 2 >= group.count - 1
    }

    /// What the sections of the same parent are.
    fn group_of(&self, index: usize) -> Group {
        let root = self.note.sections.len();
        let place = |index: usize| self.note.sections[index].parent.map_or(root, |parent| parent as usize);
        let groups = self.groups.get_or_init(|| {
            let mut groups = vec![Group::default(); root + 1];
            for other in 0..root {
                let group = &mut groups[place(other)];
                group.count += 1;
                group.numbered += usize::from(self.note.headings[other].number().is_some());
                group.asking += usize::from(self.asks(other));
            }
            groups
        });
        groups.get(place(index)).copied().unwrap_or_default()
    }
}

/// What a section is to its note.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It asks.
    Question,
    /// It groups others.
    Chapter,
    /// It belongs to the answer of another, or closes the note.
    Part,
}
