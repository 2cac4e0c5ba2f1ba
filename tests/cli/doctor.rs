//! What `studymark doctor` tells, and what it keeps to itself.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::{Folder, notes};

/// What is printed, without what differs from machine to machine and from time to time.
#[track_caller]
fn check(folder: &Folder, arguments: &[&str], code: i32, expected: &Expect) {
    let output = folder.run(&[&["doctor", "--color", "never"], arguments].concat());
    let shown = String::from_utf8(output.stdout).unwrap();
    let (head, rest) = shown.split_once('\n').unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(head.starts_with(&format!("studymark {version}, ")), "{head}");
    assert!(head.contains(std::env::consts::OS) && head.contains(std::env::consts::ARCH), "{head}");
    let (told, cost) = rest.split_once("\nCost\n").unwrap();
    assert!(cost.starts_with("  reading ") && cost.contains(" ms, judging "), "{cost}");
    assert_eq!(cost.contains("MB of memory"), cfg!(target_os = "linux"), "{cost}");
    expected.assert_eq(told);
    assert_eq!(output.status.code(), Some(code));
    let private = folder.0.path().to_str().unwrap();
    assert!(!shown.contains(private), "{shown}");
}

#[test]
fn a_folder_without_settings() {
    check(
        &notes(),
        &[],
        0,
        &expect![[r#"

            Roots
              .: named, nothing marks it as a root; no settings file

            Settings
              all as they are by default

            Notes
              2 notes, 1 other file, 0 folders; 236 bytes of text
              6 headings, 4 links, 4 questions (2 answered), 3 terms
              the largest: 网络.md, 168 bytes, 13 lines
        "#]],
    );
}

/// A folder in which much is odd, with its settings one folder up.
fn odd() -> Folder {
    let folder = Folder::with(&[
        (
            "studymark.toml",
            "[questions]\nlists = true\nwords = [\"秘密\"]\nskeleton = \"秘密\"\ndetails = true\nwrods = []\n\n\
             [files]\nexclude = [\"drafts/**\"]\n\n[terms]\naliases = [\"秘密\"]\n\n\
             [diagnostics]\nmissing-file = \"warning\"\nmissing-note = \"information\"\nmissing-nope = \"off\"\n\n[links]\nanchors = \"git\"\n",
        ),
        ("notes/.gitignore", "build/\n"),
        ("notes/a.md", "# 甲\n\n秘密的话。\n\n## 什么是乙？\n"),
        ("notes/子/b.md", "[a](../a.md)\n"),
        ("notes/build/c.md", "# c\n"),
        ("notes/drafts/d.md", "# d\n"),
        ("notes/drafts/deep/e.md", "# e\n"),
        ("notes/.hidden/f.md", "# f\n"),
        ("notes/.git/description.md", "# git\n"),
    ]);
    folder.write("notes/gbk.md", b"# \xb1\xd5\n");
    folder
}

#[test]
fn what_is_set_wrong_left_out_and_not_read() {
    check(
        &odd(),
        &["notes"],
        0,
        &expect![[r#"

        Roots
          .: named, with .git; settings in ../studymark.toml

        Settings
          ../studymark.toml:2: questions.lists = true
          ../studymark.toml:3: questions.words = 1 text
          ../studymark.toml:4: questions.skeleton = a text of 2 characters
          ../studymark.toml:9: files.exclude = ["drafts/**"]
          ../studymark.toml:15: diagnostics.missing-file = "warning"
          wrong: ../studymark.toml:6: questions.wrods: there is no such setting; did you mean questions.words?
          wrong: ../studymark.toml:12: terms.aliases: this value cannot be used; `studymark check` says why
          wrong: ../studymark.toml:17: diagnostics.missing-nope: there is no such finding; did you mean missing-note?
          wrong: ../studymark.toml:20: links.anchors: "git" is none of github, mkdocs, obsidian

        Notes
          2 notes, 0 other files, 1 folder; 56 bytes of text
          2 headings, 1 link, 1 question (0 answered), 0 terms
          the largest: a.md, 43 bytes, 5 lines
          not read: gbk.md: not UTF-8 at line 1 (byte 2): save the file as UTF-8
          left out: 1 note, by .gitignore or .ignore
          left out: 2 notes, by files.exclude
          left out: 1 note, hidden
    "#]],
    );
}

#[test]
fn how_a_root_was_found() {
    let folder = Folder::with(&[
        ("marked/.obsidian/app.json", "{}"),
        ("marked/deep/a.md", "# a\n"),
        ("other/b.md", "# b\n"),
    ]);
    let root = |paths: &[&str]| -> Value {
        let report = folder.json(&[&["doctor", "--format", "json"], paths].concat());
        report["roots"].clone()
    };
    assert_eq!(
        root(&["marked/deep/a.md"]),
        json!([{"path": ".", "found": "marked", "marker": ".obsidian", "settings": null}])
    );
    assert_eq!(
        root(&["marked"]),
        json!([{"path": ".", "found": "named", "marker": ".obsidian", "settings": null}])
    );
    assert_eq!(
        root(&["other/b.md"]),
        json!([{"path": ".", "found": "none", "marker": null, "settings": null}])
    );
    assert_eq!(
        root(&["marked", "other"]),
        json!([
            {"path": "marked", "found": "named", "marker": ".obsidian", "settings": null},
            {"path": "other", "found": "named", "marker": null, "settings": null}
        ])
    );
}

#[test]
fn json_of_doctor() {
    let folder = odd();
    let mut report = folder.json(&["doctor", "notes", "--format", "json"]);
    let taken =
        ["program", "milliseconds", "peak_memory"].map(|key| report.as_object_mut().unwrap().remove(key));
    let [Some(program), Some(times), memory] = taken else { panic!("{report}") };
    assert_eq!(program["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(program["os"], std::env::consts::OS);
    assert!(program["target"].as_str().unwrap().starts_with(std::env::consts::ARCH), "{program}");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&program), "arch build os target threads version");
    assert_eq!(keys(&times), "glossary judging reading");
    assert!(times.as_object().unwrap().values().all(|time| time.as_f64().unwrap() >= 0.0), "{times}");
    assert_eq!(memory.is_some(), cfg!(target_os = "linux"));
    assert!(memory.is_none_or(|bytes| bytes.as_u64().unwrap() > 1024 * 1024));
    assert_eq!(
        report["counts"],
        json!({
            "notes": 2, "files": 0, "folders": 1, "bytes": 56, "headings": 2, "links": 1, "questions": 1,
            "answered": 0, "terms": 0
        })
    );
    assert_eq!(
        report["left_out"],
        json!({"ignored": 1, "excluded": 2, "hidden": 1, "outside": 0, "linked_folders": 0})
    );
    assert_eq!(report["largest"], json!({"path": "a.md", "bytes": 43, "lines": 5}));
    assert_eq!(
        report["settings"]["changed"][0],
        json!({"path": "../studymark.toml", "line": 2, "key": "questions.lists", "value": "true"})
    );
    assert_eq!(
        report["settings"]["wrong"][0],
        json!({
            "path": "../studymark.toml", "line": 6, "key": "questions.wrods",
            "message": "there is no such setting; did you mean questions.words?"
        })
    );
    assert_eq!(
        report["unreadable"],
        json!([{"path": "gbk.md", "reason": "not UTF-8 at line 1 (byte 2): save the file as UTF-8"}])
    );
    assert_eq!((&report["version"], &report["root"]), (&json!(1), &json!(".")));
    // The page of the command line names every key.
    let page = include_str!("../../docs/command-line.md");
    let contract = page.lines().skip_while(|line| !line.starts_with("- `doctor`"));
    let contract: String = contract.take_while(|line| !line.is_empty()).collect();
    for value in [&report, &report["counts"], &report["left_out"], &program, &times] {
        for key in
            value.as_object().unwrap().keys().filter(|key| !["version", "root"].contains(&key.as_str()))
        {
            assert!(contract.contains(key.as_str()), "docs/command-line.md does not name {key}");
        }
    }
}

#[test]
fn nothing_private_is_told() {
    let folder = odd();
    for format in ["human", "json"] {
        let output = folder.run(&["doctor", "notes", "--format", format]);
        let shown = String::from_utf8(output.stdout).unwrap();
        for private in ["秘密", "什么是乙", folder.0.path().to_str().unwrap()] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_that_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("out/a.md", "# a\n"), ("notes/b.md", "# b\n")]);
    let path = |path: &str| folder.0.path().join(path);
    symlink(path("out/a.md"), path("notes/a.md")).unwrap();
    symlink(path("out"), path("notes/linked")).unwrap();
    symlink(path("notes/b.md"), path("notes/c.md")).unwrap();
    let report = folder.json(&["doctor", "notes", "--format", "json"]);
    assert_eq!(
        report["left_out"],
        json!({"ignored": 0, "excluded": 0, "hidden": 0, "outside": 1, "linked_folders": 1})
    );
    assert_eq!(report["counts"]["notes"], 2);
}

#[test]
fn arguments_that_cannot_be_read() {
    let folder = odd();
    let output = folder.run(&["doctor", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nothing does not exist"));
    let output = folder.run(&["doctor", "notes/gbk.md"]);
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("not read: gbk.md: not UTF-8 at line 1"), "{shown}");
}
