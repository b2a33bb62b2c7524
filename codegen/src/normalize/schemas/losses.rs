//! What a contract says and the normalized document does not: properties and enum values, found by walking both side by side.

use super::keywords;
use crate::document::{self, Document, Object};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// Every property and enum value that can be met in `before`, and not at the same place in `after`.
pub(super) fn losses(before: &Document, after: &Document) -> Vec<String> {
    let mut walk = Walk {
        before,
        after,
        seen: HashSet::new(),
        found: Vec::new(),
    };
    for place in document::operations(before) {
        let Some(now) = after.pointer(&place.pointer) else {
            walk.found.push(format!("{}: no operation", place.pointer));
            continue;
        };
        walk.carriers(&place.pointer, &Value::Object(place.operation.clone()), now);
    }
    walk.found
}

struct Walk<'d> {
    before: &'d Document,
    after: &'d Document,
    seen: HashSet<(String, String)>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn carriers(&mut self, at: &str, before: &Value, after: &Value) {
        if let (Some(first), Some(second)) = (before.get("schema"), after.get("schema")) {
            self.pair(
                &format!("{at}/schema"),
                std::slice::from_ref(first),
                std::slice::from_ref(second),
            );
        }
        for keyword in ["parameters", "requestBody", "responses", "headers", "content"] {
            match (before.get(keyword), after.get(keyword)) {
                (Some(Value::Array(before)), Some(Value::Array(after))) => {
                    for (index, (before, after)) in before.iter().zip(after).enumerate() {
                        self.carriers(&format!("{at}/{keyword}/{index}"), before, after);
                    }
                }
                (Some(before), Some(after)) if keyword == "requestBody" => {
                    self.carriers(&format!("{at}/{keyword}"), before, after);
                }
                (Some(Value::Object(before)), Some(after)) => {
                    for (name, before) in before {
                        match after.get(name) {
                            Some(after) => self.carriers(
                                &document::child(&format!("{at}/{keyword}"), name),
                                before,
                                after,
                            ),
                            None => self.found.push(format!("{at}/{keyword}/{name}: gone")),
                        }
                    }
                }
                (Some(_), None) => self.found.push(format!("{at}/{keyword}: gone")),
                _ => {}
            }
        }
    }

    /// All schemas that `before` may mean, and all that `after` may mean.
    fn pair(&mut self, at: &str, before: &[Value], after: &[Value]) {
        let keys = |schemas: &[Value]| {
            let mut keys: Vec<String> = schemas
                .iter()
                .map(|it| keywords::value_refers_to(it).unwrap_or_else(|| it.to_string()))
                .collect();
            keys.sort();
            keys.join("\n")
        };
        if at.len() > 2000 || !self.seen.insert((keys(before), keys(after))) {
            return;
        }
        let (first, mut second) = (flat(self.before, before), flat(self.after, after));
        // Properties and values of an array are those of its items.
        if first
            .iter()
            .any(|it| keywords::has_properties(it) || it.contains_key("enum"))
        {
            for _ in 0..3 {
                let items: Vec<Value> = second.iter().filter_map(|it| it.get("items")).cloned().collect();
                second.extend(
                    flat(self.after, &items)
                        .into_iter()
                        .filter(|it| it.contains_key("type")),
                );
            }
        }
        let open = second
            .iter()
            .any(|it| it.get("type").is_none() && it.get("x-lorgnette-union").is_none());
        if open {
            if first
                .iter()
                .any(|it| keywords::has_properties(it) || it.contains_key("enum"))
            {
                self.found.push(format!("{at}: any"));
            }
            return;
        }
        let collect = |schemas: &[Object], keyword: &str| -> Vec<Value> {
            schemas.iter().filter_map(|it| it.get(keyword)).cloned().collect()
        };
        let names = |schemas: &[Object]| -> BTreeSet<String> {
            let maps = schemas.iter().filter_map(|it| keywords::map(it, "properties"));
            maps.flat_map(|it| it.keys().cloned()).collect()
        };
        let property = |schemas: &[Object], name: &str| -> Vec<Value> {
            let maps = schemas.iter().filter_map(|it| keywords::map(it, "properties"));
            maps.filter_map(|it| it.get(name)).cloned().collect()
        };
        let there = names(&second);
        for name in names(&first) {
            let at = document::child(&format!("{at}/properties"), &name);
            if there.contains(&name) {
                self.pair(&at, &property(&first, &name), &property(&second, &name));
            } else {
                self.found.push(format!("{at}: gone"));
            }
        }
        let values = |schemas: &[Object]| -> BTreeSet<String> {
            let lists = ["enum", "x-known-values"].map(|keyword| collect(schemas, keyword));
            let values = lists.iter().flatten().filter_map(Value::as_array).flatten();
            let values = values.flat_map(|it| it.as_array().cloned().unwrap_or_else(|| vec![it.clone()]));
            values
                .filter(|it| !it.is_null() && !it.is_boolean() && !it.is_object())
                .map(|it| text(&it))
                .collect()
        };
        let is_boolean = second
            .iter()
            .any(|it| it.get("type").is_some_and(|it| it == "boolean"));
        let there = values(&second);
        // A composition of several enums may narrow them to one.
        let lists = first.iter().filter(|it| it.contains_key("enum"));
        let narrowed = lists.clone().count() > 1
            && lists
                .into_iter()
                .any(|one| values(std::slice::from_ref(one)) == there);
        for value in values(&first) {
            if !narrowed && !there.contains(&value) && !(is_boolean && (value == "true" || value == "false"))
            {
                self.found.push(format!("{at}: no value {value}"));
            }
        }
        for keyword in ["items", "additionalProperties"] {
            let (inner, now) = (collect(&first, keyword), collect(&second, keyword));
            let inner: Vec<Value> = inner.into_iter().filter(Value::is_object).collect();
            if inner.is_empty()
                || first
                    .iter()
                    .all(|it| keyword == "items" && keywords::text(it, "type") == Some("object"))
            {
                continue;
            }
            if now.is_empty()
                && inner
                    .iter()
                    .any(|it| it.as_object().is_some_and(|it| !it.is_empty()))
            {
                self.found.push(format!("{at}/{keyword}: gone"));
            } else if !now.is_empty() {
                self.pair(&format!("{at}/{keyword}"), &inner, &now);
            }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |it| it.to_string()),
        other => other.to_string(),
    }
}

/// The schemas that some schemas come to, through references, compositions and choices.
fn flat(document: &Document, schemas: &[Value]) -> Vec<Object> {
    let mut waiting: Vec<Value> = schemas.iter().rev().cloned().collect();
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    while let Some(schema) = waiting.pop() {
        let Some(object) = schema.as_object() else {
            continue;
        };
        if let Some(key) = schema.get("$ref").and_then(Value::as_str)
            && seen.insert(key.to_string())
        {
            waiting.extend(document::follow(document, key).cloned());
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            waiting.extend(keywords::list(object, keyword).iter().rev().cloned());
        }
        waiting.extend(
            keywords::list(object, "x-lorgnette-union")
                .iter()
                .rev()
                .map(|entry| entry["schema"].clone()),
        );
        if !object.contains_key("$ref") && !object.contains_key("allOf") {
            all.push(object.clone());
        } else if keywords::has_properties(object) {
            let mut own = object.clone();
            own.insert("type".to_string(), Value::String("object".to_string()));
            all.push(own);
        }
    }
    all
}
