//! Tracks the tokio runtimes of connections. A connection is a task of the runtime in which it was
//! created: it can be used from other runtimes as long as that one is driven, and hangs afterwards.

use super::platform::{Handle, JoinHandle, sleep, timeout};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// How long a runtime may take to run a task that does nothing. A connection that is busy for this
/// long costs new connections.
const PROBE: Duration = Duration::from_millis(500);

/// The runtimes in which requests of an HTTP client were sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Runtimes {
    handles: Vec<Handle>,
}

/// The state of a runtime.
enum RuntimeState {
    Driven,
    /// The runtime has ended, and its connections are closed.
    Ended,
    Stalled,
}

/// A runtime is no longer driven, and its connections with it.
#[derive(Debug)]
pub(super) struct Stalled;

impl Runtimes {
    pub(super) fn of(handle: Handle) -> Self {
        Self {
            handles: vec![handle],
        }
    }

    /// Whether this is the only runtime, so that no check is needed.
    pub(super) fn is_only(&self, current: &Handle) -> bool {
        matches!(&*self.handles, [only] if only.id() == current.id())
    }

    /// The runtimes that are still driven, including this one.
    ///
    /// # Errors
    ///
    /// When one of the others is no longer driven.
    pub(super) async fn with(&self, current: Handle) -> Result<Self, Stalled> {
        let mut handles = Vec::with_capacity(self.handles.len() + 1);
        let probes: Vec<_> = self
            .others(&current)
            .map(|other| (other, other.spawn(async {})))
            .collect();
        for (other, probe) in probes {
            match state(probe).await {
                RuntimeState::Driven => handles.push(other.clone()),
                RuntimeState::Ended => {}
                RuntimeState::Stalled => return Err(Stalled),
            }
        }
        handles.push(current);
        Ok(Self { handles })
    }

    fn others<'a>(&'a self, current: &Handle) -> impl Iterator<Item = &'a Handle> + use<'a> {
        let current = current.id();
        self.handles.iter().filter(move |handle| handle.id() != current)
    }

    /// Awaits what depends on connections of these runtimes, and gives up when one of the others is
    /// no longer driven.
    ///
    /// # Errors
    ///
    /// Then.
    pub(super) async fn guard<F: Future>(&self, current: &Handle, future: F) -> Result<F::Output, Stalled> {
        if self.is_only(current) {
            return Ok(future.await);
        }
        let mut future = pin!(future);
        let mut stalled = Box::pin(self.stalled(current));
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            stalled.as_mut().poll(cx).map(Err)
        })
        .await
    }

    async fn stalled(&self, current: &Handle) -> Stalled {
        loop {
            sleep(PROBE).await;
            if self.with(current.clone()).await.is_err() {
                return Stalled;
            }
        }
    }
}

async fn state(probe: JoinHandle<()>) -> RuntimeState {
    match timeout(PROBE, probe).await {
        Ok(Ok(())) => RuntimeState::Driven,
        Ok(Err(_)) => RuntimeState::Ended,
        Err(_) => RuntimeState::Stalled,
    }
}
