//! What the client can do and what the server offers, as they tell each other at the start.
//!
//! Invariant: nothing is sent that the client did not say it understands; nothing is offered that is not answered.

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionKind, CodeActionOptions,
    CodeActionProviderCapability, CodeLensOptions, CompletionOptions, CompletionOptionsCompletionItem,
    DeclarationCapability, DiagnosticOptions, DiagnosticServerCapabilities, DiagnosticTag,
    DocumentLinkOptions, DocumentSymbolOptions, ExecuteCommandOptions, FileOperationFilter,
    FileOperationPattern, FileOperationRegistrationOptions, FoldingRangeProviderCapability,
    HoverProviderCapability, InlayHintOptions, InlayHintServerCapabilities, MarkupKind, OneOf,
    PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    Uri, WorkDoneProgressOptions, WorkspaceFileOperationsServerCapabilities,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::features::code_actions::Kind;
use crate::server::log;
use crate::server::{commands, names_shown};
use crate::text::PositionEncoding;

/// What the client can do, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientFeatures {
    /// The unit in which it counts columns.
    pub encoding: PositionEncoding,
    /// It shows places that explain a finding.
    pub related_information: bool,
    /// It fades what is unnecessary.
    pub unnecessary_tag: bool,
    /// It keeps data with findings.
    pub diagnostic_data: bool,
    /// It asks for findings itself, and again when told to.
    pub pulls_diagnostics: bool,
    /// It would ask for findings itself but cannot be told to ask again.
    pub pulls_once: bool,
    /// It shows symbols inside symbols.
    pub nested_symbols: bool,
    /// It folds whole lines only.
    pub line_folding_only: bool,
    /// It watches the files that it is told to.
    pub watches_files: bool,
    /// It answers what its settings are.
    pub configuration: bool,
    /// It tells when its settings change, when asked to.
    pub registers_configuration: bool,
    /// It shows progress.
    pub progress: bool,
    /// It takes definitions as links, with the range they come from.
    pub definition_links: bool,
    /// The same of declarations.
    pub declaration_links: bool,
    /// It would rather have Markdown in hovers than plain text.
    pub hover_markdown: bool,
    /// It takes actions, and not commands only.
    pub code_action_literals: bool,
    /// It asks for an action's edit once the action is chosen.
    pub resolves_code_actions: bool,
    /// It shows where an item of a list stands beside its label.
    pub completion_label_details: bool,
    /// It shows Markdown beside an item of a list.
    pub completion_markdown: bool,
    /// It makes changes that it is asked to make.
    pub applies_edits: bool,
    /// It takes a width behind the URI of a picture (`x.png|width=480`): VS Code, by the name of its reader of Markdown.
    pub picture_width: bool,
    /// It shows what a link leads to before it is followed.
    pub link_tooltips: bool,
    /// It asks what can be renamed before it asks for the new name.
    pub prepares_rename: bool,
    /// It takes edits of documents with the version they are meant for.
    pub document_changes: bool,
    /// It creates files as part of an edit.
    pub creates_files: bool,
    /// It renames files as part of an edit.
    pub renames_files: bool,
    /// It deletes files as part of an edit.
    pub deletes_files: bool,
    /// It shows its user what an edit would change, and leaves out what they do not want.
    pub confirms_changes: bool,
    /// It shows a document, and a place in it, when asked to.
    pub shows_documents: bool,
    /// It asks for lenses again when told to.
    pub refreshes_lenses: bool,
    /// It gives names in prose the colours that it is told.
    pub colours_tokens: bool,
    /// It asks for those colours again when told to.
    pub refreshes_tokens: bool,
    /// It shows hints in the text.
    pub shows_hints: bool,
    /// It asks for hints again when told to.
    pub refreshes_hints: bool,
}

impl Default for ClientFeatures {
    fn default() -> Self {
        Self::of(&ClientCapabilities::default())
    }
}

impl ClientFeatures {
    /// What a client says of itself.
    pub fn of(client: &ClientCapabilities) -> Self {
        let document = client.text_document.as_ref();
        let workspace = client.workspace.as_ref();
        let published = document.and_then(|document| document.publish_diagnostics.as_ref());
        let unnecessary = published.and_then(|published| published.tag_support.as_ref());
        let actions = document.and_then(|document| document.code_action.as_ref());
        let completion = document.and_then(|document| document.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let document_changes = is(edits.and_then(|edits| edits.document_changes));
        let operates = |kind: ResourceOperationKind| {
            let kinds = edits.and_then(|edits| edits.resource_operations.as_deref()).unwrap_or_default();
            document_changes && kinds.contains(&kind)
        };
        let pulls = document.is_some_and(|document| document.diagnostic.is_some());
        let refreshes = is(workspace
            .and_then(|workspace| workspace.diagnostics.as_ref())
            .and_then(|diagnostics| diagnostics.refresh_support));
        Self {
            encoding: encoding(client),
            related_information: is(published.and_then(|published| published.related_information)),
            unnecessary_tag: unnecessary
                .is_some_and(|tags| tags.value_set.contains(&DiagnosticTag::UNNECESSARY)),
            diagnostic_data: is(published.and_then(|published| published.data_support)),
            pulls_diagnostics: pulls && refreshes,
            pulls_once: pulls && !refreshes,
            nested_symbols: is(document
                .and_then(|document| document.document_symbol.as_ref())
                .and_then(|symbol| symbol.hierarchical_document_symbol_support)),
            line_folding_only: is(document
                .and_then(|document| document.folding_range.as_ref())
                .and_then(|folding| folding.line_folding_only)),
            watches_files: is(workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .and_then(|watched| watched.dynamic_registration)),
            configuration: is(workspace.and_then(|workspace| workspace.configuration)),
            registers_configuration: is(workspace
                .and_then(|workspace| workspace.did_change_configuration.as_ref())
                .and_then(|changes| changes.dynamic_registration)),
            progress: is(client.window.as_ref().and_then(|window| window.work_done_progress)),
            definition_links: is(document
                .and_then(|document| document.definition.as_ref())
                .and_then(|definition| definition.link_support)),
            declaration_links: is(document
                .and_then(|document| document.declaration.as_ref())
                .and_then(|declaration| declaration.link_support)),
            hover_markdown: document
                .and_then(|document| document.hover.as_ref())
                .and_then(|hover| hover.content_format.as_ref())
                .is_some_and(|formats| formats.first() == Some(&MarkupKind::Markdown)),
            code_action_literals: actions
                .is_some_and(|actions| actions.code_action_literal_support.is_some()),
            resolves_code_actions: actions.is_some_and(|actions| {
                let resolved = actions.resolve_support.as_ref();
                is(actions.data_support)
                    && resolved
                        .is_some_and(|resolved| resolved.properties.iter().any(|property| property == "edit"))
            }),
            completion_label_details: is(item.and_then(|item| item.label_details_support)),
            completion_markdown: item
                .and_then(|item| item.documentation_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            applies_edits: is(workspace.and_then(|workspace| workspace.apply_edit)),
            picture_width: client
                .general
                .as_ref()
                .and_then(|general| general.markdown.as_ref())
                .is_some_and(|markdown| markdown.parser == "marked"),
            link_tooltips: is(document
                .and_then(|document| document.document_link.as_ref())
                .and_then(|links| links.tooltip_support)),
            prepares_rename: is(document
                .and_then(|document| document.rename.as_ref())
                .and_then(|rename| rename.prepare_support)),
            document_changes,
            creates_files: operates(ResourceOperationKind::Create),
            renames_files: operates(ResourceOperationKind::Rename),
            confirms_changes: document_changes
                && edits.is_some_and(|edits| edits.change_annotation_support.is_some()),
            deletes_files: operates(ResourceOperationKind::Delete),
            shows_documents: client
                .window
                .as_ref()
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            refreshes_lenses: is(workspace
                .and_then(|workspace| workspace.code_lens.as_ref())
                .and_then(|lenses| lenses.refresh_support)),
            colours_tokens: document.is_some_and(|document| document.semantic_tokens.is_some()),
            refreshes_tokens: is(workspace
                .and_then(|workspace| workspace.semantic_tokens.as_ref())
                .and_then(|tokens| tokens.refresh_support)),
            shows_hints: document.is_some_and(|document| document.inlay_hint.is_some()),
            refreshes_hints: is(workspace
                .and_then(|workspace| workspace.inlay_hint.as_ref())
                .and_then(|hints| hints.refresh_support)),
        }
    }
}

fn is(said: Option<bool>) -> bool {
    said.unwrap_or(false)
}

/// The first encoding of the client's list that is known here: the list is in the client's order of preference.
fn encoding(client: &ClientCapabilities) -> PositionEncoding {
    let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_deref());
    offered.unwrap_or_default().iter().find_map(encoding_of).unwrap_or(PositionEncoding::Utf16)
}

fn encoding_of(kind: &PositionEncodingKind) -> Option<PositionEncoding> {
    [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32]
        .into_iter()
        .find(|encoding| kind_of(*encoding) == *kind)
}

fn kind_of(encoding: PositionEncoding) -> PositionEncodingKind {
    match encoding {
        PositionEncoding::Utf8 => PositionEncodingKind::UTF8,
        PositionEncoding::Utf16 => PositionEncodingKind::UTF16,
        PositionEncoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// Takes out of a client's hello what is of no known shape, so that one odd word does not keep it from being served.
pub fn keep_understood(hello: &mut Value) {
    if let Some(root) = hello.get_mut("rootUri")
        && serde_json::from_value::<Option<Uri>>(root.clone()).is_err()
    {
        *root = Value::Null;
    }
    let Some(Value::Object(sections)) = hello.get_mut("capabilities") else { return };
    for (section, value) in sections.iter_mut().filter(|(section, value)| !is_understood(section, value)) {
        match value {
            Value::Object(features) => features.retain(|feature, value| {
                let understood = is_understood(section, &json!({ feature: value }));
                if !understood {
                    log::warn(format_args!(
                        "passed over the client's capability {section}.{feature}: it has an unknown shape"
                    ));
                }
                understood
            }),
            value => *value = Value::Null,
        }
    }
}

fn is_understood(section: &str, value: &Value) -> bool {
    serde_json::from_value::<ClientCapabilities>(json!({ section: value })).is_ok()
}

/// What the server offers to a client that can do this.
pub fn server(features: &ClientFeatures) -> ServerCapabilities {
    let pull = DiagnosticServerCapabilities::Options(DiagnosticOptions {
        identifier: Some("studymark".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    });
    ServerCapabilities {
        position_encoding: Some(kind_of(features.encoding)),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        document_symbol_provider: Some(OneOf::Right(DocumentSymbolOptions {
            label: Some("studymark".to_owned()),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        definition_provider: Some(OneOf::Left(true)),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(TRIGGERS.iter().map(|trigger| (*trigger).to_owned()).collect()),
            completion_item: Some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
            ..CompletionOptions::default()
        }),
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        semantic_tokens_provider: features.colours_tokens.then(|| {
            SemanticTokensOptions {
                work_done_progress_options: WorkDoneProgressOptions::default(),
                legend: names_shown::legend(),
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Bool(true)),
            }
            .into()
        }),
        inlay_hint_provider: features.shows_hints.then(|| {
            OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
                work_done_progress_options: WorkDoneProgressOptions::default(),
                resolve_provider: Some(true),
            }))
        }),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::names().map(str::to_owned).collect(),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        code_action_provider: features.code_action_literals.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(
                    Kind::ALL.iter().map(|kind| CodeActionKind::from(kind.name())).collect(),
                ),
                resolve_provider: Some(features.resolves_code_actions),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })
        }),
        rename_provider: Some(if features.prepares_rename {
            OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })
        } else {
            OneOf::Left(true)
        }),
        // Who cannot be told to ask again would go on showing what is mended: it is sent its findings instead.
        diagnostic_provider: (!features.pulls_once).then_some(pull),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                will_rename: Some(every_file()),
                did_rename: Some(every_file()),
                did_create: Some(every_file()),
                did_delete: Some(every_file()),
                ..WorkspaceFileOperationsServerCapabilities::default()
            }),
        }),
        ..ServerCapabilities::default()
    }
}

/// What begins something that is proposed: brackets, a path's parts, a fragment or tag, a block, a kind of callout, a
/// label, the value of an attribute, a language.
const TRIGGERS: [&str; 9] = ["[", "(", "/", "#", "^", "!", "|", "\"", "`"];

/// Files and folders of any name: pictures and folders are linked to as notes are.
fn every_file() -> FileOperationRegistrationOptions {
    FileOperationRegistrationOptions {
        filters: vec![FileOperationFilter {
            scheme: Some("file".to_owned()),
            pattern: FileOperationPattern { glob: "**/*".to_owned(), matches: None, options: None },
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientFeatures, keep_understood};
    use crate::text::PositionEncoding;
    use serde_json::json;

    fn encoding(offered: &serde_json::Value) -> PositionEncoding {
        let client = serde_json::from_value(json!({"general": {"positionEncodings": offered}})).unwrap();
        ClientFeatures::of(&client).encoding
    }

    #[test]
    fn what_has_an_unknown_shape_is_passed_over() {
        let mut hello = json!({
            "rootUri": "",
            "capabilities": {
                "window": 1,
                "future": {"x": 1},
                "workspace": {"configuration": true},
                "textDocument": {
                    "foldingRange": {"foldingRangeKind": {"valueSet": ["dream"]}},
                    "hover": {},
                },
            },
        });
        keep_understood(&mut hello);
        let expected = json!({
            "rootUri": null,
            "capabilities": {
                "window": null,
                "future": {"x": 1},
                "workspace": {"configuration": true},
                "textDocument": {"hover": {}},
            },
        });
        assert_eq!(hello, expected);
        serde_json::from_value::<tower_lsp::ls_types::InitializeParams>(hello).unwrap();
    }

    #[test]
    fn the_clients_order_decides_the_encoding() {
        assert_eq!(encoding(&json!(["utf-8", "utf-16"])), PositionEncoding::Utf8);
        assert_eq!(encoding(&json!(["utf-32", "utf-8"])), PositionEncoding::Utf32);
        assert_eq!(encoding(&json!(["utf-7", "utf-16", "utf-8"])), PositionEncoding::Utf16);
        assert_eq!(encoding(&json!([])), PositionEncoding::Utf16);
        assert_eq!(ClientFeatures::default().encoding, PositionEncoding::Utf16);
    }
}
