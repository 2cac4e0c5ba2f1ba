//! The fixture language: a vault in one string.
//!
//! `//- path.md` starts a note, `$0` is the cursor, `⟦ ⟧` mark expected ranges (carets under Chinese would point
//! nowhere). A text without `//-` is one note, `/note.md`. Paths are below `/`, the one root.
//!
//! ```text
//! //- a.md
//! # 闭包
//! see [作用域](⟦b.md⟧)
//! //- pictures/x.png
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use studymark::config::Config;
use studymark::edit::{WorkspaceEdit, apply};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::{Root, Scope, Vault};

/// A parsed fixture.
pub struct Fixture {
    /// Every note in it; a path with another ending than `.md` is a file.
    pub vault: Vault,
    /// The paths in the order in which they were written.
    pub paths: Vec<NotePath>,
    /// Where `$0` stood: the note and the offset in bytes.
    pub cursor: Option<(NotePath, usize)>,
    /// The ranges that `⟦ ⟧` marked, in order.
    pub marked: Vec<(NotePath, TextRange)>,
}

impl Fixture {
    /// Parses a fixture with default settings.
    pub fn parse(fixture: &str) -> Self {
        Self::with_config(fixture, Config::default())
    }

    /// Parses a fixture whose root has these settings.
    pub fn with_config(fixture: &str, config: Config) -> Self {
        let root = NotePath::new("/");
        let mut vault =
            Vault::new(vec![Root { path: root.clone(), scope: Scope::Folder, config: Arc::new(config) }]);
        let mut parsed =
            Self { vault: Vault::default(), paths: Vec::new(), cursor: None, marked: Vec::new() };
        for (path, text) in split(fixture) {
            let path = root.join(&path);
            let text = parsed.take_marks(&path, &text);
            if path.extension() == "md" {
                vault.insert(Arc::new(Note::read(path.clone(), text)));
            } else {
                vault.insert_file(&path);
            }
            parsed.paths.push(path);
        }
        parsed.vault = vault;
        parsed
    }

    /// The note at `path` below the root.
    #[track_caller]
    pub fn note(&self, path: &str) -> &Arc<Note> {
        let path = NotePath::new("/").join(path);
        self.vault.note(&path).unwrap_or_else(|| panic!("the fixture has no note {path}"))
    }

    /// The first note.
    #[track_caller]
    pub fn first(&self) -> &Arc<Note> {
        let path = self.paths.iter().find(|path| path.extension() == "md");
        self.note(path.expect("the fixture has a note").as_str())
    }

    /// What the notes are after `edit`, in the fixture language: those that were created, edited or renamed.
    pub fn after(&self, edit: &WorkspaceEdit) -> String {
        let mut notes: BTreeMap<NotePath, String> = edit.created.clone();
        for (path, edits) in &edit.edited {
            let text = match (notes.get(path), self.vault.note(path)) {
                (Some(text), _) => text.clone(),
                (None, Some(note)) => note.text.as_str().to_owned(),
                (None, None) => panic!("{path} is edited and not there"),
            };
            notes.insert(path.clone(), apply(&text, edits));
        }
        let mut moved = String::new();
        for (from, to) in &edit.renamed {
            moved.push_str(&format!("//- {} => {}\n", from.as_str(), to.as_str()));
        }
        for path in &edit.deleted {
            moved.push_str(&format!("//- {} is gone\n", path.as_str()));
        }
        let notes = notes.iter().map(|(path, text)| {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            format!("//- {}\n{text}{end}", path.as_str())
        });
        notes.chain([moved]).collect()
    }

    fn take_marks(&mut self, path: &NotePath, marked: &str) -> String {
        let mut text = String::with_capacity(marked.len());
        let mut open = Vec::new();
        let mut rest = marked;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("$0") {
                assert!(self.cursor.is_none(), "a fixture has one cursor");
                self.cursor = Some((path.clone(), text.len()));
                rest = after;
                continue;
            }
            match c {
                '⟦' => open.push(text.len()),
                '⟧' => {
                    let start = open.pop().expect("⟧ without ⟦");
                    self.marked.push((path.clone(), TextRange::new(start, text.len())));
                }
                c => text.push(c),
            }
            rest = &rest[c.len_utf8()..];
        }
        assert!(open.is_empty(), "⟦ without ⟧");
        text
    }
}

/// The notes of a fixture: path and text, marks still in it.
pub fn split(fixture: &str) -> Vec<(String, String)> {
    if !fixture.lines().any(|line| line.starts_with("//- ")) {
        return vec![("note.md".to_owned(), fixture.to_owned())];
    }
    let mut notes: Vec<(String, String)> = Vec::new();
    for line in fixture.split_inclusive('\n') {
        match (line.strip_prefix("//- "), notes.last_mut()) {
            (Some(path), _) => notes.push((path.trim().to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => assert!(line.trim().is_empty(), "text before the first //- : {line:?}"),
        }
    }
    notes
}
