//! A cached token, with its times.

use super::expiry::Schedule;
use crate::error::AuthError;
use crate::transport::platform::Instant;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A token, or the value derived from it, with its times.
pub struct Held<V> {
    pub(super) value: V,
    pub(super) serial: u64,
    pub(super) schedule: Schedule,
    pub(super) is_renewing: AtomicBool,
}

impl<V> Held<V> {
    /// The token, or the value derived from it.
    pub const fn value(&self) -> &V {
        &self.value
    }

    /// Its number, unique in its cache; newer tokens have higher numbers.
    pub const fn serial(&self) -> u64 {
        self.serial
    }

    pub(super) fn is_alive(&self, now: Instant) -> bool {
        self.schedule.dead_at.is_none_or(|dead_at| now < dead_at)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.schedule.renew_at.is_some_and(|renew_at| now >= renew_at)
    }
}

impl<V> fmt::Debug for Held<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self
            .schedule
            .dead_at
            .map(|dead_at| dead_at.saturating_duration_since(Instant::now()));
        f.debug_struct("Held")
            .field("serial", &self.serial)
            .field("left", &left)
            .finish_non_exhaustive()
    }
}

/// The result of a request for a token.
pub(super) type TokenResult<V> = Result<Arc<Held<V>>, AuthError>;
