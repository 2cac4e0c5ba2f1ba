//! Whatever is proposed anywhere, taken, leads to what it says; in code and math nothing is proposed.

use std::sync::Arc;

use studymark::config::Config;
use studymark::edit::{TextEdit, apply};
use studymark::features::completion::{About, Creates, Item, Kind, List, Memo, Request, complete};
use studymark::note::{MaskKind, Note};
use studymark::path::NotePath;
use studymark::syntax::Tree;
use studymark::syntax::context::Context;
use studymark::text::Buffer;
use studymark::vault::creation::{new_heading, new_note};
use studymark::vault::glossary::Glossary;
use studymark::vault::resolve::{Place, Resolution, Target};
use studymark::vault::{Root, Scope, Vault};

use crate::fixtures;
use crate::generate::Random;

/// All fixture notes in one vault, with some pictures.
fn vault() -> Vault {
    let root = Root { path: NotePath::new("/"), scope: Scope::Folder, config: Arc::new(Config::default()) };
    let mut vault = Vault::new(vec![root]);
    for (number, (name, text)) in fixtures().into_iter().enumerate() {
        let folder = ["", "一/", "a b/"][number % 3];
        vault.insert(Arc::new(Note::read(NotePath::new(&format!("/{folder}{name}")), text)));
    }
    for file in ["/图/握手 图.png", "/一/a.svg", "/b(1.png", "/附件.pdf"] {
        vault.insert_file(&NotePath::new(file));
    }
    vault
}

fn proposed(vault: &Vault, glossary: &Glossary, note: &Arc<Note>, offset: usize) -> (Context, List) {
    let context = Context::at(&Buffer::new(note.text.as_str()), &mut Tree::new(), offset);
    let request = Request { vault, glossary, note, context: &context, recent: &[] };
    let list = complete(&request, &mut Memo::default());
    (context, list)
}

/// The vault and the note as they are once an item is taken, and where its text stands.
fn taken(vault: &Vault, note: &Note, item: &Item) -> (Vault, Arc<Note>, usize) {
    let mut edits: Vec<TextEdit> = std::iter::once(&item.edit)
        .chain(&item.more)
        .map(|(range, text)| TextEdit { range: *range, new_text: text.clone() })
        .collect();
    edits.sort_by_key(|edit| edit.range.start());
    let text = apply(note.text.as_str(), &edits);
    let note = Arc::new(Note::read(note.path.clone(), text));
    let mut after = vault.clone();
    after.insert(Arc::clone(&note));
    let made = match &item.creates {
        Some(Creates::Note(path)) => new_note(&after, path, "\n"),
        Some(Creates::Heading(path, title)) => after.note(path).map(|owner| new_heading(owner, title)),
        None => None,
    };
    assert_eq!(made.is_some(), item.creates.is_some(), "{item:?} can be made");
    for (path, text) in made.iter().flat_map(|made| &made.created) {
        after.insert(Arc::new(Note::read(path.clone(), text.clone())));
    }
    for (path, edits) in made.iter().flat_map(|made| &made.edited) {
        let text = apply(after.note(path).unwrap().text.as_str(), edits);
        after.insert(Arc::new(Note::read(path.clone(), text)));
    }
    let note = Arc::clone(after.note(&note.path).unwrap());
    (after, note, item.edit.0.start())
}

/// A place by what it says, which holds when the places around it move.
fn by_name(vault: &Vault, target: &Target) -> (NotePath, String) {
    let note = vault.note(&target.path);
    let name = match target.place {
        Place::Heading(index) => note.map(|note| format!("# {}", note.headings[index].title())),
        Place::Anchor(index) => note.map(|note| format!("^ {}", note.text.slice(note.anchors[index].name))),
        Place::Footnote(index) => {
            note.map(|note| format!("[^{}", note.text.slice(note.footnotes[index].name)))
        }
        _ => None,
    };
    (target.path.clone(), name.unwrap_or_default())
}

/// Where the link or definition leads that the text at `at` belongs to.
fn leads_to(vault: &Vault, note: &Arc<Note>, at: usize) -> Option<Vec<Target>> {
    let holds = |range: studymark::text::TextRange| range.touches(at);
    let link = note.links.iter().rfind(|link| holds(link.range));
    let definition = note.definitions.iter().find(|definition| holds(definition.range));
    let resolution = match (link, definition) {
        (Some(link), _) => vault.resolve(note, link),
        (None, Some(definition)) => vault.resolve_definition(note, definition),
        (None, None) => return None,
    };
    match resolution {
        Resolution::Found(targets) => Some(targets),
        _ => Some(Vec::new()),
    }
}

#[test]
fn what_is_taken_leads_to_what_it_says() {
    let openers = [
        "[[",
        "[[jc",
        "[[进程#",
        "[[#",
        "[[Go 并发#x",
        "[a](",
        "[a](x",
        "[a](#",
        "[a](##s",
        "[a](../",
        "![a](",
        "![[",
        "[a](<",
        "[^",
        "<a href=\"",
        "<img src=\"",
        "[[新的题目",
        "[a](新的题目",
        "[[queries|",
    ];
    let closers = |opener: &str| -> &[&str] {
        match opener.as_bytes() {
            [b'<', ..] => &["\">", "\"> 后", "\" title=\"x\">"],
            [.., b'['] | [b'[' | b'!', b'[', ..] => &["", "]]", "]", " 后文", "]] 后", "|旧]]", "#旧]]"],
            [b'[', b'^', ..] => &["", "]", "] 后", " 后"],
            [b'[' | b'!', .., b'<'] => &["", ">)", "#旧>)"],
            _ => &["", ")", " 后文", ") 后", "#旧)", " \"t\")"],
        }
    };
    let vault = vault();
    let notes: Vec<Arc<Note>> = vault.notes().cloned().collect();
    let mut random = Random::new(7);
    let mut links = 0;
    for round in 0..2000 {
        let note = &notes[random.below(notes.len())];
        let mut at = random.below(note.text.len() + 1);
        while !note.text.as_str().is_char_boundary(at) {
            at -= 1;
        }
        // Behind one of these, in a link and in a tag, it would be a part of something else.
        let written = note.links.iter().map(|link| link.range);
        let others = note.masks.iter().map(|mask| mask.range);
        let definitions = note.definitions.iter().map(|definition| definition.range);
        let mut constructs = written.chain(definitions).chain(others);
        let in_link = constructs.any(|range| range.start() < at && at < range.end());
        if in_link || note.text.as_str()[..at].ends_with(['[', '!', '\\', '`', '<', '(']) {
            continue;
        }
        // What stands behind the last bar of a row is shown nowhere.
        let line = note.text.line_range(note.text.line_of(at));
        let is_behind_row = note.text.slice(line).starts_with('|') && line.end() == at;
        // A lone `$` makes a formula of what comes to stand right beside it; a name of a footnote is no text.
        let is_name = note.footnotes.iter().any(|footnote| footnote.name.touches(at));
        if is_behind_row || is_name || note.text.slice(line).contains('$') {
            continue;
        }
        let opener = openers[random.below(openers.len())];
        let closers = closers(opener);
        let closer = closers[random.below(closers.len())];
        let mut text = note.text.as_str().to_owned();
        text.insert_str(at, &format!("{opener}{closer}"));
        let typed = Arc::new(Note::read(note.path.clone(), text));
        let mut with = vault.clone();
        with.insert(Arc::clone(&typed));
        let offset = at + opener.len();
        let (context, list) = proposed(&with, &Glossary::default(), &typed, offset);
        let count = list.items.len();
        let picked = (0..count.min(4)).map(|_| random.below(count)).chain(count.checked_sub(1));
        for item in picked.map(|index| &list.items[index]) {
            let case = || {
                let line = typed.text.slice(typed.text.line_range(typed.text.line_of(offset)));
                format!("round {round}, {} {line:?}, {context:?}: {item:?}", typed.path)
            };
            assert!(item.edit.0.touches(offset), "{}", case());
            assert_eq!(
                typed.text.line_of(item.edit.0.start()),
                typed.text.line_of(item.edit.0.end()),
                "{}",
                case()
            );
            let (after, taken, start) = taken(&with, &typed, item);
            let expected = match (&item.about, &item.creates) {
                (About::Place(target), None) => by_name(&with, target),
                (_, Some(Creates::Note(path))) => (path.clone(), String::new()),
                (_, Some(Creates::Heading(path, title))) => (path.clone(), format!("# {title}")),
                _ => continue,
            };
            if item.kind == Kind::Word {
                continue;
            }
            let found = leads_to(&after, &taken, start);
            let found: Option<Vec<_>> =
                found.map(|targets| targets.iter().map(|target| by_name(&after, target)).collect());
            assert_eq!(found.as_deref(), Some(&[expected][..]), "{}\n{}", case(), {
                taken.text.slice(taken.text.line_range(taken.text.line_of(start)))
            });
            links += 1;
        }
    }
    assert!(links > 2000, "only {links} links were tried");
}

#[test]
fn nothing_is_proposed_in_code_and_math() {
    let vault = vault();
    let glossary = Glossary::of(&vault);
    let mut places = 0;
    for note in vault.notes() {
        let opaque = |kind| {
            matches!(kind, MaskKind::CodeBlock | MaskKind::CodeSpan | MaskKind::Math | MaskKind::Comment)
        };
        for mask in note.masks.iter().filter(|mask| opaque(mask.kind)) {
            for at in mask.range.start() + 1..mask.range.end() {
                if !note.text.as_str().is_char_boundary(at) {
                    continue;
                }
                let (context, list) = proposed(&vault, &glossary, note, at);
                if !matches!(context, Context::FenceLanguage(_)) {
                    assert_eq!(list.items, [], "{} {at} {context:?}", note.path);
                }
                places += 1;
            }
        }
    }
    assert!(places > 500, "only {places} places were tried");
}

#[test]
fn no_place_of_any_note_is_too_odd() {
    let vault = vault();
    let glossary = Glossary::of(&vault);
    for note in vault.notes() {
        for at in (0..=note.text.len()).filter(|at| note.text.as_str().is_char_boundary(*at)).step_by(3) {
            let (_, list) = proposed(&vault, &glossary, note, at);
            for item in &list.items {
                assert!(item.edit.0.touches(at) && item.edit.0.end() <= note.text.len(), "{item:?}");
            }
        }
    }
}
