//! The credentials of a stream: what the caller has, checked before anything is sent.
//!
//! This module knows nothing of tokens or of where the credentials go.

use crate::Error;
use lorgnette_runtime::{Secret, Uuid};
use std::env::{self, VarError};
use std::fmt;

/// The variable that [`StreamCredentials::from_env`] takes the user's name from.
const USERNAME: &str = "ANGUS_USERNAME";
/// The variable that [`StreamCredentials::from_env`] takes the stream's id from.
const CLIENT_ID: &str = "ANGUS_CLIENT_ID";
/// The variable that [`StreamCredentials::from_env`] takes the stream's access token from.
const ACCESS_TOKEN: &str = "ANGUS_ACCESS_TOKEN";

/// The credentials of a stream, as the console shows them: who may read it, which it is, and its access token.
///
/// None of them is printed, and the access token is wiped from memory in the end.
#[derive(Clone)]
pub struct StreamCredentials {
    username: String,
    client_id: Uuid,
    access_token: Secret,
}

impl StreamCredentials {
    /// The user's name (an email address), the stream's id (a UUID), and its access token.
    ///
    /// # Errors
    ///
    /// When one of them is empty or holds white space, or the stream's id is no UUID.
    pub fn new(username: &str, client_id: &str, access_token: impl Into<Secret>) -> Result<Self, Error> {
        let names = ["the user's name", "the client id", "the access token"];
        Self::checked(names, [username.into(), client_id.into(), access_token.into()])
    }

    /// The credentials in the environment variables `ANGUS_USERNAME`, `ANGUS_CLIENT_ID` and `ANGUS_ACCESS_TOKEN`.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is no text, or is none that [`StreamCredentials::new`] takes.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var(name))
    }

    fn from_variables(read: impl Fn(&str) -> Result<String, VarError>) -> Result<Self, Error> {
        let variable = |name| match read(name) {
            Ok(value) => Ok(Secret::from(value)),
            Err(VarError::NotPresent) => Err(Error::credentials(format!("{name} is not set"))),
            Err(VarError::NotUnicode(_)) => Err(Error::credentials(format!("{name} is no text"))),
        };
        let names = [USERNAME, CLIENT_ID, ACCESS_TOKEN];
        Self::checked(
            names,
            [variable(USERNAME)?, variable(CLIENT_ID)?, variable(ACCESS_TOKEN)?],
        )
    }

    /// Refuses what can be no credentials: `names` are how the error calls them.
    fn checked(names: [&str; 3], values: [Secret; 3]) -> Result<Self, Error> {
        for (name, value) in names.iter().zip(&values) {
            let text = value.expose();
            let wrong = if text.is_empty() {
                "is empty"
            } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                "holds white space or a line break; check what was pasted"
            } else if value.is_mask() {
                "is only asterisks"
            } else {
                continue;
            };
            return Err(Error::credentials(format!("{name} {wrong}")));
        }
        let [username, client_id, access_token] = values;
        let client_id = Uuid::parse_str(client_id.expose()).map_err(|_| {
            let [_, name, _] = names;
            Error::credentials(format!(
                "{name} is no UUID, such as 0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11"
            ))
        })?;
        Ok(Self {
            username: username.expose().to_owned(),
            client_id,
            access_token,
        })
    }

    pub(crate) fn request(&self) -> crate::v1::types::StreamCredentials {
        let access_token = self.access_token.clone();
        crate::v1::types::StreamCredentials::new(&self.username, self.client_id, access_token)
    }
}

impl fmt::Debug for StreamCredentials {
    /// Shows nothing of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamCredentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::ffi::OsString;

    const CANARY: &str = "c4nary-s3cret";
    const ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";

    fn shown(error: &Error) -> String {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(error.is_credentials());
        error.to_string()
    }

    #[test]
    fn test_unusable_credentials_are_refused_without_repeating_them() {
        let pasted = format!("{CANARY}\n");
        for (username, id, token, expected) in [
            ("", ID, CANARY, "the user's name is empty"),
            ("ada", "", CANARY, "the client id is empty"),
            ("ada", ID, "", "the access token is empty"),
            (&pasted, ID, CANARY, "the user's name holds white space"),
            ("ada", ID, &pasted, "the access token holds white space"),
            ("ada", ID, "****", "the access token is only asterisks"),
            ("ada", CANARY, CANARY, "the client id is no UUID"),
        ] {
            let error = StreamCredentials::new(username, id, token).unwrap_err();
            assert!(shown(&error).starts_with(expected), "{error}");
        }
    }

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        let names = [USERNAME, CLIENT_ID, ACCESS_TOKEN];
        for wrong in names {
            let with = |value: Result<&str, VarError>| {
                let error = StreamCredentials::from_variables(|name| match &value {
                    value if name == wrong => value.clone().map(ToOwned::to_owned),
                    _ if name == CLIENT_ID => Ok(ID.to_owned()),
                    _ => Ok(CANARY.to_owned()),
                });
                shown(&error.unwrap_err())
            };
            assert_eq!(with(Err(VarError::NotPresent)), format!("{wrong} is not set"));
            assert_eq!(with(Ok("")), format!("{wrong} is empty"));
            let no_text = VarError::NotUnicode(OsString::from(CANARY));
            assert_eq!(with(Err(no_text)), format!("{wrong} is no text"));
        }
    }

    #[test]
    fn test_variables_are_taken_each_for_its_own() {
        let credentials = StreamCredentials::from_variables(|name| {
            Ok(if name == CLIENT_ID {
                ID.to_owned()
            } else {
                name.to_lowercase()
            })
        });
        let request = credentials.unwrap().request();
        assert_eq!(request.username, "angus_username");
        assert_eq!(request.client_id.to_string(), ID);
        assert_eq!(request.access_token.expose(), "angus_access_token");
    }

    #[test]
    fn test_debug_shows_nothing_of_credentials() {
        let credentials = StreamCredentials::new(CANARY, ID, CANARY).unwrap();
        assert_eq!(format!("{credentials:?}"), "StreamCredentials { .. }");
    }
}
