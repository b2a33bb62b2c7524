//! What a caller may change about a single call, and what completes a generated request.

use crate::transport::retry::RetryPolicy;
use crate::transport::{CallSettings, framing};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a caller may change about a single call.
#[derive(Default)]
pub struct Options {
    pub(crate) settings: CallSettings,
    pub(crate) headers: HeaderMap,
    /// Pairs for the query, behind those of parameters.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) error: Option<String>,
}

/// What every builder of a generated crate can do besides setting parameters. Each has these
/// methods itself, too: the trait is for functions that take any builder.
pub trait CallOptions: Sized {
    /// The options of the call.
    #[doc(hidden)]
    fn options(&mut self) -> &mut Options;

    /// Gives the whole call this long, instead of what the client says: all attempts and the waits
    /// before and between them, until the response has been read, or has begun if it is a stream.
    /// See [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    #[must_use]
    fn timeout(mut self, limit: Duration) -> Self {
        self.options().settings.timeout = Some(limit);
        self
    }

    /// Waits this long for the next bytes of the response, instead of what the client says; see
    /// [`ClientBuilder::read_timeout`](crate::ClientBuilder::read_timeout).
    ///
    /// How long a connection may take is said for the client alone: connections are shared by
    /// calls. A call's [`timeout`](Self::timeout) ends that wait, too.
    #[must_use]
    fn read_timeout(mut self, limit: Duration) -> Self {
        self.options().settings.read_timeout = Some(limit);
        self
    }

    /// Tries the request again by these rules, instead of the client's; [`RetryPolicy::off`] for
    /// never. The budget stays that of the client.
    #[must_use]
    fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options().settings.retry = Some(Arc::new(policy));
        self
    }

    /// Refuses a response with members that do not fit their types, where the client keeps them as
    /// they came; see [`ClientBuilder::lenient`](crate::ClientBuilder::lenient).
    #[must_use]
    fn strict(mut self) -> Self {
        self.options().settings.is_strict = true;
        self
    }

    /// Sends this parameter of the query too, behind those of the operation: for what a server
    /// knows and the contract does not.
    #[must_use]
    fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.options().query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sends this header too, instead of one of the same name; credentials and the type of a form
    /// stand over it. A name or value that HTTP does not allow fails the call.
    #[must_use]
    fn header(mut self, name: &str, value: &str) -> Self {
        let options = self.options();
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), _) if framing::is_framing(&name) => options.error = Some(framing::refused(&name)),
            (Ok(name), Ok(value)) => {
                options.headers.insert(name, value);
            }
            (Ok(name), Err(_)) => {
                options.error = Some(format!("the value for the header `{name}` cannot be sent"));
            }
            (Err(_), _) => options.error = Some("the name of an additional header cannot be sent".to_owned()),
        }
        self
    }
}

/// Completes a generated builder, which is a tuple around its call: how it begins, the options of
/// every call, and `send`. Behind the arrow stand the types of a success and of the declared
/// errors, if there are any.
///
/// ```ignore
/// builder!(Agent: AGENT => types::Agent, responses::Error404);
/// ```
#[macro_export]
macro_rules! builder {
    ($name:ident: $operation:ident => $success:ty $(, $error:ty)?) => {
        impl<'client> ::core::convert::From<&'client $crate::Client> for $name<'client> {
            fn from(client: &'client $crate::Client) -> Self {
                Self($crate::Call::new(client, &$operation))
            }
        }
        $crate::builder!($name);
        $crate::builder!(options $name);
        $crate::__mockable!($name => $success $(, $error)?);
        impl<'client> $name<'client> {
            /// Sends the request.
            ///
            /// # Errors
            ///
            /// When a required parameter is missing, no response comes, or the response is an
            /// error.
            pub fn send(self) -> $crate::Sending<'client, $success $(, $error)?> {
                self.0.sending()
            }
        }
    };
    // The options and what any request can do, as methods that need no import.
    (options $name:ident) => {
        impl<'client> $name<'client> {
            /// Gives the whole call this long, instead of what the client says. See
            /// [`CallOptions::timeout`](lorgnette_runtime::CallOptions::timeout).
            #[inline]
            pub fn timeout(self, limit: ::core::time::Duration) -> Self {
                $crate::CallOptions::timeout(self, limit)
            }

            /// Waits this long for the next bytes of the response, instead of what the client says.
            /// See [`CallOptions::read_timeout`](lorgnette_runtime::CallOptions::read_timeout).
            #[inline]
            pub fn read_timeout(self, limit: ::core::time::Duration) -> Self {
                $crate::CallOptions::read_timeout(self, limit)
            }

            /// Tries the request again by these rules, instead of the client's. See
            /// [`CallOptions::retry`](lorgnette_runtime::CallOptions::retry).
            #[inline]
            pub fn retry(self, policy: $crate::retry::RetryPolicy) -> Self {
                $crate::CallOptions::retry(self, policy)
            }

            /// Refuses a response with members that do not fit their types, where the client keeps
            /// them as they came. See
            /// [`CallOptions::strict`](lorgnette_runtime::CallOptions::strict).
            #[inline]
            pub fn strict(self) -> Self {
                $crate::CallOptions::strict(self)
            }

            /// Sends this parameter of the query too, which the contract does not know. See
            /// [`CallOptions::query`](lorgnette_runtime::CallOptions::query).
            #[inline]
            pub fn query(self, name: &str, value: impl ::core::fmt::Display) -> Self {
                $crate::CallOptions::query(self, name, value)
            }

            /// Sends this header too, instead of one of the same name. See
            /// [`CallOptions::header`](lorgnette_runtime::CallOptions::header).
            #[inline]
            pub fn header(self, name: &str, value: &str) -> Self {
                $crate::CallOptions::header(self, name, value)
            }

            /// Sends the request, and gives the response as it came, whatever its status: its body
            /// is read, and not decoded. Credentials, retries and limits are as usual.
            ///
            /// # Errors
            ///
            /// When the request cannot be made, or no response comes.
            #[inline]
            pub fn send_raw(self) -> $crate::Sending<'client, $crate::Bytes> {
                self.0.sending_raw()
            }

            /// The request that would be sent, with secrets masked. It prints as a command for
            /// `curl`. Nothing is sent, and no token is asked for.
            ///
            /// # Errors
            ///
            /// When the request cannot be made.
            #[inline]
            pub fn to_request(&self) -> ::core::result::Result<$crate::PreparedRequest, $crate::Error> {
                self.0.to_request()
            }
        }
    };
    // The options alone, for a builder that sends in its own way.
    ($name:ident) => {
        impl $crate::CallOptions for $name<'_> {
            fn options(&mut self) -> &mut $crate::call::Options {
                self.0.options()
            }
        }
    };
}
pub(crate) use builder;

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
