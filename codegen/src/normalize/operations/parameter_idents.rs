//! Gives every parameter the name of its setter, `x-lorgnette-ident`: its own name in snake_case,
//! unique in the operation, and different from the builder's own methods.
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

use super::ledger::Ledger;
use super::places::text;
use super::template::clean;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, for_each_operation};
use crate::names::published::SETTERS;
use crate::naming::{Scope, field_name, is_plain};
use serde_json::Value;
use std::collections::HashMap;

/// A builder's methods other than setters of parameters.
const RESERVED: [&str; 17] = [
    "send",
    "send_raw",
    "to_request",
    "new",
    "body",
    "client",
    "timeout",
    "read_timeout",
    "retry",
    "header",
    "strict",
    "query",
    "call",
    "stream",
    "pages",
    "options",
    "wait",
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("parameter_idents");
    for_each_operation(document, |at, _, _, operation| {
        let published = operation.shift_remove(SETTERS).unwrap_or_default();
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let (mut scope, mut holders) = (Scope::new(), HashMap::new());
        // A name without punctuation keeps its spelling; names that collide with it change.
        let all = parameters.iter_mut().enumerate();
        let all = all.filter_map(|(index, parameter)| Some((index, parameter.as_object_mut()?)));
        // Published names come first.
        let (mut kept, mut new) = (Vec::new(), Vec::new());
        for (index, parameter) in all {
            let key = format!("{} {}", text(parameter, "in"), text(parameter, "name"));
            match published
                .text(&key)
                .filter(|name| !RESERVED.contains(name) && scope.take(name))
            {
                Some(name) => kept.push((parameter, name.to_string())),
                None => new.push((index, parameter)),
            }
        }
        for (parameter, name) in kept {
            holders.insert(name.clone(), text(parameter, "in").to_string());
            parameter.insert("x-lorgnette-ident".into(), name.into());
        }
        let new = new.into_iter();
        let (plain, odd): (Vec<_>, Vec<_>) =
            new.partition(|(_, parameter)| is_plain(text(parameter, "name")));
        for (index, parameter) in plain.into_iter().chain(odd) {
            let wished = ident(parameter);
            let name = unique(&wished, text(parameter, "in"), &mut scope, &mut holders);
            if name != wished {
                let pointer = child(&child(at, "parameters"), &index.to_string());
                let what = format!(
                    "the setter of {} parameter {:?} is {name}",
                    text(parameter, "in"),
                    text(parameter, "name")
                );
                ledger.add(pointer, what, "Another parameter of the operation has that name.");
            }
            parameter.insert("x-lorgnette-ident".into(), name.into());
        }
    });
    ledger.write(notes);
}

/// The setter's name without regard to others.
fn ident(parameter: &Object) -> String {
    let name = text(parameter, "name");
    let name = field_name(if text(parameter, "in") == "path" {
        clean(name)
    } else {
        name
    });
    // The prefix of the setters for a body's further media types.
    if RESERVED.contains(&name.as_str()) || name.starts_with("body_as_") {
        format!("{name}_parameter")
    } else {
        name
    }
}

/// The name itself; if a parameter in another location has it, the name with its location, or with
/// a number.
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
