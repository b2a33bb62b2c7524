//! What a named schema says of its values wherever it is used: that only one direction has them,
//! and what stands for an absent one.

use super::nodes::flag;
use crate::document::Document;
use crate::ir::{Annotations, Api};
use serde_json::Value;
use std::collections::HashMap;

/// Gives every use of a named schema what the schema says of its values.
pub(super) fn apply(api: &mut Api, document: &Document) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let said = schemas.into_iter().flatten().filter_map(|(name, schema)| {
        let schema = schema.as_object()?;
        let said = Annotations {
            read_only: flag(schema, "readOnly"),
            write_only: flag(schema, "writeOnly"),
            default: schema.get("default").filter(|value| !value.is_null()).cloned(),
            ..Annotations::default()
        };
        (said != Annotations::default()).then_some((name.as_str(), said))
    });
    let said: HashMap<&str, Annotations> = said.collect();
    if said.is_empty() {
        return;
    }
    api.each_use_mut(&mut |used| {
        let Some(said) = used.named().and_then(|name| said.get(name)) else {
            return;
        };
        let own = used.annotations.get_or_insert_default();
        own.read_only |= said.read_only;
        own.write_only |= said.write_only;
        if own.default.is_none() {
            own.default.clone_from(&said.default);
        }
    });
}
