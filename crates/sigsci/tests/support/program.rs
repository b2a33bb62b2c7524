//! Runs the program `sigsci`.

use super::server::ApiServer;
use std::process::{Command, Output};

/// The token of the program, which it must never print.
pub const TOKEN: &str = "c4nary-s3cret";

/// Runs the program against a server.
pub fn sigsci(server: &ApiServer, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_sigsci"))
        .args(arguments)
        .env_clear()
        .env("SIGSCI_CONFIG", "/nonexistent/config.toml")
        .env("SIGSCI_EMAIL", "somebody@example.com")
        .env("SIGSCI_TOKEN", TOKEN)
        .env("SIGSCI_CORP", "acme")
        .env("SIGSCI_BASE_URL", server.address())
        .env("TZ", "UTC")
        .output()
        .unwrap();
    assert!(!format!("{output:?}").contains(TOKEN));
    output
}
