//! Reading never panics and gives ranges that fit; an edited vault equals the vault of its texts.

use std::sync::Arc;

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;

use studymark::config::Config;
use studymark::features::diagnostics::check_note;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::text::{Buffer, TextRange};
use studymark::vault::backlinks::Source;
use studymark::vault::resolve::{Place, Resolution, Target};
use studymark::vault::{Contribution, Root, Scope, Vault};

/// Pieces that Markdown gives a meaning to, with Chinese, emoji, and what editors leave behind.
pub const PIECES: &[&str] = &[
    "# ",
    "## ",
    "### 一、",
    "## 1. ",
    "什么是闭包？",
    "闭包",
    "闭包是一种函数。",
    "堆（heap）：一棵树",
    "STW (Stop The World)",
    "| 术语 | 说明 |\n|-|-|\n| 堆 | 树 |\n",
    "```text\n堆：\n 树\n```\n",
    "\n: ",
    "是",
    "ＨＥＡＰ",
    "a",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "😀",
    "❤️",
    "> ",
    "> [!question] ",
    "- ",
    "- [ ] ",
    "1. ",
    "12. ### ",
    "```\n",
    "~~~",
    "`",
    "$",
    "$$",
    "[",
    "]",
    "(",
    ")",
    "[[",
    "]]",
    "![[",
    "|",
    "#",
    "^",
    "[^1]",
    "[^1]: ",
    "[r]: ",
    "[a](b.md)",
    "[x](#闭包)",
    "[[闭包]]",
    "[[a#b|c]]",
    "[[sub/闭包]]",
    "[s](sub/A.md#闭包)",
    "[[1. 闭包]]",
    "[f](sub/%E9%97%AD%E5%8C%85.md)",
    "![[P.png]]",
    "![](p.png)",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "<!-- ",
    "-->",
    "<!-- studymark: ignore -->",
    "<h2>",
    "</h2>",
    "<a id=\"x\">",
    "<img src='y'>",
    "{#id}",
    "---\n",
    "===\n",
    "+++\n",
    "title: x\n",
    "|-|\n",
    "TODO",
    "待补充",
    "\\",
    "*",
    "**",
    "_",
    "&amp;",
    "&#x4e2d;",
    "<http://x.y>",
    "    ",
    "{{x}}",
    " ^id",
    "\u{feff}",
    "\u{2028}",
    "é",
];

pub fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

fn check_ranges(note: &Note) -> Result<(), TestCaseError> {
    let text = note.text.as_str();
    let fits = |what: &str, range: TextRange| {
        let inside = text.get(range.start()..range.end()).is_some();
        proptest::prop_assert!(inside, "{} {:?} in {:?}", what, range, text);
        Ok(())
    };
    for heading in &note.headings {
        fits("heading", heading.range)?;
        fits("content", heading.content)?;
        proptest::prop_assert!(heading.range.contains_range(heading.content), "{:?} in {:?}", heading, text);
        if let Some(number) = heading.number() {
            fits("number", number.range)?;
        }
    }
    for (index, section) in note.sections.iter().enumerate() {
        fits("section", section.range)?;
        fits("body", section.body)?;
        proptest::prop_assert!(section.parent.is_none_or(|parent| (parent as usize) < index));
    }
    for link in &note.links {
        fits("link", link.range)?;
        fits("label", link.label)?;
        fits("target", link.target)?;
    }
    for range in note.anchors.iter().map(|anchor| anchor.name).chain(note.tags.iter().copied()) {
        fits("anchor or tag", range)?;
    }
    for details in &note.details {
        fits("details", details.range)?;
        fits("summary", details.summary)?;
    }
    for callout in &note.callouts {
        fits("callout kind", callout.kind)?;
        fits("callout title", callout.title)?;
    }
    for mask in &note.masks {
        fits("mask", mask.range)?;
    }
    for definition in &note.definitions {
        fits("definition", definition.target)?;
    }
    for footnote in &note.footnotes {
        fits("footnote", footnote.name)?;
    }
    proptest::prop_assert!(note.headings.windows(2).all(|two| two[0].range.start <= two[1].range.start));
    proptest::prop_assert!(note.links.windows(2).all(|two| two[0].range.start <= two[1].range.start));
    Ok(())
}

pub fn empty() -> Vault {
    let config = Arc::new(Config::default());
    Vault::new(vec![Root { path: NotePath::new("/"), scope: Scope::Folder, config }])
}

/// All that can be asked of a vault, as text.
fn everything(vault: &Vault) -> Vec<String> {
    let mut all = Vec::new();
    for note in vault.notes() {
        all.push(format!("{note:?}"));
        all.extend(check_note(vault, note).iter().map(|found| format!("{} {found:?}", note.path)));
        all.extend(note.links.iter().map(|link| format!("{:?}", vault.resolve(note, link))));
        all.push(format!("{:?}", vault.answers(note)));
    }
    all.extend(vault.files().map(|path| path.as_str().to_owned()));
    let (indexed, resolved) = backlinks(vault);
    assert_eq!(indexed, resolved, "the index of backlinks finds what resolving all links finds");
    all.extend(indexed);
    all
}

/// Who links where, by the index of backlinks, and by resolving every link there is.
fn backlinks(vault: &Vault) -> (Vec<String>, Vec<String>) {
    let line = |from: &Note, source: Source, target: &Target| format!("{} {source:?} {target:?}", from.path);
    let targets = vault.notes().map(|note| &note.path).chain(vault.files());
    let mut indexed: Vec<String> = targets
        .flat_map(|path| vault.links_into(path))
        .map(|incoming| line(&incoming.from, incoming.source, &incoming.target))
        .collect();
    let mut resolved = Vec::new();
    for note in vault.notes() {
        for (source, resolution) in vault.resolve_all(note) {
            let Resolution::Found(found) = resolution else { continue };
            let files = found.iter().filter(|target| target.place != Place::Folder);
            resolved.extend(files.map(|target| line(note, source, target)));
        }
    }
    indexed.sort();
    resolved.sort();
    (indexed, resolved)
}

/// A change of a vault of a few notes and files.
#[derive(Clone, Debug)]
enum Change {
    Write(usize, String),
    Edit(usize, Index, Index, String),
    Remove(usize),
    File(usize, bool),
}

pub const NAMES: &[&str] = &["闭包.md", "sub/a.md", "sub/闭包.md", "b.md", "r.md"];
const FILES: &[&str] = &["p.png", "sub/p.png"];

fn change() -> impl Strategy<Value = Change> {
    let which = 0..NAMES.len();
    prop_oneof![
        (which.clone(), text()).prop_map(|(which, text)| Change::Write(which, text)),
        (which.clone(), any::<Index>(), any::<Index>(), text())
            .prop_map(|(w, a, b, text)| Change::Edit(w, a, b, text)),
        which.prop_map(Change::Remove),
        (0..FILES.len(), any::<bool>()).prop_map(|(which, there)| Change::File(which, there)),
        Just(Change::Write(0, "# 闭包\n\n[[a]]\n".to_owned())),
    ]
}

proptest! {
    #[test]
    fn reading_any_text_gives_ranges_that_fit(text in text()) {
        check_ranges(&Note::read(NotePath::new("/n.md"), text.as_str()))?;
    }

    #[test]
    fn reading_any_characters_gives_ranges_that_fit(text in any::<String>()) {
        check_ranges(&Note::read(NotePath::new("/n.md"), text.as_str()))?;
    }

    #[test]
    fn an_edited_vault_equals_the_vault_of_its_texts(changes in proptest::collection::vec(change(), 1..12)) {
        let root = NotePath::new("/");
        let mut edited = empty();
        let mut texts: Vec<Option<String>> = vec![None; NAMES.len()];
        let mut files = vec![false; FILES.len()];
        for change in changes {
            match change {
                Change::Write(which, text) => {
                    let note = Note::read(root.join(NAMES[which]), text.as_str());
                    texts[which] = Some(note.text.as_str().to_owned());
                    edited.insert(Arc::new(note));
                }
                Change::Edit(which, a, b, new) => {
                    let Some(text) = &texts[which] else { continue };
                    let mut buffer = Buffer::new(text);
                    let (a, b) = (a.index(text.len() + 1), b.index(text.len() + 1));
                    buffer.replace(TextRange::new(a.min(b), a.max(b)), &new);
                    let note = Note::read(root.join(NAMES[which]), buffer.to_text());
                    texts[which] = Some(note.text.as_str().to_owned());
                    edited.insert(Arc::new(note));
                }
                Change::Remove(which) => {
                    texts[which] = None;
                    edited.remove(&root.join(NAMES[which]));
                }
                Change::File(which, there) => {
                    files[which] = there;
                    if there {
                        edited.insert_file(&root.join(FILES[which]));
                    } else {
                        edited.remove_file(&root.join(FILES[which]));
                    }
                }
            }
        }
        let mut fresh = empty();
        let there = NAMES.iter().zip(&texts).rev().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        // Reading drops one byte order mark; a text that begins with another one keeps it.
        let read = |(name, text): (&&str, &String)| Note::read(root.join(name), format!("\u{feff}{text}"));
        fresh.insert_all(there.map(read).map(|note| Contribution::of(Arc::new(note))).collect());
        for (name, there) in FILES.iter().zip(&files) {
            if *there {
                fresh.insert_file(&root.join(name));
            }
        }
        prop_assert_eq!(everything(&edited), everything(&fresh));
    }
}

#[test]
fn fixtures_cut_anywhere_are_read_and_checked() {
    for (name, text) in crate::fixtures() {
        let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(7).collect();
        for cut in cuts {
            let note = Arc::new(Note::read(NotePath::new(&format!("/{name}")), &text[..cut]));
            let mut vault = empty();
            vault.insert(Arc::clone(&note));
            for found in check_note(&vault, &note) {
                assert!(
                    text[..cut].get(found.range.start()..found.range.end()).is_some(),
                    "{name} cut at {cut}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn extreme_texts_are_read() {
    let deep = |piece: &str, count: usize| piece.repeat(count);
    for text in [
        deep("> ", 10_000) + "# x",
        deep("- ", 10_000) + "x",
        deep("1. # x\n   ", 300),
        deep("[", 50_000),
        deep("![[", 20_000),
        deep("[a](", 20_000),
        deep("*", 100_000),
        deep("`", 100_000),
        deep("<", 100_000),
        deep("<a ", 30_000),
        deep("<!--", 20_000),
        deep("$", 50_000),
        deep("# x\n", 100_000),
        deep("<details><summary>", 5_000),
        deep("[^1]", 20_000),
        deep("#标签 ", 20_000),
        deep("x", 1_000_000),
        deep("| a ", 5_000) + "\n" + &deep("|-", 5_000) + "\n" + &deep("| b ", 5_000),
        "---\n".to_owned() + &deep("a: [", 20_000) + "\n---\n",
        deep("\0", 10_000),
    ] {
        let note = Arc::new(Note::read(NotePath::new("/n.md"), text));
        let mut vault = empty();
        vault.insert(Arc::clone(&note));
        check_note(&vault, &note);
    }
}
