//! A call: an operation with the values of its parameters, ready to be sent.

mod raw;

pub use crate::call_options::{CallOptions, Options};
use crate::error::{Error, Failure, Stage};
use crate::from_response::{FromResponse, kinds};
use crate::model::body::{Body, Payload};
use crate::model::codec::{Wire, to_value, to_wiped_json};
use crate::model::idempotency::Key;
use crate::model::{Operation, Parameter, Response, charset, forms, parameters, secret};
use crate::sending::Sending;
use crate::transport::{self, BodyKind, Client, RawResponse, Request, framing};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::fmt;
use std::pin::pin;
use url::Url;
use zeroize::Zeroizing;

/// An operation with the values of its parameters. Builders of generated crates wrap a call.
pub struct Call<'client> {
    pub(crate) client: &'client Client,
    operation: &'static Operation,
    values: Vec<Value>,
    payload: Payload,
    /// The accepted media types, if they differ from the operation's.
    accept: Option<&'static str>,
    /// The caller's changes, usually none.
    options: Option<Box<Options>>,
    /// The path, encoded, instead of the operation's.
    path: Option<String>,
    /// The first error while values were set.
    error: Option<String>,
}

/// The values set on a call.
#[cfg(feature = "mock")]
pub(crate) struct Set {
    pub(crate) operation: &'static Operation,
    pub(crate) values: Vec<Value>,
    pub(crate) payload: Payload,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
}

impl<'client> Call<'client> {
    /// A call of `operation` without any values.
    pub fn new(client: &'client Client, operation: &'static Operation) -> Self {
        let values = operation.parameters.iter().map(|_| Value::Null).collect();
        Self {
            client,
            operation,
            values,
            payload: Payload::Nothing,
            accept: None,
            options: None,
            path: None,
            error: None,
        }
    }

    /// Sets the parameter at this index of the operation's list; null removes its value.
    pub fn set(&mut self, index: usize, value: &dyn Wire) {
        let name = self
            .operation
            .parameters
            .get(index)
            .map_or("", |parameter| parameter.name);
        match (self.written(|| to_value(value)), self.values.get_mut(index)) {
            (Ok(value), Some(slot)) => *slot = value,
            (Err(error), _) => self.fail(format!("the parameter `{name}` cannot be sent: {error}")),
            (_, None) => self.fail(format!("the operation has no parameter {index}")),
        }
    }

    /// Sets a parameter as [`set`](Self::set) does, and returns the call.
    #[must_use]
    pub fn with(mut self, index: usize, value: &dyn Wire) -> Self {
        self.set(index, value);
        self
    }

    /// Sets the parameter at this index to the converted `value`, and returns the call.
    #[must_use]
    pub fn with_into<T: Wire>(self, index: usize, value: impl Into<T>) -> Self {
        self.with(index, &value.into())
    }

    /// Sets the parameter at this index to a list of the converted items, and returns the call.
    #[must_use]
    pub fn with_list<T: Wire>(self, index: usize, items: impl IntoIterator<Item = impl Into<T>>) -> Self {
        self.with(index, &items.into_iter().map(Into::into).collect::<Vec<T>>())
    }

    /// Sends `body` as JSON.
    pub fn json(&mut self, body: &dyn Wire) {
        self.json_as("application/json", body);
    }

    /// Sends `body` as JSON of another media type.
    pub fn json_as(&mut self, media_type: &str, body: &dyn Wire) {
        match self.written(|| to_wiped_json(body)) {
            Ok(json) => self.raw(media_type, Bytes::from_owner(json).into()),
            Err(error) => self.fail(format!("the body cannot be sent: {error}")),
        }
    }

    /// Sends `body` as a url-encoded form.
    pub fn form(&mut self, body: &dyn Wire) {
        self.form_as(body, &[]);
    }

    /// Sends `body` as a url-encoded form; fields named in `encodings` are encoded like those query
    /// parameters.
    pub fn form_as(&mut self, body: &dyn Wire, encodings: &[Parameter]) {
        match self.written(|| forms::urlencoded(body, encodings)) {
            Ok(form) => {
                let form = Bytes::from_owner(Zeroizing::new(form.into_bytes()));
                self.raw("application/x-www-form-urlencoded", form.into());
            }
            Err(error) => self.fail(format!("the body cannot be sent: {error}")),
        }
    }

    /// Sends `body` as a multipart form; its [`Upload`](crate::Upload)s are files.
    #[cfg(feature = "multipart")]
    pub fn multipart(&mut self, body: impl Wire) {
        self.multipart_as(body, &[]);
    }

    /// Sends `body` as a multipart form; fields named in `encodings` have their declared media
    /// types, or are encoded like those query parameters.
    #[cfg(feature = "multipart")]
    pub fn multipart_as(&mut self, body: impl Wire, encodings: &[Parameter]) {
        self.multipart_of("multipart/form-data", body, encodings);
    }

    /// Sends `body` as another kind of multipart, such as `multipart/mixed`.
    #[cfg(feature = "multipart")]
    #[expect(clippy::needless_pass_by_value, reason = "a stream inside is gone afterwards")]
    pub fn multipart_of(&mut self, media_type: &'static str, body: impl Wire, encodings: &[Parameter]) {
        match self.written(|| forms::multipart(&body, encodings)) {
            Ok(parts) => self.payload = Payload::Multipart(media_type, parts),
            Err(error) => self.fail(format!("the body cannot be sent: {error}")),
        }
    }

    /// Sends text of this media type, in the charset that the media type names, or else in UTF-8.
    pub fn text(&mut self, media_type: &str, body: String) {
        match charset::from_utf8(media_type, body) {
            Ok(bytes) => self.raw(media_type, bytes.into()),
            Err(error) => self.fail(format!("the body cannot be sent: {error}")),
        }
    }

    /// Accepts these media types instead of the operation's.
    pub fn accept(&mut self, media_types: &'static str) {
        self.accept = Some(media_types);
    }

    /// Sends bytes of this media type.
    pub fn raw(&mut self, media_type: &str, body: Body) {
        self.payload = Payload::Body(media_type.to_owned(), body);
    }

    /// The options of this call.
    pub fn options(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    /// Sends the request, and reads the response as a `T`, or as an `E` if it is not a success.
    ///
    /// # Errors
    ///
    /// As [`Error`] lists them.
    pub fn send<T: FromResponse, E: FromResponse>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<'client, T, E> {
        let (client, operation) = (self.client, self.operation);
        let request = self.into_request();
        let is_lenient = request
            .as_ref()
            .is_ok_and(|request| client.is_lenient(&request.settings));
        let kinds = kinds::<T, E>();
        async move {
            let response = match request {
                // The call is borrowed, not moved: a value that is moved within a future takes its
                // space twice.
                Ok(ref request) => pin!(transport::exchange(client, request, kinds)).await,
                Err(failure) => return Err(Error::new(failure, None)),
            };
            let mut response = match response {
                Ok(response) => response,
                Err(failure) => return Err(typed(failure, client, is_lenient)),
            };
            if let Ok(request) = request {
                transport::resumable(&mut response, client, request, kinds);
            }
            match T::read(&mut response) {
                Ok(inner) => Ok(response.into_response(inner)),
                Err(error) => Err(Error::new(response.undecodable(error, client, operation), None)),
            }
        }
    }

    /// Sends the request; the returned future has a named type.
    pub fn sending<T: FromResponse + Send + 'client, E: FromResponse + Send + 'client>(
        self,
    ) -> Sending<'client, T, E> {
        Sending::new(self.operation.id, self.send())
    }

    /// Sends the request to this path instead of the operation's. The path is already encoded and
    /// may have a query.
    pub(crate) fn go_to(&mut self, path: String) {
        self.path = Some(path);
    }

    /// The operation.
    #[cfg(feature = "mock")]
    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The values set so far, checked as far as they are present.
    #[cfg(feature = "mock")]
    pub(crate) fn set_values(self) -> Result<Set, String> {
        let options = *self.options.unwrap_or_default();
        match self.error.or(options.error) {
            Some(error) => Err(error),
            None => Ok(Set {
                operation: self.operation,
                values: self.values,
                payload: self.payload,
                headers: options.headers,
                query: options.query,
            }),
        }
    }

    /// Runs `write`, and records the secrets that it writes.
    pub(crate) fn written<R>(&mut self, write: impl FnOnce() -> R) -> R {
        let (outcome, secrets) = secret::written(write);
        if !secrets.is_empty() {
            self.options().settings.secrets.extend(secrets);
        }
        outcome
    }

    pub(crate) fn fail(&mut self, what: String) {
        self.error.get_or_insert(what);
    }

    /// Checks required values and builds the request.
    pub(crate) fn into_request(mut self) -> Result<Request, Box<Failure>> {
        let values = std::mem::take(&mut self.values);
        let added = self.options.as_mut();
        let added = added.map(|options| std::mem::take(&mut options.headers));
        let (url, headers) = self.head(values, added)?;
        Ok(Request {
            operation: self.operation,
            url,
            headers,
            payload: self.payload,
            settings: self.options.map(|options| options.settings).unwrap_or_default(),
        })
    }

    /// The address and the header fields of the request; `added` are those of the caller.
    fn head(
        &self,
        mut values: Vec<Value>,
        added: Option<HeaderMap>,
    ) -> Result<(Url, HeaderMap), Box<Failure>> {
        let operation = self.operation;
        let fail = |what: String| Failure::new(operation.id, Stage::Build, what);
        let options = self.options.as_deref();
        let error = options.and_then(|options| options.error.as_ref());
        if let Some(error) = self.error.as_ref().or(error) {
            return Err(fail(error.clone()));
        }
        if operation.is_body_required && matches!(self.payload, Payload::Nothing) {
            return Err(fail("the body is missing; set it with `.body(..)`".to_owned()));
        }
        let key = Key::new(operation, &mut values);
        let placed = parameters::place(operation.path, operation.parameters, &values).map_err(fail)?;
        let mut query = placed.query;
        for (name, value) in options.into_iter().flat_map(|options| &options.query) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&parameters::encoded_pair(name, value));
        }
        let path = self.path.as_deref().unwrap_or(&placed.path);
        let url = self.client.address(operation, path, &query);
        let url = url.map_err(|error| fail(format!("the address cannot be built: {error}")))?;
        let of_client = self.client.headers();
        let mut headers = HeaderMap::try_with_capacity(of_client.len() + 6).unwrap_or_default();
        if !of_client.is_empty() {
            headers.extend(of_client.clone());
        }
        headers.insert(USER_AGENT, self.client.user_agent().clone());
        let accept = self.accept.unwrap_or(operation.accept);
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        for (name, value) in placed.headers {
            let header = HeaderName::try_from(name)
                .ok()
                .zip(HeaderValue::try_from(value).ok());
            let Some((header, value)) = header else {
                return Err(fail(format!(
                    "the header `{name}` cannot hold this value: it contains a line break"
                )));
            };
            if framing::is_framing(&header) {
                return Err(fail(framing::refused(&header)));
            }
            headers.insert(header, value);
        }
        if let Some(key) = key {
            key.put(&mut headers);
        }
        if !placed.cookie.is_empty()
            && let Ok(cookie) = HeaderValue::try_from(placed.cookie)
        {
            headers.insert(COOKIE, cookie);
        }
        match &self.payload {
            Payload::Body(media_type, _) => {
                let media_type = HeaderValue::try_from(media_type.as_str());
                let media_type =
                    media_type.map_err(|_| fail("the body's media type is invalid".to_owned()))?;
                headers.insert(CONTENT_TYPE, media_type);
            }
            // Some servers respond with 411 to a request that should have a body but does not
            // declare its absence.
            Payload::Nothing if matches!(*operation.method(), Method::POST | Method::PUT | Method::PATCH) => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            Payload::Nothing | Payload::Multipart(..) => {}
        }
        if let Some(added) = added {
            headers.extend(added);
        }
        Ok((url, headers))
    }
}

/// Reads the declared error, if the failure is a response with a status that `E` has.
pub(crate) fn typed<E: FromResponse>(failure: Box<Failure>, client: &Client, is_lenient: bool) -> Error<E> {
    let declared = failure
        .response
        .as_ref()
        .filter(|_| failure.stage == Stage::Status)
        .and_then(|response| {
            let mut response = RawResponse::of(failure.operation, response, client.limits(), is_lenient);
            if E::kind(response.status()) == BodyKind::Undeclared {
                None
            } else {
                E::read(&mut response).ok()
            }
        });
    Error::new(failure, declared)
}

impl fmt::Debug for Call<'_> {
    /// Shows the operation only, since values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .finish_non_exhaustive()
    }
}
