//! Credentials on a request: secret header fields and query parameters, and the handle that
//! identifies them.
//!
//! This is the one place where header values become sensitive.

use crate::error::AuthError;
use crate::model::Secret;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use url::Url;
use zeroize::Zeroizing;

/// Header fields and query parameters that carry credentials, built once and added to many
/// requests.
#[derive(Default)]
pub struct Fields {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(Cow<'static, str>, Secret)>,
}

impl Fields {
    /// No fields yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a header field.
    ///
    /// # Errors
    ///
    /// When the name or the value is not valid in a header, or the value is empty. The error does
    /// not repeat the value.
    pub fn header(self, name: &str, value: &Secret) -> Result<Self, AuthError> {
        self.header_with_word(name, "", value)
    }

    /// Adds a header field that holds a word, a space and the value, such as `Bearer` and a token.
    /// If the word is empty, the field contains only the value.
    ///
    /// # Errors
    ///
    /// As for [`header`](Self::header).
    pub fn header_with_word(mut self, name: &str, word: &str, value: &Secret) -> Result<Self, AuthError> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            AuthError::invalid("the name of the header for the credentials is not a header's name")
        })?;
        let value = sensitive(word, value, &name)?;
        self.headers.push((name, value));
        Ok(self)
    }

    /// Adds a query parameter; the value is percent-encoded in the address.
    ///
    /// # Errors
    ///
    /// When the value is empty.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: &Secret) -> Result<Self, AuthError> {
        let name = name.into();
        if value.expose().is_empty() {
            return Err(AuthError::invalid(format!(
                "the value for the query parameter {name} is empty"
            )));
        }
        self.query.push((name, value.clone()));
        Ok(self)
    }
}

/// The header value of a secret: the one function that marks values as sensitive, so that no log
/// shows them.
fn sensitive(word: &str, secret: &Secret, name: &HeaderName) -> Result<HeaderValue, AuthError> {
    let secret = secret.expose();
    if secret.is_empty() {
        return Err(AuthError::invalid(format!(
            "the value for the header {name} is empty"
        )));
    }
    // The value owns this memory, and wipes it when the last copy is dropped. The space is
    // allocated in one step, since growing would leave copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(word.len() + 1 + secret.len()));
    if !word.is_empty() {
        text.extend_from_slice(word.as_bytes());
        text.push(b' ');
    }
    text.extend_from_slice(secret.as_bytes());
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|_| {
        AuthError::invalid(format!(
            "the value for the header {name} holds a character that is invalid in a header"
        ))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Fields {
    /// Shows names only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_ref()).collect();
        f.debug_struct("Fields")
            .field("headers", &headers)
            .field("query", &query)
            .finish()
    }
}

/// Credentials for one request.
#[derive(Clone, Default)]
pub struct Credentials {
    // Nearly always there is one; the vector allocates only for more.
    first: Option<Arc<Fields>>,
    more: Vec<Arc<Fields>>,
    handle: Handle,
}

impl Credentials {
    /// No credentials.
    pub fn none() -> Self {
        Self::default()
    }

    /// These fields. They are shared, not copied.
    pub fn new(fields: Arc<Fields>) -> Self {
        Self {
            first: Some(fields),
            ..Self::default()
        }
    }

    /// Sets the handle that identifies the credentials.
    #[must_use]
    pub fn with_handle(mut self, handle: Handle) -> Self {
        self.handle = handle;
        self
    }

    /// Combines these credentials with others.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.first.is_none() && self.handle.first.is_none() {
            return other;
        }
        self.more.extend(other.first);
        self.more.extend(other.more);
        self.handle = self.handle.and(other.handle);
        self
    }

    /// Whether the request gets no credentials.
    pub fn is_empty(&self) -> bool {
        self.fields().next().is_none()
    }

    /// The handle for [`Authenticate::rejected`](super::Authenticate::rejected) when the server
    /// responds with 401.
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    fn fields(&self) -> impl Iterator<Item = &Fields> {
        self.first.iter().chain(&self.more).map(AsRef::as_ref)
    }

    /// The header fields. Their values are marked sensitive.
    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.fields()
            .flat_map(|fields| &fields.headers)
            .map(|(name, value)| (name, value))
    }

    /// The query parameters, not encoded. The caller is responsible for their destination.
    pub fn query(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.fields()
            .flat_map(|fields| &fields.query)
            .map(|(name, value)| (name.as_ref(), value))
    }

    /// Adds the header fields to a request, replacing those of the same names.
    pub fn put_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            headers.insert(name.clone(), value.clone());
        }
    }

    /// Appends the query parameters to those of an address, replacing those of the same names,
    /// since links to next pages repeat the parameters of the first request.
    pub fn put_query(&self, url: &mut Url) {
        if self.query().next().is_none() {
            return;
        }
        if let Some(query) = url.query() {
            let is_other = |pair: &&str| {
                let mut names = url::form_urlencoded::parse(pair.as_bytes()).map(|(name, _)| name);
                !names.any(|name| self.query().any(|(ours, _)| ours == name))
            };
            let others: Vec<&str> = query.split('&').filter(is_other).collect();
            let others = (!others.is_empty()).then(|| others.join("&"));
            url.set_query(others.as_deref());
        }
        let mut pairs = url.query_pairs_mut();
        for (name, value) in self.query() {
            pairs.append_pair(name, value.expose());
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&Fields> = self.fields().collect();
        f.debug_struct("Credentials")
            .field("fields", &fields)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}

/// Identifies the credentials that were used, without their values.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    first: Option<Mark>,
    more: Vec<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    issuer: u64,
    serial: u64,
}

impl Handle {
    /// The handle of the credentials to which `issuer` gave this number.
    pub const fn new(issuer: u64, serial: u64) -> Self {
        Self {
            first: Some(Mark { issuer, serial }),
            more: Vec::new(),
        }
    }

    /// A number for an issuer of handles, unique in this process.
    pub fn new_issuer() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// The number that `issuer` gave to the credentials; `None` if another issuer numbered them.
    pub fn serial_of(&self, issuer: u64) -> Option<u64> {
        self.first
            .iter()
            .chain(&self.more)
            .find(|mark| mark.issuer == issuer)
            .map(|mark| mark.serial)
    }

    fn and(mut self, other: Self) -> Self {
        if self.first.is_none() {
            return other;
        }
        self.more.extend(other.first);
        self.more.extend(other.more);
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CANARY: &str = "c4nary-s3cret";

    fn fields() -> Fields {
        let secret = Secret::new(CANARY);
        Fields::new()
            .header_with_word("Authorization", "Bearer", &secret)
            .unwrap()
            .header("x-key", &secret)
            .unwrap()
            .query("token", &secret)
            .unwrap()
    }

    #[test]
    fn test_debug_shows_names_and_no_values() {
        let credentials = Credentials::new(Arc::new(fields())).with_handle(Handle::new(1, 2));
        let mut headers = HeaderMap::new();
        credentials.put_headers(&mut headers);
        let shown = format!("{:?} {credentials:?} {credentials:#?} {headers:?}", fields());
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(shown.contains("x-key") && shown.contains("token"), "{shown}");
    }

    #[test]
    fn test_fields_are_put_on_a_request() {
        let credentials = Credentials::new(Arc::new(fields()));
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Basic of-the-caller"));
        credentials.put_headers(&mut headers);
        assert_eq!(headers["authorization"], format!("Bearer {CANARY}"));
        assert_eq!(headers["x-key"], CANARY);
        assert!(headers.values().all(HeaderValue::is_sensitive));
        let mut url: Url = "https://api.example/a?b=c".parse().unwrap();
        Credentials::none().put_query(&mut url);
        assert_eq!(url.as_str(), "https://api.example/a?b=c");
        credentials.put_query(&mut url);
        assert_eq!(url.as_str(), format!("https://api.example/a?b=c&token={CANARY}"));
    }

    #[test]
    fn test_query_takes_the_place_of_what_has_its_name() {
        let fields = Fields::new().query("token", &Secret::new("ours")).unwrap();
        let credentials = Credentials::new(Arc::new(fields));
        for (before, after) in [
            ("http://a/?token=theirs", "token=ours"),
            ("http://a/?b=%2C&token=1&c&t%6Fken=2", "b=%2C&c&token=ours"),
            ("http://a/?tokens=1", "tokens=1&token=ours"),
            ("http://a/", "token=ours"),
        ] {
            let mut url = before.parse().unwrap();
            credentials.put_query(&mut url);
            credentials.put_query(&mut url);
            assert_eq!(url.query(), Some(after), "{before}");
        }
    }

    #[test]
    fn test_query_value_is_encoded() {
        let fields = Fields::new().query("token", &Secret::new("a+b&c=d/é")).unwrap();
        let mut url: Url = "https://api.example/".parse().unwrap();
        Credentials::new(Arc::new(fields)).put_query(&mut url);
        assert_eq!(url.query(), Some("token=a%2Bb%26c%3Dd%2F%C3%A9"));
    }

    #[test]
    fn test_unusable_value_is_refused_without_repeating_it() {
        let bad = Secret::new(format!("{CANARY}\r\nx-injected: 1"));
        for error in [
            Fields::new().header("authorization", &bad).unwrap_err(),
            Fields::new()
                .header_with_word("authorization", "Bearer", &Secret::new(""))
                .unwrap_err(),
            Fields::new().header("no name", &Secret::new(CANARY)).unwrap_err(),
            Fields::new().query("token", &Secret::new("")).unwrap_err(),
        ] {
            assert!(error.is_invalid());
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }

    #[test]
    fn test_handles_of_several_issuers_stay_apart() {
        let both = Credentials::new(Arc::new(fields()))
            .with_handle(Handle::new(7, 1))
            .and(Credentials::none())
            .and(Credentials::new(Arc::new(fields())).with_handle(Handle::new(8, 2)));
        assert_eq!(
            (both.handle().serial_of(7), both.handle().serial_of(8)),
            (Some(1), Some(2))
        );
        assert_eq!(both.handle().serial_of(9), None);
        assert_eq!(both.headers().count(), 4);
    }
}
