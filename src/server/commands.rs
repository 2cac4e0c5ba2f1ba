//! The commands that a client may have executed: moving through open questions, lists, figures, the graph, reading all
//! anew.
//!
//! Invariant: arguments are checked whole before anything is done, and what is wrong with them is said; a command works
//! in any client, since what it shows is shown by requests of the protocol or told in a message.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{self, ExecuteCommandParams, Position, Range, ShowDocumentParams, Uri};

use crate::features::graph::{Form, Setting, draw};
use crate::features::open_questions::{self, Direction, OpenQuestion, Reach};
use crate::note::Note;
use crate::path::NotePath;
use crate::server::edits::Unfit;
use crate::server::snapshot::Snapshot;
use crate::server::{convert, edits, uri};
use crate::vault::coverage::{Coverage, NoteCoverage};
use crate::vault::creation;
use crate::vault::graph::Graph;
use crate::vault::related::Related;
use crate::vault::topics::Topics;

/// The command that goes to the next open question.
pub const NEXT_UNANSWERED: &str = "studymark.nextUnanswered";

/// The command that shows a place.
pub const SHOW: &str = "studymark.show";

/// The command that makes a note, or a heading in one.
pub const CREATE: &str = "studymark.create";
/// The command that draws notes, topics and terms with what joins them.
const GRAPH: &str = "studymark.graph";

/// Every command.
const NAMES: [&str; 10] = [
    NEXT_UNANSWERED,
    "studymark.previousUnanswered",
    "studymark.randomUnanswered",
    "studymark.openQuestions",
    "studymark.coverage",
    "studymark.reindex",
    "studymark.related",
    GRAPH,
    SHOW,
    CREATE,
];

/// The names of all commands.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter()
}

/// A command with its arguments.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Go to the next or previous open question.
    Go(Direction, Place),
    /// Go to any open question; the same seed goes to the same.
    Pick(Place, Option<u64>),
    /// List the open questions.
    List(Place),
    /// Tell how much is answered.
    Coverage(Place),
    /// Read everything anew.
    Reindex,
    /// List the topics that have to do with this place.
    Related(Uri, Position),
    /// Draw the graph in this form: of all notes, or of one with what touches it.
    Graph(Form, Option<NotePath>),
    /// Show this place.
    Show(Uri, Position),
    /// Make this note, or this heading at the end of it.
    Create(Uri, Option<String>),
}

/// Where the user stands, and how far a command looks from there.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    path: Option<NotePath>,
    position: Option<Position>,
    reach: Reach,
}

/// What a command gives.
#[derive(Default)]
pub struct Outcome {
    /// What the client is to change.
    pub edit: Option<ls_types::WorkspaceEdit>,
    /// The answer to the request.
    pub result: Option<Value>,
    /// What the user is to see.
    pub show: Option<Show>,
}

/// What the user is to see.
pub struct Show {
    /// A place in a document.
    pub place: Option<ShowDocumentParams>,
    /// What is told when there is no place, or no way to show it.
    pub message: String,
}

/// The one argument that a command takes.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Arguments {
    uri: Option<Uri>,
    position: Option<Position>,
    scope: Option<Scope>,
    seed: Option<u64>,
    heading: Option<String>,
    format: Option<GraphFormat>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum GraphFormat {
    Html,
    Json,
    Dot,
    Mermaid,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Chapter,
    File,
    Workspace,
}

/// The command that a client asks for.
///
/// # Errors
/// An error that says what is wrong: an unknown command, or arguments that make no sense.
pub fn parse(params: &ExecuteCommandParams) -> Result<Command> {
    let name = params.command.as_str();
    if !NAMES.contains(&name) {
        let known = NAMES.join(", ");
        return Err(Error::invalid_params(format!("there is no command {name}; there are: {known}")));
    }
    let wrong = |what: &str| Error::invalid_params(format!("{name}: {what}"));
    let arguments = match params.arguments.as_slice() {
        [] | [Value::Null] => Arguments::default(),
        [argument @ Value::Object(_)] => Arguments::deserialize(argument)
            .map_err(|error| wrong(&format!("the argument is not understood: {error}")))?,
        [_] => return Err(wrong("the argument must be an object: {uri, position, scope}")),
        _ => return Err(wrong("there must be one argument at most: {uri, position, scope}")),
    };
    let Arguments { uri, position, scope, seed, heading, format } = arguments;
    if name == CREATE {
        let uri = uri.ok_or_else(|| wrong("it needs the uri of a note"))?;
        return Ok(Command::Create(uri, heading));
    }
    if heading.is_some() {
        return Err(wrong(&format!("only {CREATE} takes a heading")));
    }
    if format.is_some() && name != GRAPH {
        return Err(wrong("only studymark.graph takes a format"));
    }
    if name == SHOW || name == "studymark.related" {
        return match (uri, position) {
            (Some(uri), Some(position)) if name == SHOW => Ok(Command::Show(uri, position)),
            (Some(uri), Some(position)) => Ok(Command::Related(uri, position)),
            _ => Err(wrong("it needs the uri of a document and a position in it")),
        };
    }
    if uri.is_none() && position.is_some() {
        return Err(wrong("a position needs the uri of its document"));
    }
    if uri.is_none() && matches!(scope, Some(Scope::Chapter | Scope::File)) {
        return Err(wrong("the scopes chapter and file need the uri of a document"));
    }
    if position.is_none() && scope == Some(Scope::Chapter) {
        return Err(wrong("the scope chapter needs a position"));
    }
    if seed.is_some() && name != "studymark.randomUnanswered" {
        return Err(wrong("only studymark.randomUnanswered takes a seed"));
    }
    if scope == Some(Scope::Chapter) && name == "studymark.coverage" {
        return Err(wrong("it tells of files with their chapters: the scope is file or workspace"));
    }
    if name == GRAPH {
        if position.is_some() || scope == Some(Scope::Chapter) {
            return Err(wrong(
                "it draws documents: it takes no position, and the scope is file or workspace",
            ));
        }
        let file = uri.as_ref().filter(|_| scope != Some(Scope::Workspace)).map(uri::path_of);
        return Ok(Command::Graph(form(format), file));
    }
    let reach = match scope {
        Some(Scope::Chapter) => Reach::Chapter,
        Some(Scope::File) => Reach::Note,
        Some(Scope::Workspace) | None => Reach::Vault,
    };
    let place = Place { path: uri.as_ref().map(uri::path_of), position, reach };
    Ok(match name {
        NEXT_UNANSWERED => Command::Go(Direction::Forward, place),
        "studymark.previousUnanswered" => Command::Go(Direction::Backward, place),
        "studymark.randomUnanswered" => Command::Pick(place, seed),
        "studymark.openQuestions" => Command::List(place),
        "studymark.coverage" => Command::Coverage(place),
        _ => Command::Reindex,
    })
}

fn form(format: Option<GraphFormat>) -> Form {
    match format {
        Some(GraphFormat::Html) | None => Form::Html,
        Some(GraphFormat::Json) => Form::Json,
        Some(GraphFormat::Dot) => Form::Dot,
        Some(GraphFormat::Mermaid) => Form::Mermaid,
    }
}

/// Calls back with the words of all headings.
pub type WithTopics<'a> = dyn Fn(&mut dyn FnMut(&Topics)) + 'a;

/// What commands know beside the notes.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    /// The question that was last picked at random.
    pub last: &'a Mutex<Option<OpenQuestion>>,
    /// Gives the words of all headings, brought up to date.
    pub topics: &'a WithTopics<'a>,
}

/// Executes a command.
pub fn run(snapshot: &Snapshot, command: &Command, memory: Memory<'_>) -> Outcome {
    let Memory { last, topics } = memory;
    match command {
        Command::Go(direction, place) => {
            let nowhere = NotePath::new("");
            let path = place.path.as_ref().unwrap_or(&nowhere);
            let offset = place.offset(snapshot);
            let found = open_questions::neighbour(&snapshot.vault, path, offset, place.reach, *direction);
            went_to(snapshot, found, place.reach)
        }
        Command::Pick(place, seed) => {
            let seed = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
            let open = open_questions::list(&snapshot.vault, place.known(snapshot), place.reach);
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let picked = open_questions::pick(&open, seed, last.as_ref());
            last.clone_from(&picked);
            drop(last);
            went_to(snapshot, picked, place.reach)
        }
        Command::List(place) => {
            let open = open_questions::list(&snapshot.vault, place.known(snapshot), place.reach);
            let listed = open.iter().filter_map(|question| described(snapshot, question));
            Outcome { result: Some(listed.collect()), ..Outcome::default() }
        }
        Command::Coverage(place) => Outcome { result: Some(coverage(snapshot, place)), ..Outcome::default() },
        Command::Reindex => Outcome::default(),
        Command::Related(uri, position) => {
            let mut listed = Vec::new();
            topics(&mut |topics| listed = related(snapshot, topics, uri, *position));
            Outcome { result: Some(listed.into()), ..Outcome::default() }
        }
        Command::Create(uri, heading) => created(snapshot, &uri::path_of(uri), heading.as_deref()),
        Command::Show(uri, position) => {
            Outcome { show: shown(snapshot, uri, *position), ..Outcome::default() }
        }
        Command::Graph(form, file) => {
            let drawn = graph(snapshot, *form, file.as_ref());
            Outcome { result: Some(drawn.into()), ..Outcome::default() }
        }
    }
}

/// `{uri, path, range, title, score, why}` for each topic that has to do with the section at a place.
fn related(snapshot: &Snapshot, topics: &Topics, uri: &Uri, position: Position) -> Vec<Value> {
    let Some(note) = snapshot.vault.note(&uri::path_of(uri)) else { return Vec::new() };
    let offset = note.text.offset(convert::line_col(position), snapshot.encoding());
    let Some(section) = note.section_at(offset) else { return Vec::new() };
    let described = |related: Related| {
        let heading = snapshot.vault.note(&related.path)?.headings.get(related.section)?;
        let location = convert::location(snapshot, &related.path, heading.content)?;
        Some(json!({
            "uri": location.uri,
            "path": snapshot.vault.display_path(&related.path),
            "range": location.range,
            "title": heading.title(),
            "score": (related.score * 100.0).round() / 100.0,
            "why": related.why,
        }))
    };
    snapshot.vault.related(topics, note, section).into_iter().filter_map(described).collect()
}

/// The graph of all notes, or of one with what touches it, in a form. It takes long enough to have an index of its own:
/// the shared one would be kept from others for as long.
fn graph(snapshot: &Snapshot, form: Form, file: Option<&NotePath>) -> String {
    let vault = &snapshot.vault;
    let topics = Topics::of(vault);
    let shown = |path: &NotePath| vault.display_path(path).into_owned();
    let mut graph = Graph::of(vault, &topics, &snapshot.glossary, &shown);
    if let Some(file) = file {
        let inside: Vec<bool> = graph.files.iter().map(|known| known.path == *file).collect();
        graph = graph.around(|node| inside[node.file]);
    }
    let address = |path: &NotePath| snapshot.uri(path).map(|uri| uri.as_str().to_owned());
    let root = match vault.roots() {
        [root] => root.path.as_str(),
        _ => "",
    };
    draw(vault, &graph, form, &Setting { root, address: &address }).text
}

/// A place in a note that is known. Nothing else is shown.
fn shown(snapshot: &Snapshot, uri: &Uri, position: Position) -> Option<Show> {
    let path = uri::path_of(uri);
    snapshot.vault.note(&path)?;
    let place = ShowDocumentParams {
        uri: uri.clone(),
        external: Some(false),
        take_focus: Some(true),
        selection: Some(Range::new(position, position)),
    };
    let message = format!("{}:{}", snapshot.vault.display_path(&path), u64::from(position.line) + 1);
    Some(Show { place: Some(place), message })
}

/// A note or a heading that something was made to lead to.
fn created(snapshot: &Snapshot, path: &NotePath, heading: Option<&str>) -> Outcome {
    let vault = &snapshot.vault;
    let edit = match heading {
        // Lines end as they do in most notes.
        None => creation::new_note(vault, path, "\n"),
        Some(title) => {
            let title = title.lines().next().unwrap_or_default().trim();
            let owner =
                vault.note(path).filter(|note| !title.is_empty() && note.headings_called(title).is_empty());
            owner.map(|note| creation::new_heading(note, title))
        }
    };
    let refused = match edit.map(|edit| edits::workspace_edit(snapshot, &edit)) {
        Some(Ok(edit)) => return Outcome { edit: Some(edit), ..Outcome::default() },
        Some(Err(unfit @ Unfit::LeadsOut(_))) => unfit.to_string(),
        _ => format!("{} is there already, or cannot be made here", vault.display_path(path)),
    };
    Outcome { show: Some(Show { place: None, message: refused }), ..Outcome::default() }
}

impl Place {
    fn offset(&self, snapshot: &Snapshot) -> Option<usize> {
        let note = snapshot.vault.note(self.path.as_ref()?)?;
        Some(note.text.offset(convert::line_col(self.position?), snapshot.encoding()))
    }

    fn known(&self, snapshot: &Snapshot) -> Option<(&NotePath, Option<usize>)> {
        Some((self.path.as_ref()?, self.offset(snapshot)))
    }
}

/// `{uri, path, range, title, chapter, state}`
fn described(snapshot: &Snapshot, question: &OpenQuestion) -> Option<Value> {
    let location = convert::location(snapshot, &question.path, question.range)?;
    Some(json!({
        "uri": location.uri,
        "path": snapshot.vault.display_path(&question.path),
        "range": location.range,
        "title": question.title,
        "chapter": question.chapter,
        "state": question.state.name(),
    }))
}

fn went_to(snapshot: &Snapshot, found: Option<OpenQuestion>, reach: Reach) -> Outcome {
    let Some(question) = found else {
        let whose = match reach {
            Reach::Chapter => "every question of this chapter",
            Reach::Note => "every question of this note",
            Reach::Vault => "every question",
        };
        let show = Show { place: None, message: format!("{whose} has an answer") };
        return Outcome { show: Some(show), ..Outcome::default() };
    };
    let place = convert::location(snapshot, &question.path, question.range);
    let line = place.as_ref().map_or(1, |place| place.range.start.line + 1);
    let path = snapshot.vault.display_path(&question.path);
    let message = format!("{path}:{line} {}", question.title);
    let place = place.map(|place| ShowDocumentParams {
        uri: place.uri,
        external: Some(false),
        take_focus: Some(true),
        selection: Some(place.range),
    });
    let show = Some(Show { place, message });
    Outcome { result: described(snapshot, &question), show, ..Outcome::default() }
}

/// The figures of `studymark stats --format json`, with URIs and ranges.
fn coverage(snapshot: &Snapshot, place: &Place) -> Value {
    let named = place.path.as_ref().filter(|_| place.reach != Reach::Vault);
    let mut total = Coverage::default();
    let (mut files, mut chapters) = (Vec::new(), Vec::new());
    for note in snapshot.vault.notes().filter(|note| named.is_none_or(|path| note.path == *path)) {
        let note = &note.for_a_moment();
        let of_note: NoteCoverage = snapshot.vault.coverage(note);
        let Some(uri) = snapshot.uri(&note.path) else { continue };
        total += of_note.total;
        files.push(figures(snapshot, note, &uri, None, of_note.total));
        for chapter in of_note.chapters {
            chapters.push(figures(snapshot, note, &uri, Some(chapter.section), chapter.coverage));
        }
    }
    let Coverage { questions, answered, stub, unanswered } = total;
    let total = json!({"questions": questions, "answered": answered, "stub": stub, "unanswered": unanswered});
    json!({"total": total, "files": files, "chapters": chapters})
}

fn figures(snapshot: &Snapshot, note: &Note, uri: &Uri, chapter: Option<usize>, coverage: Coverage) -> Value {
    let heading = chapter.and_then(|section| note.headings.get(section));
    let range = heading.map(|heading| heading.content).unwrap_or_default();
    let Coverage { questions, answered, stub, unanswered } = coverage;
    json!({
        "uri": uri,
        "path": snapshot.vault.display_path(&note.path),
        "range": convert::range(&note.text, range, snapshot.encoding()),
        "title": heading.map_or(note.path.stem(), |heading| heading.title()),
        "questions": questions,
        "answered": answered,
        "stub": stub,
        "unanswered": unanswered,
    })
}
