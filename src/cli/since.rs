//! What `studymark stats --since` shows: figures then and now, and what became of each question.

use std::io::Write;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::Failure;
use crate::cli::history::{self, Then};
use crate::cli::open::Opened;
use crate::cli::output::{BOLD, DIM, Out, bar, counted, fitted, padded, state_mark};
use crate::cli::stats::Figures;
use crate::features::progress::{Change, Progress, QuestionChange, progress};
use crate::path::NotePath;
use crate::text::{PositionEncoding, TextRange};
use crate::vault::coverage::Coverage;

/// The change since a revision.
pub struct Since<'a> {
    opened: &'a Opened,
    revision: &'a str,
    then: Then,
    progress: Progress,
}

#[derive(Serialize)]
struct BeforeAfter {
    before: Option<Figures>,
    after: Option<Figures>,
}

/// The `since` object of `stats --format json`.
#[derive(Serialize)]
pub struct Document<'a> {
    revision: &'a str,
    commit: &'a str,
    date: &'a str,
    total: BeforeAfter,
    files: Vec<FileRow<'a>>,
    chapters: Vec<ChapterRow<'a>>,
    questions: Vec<QuestionRow<'a>>,
}

#[derive(Serialize)]
struct FileRow<'a> {
    path: &'a str,
    from: Option<&'a str>,
    #[serde(flatten)]
    figures: BeforeAfter,
}

#[derive(Serialize)]
struct ChapterRow<'a> {
    path: &'a str,
    line: u32,
    title: &'a str,
    #[serde(flatten)]
    figures: BeforeAfter,
}

#[derive(Serialize)]
struct QuestionRow<'a> {
    path: &'a str,
    line: Option<u32>,
    title: &'a str,
    chapter: Option<&'a str>,
    change: &'static str,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

/// Compares what was opened with how it was.
///
/// # Errors
/// When the history cannot be read; see [`history::at`].
pub fn since<'a>(opened: &'a Opened, revision: &'a str) -> Result<Since<'a>, Failure> {
    let then = history::at(&opened.vault, revision)?;
    let progress = progress(&then.vault, &opened.vault, &|path| opened.is_named(path));
    Ok(Since { opened, revision, then, progress })
}

fn before_after(before: Option<Coverage>, after: Option<Coverage>) -> BeforeAfter {
    BeforeAfter { before: before.map(Figures::from), after: after.map(Figures::from) }
}

impl Since<'_> {
    /// For tools.
    pub fn document(&self) -> Document<'_> {
        let Progress { before, after, notes, chapters, questions } = &self.progress;
        let files = notes.iter().map(|note| FileRow {
            path: self.opened.shown(&note.path),
            from: note.from.as_ref().map(|from| self.opened.shown(from)),
            figures: before_after(note.before, note.after),
        });
        let chapters = chapters.iter().filter_map(|chapter| {
            let heading = self.opened.vault.note(&chapter.path)?.headings.get(chapter.section)?;
            Some(ChapterRow {
                path: self.opened.shown(&chapter.path),
                line: self.line(&chapter.path, Some(heading.range))?,
                title: heading.title(),
                figures: before_after(chapter.before, Some(chapter.after)),
            })
        });
        let questions = questions.iter().map(|question| QuestionRow {
            path: self.opened.shown(&question.path),
            line: self.line(&question.path, question.range),
            title: &question.title,
            chapter: question.chapter.as_deref(),
            change: question.change.name(),
            before: question.before.map(|state| state.name()),
            after: question.after.map(|state| state.name()),
        });
        Document {
            revision: self.revision,
            commit: &self.then.commit,
            date: &self.then.date,
            total: before_after(Some(*before), Some(*after)),
            files: files.collect(),
            chapters: chapters.collect(),
            questions: questions.collect(),
        }
    }

    /// For people.
    pub fn human(&self, out: &mut Out) -> Result<(), Failure> {
        let commit = self.then.commit.get(..10).unwrap_or(&self.then.commit);
        writeln!(out, "{DIM}since {} ({commit}, {}){DIM:#}", self.revision, self.then.date)?;
        let Progress { before, after, notes, questions, .. } = &self.progress;
        if notes.is_empty() && questions.is_empty() {
            writeln!(out, "nothing changed: {}/{} answered", after.answered, after.questions)?;
            return Ok(());
        }
        self.figures(out, (*before, *after))?;
        for (change, title) in [
            (Change::Answered, "newly answered"),
            (Change::Asked, "newly asked"),
            (Change::Reopened, "re-opened"),
            (Change::Gone, "not asked any more"),
        ] {
            let of_change: Vec<&QuestionChange> =
                questions.iter().filter(|question| question.change == change).collect();
            if !of_change.is_empty() {
                writeln!(out, "\n{BOLD}{title}{BOLD:#} {DIM}({}){DIM:#}", of_change.len())?;
                self.list(out, &of_change)?;
            }
        }
        Ok(())
    }

    fn figures(&self, out: &mut Out, total: (Coverage, Coverage)) -> Result<(), Failure> {
        let mut rows: Vec<(String, bool, Option<Coverage>, Option<Coverage>)> = Vec::new();
        for note in &self.progress.notes {
            let shown = self.opened.shown(&note.path);
            let name = match &note.from {
                Some(from) => format!("{} → {shown}", self.opened.shown(from)),
                None => shown.to_owned(),
            };
            rows.push((name, true, note.before, note.after));
            let chapters = &self.progress.chapters;
            let first = chapters.partition_point(|chapter| chapter.path < note.path);
            let of_note = chapters[first..].chunk_by(|a, b| a.path == b.path).next().unwrap_or_default();
            for chapter in of_note.iter().filter(|chapter| chapter.path == note.path) {
                let Some(heading) =
                    self.opened.vault.note(&chapter.path).and_then(|note| note.headings.get(chapter.section))
                else {
                    continue;
                };
                // A chapter that is the whole note would only say the same again.
                if of_note.len() > 1 || Some(chapter.after) != note.after {
                    let indent = "  ".repeat(usize::from(heading.level).min(4));
                    let name = format!("{indent}{}", heading.text());
                    rows.push((name, false, chapter.before, Some(chapter.after)));
                }
            }
        }
        let all = counted(self.opened.notes().count(), "note", "notes");
        let widest = rows.iter().map(|(name, ..)| name.width()).max().unwrap_or(0).max(all.width());
        let names = widest.min(out.width / 2).max(8);
        let cells = out.width.saturating_sub(names + 28).clamp(8, 24);
        for (name, file, before, after) in &rows {
            let name = padded(name, names);
            let name = if *file { format!("{BOLD}{name}{BOLD:#}") } else { name };
            writeln!(out, "{name}  {}", change_line(*before, *after, cells))?;
        }
        let rule = "─".repeat((names + cells + 26).min(out.width));
        writeln!(out, "{DIM}{rule}{DIM:#}")?;
        let line = change_line(Some(total.0), Some(total.1), cells);
        writeln!(out, "{BOLD}{}{BOLD:#}  {line}", padded(&all, names))?;
        Ok(())
    }

    fn list(&self, out: &mut Out, questions: &[&QuestionChange]) -> Result<(), Failure> {
        for of_note in questions.chunk_by(|a, b| a.path == b.path) {
            let Some(first) = of_note.first() else { continue };
            writeln!(out, "  {}", self.opened.shown(&first.path))?;
            for question in of_note {
                let Some(state) = question.after.or(question.before) else { continue };
                let (mark, style) = state_mark(state);
                let title = fitted(&question.title, out.width.saturating_sub(14));
                let line = self.line(&question.path, question.range);
                let line = line.map(|line| format!(" {DIM}:{line}{DIM:#}")).unwrap_or_default();
                writeln!(out, "    {style}{mark}{style:#} {title}{line}")?;
            }
        }
        Ok(())
    }

    /// The line, from 1, of a place as it is now.
    fn line(&self, path: &NotePath, range: Option<TextRange>) -> Option<u32> {
        let note = self.opened.vault.note(path)?;
        Some(note.text.line_col(range?.start(), PositionEncoding::Utf32).line + 1)
    }
}

/// `██████▌░░░    1/3 → 2/3   +1`
fn change_line(before: Option<Coverage>, after: Option<Coverage>, cells: usize) -> String {
    let count = |coverage: Option<Coverage>, none: &str| {
        coverage.map_or(none.to_owned(), |coverage| format!("{}/{}", coverage.answered, coverage.questions))
    };
    let (was, is) = (before.unwrap_or_default().answered, after.unwrap_or_default().answered);
    let gained = match is.cmp(&was) {
        std::cmp::Ordering::Greater => format!("+{}", is - was),
        std::cmp::Ordering::Less => format!("-{}", was - is),
        std::cmp::Ordering::Equal => String::new(),
    };
    let bar = bar(after.unwrap_or_default(), cells);
    format!("{bar}  {:>7} → {:<7} {gained:>4}", count(before, "new"), count(after, "gone"))
        .trim_end()
        .to_owned()
}
