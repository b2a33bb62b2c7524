//! Asks for confirmation before something is changed.

use crate::failure::Failure;
use crate::terminal;
use std::io::{self, IsTerminal, Write};

/// Asks for confirmation on a terminal. `what` describes what would happen.
///
/// # Errors
///
/// When the user does not answer yes.
pub fn confirm(what: &str) -> Result<(), Failure> {
    if !is_asked() {
        return Ok(());
    }
    let mut to = io::stderr();
    let _ = write!(to, "{} Go on? [y/N] ", terminal::text(what));
    let _ = to.flush();
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    match (read, answer.trim().to_ascii_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(()),
        _ => Err(Failure::usage("nothing was sent")),
    }
}

/// Whether a user is present who can answer.
pub fn is_asked() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
