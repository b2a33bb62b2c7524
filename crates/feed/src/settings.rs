//! Settings of a feed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a feed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for what has to outlast the process.
    pub state: PathBuf,
    /// Where sources begin that have not begun yet, in seconds since 1970.
    pub from: i64,
    /// Where they end, in seconds since 1970; `None` to follow them.
    pub until: Option<i64>,
    /// How long a window is, in seconds. Windows of very many lines become shorter.
    pub window: i64,
    /// What windows begin and end with, in seconds: 60 for whole minutes.
    pub step: i64,
    /// What is younger than this is not asked for yet, in seconds.
    pub lag: i64,
    /// How many windows are fetched at once.
    pub parallel: usize,
    /// How many bytes may wait on disk for the slowest sink before sources wait, too.
    pub buffer: u64,
    /// How long sinks have to take the rest when the feed is stopped.
    pub drain: Duration,
    /// Where metrics and health can be read: an address of this machine alone.
    pub metrics: Option<SocketAddr>,
}
