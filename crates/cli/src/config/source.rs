//! Looks up settings in the environment, a profile, the keyring and a command.

use super::command;
use super::file::{Profile, ProfileFile};
use super::keyring::Keyring;
use crate::failure::{Exit, Failure};
use crate::setting::Owner;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::env;

/// A value and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundValue {
    /// The value.
    pub value: String,
    /// Its source.
    pub place: String,
}

/// The settings for one run of a program.
#[derive(Debug)]
pub struct Settings {
    program: Owner,
    profile: Profile,
    /// A profile that the command line names takes precedence over the environment.
    is_named: bool,
    printed: OnceCell<BTreeMap<&'static str, String>>,
}

/// The default profile.
const DEFAULT: &str = "default";

impl Settings {
    /// The settings of the profile of this name, else of the profile that the variable `…_PROFILE`
    /// names, else of `default`.
    ///
    /// # Errors
    ///
    /// When the profile file cannot be read, or a profile was named that it does not contain.
    pub fn load(program: Owner, named: Option<&str>) -> Result<Self, Failure> {
        let file = ProfileFile::read(program)?;
        let of_variable = env::var(program.variable("PROFILE"))
            .ok()
            .filter(|name| !name.is_empty());
        let name = named.or(of_variable.as_deref());
        let profile = file.profile(name.unwrap_or(DEFAULT));
        let profile = match (profile, name) {
            (Some(profile), _) => profile,
            (None, None) => Profile::new(DEFAULT),
            (None, Some(name)) => return Err(unknown(program, &file, name)),
        };
        Ok(Self {
            program,
            profile,
            is_named: named.is_some(),
            printed: OnceCell::new(),
        })
    }

    /// The program that the settings are for.
    pub const fn program(&self) -> Owner {
        self.program
    }

    /// The profile.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The client setting of this name.
    ///
    /// # Errors
    ///
    /// When the keyring or the command that should supply it fails.
    pub fn find(&self, name: &str) -> Result<Option<FoundValue>, Failure> {
        let Some(setting) = self.program.setting(name) else {
            return Ok(None);
        };
        let found = self.plain(setting.name, setting.variables);
        if found.is_some() || !setting.is_secret && self.profile.list("credentials_command").is_none() {
            return Ok(found);
        }
        if self.profile.text("keyring").as_deref() == Some("true") && setting.is_secret {
            let keyring = Keyring::new(self.program, self.profile.name());
            if let Some(value) = keyring.get(setting.name)? {
                let place = "the keyring".to_owned();
                return Ok(Some(FoundValue { value, place }));
            }
        }
        let Some(command) = self.profile.list("credentials_command") else {
            return Ok(None);
        };
        let printed = match self.printed.get() {
            Some(printed) => printed,
            None => {
                let printed = command::run(self.program, &command)?;
                self.printed.get_or_init(|| printed)
            }
        };
        let place = "credentials_command".to_owned();
        let value = printed.get(setting.name).cloned();
        Ok(value.map(|value| FoundValue { value, place }))
    }

    /// A value that is not secret, from the environment or the profile.
    pub fn plain(&self, name: &str, variables: &[&str]) -> Option<FoundValue> {
        let in_profile = || {
            let value = self.profile.text(name).filter(|value| !value.is_empty())?;
            let place = format!("profile {}", self.profile.name());
            Some(FoundValue { value, place })
        };
        let in_environment = || {
            let set = |variable: &&str| env::var(variable).ok().filter(|value| !value.is_empty());
            let (place, value) = variables
                .iter()
                .find_map(|variable| Some((*variable, set(variable)?)))?;
            let place = place.to_owned();
            Some(FoundValue { value, place })
        };
        match self.is_named {
            true => in_profile().or_else(in_environment),
            false => in_environment().or_else(in_profile),
        }
    }
}

fn unknown(program: Owner, file: &ProfileFile, name: &str) -> Failure {
    let known = match file.names().as_slice() {
        [] => "there are none".to_owned(),
        names => format!("there are {}", names.join(", ")),
    };
    let command = format!("{} profile login --profile {name}", program.name);
    Failure::new(
        Exit::Usage,
        format!("no profile `{name}`, {known}; `{command}` makes it"),
    )
}
