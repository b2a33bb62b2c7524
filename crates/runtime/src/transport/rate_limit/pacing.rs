//! The rules of pacing.

use crate::model::setters::setters;
use std::time::Duration;

/// The rules of pacing.
///
/// Start from [`Pacing::default`] and change what should be different.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pacing {
    /// The longest that requests are held back while no answer comes; then they go, whatever the
    /// model says. 1 minute.
    pub longest_wait: Duration,
    /// In what steps the server fills its bucket; zero if continuously. Many reckon in whole
    /// seconds, and pacing more finely than the server would run into its refusals. 1 second.
    pub step: Duration,
    /// How many requests may be under way before the first answer has told what the bucket is like.
    /// 4 requests.
    pub unknown: u32,
    /// The longest that others wait for that first answer. 2 seconds.
    pub longest_unknown: Duration,
}

setters!(Pacing {
    longest_wait: Duration,
    step: Duration,
    unknown: u32,
    longest_unknown: Duration,
});

impl Default for Pacing {
    fn default() -> Self {
        Self {
            longest_wait: Duration::from_secs(60),
            step: Duration::from_secs(1),
            unknown: 4,
            longest_unknown: Duration::from_secs(2),
        }
    }
}
