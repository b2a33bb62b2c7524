//! `--verbose`: shows the attempts of a call, one line each on standard error.

use crate::mask::Mask;
use crate::terminal;
use lorgnette_runtime::{AttemptError, AttemptRequest, Interceptor, ResponseHead, http};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Shows each attempt. Credentials do not reach it; other secrets are masked.
#[derive(Clone, Debug)]
pub struct Attempts {
    mask: Mask,
    begun: Arc<Mutex<HashMap<(String, u32), Instant>>>,
}

impl Attempts {
    /// Attempts whose secrets are masked by `mask`.
    pub fn new(mask: Mask) -> Self {
        let begun = Arc::default();
        Self { mask, begun }
    }

    fn key(request: &AttemptRequest) -> (String, u32) {
        (request.operation().id().to_owned(), request.number())
    }

    fn show(&self, line: &str) {
        eprintln!("{}", terminal::line(&self.mask.apply(line)));
    }
}

impl Interceptor for Attempts {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<bytes::Bytes>> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.insert(Self::key(request), Instant::now());
        drop(begun);
        let (method, url, number) = (request.operation().method(), request.url(), request.number());
        self.show(&format!("> {method} {url} (attempt {number})"));
        None
    }

    fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = begun.remove(&Self::key(request));
        let took = begun.map_or(0, |begun| begun.elapsed().as_millis());
        match outcome {
            Ok(head) => self.show(&format!("< {} ({took} ms)", head.status)),
            Err(error) => self.show(&format!("< {} ({took} ms)", error.message)),
        }
    }
}
