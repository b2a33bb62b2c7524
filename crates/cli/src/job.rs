//! Commands in addition to the operations, and their context.

use crate::confirm::confirm;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::{Format, Output, OutputTarget, Rows, Style};
use crate::report::Report;
use crate::setting::Preset;
use crate::terminal;
use crate::values::{Moment, moment};
use clap::ArgMatches;
use std::cell::RefCell;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::pin::Pin;

/// A command in addition to the operations.
#[derive(Clone, Copy)]
pub struct Job {
    /// Its group: that of a tag, or its own; `None` for a top-level command.
    pub group: Option<&'static str>,
    /// Its name.
    pub name: &'static str,
    /// A one-line description.
    pub about: &'static str,
    /// Adds its arguments and subcommands, and examples of its use.
    pub arguments: fn(clap::Command) -> clap::Command,
    /// Runs the job.
    pub run: for<'c> fn(&'c Context<'c>) -> Done<'c>,
}

/// A running job.
pub type Done<'c> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'c>>;

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The context of a job: its arguments, the connection, and the destination of its results.
#[derive(Debug)]
pub struct Context<'c> {
    /// Default values for parameters that many commands have.
    pub(crate) presets: &'static [Preset],
    /// The arguments of the job.
    pub matches: &'c ArgMatches,
    /// Credentials and settings.
    pub connection: &'c Connection,
    pub(crate) style: RefCell<Option<Style>>,
    /// Whether the command line, the file name or the profile sets the format.
    pub(crate) is_format_chosen: bool,
}

impl Context<'_> {
    /// The destination of results, in the format of the command line. It can be taken once.
    ///
    /// # Errors
    ///
    /// When the output file cannot be created.
    pub fn output(&self, rows: Rows) -> Result<Output, Failure> {
        let target = match self.file() {
            Some(path) => OutputTarget::file(&path)?,
            None => OutputTarget::standard(),
        };
        let mut style = self.style.borrow_mut().take().unwrap_or_default();
        if !target.is_terminal() {
            style.width = None;
        }
        Ok(Output::new(style, rows, target))
    }

    /// The destination of a report: by default a table on a terminal, and CSV elsewhere.
    ///
    /// # Errors
    ///
    /// As for [`output`](Self::output).
    pub fn sheet(&self, rows: Rows) -> Result<Output, Failure> {
        if let (false, Some(style)) = (self.is_format_chosen, &mut *self.style.borrow_mut()) {
            style.format = match self.file().is_none() && io::stdout().is_terminal() {
                true => Format::Table,
                false => Format::Csv,
            };
        }
        self.output(rows)
    }

    /// The destination of the results of single items, like [`sheet`](Self::sheet).
    ///
    /// # Errors
    ///
    /// When the output file cannot be created.
    pub fn report(&self) -> Result<Report, Failure> {
        Ok(Report::new(self.sheet(Rows::ANY)?, self.connection.mask.clone()))
    }

    /// Asks for confirmation on a terminal, unless the job's flag `yes` is given. `what` describes
    /// the change.
    ///
    /// # Errors
    ///
    /// When the user does not answer yes.
    pub fn confirm(&self, what: &str) -> Result<(), Failure> {
        match self.matches.try_get_one::<bool>("yes") {
            Ok(Some(true)) => Ok(()),
            _ => confirm(what),
        }
    }

    /// Keeps a secret out of failures and reports.
    pub fn conceal(&self, secret: &str) {
        self.connection.mask.add(secret);
    }

    /// Writes a message to standard error, unless the output is quiet.
    pub fn warn(&self, what: &str) {
        if !self.is_quiet() {
            eprintln!("warning: {}", self.connection.mask.apply(&terminal::line(what)));
        }
    }

    /// The file that `-o` names.
    pub fn file(&self) -> Option<PathBuf> {
        self.matches.get_one::<String>("out").map(PathBuf::from)
    }

    /// Whether only results and errors are written.
    pub fn is_quiet(&self) -> bool {
        self.matches.get_flag("quiet")
    }

    /// The time that an argument names, relative to now.
    ///
    /// # Errors
    ///
    /// When the argument is not a time.
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

    /// The value of a preset: from the argument of that name, the environment, or the profile.
    ///
    /// # Errors
    ///
    /// When the preset has no value.
    pub fn preset(&self, name: &str) -> Result<String, Failure> {
        self.usual(name).ok_or_else(|| {
            let variable = self.variable(name);
            Failure::usage(format!(
                "--{name} is missing, or set {variable} or `{name}` in a profile"
            ))
        })
    }

    /// The value of a preset, if it has one.
    pub fn usual(&self, name: &str) -> Option<String> {
        if let Ok(Some(value)) = self.matches.try_get_one::<String>(name) {
            return Some(value.clone());
        }
        let found = self.connection.settings.plain(name, &[self.variable(name)]);
        found.map(|found| found.value)
    }

    fn variable(&self, name: &str) -> &'static str {
        let preset = self.presets.iter().find(|preset| preset.name == name);
        preset.map_or("", |preset| preset.variable)
    }

    /// The text of an argument.
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = self.matches.try_get_one::<String>(name).ok().flatten();
        text.map(String::as_str)
    }

    /// The number of items that are processed at once.
    pub fn at_once(&self) -> usize {
        let count = self.matches.try_get_one::<u16>("at-once").ok().flatten();
        count.map_or(1, |count| usize::from(*count))
    }
}
