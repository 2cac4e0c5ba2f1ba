//! The worker that shows findings: after a key those of the edited note, then those of the open notes it concerns.
//!
//! Invariant: findings are sent in the order in which they were made, with the version of the text they are about, and
//! not at all when that text has changed meanwhile (newer ones are on their way) or the client has the very same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use tower_lsp::ls_types::notification::{Notification, PublishDiagnostics};
use tower_lsp::ls_types::{Diagnostic, Position, PublishDiagnosticsParams, Range, Uri};

use crate::config::{ConfigFile, Feature};
use crate::features::diagnostics;
use crate::loader;
use crate::path::NotePath;
use crate::server::documents::Document;
use crate::server::outlet::Json;
use crate::server::publish::{self, Shown};
use crate::server::shared::Shared;
use crate::server::snapshot::{OpenDocument, Snapshot};
use crate::server::state::State;
use crate::server::{convert, uri};
use crate::text::Text;
use crate::vault::Unreadable;

/// What was last sent about files that are no open notes: result ids by path.
type Sent = BTreeMap<NotePath, String>;

/// Works for as long as the server runs.
pub async fn work(shared: Arc<Shared>) {
    let mut sent = Sent::new();
    loop {
        let quiet_ends = shared.state().end_quiet(Instant::now());
        publish_all(&shared, &mut sent).await;
        match quiet_ends {
            None => shared.findings_wanted.notified().await,
            Some(at) => {
                // Woken by either; which one it was does not matter.
                let _ = tokio::time::timeout_at(at.into(), shared.findings_wanted.notified()).await;
            }
        }
    }
}

/// One thing to send.
enum Work {
    Clear(Arc<Uri>),
    Note(NotePath),
    Files(Vec<(NotePath, Vec<Diagnostic>)>),
    Refresh,
    RefreshLenses,
    RefreshNames,
}

fn next(state: &mut State) -> Option<Work> {
    // Reading what was edited may show that other notes are concerned.
    let snapshot = state.snapshot();
    let publishing = &mut state.publishing;
    if let Some(uri) = publishing.cleared.pop() {
        return Some(Work::Clear(uri));
    }
    if !publishing.notes.is_empty() {
        return Some(Work::Note(publishing.notes.remove(0)));
    }
    if std::mem::take(&mut publishing.files) {
        return Some(Work::Files(about_files(state, &snapshot)));
    }
    let refresh = std::mem::take(&mut publishing.refresh);
    if refresh && publishing.pulled {
        return Some(Work::Refresh);
    }
    let lenses = std::mem::take(&mut publishing.lenses);
    if lenses && state.features.refreshes_lenses {
        return Some(Work::RefreshLenses);
    }
    // Switched off, they are to vanish once.
    let shown = shows_names(&snapshot);
    let names = std::mem::take(&mut publishing.names) && (shown || publishing.names_shown);
    publishing.names_shown = shown;
    names.then_some(Work::RefreshNames)
}

fn shows_names(snapshot: &Snapshot) -> bool {
    let shown = [Feature::TermTokens, Feature::TermHints];
    snapshot.vault.roots().iter().any(|root| shown.iter().any(|feature| root.config.features.has(*feature)))
}

async fn publish_all(shared: &Arc<Shared>, sent: &mut Sent) {
    loop {
        let Some(work) = next(&mut shared.state()) else { return };
        match work {
            Work::Clear(uri) => publish(shared, Uri::clone(&uri), Vec::new(), None).await,
            Work::Note(path) => publish_note(shared, path).await,
            Work::Files(files) => publish_files(shared, files, sent).await,
            Work::Refresh => {
                let client = shared.client.clone();
                // The client's answer says nothing, and its absence must not stop the work.
                tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
            }
            Work::RefreshLenses => {
                let client = shared.client.clone();
                tokio::spawn(async move { client.code_lens_refresh().await });
            }
            Work::RefreshNames => {
                let features = Arc::clone(&shared.state().features);
                let client = shared.client.clone();
                tokio::spawn(async move {
                    if features.refreshes_tokens {
                        let _ = client.semantic_tokens_refresh().await;
                    }
                    if features.refreshes_hints {
                        let _ = client.inlay_hint_refresh().await;
                    }
                });
            }
        }
    }
}

/// `textDocument/publishDiagnostics` with its parameters as text: those of a long note are many.
enum PublishAsText {}

impl Notification for PublishAsText {
    type Params = Json;
    const METHOD: &'static str = PublishDiagnostics::METHOD;
}

async fn publish(shared: &Shared, uri: Uri, items: Vec<Diagnostic>, version: Option<i32>) {
    let params = Json::of_value(&PublishDiagnosticsParams::new(uri, items, version));
    shared.client.send_notification::<PublishAsText>(params).await;
}

async fn publish_note(shared: &Arc<Shared>, path: NotePath) {
    let never_looked_up = {
        let mut state = shared.state();
        state.disk.loaded && state.document(&path).is_some_and(|document| document.looked_up.is_none())
    };
    if never_looked_up {
        look_up(shared, &path, None).await;
    }
    let snapshot = shared.state().snapshot();
    let Some(OpenDocument { uri, version, .. }) = snapshot.open.get(&path).cloned() else { return };
    // Who edited a note asks for its lenses anyway: only those of a text that stayed the same are looked at.
    let has_lenses = shared
        .state()
        .document(&path)
        .is_some_and(|document| document.lenses.is_some_and(|(of_version, _)| of_version == version));
    let of = path.clone();
    let made = shared
        .blocking("making findings", move || match snapshot.vault.note(&of) {
            Some(note) => {
                let lenses = has_lenses.then(|| publish::name_of(&publish::lenses(&snapshot, note)));
                (publish::findings(&snapshot, note), lenses)
            }
            None => (Shown { items: Vec::new(), withheld: false, unknown: Vec::new() }, None),
        })
        .await;
    let Some((shown, lenses)) = made else { return };
    let (to_send, to_look_up) = {
        let mut state = shared.state();
        let pulled = state.publishing.pulled;
        let loaded = state.disk.loaded;
        // The same version of the same opening: a document that was opened again may count from the start.
        let is_current =
            |document: &&mut Document| document.version == version && Arc::ptr_eq(&document.uri, &uri);
        let Some(document) = state.document(&path).filter(is_current) else { return };
        if let Some(touch) = &mut document.touch {
            touch.withholds = shown.withheld;
        }
        // Findings that stayed the same are not sent again: in a long note that would cost more than making them.
        let name = publish::result_id(&shown.items);
        let news = !pulled && document.pushed.as_ref() != Some(&name);
        if news {
            document.pushed = Some(name);
        }
        let lenses = lenses.map(|name| (version, name));
        let new_lenses = lenses.is_some() && document.lenses != lenses;
        if new_lenses {
            document.lenses = lenses;
        }
        let to_look_up =
            (loaded && document.looked_up.as_ref() != Some(&shown.unknown)).then_some(shown.unknown);
        state.publishing.lenses |= new_lenses;
        (news.then(|| Uri::clone(&uri)), to_look_up)
    };
    if let Some(uri) = to_send {
        publish(shared, uri, shown.items, Some(version)).await;
    }
    if to_look_up.is_some() && look_up(shared, &path, to_look_up).await {
        shared.state().publish_last(path);
    }
}

/// Looks up on disk the paths that links of an open note name and nobody knows; all of them, where they are not known.
/// Returns whether anything was found.
async fn look_up(shared: &Arc<Shared>, path: &NotePath, unknown: Option<Vec<NotePath>>) -> bool {
    let mut vault = shared.state().snapshot().vault;
    let unknown = match (unknown, vault.note(path).cloned()) {
        (Some(unknown), _) => unknown,
        (None, None) => return false,
        (None, Some(note)) => {
            let vault = vault.clone();
            let paths = shared.blocking("looking for links", move || vault.unknown_paths(&note)).await;
            paths.unwrap_or_default()
        }
    };
    if let Some(document) = shared.state().document(path) {
        document.looked_up = Some(unknown.clone());
    }
    if unknown.is_empty() {
        return false;
    }
    let looked_up = shared
        .blocking("looking up links", move || (loader::look_up_paths(&mut vault, &unknown), vault))
        .await;
    match looked_up {
        Some((found, vault)) if !found.is_empty() => {
            shared.state().adopt_found(&found, &vault);
            true
        }
        _ => false,
    }
}

/// The findings about files that are no open notes: unreadable ones, and settings with problems.
fn about_files(state: &State, snapshot: &Snapshot) -> Vec<(NotePath, Vec<Diagnostic>)> {
    let nothing = Text::new("");
    let mut files: Vec<(NotePath, Vec<Diagnostic>)> = Vec::new();
    let unreadable = diagnostics::check_unreadable(&snapshot.vault);
    for (path, found) in unreadable.into_iter().filter(|(path, _)| snapshot.has(Feature::Diagnostics, path)) {
        let mut item = convert::diagnostic(snapshot, &nothing, &found);
        item.range = place_of(snapshot, &path);
        files.push((path, vec![item]));
    }
    let told = |config: &&ConfigFile| !config.problems.is_empty() && tells_problems(snapshot, config);
    for config in state.configs.iter().filter(told) {
        files.push((config.path.clone(), convert::config_problems(config, snapshot.encoding())));
    }
    files
}

/// Whether one of the roots that a settings file holds for has findings shown. The file may stand above them.
fn tells_problems(snapshot: &Snapshot, config: &ConfigFile) -> bool {
    let folder = config.path.folder();
    let mut held = snapshot.vault.roots().iter().filter(|root| root.path.is_in(&folder)).peekable();
    held.peek().is_none() || held.any(|root| root.config.features.has(Feature::Diagnostics))
}

/// Where in an unreadable file the fault is.
fn place_of(snapshot: &Snapshot, path: &NotePath) -> Range {
    let why = snapshot.vault.unreadable().find(|(unreadable, _)| *unreadable == path);
    let line = match why {
        Some((_, Unreadable::NotUtf8 { line, .. })) => *line,
        _ => 0,
    };
    let start = Position { line, character: 0 };
    Range { start, end: start }
}

/// Sends what is new about files, and takes back what is mended.
async fn publish_files(shared: &Arc<Shared>, files: Vec<(NotePath, Vec<Diagnostic>)>, sent: &mut Sent) {
    let mut mended = std::mem::take(sent);
    for (path, items) in files {
        let id = publish::result_id(&items);
        let news = mended.remove(&path).as_ref() != Some(&id);
        sent.insert(path.clone(), id);
        if let (true, Some(uri)) = (news, uri::uri_of(&path)) {
            publish(shared, uri, items, None).await;
        }
    }
    for uri in mended.keys().filter_map(uri::uri_of) {
        publish(shared, uri, Vec::new(), None).await;
    }
}
