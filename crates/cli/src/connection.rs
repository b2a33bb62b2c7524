//! Collects the credentials and settings of a client.

use crate::config::Settings;
use crate::mask::Mask;
use crate::verbose::Attempts;
use lorgnette_runtime::{Client, ClientBuilder, ClientError, Limits, Secret};
use std::time::Duration;

/// The input for building a client: the settings of a profile and the options of the command line.
#[derive(Debug)]
pub struct Connection {
    pub(crate) settings: Settings,
    pub(crate) base_url: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) is_retried: bool,
    pub(crate) attempts: Option<Attempts>,
    pub(crate) mask: Mask,
    pub(crate) product: String,
}

/// The limit on a response that is read as a whole. It is larger than the default of programs,
/// since shell users request large results on purpose.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.body = 256 << 20;
    limits.decoded = 1 << 30;
    limits
}

impl Connection {
    /// The setting of this name as text, if there is one.
    ///
    /// # Errors
    ///
    /// When the keyring or the command that should supply it fails.
    pub fn text(&self, name: &str) -> Result<Option<String>, ClientError> {
        let found = self
            .settings
            .find(name)
            .map_err(|failure| ClientError::credentials(failure.line()))?;
        let value = found.map(|found| found.value);
        if let Some(value) = value.as_ref().filter(|_| self.is_secret(name)) {
            self.mask.add(value);
        }
        Ok(value)
    }

    /// The setting of this name as a secret.
    ///
    /// # Errors
    ///
    /// When the setting is missing; the error says where to put it.
    pub fn secret(&self, name: &'static str) -> Result<Secret, ClientError> {
        match self.text(name)? {
            Some(value) => Ok(Secret::new(value)),
            None => Err(self.missing(name)),
        }
    }

    /// The error for a missing setting.
    pub fn missing(&self, name: &'static str) -> ClientError {
        let program = self.settings.program();
        let (variable, about) = program
            .setting(name)
            .map_or((name, ""), |setting| (setting.variable(), setting.about));
        ClientError::credentials(format!(
            "{about} is missing; set {variable}, or run `{} profile login`",
            program.name
        ))
    }

    /// The address that the command line, the environment or the profile names in place of the
    /// default.
    pub fn base_url(&self) -> Option<String> {
        let variable = self.settings.program().variable("BASE_URL");
        let found = || {
            self.settings
                .plain("base_url", &[&variable])
                .map(|found| found.value)
        };
        self.base_url.clone().or_else(found)
    }

    /// Applies the command line's settings to a client: the address, the time limit, the display of
    /// attempts. An address on this machine may use HTTP without TLS.
    pub fn settings<C: From<Client>>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let builder = match self.base_url() {
            Some(url) => builder.base_url(&url),
            None => builder,
        };
        self.options(builder)
    }

    /// The same without the address, for credentials that determine it.
    pub fn options<C: From<Client>>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let mut builder = builder
            .allow_http_on_loopback()
            .limits(limits())
            .user_agent(&self.product);
        if let Some(limit) = self.timeout {
            builder = builder.timeout(limit);
        }
        if !self.is_retried {
            builder = builder.retry(lorgnette_runtime::retry::RetryPolicy::off());
        }
        if let Some(attempts) = &self.attempts {
            builder = builder.intercept(attempts.clone());
        }
        builder
    }

    fn is_secret(&self, name: &str) -> bool {
        let setting = self.settings.program().setting(name);
        setting.is_none_or(|setting| setting.is_secret)
    }
}
