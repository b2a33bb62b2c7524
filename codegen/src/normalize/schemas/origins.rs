//! The original places of a schema's properties, including those copied from other schemas.

use super::inline_schemas::ORIGIN;
use crate::document::{Node, Object, child, schema_pointer};
use serde_json::Value;

/// The member that holds the original places of properties from other schemas, by name.
pub(super) const ORIGINS: &str = "x-lorgnette-origins";

/// The place of the component `key`.
pub(super) fn component(key: &str, schema: &Object) -> String {
    let origin = schema.text(ORIGIN);
    origin.map_or_else(|| schema_pointer(key), str::to_string)
}

/// The place of the property `name` of `schema`, which is at `place`.
pub(super) fn property(schema: &Object, place: &str, name: &str) -> String {
    let moved = schema.get(ORIGINS).and_then(|origins| origins.text(name));
    moved.map_or_else(|| child(&child(place, "properties"), name), str::to_string)
}

/// Records in `schema` that its property `name` was originally at `place`.
pub(super) fn keep(schema: &mut Object, name: &str, place: String) {
    let origins = schema
        .entry(ORIGINS)
        .or_insert_with(|| Value::Object(Object::new()));
    if let Some(origins) = origins.as_object_mut() {
        origins.insert(name.to_string(), Value::String(place));
    }
}
