//! Ranks descriptions of a member by how much they say.

use crate::document::{Node, Object};
use crate::normalize::schemas::keywords::{self, SchemaKind};
use serde_json::Value;

/// The schema that determines the values of a member.
pub(super) fn resolved<'s>(value: &'s Value, schemas: &'s Object) -> &'s Object {
    static EMPTY: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Object::new);
    let mut schema = value.as_object().unwrap_or(&EMPTY);
    for _ in 0..16 {
        let next = keywords::refers_to(schema)
            .and_then(|key| schemas.get(&key))
            .and_then(Value::as_object);
        match next {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// Whether both are enums of one type, and the later one lists values that the earlier one does
/// not.
pub(super) fn widens(earlier: &Object, later: &Object) -> bool {
    let values = earlier.list("enum");
    !values.is_empty()
        && earlier.text("type") == later.text("type")
        && later.list("enum").iter().any(|value| !values.contains(value))
}

/// How much a schema says about its values.
pub(super) fn rank(schema: &Object) -> u8 {
    match keywords::kind(schema) {
        SchemaKind::Object | SchemaKind::Enum | SchemaKind::Union | SchemaKind::Composition => 4,
        SchemaKind::Simple => match schema.text("type") {
            None => 0,
            Some("object") => 1,
            Some("number" | "string") if !schema.contains_key("format") => 2,
            Some(_) => 3,
        },
    }
}
