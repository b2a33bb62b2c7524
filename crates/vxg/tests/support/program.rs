//! Runs the program `vxg`.

use super::server::ApiServer;
use std::process::{Command, Output};

/// The license key of an account.
pub const KEY: &str = "v3.c4nary";

/// The program without credentials.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vxg"));
    command
        .args(arguments)
        .env_clear()
        .env("VXG_CONFIG", "/nonexistent/config.toml")
        .env("TZ", "UTC");
    command
}

/// Runs the program with the license key of an account.
pub fn vxg(server: &ApiServer, arguments: &[&str]) -> Output {
    let output = command(arguments)
        .env("VXG_LICENSE_KEY", KEY)
        .env("VXG_BASE_URL", server.address())
        .output()
        .unwrap();
    assert!(!format!("{output:?}").contains("c4nary"), "{output:?}");
    output
}
