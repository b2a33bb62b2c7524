//! The conditions for sending an attempt: room under the rate limit, credentials, a connection.
//!
//! Nearly always, all of them are met immediately. The state for waiting is large, so it is created
//! only when needed: otherwise every call would contain it, and copy it when moved.

use super::authenticate::{Credentials, CredentialsFuture, Target};
use super::client::Client;
use super::clock::Clock;
use super::http_client::Connections;
use super::http_error;
use super::platform::{Handle, Instant};
use super::rate_limit::Permit;
use super::request::Request;
use super::throttle::Pass;
use crate::error::{AuthError, Awaited, Failure, Limit};
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::SemaphorePermit;
use url::Url;

/// Admits the attempts of a request, within the time of its call.
pub(super) struct Admission<'c, 'a> {
    pub client: &'a Client,
    pub request: &'a Request,
    pub clock: &'c Clock,
}

impl<'a> Admission<'_, 'a> {
    /// Waits for room under the rate limit.
    ///
    /// # Errors
    ///
    /// When the time of the call has run out.
    pub(super) async fn room(&self) -> Result<(Permit<'a>, Pass<'a>), Box<Failure>> {
        let now = Instant::now();
        if let Some(pass) = self.client.throttle().admit_now(now)
            && let Some(permit) = self.client.limiter().admit_now(now)
        {
            return Ok((permit, pass));
        }
        Box::pin(self.wait_for_room()).await
    }

    async fn wait_for_room(&self) -> Result<(Permit<'a>, Pass<'a>), Box<Failure>> {
        let late = |limit| self.late(Awaited::Leave, limit);
        let pass = pin!(self.client.throttle().admit());
        let pass = self.clock.soon(pass).await.map_err(late)?;
        let permit = pin!(self.client.limiter().admit());
        let permit = self.clock.soon(permit).await.map_err(late)?;
        Ok((permit, pass))
    }

    /// Waits for a connection that may be used; `None` if connections are not counted.
    ///
    /// # Errors
    ///
    /// When the time of the call has run out.
    pub(super) async fn connection(&self) -> Result<Option<SemaphorePermit<'a>>, Box<Failure>> {
        let connections = self.client.connections();
        if let Ok(connection) = connections.take_now() {
            return Ok(connection);
        }
        let connection = Box::pin(self.clock.within(None, connections.take())).await;
        connection.map_err(|limit| self.late(Awaited::Connection, limit))
    }

    /// Waits for the credentials of a request to `url`. `is_once` says that nothing may be repeated
    /// to obtain them.
    ///
    /// # Errors
    ///
    /// When there are no credentials, or the time of the call has run out.
    pub(super) async fn credentials(&self, url: &Url, is_once: bool) -> Result<Credentials, Box<Failure>> {
        let (Some(authenticate), Some(alternatives)) =
            (self.client.authenticate(), self.request.operation.alternatives())
        else {
            return Ok(Credentials::none());
        };
        let mut target = Target::new(url, alternatives);
        if let Some(deadline) = self.clock.deadline() {
            target = target.until(deadline);
        }
        if is_once {
            target = target.once();
        }
        match authenticate.credentials(target).now() {
            Ok(outcome) => outcome.map_err(|error| self.denied(error)),
            Err(later) => Box::pin(self.wait_for_credentials(later)).await,
        }
    }

    async fn wait_for_credentials(&self, later: CredentialsFuture<'_>) -> Result<Credentials, Box<Failure>> {
        match self.clock.soon(later).await {
            Ok(outcome) => outcome.map_err(|error| self.denied(error)),
            Err(limit) => Err(self.late(Awaited::Credentials, limit)),
        }
    }

    fn denied(&self, error: AuthError) -> Box<Failure> {
        match self.clock.over() {
            // The call's time limit was reached; this determines which setting it was.
            Some(limit) if error.is_timeout() => {
                let mut failure = self.late(Awaited::Credentials, limit);
                failure.source = Some(Box::new(error));
                failure
            }
            _ => Failure::authenticate(self.request.operation.id, error),
        }
    }

    /// Waits for the connections of the HTTP client in this runtime.
    ///
    /// # Errors
    ///
    /// When the connections belong to another runtime that is no longer driven, or the time of the
    /// call has run out.
    pub(super) async fn connections(&self, runtime: &Handle) -> Result<Arc<Connections>, Box<Failure>> {
        let http = self.client.http_client();
        if let Some(connections) = http.connections_now(runtime) {
            return Ok(connections);
        }
        let connections = Box::pin(self.clock.soon(http.connections(runtime))).await;
        let connections = connections.map_err(|limit| self.late(Awaited::Answer, limit))?;
        connections.map_err(|_| http_error::stalled(self.request.operation.id, false))
    }

    fn late(&self, awaited: Awaited, limit: Limit) -> Box<Failure> {
        Failure::late(self.request.operation.id, awaited, limit)
    }
}
