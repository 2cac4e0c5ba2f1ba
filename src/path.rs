//! Where notes and files stand: absolute paths as one kind of text on every system.
//!
//! Invariant: a [`NotePath`] is absolute, has `/` between its parts on every system (`/home/a/闭包.md`,
//! `C:/a/闭包.md`), no `.` or `..`, no repeated and no closing `/`. A document without a file keeps its URI's text
//! (`untitled:Untitled-1`).

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The absolute path of a note or of another file; cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotePath(Arc<str>);

impl NotePath {
    /// Takes text that has the form already or nearly so: `.` and `..` parts, `\` of Windows paths and repeated `/`
    /// are taken out. `..` above the top is dropped, as browsers do.
    pub fn new(path: &str) -> Self {
        let mut parts = path.strip_prefix('/').into_iter().flat_map(|rest| rest.split('/')).peekable();
        if parts.peek().is_some() && parts.all(|part| !matches!(part, "" | "." | "..")) {
            return Self(path.into());
        }
        let windows = is_windows(path);
        let slashed = if windows { path.replace('\\', "/") } else { path.to_owned() };
        if !slashed.starts_with('/') && !windows {
            return Self(slashed.into());
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in slashed.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.len() > usize::from(windows) {
                        parts.pop();
                    }
                }
                part => parts.push(part),
            }
        }
        let joined = parts.join("/");
        Self(if windows { joined.into() } else { format!("/{joined}").into() })
    }

    /// The path of a file on disk; `None` when it is not absolute or its name is not Unicode.
    pub fn from_disk(path: &Path) -> Option<Self> {
        if !path.is_absolute()
            || cfg!(windows) && path.components().any(|part| matches!(part, Component::ParentDir))
        {
            return None;
        }
        Some(Self::new(path.to_str()?))
    }

    /// The path for the system's own calls.
    pub fn to_disk(&self) -> PathBuf {
        PathBuf::from(&*self.0)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `闭包.md` of `/a/闭包.md`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The last part without its ending: `闭包` of `/a/闭包.md`, `.notes` of `/a/.notes`.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// The ending without its dot: `md` of `/a/闭包.md`; empty when there is none.
    pub fn extension(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[dot + 1..],
            _ => "",
        }
    }

    /// The folder it stands in: `/a` of `/a/闭包.md`, `/` of `/闭包.md`.
    pub fn folder(&self) -> Self {
        match self.0.rfind('/') {
            Some(0) => Self("/".into()),
            Some(slash) => Self(self.0[..slash].into()),
            None => Self("".into()),
        }
    }

    /// This folder's `relative`, `..` and `.` resolved: `/a/b` and `../c.md` give `/a/c.md`. An absolute `relative`
    /// replaces it.
    pub fn join(&self, relative: &str) -> Self {
        if relative.starts_with('/') || is_windows(relative) {
            return Self::new(relative);
        }
        Self::new(&format!("{}/{relative}", self.0))
    }

    /// This path as a link in `folder` names it: `../网络/tcp.md` of `/a/网络/tcp.md` from `/a/b`. The inverse of
    /// [`NotePath::join`]; on another drive the whole path.
    pub fn relative_from(&self, folder: &Self) -> String {
        let parts = |path: &Self| -> Vec<String> {
            path.0.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let (to, from) = (parts(self), parts(folder));
        let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
        if common == 0 && (is_windows(&self.0) || is_windows(&folder.0)) {
            return self.0.to_string();
        }
        let up = std::iter::repeat_n("..", from.len() - common);
        let down = to[common..].iter().map(String::as_str);
        up.chain(down).collect::<Vec<_>>().join("/")
    }

    /// Whether this path is `folder` or lies under it.
    pub fn is_in(&self, folder: &Self) -> bool {
        self.relative_to(folder).is_some()
    }

    /// The rest of this path under `folder`: `b/c.md` of `/a/b/c.md` under `/a`; empty for `folder` itself.
    pub fn relative_to(&self, folder: &Self) -> Option<&str> {
        let rest = self.0.strip_prefix(&*folder.0)?;
        match rest.strip_prefix('/') {
            Some(rest) => Some(rest),
            None if rest.is_empty() || folder.0.ends_with('/') => Some(rest),
            None => None,
        }
    }
}

/// Whether the path has the form of Windows: `C:\a`, `C:/a`.
fn is_windows(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\')
}

impl fmt::Display for NotePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NotePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::NotePath;

    #[test]
    fn parts_of_a_path() {
        let path = NotePath::new("/笔记/./网络/../闭包.v2.md");
        assert_eq!(path.as_str(), "/笔记/闭包.v2.md");
        assert_eq!((path.file_name(), path.stem(), path.extension()), ("闭包.v2.md", "闭包.v2", "md"));
        assert_eq!(path.folder().as_str(), "/笔记");
        assert_eq!(NotePath::new("/.hidden").stem(), ".hidden");
        assert_eq!(NotePath::new("/a.md").folder().as_str(), "/");
    }

    #[test]
    fn joining_resolves_dots_and_stops_at_the_top() {
        let folder = NotePath::new("/a/b");
        assert_eq!(folder.join("../c.md").as_str(), "/a/c.md");
        assert_eq!(folder.join("./x//y.md").as_str(), "/a/b/x/y.md");
        assert_eq!(folder.join("../../../../etc").as_str(), "/etc");
        assert_eq!(folder.join("/abs.md").as_str(), "/abs.md");
    }

    #[test]
    fn a_relative_path_leads_back() {
        let check = |to: &str, from: &str, relative: &str| {
            let (to, from) = (NotePath::new(to), NotePath::new(from));
            assert_eq!(to.relative_from(&from), relative);
            assert_eq!(from.join(relative), to);
        };
        check("/a/网络/tcp.md", "/a/b", "../网络/tcp.md");
        check("/a/tcp.md", "/a", "tcp.md");
        check("/x.md", "/a/b/c", "../../../x.md");
        check("/a/b/c.md", "/", "a/b/c.md");
        check("C:/a/x.md", "C:/b", "../a/x.md");
        check("D:/a/x.md", "C:/b", "D:/a/x.md");
    }

    #[test]
    fn windows_paths_keep_their_drive() {
        let path = NotePath::new(r"C:\笔记\a.md");
        assert_eq!(path.as_str(), "C:/笔记/a.md");
        assert_eq!(path.folder().join("../../../b.md").as_str(), "C:/b.md");
    }

    #[test]
    fn under_a_folder_means_whole_parts() {
        let folder = NotePath::new("/a/b");
        assert_eq!(NotePath::new("/a/b/c.md").relative_to(&folder), Some("c.md"));
        assert_eq!(NotePath::new("/a/bc.md").relative_to(&folder), None);
        assert_eq!(NotePath::new("/a/b").relative_to(&folder), Some(""));
        assert_eq!(NotePath::new("/x.md").relative_to(&NotePath::new("/")), Some("x.md"));
    }
}
