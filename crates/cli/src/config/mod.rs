//! The sources of settings: the environment, a profile in a file, and a command that prints them.

mod command;
mod file;
#[cfg(feature = "keyring")]
mod keyring;
#[cfg(not(feature = "keyring"))]
#[path = "no_keyring.rs"]
mod keyring;
mod source;

pub use file::{Profile, ProfileFile};
pub use keyring::Keyring;
pub use source::Settings;
