//! Pacing by a server's token bucket, so that a burst of calls is spread out instead of being
//! refused.
//!
//! A server that limits its callers by a bucket of requests says in each response how full it is.
//! The limiter keeps a model of the bucket between responses, and lets requests through at once
//! while there is enough in it. The adapter says which header means what.

mod bucket;
mod limiter;
mod pacing;

pub(crate) use limiter::Permit;
pub use limiter::{BucketHeaders, RateLimiter};
pub use pacing::Pacing;
