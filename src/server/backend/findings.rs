//! Findings that a client asks for.
//!
//! Invariant: the answers are text (see [`outlet`]): those about all notes are too many for trees of values.
//!
//! [`outlet`]: crate::server::outlet

use std::sync::{Arc, PoisonError};

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentDiagnosticParams, WorkspaceDiagnosticParams};

use crate::server::backend::Backend;
use crate::server::handlers;
use crate::server::outlet::Json;

impl Backend {
    /// `textDocument/diagnostic`
    ///
    /// # Errors
    /// An internal error when the work panicked.
    pub async fn diagnostic_as_text(&self, params: DocumentDiagnosticParams) -> Result<Json> {
        self.shared.state().pull();
        self.shared.findings_wanted.notify_one();
        self.answer("diagnostic", move |snapshot| handlers::document_diagnostic(snapshot, &params)).await
    }

    /// `workspace/diagnostic`
    ///
    /// # Errors
    /// An internal error when the work panicked.
    pub async fn workspace_diagnostic_as_text(&self, params: WorkspaceDiagnosticParams) -> Result<Json> {
        let shared = Arc::clone(&self.shared);
        self.answer("workspace/diagnostic", move |snapshot| {
            let mut memo = shared.workspace_memo.lock().unwrap_or_else(PoisonError::into_inner);
            handlers::workspace_diagnostic(snapshot, &params, &mut memo)
        })
        .await
    }
}
