//! Names among many notes: the glossary, the mentions of a note, a hover, references.
//!
//! `cargo bench --bench terms` prints, for vaults of 100 and of 10,000 notes (or of as many as are told behind `--`) of 10 KB with two names each (the English one in three
//! spellings), what the glossary costs from nothing, after a key in prose and after a new name, and what one note's mentions, a hover on a name
//! and all references of a name cost.

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
use studymark::features::hover::{Known, hover};
use studymark::features::references::{Declaration, references};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::Form;
use studymark::vault::{Root, Scope, Vault};

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() {
    println!(
        "| vault | names | glossary from nothing | after a key in prose | after a new name | published | mentions of a note | hover | references, first | again | of a name in few notes, first |"
    );
    println!("|-|-|-|-|-|-|-|-|-|-|-|");
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for count in if asked.is_empty() { vec![100, 10_000] } else { asked } {
        let vault = vault(count);
        let all = time(|| Glossary::of(&vault));
        let mut glossary = Glossary::of(&vault);
        let mut changed = vault.clone();
        let keys = (0..20).map(|n| {
            changed.insert(Arc::new(note(n, count, "又写了一句。")));
            time(|| glossary.update(&changed))
        });
        let key = median(keys.collect());
        let names = (0..5).map(|n| {
            changed.insert(Arc::new(note(n, count, &format!("新词{n}号是一种新词。"))));
            time(|| glossary.update(&changed))
        });
        let name = median(names.collect());
        let published = median((0..5).map(|_| time(|| Arc::new(glossary.clone()))).collect());
        glossary.update(&vault);
        let step = (count / 100).max(1);
        let notes: Vec<&Arc<Note>> = vault.notes().step_by(step).collect();
        let mentions: Vec<Duration> =
            notes.iter().map(|note| time(|| vault.mentions(&glossary, note).len())).collect();
        let known = Known { glossary: &glossary, compared: None, topics: None };
        let hovers: Vec<Duration> = notes
            .iter()
            .map(|note| {
                let place = note.text.as_str().rfind("通信机制").unwrap_or(0);
                let shown = hover(&vault, known, note, place, Form::Markdown);
                assert!(shown.is_some(), "a name stands there");
                time(|| hover(&vault, known, note, place, Form::Markdown))
            })
            .collect();
        let place = |note: &Note| note.text.as_str().rfind("通信机制").unwrap_or(0);
        let ask = |note: &Arc<Note>| {
            time(|| references(&vault, &glossary, note, place(note), Declaration::Included).len())
        };
        // Of names that only a few notes speak of; no note is remembered yet but those asked before.
        let apart = glossary.apart();
        let few = notes.iter().skip(20).take(10).map(|note| {
            let place = note.text.as_str().find("协议").unwrap_or(0);
            time(|| references(&vault, &apart, note, place, Declaration::Included).len())
        });
        let few = median(few.collect());
        let first = ask(notes[0]);
        let again = median(notes.iter().take(10).map(|note| ask(note)).collect());
        println!(
            "| {count} notes | {} | {all:.1?} | {key:.1?} | {name:.1?} | {published:.1?} | {:.1?} | {:.1?} | {first:.1?} | {again:.1?} | {few:.1?} |",
            glossary.len(),
            median(mentions),
            median(hovers)
        );
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

/// A note that defines a name in two languages, speaks of others', and of one that all speak of.
fn note(n: usize, count: usize, more: &str) -> Note {
    let other = (n * 7 + 3) % count;
    let all = if n == 0 { "通信机制是一种约定。" } else { "" };
    let text = format!(
        "# 通信\n\n协议{n}号（protocol number {n}）是一种约定。\n\n{all}{more}\n\n比协议{other}号和 protocol number {other} 都快，通信机制如此。\n\n{}",
        generate::note(n, count, 10_000).replace("\n## ", "\n")
    );
    Note::read(NotePath::new("/v").join(&generate::path(n)), text)
}
