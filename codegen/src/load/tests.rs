//! Tests the guarantees of the stage on small contracts.

#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::{Value, json};

fn files(list: &[(&str, Value)]) -> Files {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), value.to_string()))
        .collect()
}

fn bundle(list: &[(&str, Value)]) -> Value {
    load(&files(list), list[0].0).unwrap()
}

fn error(list: &[(&str, Value)]) -> String {
    load(&files(list), list[0].0).unwrap_err().to_string()
}

/// A contract whose only operation responds with the target of `reference`.
fn hub(reference: &str) -> Value {
    json!({"openapi": "3.0.3", "info": {}, "paths": {"/a": {"get": {"responses": {"200": {
        "description": "ok", "content": {"application/json": {"schema": {"$ref": reference}}}
    }}}}}})
}

const SCHEMA: &str = "/paths/~1a/get/responses/200/content/application~1json/schema";

#[test]
fn test_contract_of_one_file_comes_through_unchanged() {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/A"}}}}},
        "components": {
            "schemas": {
                "Tree": {"type": "object", "description": "d", "properties": {
                    "$ref": {"type": "string"},
                    "children": {"items": {"$ref": "#/components/schemas/Tree", "description": "beside"}},
                    "place": {"$ref": "#/paths/~1a/get/responses"}
                }},
                "Data": {"example": {"$ref": "#/nowhere"}, "enum": [{"$ref": "x"}], "x-any": {"$ref": "y"},
                    "default": {"$ref": "z"}, "$defs": {"Inner": {}}, "items": {"$ref": "#/components/schemas/Data/$defs/Inner"}}
            },
            "responses": {"A": {"description": ""}}
        }
    });
    assert_eq!(
        bundle(&[("a.json", document.clone())]).to_string(),
        document.to_string()
    );
}

#[test]
fn test_path_items_of_other_files_are_put_in_place() {
    let document = bundle(&[
        (
            "hub.json",
            json!({"openapi": "3.0.3", "paths": {"/a": {"$ref": "x/methods.json#/A", "summary": "beside"}}}),
        ),
        (
            "x/methods.json",
            json!({"A": {"get": {"parameters": [{"$ref": "schema.json#/Page"}], "responses": {}}}}),
        ),
        (
            "x/schema.json",
            json!({"Page": {"name": "page", "in": "query", "schema": {"$ref": "#/Number"}}, "Number": {}}),
        ),
    ]);
    assert_eq!(
        document,
        json!({
            "openapi": "3.0.3",
            "paths": {"/a": {
                "get": {"parameters": [{"$ref": "#/components/parameters/x.Page"}], "responses": {}},
                "summary": "beside"
            }},
            "components": {
                "schemas": {"x.Number": {}},
                "parameters": {"x.Page": {"name": "page", "in": "query", "schema": {"$ref": "#/components/schemas/x.Number"}}}
            }
        })
    );
}

#[test]
fn test_components_stand_in_the_order_of_first_use_depth_first() {
    let document = bundle(&[
        ("hub.json", hub("m/schema.json#/First")),
        (
            "m/schema.json",
            json!({
                "Unused": {}, "Last": {},
                "First": {"properties": {"a": {"$ref": "#/Second"}, "b": {"$ref": "#/Last"}}},
                "Third": {"allOf": [{"$ref": "#/Last"}]}, "Second": {"items": {"$ref": "#/Third"}}
            }),
        ),
    ]);
    let names: Vec<&String> = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(names, ["m.First", "m.Second", "m.Third", "m.Last"]);
}

#[test]
fn test_cycles_across_files_stay_references() {
    let document = bundle(&[
        ("hub.json", hub("m/schema.json#/A")),
        (
            "m/schema.json",
            json!({"A": {"properties": {"b": {"$ref": "../n/schema.json#/B"}}}}),
        ),
        (
            "n/schema.json",
            json!({"B": {"type": "object", "properties": {"a": {"$ref": "../m/schema.json#/A", "type": "object"}}}}),
        ),
    ]);
    assert_eq!(
        document.pointer(SCHEMA),
        Some(&json!({"$ref": "#/components/schemas/m.A"}))
    );
    assert_eq!(
        document["components"]["schemas"],
        json!({
            "m.A": {"properties": {"b": {"$ref": "#/components/schemas/n.B"}}},
            "n.B": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/m.A", "type": "object"}}}
        })
    );
}

#[test]
fn test_two_things_never_share_a_name() {
    let same = |file: &str| json!({"properties": {"b": {"$ref": file}}});
    let document = bundle(&[
        (
            "hub.json",
            json!({
                "openapi": "3.0.3", "paths": {},
                "components": {"schemas": {
                    "m.Own": {"$ref": "m/schema.json#/A", "description": "more than a reference"},
                    "B": same("m/other.json#/A"), "C": same("m/methods.json#/A"), "D": same("z/m/schema.json#/A"),
                    "E": same("m/schema.json#/Own"), "F": same("m/schema.json#/a b"), "G": same("m/schema.json#/a%2Bb"),
                }}
            }),
        ),
        (
            "m/schema.json",
            json!({"A": {"title": "schema"}, "Own": {}, "a b": {"title": "1"}, "a+b": {"title": "2"}}),
        ),
        ("m/methods.json", json!({"A": {"title": "methods"}})),
        ("m/other.json", json!({"A": {"title": "other"}})),
        ("z/m/schema.json", json!({"A": {"title": "z"}})),
    ]);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let found: Vec<(&str, String)> = schemas
        .iter()
        .skip(7)
        .map(|(name, schema)| (name.as_str(), schema.to_string()))
        .collect();
    assert_eq!(
        found,
        [
            ("m.schema.A", r#"{"title":"schema"}"#.to_owned()),
            ("m.other.A", r#"{"title":"other"}"#.to_owned()),
            ("m.methods.A", r#"{"title":"methods"}"#.to_owned()),
            ("z.m.schema.A", r#"{"title":"z"}"#.to_owned()),
            ("m.schema.Own", "{}".to_owned()),
            ("m.schema.a_b", r#"{"title":"1"}"#.to_owned()),
            ("m.schema.a_b_2", r#"{"title":"2"}"#.to_owned()),
        ]
    );
}

#[test]
fn test_component_that_is_only_a_reference_gives_its_name() {
    let document = bundle(&[
        (
            "hub.yaml",
            json!({
                "openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"$ref": "bodies.yaml#/New"}}}},
                "components": {"schemas": {"Pet": {"$ref": "schemas/Pet.yaml"}, "Tag": {"type": "string"}}}
            }),
        ),
        (
            "bodies.yaml",
            json!({"New": {"content": {"application/json": {"schema": {"$ref": "schemas/Pet.yaml"}}}}}),
        ),
        (
            "schemas/Pet.yaml",
            json!({"properties": {
                "tag": {"$ref": "../hub.yaml#/components/schemas/Tag"}, "parent": {"$ref": "Pet.yaml"}, "owner": {"$ref": "Owner.yaml"}
            }}),
        ),
        ("schemas/Owner.yaml", json!({"type": "string"})),
    ]);
    assert_eq!(
        document["components"],
        json!({
            "schemas": {
                "Pet": {"properties": {
                    "tag": {"$ref": "#/components/schemas/Tag"}, "parent": {"$ref": "#/components/schemas/Pet"},
                    "owner": {"$ref": "#/components/schemas/schemas.Owner"}
                }},
                "Tag": {"type": "string"}, "schemas.Owner": {"type": "string"}
            },
            "requestBodies": {"bodies.New": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
        })
    );
}

#[test]
fn test_what_has_no_section_is_put_in_place() {
    let document = bundle(&[
        (
            "hub.json",
            json!({"swagger": "2.0", "info": {"$ref": "info.json"}, "paths": {"/a": {
                "parameters": {"$ref": "p.json#/list"}, "get": {"$ref": "p.json#/get"}
            }}}),
        ),
        ("info.json", json!({"title": "T"})),
        (
            "p.json",
            json!({
                "list": [{"$ref": "#/parameters/One"}], "parameters": {"One": {"name": "one", "in": "query", "type": "string"}},
                "get": {"responses": {"200": {"$ref": "#/Ok"}}}, "Ok": {"description": "ok", "schema": {"$ref": "#/definitions/S"}},
                "definitions": {"S": {"type": "object"}}
            }),
        ),
    ]);
    assert_eq!(
        document,
        json!({
            "swagger": "2.0", "info": {"title": "T"},
            "paths": {"/a": {
                "parameters": [{"$ref": "#/parameters/p.One"}],
                "get": {"responses": {"200": {"$ref": "#/responses/p.Ok"}}}
            }},
            "definitions": {"p.S": {"type": "object"}},
            "parameters": {"p.One": {"name": "one", "in": "query", "type": "string"}},
            "responses": {"p.Ok": {"description": "ok", "schema": {"$ref": "#/definitions/p.S"}}}
        })
    );
}

#[test]
fn test_part_of_what_is_bundled_anyway_is_not_written_twice() {
    let document = bundle(&[
        ("hub.json", hub("m/schema.json#/A")),
        (
            "m/schema.json",
            json!({"A": {
            "properties": {"x": {"type": "string"}, "y": {"$ref": "#/A/properties/x"}, "z": {"$ref": "#/B/properties/x"}},
        }, "B": {"properties": {"x": {"type": "integer"}}}}),
        ),
    ]);
    assert_eq!(
        document["components"]["schemas"],
        json!({
            "m.A": {"properties": {
                "x": {"type": "string"}, "y": {"$ref": "#/components/schemas/m.A/properties/x"},
                "z": {"$ref": "#/components/schemas/m.B.x"}
            }},
            "m.B.x": {"type": "integer"}
        })
    );
}

#[test]
fn test_discriminators_keep_the_values_that_names_implied() {
    let document = bundle(&[
        ("hub.json", hub("m/schema.json#/Pet")),
        (
            "m/schema.json",
            json!({
                "Pet": {"oneOf": [{"$ref": "#/Cat"}, {"$ref": "#/Dog"}, {"$ref": "#/Fox"}],
                        "discriminator": {"propertyName": "kind", "mapping": {"wau": "#/Dog", "fox": "Fox"}}},
                "Cat": {}, "Dog": {}, "Fox": {"properties": {"base": {"$ref": "#/Base"}, "one": {"$ref": "#/One"}}},
                "Base": {"discriminator": {"propertyName": "type"}}, "One": {"allOf": [{"$ref": "#/Base"}]}
            }),
        ),
    ]);
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["m.Pet"]["discriminator"]["mapping"],
        json!({"wau": "#/components/schemas/m.Dog", "fox": "#/components/schemas/m.Fox", "Cat": "#/components/schemas/m.Cat"})
    );
    assert_eq!(
        schemas["m.Base"]["discriminator"]["mapping"],
        json!({"One": "#/components/schemas/m.One"})
    );
}

#[test]
fn test_unresolvable_references_are_named_with_their_place() {
    let at = "/paths/~1a/get/responses/200/content/application~1json/schema/$ref";
    let begin = |text: &str, expected: &str| {
        assert!(
            text.starts_with(expected),
            "{text}
does not start with
{expected}"
        );
    };
    begin(
        &error(&[("a.json", hub("#/components/schemas/X"))]),
        &format!(
            "load: a.json#{at}: the reference \"#/components/schemas/X\" cannot be resolved: there is no \"/components/schemas/X\" in this file; "
        ),
    );
    begin(
        &error(&[("a.json", hub("b.json#/X"))]),
        &format!(
            "load: a.json#{at}: the reference \"b.json#/X\" cannot be resolved: there is no file \"b.json\"; "
        ),
    );
    begin(
        &error(&[("a.json", hub("../b.json#/X"))]),
        &format!("load: a.json#{at}: the reference \"../b.json#/X\" cannot be resolved"),
    );
    begin(
        &error(&[("a.json", hub("https://example.com/b.json"))]),
        &format!("load: a.json#{at}: the reference \"https://example.com/b.json\" points outside"),
    );
    let deep = json!({"A": {"items": {"$ref": "#/B"}}});
    begin(
        &error(&[("a.json", hub("x/b.json#/A")), ("x/b.json", deep)]),
        "load: x/b.json#/A/items/$ref: the reference \"#/B\" cannot be resolved",
    );
    begin(
        &error(&[("a.json", hub("b.json#/X")), ("b.json", json!({}))]),
        &format!(
            "load: a.json#{at}: the reference \"b.json#/X\" cannot be resolved: there is no \"/X\" in \"b.json\""
        ),
    );
    let broken = Files::from([
        ("a.json".to_owned(), hub("b.json#/X").to_string()),
        ("b.json".to_owned(), "{\"X\": {".to_owned()),
    ]);
    begin(
        &load(&broken, "a.json").unwrap_err().to_string(),
        "load: b.json: the file is not valid JSON: EOF",
    );
}

#[test]
fn test_references_that_lead_only_back_to_themselves_are_errors() {
    for circle in [
        json!({"A": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/B"}}),
    ] {
        let document = json!({"openapi": "3.0.0", "paths": {}, "components": {"schemas": circle}});
        let text = error(&[("a.json", document)]);
        assert!(
            text.starts_with(
                "load: a.json#/components/schemas/A/$ref: the reference \"#/components/schemas/"
            ),
            "{text}"
        );
        assert!(text.contains("refers only to itself"), "{text}");
    }
    let text = error(&[
        ("a.json", hub("b.json#/A")),
        ("b.json", json!({"A": {"$ref": "#/A"}})),
    ]);
    assert!(text.contains("refers only to itself"), "{text}");
    let text = error(&[
        (
            "a.json",
            json!({"openapi": "3.0.0", "paths": {"/a": {"$ref": "b.json#/A"}}}),
        ),
        (
            "b.json",
            json!({"A": {"get": {"callbacks": {"c": {"u": {"$ref": "#/A"}}}}}}),
        ),
    ]);
    assert_eq!(
        text,
        "load: b.json#/A/get/callbacks/c/u/$ref: what the reference leads to contains itself"
    );
}

#[test]
fn test_what_is_no_contract_is_an_error() {
    let message = |value: Value| load(&files(&[("a.json", value)]), "a.json").unwrap_err().message;
    assert_eq!(
        message(json!({"paths": {}})),
        "the file is not a contract: it has neither \"openapi\" nor \"swagger\""
    );
    assert_eq!(
        message(json!([])),
        "the file is not a contract: its top level is not an object"
    );
    assert_eq!(
        message(json!({"openapi": "4.0.0", "paths": {}})),
        "unsupported version: OpenAPI \"4.0.0\""
    );
    assert_eq!(
        message(json!({"openapi": "3.01", "paths": {}})),
        "unsupported version: OpenAPI \"3.01\""
    );
    assert_eq!(
        message(json!({"swagger": "1.2", "paths": {}})),
        "unsupported version: Swagger \"1.2\""
    );
    assert_eq!(
        message(json!({"openapi": "3.0.3", "components": {}})),
        "the contract has no \"paths\""
    );
    assert_eq!(
        message(json!({"openapi": "3.1.0"})),
        "the contract has no \"paths\""
    );
    assert!(
        load(&Files::new(), "a.json")
            .unwrap_err()
            .to_string()
            .starts_with("load: a.json: there is no such file")
    );
}

#[test]
fn test_every_known_version_is_taken() {
    for text in [
        "openapi: 3.0.3\npaths: {}",
        "openapi: 3.1.0\nwebhooks: {}",
        "swagger: 2.0\npaths: {}",
        "swagger: '2.0'\npaths: {}",
        "openapi: 3.0\npaths: {}",
    ] {
        assert!(
            load(&Files::from([("a.yaml".to_owned(), text.to_owned())]), "a.yaml").is_ok(),
            "{text}"
        );
    }
}

#[test]
fn test_anchors_of_openapi_3_1_are_found() {
    let document = json!({"openapi": "3.1.0", "components": {"schemas": {
        "A": {"properties": {"b": {"$ref": "#here"}}}, "B": {"$defs": {"C": {"$anchor": "here"}}}
    }}});
    assert_eq!(bundle(&[("a.json", document.clone())]), document);
}

#[test]
fn test_what_doubles_with_every_reference_comes_to_an_end() {
    let doubling: serde_json::Map<_, _> = (0..40)
        .map(|number| {
            let next = json!({"$ref": format!("#/p{}", number + 1)});
            (format!("p{number}"), json!({"a": next, "b": next}))
        })
        .chain([("p40".to_owned(), json!({"get": {"responses": {}}}))])
        .collect();
    let message = error(&[
        (
            "hub.json",
            json!({"openapi": "3.0.3", "paths": {"/a": {"$ref": "b.json#/p0"}}}),
        ),
        ("b.json", Value::Object(doubling)),
    ]);
    assert!(message.contains("becomes too large"), "{message}");
}
