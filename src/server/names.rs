//! The worker that keeps the glossary up to date with the notes.
//!
//! Invariant: it never stands between a key and its answer: requests look at the glossary as it was last published.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::server::rest;
use crate::server::shared::Shared;
use crate::vault::glossary::Glossary;

/// How long the notes must have been left alone, longer than most take from a key to the next, and how long that is waited
/// for: a name that somebody has just defined is not looked for sooner, and finding names costs as much as a key does.
const PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Works for as long as the server runs. Between two times it looks for names it lets the notes rest that nobody works on:
/// the glossary has to let go of them too.
pub async fn work(shared: Arc<Shared>) {
    let mut glossary = Glossary::default();
    loop {
        tokio::select! {
            biased;
            () = shared.names_wanted.notified() => {
                let waits = shared.state().known;
                if waits {
                    notes_left_alone(&shared).await;
                }
                let all_known;
                (glossary, all_known) = find(&shared, glossary).await;
                if all_known {
                    glossary = rest::let_rest(&shared, glossary).await;
                }
            }
            () = rest::quiet(&shared) => glossary = rest::let_rest(&shared, glossary).await,
        }
    }
}

/// Waits until the notes are left alone, but not for long.
async fn notes_left_alone(shared: &Shared) {
    let woken = Instant::now();
    while woken.elapsed() < PATIENCE
        && tokio::time::timeout(PAUSE, shared.names_wanted.notified()).await.is_ok()
    {}
}

/// Brings the glossary up to date and publishes it, and makes ready what requests look names up in. Tells whether all names
/// became known by that.
pub async fn find(shared: &Arc<Shared>, mut glossary: Glossary) -> (Glossary, bool) {
    let (snapshot, folders_read) = {
        let mut state = shared.state();
        (state.snapshot(), state.folders_read())
    };
    let vault = snapshot.vault.clone();
    let updated = shared
        .blocking("finding names", move || {
            let changed = glossary.update(&snapshot.vault);
            (glossary, changed)
        })
        .await;
    // After a panic it begins anew.
    let (glossary, changed) = updated.unwrap_or_default();
    let mut all_known = false;
    {
        let mut state = shared.state();
        // Also without news: the one before holds on to the notes as they were, and keeps those in memory that rest.
        state.glossary = Arc::new(glossary.clone());
        state.publishing.names |= changed;
        if folders_read.is_some() && state.folders_read() == folders_read {
            all_known = !std::mem::replace(&mut state.known, true);
            shared.now_known.notify_waiters();
        }
    }
    if changed {
        shared.findings_wanted.notify_one();
    }
    // So that the first list that someone types for does not wait for all names, nor who asks where one is spoken of for
    // all notes.
    let (sought, names) = (Arc::clone(shared), glossary.clone());
    let ready = move || {
        sought.sought().prepare(&vault);
        names.imprints().prepare(&vault);
    };
    _ = shared.blocking("making names ready", ready).await;
    (glossary, all_known)
}
