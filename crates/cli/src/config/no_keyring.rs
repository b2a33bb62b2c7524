//! No keyring: the program was built without the feature `keyring`.

use crate::failure::{Exit, Failure};
use crate::setting::Owner;

/// The system's keyring, which this program cannot use.
#[derive(Clone, Copy, Debug)]
pub struct Keyring;

const MISSING: &str = "this program was built without the feature `keyring`";

#[allow(clippy::unused_self, reason = "the same as with a keyring")]
impl Keyring {
    /// The secrets of a profile.
    pub const fn new(_: Owner, _: &str) -> Self {
        Self
    }

    /// # Errors
    ///
    /// Always.
    pub fn get(self, _: &str) -> Result<Option<String>, Failure> {
        Err(Failure::new(Exit::Credentials, MISSING))
    }

    /// # Errors
    ///
    /// Always.
    pub fn set(self, _: &str, _: &str) -> Result<(), Failure> {
        Err(Failure::new(Exit::Usage, MISSING))
    }

    /// # Errors
    ///
    /// Always.
    pub fn remove(self, _: &str) -> Result<(), Failure> {
        Err(Failure::new(Exit::Usage, MISSING))
    }
}
