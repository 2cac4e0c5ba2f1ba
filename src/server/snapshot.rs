//! One moment of the server, for a request to be answered from.
//!
//! Invariant: a value: later edits do not show in it, and taking it costs the same for few notes and for many.

use std::collections::BTreeMap;
use std::sync::Arc;

use tower_lsp::ls_types::Uri;

use crate::config::Feature;
use crate::path::NotePath;
use crate::server::capabilities::ClientFeatures;
use crate::server::comparisons::Compared;
use crate::server::publish::LastFound;
use crate::server::uri;
use crate::text::PositionEncoding;
use crate::vault::Vault;
use crate::vault::glossary::Glossary;

/// Everything a request may look at, at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// All notes.
    pub vault: Vault,
    /// Which revision of it this is.
    pub revision: u64,
    /// What the notes define, as it was last found.
    pub glossary: Arc<Glossary>,
    /// All notes were read and their names found. Until then what is not here may be elsewhere.
    pub known: bool,
    /// The open documents.
    pub open: BTreeMap<NotePath, OpenDocument>,
    /// What the client can do.
    pub features: Arc<ClientFeatures>,
}

/// What a request may know of an open document besides its note.
#[derive(Clone)]
pub struct OpenDocument {
    /// What the client calls it.
    pub uri: Arc<Uri>,
    /// The version of its text.
    pub version: i32,
    /// Where the user is typing.
    pub typing_at: Option<usize>,
    /// How its questions compare with what is said elsewhere.
    pub compared: Compared,
    /// What was last found of it.
    pub known: LastFound,
}

impl Snapshot {
    /// In what unit the client counts columns.
    pub fn encoding(&self) -> PositionEncoding {
        self.features.encoding
    }

    /// Whether what is open in `earlier` is open here with the same texts.
    pub fn has_texts_of(&self, earlier: &Self) -> bool {
        let version = |snapshot: &Self, path| snapshot.open.get(path).map(|document| document.version);
        earlier.open.keys().all(|path| version(self, path) == version(earlier, path))
    }

    /// Whether the settings for `path` have this feature on.
    pub fn has(&self, feature: Feature, path: &NotePath) -> bool {
        self.vault.config_of(path).features.has(feature)
    }

    /// What the client calls the file at `path`.
    pub fn uri(&self, path: &NotePath) -> Option<Uri> {
        match self.open.get(path) {
            Some(document) => Some(Uri::clone(&document.uri)),
            None => uri::uri_of(path),
        }
    }
}
