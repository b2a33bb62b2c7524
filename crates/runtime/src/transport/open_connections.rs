//! Records the connections that have been used before. If one of them is closed instead of
//! responding, it was idle for longer than the server keeps connections open, and the request can
//! be sent on another connection.

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use std::error::Error as StdError;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// The local ports of connections on which a response has arrived, one bit each.
///
/// A reused port may be mistaken for a used connection. That costs one extra attempt.
#[derive(Debug)]
pub(crate) struct OpenConnections {
    ports: Box<[AtomicU64]>,
}

const BITS: u16 = 64;

impl OpenConnections {
    pub(super) fn new() -> Self {
        let words = usize::from(u16::MAX / BITS) + 1;
        Self {
            ports: std::iter::repeat_with(AtomicU64::default).take(words).collect(),
        }
    }

    fn word(&self, port: u16) -> Option<(&AtomicU64, u64)> {
        let word = self.ports.get(usize::from(port / BITS))?;
        Some((word, 1 << (port % BITS)))
    }

    /// Records the connection on which a response arrived.
    pub(super) fn answered(&self, response: &reqwest::Response) {
        let info = response.extensions().get::<HttpInfo>();
        let Some((word, bit)) = info.and_then(|info| self.word(info.local_addr().port())) else {
            return;
        };
        // Usually it is set: reading is cheaper than writing.
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Whether a request failed because a reused connection was closed. The result is true only
    /// once per connection.
    pub(super) fn was_closed(&self, error: &reqwest::Error) -> bool {
        let mut port = None;
        let mut is_closed = false;
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<legacy::Error>() {
                let mut extensions = http::Extensions::new();
                if let Some(connection) = error.connect_info() {
                    connection.get_extras(&mut extensions);
                }
                port = extensions.get::<HttpInfo>().map(|info| info.local_addr().port());
            }
            if let Some(error) = error.downcast_ref::<hyper::Error>() {
                is_closed |= error.is_incomplete_message() || error.is_closed() || error.is_canceled();
            }
            if let Some(error) = error.downcast_ref::<io::Error>() {
                is_closed |= matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::BrokenPipe
                        | io::ErrorKind::UnexpectedEof
                );
            }
            cause = error.source();
        }
        let Some((word, bit)) = port.and_then(|port| self.word(port)) else {
            return false;
        };
        let before = word.fetch_and(!bit, Ordering::Relaxed);
        is_closed && before & bit != 0
    }
}
