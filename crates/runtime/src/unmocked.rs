//! The mock parts of the macros for builders and responses: empty without the feature `mock`.
//!
//! Which feature is on is decided here, in this crate, since `cfg` in what a macro makes would be
//! about the crate that uses it.

/// Lets a mock respond for a builder; without the feature `mock`, does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mockable {
    ($($ignored:tt)*) => {};
}

/// Lets a mock respond with an enum by status; without the feature `mock`, does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mocked {
    ($($ignored:tt)*) => {};
}
