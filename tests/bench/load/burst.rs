//! Many files that change on disk at once, as after a checkout.

use serde_json::{Value, json};

use crate::client::Outcome;
use crate::generate;
use crate::report::{BURST, BURST_HOVER, Row};
use crate::requests::{HOVER, Proof, line_in, references_of, shows};
use crate::session::{Session, at, found};
use crate::vault::{HUB, LATER, Thing, last_closed, uri};

/// How many files change.
const FILES: usize = 1_000;

/// Rewrites files, tells of it, and asks until the change of the last one shows; a hover goes out between two questions.
pub fn changed(session: &mut Session) {
    let vault = session.vault;
    let (hub, _) = vault.hub();
    let left_out = session.is_given_up() || !BURST.contains(&session.effort.only);
    let (Some(proof), false) = (session.proof, left_out) else {
        session.keep(BURST, Row::without("–"));
        return session.keep(BURST_HOVER, Row::without("–"));
    };
    session.meter.settle(session.effort.settling);
    let open: Vec<&str> = vault.asked.iter().map(|note| note.uri.as_str()).collect();
    let closed = (0..vault.count).filter(|n| !open.contains(&uri(&vault.path(*n)).as_str()));
    let last = last_closed(vault.count);
    let mut files: Vec<usize> = closed.filter(|n| *n < last).take(FILES - 1).collect();
    files.push(last);
    let before = references_of(session, &hub);
    let later = vault.named(last, LATER);
    let path = generate::path(last);
    for &n in &files {
        let mut text = vault.text(n) + "\n## 新的一节\n\n文。\n";
        if n == last {
            text += &format!("\n## {LATER}\n\n见 [多](../{HUB}.md#多)。\n");
        }
        if let Err(error) = std::fs::write(vault.path(n), text) {
            return session.keep(BURST, Row::without(error.to_string()));
        }
    }
    let changes: Vec<Value> = files.iter().map(|&n| json!({"uri": uri(&vault.path(n)), "type": 2})).collect();
    let worked = session.meter.read();
    let sent = session.client.notify("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
    let places = vault.places(Thing::Link, 50);
    let mut hovers = Row::default();
    let mut settled = None;
    let mut n = 0;
    while sent.elapsed() < session.effort.patience {
        if session.client.offers(HOVER.0, HOVER.1) && !places.is_empty() {
            let reply = session.client.request(HOVER.1, &at(&places[n % places.len()]));
            n += 1;
            match reply.outcome {
                Outcome::Result(result) => {
                    hovers.samples.push(reply.took.as_secs_f64() * 1e3);
                    hovers.found.push(found(&result));
                }
                _ => hovers.remark = Some("without an answer".to_owned()),
            }
        }
        let seen = match proof {
            // Until the heading is there the link leads to the start of the note, or nowhere.
            Proof::Definition => line_in(session, &later, &path).is_some_and(|line| line > 0),
            Proof::Symbols => shows(session, LATER, &path),
            Proof::References => references_of(session, &hub) > before,
        };
        if seen {
            settled = Some(sent.elapsed());
            break;
        }
    }
    session.meter.settle(session.effort.settling);
    let row = match settled {
        Some(settled) => Row {
            cpu: worked
                .zip(session.meter.read())
                .map(|(before, after)| after.saturating_sub(before).as_secs_f64() * 1e3),
            found: vec![files.len()],
            ..Row::of(vec![settled])
        },
        None => Row::without(format!("not seen in {:.0?}", session.effort.patience)),
    };
    session.keep(BURST, row);
    if hovers.samples.is_empty() && hovers.remark.is_none() {
        hovers.remark = Some("–".to_owned());
    }
    session.keep(BURST_HOVER, hovers);
}
