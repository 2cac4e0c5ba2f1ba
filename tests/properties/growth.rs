//! Costs that must not grow with the number of notes: ratios are asserted, never times.

use std::sync::Arc;
use std::time::{Duration, Instant};

use studymark::config::Config;
use studymark::features::completion::Memo;
use studymark::features::definition::{Sought, definition};
use studymark::features::diagnostics::{self, check_note, examine, examine_again};
use studymark::features::document_links::document_links;
use studymark::features::hover::{Known, hover};
use studymark::features::references::{Declaration, highlights, references};
use studymark::features::symbols::outline;
use studymark::features::symbols::search::search;
use studymark::note::Note;
use studymark::path::NotePath;
use studymark::vault::glossary::Glossary;
use studymark::vault::preview::Form;
use studymark::vault::topics::Topics;
use studymark::vault::{Root, Scope, Vault};

/// More than noise, less than growth: what grew with the notes would be a hundred times as much.
const MOST: f64 = 6.0;

fn vault(count: usize) -> Vault {
    let root = NotePath::new("/v");
    let mut vault = Vault::new(vec![Root {
        path: root.clone(),
        scope: Scope::Folder,
        config: Arc::new(Config::default()),
    }]);
    for n in 0..count {
        let text = format!("# 笔记 {n}\n\n## 参考资料\n\n[[{}]]\n", (n * 7) % count);
        vault.insert(Arc::new(Note::read(root.join(&format!("{}/{n}.md", n % 40)), text)));
    }
    vault
}

fn fastest(rounds: usize, mut work: impl FnMut(usize)) -> Duration {
    (0..rounds)
        .map(|round| {
            let start = Instant::now();
            work(round);
            start.elapsed()
        })
        .min()
        .unwrap()
}

fn ratio(large: Duration, small: Duration) -> f64 {
    large.as_secs_f64() / small.as_secs_f64().max(1e-7)
}

#[test]
fn a_key_costs_the_same_in_a_small_and_a_large_vault() {
    let key = |count: usize| {
        let mut vault = vault(count);
        let path = NotePath::new("/v/1/typed.md");
        fastest(200, |round| {
            // The heading changes too: even then only its own names move.
            let text = format!(
                "# 正在写 {round}\n\n## 参考资料\n\n[[3]] [[没有{round}]] [x](5.md)\n\n{}",
                "一句话。\n\n".repeat(50)
            );
            let before = vault.clone();
            let note = Arc::new(Note::read(path.clone(), text));
            vault.insert(Arc::clone(&note));
            check_note(&vault, &note);
            drop(before);
        })
    };
    let (small, large) = (key(100), key(10_000));
    assert!(ratio(large, small) < MOST, "{small:?} among 100 notes, {large:?} among 10,000");
}

#[test]
fn a_key_in_a_long_note_reads_as_much_of_it_as_in_a_longer_one() {
    let read = |bytes: usize| {
        let text = crate::generate::note(1, 10, bytes);
        let note = Note::read(NotePath::new("/typed.md"), text.as_str());
        let keys = [4, 3, 2].map(|part| text.len() / part).map(|at| {
            let at = at + text[at..].find('\n').unwrap();
            let mut typed = text.clone();
            typed.insert(at, 'x');
            note.read_again(typed).bytes_read
        });
        keys.into_iter().max().unwrap()
    };
    let (long, longer) = (read(500_000), read(2_000_000));
    assert!(longer < long * 2 && longer < 20_000, "{long} and {longer} bytes were read");
}

/// How many links of a note with so many sections are looked up after a key in one of its headings, and how many of a note
/// beside it.
fn looked_up(sections: usize) -> [usize; 2] {
    let section = |path: &str, n: usize| {
        let (one, other, twice) = (n * 7 % sections, n * 5 % sections, n % 10);
        format!(
            "## 第 {n} 节\n\n见 [上面]({path}#第-{one}-节)、[[{path}#第 {other} 节]]、[重复]({path}#小结-{twice})、\
             [[3]] 和 [没有]({path}#没有-{n})。\n\n### 小结{}\n\n",
            if n.is_multiple_of(sections / 20) { "" } else { " 二" }
        )
    };
    let mut vault = vault(100);
    let (long, beside) = (NotePath::new("/v/1/long.md"), NotePath::new("/v/1/beside.md"));
    let text: String = (0..sections).map(|n| section("", n)).collect();
    let text_beside: String = (0..sections).map(|n| section("long.md", n)).collect();
    vault.insert(Arc::new(Note::read(long.clone(), text.as_str())));
    vault.insert(Arc::new(Note::read(beside.clone(), text_beside)));
    let look = |vault: &Vault, path: &NotePath, known: Option<diagnostics::Known>| {
        let examined = examine_again(vault, vault.note(path).unwrap(), known);
        let looked_up = examined.links.looked_up();
        assert!(examined.links.all().len() == sections * 5);
        assert!(examined.diagnostics == examine(vault, vault.note(path).unwrap()).diagnostics);
        (looked_up, diagnostics::Known { diagnostics: examined.diagnostics, links: examined.links })
    };
    let mut known = [&long, &beside].map(|path| Some(look(&vault, path, None).1));
    let mut most = [0, 0];
    let mut text = text;
    for n in [2, 3, 4] {
        let heading = format!("## 第 {} 节", sections / n);
        text.insert(text.find(&heading).unwrap() + heading.len(), 'x');
        let note = vault.note(&long).unwrap().read_again(text.as_str()).note;
        vault.insert(Arc::new(note));
        for (at, path) in [&long, &beside].into_iter().enumerate() {
            let (looked_up, found) = look(&vault, path, known[at].take());
            most[at] = most[at].max(looked_up);
            known[at] = Some(found);
        }
    }
    most
}

#[test]
fn a_key_in_a_heading_looks_up_as_many_links_of_a_long_note_as_of_a_longer_one() {
    let (long, longer) = (looked_up(200), looked_up(2_000));
    assert_eq!(long, longer, "links that were looked up in notes with 1,000 and with 10,000");
    assert!(longer.iter().all(|links| *links < 20), "{longer:?}");
}

#[test]
fn a_snapshot_costs_the_same_of_a_small_and_a_large_vault() {
    let snapshot = |count: usize| {
        let vault = vault(count);
        fastest(50, |_| {
            for _ in 0..1_000 {
                std::hint::black_box(vault.clone());
            }
        })
    };
    let (small, large) = (snapshot(100), snapshot(10_000));
    assert!(ratio(large, small) < MOST, "{small:?} of 100 notes, {large:?} of 10,000");
}

/// What is asked at a place of the note `/v/1/typed.md`, and what is brought up to date after a key in it.
#[test]
fn what_looks_at_all_notes_wakes_those_it_finds() {
    let awake = |count: usize| {
        let mut vault = vault(count);
        let path = NotePath::new("/v/tagged.md");
        vault.insert(Arc::new(Note::read(path, "---\ntags: [堆]\n---\n#栈 堆（heap）：一棵树\n")));
        let (mut glossary, mut topics) = (Glossary::of(&vault), Topics::of(&vault));
        let mut memo = Memo::default();
        memo.prepare(&vault);
        glossary.imprints().prepare(&vault);
        let rested: Vec<Note> = vault.notes().filter_map(|note| note.at_rest()).collect();
        vault.put_to_rest(rested);
        assert!(!glossary.update(&vault));
        topics.update(&vault);
        memo.prepare(&vault);
        glossary.imprints().prepare(&vault);
        let tags: Vec<&str> = vault.notes().flat_map(|note| note.tag_names()).collect();
        assert_eq!(tags, ["堆", "栈"]);
        let awake = || vault.notes().filter(|note| !note.rests()).count();
        assert_eq!(awake(), 0, "notes that only went to rest are no news");
        let (names, judged) = (memo.names(&vault), memo.judged());
        for query in ["", "笔记 7", "bj9", "heap", "参考", "没有"] {
            search(&vault, &glossary, (&names, &judged), query, 10);
        }
        assert!(awake() > 0);
        awake()
    };
    let (few, many) = (awake(200), awake(2_000));
    assert!(many <= 2 * few, "{few} of 200 notes were woken, {many} of 2,000");
}

fn requests(count: usize) -> Vec<(&'static str, Duration)> {
    let mut vault = vault(count);
    let text = "# 正在写\n\n## 什么是消息队列？\n\n消息队列是一种通信方式，见 [[3]] 和 [那里](41.md)。\n\n说说消息队列。\n";
    let path = NotePath::new("/v/1/typed.md");
    vault.insert(Arc::new(Note::read(path.clone(), text)));
    let (mut glossary, mut topics) = (Glossary::of(&vault), Topics::of(&vault));
    let note = Arc::clone(vault.note(&path).unwrap());
    let at = |what: &str| text.rfind(what).unwrap() + 1;
    let show = |offset: usize| {
        let known = Known { glossary: &glossary, compared: None, topics: None };
        assert!(hover(&vault, known, &note, offset, Form::Markdown).is_some());
    };
    let goes = |offset: usize| {
        assert!(definition(&vault, &glossary, &note, offset, Sought::Definition).is_some());
    };
    let mut times = vec![
        ("hover on a link", fastest(40, |_| show(at("3]]")))),
        ("hover on a heading", fastest(40, |_| show(at("什么是")))),
        ("hover on a name", fastest(40, |_| show(at("说消息队列") + "说".len()))),
        ("definition of a link", fastest(40, |_| goes(at("41.md")))),
        ("definition of a name", fastest(40, |_| goes(at("说消息队列") + "说".len()))),
        ("links", fastest(40, |_| assert_eq!(document_links(&vault, &note).len(), 2))),
        ("highlights", fastest(40, |_| assert!(!highlights(&vault, &glossary, &note, at("3]]")).is_empty()))),
        (
            "references of a name",
            fastest(40, |_| {
                let at = at("说消息队列") + "说".len();
                let found = references(&vault, &glossary, &note, at, Declaration::Included);
                assert_eq!(found.len(), 3);
            }),
        ),
        ("outline", fastest(40, |_| assert_eq!(outline(&vault, &note).len(), 1))),
    ];
    let mut typed = (0..40).map(|round| {
        let note = Note::read(path.clone(), format!("{text}\n第{round}句话。\n"));
        let mut after = vault.clone();
        after.insert(Arc::new(note));
        after
    });
    let mut typed: Vec<Vault> = typed.by_ref().collect();
    times.push(("names after a key", fastest(20, |_| assert!(!glossary.update(&typed.pop().unwrap())))));
    times.push(("topics after a key", fastest(20, |_| topics.update(&typed.pop().unwrap()))));
    times
}

#[test]
fn what_is_asked_at_a_place_costs_the_same_among_few_notes_and_many() {
    for ((what, small), (_, large)) in requests(100).iter().zip(requests(10_000)) {
        assert!(ratio(large, *small) < MOST, "{what}: {small:?} among 100 notes, {large:?} among 10,000");
    }
}
