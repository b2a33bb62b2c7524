//! The state of fetching one API: the network or a saved copy, the remaining limits, and the files
//! that have arrived.

use super::disk::Disk;
use super::exchange::{Ask, FetchedContent};
use super::limits::{Budget, Limits};
use super::report::FetchProgress;
use super::web::Web;
use crate::failure::CommandFailure;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The source of files.
pub enum FetchSource {
    /// The network.
    Web(Box<Web>),
    /// A saved copy.
    Disk(Disk),
}

/// Fetches the files of one API. A clone is the same session.
#[derive(Clone)]
pub struct Session {
    source: Arc<FetchSource>,
    budget: Arc<Budget>,
    /// Responses that arrived while it was determined whether anything has changed.
    arrived: Arc<Mutex<HashMap<Url, FetchedContent>>>,
    progress: FetchProgress,
    /// The maximum number of concurrent requests.
    pub parallel: usize,
    /// The maximum number of consecutive references to new files.
    pub depth: usize,
}

impl Session {
    /// A session with full limits.
    pub fn new(source: FetchSource, limits: &Limits, progress: FetchProgress) -> Self {
        Self {
            source: Arc::new(source),
            budget: Arc::new(Budget::new(limits)),
            arrived: Arc::default(),
            progress,
            parallel: limits.parallel.max(1),
            depth: limits.depth,
        }
    }

    /// Requests the content of an address, unless it was fetched before.
    ///
    /// # Errors
    ///
    /// Requests the content from the network or the disk.
    pub async fn get(&self, ask: &Ask) -> Result<FetchedContent, CommandFailure> {
        let arrived = self
            .arrived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&ask.address);
        if let Some(answer) = arrived {
            if let Some(origins) = &ask.origins {
                origins.check(&answer.address)?;
            }
            return Ok(answer);
        }
        self.budget.file()?;
        let answer = match &*self.source {
            FetchSource::Web(web) => web.get(ask, &self.budget).await,
            FetchSource::Disk(disk) => disk.get(ask, &self.budget),
        };
        self.progress.file(&ask.address, self.budget.bytes());
        answer
    }

    /// Keeps a response for the next request of the address.
    pub fn keep(&self, address: Url, answer: FetchedContent) {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.insert(address, answer);
    }

    /// The number of bytes that have arrived.
    pub fn bytes(&self) -> usize {
        self.budget.bytes()
    }
}
