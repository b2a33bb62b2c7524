//! Services of the platform: time, timers, tasks and name resolution. No other module uses these
//! directly, so that a port to a platform without tokio on an operating system, such as
//! `wasm32-unknown-unknown`, changes only this module.

use crate::error::{Failure, Stage};
use std::net::IpAddr;
use std::time::Duration;

pub(crate) use std::time::{Instant as SystemInstant, SystemTime};
pub(crate) use tokio::runtime::{Handle, Id};
pub(crate) use tokio::task::{AbortHandle, JoinHandle};
pub(crate) use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout, timeout_at};

/// The time of the system's clock, which may be wrong. It is used to interpret dates from servers.
pub(crate) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// The addresses of a host; empty if its name cannot be resolved.
pub(super) async fn look_up(host: &str, port: u16) -> Vec<IpAddr> {
    let found = tokio::net::lookup_host((host, port)).await;
    found.map_or_else(|_| Vec::new(), |all| all.map(|address| address.ip()).collect())
}

/// A time that is practically never, but that can be added to any time without overflow: 30 years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The time `wait` after `from`.
pub(super) fn later(from: Instant, wait: Duration) -> Instant {
    from.checked_add(wait.min(FAR)).unwrap_or(from)
}

/// Checks that there is a tokio runtime: without one, sockets and timers panic.
///
/// # Errors
///
/// When there is no runtime.
pub(crate) fn in_runtime(operation: &'static str) -> Result<(), Box<Failure>> {
    runtime(operation).map(drop)
}

/// The current tokio runtime.
///
/// # Errors
///
/// When there is no runtime.
pub(super) fn runtime(operation: &'static str) -> Result<Handle, Box<Failure>> {
    Handle::try_current().map_err(|_| {
        Failure::new(
            operation,
            Stage::Build,
            "no tokio runtime runs here; await calls and read streams within one, for instance under `#[tokio::main]`",
        )
    })
}

/// Waits for a future on this thread. Its timers and connections run in the background runtime.
///
/// # Errors
///
/// Within a tokio runtime, whose tasks would be blocked, and when the system cannot start the
/// thread of the background runtime.
#[cfg(feature = "blocking")]
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, String> {
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake};
    use std::thread::{self, Thread};

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    if Handle::try_current().is_ok() {
        return Err(
            "a blocking call within a tokio runtime would hold up its tasks; await it instead, or make it on a thread of \
             its own"
                .to_owned(),
        );
    }
    let _entered = background()?.enter();
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut cx = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Ok(output),
            Poll::Pending => thread::park(),
        }
    }
}

/// The background runtime, which is driven for as long as the process lives.
#[cfg(feature = "blocking")]
fn background() -> Result<&'static Handle, String> {
    use std::sync::OnceLock;
    static HANDLE: OnceLock<Result<Handle, String>> = OnceLock::new();
    let start = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("lorgnette".to_owned())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
        Ok(handle)
    };
    let started = HANDLE.get_or_init(|| {
        start()
            .map_err(|error: std::io::Error| format!("no thread could be started for connections ({error})"))
    });
    started.as_ref().map_err(Clone::clone)
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
