//! A test's handle on a mock.

use super::request::Request;
use super::state::{MockState, lock};
use crate::model::Operation;
use crate::transport::Client;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

pub(super) struct MockParts {
    pub(super) http: wiremock::MockServer,
    /// The client's calls are never sent; they only describe the expectation.
    pub(super) client: Client,
    pub(super) state: Arc<Mutex<MockState>>,
}

impl Drop for MockParts {
    /// An unexpected call fails with status 501, which does not explain enough.
    fn drop(&mut self) {
        if std::thread::panicking() {
            for sentence in &lock(&self.state).unexpected {
                eprintln!("mock: {sentence}");
            }
        }
    }
}

/// A response that a test has set on its server, and the requests that received it.
#[derive(Clone)]
pub struct Mock {
    pub(super) operation: &'static Operation,
    pub(super) index: usize,
    pub(super) shared: Arc<MockParts>,
}

impl Mock {
    /// The requests that it responded to, in order.
    pub fn calls(&self) -> Vec<Request> {
        let state = lock(&self.shared.state);
        let mine = state
            .received
            .iter()
            .filter(|(_, mock)| *mock == Some(self.index));
        mine.map(|(request, _)| request.clone()).collect()
    }

    /// Checks how often it responded.
    ///
    /// # Panics
    ///
    /// When it responded more or less often; the message lists the received requests.
    #[track_caller]
    pub fn assert_calls(&self, times: usize) {
        let calls = self.calls().len();
        assert!(calls == times, "{}", self.complaint(times, calls));
    }

    fn complaint(&self, times: usize, calls: usize) -> String {
        let mut text = format!(
            "the mock of {} received {calls} requests instead of {times}",
            self.operation.id()
        );
        let state = lock(&self.shared.state);
        for (request, mock) in &state.received {
            let by = match mock {
                Some(index) if *index == self.index => "by this mock",
                Some(_) => "by another mock",
                None => "by none",
            };
            let _ = write!(text, "\n  {by}: {} {}", request.method(), request.path());
        }
        for sentence in &state.unexpected {
            let _ = write!(text, "\n  {sentence}");
        }
        text
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock")
            .field("operation", &self.operation.id())
            .field("calls", &self.calls().len())
            .finish_non_exhaustive()
    }
}
