//! The source of a client's credentials.

use super::authenticate::{Authenticate, Origin};
use crate::error::BuildError;
use std::sync::Arc;
use url::Url;

/// The source of credentials.
pub(super) enum Login<C> {
    None,
    Ready(Arc<dyn Authenticate>),
    /// A provider that is built with the client that obtains its tokens.
    Later(Box<MakeLogin<C>>),
}

pub(super) type MakeLogin<C> =
    dyn FnOnce(C, Origin) -> Result<Arc<dyn Authenticate>, BuildError> + Send + Sync;

impl<C> Login<C> {
    /// The implementation that adds credentials to requests to `base`. If it needs a client, it is
    /// built with one that has no credentials.
    pub(super) fn make(
        self,
        plain: impl FnOnce() -> C,
        base: &Url,
    ) -> Result<Option<Arc<dyn Authenticate>>, BuildError> {
        match self {
            Self::None => Ok(None),
            Self::Ready(authenticate) => Ok(Some(authenticate)),
            Self::Later(make) => make(plain(), Origin::of(base)?).map(Some),
        }
    }
}
