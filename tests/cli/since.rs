//! `stats --since`, with the git of this machine.

use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::Folder;

/// Runs git in a folder, with nobody's own settings.
fn git(folder: &Path, arguments: &[&str]) {
    let none = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let output = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", none)
        .env("GIT_CONFIG_SYSTEM", none)
        .env("GIT_AUTHOR_DATE", "2026-03-01T12:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-03-01T12:00:00Z")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Folder) {
    git(folder.0.path(), &["add", "--all"]);
    git(folder.0.path(), &["commit", "--quiet", "--message", "notes"]);
}

const NETWORK: &str = "# 网络\n\n## 一、三次握手\n\n## 二、拥塞控制\n\n慢启动。\n\n## 三、什么是 NAT？\n";

/// A repository whose notes were committed once and changed since, in all ways there are.
fn studied() -> Folder {
    let folder = Folder::with(&[
        ("notes/网络.md", NETWORK),
        ("notes/old name.md", "## What is a heap?\n\n## What is a trie?\n"),
        ("notes/.hidden/x.md", "## What is hidden?\n"),
        ("notes/drafts/y.md", "## What is a draft?\n"),
        ("notes/studymark.toml", "[files]\nexclude = [\"drafts\"]\n"),
        ("other/z.md", "## What is elsewhere?\n"),
    ]);
    git(folder.0.path(), &["init", "--quiet"]);
    commit(&folder);
    folder.write(
        "notes/网络.md",
        "# 网络\n\n## 一、三次握手\n\n确认双方的收和发。\n\n## 二、拥塞控制\n\n## 三、什么是 TLS？\n\n## 四、什么是 DNS？\n\n名字到地址。\n"
            .as_bytes(),
    );
    std::fs::remove_file(folder.0.path().join("notes/old name.md")).unwrap();
    folder.write("notes/trees.md", b"## What is a heap?\n\nA tree.\n\n## What is a trie?\n");
    folder
}

/// What it prints, with the name of the commit taken out.
#[track_caller]
fn check(folder: &Folder, arguments: &[&str], code: i32, expected: &Expect) {
    let output = folder.run(arguments);
    let shown = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let head = Command::new("git").current_dir(folder.0.path()).args(["rev-parse", "HEAD"]).output().unwrap();
    let head = String::from_utf8(head.stdout).unwrap();
    let shown = shown.replace(head.get(..10).unwrap_or("no commit"), "COMMIT");
    expected.assert_eq(&shown.replace(&*folder.0.path().to_string_lossy(), "FOLDER"));
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn for_people() {
    check(
        &studied(),
        &["stats", "notes", "--since", "HEAD", "--color", "never"],
        0,
        &expect![[r#"
            since HEAD (COMMIT, 2026-03-01)
            old name.md → trees.md  ████████████░░░░░░░░░░░░      0/2 → 1/2       +1
            网络.md                 ████████████░░░░░░░░░░░░      1/3 → 2/4       +1
            ────────────────────────────────────────────────────────────────────────
            2 notes                 ████████████░░░░░░░░░░░░      1/5 → 3/6       +2

            newly answered (3)
              trees.md
                ✓ What is a heap? :1
              网络.md
                ✓ 三次握手 :3
                ✓ 什么是 DNS？ :11

            newly asked (1)
              网络.md
                ○ 什么是 TLS？ :9

            re-opened (1)
              网络.md
                ○ 拥塞控制 :7

            not asked any more (1)
              网络.md
                ○ 什么是 NAT？
        "#]],
    );
}

#[test]
fn for_tools() {
    let folder = studied();
    let stats = folder.json(&["stats", "notes", "--since", "HEAD", "--format", "json"]);
    let since = &stats["since"];
    assert_eq!((&since["revision"], &since["date"]), (&json!("HEAD"), &json!("2026-03-01")));
    assert_eq!(since["commit"].as_str().unwrap().len(), 40);
    assert_eq!(
        since["total"],
        json!({
            "before": {"questions": 5, "answered": 1, "stub": 0, "unanswered": 4},
            "after": {"questions": 6, "answered": 3, "stub": 0, "unanswered": 3},
        })
    );
    assert_eq!(
        (&since["files"][0]["path"], &since["files"][0]["from"]),
        (&json!("trees.md"), &json!("old name.md"))
    );
    assert_eq!(
        since["chapters"],
        json!([{
            "path": "网络.md", "line": 1, "title": "网络",
            "before": {"questions": 3, "answered": 1, "stub": 0, "unanswered": 2},
            "after": {"questions": 4, "answered": 2, "stub": 0, "unanswered": 2},
        }])
    );
    assert_eq!(
        since["questions"][0],
        json!({
            "path": "trees.md", "line": 1, "title": "What is a heap?", "chapter": null, "change": "answered",
            "before": "unanswered", "after": "answered",
        })
    );
    let changes: Vec<&str> = since["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| question["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["answered", "gone", "answered", "reopened", "asked", "answered"]);
    assert_eq!(stats["total"], since["total"]["after"]);
    assert_eq!(folder.json(&["stats", "notes", "--format", "json"]).get("since"), None);
}

#[test]
fn one_note_and_the_same_state() {
    let folder = studied();
    check(
        &folder,
        &["stats", "notes/trees.md", "--since", "HEAD", "--color", "never"],
        0,
        &expect![[r#"
            since HEAD (COMMIT, 2026-03-01)
            old name.md → trees.md  ████████████░░░░░░░░░░░░      0/2 → 1/2       +1
            ────────────────────────────────────────────────────────────────────────
            1 note                  ████████████░░░░░░░░░░░░      0/2 → 1/2       +1

            newly answered (1)
              trees.md
                ✓ What is a heap? :1
        "#]],
    );
    commit(&folder);
    check(
        &folder,
        &["stats", "--since", "HEAD", "--color", "never"],
        0,
        &expect![[r#"
            since HEAD (COMMIT, 2026-03-01)
            nothing changed: 3/8 answered
        "#]],
    );
    check(
        &folder,
        &["stats", "notes", "--since", "HEAD", "--fail-under", "51"],
        1,
        &expect![[r#"
            since HEAD (COMMIT, 2026-03-01)
            nothing changed: 3/6 answered
        "#]],
    );
}

#[test]
fn a_folder_that_was_not_there_yet() {
    let folder = studied();
    folder.write("new/a.md", b"## What is new?\n");
    check(
        &folder,
        &["stats", "new", "--since", "main", "--color", "never"],
        0,
        &expect![[r#"
            since main (COMMIT, 2026-03-01)
            a.md      ░░░░░░░░░░░░░░░░░░░░░░░░      new → 0/1
            ──────────────────────────────────────────────────────────
            1 note    ░░░░░░░░░░░░░░░░░░░░░░░░      0/0 → 0/1

            newly asked (1)
              a.md
                ○ What is new? :1
        "#]],
    );
}

#[test]
fn a_day_means_the_last_commit_before_it() {
    let folder = studied();
    let since = |day: &str| {
        folder.json(&["stats", "notes", "--since", day, "--format", "json"])["since"]["date"].take()
    };
    assert_eq!(since("2026-03-02"), "2026-03-01");
    check(
        &folder,
        &["stats", "--since", "2026-02-28"],
        2,
        &expect![[r#"
        error: --since: there is no commit before 2026-02-28
    "#]],
    );
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = studied();
    check(
        &folder,
        &["stats", "--since", "v9"],
        2,
        &expect![[r#"
        error: --since: there is no revision v9; name a commit, a tag, a branch or a day (2026-09-01)
    "#]],
    );
    check(
        &folder,
        &["stats", "--since", "--output=x"],
        2,
        &expect![[r#"
        error: unexpected argument '--output' found

          tip: to pass '--output' as a value, use '-- --output'

        Usage: studymark stats [OPTIONS] [PATH]...

        For more information, try '--help'.
    "#]],
    );
    check(
        &folder,
        &["stats", "--since=--output=x"],
        2,
        &expect![[r#"
        error: --since: there is no revision --output=x; name a commit, a tag, a branch or a day (2026-09-01)
    "#]],
    );
    check(
        &Folder::with(&[("a.md", "# x\n")]),
        &["stats", "--since", "HEAD"],
        2,
        &expect![[r#"
        error: --since cannot read the history of FOLDER: not a git repository (or any of the parent directories): .git
    "#]],
    );
    let empty = Folder::with(&[("a.md", "# x\n")]);
    git(empty.0.path(), &["init", "--quiet"]);
    check(
        &empty,
        &["stats", "--since", "HEAD"],
        2,
        &expect![[r#"
        error: --since: there is no revision HEAD; name a commit, a tag, a branch or a day (2026-09-01)
    "#]],
    );
}

#[test]
fn without_git_it_is_said() {
    let folder = studied();
    let output = folder.command(&["stats", "--since", "HEAD"]).env("PATH", "").output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: --since asks git for the history, and git is not installed\n"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_shallow_clone_is_told_from_a_wrong_name() {
    let folder = studied();
    commit(&folder);
    let clone = Folder::with(&[]);
    let source = format!("file://{}", folder.0.path().to_str().unwrap().replace('\\', "/"));
    git(clone.0.path(), &["clone", "--quiet", "--depth", "1", &source, "copy"]);
    check(
        &clone,
        &["stats", "copy", "--since", "HEAD~1"],
        2,
        &expect![[r#"
        error: --since: there is no revision HEAD~1 in this clone, which is shallow; `git fetch --unshallow` gets the rest of the history
    "#]],
    );
}

#[test]
fn many_notes_do_not_clog_the_pipe() {
    let folder = Folder::with(&[]);
    let text = "## What is a heap?\n\n".to_owned() + &"A tree. ".repeat(2_000);
    for index in 0..300 {
        folder.write(&format!("{index}.md"), format!("{text}\n\n## What is {index}?\n").as_bytes());
    }
    git(folder.0.path(), &["init", "--quiet"]);
    commit(&folder);
    folder.write("7.md", b"## What is a heap?\n");
    let stats: Value = folder.json(&["stats", "--since", "HEAD", "--format", "json"]);
    let total = &stats["since"]["total"];
    assert_eq!((&total["before"]["questions"], &total["after"]["questions"]), (&json!(600), &json!(599)));
}
