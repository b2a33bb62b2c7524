//! The rules of pacing.

use crate::model::setters::setters;
use std::time::Duration;

/// The rules of pacing.
///
/// Start from [`Pacing::default`], and change single settings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pacing {
    /// The longest time that requests are delayed while no response arrives; then they are sent
    /// regardless of the model. Default: 1 minute.
    pub longest_wait: Duration,
    /// The interval at which the server refills its bucket; zero if it does so continuously. Many
    /// servers count in whole seconds, and finer pacing than the server's would cause refusals.
    /// Default: 1 second.
    pub step: Duration,
    /// The number of requests in flight before the first response reports the bucket. Default: 4.
    pub unknown: u32,
    /// The longest time that further requests wait for that first response. Default: 2 seconds.
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
