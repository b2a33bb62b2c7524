//! What a command beside the operations is given.

use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::{Output, Rows, Style, Target};
use crate::program::Program;
use crate::values::{Moment, moment};
use clap::ArgMatches;
use std::cell::RefCell;
use std::path::PathBuf;

/// What a job is given: its arguments, the connection, and where its results go.
#[derive(Debug)]
pub struct Context<'c> {
    /// The program.
    pub program: &'static Program,
    /// The arguments of the job.
    pub matches: &'c ArgMatches,
    /// Credentials and settings.
    pub connection: &'c Connection,
    pub(crate) style: RefCell<Option<Style>>,
}

impl Context<'_> {
    /// Where results go, in the format that the command line asks for. It is given once.
    ///
    /// # Errors
    ///
    /// When the file that it should be cannot be made.
    pub fn output(&self, rows: Rows) -> Result<Output, Failure> {
        let target = match self.file() {
            Some(path) => Target::file(&path)?,
            None => Target::standard(),
        };
        let mut style = self.style.borrow_mut().take().unwrap_or_default();
        if !target.is_terminal() {
            style.width = None;
        }
        Ok(Output::new(style, rows, target))
    }

    /// The file that `-o` names.
    pub fn file(&self) -> Option<PathBuf> {
        self.matches.get_one::<String>("out").map(PathBuf::from)
    }

    /// Whether nothing but results and errors is wanted.
    pub fn is_quiet(&self) -> bool {
        self.matches.get_flag("quiet")
    }

    /// The time that an argument names, as of now.
    ///
    /// # Errors
    ///
    /// When it names none.
    pub fn time(&self, name: &str) -> Result<Option<Moment>, Failure> {
        let Some(text) = self.matches.get_one::<String>(name) else {
            return Ok(None);
        };
        let moment = moment(text, Moment::now());
        let moment = moment.ok_or_else(|| {
            Failure::usage(format!(
                "--{name}: expected a time, such as -6h, yesterday or 2025-01-31T08:30:00Z"
            ))
        });
        moment.map(Some)
    }

    /// The value that is used for parameters of a preset: of an argument of that name, of the
    /// environment, or of the profile.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn preset(&self, name: &str) -> Result<String, Failure> {
        if let Ok(Some(value)) = self.matches.try_get_one::<String>(name) {
            return Ok(value.clone());
        }
        let preset = self.program.defaults.iter().find(|preset| preset.name == name);
        let variable = preset.map_or("", |preset| preset.variable);
        let found = self.connection.settings.plain(name, &[variable]);
        found.map(|found| found.value).ok_or_else(|| {
            Failure::usage(format!(
                "--{name} is missing, or set {variable} or `{name}` in a profile"
            ))
        })
    }
}
