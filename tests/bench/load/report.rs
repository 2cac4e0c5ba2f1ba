//! What was measured: rows of samples, as a table that a person reads and as JSON.
//!
//! Invariant: every row of [`ROWS`] is in every report, with samples or with the reason why it has none.

use std::time::Duration;

use serde_json::{Value, json};

use crate::process::Memory;

/// What is measured, in the order of the table. Times are milliseconds, "processor" is what the server worked.
pub const ROWS: &[&str] = &[
    INDEXED,
    OPENED,
    KEY_FINDINGS,
    KEY_FINDINGS_CPU,
    KEY_NEWS_CPU,
    KEY_PROSE,
    KEY_PROSE_CPU,
    PAUSE_CPU,
    KEY_PULLED,
    KEY_HOVER,
    KEY_DEFINITION,
    KEY_REFERENCES,
    HOVER_LINK,
    HOVER_HEADING,
    HOVER_NAME,
    DEFINITION_LINK,
    DEFINITION_NAME,
    REFERENCES_HEADING,
    REFERENCES_NOTE,
    REFERENCES_FIRST_NAME,
    REFERENCES_NAME,
    REFERENCES_HUB,
    REFERENCES_HUB_NAME,
    RENAME,
    RENAME_HUB,
    SYMBOLS,
    OUTLINE,
    ACTIONS,
    COMPLETE_LATIN,
    COMPLETE_CHINESE,
    COMPLETE_PINYIN,
    COMPLETE_PATH,
    WHOLE,
    WHOLE_AGAIN,
    BURST,
    BURST_HOVER,
];

pub const INDEXED: &str = "start → an answer from the whole index";
pub const OPENED: &str = "a note opened → its findings";
pub const KEY_FINDINGS: &str = "a key that changes a finding → findings";
pub const KEY_FINDINGS_CPU: &str = "… processor until then";
pub const KEY_NEWS_CPU: &str = "… processor until the next key";
pub const KEY_PROSE: &str = "a key in prose → findings";
pub const KEY_PROSE_CPU: &str = "… processor until the next key, in prose";
pub const PAUSE_CPU: &str = "a pause after typing, processor";
pub const KEY_PULLED: &str = "a key in prose → findings asked for";
pub const KEY_HOVER: &str = "a key, then hover";
pub const KEY_DEFINITION: &str = "a key, then definition";
pub const KEY_REFERENCES: &str = "a key, then references";
pub const HOVER_LINK: &str = "hover on a link";
pub const HOVER_HEADING: &str = "hover on a heading";
pub const HOVER_NAME: &str = "hover on a name in prose";
pub const DEFINITION_LINK: &str = "definition of a link";
pub const DEFINITION_NAME: &str = "definition of a name in prose";
pub const REFERENCES_HEADING: &str = "references of a heading";
pub const REFERENCES_NOTE: &str = "references of a note, at its title";
pub const REFERENCES_FIRST_NAME: &str = "references of a name in prose, the first ever";
pub const REFERENCES_NAME: &str = "references of a name in prose";
pub const REFERENCES_HUB: &str = "references of a heading with up to 1,000 links";
pub const REFERENCES_HUB_NAME: &str = "references of a name in up to 1,000 notes";
pub const RENAME: &str = "rename of a heading, prepared and done";
pub const RENAME_HUB: &str = "rename of a heading with up to 1,000 links";
pub const SYMBOLS: &str = "symbols of all notes by a few letters";
pub const OUTLINE: &str = "symbols of a note";
pub const ACTIONS: &str = "code actions";
pub const COMPLETE_LATIN: &str = "`[[` and Latin letters → a list";
pub const COMPLETE_CHINESE: &str = "`[[` and Chinese → a list";
pub const COMPLETE_PINYIN: &str = "`[[` and pinyin → a list";
pub const COMPLETE_PATH: &str = "`](` and a path → a list";
pub const WHOLE: &str = "findings of all notes asked for";
pub const WHOLE_AGAIN: &str = "the same again, with what is known";
pub const BURST: &str = "up to 1,000 files changed → an answer from the last";
pub const BURST_HOVER: &str = "… a hover meanwhile";

/// One row.
#[derive(Default, Debug)]
pub struct Row {
    /// Milliseconds.
    pub samples: Vec<f64>,
    /// How much was found, by sample.
    pub found: Vec<usize>,
    /// What the server worked for all samples, in milliseconds.
    pub cpu: Option<f64>,
    /// The longest answer in bytes.
    pub bytes: usize,
    /// What was resident afterwards, in bytes.
    pub resident: Option<usize>,
    /// Why there is nothing, or what else is to be said.
    pub remark: Option<String>,
}

/// What one server did on one vault.
pub struct Report {
    /// What the server is called.
    pub server: String,
    /// `1000`, or `big` for the note of 5 MB.
    pub size: String,
    /// How many notes.
    pub notes: usize,
    /// Their bytes.
    pub bytes: usize,
    /// By name, in the order of [`ROWS`].
    pub rows: Vec<(&'static str, Row)>,
    /// At rest, once all notes are indexed and some open.
    pub at_rest: Option<Memory>,
    /// After everything.
    pub at_end: Option<Memory>,
    /// Whether it ended when it was told to.
    pub ended: bool,
}

impl Row {
    /// A row without samples.
    pub fn without(remark: impl Into<String>) -> Self {
        Self { remark: Some(remark.into()), ..Self::default() }
    }

    /// A row of times of which nothing else is known.
    pub fn of(samples: Vec<Duration>) -> Self {
        Self { samples: samples.into_iter().map(milliseconds).collect(), ..Self::default() }
    }

    /// The value that `part` of 100 samples do not exceed.
    pub fn percentile(&self, part: usize) -> Option<f64> {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        // The first that at least so many do not exceed: with few samples 95 of 100 is the longest.
        let rank = (sorted.len() * part).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }

    /// How much was found on average: under 1 when some places had no answer.
    fn mean_found(&self) -> Option<f64> {
        let sum: usize = self.found.iter().sum();
        (!self.found.is_empty()).then(|| sum as f64 / self.found.len() as f64)
    }

    fn cpu_each(&self) -> Option<f64> {
        Some(self.cpu? / self.samples.len().max(1) as f64)
    }

    fn json(&self) -> Value {
        json!({
            "samples": self.samples.len(),
            "p50": self.percentile(50),
            "p95": self.percentile(95),
            "max": self.percentile(100),
            "cpu_each": self.cpu_each(),
            "found": self.mean_found(),
            "longest_answer_bytes": self.bytes,
            "resident_afterwards": self.resident,
            "remark": self.remark,
        })
    }
}

impl Report {
    /// The row of this name.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|(known, _)| *known == name).map(|(_, row)| row)
    }

    /// All of it.
    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|(name, row)| ((*name).to_owned(), row.json()));
        let memory = |memory: Option<Memory>| {
            memory.map(|memory| json!({"resident": memory.resident, "peak": memory.peak}))
        };
        json!({
            "server": self.server,
            "size": self.size,
            "notes": self.notes,
            "bytes": self.bytes,
            "milliseconds": rows.collect::<serde_json::Map<_, _>>(),
            "memory": {"at_rest": memory(self.at_rest), "at_end": memory(self.at_end)},
            "ended": self.ended,
        })
    }
}

/// One server's reports beside each other: first the ratios against the first, which hold on any machine,
/// then p50 / p95 / max and the processor's time each.
pub fn table(reports: &[&Report]) -> String {
    let Some(first) = reports.first() else { return String::new() };
    let heads: String =
        reports.iter().map(|report| format!(" {} ({}) |", label(report), megabytes(report.bytes))).collect();
    let ratios: String = reports[1..].iter().map(|report| format!(" {} |", label(report))).collect();
    let mut table = format!(
        "\n{}: milliseconds, p50 / p95 / max (processor each); ratios are of p50 (of the processor) against {}\n\n| measured | found |{ratios}{heads}\n|-|-|{}\n",
        first.server,
        label(first),
        "-|".repeat(reports.len() * 2 - 1),
    );
    for name in ROWS {
        let rows: Vec<Option<&Row>> = reports.iter().map(|report| report.row(name)).collect();
        let found = rows.iter().rev().find_map(|row| row.as_ref()?.mean_found());
        let ratio = |row: &Option<&Row>| {
            let of = |value: fn(&Row) -> Option<f64>| {
                let base = rows[0].and_then(value).filter(|base| *base > 0.0)?;
                Some(round(row.and_then(value)? / base))
            };
            let times = of(|row| row.percentile(50)).unwrap_or("–".to_owned());
            of(Row::cpu_each).map_or(times.clone(), |cpu| format!("{times} ({cpu})"))
        };
        let ratios: String = rows[1..].iter().map(|row| format!(" {} |", ratio(row))).collect();
        let cells: String =
            rows.iter().map(|row| format!(" {} |", row.map_or("–".to_owned(), cell))).collect();
        let found = found.map_or("–".to_owned(), round);
        table += &format!("| {name} | {found} |{ratios}{cells}\n");
    }
    for (name, memory) in [
        (
            "memory at rest (of the notes' bytes; peak)",
            (|report| report.at_rest) as fn(&Report) -> Option<Memory>,
        ),
        ("memory after everything (of the notes' bytes; peak)", |report| report.at_end),
    ] {
        let cells: String = reports
            .iter()
            .map(|report| match memory(report) {
                Some(memory) => format!(
                    " {} (×{:.2}; {}) |",
                    megabytes(memory.resident),
                    memory.resident as f64 / report.bytes.max(1) as f64,
                    megabytes(memory.peak)
                ),
                None => " – |".to_owned(),
            })
            .collect();
        table += &format!("| {name} | – |{}{cells}\n", " – |".repeat(reports.len() - 1));
    }
    table
}

fn cell(row: &Row) -> String {
    let at = |part| row.percentile(part).map(round);
    match (at(50), at(95), at(100)) {
        (Some(half), Some(most), Some(longest)) => {
            let times = if row.samples.len() == 1 { half } else { format!("{half} / {most} / {longest}") };
            let cpu = row.cpu_each().map_or(String::new(), |cpu| format!(" ({})", round(cpu)));
            let remark = row.remark.as_ref().map_or(String::new(), |remark| format!(", {remark}"));
            format!("{times}{cpu}{remark}")
        }
        _ => row.remark.clone().unwrap_or_else(|| "–".to_owned()),
    }
}

fn label(report: &Report) -> String {
    if report.size == "big" { "a note of 5 MB".to_owned() } else { format!("{} notes", report.size) }
}

fn megabytes(bytes: usize) -> String {
    format!("{} MB", round(bytes as f64 / 1e6))
}

fn round(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// As a number of milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
