//! Pacing by a server's token bucket, so that a burst of calls is spread out instead of being turned away.
//!
//! A server that limits its callers by a bucket of requests says in each answer how full it is. The limiter keeps a model
//! of the bucket between answers, and lets requests through at once while there is enough in it. Which header means what is
//! told by whoever builds it; of a request it knows only that there is one.

mod bucket;
mod limiter;
mod pacing;

pub(crate) use limiter::Permit;
pub use limiter::{BucketHeaders, RateLimiter};
pub use pacing::Pacing;
