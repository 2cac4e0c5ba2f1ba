//! Files that change behind the client's back: what the client is asked to watch, and what its reports mean.
//!
//! Invariant: a report names files; what became of them is for the disk to say, since reports come twice, late and out
//! of order.

use serde_json::json;
use tower_lsp::ls_types::{FileEvent, Registration};

use crate::config::FILE_NAME;
use crate::path::NotePath;
use crate::server::state::State;
use crate::server::uri;

/// Files that decide what is a note, beside the settings.
const IGNORE_NAMES: [&str; 2] = [".gitignore", ".ignore"];

/// What a client that can watch files is asked to: all of them, since a link may lead to any.
pub fn registrations() -> Vec<Registration> {
    vec![Registration {
        id: "studymark-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": [{ "globPattern": "**/*" }] })),
    }]
}

/// Notes what the client reports as work to be done.
pub fn changed(state: &mut State, events: &[FileEvent]) {
    for event in events {
        changed_file(state, uri::path_of(&event.uri));
    }
}

/// Notes that a file came, changed or went.
pub fn changed_file(state: &mut State, path: NotePath) {
    let name = path.file_name();
    if name == FILE_NAME || IGNORE_NAMES.contains(&name) {
        // Which files are notes may be another now.
        state.want_load();
    } else if !path.as_str().contains("/.git/") {
        state.disk.refresh.insert(path);
    }
}
