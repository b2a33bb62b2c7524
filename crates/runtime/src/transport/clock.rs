//! The time limit of a call, and the time left.

use super::platform::{Instant, timeout_at};
use super::progress::TransferProgress;
use crate::error::Limit;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// The minimum time between two checks of whether the client waits for the server.
const LEAST: Duration = Duration::from_millis(10);

/// The time limit of a whole call, counted from the creation of this value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    end: Option<(Instant, Limit)>,
}

impl Clock {
    /// A clock with this limit. A limit too far away to compute counts as none.
    pub(super) fn new(limit: Option<Duration>) -> Self {
        let end = limit.and_then(|limit| Some((Instant::now().checked_add(limit)?, Limit::Call(limit))));
        Self { end }
    }

    /// The time left; `None` without limit.
    pub(super) fn left(&self) -> Option<Duration> {
        self.end
            .map(|(end, _)| end.saturating_duration_since(Instant::now()))
    }

    /// The time by which a failure must be reported, so that it is reported before the call ends;
    /// `None` without a limit.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let (end, _) = self.end?;
        let margin = end.saturating_duration_since(Instant::now()) / 20;
        end.checked_sub(margin.min(LEAST))
    }

    /// The limit, once [`deadline`](Self::deadline) has passed.
    pub(super) fn over(&self) -> Option<Limit> {
        let (end, limit) = self.end?;
        (end.saturating_duration_since(Instant::now()) <= LEAST).then_some(limit)
    }

    /// Waits until the end of the call, or for as long as the server may be silent.
    pub(super) async fn within<F: Future>(
        &self,
        silence: Option<Duration>,
        future: F,
    ) -> Result<F::Output, Limit> {
        let silence = silence.map(|silence| (Instant::now(), silence));
        match self.first(silence) {
            Some((end, limit)) => timeout_at(end, future).await.map_err(|_| limit),
            None => Ok(future.await),
        }
    }

    /// The same, without a limit on silence while a body is being sent, or while the caller's
    /// stream has nothing to send.
    pub(super) async fn within_silence<F: Future>(
        &self,
        silence: Duration,
        progress: &TransferProgress,
        future: F,
    ) -> Result<F::Output, Limit> {
        let mut future = pin!(future);
        loop {
            let since = progress.since();
            let (begin, silence) = match since {
                Some(since) => (since, silence),
                // Checks again after the permitted silence of the server, never at once.
                None => (Instant::now(), silence.max(LEAST)),
            };
            let outcome = match self.first(Some((begin, silence))) {
                Some((end, limit)) => timeout_at(end, future.as_mut()).await.map_err(|_| limit),
                None => Ok(future.as_mut().await),
            };
            match outcome {
                Err(Limit::Silence(_)) if since.is_none() || progress.since() != since => {}
                outcome => return outcome,
            }
        }
    }

    /// The earlier of two times: the end of the call, or the end of a silence that begins now.
    fn first(&self, silence: Option<(Instant, Duration)>) -> Option<(Instant, Limit)> {
        let silent = silence.and_then(|(begin, silence)| {
            let end = begin.checked_add(silence)?;
            Some((end, Limit::Silence(silence)))
        });
        match (self.end, silent) {
            (Some(end), Some(silent)) if silent.0 < end.0 => Some(silent),
            (end, silent) => end.or(silent),
        }
    }

    /// Waits for a future, at most until the call's deadline. If it is ready immediately, as usual,
    /// no timer is set.
    pub(super) async fn soon<F: Future>(&self, future: F) -> Result<F::Output, Limit> {
        let mut future = pin!(future);
        match poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            Poll::Ready(output) => Ok(output),
            // A timer is large, and every call would reserve and move its space.
            Poll::Pending => Box::pin(self.within(None, future)).await,
        }
    }
}
