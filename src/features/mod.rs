//! What a user meets, each feature a pure function over a [`Vault`](crate::vault::Vault).

pub mod call_hierarchy;
pub mod code_actions;
pub mod definition;
pub mod diagnostics;
pub mod document_links;
pub mod folding;
pub mod hover;
pub mod references;
pub mod rename;
pub mod selection;
pub mod symbols;
