//! Several items of a job at once.

use crate::failure::Failure;
use futures_util::stream::{self, StreamExt};

/// Does something for each item, for `at_once` of them at a time, and hands on what became of them
/// in their order.
///
/// # Errors
///
/// When `then` fails. What has not begun by then does not begin.
pub async fn in_order<T, R, F: Future<Output = R>>(
    items: impl IntoIterator<Item = T>,
    at_once: usize,
    run: impl FnMut(T) -> F,
    mut then: impl FnMut(R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut results = std::pin::pin!(stream::iter(items).map(run).buffered(at_once.max(1)));
    while let Some(result) = results.next().await {
        then(result)?;
    }
    Ok(())
}
