//! What an answer about a place costs: where a link leads, what is behind it, where it is named in the note, and who
//! refers to a heading, among few notes and among many; what it costs to rename it, and to move a folder.

#![expect(clippy::print_stdout, reason = "a benchmark makes its own notes and prints what it measured")]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/measure.rs"]
#[expect(dead_code, reason = "rows here have several percentiles")]
mod measure;

use std::sync::Arc;
use std::time::Duration;

use generate::Random;
use measure::time;
use studymark::config::Config;
use studymark::features::call_hierarchy;
use studymark::features::definition::{Sought, definition};
use studymark::features::document_links::document_links;
use studymark::features::hover::{Known, hover};
use studymark::features::references::{Declaration, highlights, references};
use studymark::features::rename::{move_files, rename};
use studymark::note::{Link, Note};
use studymark::path::NotePath;
use studymark::text::TextRange;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::Form;
use studymark::vault::resolve::Resolution;
use studymark::vault::{Root, Scope, Vault};

/// How many places are asked about.
const PLACES: usize = 4_000;

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    println!("| notes | links | asked | median | 95 of 100 | slowest |");
    println!("|-|-|-|-|-|-|");
    let mut medians = Vec::new();
    for count in [100, 10_000] {
        let vault = vault(count, 1_000.min(count));
        medians.push(measure(&vault, count));
    }
    println!();
    for (name, (few, many)) in NAMES.iter().zip(medians[0].iter().zip(&medians[1])) {
        println!("{name}, 10,000 notes against 100: {:.2}", many.as_secs_f64() / few.as_secs_f64());
    }
}

const NAMES: [&str; 8] = [
    "definition",
    "hover, links that lead somewhere",
    "hover, broken links",
    "hover, links to a note that is not there",
    "hover, headings",
    "highlights",
    "links of a note",
    "references of a heading with 10 links",
];

/// The medians of everything in [`NAMES`].
fn measure(vault: &Vault, count: usize) -> Vec<Duration> {
    let links: usize = vault.notes().map(|note| note.links.len()).sum();
    // The same few notes in both vaults, so that what differs is the number of the others.
    let notes: Vec<&Arc<Note>> = vault.notes().take(100).collect();
    let found = |note: &Arc<Note>, link: &Link| matches!(vault.resolve(note, link), Resolution::Found(_));
    let missing = |note: &Arc<Note>, link: &Link| matches!(vault.resolve(note, link), Resolution::Missing(_));
    let on_links = places(&notes, |note| pick_links(note, |_| true));
    let on_found = places(&notes, |note| pick_links(note, |link| found(note, link)));
    let on_missing = places(&notes, |note| pick_links(note, |link| missing(note, link)));
    let written = |note: &Arc<Note>, link: &Link| note.text.slice(link.target).contains("没有这一篇");
    let all: Vec<&Arc<Note>> = vault.notes().collect();
    let on_no_note = places(&all, |note| pick_links(note, |link| written(note, link)));
    let on_headings = places(&notes, |note| note.headings.iter().map(|heading| heading.content).collect());
    let row = |name: &str, times: Vec<Duration>| report(count, links, name, times);
    let glossary = Glossary::of(vault);
    let known = Known { glossary: &glossary, compared: None, topics: None };
    let hover = |note: &Arc<Note>, offset| hover(vault, known, note, offset, Form::Markdown);
    let medians = vec![
        row(
            NAMES[0],
            asked(&on_links, |note, offset| definition(vault, &glossary, note, offset, Sought::Definition)),
        ),
        row(NAMES[1], asked(&on_found, hover)),
        row(NAMES[2], asked(&on_missing, hover)),
        row(NAMES[3], asked(&on_no_note, hover)),
        row(NAMES[4], asked(&on_headings, hover)),
        row(NAMES[5], asked(&on_links, |note, offset| highlights(vault, &glossary, note, offset))),
        row(NAMES[6], asked(&on_links, |note, _| document_links(vault, note))),
        row(NAMES[7], of_hub(vault, "少", 200, references_of)),
    ];
    let many = format!("references of a heading with {} links", 1_000.min(count));
    row(&many, of_hub(vault, "多", 100, references_of));
    row("topics that refer to it", of_hub(vault, "多", 100, incoming_of));
    row("rename of that heading", of_hub(vault, "多", 50, rename_of));
    row(
        "a folder that moves, a fiftieth of the notes",
        (0..20).map(|_| time(|| folder_moved(vault))).collect(),
    );
    medians
}

fn references_of(vault: &Vault, note: &Arc<Note>, offset: usize) -> usize {
    references(vault, &Glossary::default(), note, offset, Declaration::LeftOut).len()
}

fn incoming_of(vault: &Vault, note: &Arc<Note>, offset: usize) -> usize {
    let topics = call_hierarchy::prepare(vault, note, offset);
    topics.iter().map(|card| call_hierarchy::incoming(vault, &card.topic).len()).sum()
}

fn rename_of(vault: &Vault, note: &Arc<Note>, offset: usize) -> usize {
    rename(vault, &Glossary::default(), note, offset, "许多").map_or(0, |edit| edit.edited.len())
}

fn folder_moved(vault: &Vault) -> usize {
    move_files(vault, &[(NotePath::new("/v/01"), NotePath::new("/v/别处/01"))]).edited.len()
}

fn of_hub(
    vault: &Vault,
    heading: &str,
    rounds: usize,
    ask: fn(&Vault, &Arc<Note>, usize) -> usize,
) -> Vec<Duration> {
    let Some(hub) = vault.note(&NotePath::new("/v/中心.md")) else { return Vec::new() };
    let Some(at) = hub.headings.iter().find(|known| known.text() == heading) else { return Vec::new() };
    (0..rounds).map(|_| time(|| ask(vault, hub, at.content.start()))).collect()
}

fn pick_links(note: &Note, wanted: impl Fn(&Link) -> bool) -> Vec<TextRange> {
    note.links.iter().filter(|link| wanted(link)).map(|link| link.target).collect()
}

/// Places picked by chance among those that `of` gives for each note.
fn places<'a>(
    notes: &[&'a Arc<Note>],
    of: impl Fn(&Arc<Note>) -> Vec<TextRange>,
) -> Vec<(&'a Arc<Note>, usize)> {
    let mut random = Random::new(7);
    let mut places = Vec::new();
    for _ in 0..PLACES * 10 {
        let note = notes[random.below(notes.len())];
        let ranges = of(note);
        if !ranges.is_empty() {
            places.push((note, ranges[random.below(ranges.len())].start()));
        }
        if places.len() == PLACES {
            break;
        }
    }
    places
}

fn asked<T>(places: &[(&Arc<Note>, usize)], ask: impl Fn(&Arc<Note>, usize) -> T) -> Vec<Duration> {
    places.iter().map(|(note, offset)| time(|| ask(note, *offset))).collect()
}

/// Notes of about 5.5 KB with ten links each, and one that many of them link to.
fn vault(count: usize, linking: usize) -> Vault {
    let root = NotePath::new("/v");
    let mut vault = Vault::new(vec![Root {
        path: root.clone(),
        scope: Scope::Folder,
        config: Arc::new(Config::default()),
    }]);
    for n in 0..count {
        let mut text = generate::note(n, count, 5_500);
        if n < linking {
            text += "\n见 [多](../中心.md#多)。\n";
        }
        if n < 100 {
            text += &format!("\n见 [没有](没有这一篇笔记-{n}.md)。\n");
        }
        if n < 10 {
            text += "\n见 [[中心#少]]。\n";
        }
        vault.insert(Arc::new(Note::read(root.join(&generate::path(n)), text)));
    }
    vault
        .insert(Arc::new(Note::read(root.join("中心.md"), "# 中心\n\n## 多\n\n多的。\n\n## 少\n\n少的。\n")));
    vault
}

/// Prints a row; gives the median.
fn report(count: usize, links: usize, name: &str, mut times: Vec<Duration>) -> Duration {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!("| {count} | {links} | {name} | {:.1?} | {:.1?} | {:.1?} |", at(50), at(95), at(100));
    at(50)
}
