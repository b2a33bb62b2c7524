//! Constructors and setters of structs that requests contain.

/// Gives a struct that requests contain a constructor, which takes its required members, and a
/// setter for each member.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Sensor {
///     pub id: u64,
///     pub name: String,
///     pub tags: Option<Vec<String>>,
///     pub from: Option<f64>,
/// }
/// lorgnette_runtime::sent!(
///     Sensor(id[u64], name[into String]) { tags[list into String], from as set_from[f64] }
/// );
///
/// let sensor = Sensor::new(7, "Hall").tags(["north", "new"]).set_from(1.5);
/// assert_eq!(sensor.tags.as_deref(), Some(&["north".to_string(), "new".to_string()][..]));
/// ```
///
/// The argument of a setter is in brackets: a type, `into` for values that convert into it, `list`
/// for items, `map` for entries, `opt` for values that may be `None`, and `null` for values that
/// may be [`Nullable::Null`](crate::Nullable::Null). After `implied` follow members that can have
/// only one value, and after `keeps` the field for members that the contract does not name.
#[macro_export]
macro_rules! sent {
    (
        $name:ident($($required:ident $(as $required_setter:ident)? [$($needed:tt)*]),*)
        { $($optional:ident $(as $optional_setter:ident)? [$($given:tt)*]),* }
        $(implied { $($implied:ident = $value:expr),* })? $(keeps $kept:ident)?
    ) => {
        #[allow(deprecated, clippy::too_many_arguments, clippy::new_without_default)]
        impl $name {
            /// Creates a value with its required members; setters add others.
            pub fn new($($required: $crate::__given!($($needed)*)),*) -> Self {
                Self {
                    $($required: $crate::__taken!($required $($needed)*),)*
                    $($($implied: $value,)*)?
                    $($optional: ::core::default::Default::default(),)*
                    $($kept: ::core::default::Default::default(),)?
                }
            }
            $($crate::__setter!($required $(as $required_setter)? [$($needed)*]);)*
            $($crate::__setter!($optional $(as $optional_setter)? [$($given)*]);)*
        }
    };
}

/// Converts the values of its branches into a union that requests contain.
///
/// ```
/// # use lorgnette_runtime::Value;
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum Offset {
///     Minutes(i64),
///     Name(String),
///     Unknown(Value),
/// }
/// lorgnette_runtime::branches!(Offset { Minutes: i64, Name: String, Name: &str });
///
/// assert_eq!(Offset::from("UTC"), Offset::Name("UTC".into()));
/// ```
#[macro_export]
macro_rules! branches {
    ($name:ident { $($variant:ident: $ty:ty),* }) => {
        $(
            #[allow(deprecated)]
            impl ::core::convert::From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value.into())
                }
            }
        )*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __setter {
    ($field:ident [$($given:tt)*]) => {
        $crate::__setter!($field as $field [$($given)*]);
    };
    ($field:ident as $setter:ident [$($given:tt)*]) => {
        #[doc = ::core::concat!("Sets [`", ::core::stringify!($field), "`](field@Self::", ::core::stringify!($field), ").")]
        #[must_use]
        pub fn $setter(mut self, $field: $crate::__given!($($given)*)) -> Self {
            self.$field = $crate::__taken!($field $($given)*);
            self
        }
    };
}

/// The type of an argument.
#[doc(hidden)]
#[macro_export]
macro_rules! __given {
    (into $ty:ty) => { impl ::core::convert::Into<$ty> };
    (list into $ty:ty) => { impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<$ty>> };
    (list $ty:ty) => { impl ::core::iter::IntoIterator<Item = $ty> };
    (map into $ty:ty) => {
        impl ::core::iter::IntoIterator<
            Item = (impl ::core::convert::Into<String>, impl ::core::convert::Into<$ty>),
        >
    };
    (map $ty:ty) => { impl ::core::iter::IntoIterator<Item = (impl ::core::convert::Into<String>, $ty)> };
    (opt $ty:ty) => { impl ::core::convert::Into<::core::option::Option<$ty>> };
    (null $ty:ty) => { impl ::core::convert::Into<$crate::Nullable<$ty>> };
    ($ty:ty) => { $ty };
}

/// The conversion of an argument to its field.
#[doc(hidden)]
#[macro_export]
macro_rules! __taken {
    ($given:ident into $ty:ty) => {
        ::core::convert::Into::<$ty>::into($given).into()
    };
    ($given:ident list into $ty:ty) => {
        $given
            .into_iter()
            .map(::core::convert::Into::into)
            .collect::<::std::vec::Vec<$ty>>()
            .into()
    };
    ($given:ident list $ty:ty) => {
        $given.into_iter().collect::<::std::vec::Vec<$ty>>().into()
    };
    ($given:ident map into $ty:ty) => {
        $given
            .into_iter()
            .map(|(name, value)| {
                (
                    ::core::convert::Into::into(name),
                    ::core::convert::Into::into(value),
                )
            })
            .collect::<$crate::BTreeMap<String, $ty>>()
            .into()
    };
    ($given:ident map $ty:ty) => {
        $given
            .into_iter()
            .map(|(name, value)| (::core::convert::Into::into(name), value))
            .collect::<$crate::BTreeMap<String, $ty>>()
            .into()
    };
    ($given:ident opt $ty:ty) => {
        $given.into()
    };
    ($given:ident null $ty:ty) => {
        $given.into()
    };
    ($given:ident $ty:ty) => {
        $given.into()
    };
}
