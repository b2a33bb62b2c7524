//! The runtime that all lorgnette clients share: the JSON codec of generated types, requests and
//! responses, credentials, retry and errors.
//!
//! Generated crates depend on this crate only, so it re-exports the types of other crates that they
//! name. Anything specific to an API is data in its generated crate.
//!
//! An [`Operation`] describes a call. A [`Call`] takes the values of its parameters and sends it
//! with the settings of a [`Client`]. The response is decoded as a type that implements
//! [`FromResponse`], and returned as a [`Response`] or an [`Error`].
//!
//! Features: one of `rustls` (on: aws-lc, and the platform's root certificates),
//! `rustls-no-provider` (the cryptography provider that the program installs) and `native-tls` (the
//! platform's TLS) selects the TLS implementation; `gzip` (on) accepts compressed responses,
//! `multipart` (on) sends multipart forms, `event-stream` (on) reads server-sent events;
//! `client-certificate` checks and sends client certificates; `tracing` makes a span `call` for
//! each call and a span `attempt` for each of its attempts, whose fields follow OpenTelemetry's
//! semantic conventions and never contain a path with its values, a query, a header or a body;
//! `opentelemetry` adds an [`Interceptor`] that propagates the trace context and records metrics;
//! `blocking` makes calls without `async`; `mock` adds the module `mock`, a server for tests; `cli`
//! adds the module `commands`, tables for command-line programs.
//!
//! # wasm32
//!
//! `wasm32-unknown-unknown` is not supported yet. Time, timers, tasks and name resolution come from
//! one module (`transport/platform.rs`), the starting point for a port; reqwest itself runs in
//! browsers. A port needs: timers and clocks (tokio's need an operating system); replacements for
//! connect timeouts, proxies and redirects, which the browser does not expose (`http_client.rs`,
//! `redirect.rs`); files (`Body::from_file`, `ByteStream::save_to`); and futures that are not
//! `Send`.
#![cfg_attr(
    not(all(feature = "event-stream", feature = "multipart")),
    allow(dead_code, reason = "only what these features bring uses some of it")
)]

// Documentation in macros names the crate as its users do.
extern crate self as lorgnette_runtime;

#[cfg(feature = "blocking")]
pub mod blocking;
mod byte_stream;
pub mod call;
mod call_options;
#[cfg(feature = "cli")]
pub mod commands;
mod disabled;
mod download;
mod error;
#[cfg(feature = "event-stream")]
mod events;
mod from_response;
mod lines;
#[cfg(feature = "mock")]
pub mod mock;
mod model;
pub mod paging;
mod prepared;
mod raw_request;
mod save;
mod sending;
mod shell;
#[cfg(feature = "opentelemetry")]
mod telemetry;
mod transport;
#[cfg(not(feature = "mock"))]
mod unmocked;
pub mod wait;
mod webhooks;

/// Types for implementations of [`FromResponse`].
pub mod response {
    pub use crate::transport::{BodyKind, RawResponse};
}

/// The defaults of a client's settings.
pub mod client {
    pub use crate::transport::{CONNECT_TIMEOUT, READ_TIMEOUT, TIMEOUT};
}

pub use byte_stream::{ByteStream, Text};
pub use call::{Call, CallOptions};
pub use error::{BuildError, ClientError, Error, Stage, Undeclared};
#[cfg(feature = "event-stream")]
pub use events::{Event, EventStream};
pub use from_response::FromResponse;
pub use lines::JsonLines;
pub use model::{
    Base64, Body, IntoDateTime, LimitResponse, Misfits, Nullable, Operation, Parameter, Response, Secret,
    UnknownMembers, Upload, Wire, codec, open_enum,
};
pub use paging::{Items, Pages};
pub use prepared::PreparedRequest;
pub use raw_request::{AnyOperation, RawRequest};
pub use sending::Sending;
#[cfg(feature = "opentelemetry")]
pub use telemetry::OpenTelemetry;
#[cfg(feature = "client-certificate")]
pub use transport::ClientCertificate;
pub use transport::{
    AttemptError, AttemptRequest, CallSummary, Client, ClientBuilder, Interceptor, Limits, RedirectPolicy,
    ResponseHead, ServerAddress, authenticate, rate_limit, retry, token,
};

pub use chrono;
pub use http;
#[cfg(feature = "opentelemetry")]
pub use opentelemetry;
pub use reqwest;
pub use serde_core as serde;
pub use serde_json;
pub use uuid;

pub use bytes::Bytes;
pub use chrono::{NaiveDate, NaiveDateTime};
pub use http::{Method, StatusCode};
pub use serde_json::Value;
pub use std::collections::BTreeMap;
pub use uuid::Uuid;

/// A date and time with its offset from UTC, in the format of RFC 3339.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;
