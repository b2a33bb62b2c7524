//! A contract as data: operations and their parameters, values and their JSON form, bodies,
//! secrets.

pub(crate) mod base64;
pub(crate) mod body;
#[cfg(feature = "charset")]
pub(crate) mod charset;
#[cfg(not(feature = "charset"))]
#[path = "no_charset.rs"]
pub(crate) mod charset;
pub mod codec;
mod file;
pub(crate) mod forms;
pub(crate) mod idempotency;
mod into_date_time;
pub(crate) mod limit_response;
pub(crate) mod member;
pub(crate) mod nullable;
mod only_read;
pub mod open_enum;
pub(crate) mod operation;
mod operation_macro;
pub(crate) mod parameters;
pub(crate) mod response;
pub(crate) mod secret;
mod sent;
pub(crate) mod setters;
pub(crate) mod unknown;
mod written;

pub use base64::Base64;
pub use body::{Body, Upload};
pub use codec::{Misfits, Wire};
pub use into_date_time::IntoDateTime;
pub use limit_response::LimitResponse;
pub use nullable::Nullable;
pub use operation::{Operation, Parameter};
pub use response::Response;
pub use secret::Secret;
pub use unknown::UnknownMembers;
