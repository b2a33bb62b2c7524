//! Connects the generated calls with the judges: values go in as JSON, and outcomes come out.

#![allow(dead_code, reason = "which functions the contracts need is theirs to say")]
#![allow(clippy::unnecessary_wraps, reason = "what refuses values returns the same")]

#[allow(unused_imports, reason = "what contracts do not need today they may tomorrow")]
pub use lorgnette_runtime::{
    BTreeMap, Base64, DateTime, NaiveDate, NaiveDateTime, Nullable, Secret, Upload, Uuid, Value,
};

use futures_core::Stream;
use lorgnette_runtime::codec::{from_json, from_value, to_json, to_value};
use lorgnette_runtime::{
    ByteStream, Bytes, CallOptions, Error, Event, EventStream, FromResponse, JsonLines, Response, Sending,
    Text, Wire,
};
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;

/// An operation of a generated crate.
pub struct Call<C: 'static> {
    /// The HTTP method.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Sends a request with these values.
    pub send: fn(&C, Given) -> Sent<'_>,
}

/// A generated type.
pub struct Type {
    /// Its name.
    pub name: &'static str,
    /// Reads a value as the type and writes it again.
    pub round_trip: fn(&Value) -> Result<Trip, String>,
}

/// The size of a generated type.
pub struct Size {
    /// Its name.
    pub name: &'static str,
    /// The bytes that it takes.
    pub bytes: usize,
    /// The number of bytes that the generator expects it to take at most.
    pub expected: usize,
}

/// The size of `T`.
pub const fn size<T>(name: &'static str, expected: usize) -> Size {
    Size {
        name,
        bytes: size_of::<T>(),
        expected,
    }
}

/// A value that was read as a type and written back.
pub struct Trip {
    /// The written value.
    pub written: Value,
    /// The read value, as `Debug` shows it.
    pub shown: String,
}

/// The values for one call.
#[derive(Clone, Default)]
pub struct Given {
    /// Parameters, by location and name.
    pub parameters: BTreeMap<(String, String), Value>,
    /// The body and its media type.
    pub body: Option<(String, Value)>,
    /// The header `Prefer`, which says what Prism is to respond.
    pub prefer: String,
}

/// A pending request, or the reason why it could not be made.
pub type Sent<'c> = Result<Pin<Box<dyn Future<Output = Seen> + Send + 'c>>, String>;

/// The outcome of a call.
#[derive(Debug)]
pub struct Seen {
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// The header fields of the response.
    pub headers: BTreeMap<String, String>,
    /// The client's result.
    pub outcome: Outcome,
}

/// A client's result for a response.
#[derive(Debug)]
pub enum Outcome {
    /// A success: the beginning of its `Debug` output, and its written form if it is JSON.
    Success(String),
    /// An error that the contract declares: its `Debug` output.
    Declared(String),
    /// Another result, with the body of the response.
    Failed(String, String),
}

impl Given {
    /// Removes and returns the value of a parameter.
    pub fn parameter<T: Wire>(&mut self, location: &str, name: &str) -> Result<Option<T>, String> {
        let value = self.parameters.remove(&(location.to_owned(), name.to_owned()));
        let value = value.map(|value| from_value(&value));
        value
            .transpose()
            .map_err(|error| format!("the parameter {name} does not take what the contract allows: {error}"))
    }

    /// Removes and returns the value of a parameter that every call requires.
    pub fn required_parameter<T: Wire>(&mut self, location: &str, name: &str) -> Result<T, String> {
        self.parameter(location, name)?
            .ok_or_else(|| format!("there is no value for the parameter {name}"))
    }

    /// Removes and returns the body that every call requires.
    pub fn required_body<T: Wire>(&mut self, media_type: &str) -> Result<T, String> {
        self.body(media_type)?
            .ok_or_else(|| format!("there is no body of type {media_type}"))
    }

    /// Removes and returns the body, if it has this media type.
    pub fn body<T: Wire>(&mut self, media_type: &str) -> Result<Option<T>, String> {
        let body = self.body.take_if(|(given, _)| given == media_type);
        let body = body.map(|(_, value)| from_value(&value));
        body.transpose().map_err(|error| {
            format!(
                "the body does not take what the contract allows: {}",
                explained(&error)
            )
        })
    }

    /// The call with the requested response. All given values must have been used.
    pub fn ready<C: CallOptions>(self, call: C) -> Result<C, String> {
        if let Some(((location, name), _)) = self.parameters.first_key_value() {
            return Err(format!("the builder has no parameter {name:?} in {location}"));
        }
        if let Some((media_type, _)) = self.body {
            return Err(format!("the builder takes no body of type {media_type}"));
        }
        Ok(match self.prefer.as_str() {
            "" => call,
            wish => call.header("prefer", wish),
        })
    }
}

/// A call whose success is JSON, or nothing.
pub fn json<'c, T, E>(sending: Sending<'c, T, E>) -> Sent<'c>
where
    T: Wire + Send + 'c,
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        let held = |held: T| to_value(&held).map_or_else(|error| error.to_string(), |json| json.to_string());
        seen(sending.await.map(|response| response.map(held)))
    }))
}

/// A call whose success is one of several types.
pub fn by_status<'c, T, E>(sending: Sending<'c, T, E>) -> Sent<'c>
where
    T: FromResponse + Debug + Send + 'c,
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        seen(
            sending
                .await
                .map(|response| response.map(|held| format!("{held:?}"))),
        )
    }))
}

/// A call whose success is text.
pub fn text<'c, E>(sending: Sending<'c, Text, E>) -> Sent<'c>
where
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        seen(
            sending
                .await
                .map(|response| response.map(|held| format!("{held:?}"))),
        )
    }))
}

/// A call whose success is a stream of bytes, which is read to its end.
pub fn bytes<'c, E>(sending: Sending<'c, ByteStream, E>) -> Sent<'c>
where
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        match sending.await {
            Err(error) => seen::<E>(Err(error)),
            Ok(mut response) => {
                let mut read = Vec::new();
                let failed = to_end(&mut *response, |chunk: Bytes| read.extend_from_slice(&chunk)).await;
                ended(
                    response.map(|_| String::from_utf8_lossy(&read).into_owned()),
                    failed,
                )
            }
        }
    }))
}

/// A call whose success is a stream of events, which is read to its end.
pub fn events<'c, T, E>(sending: Sending<'c, EventStream<T>, E>) -> Sent<'c>
where
    T: Wire + Debug + Send + 'static,
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        match sending.await {
            Err(error) => seen::<E>(Err(error)),
            Ok(mut response) => {
                let mut read = Vec::new();
                let failed = to_end(&mut *response, |event: Event<T>| {
                    read.push(to_value(&event.data).unwrap_or_default());
                })
                .await;
                ended(response.map(|_| Value::Array(read).to_string()), failed)
            }
        }
    }))
}

/// A call whose success is a stream of JSON documents, which is read to its end.
pub fn lines<'c, T, E>(sending: Sending<'c, JsonLines<T>, E>) -> Sent<'c>
where
    T: Wire + Debug + Send + 'static,
    E: FromResponse + Debug + Send + 'c,
{
    Ok(Box::pin(async move {
        match sending.await {
            Err(error) => seen::<E>(Err(error)),
            Ok(mut response) => {
                let mut read = Vec::new();
                let failed = to_end(&mut *response, |item: T| {
                    read.push(to_value(&item).unwrap_or_default());
                })
                .await;
                ended(response.map(|_| Value::Array(read).to_string()), failed)
            }
        }
    }))
}

/// Reads a stream to its end, or returns why it ended early.
async fn to_end<I>(
    stream: &mut (impl Stream<Item = Result<I, Error>> + Unpin),
    mut take: impl FnMut(I),
) -> Option<String> {
    while let Some(next) = poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await {
        match next {
            Ok(item) => take(item),
            Err(error) => return Some(error.to_string()),
        }
    }
    None
}

/// The result of a stream that was read to its end or broke off.
fn ended(response: Response<String>, failed: Option<String>) -> Seen {
    let mut seen = seen::<lorgnette_runtime::Undeclared>(Ok(response));
    if let Some(failed) = failed {
        seen.outcome = Outcome::Failed(failed, String::new());
    }
    seen
}

fn seen<E: Debug>(outcome: Result<Response<String>, Error<E>>) -> Seen {
    let (status, headers) = match &outcome {
        Ok(response) => (Some(response.status()), Some(response.headers())),
        Err(error) => (error.status(), error.headers()),
    };
    let headers = headers.into_iter().flatten().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    let outcome = match outcome {
        Ok(response) => Outcome::Success(response.into_inner()),
        Err(error) => match error.declared() {
            Some(declared) => Outcome::Declared(format!("{declared:?}")),
            None => {
                let body = error
                    .body()
                    .map(|body| String::from_utf8_lossy(body).into_owned());
                let place = match error.path() {
                    "" => String::new(),
                    path => format!(" at {path}"),
                };
                let source = std::error::Error::source(&error)
                    .map(ToString::to_string)
                    .unwrap_or_default();
                Outcome::Failed(format!("{error}{place} {source}"), body.unwrap_or_default())
            }
        },
    };
    Seen {
        status: status.map(|status| status.as_u16()),
        headers,
        outcome,
    }
}

/// Reads a value as a `T`, writes it, and reads it again, all as text. Returns the written text, if
/// both values are equal.
pub fn round_trip<T: Wire + Debug + PartialEq>(value: &Value) -> Result<Trip, String> {
    let first: T = from_json(value.to_string().as_bytes()).map_err(|error| explained(&error))?;
    let written = to_json(&first).map_err(|error| explained(&error))?;
    let again: T = from_json(&written).map_err(|error| explained(&error))?;
    if first != again {
        return Err(format!(
            "is another value after {}",
            String::from_utf8_lossy(&written)
        ));
    }
    Ok(Trip {
        written: serde_json::from_slice(&written).map_err(|error| error.to_string())?,
        shown: format!("{first:?}"),
    })
}

/// An error of the codec with its place.
fn explained(error: &lorgnette_runtime::codec::Error) -> String {
    match error.path().as_str() {
        "" => error.message().to_owned(),
        path => format!("{} at {path}", error.message()),
    }
}
