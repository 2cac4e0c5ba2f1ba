//! `studymark init`: a settings file with every setting, commented out and explained.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::Failure;
use crate::cli::output::{ColorChoice, Out};
use crate::config;
use crate::features::diagnostics::codes;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder that gets the file.
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// Print the text and write nothing.
    #[arg(long)]
    print: bool,
}

/// Runs the verb.
///
/// # Errors
/// See [`Failure`]; an existing file is never overwritten.
#[expect(
    clippy::disallowed_methods,
    reason = "the one file that studymark writes, on request, and never over another"
)]
pub fn run(arguments: &Arguments, color: ColorChoice) -> Result<ExitCode, Failure> {
    let codes: Vec<config::render::CodeSetting> = codes()
        .map(|spec| config::render::CodeSetting {
            code: spec.code,
            default: spec.severity,
            summary: spec.summary,
        })
        .collect();
    let text = config::render::commented_file(&codes);
    let mut out = Out::new(color);
    if arguments.print {
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = arguments.folder.join(config::FILE_NAME);
    let created = std::fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    match created {
        Ok(()) => {
            writeln!(out, "wrote {}: every setting is in it, commented out", path.display())?;
            out.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Failure::Usage(format!("{} exists already; see all settings with --print", path.display())))
        }
        Err(error) => Err(Failure::Usage(format!("cannot write {}: {error}", path.display()))),
    }
}
