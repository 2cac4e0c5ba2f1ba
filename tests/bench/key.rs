//! A key: what an edit of one note costs until its findings are known, and whether that grows with the vault.
//!
//! `cargo bench --bench key` prints the median for a 10 KB note among 100 and among 10,000 notes, for one 5 MB note, and
//! what a snapshot costs. The work is that of the server: the edit of the buffer, reading the note, putting it into
//! the vault, its findings.

#![expect(clippy::print_stdout, reason = "a benchmark makes its own files and prints what it measured")]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/measure.rs"]
mod measure;

use std::sync::Arc;
use std::time::Duration;

use measure::{median, time};
use studymark::config::Config;
use studymark::features::diagnostics::check_note;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::{Buffer, TextRange};
use studymark::vault::{Root, Scope, Vault};

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
    let large = generate::note(1, 100, 5_000_000);
    let vault = vault(100);
    let open = time(|| Note::read(NotePath::new("/large.md"), large.as_str()));
    println!("5 MB note among 100: read in {open:.1?}, a key {:.1?}", key(&vault, &large, 15));
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
    let middle = text.find("。\n").or_else(|| text.find(".\n")).unwrap_or(text.len() / 2);
    let middle = (0..=middle).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
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
