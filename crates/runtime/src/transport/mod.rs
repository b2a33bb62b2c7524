//! Sends requests and receives responses: the attempts of a call with rate limit, credentials,
//! retries and redirects.

mod address;
mod admission;
mod attempt_loop;
pub mod authenticate;
mod base;
mod call_span;
#[cfg(feature = "client-certificate")]
mod certificate;
mod chunks;
mod client;
mod client_builder;
mod clock;
mod connections;
mod destination;
mod exchange;
pub(crate) mod framing;
#[cfg(feature = "gzip")]
mod gunzip;
#[cfg(not(feature = "gzip"))]
#[path = "no_gunzip.rs"]
mod gunzip;
mod hooks;
mod http_client;
mod http_error;
mod interceptor;
mod limits;
mod login;
mod measured;
mod message;
#[cfg(feature = "multipart")]
mod multipart;
mod open_connections;
pub(crate) mod platform;
mod progress;
pub mod rate_limit;
mod raw_response;
mod receiver;
mod redirect;
mod redirect_policy;
mod request;
mod retries;
pub mod retry;
mod runtimes;
mod secrets;
mod server_address;
mod throttle;
mod tls;
pub mod token;

pub(crate) use address::{AddressRules, Purpose};
#[cfg(feature = "client-certificate")]
pub use certificate::ClientCertificate;
pub(crate) use chunks::Chunks;
pub use client::Client;
pub use client_builder::{CONNECT_TIMEOUT, ClientBuilder, READ_TIMEOUT, TIMEOUT};
pub(crate) use exchange::{call, exchange, resumable};
pub use interceptor::{AttemptError, AttemptRequest, CallSummary, Interceptor, ResponseHead};
pub use limits::Limits;
pub(crate) use platform::in_runtime;
pub use raw_response::{BodyKind, RawResponse};
pub(crate) use raw_response::{Resend, ResponseKinds};
pub use redirect_policy::RedirectPolicy;
pub(crate) use request::{CallSettings, Request};
pub(crate) use secrets::secrets;
pub use server_address::ServerAddress;
