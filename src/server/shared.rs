//! What the protocol's methods and the workers share.
//!
//! Invariant: locks are taken for moments and never across an await; what takes long runs on blocking threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tower_lsp::Client;

use crate::features::completion::Memo;
use crate::features::open_questions::OpenQuestion;
use crate::server::border::panic_text;
use crate::server::handlers::WorkspaceMemo;
use crate::server::state::State;
use crate::server::{Options, log};
use crate::vault::topics::Topics;

/// What the methods and the workers share.
pub struct Shared {
    /// The client.
    pub client: Client,
    /// There are findings to send.
    pub findings_wanted: Notify,
    /// There are questions to compare, once their time has come.
    pub comparisons_wanted: Notify,
    /// Rung when notes changed, whose names may have changed.
    pub names_wanted: Notify,
    /// There is something to read from disk.
    pub disk_wanted: Notify,
    /// Rung when something was done, for which notes may have been unpacked.
    pub rest_wanted: Notify,
    /// How long after that notes rest.
    pub rest: Duration,
    pub(super) state: Mutex<State>,
    /// The words of all notes' headings, as of the last comparison.
    pub(super) topics: RwLock<Topics>,
    pub(super) workspace_memo: Mutex<WorkspaceMemo>,
    /// The question that was last picked at random.
    pub(super) last_picked: Mutex<Option<OpenQuestion>>,
    /// What completion found last.
    pub(super) sought: Mutex<Memo>,
    /// Rung when all notes are read and their names found.
    pub(super) now_known: Notify,
    pub(super) started: AtomicBool,
    pub(super) number: AtomicU64,
}

impl Shared {
    /// What is shared at the start.
    pub fn new(client: Client, options: &Options) -> Self {
        Self {
            client,
            findings_wanted: Notify::new(),
            comparisons_wanted: Notify::new(),
            names_wanted: Notify::new(),
            disk_wanted: Notify::new(),
            rest_wanted: Notify::new(),
            rest: options.rest,
            topics: RwLock::default(),
            state: Mutex::new(State::new(options.quiet)),
            workspace_memo: Mutex::default(),
            last_picked: Mutex::default(),
            sought: Mutex::default(),
            now_known: Notify::new(),
            started: AtomicBool::new(false),
            number: AtomicU64::new(0),
        }
    }

    /// The state. A panic elsewhere does not keep others out: each change of the state is whole at every point where it
    /// may panic.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The words of all notes' headings. To be locked off the async threads alone.
    pub fn topics(&self) -> RwLockWriteGuard<'_, Topics> {
        self.topics.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same to be read, as they were last brought up to date; `None` while that is being done.
    pub fn known_topics(&self) -> Option<RwLockReadGuard<'_, Topics>> {
        self.topics.try_read().ok()
    }

    /// Waits until all notes are read and their names are found, or for as long as `patience` says.
    pub async fn known(&self, patience: Duration) {
        let mut rung = std::pin::pin!(self.now_known.notified());
        // Before the look, so that no bell is missed.
        rung.as_mut().enable();
        if !self.state().known {
            // Patience that ran out is no failure: the answer is from what is known then.
            _ = tokio::time::timeout(patience, rung).await;
        }
    }

    /// What completion found last, and the names of all notes. To be locked off the async threads alone. After a panic it is
    /// whole still: what changes in it is replaced as a whole.
    pub fn sought(&self) -> MutexGuard<'_, Memo> {
        self.sought.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that is never given twice.
    pub fn next_number(&self) -> u64 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// Does what takes long, off the async threads; `None`, and a line in the log, when it panicked.
    pub async fn blocking<T: Send + 'static>(
        &self,
        what: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let done = Self::aside(what, work).await;
        self.rest_wanted.notify_one();
        done
    }

    /// The same of what wakes no note.
    pub async fn aside<T: Send + 'static>(
        what: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Some(done),
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    log::error(format_args!("{what} failed: {}", panic_text(panic.as_ref())));
                }
                None
            }
        }
    }
}
