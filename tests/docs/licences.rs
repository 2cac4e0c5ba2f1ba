//! What the program and the packages for editors contain is permissively licensed.
//!
//! Invariant: nothing is fetched. Licences are those that the packages declare, as expressions of SPDX.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::{file, read};

/// Licences that ask for no more than to be named.
const PERMISSIVE: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// Licences whose packages may be linked with ours as they are: what is changed in their own files has to be given away.
const LINKED: &[&str] = &["MPL-2.0", "MPL-2.0+"];

/// Whether an expression (`(MIT OR Apache-2.0) AND Unicode-3.0`, in old packages `MIT/Apache-2.0`) leaves a choice of
/// licences that are all taken.
fn is_taken(expression: &str, taken: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let result = either(&mut words, taken);
    result == Some(true) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// `None` for what is no expression.
fn either(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut result = both(words, taken)?;
    while words.next_if_eq(&"OR").is_some() {
        result |= both(words, taken)?;
    }
    Some(result)
}

fn both(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut result = one(words, taken)?;
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, taken)?;
    }
    Some(result)
}

fn one(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> Option<bool> {
    match words.next()? {
        "(" => {
            let result = either(words, taken)?;
            words.next_if_eq(&")").map(|_| result)
        }
        ")" | "AND" | "OR" | "WITH" => None,
        name => match words.next_if_eq(&"WITH") {
            Some(_) => Some(taken(&format!("{name} WITH {}", words.next()?))),
            None => Some(taken(name)),
        },
    }
}

fn may_be_linked(name: &str) -> bool {
    PERMISSIVE.contains(&name) || LINKED.contains(&name)
}

fn may_be_bundled(name: &str) -> bool {
    PERMISSIVE.contains(&name)
}

#[test]
fn expressions_are_understood() {
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-2.0-only OR (MIT AND Unicode-3.0)", true),
        ("MIT AND (GPL-2.0-only OR LGPL-3.0-only)", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
        ("GPL-2.0-only WITH Classpath-exception-2.0", false),
        ("MPL-2.0+", true),
        ("", false),
        ("MIT OR", false),
        ("(MIT", false),
        ("MIT)", false),
        ("MIT MIT", false),
        ("NOASSERTION", false),
    ] {
        assert_eq!(is_taken(expression, &may_be_linked), expected, "{expression}");
    }
    assert!(!is_taken("MPL-2.0", &may_be_bundled));
}

/// What cargo knows of our dependencies without asking anybody. Packages for other systems than this one may never have
/// been fetched; then those of this system are looked at.
fn metadata() -> Value {
    let run = |filter: &[&str]| {
        Command::new(env!("CARGO"))
            .args(["metadata", "--offline", "--locked", "--format-version", "1", "--manifest-path"])
            .arg(file("Cargo.toml"))
            .args(filter)
            .output()
            .unwrap()
    };
    let mut output = run(&[]);
    if !output.status.success() {
        eprintln!("NOT TESTED: packages for other systems, which were not fetched");
        output = run(&["--filter-platform", env!("STUDYMARK_TARGET")]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The ids of the packages that end up in the program: no tests, no build scripts.
fn in_the_program(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let mut waiting = vec![metadata["resolve"]["root"].as_str().unwrap()];
    let mut met = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !met.insert(id) {
            continue;
        }
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                waiting.push(dependency["pkg"].as_str().unwrap());
            }
        }
    }
    met
}

#[test]
fn crates_are_permissively_licensed() {
    let metadata = metadata();
    let used = in_the_program(&metadata);
    let packages: Vec<&Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| used.contains(package["id"].as_str().unwrap()))
        .collect();
    assert_eq!(packages.len(), used.len());
    // A dependency that cannot be missing: an empty list would be fine with everything.
    assert!(packages.iter().any(|package| package["name"] == "pulldown-cmark"));
    assert!(!packages.iter().any(|package| package["name"] == "proptest"), "tests are not in the program");
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !is_taken(package["license"].as_str().unwrap_or_default(), &may_be_linked))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "not permissively licensed:\n{}", refused.join("\n"));
    let linked: BTreeSet<&str> = packages
        .iter()
        .filter(|package| !is_taken(package["license"].as_str().unwrap_or_default(), &may_be_bundled))
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        linked,
        BTreeSet::from(["imbl", "imbl-sized-chunks", "nucleo-matcher"]),
        "ARCHITECTURE.md names what is under MPL-2.0"
    );
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
    for (lockfile, known) in [
        ("editors/vscode/package-lock.json", "vscode-languageclient"),
        ("editors/graph/package-lock.json", "d3-force"),
    ] {
        let bundled = bundled(lockfile);
        assert!(bundled.contains_key(known), "{lockfile}: {bundled:?}");
        let refused: Vec<_> =
            bundled.iter().filter(|(_, licence)| !is_taken(licence, &may_be_bundled)).collect();
        assert!(refused.is_empty(), "{lockfile}: not permissively licensed: {refused:?}");
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
