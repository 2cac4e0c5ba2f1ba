//! The list of all settings: key, kind, default, meaning, and how each is put into a [`Config`].
//!
//! Invariant: the default written here is the one that [`Config::default`] has (a test compares).

use crate::config::{
    AnchorStyle, Config, DocumentLinks, Elsewhere, Feature, Level, PathForm, Severity, Spaces, TermForm,
    Twice, Value, WikiForm, WorkspaceSymbols,
};

/// A setting.
pub struct Setting {
    /// Its dotted key: `questions.words`.
    pub key: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Its default, as written in TOML; empty when it is unset.
    pub default: &'static str,
    /// What it does, in one or two sentences.
    pub doc: &'static str,
    apply: fn(&mut Config, &Value) -> Result<(), String>,
}

/// What values a setting takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `true` or `false`
    Bool,
    /// A whole number of at least 1.
    Count,
    /// A text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
}

/// The words for the level of a diagnostic code.
pub const LEVELS: &[&str] = &["off", "hint", "information", "warning", "error"];

/// The table of diagnostic codes; its keys are the codes.
pub const DIAGNOSTICS: &str = "diagnostics";

/// Every setting, by section, the levels of diagnostic codes left out: their keys are known above.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "questions.words",
        kind: Kind::Texts,
        default: "[]",
        doc: "Further words that make a heading a question when it contains one of them, beside 什么, 如何, why, how and the other built-in ones.",
        apply: |config, value| texts(value).map(|texts| config.questions.words = texts),
    },
    Setting {
        key: "questions.stub-phrases",
        kind: Kind::Texts,
        default: "[]",
        doc: "Further texts that put an answer off when they are the whole of it, beside TODO, 待补充, 略 and the other built-in ones.",
        apply: |config, value| texts(value).map(|texts| config.questions.stub_phrases = texts),
    },
    Setting {
        key: "questions.reserved-headings",
        kind: Kind::Texts,
        default: "[]",
        doc: "Further headings that ask nothing and are never flagged or counted, beside References, 参考资料 and the other built-in ones.",
        apply: |config, value| texts(value).map(|texts| config.questions.reserved_headings = texts),
    },
    Setting {
        key: "questions.image-is-answer",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether an image alone is an answer.",
        apply: |config, value| bool(value).map(|on| config.questions.image_is_answer = on),
    },
    Setting {
        key: "questions.link-is-answer",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether a link alone (in the heading or under it) is an answer.",
        apply: |config, value| bool(value).map(|on| config.questions.link_is_answer = on),
    },
    Setting {
        key: "questions.details",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether a folded <details> asks what its summary says; one that only folds (Answer, 答案) never does.",
        apply: |config, value| bool(value).map(|on| config.questions.details = on),
    },
    Setting {
        key: "questions.callouts",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether callouts ask: [!question] is open while it has a title alone, [!todo] is open, [!done] is answered.",
        apply: |config, value| bool(value).map(|on| config.questions.callouts = on),
    },
    Setting {
        key: "questions.pairs",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether Q: and A:, 问：and 答：at the start of lines are questions and answers.",
        apply: |config, value| bool(value).map(|on| config.questions.pairs = on),
    },
    Setting {
        key: "questions.lists",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether items of lists that end with a question mark ask, answered by what is nested in them. A note has it with questions: list in its front matter.",
        apply: |config, value| bool(value).map(|on| config.questions.lists = on),
    },
    Setting {
        key: "questions.card-tags",
        kind: Kind::Texts,
        default: "[\"flashcards\"]",
        doc: "The tags of notes in which flashcards are read: front::back, and a front and a back around a line of ?.",
        apply: |config, value| {
            let tags = texts(value)?;
            config.questions.card_tags =
                tags.iter().map(|tag| tag.trim_start_matches('#').to_owned()).collect();
            Ok(())
        },
    },
    Setting {
        key: "questions.skeleton",
        kind: Kind::Text,
        default: "\"\"",
        doc: "The outline of an answer that an action puts under a question. With nothing filled in (and at most 48 characters) it is no answer. When it is empty there is one in Chinese and one in English.",
        apply: |config, value| text(value).map(|text| config.questions.skeleton = text),
    },
    Setting {
        key: "questions.duplicates",
        kind: Kind::Choice(&["parent", "file", "workspace", "off"]),
        default: "\"parent\"",
        doc: "Where a question must stand a second time to be reported as duplicate-question: under the same heading, in the same note, anywhere, or never.",
        apply: |config, value| {
            config.questions.duplicates = match choice(value, &["parent", "file", "workspace", "off"])? {
                "file" => Twice::File,
                "workspace" => Twice::Workspace,
                "off" => Twice::Off,
                _ => Twice::Parent,
            };
            Ok(())
        },
    },
    Setting {
        key: "questions.answered-elsewhere",
        kind: Kind::Choice(&["diagnostic", "hover", "off"]),
        default: "\"diagnostic\"",
        doc: "Where is told that the answer to an open question may stand in another section: in the finding itself when it is likely, in hovers and actions alone, or nowhere.",
        apply: |config, value| {
            config.questions.elsewhere = match choice(value, &["diagnostic", "hover", "off"])? {
                "hover" => Elsewhere::Hover,
                "off" => Elsewhere::Off,
                _ => Elsewhere::Diagnostic,
            };
            Ok(())
        },
    },
    Setting {
        key: "links.content-root",
        kind: Kind::Text,
        default: "",
        doc: "The folder, relative to the root, that links such as /guide/start begin at. Unset, such links are not checked.",
        apply: |config, value| text(value).map(|text| config.links.content_root = Some(text)),
    },
    Setting {
        key: "links.anchors",
        kind: Kind::Choice(&["github", "mkdocs", "obsidian"]),
        default: "\"github\"",
        doc: "How a fragment names a heading: as GitHub makes anchors, as mkdocs does, or by the heading's text as Obsidian does. GitHub's way is understood in any case.",
        apply: |config, value| {
            config.links.anchors = match choice(value, &["github", "mkdocs", "obsidian"])? {
                "mkdocs" => AnchorStyle::MkDocs,
                "obsidian" => AnchorStyle::Obsidian,
                _ => AnchorStyle::GitHub,
            };
            Ok(())
        },
    },
    Setting {
        key: "files.exclude",
        kind: Kind::Texts,
        default: "[]",
        doc: "Globs of files and folders that are left out, relative to the root, in the manner of .gitignore. What .gitignore and .ignore leave out is left out already.",
        apply: |config, value| texts(value).map(|texts| config.files.exclude = texts),
    },
    Setting {
        key: "files.extensions",
        kind: Kind::Texts,
        default: "[\"md\", \"markdown\", \"mdown\", \"mkd\"]",
        doc: "The endings of notes.",
        apply: |config, value| {
            let endings = texts(value)?;
            config.files.extensions =
                endings.iter().map(|text| text.trim_start_matches('.').to_lowercase()).collect();
            Ok(())
        },
    },
    Setting {
        key: "files.max-bytes",
        kind: Kind::Count,
        default: "16777216",
        doc: "The size in bytes above which a file is not read and reported as unreadable-file.",
        apply: |config, value| count(value).map(|count| config.files.max_bytes = count),
    },
    Setting {
        key: "terms.aliases",
        kind: Kind::Texts,
        default: "[]",
        doc: "Names that are one, where the notes do not say so: \"k8s = kubernetes\", \"协程 = goroutine\". What defines one of them defines all.",
        apply: |config, value| {
            config.terms.aliases = texts(value)?.iter().map(|text| names(text)).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        key: "completion.terms",
        kind: Kind::Choice(&["plain", "link", "wiki", "off"]),
        default: "\"plain\"",
        doc: "What a known name becomes that is proposed in prose after two characters: itself, a Markdown link or a wiki link to what it means; or none is proposed.",
        apply: |config, value| {
            config.completion.terms = match choice(value, &["plain", "link", "wiki", "off"])? {
                "link" => TermForm::Link,
                "wiki" => TermForm::Wiki,
                "off" => TermForm::Off,
                _ => TermForm::Plain,
            };
            Ok(())
        },
    },
    Setting {
        key: "completion.paths",
        kind: Kind::Choice(&["relative", "dotted", "absolute"]),
        default: "\"relative\"",
        doc: "How paths are proposed: as ../a.md and a.md, as ../a.md and ./a.md, or as /a.md from links.content-root.",
        apply: |config, value| {
            config.completion.paths = match choice(value, &["relative", "dotted", "absolute"])? {
                "dotted" => PathForm::Dotted,
                "absolute" => PathForm::Absolute,
                _ => PathForm::Relative,
            };
            Ok(())
        },
    },
    Setting {
        key: "completion.note-ending",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether a proposed path to a note has its ending: a.md, or a.",
        apply: |config, value| bool(value).map(|on| config.completion.note_ending = on),
    },
    Setting {
        key: "completion.spaces",
        kind: Kind::Choice(&["percent", "angle"]),
        default: "\"percent\"",
        doc: "How a proposed path with spaces is written: a%20b.md, or <a b.md>.",
        apply: |config, value| {
            config.completion.spaces = match choice(value, &["percent", "angle"])? {
                "angle" => Spaces::Angle,
                _ => Spaces::Percent,
            };
            Ok(())
        },
    },
    Setting {
        key: "completion.wiki-names",
        kind: Kind::Choice(&["shortest", "path"]),
        default: "\"shortest\"",
        doc: "How a proposed wiki link names a note: by its name, with as many folders as are needed to tell it from others, or by its path from the root.",
        apply: |config, value| {
            config.completion.wiki_names = match choice(value, &["shortest", "path"])? {
                "path" => WikiForm::Path,
                _ => WikiForm::Shortest,
            };
            Ok(())
        },
    },
    Setting {
        key: "completion.definitions",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether [text proposes notes and headings too, as a link by reference whose definition is put at the end of the note.",
        apply: |config, value| bool(value).map(|on| config.completion.definitions = on),
    },
    Setting {
        key: "features.hover",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether a hover shows what is behind a link, a heading or a name in prose.",
        apply: |config, value| switch(config, Feature::Hover, value),
    },
    Setting {
        key: "features.definition",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether editors can go to the definition and the declaration of what stands under the cursor.",
        apply: |config, value| switch(config, Feature::Definition, value),
    },
    Setting {
        key: "features.references",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether editors find where a heading, a note, a footnote or a name is linked to and spoken of.",
        apply: |config, value| switch(config, Feature::References, value),
    },
    Setting {
        key: "features.highlights",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether the same in the note at hand is marked while the cursor rests.",
        apply: |config, value| switch(config, Feature::Highlights, value),
    },
    Setting {
        key: "features.rename",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether headings, notes, names and the like can be renamed, and links are kept alive when files are renamed or moved.",
        apply: |config, value| switch(config, Feature::Rename, value),
    },
    Setting {
        key: "features.completion",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether notes, headings, paths, names and the like are proposed while typing.",
        apply: |config, value| switch(config, Feature::Completion, value),
    },
    Setting {
        key: "features.code-actions",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether fixes and other actions are offered.",
        apply: |config, value| switch(config, Feature::CodeActions, value),
    },
    Setting {
        key: "features.code-lens",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether editors show over each chapter how much of it is answered and what comes next.",
        apply: |config, value| switch(config, Feature::CodeLens, value),
    },
    Setting {
        key: "features.call-hierarchy",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether the call hierarchy shows who links to a topic and what it links to.",
        apply: |config, value| switch(config, Feature::CallHierarchy, value),
    },
    Setting {
        key: "features.document-symbols",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether editors get the outline of a note.",
        apply: |config, value| switch(config, Feature::DocumentSymbols, value),
    },
    Setting {
        key: "features.workspace-symbols",
        kind: Kind::Choice(&["all", "terms", "off"]),
        default: "\"all\"",
        doc: "What is found when all notes are searched by name: headings and the names that are defined in prose, the names alone (for editors that find headings themselves), or nothing.",
        apply: |config, value| {
            config.features.workspace_symbols = match choice(value, &["all", "terms", "off"])? {
                "terms" => WorkspaceSymbols::Terms,
                "off" => WorkspaceSymbols::Off,
                _ => WorkspaceSymbols::All,
            };
            Ok(())
        },
    },
    Setting {
        key: "features.document-links",
        kind: Kind::Choice(&["all", "wiki", "off"]),
        default: "\"all\"",
        doc: "Which links can be clicked: all, only wiki links and embeds (for editors that know the links of Markdown themselves), or none.",
        apply: |config, value| {
            config.features.document_links = match choice(value, &["all", "wiki", "off"])? {
                "wiki" => DocumentLinks::Wiki,
                "off" => DocumentLinks::Off,
                _ => DocumentLinks::All,
            };
            Ok(())
        },
    },
    Setting {
        key: "features.folding",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether sections, lists, code and the like can be folded.",
        apply: |config, value| switch(config, Feature::Folding, value),
    },
    Setting {
        key: "features.selection-ranges",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether a selection can grow from the word to the sentence, the block and the section.",
        apply: |config, value| switch(config, Feature::SelectionRanges, value),
    },
    Setting {
        key: "features.diagnostics",
        kind: Kind::Bool,
        default: "true",
        doc: "Whether editors show findings, and offer to mend them. The command line is not concerned.",
        apply: |config, value| switch(config, Feature::Diagnostics, value),
    },
    Setting {
        key: "features.term-links",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether names in prose can be clicked and lead to what they mean, like links.",
        apply: |config, value| switch(config, Feature::TermLinks, value),
    },
    Setting {
        key: "features.term-tokens",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether names in prose are given a colour of their own (as semantic tokens).",
        apply: |config, value| switch(config, Feature::TermTokens, value),
    },
    Setting {
        key: "features.term-hints",
        kind: Kind::Bool,
        default: "false",
        doc: "Whether the other name of a name, say the English one of a Chinese one, is shown behind it, once in a section (as inlay hints).",
        apply: |config, value| switch(config, Feature::TermHints, value),
    },
];

/// Whether `key` is a setting that may hold a table: none does, so only codes are left.
pub fn is_setting(key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.key == key)
}

/// Puts one setting into `config`.
///
/// # Errors
/// What is wrong and what to write instead, in one line.
pub fn apply(config: &mut Config, key: &str, value: &Value) -> Result<(), String> {
    if let Some(code) = key.strip_prefix(DIAGNOSTICS).and_then(|rest| rest.strip_prefix('.')) {
        let level = level(value)?;
        config.levels.insert(code.to_owned(), level);
        return Ok(());
    }
    match SETTINGS.iter().find(|setting| setting.key == key) {
        Some(setting) => (setting.apply)(config, value),
        None => Err(unknown(key)),
    }
}

fn unknown(key: &str) -> String {
    match nearest(key, SETTINGS.iter().map(|setting| setting.key)) {
        Some(known) => format!("there is no such setting; did you mean {known}?"),
        None => "there is no such setting; `studymark init --print` shows them all".to_owned(),
    }
}

/// The candidate that `written` was probably meant to be.
pub fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2.max(candidate.len() / 4))
        .min()
        .map(|(_, candidate)| candidate)
}

fn level(value: &Value) -> Result<Level, String> {
    // `false` is what a person writes who wants a code gone.
    if *value == Value::Bool(false) {
        return Ok(Level::Off);
    }
    Ok(match choice(value, LEVELS)? {
        "hint" => Level::At(Severity::Hint),
        "information" => Level::At(Severity::Information),
        "warning" => Level::At(Severity::Warning),
        "error" => Level::At(Severity::Error),
        _ => Level::Off,
    })
}

fn bool(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(on) => Ok(*on),
        _ => Err("this takes true or false".to_owned()),
    }
}

fn switch(config: &mut Config, feature: Feature, value: &Value) -> Result<(), String> {
    bool(value).map(|on| config.features.switch(feature, on))
}

fn count(value: &Value) -> Result<u64, String> {
    match value {
        Value::Integer(number) if *number > 0 => Ok(number.unsigned_abs()),
        _ => Err("this takes a whole number of at least 1".to_owned()),
    }
}

fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        _ => Err("this takes a text in quotes".to_owned()),
    }
}

fn choice<'a>(value: &Value, choices: &[&'a str]) -> Result<&'a str, String> {
    let Value::Text(text) = value else { return Err(format!("this takes one of: {}", choices.join(", "))) };
    choices.iter().copied().find(|choice| choice.eq_ignore_ascii_case(text)).ok_or_else(|| {
        match nearest(text, choices.iter().copied()) {
            Some(near) => format!("{text:?} is none of {}; did you mean {near:?}?", choices.join(", ")),
            None => format!("{text:?} is none of {}", choices.join(", ")),
        }
    })
}

/// `k8s` and `kubernetes` of `k8s = kubernetes`.
fn names(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split(['=', '＝']).map(|name| name.trim().to_owned()).collect();
    if names.len() < 2 || names.iter().any(String::is_empty) {
        return Err(format!("{text:?} names no two things that are one: \"k8s = kubernetes\""));
    }
    Ok(names)
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    let Value::List(items) = value else {
        return Err("this takes a list of texts: [\"a\", \"b\"]".to_owned());
    };
    items
        .iter()
        .map(text)
        .collect::<Result<_, _>>()
        .map_err(|_| "every item of this list must be a text".to_owned())
}
