//! Secrets of requests. They are never arguments: other users of the machine can see those, and
//! shells record them.

use crate::failure::Failure;
use std::io::{IsTerminal, Read};

/// The forms that an option for a secret accepts.
pub const FORMS: &str = "@FILE, - for standard input, env:NAME, or `ask`";

/// Reads the secret that the option `name` refers to.
///
/// # Errors
///
/// When the option contains the secret itself, or the secret cannot be read.
pub fn read(name: &str, source: &str) -> Result<String, Failure> {
    if source == "-" {
        return standard_input(name);
    }
    if let Some(path) = source.strip_prefix('@') {
        let text = std::fs::read_to_string(path);
        return text
            .map(|text| one_line(&text))
            .map_err(|error| Failure::local(format!("--{name}: {path} cannot be read: {error}")));
    }
    if let Some(variable) = source.strip_prefix("env:") {
        return std::env::var(variable)
            .map_err(|_| Failure::usage(format!("--{name}: the environment has no text {variable}")));
    }
    if source == "ask" && std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("{name}: ")).map_err(|error| {
            Failure::local(format!(
                "--{name}: nothing could be read from the terminal: {error}"
            ))
        });
    }
    Err(Failure::usage(format!(
        "--{name} takes {FORMS}: others on this machine can see a command line, and shells record it"
    )))
}

fn standard_input(name: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::local(format!("--{name}: standard input cannot be read: {error}")))?;
    Ok(one_line(&text))
}

/// If a file holds one line, the line break at its end is removed.
fn one_line(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}
