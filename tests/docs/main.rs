//! Documentation says what the code does.
//!
//! Invariant: the lists in the documents are compared with the registries in the code; `UPDATE_EXPECT=1 cargo test --test
//! docs` writes the generated ones anew.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files and says what is wrong by panicking"
)]

mod licences;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use studymark::config::render::{CodeSetting, documentation, schema};
use studymark::features::diagnostics::codes;
use studymark::note::Note;
use studymark::path::NotePath;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn settings() -> Vec<CodeSetting> {
    codes()
        .map(|spec| CodeSetting { code: spec.code, default: spec.severity, summary: spec.summary })
        .collect()
}

#[test]
fn the_schema_is_the_one_of_the_code() {
    expect_file![file("editors/schema/studymark.schema.json")].assert_eq(&schema(&settings()));
}

#[test]
fn the_page_of_settings_is_the_one_of_the_code() {
    let head = "# Settings\n\n`studymark.toml` at the root of the notes (or above it) and the client's `studymark` settings have the same keys; the client's \
                win.\n`studymark init` writes a file with all of them. What is wrong in one setting is said and takes nothing from the others.\nA JSON schema \
                for both is in `editors/schema/studymark.schema.json`.\n\n";
    expect_file![file("docs/configuration.md")].assert_eq(&format!("{head}{}", documentation(&settings())));
}

#[test]
fn every_code_has_its_section_and_its_row() {
    let known: BTreeSet<String> = codes().map(|spec| spec.code.to_owned()).collect();
    let page = Note::read(NotePath::new("/diagnostics.md"), read("docs/diagnostics.md"));
    let sections: BTreeSet<String> = page
        .headings
        .iter()
        .filter(|heading| heading.level == 2)
        .map(|heading| heading.text().to_string())
        .collect();
    assert_eq!(sections, known);
    let readme = read("README.md");
    let rows: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(code, _)| code.to_owned())
        .filter(|code| known.contains(code) || code.contains("missing-"))
        .collect();
    assert_eq!(rows, known);
}

#[test]
fn the_default_levels_in_the_documentation_are_those_of_the_code() {
    let page = read("docs/diagnostics.md");
    for setting in settings() {
        let section = page
            .split(&format!("## {}\n\n*", setting.code))
            .nth(1)
            .unwrap_or_else(|| panic!("{}", setting.code));
        let level = section.split('.').next().unwrap().to_lowercase();
        assert_eq!(level, format!("{:?}", setting.default).to_lowercase(), "{}", setting.code);
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let architecture = read("ARCHITECTURE.md");
    let manifest = read("Cargo.toml");
    let manifest: toml::Table = manifest.parse().unwrap();
    let of = |table: &toml::Table, kind: &str| -> Vec<String> {
        let names = table.get(kind).and_then(|some| some.as_table()).into_iter().flatten();
        names.map(|(name, _)| name.clone()).collect()
    };
    let for_targets = manifest["target"].as_table().unwrap().values().filter_map(|target| target.as_table());
    let tables: Vec<&toml::Table> = std::iter::once(&manifest).chain(for_targets).collect();
    let names: Vec<String> = tables
        .iter()
        .flat_map(|table| ["dependencies", "dev-dependencies"].iter().flat_map(|kind| of(table, kind)))
        .collect();
    assert!(names.iter().any(|name| name == "libc") && names.iter().any(|name| name == "proptest"));
    for name in names {
        assert!(architecture.contains(&name), "ARCHITECTURE.md does not say what {name} is for");
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    use studymark::config::Layer;
    use studymark::loader::{RootSpec, load};
    use studymark::vault::Scope;
    let root = NotePath::from_disk(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let spec = RootSpec { path: root, scope: Scope::Folder, notes: Vec::new() };
    let vault = load(&[spec], &Layer::default(), &|_| true).vault;
    let mut broken = Vec::new();
    for note in vault.notes().filter(|note| !note.path.as_str().contains("/fixtures/")) {
        for found in studymark::features::diagnostics::check_note(&vault, note) {
            if found.code.starts_with("missing-") {
                broken.push(format!("{}: {}", note.path, found.message));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_configurations_of_editors_can_be_read() {
    for path in ["editors/helix/languages.toml", "editors/kakoune/kak-lsp.toml", "editors/zed/extension.toml"]
    {
        read(path).parse::<toml::Table>().unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    for path in ["editors/kate/lspclient/settings.json", "editors/sublime/LSP.sublime-settings"] {
        // Sublime's settings may have comments.
        let json: String = read(path).lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let settings: serde_json::Value =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(settings.to_string().contains(r#""command":["studymark","lsp"]"#), "{path}: {settings}");
    }
}

#[test]
fn the_packages_for_editors_have_the_version_of_the_server() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, line) in [
        ("editors/zed/extension.toml", format!("version = \"{version}\"")),
        ("editors/zed/Cargo.toml", format!("version = \"{version}\"")),
        ("editors/emacs/studymark.el", format!(";; Version: {version}")),
    ] {
        assert!(read(path).lines().any(|found| found == line), "{path} has not the line {line}");
    }
}

#[test]
fn the_kinds_in_the_page_of_the_graph_are_those_of_the_code() {
    use studymark::vault::graph::{EdgeKind, NodeKind};
    let rows = |page: &str| -> BTreeSet<String> {
        page.lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(kind, _)| kind.to_owned())
            .collect()
    };
    let kinds = NodeKind::ALL.map(NodeKind::name).into_iter().chain(EdgeKind::ALL.map(EdgeKind::name));
    let kinds: BTreeSet<String> = kinds.map(str::to_owned).collect();
    assert_eq!(rows(&read("docs/graph.md")), kinds);
    let contract = read("docs/command-line.md");
    for kind in kinds {
        assert!(contract.contains(&format!("`{kind}`")), "docs/command-line.md does not name {kind}");
    }
}

#[test]
fn the_page_of_the_graph_is_built_from_its_sources() {
    // FNV-1a, as editors/graph/build.mjs makes it.
    let folder = "editors/graph";
    let mut names: Vec<String> = fs::read_dir(file(&format!("{folder}/src")))
        .unwrap()
        .map(|entry| format!("src/{}", entry.unwrap().file_name().to_str().unwrap()))
        .chain(["build.mjs", "package.json", "package-lock.json"].map(str::to_owned))
        .collect();
    names.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for name in names {
        let content = fs::read(file(&format!("{folder}/{name}"))).unwrap();
        for byte in name.bytes().chain([0]).chain(content).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    for built in ["page.js", "page.css"] {
        let text = read(&format!("src/features/graph/page/{built}"));
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.contains(&format!("sum {hash:016x}")),
            "{built} is not built from what is in {folder}: run `npm ci --ignore-scripts && npm run build` there"
        );
    }
}
