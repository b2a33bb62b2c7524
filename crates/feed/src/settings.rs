//! Settings of a feed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a feed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for persistent state.
    pub state: PathBuf,
    /// The start of new sources, in seconds since 1970.
    pub from: i64,
    /// The end of all sources, in seconds since 1970; `None` to follow them.
    pub until: Option<i64>,
    /// How long a window is, in seconds. Windows of very many lines become shorter.
    pub window: i64,
    /// The granularity of windows, in seconds: 60 for whole minutes.
    pub step: i64,
    /// Lines younger than this are not requested yet, in seconds.
    pub lag: i64,
    /// How many windows are fetched at once.
    pub parallel: usize,
    /// The number of bytes that may wait on disk for the slowest sink before sources wait as well.
    pub buffer: u64,
    /// The time for sinks to take the remaining lines when the feed is stopped.
    pub drain: Duration,
    /// The address of metrics and health, on this machine only.
    pub metrics: Option<SocketAddr>,
}
