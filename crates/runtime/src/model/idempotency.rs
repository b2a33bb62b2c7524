//! The key by which a server knows two requests for one.

use super::operation::Operation;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use uuid::Uuid;

/// The key of a call, which is that of all its attempts.
pub(crate) struct Key {
    header: HeaderName,
    value: HeaderValue,
}

impl Key {
    /// A new key for a call of this operation, if it has such a header. A parameter that is that header gets it as its value,
    /// unless the caller has set it.
    pub(crate) fn new(operation: &Operation, values: &mut [Value]) -> Option<Self> {
        let name = operation.idempotency_key?;
        let key = Uuid::new_v4().to_string();
        let mut parameters = operation.parameters.iter().zip(values);
        if let Some((_, value)) = parameters.find(|(parameter, _)| parameter.is_header(name))
            && value.is_null()
        {
            *value = Value::String(key.clone());
        }
        Some(Self {
            header: HeaderName::try_from(name).ok()?,
            value: HeaderValue::try_from(key).ok()?,
        })
    }

    /// Puts it on the request, unless there is one.
    pub(crate) fn put(self, headers: &mut HeaderMap) {
        headers.entry(self.header).or_insert(self.value);
    }
}
