//! A received request.

use crate::model::codec::{self, Wire};
use bytes::Bytes;
use http::HeaderMap;
use std::fmt;

/// A received request.
///
/// `Debug` shows only its method and path: everything else may contain credentials.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Request {
    /// The method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, encoded as it was sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Path and query, encoded as they were sent.
    pub fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// The value of a parameter in the query, by its name in the contract; the first of several.
    pub fn query(&self, name: &str) -> Option<String> {
        self.queries(name).into_iter().next()
    }

    /// All values of a parameter in the query, by its name in the contract.
    pub fn queries(&self, name: &str) -> Vec<String> {
        let pairs = self.pairs().into_iter();
        pairs
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The query, decoded.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The value of a header, if it is text; the first of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as text; invalid UTF-8 becomes replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a type of the API.
    ///
    /// # Errors
    ///
    /// When the body is not JSON of that type.
    pub fn json<T: Wire>(&self) -> codec::Result<T> {
        codec::from_json(&self.body)
    }
}

impl From<&wiremock::Request> for Request {
    fn from(request: &wiremock::Request) -> Self {
        Self {
            method: request.method.to_string(),
            path: request.url.path().to_owned(),
            query: request.url.query().unwrap_or_default().to_owned(),
            headers: request.headers.clone(),
            body: request.body.clone().into(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
