//! Pauses between attempts.

use std::time::Duration;

/// The pauses between attempts that are repeated until one succeeds.
#[derive(Debug)]
pub struct Wait(Duration);

const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(60);

impl Wait {
    /// Starts with short pauses.
    pub const fn new() -> Self {
        Self(SHORTEST)
    }

    /// Waits, each time longer than before. A random amount is subtracted, so that clients do not
    /// all return at once.
    pub async fn pause(&mut self, at_least: Option<Duration>) {
        let pause = self.0.mul_f64(0.5 + fastrand::f64() / 2.0);
        self.0 = (self.0 * 2).min(LONGEST);
        tokio::time::sleep(pause.max(at_least.unwrap_or_default())).await;
    }
}
