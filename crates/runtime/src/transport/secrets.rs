//! The secrets that a request carries, which no error may repeat.

use super::authenticate::Credentials;
use super::client::Client;
use crate::error::Secrets;
use crate::model::Secret;
use http::HeaderMap;

/// The secrets in the credentials, in sensitive header fields, in the request's values, and in the
/// client's own list.
pub(crate) fn secrets(
    client: &Client,
    headers: &HeaderMap,
    sent: &[Secret],
    credentials: &Credentials,
) -> Secrets {
    let mut secrets = Secrets::default();
    for (_, value) in credentials.headers() {
        secrets.add_header(value);
    }
    for (_, secret) in credentials.query() {
        secrets.add(secret.expose());
    }
    for value in headers.values().filter(|value| value.is_sensitive()) {
        secrets.add_header(value);
    }
    secrets.add_all(sent);
    secrets.add_all(client.concealed());
    secrets
}
