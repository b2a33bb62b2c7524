//! The macro with which generated crates define their operations.

/// Defines an operation as a `static` from its id, method, path and parameters, and after
/// semicolons the settings of [`Operation`](crate::Operation).
///
/// ```
/// lorgnette_runtime::operation!(
///     LIST_EYES: "listEyes" GET "/sites/{site}/eyes", path "site", query "page".required(), query "kind".comma();
///     security(&[&["oauth2"]]); retry_on(&[503])
/// );
/// # assert_eq!(LIST_EYES.path(), "/sites/{site}/eyes");
/// ```
#[macro_export]
macro_rules! operation {
    (
        $name:ident: $id:literal $method:ident $path:literal
        $(, $location:ident $wire:literal $(. $option:ident ($($argument:expr)?))*)*
        $(; $setting:ident ($($value:expr)?))*
    ) => {
        pub(crate) static $name: $crate::Operation = $crate::Operation::new($id, $crate::Method::$method, $path)
            .parameters(&[$($crate::Parameter::$location($wire) $(.$option($($argument)?))*),*])
            $(.$setting($($value)?))*;
    };
}
