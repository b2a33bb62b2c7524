//! The usual ways to authenticate: without credentials, with constant fields, with a token that is
//! renewed, and with several of these.
//!
//! Each is bound to the origin that its credentials are for. The arguments of its constructor set
//! the scheme word, header or parameter that an API requires.

use super::credentials::{Credentials, Fields, Handle};
use super::origin::Origin;
use super::provider::{Authenticate, CredentialsFuture, Target};
use crate::error::AuthError;
use crate::transport::token::{Held, Renewal, Token, TokenCache, TokenSource};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// No credentials, for APIs that need none or that identify callers by a client certificate.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCredentials;

impl Authenticate for NoCredentials {
    fn credentials<'a>(&'a self, _target: Target<'a>) -> CredentialsFuture<'a> {
        CredentialsFuture::ready(Ok(Credentials::none()))
    }
}

/// Which requests get credentials.
#[derive(Debug)]
struct Audience {
    origin: Origin,
    schemes: Option<Vec<Cow<'static, str>>>,
}

impl Audience {
    const fn new(origin: Origin) -> Self {
        Self {
            origin,
            schemes: None,
        }
    }

    fn includes(&self, target: &Target<'_>) -> bool {
        let is_scheme = self.schemes.as_ref().is_none_or(|schemes| {
            target
                .schemes()
                .any(|name| schemes.iter().any(|scheme| scheme == name))
        });
        is_scheme && self.origin.covers(target.url())
    }
}

/// Header fields or query parameters that never change: API keys, license keys, tokens that do not
/// expire.
pub struct StaticFields {
    audience: Audience,
    fields: Arc<Fields>,
}

impl StaticFields {
    /// Puts these fields on requests to this origin.
    pub fn new(origin: Origin, fields: Fields) -> Self {
        Self {
            audience: Audience::new(origin),
            fields: Arc::new(fields),
        }
    }

    /// Restricts them to requests of operations that name one of these security schemes.
    #[must_use]
    pub fn for_schemes<S: Into<Cow<'static, str>>>(mut self, schemes: impl IntoIterator<Item = S>) -> Self {
        self.audience.schemes = Some(schemes.into_iter().map(Into::into).collect());
        self
    }
}

impl Authenticate for StaticFields {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        CredentialsFuture::ready(Ok(if self.audience.includes(&target) {
            Credentials::new(Arc::clone(&self.fields))
        } else {
            Credentials::none()
        }))
    }
}

impl fmt::Debug for StaticFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticFields")
            .field("audience", &self.audience)
            .field("fields", &self.fields)
            .finish()
    }
}

/// A token in the `Authorization` header, obtained from a [`TokenSource`] and renewed before it
/// expires.
pub struct Bearer {
    audience: Audience,
    issuer: u64,
    cache: TokenCache<Arc<Fields>>,
}

impl Bearer {
    /// Sends tokens of this source, as `Authorization: Bearer <token>`, on requests to this origin.
    pub fn new(origin: Origin, source: impl TokenSource) -> Self {
        Self::with(origin, "Bearer", source, Renewal::default())
    }

    /// The same, with a word other than `Bearer` before the token, and with these rules of renewal.
    pub fn with(
        origin: Origin,
        word: impl Into<Cow<'static, str>>,
        source: impl TokenSource,
        renewal: Renewal,
    ) -> Self {
        let word = word.into();
        // The header is built once per token, not once per request.
        let prepare = move |token: Token| -> Result<Arc<Fields>, AuthError> {
            Fields::new()
                .header_with_word("authorization", &word, token.secret())
                .map(Arc::new)
        };
        Self {
            audience: Audience::new(origin),
            issuer: Handle::new_issuer(),
            cache: TokenCache::preparing(source, renewal, prepare),
        }
    }

    /// Restricts them to requests of operations that name one of these security schemes.
    #[must_use]
    pub fn for_schemes<S: Into<Cow<'static, str>>>(mut self, schemes: impl IntoIterator<Item = S>) -> Self {
        self.audience.schemes = Some(schemes.into_iter().map(Into::into).collect());
        self
    }

    fn credentials_of(&self, held: &Held<Arc<Fields>>) -> Credentials {
        Credentials::new(Arc::clone(held.value())).with_handle(Handle::new(self.issuer, held.serial()))
    }
}

impl Authenticate for Bearer {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        if !self.audience.includes(&target) {
            return CredentialsFuture::ready(Ok(Credentials::none()));
        }
        match self.cache.current() {
            Some(held) => CredentialsFuture::ready(Ok(self.credentials_of(&held))),
            None => CredentialsFuture::later(async move {
                let held = match target.deadline() {
                    deadline if target.is_once() => self.cache.get_once(deadline).await?,
                    Some(deadline) => self.cache.get_until(deadline).await?,
                    None => self.cache.get().await?,
                };
                Ok(self.credentials_of(&held))
            }),
        }
    }

    fn rejected(&self, used: &Handle) -> bool {
        used.serial_of(self.issuer).is_some_and(|serial| {
            self.cache.reject(serial);
            true
        })
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer")
            .field("audience", &self.audience)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// Several ways at once, such as a token on every request and a second key on some.
#[derive(Clone, Debug)]
pub struct Together {
    all: Vec<Arc<dyn Authenticate>>,
}

impl Together {
    /// Uses all of these. If two set the same header, the later one wins.
    pub fn new(all: impl IntoIterator<Item = Arc<dyn Authenticate>>) -> Self {
        Self {
            all: all.into_iter().collect(),
        }
    }
}

impl Authenticate for Together {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        CredentialsFuture::later(async move {
            let mut together = Credentials::none();
            for one in &self.all {
                together = together.and(one.credentials(target).await?);
            }
            Ok(together)
        })
    }

    fn rejected(&self, used: &Handle) -> bool {
        // Each observer is notified, whatever the others return.
        let mut retry = false;
        for one in &self.all {
            retry |= one.rejected(used);
        }
        retry
    }
}

#[cfg(test)]
#[path = "implementations_tests.rs"]
mod tests;
