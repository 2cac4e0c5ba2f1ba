//! The graph as one page for a browser: style, program and data in one file, and nothing fetched.
//!
//! Invariant: what notes say stands in the page as JSON with every `<` escaped, and the program shows it as text; the
//! page's own policy lets no other script or style run. A host that shows it puts its own nonce in place of [`NONCE`].

use std::collections::HashMap;

use serde::Serialize;

use crate::features::graph::Setting;
use crate::text::TextRange;
use crate::vault::Vault;
use crate::vault::graph::{EdgeKind, Graph, Node, NodeKind};

/// Built from `editors/graph`; `editors/graph/build` makes both anew.
const PROGRAM: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");

/// The nonce of every script and style.
const NONCE: &str = "studymark-nonce";

/// How many characters of what a node says are in the page: of all nodes together, and of one.
const MOST_TEXT: usize = 1_200_000;
const MOST_OF_ONE: usize = 700;
const LEAST_OF_ONE: usize = 120;

/// What the program reads. Names are short, since there are many nodes.
#[derive(Serialize)]
struct Data<'a> {
    version: u32,
    root: &'a str,
    name: &'a str,
    files: Vec<File<'a>>,
    chapters: Vec<&'a str>,
    kinds: [&'static str; 3],
    ties: [&'static str; 6],
    nodes: Vec<Point<'a>>,
    edges: Vec<Tie<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    href: Option<String>,
}

/// A node: id, title, kind, file, line from 0, chapter, state, whether it asks, what it says.
#[derive(Serialize)]
struct Point<'a> {
    i: &'a str,
    t: &'a str,
    k: usize,
    f: usize,
    l: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    q: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    x: &'a str,
}

/// An edge: from, to, kind, weight, why.
#[derive(Serialize)]
struct Tie<'a>(usize, usize, usize, f64, &'a [String]);

pub(super) fn page(vault: &Vault, graph: &Graph, setting: &Setting<'_>) -> String {
    let name = setting.root.rsplit('/').find(|part| !part.is_empty()).unwrap_or("notes");
    let data = serde_json::to_string(&data(vault, graph, setting, name)).unwrap_or_default();
    // JSON has `<` in strings only; there it may be written so, and nothing in them ends the element.
    let data = data.replace('<', "\\u003c");
    let title = escaped(name);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'nonce-{NONCE}'; script-src 'nonce-{NONCE}'; worker-src blob:; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"studymark graph\">\n<title>{title} · graph</title>\n<style nonce=\"{NONCE}\">{STYLE}</style>\n</head>\n<body>\n<main id=\"app\"><noscript>The graph needs JavaScript, which is part of this file.</noscript></main>\n<script type=\"application/json\" id=\"graph\" nonce=\"{NONCE}\">{data}</script>\n<script nonce=\"{NONCE}\">{PROGRAM}</script>\n</body>\n</html>\n"
    )
}

fn data<'a>(vault: &'a Vault, graph: &'a Graph, setting: &Setting<'a>, name: &'a str) -> Data<'a> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut chapters: Vec<&str> = Vec::new();
    let most = (MOST_TEXT / graph.nodes.len().max(1)).clamp(LEAST_OF_ONE, MOST_OF_ONE);
    let nodes = graph.nodes.iter().map(|node| {
        let chapter = node.chapter.as_deref().map(|chapter| {
            *known.entry(chapter).or_insert_with(|| {
                chapters.push(chapter);
                chapters.len() - 1
            })
        });
        Point {
            i: &node.id,
            t: &node.title,
            k: position(&NodeKind::ALL, node.kind),
            f: node.file,
            l: node.line,
            c: chapter,
            s: node.state.map(|state| state.name()),
            q: node.question,
            x: start(vault, graph, node, most),
        }
    });
    let nodes = nodes.collect();
    let edges = graph.edges.iter().map(|edge| {
        let weight = (edge.weight * 100.0).round() / 100.0;
        Tie(edge.from, edge.to, position(&EdgeKind::ALL, edge.kind), weight, &edge.why)
    });
    let files =
        graph.files.iter().map(|file| File { path: &file.shown, href: (setting.address)(&file.path) });
    Data {
        version: 1,
        root: setting.root,
        name,
        files: files.collect(),
        chapters,
        kinds: NodeKind::ALL.map(NodeKind::name),
        ties: EdgeKind::ALL.map(EdgeKind::name),
        nodes,
        edges: edges.collect(),
    }
}

fn position<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().position(|known| *known == one).unwrap_or_default()
}

/// The beginning of what a node says.
fn start<'a>(vault: &'a Vault, graph: &Graph, node: &Node, most: usize) -> &'a str {
    let Some(note) = vault.note(&graph.files[node.file].path) else { return "" };
    let end = node.body.end().min(note.text.len());
    let text = note.text.slice(TextRange::new(node.body.start().min(end), end)).trim();
    let cut = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    &text[..cut]
}

/// Text in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
