//! The language server: the protocol on one side, features over snapshots of the vault on the other.

/// x
pub fn run_stdio() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
/// x
pub fn run_tcp(_port: u16) -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
