//! The conventions that the stations after normalize rely on, checked on whole contracts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::keywords::{self, Kind};
use super::losses::losses;
use super::testing::api;
use crate::catalogue::{Api, Catalogue};
use crate::diagnostics::{Notes, Result};
use crate::document::{self, Document, Object};
use crate::{load, overlay, upgrade};
use serde_json::Value;
use std::collections::HashSet;

/// Everything in which a document does not keep to the conventions C4 to C8.
pub(super) fn violations(document: &Document) -> Vec<String> {
    let mut found = Vec::new();
    let empty = Object::new();
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    for (name, schema) in schemas {
        let at = format!("/components/schemas/{name}");
        let Some(schema) = schema.as_object() else {
            found.push(format!("{at}: no object"));
            continue;
        };
        if heck::ToUpperCamelCase::to_upper_camel_case(name.as_str()) != *name {
            found.push(format!("{at}: the key is no type name"));
        }
        if !schema.contains_key("x-lorgnette-origin") {
            found.push(format!("{at}: no origin"));
        }
        component(&at, schema, schemas, &mut found);
    }
    let mut copy = document.clone();
    super::walk::put_schemas(&mut copy, Object::new());
    document::visit_roots(&mut copy, &mut |pointer, schema| {
        simple(pointer, schema, schemas, &mut found);
    });
    found
}

fn component(at: &str, schema: &Object, schemas: &Object, found: &mut Vec<String>) {
    for banned in [
        "nullable",
        "allOf",
        "oneOf",
        "anyOf",
        "$ref",
        "discriminator",
        "x-lorgnette-hoisted",
        "x-lorgnette-also",
        "not",
    ] {
        if schema.contains_key(banned) {
            found.push(format!("{at}: has {banned}"));
        }
    }
    if let Some(entries) = schema.get("x-lorgnette-union").and_then(Value::as_array) {
        let mut idents = HashSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let ident = entry["ident"].as_str().unwrap_or("");
            if ident.is_empty() || ident == "Unknown" || !idents.insert(ident) {
                found.push(format!("{at}: entry {index} has the ident {ident:?}"));
            }
            let tagged = schema.contains_key("x-lorgnette-tag");
            if tagged != entry["tags"].as_array().is_some_and(|tags| !tags.is_empty()) {
                found.push(format!("{at}: entry {index} has the tags {}", entry["tags"]));
            }
            simple(
                &format!("{at}/x-lorgnette-union/{index}/schema"),
                &entry["schema"],
                schemas,
                found,
            );
        }
        return;
    }
    if schema.contains_key("enum") {
        let values = keywords::list(schema, "enum");
        let variants = keywords::list(schema, "x-lorgnette-variants");
        let distinct: HashSet<String> = variants.iter().map(ToString::to_string).collect();
        if values.is_empty() || values.len() != variants.len() || distinct.len() != variants.len() {
            found.push(format!(
                "{at}: {} values, {} variants",
                values.len(),
                distinct.len()
            ));
        }
        if variants.iter().any(|variant| variant == "Unknown") {
            found.push(format!("{at}: has a variant Unknown"));
        }
        let fits = |value: &Value| match keywords::text(schema, "type") {
            Some("string") => value.is_string() || keywords::flag(schema, "x-lorgnette-mixed"),
            Some("integer") => value.is_i64(),
            Some("number") => value.is_number(),
            _ => false,
        };
        if !values.iter().all(fits) {
            found.push(format!(
                "{at}: values of another type than {:?}",
                schema.get("type")
            ));
        }
        return;
    }
    if keywords::text(schema, "type") != Some("object") || !schema.contains_key("properties") {
        found.push(format!("{at}: neither object nor enum nor union"));
        return;
    }
    let properties = keywords::map(schema, "properties").unwrap();
    let mut idents = HashSet::new();
    for (name, property) in properties {
        let ident = property["x-lorgnette-ident"].as_str().unwrap_or("");
        if ident.is_empty() || crate::naming::is_keyword(ident) || !idents.insert(ident) {
            found.push(format!("{at}: property {name:?} has the ident {ident:?}"));
        }
        simple(&format!("{at}/properties/{name}"), property, schemas, found);
    }
    for name in keywords::list(schema, "required") {
        if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
            found.push(format!("{at}: requires {name}"));
        }
    }
    match schema.get("additionalProperties") {
        None | Some(Value::Bool(_)) => {}
        Some(rest) => simple(&format!("{at}/additionalProperties"), rest, schemas, found),
    }
}

fn simple(at: &str, schema: &Value, schemas: &Object, found: &mut Vec<String>) {
    let Some(object) = schema.as_object() else {
        found.push(format!("{at}: no object"));
        return;
    };
    if let Some(key) = keywords::refers_to(object) {
        if !schemas.contains_key(&key) {
            found.push(format!("{at}: refers to {key:?}, which is not there"));
        }
        if object.contains_key("$ref") && object.len() > 1 {
            found.push(format!("{at}: siblings beside $ref"));
        }
        return;
    }
    if keywords::kind(object) != Kind::Simple
        || object.contains_key("properties")
        || object.contains_key("discriminator")
    {
        found.push(format!(
            "{at}: {:?} {}",
            keywords::kind(object),
            serde_json::to_string(object).unwrap()
        ));
        return;
    }
    let format = keywords::text(object, "format");
    match keywords::text(object, "type") {
        None if object.get("type").is_none() => {}
        Some("string") => {
            let known = [
                "date-time",
                "naive-date-time",
                "date",
                "uuid",
                "binary",
                "byte",
                "password",
            ];
            if format.is_some_and(|format| !known.contains(&format)) {
                found.push(format!("{at}: format {format:?}"));
            }
        }
        Some("integer") if matches!(format, Some("int32" | "int64" | "uint64")) => {}
        Some("number") if format.is_none() => {}
        Some("boolean") => {}
        Some("array") => match object.get("items") {
            Some(items) => simple(&format!("{at}/items"), items, schemas, found),
            None => found.push(format!("{at}: an array without items")),
        },
        Some("object") => match object.get("additionalProperties") {
            Some(rest) => simple(&format!("{at}/additionalProperties"), rest, schemas, found),
            None => found.push(format!("{at}: a map without values")),
        },
        _ => found.push(format!("{at}: {schema}")),
    }
}

/// What the passes make of a contract before and after they have seen its schemas.
fn stations(
    files: &load::Files,
    entry: &str,
    overlay: Option<&str>,
    api: &Api,
) -> Result<(Value, Value, Notes)> {
    let mut notes = Notes::default();
    let mut document = load::load(files, entry)?;
    if let Some(overlay) = overlay {
        overlay::apply(&mut document, overlay)?;
    }
    let mut document = upgrade::upgrade(document, &mut notes)?;
    crate::normalize::operations::normalize(&mut document, api, &mut notes)?;
    let before = document.clone();
    super::normalize(&mut document, api, &mut notes)?;
    Ok((before, document, notes))
}

/// Everything in which a contract does not keep to the conventions, and everything that it lost.
fn faults(before: &Value, document: &Value) -> Vec<String> {
    let mut faults = violations(document);
    faults.extend(losses(before, document));
    faults.truncate(12);
    faults
}

#[test]
fn test_contract_of_each_api_keeps_the_conventions_and_loses_nothing() {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let read = |path: &str| std::fs::read_to_string(specs.join(path)).unwrap();
    let catalogue = Catalogue::parse(&read("apis.toml")).unwrap();
    assert!(!catalogue.apis.is_empty());
    for api in &catalogue.apis {
        let contract = read(&format!("{}/{}", api.name, api.contract));
        let overlay = api
            .overlay
            .as_ref()
            .map(|overlay| read(&format!("{}/{overlay}", api.name)));
        let files = load::Files::from([(api.contract.clone(), contract)]);
        let (before, document, _) = stations(&files, &api.contract, overlay.as_deref(), api).unwrap();
        let faults = faults(&before, &document);
        assert!(faults.is_empty(), "{}: {faults:#?}", api.name);
    }
}

/// Not a test of the repository: `LORGNETTE_CORPUS=<folder> cargo test -p lorgnette-codegen corpus -- --ignored --nocapture`.
#[test]
#[ignore = "needs contracts that are not ours"]
fn test_corpus_keeps_the_conventions() {
    let Ok(folder) = std::env::var("LORGNETTE_CORPUS") else {
        return;
    };
    let list = std::env::var("LORGNETTE_CORPUS_LIST").unwrap_or_default();
    let mut bad = 0;
    for line in std::fs::read_to_string(list).unwrap().lines() {
        let path = std::path::Path::new(&folder).join(line);
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("{line}: cannot be read");
            continue;
        };
        let files = load::Files::from([(line.to_string(), text)]);
        let outcome = std::panic::catch_unwind(|| stations(&files, line, None, &api()));
        match outcome {
            Ok(Ok((before, document, notes))) => {
                let faults = faults(&before, &document);
                bad += usize::from(!faults.is_empty());
                println!(
                    "{line}: {} notes {}",
                    notes.len(),
                    if faults.is_empty() { "ok" } else { "BAD" }
                );
                for fault in faults {
                    println!("    {fault}");
                }
            }
            Ok(Err(error)) => println!("{line}: {error}"),
            Err(_) => {
                bad += 1;
                println!("{line}: PANIC");
            }
        }
    }
    assert_eq!(bad, 0);
}

/// A sequence of numbers that is the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// Something else at a random place of `value`.
fn damage(value: &mut Value, numbers: &mut Numbers, depth: usize) {
    let children = value
        .as_object()
        .map_or_else(|| value.as_array().map_or(0, Vec::len), Object::len);
    if children > 0 && (depth < 5 || numbers.below(6) > 0) {
        let index = numbers.below(children);
        let child = match value {
            Value::Object(object) => object.values_mut().nth(index),
            Value::Array(list) => list.get_mut(index),
            _ => None,
        };
        return child
            .into_iter()
            .for_each(|child| damage(child, numbers, depth + 1));
    }
    let schemas = ["Corp", "Site", "Condition", "RateLimit", "Nowhere"];
    let reference =
        serde_json::json!({"$ref": format!("#/components/schemas/{}", schemas[numbers.below(5)])});
    *value = match numbers.below(16) {
        0 => Value::Null,
        1 => serde_json::json!(true),
        2 => serde_json::json!(-1.5e300),
        3 => serde_json::json!("text"),
        4 => serde_json::json!([]),
        5 => serde_json::json!({}),
        6 => serde_json::json!({"enum": [null, 1, "1", {}, []]}),
        7 => {
            serde_json::json!({"allOf": [reference.clone(), {"properties": {"a": reference}}], "nullable": true})
        }
        8 => {
            serde_json::json!({"oneOf": [reference, {"type": "string"}, {"enum": ["a"]}], "properties": {"a": {}}})
        }
        9 => serde_json::json!({"anyOf": [reference], "discriminator": {"propertyName": "type"}}),
        10 => serde_json::json!({"oneOf": [[], 5, null, {"oneOf": []}], "discriminator": 5}),
        11 => serde_json::json!({"type": ["array", "null", 5], "items": [reference, {}]}),
        12 => {
            serde_json::json!({"type": "object", "properties": {"": reference, "self": {"$ref": 5}}, "required": [1, "x"]})
        }
        13 => serde_json::json!({"allOf": [reference, {"oneOf": [{"enum": ["a"]}, {"enum": ["b"]}]}]}),
        14 => serde_json::json!({"type": "array", "items": {"type": "array", "items": reference}}),
        _ => reference,
    };
}

/// Damages a contract again and again; whatever comes, there is no panic, and what comes out keeps the conventions.
#[test]
fn test_damaged_contract_is_repaired_or_refused() {
    // The middle one by size: large enough to hold most constructs, small enough to be damaged often.
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let contracts = std::fs::read_dir(specs)
        .unwrap()
        .map(|folder| folder.unwrap().path().join("openapi.json"));
    let mut contracts: Vec<String> = contracts
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    contracts.sort_by_key(String::len);
    let whole: Value = serde_json::from_str(&contracts[contracts.len() / 2]).unwrap();
    let rounds = std::env::var("LORGNETTE_DAMAGE")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(12_u64);
    let mut survived = 0;
    for round in 0..rounds {
        let mut numbers = Numbers(round);
        let mut document = whole.clone();
        for _ in 0..=round % 20 {
            damage(&mut document["components"]["schemas"], &mut numbers, 0);
        }
        let mut notes = Notes::default();
        if crate::normalize::operations::normalize(&mut document, &api(), &mut notes).is_err() {
            continue;
        }
        if super::normalize(&mut document, &api(), &mut notes).is_ok() {
            let violations = violations(&document);
            assert!(violations.is_empty(), "round {round}: {violations:#?}");
            survived += 1;
        }
    }
    assert!(survived > 0, "nothing survived");
}
