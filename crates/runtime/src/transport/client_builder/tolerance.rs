//! Settings for members of responses that do not match their types.

use super::ClientBuilder;
use crate::transport::Client;

impl<C: From<Client>> ClientBuilder<C> {
    /// Keeps members that do not match their types unchanged, and reads them as absent; see
    /// [`Misfits`](crate::Misfits). This is the default for clients of APIs whose contract was not
    /// written by the vendor; all others are strict.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    /// Refuses responses with members that do not match their types.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.is_lenient = false;
        self
    }
}
