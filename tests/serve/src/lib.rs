//! A web server on loopback, in this process, from which benchmarks and tests fetch.
//!
//! It responds as its caller specifies, and records the requests.

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Path and query.
    pub target: String,
    /// Names in lower case, with their values.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The delay of the response.
    pub delay: Duration,
}

impl Reply {
    /// A response with only a status.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
        }
    }

    /// A body of a media type.
    pub fn new(media_type: &str, body: impl Into<Bytes>) -> Self {
        let reply = Self {
            body: body.into(),
            ..Self::empty(200)
        };
        reply.header("content-type", media_type)
    }

    /// The same with a further header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same after a delay.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A file in a folder, with its version as an ETag: 304 if the client has that version, 404 if the
/// file is missing.
pub fn file(folder: &Path, request: &Request) -> Reply {
    let path = request.target.split('?').next().unwrap_or_default();
    let relative = PathBuf::from(path.trim_start_matches('/'));
    let is_inside = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let Some(body) = is_inside
        .then(|| std::fs::read(folder.join(&relative)).ok())
        .flatten()
    else {
        return Reply::empty(404);
    };
    let media_type = match relative.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        Some("yaml" | "yml") => "application/yaml",
        _ => "text/html",
    };
    tagged(request, media_type, body)
}

/// A body with its version as an ETag, or 304 if the client has that version.
pub fn tagged(request: &Request, media_type: &str, body: impl Into<Bytes>) -> Reply {
    let body = body.into();
    let digest = Sha256::digest(&body);
    let tag = digest[..8].iter().map(|byte| format!("{byte:02x}"));
    let tag = format!("\"{}\"", tag.collect::<String>());
    if request.header("if-none-match") == Some(&tag) {
        return Reply::empty(304).header("etag", &tag);
    }
    Reply::new(media_type, body).header("etag", &tag)
}

/// The requests that the server has received.
#[derive(Debug, Default)]
struct Account {
    requests: Mutex<Vec<Request>>,
    open: AtomicUsize,
    most: AtomicUsize,
}

/// A server on a port of its own, which runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    account: Arc<Account>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Starts a server on an address of this machine.
    ///
    /// # Errors
    ///
    /// When no port is available.
    pub fn start(
        ip: IpAddr,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind((ip, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let account = Arc::new(Account::default());
        let (end, ended) = oneshot::channel();
        let seen = Arc::clone(&account);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else {
                    return;
                };
                let serving = tokio::spawn(serve(listener, seen, Arc::new(answer)));
                let _ = ended.await;
                serving.abort();
            });
        });
        Ok(Self {
            address,
            account,
            end: Some(end),
            thread: Some(thread),
        })
    }

    /// The server's address, without a slash at the end.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests since the last call of this function.
    pub fn requests(&self) -> Vec<Request> {
        let mut requests = self
            .account
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *requests)
    }

    /// The maximum number of requests that were in progress at once.
    pub fn most_at_once(&self) -> usize {
        self.account.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

type Answering = dyn Fn(&Request) -> Reply + Send + Sync;

async fn serve(listener: TcpListener, account: Arc<Account>, answer: Arc<Answering>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (account, answer) = (Arc::clone(&account), Arc::clone(&answer));
        let service = service_fn(move |request| one(request, Arc::clone(&account), Arc::clone(&answer)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn one(
    request: hyper::Request<Incoming>,
    account: Arc<Account>,
    answer: Arc<Answering>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    let request = Request {
        target: request.uri().to_string(),
        headers: headers.collect(),
    };
    let open = account.open.fetch_add(1, Ordering::SeqCst) + 1;
    account.most.fetch_max(open, Ordering::SeqCst);
    account
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request.clone());
    let reply = answer(&request);
    tokio::time::sleep(reply.delay).await;
    account.open.fetch_sub(1, Ordering::SeqCst);
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(reply.body)).unwrap_or_else(|_| {
        let mut failed = hyper::Response::new(Full::default());
        *failed.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    }))
}
