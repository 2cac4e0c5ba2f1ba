//! How large a picture is, from the first bytes of its file.
//!
//! Invariant: only files inside a root are opened, symbolic links followed.

use std::fs::File;
use std::io::BufReader;

use crate::loader::disk::stays_inside;
use crate::path::NotePath;
use crate::vault::Vault;

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
    #[expect(clippy::disallowed_methods, reason = "inside the roots, as has been seen")]
    let file = File::open(path.to_disk()).ok()?;
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let size = imagesize::reader_size(BufReader::new(file)).ok();
    Some(PictureSize { pixels: size.map(|size| (size.width, size.height)), bytes: metadata.len() })
}
