//! What the server keeps, part by part: `cargo bench --bench memory -- NOTES`; with `notes` behind it of the notes alone.
//!
//! Live is what is asked of the heap and not given back; resident is by how much the process grew, so a part that finds room
//! where an earlier one worked adds nothing there.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes its own files and prints what it measured"
)]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/resident.rs"]
mod resident;
#[path = "load/vault.rs"]
#[expect(dead_code, reason = "a benchmark needs a part of it")]
mod vault;

use std::time::{Duration, Instant};

use cap::Cap;
use resident::resident;
use studymark::config::Layer;
use studymark::features::completion::Memo;
use studymark::loader::{RootSpec, load};
use studymark::path::NotePath;
use studymark::vault::Scope;
use studymark::vault::glossary::Glossary;
use studymark::vault::topics::Topics;
use vault::{Size, Vault};

#[global_allocator]
static HEAP: Cap<heap::Heap> = Cap::new(heap::Heap, usize::MAX);

/// How many notes go to rest at once, as in the server, and when memory that is free has gone back to the system.
const AT_ONCE: usize = 2_048;
const GOES_BACK: Duration = Duration::from_secs(12);

fn main() -> std::io::Result<()> {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1_000);
    let folder = Vault::write(Size::Notes(count))?;
    let path = NotePath::new(&folder.folder().canonicalize()?.to_string_lossy());
    let roots = [RootSpec { path, scope: Scope::Folder, notes: Vec::new() }];
    let mut parts = Parts { live: HEAP.allocated(), resident: resident(), bytes: 1, begun: Instant::now() };
    println!("| what | ms | live | of the notes' bytes | resident | of the notes' bytes |\n|-|-|-|-|-|-|");
    let mut loaded = load(&roots, &Layer::default(), &|_| true);
    parts.bytes = loaded.vault.notes().map(|note| note.text.len()).sum();
    let headings: usize = loaded.vault.notes().map(|note| note.headings.len()).sum();
    parts.next("the notes");
    if std::env::args().any(|argument| argument == "notes") {
        println!("{} notes, {} bytes, {headings} headings", loaded.vault.len(), parts.bytes);
        return Ok(());
    }
    let terms: usize = loaded.vault.notes().map(|note| note.terms().len()).sum();
    parts.next("what they define");
    let glossary = Glossary::of(&loaded.vault);
    parts.next("the glossary");
    glossary.imprints().prepare(&loaded.vault);
    parts.next("which notes may hold a name");
    let mut memo = Memo::default();
    memo.prepare(&loaded.vault);
    parts.next("names to be sought");
    let topics = Topics::of(&loaded.vault);
    parts.next("words of headings");
    let mentions: usize = loaded.vault.notes().map(|note| loaded.vault.mentions(&glossary, note).len()).sum();
    parts.next("mentions of all notes");
    // Only what goes to rest is given back: whoever keeps an earlier moment looks at the notes as they are now.
    let (mut glossary, mut topics) = (glossary, topics);
    let paths: Vec<NotePath> = loaded.vault.notes().map(|note| note.path.clone()).collect();
    let mut resting = Duration::ZERO;
    for paths in paths.chunks(AT_ONCE) {
        let begun = Instant::now();
        let rested: Vec<_> = paths.iter().filter_map(|path| loaded.vault.note(path)?.at_rest()).collect();
        resting += begun.elapsed();
        loaded.vault.put_to_rest(rested);
        glossary.update(&loaded.vault);
        glossary.imprints().prepare(&loaded.vault);
        memo.prepare(&loaded.vault);
        topics.update(&loaded.vault);
    }
    // What is free goes back to the system after a while.
    std::thread::sleep(GOES_BACK);
    parts.next("all of it, once the notes rest");
    let begun = Instant::now();
    let woken: usize = loaded.vault.notes().map(|note| note.headings.len()).sum();
    let waking = begun.elapsed();
    let each = |all: Duration| all.as_secs_f64() * 1e6 / paths.len().max(1) as f64;
    println!(
        "put to rest in {:.1} µs a note, woken in {:.1} ({woken} headings)",
        each(resting),
        each(waking)
    );
    println!(
        "{} notes, {} bytes, {headings} headings, {terms} definitions, {} names, {mentions} mentions",
        topics.len(),
        parts.bytes,
        glossary.len()
    );
    Ok(())
}

/// What there was before the present part.
struct Parts {
    live: usize,
    resident: usize,
    bytes: usize,
    begun: Instant,
}

impl Parts {
    fn next(&mut self, what: &str) {
        let ms = self.begun.elapsed().as_millis();
        let (live, resident) = (HEAP.allocated(), resident());
        let more = |now: usize, before: usize| now as i64 - before as i64;
        let (more_live, more_resident) = (more(live, self.live), more(resident, self.resident));
        let share = |more: i64| more as f64 / self.bytes as f64;
        println!(
            "| {what} | {ms} | {more_live} | {:.2} | {more_resident} | {:.2} |",
            share(more_live),
            share(more_resident)
        );
        (self.live, self.resident) = (live, resident);
        self.begun = Instant::now();
    }
}
