//! The graph as one JSON document, for tools.
//!
//! Invariant: the contract of the command line: `version` and `root` first, paths relative to the root, lines from 1.

use serde::Serialize;

use crate::vault::graph::Graph;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    root: &'a str,
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge<'a>>,
}

#[derive(Serialize)]
struct Node<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    path: &'a str,
    line: u32,
    chapter: Option<&'a str>,
    state: Option<&'static str>,
    question: bool,
    weight: usize,
}

#[derive(Serialize)]
struct Edge<'a> {
    kind: &'static str,
    from: &'a str,
    to: &'a str,
    weight: f64,
    why: &'a [String],
}

pub(super) fn json(graph: &Graph, root: &str) -> String {
    let nodes = graph.nodes.iter().map(|node| Node {
        id: &node.id,
        kind: node.kind.name(),
        title: &node.title,
        path: &graph.files[node.file].shown,
        line: node.line + 1,
        chapter: node.chapter.as_deref(),
        state: node.state.map(|state| state.name()),
        question: node.question,
        weight: node.weight,
    });
    let edges = graph.edges.iter().map(|edge| Edge {
        kind: edge.kind.name(),
        from: &graph.nodes[edge.from].id,
        to: &graph.nodes[edge.to].id,
        weight: (edge.weight * 100.0).round() / 100.0,
        why: &edge.why,
    });
    let document = Document { version: 1, root, nodes: nodes.collect(), edges: edges.collect() };
    // Strings and numbers can always be written.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
