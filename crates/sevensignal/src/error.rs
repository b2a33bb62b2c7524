//! Why there is no client. Calls have the runtime's error; this one is for what comes before them.

use lorgnette_runtime::BuildError;
use lorgnette_runtime::authenticate::AuthError;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a client could not be made. It repeats no key, no secret and no address.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    what: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Credentials,
    Settings,
}

impl Error {
    pub(crate) fn credentials(what: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: Kind::Credentials,
            what: what.into(),
            source: None,
        }
    }

    pub(crate) fn settings(what: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: Kind::Settings,
            what: what.into(),
            source: None,
        }
    }

    /// Whether the API key or its secret is missing or can be none. Check the variables, or what was pasted.
    pub fn is_credentials(&self) -> bool {
        self.kind == Kind::Credentials
    }

    /// Whether the client cannot be made with these settings: its address, its scopes, its HTTP client.
    pub fn is_settings(&self) -> bool {
        self.kind == Kind::Settings
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self {
            source: Some(Box::new(error)),
            ..Self::settings("the client cannot be made")
        }
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self {
            source: Some(Box::new(error)),
            ..Self::settings("the client cannot authenticate")
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
