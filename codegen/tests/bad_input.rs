//! What the road says to input that is wrong: an error with the file, the place and what to do, or a note; nothing is dropped
//! without a word, and nothing panics.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diagnostics::Error;
use lorgnette_codegen::pipeline::{Generated, Input, generate};
use std::collections::BTreeMap;

const ENTRY: &str = "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'Lamps'\ncontract = 'openapi.yaml'\n\
    documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\noverlay = 'overlay.yaml'\n";

/// Takes a contract down the road, with lines for the catalogue's entry and an overlay.
fn run(contract: &str, naming: &str, overlay: Option<&str>) -> Result<Generated, Error> {
    let catalogue = Catalogue::parse(&format!("{ENTRY}{naming}"))?;
    generate(&Input {
        api: &catalogue.apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_string(), contract.to_string())]),
        overlay: overlay.map(str::to_string),
        history: lorgnette_codegen::diff::History::default(),
    })
}

/// A contract with one operation, which answers with the schema `Lamp`.
fn lamps(schemas: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{ title: Lamps, version: '1' }}\nservers: [ {{ url: 'https://lamps.example' }} ]\npaths:\n  /lamps:\n    get:\n      operationId: list\n      \
         tags: [ Lamps ]\n      parameters: [ {{ name: page, in: query, schema: {{ type: integer }} }} ]\n      responses:\n        \
         '200': {{ description: Done, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Lamp' }} }} }} }}\n    \
         put: {{ operationId: drop_all, tags: [ Posts ], responses: {{ '204': {{ description: Done }} }} }}\ncomponents:\n  schemas:\n{schemas}\n"
    )
}

const LAMP: &str = "    Lamp: { type: object, properties: { post: { $ref: '#/components/schemas/Post' } } }\n    \
                    Post: { type: object, properties: { id: { type: string } } }";

/// The error, which has to say where it is and what to do.
fn error(outcome: Result<Generated, Error>) -> (String, String) {
    let error = outcome.map(|generated| generated.summary).unwrap_err();
    assert!(!error.file.is_empty(), "no file: {error}");
    assert!(!error.help.is_empty(), "no advice: {error}");
    (format!("{}#{}", error.file, error.pointer), error.message)
}

fn assert_error(outcome: Result<Generated, Error>, place: &str, message: &str) {
    assert_eq!(error(outcome), (place.to_string(), message.to_string()));
}

/// The notes, each as `pointer what`.
fn notes(contract: &str) -> Vec<String> {
    let generated = run(contract, "", None).unwrap();
    generated
        .notes
        .iter()
        .map(|note| format!("{} {}", note.pointer, note.what))
        .collect()
}

#[test]
fn test_catalogue_that_renames_types_wrongly_is_an_error() {
    let rename = |lines: &str| run(&lamps(LAMP), &format!("[api.naming.rename-types]\n{lines}"), None);
    let place = "specs/apis.toml#/api/0/naming/rename-types";
    assert_error(
        rename("Bulb = 'Light'"),
        &format!("{place}/Bulb"),
        "no type is made of a schema \"Bulb\"",
    );
    assert_error(
        rename("Lamp = 'no thing'"),
        &format!("{place}/Lamp"),
        "\"no thing\" is no name for a type",
    );
    assert_error(
        rename("Lamp = 'Light'\nPost = 'Light'"),
        &format!("{place}/Post"),
        "the schemas \"Lamp\" and \"Post\" would both be the type \"Light\"",
    );
    assert!(rename("Lamp = 'Light'").is_ok());
}

#[test]
fn test_catalogue_that_renames_tags_wrongly_is_an_error() {
    let rename = |lines: &str| run(&lamps(LAMP), &format!("[api.naming.rename-tags]\n{lines}"), None);
    let place = "specs/apis.toml#/api/0/naming/rename-tags";
    assert_error(
        rename("Bulbs = 'lights'"),
        &format!("{place}/Bulbs"),
        "no operation has \"Bulbs\" as its first tag",
    );
    assert_error(
        rename("Lamps = 'no thing'"),
        &format!("{place}/Lamps"),
        "\"no thing\" is no name of a module",
    );
    assert_error(
        rename("Lamps = 'lights'\nPosts = 'lights'"),
        &format!("{place}/Posts"),
        "the tags \"Lamps\" and \"Posts\" would both be the module \"lights\"",
    );
    assert!(rename("Lamps = 'lights'").is_ok());
}

#[test]
fn test_overlay_action_without_a_match_is_an_error() {
    let overlay = "overlay: 1.0.0\ninfo: { title: Repairs, version: '1' }\nactions:\n  - target: $.paths['/bulbs']\n    \
                   description: There are none.\n    remove: true\n";
    let (place, message) = error(run(&lamps(LAMP), "", Some(overlay)));
    assert_eq!(place, "overlay.yaml#/actions/0");
    assert!(message.contains("match"), "{message}");
}

#[test]
fn test_reference_to_nothing_is_an_error() {
    let contract =
        lamps("    Lamp: { type: object, properties: { post: { $ref: '#/components/schemas/Post' } } }");
    let (place, message) = error(run(&contract, "", None));
    assert!(
        place.starts_with("openapi.yaml#/components/schemas/Lamp/properties/post"),
        "{place}"
    );
    assert!(message.contains("/components/schemas/Post"), "{message}");
}

#[test]
fn test_reference_that_leads_only_back_to_itself_is_an_error() {
    for circle in [
        "    Lamp: { $ref: '#/components/schemas/Lamp' }",
        "    Lamp: { $ref: '#/components/schemas/Post' }\n    Post: { $ref: '#/components/schemas/Lamp' }",
        "    Lamp: { allOf: [ { $ref: '#/components/schemas/Lamp' } ] }",
        "    Lamp: { allOf: [ { $ref: '#/components/schemas/Post' } ] }\n    Post: { allOf: [ { $ref: '#/components/schemas/Lamp' } ] }",
        "    Lamp: { oneOf: [ { $ref: '#/components/schemas/Lamp' } ], description: A lamp }",
    ] {
        let (place, message) = error(run(&lamps(circle), "", None));
        assert!(place.starts_with("openapi.yaml#/"), "{place}");
        assert!(message.contains("itself"), "{circle}: {message}");
    }
}

#[test]
fn test_recursive_schema_is_no_error() {
    for recursion in [
        "    Lamp: { type: object, properties: { next: { $ref: '#/components/schemas/Lamp' } } }",
        "    Lamp: { allOf: [ { type: object, properties: { next: { $ref: '#/components/schemas/Lamp' } } } ] }",
        "    Lamp: { type: array, items: { $ref: '#/components/schemas/Lamp' } }",
        "    Lamp: { oneOf: [ { type: string }, { type: array, items: { $ref: '#/components/schemas/Lamp' } } ] }",
    ] {
        let outcome = run(&lamps(recursion), "", None);
        assert!(outcome.is_ok(), "{recursion}: {:?}", outcome.err());
    }
}

#[test]
fn test_constructs_that_no_type_can_say_leave_a_note() {
    let place = "/components/schemas/Lamp/properties/a";
    for (schema, what) in [
        ("{ type: bulb }", "any JSON value is taken here"),
        (
            "{ type: string, not: { enum: [ a ] } }",
            "what `not` forbids is not checked",
        ),
        ("a text", "any JSON value is taken here"),
    ] {
        let contract = lamps(&format!(
            "    Lamp: {{ type: object, properties: {{ a: {schema} }} }}"
        ));
        assert_eq!(notes(&contract), [format!("{place} {what}")], "{schema}");
    }
    let whole = notes(&lamps("    Lamp: a text"));
    assert_eq!(whole, ["/components/schemas/Lamp any JSON value is taken here"]);
}

#[test]
fn test_parameter_in_a_place_that_openapi_has_not_leaves_a_note() {
    let contract = lamps(LAMP).replace("in: query", "in: body");
    assert_eq!(
        notes(&contract),
        ["/paths/~1lamps/get/parameters parameters in body and formData make the request body"]
    );
}

#[test]
fn test_names_that_collide_are_told_apart_with_a_note() {
    let contract = lamps(
        "    Lamp: { type: object, properties: { a: { $ref: '#/components/schemas/lamp' } } }\n    \
         lamp: { type: object, properties: { id: { type: string } } }",
    );
    assert_eq!(
        notes(&contract),
        ["/components/schemas/lamp lamp is called Lamp2"]
    );
    let contract = lamps(LAMP).replace("operationId: drop_all", "operationId: list");
    assert_eq!(notes(&contract).len(), 1);
    let contract = lamps(LAMP).replace("tags: [ Posts ]", "tags: [ LAMPS ]");
    assert_eq!(notes(&contract).len(), 1);
}

#[test]
fn test_paths_that_are_no_object_are_named_as_such() {
    for paths in ["[]", "a text", "7"] {
        let contract = format!("openapi: 3.0.3\ninfo: {{ title: Lamps, version: '1' }}\npaths: {paths}\n");
        let (place, message) = error(run(&contract, "", None));
        assert_eq!(place, "openapi.yaml#/paths");
        assert!(message.contains("not an object"), "{message}");
    }
}

#[test]
fn test_text_that_nests_too_deeply_says_so() {
    for text in [
        format!(
            "{{\"openapi\": \"3.0.3\", \"paths\": {}{}}}",
            "[".repeat(3000),
            "]".repeat(3000)
        ),
        format!(
            "openapi: 3.0.3\npaths: {}{}\n",
            "[".repeat(3000),
            "]".repeat(3000)
        ),
    ] {
        let (place, message) = error(run(&text, "", None));
        assert_eq!(place, "openapi.yaml#");
        assert!(message.contains("too deep"), "{message}");
    }
}
