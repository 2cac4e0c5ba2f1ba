//! The real binary, as people and tools run it.
//!
//! Invariant: every test has its own folder; what is printed is compared whole, JSON field by field.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads its own files and says what is wrong by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tempfile::TempDir;

mod doctor;
mod export;
mod faults;
mod graph;
mod headings;
mod log;
mod machines;
mod permissions;
mod session;
mod since;

struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_studymark"));
        command.args(arguments).current_dir(self.0.path()).env("COLUMNS", "80").env_remove("NO_COLOR");
        command
    }

    #[track_caller]
    fn check(&self, arguments: &[&str], code: i32, expected: &Expect) {
        let output = self.run(arguments);
        let mut shown = String::from_utf8(output.stdout).unwrap();
        shown += &String::from_utf8(output.stderr).unwrap();
        expected.assert_eq(&shown.replace(&*self.0.path().to_string_lossy(), "FOLDER"));
        assert_eq!(output.status.code(), Some(code));
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
    }
}

/// A small vault with one of everything.
fn notes() -> Folder {
    Folder::with(&[
        (
            "网络.md",
            "# 网络\n\n## 一、三次握手\n\n确认双方的收和发，见 [死锁](系统.md#死锁)。\n\n## 二、TIME_WAIT 的作用\n\n## 三、拥塞控制\n\n待补充\n\n# 容器\n",
        ),
        ("系统.md", "# 系统\n\n😀\t见 [图](没有.md)，[[调度器]]。\n\n![x](p.png)\n"),
        ("p.png", ""),
    ])
}

#[test]
fn check_shows_the_source_with_a_mark_right_under_it() {
    notes().check(
        &["check", "--color", "never"],
        1,
        &expect![[r#"
            系统.md  1/1 answered
            error[missing-file]: file not found: 没有.md
             --> 系统.md:3:9
              |
            3 | 😀    见 [图](没有.md)，[[调度器]]。
              |               ^^^^^^^

            info[missing-note]: no note is called 调度器
             --> 系统.md:3:18
              |
            3 | 😀    见 [图](没有.md)，[[调度器]]。
              |                           ^^^^^^


            网络.md  1/3 answered
            error[missing-heading]: no heading or anchor #死锁 in 系统.md
             --> 网络.md:5:22
              |
            5 | 确认双方的收和发，见 [死锁](系统.md#死锁)。
              |                                    ^^^^^

            info[unanswered-question]: no answer yet
             --> 网络.md:7:4
              |
            7 | ## 二、TIME_WAIT 的作用
              |    ^^^^^^^^^^^^^^^^^^^^

            info[stub-answer]: the answer is still to be written: “待补充”
             --> 网络.md:9:4
              |
            9 | ## 三、拥塞控制
              |    ^^^^^^^^^^^^

                 13:3   hint[empty-chapter] nothing in this chapter yet  容器

            2 notes · 2 errors · 2 open questions · 1 remark · 1 hint
            ███████████████░░░░░░░░░░░░░░░  2/4 answered, 50 %
        "#]],
    );
}

#[test]
fn carets_stand_under_what_they_mark() {
    use unicode_width::UnicodeWidthStr;
    let output = notes().run(&["check", "--color", "never", "系统.md"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = shown.lines().collect();
    let source = lines.iter().position(|line| line.contains("没有.md)")).unwrap();
    let before = lines[source].split("没有.md)").next().unwrap().width();
    let mark = lines[source + 1];
    let caret = mark.find('^').unwrap();
    assert_eq!(mark[..caret].width(), before);
    assert_eq!(mark[caret..].trim_end().width(), "没有.md".width());
}

#[test]
fn brief_output_is_one_line_a_finding() {
    notes().check(
        &["check", "--brief", "--color", "never"],
        1,
        &expect![[r#"
        系统.md  1/1 answered
              3:9   error[missing-file] file not found: 没有.md  没有.md
              3:18  information[missing-note] no note is called 调度器  调度器

        网络.md  1/3 answered
              5:22  error[missing-heading] no heading or anchor #死锁 in 系统.md  #死锁
              7:4   information[unanswered-question] no answer yet  二、TIME_WAIT 的作用
              9:4   information[stub-answer] the answer is still to be written: “待补充”  三、拥塞控制
             13:3   hint[empty-chapter] nothing in this chapter yet  容器

        2 notes · 2 errors · 2 open questions · 1 remark · 1 hint
        ███████████████░░░░░░░░░░░░░░░  2/4 answered, 50 %
    "#]],
    );
}

#[test]
fn a_clean_vault_is_told_so() {
    Folder::with(&[("a.md", "# 什么是栈\n\n后进先出。\n")]).check(
        &["check", "--color", "never"],
        0,
        &expect![[r#"
            1 note · nothing to complain about
            ██████████████████████████████  1/1 answered, 100 %
        "#]],
    );
}

#[test]
fn fail_on_decides_the_exit_code() {
    let folder = Folder::with(&[("a.md", "# 甲\n\n## 一、问？\n\n## 二、答\n\n好。\n")]);
    for (level, code) in [("error", 0), ("warning", 0), ("information", 1), ("hint", 1), ("never", 0)] {
        assert_eq!(folder.run(&["check", "--fail-on", level]).status.code(), Some(code), "{level}");
    }
}

#[test]
fn json_of_check() {
    let folder = notes();
    let found = folder.json(&["check", "--format", "json"]);
    assert_eq!(found["version"], 1);
    assert_eq!(found["root"], folder.0.path().to_str().unwrap());
    let file = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["code"] == "missing-file")
        .unwrap();
    assert_eq!(
        *file,
        json!({
            "path": "系统.md", "line": 3, "column": 9, "end_line": 3, "end_column": 14, "code": "missing-file",
            "severity": "error", "message": "file not found: 没有.md", "related": [], "data": {"target": "没有.md"}
        })
    );
    let codes: Vec<&str> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "missing-file",
            "missing-note",
            "missing-heading",
            "unanswered-question",
            "stub-answer",
            "empty-chapter"
        ]
    );
}

#[test]
fn json_of_the_other_verbs() {
    let folder = notes();
    let outline = folder.json(&["outline", "网络.md", "--format", "json"]);
    assert_eq!(
        outline["headings"][1],
        json!({
            "path": "网络.md", "line": 3, "level": 2, "number": "1", "title": "三次握手", "text": "一、三次握手",
            "anchor": "一三次握手", "state": "answered", "question": true
        })
    );
    assert_eq!(outline["headings"][0]["number"], Value::Null);
    let questions = folder.json(&["questions", "--format", "json"]);
    assert_eq!(
        questions["questions"],
        json!([{
            "path": "网络.md", "line": 7, "title": "TIME_WAIT 的作用", "chapter": "网络", "source": "heading",
            "state": "unanswered", "candidates": [], "duplicates": []
        }])
    );
    let stats = folder.json(&["stats", "--format", "json"]);
    assert_eq!(stats["total"], json!({"questions": 4, "answered": 2, "stub": 1, "unanswered": 1}));
    assert_eq!(
        stats["chapters"][0],
        json!({
            "path": "网络.md", "line": 1, "title": "网络", "questions": 3, "answered": 1, "stub": 1, "unanswered": 1
        })
    );
    assert_eq!(stats["files"].as_array().unwrap().len(), 2);
    let links = folder.json(&["links", "--format", "json"]);
    let link = |n: usize| links["links"][n].clone();
    assert_eq!(
        link(0),
        json!({"path": "系统.md", "line": 3, "column": 5, "kind": "inline", "target": "没有.md", "status": "missing", "to": null})
    );
    assert_eq!(link(1)["status"], "missing");
    assert_eq!(link(2)["to"], json!({"path": "p.png", "line": 1}));
    assert_eq!(link(3)["status"], "missing");
}

#[test]
fn links_tell_lines_of_notes_and_of_other_files() {
    let folder = Folder::with(&[
        ("甲.md", "😀 [a](main.rs#L3) [b](乙.md#L2) [c](乙.md#二) [d](乙.md) [[同]] [e](https://a.b)\n"),
        ("乙.md", "# 一\n\n# 二\n"),
        ("main.rs", "a\nb\nc\n"),
        ("x/同.md", "x\n"),
        ("y/同.md", "y\n"),
    ]);
    let links = folder.json(&["links", "--format", "json"]);
    let lines = links["links"].as_array().unwrap().iter().map(|link| {
        let (column, status, to) = (&link["column"], link["status"].as_str().unwrap(), &link["to"]);
        format!("{column} {status} {} {}\n", to["path"].as_str().unwrap_or("-"), to["line"])
    });
    expect![[r#"
        3 ok main.rs 3
        19 ok 乙.md 2
        32 ok 乙.md 3
        44 ok 乙.md 1
        54 ambiguous x/同.md 1
        60 external - null
    "#]]
    .assert_eq(&lines.collect::<String>());
}

#[test]
fn github_and_sarif() {
    let folder = Folder::with(&[("a,b.md", "[x](100%.md)\n")]);
    folder.check(&["check", "--format", "github"], 1, &expect![[r#"
        ::error file=a%2Cb.md,line=1,endLine=1,col=5,endColumn=12,title=missing-file::file not found: 100%25.md
    "#]]);
    let log = folder.json(&["check", "--format", "sarif"]);
    assert_eq!(log["version"], "2.1.0");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "missing-file");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%2Cb.md");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 5);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "missing-file"));
}

#[test]
fn stats_with_bars() {
    let folder = notes();
    folder.check(
        &["stats", "--color", "never"],
        0,
        &expect![[r#"
        系统.md   ██████████████████████████████      1/1  100 %
        网络.md   ██████████░░░░░░░░░░░░░░░░░░░░      1/3   33 %  1 put off
          网络    ██████████░░░░░░░░░░░░░░░░░░░░      1/3   33 %  1 put off
          容器    ······························  nothing in it yet
        ──────────────────────────────────────────────────────────
        2 notes   ███████████████░░░░░░░░░░░░░░░      2/4   50 %  1 put off
    "#]],
    );
    assert_eq!(folder.run(&["stats", "--fail-under", "50"]).status.code(), Some(0));
    assert_eq!(folder.run(&["stats", "--fail-under", "51"]).status.code(), Some(1));
}

#[test]
fn outline_questions_and_links_for_people() {
    let folder = notes();
    folder.check(
        &["outline", "网络.md", "--anchors", "--color", "never"],
        0,
        &expect![[r#"
        网络.md
            1  ◐ 网络  #网络
            3    ✓ 一、三次握手  #一三次握手
            7    ○ 二、TIME_WAIT 的作用  #二time_wait-的作用
            9    … 三、拥塞控制  #三拥塞控制
           13  ◌ 容器  #容器

    "#]],
    );
    folder.check(
        &["questions", "--color", "never", "--state", "all"],
        0,
        &expect![[r#"
        系统.md
            ✓ 系统 :1

        网络.md
          网络 (3)
            ✓ 三次握手 :3
            ○ TIME_WAIT 的作用 :7
            … 拥塞控制 :9

        4 questions
    "#]],
    );
    folder.check(
        &["links", "--color", "never", "--status", "missing"],
        0,
        &expect![[r#"
        系统.md
               3:5 missing   没有.md
              3:16 missing   调度器

        网络.md
              5:12 missing   系统.md#死锁

        3 links · 3 missing
    "#]],
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = Folder::with(&[("a.txt", "x"), ("a.md", "# x\n\ny\n")]);
    folder.check(
        &["check", "nowhere"],
        2,
        &expect![[r#"
        error: nowhere does not exist: name a note or a folder of notes
    "#]],
    );
    folder.check(&["check", "a.txt"], 2, &expect![[r#"
        error: a.txt is no note: notes end in .md, .markdown, .mdown, .mkd; files.extensions sets other endings
    "#]]);
    assert_eq!(folder.run(&["check", "--format", "xml"]).status.code(), Some(2));
    assert_eq!(folder.run(&["chek"]).status.code(), Some(2));
}

#[test]
fn bad_settings_name_file_line_and_key() {
    let folder =
        Folder::with(&[("studymark.toml", "[questions]\nwords = []\nwrods = []\n"), ("a.md", "# x\n")]);
    folder.check(&["check"], 2, &expect![[r#"
        error: FOLDER/studymark.toml:3: questions.wrods: there is no such setting; did you mean questions.words?
    "#]]);
    folder.write("studymark.toml", b"[diagnostics]\nmissing-fil = \"off\"\n");
    folder.check(&["check"], 2, &expect![[r#"
        error: FOLDER/studymark.toml:2: diagnostics.missing-fil: there is no such finding; did you mean missing-file?
    "#]]);
    folder.write("studymark.toml", b"[diagnostics]\nmissing-file = \"off\"\n");
    folder.write("a.md", b"[x](y.md)\n");
    assert_eq!(folder.run(&["check"]).status.code(), Some(0));
}

#[test]
fn files_that_are_not_utf8_are_findings() {
    let folder = Folder::with(&[]);
    folder.write("gbk.md", b"# a\n\xb1\xd5\xb0\xfc\n");
    folder.check(
        &["check", "--color", "never"],
        1,
        &expect![[r#"
            gbk.md
            error[not-utf8]: not UTF-8 at line 2 (byte 4): save the file as UTF-8
            --> gbk.md


            0 notes · 1 error
        "#]],
    );
}

#[test]
fn a_single_note_is_read_with_what_it_links_to() {
    let folder =
        Folder::with(&[("a.md", "[b](b.md#没有) [[c]]\n"), ("b.md", "# b\n\n[x](y.md)\n"), ("c.md", "")]);
    folder.check(
        &["check", "a.md", "--brief", "--color", "never"],
        1,
        &expect![[r#"
        a.md
              1:9   error[missing-heading] no heading or anchor #没有 in b.md  #没有

        1 note · 1 error
    "#]],
    );
    // In a marked folder the rest is known, and only what was named is reported.
    folder.write("studymark.toml", b"");
    folder.check(
        &["links", "a.md", "--color", "never"],
        0,
        &expect![[r#"
        a.md
               1:1 missing   b.md#没有
              1:14 ok        c → c.md:1

        2 links · 1 missing
    "#]],
    );
}

#[test]
fn several_roots() {
    let folder = Folder::with(&[
        ("甲/a.md", "[x](no.md)\n"),
        ("乙/b.md", "[y](no.md)\n"),
        ("丙/c.md", "[z](no.md)\n"),
    ]);
    let found = folder.json(&["check", "甲", "乙", "--format", "json"]);
    let paths: Vec<&str> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["乙/b.md", "甲/a.md"]);
    assert_eq!(found["root"], folder.0.path().to_str().unwrap());
}

#[test]
fn init_writes_once() {
    let folder = Folder::with(&[]);
    folder.check(
        &["init"],
        0,
        &expect![[r#"
        wrote ./studymark.toml: every setting is in it, commented out
    "#]],
    );
    let written = fs::read_to_string(folder.0.path().join("studymark.toml")).unwrap();
    assert!(written.contains("#: missing-file = \"error\""));
    folder.check(
        &["init"],
        2,
        &expect![[r#"
        error: ./studymark.toml exists already; see all settings with --print
    "#]],
    );
    let printed = folder.run(&["init", "--print"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), written);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::with(&[("a.md", &"## 一、问？\n".repeat(2_000))]);
    let mut child = folder.command(&["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn colour_follows_the_choice_and_no_color() {
    let folder = notes();
    let coloured = |output: Output| output.stdout.contains(&0x1b);
    assert!(coloured(folder.run(&["check", "--color", "always"])));
    assert!(!coloured(folder.run(&["check"])), "a pipe is no terminal");
}

#[test]
fn help_version_and_completions() {
    let folder = Folder::with(&[]);
    let help = String::from_utf8(folder.run(&["--help"]).stdout).unwrap();
    for verb in [
        "check",
        "questions",
        "stats",
        "outline",
        "links",
        "terms",
        "related",
        "doctor",
        "init",
        "lsp",
        "completions",
    ] {
        assert!(help.contains(verb), "{verb}");
        assert_eq!(folder.run(&[verb, "--help"]).status.code(), Some(0));
    }
    let version = String::from_utf8(folder.run(&["--version"]).stdout).unwrap();
    assert_eq!(version, format!("studymark {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(!folder.run(&["completions", shell]).stdout.is_empty(), "{shell}");
    }
}

#[test]
fn the_command_of_the_readme_shows_the_samples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_studymark"))
        .args(["check", "fixtures/sample", "--format", "json"])
        .current_dir(root)
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut codes: Vec<&str> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let expected = [
        "empty-chapter",
        "missing-file",
        "missing-footnote",
        "missing-heading",
        "missing-image",
        "missing-note",
        "missing-reference",
        "stub-answer",
        "unanswered-question",
    ];
    assert_eq!(codes, expected);
}

/// The user's own note, where it is at hand: exactly what it is known to hold.
#[test]
fn the_interview_note_is_reported_exactly() {
    let note = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/notes/整体面试题.md");
    if !note.is_file() {
        eprintln!("NOT TESTED: the interview note is not here");
        return;
    }
    let run = |arguments: &[&str]| -> Value {
        let output =
            Command::new(env!("CARGO_BIN_EXE_studymark")).args(arguments).arg(&note).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let found = run(&["check", "--format", "json"]);
    let lines = |code: &str| -> Vec<u64> {
        let of_code = |found: &&Value| found["code"] == code;
        found["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of_code)
            .map(|found| found["line"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(lines("unanswered-question").len(), 36);
    assert_eq!(lines("empty-chapter"), [81, 107, 194, 975, 987]);
    assert_eq!(lines("missing-image"), [135]);
    assert_eq!(lines("missing-heading"), [670, 697, 711, 750, 752, 951]);
    assert_eq!(lines("stub-answer"), [534]);
    let loud = |found: &&Value| found["severity"] != "hint";
    assert_eq!(found["diagnostics"].as_array().unwrap().iter().filter(loud).count(), 36 + 1 + 6 + 1 + 1);
    assert_eq!(lines("duplicate-question"), [929]);
    let elsewhere: Vec<(u64, &str)> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|found| {
            let place = found["message"].as_str()?.split("possibly answered in ").nth(1)?;
            Some((found["line"].as_u64()?, place))
        })
        .collect();
    let of_escaping = "聊聊你对gc的理解 › GC性能优化, line 764";
    let expected =
        [(540, "垃圾回收 › Go垃圾回收的三色标记法, line 689"), (913, of_escaping), (921, of_escaping)];
    assert_eq!(elsewhere, expected);
    let stats = run(&["stats", "--format", "json"]);
    let chapters: Vec<(String, u64, u64)> = stats["chapters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["title"].as_str().unwrap().to_owned(),
                row["answered"].as_u64().unwrap(),
                row["questions"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("操作系统", 1, 4),
        ("计算机网络", 0, 8),
        ("docker", 0, 0),
        ("k8s", 6, 14),
        ("go", 14, 27),
        ("gin", 5, 5),
        ("数据库", 0, 3),
        ("istio", 0, 0),
    ];
    assert_eq!(
        chapters,
        expected.map(|(title, answered, questions)| (title.to_owned(), answered, questions))
    );
    assert_eq!(stats["total"], json!({"questions": 61, "answered": 26, "stub": 1, "unanswered": 34}));
}

#[test]
fn questions_say_where_the_same_is_asked_and_where_the_answer_stands() {
    let others: String = ["切片", "通道", "数组", "协程", "接口", "死锁"]
        .map(|title| format!("## 什么是{title}？\n\n待会儿再说{title}的事。\n\n"))
        .concat();
    let note = format!(
        "# Go\n\n## 逃逸分析是什么？\n\n## 垃圾回收\n\n逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。\n\n{others}## 怎么用select？\n\n## 怎么用 Select\n"
    );
    let folder = Folder::with(&[("a.md", &note)]);
    folder.check(
        &["questions", "--color", "never"],
        0,
        &expect![[r#"
            a.md
              Go (3)
                ○ 逃逸分析是什么？ :3
                  ↪ perhaps in 垃圾回收 :7
                ○ 怎么用select？ :33
                  ↪ asked too at :35
                ○ 怎么用 Select :35
                  ↪ asked too at :33

            3 questions to answer
        "#]],
    );
    let found = folder.json(&["questions", "--format", "json"]);
    let candidate = &found["questions"][0]["candidates"][0];
    assert_eq!((&candidate["path"], &candidate["line"]), (&json!("a.md"), &json!(7)));
    assert_eq!((&candidate["title"], &candidate["why"]), (&json!("垃圾回收"), &json!("逃逸分析")));
    assert!(candidate["score"].as_f64().unwrap() > 0.0);
    assert_eq!(found["questions"][2]["duplicates"], json!([{"path": "a.md", "line": 33}]));
}

#[test]
fn terms_with_their_names_and_mentions() {
    let folder = Folder::with(&[
        (
            "系统.md",
            "# 进程\n\n消息队列（message queue）是一种链表。\n\n## 信号\n\n信号（signal）：一种通知。\n",
        ),
        ("b.md", "Message Queue 与消息隊列，信号。\n"),
    ]);
    let json = folder.json(&["terms", "--defined", "--format", "json"]);
    assert_eq!(
        json["terms"],
        json!([
            {
                "name": "信号", "aliases": ["signal"], "mentions": 2,
                "definitions": [{"path": "系统.md", "line": 7, "text": "信号（signal）：一种通知。", "pattern": "labelled"}]
            },
            {
                "name": "消息队列", "aliases": ["message queue"], "mentions": 3,
                "definitions": [{
                    "path": "系统.md", "line": 3, "text": "消息队列（message queue）是一种链表。", "pattern": "translated"
                }]
            }
        ])
    );
    let shown = String::from_utf8(folder.run(&["terms", "--color", "never", "b.md"]).stdout).unwrap();
    assert_eq!(shown, "0 terms\n", "a note that defines nothing");
}

#[test]
fn related_topics_of_a_line() {
    let folder = Folder::with(&[
        ("a.md", "intro\n\n# 进程\n\n## 写时复制\n\n见 [快照](b.md#快照)。\n"),
        ("b.md", "# 数据库\n\n## 快照\n\n子进程。\n"),
    ]);
    let json = folder.json(&["related", "a.md:7", ".", "--format", "json"]);
    assert_eq!(
        json["related"],
        json!([{"path": "b.md", "line": 3, "title": "快照", "score": 1.0, "why": ["linked from here"]}])
    );
    let shown =
        String::from_utf8(folder.run(&["related", "--color", "never", "b.md:3", "."]).stdout).unwrap();
    assert_eq!(shown, "快照\n  写时复制 a.md:5 · links here\n");
    for (place, message) in [
        ("a.md", "a.md is no place: write FILE:LINE"),
        ("a.md:0", "a.md:0 is no place"),
        ("a.md:99", "a.md has 7 lines; there is no line 99"),
        ("a.md:1", "line 1 of a.md stands before the first heading"),
        ("x.md:1", "x.md does not exist"),
    ] {
        let output = folder.run(&["related", place]);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && complaint.contains(message), "{place}: {complaint}");
    }
}
