//! A small contract, and the surface of a crate that contains all of it.

use super::{Finding, Note, account};
use crate::declared::{Declared, Documents};
use crate::surface::{
    BodySetter, Form, ResponseVariant, RustType, Surface, SurfaceBranch, SurfaceMember, SurfaceOperation,
    SurfaceParameter, SurfaceShape, SurfaceType,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The findings of a pair, each as `kind at pointer`.
pub(super) fn findings(contract: &Value, surface: &Surface, notes: &[(&str, &str)]) -> Vec<String> {
    let documents = Documents::of(contract.clone());
    let notes: Vec<Note> = notes
        .iter()
        .map(|(pointer, text)| Note {
            places: vec![pointer.to_string()],
            text: text.to_string(),
        })
        .collect();
    let show = |finding: Finding| format!("{} at {}", finding.kind, finding.pointer);
    let findings = account(&Declared::of(&documents), surface, &notes);
    findings.into_iter().map(show).collect()
}

/// A type in the spelling of the source.
pub(super) fn ty(text: &str) -> RustType {
    let read = syn::parse_str(text).map(|ty| RustType::read(&ty));
    read.unwrap_or_else(|_| Err(String::new()))
        .unwrap_or_else(|_| RustType::plain(text))
}

fn words(words: &[(&str, &str)]) -> Vec<(String, String)> {
    let word = |(name, arguments): &(&str, &str)| (name.to_string(), arguments.to_string());
    words.iter().map(word).collect()
}

pub(super) fn parameter(
    location: &str,
    wire: &str,
    rust: &str,
    options: &[(&str, &str)],
) -> SurfaceParameter {
    SurfaceParameter {
        wire: wire.to_string(),
        location: location.to_string(),
        required: location == "path" || options.iter().any(|(option, _)| *option == "required"),
        options: words(options),
        setter: wire.to_string(),
        ty: ty(rust),
        docs: String::new(),
    }
}

pub(super) fn body(kind: &str, media_type: &str, rust: &str) -> BodySetter {
    BodySetter {
        setter: "body".to_string(),
        kind: kind.to_string(),
        media_type: media_type.to_string(),
        ty: ty(rust),
        encodings: Vec::new(),
    }
}

pub(super) fn operation(method: &str, path: &str, success: &str) -> SurfaceOperation {
    SurfaceOperation {
        module: "lamps".to_string(),
        method: "call".to_string(),
        builder: "Call".to_string(),
        contract_id: String::new(),
        http_method: method.to_string(),
        path: path.to_string(),
        parameters: Vec::new(),
        bodies: Vec::new(),
        body_required: false,
        options: Vec::new(),
        success: ty(success),
        forms: Vec::new(),
        error: None,
        pages: None,
        waits: None,
        deprecated: false,
    }
}

/// A member; the words after a space in `rust` are its flags.
pub(super) fn member(wire: &str, rust: &str, docs: &str) -> SurfaceMember {
    let mut parts = rust.split_inclusive('>').collect::<String>();
    let flags: Vec<String> = ["default", "nullable"]
        .iter()
        .filter(|flag| rust.ends_with(&format!(" {flag}")))
        .map(ToString::to_string)
        .collect();
    for flag in &flags {
        parts.truncate(parts.len() - flag.len() - 1);
    }
    SurfaceMember {
        wire: wire.to_string(),
        field: wire.to_string(),
        ty: ty(&parts),
        flags,
        deprecated: false,
        docs: docs.to_string(),
    }
}

pub(super) fn made(shape: SurfaceShape) -> SurfaceType {
    SurfaceType {
        shape,
        deprecated: false,
        docs: String::new(),
    }
}

pub(super) fn object(members: Vec<SurfaceMember>, rest: Option<&str>) -> SurfaceType {
    made(SurfaceShape::Struct {
        members,
        rest: rest.map(|rest| ("more".to_string(), ty(rest))),
        aliases: Vec::new(),
    })
}

pub(super) fn values(wire: &str, values: &[Value]) -> SurfaceType {
    let value = |value: &Value| (format!("V{value}"), value.clone());
    made(SurfaceShape::Enum {
        wire: wire.to_string(),
        values: values.iter().map(value).collect(),
    })
}

pub(super) fn union(tag: Option<&str>, branches: &[(&str, &[&str])]) -> SurfaceType {
    let branch = |(rust, tags): &(&str, &[&str])| SurfaceBranch {
        variant: rust.replace("types::", ""),
        ty: ty(rust),
        tags: tags.iter().map(ToString::to_string).collect(),
    };
    made(SurfaceShape::Union {
        tag: tag.map(str::to_string),
        branches: branches.iter().map(branch).collect(),
    })
}

pub(super) fn answer(status: &str, payload: &str) -> ResponseVariant {
    ResponseVariant {
        variant: format!("S{status}"),
        status: status.to_string(),
        payload: ty(payload),
    }
}

/// The contract.
pub(super) fn contract() -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://lamps.example/v1"}, {"url": "https://{place}.example", "variables": {"place": {"default": "eu"}}}],
        "security": [{"key": []}, {"user": [], "token": []}],
        "paths": {
            "/lamps": {
                "get": {
                    "operationId": "listLamps",
                    "servers": [{"url": "/v2"}],
                    "parameters": [
                        {"name": "colour", "in": "query", "required": true, "schema": reference("Colour")},
                        {"name": "ids", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "integer", "format": "int64"}}},
                        {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}}},
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 20}}
                    ],
                    "responses": {
                        "200": {"content": {
                            "application/json": {"schema": {"type": ["array", "null"], "items": reference("Lamp")}},
                            "text/event-stream": {"schema": reference("Thing")}
                        }},
                        "404": {"content": {"application/problem+json": {"schema": reference("Trouble")}}},
                        "500": {"content": {"text/plain": {"schema": {"type": "string"}}}}
                    }
                },
                "post": {
                    "operationId": "createLamp",
                    "requestBody": {"required": true, "content": {
                        "application/json": {"schema": {"anyOf": [reference("Lamp"), {"type": "null"}]}},
                        "multipart/form-data": {
                            "schema": {"type": "object", "properties": {"photo": {"type": "string", "format": "binary"}, "plan": {"type": "string"}}},
                            "encoding": {"plan": {"contentType": "text/csv"}}
                        }
                    }},
                    "responses": {"204": {}}
                }
            },
            "/lamps?beta=true": {"put": {"responses": {"200": {"content": {"image/png": {}}}}}}
        },
        "components": {"schemas": {
            "Lamp": {
                "allOf": [reference("Thing"), {"type": "object", "required": ["colour"], "properties": {
                    "colour": reference("Colour"),
                    "holder": reference("Holder"),
                    "parts": {"type": ["array", "null"], "items": {"type": ["integer", "null"]}},
                    "note": {"type": ["string", "null"]},
                    "pair": {"type": "array", "prefixItems": [{"type": "string"}]},
                    "animal": reference("Animal"),
                    "level": {"type": "string", "default": "low"}
                }}],
                "additionalProperties": {"type": ["string", "null"]}
            },
            "Thing": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "format": "uuid", "readOnly": true},
                "secret": {"type": "string", "writeOnly": true}
            }},
            "Colour": {"type": "string", "enum": ["red", "green"]},
            "Holder": {
                "oneOf": [reference("Table"), reference("Wall")],
                "discriminator": {"propertyName": "kind", "mapping": {"table": "#/components/schemas/Table", "wall": "Wall"}}
            },
            "Table": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "legs": {"type": "integer"}}},
            "Wall": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}, "patternProperties": {"^x": {"type": "string"}}},
            "Animal": {
                "type": "object", "required": ["type"], "properties": {"type": {"type": "string"}, "name": {"type": "string"}},
                "discriminator": {"propertyName": "type"}
            },
            "Cat": {"allOf": [reference("Animal"), {"type": "object", "properties": {"claws": {"type": "integer"}}}]},
            "Trouble": {
                "type": "object", "properties": {"code": {"type": ["integer", "string"]}, "free": {}},
                "if": {"required": ["code"]}, "then": {"properties": {"why": {"type": "string"}}}
            }
        }}
    })
}

/// The surface of its crate.
pub(super) fn surface() -> Surface {
    let security = ("security", r#"["key"], ["token", "user"]"#);
    let mut limit = parameter("query", "limit", "i64", &[]);
    limit.docs = "How many. Default `20`.".to_string();
    let mut list = operation("GET", "/lamps", "Option<Vec<types::Lamp>>");
    list.contract_id = "listLamps".to_string();
    list.options = words(&[security, ("server", "\"https://lamps.example/v2\"")]);
    list.error = Some(ty("responses::Errors"));
    list.forms = vec![Form {
        accept: "text/event-stream, application/problem+json".to_string(),
        payload: ty("EventStream<types::Thing>"),
    }];
    list.parameters = vec![
        parameter("query", "colour", "types::Colour", &[("required", "")]),
        parameter(
            "query",
            "ids",
            "impl IntoIterator<Item = i64>",
            &[("explode", "false")],
        ),
        parameter(
            "query",
            "filter",
            "BTreeMap<String, String>",
            &[("content", "\"application/json\"")],
        ),
        limit,
    ];
    let mut create = operation("POST", "/lamps", "()");
    create.contract_id = "createLamp".to_string();
    create.body_required = true;
    create.options = words(&[security]);
    let mut form = body("multipart", "multipart/form-data", "types::Form");
    form.encodings = vec![("plan".to_string(), words(&[("content", "\"text/csv\"")]))];
    create.bodies = vec![body("json", "application/json", "Option<&types::Lamp>"), form];
    let mut beta = operation("PUT", "/lamps?beta=true", "ByteStream");
    beta.options = words(&[security, ("accept", "\"image/png\"")]);
    let lamp = vec![
        member("id", "Option<Uuid>", "Read-only."),
        member("secret", "Option<String>", "Write-only."),
        member("colour", "types::Colour", ""),
        member("holder", "Option<types::Holder>", ""),
        member("parts", "Nullable<Vec<Option<i64>>>", ""),
        member("note", "Nullable<String>", ""),
        member("pair", "Option<Vec<String>>", ""),
        member("animal", "Option<types::Animal>", ""),
        member("level", "Option<String>", "Default `low`."),
    ];
    let types = [
        ("Lamp", object(lamp, Some("Option<String>"))),
        (
            "Thing",
            object(
                vec![
                    member("id", "Uuid", "Read-only."),
                    member("secret", "Option<String>", "Write-only."),
                ],
                None,
            ),
        ),
        ("Colour", values("str", &[json!("red"), json!("green")])),
        (
            "Holder",
            union(
                Some("kind"),
                &[("types::Table", &["table"]), ("types::Wall", &["wall"])],
            ),
        ),
        ("Table", object(vec![member("legs", "Option<i64>", "")], None)),
        ("Wall", object(Vec::new(), Some("String"))),
        (
            "Animal",
            union(
                Some("type"),
                &[("types::Cat", &["Cat"]), ("types::AnimalItself", &["Animal"])],
            ),
        ),
        (
            "AnimalItself",
            object(vec![member("name", "Option<String>", "")], None),
        ),
        (
            "Cat",
            object(
                vec![
                    member("name", "Option<String>", ""),
                    member("claws", "Option<i64>", ""),
                ],
                None,
            ),
        ),
        (
            "Trouble",
            object(
                vec![
                    member("code", "Option<types::Code>", ""),
                    member("free", "Option<Value>", ""),
                    member("why", "Option<String>", ""),
                ],
                None,
            ),
        ),
        ("Code", union(None, &[("i64", &[]), ("String", &[])])),
        (
            "Form",
            object(
                vec![
                    member("photo", "Option<Upload>", ""),
                    member("plan", "Option<String>", ""),
                ],
                None,
            ),
        ),
    ];
    Surface {
        operations: vec![list, create, beta],
        types: types.map(|(name, ty)| (name.to_string(), ty)).into(),
        statuses: BTreeMap::from([(
            "Errors".to_string(),
            vec![answer("404", "types::Trouble"), answer("500", "Text")],
        )]),
        texts: vec![
            "https://lamps.example/v1".to_string(),
            "https://{place}.example".to_string(),
        ],
        ..Surface::default()
    }
}
