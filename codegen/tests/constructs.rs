//! Constructs of real contracts: each small contract passes through the whole pipeline, and the
//! tests search the crate for the expected result. `passes.rs` shows the effect of each pass in
//! detail.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diff::History;
use lorgnette_codegen::pipeline::{Generated, Input, generate};
use std::collections::BTreeMap;

fn generated(contract: &str) -> Generated {
    let catalogue = Catalogue::parse(
        "[[api]]\nname = 'fixture-v1'\ntitle = 'Fixture'\nvendor = 'Fixture'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
    )
    .unwrap();
    let input = Input {
        api: &catalogue.apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_string(), contract.to_string())]),
        overlay: None,
        history: History::default(),
    };
    generate(&input).unwrap()
}

/// A crate from an OpenAPI 3.0 contract with these paths and schemas.
fn crate_of(paths: &str, schemas: &str) -> Crate {
    let indent =
        |text: &str, by: &str| -> String { text.lines().flat_map(|line| [by, line, "\n"]).collect() };
    Crate::of(&format!(
        "openapi: 3.0.3\ninfo: {{ title: Fixture, version: '1' }}\npaths:\n{}components:\n  schemas:\n    Unused: {{ type: string }}\n{}",
        indent(paths, "  "),
        indent(schemas, "    ")
    ))
}

/// The crate of a contract whose only operation responds with the schema `Thing`.
fn things(schemas: &str) -> Crate {
    crate_of(
        "/things: { get: { operationId: things, responses: { '200': { description: Done, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } }",
        schemas,
    )
}

/// A crate whose sources are searched.
struct Crate {
    /// All Rust sources, with runs of whitespace replaced by one space.
    source: String,
    /// The notes, each as `pointer: what`.
    notes: Vec<String>,
}

impl Crate {
    fn of(contract: &str) -> Self {
        let generated = generated(contract);
        let rust = generated
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("src/"));
        let text: String = rust.map(|(_, text)| text.as_str()).collect();
        Self {
            source: text.split_whitespace().collect::<Vec<_>>().join(" "),
            notes: generated
                .notes
                .iter()
                .map(|note| format!("{}: {}", note.pointer, note.what))
                .collect(),
        }
    }

    /// Checks that the sources contain each of `parts`, regardless of line breaks.
    fn has(&self, parts: &[&str]) -> &Self {
        let bare = |text: &str| {
            let text = text.replace(['\n', ' '], "");
            text.replace(",)", ")").replace(",}", "}").replace(",]", "]")
        };
        let source = bare(&self.source);
        for part in parts {
            let wanted = bare(part);
            assert!(source.contains(&wanted), "no `{part}` in\n{}", self.source);
        }
        self
    }

    fn has_not(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(!self.source.contains(part), "`{part}` in\n{}", self.source);
        }
        self
    }

    /// Checks that a note contains each of `parts`.
    fn notes(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(
                self.notes.iter().any(|note| note.contains(part)),
                "no `{part}` in\n{:#?}",
                self.notes
            );
        }
        self
    }
}

#[test]
fn test_example_says_the_type_of_a_date_that_a_constructor_converts() {
    let made = crate_of(
        "/plans: { post: { operationId: add_plan, requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Plan' } } } }, responses: { '204': { description: Done } } } }",
        "Plan: { type: object, required: [at, day], properties: { at: { type: string, format: date-time }, day: { type: string, format: date } } }",
    );
    // `Plan::new` accepts a date in any zone, so that the text alone has no type.
    made.has(&[
        "types::Plan::new(\"2026-01-01T00:00:00Z\".parse::<runtime::DateTime>()?, \"2026-01-01\".parse()?)",
    ]);
}

#[test]
fn test_several_success_and_error_types_are_enums_by_status() {
    let schema = |name: &str| {
        format!("{{ application/json: {{ schema: {{ $ref: '#/components/schemas/{name}' }} }} }}")
    };
    crate_of(
        &format!(
            "/a: {{ post: {{ operationId: make, responses: {{ '200': {{ description: d, content: {} }}, '201': {{ description: d, content: {} }}, '204': {{ description: d }}, '400': {{ description: d, content: {} }}, 4XX: {{ description: d }}, default: {{ description: d, content: {} }} }} }} }}",
            schema("A"), schema("B"), schema("C"), schema("A")
        ),
        "A: { type: object, properties: { a: { type: string } } }\nB: { type: object, properties: { b: { type: string } } }\nC: { type: object, properties: { c: { type: string } } }",
    )
    .has(&[
        "statuses!(MakeResponse { 200 Ok(types::A), 201 Created(types::B), 204 NoContent(()) })",
        "400 BadRequest(types::C), 400..=499 ClientError(u16, ()), _ Other(u16, types::A)",
    ]);
}

#[test]
fn test_response_without_schema_is_any_json_or_bytes_by_its_media_type() {
    crate_of(
        "/a: { get: { operationId: json, responses: { '200': { description: d, content: { application/json: {} } } } } }\n\
         /b: { get: { operationId: pdf, responses: { '200': { description: d, content: { application/pdf: {} } } } } }\n\
         /c: { get: { operationId: nothing, responses: { '200': { description: d } } } }",
        "",
    )
    .has(&["builder!(JsonRequest: JSON => Value)", "builder!(PdfRequest: PDF => ByteStream)", "builder!(NothingRequest: NOTHING => ())"]);
}

#[test]
fn test_caller_chooses_among_media_types_of_a_body() {
    crate_of(
        "/a: { put: { operationId: put, requestBody: { content: { application/json: { schema: { type: object, properties: { a: { type: string } } } }, application/xml: { schema: { type: object, properties: { a: { type: string } } } }, text/yaml: {}, application/octet-stream: {} } }, responses: { '204': { description: d } } } }",
        "",
    )
    .has(&[
        "pub fn body(mut self, body: impl Borrow<types::PutBody>) -> Self { self.0.json(Borrow::<types::PutBody>::borrow(&body)); self }",
        "self.0.text(\"application/xml\", body.into());",
        "self.0.text(\"text/yaml\", body.into());",
        "self.0.raw(\"application/octet-stream\", body.into());",
    ]);
}

#[test]
fn test_caller_chooses_among_json_forms_and_forms_without_fields() {
    crate_of(
        "/a: { patch: { operationId: patch, requestBody: { content: { application/json: { schema: { type: object, properties: { a: { type: string } } } }, application/merge-patch+json: { schema: { type: object, properties: { a: { type: string } } } }, application/json-patch+json: { schema: { type: array, items: { type: string } } }, text/json: { schema: { type: object, properties: { a: { type: string } } } }, application/x-www-form-urlencoded: {} } }, responses: { '204': { description: d } } } }",
        "",
    )
    .has(&[
        "pub fn body(mut self, body: impl Borrow<types::PatchBody>) -> Self { self.0.json(Borrow::<types::PatchBody>::borrow(&body)); self }",
        "pub fn body_as_merge_patch_json( mut self, body: impl Borrow<types::PatchBody>, )",
        "json_as( \"application/merge-patch+json\", Borrow::<types::PatchBody>::borrow(&body), )",
        "pub fn body_as_json_patch_json( mut self, body: impl IntoIterator<Item = impl Into<String>>, )",
        "pub fn body_as_raw(mut self, body: impl Into<Body>)",
        "self.0.raw(\"application/x-www-form-urlencoded\", body.into());",
    ]);
}

#[test]
fn test_error_of_several_json_forms_is_any_of_them() {
    crate_of(
        "/a: { get: { operationId: get, responses: { '204': { description: d }, default: { description: d, content: { application/json: { schema: { type: object, required: [ code ], properties: { code: { type: integer } } } }, application/problem+json: { schema: { type: object, required: [ title ], properties: { title: { type: string } } } } } } } } }",
        "",
    )
    .has(&["lorgnette_runtime::untagged_union!(", "accept(\"application/json, application/problem+json\")"]);
}

#[test]
fn test_fields_of_forms_are_encoded_as_the_contract_asks() {
    crate_of(
        "/a: { post: { operationId: form, requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { ids: { type: array, items: { type: integer } }, filter: { type: object, additionalProperties: { type: string } }, plain: { type: string } } }, encoding: { plain: { style: spaceDelimited }, ids: { explode: false }, filter: { style: deepObject } } } } }, responses: { '204': { description: d } } } }\n\
         /b: { post: { operationId: parts, requestBody: { content: { multipart/form-data: { schema: { type: object, properties: { photo: { type: string, format: binary }, about: { type: string } } }, encoding: { about: { contentType: text/xml } } } } }, responses: { '204': { description: d } } } }",
        "",
    )
    .has(&[
        "Borrow::<types::FormBody>::borrow(&body), &[Parameter::query(\"ids\").explode(false), Parameter::query(\"filter\").deep_object()",
        "self.0.multipart_as(body, &[Parameter::query(\"about\").content(\"text/xml\")])",
        "pub photo: Option<Upload>",
    ]);
}

#[test]
fn test_bodies_of_xml_yaml_and_text_are_text_of_their_type_in_both_directions() {
    let operation = |media_type: &str| {
        let id = media_type.replace(['/', '+', '-'], "_");
        format!(
            "/{id}: {{ post: {{ operationId: {id}, requestBody: {{ content: {{ {media_type}: {{ schema: {{ type: object, properties: {{ a: {{ type: string }} }} }} }} }} }}, responses: {{ '200': {{ description: d, content: {{ {media_type}: {{ schema: {{ type: string }} }} }} }} }} }} }}\n"
        )
    };
    for media_type in [
        "application/xml",
        "application/atom+xml",
        "application/yaml",
        "text/x-yaml",
        "text/plain",
        "text/csv",
    ] {
        crate_of(&operation(media_type), "").has(&[
            &format!("self.0.text(\"{media_type}\", body.into())"),
            &format!("accept(\"{media_type}\")"),
            "=> Text)",
        ]);
    }
}

#[test]
fn test_parameters_have_their_styles() {
    crate_of(
        "/a/{m}/{l}/{s}:\n  get:\n    operationId: styles\n    parameters:\n\
         \x20   - { name: m, in: path, required: true, style: matrix, explode: true, schema: { type: array, items: { type: string } } }\n\
         \x20   - { name: l, in: path, required: true, style: label, schema: { type: string } }\n\
         \x20   - { name: s, in: path, required: true, schema: { type: array, items: { type: integer } } }\n\
         \x20   - { name: deep, in: query, style: deepObject, schema: { type: object, properties: { a: { type: string } } } }\n\
         \x20   - { name: space, in: query, style: spaceDelimited, explode: false, schema: { type: array, items: { type: string } } }\n\
         \x20   - { name: pipe, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: string } } }\n\
         \x20   - { name: json, in: query, content: { application/json: { schema: { type: object, properties: { b: { type: string } } } } } }\n\
         \x20   - { name: raw, in: query, allowReserved: true, schema: { type: string } }\n\
         \x20   - { name: X-H, in: header, schema: { type: array, items: { type: string } } }\n\
         \x20   - { name: c, in: cookie, schema: { type: string } }\n    responses: { '204': { description: d } }",
        "",
    )
    .has(&[
        "path \"m\".matrix().explode(true)",
        "path \"l\".label()",
        "path \"s\"",
        "query \"deep\".deep_object()",
        "query \"space\".space_delimited().explode(false)",
        "query \"pipe\".pipe_delimited().explode(false)",
        "query \"json\".content(\"application/json\")",
        "query \"raw\".allow_reserved()",
        "header \"X-H\"",
        "cookie \"c\"",
    ]);
}

#[test]
fn test_operation_ids_may_be_missing_equal_or_odd() {
    crate_of(
        "/lamps/{id}: { get: { responses: { '204': { description: d } }, parameters: [ { name: id, in: path, required: true, schema: { type: string } } ] } }\n\
         /a: { get: { operationId: same, responses: { '204': { description: d } } }, put: { operationId: same, responses: { '204': { description: d } } } }\n\
         /b: { get: { operationId: 'Ärger/mit: 3 Namen!', responses: { '204': { description: d } } }, put: { operationId: '', responses: { '204': { description: d } } }, post: { operationId: match, responses: { '204': { description: d } } } }",
        "",
    )
    .has(&["GET \"/lamps/{id}\"", "GET \"/a\"", "PUT \"/a\"", "GET \"/b\"", "PUT \"/b\"", "POST \"/b\"", "fn arger_mit_3_namen(&self)"]);
}

#[test]
fn test_paths_may_lack_a_slash_and_hold_several_parameters_in_a_segment() {
    let parameter =
        |name: &str| format!("{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}");
    crate_of(
        &format!(
            "'lamps/{{from}}..{{to}}.{{format}}/': {{ get: {{ operationId: span, parameters: [ {}, {}, {} ], responses: {{ '204': {{ description: d }} }} }} }}",
            parameter("from"), parameter("to"), parameter("format")
        ),
        "",
    )
    .has(&["GET \"/lamps/{from}..{to}.{format}/\"", "fn from(self", "fn to(self", "fn format(self"])
    .notes(&["gets a slash in front"]);
}

#[test]
fn test_references_may_lead_anywhere() {
    crate_of(
        "/a:\n  get:\n    operationId: a\n    parameters: [ { name: sort, in: query, schema: { type: string, enum: [ up, down ] } } ]\n    responses: { '200': { description: d, content: { application/json: { schema: { type: object, properties: { inner: { type: object, properties: { x: { type: integer } } } } } } } } }\n\
         /b:\n  get:\n    operationId: b\n    parameters: [ { $ref: '#/paths/~1a/get/parameters/0' } ]\n    responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/paths/~1a/get/responses/200/content/application~1json/schema/properties/inner' } } } } }\n\
         /c: { $ref: '#/paths/~1b' }",
        "",
    )
    .has(&["GET \"/b\", query \"sort\"", "GET \"/c\", query \"sort\"", "pub x: Option<i64>"]);
}

#[test]
fn test_circles_of_schemas_are_boxed_or_any() {
    things(
        "Thing: { type: object, properties: { parent: { $ref: '#/components/schemas/Thing' }, other: { $ref: '#/components/schemas/Other' }, nest: { $ref: '#/components/schemas/Nest' } } }\n\
         Other: { type: object, properties: { things: { type: array, items: { $ref: '#/components/schemas/Thing' } }, self: { $ref: '#/components/schemas/Other' } } }\n\
         Nest: { type: array, items: { $ref: '#/components/schemas/Nest' } }",
    )
    .has(&["pub parent: Option<Box<Thing>>", "pub things: Vec<Thing>", "pub self_: Option<Box<Other>>", "pub nest: Vec<Value>"])
    .notes(&["/components/schemas/Nest"]);
}

#[test]
fn test_composition_requires_what_a_branch_without_members_requires() {
    things(
        "Thing: { allOf: [ { $ref: '#/components/schemas/Base' }, { type: object, required: [ id ] } ] }\n\
         Base: { type: object, properties: { id: { type: string }, size: { type: integer } } }",
    )
    .has(&["pub struct Thing { /// `id`. pub id: String, /// `size`. pub size: Option<i64>, unknown: UnknownMembers, }"]);
}

#[test]
fn test_members_that_go_one_way_say_so() {
    let paths = "/things: { put: { operationId: put, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }, responses: { '200': { description: Done, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } }";
    crate_of(
        paths,
        "Thing: { type: object, properties: { id: { type: string, readOnly: true, description: Its number }, pin: { type: string, writeOnly: true } } }",
    )
    .has(&["/// Its number. Read-only. pub id: Option<String>", "/// `pin`: Write-only. pub pin: Option<String>"]);
    things("Thing: { type: object, properties: { id: { type: string, readOnly: true } } }")
        .has(&["/// `id`. pub id: Option<String>"]);
}

#[test]
fn test_subtypes_are_told_by_the_values_they_name_themselves() {
    things(
        "Thing: { type: object, required: [ kind ], properties: { kind: { type: string } }, discriminator: { propertyName: kind } }\n\
         Lamp: { x-ms-discriminator-value: a.lamp, allOf: [ { $ref: '#/components/schemas/Thing' } ], properties: { on: { type: boolean } } }\n\
         Spot: { x-discriminator-value: a.spot, allOf: [ { $ref: '#/components/schemas/Lamp' } ], properties: { angle: { type: integer } } }",
    )
    .has(&["Lamp = \"a.lamp\"", "Spot = \"a.spot\""]);
}

#[test]
fn test_compositions_overlap() {
    things(
        "Thing: { allOf: [ { $ref: '#/components/schemas/Base' }, { type: object, required: [ id ], properties: { id: { type: string, description: Its number }, size: { type: integer, maximum: 10 } } } ] }\n\
         Base: { type: object, properties: { id: { type: string }, size: { type: number }, name: { type: string } } }",
    )
    .has(&["pub id: String", "pub size: Option<i64>", "pub name: Option<String>"]);
}

#[test]
fn test_choices_with_and_without_discriminator_are_unions() {
    things(
        "Thing: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' }, size: { oneOf: [ { type: integer }, { type: string } ] }, either: { anyOf: [ { $ref: '#/components/schemas/Cat' }, { type: 'null' } ] } } }\n\
         Pet: { oneOf: [ { $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' } ], discriminator: { propertyName: kind } }\n\
         Cat: { type: object, required: [ kind ], properties: { kind: { type: string }, lives: { type: integer } } }\n\
         Dog: { type: object, required: [ kind ], properties: { kind: { type: string }, tricks: { type: integer } } }",
    )
    .has(&["tagged_union!(Pet, \"kind\" { Cat = \"Cat\", Dog = \"Dog\" })", "untagged_union!(ThingSize {", "pub either: Option<Cat>"]);
}

#[test]
fn test_not_const_and_conditions_are_kept_as_far_as_types_go() {
    Crate::of(
        "openapi: 3.1.0\ninfo: { title: Fixture, version: '1' }\npaths:\n  /things: { get: { operationId: things, responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } }\n\
         components:\n  schemas:\n    Thing:\n      type: object\n      properties: { kind: { const: lamp }, count: { const: 3 }, name: { type: string, not: { enum: [ x ] } }, watt: { type: integer } }\n\
         \x20     if: { properties: { kind: { const: lamp } } }\n      then: { required: [ watt ], properties: { bulb: { type: string } } }\n      else: { properties: { wick: { type: string } } }\n",
    )
    .has(&["pub kind: Option<ThingKind>", "Lamp = \"lamp\"", "pub count: Option<ThingCount>", "pub name: Option<String>", "pub watt: Option<i64>", "pub bulb: Option<String>", "pub wick: Option<String>"])
    .notes(&["/components/schemas/Thing"]);
}

#[test]
fn test_openapi_3_1_is_taken() {
    Crate::of(
        "openapi: 3.1.0\ninfo: { title: Fixture, version: '1' }\nwebhooks: { rung: { post: { responses: { '200': { description: d } } } } }\n\
         paths:\n  /things: { get: { operationId: things, responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } }\n\
         components:\n  schemas:\n    Thing:\n      type: [ object, 'null' ]\n      $defs: { Part: { type: object, properties: { n: { type: integer } } } }\n      properties:\n\
         \x20       name: { type: [ string, 'null' ] }\n        either: { type: [ string, integer ] }\n        none: { type: 'null' }\n        part: { $ref: '#/components/schemas/Thing/$defs/Part' }\n\
         \x20       pair: { type: array, prefixItems: [ { type: string }, { type: integer } ] }\n        file: { type: string, contentEncoding: base64 }\n        level: { type: integer, exclusiveMinimum: 0 }\n",
    )
    .has(&["pub name: Option<String>", "pub either: Option<IntegerOrText>", "untagged_union!(IntegerOrText {", "pub pair: Vec<IntegerOrText>", "pub none: Option<Value>", "pub part: Option<Part>", "pub n: Option<i64>", "pub level: Option<i64>"])
    .notes(&["webhook \"rung\" is left out"]);
}

#[test]
fn test_enums_of_odd_values_keep_each_of_them() {
    things(
        "Thing:\n  type: object\n  properties:\n    mixed: { enum: [ a, 1, true ] }\n    number: { type: integer, enum: [ 1, -1, 10 ] }\n    null_too: { type: string, nullable: true, enum: [ a, null ] }\n    twice: { type: string, enum: [ x, x, y ] }\n    empty: { type: string, enum: [ '', a ] }\n    keyword: { type: string, enum: [ self, Self, type, '+', '-', '*', '!', a-b, a_b, 'a b' ] }\n    none: { type: string, enum: [] }",
    )
    .has(&[
        "Empty = \"\"",
        "= \"self\"",
        "= \"Self\"",
        "= \"+\"",
        "= \"-\"",
        "= \"*\"",
        "= \"!\"",
        "= \"a-b\"",
        "= \"a_b\"",
        "= \"a b\"",
        "open_enum!(ThingNumber: i64 {",
        "= -1",
        "pub null_too: Option<ThingNullToo>",
        "pub none: Option<String>",
    ]);
}

#[test]
fn test_names_that_collide_or_are_no_names_are_told_apart() {
    things(
        "Thing: { type: object, properties: { fooBar: { type: string }, foo_bar: { type: integer }, 'foo-bar': { type: boolean }, '': { type: string }, '@id': { type: string }, type: { type: string }, größe: { type: string }, 名前: { type: string }, '123': { type: string }, '+1': { type: integer }, '-1': { type: integer }, a: { $ref: '#/components/schemas/thing' }, b: { $ref: '#/components/schemas/THING' } } }\n\
         thing: { type: object, properties: { one: { type: string } } }\nTHING: { type: object, properties: { two: { type: string } } }",
    )
    .has(&["\"fooBar\"", "\"foo_bar\"", "\"foo-bar\"", "\"\"", "\"@id\"", "type_: \"type\"", "\"größe\"", "\"名前\"", "\"123\"", "\"+1\"", "\"-1\"", "pub one: Option<String>", "pub two: Option<String>"]);
}

#[test]
fn test_defaults_of_the_wrong_type_are_forgotten_with_a_note() {
    things(
        "Thing: { type: object, properties: { count: { type: integer, default: many }, flag: { type: boolean, default: 'true' }, list: { type: array, items: { type: string }, default: a } } }",
    )
    .has(&["pub count: Option<i64>", "pub flag: Option<bool>", "pub list: Vec<String>"])
    .notes(&["/components/schemas/Thing/properties/count"]);
}

#[test]
fn test_formats_and_patterns_that_rust_does_not_have_are_text_and_numbers() {
    things(
        "Thing: { type: object, properties: { host: { type: string, format: hostname }, ahead: { type: string, pattern: '^(?=.*x)(?<!y).*$' }, wrong: { type: string, pattern: '(' }, money: { type: number, format: decimal }, tiny: { type: integer, format: int8 }, odd: { type: integer, format: duration-ms }, unsigned: { type: integer, format: uint64 } } }",
    )
    .has(&["pub host: Option<String>", "pub ahead: Option<String>", "pub wrong: Option<String>", "pub money: Option<f64>", "pub odd: Option<i64>", "pub unsigned: Option<u64>"]);
}

#[test]
fn test_schemas_without_type_are_what_their_keywords_say() {
    things(
        "Thing: { properties: { any: {}, text: { maxLength: 3 }, list: { items: { type: string } }, object: { properties: { a: { type: string } } }, map: { additionalProperties: { type: integer } }, free: { type: object }, number: { minimum: 1, maximum: 5 }, listed: { type: array } } }",
    )
    .has(&["pub any: Option<Value>", "pub text: Option<String>", "pub list: Vec<String>", "pub object: Option<ThingObject>", "pub map: BTreeMap<String, i64>", "pub free: BTreeMap<String, Value>", "pub listed: Vec<Value>"]);
}

#[test]
fn test_huge_integers_neither_stop_nor_change() {
    things(
        "Thing: { type: object, properties: { limit: { type: integer, maximum: 18446744073709551615 }, far: { type: integer, minimum: -99999999999999999999999, maximum: 99999999999999999999999, example: 123456789012345678901234567890 }, level: { type: integer, enum: [ 9007199254740993, 1 ] }, odd: { type: number, maximum: 1.0e400 } } }",
    )
    .has(&["pub limit: Option<u64>", "= 9007199254740993"]);
}

#[test]
fn test_dates_and_times_have_their_types() {
    things(
        "Thing: { type: object, properties: { at: { type: string, format: date-time }, on: { type: string, format: date }, time: { type: string, format: time }, span: { type: string, format: duration }, seconds: { type: integer, format: unix-time }, strange: { type: string, format: datetime } } }",
    )
    .has(&["pub at: Option<DateTime>", "pub on: Option<NaiveDate>", "pub time: Option<String>", "pub span: Option<String>", "pub seconds: Option<i64>"]);
}

#[test]
fn test_swagger_2_is_taken() {
    Crate::of(
        "swagger: '2.0'\ninfo: { title: Fixture, version: '1' }\nhost: api.example\nbasePath: /v1\nschemes: [ https ]\nconsumes: [ application/json ]\nproduces: [ application/json, application/xml ]\n\
         parameters: { Lamp: { name: lamp, in: body, required: true, schema: { $ref: '#/definitions/Lamp' } }, Page: { name: page, in: query, type: integer, default: 1 } }\n\
         responses: { Bad: { description: Bad, schema: { type: object, properties: { message: { type: string } } } } }\n\
         paths:\n  /lamps:\n    get:\n      operationId: lamps\n      parameters:\n\
         \x20     - { $ref: '#/parameters/Page' }\n\
         \x20     - { name: csv, in: query, type: array, items: { type: string }, collectionFormat: csv }\n\
         \x20     - { name: multi, in: query, type: array, items: { type: string }, collectionFormat: multi }\n\
         \x20     - { name: pipes, in: query, type: array, items: { type: string }, collectionFormat: pipes }\n\
         \x20     - { name: ssv, in: query, type: array, items: { type: string }, collectionFormat: ssv }\n\
         \x20     - { name: tsv, in: query, type: array, items: { type: string }, collectionFormat: tsv }\n\
         \x20     responses: { '200': { description: d, schema: { type: array, items: { $ref: '#/definitions/Lamp' } } }, '400': { $ref: '#/responses/Bad' } }\n\
         \x20   post: { operationId: add, parameters: [ { $ref: '#/parameters/Lamp' } ], consumes: [ application/json, application/xml ], responses: { '201': { description: d } } }\n\
         \x20 /photos:\n    post:\n      operationId: photo\n      consumes: [ multipart/form-data ]\n      produces: [ image/png ]\n      parameters:\n\
         \x20     - { name: file, in: formData, type: file, required: true }\n      - { name: note, in: formData, type: string }\n      responses: { '200': { description: d, schema: { type: file } } }\n\
         \x20 /form:\n    post:\n      operationId: form\n      consumes: [ application/x-www-form-urlencoded ]\n      parameters:\n\
         \x20     - { name: ids, in: formData, type: array, items: { type: integer }, collectionFormat: csv }\n      responses: { '204': { description: d } }\n\
         definitions: { Lamp: { type: object, required: [ id ], properties: { id: { type: string }, watt: { type: integer, format: int32, x-nullable: true } } } }\n",
    )
    .has(&[
        "query \"page\"",
        "query \"csv\".explode(false)",
        "query \"multi\"",
        "query \"pipes\".pipe_delimited().explode(false)",
        "query \"ssv\".space_delimited().explode(false)",
        "query \"tsv\"",
        "builder!(LampsRequest: LAMPS => Vec<types::Lamp>",
        "400 BadRequest(types::",
        "pub fn body(mut self, body: impl Borrow<types::Lamp>) -> Self { self.0.json(Borrow::<types::Lamp>::borrow(&body)); self }",
        "self.0.text(\"application/xml\", body.into());",
        "pub file: Upload",
        "builder!(PhotoRequest: PHOTO => ByteStream)",
        "&[Parameter::query(\"ids\").explode(false)]",
        "pub watt: Nullable<i32>",
        "https://api.example/v1",
    ])
    .notes(&["/paths/~1lamps/get/parameters/5"]);
}

#[test]
fn test_operations_that_may_be_sent_twice_are_marked() {
    let answers = "responses: { '204': { description: d } }";
    crate_of(
        &format!(
            "/a: {{ post: {{ operationId: slow, x-lorgnette-retry: [ 409, 503 ], {answers} }} }}\n\
             /b: {{ post: {{ operationId: twice, x-lorgnette-idempotent: true, {answers} }} }}\n\
             /c: {{ post: {{ operationId: once, x-lorgnette-idempotent: false, {answers} }} }}"
        ),
        "",
    )
    .has(&[
        "SLOW: \"slow\" POST \"/a\"; accept(\"*/*\"); retry_on(&[409, 503]) );",
        "TWICE: \"twice\" POST \"/b\"; accept(\"*/*\"); repeatable() );",
        "ONCE: \"once\" POST \"/c\"; accept(\"*/*\") );",
    ]);
}

#[test]
fn test_nothing_that_a_caller_could_use_goes_without_a_note() {
    let made = crate_of(
        "/a: { search: { responses: { '200': { description: d } } }, get: { operationId: a, callbacks: { done: { '{$url}': { post: { responses: { '200': { description: d } } } } } }, parameters: [ { in: query } ], responses: { '204': { description: d } } } }",
        "",
    );
    made.notes(&[
        "\"search\" is dropped",
        "callback \"done\" is left out",
        "a parameter is dropped",
    ]);
    made.has_not(&["QUERY"]);
}
