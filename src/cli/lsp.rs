//! `studymark lsp`: the language server.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cli::Failure;
use crate::server;
use crate::server::log::{self, Level};

/// Arguments of `lsp`.
#[derive(Args, Debug)]
#[command(
    after_help = "The environment variables STUDYMARK_LOG and STUDYMARK_LOG_FILE do what --log and --log-file do; the options win.\n\n\
                  Exit codes: 0 after shutdown, 1 the client went without it, 2 wrong use, a log that cannot be opened."
)]
pub struct Arguments {
    /// Talk over standard input and output: the default, accepted because clients pass it.
    #[arg(long, conflicts_with = "tcp")]
    stdio: bool,
    /// Wait for one client on this port of the loopback address; for debugging.
    #[arg(long, value_name = "PORT")]
    tcp: Option<u16>,
    /// The least that is logged; info unless told otherwise.
    #[arg(long, value_enum, ignore_case = true, value_name = "LEVEL")]
    log: Option<LogLevel>,
    /// Log to this file, which is added to, and not to standard error; from 10 MB on it is kept as PATH.1, and another
    /// is begun.
    #[arg(long, value_name = "PATH")]
    log_file: Option<PathBuf>,
}

/// The least that is logged.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What was passed over, too.
    Warn,
    /// What the server did, too.
    Info,
    /// Every message with its method, number and time, too.
    Debug,
}

impl From<LogLevel> for Option<Level> {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => None,
            LogLevel::Error => Some(Level::Error),
            LogLevel::Warn => Some(Level::Warn),
            LogLevel::Info => Some(Level::Info),
            LogLevel::Debug => Some(Level::Debug),
        }
    }
}

/// The environment variable for the level.
const LEVEL_VARIABLE: &str = "STUDYMARK_LOG";

/// The environment variable for the file.
const FILE_VARIABLE: &str = "STUDYMARK_LOG_FILE";

/// Runs the server until its client leaves.
///
/// # Errors
/// When the log is not to be had as it was asked for.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let level = match arguments.log {
        Some(level) => level,
        None => level_of_environment()?.unwrap_or(LogLevel::Info),
    };
    let file = arguments.log_file.clone().or_else(|| variable(FILE_VARIABLE).map(PathBuf::from));
    log::start(level.into(), file.as_deref()).map_err(Failure::Usage)?;
    Ok(match arguments.tcp {
        Some(port) => server::run_tcp(port),
        None => server::run_stdio(),
    })
}

fn level_of_environment() -> Result<Option<LogLevel>, Failure> {
    let Some(value) = variable(LEVEL_VARIABLE) else { return Ok(None) };
    let value = value.to_string_lossy();
    LogLevel::from_str(&value, true).map(Some).map_err(|_| {
        Failure::Usage(format!("{LEVEL_VARIABLE} is {value:?}: it takes off, error, warn, info or debug"))
    })
}

/// An environment variable; an empty one counts as none.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
