//! What is measured while somebody types: findings after a key, requests after a key, lists of completion.
//!
//! Invariant: after each run the typed note says what it said before.

use std::time::Instant;

use serde_json::{Value, json};

use crate::report::{
    COMPLETE_CHINESE, COMPLETE_LATIN, COMPLETE_PATH, COMPLETE_PINYIN, KEY_DEFINITION, KEY_FINDINGS,
    KEY_FINDINGS_CPU, KEY_HOVER, KEY_NEWS_CPU, KEY_PROSE, KEY_PROSE_CPU, KEY_PULLED, KEY_REFERENCES, OPENED,
    PAUSE_CPU, Row,
};
use crate::requests::{DEFINITION, HOVER, REFERENCES, references_at};
use crate::session::{Session, at};
use crate::vault::{Place, Vault};

/// What is typed as prose, letter by letter.
const SENTENCE: &str = "，进程和线程 share the heap，页表由内核写，and each queue waits。锁在 the scope 里";

const LATIN: &[&str] = &["note 1", "sched", "queue", "goro", "closure", "What is", "heap of", "zzzz"];
const CHINESE: &[&str] = &["笔记", "页表", "什么是", "事务的", "术语", "负载均衡", "协议"];
const PINYIN: &[&str] = &["biji", "yebiao", "sjk", "shiwu", "fzjh", "smsjc", "xtdy"];
const PATHS: &[&str] = &["../01/note", "../02/笔", "../03/"];

/// Opens a note as an editor does that starts with it, before the server has read the others.
pub fn begun(session: &mut Session) {
    let note = session.vault.hub_text();
    open(session, &note.uri, &note.text);
}

/// Opens the other notes that are asked about and the one that is typed in.
pub fn opened(session: &mut Session) {
    let typed = session.vault.typed.clone();
    for note in session.vault.asked.iter().filter(|note| note.uri != typed.uri) {
        open(session, &note.uri, &note.text);
    }
    session.meter.settle(session.effort.settling);
    let sent = open(session, &typed.uri, &typed.text);
    let row = match session.client.pushed(&typed.uri, 1, sent, session.effort.patience) {
        Some(at) => Row::of(vec![at - sent]),
        None => Row::without("no findings"),
    };
    session.keep(OPENED, row);
}

fn open(session: &mut Session, uri: &str, text: &str) -> Instant {
    let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
    session.client.notify("textDocument/didOpen", &json!({ "textDocument": document }))
}

/// Keys that change a finding, keys that change none, and the pause after them.
pub fn findings(session: &mut Session) {
    keys_with_news(session);
    keys_in_prose(session);
    pulled(session);
}

/// A letter too many at the end of a link's path, and away again.
fn keys_with_news(session: &mut Session) {
    let line = session.vault.lines.link;
    let column = width(session.vault, line) - ".md)".encode_utf16().count();
    let mut news = Row::default();
    let (mut until_news, mut until_next) = (Row::default(), Row::default());
    let uri = session.vault.typed.uri.clone();
    let mut too_many = false;
    for _ in 0..session.effort.keys {
        let worked = session.meter.read();
        let sent = if too_many {
            replace(session, line, column, column + 1, "")
        } else {
            replace(session, line, column, column, "x")
        };
        too_many = !too_many;
        let version = session.version;
        let patience = session.effort.patience.min(session.effort.row);
        let Some(at) = session.client.pushed(&uri, version, sent, patience) else {
            news.remark = Some("no findings".to_owned());
            break;
        };
        news.samples.push((at - sent).as_secs_f64() * 1e3);
        let worked_until = session.meter.read();
        session.client.idle_until(sent + session.effort.pace.max(at - sent));
        sample(&mut until_news, worked, worked_until);
        let now = session.meter.read();
        sample(&mut until_next, worked, now);
        if news.samples.iter().sum::<f64>() > session.effort.row.as_secs_f64() * 1e3 {
            break;
        }
    }
    if too_many {
        replace(session, line, column, column + 1, "");
    }
    session.keep(KEY_FINDINGS, news);
    session.keep(KEY_FINDINGS_CPU, until_news);
    session.keep(KEY_NEWS_CPU, until_next);
}

/// Letters at the end of a line of prose at an even pace, then nothing.
fn keys_in_prose(session: &mut Session) {
    session.meter.settle(session.effort.settling);
    let line = session.vault.lines.prose;
    let start = width(session.vault, line);
    let uri = session.vault.typed.uri.clone();
    let (mut news, mut each) = (Row::default(), Row::default());
    let mut column = start;
    for letter in SENTENCE.chars().cycle().take(session.effort.keys) {
        let worked = session.meter.read();
        let sent = replace(session, line, column, column, letter.encode_utf8(&mut [0; 4]));
        column += letter.len_utf16();
        let version = session.version;
        if let Some(at) = session.client.pushed(&uri, version, sent, session.effort.pace) {
            news.samples.push((at - sent).as_secs_f64() * 1e3);
        }
        session.client.idle_until(sent + session.effort.pace);
        let now = session.meter.read();
        sample(&mut each, worked, now);
    }
    if news.samples.len() < session.effort.keys / 2 {
        // Findings that stay the same need not be sent again.
        let said = news.samples.len();
        news = Row::without(format!("sent after {said} of {} keys", session.effort.keys));
    }
    let worked = session.meter.read();
    session.meter.settle(session.effort.settling);
    let mut pause = Row::default();
    let now = session.meter.read();
    sample(&mut pause, worked, now);
    replace(session, line, start, column, "");
    session.keep(KEY_PROSE, news);
    session.keep(KEY_PROSE_CPU, each);
    session.keep(PAUSE_CPU, pause);
}

fn sample(row: &mut Row, before: Option<std::time::Duration>, after: Option<std::time::Duration>) {
    match before.zip(after) {
        Some((before, after)) => row.samples.push((after.saturating_sub(before)).as_secs_f64() * 1e3),
        None => row.remark = Some("not known".to_owned()),
    }
}

/// A key, and at once the question what is found.
fn pulled(session: &mut Session) {
    let offer = ("diagnosticProvider", "textDocument/diagnostic");
    let uri = session.vault.typed.uri.clone();
    after_keys(session, KEY_PULLED, offer, |_| json!({"textDocument": {"uri": uri}}));
}

/// A key, and at once a question about another place.
pub fn then_asked(session: &mut Session) {
    let link = Place {
        uri: session.vault.typed.uri.clone(),
        line: session.vault.lines.link,
        column: u32::try_from("- [这个](../0".encode_utf16().count()).unwrap_or_default(),
    };
    let (hub, _) = session.vault.hub();
    after_keys(session, KEY_HOVER, HOVER, |_| at(&link));
    after_keys(session, KEY_DEFINITION, DEFINITION, |_| at(&link));
    after_keys(session, KEY_REFERENCES, REFERENCES, |_| references_at(&hub));
}

/// Times from the key to the answer.
fn after_keys(
    session: &mut Session,
    name: &'static str,
    offer: (&str, &str),
    params: impl Fn(usize) -> Value,
) {
    session.meter.settle(session.effort.settling);
    let line = session.vault.lines.prose;
    let start = width(session.vault, line);
    let mut column = start;
    let letters: Vec<char> = SENTENCE.chars().collect();
    let keys = session.effort.keys.min(100);
    session.row(name, offer, keys, |session, n| {
        let letter = letters[n % letters.len()];
        let sent = replace(session, line, column, column, letter.encode_utf8(&mut [0; 4]));
        column += letter.len_utf16();
        let reply = session.client.request(offer.1, &params(n));
        session.client.idle_until(sent + session.effort.pace);
        reply.since(sent)
    });
    if column > start {
        replace(session, line, start, column, "");
    }
}

/// References that are typed, a list after each letter.
pub fn completed(session: &mut Session) {
    typed_words(session, COMPLETE_LATIN, "[[", LATIN);
    typed_words(session, COMPLETE_CHINESE, "[[", CHINESE);
    typed_words(session, COMPLETE_PINYIN, "[[", PINYIN);
    typed_words(session, COMPLETE_PATH, "[a](", PATHS);
}

/// Times from the letter to the list.
fn typed_words(session: &mut Session, name: &'static str, opening: &str, words: &[&str]) {
    let offer = ("completionProvider", "textDocument/completion");
    session.meter.settle(session.effort.settling);
    let line = session.vault.lines.empty;
    let uri = session.vault.typed.uri.clone();
    // Each word from its opening, which alone gives a list too.
    let keys: Vec<Option<char>> =
        words.iter().flat_map(|word| [None].into_iter().chain(word.chars().map(Some))).collect();
    let mut column = 0;
    session.row(name, offer, keys.len().min(session.effort.samples), |session, n| {
        let key = keys[n];
        if key.is_none() && column > 0 {
            replace(session, line, 0, column, "");
            column = 0;
        }
        let typed = key.map_or(opening.to_owned(), String::from);
        let sent = replace(session, line, column, column, &typed);
        column += typed.encode_utf16().count();
        let place = Place { uri: uri.clone(), line, column: u32::try_from(column).unwrap_or(u32::MAX) };
        let mut params = at(&place);
        params["context"] = match key {
            None => json!({"triggerKind": 2, "triggerCharacter": opening.chars().last()}),
            Some(_) => json!({"triggerKind": 1}),
        };
        let reply = session.client.request(offer.1, &params);
        session.client.idle_until(sent + session.effort.pace);
        reply.since(sent)
    });
    if column > 0 {
        replace(session, line, 0, column, "");
    }
}

/// Sends a change of the typed note: these columns of a line become `text`. Gives the moment in which it was sent.
fn replace(session: &mut Session, line: u32, start: usize, end: usize, text: &str) -> Instant {
    session.version += 1;
    let at = |column| offset(&session.text, line, column);
    let range = at(start)..at(end);
    session.text.replace_range(range, text);
    let change = if session.client.wants_whole_texts() {
        json!({"text": session.text})
    } else {
        json!({
            "range": {
                "start": {"line": line, "character": start},
                "end": {"line": line, "character": end},
            },
            "text": text,
        })
    };
    let document = json!({"uri": session.vault.typed.uri, "version": session.version});
    let params = json!({"textDocument": document, "contentChanges": [change]});
    session.client.notify("textDocument/didChange", &params)
}

/// The byte at which a column of UTF-16 units stands.
fn offset(text: &str, line: u32, column: usize) -> usize {
    let start = match line.checked_sub(1) {
        Some(before) => text.match_indices('\n').nth(before as usize).map_or(text.len(), |(at, _)| at + 1),
        None => 0,
    };
    let mut units = 0;
    let found = text[start..].char_indices().find(|(_, letter)| {
        let here = units >= column;
        units += letter.len_utf16();
        here
    });
    found.map_or(text.len(), |(at, _)| start + at)
}

/// How many UTF-16 units a line of the typed note has.
fn width(vault: &Vault, line: u32) -> usize {
    let line = vault.typed.text.lines().nth(line as usize);
    line.map_or(0, |line| line.encode_utf16().count())
}
