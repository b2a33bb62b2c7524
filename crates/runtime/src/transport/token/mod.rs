//! Tokens, their sources, and the cache that keeps a valid one.
//!
//! A [`TokenSource`] requests tokens, and [`authenticate`](super::authenticate) sends them.

mod cache;
mod expiry;
mod held;
mod in_flight;
mod jwt;
mod shared;
mod source;

pub use cache::TokenCache;
pub use expiry::Renewal;
pub use held::Held;
pub use source::{Token, TokenSource};
