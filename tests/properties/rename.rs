//! After any rename or move no link that resolved is broken, and every link has its target; a heading renamed and renamed
//! back restores the text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;

use studymark::edit::{WorkspaceEdit, apply};
use studymark::features::rename::{move_files, prepare, rename, rename_headings};
use studymark::note::Note;
use studymark::note::slug::Slugger;
use studymark::path::NotePath;
use studymark::vault::Vault;
use studymark::vault::backlinks::Source;
use studymark::vault::glossary::Glossary;
use studymark::vault::resolve::{Resolution, Target};

use crate::vault::empty;

const PATHS: &[&str] = &["/甲.md", "/乙 1.md", "/网络/甲.md", "/网络/深(1)/tcp.md", "/x/tcp.md", "/x/B.md"];
const FREE: &[&str] = &["/丙.md", "/网络/tcp.md", "/新 夹/tcp.md", "/x/y/z.md", "/x/c.md", "/甲/甲.md"];
const TITLES: &[&str] =
    &["简介", "什么是闭包？", "C++ 中的 new / malloc", "一、三次握手", "Process & Thread", "a_b *c*"];
const NEW: &[&str] =
    &["四次挥手", "简介", "三次握手", "C# [基础] | x", "一、总结", "四次 挥手（终）", "Thread?", "a `b` <c>"];

/// A note: its headings, and its links as (note, heading, form).
#[derive(Clone, Debug)]
pub struct Plan {
    titles: Vec<usize>,
    links: Vec<(usize, Option<Index>, usize)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let titles = proptest::collection::vec(0..TITLES.len(), 1..5);
    let link = (0..PATHS.len(), any::<Option<Index>>(), 0..9_usize);
    (titles, proptest::collection::vec(link, 0..8)).prop_map(|(titles, links)| Plan { titles, links })
}

pub fn plans() -> impl Strategy<Value = Vec<Plan>> {
    proptest::collection::vec(plan(), PATHS.len())
}

/// Whether headings of several notes may be called the same.
#[derive(Clone, Copy, PartialEq)]
pub enum Titles {
    Repeated,
    Unique,
}

/// The vault of these plans, with a picture that some notes show.
pub fn build(plans: &[Plan], titles: Titles) -> Vault {
    let title = |note: usize, heading: usize| {
        let title = TITLES[plans[note].titles[heading]].to_owned();
        if titles == Titles::Unique { format!("{title} ({note}.{heading})") } else { title }
    };
    let slugs_of = |note: usize| -> Vec<Box<str>> {
        let mut slugger = Slugger::default();
        (0..plans[note].titles.len())
            .map(|heading| slugger.next(&title(note, heading).replace('*', "")).into())
            .collect()
    };
    let slugs: Vec<Vec<Box<str>>> = (0..plans.len()).map(slugs_of).collect();
    let mut vault = empty();
    vault.insert_file(&NotePath::new("/网络/图/p 1.png"));
    for (number, (plan, path)) in plans.iter().zip(PATHS).enumerate() {
        let path = NotePath::new(path);
        let mut text = String::new();
        for heading in 0..plan.titles.len() {
            writeln!(text, "## {}\n", title(number, heading)).unwrap();
        }
        for (to, heading, form) in &plan.links {
            let target = NotePath::new(PATHS[*to]);
            let heading = heading.map(|heading| heading.index(plans[*to].titles.len()));
            let slug = heading.map(|heading| format!("#{}", slugs[*to][heading])).unwrap_or_default();
            let title = heading
                .map(|heading| TITLES[plans[*to].titles[heading]])
                .filter(|title| !title.contains('*'));
            let name = title.map(|title| format!("#{title}")).unwrap_or_default();
            let relative = target.relative_from(&path.folder()).replace(' ', "%20");
            let bare = relative.trim_end_matches(".md");
            let link = match form {
                0 => format!("[x]({relative}{slug} \"t\")"),
                1 => format!("[x](<{}{slug}>)", relative.replace("%20", " ")),
                2 => format!("[x](./{bare}{slug})").replace("./..", ".."),
                3 => format!("[[{}{name}|y]]", target.stem()),
                4 => format!("[[{}{slug}]]", target.as_str().trim_start_matches('/').trim_end_matches(".md")),
                5 => title.map_or_else(String::new, |title| format!("[[{title}]]")),
                6 => format!("<a href=\"{relative}{slug}\">h</a>"),
                7 => format!("[r{to}]\n\n[r{to}]: {relative}{slug}\n"),
                _ => format!(
                    "![p]({}) ![[p 1.png]]",
                    NotePath::new("/网络/图/p%201.png").relative_from(&path.folder())
                ),
            };
            writeln!(text, "{link}\n").unwrap();
        }
        vault.insert(Arc::new(Note::read(path, text)));
    }
    vault
}

/// Where the links of a vault lead, for those that lead somewhere: note, link, the first target.
fn ties(vault: &Vault) -> BTreeMap<(NotePath, Source), Target> {
    let mut ties = BTreeMap::new();
    for note in vault.notes() {
        for (source, resolution) in vault.resolve_all(note) {
            if let Resolution::Found(targets) = resolution {
                ties.insert((note.path.clone(), source), targets[0].clone());
            }
        }
    }
    ties
}

/// The vault once the edits are made and the files have moved.
fn changed(vault: &Vault, edit: &WorkspaceEdit, moved: impl Fn(&NotePath) -> NotePath) -> Vault {
    let mut after = empty();
    for note in vault.notes() {
        let edits = edit.edited.get(&note.path).map(Vec::as_slice).unwrap_or_default();
        after.insert(Arc::new(Note::read(moved(&note.path), apply(note.text.as_str(), edits))));
    }
    for file in vault.files() {
        after.insert_file(&moved(file));
    }
    after
}

fn check_ties(
    before: &Vault,
    after: &Vault,
    edit: &WorkspaceEdit,
    moved: impl Fn(&NotePath) -> NotePath,
) -> Result<(), TestCaseError> {
    let now = ties(after);
    for ((from, source), target) in ties(before) {
        let expected = Target { path: moved(&target.path), place: target.place };
        let found = now.get(&(moved(&from), source));
        let written = source.target(before.note(&from).unwrap());
        prop_assert!(
            found == Some(&expected),
            "{from} {:?} leads to {found:?}, not {expected:?}; {:?}",
            before.note(&from).unwrap().text.slice(written),
            edit
        );
    }
    for (path, edits) in &edit.edited {
        let text = &before.note(path).unwrap().text;
        prop_assert!(edits.windows(2).all(|two| two[0].range.end() <= two[1].range.start()));
        prop_assert!(
            edits.iter().all(|edit| text.as_str().get(edit.range.start()..edit.range.end()).is_some())
        );
    }
    Ok(())
}

fn texts(vault: &Vault) -> Vec<(NotePath, String)> {
    vault.notes().map(|note| (note.path.clone(), note.text.as_str().to_owned())).collect()
}

/// What notes say of terms, each `{}` one of them.
const SENTENCES: &[&str] = &[
    "{}是一种通信方式。",
    "## {}的优点\n\n见 [{}](#{}的优点)。",
    "## 什么是{}？\n\n{}很有用。",
    "说到{}，😀{}也好。",
    "`{}` 与 {}",
    "> [!definition] {}\n> 一种东西\n",
    "没有别的。",
    "- 甲{}乙\n- {}：丙",
    "## {}\n\n[这里](#{}) 说 {}。",
    "{}（other name）是一个计数器。",
];
const TERMS: &[&str] = &["消息队列", "信号量", "写屏障"];

fn of_terms(notes: &[Vec<(usize, usize)>]) -> Vault {
    let mut vault = empty();
    for (path, sentences) in PATHS.iter().zip(notes) {
        let sentences: Vec<String> = sentences
            .iter()
            .map(|(sentence, term)| SENTENCES[*sentence].replace("{}", TERMS[*term]))
            .collect();
        vault.insert(Arc::new(Note::read(NotePath::new(path), sentences.join("\n\n"))));
    }
    vault
}

/// How often a name is spoken of in prose, and how often it is defined.
fn places(vault: &Vault, name: &str) -> (usize, usize) {
    let glossary = Glossary::of(vault);
    let Some(id) = glossary.id(name) else { return (0, 0) };
    let defined = glossary.places(vault, id, &NotePath::new(""), None).len();
    (vault.mentions_of(&glossary, &[id]).len(), defined)
}

proptest! {
    #[test]
    fn a_term_renamed_is_found_wherever_it_was_and_renamed_back_restores_every_text(
        notes in proptest::collection::vec(proptest::collection::vec((0..SENTENCES.len(), 0..TERMS.len()), 0..5), 1..4),
        place in any::<Index>(),
    ) {
        let before = of_terms(&notes);
        let glossary = Glossary::of(&before);
        let mut found: Vec<(Arc<Note>, usize, String)> = Vec::new();
        for note in before.notes() {
            for (offset, _) in note.text.as_str().char_indices() {
                if note.subject_at(offset).is_none() && let Ok(renamable) = prepare(&before, &glossary, note, offset) {
                    prop_assert_eq!(note.text.slice(renamable.range), renamable.name.as_str());
                    found.push((note.clone(), offset, renamable.name));
                }
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let (note, offset, old) = &found[place.index(found.len())];
        let new = "四邻五舍";
        let there = rename(&before, &glossary, note, *offset, new).map_err(|refusal| TestCaseError::fail(refusal.0))?;
        let after = changed(&before, &there, NotePath::clone);
        check_ties(&before, &after, &there, NotePath::clone)?;
        prop_assert_eq!(places(&after, new), places(&before, old));
        prop_assert_eq!(places(&after, old), (0, 0));
        let offset = after.note(&note.path).unwrap().text.as_str();
        let glossary = Glossary::of(&after);
        // Any place in prose will do for the way back.
        let at = offset.match_indices(new).map(|(at, _)| at).find(|at| {
            let note = after.note(&note.path).unwrap();
            note.subject_at(*at).is_none() && prepare(&after, &glossary, note, *at).is_ok()
        });
        let back = rename(&after, &glossary, after.note(&note.path).unwrap(), at.unwrap(), old)
            .map_err(|refusal| TestCaseError::fail(refusal.0))?;
        prop_assert_eq!(texts(&changed(&after, &back, NotePath::clone)), texts(&before));
    }

    #[test]
    fn a_renamed_heading_keeps_every_link(plans in plans(), note in any::<Index>(), heading in any::<Index>(), new in select(NEW)) {
        let before = build(&plans, Titles::Repeated);
        let note = before.notes().nth(note.index(PATHS.len())).unwrap().clone();
        let heading = heading.index(note.headings.len());
        let edit = rename_headings(&before, &note, &[(heading, new.to_owned())]).unwrap();
        let after = changed(&before, &edit, NotePath::clone);
        check_ties(&before, &after, &edit, NotePath::clone)?;
    }

    #[test]
    fn a_heading_renamed_and_renamed_back_restores_every_text(plans in plans(), note in any::<Index>(), heading in any::<Index>()) {
        // What cannot be told apart in a name (its text, title and anchor) cannot be told apart on the way back.
        let new = "四次 挥手（终）";
        let before = build(&plans, Titles::Unique);
        let note = before.notes().nth(note.index(PATHS.len())).unwrap().clone();
        let heading = heading.index(note.headings.len());
        let there = rename_headings(&before, &note, &[(heading, new.to_owned())]).unwrap();
        let after = changed(&before, &there, NotePath::clone);
        check_ties(&before, &after, &there, NotePath::clone)?;
        let old = note.text.slice(note.headings[heading].content);
        let back = rename_headings(&after, after.note(&note.path).unwrap(), &[(heading, old.to_owned())]).unwrap();
        prop_assert_eq!(texts(&changed(&after, &back, NotePath::clone)), texts(&before));
    }

    #[test]
    fn a_moved_file_keeps_every_link(plans in plans(), moves in proptest::collection::vec((any::<Index>(), any::<Index>()), 1..4)) {
        let before = build(&plans, Titles::Repeated);
        let mut free: Vec<&str> = FREE.to_vec();
        let mut from: Vec<&str> = PATHS.to_vec();
        let mut moved = BTreeMap::new();
        for (which, to) in moves {
            let which = from.remove(which.index(from.len()));
            moved.insert(NotePath::new(which), NotePath::new(free.remove(to.index(free.len()))));
        }
        let moves: Vec<(NotePath, NotePath)> = moved.clone().into_iter().collect();
        let edit = move_files(&before, &moves);
        let new = |path: &NotePath| moved.get(path).cloned().unwrap_or_else(|| path.clone());
        check_ties(&before, &changed(&before, &edit, new), &edit, new)?;
    }

    #[test]
    fn a_moved_folder_keeps_every_link(plans in plans(), which in 0..3_usize, to in select(&["/深/远", "/x/网络", "/图 1"])) {
        let before = build(&plans, Titles::Repeated);
        let from = NotePath::new(["/网络", "/网络/深(1)", "/网络/图"][which]);
        let to = NotePath::new(to);
        let edit = move_files(&before, &[(from.clone(), to.clone())]);
        let new = |path: &NotePath| path.relative_to(&from).map_or_else(|| path.clone(), |rest| to.join(rest));
        check_ties(&before, &changed(&before, &edit, new), &edit, new)?;
    }
}

#[test]
fn links_in_the_generated_vaults_resolve() {
    let plan = |titles: &[usize], links: &[(usize, Option<Index>, usize)]| Plan {
        titles: titles.to_vec(),
        links: links.to_vec(),
    };
    let mut plans = vec![plan(&[0, 0, 3], &[]); PATHS.len()];
    plans[0].links = (0..9).map(|form| (3, None, form)).collect();
    let vault = build(&plans, Titles::Repeated);
    let leading = ties(&vault).len();
    // Every form but the heading's own name (there is none without a heading); two pictures, and a definition with its use.
    assert_eq!(leading, 6 + 2 + 2);
}
