//! What the packages for editors contain is permissively licensed, by the same list as the crates of the program, which
//! `cargo deny` looks at.
//!
//! Invariant: nothing is fetched. Licences are those that the packages declare; one that is an expression (`MIT OR …`) is for
//! a person to read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::read;

/// What `deny.toml` says of licences.
fn licences() -> toml::Table {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    deny["licenses"].as_table().unwrap().clone()
}

/// Name and licence of what a lockfile of npm installs for use, not for development alone.
fn bundled(lockfile: &str) -> BTreeMap<String, String> {
    let lock: Value = serde_json::from_str(&read(lockfile)).unwrap();
    lock["packages"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != true)
        .map(|(path, package)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            (name.to_owned(), package["license"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

#[test]
fn packages_of_npm_are_permissively_licensed() {
    let licences = licences();
    let allowed: Vec<&str> =
        licences["allow"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
    for (lockfile, known) in [
        ("editors/vscode/package-lock.json", "vscode-languageclient"),
        ("editors/graph/package-lock.json", "d3-force"),
    ] {
        let bundled = bundled(lockfile);
        assert!(bundled.contains_key(known), "{lockfile}: {bundled:?}");
        let refused: Vec<_> =
            bundled.iter().filter(|(_, licence)| !allowed.contains(&licence.as_str())).collect();
        assert!(refused.is_empty(), "{lockfile}: not permissively licensed: {refused:?}");
    }
}

#[test]
fn crates_that_are_linked_under_another_licence_are_named() {
    let licences = licences();
    let linked = licences["exceptions"].as_array().unwrap();
    assert!(!linked.is_empty());
    let architecture = read("ARCHITECTURE.md");
    for exception in linked {
        let name = exception["crate"].as_str().unwrap();
        let licence = exception["allow"][0].as_str().unwrap();
        let named = |line: &&str| {
            line.starts_with("| ") && line.contains(name) && line.contains(&format!("({licence}, linked)"))
        };
        assert!(architecture.lines().any(|line| named(&line)), "ARCHITECTURE.md: {name} is under {licence}");
    }
}

#[test]
fn the_page_of_the_graph_carries_the_licences_of_what_it_contains() {
    let page = read("src/features/graph/page/page.js");
    let notices = page.split("*/").next().unwrap();
    for name in bundled("editors/graph/package-lock.json").keys() {
        assert!(notices.contains(&format!("\n{name}: Copyright")), "page.js has no licence of {name}");
    }
}
