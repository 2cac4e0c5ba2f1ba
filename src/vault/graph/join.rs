//! From notes to nodes and edges.
//!
//! Invariant: each note is asked once for what it holds, on all processors; the parts are joined in the order of the notes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::config;
use crate::note::{LinkKind, Note, Substance};
use crate::path::NotePath;
use crate::text::{PositionEncoding, TextRange};
use crate::vault::Vault;
use crate::vault::backlinks::Source;
use crate::vault::coverage::Answers;
use crate::vault::elsewhere::Elsewhere;
use crate::vault::glossary::Glossary;
use crate::vault::graph::alike::alike;
use crate::vault::graph::names::add_names;
use crate::vault::graph::{Edge, EdgeKind, File, Graph, Node, NodeKind};
use crate::vault::mentions::Mention;
use crate::vault::resolve::{Place, Resolution, Target};
use crate::vault::topics::Topics;

/// What a note adds.
pub(super) struct Part<'a> {
    pub(super) note: &'a Arc<Note>,
    answers: Answers,
    pub(super) mentions: Arc<[Mention]>,
    elsewhere: Vec<Elsewhere>,
    /// Where its nodes begin: the note, then its sections, then what asks beside them.
    first: usize,
}

impl Part<'_> {
    /// The node of the note.
    pub(super) fn whole(&self) -> usize {
        self.first
    }

    /// The node of a section.
    pub(super) fn section(&self, section: usize) -> usize {
        self.first + 1 + section
    }

    /// The innermost section around a place, or the note.
    pub(super) fn around(&self, offset: usize) -> usize {
        self.note.section_at(offset).map_or(self.first, |section| self.section(section))
    }

    /// The section that a node of this note is, if it is one.
    fn section_of(&self, node: usize) -> Option<usize> {
        node.checked_sub(self.first + 1).filter(|section| *section < self.note.sections.len())
    }
}

/// The parts of all notes, and their nodes by path.
pub(super) struct Parts<'a> {
    pub(super) all: Vec<Part<'a>>,
    by_path: HashMap<&'a NotePath, usize>,
}

impl Parts<'_> {
    pub(super) fn of(&self, path: &NotePath) -> Option<(usize, &Part<'_>)> {
        let index = *self.by_path.get(path)?;
        Some((index, self.all.get(index)?))
    }

    /// Whether one of two nodes holds the other: a note its topics, a topic its parts.
    pub(super) fn is_within(&self, file: usize, one: usize, other: usize) -> bool {
        let Some(part) = self.all.get(file) else { return false };
        let count = part.note.sections.len() + part.answers.asks.len();
        if !(part.first..=part.first + count).contains(&other) {
            return false;
        }
        match (part.section_of(one), part.section_of(other)) {
            (Some(one), Some(other)) => {
                let (one, other) = (part.note.sections[one].range, part.note.sections[other].range);
                one.contains_range(other) || other.contains_range(one)
            }
            _ => one == part.first || other == part.first,
        }
    }
}

/// Edges by what they join, each pair of a kind once.
#[derive(Default)]
pub(super) struct Edges {
    at: HashMap<(EdgeKind, usize, usize), usize>,
    all: Vec<Edge>,
}

impl Edges {
    pub(super) fn has(&self, kind: EdgeKind, from: usize, to: usize) -> bool {
        self.at.contains_key(&(kind, from, to))
    }

    pub(super) fn add(&mut self, kind: EdgeKind, from: usize, to: usize, weight: f64, why: Vec<String>) {
        if from == to {
            return;
        }
        match self.at.get(&(kind, from, to)) {
            Some(known) => self.all[*known].weight += weight,
            None => {
                self.at.insert((kind, from, to), self.all.len());
                self.all.push(Edge { from, to, kind, weight, why });
            }
        }
    }
}

pub(super) fn graph(
    vault: &Vault,
    topics: &Topics,
    glossary: &Glossary,
    shown: &dyn Fn(&NotePath) -> String,
) -> Graph {
    let mut parts = parts(vault, topics, glossary);
    let mut graph = Graph::default();
    let mut edges = Edges::default();
    let mut ids = Ids::default();
    for (index, part) in parts.all.iter_mut().enumerate() {
        part.first = graph.nodes.len();
        graph.files.push(File { path: part.note.path.clone(), shown: shown(&part.note.path) });
        add_nodes(&mut graph, &mut edges, &mut ids, part, index);
    }
    add_links(vault, &parts, &mut edges);
    add_names(vault, glossary, &parts, &mut graph, &mut edges, &mut ids);
    add_answers(&parts, &mut edges);
    for found in alike(&parts.all.iter().map(|part| part.note).collect::<Vec<_>>()) {
        let node = |(note, section): (usize, usize)| parts.all[note].section(section);
        let (one, other) = (node(found.one), node(found.other));
        let told = [EdgeKind::Links, EdgeKind::Answers];
        if !told.iter().any(|kind| edges.has(*kind, one, other) || edges.has(*kind, other, one)) {
            edges.add(EdgeKind::Related, one, other, found.score, vec![found.why]);
        }
    }
    graph.edges = edges.all;
    graph.edges.sort_by_key(|edge| (edge.kind, edge.from, edge.to));
    graph.weigh();
    graph
}

/// Asks every note, on all processors.
fn parts<'a>(vault: &'a Vault, topics: &Topics, glossary: &Glossary) -> Parts<'a> {
    let notes: Vec<&Arc<Note>> = vault.notes().collect();
    let part = |note: &&'a Arc<Note>| {
        let answers = vault.answers(note);
        let told = vault.config_of(&note.path).questions.elsewhere != config::Elsewhere::Off;
        let elsewhere =
            if told { vault.elsewhere(topics, note, &answers, &mut Vec::new()) } else { Vec::new() };
        Part { note, answers, mentions: vault.mentions(glossary, note), elsewhere, first: 0 }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let of_chunk = notes.len().div_ceil(workers).max(1);
    let all: Vec<Part<'a>> = std::thread::scope(|scope| {
        let running: Vec<_> = notes
            .chunks(of_chunk)
            .map(|chunk| scope.spawn(move || chunk.iter().map(part).collect::<Vec<_>>()))
            .collect();
        let joined = running
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    });
    let by_path = notes.iter().enumerate().map(|(index, note)| (&note.path, index)).collect();
    Parts { all, by_path }
}

/// Ids that were given, so that none is given twice.
#[derive(Default)]
pub(super) struct Ids(HashSet<String>);

impl Ids {
    /// `wanted`, or with a number behind it when that is taken.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        let mut number = 2;
        while !self.0.insert(id.clone()) {
            id = format!("{wanted}~{number}");
            number += 1;
        }
        id
    }
}

fn add_nodes(graph: &mut Graph, edges: &mut Edges, ids: &mut Ids, part: &Part<'_>, file: usize) {
    let (note, shown) = (part.note, graph.files[file].shown.clone());
    let line_of = |range: TextRange| note.text.line_col(range.start(), PositionEncoding::Utf32).line;
    let chapter_of = |section: usize| note.headings[note.topmost(section)].title().to_string();
    let start = note.front_matter.as_ref().map_or(0, |front| front.range.end());
    let end = note.headings.first().map_or(note.text.len(), |heading| heading.range.start());
    graph.nodes.push(Node {
        id: ids.take(&shown),
        kind: NodeKind::Note,
        title: note.path.stem().to_owned(),
        file,
        line: 0,
        place: TextRange::empty(0),
        body: TextRange::new(start.min(end), end),
        chapter: None,
        state: None,
        question: false,
        weight: 0,
    });
    for (section, heading) in note.headings.iter().enumerate() {
        let parent = note.sections[section].parent.map(|parent| parent as usize);
        let answer = &part.answers.sections[section];
        let anchor = heading.id().unwrap_or(note.slug(section));
        let around = parent.map_or(part.first, |parent| part.section(parent));
        edges.add(EdgeKind::Contains, around, graph.nodes.len(), 1.0, Vec::new());
        graph.nodes.push(Node {
            id: ids.take(&format!("{shown}#{anchor}")),
            kind: NodeKind::Topic,
            title: heading.title().to_string(),
            file,
            line: line_of(heading.content),
            place: heading.content,
            body: note.sections[section].body,
            chapter: parent.map(|_| chapter_of(section)),
            state: Some(answer.state),
            question: part.answers.lists(section),
            weight: 0,
        });
    }
    for asked in &part.answers.asks {
        let around = asked.section.map_or(part.first, |section| part.section(section));
        let line = line_of(asked.ask.selection);
        edges.add(EdgeKind::Contains, around, graph.nodes.len(), 1.0, Vec::new());
        graph.nodes.push(Node {
            id: ids.take(&format!("{shown}:{}", line + 1)),
            kind: NodeKind::Topic,
            title: asked.ask.title.to_string(),
            file,
            line,
            place: asked.ask.selection,
            body: asked.ask.answer,
            chapter: asked.section.map(chapter_of),
            state: Some(asked.state),
            question: true,
            weight: 0,
        });
    }
}

fn add_links(vault: &Vault, parts: &Parts<'_>, edges: &mut Edges) {
    for (file, part) in parts.all.iter().enumerate() {
        let note = part.note;
        for (source, resolution) in vault.resolve_all(note) {
            let Source::Link(link) = source else { continue };
            let Some(link) = note.links.get(link) else { continue };
            let Resolution::Found(targets) = resolution else { continue };
            let Some(target) = targets.first().filter(|_| link.kind != LinkKind::Footnote) else { continue };
            let Some(to) = node_of(parts, target) else { continue };
            let from = part.around(link.range.start());
            if parts.is_within(file, from, to) || (target.path == note.path && lists_contents(part, from)) {
                continue;
            }
            edges.add(EdgeKind::Links, from, to, 1.0, Vec::new());
        }
    }
}

/// Whether a section says nothing beside its links: a list of contents.
fn lists_contents(part: &Part<'_>, node: usize) -> bool {
    let section = part.section_of(node).and_then(|section| part.note.sections.get(section));
    section.is_some_and(|section| !section.substance.has(Substance::TEXT))
}

/// The node that a link leads to.
fn node_of(parts: &Parts<'_>, target: &Target) -> Option<usize> {
    let (_, part) = parts.of(&target.path)?;
    match target.place {
        Place::Note => Some(part.first),
        Place::Heading(heading) => {
            part.note.headings.get(heading)?;
            Some(part.section(heading))
        }
        Place::Anchor(anchor) => Some(part.around(part.note.anchors.get(anchor)?.name.start())),
        Place::Line(line) => Some(part.around(part.note.text.line_range(line).start())),
        Place::File | Place::Folder | Place::Definition(_) | Place::Footnote(_) => None,
    }
}

fn add_answers(parts: &Parts<'_>, edges: &mut Edges) {
    for part in &parts.all {
        let places = part.note.headings.iter().map(|heading| heading.content);
        let asked = part.answers.asks.iter().map(|asked| asked.ask.selection);
        let at: HashMap<TextRange, usize> = places.chain(asked).zip(part.first + 1..).collect();
        for elsewhere in &part.elsewhere {
            let Some(question) = at.get(&elsewhere.question) else { continue };
            for candidate in elsewhere.candidates.iter().filter(|candidate| candidate.likely) {
                let Some((_, of)) = parts.of(&candidate.path) else { continue };
                let why = format!("shares {}", candidate.words.join(", "));
                edges.add(
                    EdgeKind::Answers,
                    of.section(candidate.section),
                    *question,
                    candidate.score,
                    vec![why],
                );
            }
        }
    }
}
