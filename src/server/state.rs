//! What a server knows: the vault, the open documents, and what is to be done.
//!
//! Invariant: one writer at a time, behind one lock that is never held across an await. Requests work on a
//! [`Snapshot`], which has every edit that was received before it was taken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::config::{ConfigFile, Layer};
use crate::loader::{Loaded, RootSpec};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::capabilities::ClientFeatures;
use crate::server::completion::Live;
use crate::server::documents::{Document, PAUSES_IN_QUIET};
use crate::server::snapshot::{OpenDocument, Snapshot};
use crate::syntax::Tree;
use crate::text::MAX_TEXT_BYTES;
use crate::vault::glossary::Glossary;
use crate::vault::{Scope, Unreadable, Vault};

/// How many documents count as worked on lately.
const MAX_RECENT: usize = 8;

/// What a server knows.
pub struct State {
    vault: Vault,
    /// Counts the changes of the vault.
    revision: u64,
    documents: BTreeMap<NotePath, Document>,
    /// The documents that were opened or edited last, the latest first.
    recent: Vec<NotePath>,
    /// What the notes define, as it was last found.
    pub glossary: Arc<Glossary>,
    /// All notes were read and their names found, since folders came last.
    pub known: bool,
    /// The folders that the client works in.
    pub folders: Vec<NotePath>,
    /// Settings files as they were last read.
    pub configs: Vec<ConfigFile>,
    /// The client's settings as told at the start.
    pub initial_layer: Layer,
    /// The client's settings.
    pub layer: Layer,
    /// What the client can do.
    pub features: Arc<ClientFeatures>,
    /// How long a section under the cursor is left alone.
    pub quiet: Duration,
    /// What is to be published.
    pub publishing: Publishing,
    /// What is to be read from disk.
    pub disk: DiskWork,
}

/// What is to be published.
#[derive(Default)]
pub struct Publishing {
    /// Open notes whose findings are to be made anew, the most urgent first.
    pub notes: Vec<NotePath>,
    /// The findings of files that are no open notes are to be made anew.
    pub files: bool,
    /// Documents whose findings are taken back.
    pub cleared: Vec<Arc<Uri>>,
    /// The client asks for findings itself, so that none are pushed: it would show them twice.
    pub pulled: bool,
    /// A client that asks for findings itself should ask again, for a reason it cannot know of.
    pub refresh: bool,
    /// The lenses of an open document changed, though its text did not.
    pub lenses: bool,
    /// Names came or went, or the settings may say otherwise, so that names in prose look otherwise.
    pub names: bool,
    /// Names in prose were shown when that was last told.
    pub names_shown: bool,
}

/// What is to be read from disk.
#[derive(Default)]
pub struct DiskWork {
    /// Everything.
    pub load: bool,
    /// Counts the loads that were asked for; one that is not the latest stops.
    pub generation: u64,
    /// Everything was read at least once.
    pub loaded: bool,
    /// Counts the folders that were begun to be read.
    pub begun: u64,
    /// Whether one is being read.
    pub reading: bool,
    /// Files that came, changed or went.
    pub refresh: BTreeSet<NotePath>,
    /// Folders outside the client's, each for notes that were opened there.
    pub singles: BTreeSet<NotePath>,
}

/// One piece of [`DiskWork`].
pub enum Job {
    /// Read everything.
    Load {
        /// What to read.
        roots: Vec<RootSpec>,
        /// Which load it is.
        generation: u64,
    },
    /// Read a folder outside the client's for the notes opened there.
    Single(RootSpec),
    /// Read these files.
    Refresh(Vec<NotePath>),
}

impl State {
    /// The state of a server that has read nothing yet.
    pub fn new(quiet: Duration) -> Self {
        Self {
            vault: Vault::default(),
            revision: 0,
            documents: BTreeMap::new(),
            recent: Vec::new(),
            glossary: Arc::default(),
            known: false,
            folders: Vec::new(),
            configs: Vec::new(),
            initial_layer: Layer::default(),
            layer: Layer::default(),
            features: Arc::new(ClientFeatures::default()),
            quiet,
            publishing: Publishing::default(),
            disk: DiskWork::default(),
        }
    }

    /// The present moment as a value, every edit in it.
    pub fn snapshot(&mut self) -> Snapshot {
        self.read_stale_notes();
        let open = self.documents.iter().map(|(path, document)| {
            let typing_at = document.touch.map(|touch| touch.offset);
            (
                path.clone(),
                OpenDocument {
                    uri: Arc::clone(&document.uri),
                    version: document.version,
                    typing_at,
                    compared: document.compared.clone(),
                    known: document.known.clone(),
                },
            )
        });
        Snapshot {
            vault: self.vault.clone(),
            revision: self.revision,
            open: open.collect(),
            glossary: Arc::clone(&self.glossary),
            known: self.known,
            features: Arc::clone(&self.features),
        }
    }

    /// The notes as they were last read.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Puts notes at rest in place of the same readings.
    pub fn put_to_rest(&mut self, rested: Vec<Note>) {
        self.vault.put_to_rest(rested);
    }

    /// Opens a document, or gives an open one another text.
    pub fn open(&mut self, path: NotePath, uri: Uri, version: i32, text: &str) {
        let inside_root = self.vault.root_of(&path).is_some();
        if let Some(folder) = self.folder_outside(&path).filter(|_| !inside_root) {
            self.disk.singles.insert(folder);
            self.known = false;
        }
        self.publish_first(path.clone());
        self.work_on(&path);
        self.documents.insert(path, Document::new(uri, version, text));
    }

    /// Applies changes. Returns whether the document is open.
    pub fn change(
        &mut self,
        path: &NotePath,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
    ) -> bool {
        let Some(document) = self.documents.get_mut(path) else { return false };
        document.change(version, changes, self.features.encoding, self.quiet);
        self.work_on(path);
        // Another note may answer what is asked here, or ask the same.
        for document in self.documents.values_mut() {
            document.compared.want(self.quiet / PAUSES_IN_QUIET);
        }
        self.publish_first(path.clone());
        true
    }

    /// The live text of an open document, at the moment of a snapshot.
    pub fn live(&self, path: &NotePath) -> Option<Live> {
        let document = self.documents.get(path)?;
        let recent = self.recent.iter().filter(|recent| *recent != path).cloned();
        Some(Live { buffer: document.buffer.clone(), tree: document.tree.clone(), recent: recent.collect() })
    }

    /// Keeps a tree that was brought up to date with the text of this version.
    pub fn keep_tree(&mut self, path: &NotePath, version: i32, tree: Tree) {
        if let Some(document) = self.documents.get_mut(path).filter(|document| document.version == version) {
            document.tree = tree;
        }
    }

    fn work_on(&mut self, path: &NotePath) {
        if self.recent.first() != Some(path) {
            self.recent.retain(|recent| recent != path);
            self.recent.insert(0, path.clone());
            self.recent.truncate(MAX_RECENT);
        }
    }

    /// Notes that a document was saved: its user has stopped typing.
    pub fn save(&mut self, path: &NotePath) {
        if let Some(document) = self.documents.get_mut(path) {
            document.touch = None;
            document.looked_up = None;
            document.compared.want(Duration::ZERO);
            self.revision += 1;
            self.publish_first(path.clone());
        }
    }

    /// Closes a document; its text on disk is to be read again. Returns whether it was open.
    pub fn close(&mut self, path: &NotePath) -> bool {
        let Some(document) = self.documents.remove(path) else { return false };
        self.publishing.notes.retain(|waiting| waiting != path);
        if document.pushed.is_some() {
            self.publishing.cleared.push(document.uri);
        }
        if !is_file(path) && self.vault.remove(path) {
            self.names_changed(path);
        }
        self.disk.refresh.insert(path.clone());
        true
    }

    /// The open document at `path`.
    pub fn document(&mut self, path: &NotePath) -> Option<&mut Document> {
        self.documents.get_mut(path)
    }

    /// The paths of the open documents.
    pub fn open_paths(&self) -> BTreeSet<NotePath> {
        self.documents.keys().cloned().collect()
    }

    /// Notes that the client asks for findings itself: what was pushed is taken back.
    pub fn pull(&mut self) {
        if !self.features.pulls_diagnostics || std::mem::replace(&mut self.publishing.pulled, true) {
            return;
        }
        for document in self.documents.values_mut() {
            if document.pushed.take().is_some() {
                self.publishing.cleared.push(Arc::clone(&document.uri));
            }
        }
    }

    /// Ends the quiet of documents in which nobody typed for a while. Returns when the next one ends.
    pub fn end_quiet(&mut self, now: Instant) -> Option<Instant> {
        let mut next = None;
        let mut over = Vec::new();
        for (path, document) in &mut self.documents {
            let Some(touch) = document.touch else { continue };
            if touch.until > now {
                next = Some(next.map_or(touch.until, |next: Instant| next.min(touch.until)));
                continue;
            }
            document.touch = None;
            if touch.withholds {
                over.push(path.clone());
            }
        }
        if !over.is_empty() {
            self.revision += 1;
            self.publishing.refresh = true;
        }
        over.into_iter().for_each(|path| self.publish_last(path));
        next
    }

    /// The next piece of work on the disk.
    pub fn next_job(&mut self) -> Option<Job> {
        let job = self.wanted_job();
        self.disk.reading = matches!(job, Some(Job::Load { .. } | Job::Single(_)));
        self.disk.begun += u64::from(self.disk.reading);
        job
    }

    fn wanted_job(&mut self) -> Option<Job> {
        if self.disk.load {
            self.disk.load = false;
            self.disk.singles.clear();
            let whole =
                |path: &NotePath| RootSpec { path: path.clone(), scope: Scope::Folder, notes: Vec::new() };
            let mut roots: Vec<RootSpec> = self.folders.iter().map(whole).collect();
            let outside: BTreeSet<NotePath> =
                self.documents.keys().filter_map(|path| self.folder_outside(path)).collect();
            roots.extend(outside.into_iter().map(|folder| self.single(folder)));
            return Some(Job::Load { roots, generation: self.disk.generation });
        }
        if !self.disk.loaded {
            return None;
        }
        if let Some(folder) = self.disk.singles.pop_first() {
            return Some(Job::Single(self.single(folder)));
        }
        (!self.disk.refresh.is_empty())
            .then(|| Job::Refresh(std::mem::take(&mut self.disk.refresh).into_iter().collect()))
    }

    /// When no folder is left to be read: how many were. The same number later means the same folders.
    pub fn folders_read(&self) -> Option<u64> {
        let disk = &self.disk;
        let done = disk.loaded && !disk.load && !disk.reading && disk.singles.is_empty();
        done.then_some(disk.begun)
    }

    /// Asks for everything to be read anew.
    pub fn want_load(&mut self) {
        self.disk.load = true;
        self.disk.generation += 1;
    }

    /// Takes a vault that was read from disk, or brought up to date with it, while edits went on here: the open
    /// documents win. Everything that is shown is made anew.
    pub fn adopt(&mut self, vault: Vault) {
        self.vault = vault;
        // Documents that were closed meanwhile and have no file are in none of what was read.
        for path in self.disk.refresh.iter().filter(|path| !is_file(path)) {
            self.vault.remove(path);
        }
        self.revision += 1;
        self.publishing.files = true;
        self.publishing.refresh = true;
        self.publishing.names = true;
        for (path, document) in &mut self.documents {
            document.stale = true;
            document.looked_up = None;
            document.compared.want(Duration::ZERO);
            self.publishing.notes.retain(|waiting| waiting != path);
            self.publishing.notes.push(path.clone());
        }
        self.read_stale_notes();
    }

    /// Takes a folder outside the client's that was read for notes opened there.
    pub fn adopt_single(&mut self, single: Loaded) {
        let mut vault = self.vault.clone();
        let mut roots = vault.roots().to_vec();
        roots.retain(|root| single.vault.roots().iter().all(|new| new.path != root.path));
        roots.extend_from_slice(single.vault.roots());
        vault.set_roots(roots);
        for note in
            single.vault.notes().filter(|note| vault.note(&note.path).is_none()).cloned().collect::<Vec<_>>()
        {
            vault.insert(note);
        }
        for file in single.vault.files() {
            vault.insert_file(file);
        }
        for config in single.configs {
            self.configs.retain(|known| known.path != config.path);
            self.configs.push(config);
        }
        self.adopt(vault);
    }

    /// Takes what was found on disk at `paths`: files, folders, and notes that are not open.
    pub fn adopt_found(&mut self, paths: &[NotePath], found: &Vault) {
        for path in paths.iter().filter(|path| !self.documents.contains_key(*path)) {
            match found.note(path) {
                Some(note) => {
                    self.vault.insert(Arc::clone(note));
                }
                None if found.has_file(path) => {
                    self.vault.insert_file(path);
                }
                None if found.has_folder(path) => self.vault.insert_folder(path),
                None => {}
            }
        }
        self.revision += 1;
    }

    /// The folder of a file that is in none of the client's folders.
    fn folder_outside(&self, path: &NotePath) -> Option<NotePath> {
        let inside = self.folders.iter().any(|folder| path.is_in(folder));
        (!inside && is_file(path)).then(|| path.folder())
    }

    /// What to read of a folder outside the client's.
    fn single(&self, folder: NotePath) -> RootSpec {
        let notes = self.documents.keys().filter(|path| path.folder() == folder).cloned().collect();
        RootSpec { path: folder, scope: Scope::SingleNotes, notes }
    }

    fn read_stale_notes(&mut self) {
        let mut renamed = Vec::new();
        for (path, document) in self.documents.iter_mut().filter(|(_, document)| document.stale) {
            self.revision += 1;
            if document.buffer.len() > MAX_TEXT_BYTES {
                document.stale = false;
                let (bytes, limit) = (document.buffer.len() as u64, MAX_TEXT_BYTES as u64);
                self.vault.insert_unreadable(path.clone(), Unreadable::TooLarge { bytes, limit });
                self.publishing.files = true;
                renamed.push(path.clone());
            } else if self.vault.insert(Arc::new(document.read(path, self.vault.note(path)))) {
                renamed.push(path.clone());
            }
        }
        renamed.iter().for_each(|path| self.names_changed(path));
    }

    /// The names that a note offers changed: links of other open notes may lead elsewhere than before.
    fn names_changed(&mut self, path: &NotePath) {
        self.revision += 1;
        let linking = |other: &&NotePath| {
            *other != path && self.vault.note(other).is_some_and(|note| !note.links.is_empty())
        };
        let others: Vec<NotePath> = self.documents.keys().filter(linking).cloned().collect();
        self.publishing.refresh |= !others.is_empty();
        others.into_iter().for_each(|other| self.publish_last(other));
    }

    fn publish_first(&mut self, path: NotePath) {
        self.publishing.notes.retain(|waiting| *waiting != path);
        self.publishing.notes.insert(0, path);
    }

    /// Notes which lenses the client has for a version of a document; `revision` is the one they were made from.
    pub fn sent_lenses(&mut self, path: &NotePath, version: i32, name: u64, revision: u64) {
        let Some(document) = self.documents.get_mut(path).filter(|document| document.version == version)
        else {
            return;
        };
        document.lenses = Some((version, name));
        if self.revision != revision {
            // What changed meanwhile may concern them.
            self.publish_last(path.clone());
        }
    }

    /// Asks for a note to be published, after those that wait already.
    pub fn publish_last(&mut self, path: NotePath) {
        if !self.publishing.notes.contains(&path) {
            self.publishing.notes.push(path);
        }
    }
}

/// Whether a path names a file, rather than a document that has none.
fn is_file(path: &NotePath) -> bool {
    path.to_disk().is_absolute() || path.as_str().as_bytes().get(1) == Some(&b':')
}
