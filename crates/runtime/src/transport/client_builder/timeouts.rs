//! How long a call and its parts may take.

use super::ClientBuilder;
use crate::transport::Client;
use std::time::Duration;

impl<C: From<Client>> ClientBuilder<C> {
    /// How long a connection may take; `CONNECT_TIMEOUT` by default. A client handed in brings
    /// its own.
    #[must_use]
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// How long the server may be silent, before its answer or within it; `READ_TIMEOUT` by
    /// default.
    ///
    /// As long as a body is being sent there is no silence, unless the server stops taking it. How
    /// long a [`Body::stream`](crate::Body::stream) has nothing to send is the caller's affair.
    ///
    /// Streams of events may be silent for as long as they like, unless the call says otherwise.
    #[must_use]
    pub const fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// How long a call may take until the answer has been read, or has begun if it is a stream;
    /// `TIMEOUT` by default.
    ///
    /// All that happens meanwhile is inside: waiting for room under the rate limit and for a token,
    /// redirects, retries and the waits between them. A retry for which no time would be left does
    /// not happen; the call then ends with what happened before. Calls whose body is a stream have
    /// no such limit, unless they set one.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }
}
