//! Answers that may be long: all findings, all references, an edit of many notes, the outline and the links of a long one.
//!
//! Invariant: they are text (see [`outlet`]): a tree of values of each would take longer than finding what it says. They
//! are served under names of their own, since those of the protocol belong to its types.
//!
//! [`outlet`]: crate::server::outlet

use std::sync::{Arc, PoisonError};

use tower_lsp::LspServiceBuilder;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentLinkParams, DocumentSymbolParams, ReferenceParams, RenameFilesParams,
    RenameParams, WorkspaceDiagnosticParams,
};

use crate::config::Feature;
use crate::server::backend::Backend;
use crate::server::backend::answer::{CHANGE, LOOK};
use crate::server::outlet::Json;
use crate::server::{handlers, navigation, renames};

const DIAGNOSTIC: &str = "$studymark/textDocument/diagnostic";
const WORKSPACE_DIAGNOSTIC: &str = "$studymark/workspace/diagnostic";
const DOCUMENT_SYMBOL: &str = "$studymark/textDocument/documentSymbol";
const DOCUMENT_LINK: &str = "$studymark/textDocument/documentLink";
const REFERENCES: &str = "$studymark/textDocument/references";
const RENAME: &str = "$studymark/textDocument/rename";
const WILL_RENAME_FILES: &str = "$studymark/workspace/willRenameFiles";

/// The name under which a method of the protocol is served here; `None` for all others.
pub fn served_as(method: &str) -> Option<&'static str> {
    let names = [
        DIAGNOSTIC,
        WORKSPACE_DIAGNOSTIC,
        DOCUMENT_SYMBOL,
        DOCUMENT_LINK,
        REFERENCES,
        RENAME,
        WILL_RENAME_FILES,
    ];
    names.into_iter().find(|name| name.strip_prefix("$studymark/") == Some(method))
}

/// Serves them.
pub fn add(builder: LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend> {
    builder
        .custom_method(DIAGNOSTIC, Backend::diagnostic)
        .custom_method(WORKSPACE_DIAGNOSTIC, Backend::workspace_diagnostic)
        .custom_method(DOCUMENT_SYMBOL, Backend::document_symbol)
        .custom_method(DOCUMENT_LINK, Backend::document_link)
        .custom_method(REFERENCES, Backend::references)
        .custom_method(RENAME, Backend::rename)
        .custom_method(WILL_RENAME_FILES, Backend::will_rename_files)
}

impl Backend {
    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<Json> {
        self.shared.state().pull();
        self.shared.findings_wanted.notify_one();
        self.answer("diagnostic", move |snapshot| handlers::document_diagnostic(snapshot, &params)).await
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<Json> {
        let shared = Arc::clone(&self.shared);
        self.answer("workspace/diagnostic", move |snapshot| {
            let mut memo = shared.workspace_memo.lock().unwrap_or_else(PoisonError::into_inner);
            handlers::workspace_diagnostic(snapshot, &params, &mut memo)
        })
        .await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<Json>> {
        self.with(Feature::DocumentSymbols, &params.text_document.uri)
            .answer("documentSymbol", move |snapshot| {
                handlers::document_symbol(snapshot, &params).as_ref().map(Json::of_value)
            })
            .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Json>> {
        self.answer("documentLink", move |snapshot| {
            navigation::links_of(snapshot, &params.text_document).as_ref().map(Json::of_value)
        })
        .await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Json>> {
        self.with(Feature::References, &params.text_document_position.text_document.uri)
            .once_known(LOOK)
            .answer("references", move |snapshot| {
                navigation::find_references(snapshot, &params).as_ref().map(Json::of_value)
            })
            .await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<Json>> {
        let edit = self
            .with(Feature::Rename, &params.text_document_position.text_document.uri)
            .once_known(CHANGE)
            .answer("rename", move |snapshot| {
                let edit = renames::rename_at(snapshot, &params).transpose()?;
                Some(edit.map(|edit| Json::of_value(&edit)))
            });
        edit.await?.transpose()
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<Json>> {
        self.answer_once_known(CHANGE, "willRenameFiles", move |snapshot| {
            let edit = renames::will_rename_files(snapshot, &params)?;
            Ok(edit.as_ref().map(Json::of_value))
        })
        .await?
    }
}
