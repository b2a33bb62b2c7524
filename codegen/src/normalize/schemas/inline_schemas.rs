//! Moves every inline object, enum, union and composition to a separate component.
//!
//! Before:
//! `components.schemas.Agent.properties.state = {"type": "string", "enum": ["up", "down"]}`.
//! After: `Agent.properties.state = {"$ref": ".../Agent~1state"}` and the component `Agent/state`,
//! which records its origin: `x-lorgnette-hoisted: {"owner": "Agent", "hint": "state"}`. `names`
//! derives a name from that.

use super::keywords::{self, SchemaKind};
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use crate::document::{self, Document, Node, Object, reference_to};
use crate::load::is_known;
use crate::naming;
use serde_json::{Value, json};
use std::collections::HashSet;

mod branches;

/// The member that says where a component came from that the contract has not named.
pub(super) const HOISTED: &str = "x-lorgnette-hoisted";
/// The member with the original place of a component's schema.
pub(super) const ORIGIN: &str = "x-lorgnette-origin";

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let schemas = walk::take_schemas(document);
    let mut hoist = Hoist {
        taken: schemas.keys().cloned().collect(),
        found: Object::new(),
    };
    for (key, mut schema) in schemas {
        let pointer = document::child("/components/schemas", &key);
        if let Value::Object(object) = &mut schema {
            // Owners come before what they own.
            hoist.found.insert(key.clone(), Value::Null);
            object
                .entry(ORIGIN)
                .or_insert_with(|| Value::String(pointer.clone()));
            let hint = Hint::inside(&key);
            hoist.inside(&Place::Root(&pointer), object, &hint);
        }
        hoist.found.insert(key, schema);
    }
    document::for_each_operation(document, |pointer, _, _, operation| {
        operation_schemas(&mut hoist, pointer, operation);
    });
    let found = hoist.found;
    walk::put_schemas(document, found);
}

/// The candidate names of an inline schema.
#[derive(Clone)]
struct Hint {
    /// The component that contains it.
    owner: Option<String>,
    /// Its role in the owner: a property's name, for instance.
    text: String,
    /// Its name without the owner; empty if that carries no meaning.
    bare: String,
    /// The kind of place, which decides the name of a schema that several places share.
    role: &'static str,
}

impl Hint {
    /// The hint for schemas inside the component `key`.
    fn inside(key: &str) -> Self {
        Self {
            owner: Some(key.to_string()),
            text: String::new(),
            bare: String::new(),
            role: "",
        }
    }

    /// The hint for a schema that no component owns.
    fn alone(text: String, bare: &str, role: &'static str) -> Self {
        Self {
            owner: None,
            text,
            bare: bare.to_string(),
            role,
        }
    }
}

struct Hoist {
    taken: HashSet<String>,
    found: Object,
}

fn operation_schemas(hoist: &mut Hoist, pointer: &str, operation: &mut Object) {
    let name = operation.text("operationId").unwrap_or(pointer);
    let base = naming::type_name(name);
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let called = parameter.text("name").unwrap_or("parameter").to_string();
            let at = format!("{pointer}/parameters/{index}");
            let hint = Hint::alone(format!("{base} {called}"), &called, "parameter");
            hoist.carrier(&at, parameter, &hint);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        let hint = Hint::alone(format!("{base} Body"), "", "request");
        hoist.carrier(&format!("{pointer}/requestBody"), body, &hint);
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else {
        return;
    };
    let good = responses.keys().filter(|status| status.starts_with('2')).count();
    for (status, response) in responses {
        let is_good = status.starts_with('2') || (good == 0 && status == "default");
        let text = match status.as_str() {
            _ if is_good && good <= 1 => format!("{base} Response"),
            "default" => format!("{base} Response Default"),
            _ => format!("{base} Response {status}"),
        };
        let role = if is_good { "response" } else { "error" };
        let at = document::child(&format!("{pointer}/responses"), status);
        hoist.carrier(&at, response, &Hint::alone(text, "", role));
    }
}

impl Hoist {
    /// The schemas of a parameter, body, response or header.
    fn carrier(&mut self, at: &str, carrier: &mut Value, hint: &Hint) {
        let Some(object) = carrier.as_object_mut() else {
            return;
        };
        let origin = object.text(ORIGIN).map(str::to_string);
        let at = origin.as_deref().unwrap_or(at);
        if let Some(schema) = object.get_mut("schema") {
            self.schema(&Place::Root(&document::child(at, "schema")), schema, hint);
        }
        if let Some(Value::Object(content)) = object.get_mut("content") {
            for (media_type, entry) in content {
                if let Some(schema) = entry.get_mut("schema") {
                    let at = document::child(
                        &document::child(&document::child(at, "content"), media_type),
                        "schema",
                    );
                    self.schema(&Place::Root(&at), schema, hint);
                }
            }
        }
        if let Some(Value::Object(headers)) = object.get_mut("headers") {
            for (name, header) in headers {
                let at = document::child(&document::child(at, "headers"), name);
                let hint = Hint::alone(format!("{} {name} Header", hint.text), name, "header");
                self.carrier(&at, header, &hint);
            }
        }
    }

    /// Moves a schema out if it needs a name, and processes those inside it.
    fn schema(&mut self, place: &Place<'_>, schema: &mut Value, hint: &Hint) {
        let Value::Object(object) = schema else { return };
        if keywords::kind(object) == SchemaKind::Simple {
            self.inside(place, object, hint);
            return;
        }
        let key = self.key(hint);
        self.found.insert(key.clone(), Value::Null);
        let mut component = std::mem::take(object);
        let own = Hint::inside(&key);
        self.inside(place, &mut component, &own);
        *object = site(&mut component, reference_to(&key));
        component.insert(
            HOISTED.to_string(),
            json!({ "owner": hint.owner, "hint": hint.text, "bare": hint.bare, "role": hint.role }),
        );
        component.insert(ORIGIN.to_string(), Value::String(place.pointer()));
        self.found.insert(key, Value::Object(component));
    }

    /// A unique key.
    fn key(&mut self, hint: &Hint) -> String {
        let stem = match &hint.owner {
            Some(owner) => format!("{owner}/{}", hint.text),
            None => format!("/{}", hint.text),
        };
        let mut key = stem.clone();
        let mut number = 2;
        while !self.taken.insert(key.clone()) {
            key = format!("{stem}/{number}");
            number += 1;
        }
        key
    }

    /// Processes the schemas inside one; `hint` is the candidate name of that one.
    fn inside(&mut self, place: &Place<'_>, schema: &mut Object, hint: &Hint) {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            let at = Place::Member(place, "properties");
            for (name, property) in properties {
                let text = join(&hint.text, name);
                let hint = Hint {
                    owner: hint.owner.clone(),
                    text,
                    bare: name.clone(),
                    role: "property",
                };
                self.schema(&Place::Member(&at, name), property, &hint);
            }
        }
        for (keyword, role) in [("items", "item"), ("additionalProperties", "value")] {
            if let Some(inner) = schema.get_mut(keyword).filter(|inner| inner.is_object()) {
                let text = singular(&hint.text, role);
                let bare = match (&hint.owner, hint.bare.as_str()) {
                    (Some(owner), "") if hint.text.is_empty() && role == "item" => {
                        naming::last_part(owner).to_string()
                    }
                    (_, "") => String::new(),
                    (_, bare) => singular(bare, role),
                };
                let hint = Hint {
                    owner: hint.owner.clone(),
                    text,
                    bare,
                    role,
                };
                self.schema(&Place::Member(place, keyword), inner, &hint);
            }
        }
        if let Some(Value::Array(branches)) = schema.get_mut("allOf") {
            let at = Place::Member(place, "allOf");
            for (index, branch) in branches.iter_mut().enumerate() {
                // The branches of a composition are parts of the whole; only schemas inside them
                // are moved out.
                if let Some(branch) = branch.as_object_mut() {
                    self.inside(&Place::Index(&at, index), branch, hint);
                }
            }
        }
        let tag = schema.map("discriminator").text("propertyName");
        let tag = tag.map(str::to_string);
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
                continue;
            };
            let at = Place::Member(place, keyword);
            let names: Vec<String> = (0..branches.len())
                .map(|index| branches::name(branches, tag.as_deref(), index))
                .collect();
            for ((index, branch), name) in branches.iter_mut().enumerate().zip(names) {
                let text = join(&hint.text, &name);
                let hint = Hint {
                    owner: hint.owner.clone(),
                    text,
                    bare: String::new(),
                    role: "branch",
                };
                self.schema(&Place::Index(&at, index), branch, &hint);
            }
        }
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() {
        second.to_string()
    } else if second.is_empty() {
        first.to_string()
    } else {
        format!("{first} {second}")
    }
}

/// The remains at the place of use: the reference, and settings of the use rather than of the
/// schema.
fn site(component: &mut Object, reference: Value) -> Object {
    let keys: Vec<String> = component.keys().cloned().collect();
    let mut siblings = Object::new();
    for key in keys {
        if keywords::is_of_the_use(&key) {
            if let Some(value) = component.shift_remove(&key) {
                siblings.insert(key, value);
            }
        } else if key == "description"
            || (key.starts_with("x-")
                && !key.starts_with("x-enum")
                && (is_known(&key) || !key.starts_with("x-lorgnette-")))
        {
            siblings.insert(key.clone(), component[&key].clone());
        }
    }
    keywords::wrapped(reference, siblings)
}

/// Irregular plurals, and words with the same form in the singular.
const IRREGULAR: [(&str, &str); 19] = [
    ("analyses", "analysis"),
    ("axes", "axis"),
    ("caches", "cache"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("diagnoses", "diagnosis"),
    ("indices", "index"),
    ("leaves", "leaf"),
    ("matrices", "matrix"),
    ("men", "man"),
    ("movies", "movie"),
    ("people", "person"),
    ("quizzes", "quiz"),
    ("series", "series"),
    ("shelves", "shelf"),
    ("species", "species"),
    ("vertices", "vertex"),
    ("viruses", "virus"),
    ("women", "woman"),
];

/// The singular: `results` gives `result`, `access` is unchanged.
pub(super) fn singular(text: &str, role: &str) -> String {
    let (head, word) = text
        .rsplit_once(' ')
        .map_or(("", text), |(head, word)| (head, word));
    // Words without a separate plural keep their form for an item, since the list itself needs no
    // name.
    let suffix = if role == "value" { "value" } else { "" };
    let lower = word.to_ascii_lowercase();
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == lower) {
        return match *one == lower {
            true => join(text, suffix),
            false => join(head, one),
        };
    }
    let cut = |by: usize, with: &str| join(head, &format!("{}{with}", &word[..word.len() - by]));
    if word.len() < 4 || !word.is_ascii() {
        return join(text, suffix);
    }
    if lower.ends_with("ies") {
        cut(3, "y")
    } else if ["sses", "xes", "ches", "shes", "tuses", "iases", "nuses"]
        .iter()
        .any(|end| lower.ends_with(end))
    {
        cut(2, "")
    } else if lower.ends_with('s')
        && !["ss", "us", "is", "ews", "ies"]
            .iter()
            .any(|end| lower.ends_with(end))
    {
        cut(1, "")
    } else {
        join(text, suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{names, normalized, variants, with_schemas};
    use serde_json::json;

    #[test]
    fn test_inline_schemas_are_named_after_owner_and_member() {
        let (document, _) = normalized(with_schemas(json!({
            "Agents": {"type": "object", "properties": {
                "results": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
                "byName": {"type": "object", "additionalProperties": {"type": "object", "properties": {"n": {"type": "integer"}}}},
                "mode": {"type": "string", "enum": ["a", "b"], "description": "d", "default": "a", "nullable": true}
            }}
        })));
        assert_eq!(
            names(&document),
            ["Agents", "AgentsResult", "AgentsByNameValue", "AgentsMode"]
        );
        let properties = &document["components"]["schemas"]["Agents"]["properties"];
        assert_eq!(
            properties["mode"],
            json!({
                "allOf": [{"$ref": "#/components/schemas/AgentsMode"}],
                "description": "d", "default": "a", "nullable": true
            })
        );
        assert_eq!(
            properties["results"]["items"],
            json!({"$ref": "#/components/schemas/AgentsResult"})
        );
        let origin = &document["components"]["schemas"]["AgentsResult"]["x-lorgnette-origin"];
        assert_eq!(origin, "/components/schemas/Agents/properties/results/items");
    }

    #[test]
    fn test_schemas_of_operations_are_named_after_them() {
        let object =
            |name: &str| json!({"schema": {"type": "object", "properties": {name: {"type": "string"}}}});
        let (document, _) = normalized(json!({"paths": {"/eyes": {"post": {
            "operationId": "create_eye",
            "parameters": [{"name": "sortBy", "in": "query", "schema": {"type": "array", "items": {"enum": ["name", "age"]}}}],
            "requestBody": {"content": {"application/json": object("a")}},
            "responses": {
                "201": {"content": {"application/json": object("b")}},
                "404": {"content": {"application/json": object("c")}},
                "default": {"content": {"application/json": object("d")}}
            }
        }}}}));
        assert_eq!(
            names(&document),
            [
                "CreateEyeSortBy",
                "CreateEyeBody",
                "CreateEyeResponse",
                "CreateEyeResponse404",
                "CreateEyeResponseDefault"
            ]
        );
    }

    #[test]
    fn test_branches_are_named_after_title_or_value_or_number() {
        let kind = |value: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": [value]}}});
        let mut titled = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        titled["title"] = json!("With A");
        let (document, _) = normalized(with_schemas(json!({
            "Tagged": {"oneOf": [kind("x"), kind("y")]},
            "Free": {"oneOf": [titled, {"type": "object", "properties": {"b": {"type": "string"}}}, {"type": "string"}]}
        })));
        assert_eq!(variants(&document, "Tagged"), ["X", "Y"]);
        assert_eq!(variants(&document, "Free"), ["WithA", "WithB", "Text"]);
    }

    #[test]
    fn test_branches_are_named_after_what_tells_them_apart() {
        let object = |required: &str, members: &[&str]| {
            let members: serde_json::Map<_, _> = members
                .iter()
                .map(|name| ((*name).to_string(), json!({"type": "string"})))
                .collect();
            json!({"type": "object", "required": [required], "properties": members})
        };
        let list = json!({"type": "array", "items": {"enum": ["a", "b"]}});
        let reference = |name: &str| json!({"$ref": crate::document::schema_reference(name)});
        let composed = |name: &str| json!({"allOf": [reference(name), reference("Sms")]});
        let (document, _) = normalized(with_schemas(json!({
            "Auth": {"oneOf": [object("user", &["id", "name", "user"]), object("token", &["id", "token"]), object("id", &["id"])]},
            "Sort": {"oneOf": [{"enum": ["up", "down"]}, list, object("by", &["by"])]},
            "Sms": {"type": "object", "properties": {"to": {"type": "string"}}},
            "Text": object("text", &["text"]), "Image": object("image", &["image"]),
            "Message": {"oneOf": [composed("Text"), composed("Image")]}
        })));
        assert_eq!(variants(&document, "Auth"), ["WithUser", "WithToken", "Third"]);
        assert_eq!(variants(&document, "Sort"), ["WithBy", "Value", "ItemList"]);
        assert_eq!(variants(&document, "Message"), ["Text", "Image"]);
    }

    #[test]
    fn test_singular_of_names() {
        for (many, one) in [
            ("results", "result"),
            ("entries", "entry"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("boxes", "box"),
            ("data", "data"),
            ("status", "status"),
            ("ids", "ids"),
            ("aliases", "alias"),
            ("series", "series"),
            ("houses", "house"),
            ("my indices", "my index"),
            ("caches", "cache"),
            ("leaves", "leaf"),
        ] {
            assert_eq!(super::singular(many, "item"), one);
        }
    }
}
