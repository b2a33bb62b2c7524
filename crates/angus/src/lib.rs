#![doc = include_str!("../README.md")]

mod builder;
mod credentials;
mod error;
mod tokens;

#[doc(inline)]
pub use angus_v1 as v1;
pub use builder::{Builder, CONSOLE_URL};
pub use credentials::StreamCredentials;
pub use error::Error;
pub use lorgnette_runtime as runtime;

/// What a program usually imports: the operations of the API, as methods of its client.
pub mod prelude {
    pub use angus_v1::prelude::*;
}

/// A client for version 1 of the Data API, with the defaults of [`Builder`].
///
/// # Errors
///
/// When TLS cannot be set up. Whether the credentials are right shows at the first call.
pub fn v1(credentials: StreamCredentials) -> Result<v1::Client, Error> {
    Builder::new(credentials).build()
}
