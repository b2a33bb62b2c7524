//! Requests that no contract describes, sent with all settings of the client.

use crate::call::Call;
use crate::call_options::builder;
use crate::model::{Body, Operation};
use crate::transport::Client;
use http::Method;
use serde_core::Serialize;

/// A request that the contract does not know, with the client's credentials, retries and limits.
///
/// The method `request` of generated clients creates one; this is the underlying type:
///
/// ```no_run
/// use lorgnette_runtime::{AnyOperation, Client, Method, RawRequest, Value};
///
/// static ANY: AnyOperation = AnyOperation::new(&[&["key"]]);
///
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let request = RawRequest::new(&client, &ANY, &Method::GET, "/eyes/7/shadow");
/// let response = request.query("since", 1_700_000_000).send_raw().await?;
/// println!("{} {}", response.status(), response.json::<Value>()?);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `send_raw`"]
#[derive(Debug)]
pub struct RawRequest<'client>(Call<'client>);

builder!(RawRequest);
builder!(options RawRequest);

impl<'client> RawRequest<'client> {
    /// A request to `path`, which begins with a slash, below the address of the client. Values in
    /// it must be encoded already; it may have a query.
    pub fn new(
        client: &'client Client,
        operations: &'static AnyOperation,
        method: &Method,
        path: &str,
    ) -> Self {
        let known = operations.0.iter().find(|operation| operation.method() == method);
        let mut call = Call::new(client, known.unwrap_or(&operations.0[0]));
        if known.is_none() {
            call.fail(format!(
                "requests by {method} are not supported; use `http()` of the client"
            ));
        }
        if !path.starts_with('/') {
            call.fail(
                "the path does not begin with a slash; give the part below the client's address".into(),
            );
        }
        call.go_to(path.to_owned());
        Self(call)
    }

    /// Sends this as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match self.0.written(|| serde_json::to_vec(body)) {
            Ok(json) => self.0.raw("application/json", json.into()),
            Err(error) => self.0.fail(format!("the body cannot be sent: {error}")),
        }
        self
    }

    /// Sends bytes, or a stream of them, of this media type.
    pub fn body(mut self, media_type: &str, body: impl Into<Body>) -> Self {
        self.0.raw(media_type, body.into());
        self
    }
}

/// The common part of undeclared requests, for each method that RFC 9110 and RFC 5789 define.
#[derive(Debug)]
pub struct AnyOperation([Operation; 7]);

impl AnyOperation {
    /// Requests that need one of these alternatives of security schemes, or no credentials if
    /// there is none.
    pub const fn new(alternatives: &'static [&'static [&'static str]]) -> Self {
        Self([
            operation(Method::GET, alternatives),
            operation(Method::HEAD, alternatives),
            operation(Method::POST, alternatives),
            operation(Method::PUT, alternatives),
            operation(Method::PATCH, alternatives),
            operation(Method::DELETE, alternatives),
            operation(Method::OPTIONS, alternatives),
        ])
    }
}

const fn operation(method: Method, alternatives: &'static [&'static [&'static str]]) -> Operation {
    let operation = Operation::new("request", method, "").accept("*/*");
    match alternatives {
        [] => operation,
        alternatives => operation.security(alternatives),
    }
}
