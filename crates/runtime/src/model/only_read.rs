//! Structs that only answers hold: programs get them by reading, and make them for mocks at most.

/// Gives a struct that only answers hold its empty value, for mocks.
///
/// The implementation is hidden unless the crate's feature `mock` is on, as the constructors of such structs are: what may
/// come is the server's choice, so that a member which the server always gives from now on takes it away, and that is no
/// breaking change.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Sensor {
///     pub name: Option<String>,
///     pub tags: Vec<String>,
/// }
/// lorgnette_runtime::only_read!(Sensor { name, tags });
///
/// assert_eq!(Sensor::default(), Sensor { name: None, tags: Vec::new() });
/// ```
#[macro_export]
macro_rules! only_read {
    ($name:ident { $($field:ident),* }) => {
        #[cfg_attr(not(feature = "mock"), doc(hidden))]
        #[allow(deprecated)]
        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self { $($field: ::core::default::Default::default()),* }
            }
        }
    };
}
