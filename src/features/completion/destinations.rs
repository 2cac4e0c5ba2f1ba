//! `](`: paths to notes, pictures, files and folders, and after `#` the headings there; after `##` those of every note.
//!
//! Invariant: a path is written so that it leads where it says, in the manner of the settings; of a path that is typed in
//! parts (`../图`) the parts stay as they are.

use std::sync::Arc;

use crate::config::{PathForm, Spaces};
use crate::features::completion::wiki::file_item;
use crate::features::completion::{Creates, Item, Kind, LIMIT, List, Memo, Request};
use crate::fuzzy::{Fit, Pattern, Way};
use crate::note::destination::{self, Style, Syntax, write};
use crate::note::{LinkKind, Note, is_picture};
use crate::path::NotePath;
use crate::syntax::context::{Destination, DestinationOf, DestinationPart, Part};
use crate::text::TextRange;
use crate::vault::creation::{can_create, may_be_meant};
use crate::vault::naming::{self, Form};
use crate::vault::resolve::{Place, Resolution, Target};
use crate::vault::seek::Sort;

/// The most files that are found by name anywhere.
const MOST_FILES: usize = 50;

/// A path or fragment that is typed, in whatever syntax.
pub(super) struct Typed<'a> {
    /// The path as written so far, or all of it when the cursor is behind it.
    pub(super) path: &'a str,
    /// The fragment as written so far; `None` while the path is typed.
    pub(super) fragment: Option<&'a str>,
    /// From the start of the path to the end of what is replaced.
    pub(super) whole: TextRange,
    /// What is replaced of the part that is typed.
    pub(super) range: TextRange,
    /// What closes the construct, when that has to be put in.
    pub(super) close: &'static str,
    /// How it is written.
    pub(super) style: Style,
    /// Whether only pictures make sense.
    pub(super) pictures: bool,
}

/// What can be typed in a destination.
pub(super) fn complete(request: &Request<'_>, at: &Destination, memo: &mut Memo) -> List {
    let (range, close) = closing(request, at);
    let raw = request.text(TextRange::new(at.path.start(), at.part.typed.end()));
    let letters = destination::Letters::of(raw);
    let path_end = at.path.end().min(at.part.typed.end());
    let typed = Typed {
        path: request.text(TextRange::new(at.path.start(), path_end)),
        fragment: (at.kind == DestinationPart::Fragment).then(|| request.text(at.part.typed)),
        whole: TextRange::new(at.path.start(), range.end()),
        range,
        close,
        style: if at.angle { Style::Angled(letters) } else { Style::Bare(letters) },
        pictures: at.of == DestinationOf::Image,
    };
    complete_typed(request, &typed, memo)
}

/// What is replaced, and what has to be put in behind it.
fn closing(request: &Request<'_>, at: &Destination) -> (TextRange, &'static str) {
    let range = with_fragment(request, at.part, if at.angle { '>' } else { ')' });
    let rest = request.rest_of_line(range.end());
    if at.angle && at.part.closed && at.of != DestinationOf::Definition {
        // The angle is closed, and perhaps nothing else.
        let behind = rest.strip_prefix('>').map(|rest| rest.trim_start_matches([' ', '\t']));
        let open = behind.is_some_and(|behind| !behind.starts_with([')', '"', '\'']));
        return if open { (TextRange::new(range.start(), range.end() + 1), ">)") } else { (range, "") };
    }
    let close = match (at.of, at.angle, at.part.closed) {
        (DestinationOf::Definition, true, false) => ">",
        (DestinationOf::Definition, ..) | (_, _, true) => "",
        (_, true, false) if rest.starts_with(')') => ">",
        (_, true, false) => ">)",
        (_, false, false) => ")",
    };
    (range, close)
}

/// The range with the fragment behind it, which belongs to the path that is replaced.
pub(super) fn with_fragment(request: &Request<'_>, part: Part, end: char) -> TextRange {
    let rest = request.rest_of_line(part.whole.end());
    if !part.closed || !rest.starts_with('#') {
        return part.whole;
    }
    let length = rest.find([end, ' ', '\t', '"']).unwrap_or(rest.len());
    TextRange::new(part.whole.start(), part.whole.end() + length)
}

/// What can be typed in a path or fragment.
pub(super) fn complete_typed(request: &Request<'_>, typed: &Typed<'_>, memo: &mut Memo) -> List {
    match typed.fragment {
        Some(fragment) if typed.path.is_empty() && fragment.starts_with('#') => {
            everywhere(request, typed, &fragment[1..], memo)
        }
        Some(fragment) => fragments(request, typed, fragment),
        None if typed.path.contains('/') => browse(request, typed),
        None if matches!(typed.path, "." | "..") => steps(request, typed),
        None => by_name(request, typed, memo),
    }
}

/// `](##队列`: headings of every note.
fn everywhere(request: &Request<'_>, typed: &Typed<'_>, sought: &str, memo: &mut Memo) -> List {
    let found = request.seek(&plain(sought), Sort::Headings, memo);
    let mut list = request.topics(&found, typed.whole, memo, |topic| written(request, typed, &topic.target));
    list.incomplete = true;
    list
}

/// `](tcp.md#三次`: headings and ids of one note.
fn fragments(request: &Request<'_>, typed: &Typed<'_>, sought: &str) -> List {
    let Some(owner) = owner_of(request, typed) else { return List::default() };
    let slug_of = |target: &Target| match target.place {
        Place::Heading(index) => {
            let slug = write(owner.slug(index), typed.style);
            Some(format!("{slug}{}", typed.close))
        }
        _ => None,
    };
    let sought = plain(sought.strip_prefix('^').unwrap_or(sought));
    let mut list = request.places_in(owner, &sought, typed.range, slug_of);
    let pattern = Pattern::new(&sought);
    let anchors = owner.anchors.iter().enumerate().filter_map(|(index, anchor)| {
        let target = Target { path: owner.path.clone(), place: Place::Anchor(index) };
        let id = owner.text.slice(anchor.name);
        pattern.fit_written(id).filter(|fit| fit.way < Way::Scattered)?;
        let destination = naming::destination(
            request.vault,
            owner,
            &target,
            Form { style: typed.style, ..Form::default() },
        )?;
        Some(Item {
            edit: (typed.range, format!("{}{}", destination.trim_start_matches('#'), typed.close)),
            about: super::About::Place(target),
            ..Item::word(id, Kind::Anchor, typed.range)
        })
    });
    // An id that a heading bears by itself stands with it already.
    let own = |item: &Item| !owner.headings.iter().any(|heading| heading.id() == Some(&item.label));
    let room = LIMIT.saturating_sub(list.items.len());
    list.items.extend(anchors.filter(own).take(room));
    list
}

/// The note of the path before the fragment.
fn owner_of<'a>(request: &Request<'a>, typed: &Typed<'_>) -> Option<&'a Arc<Note>> {
    if typed.path.is_empty() {
        return Some(request.note);
    }
    let path = request.vault.named_by(request.note, typed.path, syntax(typed.style))?;
    request.vault.note(&path)
}

/// `](../网络/tc`: what is in the folder that is typed.
fn browse(request: &Request<'_>, typed: &Typed<'_>) -> List {
    let vault = request.vault;
    let (prefix, tail) =
        typed.path.rsplit_once('/').map_or(("", typed.path), |(folder, tail)| (folder, tail));
    let prefix = format!("{prefix}/");
    let Some(folder) = vault.folder_named(request.note, &plain(&prefix)) else { return List::default() };
    let pattern = Pattern::new(&plain(tail));
    let fit = |name: &str| pattern.fit_written(name).filter(|fit| fit.way < Way::Scattered);
    let children = vault.children(&folder);
    let mut items: Vec<((u8, Fit), Item)> = Vec::new();
    for inner in &children.folders {
        let Some(fit) = fit(inner.file_name()) else { continue };
        let text = format!("{prefix}{}/", write(inner.file_name(), typed.style));
        items.push(((1, fit), folder_item(request, inner, (typed.range, text))));
    }
    if !typed.pictures {
        for note in children.notes {
            let title = note.front().and_then(|front| front.title.as_deref());
            let Some(fit) = fit(note.path.stem()).or_else(|| title.and_then(&fit)) else { continue };
            let bare = !request.form().note_ending && !note.path.stem().contains('.');
            let name = if bare { note.path.stem() } else { note.path.file_name() };
            let text = format!("{prefix}{}{}", write(name, typed.style), typed.close);
            items.push(((0, fit), note_item(note, title, (typed.range, text))));
        }
    }
    for file in children.files.into_iter().filter(|file| !typed.pictures || is_picture(file.file_name())) {
        let Some(fit) = fit(file.file_name()) else { continue };
        let text = format!("{prefix}{}{}", write(file.file_name(), typed.style), typed.close);
        items.push(((0, fit), file_item(request, file, (typed.range, text))));
    }
    // Without anything typed the folder is shown as it is: folders, then what is in it, by name.
    let order = |sort: u8, fit: Fit| {
        if pattern.is_empty() { (1 - sort, fit.way, 0) } else { (sort, fit.way, fit.rest) }
    };
    items.sort_by(|((a, a_fit), a_item), ((b, b_fit), b_item)| {
        (order(*a, *a_fit), &a_item.label).cmp(&(order(*b, *b_fit), &b_item.label))
    });
    let incomplete = items.len() > LIMIT;
    let items = items.into_iter().take(LIMIT).map(|(_, item)| quoted(request, typed, item)).collect();
    List { items, incomplete }
}

/// `](.`: the folder of the note and the one around it, whose beginning is typed.
fn steps(request: &Request<'_>, typed: &Typed<'_>) -> List {
    let own = request.note.path.folder();
    let around = Some(own.folder()).filter(|around| *around != own);
    let steps = [("./", Some(own)), ("../", around)].into_iter().filter_map(|(step, folder)| {
        let folder = folder.filter(|folder| request.vault.root_of(folder).is_some())?;
        let place = request.vault.display_path(&folder).into_owned();
        let edit = (typed.range, step.to_owned());
        step.starts_with(typed.path).then(|| Item {
            place,
            edit,
            ..Item::word(step, Kind::Folder, typed.range)
        })
    });
    List { items: steps.collect(), incomplete: false }
}

/// `](xxdl`: notes and files of any folder by name.
fn by_name(request: &Request<'_>, typed: &Typed<'_>, memo: &mut Memo) -> List {
    let vault = request.vault;
    let sought = plain(typed.path);
    let pattern = Pattern::new(&sought);
    let mut list = if typed.pictures {
        List::default()
    } else {
        let found = request.seek(&sought, Sort::Notes, memo);
        request.topics(&found, typed.range, memo, |topic| written(request, typed, &topic.target))
    };
    let own = request.note.path.folder();
    let fits = |name: &str| pattern.fit_written(name).filter(|fit| fit.way < Way::Pieces);
    let mut files: Vec<(Fit, bool, &NotePath)> = vault
        .files()
        .filter(|file| !typed.pictures || is_picture(file.file_name()))
        .filter_map(|file| Some((fits(file.file_name())?, file.folder() != own, file)))
        .collect();
    files.sort();
    list.incomplete |= files.len() > MOST_FILES;
    let files = files.into_iter().take(MOST_FILES).filter_map(|(_, _, file)| {
        let target = Target { path: file.clone(), place: Place::File };
        Some(file_item(request, file, (typed.range, written(request, typed, &target)?)))
    });
    let folders =
        vault.children(&own).folders.into_iter().filter(|folder| fits(folder.file_name()).is_some());
    let folders = folders.map(|folder| {
        let dot = if request.form().paths == PathForm::Dotted { "./" } else { "" };
        let text = format!("{dot}{}/", write(folder.file_name(), typed.style));
        quoted(request, typed, folder_item(request, &folder, (typed.range, text)))
    });
    let room = if typed.pictures || list.items.is_empty() { 0 } else { list.items.len() };
    let others: Vec<Item> = files.chain(folders).collect();
    list.items.splice(room..room, others);
    list.items.truncate(LIMIT);
    if !typed.pictures && list.items.is_empty() {
        list.items.extend(new_note(request, typed, sought.trim()));
    }
    list
}

/// The note that a path would lead to, when nothing is called so.
fn new_note(request: &Request<'_>, typed: &Typed<'_>, name: &str) -> Option<Item> {
    let name = name.strip_suffix(".md").unwrap_or(name);
    let path = request.note.path.folder().join(&format!("{name}.md"));
    let file = if request.form().note_ending { path.file_name() } else { path.stem() };
    let text = write(file, typed.style);
    let kind = if syntax(typed.style) == Syntax::Html { LinkKind::HtmlLink } else { LinkKind::Inline };
    let is_missing = matches!(request.vault.resolve_as(request.note, kind, &text, 0), Resolution::Missing(_));
    // Wiki links cannot name it with these.
    let plain = may_be_meant(name) && !name.contains(['#', '^', '[', ']', '|']);
    (is_missing && plain && can_create(request.vault, &path)).then(|| {
        let item = Item {
            place: "new note".to_owned(),
            edit: (typed.range, format!("{text}{}", typed.close)),
            creates: Some(Creates::Note(path.clone())),
            ..Item::word(name, Kind::New, typed.range)
        };
        quoted(request, typed, item)
    })
}

/// A destination that leads to a place, closed.
fn written(request: &Request<'_>, typed: &Typed<'_>, target: &Target) -> Option<String> {
    let form = Form { path: request.form().paths, ending: request.form().note_ending, style: typed.style };
    let destination = naming::destination(request.vault, request.note, target, form)?;
    Some(in_angles(request, typed, &destination).unwrap_or_else(|| format!("{destination}{}", typed.close)))
}

/// A path with spaces in angle brackets, when the settings want that.
fn in_angles(request: &Request<'_>, typed: &Typed<'_>, destination: &str) -> Option<String> {
    let wanted = request.form().spaces == Spaces::Angle && matches!(typed.style, Style::Bare(_));
    (wanted && destination.contains("%20") && !destination.contains(['<', '>']))
        .then(|| format!("<{}>{}", destination.replace("%20", " "), typed.close))
}

fn quoted(request: &Request<'_>, typed: &Typed<'_>, mut item: Item) -> Item {
    let text = item.edit.1.strip_suffix(typed.close).unwrap_or(&item.edit.1);
    // A folder is not the end of what is typed.
    if item.kind != Kind::Folder
        && let Some(text) = in_angles(request, typed, text)
    {
        item.edit.1 = text;
    }
    item
}

fn folder_item(request: &Request<'_>, folder: &NotePath, edit: (TextRange, String)) -> Item {
    let shown = request.vault.display_path(folder);
    Item {
        place: shown.rsplit_once('/').map_or(String::new(), |(around, _)| around.to_owned()),
        edit,
        ..Item::word(format!("{}/", folder.file_name()), Kind::Folder, TextRange::default())
    }
}

fn note_item(note: &Note, title: Option<&str>, edit: (TextRange, String)) -> Item {
    Item {
        place: title.unwrap_or_default().to_owned(),
        edit,
        about: super::About::Place(Target { path: note.path.clone(), place: Place::Note }),
        ..Item::word(note.path.file_name(), Kind::Note, TextRange::default())
    }
}

fn syntax(style: Style) -> Syntax {
    if matches!(style, Style::Attribute(_)) { Syntax::Html } else { Syntax::Markdown }
}

/// What is typed, as it is meant: `a b` of `a%20b`.
fn plain(typed: &str) -> String {
    percent_encoding::percent_decode_str(typed).decode_utf8_lossy().into_owned()
}
