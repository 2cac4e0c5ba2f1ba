//! What stands right in a folder.
//!
//! Invariant: costs as much as the folder has children, whatever stands further down.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use crate::note::Note;
use crate::path::NotePath;
use crate::vault::Vault;

/// What stands right in a folder, each by path.
#[derive(Debug, Default)]
pub struct Children<'a> {
    /// Folders in it.
    pub folders: BTreeSet<NotePath>,
    /// Notes in it.
    pub notes: Vec<&'a Arc<Note>>,
    /// Other files in it.
    pub files: Vec<&'a NotePath>,
}

impl Vault {
    /// What stands right in `folder`.
    pub fn children(&self, folder: &NotePath) -> Children<'_> {
        let mut children = Children::default();
        let next = |from: Bound<NotePath>| self.notes.range((from, Bound::Unbounded)).next();
        walk(
            folder,
            |from| next(from).map(|(path, _)| path),
            &mut children.folders,
            |path| {
                children.notes.extend(self.notes.get(path));
            },
        );
        let next = |from: Bound<NotePath>| self.files.range((from, Bound::Unbounded)).next();
        walk(folder, next, &mut children.folders, |path| children.files.extend(self.files.get(path)));
        let next = |from: Bound<NotePath>| self.folders.range((from, Bound::Unbounded)).next();
        let mut empty = Vec::new();
        walk(folder, next, &mut children.folders, |path| empty.push(path.clone()));
        children.folders.extend(empty);
        children
    }
}

/// Goes over what is in a folder, over the whole of each folder in it with one step.
fn walk<'a>(
    folder: &NotePath,
    next: impl Fn(Bound<NotePath>) -> Option<&'a NotePath>,
    folders: &mut BTreeSet<NotePath>,
    mut each: impl FnMut(&NotePath),
) {
    let mut from = Bound::Excluded(folder.clone());
    while let Some(path) = next(from) {
        let Some(rest) = path.relative_to(folder) else {
            // `a-b` stands between `a` and what is in it.
            if !path.as_str().starts_with(folder.as_str()) {
                return;
            }
            from = Bound::Excluded(path.clone());
            continue;
        };
        match rest.split_once('/') {
            Some((name, _)) => {
                let inner = folder.join(name);
                // `0` is the character after `/`.
                from = Bound::Included(NotePath::new(&format!("{inner}0")));
                folders.insert(inner);
            }
            None => {
                each(path);
                from = Bound::Excluded(path.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::path::NotePath;

    #[test]
    fn only_what_stands_right_in_it() {
        let fixture = Fixture::parse(
            "//- a.md\n//- a/b.md\n//- a/c/d.md\n//- a/c-d.md\n//- a/c/e/f.md\n//- a/x.png\n//- a-b/y.md\n//- a/z/p.png\n",
        );
        let of = |path: &str| {
            let children = fixture.vault.children(&NotePath::new(path));
            let folders = children.folders.iter().map(|path| format!("{path}/"));
            let notes = children.notes.iter().map(|note| note.path.to_string());
            let files = children.files.iter().map(|path| path.to_string());
            folders.chain(notes).chain(files).collect::<Vec<_>>()
        };
        assert_eq!(of("/a"), ["/a/c/", "/a/z/", "/a/b.md", "/a/c-d.md", "/a/x.png"]);
        assert_eq!(of("/"), ["/a/", "/a-b/", "/a.md"]);
        assert_eq!(of("/a/c"), ["/a/c/e/", "/a/c/d.md"]);
        assert_eq!(of("/nowhere"), Vec::<String>::new());
    }
}
