//! Setters for the fields of settings types, which callers cannot create with a struct expression.

/// Defines, for each of these fields, a method of the same name that sets it.
macro_rules! setters {
    ($settings:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        impl $settings {
            $(
                #[doc = concat!(
                    "With this [`", stringify!($field), "`](Self#structfield.", stringify!($field), ")."
                )]
                #[must_use]
                pub const fn $field(mut self, $field: $kind) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

pub(crate) use setters;
