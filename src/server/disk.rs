//! The worker that reads the disk: everything at the start, then what changes.
//!
//! Invariant: one piece of work at a time, always off the async threads. What it brings is laid under the open documents,
//! which may have been edited meanwhile.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;
use tower_lsp::ls_types::{MessageType, ProgressToken};

use crate::loader::{self, PathKind, Progress, RootSpec};
use crate::server::log;
use crate::server::shared::Shared;
use crate::server::state::Job;
use crate::vault::Scope;

/// Works for as long as the server runs.
pub async fn work(shared: Arc<Shared>) {
    loop {
        let job = shared.state().next_job();
        match job {
            Some(Job::Load { roots, generation }) => load(&shared, roots, generation).await,
            Some(Job::Single(root)) => single(&shared, root).await,
            Some(Job::Refresh(paths)) => {
                let (mut vault, open) = {
                    let mut state = shared.state();
                    (state.snapshot().vault, state.open_paths())
                };
                let refreshed = shared
                    .blocking("reading changed files", move || {
                        loader::refresh(&mut vault, &paths, &|path| open.contains(path));
                        vault
                    })
                    .await;
                if let Some(vault) = refreshed {
                    shared.state().adopt(vault);
                }
            }
            None => {
                shared.disk_wanted.notified().await;
                continue;
            }
        }
        shared.state().disk.reading = false;
        shared.findings_wanted.notify_one();
        shared.comparisons_wanted.notify_one();
        shared.names_wanted.notify_one();
    }
}

/// Reads everything, unless it is asked for again meanwhile.
async fn load(shared: &Arc<Shared>, roots: Vec<RootSpec>, generation: u64) {
    let layer = shared.state().layer.clone();
    let (sender, receiver) = watch::channel(Progress { found: 0, read: 0 });
    let shows_progress =
        shared.state().features.progress && roots.iter().any(|root| root.scope == Scope::Folder);
    if shows_progress {
        tokio::spawn(show_progress(Arc::clone(shared), receiver));
    }
    let begun = Instant::now();
    let still_wanted = Arc::clone(shared);
    let loaded = shared
        .blocking("reading the notes", move || {
            // A folder that only stands around an opened note may be new as the note is.
            let missing = |root: &&RootSpec| {
                root.scope == Scope::Folder && loader::kind_of(&root.path) != Some(PathKind::Folder)
            };
            let missing: Vec<RootSpec> = roots.iter().filter(missing).cloned().collect();
            let loaded = loader::load(&roots, &layer, &|progress| {
                sender.send_replace(progress);
                still_wanted.state().disk.generation == generation
            });
            (loaded, missing, sender)
        })
        .await;
    let missing = {
        let mut state = shared.state();
        if state.disk.generation != generation {
            return;
        }
        state.disk.loaded = true;
        // The progress ends with its sender: when everything that was read can be asked for.
        let Some((loaded, missing, _sender)) = loaded else { return };
        log::info(format_args!("read {} notes in {} ms", loaded.vault.len(), begun.elapsed().as_millis()));
        state.configs = loaded.configs;
        state.adopt(loaded.vault);
        missing
    };
    for root in missing {
        // Not awaited: a client that does not read must not stop the work.
        let client = shared.client.clone();
        let message = format!("studymark: the folder {} does not exist; its notes are left out", root.path);
        tokio::spawn(async move { client.show_message(MessageType::WARNING, message).await });
    }
}

/// Reads the notes that were opened in a folder outside the client's, and what they link to.
async fn single(shared: &Arc<Shared>, root: RootSpec) {
    let layer = shared.state().layer.clone();
    let loaded =
        shared.blocking("reading a single note", move || loader::load(&[root], &layer, &|_| true)).await;
    if let Some(loaded) = loaded {
        shared.state().adopt_single(loaded);
    }
}

/// Tells the client how far a load is until its sender goes.
async fn show_progress(shared: Arc<Shared>, mut progress: watch::Receiver<Progress>) {
    let token = ProgressToken::String(format!("studymark-load-{}", shared.next_number()));
    if shared.client.create_work_done_progress(token.clone()).await.is_err() {
        return;
    }
    let shown = shared
        .client
        .progress(token, "studymark")
        .with_message("reading notes")
        .with_percentage(0)
        .begin()
        .await;
    while progress.changed().await.is_ok() {
        let Progress { found, read } = *progress.borrow_and_update();
        let percent = u32::try_from(read * 100 / found.max(1)).unwrap_or(100).min(100);
        shown.report_with_message(format!("{read} of {found} notes"), percent).await;
    }
    shown.finish().await;
}
