#![doc = include_str!("../README.md")]

mod builder;
mod credentials;
mod error;
mod fastly;
mod login;

pub use builder::Builder;
pub use credentials::{ApiToken, Credentials, FastlyKey, Login};
pub use error::Error;
pub use lorgnette_runtime as runtime;
#[doc(inline)]
pub use sigsci_v0 as v0;

/// What a program usually imports: the operations of the API, as methods of its client.
pub mod prelude {
    pub use sigsci_v0::prelude::*;
}

/// A client for version 0 of the API with an [`ApiToken`] or a [`Login`], and the defaults of [`Builder`].
///
/// # Errors
///
/// When TLS cannot be set up. Whether the credentials are right shows at the first call.
pub fn v0(credentials: impl Into<Credentials>) -> Result<v0::Client, Error> {
    Builder::new(credentials).build()
}
