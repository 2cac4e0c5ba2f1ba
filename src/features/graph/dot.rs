//! The graph in the language of Graphviz: `studymark graph --format dot | dot -Tsvg`.
//!
//! Invariant: every name is quoted and escaped; no text of a note is read as an instruction, an entity or HTML.

use std::fmt::Write;

use crate::vault::coverage::AnswerState;
use crate::vault::graph::{EdgeKind, Graph, Node, NodeKind};

pub(super) fn dot(graph: &Graph) -> String {
    let mut text = String::from(
        "digraph studymark {\n  graph [layout=sfdp, overlap=prism, splines=true, charset=\"UTF-8\"];\n  node [fontname=\"sans-serif\", fontsize=11, style=filled, color=\"#5b6675\", fillcolor=\"#eef1f5\"];\n  edge [fontname=\"sans-serif\", fontsize=9, color=\"#9aa4b2\", arrowsize=0.6];\n",
    );
    for node in &graph.nodes {
        let at = format!("{}:{}", graph.files[node.file].shown, node.line + 1);
        let _ = writeln!(
            text,
            "  {} [label={}, tooltip={}, {}];",
            quoted(&node.id),
            quoted(&node.title),
            quoted(&at),
            look(node)
        );
    }
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
        let why = if edge.why.is_empty() { edge.kind.name().to_owned() } else { edge.why.join("; ") };
        let _ = writeln!(
            text,
            "  {} -> {} [tooltip={}, class=\"{}\"{}];",
            quoted(from),
            quoted(to),
            quoted(&why),
            edge.kind.name(),
            line(edge.kind)
        );
    }
    text.push_str("}\n");
    text
}

fn look(node: &Node) -> &'static str {
    match node.kind {
        NodeKind::Note => "shape=note, fillcolor=\"#d7dee8\"",
        NodeKind::Term => "shape=diamond, fillcolor=\"#e6dcf5\"",
        NodeKind::Topic if node.is_open() && node.state == Some(AnswerState::Stub) => {
            "shape=box, style=\"rounded,dashed\", color=\"#b7791f\""
        }
        NodeKind::Topic if node.is_open() => "shape=box, style=\"rounded,dashed\", color=\"#c53030\"",
        NodeKind::Topic if node.question => "shape=box, style=\"rounded,filled\", fillcolor=\"#d5efdd\"",
        NodeKind::Topic => "shape=box, style=\"rounded,filled\"",
    }
}

fn line(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Contains => ", arrowhead=none",
        EdgeKind::Links => ", color=\"#2b6cb0\"",
        EdgeKind::Defines => ", color=\"#805ad5\"",
        EdgeKind::Mentions => ", style=dotted",
        EdgeKind::Related => ", style=dashed, arrowhead=none, constraint=false",
        EdgeKind::Answers => ", color=\"#2f855a\", style=bold",
    }
}

/// A quoted string; Graphviz reads entities and `\N` in labels.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
