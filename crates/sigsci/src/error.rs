//! Why there is no client. Calls have the runtime's error; this one is for what comes before them.

use lorgnette_runtime::BuildError;
use lorgnette_runtime::authenticate::AuthError;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a client could not be made: what is wrong with the credentials or the settings, and what to do about it.
///
/// It does not repeat what it complains about, which may be a secret.
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
    const fn new(kind: Kind, what: Cow<'static, str>) -> Self {
        Self {
            kind,
            what,
            source: None,
        }
    }

    pub(crate) fn credentials(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Credentials, what.into())
    }

    pub(crate) fn settings(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Settings, what.into())
    }

    /// The same with its cause, whose `Debug` and `Display` must show no secret.
    pub(crate) fn caused_by(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            source: Some(Box::new(source)),
            ..self
        }
    }

    /// Whether the credentials are missing, or are not what they should be. Check the variables, or what was pasted.
    pub fn is_credentials(&self) -> bool {
        self.kind == Kind::Credentials
    }

    /// Whether the client cannot be made with these settings: its address, its HTTP client.
    pub fn is_settings(&self) -> bool {
        self.kind == Kind::Settings
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::settings("the client cannot be made").caused_by(error)
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self::settings("the client cannot authenticate").caused_by(error)
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
