//! The key by which a server recognizes a repeated request.

use super::operation::Operation;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use uuid::{Builder, Uuid};

/// The key of a call, shared by all its attempts.
pub(crate) struct Key {
    header: HeaderName,
    value: HeaderValue,
}

impl Key {
    /// A new key for a call of this operation, if the operation has such a header. If a parameter
    /// stands for that header, it gets the key as its value, unless the caller has set it.
    pub(crate) fn new(operation: &Operation, values: &mut [Value]) -> Option<Self> {
        let name = operation.idempotency_key?;
        let key = random().to_string();
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

    /// Adds the key to the request, unless it already has one.
    pub(crate) fn put(self, headers: &mut HeaderMap) {
        headers.entry(self.header).or_insert(self.value);
    }
}

/// A random UUID. The standard library's hashers have 128-bit keys from the operating system, a new
/// one each time, which is random enough without a further crate.
fn random() -> Uuid {
    let half = |number: u8| RandomState::new().hash_one(number);
    let (high, low) = (u128::from(half(0)), u128::from(half(1)));
    Builder::from_u128(high << 64 | low)
        .with_version(uuid::Version::Random)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn test_no_two_keys_are_the_same_in_any_thread() {
        let keys = || -> Vec<Uuid> { (0..10_000).map(|_| random()).collect() };
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(keys)).collect();
        let mut found = HashSet::new();
        for thread in threads {
            found.extend(thread.join().unwrap_or_default());
        }
        assert_eq!(found.len(), 80_000);
        assert!(found.iter().all(|key| key.get_version_num() == 4));
    }
}
