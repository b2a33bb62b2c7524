//! Webhooks and callbacks, which a vendor's server sends.

/// Makes an enum of webhooks, with a variant for each event, and its parser.
///
/// ```
/// use lorgnette_runtime::{Value, webhooks};
///
/// webhooks!(
///     /// What the vendor's server sends.
///     Webhook {
///         /// A lamp broke.
///         "lamp-broke" LampBroke(Vec<String>),
///         "lamp-told" LampTold(Value)
///     }
/// );
/// # fn main() -> Result<(), lorgnette_runtime::codec::Error> {
/// let webhook = Webhook::parse("lamp-broke", br#"["hall"]"#)?;
/// assert!(matches!(&webhook, Webhook::LampBroke(lamps) if lamps[0] == "hall"));
/// assert_eq!(webhook.event(), "lamp-broke");
/// assert_eq!(Webhook::EVENTS, ["lamp-broke", "lamp-told"]);
/// // An API grows.
/// let other = Webhook::parse("lamp-bought", b"{}")?;
/// assert!(matches!(&other, Webhook::Unknown(event, _) if event == "lamp-bought"));
/// assert!(Webhook::parse("lamp-broke", b"{}").is_err());
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! webhooks {
    ($(#[$docs:meta])* $name:ident { $($(#[$doc:meta])* $event:literal $variant:ident($payload:ty)),* $(,)? }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant(Box<$payload>),)*
            /// An event that the contract does not know, and its body.
            Unknown(String, $crate::Value),
        }

        impl $name {
            /// The events that the contract knows.
            pub const EVENTS: &'static [&'static str] = &[$($event),*];

            /// Reads the body of the webhook of an event.
            ///
            /// # Errors
            ///
            /// When the body is not JSON, or does not match the contract's schema of the event.
            pub fn parse(event: &str, body: &[u8]) -> $crate::codec::Result<Self> {
                match event {
                    $($event => $crate::codec::from_json(body).map(|it| Self::$variant(Box::new(it))),)*
                    other => $crate::codec::from_json(body).map(|it| Self::Unknown(other.to_owned(), it)),
                }
            }

            /// The event.
            #[must_use]
            pub fn event(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $event,)*
                    Self::Unknown(event, _) => event,
                }
            }
        }
    };
}
