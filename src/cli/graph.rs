//! `studymark graph`: notes, topics and terms with what joins them.
//!
//! Invariant: the same notes give the same bytes; nothing of a document goes to a terminal that cannot show it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::cli::open::{Opened, absolute, open};
use crate::cli::output::{ColorChoice, Out, counted};
use crate::cli::target::{refuse_notes, write_file};
use crate::cli::{Failure, Paths};
use crate::features::graph::{Drawing, Form, LeftOut, Setting, draw};
use crate::fold::folded;
use crate::path::NotePath;
use crate::vault::glossary::Glossary;
use crate::vault::graph::{EdgeKind, Graph, Node, NodeKind};
use crate::vault::topics::Topics;

/// Arguments of `graph`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  studymark graph -o graph.html                        a page to look at, of all notes of this folder
  studymark graph -o go.html --chapter Go 面试.md       one chapter of a note, and what touches it
  studymark graph --format mermaid --nodes note,topic  for a page of Markdown
  studymark graph -o graph.dot && dot -Tsvg -O graph.dot")]
pub struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// The form; without it that of the output file's ending, and otherwise a page.
    #[arg(long, value_enum)]
    format: Option<GraphFormat>,
    /// The file that is written; standard output otherwise. Never over a note.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only the topics under top headings whose titles contain this, and what touches them.
    #[arg(long, value_name = "TEXT")]
    chapter: Option<String>,
    /// Only nodes of these kinds.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND,…")]
    nodes: Vec<Nodes>,
    /// Only edges of these kinds.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND,…")]
    edges: Vec<Edges>,
}

/// The form of a graph.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum GraphFormat {
    /// One page for a browser, which needs nothing else.
    Html,
    /// The language of Graphviz.
    Dot,
    /// A flowchart for pages of Markdown, cut to what Mermaid can show.
    Mermaid,
    /// One JSON document, for tools.
    Json,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Nodes {
    /// Notes.
    Note,
    /// Headings, and what else asks.
    Topic,
    /// Names that the notes define.
    Term,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Edges {
    /// A note or topic holds a topic.
    Contains,
    /// A link leads there.
    Links,
    /// A topic defines a term.
    Defines,
    /// A topic speaks of a term or another topic.
    Mentions,
    /// Both share rare words.
    Related,
    /// A topic likely answers an open question.
    Answers,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`]; a note is never written over, and a page is not thrown at a terminal.
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let form = form(arguments);
    if arguments.output.is_none() && form == Form::Html && std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "the graph is a page for a browser: write it with --output graph.html, or choose --format mermaid, \
             dot or json"
                .to_owned(),
        ));
    }
    let target = arguments.output.as_deref().map(absolute).transpose()?;
    if let (Some(target), Some(written)) = (&target, &arguments.output) {
        refuse_notes(target, written, &|_| false)?;
    }
    let opened = open(&arguments.paths)?;
    let graph = limited(whole(&opened), &opened, arguments)?;
    let folder = match &target {
        Some(target) => target.folder(),
        None => absolute(Path::new("."))?,
    };
    let address = |path: &NotePath| Some(way(path, &folder));
    let setting = Setting { root: opened.root.as_str(), address: &address };
    let Drawing { text, left_out } = draw(&opened.vault, &graph, form, &setting);
    match &arguments.output {
        None => {
            // As it is: what looks like colour in a title is the title's own.
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(text.as_bytes())?;
            stdout.flush()?;
            if left_out != LeftOut::default() {
                let mut stderr = std::io::stderr().lock();
                // Whoever closed it does not want to know.
                let _ = writeln!(stderr, "{}", told(left_out));
            }
        }
        Some(path) => {
            write_file(path, text.as_bytes())?;
            let mut out = Out::new(color);
            let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
            let (nodes, edges) = (counted(nodes, "node", "nodes"), counted(edges, "edge", "edges"));
            writeln!(out, "wrote {nodes} and {edges} to {}", path.display())?;
            if left_out != LeftOut::default() {
                writeln!(out, "{}", told(left_out))?;
            }
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(left_out: LeftOut) -> String {
    let nodes = counted(left_out.nodes, "node", "nodes");
    let edges = counted(left_out.edges, "edge", "edges");
    format!(
        "left out {nodes} and {edges}, since Mermaid shows no more; --chapter, --nodes and --edges choose"
    )
}

/// The form that was asked for, by name or by the ending of the file.
fn form(arguments: &Arguments) -> Form {
    let ending = arguments.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    match (arguments.format, ending.map(str::to_ascii_lowercase).as_deref()) {
        (Some(GraphFormat::Html), _) => Form::Html,
        (Some(GraphFormat::Dot), _) | (None, Some("dot" | "gv")) => Form::Dot,
        (Some(GraphFormat::Mermaid), _) | (None, Some("mmd" | "mermaid")) => Form::Mermaid,
        (Some(GraphFormat::Json), _) | (None, Some("json")) => Form::Json,
        (None, _) => Form::Html,
    }
}

fn whole(opened: &Opened) -> Graph {
    let topics = Topics::of(&opened.vault);
    let glossary = Glossary::of(&opened.vault);
    Graph::of(&opened.vault, &topics, &glossary, &|path| opened.shown(path).to_owned())
}

/// What belongs to the notes and the chapter that were named, with what touches it, of the kinds that were asked for.
fn limited(graph: Graph, opened: &Opened, arguments: &Arguments) -> Result<Graph, Failure> {
    let mut graph = graph;
    if !graph.files.iter().all(|file| opened.is_named(&file.path)) {
        let files: Vec<bool> = graph.files.iter().map(|file| opened.is_named(&file.path)).collect();
        graph = graph.around(|node| files[node.file]);
    }
    if let Some(chapter) = &arguments.chapter {
        let wanted = folded(chapter);
        // The top heading is its own chapter.
        let title = |node: &Node| match node.kind {
            NodeKind::Topic => Some(node.chapter.clone().unwrap_or_else(|| node.title.clone())),
            NodeKind::Note | NodeKind::Term => None,
        };
        let belongs = |node: &Node| title(node).is_some_and(|title| folded(&title).contains(&wanted));
        if !graph.nodes.iter().any(belongs) {
            return Err(Failure::Usage(format!("no top heading has {chapter} in its title")));
        }
        graph = graph.around(belongs);
    }
    let nodes: Vec<NodeKind> = match arguments.nodes.as_slice() {
        [] => NodeKind::ALL.to_vec(),
        some => some.iter().map(|kind| node_kind(*kind)).collect(),
    };
    let edges: Vec<EdgeKind> = match arguments.edges.as_slice() {
        [] => EdgeKind::ALL.to_vec(),
        some => some.iter().map(|kind| edge_kind(*kind)).collect(),
    };
    Ok(graph.of_kinds(&nodes, &edges))
}

fn node_kind(kind: Nodes) -> NodeKind {
    match kind {
        Nodes::Note => NodeKind::Note,
        Nodes::Topic => NodeKind::Topic,
        Nodes::Term => NodeKind::Term,
    }
}

fn edge_kind(kind: Edges) -> EdgeKind {
    match kind {
        Edges::Contains => EdgeKind::Contains,
        Edges::Links => EdgeKind::Links,
        Edges::Defines => EdgeKind::Defines,
        Edges::Mentions => EdgeKind::Mentions,
        Edges::Related => EdgeKind::Related,
        Edges::Answers => EdgeKind::Answers,
    }
}

/// What a link in a page must not hold as it is; a colon would begin a scheme.
const IN_LINK: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'`');

/// The way from a folder to a note as a link in a page: `../系统/a%20b.md`.
fn way(path: &NotePath, folder: &NotePath) -> String {
    let relative = path.relative_from(folder);
    match relative.split_once(":/") {
        // Another drive of Windows.
        Some((drive, rest)) if drive.len() == 1 => {
            format!("file:///{drive}:/{}", utf8_percent_encode(rest, &IN_LINK))
        }
        _ => utf8_percent_encode(&relative, &IN_LINK).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::way;
    use crate::path::NotePath;

    #[test]
    fn ways_in_a_page() {
        let way = |from: &str, to: &str| way(&NotePath::new(to), &NotePath::new(from));
        assert_eq!(way("/笔记/图", "/笔记/系统/a b.md"), "../%E7%B3%BB%E7%BB%9F/a%20b.md");
        assert_eq!(way("/", "/javascript:alert(1).md"), "javascript%3Aalert(1).md");
        assert_eq!(way("/", "/C#?%.md"), "C%23%3F%25.md");
        assert_eq!(way("C:/x", "D:/y/a b.md"), "file:///D:/y/a%20b.md");
    }
}
