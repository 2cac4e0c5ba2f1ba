//! The documents that a client has open: live buffers, which win over the disk.
//!
//! Invariant: a document's buffer holds every edit that was received, in the order received; its note is read anew when
//! someone asks and not before, so that a burst of edits costs one reading.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::note::Note;
use crate::path::NotePath;
use crate::server::comparisons::Compared;
use crate::server::convert;
use crate::server::publish::LastFound;
use crate::syntax::Tree;
use crate::text::{Buffer, Difference, PositionEncoding, TextRange};

/// An open document.
pub struct Document {
    /// What the client calls it.
    pub uri: Arc<Uri>,
    /// The version of its text, as the client counts.
    pub version: i32,
    /// The live text.
    pub buffer: Buffer,
    /// The note of the vault is older than the buffer.
    pub stale: bool,
    /// Where the user is typing.
    pub touch: Option<Touch>,
    /// The paths that were last looked up on disk for its links; `None` when that was never done.
    pub looked_up: Option<Vec<NotePath>>,
    /// The syntax tree, as of the last request that asked for it.
    pub tree: Tree,
    /// The findings that the client was last sent: the name of their content.
    pub pushed: Option<String>,
    /// What was last found of it.
    pub known: LastFound,
    /// How its questions compare with what is said elsewhere.
    pub compared: Compared,
    /// The lenses that the client was last sent: the version they are for and the name of their content.
    pub lenses: Option<(i32, u64)>,
}

/// The latest edit, while it is fresh.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Touch {
    /// Where its new text ends, in bytes of the present text.
    pub offset: usize,
    /// When the user counts as having stopped.
    pub until: Instant,
    /// Findings are withheld because of it.
    pub withholds: bool,
}

/// How many pauses after which questions are compared make the one after which nobody counts as typing.
pub const PAUSES_IN_QUIET: u32 = 10;

impl Document {
    /// A document as it was opened.
    pub fn new(uri: Uri, version: i32, text: &str) -> Self {
        let mut compared = Compared::default();
        compared.want(Duration::ZERO);
        Self {
            compared,
            uri: Arc::new(uri),
            version,
            buffer: Buffer::new(without_bom(text)),
            stale: true,
            touch: None,
            looked_up: None,
            tree: Tree::new(),
            pushed: None,
            known: LastFound::default(),
            lenses: None,
        }
    }

    /// Applies the changes of one message in their order. Places outside the text are moved to its nearest end.
    pub fn change(
        &mut self,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: PositionEncoding,
        quiet: Duration,
    ) {
        self.version = version;
        for change in changes {
            let edit = match change.range {
                Some(range) => {
                    let (start, end) = (convert::line_col(range.start), convert::line_col(range.end));
                    self.buffer.edit(start, end, encoding, &change.text)
                }
                None => {
                    let (range, new_text) = difference(&self.buffer.to_text(), without_bom(&change.text));
                    self.buffer.replace(range, &new_text)
                }
            };
            self.tree.note_edit(&edit);
            self.compared.note_edit(&edit);
            let withholds = self.touch.is_some_and(|touch| touch.withholds);
            let until = Instant::now() + quiet;
            self.touch = Some(Touch { offset: edit.new_end.offset, until, withholds });
        }
        self.stale = true;
    }

    /// Reads the note of the buffer. Of a long one only what differs from its last reading, which is given.
    pub fn read(&mut self, path: &NotePath, last: Option<&Arc<Note>>) -> Note {
        self.stale = false;
        let text = self.buffer.to_text();
        match last.filter(|last| last.text.len() >= LONG) {
            Some(last) => last.read_again(text).note,
            None => Note::read(path.clone(), text),
        }
    }
}

/// Texts of at least so many bytes are long: what did not change in them is not looked at again.
pub const LONG: usize = 8 * 1024;

/// A byte order mark is no part of a note's text.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Where two texts differ: the range of the old one, and what the new one has there. A client that sends whole texts
/// so has a place where its user types.
fn difference(old: &str, new: &str) -> (TextRange, String) {
    let Difference { start, old_end, new_end } = Difference::between(old, new);
    (TextRange::new(start, old_end), new[start..new_end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::difference;
    use crate::text::TextRange;

    #[test]
    fn a_whole_text_is_an_edit_of_what_differs() {
        let check = |old: &str, new: &str, range: std::ops::Range<usize>, text: &str| {
            assert_eq!(difference(old, new), (TextRange::from(range.clone()), text.to_owned()));
            let mut edited = old.to_owned();
            edited.replace_range(range, text);
            assert_eq!(edited, new);
        };
        check("闭包", "闭x包", 3..3, "x");
        check("闭包", "闭函", 3..6, "函");
        check("aaa", "aa", 2..3, "");
        check("", "a", 0..0, "a");
        check("同", "同", 3..3, "");
        check("😀", "😁", 0..4, "😁");
    }
}
