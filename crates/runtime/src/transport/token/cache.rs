//! The public interface of the cache of one token. Its implementation is in
//! [`shared`](super::shared).

use super::expiry::Renewal;
use super::held::Held;
use super::in_flight::Waited;
use super::shared::{Look, SharedToken};
use super::source::{Token, TokenSource};
use crate::error::AuthError;
use crate::transport::platform::Instant;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Keeps a valid token.
///
/// - Reading an available token never waits.
/// - There is one request for a token at a time, for all callers. All waiting callers get its
///   result, and any of them may be dropped, including the first.
/// - A request that fails for a temporary reason is repeated with backoff while callers wait; each
///   caller waits as long as its own time allows.
/// - A token is renewed in the background before it expires: the first caller in that period starts
///   the renewal, and the old token is used in the meantime. A failed renewal is repeated, and no
///   caller gets an error until the old token has expired.
/// - A token that a server rejected is dropped by [`reject`](Self::reject).
///
/// Requests for tokens run as tasks of the caller's tokio runtime. If that ends or is no longer
/// driven, callers on other runtimes start again. Dropping the cache ends them.
///
/// It may keep a value derived from a token (`V`) in its place; see [`preparing`](Self::preparing).
pub struct TokenCache<V = Token> {
    shared: Arc<SharedToken<V>>,
}

impl TokenCache {
    /// A cache of the source's tokens with the default rules. No token is requested yet.
    pub fn new(source: impl TokenSource) -> Self {
        Self::preparing(source, Renewal::default(), Ok)
    }
}

impl<V: Send + Sync + 'static> TokenCache<V> {
    /// A cache of the values that `prepare` derives from the source's tokens. If `prepare` fails,
    /// obtaining the token fails.
    pub fn preparing(
        source: impl TokenSource,
        renewal: Renewal,
        prepare: impl Fn(Token) -> Result<V, AuthError> + Send + Sync + 'static,
    ) -> Self {
        let parts = Arc::new((source, prepare));
        Self {
            shared: Arc::new(SharedToken::new(
                renewal,
                Arc::new(move || {
                    let parts = Arc::clone(&parts);
                    Box::pin(async move {
                        let token = parts.0.fetch().await?;
                        let lifetime = token.lifetime();
                        Ok(((parts.1)(token)?, lifetime))
                    })
                }),
            )),
        }
    }

    /// The token, if there is a valid one. Never waits; starts the renewal if it is due.
    pub fn current(&self) -> Option<Arc<Held<V>>> {
        self.shared.current()
    }

    /// The token. If there is no valid one, obtains one, within [`Renewal::patience`].
    ///
    /// The future may be dropped at any time: the request for the token continues, for other and
    /// later callers.
    ///
    /// # Errors
    ///
    /// The source's error, shared by all waiting callers. If it is temporary
    /// ([`AuthError::is_passing`]), the request is repeated, and the last error is returned when
    /// the time is up. Also when the source panics, an attempt takes longer than
    /// [`Renewal::fetch_timeout`], or there is no tokio runtime.
    pub async fn get(&self) -> Result<Arc<Held<V>>, AuthError> {
        self.get_until(self.end_of_patience()).await
    }

    fn end_of_patience(&self) -> Instant {
        let now = Instant::now();
        let far_away = || now + Duration::from_secs(365 * 24 * 3600);
        now.checked_add(self.shared.renewal().patience)
            .unwrap_or_else(far_away)
    }

    /// The same, but no longer than until `deadline`.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn get_until(&self, deadline: Instant) -> Result<Arc<Held<V>>, AuthError> {
        self.obtain(deadline, false).await
    }

    /// The same, but any failure is returned to the caller at once, and no request is repeated for
    /// it. Without a deadline, it waits for at most [`Renewal::patience`].
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub async fn get_once(&self, deadline: Option<Instant>) -> Result<Arc<Held<V>>, AuthError> {
        let deadline = deadline.unwrap_or_else(|| self.end_of_patience());
        self.obtain(deadline, true).await
    }

    async fn obtain(&self, deadline: Instant, gives_up: bool) -> Result<Arc<Held<V>>, AuthError> {
        if let Some(held) = self.current() {
            return Ok(held);
        }
        // A request is lost if its runtime ends or is no longer driven. A caller that waits for it
        // uses another runtime, and starts again. If it was the caller's own runtime, the caller is
        // about to end as well.
        let mut lost = 0;
        loop {
            let mut waiting = match self.shared.look_or_join(gives_up)? {
                Look::There(held) => return Ok(held),
                Look::Wait(waiting) => waiting,
            };
            match waiting.outcome(deadline).await {
                Waited::Outcome(outcome) => return outcome,
                Waited::Lost { is_own } => {
                    self.shared.give_up(waiting.request());
                    lost += u32::from(is_own);
                }
                Waited::TimeUp(failure) => {
                    return Err(failure.unwrap_or_else(|| {
                        AuthError::timeout("the server that issues tokens has not responded yet")
                    }));
                }
            }
            if lost >= 3 {
                return Err(AuthError::internal("the task that obtains the token was ended"));
            }
        }
    }

    /// Drops the token with this [`serial`](Held::serial), if the cache still holds it.
    pub fn reject(&self, serial: u64) {
        self.shared.reject(serial);
    }
}

impl<V> Drop for TokenCache<V> {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl<V> fmt::Debug for TokenCache<V> {
    /// Shows whether there is a token, but no part of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("held", &self.shared.held())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
