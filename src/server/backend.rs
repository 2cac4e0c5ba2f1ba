//! The messages of the protocol, one short method each.
//!
//! Invariant: a method touches the state before its first await, since methods start in the order of their messages and
//! may overtake each other at every await. None waits for the client: whoever asks it something is a task apart.

mod answer;
pub(super) mod long_answers;
mod tasks;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoDeclarationParams, GotoDeclarationResponse};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, CodeAction,
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem, CompletionParams,
    CompletionResponse, CreateFilesParams, DeleteFilesParams, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentHighlight,
    DocumentHighlightParams, ExecuteCommandParams, FoldingRange, FoldingRangeParams, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams,
    InlayHint, InlayHintParams, LSPAny, PrepareRenameResponse, Registration, RenameFilesParams,
    SelectionRange, SelectionRangeParams, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, ServerInfo, TextDocumentPositionParams,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use tower_lsp::{Client, LanguageServer};

use crate::config::{FILE_NAME, Feature};
use crate::features::definition::Sought;
use crate::path::NotePath;
use crate::server::backend::answer::{CHANGE, LOOK};
use crate::server::capabilities::{self, ClientFeatures};
use crate::server::commands::{self, Command, Memory};
use crate::server::handlers;
use crate::server::lifecycle::{self, Ending};
use crate::server::log;
use crate::server::navigation::{self, Links};
use crate::server::shared::Shared;
use crate::server::{Options, actions, completion, names_shown, renames, settings, uri, watch};
use crate::vault::topics::Topics;

/// The server as the protocol sees it.
pub struct Backend {
    shared: Arc<Shared>,
    /// Tasks that end with the server.
    tasks: Mutex<JoinSet<()>>,
    ending: Ending,
    shut_down: Arc<AtomicBool>,
    parent_poll: Duration,
}

impl Backend {
    /// A server for this client. `shut_down` is set once the client has asked for the end.
    pub fn new(client: Client, options: &Options, ending: Ending, shut_down: Arc<AtomicBool>) -> Self {
        let shared = Shared::new(client, options);
        let tasks = Mutex::default();
        Self { shared: Arc::new(shared), tasks, ending, shut_down, parent_poll: options.parent_poll }
    }
}

/// The folders that a client works in, each once.
fn folders_of(params: &InitializeParams) -> Vec<NotePath> {
    let folders = params.workspace_folders.iter().flatten().map(|folder| uri::path_of(&folder.uri));
    let mut paths: Vec<NotePath> = folders.collect();
    #[expect(deprecated, reason = "older clients say nothing else")]
    if paths.is_empty() {
        let by_uri = params.root_uri.as_ref().map(uri::path_of);
        paths.extend(by_uri.or_else(|| params.root_path.as_deref().map(uri::path_of_text)));
    }
    let mut unique: Vec<NotePath> = Vec::new();
    for path in paths {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    unique
}

fn links_of(understood: bool) -> Links {
    if understood { Links::Understood } else { Links::Unknown }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let features = ClientFeatures::of(&params.capabilities);
        let offered = capabilities::server(&features);
        {
            let mut state = self.shared.state();
            state.features = Arc::new(features);
            state.folders = folders_of(&params);
            state.initial_layer =
                params.initialization_options.as_ref().map(settings::layer).unwrap_or_default();
            state.layer = state.initial_layer.clone();
        }
        if let Some(process) = params.process_id {
            self.spawn(lifecycle::watch_parent(process, self.parent_poll, self.ending.clone()));
        }
        Ok(InitializeResult {
            capabilities: offered,
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.wake();
        let features = Arc::clone(&self.shared.state().features);
        if features.configuration {
            self.ask_settings();
        }
        if features.watches_files {
            self.register(watch::registrations());
        }
        if features.registers_configuration {
            self.register(vec![Registration {
                id: "studymark-settings".to_owned(),
                method: "workspace/didChangeConfiguration".to_owned(),
                register_options: Some(serde_json::json!({ "section": "studymark" })),
            }]);
        }
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = uri::path_of(&document.uri);
        if path.file_name() == FILE_NAME {
            // Settings are read from disk.
            return;
        }
        self.shared.state().open(path, document.uri, document.version, &document.text);
        self.wake();
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let path = uri::path_of(&document.uri);
        let changed = self.shared.state().change(&path, document.version, &params.content_changes);
        if changed {
            self.wake();
        } else if path.file_name() != FILE_NAME {
            log::warn(format_args!("passed over an edit of {path}, which is not open"));
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        let path = uri::path_of(&params.text_document.uri);
        {
            let mut state = self.shared.state();
            state.save(&path);
            if path.file_name() == FILE_NAME {
                // Not every client watches files.
                watch::changed_file(&mut state, path);
            }
        }
        self.wake();
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let path = uri::path_of(&params.text_document.uri);
        self.shared.state().close(&path);
        self.wake();
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        watch::changed(&mut self.shared.state(), &params.changes);
        self.wake();
    }

    async fn did_create_files(&self, params: CreateFilesParams) {
        self.files_changed(params.files.into_iter().map(|file| file.uri));
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        self.files_changed(params.files.into_iter().flat_map(|file| [file.old_uri, file.new_uri]));
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        self.files_changed(params.files.into_iter().map(|file| file.uri));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        {
            let mut state = self.shared.state();
            let removed: Vec<NotePath> =
                params.event.removed.iter().map(|folder| uri::path_of(&folder.uri)).collect();
            state.folders.retain(|folder| !removed.contains(folder));
            for folder in params.event.added.iter().map(|folder| uri::path_of(&folder.uri)) {
                if !state.folders.contains(&folder) {
                    state.folders.push(folder);
                    state.known = false;
                }
            }
            state.want_load();
        }
        self.wake();
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        let can_be_asked = self.shared.state().features.configuration;
        if !can_be_asked || params.settings.get("studymark").is_some_and(|settings| settings.is_object()) {
            Self::take_settings(&self.shared, settings::layer(&params.settings));
        }
        if can_be_asked {
            self.ask_settings();
        }
        self.wake();
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let shared = Arc::clone(&self.shared);
        self.answer_once_known(LOOK, "workspace/symbol", move |snapshot| {
            let (names, judged) = {
                let mut sought = shared.sought();
                (sought.names(&snapshot.vault), sought.judged())
            };
            Some(handlers::workspace_symbol(snapshot, (&names, &judged), &params))
        })
        .await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.with(Feature::Definition, &params.text_document_position_params.text_document.uri)
            .once_known(LOOK)
            .answer("definition", move |snapshot| {
                let links = links_of(snapshot.features.definition_links);
                let place = &params.text_document_position_params;
                navigation::goto(snapshot, place, Sought::Definition, links)
            })
            .await
    }

    async fn goto_declaration(
        &self,
        params: GotoDeclarationParams,
    ) -> Result<Option<GotoDeclarationResponse>> {
        self.with(Feature::Definition, &params.text_document_position_params.text_document.uri)
            .once_known(LOOK)
            .answer("declaration", move |snapshot| {
                let links = links_of(snapshot.features.declaration_links);
                let place = &params.text_document_position_params;
                navigation::goto(snapshot, place, Sought::Declaration, links)
            })
            .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let place = params.text_document_position_params;
        self.with(Feature::Highlights, &place.text_document.uri)
            .once_known(LOOK)
            .answer("documentHighlight", move |snapshot| navigation::document_highlight(snapshot, &place))
            .await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let place = params.text_document_position_params;
        let shared = Arc::clone(&self.shared);
        self.with(Feature::Hover, &place.text_document.uri)
            .once_known(LOOK)
            .answer("hover", move |snapshot| {
                let topics = shared.known_topics();
                navigation::show(snapshot, topics.as_deref(), &place)
            })
            .await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let place = params.text_document_position;
        let path = uri::path_of(&place.text_document.uri);
        let (live, version) = {
            let mut state = self.shared.state();
            (state.live(&path), state.document(&path).map(|document| document.version))
        };
        let Some((mut live, version)) = live.zip(version) else { return Ok(None) };
        let shared = Arc::clone(&self.shared);
        self.with(Feature::Completion, &place.text_document.uri)
            .answer("completion", move |snapshot| {
                let (note, offset) = navigation::place(snapshot, &place)?;
                // A note that is too long to be read has a text of its own.
                if note.text.len() != live.buffer.len() {
                    return None;
                }
                let list = completion::completion(snapshot, note, &mut live, offset, &shared);
                shared.state().keep_tree(&path, version, live.tree);
                Some(list)
            })
            .await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.answer("completionItem/resolve", move |snapshot| completion::resolve(snapshot, item)).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        let place = params.text_document_position_params;
        self.with(Feature::CallHierarchy, &place.text_document.uri)
            .once_known(LOOK)
            .answer("prepareCallHierarchy", move |snapshot| navigation::prepare_calls(snapshot, &place))
            .await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.with(Feature::CallHierarchy, &params.item.uri)
            .once_known(LOOK)
            .answer("incomingCalls", move |snapshot| navigation::incoming_calls(snapshot, &params.item))
            .await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.with(Feature::CallHierarchy, &params.item.uri)
            .once_known(LOOK)
            .answer("outgoingCalls", move |snapshot| navigation::outgoing_calls(snapshot, &params.item))
            .await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.with(Feature::CodeActions, &params.text_document.uri)
            .answer("codeAction", move |snapshot| actions::code_actions(snapshot, &params))
            .await
    }

    async fn code_action_resolve(&self, chosen: CodeAction) -> Result<CodeAction> {
        self.answer("codeAction/resolve", move |snapshot| actions::resolve(snapshot, chosen)).await?
    }

    async fn prepare_rename(
        &self,
        place: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        self.with(Feature::Rename, &place.text_document.uri)
            .once_known(CHANGE)
            .answer("prepareRename", move |snapshot| renames::prepare_rename(snapshot, &place).transpose())
            .await?
            .transpose()
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.with(Feature::Folding, &params.text_document.uri)
            .answer("foldingRange", move |snapshot| handlers::folding_range(snapshot, &params))
            .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let sent = self.answer("codeLens", move |snapshot| handlers::code_lens(snapshot, &params)).await?;
        if let Some(version) = sent.version {
            self.shared.state().sent_lenses(&sent.path, version, sent.name, sent.revision);
            self.shared.findings_wanted.notify_one();
        }
        Ok(sent.lenses)
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let command = commands::parse(&params)?;
        if command == Command::Reindex {
            self.shared.state().want_load();
            self.wake();
            return Ok(None);
        }
        let shared = Arc::clone(&self.shared);
        let outcome = self
            .answer_once_known(LOOK, "executeCommand", move |snapshot| {
                let topics = |then: &mut dyn FnMut(&Topics)| {
                    let mut topics = shared.topics();
                    topics.update(&snapshot.vault);
                    then(&topics);
                };
                commands::run(snapshot, &command, Memory { last: &shared.last_picked, topics: &topics })
            })
            .await?;
        self.show(outcome.show);
        self.change(outcome.edit);
        Ok(outcome.result)
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        self.with(Feature::TermTokens, &params.text_document.uri)
            .answer("semanticTokens/full", move |snapshot| {
                names_shown::tokens(snapshot, &params.text_document, None).map(SemanticTokensResult::from)
            })
            .await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        self.with(Feature::TermTokens, &params.text_document.uri)
            .answer("semanticTokens/range", move |snapshot| {
                let tokens = names_shown::tokens(snapshot, &params.text_document, Some(params.range));
                tokens.map(SemanticTokensRangeResult::from)
            })
            .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.with(Feature::TermHints, &params.text_document.uri)
            .answer("inlayHint", move |snapshot| names_shown::hints(snapshot, &params))
            .await
    }

    async fn inlay_hint_resolve(&self, hint: InlayHint) -> Result<InlayHint> {
        let shared = Arc::clone(&self.shared);
        self.answer("inlayHint/resolve", move |snapshot| {
            let topics = shared.known_topics();
            names_shown::resolve_hint(snapshot, topics.as_deref(), hint)
        })
        .await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.with(Feature::SelectionRanges, &params.text_document.uri)
            .answer("selectionRange", move |snapshot| handlers::selection_range(snapshot, &params))
            .await
    }
}
