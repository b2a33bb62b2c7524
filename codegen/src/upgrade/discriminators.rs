//! Turns discriminators into objects, as 3.0 requires, and the values that subtypes name in
//! extensions into their mapping.
//!
//! ```text
//! Pet: {discriminator: kind}     Cat: {allOf: [{$ref: Pet}], x-discriminator-value: cat}
//! becomes
//! Pet: {discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat"}}}
//! ```
//!
//! A subtype of a subtype counts for every base above it.

use crate::document::{Document, Node, members, reference, schema_name, schema_reference};
use crate::upgrade::members::object_at;
use crate::upgrade::walk::for_each_schema;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Rewrites every discriminator of the document.
pub fn apply(document: &mut Document) {
    for_each_schema(document, &mut |_, schema| {
        if let Some(discriminator @ Value::String(_)) = schema.get_mut("discriminator") {
            *discriminator = json!({"propertyName": discriminator.take()});
        }
    });
    let mut values: Vec<(String, String, String)> = Vec::new();
    for (name, schema) in members(document, "/components/schemas") {
        let value = ["x-discriminator-value", "x-ms-discriminator-value"]
            .into_iter()
            .find_map(|key| schema.text(key));
        let Some(value) = value else { continue };
        let (mut open, mut met) = (bases(schema), HashSet::new());
        while let Some(base) = open.pop() {
            if !met.insert(base.clone()) {
                continue;
            }
            let above = document
                .pointer("/components/schemas")
                .and_then(|schemas| schemas.get(&base));
            open.extend(above.map(bases).unwrap_or_default());
            values.push((base, value.to_owned(), name.clone()));
        }
    }
    for (base, value, name) in values {
        let base = document
            .pointer_mut("/components/schemas")
            .and_then(|schemas| schemas.get_mut(&base));
        let discriminator = base.and_then(|base| base.get_mut("discriminator")?.as_object_mut());
        if let Some(mapping) = discriminator.and_then(|discriminator| object_at(discriminator, "mapping")) {
            mapping
                .entry(value)
                .or_insert_with(|| Value::String(schema_reference(&name)));
        }
    }
}

/// The components that a schema extends.
fn bases(schema: &Value) -> Vec<String> {
    schema
        .list("allOf")
        .iter()
        .filter_map(reference)
        .filter_map(schema_name)
        .collect()
}
