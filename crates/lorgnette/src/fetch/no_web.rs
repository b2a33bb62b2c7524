//! The network for programs that are built without the feature `fetch`.

use super::address::Network;
use super::exchange::{Ask, FetchedContent, PageCredentials};
use super::limits::{Budget, Limits};
use crate::failure::CommandFailure;
use std::convert::Infallible;

/// The network, which this program cannot use.
pub struct Web {
    none: Infallible,
}

impl Web {
    /// No client.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn new(_: Network, _: bool, _: Option<PageCredentials>, _: Limits) -> Result<Self, CommandFailure> {
        Err(CommandFailure::new(
            "this program was built without the feature `fetch`, and cannot access servers",
        )
        .help("use a saved contract with `--from`, or build the program with the feature"))
    }

    /// Nothing is asked.
    ///
    /// # Errors
    ///
    /// Never: there is no network.
    #[allow(clippy::unused_async, reason = "as the network has it")]
    pub async fn get(&self, _: &Ask, _: &Budget) -> Result<FetchedContent, CommandFailure> {
        match self.none {}
    }
}
