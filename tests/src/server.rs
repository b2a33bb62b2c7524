//! An HTTP server in the test's own process, which records requests byte for byte and responds as
//! the test specifies.

use http_body_util::channel::{Channel, Sender};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// The method.
    pub method: String,
    /// Path and query, encoded as they were sent.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    /// The value of a header, by its name in lower case; the first of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text; invalid UTF-8 becomes replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A response of the server.
#[derive(Debug)]
pub struct CannedResponse {
    head: response::Builder,
    body: BoxBody<Bytes, Infallible>,
}

impl CannedResponse {
    /// A status without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            head: hyper::Response::builder().status(status),
            body: Full::default().boxed(),
        }
    }

    /// A body of this media type.
    pub fn new(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        let answer = Self::empty(status).header("content-type", media_type);
        Self {
            body: Full::new(body.into()).boxed(),
            ..answer
        }
    }

    /// JSON.
    pub fn json(status: u16, body: &str) -> Self {
        Self::new(status, "application/json", body.to_owned())
    }

    /// A success whose body the test sends piece by piece and ends by dropping the sender.
    pub fn in_pieces(media_type: &str) -> (Sender<Bytes, Infallible>, Self) {
        let (sender, body) = Channel::new(1);
        let answer = Self::empty(200).header("content-type", media_type);
        let body = body.boxed();
        (sender, Self { body, ..answer })
    }

    /// The same response with a further header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self {
            head: self.head.header(name, value),
            ..self
        }
    }
}

/// A server on a port of its own, which ends when it is dropped.
#[derive(Debug)]
pub struct ApiServer {
    address: String,
    answers: Arc<Mutex<VecDeque<CannedResponse>>>,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
    task: tokio::task::JoinHandle<()>,
}

impl ApiServer {
    /// Starts a server that gives these responses, one after the other, and then responds with 500.
    ///
    /// # Errors
    ///
    /// When no port is available.
    pub async fn start(answers: impl IntoIterator<Item = CannedResponse>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let received = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let log = Arc::clone(&received);
        let waiting = Arc::clone(&answers);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answers) = (Arc::clone(&log), Arc::clone(&answers));
                let service =
                    service_fn(move |request| serve(request, Arc::clone(&log), Arc::clone(&answers)));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self {
            address,
            answers: waiting,
            received,
            task,
        })
    }

    /// The address of the server, without a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Appends this response to those that the server still has.
    pub fn add(&self, answer: CannedResponse) {
        lock(&self.answers).push_back(answer);
    }

    /// Removes the responses that nobody has requested.
    pub fn forget(&self) {
        lock(&self.answers).clear();
    }

    /// All requests so far.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        lock(&self.received).clone()
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    request: hyper::Request<Incoming>,
    log: Arc<Mutex<Vec<ReceivedRequest>>>,
    answers: Arc<Mutex<VecDeque<CannedResponse>>>,
) -> hyper::Result<hyper::Response<BoxBody<Bytes, Infallible>>> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    let request = ReceivedRequest {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: headers.collect(),
        body: body.collect().await?.to_bytes().into(),
    };
    lock(&log).push(request);
    let answer = lock(&answers).pop_front();
    let answer =
        answer.unwrap_or_else(|| CannedResponse::new(500, "text/plain", "the test has no answer to this"));
    // Headers that are invalid because of a mistake in a test also cause a 500.
    let answer = answer.head.body(answer.body).unwrap_or_else(|error| {
        let mut answer = hyper::Response::new(Full::new(error.to_string().into()).boxed());
        *answer.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        answer
    });
    Ok(answer)
}

/// The content of a lock, even after a panic elsewhere: the failure of another test must not cause
/// this one to fail.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
