//! The worker that compares the questions of open notes with what is said elsewhere, once their user pauses.
//!
//! Invariant: it never stands between a key and its findings. What it found is kept with the edits made since, so that
//! it stays at its place while the user types on, and is dropped where they type into it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp::ls_types::Uri;

use crate::features::diagnostics::{self, Diagnostic};
use crate::path::NotePath;
use crate::server::shared::Shared;
use crate::text::{AppliedEdit, TextRange};
use crate::vault::comparison::{Basis, Comparison};

/// What was last found about an open note, and what was edited since. Cloning is cheap.
#[derive(Clone, Default)]
pub struct Compared {
    found: Arc<Found>,
    edits: Vec<Edit>,
    /// How many of the edits were made before the comparison that runs now began.
    seen: usize,
    /// When to compare anew.
    due: Option<Instant>,
}

/// What was found, what that rests on, and what there is to say of it.
#[derive(Default)]
struct Found {
    comparison: Comparison,
    basis: Basis,
    diagnostics: Vec<Diagnostic>,
}

/// A replaced range and where its new text ends, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Edit {
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Compared {
    /// Asks for a comparison once this much time has passed without another such wish.
    pub fn want(&mut self, pause: Duration) {
        self.due = Some(Instant::now() + pause);
    }

    /// Notes an edit.
    pub fn note_edit(&mut self, edit: &AppliedEdit) {
        let edit =
            Edit { start: edit.start.offset, old_end: edit.old_end.offset, new_end: edit.new_end.offset };
        match self.edits[self.seen..].last_mut() {
            // Typing on is one insertion that grows.
            Some(last) if edit.start == edit.old_end && edit.start == last.new_end => {
                last.new_end = edit.new_end;
            }
            _ => self.edits.push(edit),
        }
    }

    /// What was found, when the text is still the one it was found in.
    pub fn current(&self) -> Option<&Comparison> {
        self.edits.is_empty().then_some(&self.found.comparison)
    }

    /// The findings at their places in the present text of the note at `path`, less those that were typed into.
    pub fn diagnostics(&self, path: &NotePath) -> Vec<Diagnostic> {
        let moved = |range| self.edits.iter().try_fold(range, |range, edit| edit.moved(range));
        let present = self.found.diagnostics.iter().filter_map(|found| {
            let mut found = found.clone();
            found.range = moved(found.range)?;
            for related in found.related.iter_mut().filter(|related| related.path == *path) {
                related.range = moved(related.range)?;
            }
            Some(found)
        });
        present.collect()
    }
}

impl Edit {
    /// Where a range stands afterwards; `None` when the edit touches it.
    fn moved(self, range: TextRange) -> Option<TextRange> {
        if range.end() < self.start {
            return Some(range);
        }
        (range.start() > self.old_end).then(|| {
            let shift = |offset: usize| offset - self.old_end + self.new_end;
            TextRange::new(shift(range.start()), shift(range.end()))
        })
    }
}

/// Works for as long as the server runs.
pub async fn work(shared: Arc<Shared>) {
    loop {
        let (due, next) = due(&shared);
        for path in due {
            compare(&shared, path).await;
        }
        match next {
            None => shared.comparisons_wanted.notified().await,
            Some(at) => {
                // Woken by either; which one it was does not matter.
                let _ = tokio::time::timeout_at(at.into(), shared.comparisons_wanted.notified()).await;
            }
        }
    }
}

/// The open notes whose time has come, and when that of the next one does.
fn due(shared: &Shared) -> (Vec<NotePath>, Option<Instant>) {
    let mut state = shared.state();
    let mut due = Vec::new();
    let mut next: Option<Instant> = None;
    if !state.disk.loaded {
        return (due, next);
    }
    let now = Instant::now();
    for path in state.open_paths() {
        let Some(document) = state.document(&path) else { continue };
        match document.compared.due {
            Some(at) if at <= now => {
                document.compared.due = None;
                due.push(path);
            }
            Some(at) => next = Some(next.map_or(at, |next| next.min(at))),
            None => {}
        }
    }
    (due, next)
}

async fn compare(shared: &Arc<Shared>, path: NotePath) {
    let (snapshot, uri) = {
        let mut state = shared.state();
        let snapshot = state.snapshot();
        let Some(document) = state.document(&path) else { return };
        let compared = &mut document.compared;
        // Most edits are made in other notes, of which this one knows nothing.
        if compared.edits.is_empty() && compared.found.basis.holds(&snapshot.vault) {
            return;
        }
        compared.seen = compared.edits.len();
        (snapshot, Arc::clone(&document.uri))
    };
    let Some(note) = snapshot.vault.note(&path).cloned() else { return };
    let of = Arc::clone(shared);
    let found = shared
        .blocking("comparing questions", move || {
            let mut topics = of.topics();
            topics.update(&snapshot.vault);
            let (comparison, basis) = snapshot.vault.compare_on(&topics, &note);
            let diagnostics = diagnostics::tell(&snapshot.vault, &note, &comparison);
            Found { comparison, basis, diagnostics }
        })
        .await;
    let Some(found) = found else { return };
    let mut state = shared.state();
    let same_opening = |uri_now: &Arc<Uri>| Arc::ptr_eq(uri_now, &uri);
    let Some(document) = state.document(&path).filter(|document| same_opening(&document.uri)) else { return };
    let compared = &mut document.compared;
    // Edits may have put aside what is found again.
    let put_aside = compared.seen > 0 && !found.diagnostics.is_empty();
    let news = compared.found.diagnostics != found.diagnostics || put_aside;
    compared.edits.drain(..compared.seen);
    compared.seen = 0;
    compared.found = Arc::new(found);
    if news {
        state.publishing.refresh |= state.publishing.pulled;
        state.publish_last(path);
        drop(state);
        shared.findings_wanted.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{Compared, Edit};
    use crate::text::{Buffer, TextRange};

    #[test]
    fn places_move_with_what_is_typed_elsewhere() {
        let edit = Edit { start: 4, old_end: 6, new_end: 9 };
        let moved = |start, end| edit.moved(TextRange::new(start, end)).map(|at| (at.start(), at.end()));
        assert_eq!(moved(0, 3), Some((0, 3)));
        assert_eq!(moved(0, 4), None, "typed at its end");
        assert_eq!(moved(5, 8), None);
        assert_eq!(moved(6, 8), None, "typed at its start");
        assert_eq!(moved(7, 8), Some((10, 11)));
    }

    #[test]
    fn typing_on_is_one_edit() {
        let mut buffer = Buffer::new("# 甲\n\n");
        let mut compared = Compared::default();
        for (at, text) in [(6, "a"), (7, "b"), (8, "c"), (0, "x"), (1, "y")] {
            compared.note_edit(&buffer.replace(TextRange::empty(at), text));
        }
        let of = |start, end, new_end| Edit { start, old_end: end, new_end };
        assert_eq!(compared.edits, [of(6, 6, 9), of(0, 0, 2)]);
        assert_eq!(buffer.to_text(), "xy# 甲\nabc\n");
    }
}
