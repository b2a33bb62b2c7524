//! The macros by which generated crates write their tables.

/// Defines a command as a `static`, named like the descriptor of its operation. The arguments are
/// its module, the command's name, its purpose in one line, and further settings after semicolons.
///
/// Kinds are written as `Text`, `[Text]` for a list, `{Text}` for a map and `(TYPE)` for a type of
/// the contract. An argument is given by its kind only: the rest is in the descriptor.
///
/// ```
/// # use lorgnette_runtime::{command, command_type};
/// mod operations {
///     # use lorgnette_runtime::operation;
///     operation!(LAMPS: "getLamps" GET "/lamps", query "since", query "page");
///     operation!(PUT_LAMP: "putLamp" PUT "/lamps/{id}", path "id"; body_required());
/// }
/// command_type!(Lamp: "A lamp."; object "id" Text required, "tags" [Text] "Any words.");
/// command_type!(Lamps: ""; object "lamps" [(Lamp)]);
/// command!(
///     LAMPS of operations: "lamps" "All lamps."; alias("list");
///     arguments(Millis "Since when.", Integer "Which page."); response(Json(Lamps));
///     paged(number("page").from(1), "lamps" (Lamp))
/// );
/// command!(
///     PUT_LAMP of operations: "put-lamp" "Changes a lamp."; arguments(Text "");
///     bodies(Json "application/json" (Lamp) "")
/// );
/// # assert!(LAMPS.is_read() && !PUT_LAMP.is_read());
/// # assert_eq!(PUT_LAMP.bodies[0].kind.members()[1].about, "Any words.");
/// ```
#[macro_export]
macro_rules! command {
    (
        $name:ident of $operations:ident: $command:literal $about:literal
        $(; $setting:ident ($($given:tt)*))*
    ) => {
        pub(crate) static $name: $crate::commands::Command =
            $crate::commands::Command::new(&$operations::$name, $command, $about)
                $(.$setting($crate::__command!($setting $($given)*)))*;
    };
}

/// The argument of a command's setting.
#[doc(hidden)]
#[macro_export]
macro_rules! __command {
    (arguments $($kind:tt $about:literal),*) => {
        &[$($crate::commands::argument($crate::__kind!($kind), $about)),*]
    };
    (bodies $($format:ident $([$($field:expr),*])? $media_type:literal $kind:tt $about:literal),*) => {
        &[$($crate::commands::Body {
            media_type: $media_type,
            format: $crate::commands::Format::$format $((&[$($field),*]))?,
            kind: $crate::__kind!($kind),
            about: $about,
        }),*]
    };
    (response $response:ident $($kind:tt)?) => {
        $crate::commands::Response::$response $(($crate::__kind!($kind)))?
    };
    (paged $start:ident($argument:expr) $(. $option:ident($($value:expr)?))*, $items:literal $kind:tt) => {
        $crate::commands::Paged {
            paging: $crate::paging::Paging::$start($argument)$(.$option($($value)?))*,
            items: $items,
            item: $crate::__kind!($kind),
            count: |page| $crate::commands::Paged::items_of(page, $items),
        }
    };
    (until $start:ident($($argument:expr)?) $(. $option:ident($value:expr))*) => {
        $crate::wait::Until::$start($($argument)?)$(.$option($value))*
    };
    ($setting:ident $value:expr) => {
        $value
    };
}

/// Defines a type of the contract as a `static`, from its name, its description and its kind.
///
/// ```
/// use lorgnette_runtime::command_type;
///
/// command_type!(Lamp: "A lamp."; object "id" Uuid required "Its id.", "owner" (Owner); rest Any);
/// command_type!(Owner: ""; object "name" Text, "lamps" [(Lamp)], "notes" {Text});
/// command_type!(State: "On or off."; values "\"on\"", "\"off\"");
/// command_type!(Part: ""; union "kind" { (Lamp) "lamp" "light", (Owner) "owner" });
/// # assert_eq!(Lamp.name, "Lamp");
/// ```
#[macro_export]
macro_rules! command_type {
    ($name:ident: $about:literal; object $($member:literal $kind:tt $($required:ident)? $($said:literal)?),* $(; rest $rest:tt)?) => {
        #[allow(non_upper_case_globals, reason = "named as in Rust")]
        pub(crate) static $name: $crate::commands::Type = $crate::commands::Type::object(
            stringify!($name),
            $about,
            &[$(
                $crate::commands::Member::new($member, $crate::__kind!($kind), concat!("" $(, $said)?)) $(.$required())?
            ),*],
        )
        $(.rest($crate::__kind!($rest)))?;
    };
    ($name:ident: $about:literal; values $($value:literal),*) => {
        #[allow(non_upper_case_globals, reason = "named as in Rust")]
        pub(crate) static $name: $crate::commands::Type =
            $crate::commands::Type::values(stringify!($name), $about, &[$($value),*]);
    };
    ($name:ident: $about:literal; union $($tag:literal)? { $($kind:tt $($value:literal)*),* }) => {
        #[allow(non_upper_case_globals, reason = "named as in Rust")]
        pub(crate) static $name: $crate::commands::Type = $crate::commands::Type::union(
            stringify!($name),
            $about,
            concat!("" $(, $tag)?),
            &[$(($crate::__kind!($kind), &[$($value),*])),*],
        );
    };
}

/// A kind.
#[doc(hidden)]
#[macro_export]
macro_rules! __kind {
    ([$item:tt]) => {
        $crate::commands::Kind::List(&$crate::__kind!($item))
    };
    ({$value:tt}) => {
        $crate::commands::Kind::Map(&$crate::__kind!($value))
    };
    (($($ty:tt)+)) => {
        $crate::commands::Kind::Of(&$($ty)+)
    };
    ($plain:ident) => {
        $crate::commands::Kind::$plain
    };
}
