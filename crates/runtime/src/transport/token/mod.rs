//! Tokens: what one is, where they come from, and the cache that keeps a good one at hand.
//!
//! How a token is asked for is a [`TokenSource`]'s business, and how it is sent is
//! [`authenticate`](super::authenticate)'s.

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
