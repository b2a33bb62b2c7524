//! Helpers for the targets of the runtime: a server that is a function, so that whole calls run
//! without a network.

use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{AttemptRequest, Bytes, Client, ClientBuilder, Interceptor, Secret, http};
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The credentials, in a header and in the query. They are so long that no input contains them by
/// chance.
pub const SECRET: &str = "hunter2-c4nary-s3cret";

/// The address of the server.
pub const BASE: &str = "http://127.0.0.1:9/api";

/// Responds to each attempt by a function, and records where it would have gone.
struct FunctionServer<F>(Mutex<F>);

impl<F> fmt::Debug for FunctionServer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

impl<F: FnMut(&AttemptRequest) -> http::Response<Bytes> + Send> Interceptor for FunctionServer<F> {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let mut answer = self.0.lock().expect("no attempt panics");
        Some(answer(request))
    }
}

/// A client with credentials, whose server is the function `answer`. It does not retry.
pub fn client(answer: impl FnMut(&AttemptRequest) -> http::Response<Bytes> + Send + 'static) -> Client {
    let secret = Secret::new(SECRET);
    let fields = Fields::new()
        .header("x-api-key", &secret)
        .and_then(|fields| fields.query("key", &secret));
    let origin = Origin::of(&BASE.parse().expect("an address")).expect("an origin");
    ClientBuilder::new(BASE, "fuzz", "1.0.0")
        .authenticate(StaticFields::new(
            origin,
            fields.expect("fields that can be sent"),
        ))
        .shared_http()
        .retry(RetryPolicy::off())
        .timeout(Duration::from_secs(5))
        .intercept(FunctionServer(Mutex::new(answer)))
        .build()
        .expect("a client")
}

/// Runs a call to its end.
pub fn run<T>(call: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(call))
}

/// A response with this status and body.
pub fn response(status: u16, body: impl Into<Bytes>) -> http::Response<Bytes> {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    response
}
