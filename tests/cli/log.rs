//! The log of the server: its levels, its lines, its file.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use expect_test::{Expect, expect};
use serde_json::json;

use crate::Folder;

/// Runs the server on a few messages of a client, `with` given options and variables of the environment.
fn serve(folder: &Folder, options: &[&str], variables: &[(&str, &str)]) -> Output {
    let root = format!("file://{}", folder.0.path().display());
    let note = format!("{root}/a.md");
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "processId": null, "rootUri": root, "capabilities": {},
            "workspaceFolders": [{"uri": root, "name": "notes"}]
        }}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": note, "languageId": "markdown", "version": 1, "text": "# 秘密\n"}
        }}),
        json!({"jsonrpc": "2.0", "id": "h\n1", "method": "textDocument/hover", "params": {
            "textDocument": {"uri": note}, "position": {"line": 0, "character": 3}
        }}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "no/such"}),
        json!({"jsonrpc": "2.0", "method": "workspace/didChangeWatchedFiles", "params": {
            "changes": [{"uri": format!("{root}/studymark.log"), "type": 2}]
        }}),
        json!({"jsonrpc": "2.0", "id": 4, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ];
    let mut command = folder.command(&[&["lsp"], options].concat());
    command.env_remove("STUDYMARK_LOG").env_remove("STUDYMARK_LOG_FILE").envs(variables.iter().copied());
    let mut server =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = server.stdin.take().unwrap();
    for message in messages.map(|message| message.to_string()) {
        // A server that refused its options has gone already.
        let _ = write!(stdin, "Content-Length: {}\r\n\r\n{message}", message.len());
    }
    drop(stdin);
    server.wait_with_output().unwrap()
}

/// The lines of a log without their times, those of what came from the client in their order.
fn lines(log: &str) -> Vec<String> {
    log.lines()
        .map(|line| {
            let rest = line.strip_prefix("studymark ").unwrap_or_else(|| panic!("{line:?}"));
            let (time, rest) = rest.split_once(' ').unwrap();
            assert!(time.len() == 24 && time.starts_with("20") && time.ends_with('Z'), "{line}");
            rest.split(' ')
                .map(|word| if word.parse::<f64>().is_ok() { "N" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn levels(log: &str) -> Vec<String> {
    let mut levels: Vec<String> =
        lines(log).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    levels.sort();
    levels.dedup();
    levels
}

#[track_caller]
fn check_messages(log: &str, expected: &Expect) {
    let mut messages: Vec<String> = lines(log)
        .into_iter()
        .filter(|line| line.starts_with("debug: ") && !line.contains("sent "))
        // Whether it was answered before the client said goodbye is a matter of luck.
        .map(|line| if line.contains("hover") { line.replace(", error N", "") } else { line })
        .map(|line| line + "\n")
        .collect();
    messages.sort();
    expected.assert_eq(&messages.concat());
    assert!(!log.contains("秘密"), "{log}");
}

#[test]
fn every_message_at_debug_and_none_of_the_text() {
    let folder = Folder::with(&[("a.md", "# 秘密\n")]);
    let output = serve(&folder, &["--log", "debug"], &[]);
    assert_eq!(output.status.code(), Some(0));
    let log = String::from_utf8(output.stderr).unwrap();
    check_messages(
        &log,
        &expect![[r#"
        debug: exit N ms
        debug: initialize #1 N ms
        debug: initialized N ms
        debug: no/such #3 N ms, error N
        debug: shutdown #4 N ms
        debug: textDocument/didOpen N ms
        debug: textDocument/hover #"h\n1" N ms
        debug: workspace/didChangeWatchedFiles N ms
    "#]],
    );
    assert!(lines(&log).iter().any(|line| line.contains("info: version")), "{log}");
}

#[test]
fn levels_leave_out_what_matters_less() {
    let folder = Folder::with(&[("a.md", "# 秘密\n")]);
    let logged = |options: &[&str], variables: &[(&str, &str)]| {
        let output = serve(&folder, options, variables);
        assert_eq!(output.status.code(), Some(0));
        levels(&String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(logged(&[], &[]), ["info"]);
    assert_eq!(logged(&["--log", "off"], &[]), [""; 0]);
    assert_eq!(logged(&["--log", "error"], &[]), [""; 0]);
    assert_eq!(logged(&["--log", "DEBUG"], &[]), ["debug", "info"]);
    assert_eq!(logged(&[], &[("STUDYMARK_LOG", "Debug")]), ["debug", "info"]);
    assert_eq!(logged(&["--log", "info"], &[("STUDYMARK_LOG", "off")]), ["info"], "the option wins");
    assert_eq!(logged(&[], &[("STUDYMARK_LOG", "")]), ["info"], "an empty variable is none");
}

#[test]
fn a_file_is_added_to_and_its_own_changes_are_not_logged() {
    let folder = Folder::with(&[("a.md", "# 秘密\n")]);
    let path = folder.0.path().join("studymark.log");
    for options in [&["--log", "debug", "--log-file", "studymark.log"][..], &["--log-file", "studymark.log"]]
    {
        let output = serve(&folder, options, &[]);
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    }
    let by_variable = [("STUDYMARK_LOG_FILE", path.to_str().unwrap())];
    assert_eq!(serve(&folder, &[], &by_variable).status.code(), Some(0));
    let log = fs::read_to_string(&path).unwrap();
    assert_eq!(lines(&log).iter().filter(|line| line.starts_with("info: version")).count(), 3, "{log}");
    assert!(log.contains("textDocument/hover") && !log.contains("didChangeWatchedFiles"), "{log}");
}

#[test]
fn a_log_that_cannot_be_had_is_said_and_nothing_is_written_over() {
    let folder = Folder::with(&[
        ("a.md", "# 秘密\n"),
        ("list.txt", "studymarks\n"),
        ("folder/x", ""),
        ("empty.log", ""),
    ]);
    for (file, message) in [
        ("a.md", "a.md is named like a note; name another file for the log"),
        ("new.MD", "new.MD is named like a note"),
        ("list.txt", "list.txt is there and is no log of studymark; name another file"),
        ("folder", "cannot open the log folder: "),
        ("nowhere/x.log", "cannot open the log nowhere/x.log: "),
    ] {
        for (options, variables) in
            [(&["--log-file", file][..], &[][..]), (&[][..], &[("STUDYMARK_LOG_FILE", file)][..])]
        {
            let output = serve(&folder, options, variables);
            let complaint = String::from_utf8(output.stderr).unwrap();
            assert!(complaint.contains(message), "{file}: {complaint}");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{file}");
        }
    }
    assert!(!folder.0.path().join("new.MD").exists());
    assert_eq!(fs::read_to_string(folder.0.path().join("a.md")).unwrap(), "# 秘密\n");
    assert_eq!(fs::read_to_string(folder.0.path().join("list.txt")).unwrap(), "studymarks\n");
    assert_eq!(serve(&folder, &["--log-file", "empty.log"], &[]).status.code(), Some(0));
    for (options, variables) in
        [(&["--log", "loud"][..], &[][..]), (&[][..], &[("STUDYMARK_LOG", "loud")][..])]
    {
        let output = serve(&folder, options, variables);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("loud") && complaint.contains("debug"), "{complaint}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_note_is_no_log() {
    let folder = Folder::with(&[("a.md", "# 秘密\n")]);
    std::os::unix::fs::symlink(folder.0.path().join("a.md"), folder.0.path().join("x.log")).unwrap();
    std::os::unix::fs::symlink(folder.0.path().join("empty.md"), folder.0.path().join("y.log")).unwrap();
    fs::write(folder.0.path().join("empty.md"), "").unwrap();
    for link in ["x.log", "y.log"] {
        let output = serve(&folder, &["--log-file", link], &[]);
        assert_eq!(output.status.code(), Some(2), "{link}");
    }
    assert_eq!(fs::read_to_string(folder.0.path().join("a.md")).unwrap(), "# 秘密\n");
    assert_eq!(fs::read_to_string(folder.0.path().join("empty.md")).unwrap(), "");
}

#[test]
fn a_log_that_is_full_is_kept_beside_the_next() {
    let folder = Folder::with(&[("a.md", "# 秘密\n")]);
    let line = "studymark 2026-11-26T08:30:00.250Z info: what was logged before\n";
    let full = line.repeat(10_000_000 / line.len());
    folder.write("s.log", full.as_bytes());
    folder.write("s.log.1", line.as_bytes());
    let debug = ["--log", "debug", "--log-file", "s.log"];
    assert_eq!(serve(&folder, &debug, &[]).status.code(), Some(0));
    let read = |path: &str| fs::read_to_string(folder.0.path().join(path)).unwrap();
    let (log, last) = (read("s.log"), read("s.log.1"));
    assert!(last.starts_with(&full) && last.len() <= 10_000_000, "{} bytes", last.len());
    let both = format!("{}{log}", &last[full.len()..]);
    assert!(lines(&both).iter().any(|line| line.starts_with("info: version")), "{both}");
    assert!(log.contains("textDocument/hover") && log.len() < 10_000, "{log}");
    // What is called like the one before and is none is not replaced.
    folder.write("t.log.1", b"my own\n");
    let output = serve(&folder, &["--log-file", "t.log"], &[]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("t.log.1 is there and is no log of studymark"), "{complaint}");
    assert_eq!((output.status.code(), read("t.log.1").as_str()), (Some(2), "my own\n"));
}
