//! Obtains tokens: the console issues a JWT for the credentials of a stream.
//!
//! The JWT itself says when it expires.

use crate::StreamCredentials;
use crate::v1::Client;
use lorgnette_runtime::authenticate::AuthError;
use lorgnette_runtime::token::{Token, TokenSource};

/// Obtains tokens with the credentials of a stream.
pub struct Tokens {
    /// A client without credentials.
    pub client: Client,
    pub credentials: StreamCredentials,
}

impl TokenSource for Tokens {
    async fn fetch(&self) -> Result<Token, AuthError> {
        let request = self.credentials.request();
        match self.client.stream_token_create(&request).send().await {
            Ok(answer) => Ok(Token::new(answer.into_inner().token)),
            Err(error) => Err(refused(error)),
        }
    }
}

/// Translates a failed request for a token into the error of the calls that wait for it.
fn refused(error: lorgnette_runtime::Error) -> AuthError {
    let Some(status @ (400 | 401 | 403)) = error.status().map(|status| status.as_u16()) else {
        return error.into();
    };
    // The server's message about it may repeat what was sent.
    AuthError::rejected(format!(
        "the user's name, the client id or the access token is wrong, or no longer valid (Angus.ai responded with {status})"
    ))
    .caused_by(error)
}
