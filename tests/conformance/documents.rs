//! The contract of an API in the versions that the judges and the makers of values read.
//!
//! Requests and responses are judged by the vendor's contract in `specs/`. Where that is impossible
//! to satisfy, there is a second reading of it with the repairs of the overlay. Each difference is
//! listed, and the report names it wherever it mattered.

use lorgnette_tests::contract::{Contract, ContractOperation, child};
use lorgnette_tests::reach::{property_pointers, within};
use lorgnette_tests::undefined;
use lorgnette_tests::workspace::CatalogueEntry;
use serde_json::Value;
use std::collections::BTreeSet;

/// The readings of a contract.
pub struct Documents {
    /// With the overlay, as values are made from it.
    pub values: Contract,
    /// With the overlay, for the second judge.
    pub repaired: Contract,
    /// The differences from the vendor's own contract.
    pub repairs: Vec<Repair>,
}

/// A difference of the second reading.
pub struct Repair {
    /// The pointer of the schema.
    pub pointer: String,
    /// The description of the difference.
    pub what: String,
}

impl Documents {
    /// Reads the contract and its overlay.
    pub fn read(api: &CatalogueEntry) -> Self {
        let vendors = lorgnette_tests::contract::of(api, false).unwrap();
        let mut values = lorgnette_tests::contract::of(api, true).unwrap();
        restore_formats(&vendors.document, &mut values.document);
        undefined::forget(&mut values);
        let mut repaired = values.clone();
        forget_zones(&mut repaired.document);
        forget_null(&mut repaired);
        forget_parts(&mut repaired);
        let mut repairs = Vec::new();
        compare(&vendors.document, &repaired.document, "", &mut repairs);
        // Descriptions of the same schema count as one repair.
        repairs.dedup_by(|next, repair| {
            let same = next.pointer == repair.pointer;
            if same {
                repair.what = format!("{}, {}", repair.what, next.what);
            }
            same
        });
        Self {
            values,
            repaired,
            repairs,
        }
    }

    /// The repairs that affect an operation's request, by index in the list.
    pub fn of_request(&self, operation: &ContractOperation) -> BTreeSet<usize> {
        let parameters = operation
            .parameters
            .iter()
            .filter_map(|parameter| parameter.schema.as_ref());
        let bodies = operation.bodies.iter().filter_map(|(_, schema)| schema.as_ref());
        self.within(parameters.chain(bodies))
    }

    /// The repairs that affect an operation's responses.
    pub fn of_answers(&self, operation: &ContractOperation) -> BTreeSet<usize> {
        let contents = operation.responses.iter().flat_map(|response| &response.contents);
        self.within(contents.filter_map(|(_, schema)| schema.as_ref()))
    }

    fn within<'a>(&self, roots: impl Iterator<Item = &'a String>) -> BTreeSet<usize> {
        let seen = within(&self.repaired, roots);
        let counts = |repair: &Repair| seen.contains(&repair.pointer);
        (0..self.repairs.len())
            .filter(|index| counts(&self.repairs[*index]))
            .collect()
    }
}

/// `format: password` is our own mark, which does not restrict values, so the vendor's own format
/// is kept.
fn restore_formats(vendors: &Value, values: &mut Value) {
    match (vendors, values) {
        (Value::Object(vendors), Value::Object(values)) => {
            if values.get("format").is_some_and(|format| format == "password") {
                match vendors.get("format") {
                    Some(format) => drop(values.insert("format".to_owned(), format.clone())),
                    None => drop(values.shift_remove("format")),
                }
            }
            for (name, inner) in values {
                if let Some(vendors) = vendors.get(name) {
                    restore_formats(vendors, inner);
                }
            }
        }
        (Value::Array(vendors), Value::Array(values)) => {
            for (vendors, values) in vendors.iter().zip(values) {
                restore_formats(vendors, values);
            }
        }
        _ => {}
    }
}

/// Dates without a zone, which the contracts describe in extensions of their own.
const NAIVE: &str = "^(2024-02-29|(19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)\
                     |(0[13578]|1[02])-31))T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?$";

/// To a validator, a date without a zone is not a `date-time`, whatever else the contract declares,
/// so a pattern describes it.
fn forget_zones(node: &mut Value) {
    match node {
        Value::Object(members) => {
            if members
                .get("x-lorgnette-naive-utc")
                .is_some_and(|naive| naive == true)
            {
                members.shift_remove("format");
                members.insert("pattern".to_owned(), NAIVE.into());
                members
                    .entry("example")
                    .or_insert("2024-02-29T12:30:45.123".into());
            }
            members.iter_mut().for_each(|(_, inner)| forget_zones(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(forget_zones),
        _ => {}
    }
}

/// Null is not a value of a parameter but its absence. So a choice between null and one schema is
/// replaced by that schema, whose type determines how the parameter is written.
fn forget_null(contract: &mut Contract) {
    let operations = contract.operations();
    let parameters = operations.iter().flat_map(|operation| &operation.parameters);
    let mut schemas: Vec<String> = parameters
        .filter_map(|parameter| parameter.schema.clone())
        .collect();
    // The same goes for what is in forms.
    schemas.extend(
        form_members(contract, &operations)
            .into_iter()
            .map(|(_, member)| member),
    );
    for pointer in schemas {
        let Some(Value::Object(schema)) = contract.document.pointer_mut(&pointer) else {
            continue;
        };
        for keyword in ["anyOf", "oneOf"] {
            let branches = schema.get(keyword).and_then(Value::as_array);
            let is_null = |branch: &&Value| branch.get("type").is_some_and(|kind| kind == "null");
            let (null, others): (Vec<&Value>, Vec<&Value>) =
                branches.into_iter().flatten().partition(is_null);
            if let ([_], [Value::Object(only)]) = (null.as_slice(), others.as_slice()) {
                let only = only.clone();
                schema.shift_remove(keyword);
                schema.extend(only);
            }
        }
    }
}

/// The members of bodies that are forms, each with the media type of its form.
fn form_members(contract: &Contract, operations: &[ContractOperation]) -> Vec<(String, String)> {
    let mut members = Vec::new();
    for (media_type, schema) in operations.iter().flat_map(|operation| &operation.bodies) {
        if let (true, Some(schema)) = (media_type.contains("form"), schema) {
            let at = contract.resolve(schema);
            let found = property_pointers(contract.at(&at), &at);
            members.extend(found.map(|(_, member)| (media_type.clone(), member)));
        }
    }
    members
}

/// Parts of a multipart form that are JSON, and objects in a list that is a parameter, are text to
/// Prism: they are left open.
fn forget_parts(contract: &mut Contract) {
    let is_object = |at: &str| {
        let schema = contract.at(&contract.resolve(at));
        schema["type"] == "object" || schema.get("properties").is_some()
    };
    let operations = contract.operations();
    let parameters = operations.iter().flat_map(|operation| &operation.parameters);
    let items = parameters.filter_map(|parameter| Some(child(parameter.schema.as_ref()?, "items")));
    let mut texts: Vec<String> = items.collect();
    let members = form_members(contract, &operations).into_iter();
    let members = members.filter(|(media_type, _)| media_type.starts_with("multipart/"));
    texts.extend(members.map(|(_, member)| member));
    texts.retain(|at| is_object(at));
    for at in texts {
        if let Some(schema) = contract.document.pointer_mut(&at) {
            *schema = Value::Object(serde_json::Map::new());
        }
    }
}

/// Members that do not affect what is sent over the wire.
const SILENT: [&str; 8] = [
    "description",
    "summary",
    "operationId",
    "tags",
    "security",
    "securitySchemes",
    "title",
    "info",
];

fn compare(one: &Value, other: &Value, pointer: &str, repairs: &mut Vec<Repair>) {
    let mut report = |what: String| {
        repairs.push(Repair {
            pointer: pointer.to_owned(),
            what,
        });
    };
    match (one, other) {
        (Value::Object(_), Value::Object(other))
            if other.get("pattern").is_some_and(|pattern| pattern == NAIVE) =>
        {
            report("is a date without a zone, which `format: date-time` does not allow".to_owned());
        }
        (Value::Object(one), Value::Object(other)) if other.is_empty() && !one.is_empty() => {
            report("is left open: Prism reads it as text".to_owned());
        }
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names
                .into_iter()
                .filter(|name| !SILENT.contains(&name.as_str()) && !name.starts_with("x-"))
            {
                let at = child(pointer, name);
                match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) if name == "required" && one != other => {
                        repairs.push(Repair {
                            pointer: pointer.to_owned(),
                            what: format!("`{name}` is `{}` instead of `{}`", plain(other), plain(one)),
                        });
                    }
                    (Some(one @ (Value::Object(_) | Value::Array(_))), Some(other)) => {
                        compare(one, other, &at, repairs);
                    }
                    (Some(one), Some(other)) if one != other => repairs.push(Repair {
                        pointer: pointer.to_owned(),
                        what: format!("`{name}` is `{}` instead of `{}`", plain(other), plain(one)),
                    }),
                    (Some(one), None) => repairs.push(Repair {
                        pointer: pointer.to_owned(),
                        what: format!("`{name}` is left out: `{}`", plain(one)),
                    }),
                    (None, Some(other)) if other.is_object() => repairs.push(Repair {
                        pointer: at,
                        what: "is added".to_owned(),
                    }),
                    (None, Some(other)) => repairs.push(Repair {
                        pointer: pointer.to_owned(),
                        what: format!("`{name}` is added: `{}`", plain(other)),
                    }),
                    _ => {}
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(one, other, &child(pointer, &index.to_string()), repairs);
            }
        }
        _ if one != other => report("is another list".to_owned()),
        _ => {}
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
#[allow(
    unused_imports,
    reason = "the test `programs` reads this file and has no harness"
)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_forms_and_lists_are_as_prism_reads_them() {
        let files = json!({"type": "array", "items": {"type": "string", "format": "binary"}});
        let mut contract = Contract {
            document: json!({"openapi": "3.1.0", "paths": {"/a": {"post": {
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "object"}}},
                    {"name": "r", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
                ],
                "requestBody": {"content": {"multipart/form-data": {"schema": {"properties": {
                    "files": {"anyOf": [files, {"type": "null"}]},
                    "about": {"type": "object", "properties": {"name": {"type": "string"}}}
                }}}}},
                "responses": {}
            }}}}),
        };
        let before = contract.document.clone();
        forget_null(&mut contract);
        forget_parts(&mut contract);
        let operation = &contract.document["paths"]["/a"]["post"];
        let form = &operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"];
        assert_eq!(form["files"], files);
        assert_eq!(form["about"], json!({}));
        assert_eq!(operation["parameters"][0]["schema"]["items"], json!({}));
        assert_eq!(
            operation["parameters"][1]["schema"]["items"],
            json!({"type": "string"})
        );
        let mut repairs = Vec::new();
        compare(&before, &contract.document, "", &mut repairs);
        let opened = repairs
            .iter()
            .filter(|repair| repair.what.contains("is left open"));
        assert_eq!(opened.count(), 2);
    }
}
