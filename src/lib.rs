//! studymark indexes Markdown study notes into a graph of headings, links and questions, and says what is
//! unanswered and what is broken: as a language server and on the command line.
//!
//! The modules are floors: each uses only those below it. `ARCHITECTURE.md` is the map.

pub mod cli;
pub mod config;
pub mod edit;
pub mod features;
pub mod fold;
pub mod fuzzy;
pub mod loader;
pub mod markdown;
pub mod note;
pub mod path;
pub mod server;
pub mod syntax;
pub mod text;
pub mod vault;

#[cfg(test)]
extern crate self as studymark;
#[cfg(test)]
#[path = "../tests/support/fixture.rs"]
mod fixture;
