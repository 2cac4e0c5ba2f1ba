//! Files and folders that may not be read, and later may.
//!
//! Invariant: permissions do not hold for the superuser, so the program runs as nobody where the tests run as that. Where
//! that cannot be done it is said.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::Folder;
use crate::session::Session;

/// A folder whose notes everybody may read, and the program, which is where everybody may run it.
struct Ground {
    folder: Folder,
    program: PathBuf,
    is_superuser: bool,
}

impl Ground {
    /// `None`, and it is said, when there is no way to run the program so that permissions hold.
    fn with(files: &[(&str, &str)]) -> Option<Self> {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.write(&format!("notes/{path}"), text.as_bytes());
        }
        let locked = folder.0.path().join("locked");
        fs::write(&locked, "").unwrap();
        mode(&locked, 0o000);
        let is_superuser = fs::read(&locked).is_ok();
        let program = folder.0.path().join("studymark");
        fs::copy(env!("CARGO_BIN_EXE_studymark"), &program).unwrap();
        mode(folder.0.path(), 0o755);
        mode(&program, 0o755);
        let ground = Self { folder, program, is_superuser };
        let runs = ground.command(&["--version"]).output().is_ok_and(|output| output.status.success());
        if !runs {
            // Stderr, so that it is seen.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"SKIPPED: permissions do not hold for this user, and setpriv cannot make it another\n",
            );
        }
        runs.then_some(ground)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = if self.is_superuser {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(arguments).current_dir(self.folder.0.path()).env("HOME", "/nonexistent");
        command
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.0.path().join("notes").join(path)
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.path(path).display()).trim_end_matches('/').to_owned()
    }

    fn check(&self) -> (Option<i32>, String) {
        let output = self.command(&["check", "--color", "never", "notes"]).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // What cannot be read cannot be removed either.
        for path in [self.path(""), self.path("sub")] {
            if path.exists() {
                mode(&path, 0o755);
            }
        }
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn check_tells_of_what_may_not_be_read_and_finds_it_once_it_may() {
    let Some(ground) =
        Ground::with(&[("a.md", "# a\n"), ("b.md", "# b\n\n[x](none.md)\n"), ("sub/c.md", "# c\n")])
    else {
        return;
    };
    mode(&ground.path("a.md"), 0o000);
    mode(&ground.path("sub"), 0o000);
    let (code, told) = ground.check();
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("a.md") && told.contains("unreadable-file") && told.contains("ermission denied"),
        "{told}"
    );
    assert!(told.contains("sub") && told.contains("none.md"), "what may be read is checked: {told}");
    mode(&ground.path("a.md"), 0o644);
    mode(&ground.path("sub"), 0o755);
    let (_, told) = ground.check();
    assert!(told.contains("none.md") && !told.contains("unreadable"), "{told}");

    mode(&ground.path(""), 0o000);
    let (code, told) = ground.check();
    assert!(code != Some(0) && told.to_lowercase().contains("permission denied"), "{code:?} {told}");
}

#[test]
fn the_server_goes_on_while_files_and_folders_may_not_be_read() {
    let Some(ground) = Ground::with(&[("a.md", "# a\n"), ("b.md", "# b\n"), ("sub/c.md", "# c\n")]) else {
        return;
    };
    mode(&ground.path("a.md"), 0o000);
    let mut session = Session::start(ground.command(&["lsp"]), &ground.uri(""));
    session.until_headings("b c");
    let uri = ground.uri("open.md");
    session.open(&uri, "# typed\n\n[x](a.md) [y](sub/c.md)\n");
    session.until_headings("b c typed");

    mode(&ground.path("a.md"), 0o644);
    session.watched(&[ground.uri("a.md")]);
    session.until_headings("a b c typed");

    mode(&ground.path("sub"), 0o000);
    session.watched(&[ground.uri("sub")]);
    session.until_headings("a b typed");
    mode(&ground.path("sub"), 0o755);
    session.watched(&[ground.uri("sub")]);
    session.until_headings("a b c typed");

    // The whole folder; what is open is there as before.
    mode(&ground.path(""), 0o000);
    session.call("workspace/executeCommand", &json!({"command": "studymark.reindex"}));
    session.until_headings("typed");
    let at = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 6}});
    for method in ["hover", "completion", "definition", "documentSymbol"] {
        session.call(&format!("textDocument/{method}"), &at);
    }
    session.watched(&[ground.uri("a.md"), ground.uri("")]);
    session.until_headings("typed");
    mode(&ground.path(""), 0o755);
    session.call("workspace/executeCommand", &json!({"command": "studymark.reindex"}));
    session.until_headings("a b c typed");
}
