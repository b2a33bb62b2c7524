//! Processes several items of a job at once.

use crate::failure::Failure;
use futures_util::stream::{self, StreamExt};

/// Processes the items, `at_once` of them at a time, and returns the outcomes in the order of the
/// items.
///
/// # Errors
///
/// When `then` fails. Items that have not started by then are not started.
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
