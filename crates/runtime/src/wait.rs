//! Waits for a job that an operation reports on, such as a clip that is being made or a test that
//! is running.
//!
//! The operation is called repeatedly until a member of its response reports that the job is done
//! or has failed.

use crate::call::{self, Call};
use crate::error::{Error, Failure, RequestTarget, Stage, Undeclared};
use crate::from_response::{FromResponse, kinds};
use crate::model::body::Payload;
use crate::model::{Operation, Response, member};
use crate::transport::platform::{Instant, sleep, system_time};
use crate::transport::retry::retry_after;
use crate::transport::{self, CallSettings, Client, RawResponse, Request};
use http::HeaderMap;
use serde_json::Value;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;
use url::Url;

/// The condition under which a job is done.
///
/// ```
/// use lorgnette_runtime::wait::Until;
///
/// const CLIP: Until = Until::member("status")
///     .done(&["done"])
///     .failed(&["error"])
///     .not_yet(&[404])
///     .every_seconds(5)
///     .within_seconds(900);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Until {
    member: &'static str,
    done: &'static [&'static str],
    pending: &'static [&'static str],
    failed: &'static [&'static str],
    not_yet: &'static [u16],
    interval: Duration,
    limit: Duration,
}

impl Until {
    /// The job is done when there is any successful response. The operation is called every 2
    /// seconds, for at most 10 minutes.
    pub const fn success() -> Self {
        Self::member("")
    }

    /// The job is done when this member of the response, such as `task.status`, reports it.
    pub const fn member(path: &'static str) -> Self {
        Self {
            member: path,
            done: &[],
            pending: &[],
            failed: &[],
            not_yet: &[],
            interval: Duration::from_secs(2),
            limit: Duration::from_secs(600),
        }
    }

    /// Values of the member that mean that the job is done; by default, all values without another
    /// meaning.
    #[must_use]
    pub const fn done(mut self, values: &'static [&'static str]) -> Self {
        self.done = values;
        self
    }

    /// Values of the member that mean that the job is not done yet; by default, all other values,
    /// if some mean that it is done.
    #[must_use]
    pub const fn pending(mut self, values: &'static [&'static str]) -> Self {
        self.pending = values;
        self
    }

    /// Values of the member that mean that the job failed.
    #[must_use]
    pub const fn failed(mut self, values: &'static [&'static str]) -> Self {
        self.failed = values;
        self
    }

    /// Error statuses that mean that the job is not done yet.
    #[must_use]
    pub const fn not_yet(mut self, statuses: &'static [u16]) -> Self {
        self.not_yet = statuses;
        self
    }

    /// Sets the wait between two calls.
    #[must_use]
    pub const fn every_seconds(mut self, seconds: u64) -> Self {
        self.interval = Duration::from_secs(seconds);
        self
    }

    /// Sets the longest total wait.
    #[must_use]
    pub const fn within_seconds(mut self, seconds: u64) -> Self {
        self.limit = Duration::from_secs(seconds);
        self
    }

    fn state(&self, body: &[u8]) -> WaitState {
        if self.member.is_empty() {
            return WaitState::Done;
        }
        let value = match member::at(body, self.member) {
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let among = |values: &[&'static str]| values.iter().copied().find(|known| *known == value);
        if let Some(failed) = among(self.failed) {
            WaitState::Failed(failed)
        } else if among(self.done).is_some() || self.done.is_empty() && among(self.pending).is_none() {
            WaitState::Done
        } else {
            WaitState::Pending
        }
    }
}

enum WaitState {
    Done,
    Pending,
    Failed(&'static str),
}

/// Adds `wait` to a generated builder whose operation reports on a job.
///
/// ```ignore
/// waits!(Clip => types::Clip, responses::Error404; member("status").done(&["done"]).failed(&["error"]));
/// ```
#[macro_export]
macro_rules! waits {
    ($name:ident => $success:ty $(, $error:ty)?; $start:ident($($argument:expr)?) $(. $option:ident($value:expr))*) => {
        impl $name<'_> {
            /// Waits until the job that this operation reports on is done, by calling the operation
            /// repeatedly.
            #[allow(deprecated)]
            pub fn wait(self) -> $crate::wait::Wait<$success $(, $error)?> {
                let until = $crate::wait::Until::$start($($argument)?)$(.$option($value))*;
                $crate::wait::Wait::new(self.0, until)
            }
        }
    };
}

/// Waits for a job: awaiting it returns the response that reports that the job is done.
#[must_use = "nothing is sent before it is awaited"]
pub struct Wait<T, E = Undeclared> {
    client: Client,
    request: Result<Template, Box<Failure>>,
    until: Until,
    progress: Option<ProgressHook<T>>,
    error: std::marker::PhantomData<fn() -> E>,
}

type ProgressHook<T> = Box<dyn FnMut(&T) + Send>;

/// The common part of the requests.
struct Template {
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
    settings: CallSettings,
}

impl<T: FromResponse + Send + 'static, E: FromResponse + Send + 'static> Wait<T, E> {
    /// Waits by repeating this call.
    #[doc(hidden)]
    pub fn new(call: Call<'_>, until: Until) -> Self {
        let client = call.client.clone();
        let request = call.into_request().and_then(|request| match request.payload {
            Payload::Nothing => Ok(Template {
                operation: request.operation,
                url: request.url,
                headers: request.headers,
                settings: request.settings,
            }),
            _ => Err(Failure::new(
                request.operation.id,
                Stage::Build,
                "an operation with a body cannot be called repeatedly to wait for a job",
            )),
        });
        Self {
            client,
            request,
            until,
            progress: None,
            error: std::marker::PhantomData,
        }
    }

    /// Sets the wait between two calls; a server's `Retry-After` can extend it.
    pub const fn every(mut self, interval: Duration) -> Self {
        self.until.interval = interval;
        self
    }

    /// Sets the longest total wait, including all calls.
    pub const fn within(mut self, limit: Duration) -> Self {
        self.until.limit = limit;
        self
    }

    /// Shows the operation's reports while the job is not done.
    pub fn progress(mut self, show: impl FnMut(&T) + Send + 'static) -> Self {
        self.progress = Some(Box::new(show));
        self
    }

    async fn run(mut self) -> Result<Response<T>, Error<E>> {
        let template = self.request.map_err(|failure| Error::new(failure, None))?;
        let operation = template.operation.id;
        let begun = Instant::now();
        loop {
            let request = Request {
                operation: template.operation,
                url: template.url.clone(),
                headers: template.headers.clone(),
                payload: Payload::Nothing,
                settings: template.settings.clone(),
            };
            let told = match transport::call(&self.client, request, kinds::<T, E>()).await {
                Ok(mut response) => {
                    let body = response.bytes().unwrap_or_default();
                    let state = self.until.state(&body);
                    let value = T::read(&mut response).map_err(|error| {
                        Error::new(
                            response.undecodable(error, &self.client, template.operation),
                            None,
                        )
                    })?;
                    match state {
                        WaitState::Done => return Ok(response.into_response(value)),
                        WaitState::Failed(word) => {
                            return Err(failed(
                                &response,
                                self.until.member,
                                word,
                                body,
                                self.client.place(template.operation),
                            ));
                        }
                        WaitState::Pending => {}
                    }
                    if let Some(show) = &mut self.progress {
                        show(&value);
                    }
                    retry_after(&response.headers, system_time())
                }
                Err(failure) => {
                    let response = failure.response.as_ref();
                    let status = response.map(|response| response.status().as_u16());
                    if !status.is_some_and(|status| self.until.not_yet.contains(&status)) {
                        return Err(call::typed(
                            failure,
                            &self.client,
                            self.client.is_lenient(&template.settings),
                        ));
                    }
                    response.and_then(|response| retry_after(response.headers(), system_time()))
                }
            };
            let wait = self.until.interval.max(told.unwrap_or_default());
            if begun.elapsed().saturating_add(wait) >= self.until.limit {
                let what = format!(
                    "it was not done within {:?}; `within` of the wait sets how long that may take",
                    self.until.limit
                );
                let mut failure = Failure::new(operation, Stage::Send, what);
                failure.is_timeout = true;
                failure.place = Some(self.client.place(template.operation));
                return Err(Error::new(failure, None));
            }
            sleep(wait).await;
        }
    }
}

fn failed<E>(
    response: &RawResponse,
    member: &str,
    word: &str,
    body: bytes::Bytes,
    place: RequestTarget,
) -> Error<E> {
    let what = format!("the job has failed: `{member}` is `{word}`; `body()` holds what the server says");
    let mut failure = Failure::new(response.operation, Stage::Status, what);
    failure.place = Some(place);
    failure.response = Some(Response::new(response.status, response.headers.clone(), body));
    Error::new(failure, None)
}

impl<T, E> IntoFuture for Wait<T, E>
where
    T: FromResponse + Send + 'static,
    E: FromResponse + Send + 'static,
{
    type Output = Result<Response<T>, Error<E>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T, E> fmt::Debug for Wait<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}
