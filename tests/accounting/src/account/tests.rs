//! Tests that every kind of loss is found, and nothing else: each removes one thing from a matching
//! pair.

#![allow(clippy::unwrap_used)]

use super::FindingKind;
use super::testing::{
    answer, body, contract, findings, member, object, operation, parameter, surface, ty, union, values,
};
use crate::surface::{Surface, SurfaceMember, SurfaceShape};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LAMP: &str = "/components/schemas/Lamp/allOf/1/properties";

fn members<'s>(surface: &'s mut Surface, name: &str) -> &'s mut Vec<SurfaceMember> {
    match &mut surface.types.get_mut(name).unwrap().shape {
        SurfaceShape::Struct { members, .. } => members,
        _ => unreachable!("{name} is a struct"),
    }
}

fn rest(surface: &mut Surface, name: &str, with: Option<&str>) {
    if let SurfaceShape::Struct { rest, .. } = &mut surface.types.get_mut(name).unwrap().shape {
        *rest = with.map(|with| ("more".to_string(), ty(with)));
    }
}

/// Replaces a member.
fn replace(surface: &mut Surface, name: &str, with: SurfaceMember) {
    let place = members(surface, name)
        .iter_mut()
        .find(|member| member.wire == with.wire);
    *place.unwrap() = with;
}

fn put(contract: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match contract.pointer_mut(parent).unwrap() {
        Value::Array(list) => list.push(value),
        node => node[key.replace("~1", "/")] = value,
    }
}

type Edit = fn(&mut Value, &mut Surface);

/// For each kind, the part to remove or to declare, and the place of the finding.
#[rustfmt::skip]
fn cases() -> Vec<(FindingKind, String, Edit)> {
    let get = "/paths/~1lamps/get";
    let post = "/paths/~1lamps/post";
    vec![
        (FindingKind::Operation, "/paths/~1lamps/delete".into(), |it, _| put(it, "/paths/~1lamps/delete", json!({"responses": {}}))),
        (FindingKind::PathQuery, "/paths/~1lamps?beta=true/put".into(), |_, it| it.operations[2].path = "/lamps".into()),
        (FindingKind::Parameter, format!("{get}/parameters/3"), |_, it| drop(it.operations[0].parameters.pop())),
        // The same name in another location is another parameter.
        (FindingKind::Parameter, format!("{get}/parameters/3"), |_, it| it.operations[0].parameters[3].location = "header".into()),
        (FindingKind::ParameterRequired, format!("{get}/parameters/0"), |_, it| it.operations[0].parameters[0].required = false),
        (FindingKind::ParameterStyle, format!("{get}/parameters/1"), |_, it| it.operations[0].parameters[1].options.clear()),
        (FindingKind::ParameterStyle, format!("{get}/parameters/0"), |it, _| it["paths"]["/lamps"]["get"]["parameters"][0]["allowReserved"] = true.into()),
        (FindingKind::ParameterContent, format!("{get}/parameters/2"), |_, it| it.operations[0].parameters[2].options.clear()),
        (FindingKind::BodyRequired, format!("{post}/requestBody"), |_, it| it.operations[1].body_required = false),
        (FindingKind::RequestMedia, format!("{post}/requestBody/content/multipart~1form-data"), |_, it| drop(it.operations[1].bodies.pop())),
        (FindingKind::RequestAlias, format!("{post}/requestBody/content/text~1json"), |it, _| {
            put(it, "/paths/~1lamps/post/requestBody/content/text~1json", json!({}));
        }),
        (FindingKind::Response, format!("{get}/responses/404"), |_, it| drop(it.statuses.get_mut("Errors").unwrap().remove(0))),
        (FindingKind::ResponseMedia, format!("{get}/responses/500/content/text~1plain"), |_, it| {
            it.statuses.get_mut("Errors").unwrap()[1] = answer("500", "()");
        }),
        (FindingKind::ResponseMedia, format!("{get}/responses/200/content/text~1csv"), |it, _| {
            put(it, "/paths/~1lamps/get/responses/200/content/text~1csv", json!({}));
        }),
        (FindingKind::ResponseMedia, format!("{get}/responses/200/content/text~1event-stream"), |_, it| it.operations[0].forms.clear()),
        (FindingKind::ResponseMedia, format!("{get}/responses/200/content/text~1event-stream"), |_, it| it.operations[0].forms[0].accept = "text/csv".into()),
        (FindingKind::ResponseMedia, "/paths/~1lamps?beta=true/put/responses/200/content/image~1png".into(), |_, it| it.operations[2].options.truncate(1)),
        (FindingKind::ResponseAlias, format!("{get}/responses/200/content/text~1json"), |it, _| {
            let content = it["paths"]["/lamps"]["get"]["responses"]["200"]["content"]["application/json"].clone();
            put(it, "/paths/~1lamps/get/responses/200/content/text~1json", content);
        }),
        (FindingKind::UntypedBody, format!("{post}/requestBody/content/application~1xml"), |it, surface| {
            let schema = json!({"schema": {"$ref": "#/components/schemas/Table"}});
            put(it, "/paths/~1lamps/post/requestBody/content/application~1xml", schema);
            surface.operations[1].bodies.push(body("text", "application/xml", "impl Into<String>"));
        }),
        (FindingKind::ResponseHeader, format!("{post}/responses/204/headers/X-Rate"), |it, _| {
            put(it, "/paths/~1lamps/post/responses/204/headers", json!({"X-Rate": {}, "content-type": {}}));
        }),
        (FindingKind::Encoding, format!("{post}/requestBody/content/multipart~1form-data/encoding/plan"), |_, it| it.operations[1].bodies[1].encodings.clear()),
        (FindingKind::NullBody, format!("{post}/requestBody/content/application~1json/schema"), |_, it| it.operations[1].bodies[0].ty = ty("&types::Lamp")),
        (FindingKind::NullResponse, format!("{get}/responses/200/content/application~1json/schema"), |_, it| it.operations[0].success = ty("Vec<types::Lamp>")),
        (FindingKind::NullMember, format!("{LAMP}/colour"), |it, _| {
            it["components"]["schemas"]["Colour"]["type"] = json!(["string", "null"]);
        }),
        (FindingKind::NullItem, format!("{LAMP}/parts/items"), |_, it| replace(it, "Lamp", member("parts", "Nullable<Vec<i64>>", ""))),
        (FindingKind::NullValue, "/components/schemas/Lamp/additionalProperties".into(), |_, it| rest(it, "Lamp", Some("String"))),
        (FindingKind::NullAsEmpty, format!("{LAMP}/parts"), |_, it| replace(it, "Lamp", member("parts", "Vec<Option<i64>> default", ""))),
        (FindingKind::ThreeStates, format!("{LAMP}/note"), |_, it| replace(it, "Lamp", member("note", "Option<String>", ""))),
        (FindingKind::Member, format!("{LAMP}/note"), |_, it| members(it, "Lamp").retain(|member| member.wire != "note")),
        // A member of another type does not count.
        (FindingKind::Member, "/components/schemas/Table/properties/legs".into(), |_, it| {
            members(it, "Table").clear();
            members(it, "Cat").push(member("legs", "Option<i64>", ""));
        }),
        (FindingKind::Member, "/components/schemas/Animal/properties/name".into(), |_, it| members(it, "AnimalItself").clear()),
        (FindingKind::MemberRequired, format!("{LAMP}/colour"), |_, it| replace(it, "Lamp", member("colour", "Option<types::Colour>", ""))),
        (FindingKind::MemberOptional, format!("{LAMP}/holder"), |_, it| replace(it, "Lamp", member("holder", "types::Holder", ""))),
        (FindingKind::ReadOnly, "/components/schemas/Thing/properties/id".into(), |_, it| replace(it, "Lamp", member("id", "Option<Uuid>", ""))),
        (FindingKind::WriteOnly, "/components/schemas/Thing/properties/secret".into(), |_, it| replace(it, "Lamp", member("secret", "Option<String>", ""))),
        (FindingKind::Additional, "/components/schemas/Lamp/additionalProperties".into(), |_, it| rest(it, "Lamp", None)),
        (FindingKind::Pattern, "/components/schemas/Wall/patternProperties/^x".into(), |_, it| rest(it, "Wall", None)),
        (FindingKind::EnumValue, "/components/schemas/Colour/enum/1".into(), |_, it| drop(it.types.insert("Colour".into(), values("str", &[json!("red")])))),
        (FindingKind::Branch, "/components/schemas/Holder/oneOf/2".into(), |it, _| put(it, "/components/schemas/Holder/oneOf/2", json!({"type": "integer"}))),
        (FindingKind::Branch, "/components/schemas/Cat".into(), |_, it| {
            let both = vec![member("type", "String", ""), member("name", "Option<String>", "")];
            it.types.insert("Animal".into(), object(both, None));
        }),
        (FindingKind::Tag, "/components/schemas/Holder/oneOf/0".into(), |it, _| {
            put(it, "/components/schemas/Holder/discriminator/mapping/desk", json!("Table"));
        }),
        (FindingKind::Tag, "/components/schemas/Cat".into(), |_, it| {
            it.types.insert("Animal".into(), union(Some("type"), &[("types::AnimalItself", &["Animal"])]));
        }),
        (FindingKind::Base, format!("{LAMP}/animal"), |_, it| drop(it.types.insert("Animal".into(), union(Some("type"), &[("types::Cat", &["Cat"])])))),
        (FindingKind::Type, format!("{LAMP}/level"), |_, it| replace(it, "Lamp", member("level", "Option<i64>", "Default `low`."))),
        (FindingKind::Type, "/components/schemas/Trouble/properties/code".into(), |_, it| drop(it.types.insert("Code".into(), union(None, &[("i64", &[])])))),
        (FindingKind::Untyped, format!("{LAMP}/animal"), |_, it| replace(it, "Lamp", member("animal", "Option<Value>", ""))),
        (FindingKind::Format, "/components/schemas/Thing/properties/id".into(), |_, it| replace(it, "Lamp", member("id", "Option<String>", "Read-only."))),
        (FindingKind::Tuple, format!("{LAMP}/pair/prefixItems/0"), |_, it| replace(it, "Lamp", member("pair", "Option<Vec<Value>>", ""))),
        (FindingKind::Condition, "/components/schemas/Trouble/then/properties/why".into(), |_, it| members(it, "Trouble").retain(|member| member.wire != "why")),
        (FindingKind::Default, format!("{LAMP}/level/default"), |_, it| replace(it, "Lamp", member("level", "Option<String>", "Low?"))),
        (FindingKind::Server, "/servers/1".into(), |_, it| drop(it.texts.pop())),
        (FindingKind::OperationServer, format!("{get}/servers/0"), |_, it| it.operations[0].options.truncate(1)),
        (FindingKind::Security, "/security/1".into(), |_, it| {
            for operation in &mut it.operations {
                operation.options[0].1 = r#"["key"]"#.into();
            }
        }),
        (FindingKind::Webhook, "/webhooks/lamp".into(), |it, _| it["webhooks"] = json!({"lamp": {"post": {}}})),
        (FindingKind::Callback, format!("{post}/callbacks/done"), |it, _| put(it, "/paths/~1lamps/post/callbacks", json!({"done": {}}))),
    ]
}

#[test]
fn test_account_finds_nothing_where_all_is_there() {
    assert_eq!(findings(&contract(), &surface(), &[]), Vec::<String>::new());
}

#[test]
fn test_account_finds_each_kind_of_loss_alone() {
    for (kind, pointer, edit) in cases() {
        let (mut contract, mut surface) = (contract(), surface());
        edit(&mut contract, &mut surface);
        assert_eq!(
            findings(&contract, &surface, &[]),
            [format!("{kind} at {pointer}")]
        );
    }
}

#[test]
fn test_account_is_tested_for_every_kind() {
    let tested: BTreeSet<FindingKind> = cases().into_iter().map(|(kind, ..)| kind).collect();
    let all: BTreeSet<FindingKind> = FindingKind::ALL.iter().copied().collect();
    assert_eq!(
        all.difference(&tested).collect::<Vec<_>>(),
        Vec::<&FindingKind>::new()
    );
}

#[test]
fn test_account_takes_a_note_on_the_place_for_what_is_lost() {
    let mut surface = surface();
    members(&mut surface, "Lamp").retain(|member| member.wire != "note");
    let lamp = "/components/schemas/Lamp";
    let said = |note: (&str, &str)| findings(&contract(), &surface, &[note]).len();
    assert_eq!(said((lamp, "The member `note` is dropped.")), 0);
    assert_eq!(said((lamp, "The member `parts` is dropped.")), 1);
    assert_eq!(said((lamp, "The text `note` is written in capitals.")), 1);
    assert_eq!(
        said(("/components/schemas/Thing", "The member `note` is dropped.")),
        1
    );
}

#[test]
fn test_account_reads_swagger_in_its_own_terms() {
    let mut contract = json!({
        "swagger": "2.0", "host": "lamps.example", "basePath": "/v1", "consumes": ["application/json"],
        "paths": {"/lamps/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "type": "string"}],
            "put": {"parameters": [
                {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
                {"name": "lamp", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Lamp"}}
            ], "responses": {"200": {"schema": {"$ref": "#/definitions/Lamp"}}}},
            "post": {"consumes": ["multipart/form-data"], "parameters": [{"name": "photo", "in": "formData", "type": "file", "required": true}],
                "responses": {"204": {}}}
        }},
        "definitions": {"Lamp": {"type": "object", "properties": {"on": {"type": "boolean", "x-nullable": true}}}}
    });
    let mut put = operation("PUT", "/lamps/{id}", "types::Lamp");
    put.parameters = vec![
        parameter("path", "id", "String", &[]),
        parameter("query", "tags", "Vec<String>", &[]),
    ];
    put.bodies = vec![body("json", "application/json", "&types::Lamp")];
    put.body_required = true;
    let mut post = operation("POST", "/lamps/{id}", "()");
    post.parameters = vec![parameter("path", "id", "String", &[])];
    post.bodies = vec![body("multipart", "multipart/form-data", "types::Form")];
    post.body_required = true;
    let mut surface = Surface {
        operations: vec![put, post],
        texts: vec!["https://lamps.example/v1".to_string()],
        ..Surface::default()
    };
    let lamp = object(vec![member("on", "Nullable<bool>", "")], None);
    surface.types.insert("Lamp".to_string(), lamp);
    let form = object(vec![member("photo", "Upload", "")], None);
    surface.types.insert("Form".to_string(), form);
    assert_eq!(findings(&contract, &surface, &[]), Vec::<String>::new());
    replace(&mut surface, "Lamp", member("on", "Option<bool>", ""));
    members(&mut surface, "Form").clear();
    contract["paths"]["/lamps/{id}"]["put"]["parameters"][0]["collectionFormat"] = "csv".into();
    let path = "/paths/~1lamps~1{id}";
    assert_eq!(
        findings(&contract, &surface, &[]),
        [
            format!("parameter style at {path}/put/parameters/0"),
            "null told from absent at /definitions/Lamp/properties/on".to_string(),
            format!("member at {path}/post/parameters/0"),
        ]
    );
}
