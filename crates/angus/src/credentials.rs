//! The credentials of a stream, checked before anything is sent.

use crate::Error;
use crate::v1::types;
use lorgnette_runtime::{Secret, Uuid};
use std::fmt;

/// The credentials of a stream, as the console shows them: user name, client id and access token.
///
/// None of them is printed, and the access token is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct StreamCredentials {
    username: String,
    client_id: Uuid,
    access_token: Secret,
}

impl StreamCredentials {
    /// The secrets that no error may quote.
    pub(crate) fn secret(&self) -> Secret {
        self.access_token.clone()
    }

    /// The user's name (an email address), the stream's id (a UUID), and its access token.
    ///
    /// # Errors
    ///
    /// When one of them is empty, contains a space or another invalid character, or consists of
    /// asterisks, or when the stream's id is not a UUID.
    pub fn new(username: &str, client_id: &str, access_token: impl Into<Secret>) -> Result<Self, Error> {
        let names = ["the user's name", "the client id", "the access token"];
        Self::checked(names, [username.into(), client_id.into(), access_token.into()])
    }

    /// The credentials in the environment variables `ANGUS_USERNAME`, `ANGUS_CLIENT_ID` and
    /// `ANGUS_ACCESS_TOKEN`.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is not text, or is rejected by [`StreamCredentials::new`].
    pub fn from_env() -> Result<Self, Error> {
        let names = ["ANGUS_USERNAME", "ANGUS_CLIENT_ID", "ANGUS_ACCESS_TOKEN"];
        let [username, client_id, access_token] = names.map(Secret::from_env);
        Self::checked(names, [username?, client_id?, access_token?])
    }

    /// Rejects malformed credentials; errors call them by `names`.
    fn checked(names: [&str; 3], values: [Secret; 3]) -> Result<Self, Error> {
        let ([user, id, token], [username, client_id, access_token]) = (names, values);
        let username = username.single_word(user)?;
        let client_id = client_id.single_word(id)?;
        let client_id = Uuid::parse_str(client_id.expose()).map_err(|_| {
            Error::credentials(format!(
                "{id} is not a UUID, such as 0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11"
            ))
        })?;
        Ok(Self {
            username: username.expose().to_owned(),
            client_id,
            access_token: access_token.single_word(token)?,
        })
    }

    pub(crate) fn request(&self) -> types::StreamCredentials {
        types::StreamCredentials::new(&self.username, self.client_id, self.access_token.clone())
    }
}

impl fmt::Debug for StreamCredentials {
    /// Shows none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamCredentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CANARY: &str = "c4nary-s3cret";
    const ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";

    #[test]
    fn test_unusable_credentials_are_refused_without_repeating_them() {
        let pasted = format!("{CANARY}\n{CANARY}");
        for (username, id, token, expected) in [
            ("", ID, CANARY, "the user's name is empty"),
            ("ada", "", CANARY, "the client id is empty"),
            ("ada", ID, "", "the access token is empty"),
            (&pasted, ID, CANARY, "the user's name holds a space"),
            ("ada", ID, &pasted, "the access token holds a space"),
            ("ada", ID, "****", "the access token is only the asterisks"),
            ("ada", CANARY, CANARY, "the client id is not a UUID"),
        ] {
            let error = StreamCredentials::new(username, id, token).unwrap_err();
            assert!(
                error.is_credentials() && error.to_string().starts_with(expected),
                "{error}"
            );
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }

    #[test]
    fn test_debug_shows_nothing_of_credentials() {
        let credentials = StreamCredentials::new(CANARY, ID, CANARY).unwrap();
        assert_eq!(format!("{credentials:?}"), "StreamCredentials { .. }");
    }
}
