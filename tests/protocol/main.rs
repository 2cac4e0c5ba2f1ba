//! The real server, spoken to over a pipe in this process.
//!
//! Invariant: every test waits for messages with a guard and never sleeps.

#[path = "../support/client.rs"]
mod client;

mod diagnostics;
mod features;
mod lifecycle;
mod load;
mod sync;
mod workspace;
