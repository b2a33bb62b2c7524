//! Credentials on requests: the [`Authenticate`] trait and its usual implementations.
//!
//! An implementation provides the credentials for each request, and is notified when the server
//! rejects them. It sees only where the request goes and which security schemes the operation
//! names.

mod credentials;
mod implementations;
mod origin;
mod pasted;
mod provider;

pub use crate::error::AuthError;
pub use credentials::{Credentials, Fields, Handle};
pub use implementations::{Bearer, NoCredentials, StaticFields, Together};
pub use origin::Origin;
pub use provider::{Authenticate, CredentialsFuture, Target};
