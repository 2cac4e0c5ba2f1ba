//! The server as a process of its own: it goes when its client goes, in whichever way.
//!
//! Invariant: every process that a test starts is ended by it, whatever happens.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Folder;

/// A process that does not outlive its test.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may have ended by itself, as it should.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Guarded {
    #[track_caller]
    fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < limit, "the process is there after {limit:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn message(value: &Value) -> Vec<u8> {
    let text = value.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

/// A server that has said hello to a client whose process is `parent`.
fn server(folder: &Folder, parent: Option<u32>) -> Guarded {
    let mut command = folder.command(&["lsp"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = Guarded(piped.spawn().unwrap());
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": parent, "capabilities": {}}});
    let stdin = server.0.stdin.as_mut().unwrap();
    stdin.write_all(&message(&hello)).unwrap();
    stdin.write_all(&message(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}))).unwrap();
    let mut first = [0; 16];
    server.0.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"Content-Length: ");
    server
}

#[test]
fn the_server_ends_when_its_input_does() {
    let folder = Folder::with(&[("a.md", "# a\n")]);
    for half in [&b""[..], b"Content-Len", b"Content-Length: 10\r\n\r\n{"] {
        let mut server = server(&folder, None);
        let mut stdin = server.0.stdin.take().unwrap();
        stdin.write_all(half).unwrap();
        drop(stdin);
        let status = server.ends_within(Duration::from_secs(10));
        assert_eq!(status.code(), Some(1), "it was not asked to end");
    }
}

#[test]
fn the_server_ends_when_nobody_reads_what_it_writes() {
    let folder = Folder::with(&[]);
    let mut server = server(&folder, None);
    drop(server.0.stdout.take());
    let ask = json!({"jsonrpc": "2.0", "id": 2, "method": "workspace/symbol", "params": {"query": ""}});
    for _ in 0..100 {
        // The pipe may be closed already, as it should be.
        if server.0.stdin.as_mut().unwrap().write_all(&message(&ask)).is_err() {
            break;
        }
    }
    server.ends_within(Duration::from_secs(10));
}

#[cfg(unix)]
#[test]
fn a_client_that_is_killed_leaves_no_server_behind() {
    let folder = Folder::with(&[]);
    // The client is a program that holds the server's input open and does nothing.
    let mut client = Guarded(Command::new("sleep").arg("1000").stdout(Stdio::piped()).spawn().unwrap());
    let input = client.0.stdout.take().unwrap();
    let mut command = folder.command(&["lsp"]);
    let piped = command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Guarded(piped.spawn().unwrap());
    std::thread::sleep(Duration::from_millis(100));
    assert!(server.0.try_wait().unwrap().is_none(), "it serves as long as its client is there");
    client.0.kill().unwrap();
    assert_eq!(server.ends_within(Duration::from_secs(10)).code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_is_killed_is_missed_though_the_input_stays_open() {
    let folder = Folder::with(&[]);
    let mut client = Guarded(Command::new("sleep").arg("1000").spawn().unwrap());
    // Another process may hold the pipes of a client that is gone: here it is this one.
    let mut server = server(&folder, Some(client.0.id()));
    client.0.kill().unwrap();
    assert_eq!(server.ends_within(Duration::from_secs(20)).code(), Some(1));
}

#[cfg(unix)]
#[test]
fn check_tells_of_what_it_cannot_read_and_goes_on() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with(&[("a.md", "# a\n\n[b](nowhere.md)\n"), ("deep.md", &"> ".repeat(10_000))]);
    folder.write("bad.md", b"# \xff\n");
    std::os::unix::fs::symlink(folder.0.path(), folder.0.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("/nowhere.md", folder.0.path().join("broken.md")).unwrap();
    let odd = std::fs::write(folder.0.path().join(OsStr::from_bytes(b"\xb1\xd5.md")), b"# x").is_ok();
    let output = folder.run(&["check", "--format", "json"]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("nowhere.md") && report.contains("not-utf8"), "{report}");
    assert!(!odd || report.contains("is not UTF-8; rename it"), "{report}");
}
