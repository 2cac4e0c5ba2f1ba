//! The graph as a flowchart in Mermaid.
//!
//! Invariant: never more than Mermaid shows by default (500 edges, 50,000 characters): what weighs most is kept, and how
//! much is left out is said. Every label is quoted, and what Mermaid would read in it is written as an entity.

use std::fmt::Write;

use crate::features::graph::{Drawing, LeftOut};
use crate::vault::graph::{Edge, EdgeKind, Graph, Node, NodeKind};

/// The most that is written, below what Mermaid refuses.
const MOST_NODES: usize = 300;
const MOST_EDGES: usize = 480;
const MOST_CHARACTERS: usize = 48_000;
/// The longest label in characters.
const MOST_LABEL: usize = 60;

const HEAD: &str = "flowchart LR\n  classDef note fill:#d7dee8,stroke:#5b6675,color:#1a202c\n  classDef term fill:#e6dcf5,stroke:#805ad5,color:#1a202c\n  classDef topic fill:#eef1f5,stroke:#5b6675,color:#1a202c\n  classDef answered fill:#d5efdd,stroke:#2f855a,color:#1a202c\n  classDef open fill:#ffffff,stroke:#c53030,stroke-width:2px,stroke-dasharray:4 3,color:#1a202c\n";

pub(super) fn mermaid(graph: &Graph) -> Drawing {
    let nodes: Vec<String> = graph.nodes.iter().enumerate().map(|(at, node)| shape(at, node)).collect();
    let edges: Vec<String> = graph.edges.iter().map(arrow).collect();
    let kept = kept(graph, &nodes, &edges);
    let inside = |edge: &Edge| kept[edge.from] && kept[edge.to];
    let written: Vec<&String> =
        nodes.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(node, _)| node).collect();
    let drawn: Vec<&String> =
        graph.edges.iter().zip(&edges).filter(|(edge, _)| inside(edge)).map(|(_, arrow)| arrow).collect();
    let left_out = LeftOut { nodes: nodes.len() - written.len(), edges: edges.len() - drawn.len() };
    let mut text = String::from(HEAD);
    if left_out != LeftOut::default() {
        let _ = writeln!(
            text,
            "  %% left out, since Mermaid shows no more: {} nodes, {} edges",
            left_out.nodes, left_out.edges
        );
    }
    written.into_iter().chain(drawn).for_each(|line| text.push_str(line));
    Drawing { text, left_out }
}

/// Which nodes there is room for: the heaviest, for as long as the edges between them fit too.
fn kept(graph: &Graph, nodes: &[String], edges: &[String]) -> Vec<bool> {
    let mut at_node: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, edge) in graph.edges.iter().enumerate() {
        at_node[edge.from].push(index);
        at_node[edge.to].push(index);
    }
    let mut by_weight: Vec<usize> = (0..nodes.len()).collect();
    let kind = |index: usize| graph.nodes[index].kind;
    by_weight.sort_by_key(|&index| (kind(index), std::cmp::Reverse(graph.nodes[index].weight), index));
    if nodes.len() > MOST_NODES {
        // Of many, notes alone would say little.
        by_weight.sort_by_key(|&index| (std::cmp::Reverse(graph.nodes[index].weight), index));
    }
    let mut kept = vec![false; nodes.len()];
    // The head and the line that tells what is left out.
    let (mut characters, mut count, mut drawn) = (HEAD.len() + 100, 0, 0);
    for index in by_weight {
        let joins = |edge: usize| {
            let Edge { from, to, .. } = graph.edges[edge];
            (kept[from] || from == index) && (kept[to] || to == index)
        };
        let new: Vec<usize> = at_node[index].iter().copied().filter(|edge| joins(*edge)).collect();
        let size =
            nodes[index].chars().count() + new.iter().map(|edge| edges[*edge].chars().count()).sum::<usize>();
        if count + 1 > MOST_NODES || drawn + new.len() > MOST_EDGES || characters + size > MOST_CHARACTERS {
            break;
        }
        kept[index] = true;
        count += 1;
        drawn += new.len();
        characters += size;
    }
    kept
}

fn shape(at: usize, node: &Node) -> String {
    let label = label(&node.title);
    let (open, close, class) = match node.kind {
        NodeKind::Note => ("[[", "]]", "note"),
        NodeKind::Term => ("{{", "}}", "term"),
        NodeKind::Topic if node.is_open() => ("(", ")", "open"),
        NodeKind::Topic if node.question => ("(", ")", "answered"),
        NodeKind::Topic => ("(", ")", "topic"),
    };
    format!("  n{at}{open}\"{label}\"{close}:::{class}\n")
}

fn arrow(edge: &Edge) -> String {
    let line = match edge.kind {
        EdgeKind::Contains => "---",
        EdgeKind::Links => "-->",
        EdgeKind::Defines => "--o",
        EdgeKind::Mentions => "-.->",
        EdgeKind::Related => "-.-",
        EdgeKind::Answers => "==>",
    };
    let why = edge.why.join("; ");
    let why = if why.is_empty() { why } else { format!("|\"{}\"|", label(&why)) };
    format!("  n{} {line}{why} n{}\n", edge.from, edge.to)
}

/// A label between quotes.
fn label(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        if index == MOST_LABEL {
            label.push('…');
            break;
        }
        match c {
            c if c.is_control() => label.push(' '),
            // Quotes, entities, HTML, Markdown: all of it is text.
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '_' | '$' | ';' | '|' | '%' | '{' | '}'
            | '[' | ']' => {
                let _ = write!(label, "#{};", u32::from(c));
            }
            c => label.push(c),
        }
    }
    // An empty label is an error.
    if label.trim().is_empty() { "–".to_owned() } else { label }
}
