//! What a link that leads to nothing was probably meant to lead to.
//!
//! Invariant: candidates exist, the nearest first, and what is far from what was written is none.

use std::cmp::Reverse;

use crate::note::Note;
use crate::note::lookup::fold;
use crate::note::slug::slug;
use crate::path::NotePath;
use crate::vault::Vault;

/// The least likeness of a candidate, of 1 for the same.
const LIKE: f64 = 0.6;

/// The most candidates.
const MOST: usize = 3;

/// The most headings or files that are compared: enough for any vault of a person, an end for others.
const COMPARED: usize = 50_000;

impl Vault {
    /// The headings of `note` whose anchors are like `fragment`: their indices.
    pub fn nearest_headings(&self, note: &Note, fragment: &str) -> Vec<usize> {
        let wanted = Name::new(slug(fragment));
        let headings = 0..note.headings.len().min(COMPARED);
        best(headings.map(|index| (wanted.likeness(note.slug(index)), index)))
    }

    /// The files and notes that `path`, of which nothing is known, may have meant: of the same name in another folder,
    /// else of a like one. A link to a note is not taken for one to a picture, nor the other way.
    pub fn nearest_files(&self, path: &NotePath) -> Vec<NotePath> {
        let is_note = |path: &NotePath| self.notes.contains_key(path);
        let wants_note = path.extension().is_empty()
            || self.config_of(path).files.extensions.iter().any(|ending| path.extension() == ending);
        let moved: Vec<NotePath> =
            self.files_called(path).filter(|found| is_note(found) == wants_note).cloned().collect();
        if !moved.is_empty() {
            let far = |found: &NotePath| (Reverse(common_folders(found, path)), found.clone());
            let mut moved = moved;
            moved.sort_by_cached_key(far);
            moved.truncate(MOST);
            return moved;
        }
        let wanted = Name::new(fold(path.stem()));
        let compared = |path: &NotePath| (wanted.likeness(&fold(path.stem())), path.clone());
        if wants_note {
            best(self.notes.keys().take(COMPARED).map(compared))
        } else {
            let same_kind = self.files.iter().filter(|file| file.extension() == path.extension());
            best(same_kind.take(COMPARED).map(compared))
        }
    }

    /// The notes whose names are like `name`.
    pub fn nearest_notes(&self, name: &str) -> Vec<NotePath> {
        let wanted = Name::new(fold(name.rsplit('/').next().unwrap_or(name)));
        best(self.notes.values().take(COMPARED).map(|note| {
            let title = note.front_matter.as_ref().and_then(|front| front.title.as_deref());
            let by_title = title.map_or(0.0, |title| wanted.likeness(&fold(title)));
            (wanted.likeness(&fold(note.path.stem())).max(by_title), note.path.clone())
        }))
    }

    /// Files and notes of the name that `path` has, with the ending of a note when it has none.
    fn files_called(&self, path: &NotePath) -> impl Iterator<Item = &NotePath> {
        let endings = &self.config_of(path).files.extensions;
        let with_endings = endings.iter().map(|ending| format!("{}.{ending}", path.file_name()));
        let names: Vec<String> = with_endings.chain([path.file_name().to_owned()]).collect();
        names.into_iter().flat_map(|name| {
            let folded = fold(&name).into_owned();
            self.files_named(&name).into_iter().filter(move |found| fold(found.file_name()) == folded)
        })
    }
}

/// A name that others are compared with.
struct Name {
    text: String,
    /// How many characters it has.
    count: usize,
    /// The bits of its characters; two characters may share one.
    bits: u64,
}

impl Name {
    fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let bits = text.chars().fold(0, |bits, c| bits | bit_of(c));
        Self { count: text.chars().count(), bits, text }
    }

    /// How alike the two names are, from 0 to 1. One inside the other, as 三次握手 in 一三次握手, is very like.
    fn likeness(&self, candidate: &str) -> f64 {
        let (mut count, mut shared) = (0, 0);
        for c in candidate.chars() {
            count += 1;
            shared += usize::from(self.bits & bit_of(c) != 0);
        }
        let (few, many) = (self.count.min(count), self.count.max(count));
        // Most names have too little in common to be alike, and are not compared.
        if few * 3 < many || (shared < few && shared * 10 < many * 6) {
            return 0.0;
        }
        if few >= 2 && (candidate.contains(&self.text) || self.text.contains(candidate)) {
            #[expect(clippy::cast_precision_loss, reason = "lengths of names are small")]
            return 0.8 + 0.2 * few as f64 / many as f64;
        }
        if few * 10 < many * 6 {
            return 0.0;
        }
        strsim::normalized_damerau_levenshtein(&self.text, candidate)
    }
}

fn bit_of(c: char) -> u64 {
    1 << (u32::from(c).wrapping_mul(0x9e37_79b1) >> 26)
}

fn best<T: Ord>(candidates: impl Iterator<Item = (f64, T)>) -> Vec<T> {
    let mut candidates: Vec<(f64, T)> = candidates.filter(|(likeness, _)| *likeness >= LIKE).collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    candidates.truncate(MOST);
    candidates.into_iter().map(|(_, candidate)| candidate).collect()
}

/// How many folders two paths begin with in common.
fn common_folders(a: &NotePath, b: &NotePath) -> usize {
    a.as_str().split('/').zip(b.as_str().split('/')).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::path::NotePath;

    #[test]
    fn headings_of_like_anchors() {
        let fixture = Fixture::parse("# 一、三次握手\n# 四次挥手\n# Process states\n# 内存\n");
        let nearest = |fragment: &str| {
            let found = fixture.vault.nearest_headings(fixture.first(), fragment);
            found.iter().map(|index| fixture.first().headings[*index].text()).collect::<Vec<_>>()
        };
        assert_eq!(nearest("三次握手"), ["一、三次握手"]);
        assert_eq!(nearest("proces-state"), ["Process states"]);
        assert_eq!(nearest("四次握手"), ["四次挥手", "一、三次握手"]);
        assert!(nearest("磁盘").is_empty());
        assert!(nearest("x").is_empty());
    }

    #[test]
    fn files_that_moved_or_are_misspelt() {
        let fixture = Fixture::parse(
            "//- a.md\n//- 网络/tcp.md\n//- 网络/深/tcp.md\n//- 操作系统.md\n//- 图/进程.png\n//- 图/线程图.png\n",
        );
        let nearest = |path: &str| {
            let found = fixture.vault.nearest_files(&NotePath::new(path));
            found.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(nearest("/网络/x/tcp.md"), ["/网络/tcp.md", "/网络/深/tcp.md"]);
        assert_eq!(nearest("/tcp"), ["/网络/tcp.md", "/网络/深/tcp.md"]);
        assert_eq!(nearest("/操作系統.md"), ["/操作系统.md"]);
        assert_eq!(nearest("/进程.png"), ["/图/进程.png"]);
        assert_eq!(nearest("/线程.png"), ["/图/线程图.png"]);
        assert!(nearest("/量子.md").is_empty());
    }

    #[test]
    fn notes_of_like_names_and_titles() {
        let fixture = Fixture::parse("//- os.md\n---\ntitle: 操作系统\n---\n//- closures.md\n");
        let nearest = |name: &str| {
            let found = fixture.vault.nearest_notes(name);
            found.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(nearest("操作系"), ["/os.md"]);
        assert_eq!(nearest("x/closure"), ["/closures.md"]);
        assert!(nearest("tcp").is_empty());
    }
}
