//! `studymark completions`: a script that completes the command line in a shell.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::output::{ColorChoice, Out};
use crate::cli::{Cli, Failure};

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    // Into memory first: the generator panics when its stream is closed.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "studymark", &mut script);
    let mut out = Out::new(ColorChoice::Never);
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
