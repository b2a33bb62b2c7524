//! Finds the schemas that apply to each part of a value.
//!
//! Of several branches, those apply that a validator accepts.

use crate::contract::{Contract, child, flag, keys};
use crate::json_schema::{Schemas, objections};
use crate::reach::{branches, value_pointers};
use jsonschema::Validator;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Finds the schemas of a contract that apply to parts of values.
pub struct Places<'c> {
    contract: &'c Contract,
    schemas: &'c Schemas,
    /// The validators that were needed so far.
    validators: RefCell<BTreeMap<String, Rc<Validator>>>,
}

/// The parts of a value by their JSON pointers, each with the schemas that apply to it.
pub struct Parts<'c> {
    contract: &'c Contract,
    held: BTreeMap<String, BTreeSet<String>>,
    /// The branches of choices for parts, those that do not hold as well.
    branches: BTreeMap<String, BTreeSet<String>>,
}

impl<'c> Places<'c> {
    /// A finder for values of `contract`, whose schemas are `schemas`.
    pub fn new(contract: &'c Contract, schemas: &'c Schemas) -> Self {
        Self {
            contract,
            schemas,
            validators: RefCell::default(),
        }
    }

    /// The validator for values of the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// When the validator rejects the schema.
    pub fn validator(&self, pointer: &str) -> Result<Rc<Validator>, String> {
        let known = self.validators.borrow().get(pointer).cloned();
        if let Some(validator) = known {
            return Ok(validator);
        }
        let validator = Rc::new(self.schemas.validator(pointer)?);
        let mut validators = self.validators.borrow_mut();
        validators.insert(pointer.to_owned(), Rc::clone(&validator));
        Ok(validator)
    }

    /// The parts of `value`, which matches the schema at `pointer`.
    pub fn of(&self, pointer: &str, value: &Value) -> Parts<'c> {
        let mut parts = Parts {
            contract: self.contract,
            held: BTreeMap::new(),
            branches: BTreeMap::new(),
        };
        self.walk(pointer, value, String::new(), &mut parts);
        parts
    }

    fn walk(&self, pointer: &str, value: &Value, at: String, parts: &mut Parts<'c>) {
        let pointer = self.contract.resolve(pointer);
        if !parts.held.entry(at.clone()).or_default().insert(pointer.clone()) {
            return;
        }
        let schema = self.contract.at(&pointer);
        for part in branches(schema, &pointer, "allOf") {
            self.walk(&part, value, at.clone(), parts);
        }
        for keyword in ["oneOf", "anyOf"] {
            for branch in branches(schema, &pointer, keyword) {
                let resolved = self.contract.resolve(&branch);
                parts.branches.entry(at.clone()).or_default().insert(resolved);
                let fits = |validator: Rc<Validator>| objections(&validator, value).is_empty();
                if self.validator(&branch).is_ok_and(fits) {
                    self.walk(&branch, value, at.clone(), parts);
                }
            }
        }
        let named = child(&pointer, "properties");
        let others = child(&pointer, "additionalProperties");
        for (name, inner) in value.as_object().into_iter().flatten() {
            let property = child(&named, name);
            if self.contract.document.pointer(&property).is_some() {
                self.walk(&property, inner, child(&at, name), parts);
            } else if self.contract.at(&others).is_object() {
                self.walk(&others, inner, child(&at, name), parts);
            }
        }
        let items = child(&pointer, "items");
        if self.contract.at(&items).is_object() {
            for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                self.walk(&items, inner, child(&at, &index.to_string()), parts);
            }
        }
    }
}

impl<'c> Parts<'c> {
    /// The pointers of the parts.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.held.keys().map(String::as_str)
    }

    /// The schemas that apply to the part at `at`.
    pub fn schemas(&self, at: &str) -> impl Iterator<Item = &'c Value> {
        let held = self.held.get(at).into_iter().flatten();
        held.map(|pointer| self.contract.at(pointer))
    }

    /// Whether unnamed members of the object at `at` are outside the contract.
    pub fn is_struct(&self, at: &str) -> bool {
        let is_open = |schema: &Value| match schema.get("additionalProperties") {
            Some(Value::Bool(open)) => *open,
            other => other.is_some(),
        };
        // A schema that says nothing allows anything, at any depth.
        let is_free = |at: &str| {
            self.schemas(at)
                .any(|schema| schema.as_object().is_some_and(serde_json::Map::is_empty))
        };
        let mut around = std::iter::successors(Some(at), |at| Some(at.rsplit_once('/')?.0));
        if around.any(is_free) {
            return false;
        }
        self.names(at).next().is_some() && !self.schemas(at).any(is_open)
    }

    /// The members that schemas of the object at `at` name.
    pub fn names(&self, at: &str) -> impl Iterator<Item = &'c String> {
        self.schemas(at)
            .flat_map(|schema| keys(schema.get("properties").unwrap_or(&Value::Null)))
    }

    /// The allowed or known values that are listed for the part at `at`; empty if none are listed.
    pub fn listed(&self, at: &str) -> Vec<&'c Value> {
        self.schemas(at)
            .flat_map(|schema| value_pointers(schema, "").map(|(value, _)| value))
            .collect()
    }

    /// Whether a listed part of `value` has a value that is not in its list: where one form of
    /// it is a list, another may allow it.
    pub fn has_stranger(&self, value: &Value) -> bool {
        self.pointers().any(|at| {
            let (part, mut listed) = (value.pointer(at), self.listed(at));
            let is_text = part.is_some_and(Value::is_string);
            for branch in self.branches.get(at).into_iter().flatten().filter(|_| is_text) {
                listed.extend(value_pointers(self.contract.at(branch), "").map(|(value, _)| value));
            }
            !listed.is_empty() && part.is_some_and(|part| !part.is_null() && !listed.contains(&part))
        })
    }

    /// Whether the part at `at` is a date with a time, and whether that has no zone.
    pub fn date_time(&self, at: &str) -> Option<bool> {
        let naive = |schema: &Value| flag(schema, "x-lorgnette-naive-utc").unwrap_or(false);
        let is_date = |schema: &Value| schema.get("format").is_some_and(|format| format == "date-time");
        let mut dates = self.schemas(at).filter(|schema| is_date(schema) || naive(schema));
        dates.next().map(naive)
    }

    /// The member of the object at `at` that determines its branch of a choice.
    pub fn tag(&self, at: &str) -> Option<&'c str> {
        let mut tags = self.schemas(at).filter_map(|schema| {
            let discriminator = schema.get("discriminator")?;
            // A name without a schema is Swagger's form for schemas that others extend.
            discriminator.get("propertyName")?.as_str()
        });
        tags.next()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_what_a_schema_that_says_nothing_holds_is_no_struct() {
        let contract = Contract {
            document: json!({"s": {"properties": {"any": {"anyOf": [
                {"properties": {"a": {"properties": {"b": {}}}}}, {"additionalProperties": {}}
            ]}, "own": {"properties": {"b": {"type": "string"}}}}}}),
        };
        let schemas = Schemas::of(&contract).unwrap();
        let value = json!({"any": {"a": {"b": 1}}, "own": {"b": "x"}});
        let parts = Places::new(&contract, &schemas).of("/s", &value);
        let structs: Vec<&str> = parts.pointers().filter(|at| parts.is_struct(at)).collect();
        assert_eq!(structs, ["", "/own"]);
    }

    #[test]
    fn test_stranger_is_a_value_of_no_list_though_another_form_allows_it() {
        let contract = Contract {
            document: json!({"s": {"properties": {"end": {"anyOf": [
                {"type": "string", "format": "date-time"}, {"const": "never"}, {"type": "null"}
            ]}}}}),
        };
        let schemas = Schemas::of(&contract).unwrap();
        let is_stranger = |end: Value| {
            let value = json!({"end": end});
            Places::new(&contract, &schemas)
                .of("/s", &value)
                .has_stranger(&value)
        };
        assert!(is_stranger(json!("2024-01-01T00:00:00Z")));
        assert!(!is_stranger(json!("never")) && !is_stranger(Value::Null));
    }

    #[test]
    fn test_parts_have_the_schemas_of_the_branches_that_fit() {
        let contract = Contract {
            document: json!({
                "s": {"properties": {"pet": {"oneOf": [
                    {"required": ["bark"], "properties": {"bark": {"enum": ["wow"]}}},
                    {"required": ["claws"], "properties": {"claws": {"type": "integer"}}}
                ], "discriminator": {"propertyName": "kind"}}, "at": {"$ref": "#/d"}}},
                "d": {"type": "string", "format": "date-time", "x-lorgnette-naive-utc": true}
            }),
        };
        let schemas = Schemas::of(&contract).unwrap();
        let value = json!({"pet": {"bark": "wow"}, "at": "2024-01-01T00:00:00", "new": 1});
        let parts = Places::new(&contract, &schemas).of("/s", &value);
        let pointers: Vec<&str> = parts.pointers().collect();
        assert_eq!(pointers, ["", "/at", "/pet", "/pet/bark"]);
        assert_eq!(parts.schemas("/pet").count(), 2);
        assert_eq!(parts.listed("/pet/bark"), [&json!("wow")]);
        assert!(!parts.has_stranger(&value) && parts.has_stranger(&json!({"pet": {"bark": "meow"}})));
        assert_eq!(
            (parts.date_time("/at"), parts.date_time("/pet")),
            (Some(true), None)
        );
        assert_eq!((parts.tag("/pet"), parts.tag("")), (Some("kind"), None));
        assert!(parts.is_struct("") && !parts.is_struct("/at"));
    }
}
