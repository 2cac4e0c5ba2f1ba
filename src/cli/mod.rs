//! The command line: one file a verb, over the same analysis as the server.
//!
//! Invariant: results go to standard output, everything else to standard error; a closed pipe is no error.

mod check;
mod completions;
mod doctor;
mod export;
mod graph;
mod history;
mod init;
mod links;
mod lsp;
mod open;
mod outline;
mod output;
mod questions;
mod related;
mod report;
mod since;
mod stats;
mod target;
mod terms;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::output::ColorChoice;

/// Finds unanswered questions and broken links in Markdown study notes.
#[derive(Parser, Debug)]
#[command(name = "studymark", version, about, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    color: ColorChoice,
}

const EXAMPLES: &str = "\
Examples:
  studymark check              every finding in the notes of this folder
  studymark questions          what is still to be answered
  studymark stats 操作系统.md    how much of one note is answered
  studymark export anki        questions and answers as cards
  studymark lsp                the language server, for an editor to start";

#[derive(Subcommand, Debug)]
enum Verb {
    /// Report unanswered questions, broken links and everything else there is to say.
    Check(check::Arguments),
    /// List the questions, open ones unless told otherwise.
    Questions(questions::Arguments),
    /// Show how much is answered, by note and chapter.
    Stats(stats::Arguments),
    /// Show the headings with their numbers and answer states.
    Outline(outline::Arguments),
    /// Write questions and answers for other programs: Anki, CSV, JSON, a page in Markdown.
    Export(export::Arguments),
    /// List the terms that the notes define, and how often they are spoken of.
    Terms(terms::Arguments),
    /// Show the topics that have to do with a place, and why.
    Related(related::Arguments),
    /// Draw notes, topics and terms with what joins them: a page to look at, Graphviz, Mermaid, JSON.
    Graph(graph::Arguments),
    /// List every link and where it leads.
    Links(links::Arguments),
    /// Tell what there is to know when something is wrong, to paste into a report.
    Doctor(doctor::Arguments),
    /// Write a commented settings file.
    Init(init::Arguments),
    /// Run the language server on standard input and output.
    Lsp(lsp::Arguments),
    /// Print a completion script for a shell.
    Completions(completions::Arguments),
}

/// What every verb that reads notes takes.
#[derive(Args, Debug)]
struct Paths {
    /// Notes or folders of notes.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// How results are printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For people.
    Human,
    /// One JSON document, for tools.
    Json,
}

/// Why a verb did not do its work.
#[derive(Debug)]
enum Failure {
    /// What was asked for cannot be done: what, where, and what to do.
    Usage(String),
    /// Output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Exit code for usage errors, unreadable arguments and bad settings.
const EXIT_USAGE: u8 = 2;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.verb {
        Verb::Check(arguments) => check::run(arguments, cli.color),
        Verb::Questions(arguments) => questions::run(arguments, cli.color),
        Verb::Stats(arguments) => stats::run(arguments, cli.color),
        Verb::Outline(arguments) => outline::run(arguments, cli.color),
        Verb::Export(arguments) => export::run(arguments, cli.color),
        Verb::Terms(arguments) => terms::run(arguments, cli.color),
        Verb::Related(arguments) => related::run(arguments, cli.color),
        Verb::Graph(arguments) => graph::run(arguments, cli.color),
        Verb::Links(arguments) => links::run(arguments, cli.color),
        Verb::Doctor(arguments) => doctor::run(arguments, cli.color),
        Verb::Init(arguments) => init::run(arguments, cli.color),
        Verb::Lsp(arguments) => lsp::run(arguments),
        Verb::Completions(arguments) => completions::run(arguments),
    };
    match result {
        Ok(code) => code,
        // Who closed the pipe has read enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            output::complain(cli.color, &format!("cannot write the result: {error}"))
        }
        Err(Failure::Usage(message)) => output::complain(cli.color, &message),
    }
}
