//! What a user meets, each feature a pure function over a [`Vault`](crate::vault::Vault).

pub mod definition;
pub mod diagnostics;
pub mod folding;
pub mod references;
pub mod selection;
pub mod symbols;
