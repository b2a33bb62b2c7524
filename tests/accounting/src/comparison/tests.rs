//! Tests that the comparison finds missing items: each removes something from one side of a
//! matching pair.

#![allow(clippy::unwrap_used)]

use super::{Comparison, compare};
use crate::contract::Contract;
use crate::reach::Reach;
use crate::surface::Surface;
use crate::surface::testing::{contract, files, surface};
use serde_json::{Value, json};
use std::fmt::Write;

/// The findings if the contract also has `value` at `pointer`.
fn with(pointer: &str, value: Value) -> String {
    let mut contract = contract();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match contract.document.pointer_mut(parent).unwrap() {
        Value::Array(list) => list.push(value),
        node => node[key.replace("~1", "/")] = value,
    }
    texts(&compare(&contract, &surface().unwrap(), true))
}

/// The findings if `from` is replaced by `to` in a file of the crate.
fn without(path: &str, edits: &[(&str, &str)]) -> String {
    let mut files = files();
    let text = files.get_mut(path).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "{from} is not in {path}");
        *text = text.replace(from, to);
    }
    texts(&compare(&contract(), &Surface::parse(&files).unwrap(), true))
}

fn texts(comparison: &Comparison) -> String {
    let said = comparison
        .findings
        .iter()
        .map(|finding| format!("{}: {}\n", finding.pointer, finding.what));
    said.collect()
}

const GET: &str = "/paths/~1houses~1{house}~1lamps/get";
const SCHEMAS: &str = "/components/schemas";

#[test]
fn test_compare_finds_nothing_in_a_faithful_crate_and_reaches_everything() {
    let contract = contract();
    let comparison = compare(&contract, &surface().unwrap(), true);
    assert_eq!(texts(&comparison), "");
    let reach = Reach::of(&contract);
    assert_eq!(comparison.operations, reach.operations);
    assert_eq!(comparison.parameters, reach.parameters);
    assert_eq!(comparison.properties, reach.properties);
    assert_eq!(comparison.values, reach.values);
    assert_eq!((reach.properties.len(), reach.values.len()), (12, 8));
    assert_eq!(reach.unused_components(&contract), ["Unused"]);
    let surface = surface().unwrap();
    assert!(comparison.types.keys().eq(surface.types.keys()));
    let meetings = comparison.types.values().flatten();
    assert!(
        meetings
            .into_iter()
            .all(|meeting| contract.at(&meeting.pointer).is_object())
    );
}

#[test]
fn test_compare_reports_a_missing_operation() {
    let said = with("/paths/~1houses~1{house}~1lamps/put", json!({"responses": {}}));
    assert!(
        said.contains("PUT /houses/{house}/lamps has 0 builders"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_an_operation_too_many() {
    let mut contract = contract();
    contract.document["paths"]["/houses/{house}/lamps"]
        .as_object_mut()
        .unwrap()
        .remove("post");
    let said = texts(&compare(&contract, &surface().unwrap(), true));
    assert!(
        said.contains("POST /houses/{house}/lamps is in no contract"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_a_missing_parameter() {
    let said = with(
        &format!("{GET}/parameters/-"),
        json!({"name": "X-Wish", "in": "header", "schema": {}}),
    );
    assert!(
        said.contains("/get/parameters/2: LampsRequest has no parameter \"X-Wish\" in header"),
        "{said}"
    );
    // The same name in another location is another parameter.
    let said = with(
        &format!("{GET}/parameters/-"),
        json!({"name": "ids", "in": "header", "schema": {}}),
    );
    assert!(said.contains("no parameter \"ids\" in header"), "{said}");
}

#[test]
fn test_compare_reports_a_parameter_of_the_path_that_one_operation_lacks() {
    let said = with(
        "/paths/~1houses~1{house}~1lamps/parameters/-",
        json!({"name": "q", "in": "query", "schema": {}}),
    );
    assert_eq!(said.matches("has no parameter \"q\"").count(), 2, "{said}");
}

#[test]
fn test_compare_reports_how_a_parameter_is_written() {
    let said = with(&format!("{GET}/parameters/1/explode"), json!(true));
    assert!(
        said.contains("\"ids\" is written otherwise than form, explode true"),
        "{said}"
    );
    let said = with(&format!("{GET}/parameters/1/required"), json!(true));
    assert!(said.contains("\"ids\" is required in one place only"), "{said}");
}

#[test]
fn test_compare_reports_a_missing_property_wherever_it_is_defined() {
    for (pointer, ty) in [
        ("Thing/properties/size", "Lamp"),
        ("Lamp/allOf/1/properties/size", "Lamp"),
        ("Lamp/allOf/1/properties/holder/oneOf/1/properties/size", "Wall"),
        ("Lamp/properties", "Lamp"),
    ] {
        let value = if pointer.ends_with("properties") {
            json!({"size": {}})
        } else {
            json!({})
        };
        let said = with(&format!("{SCHEMAS}/{pointer}"), value);
        assert!(
            said.contains(&format!("size: {ty} has no member \"size\"")),
            "{pointer}: {said}"
        );
    }
    let said = without(
        "types/lamps.rs",
        &[("pub details: Value", ""), (", 1 details: \"details\"", "")],
    );
    assert!(
        said.contains("/properties/details: Code has no member \"details\""),
        "{said}"
    );
}

#[test]
fn test_compare_reports_a_property_whose_schema_was_lost() {
    let said = without(
        "types/lamps.rs",
        &[("pub colour: Option<Colour>", "pub colour: Option<Value>")],
    );
    assert!(
        said.contains("/components/schemas/Colour/enum/0: \"red\" is no value of Value"),
        "{said}"
    );
    let said = without(
        "types/lamps.rs",
        &[("pub parts: Vec<Lamp>", "pub parts: Vec<Value>")],
    );
    assert!(
        said.contains("/components/schemas/Thing/properties/id: Value has no member \"id\""),
        "{said}"
    );
}

#[test]
fn test_compare_reports_a_missing_value() {
    let said = with(&format!("{SCHEMAS}/Colour/enum/-"), json!("blue"));
    assert!(
        said.contains("/components/schemas/Colour/enum/4: \"blue\" is no value of Colour"),
        "{said}"
    );
    let said = with(&format!("{SCHEMAS}/Lamp/additionalProperties/enum/-"), json!(8));
    assert!(said.contains("8 is no value of Level"), "{said}");
    let said = with(
        &format!("{SCHEMAS}/Lamp/allOf/1/properties/holder/oneOf/1/properties/kind/enum/-"),
        json!("ceiling"),
    );
    assert!(said.contains("\"ceiling\" is no tag of Wall"), "{said}");
    let said = with(
        &format!("{SCHEMAS}/Colour/x-lorgnette-known-values"),
        json!(["pink"]),
    );
    assert!(
        said.contains("/x-lorgnette-known-values/0: \"pink\" is no value of Colour"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_a_missing_status_and_what_it_holds() {
    let said = with(&format!("{GET}/responses/409"), json!({}));
    assert!(
        said.contains("/responses/409: LampsRequest does not tell status 409"),
        "{said}"
    );
    let said = with(
        &format!("{GET}/responses/404"),
        json!({"content": {"application/json": {}}}),
    );
    assert!(
        said.contains("status 404 is application/json and not ()"),
        "{said}"
    );
    let said = with(&format!("{GET}/responses/200"), json!({}));
    assert!(
        said.contains("status 200 holds Vec<Lamp> where the contract has nothing"),
        "{said}"
    );
    let said = with(&format!("{GET}/responses/404"), json!({"headers": {"X": {}}}));
    assert!(
        said.contains("/responses/404/headers/X: LampsRequest: the header has no type"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_an_error_that_nothing_declares() {
    let mut contract = contract();
    let responses = contract
        .document
        .pointer_mut(&format!("{GET}/responses"))
        .unwrap();
    responses.as_object_mut().unwrap().remove("404").unwrap();
    let said = texts(&compare(&contract, &surface().unwrap(), true));
    assert!(
        said.contains("Error404OrOther tells status 404, which no operation declares"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_a_missing_body() {
    let said = with(
        &format!("{GET}/requestBody"),
        json!({"content": {"text/csv": {"schema": {"type": "string"}}}}),
    );
    assert!(
        said.contains("/get/requestBody: LampsRequest takes no text/csv"),
        "{said}"
    );
    let said = without(
        "operations/lamps.rs",
        &[
            ("; body_required()", ""),
            (
                "body: impl Borrow<types::Lamp>,\n            ) -> CreateLampRequest",
                ") -> CreateLampRequest",
            ),
            (
                "call.json(Borrow::<types::Lamp>::borrow(&body));\n                CreateLampRequest",
                "CreateLampRequest",
            ),
        ],
    );
    assert!(said.contains("the body is required in one place only"), "{said}");
}

#[test]
fn test_compare_reports_types_that_differ() {
    let said = without("types/lamps.rs", &[("pub id: i64", "pub id: f64")]);
    assert!(
        said.contains("/properties/id: integer has become f64, expected i64"),
        "{said}"
    );
    let said = without(
        "operations/lamps.rs",
        &[("ids_of_lamps: Vec<i64>", "ids_of_lamps: i64")],
    );
    assert!(said.contains("array has become i64"), "{said}");
}

#[test]
fn test_compare_reports_a_type_that_was_seen_and_is_not_taken() {
    let code = format!("{GET}/responses/default/content/application~11json/schema/x-lorgnette-types");
    let said = with(&code.replace("~11", "~1"), json!(["string", "boolean"]));
    assert!(
        said.contains("Trouble takes no boolean") && !said.contains("no string"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_additional_properties_without_room() {
    let said = with(
        &format!("{SCHEMAS}/Thing/properties/labels"),
        json!({"type": "object", "additionalProperties": true}),
    );
    assert_eq!(said, "");
    let wall = "Lamp/allOf/1/properties/holder/oneOf/1/additionalProperties";
    let said = with(&format!("{SCHEMAS}/{wall}"), json!(true));
    assert!(
        said.contains("Wall has no room for additional properties"),
        "{said}"
    );
}

#[test]
fn test_compare_reports_another_spelling_that_is_not_taken() {
    let said = without("types/lamps.rs", &[(" alias { \"colour\" => 1 }", "")]);
    assert!(
        said.contains("Lamp does not take \"colour\" for \"Colour\""),
        "{said}"
    );
}

#[test]
fn test_compare_reports_what_no_contract_has() {
    let added = ("5 labels: \"labels\"", "5 labels: \"labels\", 6 more: \"more\"");
    let field = (
        "pub additional_properties",
        "pub more: i64, pub additional_properties",
    );
    assert_eq!(
        without("types/lamps.rs", &[added, field]),
        "crate:Lamp.more: is in no contract\n"
    );
    let said = without(
        "types/lamps.rs",
        &[
            ("Low, High", "Low, Mid, High"),
            ("High = 7", "Mid = 3, High = 7"),
            ("Low = -1, Mid", "Low = -1, Mid"),
        ],
    );
    assert_eq!(said, "crate:Level::Mid: is in no contract\n");
}

#[test]
fn test_compare_reads_swagger_in_its_own_terms() {
    let contract = Contract {
        document: json!({
            "swagger": "2.0",
            "paths": {"/houses/{house}/lamps": {
                "parameters": [{"name": "house", "in": "path", "type": "string"}],
                "get": {
                    "parameters": [
                        {"name": "colour", "in": "query", "required": true, "type": "string", "enum": ["red", "violet"]},
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}}
                    ],
                    "responses": {"200": {"schema": {"type": "array", "items": {"$ref": "#/definitions/Lamp"}}}}
                },
                "post": {
                    "parameters": [{"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Lamp"}}],
                    "responses": {"201": {"schema": {"$ref": "#/definitions/Lamp"}}, "204": {}}
                }
            }},
            "definitions": {"Lamp": {"properties": {"id": {"type": "integer"}, "weight": {"type": "number"}}}}
        }),
    };
    let said = texts(&compare(&contract, &surface().unwrap(), false));
    let expected = [
        "/definitions/Lamp/properties/weight: Lamp has no member \"weight\"",
        "/get/parameters/0/enum/1: \"violet\" is no value of Colour",
    ];
    assert!(expected.iter().all(|text| said.contains(text)), "{said}");
    assert_eq!(
        said.lines().filter(|line| !line.contains("tells status")).count(),
        2,
        "{said}"
    );
}

/// Choices are nested too deeply to try every combination of their branches.
#[test]
fn test_compare_of_nested_choices_ends() {
    let depth = 24;
    let (mut types, mut names) = (String::new(), String::from("Node24"));
    let mut schemas = json!({"Node24": {"type": "object"}});
    for level in 0..depth {
        let next = json!({"$ref": format!("{}/Node{}", "#/components/schemas", level + 1)});
        let mut branches = Vec::new();
        for name in ["a", "b", "c"] {
            branches.push(json!({"properties": {"next": next, name: {"type": "integer"}}}));
            let ty = format!("{}{level}", name.to_uppercase());
            let _ = write!(names, ", {ty}");
            let _ = write!(
                types,
                "pub struct {ty} {{ pub next: Option<Node{}>, pub {name}: Option<i64> }}
                 lorgnette_runtime::object!({ty} {{ 0 next: \"next\", 1 {name}: \"{name}\" }});",
                level + 1
            );
        }
        let _ = write!(
            types,
            "pub enum Node{level} {{ A(A{level}), B(B{level}), C(C{level}), Unknown(Value) }}
             lorgnette_runtime::untagged_union!(Node{level} {{ A, B, C }});"
        );
        let _ = write!(names, ", Node{level}");
        schemas[format!("Node{level}")] = json!({"anyOf": branches});
    }
    types += "pub struct Node24 {} lorgnette_runtime::object!(Node24 {});";
    let mut files = files();
    let lamps = files.get_mut("types/lamps.rs").unwrap();
    *lamps = format!("{lamps}{types}").replace("pub details: Value", "pub details: Node0");
    let module = files.get_mut("types/mod.rs").unwrap();
    *module = module.replace("{Code", &format!("{{{names}, Code"));
    let surface = Surface::parse(&files).unwrap();
    let node = r##""details":{"$ref":"#/components/schemas/Node0"}"##;
    let text = contract().document.to_string().replace(r#""details":{}"#, node);
    let mut contract = Contract {
        document: serde_json::from_str(&text).unwrap(),
    };
    let known = contract.document["components"]["schemas"]
        .as_object_mut()
        .unwrap();
    known.extend(schemas.as_object().unwrap().clone());
    assert_eq!(texts(&compare(&contract, &surface, true)), "");
    contract.document["components"]["schemas"]["Node3"]["anyOf"][1]["properties"]["d"] = json!({});
    let said = texts(&compare(&contract, &surface, true));
    assert_eq!(
        said,
        "/components/schemas/Node3/anyOf/1/properties/d: B3 has no member \"d\"\n"
    );
}

/// A union may be the whole of a choice inside a choice, as of one that may be null.
#[test]
fn test_compare_meets_the_branches_of_a_choice_inside_a_choice_once() {
    let holder = format!("{SCHEMAS}/Lamp/allOf/1/properties/holder");
    for more in [None, Some(json!({"type": "null"}))] {
        let mut contract = contract();
        let node = contract.document.pointer_mut(&holder).unwrap();
        let choice = std::mem::take(node);
        *node = json!({"anyOf": [choice]});
        node["anyOf"].as_array_mut().unwrap().extend(more);
        let comparison = compare(&contract, &surface().unwrap(), true);
        assert_eq!(texts(&comparison), "");
        for (name, index) in [("Table", 0), ("Wall", 1)] {
            let meetings = comparison.types[name].iter();
            let pointers: Vec<&str> = meetings.map(|meeting| meeting.pointer.as_str()).collect();
            assert_eq!(pointers, [format!("{holder}/anyOf/0/oneOf/{index}")], "{name}");
        }
    }
}

#[test]
fn test_compare_tells_operations_of_one_path_apart_by_their_ids() {
    let mut contract = contract();
    let paths = contract.document["paths"].as_object_mut().unwrap();
    let mut item = paths["/houses/{house}/lamps"].clone();
    item.as_object_mut().unwrap().retain(|key, _| key != "get");
    item["post"]["operationId"] = json!("import_lamp");
    paths.insert("/houses/{house}/lamps#import".to_owned(), item);
    let mut files = files();
    let text = files.get_mut("operations/lamps.rs").unwrap();
    let (rest, added) = text
        .split_once("lorgnette_runtime::operation!(\n            CREATE_LAMP")
        .unwrap();
    let (_, method) = rest.split_once("/// Adds a lamp.").unwrap();
    let (method, _) = method.split_once("        }\n        lorgnette_runtime").unwrap();
    let method = format!("impl Client {{ {method} }}");
    let added = format!("lorgnette_runtime::operation!(\n CREATE_LAMP{added}");
    let again = format!("{method}\n{added}")
        .replace("create_lamp", "import_lamp")
        .replace("CREATE_LAMP", "IMPORT_LAMP")
        .replace("CreateLampRequest", "ImportLampRequest");
    text.push_str(&again);
    let said = texts(&compare(&contract, &Surface::parse(&files).unwrap(), true));
    assert_eq!(said, "");
    contract.document["paths"]["/houses/{house}/lamps#import"]["post"]["operationId"] = json!("x");
    let said = texts(&compare(&contract, &Surface::parse(&files).unwrap(), true));
    assert!(said.contains("has 0 builders"), "{said}");
}
