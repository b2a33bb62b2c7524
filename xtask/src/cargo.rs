//! The cargo that commands start.

use lorgnette::failure::Failure;
use std::ffi::OsString;

/// The cargo that runs this command, or the one on the path.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The failure to start it.
pub fn no_cargo(error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot start cargo: {error}")).help("install Rust")
}
