//! The request of a call.

use super::retry::RetryPolicy;
use crate::model::body::Payload;
use crate::model::{Operation, Secret};
use http::HeaderMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// All parts of a call's request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) settings: CallSettings,
}

/// The settings of a single call, which replace those of the client.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSettings {
    pub(crate) timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) retry: Option<Arc<RetryPolicy>>,
    /// Secrets among the request's values; errors mask them.
    pub(crate) secrets: Vec<Secret>,
    /// Whether members that do not match are refused, regardless of the client's setting.
    pub(crate) is_strict: bool,
    /// Whether the request must carry nothing of the client's, as if the address were that of
    /// another server.
    pub(crate) is_anonymous: bool,
}
