//! Keeps the floors of the house and the owners of foreign crates.
//!
//! Invariant: reads the sources as text; code under `#[cfg(test)]` and in `tests.rs` is free.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its own files and says what is wrong by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floor of each module; a module uses only floors below its own.
const FLOORS: &[(&str, u8)] = &[
    ("text", 1),
    ("path", 1),
    ("fold", 1),
    ("fuzzy", 2),
    ("edit", 2),
    ("config", 2),
    ("markdown", 2),
    ("syntax", 2),
    ("note", 3),
    ("vault", 4),
    ("features", 5),
    ("loader", 5),
    ("server", 6),
    ("cli", 6),
    ("main", 7),
];

/// Foreign crates that have an owner: nobody else names them.
const OWNERS: &[(&str, &[&str])] = &[
    ("ropey", &["text"]),
    ("pulldown_cmark", &["markdown"]),
    ("saphyr", &["markdown"]),
    ("tree_sitter", &["syntax"]),
    ("tree_sitter_md", &["syntax"]),
    ("tower_lsp", &["server"]),
    ("tower", &["server"]),
    ("tokio", &["server"]),
    ("serde_json", &["server", "cli", "features/graph"]),
    ("serde", &["server", "cli", "features/graph", "note", "text"]),
    ("postcard", &["note/rest"]),
    ("zstd", &["note/rest"]),
    ("tikv_jemallocator", &["main"]),
    ("imbl", &["vault"]),
    ("dashmap", &["vault", "features", "server"]),
    ("rayon", &["vault", "features", "server"]),
    ("ignore", &["loader"]),
    ("simdutf8", &["loader", "note/rest"]),
    ("imagesize", &["loader"]),
    ("toml", &["config", "markdown/front_matter"]),
    ("strsim", &["config", "vault"]),
    ("csv", &["cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("anstream", &["cli"]),
    ("anstyle", &["cli"]),
    ("indicatif", &["cli"]),
    ("terminal_size", &["cli"]),
    ("unicode_width", &["cli"]),
    ("futures", &["server"]),
    ("hanconv", &["fold"]),
    ("pinyin", &["fuzzy"]),
    ("nucleo_matcher", &["fuzzy"]),
];

fn main_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && path.file_name().unwrap() != "tests.rs"
            {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort();
    sources
}

/// The code of a file: without its test module and without comments.
fn code(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn floor_of(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// Paths that begin with `crate::` (or `studymark::` in the program), as the modules they name.
fn used_modules(code: &str) -> Vec<Vec<String>> {
    let mut used = Vec::new();
    for start in ["crate::", "studymark::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let path: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            used.push(path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect());
        }
    }
    used
}

fn violations(sources: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, source) in sources {
        let code = code(source);
        let module = file.split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let Some(floor) = floor_of(module) else {
            found.push(format!("{file}: {module} has no floor"));
            continue;
        };
        for path in used_modules(&code) {
            let Some(used) = path.first() else { continue };
            let Some(below) = floor_of(used) else { continue };
            let server_verb = file == "cli/lsp.rs" && used == "server";
            if used != module && below >= floor && !server_verb {
                found.push(format!("{file}: {module} (floor {floor}) uses {used} (floor {below})"));
            }
            if module == "features" && used == "features" {
                let own = file.trim_start_matches("features/").split(['/', '.']).next().unwrap();
                if path.get(1).is_some_and(|other| other != own) {
                    found.push(format!("{file}: a feature uses the feature {}", path[1]));
                }
            }
        }
        for (name, owners) in OWNERS {
            let names = |line: &str| {
                line.match_indices(&format!("{name}::")).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'))
                })
            };
            let owned = owners
                .iter()
                .any(|owner| file.starts_with(&format!("{owner}/")) || *file == format!("{owner}.rs"));
            if !owned && code.lines().any(names) {
                found.push(format!("{file}: {name} belongs to {}", owners.join(", ")));
            }
        }
    }
    found
}

#[test]
fn every_module_keeps_to_its_floor_and_every_crate_has_its_owner() {
    let found = violations(&main_sources());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_source_says_what_it_is_for() {
    for (file, source) in main_sources() {
        assert!(source.starts_with("//! "), "{file} begins without a sentence");
    }
}

#[test]
fn a_violation_is_seen() {
    let made_up = |file: &str, source: &str| violations(&[(file.to_owned(), source.to_owned())]);
    assert_eq!(made_up("note/read.rs", "use crate::vault::Vault;").len(), 1);
    assert_eq!(made_up("features/hover.rs", "use crate::features::symbols::x;").len(), 1);
    assert_eq!(made_up("vault/mod.rs", "fn f() { ropey::Rope::new(); }").len(), 1);
    assert_eq!(made_up("server/state.rs", "use crate::cli::open;").len(), 1);
    assert_eq!(made_up("attic/mod.rs", "").len(), 1);
    assert_eq!(
        made_up(
            "note/read.rs",
            "// crate::vault\nuse crate::text::Text;\n#[cfg(test)]\nmod tests { use crate::vault::X; }"
        )
        .len(),
        0
    );
    assert_eq!(made_up("features/diagnostics/links.rs", "use crate::features::diagnostics::Check;").len(), 0);
}

#[test]
fn no_floor_is_given_twice() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    assert_eq!(floors.len(), FLOORS.len());
}
