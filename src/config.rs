//! Settings: what they are, their defaults, and how a file or a client sets them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::path::NotePath;
use crate::text::{Text, TextRange};

/// All settings, each with a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The level of each diagnostic code that was set, by code.
    pub levels: BTreeMap<String, Level>,
    /// What counts as a question and as an answer.
    pub questions: Questions,
    /// How links are read.
    pub links: Links,
    /// Which files are notes.
    pub files: Files,
}

/// How loud a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// Something to know of in passing.
    Hint,
    /// Something to know.
    Information,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

/// What a setting makes of a diagnostic code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported with this severity.
    At(Severity),
}

/// What counts as a question and as an answer (added to what is built in).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Questions {
    /// Further words that make a heading a question when it contains one of them.
    pub words: Vec<String>,
    /// Further texts that put an answer off when they are the whole of it.
    pub stub_phrases: Vec<String>,
    /// Further headings that are never flagged or counted.
    pub reserved_headings: Vec<String>,
    /// Whether a body of images alone is an answer.
    pub image_is_answer: bool,
    /// Whether a body of links alone is an answer.
    pub link_is_answer: bool,
}

/// How links are read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links {
    /// The folder, relative to the root, that `/x` starts from; `None` leaves such links unchecked.
    pub content_root: Option<String>,
    /// How a fragment names a heading.
    pub anchors: AnchorStyle,
}

/// How a fragment names a heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AnchorStyle {
    /// As GitHub makes anchors.
    #[default]
    GitHub,
    /// As Python-Markdown's `toc` and mkdocs do.
    MkDocs,
    /// By the heading's text, as Obsidian does.
    Obsidian,
}

/// Which files are notes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// Globs, relative to the root, of files that are left out.
    pub exclude: Vec<String>,
    /// The endings of notes, without a dot, in lower case.
    pub extensions: Vec<String>,
    /// The size in bytes above which a file is not read.
    pub max_bytes: u64,
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            stub_phrases: Vec::new(),
            reserved_headings: Vec::new(),
            image_is_answer: true,
            link_is_answer: true,
        }
    }
}

impl Default for Files {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            extensions: ["md", "markdown", "mdown", "mkd"].map(String::from).to_vec(),
            max_bytes: 16 * 1024 * 1024,
        }
    }
}

/// Settings from one source: a file, a client, the command line. Layers are laid over each other key by key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layer {
    /// Each setting that the source names, by its dotted key (`questions.words`).
    pub values: BTreeMap<String, Value>,
}

/// The value of a setting as TOML and JSON share it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// `true`
    Bool(bool),
    /// `42`
    Integer(i64),
    /// `"text"`
    Text(String),
    /// `["a", "b"]`
    List(Vec<Value>),
}

/// A settings file as it was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it stands.
    pub path: NotePath,
    /// Its text.
    pub text: Text,
    /// What is wrong in it; the rest of it holds all the same.
    pub problems: Vec<Problem>,
}

/// Something wrong with a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where in the file; empty at the start for settings that came from a client.
    pub range: TextRange,
    /// The dotted key.
    pub key: String,
    /// What is wrong and what to do, in one line.
    pub message: String,
}

impl Config {
    /// The settings in force where nothing is set.
    pub fn defaults() -> &'static Self {
        static DEFAULTS: LazyLock<Config> = LazyLock::new(Config::default);
        &DEFAULTS
    }
}
