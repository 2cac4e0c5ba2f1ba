//! What a user meets, each feature a pure function over a [`Vault`](crate::vault::Vault).

pub mod call_hierarchy;
pub mod cards;
pub mod code_actions;
pub mod completion;
pub mod definition;
pub mod diagnostics;
pub mod document_links;
pub mod folding;
pub mod graph;
pub mod hover;
pub mod lenses;
pub mod open_questions;
pub mod progress;
pub mod references;
pub mod rename;
pub mod selection;
pub mod symbols;
pub mod term_hints;
pub mod term_tokens;
