//! Limits on responses and connections.

use crate::model::setters::setters;
use std::time::Duration;

/// The limits of a client on responses and connections.
///
/// With the defaults a response takes at most 64 MiB of memory, regardless of what the server
/// sends. Start from [`Limits::default`], and change single settings.
///
/// ```
/// use lorgnette_runtime::{Client, ClientBuilder, Limits};
///
/// let limits = Limits::default().body(100 << 20).decoded(200 << 20);
/// let client: Client = ClientBuilder::new("https://api.example.com", "example", "1.0.0")
///     .limits(limits)
///     .build()?;
/// # Ok::<(), lorgnette_runtime::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum size of a body in bytes, after decompression, unless it is a stream. Default: 16
    /// MiB.
    pub body: usize,
    /// The approximate maximum memory, in bytes, of a decoded body or of the data of an event.
    /// Default: 32 MiB.
    pub decoded: usize,
    /// The maximum ratio of decompressed to compressed size, for bodies over 1 MiB. The limit does
    /// not apply to streams of bytes, which take constant memory, or to a supplied HTTP client that
    /// decompresses bodies itself. Default: 200.
    pub compression: u32,
    /// The maximum size in bytes of a server-sent event, over all its lines, or of a document of a
    /// JSON stream. Default: 4 MiB.
    pub event: usize,
    /// The maximum size in bytes of a line of a stream of events. Default: 1 MiB.
    pub event_line: usize,
    /// The maximum size in bytes of an event's id, which is sent back as `Last-Event-ID`. Default:
    /// 1 KiB.
    pub event_id: usize,
    /// The longest time without data from a stream of events, unless the call sets a
    /// `read_timeout`. Comments, which many servers send to keep a connection alive, count as data.
    /// A stream that exceeds the time is resumed like an interrupted one. Default: 5 minutes.
    pub event_silence: Duration,
    /// The maximum number of connections in use at once; further requests wait in a queue, within
    /// their timeouts. A request uses a connection until the body of its response has been read, or
    /// has begun if it is a stream. Over HTTP/2, requests share one connection: once the server has
    /// responded over HTTP/2, no request waits. Default: 100.
    pub connections: usize,
}

setters!(Limits {
    body: usize,
    decoded: usize,
    compression: u32,
    event: usize,
    event_line: usize,
    event_id: usize,
    event_silence: Duration,
    connections: usize,
});

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 << 20,
            decoded: 32 << 20,
            compression: 200,
            event: 4 << 20,
            event_line: 1 << 20,
            event_id: 1 << 10,
            event_silence: Duration::from_secs(300),
            connections: 100,
        }
    }
}
