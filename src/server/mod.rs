//! The language server: the protocol on one side, features over snapshots of the vault on the other.
