//! Bodies that nobody reads.

use super::platform;
use std::pin::pin;
use std::time::Duration;

/// A rest of more bytes is not read.
const MOST: u64 = 16 * 1024;

/// A server that takes longer does not hold up the next attempt.
const LONGEST: Duration = Duration::from_millis(100);

/// Reads what is left of a short body before another attempt, so that the connection stays in use:
/// otherwise HTTP/1 closes it, and HTTP/2 resets the stream, which a connection allows only so many
/// times.
pub(super) async fn read(mut response: reqwest::Response) {
    if response.content_length().is_some_and(|length| length > MOST) {
        return;
    }
    let rest = pin!(async {
        let mut length = 0_u64;
        while let Ok(Some(chunk)) = response.chunk().await {
            length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if length > MOST {
                return;
            }
        }
    });
    let _ = platform::timeout(LONGEST, rest).await;
}
