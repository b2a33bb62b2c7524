//! What the macros of builders and answers make for mocks: nothing, without the feature `mock`.
//!
//! Which feature is on is decided here, in this crate, since `cfg` in what a macro makes would be
//! about the crate that uses it.

/// Lets a mock answer for a builder; without the feature `mock`, nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mockable {
    ($($ignored:tt)*) => {};
}

/// Lets a mock answer with an enum by status; without the feature `mock`, nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mocked {
    ($($ignored:tt)*) => {};
}
