//! Questions compared with what is said elsewhere: the index of headings, and one note among many.
//!
//! `cargo bench --bench compare` prints, for vaults of 100 and of 10,000 notes of 5 KB, what the index costs from nothing and
//! after one note changed, and what comparing the questions of one note costs. Every note has a heading whose words few
//! others share, so that other notes are looked at too.

#![expect(clippy::print_stdout, reason = "a benchmark makes its own files and prints what it measured")]

#[path = "../support/generate.rs"]
mod generate;
#[path = "../support/heap.rs"]
mod heap;
#[path = "../support/measure.rs"]
mod measure;

use std::sync::Arc;
use std::time::Duration;

use measure::{median, time};
use studymark::config::Config;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::topics::Topics;
use studymark::vault::{Root, Scope, Vault};

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    println!("| vault | the index from nothing | after a changed note | a note's questions | 95 of 100 |");
    println!("|-|-|-|-|-|");
    for count in [100, 10_000] {
        let vault = vault(count);
        let all = median((0..3).map(|_| time(|| Topics::of(&vault))).collect());
        let mut topics = Topics::of(&vault);
        let mut changed = vault.clone();
        let updates = (0..20).map(|n| {
            changed.insert(Arc::new(note(n, count, "改")));
            time(|| topics.update(&changed))
        });
        let update = median(updates.collect());
        topics.update(&vault);
        let step = (count / 100).max(1);
        let mut compared: Vec<Duration> =
            vault.notes().step_by(step).map(|note| time(|| vault.compare(&topics, note))).collect();
        compared.sort();
        let most = compared[compared.len() * 95 / 100];
        println!("| {count} notes | {all:.1?} | {update:.1?} | {:.1?} | {most:.1?} |", median(compared));
    }
}

fn vault(count: usize) -> Vault {
    let root = Root { path: NotePath::new("/v"), scope: Scope::Folder, config: Arc::new(Config::default()) };
    let mut vault = Vault::new(vec![root]);
    for n in 0..count {
        vault.insert(Arc::new(note(n, count, "")));
    }
    vault
}

/// A note with an open question about something that nineteen others have a section on.
fn note(n: usize, count: usize, more: &str) -> Note {
    let (about, asked) = (n / 20, (n + 7) % count / 20);
    let text = format!(
        "{}\n\n## topic{about} protocol{about}{more}\n\nThe topic{about} and protocol{about}.\n\n## What is topic{asked} protocol{asked}?\n",
        generate::note(n, count, 5_000)
    );
    Note::read(NotePath::new("/v").join(&generate::path(n)), text)
}
