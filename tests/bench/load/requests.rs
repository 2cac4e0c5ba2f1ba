//! What is asked while nobody types.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Outcome, Reply};
use crate::generate;
use crate::report::{
    ACTIONS, DEFINITION_LINK, DEFINITION_NAME, HOVER_HEADING, HOVER_LINK, HOVER_NAME, INDEXED, OUTLINE,
    REFERENCES_FIRST_NAME, REFERENCES_HEADING, REFERENCES_HUB, REFERENCES_HUB_NAME, REFERENCES_NAME,
    REFERENCES_NOTE, RENAME, RENAME_HUB, Row, SYMBOLS, WHOLE, WHOLE_AGAIN, milliseconds,
};
use crate::session::{Session, at, found};
use crate::vault::{Place, Thing, decoded, marks, title};

pub const HOVER: (&str, &str) = ("hoverProvider", "textDocument/hover");
pub const DEFINITION: (&str, &str) = ("definitionProvider", "textDocument/definition");
pub const REFERENCES: (&str, &str) = ("referencesProvider", "textDocument/references");
pub const SYMBOL: (&str, &str) = ("workspaceSymbolProvider", "workspace/symbol");
const RENAMES: (&str, &str) = ("renameProvider", "textDocument/rename");
const ASKED_FOR: (&str, &str) = ("diagnosticProvider", "textDocument/diagnostic");

/// Between two questions whether the index is whole.
const BREATH: Duration = Duration::from_millis(1);
/// How often something is asked whose answer is long, in parts of the other samples.
const RARELY: usize = 10;

/// A few letters, as one types them to find a note.
const SOUGHT: &[&str] = &[
    "sched", "页表", "Note 7", "gorou", "事务", "queue of", "笔记", "heap", "sjk", "术语", "closure", "zzzz",
];

/// How it is seen that a server has read a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// Where a wiki link with the note's name and a heading leads: the cheapest, and nobody finds it without an index of names.
    Definition,
    /// Symbols of all notes.
    Symbols,
    /// How many notes refer to a heading.
    References,
}

/// From the start of the process until answers show that notes all over the vault are indexed, the last among them.
pub fn indexed(session: &mut Session) {
    let count = session.vault.count;
    let patience = session.effort.patience.max(session.effort.settling);
    let mut wanted = marks(count).to_vec();
    while let Some(&n) = wanted.last() {
        if let Some(proof) = proof(session, n) {
            session.proof = Some(proof);
            wanted.pop();
        } else if session.client.started.elapsed() > patience {
            return session.keep(INDEXED, Row::without(format!("not in {patience:.0?}")));
        } else {
            std::thread::sleep(BREATH);
        }
    }
    let took = session.client.started.elapsed();
    let cpu = session.meter.read().map(milliseconds);
    session.keep(INDEXED, Row { cpu, ..Row::of(vec![took]) });
}

/// How an answer shows that note `n` was read, when one does.
fn proof(session: &mut Session, n: usize) -> Option<Proof> {
    let place = session.vault.named(n, &title(n));
    let path = generate::path(n);
    if session.client.offers(DEFINITION.0, DEFINITION.1) && line_in(session, &place, &path).is_some() {
        return Some(Proof::Definition);
    }
    if session.client.offers(SYMBOL.0, SYMBOL.1) {
        return shows(session, &title(n), &path).then_some(Proof::Symbols);
    }
    let hub = session.vault.hub().0;
    (references_of(session, &hub) >= session.vault.naming).then_some(Proof::References)
}

/// To which line of the note whose path ends so the link at a place leads.
pub fn line_in(session: &mut Session, place: &Place, path: &str) -> Option<u64> {
    let Outcome::Result(result) = session.client.request(DEFINITION.1, &at(place)).outcome else {
        return None;
    };
    let one = std::slice::from_ref(&result);
    let places = result.as_array().map_or(one, Vec::as_slice).iter();
    let there = |place: &Value| {
        let uri = place["targetUri"].as_str().or(place["uri"].as_str())?;
        let range =
            [&place["targetSelectionRange"], &place["range"]].into_iter().find(|range| range.is_object())?;
        decoded(uri).ends_with(path).then(|| range["start"]["line"].as_u64())?
    };
    places.filter_map(there).next()
}

/// Whether the symbols of all notes by these letters have one in the note whose path ends so.
pub fn shows(session: &mut Session, query: &str, path: &str) -> bool {
    let reply = session.client.request(SYMBOL.1, &json!({ "query": query }));
    let Outcome::Result(Value::Array(symbols)) = reply.outcome else { return false };
    let uris = symbols.iter().filter_map(|symbol| symbol["location"]["uri"].as_str());
    uris.map(decoded).any(|uri| uri.ends_with(path))
}

/// How many references of what stands at a place there are.
pub fn references_of(session: &mut Session, place: &Place) -> usize {
    if !session.client.offers(REFERENCES.0, REFERENCES.1) {
        return 0;
    }
    let reply = session.client.request(REFERENCES.1, &references_at(place));
    if let Outcome::Result(result) = reply.outcome { found(&result) } else { 0 }
}

/// The parameters of references of what stands at a place.
pub fn references_at(place: &Place) -> Value {
    let mut params = at(place);
    params["context"] = json!({"includeDeclaration": true});
    params
}

/// Everything that is asked about places.
pub fn all(session: &mut Session) {
    let samples = session.effort.samples;
    let [links, headings, titles, names] = [Thing::Link, Thing::Heading, Thing::Title, Thing::Name]
        .map(|thing| session.vault.places(thing, samples));
    let (hub, hub_name) = session.vault.hub();
    session.row_at(HOVER_LINK, HOVER, &links, &Value::Null);
    session.row_at(HOVER_HEADING, HOVER, &headings, &Value::Null);
    session.row_at(HOVER_NAME, HOVER, &names, &Value::Null);
    session.row_at(DEFINITION_LINK, DEFINITION, &links, &Value::Null);
    session.row_at(DEFINITION_NAME, DEFINITION, &names, &Value::Null);
    let with = json!({"context": {"includeDeclaration": true}});
    session.row_at(REFERENCES_HEADING, REFERENCES, &headings, &with);
    session.row_at(REFERENCES_NOTE, REFERENCES, &titles, &with);
    session.row(REFERENCES_FIRST_NAME, REFERENCES, names.len().min(1), |session, _| {
        session.client.request(REFERENCES.1, &references_at(&names[0]))
    });
    session.row_at(REFERENCES_NAME, REFERENCES, &names, &with);
    rarely(session, REFERENCES_HUB, &hub);
    rarely(session, REFERENCES_HUB_NAME, &hub_name);
    session.row(RENAME, RENAMES, if headings.is_empty() { 0 } else { samples }, |session, n| {
        rename(session, &headings[n % headings.len()])
    });
    session.row(RENAME_HUB, RENAMES, samples.div_ceil(RARELY), |session, _| rename(session, &hub));
    session.row(SYMBOLS, SYMBOL, samples, |session, n| {
        session.client.request(SYMBOL.1, &json!({"query": SOUGHT[n % SOUGHT.len()]}))
    });
    let asked: Vec<String> = session.vault.asked.iter().map(|note| note.uri.clone()).collect();
    let outline = ("documentSymbolProvider", "textDocument/documentSymbol");
    session.row(OUTLINE, outline, samples, |session, n| {
        let uri = &asked[n % asked.len()];
        session.client.request(outline.1, &json!({"textDocument": {"uri": uri}}))
    });
    let places = [links, headings, names].concat();
    let actions = ("codeActionProvider", "textDocument/codeAction");
    session.row(ACTIONS, actions, samples.min(places.len()), |session, n| {
        // A step through all three kinds of places.
        let place = &places[n * 37 % places.len()];
        let params = actions_at(session, place);
        session.client.request(actions.1, &params)
    });
}

fn rarely(session: &mut Session, name: &'static str, place: &Place) {
    let samples = session.effort.samples.div_ceil(RARELY);
    session.row(name, REFERENCES, samples, |session, _| {
        session.client.request(REFERENCES.1, &references_at(place))
    });
}

/// Prepared, when the server offers that, and done; nothing is applied.
fn rename(session: &mut Session, place: &Place) -> Reply {
    let begun = Instant::now();
    if session.client.capabilities["renameProvider"]["prepareProvider"] == true {
        let prepared = session.client.request("textDocument/prepareRename", &at(place));
        if !matches!(&prepared.outcome, Outcome::Result(result) if !result.is_null()) {
            return prepared;
        }
    }
    let mut params = at(place);
    params["newName"] = json!("换了名字的一节");
    session.client.request(RENAMES.1, &params).since(begun)
}

fn actions_at(session: &Session, place: &Place) -> Value {
    let known = session.client.findings.get(&decoded(&place.uri)).and_then(Value::as_array);
    let here = known.into_iter().flatten().filter(|finding| {
        let range = &finding["range"];
        let line = |end: &str| range[end]["line"].as_u64().unwrap_or_default();
        (line("start")..=line("end")).contains(&u64::from(place.line))
    });
    let position = json!({"line": place.line, "character": place.column});
    json!({
        "textDocument": {"uri": place.uri},
        "range": {"start": position, "end": position},
        "context": {"diagnostics": here.collect::<Vec<_>>(), "triggerKind": 2},
    })
}

/// The findings of all notes, where they can be asked for: once from nothing, then with what is known of them.
pub fn whole(session: &mut Session) {
    let offered = session.client.capabilities["diagnosticProvider"]["workspaceDiagnostics"] == true;
    let offer = if offered { ASKED_FOR } else { ("", "") };
    let mut known = json!([]);
    session.row(WHOLE, offer, 1, |session, _| {
        let reply = session.client.request("workspace/diagnostic", &json!({"previousResultIds": []}));
        if let Outcome::Result(result) = &reply.outcome {
            known = result_ids(result);
        }
        reply
    });
    session.row(WHOLE_AGAIN, offer, 3, |session, _| {
        session.client.request("workspace/diagnostic", &json!({"previousResultIds": known.clone()}))
    });
}

fn result_ids(result: &Value) -> Value {
    let reports = result["items"].as_array().into_iter().flatten();
    let ids = reports.filter(|report| report["resultId"].is_string());
    ids.map(|report| json!({"uri": report["uri"], "value": report["resultId"]})).collect()
}
