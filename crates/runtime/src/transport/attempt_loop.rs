//! The attempts of a call, in sequence, until there is a response to read.
//!
//! An attempt waits for room under the rate limit, obtains credentials, sends the request and
//! examines its response: follow a redirect, renew the credentials, retry, or finish. The modules
//! beside this one make the decisions; this one carries them out.

use super::address::{NEARER, is_nearer_by_name};
use super::admission::Admission;
use super::authenticate::Credentials;
use super::call_span::{AttemptSpan, CallSpan};
use super::client::Client;
use super::clock::Clock;
use super::destination::Destination;
use super::hooks::Hooks;
use super::interceptor::{AttemptError, ResponseHead};
use super::platform::{self, sleep};
use super::progress::TransferProgress;
use super::rate_limit::Permit;
use super::raw_response::{BodyKind, RawResponse, ResponseKinds};
use super::receiver::{Head, Received, Receiver, silence};
use super::redirect::{self, Redirect, Sent};
use super::request::Request;
use super::retries::Retries;
use super::retry;
use super::throttle::Pass;
use super::{http_error, message};
use crate::error::{Awaited, Failure, Limit, RequestTarget};
use crate::model::body::Payload;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::borrow::Cow;
use std::pin::{Pin, pin};
use std::time::Duration;
use url::Url;

/// The outcome of a redirect.
enum Redirected {
    /// Another attempt goes to the target of the redirect.
    Followed,
    /// The response stands; why, if it was not followed.
    Stands(Option<Cow<'static, str>>),
}

/// The attempts of a call.
pub(super) struct AttemptLoop<'a> {
    client: &'a Client,
    request: &'a Request,
    kinds: ResponseKinds,
    span: &'a CallSpan,
    clock: Clock,
    can_resend: bool,
    destination: Destination<'a>,
    /// The number of times that the request was sent.
    pub(super) sent: u32,
    retries: Retries<'a>,
    hooks: Hooks<'a>,
    /// Whether the server has rejected credentials, and their owner has been notified.
    is_renewed: bool,
    /// The credentials that a redirect to another server dropped. No redirect may carry them there.
    left_behind: Option<Credentials>,
}

/// The response, if no other attempt follows.
type Outcome = Result<Option<Box<RawResponse>>, Box<Failure>>;

impl<'a> AttemptLoop<'a> {
    pub(super) fn new(
        client: &'a Client,
        request: &'a Request,
        kinds: ResponseKinds,
        span: &'a CallSpan,
    ) -> Self {
        let can_resend = request.payload.is_repeatable();
        // The caller controls how long a stream takes to send.
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
            hooks: Hooks::new(client.interceptors()),
            is_renewed: false,
            left_behind: None,
        }
    }

    /// The response, or nothing if another attempt follows.
    ///
    /// The future is boxed as a trait object: crates that poll a future compile it, so otherwise
    /// each crate with operations would contain a copy of the whole attempt.
    pub(super) fn attempt(&mut self) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(self.run())
    }

    async fn run(&mut self) -> Outcome {
        // Rate limit and credentials apply to the API's server only.
        let (permit, pass, mut credentials) = if self.destination.is_elsewhere() {
            (None, None, Credentials::none())
        } else {
            let (permit, pass) = self.admission().room().await?;
            let (url, is_once) = (self.destination.url(), self.retries.is_off());
            let credentials = self.admission().credentials(url, is_once).await?;
            (Some(permit), Some(pass), credentials)
        };
        // The connection comes after the credentials, since the call that requests a token needs a
        // connection, too.
        let connection = self.admission().connection().await?;
        let span = self.span.attempt(self.destination.url(), self.sent + 1);
        // A future reserves space for everything that is alive in it at the same time, and moving
        // the future copies all of that space. For this reason, values end in blocks, matches
        // borrow where possible, and rarely needed values are boxed.
        let mut received = {
            let sent = pin!(self.send(&credentials, &span)).await;
            match sent {
                Ok(response) => Ok(self.answered(response, permit, span)),
                Err(failure) => {
                    self.unanswered(&failure, &span);
                    drop(permit);
                    Err(failure)
                }
            }
        };
        let received = match received {
            Ok(ref mut received) => received,
            Err(failure) => {
                drop((pass, connection));
                return Box::pin(self.after(failure)).await;
            }
        };
        let status = received.head.status;
        let mut refusal = None;
        if status.is_redirection() && !self.kinds.names(status) {
            match Box::pin(self.redirected(received, &mut credentials)).await? {
                Redirected::Followed => return Ok(None),
                Redirected::Stands(reason) => refusal = reason,
            }
        }
        if status == StatusCode::UNAUTHORIZED && self.renews(&credentials) {
            self.destination.start_over();
            Box::pin(self.receiver().leave(received.unread())).await;
            return Ok(None);
        }
        let is_expected = received.head.kind != BodyKind::Undeclared;
        if is_expected && !status.is_client_error() && !status.is_server_error() {
            self.client.retry().succeeded();
            pass.into_iter().for_each(Pass::answered);
        } else if let Some(wait) = Box::pin(self.refused(received, pass)).await {
            drop(connection);
            Box::pin(self.start_over(wait)).await;
            return Ok(None);
        }
        // Unless the body is a stream, it is read while the connection counts as in use.
        let taken = self.receiver().take(received, refusal, &credentials).await?;
        Ok(Some(taken))
    }

    /// Handles the head of a response.
    fn answered(
        &self,
        mut response: reqwest::Response,
        permit: Option<Permit<'_>>,
        span: AttemptSpan,
    ) -> Received {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if let Some(permit) = permit {
            permit.answered(status, &headers);
        }
        self.span.answered(status.as_u16());
        span.answered(status);
        #[allow(
            clippy::drop_non_drop,
            reason = "without the feature `tracing`, the guard does nothing"
        )]
        drop(span);
        self.hooks.after(Ok(ResponseHead::new(status, &headers)));
        if !self.destination.is_elsewhere() {
            self.client.connections().answered(response.version());
        }
        let kind = (self.kinds.success)(status.as_u16());
        let head = Head {
            status,
            headers,
            kind,
        };
        Received::new(head, response)
    }

    /// Handles an attempt without a response.
    fn unanswered(&self, failure: &Failure, span: &AttemptSpan) {
        span.failed(failure.stage, failure.is_timeout);
        let error = AttemptError::new(failure.stage, failure.is_timeout, &failure.what);
        self.hooks.after(Err(error));
    }

    /// Waits for the next attempt after one without a response, if there is one.
    async fn after(&mut self, failure: Box<Failure>) -> Result<Option<Box<RawResponse>>, Box<Failure>> {
        if failure.is_closed && self.retries.after_closing() {
            self.destination.start_over();
            return Ok(None);
        }
        match self.retries.after(http_error::cause(&failure), self.clock.left()) {
            Some(wait) => {
                self.start_over(wait).await;
                Ok(None)
            }
            None => Err(failure),
        }
    }

    /// Continues at the target of a redirect.
    async fn redirected(
        &mut self,
        received: &mut Received,
        credentials: &mut Credentials,
    ) -> Result<Redirected, Box<Failure>> {
        let head = &received.head;
        let (url, is_elsewhere) =
            match redirect::decide(&self.attempted(credentials), head.status, &head.headers) {
                Redirect::None => return Ok(Redirected::Stands(None)),
                Redirect::Refuse(reason) => return Ok(Redirected::Stands(Some(reason))),
                Redirect::Follow { url, is_elsewhere } => (url, is_elsewhere),
            };
        if is_elsewhere && self.is_inwards(&url).await? {
            return Ok(Redirected::Stands(Some(redirect::leads_wrong(NEARER))));
        }
        if is_elsewhere && !self.destination.is_elsewhere() {
            self.left_behind = Some(std::mem::take(credentials));
        }
        self.destination.follow(url, is_elsewhere);
        self.receiver().leave(received.unread()).await;
        Ok(Redirected::Followed)
    }

    /// The wait before the next attempt after a response that is not a success; `None` if the
    /// response is final.
    async fn refused(&mut self, received: &mut Received, pass: Option<Pass<'_>>) -> Option<Duration> {
        let rules = self.retries.limited_by();
        let is_limited = self.receiver().look_for(&rules, received).await;
        let head = &received.head;
        let wait = if is_limited {
            self.retries.after_refusal(pass, &head.headers, self.clock.left())
        } else {
            pass.into_iter().for_each(Pass::answered);
            let failure = retry::Failure::Response(head.status, &head.headers);
            self.retries.after(failure, self.clock.left())
        };
        if wait.is_some() {
            self.receiver().leave(received.unread()).await;
        }
        wait
    }

    /// Sends the request, and waits for the head of its response.
    async fn send(
        &mut self,
        credentials: &Credentials,
        span: &AttemptSpan,
    ) -> Result<reqwest::Response, Box<Failure>> {
        let progress = TransferProgress::new();
        let operation = self.request.operation.id;
        let (runtime, connections);
        let sending = {
            let (url, headers) = match span.within(|| self.aim(credentials)) {
                Ok(aimed) => aimed,
                Err(response) => return Ok((*response).into()),
            };
            runtime = platform::runtime(operation)?;
            connections = self.admission().connections(&runtime).await?;
            let http = self.client.http_client().of(&connections, &url);
            let message = message::make(http, self.request, (url, headers), &progress)?;
            self.sent += 1;
            http.execute(message)
        };
        // A pinned future is not moved, and so not copied, by the futures around it.
        let sending = pin!(sending);
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

    /// The address and header fields of the attempt, with credentials and with what hooks add. If a
    /// hook returns a response, it replaces that of the server.
    fn aim(&mut self, credentials: &Credentials) -> Result<(Url, HeaderMap), Box<http::Response<Bytes>>> {
        let (url, mut headers) = self.destination.aim(credentials);
        let (number, destination) = (self.sent + 1, &self.destination);
        let response = self
            .hooks
            .before(number, self.request, destination, credentials, &mut headers);
        match response {
            None => Ok((url, headers)),
            Some(response) => {
                self.sent += 1;
                Err(Box::new(response))
            }
        }
    }

    fn led(&self, failure: Box<Failure>) -> Box<Failure> {
        redirect::led(self.destination.hops(), failure)
    }

    /// Whether other credentials replace the rejected ones, so that the request is sent again.
    fn renews(&mut self, used: &Credentials) -> bool {
        let Some(authenticate) = self.client.authenticate() else {
            return false;
        };
        // The old credentials are not responsible for failures of requests with new credentials or
        // with none.
        if self.is_renewed || used.is_empty() {
            return false;
        }
        self.is_renewed = true;
        authenticate.rejected(used.handle()) && self.can_resend
    }

    /// Waits, and starts again at the original address of the call.
    async fn start_over(&mut self, wait: Duration) {
        self.destination.start_over();
        self.span.waits(wait);
        sleep(wait).await;
    }

    /// The address of the last attempt.
    pub(super) fn place(&self) -> RequestTarget {
        self.destination.place()
    }

    fn admission(&self) -> Admission<'_, 'a> {
        Admission {
            client: self.client,
            request: self.request,
            clock: &self.clock,
        }
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver {
            client: self.client,
            request: self.request,
            clock: &self.clock,
            shown: self.hooks.shown(),
            destination: &self.destination,
        }
    }

    fn late(&self, awaited: Awaited, limit: Limit) -> Box<Failure> {
        Failure::late(self.request.operation.id, awaited, limit)
    }

    /// The parts of the request on which redirects depend.
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

    /// Whether a redirect leads from a public server into the private network, by names that only
    /// name resolution can distinguish.
    async fn is_inwards(&self, to: &Url) -> Result<bool, Box<Failure>> {
        let look_up = is_nearer_by_name(self.destination.url(), to);
        self.clock
            .within(None, look_up)
            .await
            .map_err(|limit| self.late(Awaited::Answer, limit))
    }
}
