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
        let mut held = BTreeMap::new();
        self.walk(pointer, value, String::new(), &mut held);
        Parts {
            contract: self.contract,
            held,
        }
    }

    fn walk(&self, pointer: &str, value: &Value, at: String, held: &mut BTreeMap<String, BTreeSet<String>>) {
        let pointer = self.contract.resolve(pointer);
        if !held.entry(at.clone()).or_default().insert(pointer.clone()) {
            return;
        }
        let schema = self.contract.at(&pointer);
        for part in branches(schema, &pointer, "allOf") {
            self.walk(&part, value, at.clone(), held);
        }
        for keyword in ["oneOf", "anyOf"] {
            for branch in branches(schema, &pointer, keyword) {
                let fits = |validator: Rc<Validator>| objections(&validator, value).is_empty();
                if self.validator(&branch).is_ok_and(fits) {
                    self.walk(&branch, value, at.clone(), held);
                }
            }
        }
        let named = child(&pointer, "properties");
        let others = child(&pointer, "additionalProperties");
        for (name, inner) in value.as_object().into_iter().flatten() {
            let property = child(&named, name);
            if self.contract.document.pointer(&property).is_some() {
                self.walk(&property, inner, child(&at, name), held);
            } else if self.contract.at(&others).is_object() {
                self.walk(&others, inner, child(&at, name), held);
            }
        }
        let items = child(&pointer, "items");
        if self.contract.at(&items).is_object() {
            for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                self.walk(&items, inner, child(&at, &index.to_string()), held);
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

    /// Whether a listed part of `value` has a value that is not in its list.
    pub fn has_stranger(&self, value: &Value) -> bool {
        self.pointers().any(|at| {
            let (part, listed) = (value.pointer(at), self.listed(at));
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
