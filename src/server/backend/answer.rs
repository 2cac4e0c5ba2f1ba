//! How a request gets its answer: from which moment, off the async threads, and whether at all.
//!
//! Invariant: the moment of an answer has every edit that came before its request, and of the document that was asked
//! about none that came after.

use std::sync::Arc;
use std::time::Duration;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use crate::config::Feature;
use crate::path::NotePath;
use crate::server::backend::Backend;
use crate::server::snapshot::Snapshot;
use crate::server::uri;

/// How long what somebody looks at waits at the start until all notes are read and their names are found. An empty
/// answer looks as though there were nothing to find.
pub const LOOK: Duration = Duration::from_secs(2);

/// How long a change does, which may break what it does not know of.
pub const CHANGE: Duration = Duration::from_secs(10);

/// Answers that can be switched off.
pub struct Switched<'a> {
    backend: &'a Backend,
    feature: Feature,
    path: NotePath,
    patience: Duration,
}

impl Switched<'_> {
    /// The same, which waits at the start as [`Backend::answer_once_known`] does.
    pub fn once_known(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Answers as [`Backend::answer`] does, with nothing when the feature is off.
    ///
    /// # Errors
    /// An internal error when the work panicked.
    pub fn answer<T, W>(
        self,
        what: &'static str,
        work: W,
    ) -> impl Future<Output = Result<Option<T>>> + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Snapshot) -> Option<T> + Send + 'static,
    {
        let Self { backend, feature, path, patience } = self;
        backend.answer_once_known(patience, what, move |snapshot| {
            if snapshot.has(feature, &path) { work(snapshot) } else { None }
        })
    }
}

impl Backend {
    /// Answers a request from the present moment, off the async threads. When the request is cancelled meanwhile, its
    /// answer is sent at once and what is found is dropped.
    ///
    /// # Errors
    /// An internal error when the work panicked.
    pub fn answer<T, W>(&self, what: &'static str, work: W) -> impl Future<Output = Result<T>> + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Snapshot) -> T + Send + 'static,
    {
        self.answer_once_known(Duration::ZERO, what, work)
    }

    /// Answers once all notes are read and their names are found, or when `patience` is over. After the start that is
    /// at once.
    ///
    /// # Errors
    /// An internal error when the work panicked.
    pub fn answer_once_known<T, W>(
        &self,
        patience: Duration,
        what: &'static str,
        work: W,
    ) -> impl Future<Output = Result<T>> + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Snapshot) -> T + Send + 'static,
    {
        let mut snapshot = self.shared.state().snapshot();
        let shared = Arc::clone(&self.shared);
        async move {
            if !snapshot.known && !patience.is_zero() {
                shared.known(patience).await;
                let later = shared.state().snapshot();
                // The places that are asked about are those of the text as it was.
                if later.has_texts_of(&snapshot) {
                    snapshot = later;
                }
            }
            shared.blocking(what, move || work(&snapshot)).await.ok_or_else(Error::internal_error)
        }
    }

    /// For answers of a feature about a document: nothing when the settings for the document have the feature off.
    pub fn with(&self, feature: Feature, document: &Uri) -> Switched<'_> {
        Switched { backend: self, feature, path: uri::path_of(document), patience: Duration::ZERO }
    }
}
