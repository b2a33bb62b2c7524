//! Options of a single call, and the macro that completes a generated request.

use crate::transport::retry::RetryPolicy;
use crate::transport::{CallSettings, framing};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Options of a single call.
#[derive(Default)]
pub struct Options {
    pub(crate) settings: CallSettings,
    pub(crate) headers: HeaderMap,
    /// Query pairs, after those of parameters.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) error: Option<String>,
}

/// Options that every builder of a generated crate has in addition to its parameters. Each builder
/// also has these methods itself; the trait is for functions that take any builder.
pub trait CallOptions: Sized {
    /// The options of the call.
    #[doc(hidden)]
    fn options(&mut self) -> &mut Options;

    /// Limits the whole call to this time, instead of the client's: all attempts and the waits
    /// before and between them, until the response has been read, or has begun if it is a stream.
    /// See [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    #[must_use]
    fn timeout(mut self, limit: Duration) -> Self {
        self.options().settings.timeout = Some(limit);
        self
    }

    /// Waits this long for the next bytes of the response, instead of the client's time; see
    /// [`ClientBuilder::read_timeout`](crate::ClientBuilder::read_timeout).
    ///
    /// The time to connect is a setting of the client only, since calls share connections. A call's
    /// [`timeout`](Self::timeout) ends that wait as well.
    #[must_use]
    fn read_timeout(mut self, limit: Duration) -> Self {
        self.options().settings.read_timeout = Some(limit);
        self
    }

    /// Retries the request by these rules instead of the client's; [`RetryPolicy::off`] disables
    /// retries. The budget stays that of the client.
    #[must_use]
    fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options().settings.retry = Some(Arc::new(policy));
        self
    }

    /// Refuses a response with members that do not match their types, even if the client keeps such
    /// members unchanged; see [`ClientBuilder::lenient`](crate::ClientBuilder::lenient).
    #[must_use]
    fn strict(mut self) -> Self {
        self.options().settings.is_strict = true;
        self
    }

    /// Adds this query parameter after those of the operation, for parameters that the contract
    /// does not declare.
    #[must_use]
    fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.options().query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds this header, in place of one of the same name; credentials and the type of a form take
    /// precedence. A name or value that HTTP does not allow fails the call.
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

/// Completes a generated builder, which is a tuple around its call: its constructor, the options of
/// every call, and `send`. The types of a success and of the declared errors, if any, follow the
/// arrow.
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
            /// When a required parameter is missing, no response arrives, or the response is an
            /// error.
            pub fn send(self) -> $crate::Sending<'client, $success $(, $error)?> {
                self.0.sending()
            }
        }
    };
    // The options and the methods of every request, available without an import.
    (options $name:ident) => {
        impl<'client> $name<'client> {
            /// Limits the whole call to this time, instead of the client's. See
            /// [`CallOptions::timeout`](lorgnette_runtime::CallOptions::timeout).
            #[inline]
            pub fn timeout(self, limit: ::core::time::Duration) -> Self {
                $crate::CallOptions::timeout(self, limit)
            }

            /// Waits this long for the next bytes of the response, instead of the client's time.
            /// See [`CallOptions::read_timeout`](lorgnette_runtime::CallOptions::read_timeout).
            #[inline]
            pub fn read_timeout(self, limit: ::core::time::Duration) -> Self {
                $crate::CallOptions::read_timeout(self, limit)
            }

            /// Retries the request by these rules instead of the client's. See
            /// [`CallOptions::retry`](lorgnette_runtime::CallOptions::retry).
            #[inline]
            pub fn retry(self, policy: $crate::retry::RetryPolicy) -> Self {
                $crate::CallOptions::retry(self, policy)
            }

            /// Refuses a response with members that do not match their types, even if the client
            /// keeps such members unchanged. See
            /// [`CallOptions::strict`](lorgnette_runtime::CallOptions::strict).
            #[inline]
            pub fn strict(self) -> Self {
                $crate::CallOptions::strict(self)
            }

            /// Adds this query parameter, which the contract does not declare. See
            /// [`CallOptions::query`](lorgnette_runtime::CallOptions::query).
            #[inline]
            pub fn query(self, name: &str, value: impl ::core::fmt::Display) -> Self {
                $crate::CallOptions::query(self, name, value)
            }

            /// Adds this header, in place of one of the same name. See
            /// [`CallOptions::header`](lorgnette_runtime::CallOptions::header).
            #[inline]
            pub fn header(self, name: &str, value: &str) -> Self {
                $crate::CallOptions::header(self, name, value)
            }

            /// Sends the request, and returns the raw response, regardless of its status: the body
            /// is read but not decoded. Credentials, retries and limits apply as usual.
            ///
            /// # Errors
            ///
            /// When the request cannot be built, or no response arrives.
            #[inline]
            pub fn send_raw(self) -> $crate::Sending<'client, $crate::Bytes> {
                self.0.sending_raw()
            }

            /// Returns the request that would be sent, with secrets masked. It prints as a `curl`
            /// command. Nothing is sent, and no token is requested.
            ///
            /// # Errors
            ///
            /// When the request cannot be built.
            #[inline]
            pub fn to_request(&self) -> ::core::result::Result<$crate::PreparedRequest, $crate::Error> {
                self.0.to_request()
            }
        }
    };
    // Only the options, for a builder that sends in its own way.
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
