//! The notes as they were at a revision, from the history that git keeps.
//!
//! Invariant: `git` is only asked to read objects (`rev-parse`, `rev-list`, `ls-tree`, `cat-file`), which runs no hook, no
//! filter and no program of the repository; the server never comes here. What goes wrong is said with git's own reason.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use crate::cli::Failure;
use crate::loader;
use crate::note::Note;
use crate::path::NotePath;
use crate::vault::{Root, Vault};

/// The notes as they were.
pub struct Then {
    /// All of them, under the settings of today.
    pub vault: Vault,
    /// The full name of the commit.
    pub commit: String,
    /// The day it was made: `2026-11-24`.
    pub date: String,
}

/// The notes of the roots of `now` as they were at `revision`: a commit, tag or branch, or a day, which means the last
/// commit before it.
///
/// # Errors
/// When there is no git, no repository, no such revision, or its notes are not at hand.
pub fn at(now: &Vault, revision: &str) -> Result<Then, Failure> {
    let mut then = None;
    let mut vault = Vault::new(now.roots().to_vec());
    for root in now.roots() {
        let git = Git { root };
        let commit = git.commit(revision)?;
        let date = git.text(&["rev-list", "--max-count=1", "--format=%cs", &commit, "--"])?;
        let date = date.lines().next_back().unwrap_or_default().to_owned();
        git.read(&commit, now, &mut vault)?;
        then.get_or_insert((commit, date));
    }
    let (commit, date) = then.ok_or_else(|| Failure::Usage("--since needs a folder of notes".to_owned()))?;
    Ok(Then { vault, commit, date })
}

/// A file as it was: the name of its content, and its size.
struct Entry {
    path: NotePath,
    object: String,
    size: u64,
}

struct Git<'a> {
    root: &'a Root,
}

impl Git<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        // Objects that a partial clone lacks are not fetched: nothing here goes over a network.
        command.current_dir(self.root.path.to_disk()).env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C");
        // In a hook these name the repository of the hook, and relative to another folder.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command.arg("--no-pager").args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.command(arguments).stdin(Stdio::null()).output().map_err(|error| no_git(&error))
    }

    /// What git prints, without the line break at the end.
    fn text(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        Err(self.failed(&String::from_utf8_lossy(&output.stderr)))
    }

    fn failed(&self, reason: &str) -> Failure {
        let reason = reason.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ");
        Failure::Usage(format!("--since cannot read the history of {}: {reason}", self.root.path))
    }

    /// The full name of the commit that `revision` means.
    fn commit(&self, revision: &str) -> Result<String, Failure> {
        if self.text(&["rev-parse", "--is-inside-work-tree"])? != "true" {
            return Err(self.failed("there is no working tree here"));
        }
        let named = format!("{revision}^{{commit}}");
        let output = self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &named])?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        let before = format!("--before={revision}T00:00:00");
        let commit = if is_day(revision) {
            self.text(&["rev-list", "--max-count=1", &before, "HEAD", "--"])?
        } else {
            String::new()
        };
        if !commit.is_empty() {
            return Ok(commit);
        }
        let shallow = self.text(&["rev-parse", "--is-shallow-repository"])? == "true";
        Err(Failure::Usage(match (shallow, is_day(revision)) {
            (true, _) => format!(
                "--since: there is no revision {revision} in this clone, which is shallow; `git fetch --unshallow` gets the rest of the history"
            ),
            (_, true) => format!("--since: there is no commit before {revision}"),
            _ => format!(
                "--since: there is no revision {revision}; name a commit, a tag, a branch or a day (2026-09-01)"
            ),
        }))
    }

    /// Reads the root as it was at `commit` into `vault`.
    fn read(&self, commit: &str, now: &Vault, vault: &mut Vault) -> Result<(), Failure> {
        let entries = self.entries(commit)?;
        let paths = entries.iter().map(|entry| entry.path.clone()).collect();
        let listed = loader::listed(self.root, paths);
        let mut kinds = listed.into_iter().peekable();
        let mut notes = Vec::new();
        for entry in entries {
            let Some((_, is_note)) = kinds.next_if(|(path, _)| *path == entry.path) else { continue };
            // Of nested roots the innermost owns a file; and what is ignored today counts on neither side.
            let owned = vault.root_of(&entry.path).is_some_and(|owner| owner.path == self.root.path);
            let ignored = || now.note(&entry.path).is_none() && loader::kind_of(&entry.path).is_some();
            if !is_note {
                vault.insert_file(&entry.path);
            } else if owned && entry.size <= self.root.config.files.max_bytes && !ignored() {
                notes.push(entry);
            }
        }
        self.read_notes(&notes, vault)
    }

    /// The files under the root.
    fn entries(&self, commit: &str) -> Result<Vec<Entry>, Failure> {
        let output = self.run(&["ls-tree", "-r", "-z", "--long", commit])?;
        if !output.status.success() {
            return Err(self.failed(&String::from_utf8_lossy(&output.stderr)));
        }
        // A name that is not UTF-8 is no path here either.
        let lines = output.stdout.split(|&byte| byte == 0).filter_map(|line| std::str::from_utf8(line).ok());
        Ok(lines.filter_map(|line| self.entry(line)).collect())
    }

    /// `100644 blob 8a1c… 1234\tpath`
    fn entry(&self, line: &str) -> Option<Entry> {
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split_ascii_whitespace();
        let (_mode, kind, object, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
        let path = self.root.path.join(path);
        (kind == "blob").then(|| Some(Entry { path, object: object.to_owned(), size: size.parse().ok()? }))?
    }

    fn read_notes(&self, notes: &[Entry], vault: &mut Vault) -> Result<(), Failure> {
        let mut command = self.command(&["cat-file", "--batch"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| no_git(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else { return Err(self.failed("no pipe")) };
        let read = std::thread::scope(|scope| {
            // Asked by a thread of its own: git waits with its answers when nobody reads them.
            scope.spawn(move || {
                for note in notes {
                    if writeln!(stdin, "{}", note.object).is_err() {
                        return;
                    }
                }
            });
            let mut answers = BufReader::new(stdout);
            notes.iter().try_for_each(|note| self.read_note(note, &mut answers, vault))
        });
        // It has answered all there was to ask, or is of no more use.
        let _ = child.kill();
        let _ = child.wait();
        read
    }

    /// Reads one answer: `<object> blob <size>`, a line break, the content, a line break.
    fn read_note(&self, note: &Entry, answers: &mut impl BufRead, vault: &mut Vault) -> Result<(), Failure> {
        let broken = |error: std::io::Error| self.failed(&format!("git stopped: {error}"));
        let mut head = String::new();
        answers.read_line(&mut head).map_err(broken)?;
        let size = head.split_ascii_whitespace().nth(2).and_then(|size| size.parse::<usize>().ok());
        let Some(size) = size else {
            let reason = format!("the text of {} is missing; is this a partial clone?", note.path);
            return Err(self.failed(&reason));
        };
        let mut content = vec![0; size];
        answers.read_exact(&mut content).map_err(broken)?;
        answers.read_exact(&mut [0]).map_err(broken)?;
        // A note that was not UTF-8 could not be read then either.
        if let Ok(text) = String::from_utf8(content) {
            vault.insert(Arc::new(Note::read(note.path.clone(), text)));
        }
        Ok(())
    }
}

fn no_git(error: &std::io::Error) -> Failure {
    Failure::Usage(match error.kind() {
        std::io::ErrorKind::NotFound => {
            "--since asks git for the history, and git is not installed".to_owned()
        }
        _ => format!("--since cannot run git: {error}"),
    })
}

/// `2026-09-01`
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
