//! Failures of commands: the fault, its place, and the remedy.

use lorgnette_codegen::catalogue::FILE;
use lorgnette_codegen::diagnostics;
use lorgnette_codegen::text::{LONG, line};
use std::fmt;
use std::path::Path;

/// The maximum number of lines of a message.
const LINES: usize = 100;

/// The failure of a command, or of the part that concerns one API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandFailure {
    /// The stage or the part of the command that failed, as one word; empty if it is not helpful.
    part: String,
    /// The file, with `#` and a JSON pointer where the place in it is known; empty if no file is at
    /// fault.
    place: String,
    message: String,
    help: String,
}

impl CommandFailure {
    /// A failure with `message`, one sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            part: String::new(),
            place: String::new(),
            message: message.into(),
            help: String::new(),
        }
    }

    /// A failure of the operating system at `path`: `verb` is the attempted action, for instance
    /// `read`.
    pub fn io(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {verb} it: {error}")).at(path.display().to_string())
    }

    /// The same failure with its place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    /// The same failure with advice, one sentence without a full stop.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The fault, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same failure with its message after `before` and its place in the message, so that
    /// another place can be set.
    #[must_use]
    pub fn after(mut self, before: &str) -> Self {
        self.message = match self.place.as_str() {
            "" => format!("{before}: {}", self.message),
            place => format!("{before}: {} ({place})", self.message),
        };
        self.place = String::new();
        self
    }

    /// An error of the generator. `folder` is the folder of the input files, for instance
    /// `specs/lamps-v1`, which the generator does not know.
    pub fn of_generator(error: &diagnostics::Error, folder: &str) -> Self {
        let mut place = match (folder, error.file.as_str()) {
            ("", file) | (file, "") => file.to_string(),
            (_, FILE) => FILE.to_string(),
            (folder, file) => format!("{folder}/{file}"),
        };
        if !error.pointer.is_empty() {
            place = format!("{place}#{}", error.pointer);
        }
        Self {
            part: error.station.to_string(),
            place,
            message: error.message.clone(),
            help: error.help.clone(),
        }
    }
}

impl std::error::Error for CommandFailure {}

impl fmt::Display for CommandFailure {
    /// Prints in rustc's format, which every reader of these messages knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The output of another program may have several lines, which must not look like ours.
        let mut message = self
            .message
            .lines()
            .map(|message| line(message, LONG))
            .take(LINES);
        let first = message.next().unwrap_or_default();
        match self.part.as_str() {
            "" => write!(f, "error: {first}")?,
            part => write!(f, "error[{part}]: {first}")?,
        }
        message.try_for_each(|more| write!(f, "\n      {more}"))?;
        if !self.place.is_empty() {
            write!(f, "\n  --> {}", line(&self.place, LONG))?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", line(&self.help, LONG))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_codegen::diagnostics::{Error, Station};

    #[test]
    fn test_generator_error_names_folder_file_and_pointer() {
        let error = Error::new(Station::Load, "/paths/~1x", "the reference leads nowhere")
            .help("correct the contract")
            .in_file("openapi.json");
        assert_eq!(
            CommandFailure::of_generator(&error, "specs/lamps-v1").to_string(),
            "error[load]: the reference leads nowhere\n  --> specs/lamps-v1/openapi.json#/paths/~1x\n  help: correct the contract"
        );
    }

    #[test]
    fn test_failure_shows_what_a_terminal_would_obey_and_is_bounded() {
        let failure = CommandFailure::new(format!("\u{1b}[2J{}", "x".repeat(5000))).at("a\u{202e}\nb");
        let shown = failure.to_string();
        assert!(shown.starts_with("error: \\u{1b}[2Jxxx"), "{shown}");
        assert!(
            shown.ends_with("… (4409 more characters)\n  --> a\\u{202e} b"),
            "{shown}"
        );
    }

    #[test]
    fn test_generator_error_without_file_names_the_folder() {
        let error = Error::new(Station::Write, "", "no title");
        assert_eq!(
            CommandFailure::of_generator(&error, "specs/a").to_string(),
            "error[write]: no title\n  --> specs/a"
        );
    }
}
