//! Words of fixed lists: kinds of callouts, languages of code.
//!
//! Invariant: what the note or the notes use already comes first.

use std::collections::HashMap;

use crate::features::completion::{About, Item, Kind, List, Request};
use crate::fuzzy::Pattern;
use crate::note::MaskKind;
use crate::syntax::context::Part;

/// Kinds of callouts with what they are for: those of GitHub and Obsidian, and those that studymark reads something in.
const CALLOUTS: &[(&str, &str)] = &[
    ("question", "a question: open while it has a title alone"),
    ("todo", "something still to be answered"),
    ("done", "something that is answered"),
    ("definition", "what a term means"),
    ("note", ""),
    ("tip", ""),
    ("important", ""),
    ("warning", ""),
    ("caution", ""),
    ("abstract", ""),
    ("summary", ""),
    ("info", ""),
    ("hint", ""),
    ("success", ""),
    ("help", ""),
    ("faq", ""),
    ("failure", ""),
    ("danger", ""),
    ("bug", ""),
    ("example", ""),
    ("quote", ""),
];

/// Languages as fences name them.
const LANGUAGES: &[&str] = &[
    "asm",
    "awk",
    "bash",
    "bat",
    "bibtex",
    "c",
    "clojure",
    "cmake",
    "console",
    "cpp",
    "csharp",
    "css",
    "csv",
    "cuda",
    "dart",
    "diff",
    "dockerfile",
    "dot",
    "elixir",
    "elm",
    "erlang",
    "fish",
    "fortran",
    "fsharp",
    "git",
    "glsl",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "hcl",
    "html",
    "http",
    "ini",
    "java",
    "javascript",
    "json",
    "json5",
    "jsonc",
    "jsx",
    "julia",
    "kotlin",
    "latex",
    "less",
    "lisp",
    "lua",
    "makefile",
    "markdown",
    "math",
    "matlab",
    "mermaid",
    "nginx",
    "nix",
    "objectivec",
    "ocaml",
    "octave",
    "pascal",
    "perl",
    "php",
    "plaintext",
    "plantuml",
    "powershell",
    "prolog",
    "properties",
    "proto",
    "python",
    "r",
    "racket",
    "regex",
    "rst",
    "ruby",
    "rust",
    "sass",
    "scala",
    "scheme",
    "scss",
    "sh",
    "sql",
    "svelte",
    "svg",
    "swift",
    "systemverilog",
    "tcl",
    "tex",
    "text",
    "toml",
    "ts",
    "tsx",
    "typescript",
    "typst",
    "vb",
    "verilog",
    "vhdl",
    "vim",
    "vue",
    "wasm",
    "xml",
    "yaml",
    "zig",
    "zsh",
];

/// Kinds of callouts: `> [!no`.
pub(super) fn callouts(request: &Request<'_>, part: Part) -> List {
    let (range, close) = request.closed(part, "]");
    let note = request.note;
    let mut used: HashMap<String, usize> = HashMap::new();
    for callout in note.callouts.iter().filter(|callout| !callout.kind.overlaps(part.whole)) {
        *used.entry(note.text.slice(callout.kind).to_lowercase()).or_default() += 1;
    }
    let known: Vec<&str> = CALLOUTS.iter().map(|(kind, _)| *kind).collect();
    let items = ranked(request.text(part.typed), &known, &used).into_iter().map(|kind| {
        let about = CALLOUTS.iter().find(|(known, _)| *known == kind).map_or("", |(_, about)| about);
        Item {
            edit: (range, format!("{kind}{close}")),
            about: if about.is_empty() { About::Nothing } else { About::Text(about.to_owned()) },
            place: about.to_owned(),
            ..Item::word(kind, Kind::Word, range)
        }
    });
    List { items: items.collect(), incomplete: false }
}

/// Languages: `` ```ru ``.
pub(super) fn languages(request: &Request<'_>, part: Part) -> List {
    let note = request.note;
    let mut used: HashMap<String, usize> = HashMap::new();
    let blocks = note.masks.iter().filter(|mask| mask.kind == MaskKind::CodeBlock);
    for block in blocks.filter(|block| !block.range.touches(part.typed.end())) {
        let first = note.text.slice(block.range).lines().next().unwrap_or_default();
        let language =
            first.trim_start_matches(['`', '~', ' ']).split([' ', ',', '{']).next().unwrap_or_default();
        if first.starts_with(['`', '~']) && !language.is_empty() && language.len() <= 20 {
            *used.entry(language.to_owned()).or_default() += 1;
        }
    }
    let items = ranked(request.text(part.typed), LANGUAGES, &used);
    let items = items.into_iter().map(|language| Item::word(language, Kind::Word, part.whole));
    List { items: items.collect(), incomplete: false }
}

/// The words that fit, the best first; of equals those that are used more, then those that come first in the list.
fn ranked(typed: &str, known: &[&str], used: &HashMap<String, usize>) -> Vec<String> {
    let pattern = Pattern::new(typed);
    let own = used.keys().filter(|word| !known.contains(&word.as_str())).cloned();
    let mut own: Vec<String> = own.collect();
    own.sort_unstable();
    let words = known.iter().map(|word| (*word).to_owned()).chain(own);
    let mut fitting: Vec<_> = words
        .enumerate()
        .filter_map(|(place, word)| {
            let fit = pattern.fit_written(&word)?;
            let uses = used.get(&word).copied().unwrap_or_default();
            Some((fit.way, std::cmp::Reverse(uses), place, word))
        })
        .collect();
    fitting.sort();
    fitting.into_iter().map(|(.., word)| word).collect()
}
