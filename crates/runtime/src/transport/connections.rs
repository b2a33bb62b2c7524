//! Limits how many connections are in use at once.

use http::Version;
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};

/// Lets requests through while fewer connections are in use than allowed; others wait in a queue.
///
/// A request takes a connection until its response has been read. Over HTTP/2, all requests share
/// one connection: once the server has responded over HTTP/2, no request waits.
#[derive(Debug)]
pub(super) struct Connections(Semaphore);

impl Connections {
    pub(super) fn new(most: usize) -> Self {
        Self(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)))
    }

    /// Takes a connection without waiting; `None` if connections are shared.
    ///
    /// # Errors
    ///
    /// When all connections are in use.
    pub(super) fn take_now(&self) -> Result<Option<SemaphorePermit<'_>>, TryAcquireError> {
        match self.0.try_acquire() {
            Ok(permit) => Ok(Some(permit)),
            Err(TryAcquireError::Closed) => Ok(None),
            Err(in_use) => Err(in_use),
        }
    }

    /// Waits for a connection; `None` if connections are shared.
    pub(super) async fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.0.acquire().await.ok()
    }

    /// Records the HTTP version of the server's response.
    pub(super) fn answered(&self, version: Version) {
        if version >= Version::HTTP_2 && !self.0.is_closed() {
            self.0.close();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    #[tokio::test]
    async fn test_requests_wait_until_connections_are_shared() {
        let connections = Connections::new(1);
        let first = connections.take_now().unwrap();
        assert!(first.is_some());
        assert!(connections.take_now().is_err());
        let mut second = pin!(connections.take());
        let is_waiting = poll_fn(|cx| Poll::Ready(second.as_mut().poll(cx).is_pending())).await;
        assert!(is_waiting);
        connections.answered(Version::HTTP_11);
        let is_waiting = poll_fn(|cx| Poll::Ready(second.as_mut().poll(cx).is_pending())).await;
        assert!(is_waiting);
        connections.answered(Version::HTTP_2);
        assert!(second.await.is_none());
        assert!(connections.take().await.is_none());
        assert!(connections.take_now().unwrap().is_none());
    }

    #[tokio::test]
    async fn test_there_is_always_a_connection_to_take() {
        assert!(Connections::new(0).take().await.is_some());
        assert!(Connections::new(usize::MAX).take().await.is_some());
    }
}
