//! How a request becomes a response: the attempts of a call with their rate limit, credentials, retries and redirects.

mod attempt_loop;
pub mod authenticate;
mod call_span;
#[cfg(feature = "client-certificate")]
mod certificate;
mod chunks;
mod client;
mod client_builder;
mod clock;
mod exchange;
mod http_error;
mod message;
mod progress;
pub mod rate_limit;
mod raw_response;
mod redirect;
mod request;
pub mod retry;
mod server_address;
pub mod token;

#[cfg(feature = "client-certificate")]
pub use certificate::ClientCertificate;
pub(crate) use chunks::Chunks;
pub use client::Client;
pub use client_builder::{BODY_LIMIT, CONNECT_TIMEOUT, ClientBuilder, READ_TIMEOUT, TIMEOUT};
pub(crate) use exchange::call;
pub use raw_response::{BodyKind, RawResponse};
pub(crate) use raw_response::{Resend, ResponseKinds};
pub(crate) use request::{CallSettings, Request};
pub use server_address::ServerAddress;
