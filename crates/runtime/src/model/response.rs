//! A successful response, with its status and headers.

use super::codec::Misfits;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_core::de::DeserializeOwned;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// The successful response of a call: the value that the server sent, with status and headers.
///
/// It dereferences to the value: `response.results` is `response.into_inner().results`.
#[derive(Clone)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    inner: T,
    misfits: Option<Arc<Misfits>>,
    raw: Option<Bytes>,
}

static NO_MISFITS: Misfits = Misfits::none();

impl<T> Response<T> {
    pub(crate) const fn new(status: StatusCode, headers: HeaderMap, inner: T) -> Self {
        Self {
            status,
            headers,
            inner,
            misfits: None,
            raw: None,
        }
    }

    /// A response with these misfits and this raw body.
    pub(crate) fn complete(
        status: StatusCode,
        headers: HeaderMap,
        inner: T,
        misfits: Misfits,
        raw: Option<Bytes>,
    ) -> Self {
        let misfits = (!misfits.is_empty()).then(|| Arc::new(misfits));
        Self {
            status,
            headers,
            inner,
            misfits,
            raw,
        }
    }

    /// The same response with this raw body.
    pub(crate) fn with_raw_body(mut self, body: Option<Bytes>) -> Self {
        self.raw = body;
        self
    }

    /// The same response with these mismatches.
    pub(crate) fn with_misfits(mut self, misfits: Misfits) -> Self {
        self.misfits = (!misfits.is_empty()).then(|| Arc::new(misfits));
        self
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Members that did not match their types in a description; see [`Misfits`].
    pub fn misfits(&self) -> &Misfits {
        self.misfits.as_deref().unwrap_or(&NO_MISFITS)
    }

    /// The raw body, decompressed; `None` for one that the caller reads.
    pub const fn raw_body(&self) -> Option<&Bytes> {
        self.raw.as_ref()
    }

    /// The value that the server sent.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The same response with a value derived from the server's.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            inner: make(self.inner),
            misfits: self.misfits,
            raw: self.raw,
        }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    /// Shows no headers, which may hold cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl Response<Bytes> {
    /// The body read as JSON.
    ///
    /// # Errors
    ///
    /// When the body is not JSON, or not a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.inner)
    }
}
