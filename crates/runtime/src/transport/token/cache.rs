//! The cache of one token, as its users see it. The machinery behind it is in [`shared`](super::shared).

use super::expiry::Renewal;
use super::shared::{Held, Look, Shared, outcome};
use super::source::{Token, TokenSource};
use crate::error::AuthError;
use std::fmt;
use std::sync::Arc;

/// Keeps a good token at hand.
///
/// - Reading a token that is there takes no lock.
/// - There is one request for a token at a time, whoever asks. All who wait get its outcome, and any of them may be dropped,
///   the first included.
/// - A token is renewed ahead of its end, in the background, by the first who asks then; the old one serves meanwhile. If
///   that fails, it is tried again and again, and is nobody's error until the old token is dead.
/// - A token that a server rejected is dropped by [`reject`](Self::reject).
///
/// Requests for tokens run as tasks of the tokio runtime that the asker is in; if that ends, another asker starts anew.
/// Dropping the cache ends them.
///
/// It may keep something made of a token (`V`) in its place; see [`preparing`](Self::preparing).
pub struct TokenCache<V = Token> {
    shared: Arc<Shared<V>>,
}

impl TokenCache {
    /// A cache of the source's tokens, by the default rules. Nothing is fetched yet.
    pub fn new(source: impl TokenSource) -> Self {
        Self::preparing(source, Renewal::default(), Ok)
    }
}

impl<V: Send + Sync + 'static> TokenCache<V> {
    /// A cache of what `prepare` makes of the source's tokens. Where it fails, obtaining the token has failed.
    pub fn preparing(
        source: impl TokenSource,
        renewal: Renewal,
        prepare: impl Fn(Token) -> Result<V, AuthError> + Send + Sync + 'static,
    ) -> Self {
        let parts = Arc::new((source, prepare));
        Self {
            shared: Arc::new(Shared::new(
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

    /// The token, if there is one that is alive. Never waits; starts its renewal if it is time for that.
    pub fn current(&self) -> Option<Arc<Held<V>>> {
        self.shared.current()
    }

    /// The token; obtains one if there is none that is alive.
    ///
    /// The future may be dropped at any time: the request for the token goes on, for others and for later.
    ///
    /// # Errors
    ///
    /// The source's error, shared by all who waited; an error of its own if the source panics or takes longer than
    /// [`Renewal::fetch_timeout`], or if there is no tokio runtime.
    pub async fn get(&self) -> Result<Arc<Held<V>>, AuthError> {
        if let Some(held) = self.current() {
            return Ok(held);
        }
        // A request is lost if the runtime that it ran on ends. Whoever still waits then is on another one, and starts
        // anew; the number of times is bounded for the case that this one is about to end as well.
        for _ in 0..3 {
            match self.shared.look_or_join()? {
                Look::There(held) => return Ok(held),
                Look::Wait(flight) => {
                    if let Some(outcome) = outcome(flight).await {
                        return outcome;
                    }
                }
            }
        }
        Err(AuthError::internal("the task that obtains the token was ended"))
    }

    /// Drops the token with this [`serial`](Held::serial), if it is still the one that is kept.
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
    /// Shows when there is a token, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("held", &self.shared.held())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
