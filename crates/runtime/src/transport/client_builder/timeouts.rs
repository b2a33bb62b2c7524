//! Settings for the time that a call and its parts may take.

use super::ClientBuilder;
use crate::transport::Client;
use std::time::Duration;

impl<C: From<Client>> ClientBuilder<C> {
    /// Limits the time to connect; `CONNECT_TIMEOUT` by default. An HTTP client supplied by the
    /// caller has its own limit.
    #[must_use]
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Limits the time without data from the server, before its response or within it;
    /// `READ_TIMEOUT` by default.
    ///
    /// The time does not run while a body is being sent, unless the server stops accepting it. The
    /// pauses of a [`Body::stream`](crate::Body::stream) are up to the caller.
    ///
    /// This limit does not apply to streams of events, unless the call sets it.
    #[must_use]
    pub const fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// Limits the time of a call until the response has been read, or has begun if it is a stream;
    /// `TIMEOUT` by default.
    ///
    /// The time includes waiting for the rate limit and for a token, redirects, retries and the
    /// waits between them. A retry that would exceed the time is not made; the call then ends with
    /// the previous error. Calls whose body is a stream have no such limit unless they set one.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }
}
