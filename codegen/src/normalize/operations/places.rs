//! Iterates over the parts of a document for passes over operations: paths, parameters, bodies and
//! responses.
//!
//! Values that do not have the JSON type required by OpenAPI are skipped.

use crate::document::{Document, Object, child, for_each_operation};
pub use crate::document::{Node, text};
use serde_json::Value;

/// The original place of an inlined part of the contract; `shared_components` sets this member.
pub const ORIGIN: &str = "x-lorgnette-origin";

/// The place of `node` for notes: its place before it was inlined, or else `here`.
pub fn place(node: &Object, here: impl FnOnce() -> String) -> String {
    node.text(ORIGIN).map_or_else(here, ToString::to_string)
}

/// Calls `change` with the paths, which it may change, and the rest of the document for lookups.
pub fn with_paths<R>(document: &mut Document, change: impl FnOnce(&Document, &mut Object) -> R) -> Option<R> {
    let mut paths = match document.get_mut("paths") {
        Some(Value::Object(paths)) => std::mem::take(paths),
        _ => return None,
    };
    let outcome = change(document, &mut paths);
    if let Some(slot) = document.get_mut("paths") {
        *slot = Value::Object(paths);
    }
    Some(outcome)
}

/// Calls `visit` with every parameter of every operation: the operation's place, the parameter's
/// index, the parameter.
pub fn for_each_parameter(document: &mut Document, mut visit: impl FnMut(&Spot<'_>, &mut Object)) {
    for_each_operation(document, |operation, _, _, members| {
        let Some(Value::Array(parameters)) = members.get_mut("parameters") else {
            return;
        };
        for (index, parameter) in parameters.iter_mut().enumerate() {
            if let Value::Object(parameter) = parameter {
                visit(&Spot { operation, index }, parameter);
            }
        }
    });
}

/// The place of a parameter; the pointer is built only if a note needs it.
pub struct Spot<'o> {
    operation: &'o str,
    index: usize,
}

impl Spot<'_> {
    /// The place of `parameter`.
    pub fn pointer(&self, parameter: &Object) -> String {
        place(parameter, || {
            child(&child(self.operation, "parameters"), &self.index.to_string())
        })
    }
}

/// Calls `visit` with every response that is an object: its place, its status and the response.
pub fn for_each_response(
    operation: &str,
    members: &mut Object,
    mut visit: impl FnMut(&str, &str, &mut Object),
) {
    let Some(Value::Object(responses)) = members.get_mut("responses") else {
        return;
    };
    let responses_at = child(operation, "responses");
    for (status, response) in responses {
        if let Value::Object(response) = response {
            let at = place(response, || child(&responses_at, status));
            visit(&at, status, response);
        }
    }
}

/// The JSON type of `value`, with its article, for messages.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
