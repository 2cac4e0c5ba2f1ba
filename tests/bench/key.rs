//! A key: what an edit of one note costs until its findings are known, and whether that grows with the vault.
//!
//! `cargo bench --bench key` prints the median for a 10 KB note among 100 and among 50,000 notes, what a snapshot costs, and
//! for one 5 MB note each part of a key: the edit of the buffer with reading the note, putting it into the vault, and its
//! findings. The work is that of the server.

#![expect(clippy::print_stdout, reason = "a benchmark makes its own files and prints what it measured")]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/measure.rs"]
mod measure;

use std::sync::Arc;
use std::time::{Duration, Instant};

use measure::{median, time};
use studymark::config::Config;
use studymark::features::diagnostics::{Known, check_note, examine_again};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::{Buffer, TextRange};
use studymark::vault::{Root, Scope, Vault};

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    println!("| note | vault | a key to its findings | a snapshot |");
    println!("|-|-|-|-|");
    let mut medians = Vec::new();
    for count in [100, 10_000, 50_000] {
        let vault = vault(count);
        let key = key(&vault, &generate::note(1, count, 10_000), 400);
        let snapshot = median((0..1_000).map(|_| time(|| vault.clone())).collect());
        println!("| 10 KB | {count} notes | {key:.1?} | {snapshot:.0?} |");
        medians.push(key);
    }
    println!("\n10,000 notes against 100: {:.2}", medians[1].as_secs_f64() / medians[0].as_secs_f64());
    println!("50,000 notes against 100: {:.2}", medians[2].as_secs_f64() / medians[0].as_secs_f64());
    large();
}

fn vault(count: usize) -> Vault {
    let root = NotePath::new("/v");
    let mut vault = Vault::new(vec![Root {
        path: root.clone(),
        scope: Scope::Folder,
        config: Arc::new(Config::default()),
    }]);
    // Small notes: what may grow is the number of them.
    for n in 0..count {
        vault.insert(Arc::new(Note::read(root.join(&generate::path(n)), generate::note(n, count, 600))));
    }
    vault
}

/// The median over `rounds` keys typed into a note of this text.
fn key(vault: &Vault, text: &str, rounds: usize) -> Duration {
    let mut vault = vault.clone();
    let path = NotePath::new("/v/01/typed.md");
    let mut buffer = Buffer::new(text);
    vault.insert(Arc::new(Note::read(path.clone(), text)));
    let middle = end_of_line(text, 0);
    let times = (0..rounds).map(|_| {
        time(|| {
            buffer.replace(TextRange::empty(middle), "键");
            let note = Arc::new(Note::read(path.clone(), buffer.to_text()));
            vault.insert(Arc::clone(&note));
            check_note(&vault, &note)
        })
    });
    median(times.collect())
}

/// The end of a line of prose after the byte at `from`.
fn end_of_line(text: &str, from: usize) -> usize {
    let from = (from..).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text[from..].find("。\n").map_or(from, |at| from + at)
}

/// A note of 5 MB, its last reading, and what was found of it: what the server keeps of an open document.
struct Long {
    vault: Vault,
    note: Arc<Note>,
    buffer: Buffer,
    known: Option<Known>,
}

/// What a key costs, by part.
#[derive(Default)]
struct Parts {
    read: Vec<Duration>,
    insert: Vec<Duration>,
    findings: Vec<Duration>,
    bytes: usize,
    links: usize,
}

impl Long {
    /// Puts `text` at the byte at `at`, and takes out what `removed` bytes stood there.
    fn key(&mut self, at: usize, removed: usize, text: &str, parts: &mut Parts) {
        let start = Instant::now();
        self.buffer.replace(TextRange::new(at, at + removed), text);
        let again = self.note.read_again(self.buffer.to_text());
        parts.bytes = again.bytes_read;
        let note = Arc::new(again.note);
        parts.read.push(start.elapsed());
        parts.insert.push(time(|| {
            self.vault.insert(Arc::clone(&note));
        }));
        let start = Instant::now();
        let examined = examine_again(&self.vault, &note, self.known.take());
        parts.findings.push(start.elapsed());
        parts.links = examined.links.looked_up();
        self.known = Some(Known { diagnostics: examined.diagnostics, links: examined.links });
        self.note = note;
    }
}

fn large() {
    let text = generate::note(1, 100, 5_000_000);
    let mut vault = vault(100);
    let open = time(|| Note::read(NotePath::new("/v/01/typed.md"), text.as_str()));
    let note = Arc::new(Note::read(NotePath::new("/v/01/typed.md"), text.as_str()));
    vault.insert(Arc::clone(&note));
    let findings = time(|| check_note(&vault, &note));
    println!("\nA 5 MB note among 100: {} headings, {} links", note.headings.len(), note.links.len());
    println!("read in {open:.1?}, its findings in {findings:.1?}\n");
    println!("| a key | bytes read | links looked up | read | insert | findings | together | taken back |");
    println!("|-|-|-|-|-|-|-|-|");
    let mut long = Long { vault, note, buffer: Buffer::new(&text), known: None };
    let middle = end_of_line(&text, text.len() / 2);
    let heading = text[..middle].rfind("\n## ").map_or(middle, |at| at + "\n## 1".len());
    let link = text[middle..].find(".md").map_or(middle, |at| middle + at);
    for (name, at, new) in [
        ("in a line", middle, "x"),
        ("a new line", middle, "\n"),
        ("in a heading", heading, "x"),
        ("in a link", link, "x"),
        ("a fence at the top", 0, "```\n"),
        ("a fence at the top that nothing closes", 0, "~~~\n"),
    ] {
        let (mut typed, mut taken_back) = (Parts::default(), Parts::default());
        for _ in 0..12 {
            long.key(at, 0, new, &mut typed);
            long.key(at, new.len(), "", &mut taken_back);
        }
        let (bytes, links) = (typed.bytes, typed.links);
        let [typed, taken_back] = [typed, taken_back].map(|of| [of.read, of.insert, of.findings].map(median));
        let ([read, insert, findings], sum) = (typed, typed.iter().sum::<Duration>());
        let back = taken_back.iter().sum::<Duration>();
        println!(
            "| {name} | {bytes} | {links} | {read:.1?} | {insert:.1?} | {findings:.1?} | {sum:.1?} | {back:.1?} |"
        );
    }
}
