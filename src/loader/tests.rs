//! Real folders.

use std::fs;
use std::path::Path;

use crate::config::Layer;
use crate::loader::disk::{open, would_leave};
use crate::loader::left_out::{LeftOut, left_out};
use crate::loader::{RootSpec, discover_root, listed, load, load_with, look_up, read_text, refresh};
use crate::path::NotePath;
use crate::vault::{Scope, Unreadable, Vault};

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, content) in files {
            folder.write(path, content);
        }
        folder
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn root(&self) -> NotePath {
        NotePath::from_disk(&self.0.path().canonicalize().unwrap()).unwrap()
    }

    fn path(&self, path: &str) -> NotePath {
        self.root().join(path)
    }

    fn spec(&self) -> RootSpec {
        RootSpec { path: self.root(), scope: Scope::Folder, notes: Vec::new() }
    }

    fn load(&self) -> Vault {
        load(&[self.spec()], &Layer::default(), &|_| true).vault
    }

    fn notes(&self, vault: &Vault) -> Vec<String> {
        vault.notes().map(|note| note.path.relative_to(&self.root()).unwrap().to_owned()).collect()
    }
}

fn never(_: &NotePath) -> bool {
    false
}

#[test]
fn ignore_rules_exclude_globs_and_hidden_folders() {
    let folder = Folder::with(&[
        (".gitignore", b"build/\n"),
        ("build/a.md", b"# a"),
        (".obsidian/b.md", b"# b"),
        ("studymark.toml", "[files]\nexclude = [\"草稿/**\", \"*.tmp.md\"]\n".as_bytes()),
        ("草稿/c.md", b"# c"),
        ("x.tmp.md", b"# x"),
        ("笔记/闭包.md", "# 闭包".as_bytes()),
        ("笔记/图.png", b""),
    ]);
    let vault = folder.load();
    assert_eq!(folder.notes(&vault), ["笔记/闭包.md"]);
    assert!(vault.has_file(&folder.path("笔记/图.png")));
}

#[test]
fn what_is_left_out_is_counted_by_the_reason() {
    let folder = Folder::with(&[
        (".gitignore", b"build/\n"),
        ("build/a.md", b"# a"),
        ("build/a.png", b""),
        (".obsidian/b.md", b"# b"),
        (".git/g.md", b"# g"),
        ("studymark.toml", "[files]\nexclude = [\"草稿/**\", \"*.tmp.md\"]\n".as_bytes()),
        ("草稿/深/c.md", b"# c"),
        ("x.tmp.md", b"# x"),
        ("gbk.md", b"\xb1\xd5"),
        ("笔记/闭包.md", "# 闭包".as_bytes()),
    ]);
    let vault = folder.load();
    let expected = LeftOut { hidden: 1, excluded: 2, ignored: 1, ..LeftOut::default() };
    assert_eq!(left_out(&vault, &vault.roots()[0]), expected);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::with(&[
        ("gbk.md", b"# ok\n\xb1\xd5\xb0\xfc\n"),
        ("utf16.md", b"\xff\xfe#\0"),
        ("bom.md", b"\xef\xbb\xbf# bom\n"),
        ("big.md", b"0123456789"),
        ("studymark.toml", b"[files]\nmax-bytes = 9\n"),
        ("ok.md", b"# ok"),
    ]);
    let vault = folder.load();
    let unreadable: Vec<_> =
        vault.unreadable().map(|(path, why)| (path.file_name().to_owned(), why.clone())).collect();
    assert_eq!(
        unreadable,
        [
            ("big.md".to_owned(), Unreadable::TooLarge { bytes: 10, limit: 9 }),
            ("gbk.md".to_owned(), Unreadable::TooLarge { bytes: 10, limit: 9 }),
            ("utf16.md".to_owned(), Unreadable::NotUtf8 { line: 0, offset: 0 }),
        ]
    );
    assert_eq!(read_text(&folder.path("gbk.md"), 100), Err(Unreadable::NotUtf8 { line: 1, offset: 5 }));
    assert_eq!(vault.note(&folder.path("bom.md")).unwrap().text.as_str(), "# bom\n");
    assert_eq!(read_text(&folder.path("gone.md"), 100), Ok(None));
    assert!(matches!(read_text(&folder.root(), 100), Err(Unreadable::Failed(_))));
}

#[test]
fn the_order_and_number_of_threads_leave_no_trace() {
    let files: Vec<(String, String)> = (0..200)
        .map(|n| {
            (format!("{}/{n}.md", n % 7), format!("# n{n}\n\n[[{}]] [x]({}.md)\n", (n * 7) % 200, n + 1))
        })
        .collect();
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (&**path, text.as_bytes())).collect();
    let folder = Folder::with(&borrowed);
    let vaults =
        [1, 2, 5].map(|threads| load_with(&[folder.spec()], &Layer::default(), &|_| true, threads).vault);
    let links = |vault: &Vault| -> Vec<String> {
        vault
            .notes()
            .flat_map(|note| {
                note.links.iter().map(|link| format!("{:?}", vault.resolve(note, link))).collect::<Vec<_>>()
            })
            .collect()
    };
    assert_eq!(folder.notes(&vaults[0]).len(), 200);
    for vault in &vaults[1..] {
        assert_eq!(folder.notes(vault), folder.notes(&vaults[0]));
        assert_eq!(links(vault), links(&vaults[0]));
    }
}

#[test]
fn what_is_listed_by_names_is_what_a_walk_finds() {
    let files = [
        "a.md",
        "sub/b.MD",
        "sub/p.png",
        ".hidden.md",
        ".obsidian/c.md",
        "drafts/d.md",
        "sub/drafts/deep/e.md",
        "sub/old-f.md",
        "闭包.md",
        "x.txt",
    ];
    let texts: Vec<(&str, &[u8])> = files.iter().map(|path| (*path, &b"# x"[..])).collect();
    let folder = Folder::with(&texts);
    folder.write("studymark.toml", b"[files]\nexclude = [\"drafts\", \"old-*\"]\n");
    let vault = folder.load();
    let paths = files.iter().map(|path| folder.path(path)).collect();
    let listed = listed(&vault.roots()[0], paths);
    let mut notes: Vec<&NotePath> = listed.iter().filter(|(_, note)| *note).map(|(path, _)| path).collect();
    notes.sort();
    assert_eq!(notes, vault.notes().map(|note| &note.path).collect::<Vec<_>>());
    assert_eq!(notes.len(), 3);
    let others: Vec<&NotePath> = listed.iter().filter(|(_, note)| !note).map(|(path, _)| path).collect();
    assert_eq!(others, [&folder.path("sub/p.png"), &folder.path("x.txt")]);
}

#[test]
fn loading_stops_when_asked_to() {
    let files: Vec<String> = (0..500).map(|n| format!("{n}.md")).collect();
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|path| (&**path, &b"# x"[..])).collect();
    let folder = Folder::with(&borrowed);
    let stopped = load_with(&[folder.spec()], &Layer::default(), &|_| false, 1).vault;
    assert!(stopped.len() < 500);
}

#[test]
fn single_notes_read_only_what_they_link_to() {
    let folder = Folder::with(&[
        ("a.md", "[b](b.md#没有) [c](sub/c.md) ![p](p.png) ![q](q.png) [[z]]".as_bytes()),
        ("b.md", b"[d](d.md)"),
        ("sub/c.md", b"# c"),
        ("d.md", b"# d"),
        ("z.md", b"# z"),
        ("p.png", b""),
    ]);
    let note = folder.path("a.md");
    let spec = RootSpec { path: folder.root(), scope: Scope::SingleNotes, notes: vec![note] };
    let vault = load(&[spec], &Layer::default(), &|_| true).vault;
    assert_eq!(folder.notes(&vault), ["a.md", "b.md", "sub/c.md"]);
    assert!(vault.has_file(&folder.path("p.png")) && !vault.has_file(&folder.path("q.png")));
}

#[test]
fn files_that_come_change_and_go() {
    let folder = Folder::with(&[
        (".gitignore", b"out/\n"),
        ("a.md", b"# a"),
        ("sub/b.md", b"# b"),
        ("sub/p.png", b""),
    ]);
    let mut vault = folder.load();
    folder.write("a.md", b"# a2");
    folder.write("new/c.md", b"# c");
    folder.write("out/d.md", b"# d");
    let paths = ["a.md", "new", "out/d.md", "sub/b.md", "nowhere.md"].map(|path| folder.path(path));
    let changed = refresh(&mut vault, &paths, &never);
    assert_eq!(changed, [folder.path("a.md"), folder.path("new/c.md")]);
    assert_eq!(vault.note(&folder.path("a.md")).unwrap().headings[0].title(), "a2");
    assert!(vault.note(&folder.path("out/d.md")).is_none(), "what is ignored stays out");

    fs::remove_dir_all(folder.0.path().join("sub")).unwrap();
    folder.write("a.md", b"# a3");
    let open = folder.path("a.md");
    let changed = refresh(&mut vault, &[folder.path("sub"), open.clone()], &|path| *path == open);
    assert_eq!(changed, [folder.path("sub/b.md")], "an open note keeps its text");
    assert!(!vault.has_file(&folder.path("sub/p.png")) && !vault.has_folder(&folder.path("sub")));
}

#[test]
fn a_file_that_turns_unreadable_and_back() {
    let folder = Folder::with(&[("a.md", b"# a")]);
    let mut vault = folder.load();
    folder.write("a.md", b"\xff");
    refresh(&mut vault, &[folder.path("a.md")], &never);
    assert_eq!((vault.len(), vault.unreadable().count()), (0, 1));
    folder.write("a.md", b"# b");
    refresh(&mut vault, &[folder.path("a.md")], &never);
    assert_eq!((vault.len(), vault.unreadable().count()), (1, 0));
}

#[test]
fn ignored_files_exist_for_links() {
    let folder = Folder::with(&[
        (".gitignore", b"out/\n"),
        ("a.md", b"[x](out/x.md) [y](out/y.md) [z](out/)"),
        ("out/x.md", b""),
    ]);
    let mut vault = folder.load();
    let note = vault.note(&folder.path("a.md")).unwrap().clone();
    assert_eq!(vault.unknown_paths(&note).len(), 2);
    assert!(look_up(&mut vault, &note));
    assert_eq!(vault.unknown_paths(&note), [folder.path("out/y.md")]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_do_not_lead_out_or_around() {
    use std::os::unix::fs::symlink;
    let outside = Folder::with(&[("secret.md", b"# secret"), ("sub/deep.md", b"# deep")]);
    let folder = Folder::with(&[("a.md", b"[s](to-secret.md) [d](out/sub/deep.md)"), ("sub/b.md", b"# b")]);
    let at = |path: &str| folder.0.path().join(path);
    symlink(outside.0.path().join("secret.md"), at("to-secret.md")).unwrap();
    symlink(outside.0.path(), at("out")).unwrap();
    symlink(at("."), at("sub/loop")).unwrap();
    symlink(at("sub/b.md"), at("inner.md")).unwrap();
    let mut vault = folder.load();
    assert_eq!(folder.notes(&vault), ["a.md", "inner.md", "sub/b.md"]);
    let note = vault.note(&folder.path("a.md")).unwrap().clone();
    assert!(!look_up(&mut vault, &note), "nothing outside is even looked at");
}

#[cfg(unix)]
#[test]
fn names_that_are_not_unicode_are_said() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with(&[("a.md", b"# a")]);
    if fs::write(folder.0.path().join(OsStr::from_bytes(b"\xb1\xd5.md")), b"# x").is_err() {
        // Some file systems take no such name, and then there is nothing to say.
        return;
    }
    let vault = folder.load();
    assert_eq!((vault.len(), vault.unreadable().count()), (1, 1));
}

#[test]
fn a_folder_in_place_of_a_file_and_one_in_place_of_another() {
    let folder = Folder::with(&[("a.md", b"# a"), ("b/c.md", b"# c"), ("b/d.md", b"# d")]);
    let mut vault = folder.load();
    fs::remove_file(folder.0.path().join("a.md")).unwrap();
    folder.write("a.md/x.md", b"# x");
    fs::remove_dir_all(folder.0.path().join("b")).unwrap();
    folder.write("b/e.md", b"# e");
    let changed = refresh(&mut vault, &[folder.path("a.md"), folder.path("b")], &never);
    assert_eq!(folder.notes(&vault), ["a.md/x.md", "b/e.md"]);
    assert_eq!(changed.len(), 5);
    let open = folder.path("b/e.md");
    fs::remove_dir_all(folder.0.path().join("b")).unwrap();
    refresh(&mut vault, &[folder.path("b")], &|path| *path == open);
    assert_eq!(folder.notes(&vault), ["a.md/x.md", "b/e.md"], "what is open stays");
}

#[test]
fn a_note_that_a_link_named_before_it_was_told_of_is_read() {
    let folder = Folder::with(&[("a.md", b"[x](new.md)")]);
    let mut vault = folder.load();
    folder.write("new.md", b"# new");
    let note = vault.note(&folder.path("a.md")).unwrap().clone();
    assert!(look_up(&mut vault, &note));
    refresh(&mut vault, &[folder.path("new.md")], &never);
    assert_eq!(folder.notes(&vault), ["a.md", "new.md"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_in_place_of_a_note_is_not_read() {
    use std::os::unix::fs::symlink;
    let outside = Folder::with(&[("secret.md", b"# secret"), ("b.md", b"# secret")]);
    let folder = Folder::with(&[("a.md", b"# a"), ("sub/b.md", b"# b")]);
    let mut vault = folder.load();
    fs::remove_file(folder.0.path().join("a.md")).unwrap();
    symlink(outside.0.path().join("secret.md"), folder.0.path().join("a.md")).unwrap();
    fs::remove_dir_all(folder.0.path().join("sub")).unwrap();
    symlink(outside.0.path(), folder.0.path().join("sub")).unwrap();
    refresh(&mut vault, &[folder.path("a.md"), folder.path("sub/b.md")], &never);
    assert!(folder.notes(&vault).is_empty());
}

#[test]
fn files_that_vanish_while_they_are_read_are_not_there() {
    let folder = Folder::with(&[("stays.md", b"# stays")]);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                (0..40).for_each(|n| folder.write(&format!("{}/{n}.md", n % 4), b"# x"));
                (0..4).for_each(|n| fs::remove_dir_all(folder.0.path().join(n.to_string())).unwrap());
            }
        });
        for _ in 0..40 {
            let mut vault = folder.load();
            let all: Vec<NotePath> = (0..40).map(|n| folder.path(&format!("{}/{n}.md", n % 4))).collect();
            refresh(&mut vault, &all, &never);
            assert!(vault.note(&folder.path("stays.md")).is_some());
            // A folder that went while its entries were listed may be told of, and a note is never half there.
            assert!(vault.notes().all(|note| ["# x", "# stays", ""].contains(&note.text.as_str())));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("a.md", b"# a"), ("b.md", b"# b")]);
    let path = folder.0.path().join("a.md");
    let mut vault = folder.load();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        // Stderr, so that it is seen: this user may read everything.
        let _ = std::io::Write::write_all(
            &mut std::io::stderr(),
            b"SKIPPED: permissions do not hold for this user\n",
        );
        return;
    }
    refresh(&mut vault, &[folder.path("a.md")], &never);
    assert!(vault.note(&folder.path("a.md")).is_none() && vault.is_unreadable(&folder.path("a.md")));
    assert!(folder.load().is_unreadable(&folder.path("a.md")));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    refresh(&mut vault, &[folder.path("a.md")], &never);
    assert_eq!(folder.notes(&vault), ["a.md", "b.md"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_called_like_a_note_is_not_waited_for() {
    let folder = Folder::with(&[("a.md", b"[x](x.md)")]);
    make_pipe(&folder.0.path().join("x.md"));
    let mut vault = folder.load();
    assert_eq!(folder.notes(&vault), ["a.md"]);
    assert!(vault.is_unreadable(&folder.path("x.md")));
    refresh(&mut vault, &[folder.path("x.md")], &never);
    assert!(vault.is_unreadable(&folder.path("x.md")));
}

/// Makes a named pipe that nobody writes into.
#[cfg(unix)]
fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What `work` gives, unless it never ends.
#[cfg(unix)]
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(std::time::Duration::from_secs(60)).expect("nothing is waited for")
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_that_was_looked_at_is_not_waited_for() {
    let folder = Folder::with(&[("a.md", b"# a")]);
    let (file, pipe) = (folder.0.path().join("a.md"), folder.0.path().join("pipe.md"));
    make_pipe(&pipe);
    // As if it had come between the look and the opening.
    assert!(in_time(move || open(&pipe).unwrap().is_none()));
    assert!(in_time(move || open(&file).unwrap().is_some()));
    let gone = folder.0.path().join("gone.md");
    assert_eq!(in_time(move || open(&gone).unwrap_err().kind()), std::io::ErrorKind::NotFound);
}

#[cfg(unix)]
#[test]
fn files_and_pipes_that_take_turns_are_read_to_the_end() {
    let folder = Folder::with(&[]);
    let (file, pipe) = (folder.0.path().join("file"), folder.0.path().join("pipe"));
    let note = folder.0.path().join("a.md");
    fs::write(&file, "# a").unwrap();
    make_pipe(&pipe);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for now in [&file, &pipe] {
                    let _ = fs::remove_file(&note);
                    fs::hard_link(now, &note).unwrap();
                }
            }
        });
        let spec = folder.spec();
        let vaults = in_time(move || -> Vec<Vault> {
            (0..300).map(|_| load(std::slice::from_ref(&spec), &Layer::default(), &|_| true).vault).collect()
        });
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for vault in vaults {
            assert!(vault.notes().all(|note| note.text.as_str() == "# a"));
        }
    });
}

#[test]
fn what_is_made_behind_a_link_would_leave() {
    let folder = Folder::with(&[("notes/sub/a.md", b"# a"), ("outside/b.md", b"# b")]);
    let notes = folder.path("notes");
    let leaves = |path: &str| would_leave(&notes.join(path), &notes);
    assert!(!leaves("new.md") && !leaves("sub/new.md") && !leaves("no/such/folder/new.md"));
    assert!(!would_leave(&folder.path("none/new.md"), &folder.path("none")), "it is not there yet");
    #[cfg(unix)]
    {
        let link = |to: &str, from: &str| {
            std::os::unix::fs::symlink(folder.0.path().join(to), folder.0.path().join(from)).unwrap();
        };
        link("outside", "notes/out");
        link("notes/sub", "notes/in");
        link("nowhere", "notes/lost");
        link("outside/new.md", "notes/made.md");
        link("notes", "alias");
        assert!(
            leaves("out/new.md") && leaves("out/deep/new.md") && leaves("lost/new.md") && leaves("made.md")
        );
        assert!(!leaves("in/new.md") && !leaves("in/deep/new.md"));
        let alias = folder.path("alias");
        assert!(!would_leave(&alias.join("new.md"), &alias), "a folder that is opened by a link");
        assert!(would_leave(&alias.join("out/new.md"), &alias));
    }
    assert!(cfg!(windows) || would_leave(&NotePath::new("C:/a/new.md"), &NotePath::new("C:/a")));
}

#[test]
fn roots_are_found_upwards_by_their_marks() {
    let folder = Folder::with(&[("notes/studymark.toml", b""), ("notes/deep/er/a.md", b"")]);
    let found = discover_root(&folder.0.path().join("notes/deep/er"));
    assert_eq!(found.as_deref(), Some(folder.0.path().join("notes").as_path()));
    assert_eq!(discover_root(Path::new("/")), None);
}
