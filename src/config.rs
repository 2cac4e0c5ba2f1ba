//! Settings: what they are, their defaults, and how a file or a client sets them.
//!
//! Invariant: every setting stands once, in [`settings::SETTINGS`]; reading, checking, the commented file, the schema
//! and the documentation all come from there. What is wrong in one setting takes nothing from the others.

pub mod render;
pub mod settings;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toml::de::{DeTable, DeValue};

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
    /// What is known of names beside what the notes say.
    pub terms: Terms,
    /// What is proposed while typing, and how it is written.
    pub completion: Completion,
    /// What editors show.
    pub features: Features,
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
    /// Whether `<details>` ask by their summary.
    pub details: bool,
    /// Whether callouts ask (`[!question]`, `[!todo]`, `[!done]`).
    pub callouts: bool,
    /// Whether `Q:` and `A:` ask.
    pub pairs: bool,
    /// Whether items of lists ask that end with a question mark.
    pub lists: bool,
    /// The tags of notes in which flashcards are read, without `#`.
    pub card_tags: Vec<String>,
    /// The outline of an answer as it is put in; empty for the built-in one.
    pub skeleton: String,
    /// Where a question must stand a second time to be asked twice.
    pub duplicates: Twice,
    /// Where is told that an answer may stand elsewhere.
    pub elsewhere: Elsewhere,
}

/// Where two equal questions must stand for one of them to be a duplicate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Twice {
    /// Under the same heading.
    #[default]
    Parent,
    /// In one note.
    File,
    /// Anywhere.
    Workspace,
    /// They never are.
    Off,
}

/// Where is told that the answer to a question may stand in another section.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Elsewhere {
    /// In the finding when it is likely, in hovers and actions when it is possible.
    #[default]
    Diagnostic,
    /// In hovers and actions alone.
    Hover,
    /// Nowhere.
    Off,
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

/// What is known of names beside what the notes say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terms {
    /// Names that are one, each group by itself: `k8s`, `kubernetes`.
    pub aliases: Vec<Vec<String>>,
}

/// What is proposed while typing, and how it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What a name in prose becomes when it is taken.
    pub terms: TermForm,
    /// How paths are written.
    pub paths: PathForm,
    /// Whether the ending of a note is written in a path.
    pub note_ending: bool,
    /// How a path with spaces is written.
    pub spaces: Spaces,
    /// How wiki links name notes.
    pub wiki_names: WikiForm,
    /// Whether `[text` proposes notes and headings, with a link definition at the end of the note.
    pub definitions: bool,
}

impl Default for Completion {
    fn default() -> Self {
        Self {
            terms: TermForm::default(),
            paths: PathForm::default(),
            note_ending: true,
            spaces: Spaces::default(),
            wiki_names: WikiForm::default(),
            definitions: false,
        }
    }
}

/// What a name that is proposed in prose becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TermForm {
    /// The name.
    #[default]
    Plain,
    /// A Markdown link to what it means.
    Link,
    /// A wiki link to what it means.
    Wiki,
    /// None is proposed.
    Off,
}

/// How paths are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PathForm {
    /// `../网络/tcp.md`, `tcp.md`
    #[default]
    Relative,
    /// `../网络/tcp.md`, `./tcp.md`
    Dotted,
    /// `/网络/tcp.md`, from the content root; relative where there is none.
    Absolute,
}

/// How a path with spaces is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Spaces {
    /// `a%20b.md`
    #[default]
    Percent,
    /// `<a b.md>`
    Angle,
}

/// How wiki links name notes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WikiForm {
    /// `tcp`, with as many folders as are needed to tell it from others.
    #[default]
    Shortest,
    /// `网络/tcp`, from the root.
    Path,
}

/// What editors are answered, by group; what is off is answered with nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Features {
    on: [bool; Feature::COUNT],
    /// What is found when all notes are searched by name.
    pub workspace_symbols: WorkspaceSymbols,
    /// Which links can be clicked.
    pub document_links: DocumentLinks,
}

/// A group of answers that can be switched on and off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feature {
    /// What is behind a link, a heading or a name.
    Hover,
    /// Where a link or name leads, and where it is declared.
    Definition,
    /// Where something is spoken of and linked to.
    References,
    /// The same in the note at hand.
    Highlights,
    /// New names for what has one, and links kept alive when files move.
    Rename,
    /// Proposals while typing.
    Completion,
    /// What can be done at a place.
    CodeActions,
    /// Lines over chapters that tell how much is answered.
    CodeLens,
    /// Who refers to a topic and what it refers to.
    CallHierarchy,
    /// The outline of a note.
    DocumentSymbols,
    /// What can be folded.
    Folding,
    /// Selections that grow.
    SelectionRanges,
    /// Findings.
    Diagnostics,
    /// Names in prose that can be clicked.
    TermLinks,
    /// Names in prose in a colour of their own.
    TermTokens,
    /// What a name in prose is also called, behind it.
    TermHints,
}

/// What is found when all notes are searched by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WorkspaceSymbols {
    /// Headings and the names that are defined in prose.
    #[default]
    All,
    /// Names that are defined in prose.
    Terms,
    /// Nothing.
    Off,
}

/// Which links can be clicked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DocumentLinks {
    /// All.
    #[default]
    All,
    /// Those that CommonMark does not know: `[[b]]` and `![[b]]`.
    Wiki,
    /// None.
    Off,
}

impl Feature {
    const COUNT: usize = Self::TermHints as usize + 1;

    /// Those that are off unless they are switched on.
    const QUIET: [Self; 3] = [Self::TermLinks, Self::TermTokens, Self::TermHints];
}

impl Features {
    /// Whether `feature` is on.
    pub fn has(&self, feature: Feature) -> bool {
        self.on[feature as usize]
    }

    /// Switches `feature` on or off.
    pub fn switch(&mut self, feature: Feature, on: bool) {
        self.on[feature as usize] = on;
    }
}

impl Default for Features {
    fn default() -> Self {
        let mut features = Self {
            on: [true; Feature::COUNT],
            workspace_symbols: WorkspaceSymbols::default(),
            document_links: DocumentLinks::default(),
        };
        Feature::QUIET.into_iter().for_each(|feature| features.switch(feature, false));
        features
    }
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            stub_phrases: Vec::new(),
            reserved_headings: Vec::new(),
            image_is_answer: true,
            details: true,
            callouts: true,
            skeleton: String::new(),
            pairs: false,
            lists: false,
            card_tags: vec!["flashcards".to_owned()],
            duplicates: Twice::default(),
            elsewhere: Elsewhere::default(),
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
    /// What it sets.
    pub layer: Layer,
    /// Where each key stands, in the order of the file.
    pub keys: Vec<(String, TextRange)>,
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

/// The name of the settings file.
pub const FILE_NAME: &str = "studymark.toml";

impl Config {
    /// The settings in force where nothing is set.
    pub fn defaults() -> &'static Self {
        static DEFAULTS: LazyLock<Config> = LazyLock::new(Config::default);
        &DEFAULTS
    }

    /// The settings that come of layers laid over each other, the last on top. Values that are wrong are passed over;
    /// [`Layer::problems`] says which.
    pub fn of(layers: &[&Layer]) -> Self {
        let mut config = Self::default();
        for layer in layers {
            for (key, value) in &layer.values {
                // A wrong value leaves the setting as it was: the layer's problems tell about it.
                let _ = settings::apply(&mut config, key, value);
            }
        }
        config
    }
}

impl Layer {
    /// Sets one setting by its dotted key.
    pub fn set(&mut self, key: impl Into<String>, value: Value) {
        self.values.insert(key.into(), value);
    }

    /// What is wrong with it: unknown keys and values of the wrong kind.
    pub fn problems(&self) -> Vec<(&str, String)> {
        let mut config = Config::default();
        self.values
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), settings::apply(&mut config, key, value).err()?)))
            .collect()
    }
}

impl ConfigFile {
    /// Reads a settings file.
    pub fn read(path: NotePath, text: &str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut file = Self {
            path,
            text: Text::new(text),
            layer: Layer::default(),
            keys: Vec::new(),
            problems: Vec::new(),
        };
        for error in errors {
            let range = error.span().map_or(TextRange::empty(0), TextRange::from);
            let message = format!("this is no valid TOML: {}", error.message().replace('\n', ", "));
            file.problems.push(Problem { range, key: "syntax".to_owned(), message });
        }
        file.add_table("", table.get_ref());
        file.keys.sort_by_key(|(_, range)| *range);
        for (key, message) in file.layer.problems() {
            let range = file
                .keys
                .iter()
                .find(|(known, _)| known == key)
                .map_or(TextRange::empty(0), |(_, range)| *range);
            file.problems.push(Problem { range, key: key.to_owned(), message });
        }
        file.problems.sort_by_key(|problem| problem.range);
        file
    }

    fn add_table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{prefix}.{}", name.get_ref())
            };
            if let DeValue::Table(inner) = value.get_ref()
                && (prefix.is_empty() || !settings::is_setting(&key))
            {
                self.add_table(&key, inner);
                continue;
            }
            let range = TextRange::new(name.span().start, value.span().end);
            self.keys.push((key.clone(), range));
            match value_of(value.get_ref()) {
                Some(value) => self.layer.set(key, value),
                None => self.problems.push(Problem {
                    range,
                    message: format!("no setting takes a {}", value.get_ref().type_str()),
                    key,
                }),
            }
        }
    }
}

fn value_of(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(on) => Value::Bool(*on),
        DeValue::Integer(number) => {
            Value::Integer(i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()?)
        }
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| value_of(item.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests;
