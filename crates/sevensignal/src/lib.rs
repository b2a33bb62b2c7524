#![doc = include_str!("../README.md")]

mod api_key;
mod builder;
mod error;
mod tokens;

pub use api_key::ApiKey;
pub use builder::{BUCKET_HEADERS, Builder, SCOPES};
pub use error::Error;
pub use lorgnette_runtime as runtime;
#[doc(inline)]
pub use sevensignal_v2 as v2;

/// What a program usually imports: the operations of the API, as methods of its client.
pub mod prelude {
    pub use sevensignal_v2::prelude::*;
}

/// A client for version 2 of the Platform API, with the defaults of [`Builder`].
///
/// # Errors
///
/// When TLS cannot be set up. Whether the key is right shows at the first call.
pub fn v2(key: ApiKey) -> Result<v2::Client, Error> {
    Builder::new(key).build()
}
