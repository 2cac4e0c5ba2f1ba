//! The worker that keeps the glossary up to date with the notes.
//!
//! Invariant: it never stands between a key and its answer: requests look at the glossary as it was last published, and
//! one is published only when names came, went, or are defined elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::server::shared::Shared;
use crate::vault::glossary::Glossary;

/// How long the notes must have been left alone, longer than most take from a key to the next, and how long that is waited
/// for: a name that somebody has just defined is not looked for sooner, and finding names costs as much as a key does.
const PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Works for as long as the server runs.
pub async fn work(shared: Arc<Shared>) {
    let mut glossary = Glossary::default();
    loop {
        shared.names_wanted.notified().await;
        let woken = Instant::now();
        // Nobody types while everything is waited for at the start.
        let waits = shared.state().known;
        while waits
            && woken.elapsed() < PATIENCE
            && tokio::time::timeout(PAUSE, shared.names_wanted.notified()).await.is_ok()
        {}
        let (snapshot, folders_read) = {
            let mut state = shared.state();
            (state.snapshot(), state.folders_read())
        };
        let vault = snapshot.vault.clone();
        let updated = shared
            .blocking("finding names", move || {
                let changed = glossary.update(&snapshot.vault);
                let published = changed.then(|| Arc::new(glossary.clone()));
                (glossary, published)
            })
            .await;
        // After a panic it begins anew.
        let (kept, published) = updated.unwrap_or_default();
        glossary = kept;
        let news = published.is_some();
        {
            let mut state = shared.state();
            if let Some(published) = published {
                state.glossary = published;
                state.publishing.names = true;
            }
            if folders_read.is_some() && state.folders_read() == folders_read {
                state.known = true;
                shared.now_known.notify_waiters();
            }
        }
        if news {
            shared.findings_wanted.notify_one();
        }
        // So that the first list that someone types for does not wait for all names, nor who asks where one is spoken of for
        // all notes.
        let (sought, names) = (Arc::clone(&shared), glossary.clone());
        let ready = move || {
            sought.sought().prepare(&vault);
            names.imprints().prepare(&vault);
        };
        _ = shared.blocking("making names ready", ready).await;
    }
}
