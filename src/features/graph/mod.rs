//! The graph of notes, topics and terms in the forms in which it is given away: a page to look at, JSON, and the languages
//! of Graphviz and Mermaid.
//!
//! Invariant: the same graph gives the same bytes; what notes say is data in every form, whatever it looks like.

mod dot;
mod json;
mod mermaid;
mod page;

use crate::path::NotePath;
use crate::vault::Vault;
use crate::vault::graph::Graph;

/// A form in which a graph is given away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// One page for a browser, which needs nothing else.
    Html,
    /// The language of Graphviz.
    Dot,
    /// A flowchart in Mermaid, as many pages of Markdown show it; large graphs are cut to what it can show.
    Mermaid,
    /// One JSON document.
    Json,
}

/// What stands around a graph.
pub struct Setting<'a> {
    /// The folder that paths are shown relative to.
    pub root: &'a str,
    /// What a page calls a note: a URI, or a way to it from where the page stands.
    pub address: &'a dyn Fn(&NotePath) -> Option<String>,
}

/// A graph in one form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawing {
    /// The whole document.
    pub text: String,
    /// How many nodes and edges had no room in it.
    pub left_out: LeftOut,
}

/// What had no room in a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    /// Nodes.
    pub nodes: usize,
    /// Edges.
    pub edges: usize,
}

/// Writes a graph of `vault` in a form.
pub fn draw(vault: &Vault, graph: &Graph, form: Form, setting: &Setting<'_>) -> Drawing {
    let whole = |text| Drawing { text, left_out: LeftOut::default() };
    match form {
        Form::Html => whole(page::page(vault, graph, setting)),
        Form::Dot => whole(dot::dot(graph)),
        Form::Json => whole(json::json(graph, setting.root)),
        Form::Mermaid => mermaid::mermaid(graph),
    }
}

#[cfg(test)]
mod tests;
