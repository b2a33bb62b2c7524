//! Component schemas as structs, open enums and unions.
//!
//! The engine says what Rust type each member has; presence, null and documentation come from the contract. This module
//! knows the conventions of normalized schemas and the model.

use super::docs;
use super::model::{Branch, Item, Member, Presence, Shape};
use super::reach::Usage;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Document, child};
use crate::generate::projection::{self, component_schemas};
use crate::generate::{TypeExpression, Types};
use crate::text::Markdown;
use serde_json::Value;
use std::collections::HashMap;

/// All generated types, by name.
///
/// # Errors
///
/// When the engine made no type for a member.
pub fn items(document: &Document, types: &Types, usages: &HashMap<String, Usage>) -> Result<Vec<Item>> {
    let unused = Usage::default();
    let mut items = Vec::new();
    for (name, schema) in component_schemas(document) {
        let usage = usages.get(name).unwrap_or(&unused);
        let shape = shape(name, schema, types, usage)?;
        let is_eq = matches!(&shape, Shape::Enum { wire, .. } if !matches!(*wire, "f64" | "Value"));
        items.push(Item {
            name: name.clone(),
            docs: item_docs(name, schema, &shape),
            origin: schema
                .get("x-lorgnette-origin")
                .and_then(Value::as_str)
                .map_or_else(|| child("/components/schemas", name), ToString::to_string),
            tags: usage.tags.clone(),
            sent: usage.sent,
            received: usage.received,
            is_eq,
            deprecated: is_true(schema, "deprecated"),
            shape,
        });
    }
    items.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(items)
}

fn shape(name: &str, schema: &Value, types: &Types, usage: &Usage) -> Result<Shape> {
    if let Some(branches) = schema.get("x-lorgnette-union").and_then(Value::as_array) {
        return union(name, schema, branches, types);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return open_enum(name, schema, values);
    }
    let required = |key: &str| {
        let list = schema.get("required").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .any(|entry| entry.as_str() == Some(key))
    };
    let mut members = Vec::new();
    for (key, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let field = projection::member_name(key, property).to_string();
        let base = types.member(name, &field)?;
        // A member that only one direction knows cannot be demanded in the other.
        let one_way =
            is_true(property, "readOnly") && usage.sent || is_true(property, "writeOnly") && usage.received;
        let (ty, presence, required) = presence(
            base,
            required(key) && !one_way,
            is_true(property, "nullable"),
            may_be_empty(property),
            usage,
        );
        members.push(Member {
            docs: member_docs(key, property),
            deprecated: is_true(property, "deprecated"),
            wire: key.clone(),
            field,
            ty,
            presence,
            required,
        });
    }
    let rest = match projection::rest_schema(schema) {
        None => None,
        Some(_) => {
            let field = projection::rest_name(schema);
            match types.member(name, &field)? {
                TypeExpression::Map(value) => Some((field, *value)),
                other => Some((field, other)),
            }
        }
    };
    let aliases = schema
        .get("x-lorgnette-aliases")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let aliases = aliases.filter_map(|(alias, target)| {
        let index = members
            .iter()
            .position(|member| Some(member.wire.as_str()) == target.as_str())?;
        Some((alias.clone(), index))
    });
    let aliases = aliases.collect();
    Ok(Shape::Object {
        members,
        rest,
        aliases,
    })
}

/// The type of a member with what its absence means, and whether a value is needed to make the struct.
fn presence(
    base: TypeExpression,
    required: bool,
    nullable: bool,
    may_be_empty: bool,
    usage: &Usage,
) -> (TypeExpression, Presence, bool) {
    match (required, nullable) {
        (true, false) => (base, Presence::Plain, true),
        (true, true) => (base.optional(), Presence::Nullable, true),
        (false, true) if usage.replaces => (TypeExpression::Nullable(Box::new(base)), Presence::Plain, false),
        (false, _)
            if may_be_empty
                && !usage.sent
                && matches!(base, TypeExpression::Vec(_) | TypeExpression::Map(_)) =>
        {
            (base, Presence::Default, false)
        }
        (false, _) => (base.optional(), Presence::Plain, false),
    }
}

/// Whether a list or map may be without entries: one that may not cannot stand for one that is absent.
fn may_be_empty(property: &Value) -> bool {
    let least = |keyword: &str| property.get(keyword).and_then(Value::as_f64).unwrap_or(0.0);
    least("minItems") < 1.0 && least("minProperties") < 1.0
}

fn union(name: &str, schema: &Value, branches: &[Value], types: &Types) -> Result<Shape> {
    let text = |branch: &Value, key: &str| {
        branch
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string()
    };
    let mut made = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        let tags = branch.get("tags").and_then(Value::as_array).into_iter().flatten();
        made.push(Branch {
            variant: text(branch, "ident"),
            ty: types.member(name, &projection::branch_name(index))?,
            tags: tags.filter_map(Value::as_str).map(ToString::to_string).collect(),
        });
    }
    let tag = schema
        .get("x-lorgnette-tag")
        .and_then(Value::as_str)
        .map(ToString::to_string);
    Ok(Shape::Union { tag, branches: made })
}

fn open_enum(name: &str, schema: &Value, values: &[Value]) -> Result<Shape> {
    let mixed = is_true(schema, "x-lorgnette-mixed");
    let wire = match schema.get("type").and_then(Value::as_str) {
        _ if mixed => "Value",
        Some("integer") if values.iter().all(Value::is_i64) => "i64",
        Some("integer" | "number") => "f64",
        Some("boolean") => "bool",
        _ => "str",
    };
    let variants = schema
        .get("x-lorgnette-variants")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if variants.len() != values.len() {
        let pointer = child("/components/schemas", name);
        return Err(Error::new(
            Station::Refine,
            pointer,
            "an enum needs one variant for each value",
        ));
    }
    let names = variants
        .iter()
        .map(|variant| variant.as_str().unwrap_or_default().to_string());
    Ok(Shape::Enum {
        wire,
        values: names.zip(values.iter().cloned()).collect(),
    })
}

fn item_docs(name: &str, schema: &Value, shape: &Shape) -> Markdown {
    let description = schema
        .get("description")
        .or_else(|| schema.get("title"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let description = Markdown::prose(description).sentence();
    let template = match shape {
        Shape::Object { .. } => "The contract's {}.",
        Shape::Enum { .. } => "The values of the contract's {}.",
        Shape::Union { .. } => "The alternatives of the contract's {}.",
    };
    let said = match description.is_empty() {
        true => Markdown::filled(template, &[&Markdown::code(origin(name, schema))]),
        false => description,
    };
    let note = schema.get("x-note").and_then(Value::as_str).unwrap_or_default();
    Markdown::paragraphs([said, Markdown::prose(note).sentence()])
}

/// How the contract calls a schema: the last part of its place that is a name and no structure.
fn origin<'s>(name: &'s str, schema: &'s Value) -> &'s str {
    const STRUCTURE: [&str; 9] = [
        "items",
        "schema",
        "additionalProperties",
        "content",
        "parameters",
        "requestBody",
        "responses",
        "allOf",
        "oneOf",
    ];
    let pointer = schema
        .get("x-lorgnette-origin")
        .and_then(Value::as_str)
        .unwrap_or(name);
    let is_name = |part: &str| {
        !part.contains('~') && !part.bytes().all(|byte| byte.is_ascii_digit()) && !STRUCTURE.contains(&part)
    };
    // What stands in an operation without a name of its own is better called as it is called here.
    match pointer.rsplit('/').find(|part| is_name(part)) {
        Some(part) if !crate::document::METHODS.contains(&part) => part,
        _ => name,
    }
}

fn member_docs(wire: &str, property: &Value) -> Markdown {
    let description = property
        .get("description")
        .or_else(|| property.get("title"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let description = Markdown::prose(description).sentence();
    let limits = docs::limits(property);
    match (description.is_empty(), limits.is_empty()) {
        (true, true) => Markdown::filled("{}.", &[&Markdown::code(wire)]),
        (true, false) => Markdown::filled("{}: {}", &[&Markdown::code(wire), &limits]),
        (false, _) => Markdown::sentences([description, limits]),
    }
}

fn is_true(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn usage(sent: bool, replaces: bool) -> Usage {
        Usage {
            sent,
            replaces,
            received: true,
            ..Usage::default()
        }
    }

    fn list() -> TypeExpression {
        TypeExpression::Vec(Box::new(TypeExpression::Plain("String")))
    }

    #[test]
    fn test_presence_of_an_optional_list_depends_on_the_direction() {
        assert_eq!(
            presence(list(), false, false, true, &usage(false, false)),
            (list(), Presence::Default, false)
        );
        assert_eq!(
            presence(list(), false, false, true, &usage(true, false)),
            (list().optional(), Presence::Plain, false)
        );
    }

    #[test]
    fn test_presence_of_a_list_that_is_never_empty_is_optional() {
        assert!(!may_be_empty(&json!({"type": "array", "minItems": 2})));
        assert!(may_be_empty(
            &json!({"type": "array", "minItems": 0, "maxItems": 2})
        ));
        assert_eq!(
            presence(list(), false, false, false, &usage(false, false)),
            (list().optional(), Presence::Plain, false)
        );
    }

    #[test]
    fn test_presence_tells_null_from_absent_where_a_body_replaces() {
        let text = TypeExpression::Plain("String");
        let (ty, _, _) = presence(text.clone(), false, true, true, &usage(true, true));
        assert_eq!(ty.to_string(), "Nullable<String>");
        let (ty, _, _) = presence(text, false, true, true, &usage(true, false));
        assert_eq!(ty.to_string(), "Option<String>");
    }

    #[test]
    fn test_presence_of_a_required_member_that_may_be_null_writes_null() {
        let made = presence(TypeExpression::Plain("i64"), true, true, true, &usage(true, true));
        assert_eq!(
            made,
            (TypeExpression::Plain("i64").optional(), Presence::Nullable, true)
        );
    }
}
