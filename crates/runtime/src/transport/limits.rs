//! What a server may send, and how many connections are in use.

use crate::model::setters::setters;
use std::time::Duration;

/// The limits of a client: on what a response may be, and on connections.
///
/// With the defaults a response takes at most 64 MiB of memory, whatever the server sends. Start
/// from [`Limits::default`] and change what should be different.
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
    /// How many bytes a body may have, after decompression, unless it is a stream. 16 MiB.
    pub body: usize,
    /// How many bytes of memory a body, or the data of an event, may take once it is decoded,
    /// roughly. 32 MiB.
    pub decoded: usize,
    /// How many times as long as what was sent a body may become when it is decompressed, once it
    /// is longer than 1 MiB. Streams of bytes have no such limit, since they take constant memory;
    /// nor has an HTTP client that was handed in and decompresses bodies itself. 200 times.
    pub compression: u32,
    /// How many bytes a server-sent event may have, over all its lines, or a document of a stream
    /// of JSON. 4 MiB.
    pub event: usize,
    /// How many bytes a line of a stream of events may have. 1 MiB.
    pub event_line: usize,
    /// How many bytes the id of an event may have, which is sent back as `Last-Event-ID`. 1 KiB.
    pub event_id: usize,
    /// How long a stream of events may be silent, unless the call sets a `read_timeout`. Comments,
    /// which many servers send to keep a connection alive, end a silence. A stream that was silent
    /// for longer is resumed as one that broke off. 5 minutes.
    pub event_silence: Duration,
    /// How many connections may be in use at once; further requests wait in a queue, within their
    /// timeouts. A request uses one until the body of its response has been read, or has begun if
    /// it is a stream. Over HTTP/2, requests share one connection: once the server has answered so,
    /// nothing waits. 100 connections.
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
