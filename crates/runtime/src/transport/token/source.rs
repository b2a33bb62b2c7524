//! Tokens and their sources.

use super::jwt;
use crate::error::AuthError;
use crate::model::Secret;
use crate::transport::platform::system_time;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// A token and its lifetime.
///
/// It is wiped from memory when it is dropped, and its `Debug` does not show it.
#[derive(Clone)]
pub struct Token {
    secret: Secret,
    lifetime: Option<Duration>,
}

impl Token {
    /// A token. If it is a JWT that states its expiry, that applies; otherwise it is valid until
    /// the server rejects it.
    ///
    /// The JWT is read but not verified; verification is up to the server. The lifetime counts from
    /// its issue to its expiry, so that a wrong clock on either side does not matter.
    pub fn new(secret: impl Into<Secret>) -> Self {
        let secret = secret.into();
        let lifetime = jwt::lifetime(secret.expose(), system_time());
        Self { secret, lifetime }
    }

    /// Sets the lifetime to the server's `expires_in`, regardless of the token's content. It counts
    /// from the moment at which the token was requested.
    #[must_use]
    pub const fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// The token itself. The caller is responsible for its destination.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The lifetime; `None` if it is not known.
    pub const fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("secret", &self.secret)
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

/// A source of tokens.
///
/// Closures that return a future are also sources.
pub trait TokenSource: Send + Sync + 'static {
    /// Obtains a new token. The [`TokenCache`](crate::token::TokenCache) ensures that there is only
    /// one such request at a time.
    ///
    /// # Errors
    ///
    /// When no token can be obtained; the error must contain no secret. If the failure [is
    /// temporary](AuthError::is_passing), the request is repeated while callers wait; otherwise all
    /// waiting callers get the error.
    fn fetch(&self) -> impl Future<Output = Result<Token, AuthError>> + Send;
}

impl<F, T> TokenSource for F
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Result<Token, AuthError>> + Send,
{
    fn fetch(&self) -> impl Future<Output = Result<Token, AuthError>> + Send {
        self()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_token_that_is_no_jwt_is_good_without_end() {
        assert_eq!(Token::new("opaque").lifetime(), None);
        assert_eq!(Token::new("a.b.c").lifetime(), None);
    }

    #[test]
    fn test_expires_in_stands_over_the_claims() {
        // {"iat":1000,"exp":1600}
        let token = Token::new("e30.eyJpYXQiOjEwMDAsImV4cCI6MTYwMH0.c2ln");
        assert_eq!(token.lifetime(), Some(Duration::from_secs(600)));
        assert_eq!(
            token.expires_in(Duration::from_secs(5)).lifetime(),
            Some(Duration::from_secs(5))
        );
    }

    #[test]
    fn test_debug_does_not_show_the_token() {
        let shown = format!("{:?}", Token::new("c4nary-s3cret"));
        assert!(!shown.contains("c4nary-s3cret"), "{shown}");
    }
}
