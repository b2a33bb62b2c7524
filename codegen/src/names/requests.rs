//! Names the request of every operation, which is the return type of its method.
//!
//! Before: the operations `lamps` and `create_lamp`, and a schema `CreateLampRequest`.
//! After: their requests are `LampsRequest` and `CreateLampRequestBuilder`. The contract's own name
//! stays with its type, since programs write the names of types, and hardly ever those of requests.

use crate::ir::Api;
use crate::naming::{self, Scope};

/// Runs the pass, after types have their names.
pub(crate) fn apply(api: &mut Api) {
    let mut scope = Scope::reserving(api.types.keys().map(String::as_str));
    for operation in &mut api.operations {
        let name = naming::type_name(&format!("{}_request", operation.name));
        operation.request = match scope.take(&name) {
            true => name,
            false => scope.claim(&format!("{name}Builder")),
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::names::testing::{named, with_schemas};
    use serde_json::json;

    fn requests(schemas: &serde_json::Value) -> Vec<String> {
        let operations = named(with_schemas(schemas)).operations;
        operations
            .into_iter()
            .map(|operation| operation.request)
            .collect()
    }

    #[test]
    fn test_requests_are_called_after_their_operations() {
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        assert_eq!(requests(&json!({"Lamp": object})), ["GetEyesRequest"]);
    }

    #[test]
    fn test_requests_leave_names_to_the_types_of_the_contract() {
        let of = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
        let schemas = json!({"GetEyesRequest": of("a"), "Lamp": of("b")});
        assert_eq!(requests(&schemas), ["GetEyesRequestBuilder"]);
        let schemas = json!({"GetEyesRequest": of("a"), "GetEyesRequestBuilder": of("b")});
        assert_eq!(requests(&schemas), ["GetEyesRequestBuilder2"]);
    }
}
