//! Adds credentials to requests: the user's, and the second key that a few operations need. The
//! contract marks those operations with a separate security scheme.

use crate::Credentials;
use crate::credentials::User;
use crate::login::Session;
use crate::v0::Client;
use lorgnette_runtime::BuildError;
use lorgnette_runtime::authenticate::{
    AuthError, Authenticate, Bearer, Credentials as Fitting, CredentialsFuture, Fields, Handle, Origin,
    StaticFields, Target,
};
use std::sync::Arc;

/// The security scheme of the operations that need a Fastly key.
const SCHEME: &str = "fastlyKey";

/// Adds the user's credentials to requests, and a Fastly key to those that need one.
#[derive(Debug)]
pub(crate) struct WithFastly {
    user: Arc<dyn Authenticate>,
    origin: Origin,
    /// `None` if there is no key: those operations then fail before anything is sent.
    fastly: Option<Arc<Fields>>,
}

/// Adds these credentials to requests to this origin. `client` obtains session tokens.
pub(crate) fn authenticate(
    credentials: Credentials,
    client: Client,
    origin: Origin,
) -> Result<WithFastly, BuildError> {
    let user: Arc<dyn Authenticate> = match credentials.user {
        User::ApiToken(token) => {
            let fields = Fields::new().header("x-api-user", &token.email)?;
            let fields = fields.header("x-api-token", &token.token)?;
            Arc::new(StaticFields::new(origin.clone(), fields))
        }
        User::BearerToken(bearer) => {
            let fields = Fields::new().header_with_word("authorization", "Bearer", &bearer.token)?;
            Arc::new(StaticFields::new(origin.clone(), fields))
        }
        User::Login(login) => Arc::new(Bearer::new(origin.clone(), Session { client, login })),
    };
    let fastly = credentials
        .fastly
        .map(|key| Fields::new().header("fastly-key", &key.key));
    let fastly = fastly.transpose()?.map(Arc::new);
    Ok(WithFastly { user, origin, fastly })
}

impl Authenticate for WithFastly {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        // Nearly all calls return here.
        if !target.schemes().any(|scheme| scheme == SCHEME) || !self.origin.covers(target.url()) {
            return self.user.credentials(target);
        }
        let Some(fastly) = &self.fastly else {
            return CredentialsFuture::ready(Err(AuthError::invalid(
                "this operation needs a Fastly key; add one to the credentials with `with_fastly_key`",
            )));
        };
        let fastly = Fitting::new(Arc::clone(fastly));
        CredentialsFuture::later(async move { Ok(self.user.credentials(target).await?.and(fastly)) })
    }

    fn rejected(&self, used: &Handle) -> bool {
        self.user.rejected(used)
    }
}
