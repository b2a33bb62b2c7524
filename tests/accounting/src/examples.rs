//! Collects the payloads that a contract contains: examples of schemas and of bodies, and fixtures.

use crate::account::{Typed, View, types};
use crate::contract::Contract;
use crate::declared::{Declared, DeclaredContent, DeclaredOperation, Node};
use crate::json_schema::{Schemas, objections};
use crate::surface::{RustType, Surface};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// A payload with the type that reads it.
#[derive(Clone, Debug)]
pub struct Example<'d> {
    /// Its place in the contract, or the name of the fixture.
    pub place: String,
    /// The payload.
    pub value: &'d Value,
    /// Its schema.
    pub schema: Node<'d>,
    /// The type that corresponds to the schema.
    pub ty: RustType,
    /// The validator's objection; `None` if the contract accepts the payload.
    pub objections: Vec<String>,
}

/// A payload and its schema.
struct ExamplePayload<'d> {
    place: String,
    value: &'d Value,
    schema: String,
}

/// The payloads of a contract. `fixtures` are further payloads, by `x-resourceId` or name of a
/// schema.
///
/// # Errors
///
/// When the validator rejects the contract's schemas.
pub fn examples<'d>(
    declared: &Declared<'d>,
    surface: &Surface,
    fixtures: Option<&'d Value>,
) -> Result<Vec<Example<'d>>, String> {
    let typed = types(declared, surface);
    let mut found = Vec::new();
    for operation in &declared.operations {
        of_operation(declared, operation, &mut found);
    }
    for (place, typed) in &typed {
        for (example, value) in of_schema(&typed.schema) {
            found.push(ExamplePayload {
                place: example,
                value,
                schema: place.clone(),
            });
        }
    }
    of_fixtures(declared, fixtures, &mut found);
    let contract = Contract {
        document: declared.documents.root().value.clone(),
    };
    let schemas = Schemas::of(&contract)?;
    let mut validators: BTreeMap<String, Option<Validator>> = BTreeMap::new();
    let mut met = HashSet::new();
    let mut examples = Vec::new();
    for found in found {
        let Some(Typed { schema, types }) = typed.get(&found.schema) else {
            continue;
        };
        let validator = validators
            .entry(found.schema.clone())
            .or_insert_with(|| schemas.validator(&schema.pointer).ok());
        let Some(validator) = validator else { continue };
        for ty in types {
            let key = (std::ptr::from_ref(found.value) as usize, ty.clone());
            if is_readable(ty) && met.insert(key) {
                examples.push(Example {
                    place: found.place.clone(),
                    value: found.value,
                    schema: schema.clone(),
                    ty: ty.clone(),
                    objections: objections(validator, found.value),
                });
            }
        }
    }
    Ok(examples)
}

/// Whether values of the type are sent as JSON.
fn is_readable(ty: &RustType) -> bool {
    !matches!(
        ty.name.as_str(),
        "Upload" | "ByteStream" | "Text" | "EventStream" | "()"
    ) && ty.arguments.iter().all(is_readable)
}

/// The examples of a schema: `example`, and 3.1's list.
fn of_schema<'d>(schema: &Node<'d>) -> Vec<(String, &'d Value)> {
    let one = schema.get("example").into_iter();
    let several = schema.get("examples").filter(|it| it.value.is_array());
    let several = several.iter().flat_map(|it| it.items().collect::<Vec<_>>());
    one.chain(several)
        .map(|node| (node.place(), node.value))
        .collect()
}

fn of_operation<'d>(
    declared: &Declared<'d>,
    operation: &DeclaredOperation<'d>,
    found: &mut Vec<ExamplePayload<'d>>,
) {
    let bodies = operation.body.iter().flat_map(|body| &body.contents);
    let responses = operation.responses.iter().flat_map(|response| &response.contents);
    for content in bodies.chain(responses) {
        of_content(declared, content, found);
    }
    // Azure's examples: a whole call, with its parameters and its response.
    let calls = operation.node.get("x-ms-examples");
    for (_, call) in calls.iter().flat_map(|it| it.members().collect::<Vec<_>>()) {
        let Some(call) = declared.resolve(&call) else {
            continue;
        };
        for response in &operation.responses {
            let body = call
                .get("responses")
                .and_then(|it| it.get(&response.status))
                .and_then(|it| it.get("body"));
            let schema = response
                .contents
                .iter()
                .find_map(|content| content.schema.as_ref());
            push(body, schema, found);
        }
        let name = operation.body.as_ref().and_then(|body| body.node.text("name"));
        let body = name.and_then(|name| call.get("parameters")?.get(name));
        let mut contents = operation.body.iter().flat_map(|body| &body.contents);
        push(body, contents.find_map(|content| content.schema.as_ref()), found);
    }
}

fn push<'d>(value: Option<Node<'d>>, schema: Option<&Node<'d>>, found: &mut Vec<ExamplePayload<'d>>) {
    if let (Some(value), Some(schema)) = (value, schema) {
        found.push(ExamplePayload {
            place: value.place(),
            value: value.value,
            schema: schema.place(),
        });
    }
}

/// The examples of a body: `example`, `examples` and Swagger's, by media type.
fn of_content<'d>(
    declared: &Declared<'d>,
    content: &DeclaredContent<'d>,
    found: &mut Vec<ExamplePayload<'d>>,
) {
    let is_json = content.media_type.contains("json") || content.media_type.contains('*');
    let Some(schema) = content.schema.as_ref().filter(|_| is_json) else {
        return;
    };
    push(
        content.node.get("example").filter(|_| !declared.is_swagger),
        Some(schema),
        found,
    );
    let Some(examples) = content.node.get("examples") else {
        return;
    };
    if declared.is_swagger {
        push(examples.get(content.media_type), Some(schema), found);
        return;
    }
    for (_, example) in examples.members() {
        let value = declared
            .resolve(&example)
            .and_then(|example| example.get("value"));
        push(value, Some(schema), found);
    }
}

/// Fixtures: `resources`, by the names that schemas declare for themselves.
fn of_fixtures<'d>(
    declared: &Declared<'d>,
    fixtures: Option<&'d Value>,
    found: &mut Vec<ExamplePayload<'d>>,
) {
    let resources = fixtures.and_then(|fixtures| fixtures.get("resources")?.as_object());
    let schemas = declared.schemas();
    for (name, value) in resources.into_iter().flatten() {
        let schema = schemas
            .iter()
            .find(|(known, schema)| schema.text("x-resourceId") == Some(name) || known == name);
        if let Some((_, schema)) = schema {
            found.push(ExamplePayload {
                place: format!("fixture {name}"),
                value,
                schema: schema.place(),
            });
        }
    }
}

/// Whether a schema declares the member at `path`, in any branch of a choice. Explicitly allowed
/// additional properties also count as declared.
pub fn declares<'d>(declared: &Declared<'d>, schema: &Node<'d>, path: &[String]) -> bool {
    is_declared(declared, std::slice::from_ref(schema), path, 0)
}

fn is_declared<'d>(declared: &Declared<'d>, nodes: &[Node<'d>], path: &[String], depth: usize) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return true;
    };
    if depth > 64 {
        return false;
    }
    let view = View::of(declared, nodes);
    let within = |nodes: &[Node<'d>]| is_declared(declared, nodes, rest, depth + 1);
    let property = view.properties.iter().find(|(name, _)| name == first);
    let is_index = first.bytes().all(|byte| byte.is_ascii_digit());
    property.is_some_and(|(_, nodes)| within(nodes))
        || is_index && !view.items.is_empty() && within(&view.items)
        || property.is_none()
            && view
                .additional
                .as_ref()
                .is_some_and(|(_, nodes)| nodes.is_empty() || within(nodes))
        || property.is_none()
            && view
                .patterns
                .iter()
                .any(|node| within(std::slice::from_ref(node)))
        || view
            .choices
            .iter()
            .flatten()
            .any(|branch| is_declared(declared, std::slice::from_ref(branch), path, depth + 1))
}
