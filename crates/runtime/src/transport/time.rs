//! Times that cannot overflow, and whether there is a runtime to wait in.

use crate::error::{Failure, Stage};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// As good as never, and near enough to be added to any time: 30 years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The time `wait` after `from`.
pub(super) fn later(from: Instant, wait: Duration) -> Instant {
    from.checked_add(wait.min(FAR)).unwrap_or(from)
}

/// Checks that there is a tokio runtime: without one, sockets and timers panic.
///
/// # Errors
///
/// When there is none.
pub(crate) fn in_runtime(operation: &'static str) -> Result<(), Box<Failure>> {
    if Handle::try_current().is_ok() {
        return Ok(());
    }
    Err(Failure::new(
        operation,
        Stage::Build,
        "no tokio runtime runs here; await calls and read streams within one, for instance under `#[tokio::main]`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_no_time_is_too_far_away() {
        let now = Instant::now();
        assert_eq!(later(now, Duration::from_secs(1)) - now, Duration::from_secs(1));
        assert_eq!(later(later(now, Duration::MAX), Duration::MAX) - now, 2 * FAR);
    }

    #[test]
    fn test_missing_runtime_is_an_error() {
        assert!(in_runtime("read").is_err_and(|failure| failure.what.contains("tokio runtime")));
    }

    #[tokio::test]
    async fn test_runtime_is_found() {
        assert!(in_runtime("read").is_ok());
    }
}
