//! Translates schemas of contracts into JSON Schema, for an independent validator.
//!
//! OpenAPI 3.0 and Swagger 2.0 have some constructs of their own: `nullable`, `x-lorgnette-types`,
//! and a `$ref` whose siblings are ignored.

use crate::contract::{Contract, child};
use jsonschema::{Draft, Registry, RegistryBuilder, Validator};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The index of a schema in the choice between it and null.
const OWN: &str = "/anyOf/0";

const ADDRESS: &str = "https://contract.example/";

/// The schemas of a contract, ready to validate.
pub struct Schemas {
    registry: Registry<'static>,
    /// The pointers of the schemas that were wrapped to allow null, so that their content has
    /// another place than in the contract.
    moved: BTreeSet<String>,
}

impl Schemas {
    /// Translates all schemas of `contract`.
    ///
    /// # Errors
    ///
    /// When the validator rejects one of them.
    pub fn of(contract: &Contract) -> Result<Self, String> {
        let mut document = contract.document.clone();
        let mut moved = BTreeSet::new();
        translate(&mut document, "", &mut moved);
        let registry = Registry::new()
            .draft(Draft::Draft201909)
            .add(ADDRESS, document)
            .and_then(RegistryBuilder::prepare)
            .map_err(|error| error.to_string())?;
        Ok(Self { registry, moved })
    }

    /// The validator for values of the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// When the validator rejects the schema.
    pub fn validator(&self, pointer: &str) -> Result<Validator, String> {
        jsonschema::options()
            .with_draft(Draft::Draft201909)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({"$ref": format!("{ADDRESS}#{}", encoded(&self.place(pointer)))}))
            .map_err(|error| format!("{pointer}: {error}"))
    }

    /// The place of the contract's schema at `pointer` after the translation.
    fn place(&self, pointer: &str) -> String {
        let (mut at, mut place) = (String::new(), String::new());
        for step in pointer.split('/').skip(1) {
            if self.moved.contains(&at) {
                place.push_str(OWN);
            }
            for path in [&mut at, &mut place] {
                path.push('/');
                path.push_str(step);
            }
        }
        place
    }
}

/// The schemas of a contract with `anyOf` for every `oneOf`: a contract may have branches that it
/// does not tell apart, such as an object and the same object with less in it.
pub struct Loose {
    contract: Contract,
    schemas: Schemas,
}

impl Loose {
    /// Translates all schemas of `contract`.
    ///
    /// # Errors
    ///
    /// When the validator does not take one of them.
    pub fn of(contract: &Contract) -> Result<Self, String> {
        let mut contract = contract.clone();
        loosen(&mut contract.document);
        let schemas = Schemas::of(&contract)?;
        Ok(Self { contract, schemas })
    }

    /// Whether the schema at `pointer` of the contract as it is allows `value`.
    pub fn allows(&self, pointer: &str, value: &Value) -> bool {
        let loose = pointer.replace("/oneOf/", "/anyOf/");
        let is_there = self.contract.document.pointer(&loose).is_some();
        let validator = self.schemas.validator(if is_there { &loose } else { pointer });
        validator.is_ok_and(|validator| objections(&validator, value).is_empty())
    }
}

fn loosen(node: &mut Value) {
    if let Value::Object(members) = node {
        if members.get("oneOf").is_some_and(Value::is_array)
            && !members.contains_key("anyOf")
            && let Some(branches) = members.shift_remove("oneOf")
        {
            members.insert("anyOf".to_owned(), branches);
        }
        members.values_mut().for_each(loosen);
    } else if let Value::Array(list) = node {
        list.iter_mut().for_each(loosen);
    }
}

/// The validator's objections to a value; `None` if it accepts the value.
pub fn objections(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

/// A pointer as the fragment of an address.
fn encoded(pointer: &str) -> String {
    pointer.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                text.push(byte.into());
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        text
    })
}

/// Members whose own members have arbitrary names.
const NAMES: [&str; 6] = [
    "properties",
    "definitions",
    "schemas",
    "patternProperties",
    "headers",
    "responses",
];
/// Members that hold values, not schemas.
const VALUES: [&str; 6] = [
    "example",
    "examples",
    "default",
    "enum",
    "required",
    "discriminator",
];

/// Translates a node and all below it; `moved` gets the pointers of those that end up in a choice.
fn translate(node: &mut Value, at: &str, moved: &mut BTreeSet<String>) {
    match node {
        Value::Array(list) => {
            for (index, inner) in list.iter_mut().enumerate() {
                translate(inner, &child(at, &index.to_string()), moved);
            }
        }
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                let at = child(at, name);
                if NAMES.contains(&name.as_str()) {
                    for (name, inner) in inner.as_object_mut().into_iter().flatten() {
                        translate(inner, &child(&at, name), moved);
                    }
                } else if !VALUES.contains(&name.as_str()) && !name.starts_with("x-") {
                    translate(inner, &at, moved);
                }
            }
            if schema(members) {
                moved.insert(at.to_owned());
            }
        }
        _ => {}
    }
}

/// Translates the keywords of one schema, and returns whether they are now in a choice between it
/// and null.
fn schema(members: &mut Map<String, Value>) -> bool {
    let is =
        |members: &Map<String, Value>, key: &str| members.get(key).and_then(Value::as_bool).unwrap_or(false);
    let nullable = is(members, "nullable") || is(members, "x-nullable");
    if members.get("$ref").is_some_and(Value::is_string) {
        members.retain(|name, _| name == "$ref");
    }
    for keyword in ["x-lorgnette-types", "x-lorgnette-value-types"] {
        if let (false, Some(seen)) = (members.contains_key("type"), members.get(keyword).cloned()) {
            members.insert("type".to_owned(), seen);
        }
    }
    if members.get("type").is_some_and(|kind| kind == "file") {
        members.shift_remove("type");
    }
    if members.get("required").is_some_and(Value::is_boolean) {
        members.shift_remove("required");
    }
    if is(members, "x-lorgnette-naive-utc") {
        members.shift_remove("format");
    }
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match members.get(flag) {
            Some(Value::Bool(true)) => {
                if let Some(value) = members.shift_remove(bound) {
                    members.insert(flag.to_owned(), value);
                }
            }
            Some(Value::Bool(false)) => drop(members.shift_remove(flag)),
            _ => {}
        }
    }
    nullable && with_null(members)
}

/// Also allows null, and returns whether that required a choice.
fn with_null(members: &mut Map<String, Value>) -> bool {
    let is_choice = ["$ref", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|keyword| members.contains_key(*keyword));
    match members.get_mut("type") {
        Some(kind @ Value::String(_)) => {
            *kind = json!([kind, "null"]);
            if let Some(Value::Array(values)) = members.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
        }
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        None if is_choice => {
            let own = Value::Object(std::mem::take(members));
            members.insert("anyOf".to_owned(), json!([own, {"type": "null"}]));
            return true;
        }
        _ => {}
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn accepts(schema: Value, value: &Value) -> bool {
        let contract = Contract {
            document: json!({"definitions": {"A b": schema, "N": {"type": "integer"}}}),
        };
        let validator = Schemas::of(&contract)
            .unwrap()
            .validator("/definitions/A b")
            .unwrap();
        objections(&validator, value).is_empty()
    }

    #[test]
    fn test_schemas_inside_one_that_may_be_null_have_their_own_pointers() {
        let link = json!({"allOf": [{"properties": {"url": {"oneOf": [{"type": "string"}], "nullable": true}}}],
            "nullable": true});
        let contract = Contract {
            document: json!({"definitions": {"Link": link}}),
        };
        let schemas = Schemas::of(&contract).unwrap();
        let accepts = |pointer: &str, value: &Value| {
            let validator = schemas.validator(pointer).unwrap();
            objections(&validator, value).is_empty()
        };
        let url = "/definitions/Link/allOf/0/properties/url";
        assert!(accepts("/definitions/Link", &Value::Null) && accepts(url, &Value::Null));
        assert!(!accepts(url, &json!(1)) && !accepts("/definitions/Link", &json!({"url": 1})));
        assert!(!accepts(&format!("{url}/oneOf/0"), &Value::Null));
    }

    #[test]
    fn test_null_is_allowed_where_the_contract_says_so() {
        assert!(accepts(
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
            &Value::Null
        ));
        assert!(accepts(
            json!({"allOf": [{"$ref": "#/definitions/N"}], "x-nullable": true}),
            &Value::Null
        ));
        assert!(accepts(
            json!({"x-lorgnette-types": ["integer", "string"], "nullable": true}),
            &Value::Null
        ));
        assert!(!accepts(json!({"type": "string"}), &Value::Null));
        assert!(!accepts(
            json!({"properties": {"a": {"$ref": "#/definitions/N"}}}),
            &json!({"a": null})
        ));
    }

    #[test]
    fn test_names_of_members_are_no_keywords() {
        let schema = json!({"properties": {"required": {"type": "boolean"}, "nullable": {"type": "string"},
            "properties": {"type": "object", "properties": {"type": {"type": "integer"}}}}});
        assert!(accepts(
            schema.clone(),
            &json!({"required": true, "nullable": "x", "properties": {"type": 1}})
        ));
        assert!(!accepts(schema.clone(), &json!({"properties": {"type": "x"}})));
        assert!(!accepts(schema, &json!({"nullable": null})));
    }

    #[test]
    fn test_formats_count_but_for_dates_without_a_zone() {
        let date = json!({"type": "string", "format": "date-time"});
        assert!(!accepts(date, &json!("2024-01-01T00:00:00")));
        let naive = json!({"type": "string", "format": "date-time", "x-lorgnette-naive-utc": true});
        assert!(accepts(naive, &json!("2024-01-01T00:00:00")));
        assert!(!accepts(json!({"type": "string", "format": "uuid"}), &json!("x")));
    }

    #[test]
    fn test_loose_schemas_allow_values_of_several_branches() {
        let less = json!({"required": ["a"], "properties": {"a": {"type": "string"}}});
        let more = json!({"required": ["a", "b"], "properties": {"b": {"oneOf": [{"type": "string"}]}}});
        let contract = Contract {
            document: json!({"definitions": {"S": {"items": {"oneOf": [less, more]}}}}),
        };
        let strict = Schemas::of(&contract).unwrap();
        let loose = Loose::of(&contract).unwrap();
        let value = json!([{"a": "x", "b": "y"}]);
        assert!(!objections(&strict.validator("/definitions/S").unwrap(), &value).is_empty());
        assert!(
            loose.allows("/definitions/S", &value) && !loose.allows("/definitions/S", &json!([{"b": "y"}]))
        );
        let inner = "/definitions/S/items/oneOf/1/properties/b/oneOf/0";
        assert!(loose.allows(inner, &json!("y")) && !loose.allows(inner, &json!(1)));
    }

    #[test]
    fn test_exclusive_bounds_are_numbers() {
        let schema = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
        assert!(!accepts(schema.clone(), &json!(1)) && accepts(schema, &json!(2)));
    }
}
