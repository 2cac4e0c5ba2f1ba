//! What a link's destination says, before it is known where it leads: address, path, query, fragment.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A destination taken apart and decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// Nothing is named.
    Empty,
    /// An address with a scheme or a host: `https://…`, `mailto:…`, `//host/…`.
    External,
    /// Text of which no reader of Markdown can say where it leads: templates, other programs' own links.
    Opaque,
    /// A path, a fragment, or both.
    Local(Local),
}

/// A path and a fragment, percent-decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Local {
    /// `../网络/tcp.md` of `../%E7%BD%91%E7%BB%9C/tcp.md?raw=1#a`; empty for a fragment alone.
    pub path: String,
    /// What follows the first `#`; `None` when there is no `#`.
    pub fragment: Option<String>,
    /// Where the `#` stands in the destination as written, in bytes.
    pub hash: usize,
}

/// The syntax a destination is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// Backslash escapes and entities.
    Markdown,
    /// Entities.
    Html,
}

impl Destination {
    /// Takes `raw`, the destination as written, apart.
    pub fn parse(raw: &str, syntax: Syntax) -> Self {
        let raw = raw.trim();
        let Some((path, hash)) = local(raw) else {
            return match raw {
                "" => Self::Empty,
                raw if is_opaque(raw) => Self::Opaque,
                // A drive letter names a place on one machine only.
                raw if scheme(raw)
                    .is_some_and(|scheme| scheme.len() == 1 || scheme.eq_ignore_ascii_case("file")) =>
                {
                    Self::Opaque
                }
                _ => Self::External,
            };
        };
        let fragment = raw.get(hash + 1..).map(|fragment| decode(fragment, syntax).into_owned());
        Self::Local(Local { path: decode(path, syntax).into_owned(), fragment, hash })
    }

    /// The path alone, when [`Destination::parse`] gives a [`Local`].
    pub fn path(raw: &str, syntax: Syntax) -> Option<Cow<'_, str>> {
        let raw = raw.trim();
        if let Some(path) = plain_path(raw) {
            return Some(Cow::Borrowed(path));
        }
        local(raw).map(|(path, _)| decode(path, syntax))
    }
}

/// What [`local`] gives, decoded, of a destination that is written as most are: names and folders and perhaps a fragment. One
/// look at each byte tells; `None` when it is another one.
fn plain_path(raw: &str) -> Option<&str> {
    let is_plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b' ' | 0x80..);
    let bytes = raw.as_bytes();
    let len = bytes.iter().position(|byte| !is_plain(byte)).unwrap_or(bytes.len());
    let is_whole = match bytes[len..] {
        [] => len > 0,
        [b'#', ref fragment @ ..] => fragment.iter().all(is_plain),
        _ => false,
    };
    (is_whole && !raw.starts_with("//") && !raw.starts_with("www.")).then(|| &raw[..len])
}

/// The path of a trimmed destination as written, and where its fragment begins; `None` when it names no place among the
/// notes.
fn local(raw: &str) -> Option<(&str, usize)> {
    let elsewhere = raw.is_empty()
        || is_opaque(raw)
        || raw.starts_with("//")
        || raw.starts_with("www.")
        || scheme(raw).is_some();
    if elsewhere {
        return None;
    }
    let hash = raw.find('#').unwrap_or(raw.len());
    let path = raw[..hash].split('?').next().unwrap_or_default();
    Some((path, hash))
}

/// How a path is put into a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Between parentheses, or after the colon of a definition.
    Bare(Letters),
    /// Between angle brackets.
    Angled(Letters),
    /// In an attribute of HTML.
    Attribute(Letters),
    /// In `[[…]]`.
    Wiki,
}

/// How letters that are not ASCII are written in a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Letters {
    /// As they are.
    Plain,
    /// As `%E7%BD%91`.
    Encoded,
}

impl Letters {
    /// The way in which `raw`, a destination as written, writes them.
    pub fn of(raw: &str) -> Self {
        let encoded = raw.as_bytes().windows(3).any(|three| {
            three[0] == b'%'
                && matches!(three[1], b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F')
                && three[2].is_ascii_hexdigit()
        });
        if encoded { Self::Encoded } else { Self::Plain }
    }
}

/// A path or a fragment (without `#`) as a destination, so that [`Destination::parse`] gives it back: encoded only where
/// Markdown needs it.
pub fn write(text: &str, style: Style) -> String {
    if style == Style::Wiki {
        return text.to_owned();
    }
    let letters = match style {
        Style::Bare(letters) | Style::Angled(letters) | Style::Attribute(letters) => letters,
        Style::Wiki => Letters::Plain,
    };
    let angled = matches!(style, Style::Angled(_));
    let balanced = is_balanced(text);
    let mut written = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let encode = match c {
            '#' | '?' | '<' | '>' | '\\' | '"' | '`' => true,
            '%' => rest.as_bytes().iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2,
            '&' => rest.find(';').is_some_and(|end| {
                rest[..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
            }),
            '(' | ')' => !angled && !balanced,
            '*' | '_' | '[' | ']' | '|' | '\'' => false,
            c if c.is_control() => true,
            c if c.is_whitespace() => c != ' ' || !angled,
            c => letters == Letters::Encoded && !c.is_ascii(),
        };
        if encode {
            written.extend(percent_encoding::utf8_percent_encode(
                &text[at..at + c.len_utf8()],
                percent_encoding::NON_ALPHANUMERIC,
            ));
        } else {
            written.push(c);
        }
    }
    // A first part with a colon would be taken for a scheme: `a:b.md`.
    if scheme(&written).is_some() {
        written.insert_str(0, "./");
    }
    written
}

/// Whether every parenthesis has its other half, as bare destinations want it (CommonMark 0.31.2, "link destination").
fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return false,
            ')' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

fn is_opaque(raw: &str) -> bool {
    let is_mark = |two: &[u8]| matches!(two, b"{{" | b"}}" | b"<%" | b"${" | b"[[");
    raw.as_bytes().windows(2).any(is_mark)
        || (raw.len() > 1 && raw.starts_with('%') && raw.ends_with('%'))
        || raw.starts_with("((")
        || raw.starts_with('@')
}

/// `https` of `https://a.b` (RFC 3986, section 3.1).
fn scheme(raw: &str) -> Option<&str> {
    let colon = raw.find(':')?;
    let scheme = &raw[..colon];
    let mut bytes = scheme.bytes();
    let first = bytes.next()?.is_ascii_alphabetic();
    (first && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-')))
        .then_some(scheme)
}

/// The address `raw`, the destination as written, names, when it is one that a browser or a mail program opens.
///
/// Addresses of other schemes (`javascript:`, `command:` of VS Code) may do something else than show a page when they
/// are clicked: they are none here.
pub fn web_address(raw: &str, syntax: Syntax) -> Option<String> {
    let raw = raw.trim();
    let known = ["http", "https", "mailto", "tel", "ftp"];
    let known =
        scheme(raw).is_some_and(|scheme| known.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    (known && !is_opaque(raw)).then(|| plain(raw, syntax).into_owned())
}

fn decode(text: &str, syntax: Syntax) -> Cow<'_, str> {
    let text = plain(text, syntax);
    if !text.contains('%') {
        return text;
    }
    // What is no UTF-8 when decoded was no encoding: `100%E4.md` stays as it is.
    match percent_decode_str(&text).decode_utf8().map(Cow::into_owned) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(_) => text,
    }
}

/// Entities and escapes resolved.
fn plain(text: &str, syntax: Syntax) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains('&') {
        let plain = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&nbsp;", "\u{a0}"),
            ("&amp;", "&"),
        ]
        .iter()
        .fold(text.into_owned(), |text, (entity, c)| text.replace(entity, c));
        text = Cow::Owned(plain);
    }
    if syntax == Syntax::Markdown && text.contains('\\') {
        text = Cow::Owned(unescape(&text));
    }
    text
}

/// Backslash escapes resolved (CommonMark 0.31.2, "Backslash escapes").
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                plain.push(*next);
                chars.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Destination, Letters, Local, Style, Syntax, web_address, write};

    proptest! {
        #[test]
        fn the_path_alone_is_that_of_all(raw in "(//|www\\.|@|\\(\\(|C:|)[a网 ./#?:&;%4\\\\\\[{<_-]{0,8}") {
            for syntax in [Syntax::Markdown, Syntax::Html] {
                let path = Destination::path(&raw, syntax);
                let whole = match Destination::parse(&raw, syntax) {
                    Destination::Local(local) => Some(local.path),
                    _ => None,
                };
                prop_assert_eq!(path.as_deref(), whole.as_deref(), "{}", raw);
            }
        }
    }

    fn local(raw: &str) -> (String, Option<String>) {
        match Destination::parse(raw, Syntax::Markdown) {
            Destination::Local(Local { path, fragment, .. }) => (path, fragment),
            other => panic!("{raw} is {other:?}"),
        }
    }

    #[test]
    fn paths_and_fragments_are_decoded() {
        assert_eq!(local("../%E7%BD%91/a.md?x=1#%E4%B8%80"), ("../网/a.md".into(), Some("一".into())));
        assert_eq!(local(r"a\(b\).md"), ("a(b).md".into(), None));
        assert_eq!(local("#"), (String::new(), Some(String::new())));
        assert_eq!(local("100%.md"), ("100%.md".into(), None));
        assert_eq!(local("a&amp;b.md"), ("a&b.md".into(), None));
    }

    #[test]
    fn what_a_browser_opens() {
        let address = |raw: &str| web_address(raw, Syntax::Markdown);
        assert_eq!(address(" HTTPS://a.b/?x=1&amp;y=\\_2").as_deref(), Some("HTTPS://a.b/?x=1&y=_2"));
        assert_eq!(address("mailto:a@b.c").as_deref(), Some("mailto:a@b.c"));
        for raw in
            ["javascript:x()", "command:x", "data:text/html,x", "www.a.b", "//a.b", "a.md", "https://{{x}}"]
        {
            assert_eq!(address(raw), None, "{raw}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let paths = [
            "网络/tcp 1.md",
            "a(b).md",
            "a(b.md",
            "100%.md",
            "50%20.md",
            "a&amp;b.md",
            "c#.md",
            "x?y.md",
            "a`b<c>.md",
            "甲:乙.md",
            "../a\tb.md",
        ];
        for path in paths {
            for letters in [Letters::Plain, Letters::Encoded] {
                for style in [Style::Bare(letters), Style::Angled(letters), Style::Attribute(letters)] {
                    let syntax =
                        if matches!(style, Style::Attribute(_)) { Syntax::Html } else { Syntax::Markdown };
                    match Destination::parse(&write(path, style), syntax) {
                        Destination::Local(local) => {
                            assert_eq!(local.path.trim_start_matches("./"), path, "{style:?}");
                        }
                        other => panic!("{path} in {style:?} is {other:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_must_be_is_encoded() {
        let bare = |text| write(text, Style::Bare(Letters::Plain));
        assert_eq!(bare("网络/tcp(1).md"), "网络/tcp(1).md");
        assert_eq!(bare("网络/tcp 1).md"), "网络/tcp%201%29.md");
        assert_eq!(write("网 1.md", Style::Angled(Letters::Plain)), "网 1.md");
        assert_eq!(write("网.md", Style::Bare(Letters::Encoded)), "%E7%BD%91.md");
        assert_eq!(Letters::of("%E7%BD%91.md"), Letters::Encoded);
        assert_eq!(Letters::of("a%20b 网.md"), Letters::Plain);
    }

    #[test]
    fn addresses_and_what_is_undecidable() {
        for raw in
            ["https://a.b", "mailto:a@b.c", "//cdn/x", "vscode:open", "www.a.b", "data:image/png;base64,xx"]
        {
            assert_eq!(Destination::parse(raw, Syntax::Markdown), Destination::External, "{raw}");
        }
        for raw in ["{{page}}", "((6543-uuid))", "[[page]]", "file:///a", r"C:\a.md", "<% x %>"] {
            assert_eq!(Destination::parse(raw, Syntax::Markdown), Destination::Opaque, "{raw}");
        }
        assert_eq!(Destination::parse(" ", Syntax::Html), Destination::Empty);
    }
}
