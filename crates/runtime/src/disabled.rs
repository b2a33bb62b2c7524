//! What stands in for the operations of a tag whose cargo feature is off.

/// Methods that cannot be called, in a module that is there while the feature is off.
///
/// A method that is compiled out is unknown to the compiler, which then suggests whatever else it
/// knows. A method in its place, whose bound never holds, makes the error say what is missing.
///
/// ```
/// pub struct Client;
/// lorgnette_runtime::disabled!("lamps" lamps "`lamp` needs the feature `lamps`" Client: lamp(_));
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! disabled {
    ($feature:tt $module:ident $message:tt $client:path: $($method:ident($($argument:tt),*)),+ $(,)?) => {
        #[cfg(not(feature = $feature))]
        mod $module {
            #[allow(unused_imports)]
            use super::*;

            #[derive(Debug)]
            pub struct FeatureIsOff<'client>(::core::marker::PhantomData<&'client $client>);

            #[diagnostic::on_unimplemented(message = $message)]
            pub trait FeatureIsOn {}

            #[doc(hidden)]
            #[allow(missing_docs)]
            impl $client {
                $(
                    pub fn $method<'client>(
                        &'client self $(, $argument: impl ::core::marker::Sized)*
                    ) -> FeatureIsOff<'client>
                    where
                        FeatureIsOff<'client>: FeatureIsOn,
                    {
                        FeatureIsOff(::core::marker::PhantomData)
                    }
                )+
            }
        }
    };
}
