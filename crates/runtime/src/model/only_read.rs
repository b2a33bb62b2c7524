//! Structs that only responses contain: programs receive them, and create them only for mocks.

/// Gives a struct that only responses contain a default value or, if members are required, a
/// constructor, for mocks.
///
/// Both are hidden unless the crate's feature `mock` is on. So a new required member, which changes
/// the constructor, is not a breaking change.
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
///
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Place {
///     pub id: i64,
///     pub name: Option<String>,
/// }
/// lorgnette_runtime::only_read!(Place(id: i64) { name });
///
/// assert_eq!(Place::new(7), Place { id: 7, name: None });
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
    (
        $name:ident($($required:ident: $ty:ty),*) { $($field:ident),* }
        $(implied { $($implied:ident = $value:expr),* })?
    ) => {
        impl $name {
            /// Creates a value with its required members.
            #[cfg_attr(not(feature = "mock"), doc(hidden))]
            #[allow(deprecated, clippy::too_many_arguments)]
            pub fn new($($required: $ty),*) -> Self {
                Self {
                    $($required: ::core::convert::Into::into($required),)*
                    $($($implied: $value,)*)?
                    $($field: ::core::default::Default::default()),*
                }
            }
        }
    };
}
