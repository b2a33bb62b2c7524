//! Copies the root's security requirements into operations without their own; an operation with an
//! empty list needs no credentials.
//!
//! Before:
//! ```yaml
//! security: [ { key: [] } ]
//! paths: { /lamps: { get: {}, post: { security: [] } } }
//! ```
//! After:
//! ```yaml
//! paths: { /lamps: { get: { security: [ { key: [] } ] }, post: { security: [] } } }
//! ```

use super::ledger::Ledger;
use super::references;
use crate::diagnostics::Notes;
use crate::document::{Document, child, for_each_operation, reference};
use serde_json::{Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("security");
    inline_schemes(document);
    let shared = document
        .as_object_mut()
        .and_then(|root| root.shift_remove("security"));
    let shared = shared
        .and_then(|security| requirements("/security", security, &mut ledger))
        .unwrap_or_default();
    let mut moved = Vec::new();
    for_each_operation(document, |at, _, _, operation| {
        let own = operation
            .shift_remove("security")
            .and_then(|security| requirements(&child(at, "security"), security, &mut ledger));
        if own.is_none() && !shared.is_empty() {
            moved.push((child(at, "security"), "/security".to_string()));
        }
        operation.insert("security".into(), own.unwrap_or_else(|| shared.clone()).into());
    });
    notes.origins.moved(moved);
    ledger.write(notes);
}

/// The requirements as a list of objects from scheme to scopes; `None` if they have another form.
fn requirements(at: &str, security: Value, ledger: &mut Ledger) -> Option<Vec<Value>> {
    let list = match security {
        Value::Array(list) => list,
        Value::Object(one) => vec![Value::Object(one)],
        _ => return None,
    };
    let mut requirements = Vec::with_capacity(list.len());
    for requirement in list {
        match requirement {
            Value::Object(mut schemes) => {
                for scopes in schemes.values_mut().filter(|scopes| !scopes.is_array()) {
                    *scopes = json!([]);
                }
                requirements.push(Value::Object(schemes));
            }
            Value::String(scheme) => requirements.push(json!({ scheme: [] })),
            _ => ledger.add(
                at,
                "a security requirement is dropped",
                "It must be an object of schemes and their scopes.",
            ),
        }
    }
    Some(requirements)
}

/// Replaces references among security schemes by their targets; unresolvable ones are removed.
fn inline_schemes(document: &mut Document) {
    let schemes = document
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    let inlined: Vec<(String, Option<Value>)> = schemes
        .into_iter()
        .flatten()
        .filter_map(|(name, scheme)| {
            let target = reference(scheme)?;
            Some((
                name.clone(),
                references::resolve(document, target)
                    .ok()
                    .map(|target| target.node.clone()),
            ))
        })
        .collect();
    let Some(Value::Object(schemes)) = document.pointer_mut("/components/securitySchemes") else {
        return;
    };
    for (name, scheme) in inlined {
        match scheme {
            Some(scheme) => schemes.insert(name, scheme),
            None => schemes.shift_remove(&name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_security_is_pushed_down_unless_the_operation_states_its_own() {
        let (document, notes) = run_infallible(
            apply,
            json!({
                "security": [{"key": []}],
                "paths": {"/a": {
                    "get": {}, "put": {"security": []}, "post": {"security": {"other": null}}, "patch": {"security": null},
                    "delete": {"security": ["other", 3]}
                }}
            }),
        );
        assert_eq!(
            document,
            json!({"paths": {"/a": {
                "get": {"security": [{"key": []}]}, "put": {"security": []}, "post": {"security": [{"other": []}]},
                "patch": {"security": [{"key": []}]}, "delete": {"security": [{"other": []}]}
            }}})
        );
        assert_eq!(
            notes,
            ["/paths/~1a/delete/security a security requirement is dropped"]
        );
    }

    #[test]
    fn test_security_scheme_references_are_inlined() {
        let (document, _) = run_infallible(
            apply,
            json!({"paths": {}, "components": {"securitySchemes": {
                "a": {"$ref": "#/components/securitySchemes/b"}, "b": {"type": "http"}, "c": {"$ref": "#/nowhere"}
            }}}),
        );
        assert_eq!(
            document["components"]["securitySchemes"],
            json!({"a": {"type": "http"}, "b": {"type": "http"}})
        );
    }
}
