//! Errors, which stop an API, and notes, which list differences for callers in `NOTES.md`.
//!
//! Both carry the place in the contract as a JSON pointer.

use crate::document::METHODS;
use crate::origins::Origins;
use crate::text::{LONG, line};
use std::fmt;

/// A stage of the pipeline from contract to crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Station {
    /// Reading the catalogue, before the pipeline begins.
    Catalogue,
    /// Reading the contract and resolving its references.
    Load,
    /// Applying `overlay.yaml`.
    Overlay,
    /// The upgrade of Swagger 2.0 and OpenAPI 3.1 or later to OpenAPI 3.0.3.
    Upgrade,
    /// The normalize passes.
    Normalize,
    /// From the document to the typed model.
    Lower,
    /// The engine: progenitor and typify.
    Generate,
    /// Passes over the engine's output.
    Refine,
    /// The crate's files.
    Write,
}

impl fmt::Display for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Station::Catalogue => "catalogue",
            Station::Load => "load",
            Station::Overlay => "overlay",
            Station::Upgrade => "upgrade",
            Station::Normalize => "normalize",
            Station::Lower => "lower",
            Station::Generate => "generate",
            Station::Refine => "refine",
            Station::Write => "write",
        })
    }
}

/// The reason why a contract could not become a crate: the stage, the file and place of the cause,
/// the fault, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The stage that failed.
    pub station: Station,
    /// The file at fault as the caller named it, for instance `specs/<api>/openapi.json`; empty if
    /// unknown.
    pub file: String,
    /// A JSON pointer into that file, for instance `/paths/~1eyes/get`; empty for the whole
    /// document.
    pub pointer: String,
    /// The pointer of the operation or schema at fault; empty if unknown.
    pub part: Box<str>,
    /// The fault, as one sentence without a full stop.
    pub message: String,
    /// The remedy, as one sentence without a full stop; empty if there is no advice.
    pub help: String,
}

impl Error {
    /// An error of `station` at `pointer`.
    pub fn new(station: Station, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            station,
            file: String::new(),
            pointer: pointer.into(),
            part: Box::default(),
            message: message.into(),
            help: String::new(),
        }
    }

    /// The same error with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same error with its place in the original contract.
    #[must_use]
    pub fn traced(mut self, origins: &Origins) -> Self {
        let part = part(&self.pointer).map(|part| origins.of(&part));
        self.part = part.unwrap_or_default().into();
        self.pointer = origins.of(&self.pointer);
        self
    }

    /// The same error in `file`, unless a file is named already.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        if self.file.is_empty() {
            self.file = file.into();
        }
        self
    }
}

/// The operation, its pagination or the schema that `pointer` leads into.
fn part(pointer: &str) -> Option<String> {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let length = match tokens.as_slice() {
        ["paths", _, method, "x-lorgnette-pagination"] if METHODS.contains(method) => 4,
        ["paths", _, method, ..] if METHODS.contains(method) => 3,
        ["components", "schemas", _, ..] => 3,
        ["paths" | "definitions", _, ..] => 2,
        _ => return None,
    };
    let tokens = tokens[..length].iter();
    Some(tokens.fold(String::new(), |pointer, token| format!("{pointer}/{token}")))
}

impl fmt::Display for Error {
    /// Prints `station: file#pointer: message; help` on one line; long text is truncated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.station, line(&self.file, LONG))?;
        if !self.pointer.is_empty() {
            write!(f, "#{}", line(&self.pointer, LONG))?;
        }
        write!(f, ": {}", line(&self.message, LONG))?;
        if !self.help.is_empty() {
            write!(f, "; {}", line(&self.help, LONG))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The outcome of a stage.
pub type Result<T> = std::result::Result<T, Error>;

/// The errors of a stage, in the order in which they occurred; there is at least one.
#[derive(Clone, Debug)]
pub struct Errors(Vec<Error>);

/// The outcome of a stage that continues after an error, to find further ones.
pub type Collected<T> = std::result::Result<T, Errors>;

impl Errors {
    /// The errors, if there are any.
    pub fn of(errors: Vec<Error>) -> Option<Self> {
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// The values, or all errors among them.
    ///
    /// # Errors
    ///
    /// When there is an error among `results`.
    pub fn or<T>(results: impl Iterator<Item = Result<T>>) -> Collected<Vec<T>> {
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(value) => values.push(value),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(values)
        } else {
            Err(Self(errors))
        }
    }

    /// The errors, each changed by `change`.
    #[must_use]
    pub fn map(self, change: impl FnMut(Error) -> Error) -> Self {
        Self(self.0.into_iter().map(change).collect())
    }

    /// The errors.
    pub fn into_vec(self) -> Vec<Error> {
        self.0
    }

    /// A single error with all of their messages.
    pub fn into_one(self) -> Error {
        let mut errors = self.0.into_iter();
        let Some(mut first) = errors.next() else {
            return Error::new(Station::Write, "", "there is no error");
        };
        for Error {
            pointer,
            message,
            help,
            ..
        } in errors
        {
            let first_help = std::mem::take(&mut first.help);
            let joint = if first_help.is_empty() { "" } else { "; " };
            first.message = format!(
                "{}{joint}{first_help}\n      #{pointer}: {message}",
                first.message
            );
            first.help = help;
        }
        first
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for Errors {
    /// Prints one error per line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let line = if index == 0 { "" } else { "\n" };
            write!(f, "{line}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// A difference between the crate and the contract that callers can see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The pass that made the change, by the name of its module.
    pub pass: &'static str,
    /// A JSON pointer into the contract.
    pub pointer: String,
    /// Further places of the same change.
    pub more: Vec<String>,
    /// The change, as one sentence.
    pub what: String,
    /// The reason for the change, as one sentence.
    pub why: &'static str,
    /// Whether the crate lacks something that the contract lets a caller send, call or receive.
    pub omits: bool,
}

/// The notes of one API, in the order in which they were added, and the original places of their
/// subjects.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    list: Vec<Note>,
    /// The original places of the document's parts in the contract.
    pub origins: Origins,
    is_lowered: bool,
}

impl Notes {
    /// Adds a note.
    pub fn add(
        &mut self,
        pass: &'static str,
        pointer: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        let pointer = self.traced(pointer.into());
        self.list.push(Note {
            pass,
            pointer,
            more: Vec::new(),
            what: what.into(),
            why,
            omits: false,
        });
    }

    /// Adds a note on a change in several places, and names the first of them.
    pub fn add_all(
        &mut self,
        pass: &'static str,
        places: Vec<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        let mut places = places.into_iter();
        let Some(first) = places.next() else { return };
        let what = match places.len() {
            0 => what.into(),
            1 => format!("{} (and at one more place)", what.into()),
            more => format!("{} (and at {more} more places)", what.into()),
        };
        self.add(pass, first, what, why);
        if let Some(note) = self.list.last_mut() {
            let origins = &self.origins;
            note.more = match self.is_lowered {
                true => places.collect(),
                false => places.map(|place| origins.of(&place)).collect(),
            };
        }
    }

    /// Sets the map from places to those of the original contract, for further notes.
    pub fn lowered(&mut self) {
        self.is_lowered = true;
    }

    /// A place in the contract in its original form.
    fn traced(&self, place: String) -> String {
        match self.is_lowered {
            true => place,
            false => self.origins.of(&place),
        }
    }

    /// Adds a note on something that the crate lacks.
    pub fn omit(
        &mut self,
        pass: &'static str,
        pointer: impl Into<String>,
        what: impl Into<String>,
        why: &'static str,
    ) {
        self.add(pass, pointer, what, why);
        self.last_omits();
    }

    /// Marks the subject of the last note as missing from the crate.
    pub fn last_omits(&mut self) {
        if let Some(note) = self.list.last_mut() {
            note.omits = true;
        }
    }

    /// The notes so far.
    pub fn iter(&self) -> std::slice::Iter<'_, Note> {
        self.list.iter()
    }

    /// The number of notes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no notes.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'n> IntoIterator for &'n Notes {
    type Item = &'n Note;
    type IntoIter = std::slice::Iter<'n, Note>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
