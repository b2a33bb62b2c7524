//! Whether responses may have members that do not fit their types.

use super::ClientBuilder;
use crate::transport::Client;

impl<C: From<Client>> ClientBuilder<C> {
    /// Keeps members that do not fit their types as they came, and reads them as absent; see
    /// [`Misfits`](crate::Misfits). Clients of APIs whose contract is a description by others than
    /// the vendor do so from the start, all others are strict.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    /// Refuses responses with members that do not fit their types.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.is_lenient = false;
        self
    }
}
