//! What a user meets, each feature a pure function over a [`Vault`](crate::vault::Vault).

pub mod cards;
pub mod diagnostics;
pub mod folding;
pub mod lenses;
pub mod open_questions;
pub mod progress;
pub mod selection;
pub mod symbols;
