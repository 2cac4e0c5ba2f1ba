//! What the server keeps, part by part: `cargo bench --bench memory -- NOTES`; with `notes` behind it of the notes alone.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes its own files and prints what it measured"
)]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/resident.rs"]
mod resident;
#[path = "load/vault.rs"]
#[expect(dead_code, reason = "a benchmark needs a part of it")]
mod vault;

use std::time::Instant;

use resident::resident;
use studymark::config::Layer;
use studymark::features::completion::Memo;
use studymark::loader::{RootSpec, load};
use studymark::path::NotePath;
use studymark::vault::Scope;
use studymark::vault::glossary::Glossary;
use studymark::vault::topics::Topics;
use vault::{Size, Vault};

fn main() -> std::io::Result<()> {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(1_000);
    let folder = Vault::write(Size::Notes(count))?;
    let path = NotePath::new(&folder.folder().canonicalize()?.to_string_lossy());
    let roots = [RootSpec { path, scope: Scope::Folder, notes: Vec::new() }];
    let mut parts = Parts { last: resident(), bytes: 1, begun: Instant::now() };
    println!("| what | ms | bytes | of the notes' bytes |\n|-|-|-|-|");
    let loaded = load(&roots, &Layer::default(), &|_| true);
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
    println!(
        "{} notes, {} bytes, {headings} headings, {terms} definitions, {} names, {mentions} mentions",
        topics.len(),
        parts.bytes,
        glossary.len()
    );
    Ok(())
}

struct Parts {
    last: usize,
    bytes: usize,
    begun: Instant,
}

impl Parts {
    fn next(&mut self, what: &str) {
        let ms = self.begun.elapsed().as_millis();
        let now = resident();
        let more = now.saturating_sub(self.last);
        println!("| {what} | {ms} | {more} | {:.2} |", more as f64 / self.bytes as f64);
        self.last = now;
        self.begun = Instant::now();
    }
}
