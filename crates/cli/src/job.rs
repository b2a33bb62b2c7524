//! Commands beside the operations, and what they are given.

use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::{Output, Rows, Style, Target};
use crate::setting::Preset;
use crate::values::{Moment, moment};
use clap::ArgMatches;
use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;

/// A command beside the operations.
#[derive(Clone, Copy)]
pub struct Job {
    /// The group that it is in: that of a tag, or one of its own; `None` for a command by itself.
    pub group: Option<&'static str>,
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Adds its arguments and subcommands, and examples of its use.
    pub arguments: fn(clap::Command) -> clap::Command,
    /// Does it.
    pub run: for<'c> fn(&'c Context<'c>) -> Done<'c>,
}

/// A job that is under way.
pub type Done<'c> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'c>>;

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a job is given: its arguments, the connection, and where its results go.
#[derive(Debug)]
pub struct Context<'c> {
    /// Values that the program may be told once for many commands.
    pub(crate) presets: &'static [Preset],
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
        let preset = self.presets.iter().find(|preset| preset.name == name);
        let variable = preset.map_or("", |preset| preset.variable);
        let found = self.connection.settings.plain(name, &[variable]);
        found.map(|found| found.value).ok_or_else(|| {
            Failure::usage(format!(
                "--{name} is missing, or set {variable} or `{name}` in a profile"
            ))
        })
    }
}
