//! A note that is read again after an edit is the note that is read from its whole text, whatever the edit.
//!
//! `STUDYMARK_AGAIN_STEPS` sets how many edits are tried, `STUDYMARK_AGAIN_SEED` where they begin.

use std::sync::Arc;

use studymark::features::diagnostics::{Known, examine, examine_again};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::Vault;

use crate::generate::{self, Random};
use crate::vault::PIECES;

/// What opens, closes, joins and parts blocks, and what other parts of a note rest on.
const BREAKERS: &[&str] = &[
    "\n\n## 一、闭包\n\n",
    "\n\n## a\n\n",
    "\n\n# a-1\n\n",
    "\n\n### 2. a\n\ntext [r] [^n] [x][r]\n\n",
    "\n## b\n",
    "\n\n  ## c\n\n",
    "\n\n## \n\n",
    "\n\n##x\n\n",
    "\n\n```\n",
    "\n\n~~~~\n",
    "\n```\n\n",
    "\n\n<!--\n",
    "-->\n",
    "\n\n<!-- studymark: answered -->\n\n",
    "\n\n<script>\n",
    "</script>\n",
    "\n\n<?x\n",
    "\n\n<div>\n",
    "<details>\n<summary>Why?</summary>\n\n",
    "\n\n</details>\n\n",
    "\n\n<h2 id=\"h\">a</h2>\n\n",
    "\n\n- item\n\n",
    "\n\n-\n\n",
    "\n\n1. ## in an item\n\n   text\n",
    "\n\n-\t- ## tabs\n",
    "> quote\n",
    "\n\n> # quoted\n> - x\n",
    "lazy\n",
    "\n\n[r]: a.md \"title\"\n\n",
    "\n\n[R]: b.md\n",
    "\n\n[r]: a.md \"\n",
    "\"\n",
    "\n\n[r\ns]: a.md\n\n",
    "\n\n[^n]: a footnote\n\n    goes on\n\n",
    "\n\n[^m]:\n\n",
    "[^n]",
    "[r][]",
    "![x][r]",
    "\n===\n",
    "\n---\n",
    "---\n",
    "---\ntitle: t\n---\n",
    "+++\n",
    "\n\n    code\n",
    "\n\n$$\n",
    "\n\n| a | b |\n|-|-|\n| 1 | [r] |\n",
    "<!-- ALL-CONTRIBUTORS-LIST:START -->\n",
    "<!-- ALL-CONTRIBUTORS-LIST:END -->\n",
    "\r\n\r\n## d\r\n\r\n",
    "\r\r## e\r",
    "\u{feff}",
    "\n\n#标签 and #b\n\n",
    "[[a#b]] [x](#a-1) [y](#a)",
    "\n\nQ: what?\nA: that\n",
];

fn text_of(random: &mut Random, sources: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(8) {
        match random.below(4) {
            0 => {
                for _ in 0..random.below(30) {
                    text += random.pick(PIECES);
                }
            }
            1 => {
                for _ in 0..random.below(10) {
                    text += random.pick(BREAKERS);
                }
            }
            _ => text += &sources[random.below(sources.len())],
        }
        if random.below(3) > 0 {
            text += "\n\n## a\n\n";
        }
    }
    text
}

/// Changes a stretch of the text: mostly a short one.
fn edit(random: &mut Random, text: &mut String) {
    let floor = |text: &str, at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let at = random.below(text.len() + 1);
    // Often beside the end of a line, where blocks begin and end.
    let at = match random.below(3) {
        0 => text.get(at..).and_then(|rest| rest.find('\n')).map_or(at, |found| at + found + random.below(2)),
        _ => at,
    };
    let longest = [1, 1, 4, 40, 400][random.below(5)];
    let length = if random.below(2) == 0 { 0 } else { random.below(longest + 1) };
    let (start, end) = (floor(text, at).unwrap(), floor(text, at + length).unwrap());
    let new = match random.below(8) {
        0 => String::new(),
        1 | 2 => random.pick(PIECES).to_owned(),
        3 | 4 => random.pick(BREAKERS).to_owned(),
        5 => "x".to_owned(),
        6 => "\n".to_owned(),
        _ => {
            // What stands elsewhere in the text.
            let from = floor(text, random.below(text.len() + 1)).unwrap();
            text[from..floor(text, from + 60).unwrap()].to_owned()
        }
    };
    text.replace_range(start..end.max(start), &new);
}

/// What differs, in words.
fn differences(one: &Note, other: &Note) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, one: String, other: String| {
        if one != other {
            found.push(format!("{what}:\n  again {one}\n  fresh {other}"));
        }
    };
    macro_rules! fields {
        ($($field:ident)*) => {$(
            compare(stringify!($field), format!("{:?}", one.$field), format!("{:?}", other.$field));
        )*};
    }
    fields!(path text front_matter headings sections blocks links anchors definitions footnotes details callouts
        tasks asking_items tags masks directives contributors);
    found
}

fn check(seed: u64, steps: usize) -> (usize, usize) {
    let mut random = Random::new(seed);
    let mut sources: Vec<String> = crate::fixtures().into_iter().map(|(_, text)| text).collect();
    sources.extend((0..4).map(|n| generate::note(n, 10, 1_500)));
    sources.extend(crate::commonmark::examples().into_iter().flatten().map(|example| example.markdown));
    let path = NotePath::new("/n.md");
    let (mut partly, mut done) = (0, 0);
    while done < steps {
        let mut text = text_of(&mut random, &sources);
        let mut note = Note::read(path.clone(), text.as_str());
        for _ in 0..50 {
            text = note.text.as_str().to_owned();
            let before = text.clone();
            for _ in 0..1 + random.below(2) * random.below(2) {
                edit(&mut random, &mut text);
            }
            // Some of what is found when first asked for is known.
            if random.below(2) == 0 {
                let _ = (note.text.line_count(), note.heading_by_slug("a"), note.anchor("x"));
                let _ = (note.definition("r"), note.footnote("n"), note.headings_called("a"));
                let _ = note.heading_by_mkdocs_slug("a");
            }
            // Some went to rest before, and some of those were asked for something since.
            if let (0, Some(rested)) = (random.below(3), note.at_rest()) {
                let differ = differences(&rested, &note);
                assert!(differ.is_empty() && rested.is(&note), "{before:?}\n{}", differ.join("\n"));
                note = rested.at_rest().unwrap_or(rested);
                assert!(note.rests() && note.at_rest().is_none());
            }
            let again = note.read_again(text.as_str());
            let fresh = Note::read(path.clone(), text.as_str());
            done += 1;
            partly += usize::from(again.bytes_read < fresh.text.len());
            let differ = differences(&again.note, &fresh);
            let told = || format!("seed {seed}, step {done}\n{before:?}\n{text:?}");
            assert!(differ.is_empty(), "{}\n{}", told(), differ.join("\n"));
            check_lookups(&again.note, &fresh, &told);
            note = again.note;
            if note.text.len() > 20_000 {
                break;
            }
        }
    }
    (partly, done)
}

fn check_lookups(again: &Note, fresh: &Note, told: &dyn Fn() -> String) {
    let lines =
        |note: &Note| (0..note.text.line_count()).map(|n| note.text.line_range(n)).collect::<Vec<_>>();
    assert_eq!(lines(again), lines(fresh), "{}", told());
    let names = (0..fresh.headings.len()).flat_map(|index| {
        let heading = &fresh.headings[index];
        [fresh.slug(index), heading.title(), heading.text()]
    });
    let slugs = |note: &Note| (0..note.headings.len()).map(|at| note.slug(at).to_owned()).collect::<Vec<_>>();
    assert_eq!(slugs(again), slugs(fresh), "{}", told());
    for name in names.chain(["x", "h", "r", "n", "m", "a", "a-1", "^id"]) {
        let of = |note: &Note| {
            let by_slug = (note.heading_by_slug(name), note.heading_by_mkdocs_slug(name));
            let by_name = (by_slug, note.headings_called(name));
            (by_name, note.anchor(name), note.definition(name), note.footnote(name))
        };
        assert_eq!(of(again), of(fresh), "{name:?} {}", told());
    }
}

pub fn setting(name: &str, unless_set: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(unless_set)
}

#[test]
fn a_note_read_again_is_the_note_read_from_its_whole_text() {
    let steps = setting("STUDYMARK_AGAIN_STEPS", 1_500);
    let seed = setting("STUDYMARK_AGAIN_SEED", 1) as u64;
    let (partly, done) = check(seed, steps);
    assert!(partly * 4 > done, "of {done} edits {partly} were read in part");
    if steps > 10_000 {
        println!("seed {seed}: of {done} edits {partly} were read in part");
    }
}

/// Notes beside the one that is edited.
const OTHERS: &[(&str, &str)] = &[
    ("/b.md", "# b\n\n## 闭包\n\ntext\n\n## a\n\n[n](n.md#a)\n"),
    ("/sub/闭包.md", "---\naliases: [堆]\n---\n# 闭包\n"),
];

fn vault_of(texts: &[(&str, &str)]) -> Vault {
    let mut vault = crate::vault::empty();
    for (path, text) in texts {
        vault.insert(Arc::new(Note::read(NotePath::new(path), *text)));
    }
    vault
}

/// Links and other things of which something is found, for the vault of [`OTHERS`].
const FOUND: &[&str] = &[
    "[x](b.md#A) [y](B.md) [z](c.md)\n",
    "[[闭包]] [[没有]] [[堆]] [[b#闭包]] ![[p.png]]\n",
    "[a](#a) [b](#A) [c](#b-1) [d](#c)\n",
    "**重点：**后面\n",
    "\n##没有空格\n",
    "［文］（a.md）\n",
    "\n\n[r]: b.md\n\n[x][r] [y][q]\n",
    "\n\n[r]: b.md#none\n\n",
    "\n\n## 什么是堆？\n\n",
    "\n\n## 2. x\n\n待补充\n\n## 4. y\n\n",
    "[x](n.md) [y](n.md#a) [[n#a]]\n",
    "<a href=\"b.md#x\">x</a>\n",
];

#[test]
fn what_is_found_again_is_what_is_found_anew() {
    let mut random = Random::new(setting("STUDYMARK_AGAIN_SEED", 1) as u64);
    let sources: Vec<String> = crate::fixtures().into_iter().map(|(_, text)| text).collect();
    let path = NotePath::new("/n.md");
    let steps = setting("STUDYMARK_AGAIN_STEPS", 600);
    let (mut done, mut kept) = (0, 0);
    while done < steps {
        let mut text = text_of(&mut random, &sources);
        let mut vault = vault_of(OTHERS);
        let mut note = Arc::new(Note::read(path.clone(), text.as_str()));
        let mut known = None;
        for _ in 0..30 {
            text = note.text.as_str().to_owned();
            let at = (0..=random.below(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            match random.below(3) {
                0 => text.insert_str(at, random.pick(FOUND)),
                _ => edit(&mut random, &mut text),
            }
            note = Arc::new(note.read_again(text.as_str()).note);
            vault.insert(Arc::clone(&note));
            if random.below(4) == 0 {
                let rested: Vec<Note> = vault.notes().filter_map(|note| note.at_rest()).collect();
                vault.put_to_rest(rested);
            }
            match random.below(12) {
                0 => {
                    vault.insert_file(&NotePath::new("/p.png"));
                }
                1 => {
                    vault.insert(Arc::new(Note::read(NotePath::new("/c.md"), "## a\n")));
                }
                2 => {
                    let (name, text) = OTHERS[random.below(OTHERS.len())];
                    let text = format!("{text}\n\n## {}\n\n", random.pick(&["a", "A", "x", "没有"]));
                    vault.insert(Arc::new(Note::read(NotePath::new(name), text)));
                }
                // Nobody looked in between.
                3 => continue,
                _ => {}
            }
            let mut fresh = crate::vault::empty();
            vault.files().for_each(|file| {
                fresh.insert_file(file);
            });
            for other in vault.notes() {
                fresh.insert(Arc::new(Note::read(other.path.clone(), other.text.as_str())));
            }
            kept += usize::from(known.is_some());
            let again = examine_again(&vault, &note, known.take());
            let anew = examine(&fresh, fresh.note(&path).unwrap());
            done += 1;
            assert_eq!(again.diagnostics, anew.diagnostics, "step {done}\n{text:?}");
            assert_eq!(again.unknown, anew.unknown, "step {done}\n{text:?}");
            assert_eq!(again.links.all(), anew.links.all(), "step {done}\n{text:?}");
            check_links_into(&vault, &fresh, &path);
            known = Some(Known { diagnostics: again.diagnostics, links: again.links });
        }
    }
    assert!(kept * 2 > done, "of {done} looks {kept} knew of an earlier one");
}

/// The index of names and that of links follow a note that is read again.
fn check_links_into(vault: &Vault, fresh: &Vault, path: &NotePath) {
    let into = |vault: &Vault, path: &NotePath| -> Vec<String> {
        let incoming = vault.links_into(path);
        incoming
            .iter()
            .map(|link| format!("{} {:?} {:?}", link.from.path, link.source, link.target))
            .collect()
    };
    for other in fresh.notes().map(|note| &note.path).chain([path]) {
        assert_eq!(into(vault, other), into(fresh, other), "{other}");
    }
}
