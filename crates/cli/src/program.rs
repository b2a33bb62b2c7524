//! What an adapter says of its program: which APIs it calls, what credentials they take, and which
//! further commands it has.

use crate::connection::Connection;
use crate::failure::Failure;
use crate::job::Context;
use lorgnette_runtime::commands::Api as Table;
use lorgnette_runtime::{Client, ClientError};
use std::fmt;
use std::pin::Pin;

/// A command-line program for the APIs of one vendor.
#[derive(Debug)]
pub struct Program {
    /// The name that people type.
    pub name: &'static str,
    /// The version of the adapter.
    pub version: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Its APIs. A tag that several have is that of the first, unless the API is named: `vxg v5
    /// channels`.
    pub apis: &'static [Api],
    /// What its credentials consist of, and other settings that a client cannot do without.
    pub settings: &'static [Setting],
    /// Parameters that most calls have, and that are mostly the same.
    pub defaults: &'static [Preset],
    /// Commands beside the operations.
    pub jobs: &'static [Job],
    /// Examples, each a command line and what it does.
    pub examples: &'static [(&'static str, &'static str)],
}

impl Program {
    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// The name of an environment variable of this program's own: `SIGSCI_PROFILE` for `PROFILE`.
    pub fn variable(&self, name: &str) -> String {
        format!("{}_{name}", self.name.to_uppercase().replace('-', "_"))
    }
}

/// An API of a program.
#[derive(Clone, Copy)]
pub struct Api {
    /// Its short name: `v2`.
    pub name: &'static str,
    /// Its operations.
    pub table: &'static Table,
    /// Makes a client with the credentials and settings of a [`Connection`].
    pub connect: fn(&Connection) -> Result<Client, ClientError>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Something that a client needs to be told: a part of the credentials, or the address of a server.
/// It is taken from the environment, from a profile, from the keyring or from a command that prints
/// it, and never from an argument.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in a profile: `api_key`.
    pub name: &'static str,
    /// The environment variables, the first of which is the one to name.
    pub variables: &'static [&'static str],
    /// Whether nobody should see it.
    pub is_secret: bool,
    /// Whether `profile login` may leave it out.
    pub is_optional: bool,
    /// What it is.
    pub about: &'static str,
}

impl Setting {
    /// A setting that all can see, and that is not always needed, with the environment variables
    /// that can have it.
    pub const fn optional(
        name: &'static str,
        variables: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self {
            name,
            variables,
            is_secret: false,
            is_optional: true,
            about,
        }
    }

    /// The same as one that is always needed.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_optional = false;
        self
    }

    /// The same as one that nobody should see.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The environment variable to name.
    pub fn variable(&self) -> &'static str {
        self.variables.first().copied().unwrap_or_default()
    }
}

/// A value that is used for parameters of certain names unless a command line has another.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in a profile, and as an option of each command: `corp`.
    pub name: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// The names of the parameters, as the contract has them.
    pub parameters: &'static [&'static str],
    /// What it is.
    pub about: &'static str,
}

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
