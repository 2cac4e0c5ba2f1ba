//! The terms of a graph, where they are defined, and who speaks of them.
//!
//! Invariant: a term is a node when something defines it; a name that is only a heading or a note stands for that.

use std::collections::HashMap;

use crate::fold::folded;
use crate::note::terms::Pattern;
use crate::path::NotePath;
use crate::text::PositionEncoding;
use crate::vault::Vault;
use crate::vault::glossary::{Defined, Glossary, NameId};
use crate::vault::graph::join::{Edges, Ids, Part, Parts};
use crate::vault::graph::{EdgeKind, Graph, Node, NodeKind};

/// What a name stands for.
enum Meaning {
    /// The term of this node.
    Term(usize),
    /// What this name stands for: it is given beside it.
    Alias(NameId),
    /// Headings or notes that are called so, the best first: file and node.
    Topics(Vec<(usize, usize)>),
}

pub(super) fn add_names(
    vault: &Vault,
    glossary: &Glossary,
    parts: &Parts<'_>,
    graph: &mut Graph,
    edges: &mut Edges,
    ids: &mut Ids,
) {
    let mut meanings: HashMap<NameId, Meaning> = HashMap::new();
    // A reader who stands in no note: of definitions that are alike in all else the first note's is the best.
    let nowhere = NotePath::new("");
    for id in glossary.ids() {
        let places = glossary.places(vault, id, &nowhere, None);
        let Some(best) = places.first() else { continue };
        let own = glossary.folded(id);
        if folded(&best.definition.name) != own {
            if let Some(of) = glossary.id(&best.definition.name).filter(|of| *of != id) {
                meanings.insert(id, Meaning::Alias(of));
            }
            continue;
        }
        if is_topic(best) {
            let nodes = places.iter().filter_map(|place| topic_of(parts, place));
            meanings.insert(id, Meaning::Topics(nodes.collect()));
            continue;
        }
        let Some((file, _)) = parts.of(&best.note.path) else { continue };
        let term = graph.nodes.len();
        graph.nodes.push(node(best, file, ids));
        for place in &places {
            if let Some((_, from)) = topic_of(parts, place) {
                edges.add(EdgeKind::Defines, from, term, 1.0, Vec::new());
            }
        }
        meanings.insert(id, Meaning::Term(term));
    }
    for (file, part) in parts.all.iter().enumerate() {
        add_mentions(&meanings, parts, (file, part), edges);
    }
}

fn node(best: &Defined<'_>, file: usize, ids: &mut Ids) -> Node {
    let Defined { note, definition } = best;
    let name = definition.name_range;
    let chapter = definition.section.map(|section| note.topmost(section as usize));
    Node {
        id: ids.take(&format!("term:{}", definition.name)),
        kind: NodeKind::Term,
        title: definition.name.to_string(),
        file,
        line: note.text.line_col(name.start(), PositionEncoding::Utf32).line,
        place: name,
        body: definition.range,
        chapter: chapter.and_then(|top| note.headings.get(top)).map(|heading| heading.title().to_string()),
        state: None,
        question: false,
        weight: 0,
    }
}

/// Whether a name is only what a heading or a note is called.
fn is_topic(defined: &Defined<'_>) -> bool {
    matches!(defined.definition.pattern, Pattern::Topic | Pattern::Note)
}

/// The node that a definition stands in.
fn topic_of(parts: &Parts<'_>, defined: &Defined<'_>) -> Option<(usize, usize)> {
    let (file, part) = parts.of(&defined.note.path)?;
    let section = match defined.definition.pattern {
        Pattern::Note => None,
        _ => defined.definition.section.map(|section| section as usize),
    };
    let section = section.filter(|section| *section < part.note.sections.len());
    Some((file, section.map_or_else(|| part.whole(), |section| part.section(section))))
}

fn add_mentions(
    meanings: &HashMap<NameId, Meaning>,
    parts: &Parts<'_>,
    (file, part): (usize, &Part<'_>),
    edges: &mut Edges,
) {
    // What a name stands for here: of several headings one of this note, and otherwise the best.
    let mut here: HashMap<NameId, Option<usize>> = HashMap::new();
    let meant = |name: NameId| {
        let mut name = name;
        // Names lead to the name that they are given beside; two steps are as far as that goes.
        for _ in 0..3 {
            match meanings.get(&name)? {
                Meaning::Term(node) => return Some(*node),
                Meaning::Alias(of) => name = *of,
                Meaning::Topics(places) => {
                    let own = places.iter().find(|(of, _)| *of == file);
                    return own.or(places.first()).map(|(_, node)| *node);
                }
            }
        }
        None
    };
    for mention in part.mentions.iter() {
        let Some(to) = *here.entry(mention.name).or_insert_with(|| meant(mention.name)) else { continue };
        let from = part.around(mention.range.start());
        if !edges.has(EdgeKind::Defines, from, to) && !parts.is_within(file, from, to) {
            edges.add(EdgeKind::Mentions, from, to, 1.0, Vec::new());
        }
    }
}
