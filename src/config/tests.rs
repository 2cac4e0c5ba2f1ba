//! Settings files, good and bad.

use expect_test::{Expect, expect};
use std::fmt::Write;

use crate::config::render::{CodeSetting, commented_file, schema};
use crate::config::settings::{Kind, SETTINGS};
use crate::config::{
    AnchorStyle, Config, ConfigFile, DocumentLinks, Feature, Features, Layer, Level, Severity, Value,
    WorkspaceSymbols,
};
use crate::path::NotePath;

fn read(text: &str) -> ConfigFile {
    ConfigFile::read(NotePath::new("/studymark.toml"), text)
}

#[track_caller]
fn check_problems(text: &str, expected: &Expect) {
    let file = read(text);
    let mut out = String::new();
    for problem in &file.problems {
        writeln!(out, "{:?} {}: {}", file.text.slice(problem.range), problem.key, problem.message).unwrap();
    }
    expected.assert_eq(&out);
}

const CODES: &[CodeSetting] =
    &[CodeSetting { code: "missing-file", default: Severity::Error, summary: "A \"dead\" link." }];

#[test]
fn a_file_sets_what_it_names() {
    let file = read(
        "[questions]\nwords = [\"证明\"]\nlink-is-answer = false\n[links]\nanchors = \"mkdocs\"\n[files]\nmax-bytes = 1_000\nextensions = [\".MD\"]\n[diagnostics]\nmissing-file = \"warning\"\nempty-section = false\n",
    );
    assert_eq!(file.problems, []);
    let config = Config::of(&[&file.layer]);
    assert_eq!(config.questions.words, ["证明"]);
    assert!(!config.questions.link_is_answer && config.questions.image_is_answer);
    assert_eq!(config.links.anchors, AnchorStyle::MkDocs);
    assert_eq!((config.files.max_bytes, config.files.extensions), (1000, vec!["md".to_owned()]));
    assert_eq!(config.levels["missing-file"], Level::At(Severity::Warning));
    assert_eq!(config.levels["empty-section"], Level::Off);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_rest_holds() {
    check_problems(
        "[question]\nwords = []\n[questions]\nword = []\nimage-is-answer = \"yes\"\nstub-phrases = [1]\n[links]\nanchors = \"githab\"\n[files]\nmax-bytes = 0\n[diagnostics]\nmissing-file = \"loud\"\nempty-section = 2024-01-01\n",
        &expect![[r#"
            "words = []" question.words: there is no such setting; did you mean questions.words?
            "word = []" questions.word: there is no such setting; did you mean questions.words?
            "image-is-answer = \"yes\"" questions.image-is-answer: this takes true or false
            "stub-phrases = [1]" questions.stub-phrases: every item of this list must be a text
            "anchors = \"githab\"" links.anchors: "githab" is none of github, mkdocs, obsidian; did you mean "github"?
            "max-bytes = 0" files.max-bytes: this takes a whole number of at least 1
            "missing-file = \"loud\"" diagnostics.missing-file: "loud" is none of off, hint, information, warning, error
            "empty-section = 2024-01-01" diagnostics.empty-section: no setting takes a datetime
        "#]],
    );
    assert_eq!(
        Config::of(&[&read("[files]\nmax-bytes = 5\n[links]\nanchors = 3\n").layer]).files.max_bytes,
        5
    );
}

#[test]
fn broken_syntax_is_one_problem_and_the_rest_holds() {
    check_problems(
        "[questions\nwords = [\"a\"]\n",
        &expect![[r#"
        "" syntax: this is no valid TOML: unclosed table, expected `]`
    "#]],
    );
}

#[test]
fn layers_lie_over_each_other() {
    let mut file = Layer::default();
    file.set("links.anchors", Value::Text("obsidian".into()));
    file.set("questions.words", Value::List(vec![Value::Text("a".into())]));
    let mut client = Layer::default();
    client.set("links.anchors", Value::Text("mkdocs".into()));
    let config = Config::of(&[&file, &client]);
    assert_eq!((config.links.anchors, config.questions.words), (AnchorStyle::MkDocs, vec!["a".to_owned()]));
}

#[test]
fn the_commented_file_is_valid_and_holds_the_defaults() {
    let text = commented_file(CODES);
    assert_eq!(Config::of(&[&read(&text).layer]), Config::default());
    let mut live = text.replace("#: ", "");
    // The one setting that is unset by default shows an example.
    live = live.lines().filter(|line| !line.starts_with("content-root")).collect::<Vec<_>>().join("\n");
    let file = read(&live);
    assert_eq!(file.problems, []);
    let mut config = Config::of(&[&file.layer]);
    assert_eq!(config.levels.remove("missing-file"), Some(Level::At(Severity::Error)));
    assert_eq!(config, Config::default());
}

#[test]
fn the_schema_is_json_and_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(&schema(CODES)).unwrap();
    assert_eq!(schema["properties"]["questions"]["properties"]["image-is-answer"]["default"], true);
    assert_eq!(schema["properties"]["diagnostics"]["properties"]["missing-file"]["default"], "error");
    for setting in crate::config::settings::SETTINGS {
        let (section, name) = setting.key.split_once('.').unwrap();
        assert!(schema["properties"][section]["properties"][name].is_object(), "{}", setting.key);
    }
}

/// Every feature that has a switch, in the order of the enumeration.
const FEATURES: [Feature; Feature::COUNT] = [
    Feature::Hover,
    Feature::Definition,
    Feature::References,
    Feature::Highlights,
    Feature::Rename,
    Feature::Completion,
    Feature::CodeActions,
    Feature::CodeLens,
    Feature::CallHierarchy,
    Feature::DocumentSymbols,
    Feature::Folding,
    Feature::SelectionRanges,
    Feature::Diagnostics,
    Feature::TermLinks,
    Feature::TermTokens,
    Feature::TermHints,
];

#[test]
fn every_feature_has_a_switch_of_its_own() {
    let defaults = Features::default();
    let mut switched = Vec::new();
    let switches = SETTINGS.iter().filter(|setting| setting.key.starts_with("features."));
    for setting in switches.filter(|setting| setting.kind == Kind::Bool) {
        let mut layer = Layer::default();
        layer.set(setting.key, Value::Bool(setting.default != "true"));
        let features = Config::of(&[&layer]).features;
        let changed: Vec<Feature> =
            FEATURES.into_iter().filter(|feature| features.has(*feature) != defaults.has(*feature)).collect();
        let [feature] = changed[..] else { panic!("{} switches {changed:?}", setting.key) };
        switched.push(format!("{} {feature:?}", setting.key));
    }
    assert_eq!(switched.len(), FEATURES.len(), "{switched:?}");
    assert!(switched.contains(&"features.term-links TermLinks".to_owned()), "{switched:?}");
    assert!(!defaults.has(Feature::TermLinks) && defaults.has(Feature::Hover));
}

#[test]
fn what_is_found_and_clicked_has_three_ways() {
    let file = read("[features]\nworkspace-symbols = \"terms\"\ndocument-links = \"wiki\"\nhover = false\n");
    assert_eq!(file.problems, []);
    let features = Config::of(&[&file.layer]).features;
    assert_eq!(features.workspace_symbols, WorkspaceSymbols::Terms);
    assert_eq!(features.document_links, DocumentLinks::Wiki);
    assert!(!features.has(Feature::Hover));
    let off = read("[features]\nworkspace-symbols = \"off\"\ndocument-links = \"off\"\n");
    let features = Config::of(&[&off.layer]).features;
    assert_eq!(features.workspace_symbols, WorkspaceSymbols::Off);
    assert_eq!(features.document_links, DocumentLinks::Off);
    check_problems(
        "[features]\ndocument-links = true\nhover = \"off\"\n",
        &expect![[r#"
            "document-links = true" features.document-links: this takes one of: all, wiki, off
            "hover = \"off\"" features.hover: this takes true or false
        "#]],
    );
}

#[test]
fn names_that_are_one() {
    let file = read("[terms]\naliases = [\"k8s = kubernetes\", \"协程＝goroutine = 绿色线程\"]\n");
    assert_eq!(file.problems, []);
    let aliases = Config::of(&[&file.layer]).terms.aliases;
    assert_eq!(aliases, [vec!["k8s", "kubernetes"], vec!["协程", "goroutine", "绿色线程"]]);
    check_problems(
        "[terms]\naliases = [\"k8s\"]\n",
        &expect![[r#"
            "aliases = [\"k8s\"]" terms.aliases: "k8s" names no two things that are one: "k8s = kubernetes"
        "#]],
    );
}
