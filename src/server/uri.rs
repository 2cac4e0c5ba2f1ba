//! Names of documents: from the URIs that clients send to [`NotePath`]s and back.
//!
//! Invariant: the only place where a URI is taken apart or put together. A `file:` URI and the path it names are
//! turned into each other without loss; a document without a file is named by its URI's text.

use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tower_lsp::ls_types::Uri;

use crate::path::NotePath;

/// What RFC 3986 does not allow in a path; `%` is judged apart. `#` and `?` are in, since a document's `file:` URI has
/// neither a query nor a fragment: they come from clients that encode nothing.
const FILE: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The same for URIs of other schemes, whose query and fragment mean something.
const OTHER: AsciiSet = FILE.remove(b'#').remove(b'?').remove(b'[').remove(b']');

/// What is left as it is in a URI that this program makes.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The strict form of a URI as a client sent it; `None` when it is strict already or cannot be mended.
///
/// For `file:///a/b[1].md` it is `file:///a/b%5B1%5D.md`, for `C:\a\b.md` it is `file:///C:/a/b.md`.
pub fn strict(text: &str) -> Option<String> {
    if Uri::from_str(text).is_ok() && !is_misread(text) {
        return None;
    }
    let mended = if is_drive(text) {
        format!("file:///{}", encode(&text.replace('\\', "/"), &FILE))
    } else if text.starts_with('/') {
        format!("file://{}", encode(text, &FILE))
    } else if let Some(rest) = text.get(..5).filter(|s| s.eq_ignore_ascii_case("file:")).map(|_| &text[5..]) {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let path = rest.strip_prefix('/').unwrap_or(rest);
        if is_drive(path) {
            format!("file:///{}", encode(&path.replace('\\', "/"), &FILE))
        } else {
            format!("file://{}", encode(rest, &FILE))
        }
    } else {
        encode(text, &OTHER)
    };
    (mended != text && Uri::from_str(&mended).is_ok()).then_some(mended)
}

/// `file://C:/a.md`, whose drive stands where a host belongs, and `file:///a/C#.md`, whose name is cut.
fn is_misread(text: &str) -> bool {
    text.strip_prefix("file:")
        .is_some_and(|rest| rest.contains(['#', '?']) || rest.strip_prefix("//").is_some_and(is_drive))
}

/// Whether the text opens with a drive of Windows: `C:/`, `c:\`.
fn is_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\')
}

/// Encodes what `set` holds, whatever is not ASCII, and each `%` that does not open a code such as `%E8`.
fn encode(text: &str, set: &'static AsciiSet) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        encoded.extend(utf8_percent_encode(&rest[..at], set));
        let code = rest.as_bytes().get(at + 1..at + 3);
        let is_code = code.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        encoded.push_str(if is_code { "%" } else { "%25" });
        rest = &rest[at + 1..];
    }
    encoded.extend(utf8_percent_encode(rest, set));
    encoded
}

/// The path that a URI names.
///
/// `file:///a/%E9%97%AD.md` is `/a/闭.md`; `file:///c%3A/a.md` is `C:/a.md` on every system; other schemes keep their
/// text.
pub fn path_of(uri: &Uri) -> NotePath {
    let host = uri.authority().map(|authority| authority.host()).unwrap_or_default();
    let here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    if !here || !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return NotePath::new(uri.as_str());
    }
    let path = percent_decode_str(uri.path().as_str()).decode_utf8_lossy();
    match path.strip_prefix('/') {
        Some(drive) if is_drive(drive) || is_bare_drive(drive) => {
            let (letter, rest) = drive.split_at(1);
            let rest = if rest == ":" { ":/" } else { rest };
            NotePath::new(&format!("{}{rest}", letter.to_ascii_uppercase()))
        }
        _ => NotePath::new(&path),
    }
}

/// `C:`, the whole of a drive.
fn is_bare_drive(text: &str) -> bool {
    text.len() == 2 && text.as_bytes()[0].is_ascii_alphabetic() && text.ends_with(':')
}

/// The path of a folder that a client named in the old way, by its path (`rootPath`).
pub fn path_of_text(text: &str) -> NotePath {
    match Uri::from_str(&strict(text).unwrap_or_else(|| text.to_owned())) {
        Ok(uri) => path_of(&uri),
        Err(_) => NotePath::new(text),
    }
}

/// The URI of a path; `None` for a path that is neither absolute nor the text of a URI.
pub fn uri_of(path: &NotePath) -> Option<Uri> {
    let path = path.as_str();
    let text = if is_drive(path) {
        format!("file:///{}{}", &path[..2], utf8_percent_encode(&path[2..], &PLAIN))
    } else if path.starts_with('/') {
        format!("file://{}", utf8_percent_encode(path, &PLAIN))
    } else {
        path.to_owned()
    };
    Uri::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::{path_of, path_of_text, strict, uri_of};
    use std::str::FromStr;
    use tower_lsp::ls_types::Uri;

    /// What a client's text becomes: the URI that is read, and the path it names.
    fn read(text: &str) -> (String, String) {
        let uri = strict(text).unwrap_or_else(|| text.to_owned());
        let path = path_of(&Uri::from_str(&uri).unwrap()).as_str().to_owned();
        (uri, path)
    }

    fn check(text: &str, uri: &str, path: &str) {
        assert_eq!(read(text), (uri.to_owned(), path.to_owned()), "{text}");
    }

    #[test]
    fn texts_that_are_no_strict_uris_are_mended() {
        check("file:///a/进程通信.md", "file:///a/%E8%BF%9B%E7%A8%8B%E9%80%9A%E4%BF%A1.md", "/a/进程通信.md");
        check("file:///a/b[1].md", "file:///a/b%5B1%5D.md", "/a/b[1].md");
        check("file:///a/100%.md", "file:///a/100%25.md", "/a/100%.md");
        check("file:///a/100%25 %E8.md", "file:///a/100%25%20%E8.md", "/a/100% \u{fffd}.md");
        check("file:///a b/{c}|^`.md", "file:///a%20b/%7Bc%7D%7C%5E%60.md", "/a b/{c}|^`.md");
        check("file:///C:\\笔记\\a b.md", "file:///C:/%E7%AC%94%E8%AE%B0/a%20b.md", "C:/笔记/a b.md");
        check("file:///a/C#.md", "file:///a/C%23.md", "/a/C#.md");
        check("file://c:/a.md", "file:///c:/a.md", "C:/a.md");
        check("c:\\a\\b.md", "file:///c:/a/b.md", "C:/a/b.md");
        check("/home/闭 包.md", "file:///home/%E9%97%AD%20%E5%8C%85.md", "/home/闭 包.md");
        check(
            "untitled:无标题 1",
            "untitled:%E6%97%A0%E6%A0%87%E9%A2%98%201",
            "untitled:%E6%97%A0%E6%A0%87%E9%A2%98%201",
        );
    }

    #[test]
    fn strict_texts_stay() {
        for text in [
            "file:///a/%E8%BF%9B.md",
            "untitled:Untitled-1",
            "file:///c%3A/a.md",
            "vscode-vfs://github/a/b.md?x#y",
            "file:///a/b%5B1%5D.md",
        ] {
            assert_eq!(strict(text), None, "{text}");
        }
        assert_eq!(strict(""), None);
        assert_eq!(strict("no scheme.md"), None);
    }

    #[test]
    fn drives_have_one_spelling() {
        for text in ["file:///c%3A/a/b.md", "file:///C:/a/b.md", "file:///C%3a/a/b.md"] {
            assert_eq!(read(text).1, "C:/a/b.md", "{text}");
        }
        assert_eq!(read("file:///c%3A").1, "C:");
        assert_eq!(path_of_text("c:\\notes").as_str(), "C:/notes");
        assert_eq!(path_of_text("/home/笔记").as_str(), "/home/笔记");
    }

    #[test]
    fn files_of_other_machines_are_none_of_this_one() {
        assert_eq!(read("file://localhost/a/b.md").1, "/a/b.md");
        for text in ["file://host/a/b.md", "file://host:80/a/b.md", "http://host/a/b.md"] {
            assert_eq!(read(text).1, text, "{text}");
        }
    }

    #[test]
    fn path_to_uri_to_path_is_the_identity() {
        for text in [
            "/a/进程通信.md",
            "/a/b[1].md",
            "/a/100%.md",
            "/a/100%25.md",
            "/a b/c#d?e.md",
            "C:/笔记/a;b,c.md",
            "/a/'()!*&=+$@:.md",
        ] {
            let path = crate::path::NotePath::new(text);
            let uri = uri_of(&path).unwrap();
            assert_eq!(path_of(&uri), path, "{}", uri.as_str());
        }
        assert_eq!(
            uri_of(&crate::path::NotePath::new("untitled:Untitled-1")).unwrap().as_str(),
            "untitled:Untitled-1"
        );
        assert!(uri_of(&crate::path::NotePath::new("a b")).is_none());
    }
}
