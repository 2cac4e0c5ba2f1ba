//! Lets the notes rest that nobody works on: of thousands few are open, and the others need a third of the memory when they
//! are packed. Those that were looked at since rest again.
//!
//! Invariant: what is known stays the same ([`Note::at_rest`]); open notes never rest. It works when everything else is done,
//! and lets go of the notes as they were some at a time, so that there is never much more in memory than before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::note::Note;
use crate::path::NotePath;
use crate::server::shared::Shared;
use crate::server::{log, names};
use crate::vault::glossary::Glossary;

/// Whether memory that is free goes back to the system: where it does not, notes at rest would only need room beside the one that
/// they left.
const GIVEN_BACK: bool = cfg!(any(feature = "jemalloc", windows));

/// How long it is waited at most until nobody asks for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many notes go to rest before the notes as they were are let go.
const AT_ONCE: usize = 2_048;

/// How many of them the state waits for.
const FEW: usize = 64;

/// Waits until somebody asked for something, and then until nobody did for a while.
pub async fn quiet(shared: &Shared) {
    shared.rest_wanted.notified().await;
    let woken = Instant::now();
    while woken.elapsed() < PATIENCE
        && tokio::time::timeout(shared.rest, shared.rest_wanted.notified()).await.is_ok()
    {}
}

/// Lets all notes rest that are awake and not open, or as many as there is time for until names are wanted. `glossary` is
/// the one that is kept, which lets go of the notes as they were.
pub async fn let_rest(shared: &Arc<Shared>, mut glossary: Glossary) -> Glossary {
    if !GIVEN_BACK {
        return glossary;
    }
    let of = Arc::clone(shared);
    let awake = Shared::aside("looking for notes to rest", move || awake(&of)).await.unwrap_or_default();
    let begun = Instant::now();
    let mut count = 0;
    for paths in awake.chunks(AT_ONCE) {
        let (of, paths) = (Arc::clone(shared), paths.to_vec());
        let rested = Shared::aside("putting notes to rest", move || put_to_rest(&of, &paths)).await;
        let Some(rested) = rested else { break };
        count += rested;
        (glossary, _) = names::find(shared, glossary).await;
        let of = Arc::clone(shared);
        _ = Shared::aside("letting go of notes", move || let_go(&of)).await;
        if tokio::time::timeout(Duration::ZERO, shared.names_wanted.notified()).await.is_ok() {
            shared.names_wanted.notify_one();
            break;
        }
    }
    if count > 0 {
        log::info(format_args!("{count} notes were put to rest in {} ms", begun.elapsed().as_millis()));
    }
    glossary
}

/// The notes that are awake and not open.
fn awake(shared: &Shared) -> Vec<NotePath> {
    let (vault, open) = {
        let state = shared.state();
        (state.vault().clone(), state.open_paths())
    };
    let awake = vault.notes().filter(|note| !note.rests() && !open.contains(&note.path));
    awake.map(|note| note.path.clone()).collect()
}

/// Returns how many did.
fn put_to_rest(shared: &Shared, paths: &[NotePath]) -> usize {
    let mut count = 0;
    for paths in paths.chunks(FEW) {
        let notes: Vec<Arc<Note>> = {
            let state = shared.state();
            paths.iter().filter_map(|path| state.vault().note(path).cloned()).collect()
        };
        let rested: Vec<Note> = notes.iter().filter_map(|note| note.at_rest()).collect();
        count += rested.len();
        shared.state().put_to_rest(rested);
    }
    count
}

/// Lets the index of headings, if someone wanted it before, look at the notes as they are now.
fn let_go(shared: &Shared) {
    let vault = shared.state().vault().clone();
    let mut topics = shared.topics();
    if !topics.is_empty() {
        topics.update(&vault);
    }
}
