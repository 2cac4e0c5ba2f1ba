//! Cold index: loading a folder of notes, against the floor of reading the files and running the Markdown parser.
//!
//! `cargo bench --bench index` prints, for 1,000 and 10,000 notes of about 5 KB: the times of both with the same number
//! of threads in the same run, their ratio, and the memory that the loaded vault keeps against the notes' bytes. Each is
//! measured in processes of their own, in turns, as a start is one: in one process the allocator would have pages at hand
//! that the round before left, or be busy giving them back.
//!
//! For a profiler that counts instructions, `-- ready NOTES` only makes so many notes ready for a vault, on one thread and
//! without a disk, `-- parsed NOTES` runs the parser over them, and `-- made NOTES` does nothing with them.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark makes its own files and prints what it measured"
)]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/measure.rs"]
mod measure;
#[path = "../support/resident.rs"]
mod resident;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use measure::{median, time};
use resident::resident;
use studymark::config::Layer;
use studymark::loader::{RootSpec, load_with, refresh};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::{Contribution, Scope, Vault};

const THREADS: usize = 2;
const ROUNDS: usize = 15;

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, round, what, folder, ..] = &arguments[..]
        && round == ROUND
    {
        one_round(what, Path::new(folder));
        return;
    }
    if let Some(at) = arguments.iter().position(|argument| ["ready", "parsed", "made"].contains(&&**argument))
    {
        let count = arguments.get(at + 1).and_then(|count| count.parse().ok()).unwrap_or(60);
        one_by_one(&arguments[at], count);
        return;
    }
    println!("| notes | bytes | floor | index | ratio | memory kept | of the notes' bytes |");
    println!("|-|-|-|-|-|-|-|");
    for count in [1_000, 10_000] {
        let folder = tempfile::tempdir().expect("a folder for the notes");
        let (bytes, paths) = write(folder.path(), count);
        let vault = load(folder.path());
        assert_eq!(vault.len(), count);
        settle(vault, &paths);
        // In turns, so that a noisy moment falls on both.
        let (mut floors, mut indexes, mut ratios, mut kept) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let (floor, _) = in_a_process("floor", folder.path());
            let (index, memory) = in_a_process("index", folder.path());
            ratios.push(index.as_secs_f64() / floor.as_secs_f64());
            floors.push(floor);
            indexes.push(index);
            kept = memory;
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "| {count} | {bytes} | {:.1?} | {:.1?} | {:.2} | {kept} | {:.2} |",
            median(floors),
            median(indexes),
            ratios[ROUNDS / 2],
            kept as f64 / bytes as f64
        );
    }
}

/// The first argument of a process that measures one thing once.
const ROUND: &str = "--round";

/// Measures one thing once and prints how many nanoseconds it took and how many bytes of memory came to the process.
fn one_round(what: &str, folder: &Path) {
    let before = resident();
    let (elapsed, kept) = if what == "floor" {
        let paths = notes_in(folder);
        (time(|| floor(&paths)), 0)
    } else {
        let start = Instant::now();
        let vault = load(folder);
        let elapsed = start.elapsed();
        let kept = resident().saturating_sub(before);
        drop(vault);
        (elapsed, kept)
    };
    println!("{} {kept}", elapsed.as_nanos());
}

/// What [`one_round`] finds in a process of its own.
fn in_a_process(what: &str, folder: &Path) -> (Duration, usize) {
    let program = std::env::current_exe().expect("the path of this program");
    let round =
        std::process::Command::new(program).args([ROUND, what]).arg(folder).output().expect("a round");
    let said = String::from_utf8(round.stdout).expect("text");
    let numbers: Vec<u64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    assert_eq!(numbers.len(), 2, "a round said {said:?}");
    (Duration::from_nanos(numbers[0]), usize::try_from(numbers[1]).expect("a size"))
}

fn load(folder: &Path) -> Vault {
    let spec = RootSpec {
        path: NotePath::from_disk(folder).expect("a Unicode path"),
        scope: Scope::Folder,
        notes: Vec::new(),
    };
    load_with(&[spec], &Layer::default(), &|_| true, THREADS).vault
}

/// The paths of all notes, as the folder gives them.
fn notes_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { paths.extend(notes_in(&path)) } else { paths.push(path) }
    }
    paths
}

/// Does one thing with each of so many notes.
fn one_by_one(what: &str, count: usize) {
    let texts: Vec<Vec<u8>> = (0..count).map(|n| generate::note(n, count, 5_000).into_bytes()).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let mut seen = 0;
    for (n, text) in texts.into_iter().enumerate() {
        seen += match what {
            "ready" => {
                let text = String::from_utf8(text).expect("text");
                let note = Note::read(NotePath::new(&format!("/notes/{}", generate::path(n))), text);
                Contribution::of(note.into()).note().links.len()
            }
            "parsed" => parse(std::str::from_utf8(&text).expect("text")),
            _ => text.len(),
        };
    }
    println!("{count} notes of {bytes} bytes {what}: {seen}");
}

/// How long it takes until 1,000 files that changed on disk are in the vault, as after a checkout.
fn settle(mut vault: Vault, paths: &[PathBuf]) {
    let changed: Vec<NotePath> =
        paths.iter().take(1_000).filter_map(|path| NotePath::from_disk(path)).collect();
    for path in &changed {
        let text = std::fs::read_to_string(path.to_disk()).expect("a note");
        std::fs::write(path.to_disk(), format!("{text}\n## 新的一节\n\n文\n")).expect("a note is written");
    }
    let start = Instant::now();
    let read = refresh(&mut vault, &changed, &|_| false);
    println!(
        "{} of {} notes changed on disk: read again in {:.1?}",
        read.len(),
        vault.len(),
        start.elapsed()
    );
}

fn write(folder: &Path, count: usize) -> (usize, Vec<PathBuf>) {
    let mut bytes = 0;
    let mut paths = Vec::new();
    for n in 0..count {
        let text = generate::note(n, count, 5_000);
        let path = folder.join(generate::path(n));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        bytes += text.len();
        std::fs::write(&path, text).expect("a note is written");
        paths.push(path);
    }
    (bytes, paths)
}

/// Runs the parser over a text; returns how many events it gives.
fn parse(text: &str) -> usize {
    let options = pulldown_cmark::Options::ENABLE_TABLES
        | pulldown_cmark::Options::ENABLE_FOOTNOTES
        | pulldown_cmark::Options::ENABLE_STRIKETHROUGH
        | pulldown_cmark::Options::ENABLE_TASKLISTS
        | pulldown_cmark::Options::ENABLE_MATH;
    pulldown_cmark::Parser::new_ext(text, options).into_offset_iter().count()
}

/// Reads the files and runs the parser over them, all events with their ranges.
fn floor(paths: &[PathBuf]) -> usize {
    std::thread::scope(|scope| {
        let workers: Vec<_> = paths
            .chunks(paths.len().div_ceil(THREADS))
            .map(|share| {
                scope.spawn(move || {
                    let events = |path: &PathBuf| parse(&std::fs::read_to_string(path).expect("a note"));
                    share.iter().map(events).sum::<usize>()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).sum()
    })
}
