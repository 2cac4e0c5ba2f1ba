//! The real server, spoken to over a pipe in this process.
//!
//! Invariant: every test waits for messages with a guard and never sleeps.

#![expect(clippy::disallowed_methods, reason = "the folders of a test are its own")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[path = "../support/client.rs"]
mod client;

mod actions;
mod boundaries;
mod commands;
mod completion;
mod diagnostics;
mod faults;
mod features;
mod lenses;
mod lifecycle;
mod load;
mod navigation;
mod renames;
mod rest;
mod soak;
mod switches;
mod sync;
mod terms;
mod workspace;
