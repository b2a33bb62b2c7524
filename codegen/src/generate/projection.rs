//! The engine's input for an API.
//!
//! progenitor and typify reject or panic on many constructs (unions, clashing enum values, limits,
//! defaults). The projection is an OpenAPI document without operations: each type is an object with
//! its members under their Rust names, and their types are made of lists, maps, primitive types and
//! references only. Everything else is in the model, which later stages read.

use crate::document::schema_reference;
use crate::ir::{Api, Integer, Shape, Text, Type, TypeDef, TypeRef};
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, Components, Info, IntegerFormat, IntegerType,
    NumberType, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat, StringType,
    VariantOrUnknownOrEmpty,
};
use std::collections::HashSet;

/// The types of an API in the form that the engine takes.
#[derive(Debug)]
pub struct Projection<'a> {
    /// The types with names.
    pub named: Vec<NamedType<'a>>,
    /// The distinct types of parameters, bodies and responses, each with the pointer of its first
    /// use.
    pub used: Vec<(&'a Type, &'a str)>,
}

/// A type with a name.
#[derive(Debug)]
pub struct NamedType<'a> {
    /// Its name.
    pub name: &'a str,
    /// The pointer of its schema.
    pub pointer: &'a str,
    /// Its members by their Rust names: the branches if it is a union, none if it is an enum.
    pub members: Vec<(String, &'a Type)>,
}

/// Projects an API.
pub fn project(api: &Api) -> Projection<'_> {
    let named = api.types.iter().map(|(name, definition)| NamedType {
        name,
        pointer: definition.provenance.pointer(),
        members: members(definition),
    });
    let mut used = Vec::new();
    let mut known = HashSet::new();
    for operation in &api.operations {
        let parameters = operation.parameters.iter();
        let parameters = parameters.map(|parameter| (&parameter.ty, &parameter.provenance));
        let body = operation.body.iter().flat_map(|body| &body.content);
        let responses = operation.responses.iter().flat_map(|response| &response.content);
        let contents = body
            .chain(responses)
            .filter_map(|content| Some((content.ty.as_ref()?, &content.provenance)));
        for (TypeRef { ty, .. }, provenance) in parameters.chain(contents) {
            if known.insert(ty) {
                used.push((ty, provenance.pointer()));
            }
        }
    }
    Projection {
        named: named.collect(),
        used,
    }
}

fn members(definition: &TypeDef) -> Vec<(String, &Type)> {
    match &definition.shape {
        Shape::Object(object) => {
            let members = object.members.iter();
            let members = members.map(|member| (member.field.clone(), &member.ty.ty));
            let rest = object
                .rest
                .as_ref()
                .map(|(field, value)| (field.clone(), &value.ty));
            members.chain(rest).collect()
        }
        Shape::Enum(_) => Vec::new(),
        Shape::Union(union) => {
            let branches = union.branches.iter().enumerate();
            branches
                .map(|(index, branch)| (branch_name(index), &branch.ty.ty))
                .collect()
        }
    }
}

/// The projected name of a union's branch.
pub fn branch_name(index: usize) -> String {
    format!("branch{index}")
}

/// An OpenAPI document of these types, each with its members. Every member is required, so that the
/// engine gives its bare type.
pub fn openapi<'p>(types: impl Iterator<Item = (&'p str, Vec<(&'p str, &'p Type)>)>) -> OpenAPI {
    let schemas = types.map(|(name, members)| (name.to_string(), ReferenceOr::Item(object(members))));
    OpenAPI {
        openapi: "3.0.3".to_string(),
        info: Info {
            title: "projection".to_string(),
            version: "1".to_string(),
            ..Info::default()
        },
        components: Some(Components {
            schemas: schemas.collect(),
            ..Components::default()
        }),
        ..OpenAPI::default()
    }
}

/// The engine would treat an object without members as a map, so such an object gets one member.
fn object(mut members: Vec<(&str, &Type)>) -> Schema {
    if members.is_empty() {
        members.push(("value", &Type::Boolean));
    }
    let properties = members
        .iter()
        .map(|(name, ty)| ((*name).to_string(), boxed(schema(ty, false))));
    plain(openapiv3::Type::Object(ObjectType {
        properties: properties.collect(),
        required: members.iter().map(|(name, _)| (*name).to_string()).collect(),
        ..ObjectType::default()
    }))
}

fn plain(ty: openapiv3::Type) -> Schema {
    Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Type(ty),
    }
}

fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
    }
}

/// The schema of a type. Whether a value may be null matters only inside a list or map.
fn schema(ty: &Type, nullable: bool) -> ReferenceOr<Schema> {
    let inner = |used: &TypeRef| schema(&used.ty, used.nullable);
    let mut made = match ty {
        Type::Any => Schema {
            schema_data: SchemaData::default(),
            schema_kind: SchemaKind::Any(AnySchema::default()),
        },
        Type::Boolean => plain(openapiv3::Type::Boolean(BooleanType::default())),
        Type::Number => plain(openapiv3::Type::Number(NumberType::default())),
        Type::Integer(width) => plain(openapiv3::Type::Integer(IntegerType {
            format: match width {
                Integer::I32 => VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32),
                Integer::I64 => VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64),
                Integer::U64 => VariantOrUnknownOrEmpty::Unknown("uint64".to_string()),
            },
            ..IntegerType::default()
        })),
        Type::Text(text) => plain(openapiv3::Type::String(StringType {
            format: format(*text),
            ..StringType::default()
        })),
        Type::List(item) => plain(openapiv3::Type::Array(ArrayType {
            items: Some(boxed(inner(item))),
            min_items: None,
            max_items: None,
            unique_items: false,
        })),
        Type::Map(value) => plain(openapiv3::Type::Object(ObjectType {
            additional_properties: Some(AdditionalProperties::Schema(Box::new(inner(value)))),
            ..ObjectType::default()
        })),
        Type::Named(name) => {
            let reference = ReferenceOr::ref_(&schema_reference(name));
            if !nullable {
                return reference;
            }
            Schema {
                schema_data: SchemaData::default(),
                schema_kind: SchemaKind::AllOf {
                    all_of: vec![reference],
                },
            }
        }
    };
    made.schema_data.nullable = nullable;
    ReferenceOr::Item(made)
}

fn format(text: Text) -> VariantOrUnknownOrEmpty<StringFormat> {
    match text {
        Text::Plain => VariantOrUnknownOrEmpty::Empty,
        Text::DateTime => VariantOrUnknownOrEmpty::Item(StringFormat::DateTime),
        Text::NaiveDateTime => VariantOrUnknownOrEmpty::Unknown("naive-date-time".to_string()),
        Text::Date => VariantOrUnknownOrEmpty::Item(StringFormat::Date),
        Text::Uuid => VariantOrUnknownOrEmpty::Unknown("uuid".to_string()),
        Text::Binary => VariantOrUnknownOrEmpty::Item(StringFormat::Binary),
        Text::Base64 => VariantOrUnknownOrEmpty::Item(StringFormat::Byte),
        Text::Password => VariantOrUnknownOrEmpty::Item(StringFormat::Password),
    }
}
