//! Where links lead and what is found of them, kept while headings, anchors and names of notes come and go, is what resolving
//! and finding anew gives.
//!
//! `STUDYMARK_AGAIN_STEPS` sets how many edits are tried, `STUDYMARK_AGAIN_SEED` where they begin.

use std::sync::Arc;

use studymark::config::{AnchorStyle, Config};
use studymark::features::diagnostics::{Known, examine, examine_again};
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::judged::Judged;
use studymark::vault::{Root, Scope, Vault};

use crate::again::setting;
use crate::generate::Random;

/// What headings say: much of it is called alike, or becomes so when it is repeated.
const SAID: &[&str] = &[
    "a",
    "a",
    "A",
    "a-1",
    "a 1",
    "a-1-1",
    "1. a",
    "2. a",
    "1",
    "-1",
    "",
    "b",
    "c",
    "闭包",
    "一、闭包",
    "二、闭包",
    "堆",
    "没有",
    "❤️ 心",
    "☎ 心",
    "C++ - b",
    "a - b",
    "a - b",
    "tab/a",
    "?a",
    "é",
    "e\u{301}",
    "ΑΣ",
    "甲  乙",
    "n",
    "a[^1]",
    "[a](#b)",
    "a {#id}",
    "什么是 a？",
    "Ａ",
];

/// Links by all ways in which a place may be named.
const LINKS: &[&str] = &[
    "[x](#a)",
    "[x](#A)",
    "[x](#a-1)",
    "[x](#a-2)",
    "[x](#a-1-1)",
    "[x](#1-a)",
    "[x](#1. a)",
    "[x](<#1. a>)",
    "[x](#-1)",
    "[x](#)",
    "[x](#1)",
    "[x](#b)",
    "[x](#闭包)",
    "[x](#一闭包)",
    "[x](#%E9%97%AD%E5%8C%85)",
    "[x](b.md#a)",
    "[x](b.md#A)",
    "[x](b.md#a-1)",
    "[x](b.md#none)",
    "[x](n.md#闭包)",
    "[x](n#a)",
    "[x](N.md#a)",
    "[x](c.md)",
    "[x](c.md#a)",
    "[x](sub/闭包.md#闭包-1)",
    "[x](sub/)",
    "[x](../b.md#a)",
    "[x](#L3)",
    "[x](#user-content-a)",
    "[x](#️-心)",
    "[x](#-心)",
    "[x](#c---b)",
    "[x](#c-b)",
    "[x](#a-b)",
    "[x](n.md#a-b)",
    "[x](b.md#a-b)",
    "[x](b.md#tab/a)",
    "[x](n.md#?a)",
    "[x](<#C++ - b>)",
    "[x](#é)",
    "[x](#e\u{301})",
    "[x](#ας)",
    "[x](#甲--乙)",
    "[x](#甲-乙)",
    "[x](#tab/a)",
    "[x](#/a)",
    "[x](#?a)",
    "[x](#a=b)",
    "[x](#id)",
    "[x](b.md#id)",
    "[x](n.md#ID)",
    "[x](#^id)",
    "[x](n.md#^id)",
    "[x](#ａ)",
    "[[a]]",
    "[[A]]",
    "[[1. a]]",
    "[[2. a]]",
    "[[b]]",
    "[[b.md]]",
    "[[c]]",
    "[[c.md]]",
    "[[没有]]",
    "[[堆]]",
    "[[闭包]]",
    "[[一、闭包]]",
    "[[闭包#闭包]]",
    "[[sub/闭包#一、闭包]]",
    "[[b#a]]",
    "[[b#A 1]]",
    "[[n#a-1]]",
    "[[n#1. a]]",
    "[[n#闭包#a]]",
    "[[堆#a]]",
    "[[#a]]",
    "[[#a 1]]",
    "[[#1. a]]",
    "[[#^id]]",
    "[[b#^ID]]",
    "[[b#id]]",
    "[[e\u{301}]]",
    "[[é#é]]",
    "[[ΑΣ]]",
    "[[ας]]",
    "[[❤️ 心]]",
    "[[C++ - b]]",
    "[[b#C++ - b]]",
    "[[#]]",
    "[[n|a]]",
    "![[n#a]]",
    "![[p.png]]",
    "![p](p.png)",
    "![[没有]]",
    "<a href=\"n.md#a\">x</a>",
    "<a href=\"#A\">x</a>",
    "<a href='b.md#a&#45;1'>x</a>",
    "[x][r]",
    "[r]",
    "[x][s]",
    "![x][t]",
    "[x][none]",
    "[^1]",
    "[^none]",
    "[![p](#a)](b.md#a)",
    "[[a]](#a-1)",
    "https://a.b/#a",
    "<https://a.b/#a>",
];

/// Other places that links name, and what they rest on.
const OTHERS: &[&str] = &[
    "<a id=\"id\"></a>",
    "<a id=\"a\"></a>",
    "<a id=\"tab/a\"></a> <a id=\"a=b\"></a>",
    "<a name=\"ID\"></a>",
    "text ^id",
    "text ^a",
    "text",
    "<h2 id=\"id\">a</h2>",
    "- # a",
    "> ## a",
    "a\n===",
    "闭包\n---",
    "```\n## a\n```",
    "待补充",
    "<!-- studymark: answered -->",
    "[r]: b.md#a",
    "[s]: #a-1",
    "[t]: n.md#none",
    "[^1]: text",
    "```",
    "<details>",
    "</details>",
];

const FRONTS: &[&str] =
    &["---\ntitle: a\n---", "---\ntitle: 没有\naliases: [a, 堆]\n---", "---\naliases: [闭包, é]\n---"];

fn block(random: &mut Random) -> String {
    match random.below(8) {
        0..=2 => format!("{} {}", random.pick(&["#", "##", "##", "###"]), random.pick(SAID)),
        3..=6 => (0..1 + random.below(3)).map(|_| random.pick(LINKS)).collect::<Vec<_>>().join(" "),
        _ => random.pick(OTHERS).to_owned(),
    }
}

/// A note that is open: its blocks, and what was last found of it.
struct Open {
    path: NotePath,
    front: &'static str,
    blocks: Vec<String>,
    known: Option<Known>,
}

impl Open {
    fn new(path: &str, random: &mut Random) -> Self {
        let blocks = (0..4 + random.below(24)).map(|_| block(random)).collect();
        Self { path: NotePath::new(path), front: "", blocks, known: None }
    }

    fn text(&self) -> String {
        let front = if self.front.is_empty() { String::new() } else { format!("{}\n\n", self.front) };
        format!("{front}{}\n", self.blocks.join("\n\n"))
    }

    /// Mostly a heading is written otherwise, comes or goes.
    fn edit(&mut self, random: &mut Random) {
        let heading = format!("## {}", random.pick(SAID));
        let headings = |at: &usize| self.blocks[*at].starts_with('#');
        let headings: Vec<usize> = (0..self.blocks.len()).filter(headings).collect();
        let at = match headings.len() {
            0 => random.below(self.blocks.len() + 1),
            count => headings[random.below(count)],
        };
        match random.below(16) {
            0..=4 if at < self.blocks.len() => self.blocks[at] = heading,
            5 if at < self.blocks.len() => self.blocks[at].push_str(random.pick(&["x", "-1", " a", "\n---"])),
            6 if at < self.blocks.len() => drop(self.blocks.remove(at)),
            7..=9 => self.blocks.insert(at, heading),
            10 => self.front = random.pick(FRONTS),
            11 => self.front = "",
            12 if !self.blocks.is_empty() => {
                let at = random.below(self.blocks.len());
                self.blocks.remove(at);
            }
            13 if !self.blocks.is_empty() => {
                let at = random.below(self.blocks.len());
                self.blocks[at].push_str("，字");
            }
            _ => {
                let at = random.below(self.blocks.len() + 1);
                self.blocks.insert(at, block(random));
            }
        }
    }
}

fn roots(random: &mut Random) -> Vec<Root> {
    let mut config = Config::default();
    config.links.anchors = [AnchorStyle::GitHub, AnchorStyle::MkDocs, AnchorStyle::Obsidian][random.below(3)];
    let scope = if random.below(4) == 0 { Scope::SingleNotes } else { Scope::Folder };
    vec![Root { path: NotePath::new("/"), scope, config: Arc::new(config) }]
}

/// Something else that happens to a vault.
fn happen(random: &mut Random, vault: &mut Vault) {
    let (note, file) = (NotePath::new("/c.md"), NotePath::new("/p.png"));
    match random.below(5) {
        0 => drop(vault.insert(Arc::new(Note::read(note, format!("# c\n\n{}\n", block(random)))))),
        1 => drop(vault.remove(&note)),
        2 => drop(vault.insert_file(&file)),
        3 => drop(vault.remove_file(&file)),
        _ => vault.set_roots(roots(random)),
    }
}

/// The same vault, made at once from texts.
fn anew(vault: &Vault) -> Vault {
    let mut fresh = Vault::new(vault.roots().to_vec());
    vault.files().for_each(|file| {
        fresh.insert_file(file);
    });
    for note in vault.notes() {
        fresh.insert(Arc::new(Note::read(note.path.clone(), note.text.as_str())));
    }
    fresh
}

#[test]
fn what_is_kept_while_headings_come_and_go_is_what_is_found_anew() {
    let seed = setting("STUDYMARK_AGAIN_SEED", 1) as u64;
    let mut random = Random::new(seed);
    let steps = setting("STUDYMARK_AGAIN_STEPS", 600);
    let (mut done, mut looked_up, mut all, mut eras) = (0, 0, 0, 0);
    while done < steps {
        let mut vault = Vault::new(roots(&mut random));
        let mut open: Vec<Open> =
            ["/n.md", "/b.md", "/sub/闭包.md"].iter().map(|path| Open::new(path, &mut random)).collect();
        for note in &open {
            vault.insert(Arc::new(Note::read(note.path.clone(), note.text())));
        }
        let judged = Judged::default();
        for _ in 0..40 {
            let era = vault.era();
            for _ in 0..[1, 1, 1, 2, 5, 20][random.below(6)] {
                let at = random.below(open.len());
                let edited = &mut open[at];
                edited.edit(&mut random);
                let before = vault.note(&edited.path).unwrap();
                let note = match random.below(4) {
                    0 => Note::read(edited.path.clone(), edited.text()),
                    _ => before.read_again(edited.text()).note,
                };
                vault.insert(Arc::new(note));
            }
            eras += usize::from(vault.era() != era);
            if random.below(6) == 0 {
                let rested: Vec<Note> = vault.notes().filter_map(|note| note.at_rest()).collect();
                let era = vault.era();
                vault.put_to_rest(rested);
                assert!(vault.era() == era && vault.notes().all(|note| note.rests()));
            }
            if random.below(10) == 0 {
                happen(&mut random, &mut vault);
            }
            let fresh = anew(&vault);
            for open in &mut open {
                // Not everybody looks each time.
                if random.below(3) == 0 {
                    continue;
                }
                let note = vault.note(&open.path).unwrap();
                let again = examine_again(&vault, note, open.known.take());
                let expected = examine(&fresh, fresh.note(&open.path).unwrap());
                done += 1;
                let told = || format!("seed {seed}, look {done}, {}\n{:?}", open.path, note.text.as_str());
                assert_eq!(again.links.all(), expected.links.all(), "{}", told());
                assert_eq!(again.diagnostics, expected.diagnostics, "{}", told());
                assert_eq!(again.unknown, expected.unknown, "{}", told());
                assert_eq!(*judged.answers(&vault, note), fresh.answers(note), "{}", told());
                looked_up += again.links.looked_up();
                all += again.links.all().len();
                open.known = Some(Known { diagnostics: again.diagnostics, links: again.links });
            }
        }
    }
    assert!(eras * 2 > done / 3, "in {done} looks the era ended {eras} times");
    assert!(looked_up * 4 < all * 3, "of {all} links {looked_up} were looked up");
    if steps > 10_000 {
        println!(
            "seed {seed}: in {done} looks {looked_up} of {all} links were looked up; the era ended {eras} times"
        );
    }
}
