//! Gives every parameter the name of its setter, `x-lorgnette-ident`: its own in snake_case, unique in the operation, and
//! none that a builder needs for itself.
//!
//! Before:
//! ```yaml
//! parameters: [ { name: id, in: path }, { name: ID, in: query }, { name: type, in: query }, { name: body, in: query } ]
//! ```
//! After:
//! ```yaml
//! parameters:
//!   - { name: id, in: path, x-lorgnette-ident: id }
//!   - { name: ID, in: query, x-lorgnette-ident: id_query }
//!   - { name: type, in: query, x-lorgnette-ident: type_ }
//!   - { name: body, in: query, x-lorgnette-ident: body_parameter }
//! ```

use super::places::text;
use super::template::clean;
use crate::diagnostics::Notes;
use crate::document::{Document, Object, child, for_each_operation};
use crate::naming::{Scope, field_name};
use serde_json::Value;
use std::collections::HashMap;

/// What a builder is called with besides its parameters.
const RESERVED: [&str; 13] = [
    "send",
    "new",
    "body",
    "client",
    "timeout",
    "read_timeout",
    "retry",
    "header",
    "call",
    "stream",
    "pages",
    "options",
    "wait",
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    for_each_operation(document, |at, _, _, operation| {
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let (mut scope, mut holders) = (Scope::new(), HashMap::new());
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let Value::Object(parameter) = parameter else {
                continue;
            };
            let wished = ident(parameter);
            let name = unique(&wished, text(parameter, "in"), &mut scope, &mut holders);
            if name != wished {
                let pointer = child(&child(at, "parameters"), &index.to_string());
                let what = format!(
                    "the setter of {} parameter {:?} is {name}",
                    text(parameter, "in"),
                    text(parameter, "name")
                );
                notes.add_once(pointer, what, "Another parameter of the operation has that name.");
            }
            parameter.insert("x-lorgnette-ident".into(), name.into());
        }
    });
}

/// The setter's name, were it the only one.
fn ident(parameter: &Object) -> String {
    let name = text(parameter, "name");
    let name = field_name(if text(parameter, "in") == "path" {
        clean(name)
    } else {
        name
    });
    // The setters of further media types of a body begin so.
    if RESERVED.contains(&name.as_str()) || name.starts_with("body_as_") {
        format!("{name}_parameter")
    } else {
        name
    }
}

/// The name itself; with its location where a parameter of another location has it, or with a number.
fn unique(wished: &str, location: &str, scope: &mut Scope, holders: &mut HashMap<String, String>) -> String {
    if scope.take(wished) {
        holders.insert(wished.to_string(), location.to_string());
        return wished.to_string();
    }
    let elsewhere = holders.get(wished).is_some_and(|holder| holder != location);
    if elsewhere {
        scope.claim(&format!("{}_{location}", wished.trim_end_matches('_')))
    } else {
        scope.claim(wished)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_setters_are_unique_identifiers() {
        let given = [
            ("path", "id"),
            ("query", "ID"),
            ("query", "i-d"),
            ("header", "id"),
            ("query", "type"),
            ("query", "body"),
            ("query", "filter[name]"),
            ("query", "?"),
            ("query", "2fa"),
            ("header", "X-Api-Key"),
            ("query", "页"),
            ("path", "rest:.*"),
            ("query", "type_"),
            ("query", "bssids[]"),
            ("query", "id "),
        ];
        let parameters: Vec<Value> = given
            .iter()
            .map(|(location, name)| json!({"in": location, "name": name}))
            .collect();
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": parameters}}}}),
        );
        let idents: Vec<&str> = document["paths"]["/a"]["get"]["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|parameter| parameter["x-lorgnette-ident"].as_str())
            .collect();
        assert_eq!(
            idents,
            [
                "id",
                "id_query",
                "i_d",
                "id_header",
                "type_",
                "body_parameter",
                "filter_name",
                "question",
                "n2fa",
                "x_api_key",
                "ye",
                "rest",
                "type_2",
                "bssids",
                "id_query_2",
            ]
        );
        assert_eq!(notes.len(), 4);
    }
}
