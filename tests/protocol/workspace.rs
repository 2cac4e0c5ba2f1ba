//! Folders on disk.
