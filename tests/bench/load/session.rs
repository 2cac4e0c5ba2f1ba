//! One server on one vault, from its start to its end: everything of [`ROWS`] in turn.
//!
//! Invariant: requests go out one at a time. What takes too long is cut short by [`Effort`], said in the row, and never waited for
//! without an end; after several rows without an answer the rest is left out.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Outcome, Reply};
use crate::process::Meter;
use crate::report::{ROWS, Report, Row, milliseconds};
use crate::requests::Proof;
use crate::vault::{Place, Size, Vault};
use crate::{burst, requests, typing};

/// A language server.
#[derive(Clone, Debug)]
pub struct Server {
    /// What it is called in the tables.
    pub name: String,
    /// The program and its arguments.
    pub command: Vec<String>,
}

/// How much is measured, and what is waited for.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Of the rows of requests only those whose names have this in them; all when it is empty.
    pub only: String,
    /// How many samples a row of requests has.
    pub samples: usize,
    /// How many keys a run has.
    pub keys: usize,
    /// The time from a key to the next.
    pub pace: Duration,
    /// A row that took so long has samples enough.
    pub row: Duration,
    /// What has not answered by then is "no answer".
    pub patience: Duration,
    /// How long a server may work on the folder before it is asked on.
    pub settling: Duration,
    /// How long nobody asks for anything before its memory is that at rest.
    pub resting: Duration,
}

/// A server at work and what was measured of it.
pub struct Session<'a> {
    /// The editor's side.
    pub client: Client,
    /// What the server costs.
    pub meter: Meter,
    /// What it works on.
    pub vault: &'a Vault,
    /// How much is measured.
    pub effort: Effort,
    /// The version of the typed note.
    pub version: i64,
    /// What the typed note says.
    pub text: String,
    /// How it showed that it had read the notes.
    pub proof: Option<Proof>,
    rows: Vec<(&'static str, Row)>,
    unanswered: usize,
}

/// Rows without an answer after which a server is given up.
const GIVEN_UP: usize = 3;

/// Measures a server on a vault.
pub fn measure(server: &Server, vault: &Vault, effort: &Effort) -> Result<Report, String> {
    let client = Client::start(&server.command, vault.folder(), effort.patience)?;
    let meter = Meter::of(client.pid());
    let mut session = Session {
        client,
        meter,
        vault,
        effort: effort.clone(),
        version: 1,
        text: vault.typed.text.clone(),
        proof: None,
        rows: Vec::new(),
        unanswered: 0,
    };
    typing::begun(&mut session);
    requests::indexed(&mut session);
    session.meter.settle(effort.settling);
    typing::opened(&mut session);
    session.meter.settle(effort.settling);
    std::thread::sleep(effort.resting);
    let at_rest = session.meter.memory();
    typing::findings(&mut session);
    requests::all(&mut session);
    typing::then_asked(&mut session);
    typing::completed(&mut session);
    burst::changed(&mut session);
    // The whole last: its answers are long, and what is kept for them is no memory at rest.
    requests::whole(&mut session);
    session.meter.settle(effort.settling.min(Duration::from_secs(10)));
    std::thread::sleep(effort.resting);
    if session.text != vault.typed.text {
        return Err("the typed note was left with keys in it".to_owned());
    }
    let at_end = session.meter.memory();
    let Session { client, mut rows, .. } = session;
    let ended = client.goodbye();
    rows.sort_by_key(|(name, _)| ROWS.iter().position(|known| known == name));
    Ok(Report {
        server: server.name.clone(),
        size: match vault.size {
            Size::Notes(count) => count.to_string(),
            Size::BigNote => "big".to_owned(),
        },
        notes: vault.count,
        bytes: vault.bytes,
        rows,
        at_rest,
        at_end,
        ended,
    })
}

impl Session<'_> {
    /// Keeps a row.
    pub fn keep(&mut self, name: &'static str, mut row: Row) {
        row.resident = self.meter.memory().map(|memory| memory.resident);
        self.rows.push((name, row));
    }

    /// Whether so little was answered that the rest is not worth the wait.
    pub fn is_given_up(&self) -> bool {
        self.unanswered >= GIVEN_UP
    }

    /// Measures a row of requests: `ask` makes the n-th one and gives its answer with the time that counts. A row that the server does not
    /// offer is left out.
    pub fn row(
        &mut self,
        name: &'static str,
        offer: (&str, &str),
        samples: usize,
        mut ask: impl FnMut(&mut Self, usize) -> Reply,
    ) {
        if !self.client.offers(offer.0, offer.1) {
            return self.keep(name, Row::without("–"));
        }
        if !name.contains(&self.effort.only) {
            return self.keep(name, Row::without("left out"));
        }
        if samples == 0 {
            return self.keep(name, Row::without("no such place"));
        }
        if self.is_given_up() {
            return self.keep(name, Row::without("given up"));
        }
        let mut row = Row::default();
        let mut errors = 0;
        let begun = Instant::now();
        let worked = self.meter.read();
        for n in 0..samples {
            let Reply { outcome, took, bytes, .. } = ask(self, n);
            row.bytes = row.bytes.max(bytes);
            match outcome {
                Outcome::Result(result) => {
                    row.samples.push(milliseconds(took));
                    row.found.push(found(&result));
                }
                Outcome::Error(error) => {
                    errors += 1;
                    let shown: String = error.chars().take(60).collect();
                    row.remark = Some(format!("{errors} errors: {shown}").replace(['|', '\n'], " "));
                }
                Outcome::NoAnswer => {
                    row.remark = Some(format!("no answer in {:.0?}", self.client.patience));
                    self.unanswered += 1;
                    // It may work on, and the next row is not to be measured beside that.
                    self.meter.settle(self.effort.settling);
                    break;
                }
            }
            if begun.elapsed() > self.effort.row {
                break;
            }
        }
        row.cpu =
            worked.zip(self.meter.read()).map(|(before, after)| milliseconds(after.saturating_sub(before)));
        self.keep(name, row);
    }

    /// A row of one method, asked at places again and again.
    pub fn row_at(&mut self, name: &'static str, offer: (&str, &str), places: &[Place], more: &Value) {
        let samples = if places.is_empty() { 0 } else { self.effort.samples };
        let method = offer.1;
        self.row(name, offer, samples, |session, n| {
            let mut params = at(&places[n % places.len()]);
            if let (Value::Object(params), Value::Object(more)) = (&mut params, more) {
                params.extend(more.clone());
            }
            session.client.request(method, &params)
        });
    }
}

/// The parameters of a request about a place.
pub fn at(place: &Place) -> Value {
    json!({
        "textDocument": {"uri": place.uri},
        "position": {"line": place.line, "character": place.column},
    })
}

/// How much an answer says: items of a list, edits of a rename, 1 for anything else, 0 for nothing.
pub fn found(result: &Value) -> usize {
    let edits = |of: Option<&Value>| of.and_then(Value::as_array).map_or(0, Vec::len);
    match result {
        Value::Null => 0,
        Value::Array(items) => items.len(),
        Value::Object(object) => {
            if let Some(Value::Array(items)) = object.get("items") {
                items.len()
            } else if let Some(Value::Array(changes)) = object.get("documentChanges") {
                changes.iter().map(|change| edits(change.get("edits"))).sum()
            } else if let Some(Value::Object(changes)) = object.get("changes") {
                changes.values().map(|change| edits(Some(change))).sum()
            } else {
                1
            }
        }
        _ => 1,
    }
}
