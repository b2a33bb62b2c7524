//! The system's keyring: Keychain, Credential Manager, or the secret service of a desktop.

use crate::failure::{Exit, Failure};
use crate::setting::Owner;
use keyring::v1::{Entry, Error};

/// The secrets of a profile in the keyring.
#[derive(Debug)]
pub struct Keyring {
    service: &'static str,
    profile: String,
}

impl Keyring {
    /// The secrets of a profile.
    pub fn new(program: Owner, profile: &str) -> Self {
        Self {
            service: program.name,
            profile: profile.to_owned(),
        }
    }

    fn entry(&self, name: &str) -> Result<Entry, Failure> {
        Entry::new(self.service, &format!("{}/{name}", self.profile)).map_err(|error| failed(&error))
    }

    /// The secret of this name, if there is one.
    ///
    /// # Errors
    ///
    /// When there is no keyring, or it is locked.
    pub fn get(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Stores a secret.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn set(&self, name: &str, secret: &str) -> Result<(), Failure> {
        self.entry(name)?
            .set_password(secret)
            .map_err(|error| failed(&error))
    }

    /// Removes a secret; a missing secret is not an error.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn remove(&self, name: &str) -> Result<(), Failure> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// The error without the platform's details, which may contain anything.
fn failed(error: &Error) -> Failure {
    let what = match error {
        Error::NoStorageAccess(_) => "is locked, or there is none",
        Error::NoEntry => "has no such secret",
        _ => "cannot be used",
    };
    Failure::new(
        Exit::Credentials,
        format!("the system's keyring {what}; use a profile without it, or unlock it"),
    )
}
