//! Settings of a feed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a feed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for persistent state.
    pub state: PathBuf,
    /// The time at which new sources start, in seconds since 1970.
    pub from: i64,
    /// The time at which all sources end, in seconds since 1970; `None` to follow them.
    pub until: Option<i64>,
    /// The length of a window, in seconds. Windows become shorter when they hold very many lines.
    pub window: i64,
    /// The granularity of windows, in seconds: 60 for whole minutes.
    pub step: i64,
    /// The minimum age of lines, in seconds: younger lines are not requested yet.
    pub lag: i64,
    /// The number of windows that are fetched at once.
    pub parallel: usize,
    /// The number of bytes that may wait on disk for the slowest sink before sources wait as well.
    pub buffer: u64,
    /// The time that sinks have for the remaining lines when the feed is stopped.
    pub drain: Duration,
    /// The address of the endpoints for metrics and health, on this machine only.
    pub metrics: Option<SocketAddr>,
}
