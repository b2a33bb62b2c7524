//! Setters for the fields of settings, which callers cannot write as a struct expression.

/// A method for each of these fields, of the same name, that gives it a value.
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
