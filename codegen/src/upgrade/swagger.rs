//! Converts the structure of a Swagger 2.0 document to OpenAPI 3.0. Schemas are converted
//! afterwards, like those of any version.
//!
//! Members keep their order: renamed members stay in place, `servers` and `components` take the
//! place of their first part.

mod bodies;
mod parameters;
mod places;
mod references;
mod responses;
mod security;
mod servers;

use super::members::texts;
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child, resolve};
use serde_json::{Map, Value};

/// The members that operations inherit from the document.
struct Inherited {
    /// The original document, for following references.
    document: Document,
    consumes: Vec<String>,
    produces: Vec<String>,
}

/// The sections that OpenAPI 3 keeps among its components: their names there and in Swagger 2.0.
const SECTIONS: [(&str, &str); 4] = [
    ("/components/schemas", "/definitions"),
    ("/components/parameters", "/parameters"),
    ("/components/responses", "/responses"),
    ("/components/securitySchemes", "/securityDefinitions"),
];

/// Turns a Swagger 2.0 document into an OpenAPI 3.0 one.
pub fn upgrade(document: Document, notes: &mut Notes) -> Document {
    let Value::Object(root) = &document else {
        return document;
    };
    let inherited = Inherited {
        consumes: texts(root.get("consumes")),
        produces: texts(root.get("produces")),
        document: document.clone(),
    };
    let mut upgraded = Map::new();
    let mut components = Map::new();
    let mut servers = servers::servers(root);
    for (key, value) in root {
        match key.as_str() {
            "swagger" => {
                upgraded.insert("openapi".to_owned(), Value::String("3.0.3".to_owned()));
            }
            "host" | "basePath" | "schemes" => {
                if let Some(servers) = servers.take() {
                    upgraded.insert("servers".to_owned(), servers);
                }
            }
            "consumes" | "produces" => {}
            "paths" => {
                upgraded.insert(key.clone(), paths(value, &inherited, notes));
            }
            "definitions" | "parameters" | "responses" | "securityDefinitions" => {
                upgraded.entry("components").or_insert(Value::Null);
                let (section, value) = component(key, value, &inherited, notes);
                if value.as_object().is_some_and(|entries| !entries.is_empty()) {
                    components.insert(section.to_owned(), value);
                }
            }
            _ => {
                upgraded.insert(key.clone(), value.clone());
            }
        }
    }
    if let Some(slot) = upgraded.get_mut("components") {
        *slot = Value::Object(components);
    }
    let mut upgraded = Value::Object(upgraded);
    references::apply(&mut upgraded);
    let sections = SECTIONS.map(|(now, before)| (now.to_owned(), before.to_owned()));
    notes.origins.moved(
        sections
            .into_iter()
            .chain(places::moved(&upgraded, &inherited.document)),
    );
    upgraded
}

fn component(key: &str, value: &Value, inherited: &Inherited, notes: &mut Notes) -> (&'static str, Value) {
    let Value::Object(entries) = value else {
        return ("schemas", value.clone());
    };
    let entries = entries.iter();
    match key {
        "parameters" => {
            let others = entries.filter(|(_, parameter)| !bodies::is_body(parameter));
            let others = others.map(|(name, parameter)| {
                let at = child("/components/parameters", name);
                (name.clone(), parameters::parameter(parameter, &at, notes))
            });
            ("parameters", Value::Object(others.collect()))
        }
        "responses" => {
            let responses = entries
                .map(|(name, response)| (name.clone(), responses::response(response, &inherited.produces)));
            ("responses", Value::Object(responses.collect()))
        }
        "securityDefinitions" => {
            let schemes = entries.map(|(name, scheme)| (name.clone(), security::scheme(scheme)));
            ("securitySchemes", Value::Object(schemes.collect()))
        }
        _ => ("schemas", value.clone()),
    }
}

fn paths(paths: &Value, inherited: &Inherited, notes: &mut Notes) -> Value {
    let Value::Object(paths) = paths else {
        return paths.clone();
    };
    let upgraded = paths.iter().map(|(path, item)| {
        let item = match item {
            Value::Object(item) if !path.starts_with("x-") => {
                path_item(item, &child("/paths", path), inherited, notes)
            }
            other => other.clone(),
        };
        (path.clone(), item)
    });
    Value::Object(upgraded.collect())
}

fn path_item(item: &Object, at: &str, inherited: &Inherited, notes: &mut Notes) -> Value {
    // In 3.0 a path has no body: each of its operations receives a copy.
    let shared = list(item.get("parameters"));
    let (bodies, others): (Vec<Value>, Vec<Value>) = shared
        .into_iter()
        .partition(|parameter| resolve(&inherited.document, parameter).is_some_and(bodies::is_body));
    let mut upgraded = Map::new();
    for (key, value) in item {
        match (key.as_str(), value) {
            ("parameters", _) => {
                upgraded.extend(parameters_of(&others, at, notes));
            }
            (method, Value::Object(operation)) if METHODS.contains(&method) => {
                let operation = self::operation(operation, &bodies, &child(at, method), inherited, notes);
                upgraded.insert(key.clone(), operation);
            }
            _ => {
                upgraded.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(upgraded)
}

/// The parameters of the node at `at`, if it has any.
fn parameters_of(given: &[Value], at: &str, notes: &mut Notes) -> Option<(String, Value)> {
    let at = child(at, "parameters");
    let all = given.iter().enumerate();
    let all: Vec<Value> = all
        .map(|(index, parameter)| parameters::parameter(parameter, &child(&at, &index.to_string()), notes))
        .collect();
    (!all.is_empty()).then(|| ("parameters".to_string(), Value::Array(all)))
}

fn operation(
    operation: &Object,
    shared: &[Value],
    at: &str,
    inherited: &Inherited,
    notes: &mut Notes,
) -> Value {
    let own = |key: &str, inherited: &[String]| match operation.get(key) {
        Some(value) => texts(Some(value)),
        None => inherited.to_vec(),
    };
    let consumes = own("consumes", &inherited.consumes);
    let produces = own("produces", &inherited.produces);
    let (own_bodies, others): (Vec<Value>, Vec<Value>) = list(operation.get("parameters"))
        .into_iter()
        .partition(|parameter| resolve(&inherited.document, parameter).is_some_and(bodies::is_body));
    let resolved = |parameters: &[Value]| -> Vec<Value> {
        parameters
            .iter()
            .filter_map(|parameter| resolve(&inherited.document, parameter).cloned())
            .collect()
    };
    let mut body = bodies::request_body(&resolved(shared), &resolved(&own_bodies), &consumes);
    let mut servers = servers::operation_servers(&inherited.document, operation);

    let mut upgraded = Map::new();
    for (key, value) in operation {
        match key.as_str() {
            "consumes" | "produces" => {}
            "schemes" => {
                if let Some(servers) = servers.take() {
                    upgraded.insert("servers".to_owned(), servers);
                }
            }
            "parameters" => {
                upgraded.extend(parameters_of(&others, at, notes));
                if let Some(body) = body.take() {
                    upgraded.insert("requestBody".to_owned(), body);
                }
            }
            "responses" => {
                if let Some(body) = body.take() {
                    upgraded.insert("requestBody".to_owned(), body);
                }
                upgraded.insert(
                    key.clone(),
                    answers(value, operation.contains_key("produces"), &produces, inherited),
                );
            }
            _ => {
                upgraded.insert(key.clone(), value.clone());
            }
        }
    }
    if let Some(body) = body {
        upgraded.insert("requestBody".to_owned(), body);
    }
    upgraded
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    Value::Object(upgraded)
}

fn answers(responses: &Value, own_types: bool, produces: &[String], inherited: &Inherited) -> Value {
    let Value::Object(responses) = responses else {
        return responses.clone();
    };
    let upgraded = responses.iter().map(|(status, response)| {
        // A shared response has the document's media types; an operation with its own needs a copy.
        let response = match resolve(&inherited.document, response) {
            Some(resolved) if own_types => resolved,
            _ => response,
        };
        let extension = status.starts_with("x-");
        (
            status.clone(),
            if extension {
                response.clone()
            } else {
                responses::response(response, produces)
            },
        )
    });
    Value::Object(upgraded.collect())
}

fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
