//! The required and optional settings of a program.

/// The program that the settings belong to.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// Its name.
    pub name: &'static str,
    /// The parts of its credentials, and other required settings.
    pub settings: &'static [Setting],
}

impl Owner {
    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// The name of an environment variable of the program's own: `SIGSCI_PROFILE` for `PROFILE`.
    pub fn variable(&self, name: &str) -> String {
        format!("{}_{name}", self.name.to_uppercase().replace('-', "_"))
    }
}

/// A setting of a client: a part of the credentials, or the address of a server. It is taken from
/// the environment, from a profile, from the keyring or from a command that prints it, and never
/// from an argument.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in a profile: `api_key`.
    pub name: &'static str,
    /// The environment variables. Messages name the first one.
    pub variables: &'static [&'static str],
    /// Whether it is secret.
    pub is_secret: bool,
    /// Whether `profile login` may leave it out.
    pub is_optional: bool,
    /// The description of the setting.
    pub about: &'static str,
}

impl Setting {
    /// An optional setting that is not secret, with the environment variables that can hold it.
    pub const fn optional(
        name: &'static str,
        variables: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self {
            name,
            variables,
            is_secret: false,
            is_optional: true,
            about,
        }
    }

    /// Makes the setting required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_optional = false;
        self
    }

    /// Makes the setting secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The environment variable that messages name.
    pub fn variable(&self) -> &'static str {
        self.variables.first().copied().unwrap_or_default()
    }
}

/// A default value for parameters of certain names.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in a profile, and as an option of each command: `corp`.
    pub name: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// The names of the parameters, as the contract has them.
    pub parameters: &'static [&'static str],
    /// The description of the value.
    pub about: &'static str,
}
