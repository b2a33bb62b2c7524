//! Obtains access tokens by the OAuth 2.0 client credentials grant, with the API's own operation.

use crate::ApiKey;
use crate::v2::Client;
use crate::v2::types::{
    Oauth2AccessTokenError, Oauth2AccessTokenResponse, Oauth2ClientCredentialsRequest, OauthErrorCode as Code,
};
use lorgnette_runtime::authenticate::AuthError;
use lorgnette_runtime::serde_json;
use lorgnette_runtime::token::{Token, TokenSource};
use std::time::Duration;

/// Obtains tokens with an API key.
pub struct Tokens {
    /// A client without credentials.
    pub client: Client,
    pub key: ApiKey,
}

impl TokenSource for Tokens {
    async fn fetch(&self) -> Result<Token, AuthError> {
        let (key, secret) = (self.key.key.clone(), self.key.secret.clone());
        let mut request = Oauth2ClientCredentialsRequest::new("client_credentials", key, secret);
        request.scope.clone_from(&self.key.scope);
        match self.client.create_access_token(&request).send().await {
            Ok(answer) => token(answer.into_inner()),
            Err(error) => Err(refused(error.untyped())),
        }
    }
}

fn token(answer: Oauth2AccessTokenResponse) -> Result<Token, AuthError> {
    if !answer.token_type.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::invalid(
            "7SIGNAL issued a token with a type other than `Bearer`",
        ));
    }
    let token = Token::new(answer.access_token);
    let lifetime = answer.expires_in.and_then(|seconds| u64::try_from(seconds).ok());
    Ok(match lifetime {
        Some(seconds) if seconds > 0 => token.expires_in(Duration::from_secs(seconds)),
        _ => token,
    })
}

/// Translates a failed request for a token into the error of the calls that wait for it.
fn refused(error: lorgnette_runtime::Error) -> AuthError {
    let Some(status @ (400 | 401 | 403)) = error.status().map(|status| status.as_u16()) else {
        return error.into();
    };
    // RFC 6749 lets servers respond with 400 or 401, so the contract's description of 400 is
    // insufficient. The server's other messages may repeat what was sent.
    let body = error.body().map(AsRef::as_ref).unwrap_or_default();
    let code = serde_json::from_slice(body).map(|answer: Oauth2AccessTokenError| answer.error);
    let meaning = meaning(code.ok().as_ref());
    AuthError::rejected(format!("{meaning} (7SIGNAL responded with {status})")).caused_by(error)
}

const fn meaning(code: Option<&Code>) -> &'static str {
    match code {
        Some(Code::InvalidScope) => "the API key may not have the requested scopes",
        Some(Code::UnauthorizedClient | Code::UnsupportedGrantType) => {
            "the API key may not be used for the API"
        }
        Some(Code::InvalidRequest) => "the API key or its secret has a form that the server does not accept",
        _ => "the API key or its secret is wrong, or the key is no longer valid",
    }
}
