//! The language server.
pub mod border;
pub mod inlet;
pub mod lifecycle;
pub mod uri;
