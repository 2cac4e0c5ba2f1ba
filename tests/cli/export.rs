//! `export`: what other programs read, read as they do.

use std::collections::HashMap;
use std::fs;

use expect_test::expect;
use serde_json::{Value, json};

use crate::Folder;

const NETWORK: &str = "---\ntags: [计算机 网络, exam/2026]\n---\n# 网络\n\n## 一、`TCP` 和 \"UDP\" 的区别，<b>\n\n可靠，有\t制表符和 \"引号\"。\n\n```c\nif (a < b)\n    return;\n```\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n<script>alert(1)</script>\n<!--SR:!2026-01-01,3,250-->\n\n## 二、什么是 NAT？\n\n# 公式\n\n## 1. 复杂度\n\n$O(n^2)$，见 [表](../a.md) 和 ![图](图%201.png)\n\n## 2. 复杂度\n\n=1+2, 又一个\n";

fn notes() -> Folder {
    Folder::with(&[
        ("studymark.toml", ""),
        ("notes/计算机/网络.md", NETWORK),
        ("notes/a.md", "# Trees\n\n## What is a heap?\n\nA tree.\n\n## What is a trie?\n\nTODO\n"),
    ])
}

/// A table as Anki imports it: its header, and the records with the columns that the header names.
///
/// Lines from the start that begin with `#` are the header, each `#key:value`; what follows is CSV with the separator
/// that the header names; the columns that hold guid, deck and tags count from 1, the others are the fields in order.
fn import(text: &str) -> (HashMap<String, String>, Vec<HashMap<&'static str, String>>) {
    let header: HashMap<String, String> = text
        .lines()
        .map_while(|line| line.strip_prefix('#')?.split_once(':'))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let body: String = text.split_inclusive('\n').skip(header.len()).collect();
    assert_eq!((header["separator"].as_str(), header["html"].as_str()), ("tab", "true"));
    let column = |name: &str| header[&format!("{name} column")].parse::<usize>().unwrap() - 1;
    let (guid, deck, tags) = (column("guid"), column("deck"), column("tags"));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .comment(Some(b'#'))
        .from_reader(body.as_bytes());
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let fields: Vec<String> = (0..record.len())
            .filter(|at| ![guid, deck, tags].contains(at))
            .map(|at| record[at].to_owned())
            .collect();
        assert_eq!(fields.len(), 2, "a note of the type Basic has two fields");
        HashMap::from([
            ("guid", record[guid].to_owned()),
            ("deck", record[deck].to_owned()),
            ("tags", record[tags].to_owned()),
            ("front", fields[0].clone()),
            ("back", fields[1].clone()),
        ])
    });
    let records = records.collect();
    (header, records)
}

fn printed(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn anki_reads_every_card_back() {
    let text = printed(&notes(), &["export", "anki", "notes", "--deck", "study"]);
    let (header, cards) = import(&text);
    assert_eq!(header["notetype"], "Basic");
    let shown: Vec<String> = cards
        .iter()
        .map(|card| format!("{} | {} | {} | {}", card["deck"], card["tags"], card["front"], card["back"]))
        .collect();
    expect![[r#"
        study::notes::a |  | What is a heap? | <p>A tree.</p>
        --
        study::notes::计算机::网络::网络 | exam::2026 网络 计算机 | <code>TCP</code> 和 "UDP" 的区别，<b></b> | <p>可靠，有	制表符和 "引号"。</p>
        <pre><code class="language-c">if (a &lt; b)
            return;
        </code></pre>
        <table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>
        <tr><td>1</td><td>2</td></tr>
        </tbody></table>
        --
        study::notes::计算机::网络::公式 | exam::2026 网络 计算机 | 复杂度 | <p>\(O(n^2)\)，见 表 和 <img src="图%201.png" alt="图"></p>
        --
        study::notes::计算机::网络::公式 | exam::2026 网络 计算机 | 复杂度 | <p>=1+2, 又一个</p>"#]].assert_eq(&shown.join("\n--\n"));
}

#[test]
fn a_card_keeps_its_id() {
    let folder = notes();
    let ids = |arguments: &[&str]| -> Vec<(String, String)> {
        let cards = folder.json(arguments);
        let cards = cards["cards"].as_array().unwrap().iter();
        cards.map(|card| (card["title"].to_string(), card["guid"].to_string())).collect()
    };
    let all = ids(&["export", "json", "--state", "all"]);
    let twins: Vec<&String> =
        all.iter().filter(|(title, _)| title.contains("复杂度")).map(|(_, id)| id).collect();
    assert_eq!(twins.len(), 2);
    assert_ne!(twins[0], twins[1]);
    // Whichever folder is exported, and wherever the question moves in its note.
    let of_folder = ids(&["export", "json", "notes/计算机", "--state", "all"]);
    assert!(of_folder.len() == 4 && of_folder.iter().all(|card| all.contains(card)));
    folder.write(
        "notes/a.md",
        b"Trees.\n\n## What is a trie?\n\nLetters.\n\n# More\n\n## 7. What is a heap?\n\nA big tree.\n",
    );
    for card in ids(&["export", "json", "notes/a.md", "--state", "all"]) {
        assert!(all.contains(&card), "{card:?}");
    }
}

#[test]
fn twice_is_the_same_and_notes_stay_as_they_are() {
    let folder = notes();
    for kind in ["anki", "csv", "json", "markdown"] {
        assert_eq!(printed(&folder, &["export", kind]), printed(&folder, &["export", kind]), "{kind}");
    }
    let (out, page) = (folder.0.path().join("cards.txt"), folder.0.path().join("notes/PROGRESS.md"));
    folder.check(
        &["export", "anki", "-o", "cards.txt"],
        0,
        &expect![[r#"
        wrote 4 cards to cards.txt
    "#]],
    );
    folder.check(
        &["export", "markdown", "-o", "notes/PROGRESS.md"],
        0,
        &expect![[r#"
        wrote the page to notes/PROGRESS.md
    "#]],
    );
    let first = (fs::read(&out).unwrap(), fs::read(&page).unwrap());
    folder.run(&["export", "anki", "-o", "cards.txt"]);
    folder.run(&["export", "markdown", "-o", "notes/PROGRESS.md"]);
    assert_eq!((fs::read(&out).unwrap(), fs::read(&page).unwrap()), first);
    assert_eq!(fs::read_to_string(folder.0.path().join("notes/计算机/网络.md")).unwrap(), NETWORK);
}

#[test]
fn csv_holds_any_text() {
    let text = printed(&notes(), &["export", "csv", "--state", "all"]);
    assert!(text.starts_with("guid,path,line,chapter,question,answer,state,tags\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    let tcp = rows.iter().find(|row| row[4].starts_with("TCP")).unwrap();
    assert_eq!((&tcp[1], &tcp[2], &tcp[3], &tcp[6]), ("notes/计算机/网络.md", "6", "网络", "answered"));
    assert!(tcp[5].starts_with("可靠，有\t制表符和 \"引号\"。\n\n```c\n"), "{}", &tcp[5]);
    assert!(!tcp[5].contains("SR:"));
    let open: Vec<&str> = rows.iter().filter(|row| row[5].is_empty()).map(|row| &row[6]).collect();
    assert_eq!(open, ["unanswered"]);
}

#[test]
fn json_of_a_card() {
    let cards = notes().json(&["export", "json", "notes/a.md"]);
    assert_eq!(cards["version"], 1);
    let mut card = cards["cards"][0].clone();
    assert_eq!(card["guid"].take().as_str().unwrap().len(), 32);
    assert_eq!(
        card,
        json!({
            "guid": Value::Null, "path": "notes/a.md", "line": 3, "title": "What is a heap?", "chapter": null,
            "deck": card["deck"], "tags": [], "state": "answered", "front": "What is a heap?",
            "back": "<p>A tree.</p>", "markdown": "A tree.",
        })
    );
    assert!(card["deck"].as_str().unwrap().ends_with("::notes::a"));
    assert_eq!(cards["cards"].as_array().unwrap().len(), 1);
}

#[test]
fn the_page_leads_to_what_is_open() {
    let folder = notes();
    folder.run(&["export", "markdown", "-o", "notes/PROGRESS.md"]);
    expect![[r#"
        ---
        studymark: off
        generator: studymark export
        ---

        # Progress

        4 of 6 questions answered, 66 %.

        | where | answered | put off | open | |
        |-|-:|-:|-:|-|
        | [notes/a.md](a.md) | 1/2 | 1 | 0 | █████░░░░░ 50 % |
        | [notes/计算机/网络.md](计算机/网络.md) | 3/4 | 0 | 1 | ███████░░░ 75 % |
        | › [网络](计算机/网络.md#网络) | 1/2 | 0 | 1 | █████░░░░░ 50 % |
        | › [公式](计算机/网络.md#公式) | 2/2 | 0 | 0 | ██████████ 100 % |

        ## Open questions

        ### notes/a.md

        **Trees**

        - [What is a trie?](a.md#what-is-a-trie) (put off)

        ### notes/计算机/网络.md

        **网络**

        - [什么是 NAT？](计算机/网络.md#二什么是-nat)
    "#]]
    .assert_eq(&fs::read_to_string(folder.0.path().join("notes/PROGRESS.md")).unwrap());
    let found = folder.json(&["check", "notes/PROGRESS.md", "--format", "json"]);
    assert_eq!(found["diagnostics"], json!([]), "every link of the page leads somewhere");
    folder.write("empty/a.md", b"prose\n");
    assert!(
        printed(&folder, &["export", "markdown", "empty"]).ends_with("\n# Progress\n\nNo questions yet.\n")
    );
}

#[test]
fn a_note_is_never_written_over() {
    let folder = notes();
    let before = fs::read(folder.0.path().join("notes/a.md")).unwrap();
    for kind in ["anki", "markdown"] {
        folder.check(
            &["export", kind, "-o", "notes/a.md"],
            2,
            &expect![[r#"
            error: notes/a.md is a note that studymark has not written; name another file
        "#]],
        );
    }
    assert_eq!(fs::read(folder.0.path().join("notes/a.md")).unwrap(), before);
    #[cfg(unix)]
    {
        // By another name it is the same note.
        std::os::unix::fs::symlink("notes/a.md", folder.0.path().join("x.csv")).unwrap();
        assert_eq!(folder.run(&["export", "csv", "-o", "x.csv"]).status.code(), Some(2));
        assert_eq!(folder.run(&["graph", "-o", "x.csv", "--format", "json"]).status.code(), Some(2));
        assert_eq!(fs::read(folder.0.path().join("notes/a.md")).unwrap(), before);
    }
    let output = folder.run(&["export", "csv", "-o", "nowhere/x.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: cannot write nowhere/x.csv: "));
    assert_eq!(folder.run(&["export", "pdf"]).status.code(), Some(2));
}
