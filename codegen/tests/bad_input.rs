//! The pipeline's messages for invalid input: an error with the file, the place and the remedy, or
//! a note. Nothing is dropped silently, and nothing panics.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diagnostics::Error;
use lorgnette_codegen::pipeline::{Generated, Input, generate};
use std::collections::BTreeMap;

const ENTRY: &str = "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'Lamps'\ncontract = 'openapi.yaml'\n\
    documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\noverlay = 'overlay.yaml'\n";

/// Runs the pipeline on a contract, with lines for the catalogue's entry and an overlay.
fn run(contract: &str, naming: &str, overlay: Option<&str>) -> Result<Generated, Error> {
    let catalogue = Catalogue::parse(&format!("{ENTRY}{naming}"))?;
    generate(&Input {
        api: &catalogue.apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_string(), contract.to_string())]),
        overlay: overlay.map(str::to_string),
        history: lorgnette_codegen::diff::History::default(),
    })
}

/// A contract with one operation, which responds with the schema `Lamp`.
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

/// The error, which must contain a place and advice.
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

/// All Rust code of a crate.
fn source(generated: &Generated) -> String {
    let files = generated
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("src/"));
    files.map(|(_, text)| text.as_str()).collect()
}

#[test]
fn test_catalogue_that_renames_types_wrongly_is_an_error() {
    let rename = |lines: &str| run(&lamps(LAMP), &format!("[api.naming.rename-types]\n{lines}"), None);
    let place = "specs/apis.toml#/api/0/naming/rename-types";
    assert_error(
        rename("Bulb = 'Light'"),
        &format!("{place}/Bulb"),
        "no type comes from a schema \"Bulb\"",
    );
    assert_error(
        rename("Lamp = 'no thing'"),
        &format!("{place}/Lamp"),
        "\"no thing\" is not a name for a type",
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
        "\"no thing\" is not a name of a module",
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
fn test_reference_to_nothing_leaves_a_note_and_any_value() {
    let contract =
        lamps("    Lamp: { type: object, properties: { post: { $ref: '#/components/schemas/Post' } } }");
    assert_eq!(
        notes(&contract),
        [
            "/components/schemas/Lamp/properties/post any JSON value is accepted here: the reference \"#/components/schemas/Post\" \
             cannot be resolved: there is no \"/components/schemas/Post\" in this file"
        ]
    );
    let generated = run(&contract, "", None).unwrap();
    assert!(source(&generated).contains("pub post: Option<Value>"));
}

#[test]
fn test_reference_to_nothing_can_be_repaired_by_an_overlay() {
    let contract =
        lamps("    Lamp: { type: object, properties: { post: { $ref: '#/components/schemas/Post' } } }");
    let overlay = "overlay: 1.0.0\ninfo: { title: Repairs, version: '1' }\nactions:\n  - target: $.components.schemas\n    \
                   description: The contract lacks it.\n    update: { Post: { type: object, properties: { id: { type: string } } } }\n";
    let generated = run(&contract, "", Some(overlay)).unwrap();
    assert!(generated.notes.is_empty(), "{:?}", generated.notes);
    assert!(source(&generated).contains("pub post: Option<Post>"));
}

#[test]
fn test_what_cannot_be_referred_to_costs_as_little_as_can_be() {
    let contract = "openapi: 3.0.3\ninfo: { title: Lamps, version: '1' }\npaths:\n  /lamps:\n    post:\n      operationId: add\n      \
        parameters: [ { $ref: '#/components/parameters/No' }, { $ref: 'other.yaml#/Page' }, { name: size, in: query, schema: { type: integer } } ]\n      \
        requestBody: { $ref: '#/components/requestBodies/No' }\n      responses:\n        '200': { $ref: 'https://lamps.example/a.yaml#/Done' }\n        \
        '201': { description: Made, headers: { Age: { $ref: '#/components/headers/No' } }, content: { application/json: { schema: { $ref: '../lamp.yaml' } } } }\n        \
        '202': { description: Later, content: { application/json: { schema: { $ref: '#' } } } }\n  \
        /posts: { $ref: 'posts.yaml' }\n";
    let generated = run(contract, "", None).unwrap();
    let source = source(&generated);
    assert!(
        source.contains("pub fn size(") && source.contains("200 Ok(ByteStream)"),
        "{source}"
    );
    assert!(
        source.contains("pub fn body(mut self, body: impl Borrow<Value>)"),
        "{source}"
    );
    assert!(source.contains("201 Created(Value)"), "{source}");
    let omitted = |pointer: &str| {
        let found = generated.notes.iter().find(|note| note.pointer == pointer);
        found.map(|note| note.omits)
    };
    let operation = "/paths/~1lamps/post";
    for (place, omits) in [
        ("/parameters/0", true),
        ("/parameters/1", true),
        ("/requestBody", false),
        ("/responses/200", false),
        ("/responses/201/headers/Age", false),
        ("/responses/201/content/application~1json/schema", false),
        ("/responses/202/content/application~1json/schema", false),
    ] {
        assert_eq!(omitted(&format!("{operation}{place}")), Some(omits), "{place}");
    }
    assert_eq!(omitted("/paths/~1posts"), Some(true));
}

#[test]
fn test_member_that_is_there_twice_leaves_a_note_and_the_last_counts() {
    let contract = lamps(LAMP) + "info: { title: Lamps, version: '2' }\n";
    assert_eq!(
        notes(&contract),
        [" duplicate member \"info\" in one object: the first is left out"]
    );
    assert!(run(&contract, "", None).unwrap().version.ends_with("+2"));
}

#[test]
fn test_operation_that_is_there_twice_is_left_out_with_a_note() {
    let contract = lamps(LAMP).replace(
        "components:",
        "  lamps: { get: { operationId: again, responses: { '204': { description: Done } } } }\ncomponents:",
    );
    assert_eq!(
        notes(&contract)[1..],
        ["/paths/lamps/get the operation get /lamps is left out: it is a duplicate"]
    );
}

#[test]
fn test_reference_that_leads_only_back_to_itself_leaves_a_note_and_any_value() {
    for circle in [
        "    Lamp: { $ref: '#/components/schemas/Lamp' }",
        "    Lamp: { $ref: '#/components/schemas/Post' }\n    Post: { $ref: '#/components/schemas/Lamp' }",
        "    Lamp: { allOf: [ { $ref: '#/components/schemas/Lamp' } ] }",
        "    Lamp: { allOf: [ { $ref: '#/components/schemas/Post' } ] }\n    Post: { allOf: [ { $ref: '#/components/schemas/Lamp' } ] }",
        "    Lamp: { oneOf: [ { $ref: '#/components/schemas/Lamp' } ], description: A lamp }",
    ] {
        let generated = run(&lamps(circle), "", None).unwrap();
        assert_eq!(generated.summary.operations, 2, "{circle}");
        assert!(source(&generated).contains("LIST => Value"), "{circle}");
        let notes: Vec<&str> = generated.notes.iter().map(|note| note.what.as_str()).collect();
        let said =
            |note: &&str| note.starts_with("any JSON value is accepted here: ") && note.contains("itself");
        assert!(notes.iter().any(said), "{circle}: {notes:?}");
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
        ("{ type: bulb }", "any JSON value is accepted here"),
        (
            "{ type: string, not: { enum: [ a ] } }",
            "values that `not` forbids are not rejected",
        ),
        ("a text", "any JSON value is accepted here"),
    ] {
        let contract = lamps(&format!(
            "    Lamp: {{ type: object, properties: {{ a: {schema} }} }}"
        ));
        assert_eq!(notes(&contract), [format!("{place} {what}")], "{schema}");
    }
    let whole = notes(&lamps("    Lamp: a text"));
    assert_eq!(
        whole,
        ["/components/schemas/Lamp any JSON value is accepted here"]
    );
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
