//! The server for tests, and its setup before calls are made.

use super::expected::Expected;
use super::handle::{Mock, MockParts};
use super::reply::{Mocked, Reply};
use super::request::Request;
use super::state::{Answering, Condition, MockState, Planned, lock};
use crate::call::{Call, CallOptions};
use crate::error::BuildError;
use crate::model::Operation;
use crate::transport::{Client, ClientBuilder};
use std::fmt;
use std::marker::PhantomData;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A builder of a generated crate that a mock can respond to.
pub trait Mockable<'client>: From<&'client Client> + CallOptions {
    /// The type of a success.
    type Success: Mocked;
    /// The errors that the contract declares.
    type Error: Mocked;

    /// The call that the builder fills in.
    #[doc(hidden)]
    fn into_call(self) -> Call<'client>;
}

/// A server for one test, on its own port; it stops when this value is dropped.
///
/// Requests that no mock expects get status 501 and a message with the differences. They are listed
/// in [`Server::unexpected`], and printed when a test fails.
pub struct Server {
    shared: Arc<MockParts>,
    /// The address of the server, with `prefix`.
    url: String,
    /// The prefix of all paths of the API.
    prefix: String,
}

impl Server {
    /// Starts a server that expects nothing yet.
    ///
    /// # Errors
    ///
    /// When no port is available, or TLS cannot be set up for clients.
    pub async fn start() -> Result<Self, BuildError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = listener
            .map_err(|error| BuildError::settings(format!("the mock server has no port ({error})")))?;
        let http = wiremock::MockServer::builder()
            .listener(listener)
            .disable_request_recording()
            .start()
            .await;
        let state = Arc::new(Mutex::new(MockState::default()));
        wiremock::Mock::given(wiremock::matchers::any())
            .respond_with(Answering(Arc::clone(&state)))
            .mount(&http)
            .await;
        let url = http.uri();
        let client = ClientBuilder::new(&url, "mock", "0").build()?;
        Ok(Self {
            shared: Arc::new(MockParts { http, client, state }),
            url,
            prefix: String::new(),
        })
    }

    /// The address for the client under test, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same server, with an API below `prefix`, such as `/api/v0`: mocks made on it expect
    /// their paths there, and its [`url`](Self::url) ends in it.
    #[must_use]
    pub fn below(&self, prefix: &str) -> Self {
        let prefix = format!("{}/{}", self.prefix, prefix.trim_matches('/'));
        Self {
            shared: Arc::clone(&self.shared),
            url: format!("{}{prefix}", self.shared.http.uri()),
            prefix,
        }
    }

    /// Expects calls of an operation, given by its builder's type. The mock takes effect when its
    /// response is set.
    ///
    /// The first mock that expects a request and has responses left ([`On::times`]) responds to it,
    /// in the order of creation.
    pub fn on<'server, B: Mockable<'server>>(&'server self) -> On<'server, B> {
        let operation = B::from(&self.shared.client).into_call().operation();
        On {
            server: self,
            operation,
            expected: Vec::new(),
            conditions: Vec::new(),
            reply: Reply::new(200),
            status: None,
            left: None,
            builder: PhantomData,
        }
    }

    /// Every received request, in order.
    pub fn requests(&self) -> Vec<Request> {
        let state = lock(&self.shared.state);
        state
            .received
            .iter()
            .map(|(request, _)| request.clone())
            .collect()
    }

    /// The unexpected requests, each with a sentence on the reason.
    pub fn unexpected(&self) -> Vec<String> {
        lock(&self.shared.state).unexpected.clone()
    }

    /// Checks that no unexpected request arrived.
    ///
    /// # Panics
    ///
    /// When one arrived; the message names the request and the differences.
    #[track_caller]
    pub fn assert_all_expected(&self) {
        let unexpected = self.unexpected();
        assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The expected calls of an operation, until their response is set.
#[must_use = "nothing is expected before its response is set"]
pub struct On<'server, B> {
    server: &'server Server,
    operation: &'static Operation,
    expected: Vec<Expected>,
    conditions: Vec<Condition>,
    reply: Reply,
    status: Option<u16>,
    left: Option<usize>,
    builder: PhantomData<fn() -> B>,
}

impl<'server, B: Mockable<'server>> On<'server, B> {
    /// Expects calls with these values: everything that `set` sets on the operation's builder
    /// (parameters, body, headers) must be the same in the request. Everything else may have any
    /// value.
    ///
    /// JSON bodies are the same if their values are, in any order of members. A call that cannot be
    /// made, for instance because it holds a masked secret, never arrives. [`Server::unexpected`]
    /// reports that when another call arrives.
    pub fn with(mut self, set: impl FnOnce(B) -> B) -> Self {
        let call = set(B::from(&self.server.shared.client)).into_call();
        self.expected.push(Expected::of(call));
        self
    }

    /// Expects calls whose requests satisfy this predicate.
    pub fn when(mut self, is_expected: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        self.conditions.push(Box::new(is_expected));
        self
    }

    /// Responds this many times, and then leaves such calls to later mocks.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Responds with this status, instead of the usual one: 200, 204 without content, or that of a
    /// declared error.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds this header to the response.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.reply = self.reply.header(name, value);
        self
    }

    /// Responds after this delay.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.reply = self.reply.delay(delay);
        self
    }

    /// Responds with a success: a value of the operation's own type, or bytes, text or events if it
    /// is a stream.
    ///
    /// If a value has no JSON form, such as a masked secret, the request counts as one of
    /// [`Server::unexpected`].
    pub fn answer(self, success: &<B::Success as Mocked>::Given) -> Mock {
        self.reply(B::Success::reply(success))
    }

    /// Responds with an error that the contract declares.
    pub fn fail(self, error: &<B::Error as Mocked>::Given) -> Mock {
        self.reply(B::Error::reply(error))
    }

    /// Responds with anything, such as an HTML page or a 429 that the contract does not declare.
    pub fn reply(self, reply: Reply) -> Mock {
        let mut reply = reply.with(self.reply);
        if let Some(status) = self.status {
            reply = reply.status(status);
        }
        let planned = Planned {
            operation: self.operation,
            prefix: self.server.prefix.clone(),
            expected: self.expected,
            conditions: self.conditions,
            reply,
            left: self.left,
        };
        let mut state = lock(&self.server.shared.state);
        state.mocks.push(planned);
        Mock {
            operation: self.operation,
            index: state.mocks.len() - 1,
            shared: Arc::clone(&self.server.shared),
        }
    }
}

impl<B> fmt::Debug for On<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On")
            .field("operation", &self.operation.id())
            .finish_non_exhaustive()
    }
}

/// Lets a mock respond for a builder. Without the feature `mock`, it does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mockable {
    ($name:ident => $success:ty) => {
        $crate::__mockable!($name => $success, $crate::Undeclared);
    };
    ($name:ident => $success:ty, $error:ty) => {
        #[allow(deprecated)]
        impl<'client> $crate::mock::Mockable<'client> for $name<'client> {
            type Success = $success;
            type Error = $error;
            fn into_call(self) -> $crate::Call<'client> {
                self.0
            }
        }
    };
}
