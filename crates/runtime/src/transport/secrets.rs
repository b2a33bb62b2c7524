//! The secrets that a request carries, which no error may repeat.

use super::authenticate::Credentials;
use super::client::Client;
use crate::error::Secrets;
use crate::model::Secret;
use http::HeaderMap;

/// Those of the credentials, of header fields that are marked sensitive, of the values that the
/// request is made of, and what the client conceals.
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
