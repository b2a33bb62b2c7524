//! Placeholders for the operations of a tag whose cargo feature is off.

/// Defines methods that cannot be called, in a module that exists only while the feature is off.
///
/// If a method is compiled out, the compiler suggests unrelated methods. A placeholder whose bound
/// never holds makes the error name the missing feature.
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
