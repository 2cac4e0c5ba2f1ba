//! The notes that a server is measured on, written into a folder of their own, and the places in them that are asked about.
//!
//! Invariant: the same numbers give the same notes, byte for byte. What a place is (a link, a heading, a name in prose) is known from how it was
//! written, so that every server is asked about the same places.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tempfile::TempDir;

use crate::generate::{self, Random};

/// What stays as it is in the path of a URI, as editors write it.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// About how long a note is.
const NOTE_BYTES: usize = 5_000;
/// In how many notes, at most, the same heading is linked to and the same name is spoken of.
const NAMING: usize = 1_000;
/// How many notes are open in the editor besides the one that is typed in.
const OPEN: usize = 40;

/// What the vault is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// So many notes of 5 KB, and one of 20 KB that is typed in.
    Notes(usize),
    /// A hundred notes, and one of 5 MB that is typed in and asked about.
    BigNote,
}

/// Notes on disk.
pub struct Vault {
    /// What was wanted.
    pub size: Size,
    /// How many notes there are.
    pub count: usize,
    /// The bytes of all notes.
    pub bytes: usize,
    /// The note that keys are typed in.
    pub typed: Open,
    /// The lines of the typed note that keys go to.
    pub lines: TypedLines,
    /// The notes that are asked about.
    pub asked: Vec<Open>,
    /// How many notes link to the heading [`HUB_HEADING`].
    pub naming: usize,
    folder: TempDir,
}

/// A note with its text.
#[derive(Clone)]
pub struct Open {
    /// As editors write it.
    pub uri: String,
    /// What it says.
    pub text: String,
}

/// Lines of the typed note, from 0.
pub struct TypedLines {
    /// A line of prose; keys go to its end.
    pub prose: u32,
    /// A line that ends with the path of a link and `)`.
    pub link: u32,
    /// An empty line.
    pub empty: u32,
}

/// A place in a note as editors tell it: the column counts UTF-16 units.
#[derive(Clone, Debug)]
pub struct Place {
    /// The note.
    pub uri: String,
    /// From 0.
    pub line: u32,
    /// From 0.
    pub column: u32,
}

/// What can stand at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// In the path of an inline link or in the name of a wiki link.
    Link,
    /// In a heading that other notes link to.
    Heading,
    /// In a note's title.
    Title,
    /// In a name that another note defines, in prose.
    Name,
}

/// The title of the note that many link to.
pub const HUB: &str = "中心";
/// A heading that the hub names and no note has before files change.
pub const LATER: &str = "Burstend zulu";
const HUB_HEADING: &str = "多";
const HUB_NAME: &str = "通信机制";

impl Vault {
    /// Writes the notes.
    pub fn write(size: Size) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (count, typed_bytes) = match size {
            Size::Notes(count) => (count, 20_000),
            Size::BigNote => (100, 5_000_000),
        };
        let mut vault = Self {
            size,
            count,
            bytes: 0,
            typed: Open { uri: String::new(), text: String::new() },
            lines: TypedLines { prose: 0, link: 0, empty: 0 },
            asked: Vec::new(),
            naming: 0,
            folder,
        };
        for n in 0..count {
            let naming = n.is_multiple_of(count.div_ceil(NAMING));
            vault.naming += usize::from(naming);
            let note = vault.write_note(&generate::path(n), note(n, count, naming))?;
            if n.is_multiple_of(step(count)) && size != Size::BigNote {
                vault.asked.push(note);
            }
        }
        vault.write_note(&format!("{HUB}.md"), hub(count))?;
        vault.typed = vault.write_note("00/正在写.md", typed(count, typed_bytes))?;
        let line = |start: &str| {
            let at = vault.typed.text.lines().position(|line| line.starts_with(start));
            at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
        };
        vault.lines = TypedLines { prose: line(PROSE), link: line(LINK), empty: line(PROSE) + 2 };
        if size == Size::BigNote {
            vault.asked.push(vault.typed.clone());
        }
        Ok(vault)
    }

    /// The folder of all notes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The note that many others link to, at the heading they link to.
    pub fn hub(&self) -> (Place, Place) {
        let uri = uri(&self.folder().join(format!("{HUB}.md")));
        let place = |needle: &str| {
            let text = hub(self.count);
            place_of(&uri, &text, text.find(needle).unwrap_or_default() + needle.len())
        };
        (place(&format!("## {HUB_HEADING}")), place(HUB_NAME))
    }

    /// Where the hub names note `n`, or its heading [`LATER`].
    pub fn named(&self, n: usize, heading: &str) -> Place {
        let Open { uri, text } = self.hub_text();
        let link = format!("[[{}#{heading}", stem(n));
        place_of(&uri, &text, text.find(&link).map_or(0, |at| at + "[[".len()))
    }

    /// The text of the hub, which is asked about too.
    pub fn hub_text(&self) -> Open {
        Open { uri: uri(&self.folder().join(format!("{HUB}.md"))), text: hub(self.count) }
    }

    /// The path of note `n`.
    pub fn path(&self, n: usize) -> PathBuf {
        self.folder().join(generate::path(n))
    }

    /// The text of note `n` as it was written.
    pub fn text(&self, n: usize) -> String {
        note(n, self.count, n.is_multiple_of(self.count.div_ceil(NAMING)))
    }

    /// Up to `limit` places where such a thing stands, picked by chance from the notes that are asked about.
    pub fn places(&self, thing: Thing, limit: usize) -> Vec<Place> {
        let mut random = Random::new(7);
        let each: Vec<(&Open, Vec<usize>)> =
            self.asked.iter().map(|note| (note, offsets(&note.text, thing))).collect();
        let each: Vec<_> = each.into_iter().filter(|(_, offsets)| !offsets.is_empty()).collect();
        if each.is_empty() {
            return Vec::new();
        }
        let picked = (0..limit).map(|_| {
            let (note, offsets) = &each[random.below(each.len())];
            place_of(&note.uri, &note.text, offsets[random.below(offsets.len())])
        });
        picked.collect()
    }

    fn write_note(&mut self, path: &str, text: String) -> std::io::Result<Open> {
        let path = self.folder().join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, &text)?;
        self.bytes += text.len();
        Ok(Open { uri: uri(&path), text })
    }
}

/// The URI of a file.
pub fn uri(path: &Path) -> String {
    format!("file://{}", utf8_percent_encode(&path.to_string_lossy(), ENCODED))
}

/// A URI as it reads without percent signs: servers encode in different ways.
pub fn decoded(uri: &str) -> String {
    percent_decode_str(uri).decode_utf8_lossy().into_owned()
}

/// What note `n` is called in a wiki link.
pub fn stem(n: usize) -> String {
    let path = generate::path(n);
    path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md").to_owned()
}

/// The title of note `n`.
pub fn title(n: usize) -> String {
    if n.is_multiple_of(2) { format!("第 {n} 篇笔记") } else { format!("Note {n}") }
}

/// The heading of each note that others link to. No name of anything, or all notes would speak of it.
const LINKED: &str = "## 与此有关的第 ";
const SPOKEN: &str = "比协议";

/// Questions and answers, a name that is defined here and others' that are spoken of, links of every kind.
fn note(n: usize, count: usize, naming: bool) -> String {
    let mut random = Random::new(n as u64 + 1_000_003);
    let mut other = || random.below(count);
    let mut text = prose(n, count, NOTE_BYTES - 700);
    text += &format!("{}\n\n协议{n}号（protocol number {n}）是一种约定。\n\n", linked(n));
    text += &format!("{SPOKEN}{}号和 protocol number {} 都快。[^1]\n\n", other(), other());
    for _ in 0..2 {
        let to = other();
        text += &format!("- [那里](../{}#{})\n", generate::path(to), anchor(to));
    }
    let (a, b, c, d) = (other(), other(), other(), other());
    text += &format!("- [[{}#{}]]，[[{}#{}]]\n", stem(a), title(a), stem(b), &linked(b)["## ".len()..]);
    text += &format!("- [[{}|那一篇]]，[参考][ref]，<https://example.com/{n}>，#标签{}\n\n", stem(c), n % 20);
    if naming {
        text += &format!("{HUB_NAME}如此，见 [{HUB_HEADING}](../{HUB}.md#{HUB_HEADING})。\n\n");
    }
    text += &format!("[^1]: 约定。\n[ref]: ../{}\n", generate::path(d));
    text
}

/// A generated note whose blocks all begin on lines of their own: a fence behind a word would take what follows into code, and
/// there would be no heading to ask about.
fn prose(n: usize, count: usize, bytes: usize) -> String {
    let mut text = generate::note(n, count, bytes);
    for block in ["```go", "| a |", "- 一"] {
        for before in ["，见 ", "`code`，"] {
            text = text.replace(&format!("{before}{block}"), &format!("{before}\n\n{block}"));
        }
    }
    text
}

fn linked(n: usize) -> String {
    format!("{LINKED}{n} 件事")
}

/// GitHub's anchor of [`linked`].
fn anchor(n: usize) -> String {
    linked(n)["## ".len()..].replace(' ', "-")
}

/// The note that many link to. It names notes from all over the vault, and a heading that the last file to change will have.
fn hub(count: usize) -> String {
    let named: String = marks(count).map(|n| format!("- [[{}#{}]]\n", stem(n), title(n))).concat();
    format!(
        "# {HUB}\n\n{HUB_NAME}是一种约定。\n\n## {HUB_HEADING}\n\n多的。\n\n## 少\n\n少的。\n\n{named}\n- [[{}#{LATER}]]\n",
        stem(last_closed(count))
    )
}

/// Notes from all over the vault, the last among them. Their numbers are as long as any, so that no search for one finds many others.
pub fn marks(count: usize) -> [usize; 3] {
    [count / 3, count * 2 / 3, count - 1]
}

/// At least every other note stays closed.
fn step(count: usize) -> usize {
    count.div_ceil(OPEN).max(2)
}

/// The last note that is not open in the editor.
pub fn last_closed(count: usize) -> usize {
    (0..count).rev().find(|n| !n.is_multiple_of(step(count))).unwrap_or_default()
}

const PROSE: &str = "这里正在写一段话";
const LINK: &str = "- [这个](../";

/// A long note with lines in its middle that keys are typed in.
fn typed(count: usize, bytes: usize) -> String {
    let long = prose(count * 2, count, bytes);
    let middle = long.match_indices("\n## ").map(|(at, _)| at + 1).find(|at| *at > bytes / 2);
    let (before, after) = long.split_at(middle.unwrap_or(long.len()));
    let spoken: String = (0..20).map(|n| format!("{SPOKEN}{}号快。\n\n", n % count)).collect();
    let other = generate::path(1 % count);
    format!(
        "{before}## 现在写的\n\n{PROSE}，the scheduler waits\n\n\n\n{LINK}{other})\n\n{spoken}{LINKED}零件事\n\n协议万号是一种约定。\n\n{after}"
    )
}

fn offsets(text: &str, thing: Thing) -> Vec<usize> {
    let after = |needle: &'static str, more: usize| {
        text.match_indices(needle).map(move |(at, _)| at + needle.len() + more).collect::<Vec<_>>()
    };
    match thing {
        Thing::Link => {
            // Not those into the note itself, and no pictures.
            let mut all = after("](../", 3);
            all.extend(after("[[", 0));
            all
        }
        Thing::Heading => text.match_indices(LINKED).map(|(at, _)| at + "## ".len()).collect(),
        Thing::Title => vec!["# ".len()],
        Thing::Name => text.match_indices(SPOKEN).map(|(at, _)| at + "比".len()).collect(),
    }
}

fn place_of(uri: &str, text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count();
    let column = text[start..offset].encode_utf16().count();
    Place {
        uri: uri.to_owned(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}
