//! From arguments to a loaded vault: which folders are roots, and which notes were asked for.
//!
//! Invariant: a path that cannot be used is an error with a reason, before anything is read; findings are reported
//! for what was named, however much was read to know it.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Failure, Paths};
use crate::config::{Config, ConfigFile, Layer, Problem};
use crate::features::diagnostics::unknown_codes;
use crate::loader::{self, Loaded, PathKind, Progress, RootSpec};
use crate::note::Note;
use crate::path::NotePath;
use crate::text::{PositionEncoding, TextRange};
use crate::vault::{Scope, Vault};

/// What the arguments named, loaded.
pub struct Opened {
    /// All that was read.
    pub vault: Vault,
    /// The folder that paths are shown relative to.
    pub root: NotePath,
    /// The files and folders that were named.
    pub named: Vec<NotePath>,
    /// The settings files that were read, with what is wrong in them.
    pub configs: Vec<ConfigFile>,
    /// How long it took to walk the folders and to read the notes.
    pub took: Duration,
}

impl Opened {
    /// Whether `path` was named, by itself or by a folder around it.
    pub fn is_named(&self, path: &NotePath) -> bool {
        self.named.iter().any(|named| path.is_in(named))
    }

    /// The notes that were named, by path.
    pub fn notes(&self) -> impl Iterator<Item = &Arc<Note>> {
        self.vault.notes().filter(|note| self.is_named(&note.path))
    }

    /// `path` relative to the root, with `/`.
    pub fn shown<'a>(&self, path: &'a NotePath) -> &'a str {
        path.relative_to(&self.root).filter(|rest| !rest.is_empty()).unwrap_or(path.as_str())
    }
}

/// How long work takes before a progress bar appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// Loads what the arguments name.
///
/// # Errors
/// When a path does not exist or is no note, or when a settings file is wrong.
pub fn open(paths: &Paths) -> Result<Opened, Failure> {
    let read = read(paths)?;
    for file in &read.loaded.configs {
        if let Some(problem) = problems(file).into_iter().next() {
            return Err(Failure::Usage(format!(
                "{}:{}: {}: {}",
                file.path,
                line_of(file, problem.range),
                problem.key,
                problem.message
            )));
        }
    }
    settle(read, paths)
}

/// As [`open`], with what is right in settings files that are wrong.
///
/// # Errors
/// When a path does not exist or is no note.
pub fn open_as_set(paths: &Paths) -> Result<Opened, Failure> {
    settle(read(paths)?, paths)
}

/// Everything that is wrong in a settings file, by place.
pub fn problems(file: &ConfigFile) -> Vec<Problem> {
    let mut problems = file.problems.clone();
    problems.extend(unknown_codes(file));
    problems.sort_by_key(|problem| problem.range);
    problems
}

/// The line of a place in a settings file, from 1.
pub fn line_of(file: &ConfigFile, range: TextRange) -> u32 {
    file.text.line_col(range.start(), PositionEncoding::Utf32).line + 1
}

/// What was named and what was read for it.
struct Read {
    named: Vec<NotePath>,
    loaded: Loaded,
    took: Duration,
}

fn read(paths: &Paths) -> Result<Read, Failure> {
    let mut named = Vec::new();
    let mut roots: Vec<RootSpec> = Vec::new();
    for path in &paths.paths {
        let absolute = absolute(path)?;
        match loader::kind_of(&absolute) {
            Some(PathKind::Folder) => add_root(&mut roots, absolute.clone()),
            Some(PathKind::File) => add_note(&mut roots, &absolute, path)?,
            None => {
                return Err(Failure::Usage(format!(
                    "{} does not exist: name a note or a folder of notes",
                    path.display()
                )));
            }
        }
        named.push(absolute);
    }
    let bar: OnceLock<ProgressBar> = OnceLock::new();
    let start = Instant::now();
    let shows_progress = std::io::stderr().is_terminal();
    let loaded = loader::load(&roots, &Layer::default(), &|progress: Progress| {
        if shows_progress && start.elapsed() > PATIENCE {
            show(bar.get_or_init(new_bar), progress);
        }
        true
    });
    if let Some(bar) = bar.get() {
        bar.finish_and_clear();
    }
    Ok(Read { named, loaded, took: start.elapsed() })
}

fn settle(Read { named, loaded, took }: Read, paths: &Paths) -> Result<Opened, Failure> {
    let root = common_root(&loaded.vault, &named);
    let mut opened = Opened { vault: loaded.vault, root, named, configs: loaded.configs, took };
    for (path, written) in opened.named.iter().zip(&paths.paths) {
        let known = loader::kind_of(path) == Some(PathKind::Folder)
            || opened.vault.note(path).is_some()
            || opened.vault.is_unreadable(path);
        // What is named counts, whatever ignore rules say.
        if !known && !loader::read_named(&mut opened.vault, path) {
            return Err(no_note(written));
        }
    }
    let notes: Vec<Arc<Note>> = opened.notes().cloned().collect();
    for note in &notes {
        loader::look_up(&mut opened.vault, note);
    }
    Ok(opened)
}

/// The path of an argument.
///
/// # Errors
/// When its name is not Unicode.
pub fn absolute(path: &Path) -> Result<NotePath, Failure> {
    let absolute: PathBuf =
        std::path::absolute(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    NotePath::from_disk(&absolute)
        .ok_or_else(|| Failure::Usage(format!("{}: the name is not Unicode; rename it", path.display())))
}

fn add_root(roots: &mut Vec<RootSpec>, path: NotePath) {
    if !roots.iter().any(|root| root.scope == Scope::Folder && path.is_in(&root.path)) {
        roots.retain(|root| !root.path.is_in(&path));
        roots.push(RootSpec { path, scope: Scope::Folder, notes: Vec::new() });
    }
}

fn add_note(roots: &mut Vec<RootSpec>, note: &NotePath, written: &Path) -> Result<(), Failure> {
    let endings = &Config::defaults().files.extensions;
    let folder = note.folder();
    let marked = loader::discover_root(&folder.to_disk()).and_then(|root| NotePath::from_disk(&root));
    if marked.is_none() && !endings.iter().any(|ending| ending.eq_ignore_ascii_case(note.extension())) {
        return Err(no_note(written));
    }
    if let Some(root) = marked {
        add_root(roots, root);
        return Ok(());
    }
    if roots.iter().any(|root| root.scope == Scope::Folder && note.is_in(&root.path)) {
        return Ok(());
    }
    match roots.iter_mut().find(|root| root.path == folder) {
        Some(root) => root.notes.push(note.clone()),
        None => roots.push(RootSpec { path: folder, scope: Scope::SingleNotes, notes: vec![note.clone()] }),
    }
    Ok(())
}

fn no_note(written: &Path) -> Failure {
    let endings = Config::defaults().files.extensions.join(", .");
    let written = written.display();
    Failure::Usage(format!(
        "{written} is no note: notes end in .{endings}; files.extensions sets other endings"
    ))
}

/// The one root, or the deepest folder that holds all that was named.
fn common_root(vault: &Vault, named: &[NotePath]) -> NotePath {
    let roots: BTreeSet<&NotePath> = vault.roots().iter().map(|root| &root.path).collect();
    if let (1, Some(root)) = (roots.len(), roots.first()) {
        return (*root).clone();
    }
    let mut common = named.first().map_or_else(|| NotePath::new("/"), Clone::clone);
    while !named.iter().all(|path| path.is_in(&common)) {
        common = common.folder();
    }
    common
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("reading notes {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.found as u64);
    bar.set_position(progress.read as u64);
}
