//! The mock parts of the macros for builders and responses: empty without the feature `mock`.
//!
//! The feature is checked in this crate, since a `cfg` in the output of a macro would refer to the
//! crate that uses the macro.

/// Lets a mock respond for a builder. Without the feature `mock`, it does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mockable {
    ($($ignored:tt)*) => {};
}

/// Lets a mock respond with an enum by status. Without the feature `mock`, it does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mocked {
    ($($ignored:tt)*) => {};
}
