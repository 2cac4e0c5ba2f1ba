//! Anything that comes from a client, whole messages and broken ones: nothing panics, every request has one answer,
//! and the server ends when its input does.

use std::path::Path;

use studymark::server::log::{self, Level};

use super::super::parts;
use super::super::session::Session;

/// What is logged is put into words as well, and goes nowhere.
pub fn prepare() {
    let started = log::start(Some(Level::Debug), Some(Path::new("/dev/null")));
    assert!(started.is_ok(), "{started:?}");
}

/// Says what the input says to a server.
pub fn check(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    assert!(runtime.is_ok(), "there are threads");
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let mut parts = parts(data);
        let flags = parts.next().and_then(|first| first.first().copied()).unwrap_or_default();
        let mut session = Session::start(flags).await;
        for part in parts {
            session.say(part).await;
        }
        session.end().await;
    });
    // Dropping it waits for what is still worked on: what never ends is found as well.
    drop(runtime);
}
