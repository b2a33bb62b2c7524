//! The error for a client that could not be built. Calls have their own error type.

use super::auth::AuthError;
use super::chain::unsaid;
use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;

/// The reason why a client could not be built: what is wrong with the credentials or the settings,
/// and the remedy.
///
/// It does not repeat the invalid value, which may be a secret.
#[derive(Debug)]
pub struct BuildError {
    kind: BuildErrorKind,
    what: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BuildErrorKind {
    Credentials,
    Settings,
}

impl BuildError {
    const fn new(kind: BuildErrorKind, what: Cow<'static, str>) -> Self {
        Self {
            kind,
            what,
            source: None,
        }
    }

    /// An error of credentials: they are missing or malformed. `what` must not repeat them.
    pub fn credentials(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(BuildErrorKind::Credentials, what.into())
    }

    /// An error of settings. `what` must not repeat an address, which may hold a password.
    pub fn settings(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(BuildErrorKind::Settings, what.into())
    }

    /// Adds the cause, whose `Debug` and `Display` must show no secret.
    #[must_use]
    pub fn caused_by(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            kind: self.kind,
            what: format!("{}: {source}", self.what).into(),
            source: Some(Box::new(source)),
        }
    }

    /// Adds a cause that the message already names.
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Whether the credentials are missing or malformed. Check the variables, or the pasted value.
    pub fn is_credentials(&self) -> bool {
        self.kind == BuildErrorKind::Credentials
    }

    /// Whether the client could not be built from its settings, such as its address or its HTTP
    /// client.
    pub fn is_settings(&self) -> bool {
        self.kind == BuildErrorKind::Settings
    }
}

impl From<AuthError> for BuildError {
    fn from(error: AuthError) -> Self {
        Self::credentials("the client cannot authenticate").caused_by(error)
    }
}

/// For arguments that already have the right type.
impl From<Infallible> for BuildError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        unsaid(self, self.source.as_deref().map(|source| source as _))
    }
}
