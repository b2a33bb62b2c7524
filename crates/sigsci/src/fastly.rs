//! The second key, which a few operations need: the contract marks them with a security scheme of its own.

use lorgnette_runtime::authenticate::{
    AuthError, Authenticate, Credentials, CredentialsFuture, Fields, Handle, Origin, Target,
};
use std::sync::Arc;

/// The security scheme of the operations that need a Fastly key.
const SCHEME: &str = "fastlyKey";

/// Puts the user's credentials on requests, and a Fastly key on those that need one.
#[derive(Debug)]
pub(crate) struct WithFastly<A> {
    pub user: A,
    pub origin: Origin,
    /// `None` if there is no key: then those operations fail before anything is sent.
    pub fastly: Option<Arc<Fields>>,
}

impl<A: Authenticate> Authenticate for WithFastly<A> {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        // All but a few calls end here.
        if !target.schemes().contains(&SCHEME) || !self.origin.covers(target.url()) {
            return self.user.credentials(target);
        }
        let Some(fastly) = &self.fastly else {
            return CredentialsFuture::ready(Err(AuthError::invalid(
                "this operation needs a Fastly key; give one to the client by `Builder::fastly_key`",
            )));
        };
        let fastly = Credentials::new(Arc::clone(fastly));
        CredentialsFuture::later(async move { Ok(self.user.credentials(target).await?.and(fastly)) })
    }

    fn rejected(&self, used: &Handle) -> bool {
        self.user.rejected(used)
    }
}
