//! What every lorgnette client shares: the JSON codec of generated types, requests and answers, credentials, retry and
//! errors.
//!
//! Generated crates depend on this crate only, so it hands on the types of others that they name. It knows no vendor and
//! no generator: what is special to an API is data in its generated crate.
//!
//! A call goes through these modules: an [`Operation`] describes it, a [`Call`] takes the values of its parameters
//! and sends it with the settings of a [`Client`], and an [`Answer`] is read from what comes back: a [`Response`], or an
//! [`Error`].
//!
//! Features: `rustls` (on) brings TLS with the platform's root certificates; `tracing` makes a span `call` for each call,
//! with its operation, method, path template, attempts, status, stage of failure and duration, and never with an address, a
//! header or a body; `mock` brings the module of that name, a server for tests.

pub mod answer;
pub mod authenticate;
mod body;
pub mod call;
#[cfg(feature = "client-certificate")]
mod certificate;
pub mod client;
pub mod codec;
mod error;
mod events;
mod forms;
#[cfg(feature = "mock")]
pub mod mock;
mod nullable;
mod only_read;
pub mod open_enum;
mod operation;
pub mod paging;
mod parameters;
pub mod rate_limit;
mod redirect;
mod response;
pub mod retry;
mod secret;
mod server_address;
mod server_words;
mod stream;
pub mod token;
mod tracing;
mod transport;
#[cfg(not(feature = "mock"))]
mod unmocked;

pub use answer::{Answer, Undeclared};
pub use body::{Body, Upload};
pub use call::{Call, CallOptions, Sending};
#[cfg(feature = "client-certificate")]
pub use certificate::ClientCertificate;
pub use client::{Client, ClientBuilder};
pub use codec::Wire;
pub use error::{BuildError, Error, Stage};
pub use events::{Event, EventStream};
pub use nullable::Nullable;
pub use operation::{Operation, Parameter};
pub use paging::{Items, Pages};
pub use response::Response;
pub use secret::Secret;
pub use server_address::ServerAddress;
pub use stream::{ByteStream, Text};

pub use chrono;
pub use reqwest;
pub use serde;
pub use serde_json;
pub use uuid;

pub use bytes::Bytes;
pub use chrono::{NaiveDate, NaiveDateTime};
pub use reqwest::{Method, StatusCode};
pub use serde_json::Value;
pub use std::collections::BTreeMap;
pub use uuid::Uuid;

/// A date and time with its offset from UTC, as RFC 3339 writes it.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;
