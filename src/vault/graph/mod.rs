//! The notes as a graph: notes, topics and terms, and what leads from one to another.
//!
//! Invariant: a value that depends on the vault and its glossary alone; nodes come in the order of a reader (notes by
//! path, topics by place, then terms by name), edges by kind and then by the nodes they join, and no two edges of a kind
//! join the same nodes in the same direction. What each topic adds is bounded, so that the cost grows with the notes.

mod alike;
mod join;
mod names;

use crate::path::NotePath;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::coverage::AnswerState;
use crate::vault::glossary::Glossary;
use crate::vault::topics::Topics;

/// Notes, topics and terms with what joins them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Graph {
    /// The notes that nodes stand in, by path.
    pub files: Vec<File>,
    /// Everything that is spoken of.
    pub nodes: Vec<Node>,
    /// What leads from one node to another.
    pub edges: Vec<Edge>,
}

/// A note that nodes stand in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where it is.
    pub path: NotePath,
    /// The same as a person reads it.
    pub shown: String,
}

/// A note, a topic or a term.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Readable and the same each time: `面试.md`, `面试.md#逃逸分析`, `term:消息队列`.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What it is called: the stem of a note, the title of a heading, the name of a term.
    pub title: String,
    /// The note it stands in: an index into `Graph::files`. For a term, where it is defined best.
    pub file: usize,
    /// Its line, from 0.
    pub line: u32,
    /// What an editor selects: the content of a heading, the name of a term; the start of a note.
    pub place: TextRange,
    /// What it says: the own body of a section, the text that defines a term, what stands in a note before its headings.
    pub body: TextRange,
    /// The title of the topmost heading around it, as `questions` has it.
    pub chapter: Option<String>,
    /// Whether it is answered; topics only.
    pub state: Option<AnswerState>,
    /// Whether it asks.
    pub question: bool,
    /// How many edges it has.
    pub weight: usize,
}

/// What a [`Node`] is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum NodeKind {
    /// A whole note.
    Note,
    /// A heading with its section, or what asks without being a heading.
    Topic,
    /// A name that the notes define.
    Term,
}

/// What leads from one node to another.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    /// An index into `Graph::nodes`.
    pub from: usize,
    /// An index into `Graph::nodes`.
    pub to: usize,
    /// Why it is there.
    pub kind: EdgeKind,
    /// How often (links, mentions), or how much (related, answers).
    pub weight: f64,
    /// In words, for what was found by comparing: `shares 逃逸, 栈`.
    pub why: Vec<String>,
}

/// Why an [`Edge`] is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum EdgeKind {
    /// A note or topic holds a topic.
    Contains,
    /// A link leads there. Links of a list of contents, and from a topic to its own parts, are left out.
    Links,
    /// A topic defines a term.
    Defines,
    /// A topic speaks of a term, or of what another heading or note is called.
    Mentions,
    /// Both share rare words. It has no direction.
    Related,
    /// A topic likely answers an open question.
    Answers,
}

impl NodeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Note, Self::Topic, Self::Term];

    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Topic => "topic",
            Self::Term => "term",
        }
    }
}

impl EdgeKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Contains, Self::Links, Self::Defines, Self::Mentions, Self::Related, Self::Answers];

    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::Links => "links",
            Self::Defines => "defines",
            Self::Mentions => "mentions",
            Self::Related => "related",
            Self::Answers => "answers",
        }
    }
}

impl Node {
    /// Whether it is an open question.
    pub fn is_open(&self) -> bool {
        self.question && self.state.is_some_and(AnswerState::is_open)
    }
}

impl Graph {
    /// The graph of a vault. `topics` and `glossary` are those of this vault or of an earlier one; `shown` gives a path as
    /// ids have it.
    pub fn of(
        vault: &Vault,
        topics: &Topics,
        glossary: &Glossary,
        shown: &dyn Fn(&NotePath) -> String,
    ) -> Self {
        join::graph(vault, topics, glossary, shown)
    }

    /// The nodes that belong to a part, those that an edge joins to them, and these edges.
    #[must_use]
    pub fn around(&self, belongs: impl Fn(&Node) -> bool) -> Self {
        let inside: Vec<bool> = self.nodes.iter().map(belongs).collect();
        let mut kept = inside.clone();
        for edge in self.edges.iter().filter(|edge| inside[edge.from] || inside[edge.to]) {
            kept[edge.from] = true;
            kept[edge.to] = true;
        }
        self.limited(|index| kept[index], |edge| inside[edge.from] || inside[edge.to])
    }

    /// The nodes and edges of these kinds.
    #[must_use]
    pub fn of_kinds(&self, nodes: &[NodeKind], edges: &[EdgeKind]) -> Self {
        self.limited(|index| nodes.contains(&self.nodes[index].kind), |edge| edges.contains(&edge.kind))
    }

    /// Some of the nodes, and some of the edges between them.
    #[must_use]
    pub fn limited(&self, node: impl Fn(usize) -> bool, edge: impl Fn(&Edge) -> bool) -> Self {
        let mut at = vec![None; self.nodes.len()];
        let mut limited = Self { files: self.files.clone(), ..Self::default() };
        for (index, kept) in self.nodes.iter().enumerate().filter(|(index, _)| node(*index)) {
            at[index] = Some(limited.nodes.len());
            limited.nodes.push(kept.clone());
        }
        for kept in self.edges.iter().filter(|kept| edge(kept)) {
            if let (Some(from), Some(to)) = (at[kept.from], at[kept.to]) {
                limited.edges.push(Edge { from, to, ..kept.clone() });
            }
        }
        limited.weigh();
        limited
    }

    fn weigh(&mut self) {
        for node in &mut self.nodes {
            node.weight = 0;
        }
        for edge in &self.edges {
            self.nodes[edge.from].weight += 1;
            self.nodes[edge.to].weight += 1;
        }
    }
}

#[cfg(test)]
mod tests;
