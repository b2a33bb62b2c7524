//! Pacing by a server's token bucket, so that a burst of calls is spread out instead of being
//! refused.
//!
//! A server with a token bucket reports in each response how full it is. The limiter models the
//! bucket between responses, and lets requests through at once while the level suffices. The
//! adapter defines the meaning of the headers.

mod bucket;
mod limiter;
mod pacing;

pub(crate) use limiter::Permit;
pub use limiter::{BucketHeaders, RateLimiter};
pub use pacing::Pacing;
