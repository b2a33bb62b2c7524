#![allow(clippy::unwrap_used)]

use super::lower;
use crate::catalogue::Catalogue;
use crate::diagnostics::Notes;
use crate::ir::{Api, Shape};
use crate::{normalize, upgrade};
use serde_json::{Value, json};

/// The model of a contract, upgraded and normalized.
fn lowered(contract: &Value) -> Api {
    let entry = "[[api]]\nname = 'a'\ntitle = ''\nvendor = ''\ncontract = ''\ndocumentation = ''\nsource = ''\n\
                 authentication = ''";
    let entry = Catalogue::parse(entry).unwrap().apis.remove(0);
    let mut notes = Notes::default();
    let mut document = upgrade::upgrade(contract.clone(), &mut notes).unwrap();
    normalize::normalize(&mut document, &entry, &mut notes).unwrap();
    lower(&document, &notes.origins).unwrap()
}

/// The place of a member that exists in the contract.
fn member(api: &Api, contract: &Value, ty: &str, wire: &str) -> String {
    let Shape::Object(object) = &api.types[ty].shape else {
        return "no object".to_string();
    };
    let place = object.member(wire).unwrap().provenance.pointer();
    assert!(contract.pointer(place).is_some(), "{place} is not there");
    place.to_string()
}

#[test]
fn test_provenance_of_inherited_members_is_where_they_stand() {
    let contract = json!({
        "openapi": "3.0.3", "info": {"version": "1"},
        "paths": {"/a": {"$ref": "#/x-fragments/a"}},
        "x-fragments": {"a": {"get": {"responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Leaf"}}
        }}}}}},
        "components": {"schemas": {
            "Leaf": {"allOf": [{"$ref": "#/components/schemas/Branch"}, {"properties": {"leaf": {"type": "string"}}}]},
            "Branch": {
                "allOf": [{"$ref": "#/components/schemas/Root"}], "properties": {"branch": {"type": "string"}}
            },
            "Root": {"properties": {"root": {"type": "string"}}}
        }}
    });
    let api = lowered(&contract);
    assert_eq!(api.operations[0].provenance.pointer(), "/x-fragments/a/get");
    assert_eq!(api.types["Leaf"].provenance.pointer(), "/components/schemas/Leaf");
    let places = [
        ("leaf", "/components/schemas/Leaf/allOf/1/properties/leaf"),
        ("branch", "/components/schemas/Branch/properties/branch"),
        ("root", "/components/schemas/Root/properties/root"),
    ];
    for (wire, place) in places {
        assert_eq!(member(&api, &contract, "Leaf", wire), place);
    }
}

#[test]
fn test_provenance_leads_into_swagger_as_it_is_written() {
    let contract = json!({
        "swagger": "2.0", "info": {"version": "1"},
        "security": [{"key": []}],
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "definitions": {"A": {"type": "object", "properties": {"id": {"type": "string"}}}},
        "paths": {"/a": {
            "parameters": [{"in": "header", "name": "h", "type": "string"}],
            "put": {
                "parameters": [
                    {"in": "body", "name": "b", "schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
                    {"in": "query", "name": "q", "type": "string"}
                ],
                "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/A"}}}
            },
            "post": {
                "consumes": ["multipart/form-data"],
                "parameters": [{"in": "formData", "name": "f", "type": "file"}],
                "responses": {"204": {"description": ""}}
            }
        }}
    });
    let api = lowered(&contract);
    let [put, post] = &api.operations[..] else {
        return assert_eq!(api.operations.len(), 2);
    };
    let parameters = put
        .parameters
        .iter()
        .map(|parameter| parameter.provenance.pointer());
    assert_eq!(
        parameters.collect::<Vec<_>>(),
        ["/paths/~1a/parameters/0", "/paths/~1a/put/parameters/1"]
    );
    assert_eq!(
        put.body.as_ref().unwrap().provenance.pointer(),
        "/paths/~1a/put/parameters/0"
    );
    assert_eq!(put.security.provenance.pointer(), "/security");
    assert_eq!(
        api.schemes["key"].provenance.pointer(),
        "/securityDefinitions/key"
    );
    assert_eq!(member(&api, &contract, "A", "id"), "/definitions/A/properties/id");
    let body = put.body.as_ref().unwrap().content[0].ty.as_ref().unwrap();
    assert_eq!(
        member(&api, &contract, body.named().unwrap(), "x"),
        "/paths/~1a/put/parameters/0/schema/properties/x"
    );
    let form = post.body.as_ref().unwrap().content[0].ty.as_ref().unwrap();
    let form = form.named().unwrap();
    assert_eq!(member(&api, &contract, form, "f"), "/paths/~1a/post/parameters/0");
}

#[test]
fn test_named_schema_says_the_same_of_its_values_wherever_it_is_used() {
    let contract = json!({
        "openapi": "3.0.3", "info": {"version": "1"},
        "paths": {"/a": {"put": {
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
            "responses": {"204": {"description": ""}}
        }}},
        "components": {"schemas": {
            "A": {"type": "object", "required": ["state"], "properties": {
                "state": {"$ref": "#/components/schemas/State"}, "mode": {"$ref": "#/components/schemas/Mode"}
            }},
            "State": {"type": "string", "enum": ["on", "off"], "readOnly": true},
            "Mode": {"type": "string", "enum": ["slow", "fast"], "default": "slow"}
        }}
    });
    let api = crate::names::testing::named(contract);
    let Shape::Object(object) = &api.types["A"].shape else {
        return assert!(api.types.is_empty());
    };
    assert!(object.member("state").unwrap().ty.said().read_only);
    let mode = object.member("mode").unwrap().ty.said();
    assert_eq!(mode.default, Some(json!("slow")));
}

/// Faults of an operation with this mark.
fn refused(key: &str, mark: &Value) -> String {
    let contract = json!({
        "openapi": "3.0.3", "info": {"version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", key: mark, "responses": {"204": {"description": ""}}}}},
    });
    let errors = lower(&contract, &crate::origins::Origins::default()).unwrap_err();
    errors.to_string()
}

#[test]
fn test_marks_that_say_something_else_than_they_can_are_refused() {
    for (mark, wrong) in [
        (json!([]), "is no object"),
        (json!({"member": "status", "done": "done"}), "the value of `done`"),
        (
            json!({"member": "status", "not-yet": ["404"]}),
            "the value of `not-yet`",
        ),
        (
            json!({"member": "status", "until": ["done"]}),
            "does not know `until`",
        ),
        (json!({"done": ["done"]}), "without the `member`"),
        (json!({"member": "status"}), "a member without values"),
        (json!({"every-seconds": 5}), "says neither"),
    ] {
        let error = refused("x-lorgnette-wait", &mark);
        assert!(
            error.contains(wrong) && error.contains("/paths/~1a/get"),
            "{error}"
        );
    }
    for mark in [
        json!({}),
        json!([{"body": "rate limit"}]),
        json!([{"status": 400, "text": "x"}]),
    ] {
        let error = refused("x-lorgnette-limited-by", &mark);
        assert!(error.contains("not a list of responses"), "{error}");
    }
}

#[test]
fn test_idempotency_key_is_found_among_the_parameters_or_named() {
    let key = |parameters: Value, named: Option<&str>| {
        let mut operation =
            json!({"operationId": "a", "parameters": parameters, "responses": {"204": {"description": ""}}});
        if let Some(named) = named {
            operation["x-lorgnette-idempotency-key"] = named.into();
        }
        let contract = json!({
            "openapi": "3.0.3", "info": {"version": "1"}, "paths": {"/a": {"post": operation}},
        });
        lowered(&contract).operations[0].idempotency_key.clone()
    };
    let header = |name: &str| json!([{"name": name, "in": "header", "schema": {"type": "string"}}]);
    assert_eq!(
        key(header("Idempotency-Key"), None).as_deref(),
        Some("Idempotency-Key")
    );
    assert_eq!(
        key(header("x-idempotency-key"), None).as_deref(),
        Some("x-idempotency-key")
    );
    assert_eq!(key(header("X-Request-Id"), None), None);
    assert_eq!(
        key(header("Idempotency-Key"), Some("")),
        None,
        "an overlay may say that it is none"
    );
    assert_eq!(
        key(json!([]), Some("X-Request-Id")).as_deref(),
        Some("X-Request-Id")
    );
    let query = json!([{"name": "idempotency-key", "in": "query", "schema": {"type": "string"}}]);
    assert_eq!(key(query, None), None);
}
