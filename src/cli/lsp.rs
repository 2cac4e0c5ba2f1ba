//! `studymark lsp`: the language server.

use std::process::ExitCode;

use clap::Args;

use crate::server;

/// Arguments of `lsp`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Talk over standard input and output: the default, accepted because clients pass it.
    #[arg(long, conflicts_with = "tcp")]
    stdio: bool,
    /// Wait for one client on this port of the loopback address; for debugging.
    #[arg(long, value_name = "PORT")]
    tcp: Option<u16>,
}

/// Runs the server until its client leaves.
pub fn run(arguments: &Arguments) -> ExitCode {
    match arguments.tcp {
        Some(port) => server::run_tcp(port),
        None => server::run_stdio(),
    }
}
