//! `[[`: notes by all their names, headings of every note, blocks, labels.
//!
//! Invariant: brackets are closed once, whatever the editor put in by itself; what stood behind the name is replaced with
//! it where it would belong to another note.

use crate::features::completion::{About, Creates, Item, Kind, List, Memo, Request};
use crate::fold::folded;
use crate::fuzzy::{Pattern, Way};
use crate::note::sought::Named;
use crate::note::{AnchorKind, LinkKind, is_picture};
use crate::path::NotePath;
use crate::syntax::context::{WikiLink, WikiPart};
use crate::text::TextRange;
use crate::vault::creation::{can_create, may_be_meant};
use crate::vault::naming::{wiki_fragment, wiki_name};
use crate::vault::resolve::{Place, Resolution, Target};
use crate::vault::seek::Sort;

/// The most files beside notes.
const MOST_FILES: usize = 30;

/// What can be typed in a wiki link.
pub(super) fn complete(request: &Request<'_>, link: &WikiLink, memo: &mut Memo) -> List {
    match link.kind {
        WikiPart::Note => names(request, link, memo),
        WikiPart::Heading => headings(request, link),
        WikiPart::Block => blocks(request, link),
        WikiPart::Label => labels(request, link),
    }
}

fn names(request: &Request<'_>, link: &WikiLink, memo: &mut Memo) -> List {
    let (vault, note) = (request.vault, request.note);
    let typed = request.text(link.part.typed);
    let (range, close) = request.closed(link.part, "]]");
    let range = with_fragment(request, range, close);
    let has_label = request.rest_of_line(range.end()).starts_with(['|', '\\']);
    let bar = if in_table(request, range.start()) { "\\|" } else { "|" };
    let form = request.form().wiki_names;
    let folder = typed.rfind('/').map_or("", |slash| &typed[..slash]);
    let mut found = request.seek(typed, Sort::All, memo);
    if !folder.is_empty() {
        // `网络/tc` is a folder and the start of a name, unless a heading has the slash in it.
        let in_folder = |path: &NotePath| {
            let parent = path.folder();
            let shown = format!("/{}", vault.display_path(&parent));
            folded(&shown).ends_with(&folded(&format!("/{folder}")))
        };
        let mut beneath = memo.aside(|memo| request.seek(&typed[folder.len() + 1..], Sort::Notes, memo));
        beneath.hits.retain(|hit| in_folder(&hit.note.path));
        beneath.hits.append(&mut found.hits);
        found.hits = beneath.hits;
    }
    let mut list = request.topics(&found, range, memo, |topic| {
        let name = wiki_name(vault, note, &topic.target, form)?;
        let label = match topic.named {
            Named::Title | Named::Alias(_) if !has_label => format!("{bar}{}", topic.label),
            _ => String::new(),
        };
        let label = if label.contains(['[', ']', '\n']) { "" } else { &label };
        Some(format!("{name}{label}{close}"))
    });
    if link.embed || !typed.is_empty() {
        let files = files(request, link, range, close);
        let room = if link.embed { 0 } else { list.items.len() };
        list.items.splice(room..room, files);
    }
    // What was found by its pinyin is what was meant.
    let is_meant = found
        .hits
        .first()
        .is_some_and(|hit| matches!(hit.fit.way, Way::Whole | Way::StartRead | Way::WordRead | Way::Pieces));
    if !is_meant && !link.embed {
        list.items.extend(new_note(request, typed.trim(), (range, format!("{}{close}", typed.trim()))));
    }
    list
}

/// The range with the fragment behind it, which belongs to the note that is replaced. Only a link that is closed has one.
fn with_fragment(request: &Request<'_>, range: TextRange, close: &str) -> TextRange {
    let rest = request.rest_of_line(range.end());
    if !close.is_empty() || !rest.starts_with('#') {
        return range;
    }
    let end = rest.find("]]").unwrap_or(0);
    let end = rest[..end].find('|').unwrap_or(end);
    TextRange::new(range.start(), range.end() + rest[..end].trim_end_matches('\\').len())
}

/// Whether a bar ends a cell here.
fn in_table(request: &Request<'_>, at: usize) -> bool {
    let text = &request.note.text;
    let line = text.slice(text.line_range(text.line_of(at)));
    line.trim_start_matches([' ', '\t', '>']).starts_with('|')
}

/// Files that are no notes: for an embed pictures above all.
fn files(request: &Request<'_>, link: &WikiLink, range: TextRange, close: &str) -> Vec<Item> {
    let (vault, note) = (request.vault, request.note);
    let pattern = Pattern::new(request.text(link.part.typed));
    let mut fitting: Vec<_> = vault
        .files()
        .filter(|file| !link.embed || is_picture(file.file_name()) || !pattern.is_empty())
        .filter_map(|file| {
            let fit = pattern.fit_written(file.file_name()).filter(|fit| fit.way < Way::Pieces)?;
            Some((fit, file.folder() != note.path.folder(), file))
        })
        .collect();
    fitting.sort();
    let items = fitting.into_iter().take(MOST_FILES).filter_map(|(_, _, file)| {
        let target = Target { path: file.clone(), place: Place::File };
        let name = wiki_name(vault, note, &target, request.form().wiki_names)?;
        Some(file_item(request, file, (range, format!("{name}{close}"))))
    });
    items.collect()
}

/// A file as an item.
pub(super) fn file_item(request: &Request<'_>, file: &NotePath, edit: (TextRange, String)) -> Item {
    let shown = request.vault.display_path(file);
    Item {
        place: shown.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
        kind: if is_picture(file.file_name()) { Kind::Picture } else { Kind::File },
        edit,
        about: About::Place(Target { path: file.clone(), place: Place::File }),
        ..Item::word(file.file_name(), Kind::File, TextRange::default())
    }
}

/// The note that a name would be, when nothing is called so.
fn new_note(request: &Request<'_>, name: &str, edit: (TextRange, String)) -> Option<Item> {
    let path = request.note.path.folder().join(&format!("{name}.md"));
    let plain = may_be_meant(name) && !name.contains(['#', '^', '[', ']', '|']) && !name.ends_with('/');
    let leads_nowhere =
        || matches!(request.vault.resolve_as(request.note, LinkKind::Wiki, name, 0), Resolution::Missing(_));
    (plain && can_create(request.vault, &path) && leads_nowhere()).then(|| Item {
        place: "new note".to_owned(),
        edit,
        creates: Some(Creates::Note(path)),
        ..Item::word(name, Kind::New, TextRange::default())
    })
}

/// The note that the link names, or the one at hand.
fn named_note<'a>(
    request: &Request<'a>,
    link: &WikiLink,
) -> Option<(&'a std::sync::Arc<crate::note::Note>, &'a str)> {
    let name = request.text(link.note).trim();
    if name.is_empty() {
        return Some((request.note, name));
    }
    match request.vault.resolve_as(request.note, LinkKind::Wiki, name, 0) {
        Resolution::Found(targets) => Some((request.vault.note(&targets.first()?.path)?, name)),
        _ => None,
    }
}

fn headings(request: &Request<'_>, link: &WikiLink) -> List {
    let (vault, note) = (request.vault, request.note);
    let Some((owner, name)) = named_note(request, link) else { return List::default() };
    let typed = request.text(link.part.typed);
    let (range, close) = request.closed(link.part, "]]");
    let range = with_fragment(request, range, close);
    let mut list = request.places_in(owner, typed, range, |target| {
        Some(format!("{}{close}", wiki_fragment(vault, note, name, target)?))
    });
    let title = typed.trim();
    let is_known = !owner.headings_called(title).is_empty();
    if !title.is_empty() && !is_known && !title.contains(['#', '^', '[', ']', '|']) {
        list.items.push(Item {
            place: "new heading".to_owned(),
            edit: (range, format!("{title}{close}")),
            creates: Some(Creates::Heading(owner.path.clone(), title.to_owned())),
            ..Item::word(title, Kind::New, TextRange::default())
        });
    }
    list
}

fn blocks(request: &Request<'_>, link: &WikiLink) -> List {
    let Some((owner, _)) = named_note(request, link) else { return List::default() };
    let pattern = Pattern::new(request.text(link.part.typed));
    let (range, close) = request.closed(link.part, "]]");
    let range = with_fragment(request, range, close);
    let ids = owner.anchors.iter().enumerate().filter(|(_, anchor)| anchor.kind == AnchorKind::Block);
    let items = ids.filter_map(|(index, anchor)| {
        let id = owner.text.slice(anchor.name);
        pattern.fit_written(id)?;
        let line = owner.text.slice(owner.text.line_range(owner.text.line_of(anchor.name.start())));
        let text: String =
            line.trim().trim_end_matches(id).trim_end_matches(['^', ' ']).chars().take(40).collect();
        Some(Item {
            place: text,
            edit: (range, format!("{id}{close}")),
            about: About::Place(Target { path: owner.path.clone(), place: Place::Anchor(index) }),
            ..Item::word(id, Kind::Anchor, range)
        })
    });
    List { items: items.collect(), ..List::default() }
}

/// The names of what the link leads to.
fn labels(request: &Request<'_>, link: &WikiLink) -> List {
    let typed = request.text(link.part.typed);
    let (range, close) = request.closed(link.part, "]]");
    let raw = request.text(TextRange::new(link.note.start(), link.part.typed.start()));
    let raw = raw.trim_end_matches(['|', '\\']);
    let Resolution::Found(targets) = request.vault.resolve_as(request.note, LinkKind::Wiki, raw, 0) else {
        return List::default();
    };
    let Some(target) = targets.first() else { return List::default() };
    let Some(owner) = request.vault.note(&target.path) else { return List::default() };
    let front = owner.front_matter.as_ref();
    let mut names: Vec<String> = Vec::new();
    match target.place {
        Place::Heading(index) => {
            names.extend(owner.headings.get(index).map(|heading| heading.title().to_string()));
        }
        _ => {
            names.extend(
                front
                    .iter()
                    .flat_map(|front| front.title.iter().chain(&front.aliases))
                    .map(|name| name.to_string()),
            );
            names.push(owner.path.stem().to_owned());
            names.extend(owner.headings.first().map(|heading| heading.title().to_string()));
        }
    }
    let pattern = Pattern::new(typed);
    let mut seen: Vec<String> = Vec::new();
    names.retain(|name| {
        let fits = pattern.fit_written(name).is_some();
        let new = fits && !name.is_empty() && !name.contains(['|', '[', ']', '\n']) && !seen.contains(name);
        seen.extend(new.then(|| name.clone()));
        new
    });
    let items = names.into_iter().map(|name| Item {
        edit: (range, format!("{name}{close}")),
        about: About::Place(target.clone()),
        ..Item::word(name, Kind::Word, range)
    });
    List { items: items.collect(), ..List::default() }
}
