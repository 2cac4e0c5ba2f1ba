//! Keeps the benchmark `load` alive: all of it, for a moment, against the program as tests build it.
//!
//! Invariant: no time is asserted.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test makes its own files and says what is wrong by panicking"
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

use std::time::Duration;

use report::{ROWS, Report, table};
use session::{Effort, Server, measure};
use vault::{Size, Vault};

const EFFORT: Effort = Effort {
    only: String::new(),
    samples: 6,
    keys: 4,
    pace: Duration::from_millis(20),
    row: Duration::from_secs(10),
    patience: Duration::from_secs(20),
    settling: Duration::from_millis(200),
    resting: Duration::ZERO,
};

fn measured(command: &[&str]) -> Result<Report, String> {
    let server =
        Server { name: "tried".to_owned(), command: command.iter().map(|word| (*word).to_owned()).collect() };
    measure(&server, &Vault::write(Size::Notes(30)).unwrap(), &EFFORT)
}

#[test]
fn every_row_is_measured() {
    let report = measured(&[env!("CARGO_BIN_EXE_studymark"), "lsp"]).unwrap();
    assert!(report.ended, "the server ends when it is told to");
    let names: Vec<&str> = report.rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ROWS);
    // Findings that a key does not change are not sent again, and then there is nothing to time.
    let quiet = [report::KEY_PROSE];
    for (name, row) in report.rows.iter().filter(|(name, _)| !quiet.contains(name)) {
        let of_process = name.contains("processor") && !cfg!(target_os = "linux");
        assert!(of_process || !row.samples.is_empty(), "{name}: {row:?}");
        assert!(row.remark.is_none(), "{name}: {row:?}");
    }
    // What is asked about is there: something is found at every kind of place.
    let empty = report.rows.iter().filter(|(_, row)| row.found.iter().sum::<usize>() == 0);
    let empty: Vec<&str> = empty.filter(|(_, row)| !row.found.is_empty()).map(|(name, _)| *name).collect();
    assert!(empty.is_empty(), "nothing was found by {empty:?}");
    assert_eq!(cfg!(target_os = "linux"), report.at_rest.is_some());
    let shown = table(&[&report]);
    assert!(ROWS.iter().all(|name| shown.contains(name)), "{shown}");
    assert_eq!(report.json()["milliseconds"].as_object().unwrap().len(), ROWS.len());
}

#[test]
fn a_program_that_is_no_server_is_said_to_be_none() {
    let error = measured(&["true"]).err().unwrap();
    assert!(error.contains("did not say hello"), "{error}");
    let error = measured(&["/nowhere/no-such-program"]).err().unwrap();
    assert!(error.contains("did not start"), "{error}");
}
