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
pub fn watch_parent(process: u32, every: Duration, ending: Ending) -> impl Future<Output = ()> {
    // A client in another container names a process that is not to be seen from here: then there is nothing to watch. Looked
    // at now, while the client waits for an answer: a moment later it may be gone, and be taken for one that never was there.
    let is_seen = state_of(process).is_some();
    async move {
        if !is_seen {
            return;
        }
        loop {
            tokio::time::sleep(every).await;
            // One that has ended and only waits to be noticed does not run.
            if matches!(state_of(process), Some('Z' | 'X') | None) {
                log::info("the client's process is gone");
                ending.now();
                return;
            }
        }
    }
}

/// What a process does, as Linux tells it by a letter; `None` when there is none to be seen.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system tells of processes in files that are no notes")]
fn state_of(process: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // `12 (name) S 1 …`, where the name may hold anything.
    stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next())
}

#[cfg(not(target_os = "linux"))]
fn state_of(_process: u32) -> Option<char> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Child, Command};
    use std::time::Duration;

    use super::{Ending, state_of, watch_parent};

    /// Takes what has ended away, whatever a test says.
    struct Ended(Child);

    impl Drop for Ended {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[tokio::test]
    async fn a_client_that_ends_before_it_is_first_watched_is_missed() {
        let mut client = Ended(Command::new("sleep").arg("1000").spawn().unwrap());
        let ending = Ending::default();
        // Made while the client is there, and run when it no longer is.
        let watch = watch_parent(client.0.id(), Duration::from_millis(1), ending.clone());
        client.0.kill().unwrap();
        let ended = async {
            watch.await;
            ending.wait(Duration::ZERO).await;
        };
        tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the server ends");
        // One that was never to be seen is not watched: there are no such numbers.
        assert_eq!(state_of(u32::MAX), None);
        watch_parent(u32::MAX, Duration::from_secs(1000), Ending::default()).await;
    }
}
