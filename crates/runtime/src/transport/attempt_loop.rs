//! The attempts of a call, one after the other, until there is a response to be read.
//!
//! An attempt waits for room under the rate limit, gets credentials, sends the request and looks at
//! its response: follow a redirect, renew the credentials, try again, or done. The modules beside
//! this one decide; here it is done.

use super::address::{NEARER, is_nearer_by_name};
use super::authenticate::{Credentials, Target};
use super::call_span::{AttemptSpan, CallSpan};
use super::client::Client;
use super::clock::Clock;
use super::destination::Destination;
use super::interceptor::{AttemptError, AttemptRequest, ResponseHead, tell};
use super::platform::{Handle, in_runtime, sleep};
use super::progress::Progress;
use super::rate_limit::Permit;
use super::raw_response::{BodyKind, RawResponse, ResponseKinds};
use super::receiver::{Head, Received, Receiver, silence};
use super::redirect::{self, Redirect, Sent};
use super::request::Request;
use super::retries::Retries;
use super::retry;
use super::throttle::Pass;
use super::{http_error, message};
use crate::error::{Awaited, Failure, Limit, Place};
use crate::model::body::Payload;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::SemaphorePermit;
use url::Url;

/// The attempts of a call.
pub(super) struct AttemptLoop<'a> {
    client: &'a Client,
    request: &'a Request,
    kinds: ResponseKinds,
    span: &'a CallSpan,
    clock: Clock,
    can_resend: bool,
    destination: Destination<'a>,
    /// How often the request was sent.
    pub(super) sent: u32,
    retries: Retries<'a>,
    /// The attempt as hooks saw it, if there are any.
    shown: Option<AttemptRequest>,
    /// The server has rejected credentials, and their owner knows.
    is_renewed: bool,
    /// The credentials that a redirect to another server left behind. Nobody's redirects bring them
    /// there.
    left_behind: Option<Credentials>,
}

impl<'a> AttemptLoop<'a> {
    pub(super) fn new(
        client: &'a Client,
        request: &'a Request,
        kinds: ResponseKinds,
        span: &'a CallSpan,
    ) -> Self {
        let can_resend = request.payload.is_repeatable();
        // How long a stream takes to be sent is the caller's affair.
        let limit = request
            .settings
            .timeout
            .or(can_resend.then_some(client.timeout()));
        Self {
            client,
            request,
            kinds,
            span,
            clock: Clock::new(limit),
            can_resend,
            destination: Destination::new(request),
            sent: 0,
            retries: Retries::new(client, request),
            shown: None,
            is_renewed: false,
            left_behind: None,
        }
    }

    /// Goes from attempt to attempt until one is the last.
    pub(super) async fn run(&mut self) -> Result<RawResponse, Box<Failure>> {
        loop {
            let response = pin!(self.attempt()).await?;
            if let Some(response) = response {
                return Ok(response);
            }
        }
    }

    /// The response, or nothing if another attempt follows.
    async fn attempt(&mut self) -> Result<Option<RawResponse>, Box<Failure>> {
        let (permit, pass) = self.admit().await?.unzip();
        let credentials = self.credentials().await?;
        // Not before there are credentials: the call that gets a token needs a connection, too.
        let connection = self.connection().await?;
        let span = self.span.attempt(self.destination.url(), self.sent + 1);
        let sent = pin!(self.send(&credentials, &span)).await;
        let mut response = match sent {
            Ok(response) => response,
            Err(failure) => {
                span.failed(failure.stage, failure.is_timeout);
                self.tell(Err(AttemptError::new(
                    failure.stage,
                    failure.is_timeout,
                    &failure.what,
                )));
                drop((permit, pass, connection));
                if failure.is_closed && self.retries.after_closing() {
                    self.destination.start_over();
                    return Ok(None);
                }
                return match self.retries.after(http_error::cause(&failure), self.clock.left()) {
                    Some(wait) => {
                        self.start_over(wait).await;
                        Ok(None)
                    }
                    None => Err(failure),
                };
            }
        };
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if let Some(permit) = permit {
            permit.answered(status, &headers);
        }
        self.span.answered(status.as_u16());
        span.answered(status);
        #[allow(clippy::drop_non_drop, reason = "without the feature `tracing` it is nothing")]
        drop(span);
        self.tell(Ok(ResponseHead::new(status, &headers)));
        if !self.destination.is_elsewhere() {
            self.client.connections().answered(response.version());
        }
        let mut refusal = None;
        if status.is_redirection() && !self.kinds.names(status) {
            match redirect::decide(&self.attempted(&credentials), status, &headers) {
                Redirect::None => {}
                Redirect::Refuse(reason) => refusal = Some(reason),
                Redirect::Follow {
                    url,
                    is_elsewhere: true,
                } if self.is_inwards(&url).await? => {
                    refusal = Some(redirect::leads_wrong(NEARER));
                }
                Redirect::Follow { url, is_elsewhere } => {
                    if is_elsewhere && !self.destination.is_elsewhere() {
                        self.left_behind = Some(credentials);
                    }
                    self.destination.follow(url, is_elsewhere);
                    self.receiver().leave(Some(response)).await;
                    return Ok(None);
                }
            }
        }
        if status == StatusCode::UNAUTHORIZED && self.renews(&credentials) {
            self.destination.start_over();
            self.receiver().leave(Some(response)).await;
            return Ok(None);
        }
        let kind = (self.kinds.success)(status.as_u16());
        let mut received = Received::Open(
            response,
            Head {
                status,
                headers,
                kind,
            },
        );
        if kind != BodyKind::Undeclared && !status.is_client_error() && !status.is_server_error() {
            self.client.retry().succeeded();
            pass.into_iter().for_each(Pass::answered);
        } else {
            let rules = self.retries.limited_by();
            let (looked_at, is_limited) = self.receiver().look_for(&rules, received).await;
            received = looked_at;
            let wait = if is_limited {
                self.retries
                    .after_refusal(pass, received.headers(), self.clock.left())
            } else {
                pass.into_iter().for_each(Pass::answered);
                let failure = retry::Failure::Response(status, received.headers());
                self.retries.after(failure, self.clock.left())
            };
            if let Some(wait) = wait {
                self.receiver().leave(received.unread()).await;
                drop(connection);
                self.start_over(wait).await;
                return Ok(None);
            }
        }
        // Where the body is not a stream, it is read while the connection counts as used.
        let taken = self.receiver().take(received, refusal, &credentials).await?;
        Ok(Some(taken))
    }

    /// Waits for room under the rate limit. It is the limit of the API's server, and of no other.
    async fn admit(&self) -> Result<Option<(Permit<'a>, Pass<'a>)>, Box<Failure>> {
        if self.destination.is_elsewhere() {
            return Ok(None);
        }
        let late = |limit| self.late(Awaited::Leave, limit);
        let pass = pin!(self.client.throttle().admit());
        let pass = self.clock.soon(pass).await.map_err(late)?;
        let permit = pin!(self.client.limiter().admit());
        let permit = self.clock.soon(permit).await.map_err(late)?;
        Ok(Some((permit, pass)))
    }

    /// Waits for a connection that may be used.
    async fn connection(&self) -> Result<Option<SemaphorePermit<'a>>, Box<Failure>> {
        let connection = self.clock.soon(self.client.connections().take()).await;
        connection.map_err(|limit| self.late(Awaited::Connection, limit))
    }

    async fn credentials(&self) -> Result<Credentials, Box<Failure>> {
        let operation = self.request.operation;
        let (Some(authenticate), Some(alternatives), false) = (
            self.client.authenticate(),
            operation.alternatives(),
            self.destination.is_elsewhere(),
        ) else {
            return Ok(Credentials::none());
        };
        let mut target = Target::new(self.destination.url(), alternatives);
        if let Some(deadline) = self.clock.deadline() {
            target = target.until(deadline);
        }
        if self.retries.is_off() {
            target = target.once();
        }
        let credentials = pin!(authenticate.credentials(target));
        match self.clock.soon(credentials).await {
            Ok(Ok(credentials)) => Ok(credentials),
            // The call's time was up; that says which setting it was.
            Ok(Err(error)) => match self.clock.over() {
                Some(limit) if error.is_timeout() => {
                    let mut failure = self.late(Awaited::Credentials, limit);
                    failure.source = Some(Box::new(error));
                    Err(failure)
                }
                _ => Err(Failure::authenticate(operation.id, error)),
            },
            Err(limit) => Err(self.late(Awaited::Credentials, limit)),
        }
    }

    /// Sends the request, up to the head of its response.
    async fn send(
        &mut self,
        credentials: &Credentials,
        span: &AttemptSpan,
    ) -> Result<reqwest::Response, Box<Failure>> {
        let progress = Progress::new();
        let operation = self.request.operation.id;
        let (url, mut headers) = self.destination.aim(credentials);
        let intercepted = span.within(|| self.intercept(credentials, &mut headers));
        if let Some(response) = intercepted {
            return Ok(response.into());
        }
        let client = self.client.http_client();
        in_runtime(operation)?;
        let runtime = Handle::current();
        let connections = pin!(client.connections(&runtime));
        let connections = self.clock.soon(connections).await;
        let connections = connections.map_err(|limit| self.late(Awaited::Answer, limit))?;
        let connections = connections.map_err(|_| http_error::stalled(operation, false))?;
        let http = client.of(&connections, &url);
        let message = message::make(http, self.request, (url, headers), &progress)?;
        self.sent += 1;
        // What is pinned is not moved by what goes around it, which would copy it each time.
        let sending = pin!(http.execute(message));
        let sending = pin!(connections.runtimes.guard(&runtime, sending));
        let sending = pin!(span.cover(sending));
        match self
            .clock
            .within_silence(silence(self.client, self.request), &progress, sending)
            .await
        {
            Ok(Ok(Ok(response))) => {
                connections.open.answered(&response);
                Ok(response)
            }
            Ok(Ok(Err(error))) => {
                let is_closed = connections.open.was_closed(&error);
                let mut failure = self.led(http_error::failure(operation, error));
                failure.is_closed = is_closed;
                Err(failure)
            }
            Ok(Err(_)) => Err(http_error::stalled(operation, true)),
            Err(limit) => Err(self.led(self.late(Awaited::Answer, limit))),
        }
    }

    /// Shows the attempt to the hooks, and puts on it what they add. One of them may answer it.
    fn intercept(
        &mut self,
        credentials: &Credentials,
        headers: &mut HeaderMap,
    ) -> Option<http::Response<Bytes>> {
        let interceptors = self.client.interceptors();
        if interceptors.is_empty() {
            return None;
        }
        let (operation, number) = (self.request.operation, self.sent + 1);
        let sent = &self.request.settings.secrets;
        let (url, shown) = (
            self.destination.url().clone(),
            self.destination.headers().into_owned(),
        );
        let mut request = AttemptRequest::new(operation, number, url, shown, credentials, sent);
        let response = interceptors
            .iter()
            .find_map(|interceptor| interceptor.before(&mut request));
        if !self.destination.is_elsewhere() {
            headers.extend(request.take_added());
            credentials.put_headers(headers);
        }
        self.sent += u32::from(response.is_some());
        self.shown = Some(request);
        response
    }

    fn tell(&self, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        tell(self.client.interceptors(), self.shown.as_ref(), outcome);
    }

    fn led(&self, failure: Box<Failure>) -> Box<Failure> {
        redirect::led(self.destination.hops(), failure)
    }

    /// Whether rejected credentials have others in their place, to be sent with the request once
    /// more.
    fn renews(&mut self, used: &Credentials) -> bool {
        let Some(authenticate) = self.client.authenticate() else {
            return false;
        };
        // What was sent with new credentials, or without any, is not their owner's fault.
        if self.is_renewed || used.is_empty() {
            return false;
        }
        self.is_renewed = true;
        authenticate.rejected(used.handle()) && self.can_resend
    }

    /// Waits, and begins again where the call began.
    async fn start_over(&mut self, wait: Duration) {
        self.destination.start_over();
        self.span.waits(wait);
        sleep(wait).await;
    }

    /// Where the last attempt went.
    pub(super) fn place(&self) -> Place {
        self.destination.place()
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver {
            client: self.client,
            request: self.request,
            clock: &self.clock,
            shown: self.shown.as_ref(),
            destination: &self.destination,
        }
    }

    fn late(&self, awaited: Awaited, limit: Limit) -> Box<Failure> {
        Failure::late(self.request.operation.id, awaited, limit)
    }

    /// What was sent, as far as redirects depend on it.
    fn attempted<'s>(&'s self, credentials: &'s Credentials) -> Sent<'s> {
        let left_behind = self.left_behind.as_ref();
        let left_behind = left_behind.filter(|_| self.destination.is_elsewhere());
        Sent {
            method: self.request.operation.method(),
            url: self.destination.url(),
            has_body: !matches!(self.request.payload, Payload::Nothing),
            can_resend: self.can_resend,
            credentials: left_behind.unwrap_or(credentials),
            hops: self.destination.hops(),
            rules: self.client.rules(),
        }
    }

    /// Whether a redirect leads from a server outside to an address inside, by names that only a
    /// look-up tells apart.
    async fn is_inwards(&self, to: &Url) -> Result<bool, Box<Failure>> {
        let look_up = is_nearer_by_name(self.destination.url(), to);
        self.clock
            .within(None, look_up)
            .await
            .map_err(|limit| self.late(Awaited::Answer, limit))
    }
}
