//! The contract as a JSON tree, with JSON pointers into it and a traversal of its schemas.
//!
//! Every stage up to `lower` works on this tree, since a typed model would drop or refuse what it
//! does not know. Members keep the order of the contract.

use serde_json::{Map, Value};
use std::sync::LazyLock;

/// A contract, or a part of one.
pub type Document = Value;

/// An object of a contract; members keep their order.
pub type Object = Map<String, Value>;

/// The HTTP methods that a path item may hold, in the order in which they are generated.
pub const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// `pointer` extended by one token, which is escaped as RFC 6901 requires.
pub fn child(pointer: &str, token: &str) -> String {
    // Passes build hundreds of thousands of pointers, and nearly all tokens need no escaping.
    let mut longer = String::with_capacity(pointer.len() + 1 + token.len());
    longer.push_str(pointer);
    longer.push('/');
    if token.contains(['~', '/']) {
        longer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        longer.push_str(token);
    }
    longer
}

/// A token of a JSON pointer as the name that it represents.
pub fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A JSON pointer into `document` as the JSONPath of an overlay's target. Lists of the document are
/// counted, everything else is named.
pub fn json_path(document: &Value, pointer: &str) -> String {
    let (mut path, mut node) = ("$".to_string(), document);
    for token in pointer.split('/').skip(1) {
        let name = unescaped(token);
        let index = token.parse::<usize>().ok().filter(|_| node.is_array());
        node = match index {
            Some(index) => node.get(index).unwrap_or(&Value::Null),
            None => node.get(&name).unwrap_or(&Value::Null),
        };
        match index {
            Some(_) => path.extend(["[", token, "]"]),
            None => {
                let name = name.replace('\\', "\\\\").replace('\'', "\\'");
                path.extend(["['", &name, "']"]);
            }
        }
    }
    path
}

/// The JSON pointer of a local `$ref` (`#/components/schemas/A` gives `/components/schemas/A`),
/// percent-decoded; `None` if the reference leads out of the document.
pub fn local_pointer(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match (first, tail) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok()
}

/// The target of a local `$ref`, if it exists; one step only.
pub fn follow<'d>(document: &'d Document, reference: &str) -> Option<&'d Value> {
    document.pointer(&local_pointer(reference)?)
}

/// The `$ref` of a node, if it is text.
pub fn reference(node: &Value) -> Option<&str> {
    node.text("$ref")
}

/// The node itself, or the end of its chain of `$ref`s; `None` for a chain that is broken or
/// circular.
pub fn resolve<'d>(document: &'d Document, mut node: &'d Value) -> Option<&'d Value> {
    for _ in 0..64 {
        match reference(node) {
            Some(target) => node = follow(document, target)?,
            None => return Some(node),
        }
    }
    None
}

/// The format of a contract, without the last number of its version: `OpenAPI 3.0`; empty if
/// undeclared.
pub fn format(document: &Document) -> String {
    let version = |key: &str| document.text(key);
    let (name, version) = match (version("openapi"), version("swagger")) {
        (Some(version), _) => ("OpenAPI", version),
        (None, Some(version)) => ("Swagger", version),
        (None, None) => return String::new(),
    };
    let numbers: Vec<&str> = version.split('.').take(2).collect();
    format!("{name} {}", numbers.join("."))
}

/// The name of the component schema that a `$ref` refers to.
pub fn schema_name(reference: &str) -> Option<String> {
    // Most references need no decoding.
    if let Some(name) = reference.strip_prefix("#/components/schemas/")
        && !name.contains(['~', '%', '/'])
    {
        return Some(name.to_string());
    }
    let pointer = local_pointer(reference)?;
    let token = pointer.strip_prefix("/components/schemas/")?;
    (!token.contains('/')).then(|| unescaped(token))
}

/// The place of the component schema `name`.
pub fn schema_pointer(name: &str) -> String {
    child("/components/schemas", name)
}

/// The `$ref` of the component schema `name`.
pub fn schema_reference(name: &str) -> String {
    format!("#{}", schema_pointer(name))
}

/// `{"$ref": ...}` to the component schema `name`.
pub fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": schema_reference(name) })
}

/// The name of the component schema that a bare reference refers to.
pub fn target(schema: &Value) -> Option<String> {
    schema_name(reference(schema)?)
}

/// Members that must be objects: missing ones, or those of another type, are empty.
pub trait Node {
    /// The member, if there is one.
    fn member(&self, name: &str) -> Option<&Value>;

    /// The text of a member.
    fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_str()
    }

    /// Whether a member is `true`.
    fn flag(&self, name: &str) -> bool {
        self.member(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The items of a member.
    fn list(&self, name: &str) -> &[Value] {
        let list = self.member(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The members of a member.
    fn map(&self, name: &str) -> &Object {
        static EMPTY: LazyLock<Object> = LazyLock::new(Object::new);
        let map = self.member(name).and_then(Value::as_object);
        map.unwrap_or(&EMPTY)
    }
}

impl Node for Value {
    fn member(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Node for Object {
    fn member(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// The members of the object at a pointer; empty if there is none.
pub fn members<'d>(document: &'d Value, pointer: &str) -> impl Iterator<Item = (&'d String, &'d Value)> {
    let object = document.pointer(pointer).and_then(Value::as_object);
    object.into_iter().flatten()
}

/// The text of a member; empty if it is missing.
pub fn text<'o>(object: &'o Object, member: &str) -> &'o str {
    object.text(member).unwrap_or_default()
}

/// The items of a member; empty if it is not a list.
pub fn items<'o>(object: &'o Object, member: &str) -> impl Iterator<Item = &'o Value> {
    object.list(member).iter()
}

/// An operation with its place.
pub struct OperationPlace<'d> {
    /// The path template.
    pub path: &'d str,
    /// The HTTP method in lower case.
    pub method: &'static str,
    /// Its JSON pointer.
    pub pointer: String,
    /// The operation object.
    pub operation: &'d Object,
}

/// Every operation of the document, by path in the contract's order, then by [`METHODS`].
pub fn operations(document: &Document) -> impl Iterator<Item = OperationPlace<'_>> {
    document.map("paths").iter().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            let operation = item.get(method)?.as_object()?;
            let pointer = child(&child("/paths", path), method);
            Some(OperationPlace {
                path,
                method,
                pointer,
                operation,
            })
        })
    })
}

/// A member of an object with few members, as all objects of OpenAPI's own are: a linear search is
/// faster than hashing, and passes do this millions of times.
fn member<'o>(object: &'o mut Value, name: &str) -> Option<&'o mut Value> {
    let members = object.as_object_mut()?.iter_mut();
    members
        .into_iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Calls `visit` with every operation: pointer, path, method and the operation itself.
pub fn for_each_operation(document: &mut Document, mut visit: impl FnMut(&str, &str, &str, &mut Object)) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = member(item, method).and_then(Value::as_object_mut) {
                visit(&child(&child("/paths", path), method), path, method, operation);
            }
        }
    }
}

/// The places of schemas inside a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nested {
    One,
    List,
    Map,
}

/// The keywords of a schema that hold schemas.
const NESTED: [(&str, Nested); 10] = [
    ("properties", Nested::Map),
    ("patternProperties", Nested::Map),
    ("items", Nested::One),
    ("prefixItems", Nested::List),
    ("additionalProperties", Nested::One),
    ("allOf", Nested::List),
    ("oneOf", Nested::List),
    ("anyOf", Nested::List),
    ("not", Nested::One),
    ("contains", Nested::One),
];

/// Calls `visit` with every schema of the document, component schemas first, and of each the inner
/// schemas before the outer. Boolean schemas are visited, too. Examples, defaults and extensions
/// are not searched.
pub fn for_each_schema(document: &mut Document, mut visit: impl FnMut(&str, &mut Value)) {
    visit_roots(document, &mut |pointer, schema| {
        within_schema(pointer, schema, &mut visit);
    });
}

/// Calls `visit` with `schema` and every schema inside it, the inner ones first. `pointer` is the
/// place of `schema`.
pub fn within_schema(pointer: &str, schema: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    if let Some(object) = schema.as_object_mut() {
        for (keyword, nested) in NESTED {
            let Some(value) = object.get_mut(keyword) else {
                continue;
            };
            let at = child(pointer, keyword);
            match (nested, value) {
                (Nested::Map, Value::Object(map)) => {
                    for (key, inner) in map {
                        within_schema(&child(&at, key), inner, visit);
                    }
                }
                (Nested::List, Value::Array(list)) => {
                    for (index, inner) in list.iter_mut().enumerate() {
                        within_schema(&child(&at, &index.to_string()), inner, visit);
                    }
                }
                (Nested::One, inner @ Value::Object(_)) => within_schema(&at, inner, visit),
                _ => {}
            }
        }
    }
    visit(pointer, schema);
}

/// Calls `visit` with the outermost schemas: component schemas, then those of parameters, headers,
/// bodies and responses, in components and in paths.
pub fn visit_roots(document: &mut Document, visit: &mut impl FnMut(&str, &mut Value)) {
    if let Some(Value::Object(components)) = document.get_mut("components") {
        if let Some(Value::Object(schemas)) = components.get_mut("schemas") {
            for (name, schema) in schemas {
                let at = origin(schema).unwrap_or_else(|| child("/components/schemas", name));
                visit(&at, schema);
            }
        }
        for section in ["parameters", "headers", "requestBodies", "responses"] {
            if let Some(Value::Object(entries)) = components.get_mut(section) {
                for (name, entry) in entries {
                    visit_carrier(&child(&child("/components", section), name), entry, visit);
                }
            }
        }
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let at = child("/paths", path);
        visit_parameters(&at, item, visit);
        for method in METHODS {
            let Some(operation) = member(item, method) else {
                continue;
            };
            let at = child(&at, method);
            visit_parameters(&at, operation, visit);
            if let Some(body) = member(operation, "requestBody") {
                visit_carrier(&child(&at, "requestBody"), body, visit);
            }
            if let Some(Value::Object(responses)) = member(operation, "responses") {
                for (status, response) in responses {
                    visit_carrier(&child(&child(&at, "responses"), status), response, visit);
                }
            }
        }
    }
}

fn visit_parameters(at: &str, holder: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    if let Some(Value::Array(parameters)) = member(holder, "parameters") {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            visit_carrier(
                &child(&child(at, "parameters"), &index.to_string()),
                parameter,
                visit,
            );
        }
    }
}

/// The original place of a part of the document, if it has been moved.
pub fn origin(node: &Value) -> Option<String> {
    let origin = node.text("x-lorgnette-origin")?;
    (!origin.is_empty()).then(|| origin.to_string())
}

/// The schemas of a parameter, header, request body or response: its own, those of its media types,
/// those of its headers.
fn visit_carrier(at: &str, carrier: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    let moved = origin(carrier);
    let at = moved.as_deref().unwrap_or(at);
    if let Some(schema) = member(carrier, "schema") {
        visit(&child(at, "schema"), schema);
    }
    if let Some(Value::Object(content)) = member(carrier, "content") {
        for (media_type, entry) in content {
            let at = origin(entry).unwrap_or_else(|| child(&child(at, "content"), media_type));
            if let Some(schema) = member(entry, "schema") {
                visit(&child(&at, "schema"), schema);
            }
        }
    }
    if let Some(Value::Object(headers)) = member(carrier, "headers") {
        for (name, header) in headers {
            visit_carrier(&child(&child(at, "headers"), name), header, visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_child_escapes_slash_and_tilde() {
        assert_eq!(child("/paths", "/a~b/{c}"), "/paths/~1a~0b~1{c}");
    }

    #[test]
    fn test_local_pointer_decodes_percent() {
        assert_eq!(
            local_pointer("#/paths/~1a%7Bb%7D").as_deref(),
            Some("/paths/~1a{b}")
        );
        assert_eq!(local_pointer("other.json#/A"), None);
    }

    #[test]
    fn test_for_each_schema_visits_inner_before_outer() {
        let mut document = json!({
            "components": {"schemas": {"A": {"properties": {"b": {"items": {"type": "string"}}}}}},
            "paths": {"/x": {"get": {
                "parameters": [{"schema": {"type": "integer"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "number"}}}}}
            }}}
        });
        let mut seen = Vec::new();
        for_each_schema(&mut document, |pointer, _| seen.push(pointer.to_string()));
        assert_eq!(
            seen,
            [
                "/components/schemas/A/properties/b/items",
                "/components/schemas/A/properties/b",
                "/components/schemas/A",
                "/paths/~1x/get/parameters/0/schema",
                "/paths/~1x/get/responses/200/content/application~1json/schema",
            ]
        );
    }

    #[test]
    fn test_resolve_gives_up_on_a_circle() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        assert!(resolve(&document, &document["a"]).is_none());
    }
}
