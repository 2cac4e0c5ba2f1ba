//! How large a picture is, from the first bytes of its file.
//!
//! Invariant: only regular files inside a root are opened, symbolic links followed, and only their first `HEAD` bytes
//! are read.

use std::io::Read;

use crate::loader::disk::{open, stays_inside};
use crate::path::NotePath;
use crate::vault::Vault;

/// How much of a file is read. A photograph may open with a small picture of itself and with colour tables.
const HEAD: u64 = 1 << 20;

/// The size of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PictureSize {
    /// Width and height in pixels; `None` for drawings without pixels and for files that are no picture.
    pub pixels: Option<(usize, usize)>,
    /// The size of its file in bytes.
    pub bytes: u64,
}

/// The size of the picture at `path`; `None` when there is no such file inside the roots.
pub fn picture_size(vault: &Vault, path: &NotePath) -> Option<PictureSize> {
    let root = vault.root_of(path)?;
    if !stays_inside(path, &root.path) {
        return None;
    }
    // Asked before it is opened: opening a device may do something.
    #[expect(clippy::disallowed_methods, reason = "inside the roots, as has been seen")]
    let metadata = std::fs::metadata(path.to_disk()).ok().filter(std::fs::Metadata::is_file)?;
    let file = open(&path.to_disk()).ok()??;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).ok()?;
    let pixels = imagesize::blob_size(&head).ok().map(|size| (size.width, size.height));
    Some(PictureSize { pixels, bytes: metadata.len() })
}
