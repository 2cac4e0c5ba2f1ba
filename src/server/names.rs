//! The worker that keeps the glossary up to date with the notes.
//!
//! Invariant: it never stands between a key and its answer: requests look at the glossary as it was last published, and
//! one is published only when names came, went, or are defined elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::server::shared::Shared;
use crate::vault::glossary::Glossary;

/// How long the notes must have been left alone, and how long that is waited for.
const PAUSE: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_millis(150);

/// Works for as long as the server runs.
pub async fn work(shared: Arc<Shared>) {
    let mut glossary = Glossary::default();
    loop {
        shared.names_wanted.notified().await;
        let woken = Instant::now();
        while woken.elapsed() < PATIENCE
            && tokio::time::timeout(PAUSE, shared.names_wanted.notified()).await.is_ok()
        {}
        let snapshot = shared.state().snapshot();
        let updated = shared
            .blocking("finding names", move || {
                let changed = glossary.update(&snapshot.vault);
                let published = changed.then(|| Arc::new(glossary.clone()));
                // So that the first list that someone types for does not wait for all names.
                snapshot.vault.notes().for_each(|note| _ = note.sought());
                (glossary, published)
            })
            .await;
        // After a panic it begins anew.
        let (kept, published) = updated.unwrap_or_default();
        glossary = kept;
        if let Some(published) = published {
            {
                let mut state = shared.state();
                state.glossary = published;
                state.publishing.names = true;
            }
            shared.findings_wanted.notify_one();
        }
    }
}
