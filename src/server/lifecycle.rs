//! When a server ends: on `exit`, when its client is gone, and never while someone is still there.
//!
//! Invariant: an end that has begun is never taken back; the reasons that leave time for answers under way
//! ([`Ending::soon`]) and those that do not ([`Ending::now`]) can come in any order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::server::log;

/// How a server ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// As the protocol wants it: after `shutdown`.
    Clean,
    /// The client went without `shutdown`.
    Abrupt,
}

impl From<End> for std::process::ExitCode {
    fn from(end: End) -> Self {
        match end {
            End::Clean => Self::SUCCESS,
            End::Abrupt => Self::FAILURE,
        }
    }
}

/// How far the end has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    Soon,
    Now,
}

/// Tells everyone concerned that the server ends; cheap to clone.
#[derive(Clone)]
pub struct Ending(Arc<watch::Sender<Stage>>);

impl Default for Ending {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Stage::Running)))
    }
}

impl Ending {
    /// Ends the server when the answers under way are written, or after a moment.
    pub fn soon(&self) {
        self.advance(Stage::Soon);
    }

    /// Ends the server: there is nobody to answer.
    pub fn now(&self) {
        self.advance(Stage::Now);
    }

    fn advance(&self, stage: Stage) {
        self.0.send_if_modified(|current| {
            let later = *current < stage;
            *current = stage.max(*current);
            later
        });
    }

    /// Waits for the end; from [`Ending::soon`] on `grace` is left.
    pub async fn wait(&self, grace: Duration) {
        let mut stage = self.0.subscribe();
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = stage.wait_for(|stage| *stage >= Stage::Soon).await;
        let _ = tokio::time::timeout(grace, stage.wait_for(|stage| *stage >= Stage::Now)).await;
    }
}

/// Ends the server when the process that started it is gone. Where that cannot be seen, the end of its input tells.
pub async fn watch_parent(process: u32, every: Duration, ending: Ending) {
    // A client in another container names a process that is not to be seen from here: then there is nothing to watch.
    if !is_running(process) {
        return;
    }
    loop {
        tokio::time::sleep(every).await;
        if !is_running(process) {
            log::info("the client's process is gone");
            ending.now();
            return;
        }
    }
}

/// Whether a process runs; one that has ended and only waits to be noticed does not.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system tells of processes in files that are no notes")]
fn is_running(process: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // `12 (name) S 1 …`, where the name may hold anything.
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    !matches!(state, Some('Z' | 'X') | None)
}

#[cfg(not(target_os = "linux"))]
fn is_running(_process: u32) -> bool {
    false
}
