//! The types that a response is decoded as: JSON, nothing, or an enum with a variant for each
//! status.

use crate::error::Undeclared;
use crate::model::codec::{self, Wire};
use crate::transport::{BodyKind, RawResponse, ResponseKinds};

/// A type that a response can be decoded as.
pub trait FromResponse: Sized {
    /// Whether responses with this status have this type, and how their bodies are read.
    fn kind(status: u16) -> BodyKind;

    /// Whether this status, or a range that contains it, is declared explicitly, rather than
    /// covered by a default.
    fn names(status: u16) -> bool {
        Self::kind(status) != BodyKind::Undeclared
    }

    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// When the body does not match the contract.
    fn read(response: &mut RawResponse) -> codec::Result<Self>;
}

/// The responses that a call reads: successes as `T`, declared errors as `E`.
pub(crate) fn kinds<T: FromResponse, E: FromResponse>() -> ResponseKinds {
    ResponseKinds {
        success: T::kind,
        names: [T::names, E::names],
    }
}

/// The expected content is JSON, or nothing.
impl<T: Wire> FromResponse for T {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Whole.on_success(status)
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        T::from_body(&response.json()?, &mut response.reading)
    }
}

impl FromResponse for Undeclared {
    fn kind(_: u16) -> BodyKind {
        BodyKind::Undeclared
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        Err(response.undeclared())
    }
}

/// Implements [`FromResponse`] for a generated enum with a variant for each status.
///
/// A variant for several statuses holds the status before the body.
///
/// ```
/// #[derive(Debug)]
/// pub enum CreateResponse {
///     Ok(Vec<i64>),
///     NoContent(()),
///     ClientError(u16, String),
///     Other(u16, ()),
/// }
/// lorgnette_runtime::statuses!(CreateResponse {
///     200 Ok(Vec<i64>),
///     204 NoContent(()),
///     400..=499 ClientError(u16, String),
///     _ Other(u16, ()),
/// });
/// # use lorgnette_runtime::{FromResponse, response::BodyKind};
/// # assert_eq!(CreateResponse::kind(204), BodyKind::Whole);
/// ```
#[macro_export]
macro_rules! statuses {
    ($name:ident { $($low:tt $(..= $high:tt)? $variant:ident $payload:tt),* $(,)? }) => {
        impl $crate::FromResponse for $name {
            fn kind(status: u16) -> $crate::response::BodyKind {
                match status {
                    $($low $(..= $high)? => $crate::__payload!(kind $payload),)*
                    #[allow(unreachable_patterns)]
                    _ => $crate::response::BodyKind::Undeclared,
                }
            }
            fn names(status: u16) -> bool {
                match status {
                    $($low $(..= $high)? => $crate::__payload!(names $low),)*
                    #[allow(unreachable_patterns)]
                    _ => false,
                }
            }
            fn read(response: &mut $crate::response::RawResponse) -> $crate::codec::Result<Self> {
                match response.status() {
                    $($low $(..= $high)? => $crate::__payload!(read $name $variant response $payload),)*
                    #[allow(unreachable_patterns)]
                    _ => Err(response.undeclared()),
                }
            }
        }
        $crate::__mocked!($name { $($low $variant $payload),* });
    };
}

/// The content of a variant of `statuses!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __payload {
    (names _) => {
        false
    };
    (names $status:tt) => {
        true
    };
    (kind (u16, $payload:ty)) => {
        <$payload as $crate::FromResponse>::kind(200)
    };
    (kind ($payload:ty)) => {
        <$payload as $crate::FromResponse>::kind(200)
    };
    (read $name:ident $variant:ident $response:ident (u16, $payload:ty)) => {{
        let status = $response.status();
        $crate::FromResponse::read($response).map(|payload| $name::$variant(status, payload))
    }};
    (read $name:ident $variant:ident $response:ident ($payload:ty)) => {
        $crate::FromResponse::read($response).map($name::$variant)
    };
}
