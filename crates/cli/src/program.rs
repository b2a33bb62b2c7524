//! An adapter's description of its program: its APIs, their credentials, and further commands.

use crate::connection::Connection;
use crate::job::Job;
use crate::setting::{Owner, Preset, Setting};
use lorgnette_runtime::commands::Api as Table;
use lorgnette_runtime::{Client, ClientError};
use std::fmt;

/// A command-line program for the APIs of one vendor.
#[derive(Debug)]
pub struct Program {
    /// The name of the program on the command line.
    pub name: &'static str,
    /// The version of the adapter.
    pub version: &'static str,
    /// A one-line description.
    pub about: &'static str,
    /// Its APIs. If several APIs have the same tag, the first API wins unless another is named:
    /// `vxg v5 channels`.
    pub apis: &'static [ProgramApi],
    /// The address of an API from the settings, if it is not `--base-url` itself. `--dry-run` uses
    /// it when there are no credentials, which otherwise determine the address.
    pub address: Option<fn(&Connection, &ProgramApi) -> Option<String>>,
    /// The parts of its credentials, and other required settings.
    pub settings: &'static [Setting],
    /// Presets: values for parameters that most calls have, usually with the same value.
    pub defaults: &'static [Preset],
    /// Commands in addition to the operations.
    pub jobs: &'static [Job],
    /// Examples, each a command line with its description.
    pub examples: &'static [(&'static str, &'static str)],
}

impl Program {
    /// The program as the owner of its settings.
    pub const fn owner(&self) -> Owner {
        Owner {
            name: self.name,
            settings: self.settings,
        }
    }

    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        self.owner().setting(name)
    }

    /// The name of an environment variable of this program's own: `SIGSCI_PROFILE` for `PROFILE`.
    pub fn variable(&self, name: &str) -> String {
        self.owner().variable(name)
    }
}

/// An API of a program.
#[derive(Clone, Copy)]
pub struct ProgramApi {
    /// Its short name: `v2`.
    pub name: &'static str,
    /// Its operations.
    pub table: &'static Table,
    /// Makes a client with the credentials and settings of a [`Connection`].
    pub connect: fn(&Connection) -> Result<Client, ClientError>,
}

impl fmt::Debug for ProgramApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
