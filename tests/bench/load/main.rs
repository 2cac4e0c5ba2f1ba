//! Any language server under the hands of an editor: how long it takes to answer, what it works and keeps, among few notes and many.
//!
//! ```text
//! cargo bench --bench load                                  studymark, 100 and 1,000 notes
//! cargo bench --bench load -- --notes 100,10000,50000 --big
//! cargo bench --bench load -- --server studymark --server 'rumdl=rumdl server' --json all.json
//! ```
//!
//! Each server is started over stdio in the same folders of notes made from a seed, asked about the same places, and ended. Tables go to
//! stdout, what is going on to stderr.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark makes its own files and prints what it measured"
)]

#[path = "../../support/generate.rs"]
mod generate;

mod burst;
mod client;
mod hello;
mod process;
mod report;
mod requests;
mod session;
mod typing;
mod vault;

use std::path::{MAIN_SEPARATOR, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use report::Report;
use serde_json::json;
use session::{Effort, Server};
use vault::{Size, Vault};

/// Measures language servers on notes as an editor uses them.
#[derive(Parser)]
#[command(name = "load")]
struct Arguments {
    /// How many notes; each number is a run.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1_000])]
    notes: Vec<usize>,
    /// A run with one note of 5 MB among 100.
    #[arg(long)]
    big: bool,
    /// A server: its command, `NAME=COMMAND`, or `studymark` for the one that was built with this; may be given several times.
    #[arg(long, value_name = "COMMAND", default_value = "studymark")]
    server: Vec<String>,
    /// What the servers are called, in their order, instead of the names of their programs.
    #[arg(long, value_name = "NAME")]
    server_name: Vec<String>,
    /// Writes all figures to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Of the rows of requests only those whose names have this in them.
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Samples of a row of requests.
    #[arg(long, default_value_t = 200)]
    samples: usize,
    /// Keys of a run.
    #[arg(long, default_value_t = 150)]
    keys: usize,
    /// Milliseconds from a key to the next.
    #[arg(long, default_value_t = 80)]
    pace: u64,
    /// Seconds after which an answer is no answer.
    #[arg(long, default_value_t = 60)]
    patience: u64,
    /// Seconds after which a row has samples enough.
    #[arg(long, default_value_t = 15)]
    row: u64,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// So many seconds after it worked last a server counts as at rest: some put away then what nobody uses.
const RESTING: u64 = 10;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let effort = Effort {
        only: arguments.only.clone(),
        samples: arguments.samples,
        keys: arguments.keys,
        pace: Duration::from_millis(arguments.pace),
        row: Duration::from_secs(arguments.row),
        patience: Duration::from_secs(arguments.patience),
        settling: Duration::from_secs(arguments.patience),
        resting: Duration::from_secs(RESTING),
    };
    let servers = servers(&arguments);
    let big = arguments.big.then_some(Size::BigNote);
    let sizes = arguments.notes.iter().map(|count| Size::Notes((*count).max(1))).chain(big);
    let mut reports: Vec<Report> = Vec::new();
    let mut failed = false;
    for size in sizes {
        for server in &servers {
            // Written anew for each: the burst changes files.
            let begun = Instant::now();
            let measured = Vault::write(size)
                .map_err(|error| format!("the notes were not written: {error}"))
                .and_then(|vault| session::measure(server, &vault, &effort));
            match measured {
                Ok(report) => {
                    eprintln!("{} on {size:?}: measured in {:.0?}", server.name, begun.elapsed());
                    reports.push(report);
                }
                Err(error) => {
                    eprintln!("{} on {size:?}: {error}", server.name);
                    failed = true;
                }
            }
            if let Some(path) = &arguments.json {
                let all: Vec<_> = reports.iter().map(Report::json).collect();
                let written = std::fs::write(path, format!("{:#}\n", json!({"version": 1, "runs": all})));
                failed |= written.is_err();
            }
        }
    }
    for server in &servers {
        let of_it: Vec<&Report> = reports.iter().filter(|report| report.server == server.name).collect();
        print!("{}", report::table(&of_it));
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn servers(arguments: &Arguments) -> Vec<Server> {
    let named = arguments.server.iter().enumerate().map(|(n, told)| {
        let (name, command) = match told.split_once('=') {
            Some((name, command)) if !name.contains([' ', MAIN_SEPARATOR]) => (Some(name), command),
            _ => (None, told.as_str()),
        };
        let mut command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if command == ["studymark"] {
            command = vec![env!("CARGO_BIN_EXE_studymark").to_owned(), "lsp".to_owned()];
        }
        // It is started in another folder.
        for word in command.iter_mut().filter(|word| word.contains(MAIN_SEPARATOR)) {
            if let Ok(path) = std::path::absolute(&*word)
                && path.exists()
            {
                *word = path.to_string_lossy().into_owned();
            }
        }
        let program = command.first().map_or("", String::as_str);
        let stem = program.rsplit(MAIN_SEPARATOR).next().unwrap_or(program);
        let name = arguments.server_name.get(n).map(String::as_str).or(name).unwrap_or(stem);
        Server { name: name.to_owned(), command }
    });
    named.collect()
}
