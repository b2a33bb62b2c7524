//! A request in flight, as a named type.

use crate::error::{Error, Undeclared};
use crate::model::Response;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request in flight: awaiting it returns the response.
///
/// Unlike the future of an `async fn`, this type has a name, so that generated code can return it,
/// and the compiler does not build the same state machine for each operation.
#[must_use = "a request is sent while it is awaited"]
pub struct Sending<'client, T, E = Undeclared> {
    operation: &'static str,
    future: Boxed<'client, Result<Response<T>, Error<E>>>,
}

type Boxed<'client, T> = Pin<Box<dyn Future<Output = T> + Send + 'client>>;

impl<'client, T, E> Sending<'client, T, E> {
    pub(crate) fn new(
        operation: &'static str,
        future: impl Future<Output = Result<Response<T>, Error<E>>> + Send + 'client,
    ) -> Self {
        Self {
            operation,
            future: Box::pin(future),
        }
    }

    /// The operation that is sent.
    #[cfg(feature = "blocking")]
    pub(crate) const fn operation(&self) -> &'static str {
        self.operation
    }
}

impl<T, E> Future for Sending<'_, T, E> {
    type Output = Result<Response<T>, Error<E>>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.future.as_mut().poll(cx)
    }
}

impl<T, E> fmt::Debug for Sending<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sending").field(&self.operation).finish()
    }
}
