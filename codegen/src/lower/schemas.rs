//! Lowering of schemas: component schemas become types, all others uses of types.

use super::nodes::{NodePlace, flag, string};
use super::spellings;
use crate::document::{self, Document, Node, Object, child, items, members, text};
use crate::ir::{
    self, Annotations, Branch, Enum, EnumKind, EnumValue, Home, Integer, Member, Provenance, Shape, Text,
    Type, TypeDef, TypeRef, Union,
};
use crate::origins::Origins;
use indexmap::IndexMap;
use serde_json::{Number, Value, json};
use std::collections::HashSet;

/// The types of a document, by name.
pub(super) fn types(document: &Document, origins: &Origins) -> IndexMap<String, TypeDef> {
    let schemas = component_schemas(document);
    let schemas = schemas.filter_map(|(name, node)| {
        let schema = node.as_object()?;
        Some((name.clone(), type_def(name, node, schema, origins)))
    });
    schemas.collect()
}

fn type_def(name: &str, node: &Value, schema: &Object, origins: &Origins) -> TypeDef {
    let place = NodePlace::new(child("/components/schemas", name), schema, origins);
    let extends = schema.list("x-lorgnette-extends").iter();
    TypeDef {
        called: Provenance::new(&place.pointer).called().map(str::to_string),
        provenance: place.provenance(),
        home: schema.get("x-lorgnette-hoisted").map(home),
        extends: extends.filter_map(Value::as_str).map(str::to_string).collect(),
        shared: Vec::new(),
        also: Vec::new(),
        description: string(schema, "description"),
        title: string(schema, "title"),
        note: text(schema, "x-lorgnette-note").to_string(),
        deprecated: flag(schema, "deprecated"),
        said: said(schema),
        shape: shape(node, schema, &place),
    }
}

/// Properties of a named schema's values that hold wherever it is used: one direction only, and the
/// default of an absent value.
fn said(schema: &Object) -> Option<Box<Annotations>> {
    let said = Annotations {
        read_only: flag(schema, "readOnly"),
        write_only: flag(schema, "writeOnly"),
        default: schema.get("default").filter(|value| !value.is_null()).cloned(),
        ..Annotations::default()
    };
    (said != Annotations::default()).then(|| Box::new(said))
}

/// Marks of `inline_schemas` on the place of a schema without a name.
fn home(hoisted: &Value) -> Home {
    let text = |key: &str| {
        let text = hoisted.text(key);
        text.unwrap_or_default().to_string()
    };
    Home {
        owner: text("owner"),
        hint: text("hint"),
        bare: text("bare"),
        role: text("role"),
    }
}

fn shape(node: &Value, schema: &Object, place: &NodePlace<'_>) -> Shape {
    if schema.contains_key("x-lorgnette-union") {
        Shape::Union(union(schema))
    } else if schema.contains_key("enum") {
        Shape::Enum(values(schema))
    } else {
        Shape::Object(object(node, schema, place))
    }
}

fn object(node: &Value, schema: &Object, place: &NodePlace<'_>) -> ir::Object {
    let required: HashSet<&str> = items(schema, "required").filter_map(Value::as_str).collect();
    let properties = schema.map("properties");
    let usual = place.child("properties");
    let moved = schema.map("x-lorgnette-origins");
    let members = properties.iter().map(|(wire, property)| {
        let provenance = match moved.text(wire) {
            Some(pointer) => Provenance::new(place.origins.of(pointer)),
            None => usual.child(wire).provenance(),
        };
        let required = required.contains(wire.as_str());
        Member::new(provenance, wire, required, type_ref(property))
    });
    ir::Object {
        members: members.collect(),
        rest: rest_schema(node).map(|rest| (String::new(), type_ref(&rest))),
        unknown: String::new(),
        aliases: spellings::aliases(schema),
    }
}

fn values(schema: &Object) -> Enum {
    let mut given = given(schema).into_iter();
    let values = || items(schema, "enum");
    let kind = match text(schema, "type") {
        _ if flag(schema, "x-lorgnette-mixed") => EnumKind::Mixed,
        "integer" if values().all(Value::is_i64) => EnumKind::Integer,
        "integer" | "number" => EnumKind::Number,
        "boolean" => EnumKind::Boolean,
        _ => EnumKind::Text,
    };
    let values = values().map(|value| EnumValue {
        value: value.clone(),
        given: given.next(),
        variant: String::new(),
    });
    Enum {
        kind,
        values: values.collect(),
    }
}

/// The names that the contract itself gives the values, in the extensions of several tools.
fn given(schema: &Object) -> Vec<String> {
    let values: Vec<&Value> = items(schema, "enum").collect();
    for keyword in ["x-enum-varnames", "x-enumNames"] {
        let names: Vec<String> = items(schema, keyword)
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect();
        if names.len() == values.len() && names.iter().all(|name| name.chars().any(char::is_alphanumeric)) {
            return names;
        }
    }
    let listed = schema
        .get("x-ms-enum")
        .and_then(|it| it.get("values")?.as_array());
    let name_of = |value: &&Value| {
        let mut listed = listed.into_iter().flatten();
        let entry = listed.find(|entry| entry.get("value") == Some(*value))?;
        Some(entry.text("name")?.to_string())
    };
    values
        .iter()
        .map(name_of)
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

fn union(schema: &Object) -> Union {
    let branches = items(schema, "x-lorgnette-union").map(|branch| {
        let tags = branch.list("tags").iter().filter_map(Value::as_str);
        Branch {
            variant: String::new(),
            ty: branch.get("schema").map(type_ref).unwrap_or_default(),
            tags: tags.map(str::to_string).collect(),
        }
    });
    Union {
        tag: string(schema, "x-lorgnette-tag"),
        branches: branches.collect(),
    }
}

/// The use of a type that an unnamed schema describes.
pub(super) fn type_ref(schema: &Value) -> TypeRef {
    let Some(object) = schema.as_object() else {
        return TypeRef::default();
    };
    TypeRef {
        ty: ty(schema, object),
        nullable: flag(object, "nullable"),
        annotations: annotations(object),
    }
}

fn ty(schema: &Value, object: &Object) -> Type {
    if let Some(name) = reference(schema).and_then(document::schema_name) {
        return Type::Named(name);
    }
    let inner = |key: &str| Box::new(object.get(key).map(type_ref).unwrap_or_default());
    match text(object, "type") {
        "array" => Type::List(inner("items")),
        "object" => Type::Map(inner("additionalProperties")),
        "string" => Type::Text(match text(object, "format") {
            "date-time" => Text::DateTime,
            "naive-date-time" => Text::NaiveDateTime,
            "date" => Text::Date,
            "uuid" => Text::Uuid,
            "binary" => Text::Binary,
            "byte" => Text::Base64,
            "password" => Text::Password,
            _ => Text::Plain,
        }),
        "integer" => Type::Integer(match text(object, "format") {
            "int32" => Integer::I32,
            "uint64" => Integer::U64,
            _ => Integer::I64,
        }),
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        _ => Type::Any,
    }
}

fn annotations(schema: &Object) -> Option<Box<Annotations>> {
    let number = |key: &str| -> Option<Number> { schema.get(key)?.as_number().cloned() };
    let annotations = Annotations {
        description: string(schema, "description"),
        title: string(schema, "title"),
        deprecated: flag(schema, "deprecated"),
        read_only: flag(schema, "readOnly"),
        write_only: flag(schema, "writeOnly"),
        default: schema.get("default").filter(|value| !value.is_null()).cloned(),
        minimum: number("minimum"),
        maximum: number("maximum"),
        min_length: number("minLength"),
        max_length: number("maxLength"),
        min_items: number("minItems"),
        max_items: number("maxItems"),
        min_properties: number("minProperties"),
        pattern: string(schema, "pattern"),
        format: string(schema, "x-lorgnette-format"),
    };
    (annotations != Annotations::default()).then(|| Box::new(annotations))
}

/// The component schemas of a document with their names.
fn component_schemas(document: &Document) -> impl Iterator<Item = (&String, &Value)> {
    members(document, "/components/schemas")
}

/// The `$ref` of a schema that is a reference, bare or wrapped to carry siblings.
fn reference(schema: &Value) -> Option<&str> {
    document::reference(schema).or_else(|| match schema.get("allOf")?.as_array()?.as_slice() {
        [only] => document::reference(only),
        _ => None,
    })
}

/// The schema of an object's additional properties, if it has a place for them.
fn rest_schema(schema: &Value) -> Option<Value> {
    match schema.get("additionalProperties")? {
        Value::Bool(true) => Some(json!({})),
        inner @ Value::Object(_) => Some(inner.clone()),
        _ => None,
    }
}
