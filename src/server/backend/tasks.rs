//! What the server does of its own accord: its workers, what it asks of the client and tells it.
//!
//! Invariant: nothing here is waited for by a request.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use tower_lsp::ls_types::{ConfigurationItem, MessageType, Registration, WorkspaceEdit};

use crate::config::Layer;
use crate::config::settings::is_setting;
use crate::server::backend::Backend;
use crate::server::commands::Show;
use crate::server::shared::Shared;
use crate::server::{comparisons, disk, log, names, publisher, settings, uri, watch};

impl Backend {
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(task);
    }

    /// Starts the workers and the first load, once.
    fn start(&self) {
        if self.shared.started.swap(true, Ordering::Relaxed) {
            return;
        }
        self.shared.state().want_load();
        self.spawn(publisher::work(Arc::clone(&self.shared)));
        self.spawn(comparisons::work(Arc::clone(&self.shared)));
        self.spawn(names::work(Arc::clone(&self.shared)));
        self.spawn(disk::work(Arc::clone(&self.shared)));
    }

    /// Wakes the workers after a change of the state.
    pub(super) fn wake(&self) {
        self.start();
        self.shared.findings_wanted.notify_one();
        self.shared.comparisons_wanted.notify_one();
        self.shared.names_wanted.notify_one();
        self.shared.disk_wanted.notify_one();
    }

    /// Takes settings from the client; everything is read anew when they differ.
    pub(super) fn take_settings(shared: &Shared, layer: Layer) {
        for (key, message) in layer.problems().into_iter().filter(|(key, _)| is_setting(key)) {
            let client = shared.client.clone();
            let message = format!("studymark.{key}: {message}");
            tokio::spawn(async move { client.show_message(MessageType::WARNING, message).await });
        }
        let mut state = shared.state();
        // What is no longer set falls back to what was told at the start.
        let mut merged = state.initial_layer.clone();
        merged.values.extend(layer.values);
        if merged != state.layer {
            state.layer = merged;
            state.want_load();
            shared.disk_wanted.notify_one();
        }
    }

    /// Asks the client for its settings.
    pub(super) fn ask_settings(&self) {
        let shared = Arc::clone(&self.shared);
        self.spawn(async move {
            let item = ConfigurationItem { scope_uri: None, section: Some("studymark".to_owned()) };
            match shared.client.configuration(vec![item]).await {
                Ok(answers) => {
                    for answer in answers {
                        Self::take_settings(&shared, settings::layer(&answer));
                    }
                }
                Err(error) => log::warn(format_args!("the client does not tell its settings: {error}")),
            }
        });
    }

    /// Shows the user a place, or tells where it is when the client cannot show it.
    pub(super) fn show(&self, show: Option<Show>) {
        let Some(Show { place, message }) = show else { return };
        let can_show = self.shared.state().features.shows_documents;
        let client = self.shared.client.clone();
        tokio::spawn(async move {
            let shown = match place.filter(|_| can_show) {
                Some(place) => client.show_document(place).await.unwrap_or(false),
                None => false,
            };
            if !shown {
                client.show_message(MessageType::INFO, message).await;
            }
        });
    }

    /// Has the client change something.
    pub(super) fn change(&self, edit: Option<WorkspaceEdit>) {
        let Some(edit) = edit else { return };
        let client = self.shared.client.clone();
        self.spawn(async move {
            match client.apply_edit(edit).await {
                Ok(answer) if answer.applied => {}
                Ok(answer) => {
                    log::warn(format_args!(
                        "the client did not make a change: {}",
                        answer.failure_reason.unwrap_or_default()
                    ));
                }
                Err(error) => log::warn(format_args!("the client cannot make changes: {error}")),
            }
        });
    }

    pub(super) fn register(&self, registrations: Vec<Registration>) {
        let client = self.shared.client.clone();
        self.spawn(async move {
            if let Err(error) = client.register_capability(registrations).await {
                log::warn(format_args!("the client does not register what it is asked to: {error}"));
            }
        });
    }

    pub(super) fn files_changed(&self, uris: impl Iterator<Item = String>) {
        {
            let mut state = self.shared.state();
            uris.for_each(|uri| watch::changed_file(&mut state, uri::path_of_text(&uri)));
        }
        self.wake();
    }
}
