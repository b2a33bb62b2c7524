//! Constructors of generated structs.

/// Gives a struct a constructor that takes its required members; all others are left out.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Sensor {
///     pub id: i64,
///     pub name: String,
///     pub tags: Option<Vec<String>>,
/// }
/// lorgnette_runtime::constructor!(Sensor(id: i64, name: impl Into<String>) { tags });
///
/// assert_eq!(Sensor::new(7, "Hall"), Sensor { id: 7, name: "Hall".into(), tags: None });
/// ```
#[macro_export]
macro_rules! constructor {
    ($(#[$attribute:meta])* $name:ident($($required:ident: $ty:ty),*) { $($field:ident),* }) => {
        impl $name {
            /// Creates a value with its required members.
            $(#[$attribute])*
            #[allow(deprecated, clippy::too_many_arguments)]
            pub fn new($($required: $ty),*) -> Self {
                Self {
                    $($required: ::core::convert::Into::into($required),)*
                    $($field: ::core::default::Default::default()),*
                }
            }
        }
    };
}

/// Gives a struct that only responses hold its constructor, or its empty value where no member is required, for mocks.
///
/// Both are hidden unless the crate's feature `mock` is on: what may come is the server's choice, so that a member which the
/// server always gives from now on takes them away, and that is no breaking change.
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
    ($name:ident($($required:ident: $ty:ty),*) { $($field:ident),* }) => {
        $crate::constructor!(
            #[cfg_attr(not(feature = "mock"), doc(hidden))]
            $name($($required: $ty),*) { $($field),* }
        );
    };
}
