//! The mocks of a server, and the outcome of the received requests.

use super::expected::{self, Expected};
use super::reply::Reply;
use super::request::Request;
use crate::model::Operation;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The mocks of a server, and the received requests.
#[derive(Default)]
pub(super) struct MockState {
    pub(super) mocks: Vec<Planned>,
    /// The requests, each with the index of the mock that responded to it.
    pub(super) received: Vec<(Request, Option<usize>)>,
    /// The reasons why unmatched requests were not expected.
    pub(super) unexpected: Vec<String>,
}

/// A mock as the server stores it.
pub(super) struct Planned {
    pub(super) operation: &'static Operation,
    pub(super) prefix: String,
    pub(super) expected: Vec<Expected>,
    pub(super) conditions: Vec<Condition>,
    pub(super) reply: Reply,
    /// The number of responses left; `None` for no limit.
    pub(super) left: Option<usize>,
}

pub(super) type Condition = Box<dyn Fn(&Request) -> bool + Send + Sync>;

/// The server's source of responses.
pub(super) struct Answering(pub(super) Arc<Mutex<MockState>>);

impl wiremock::Respond for Answering {
    fn respond(&self, request: &wiremock::Request) -> wiremock::ResponseTemplate {
        let request = Request::from(request);
        lock(&self.0).answer(request).into()
    }
}

impl MockState {
    fn answer(&mut self, request: Request) -> Reply {
        let mut differences = Vec::new();
        for (index, mock) in self.mocks.iter_mut().enumerate() {
            match mock.differs(&request) {
                None => {
                    mock.left = mock.left.map(|left| left - 1);
                    let reply = mock.reply.clone();
                    let fault = reply.fault().map(ToOwned::to_owned);
                    self.received.push((request, Some(index)));
                    return match fault {
                        Some(fault) => self.not_expected(fault),
                        None => reply,
                    };
                }
                Some(Difference::Operation) => {}
                Some(Difference::Request(what)) => {
                    differences.push(format!("the mock of {} expects {what}", mock.operation.id()));
                }
            }
        }
        let why = match differences.is_empty() {
            true => "there is no mock for this operation".to_owned(),
            false => differences.join(", "),
        };
        let sentence = format!("{} {} is not expected: {why}", request.method(), request.path());
        self.received.push((request, None));
        self.not_expected(sentence)
    }

    fn not_expected(&mut self, sentence: String) -> Reply {
        let reply = Reply::json(501, &serde_json::json!({ "message": sentence }));
        self.unexpected.push(sentence);
        reply
    }
}

/// The reason why a mock does not expect a request.
enum Difference {
    /// The request is of another operation.
    Operation,
    /// The request differs from the expected values.
    Request(String),
}

impl Planned {
    fn differs(&self, request: &Request) -> Option<Difference> {
        let path = request.path().strip_prefix(self.prefix.as_str());
        let captured = path.and_then(|path| expected::captured(self.operation.path(), path));
        let captured = captured.filter(|_| request.method() == self.operation.method().as_str());
        let Some(captured) = captured else {
            return Some(Difference::Operation);
        };
        let difference = self
            .expected
            .iter()
            .find_map(|expected| expected.differs(request, &captured));
        if let Some(what) = difference {
            return Some(Difference::Request(what));
        }
        if !self.conditions.iter().all(|is_expected| is_expected(request)) {
            return Some(Difference::Request("what its `when` says".to_owned()));
        }
        (self.left == Some(0)).then(|| Difference::Request("no more calls".to_owned()))
    }
}

/// The content of a lock, even after a panic elsewhere, since that test has already failed.
pub(super) fn lock(state: &Mutex<MockState>) -> MutexGuard<'_, MockState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
