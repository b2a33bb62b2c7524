//! Merges branches that one type can hold: strings and string enums, numbers of two widths,
//! or any values.

use super::{Choice, PASS, Unions};
use crate::document::{Node, Object, reference_to, schema_pointer};
use crate::normalize::schemas::inline_schemas::{HOISTED, ORIGIN};
use crate::normalize::schemas::keywords::{self, SchemaKind};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Determines which branches one type can hold.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Texts,
    Integers,
    Numbers,
    Any,
    Apart,
}

impl Unions<'_> {
    pub(super) fn collapse(&mut self, key: &str, pointer: &str, branches: &[Choice]) -> Vec<Choice> {
        let groups: Vec<Group> = branches.iter().map(|branch| self.group(&branch.schema)).collect();
        if groups.contains(&Group::Any) && branches.len() > 1 {
            let what = "any JSON value is accepted here".to_string();
            self.notes
                .add(PASS, pointer, what, "One of the alternatives allows any value.");
            return Vec::new();
        }
        let of = |group: Group| -> Vec<Choice> {
            let both = branches.iter().zip(&groups).filter(|(_, other)| **other == group);
            both.map(|(branch, _)| branch.clone()).collect()
        };
        let mut texts = of(Group::Texts);
        let (mut integers, mut numbers) = (of(Group::Integers), of(Group::Numbers));
        let mut kept: Vec<Choice> = Vec::new();
        for (branch, group) in branches.iter().zip(&groups) {
            let of_group = match group {
                Group::Texts => &mut texts,
                Group::Integers => &mut integers,
                Group::Numbers => &mut numbers,
                Group::Any | Group::Apart => {
                    kept.push(branch.clone());
                    continue;
                }
            };
            // The first branch of a group replaces all of them.
            let alone = of_group.len() == branches.len();
            let schema = match std::mem::take(of_group).as_slice() {
                [] => continue,
                [only] => {
                    kept.push(only.clone());
                    continue;
                }
                several if *group == Group::Texts => self.one_text((key, pointer), several, alone),
                several => self.one_number(several, *group == Group::Integers),
            };
            kept.push(Choice {
                schema,
                tags: Vec::new(),
            });
        }
        kept
    }

    fn group(&self, schema: &Value) -> Group {
        let Some(object) = self.resolved(schema) else {
            return Group::Apart;
        };
        match (keywords::kind(object), object.text("type")) {
            (SchemaKind::Enum, Some("string")) if !object.flag("x-lorgnette-mixed") => Group::Texts,
            (SchemaKind::Simple, Some("string")) => Group::Texts,
            // Floats cannot represent all digits of an integer.
            (SchemaKind::Enum | SchemaKind::Simple, Some("integer")) => Group::Integers,
            (SchemaKind::Enum | SchemaKind::Simple, Some("number")) => Group::Numbers,
            (SchemaKind::Simple, None) => Group::Any,
            _ => Group::Apart,
        }
    }

    /// One branch for several strings: an enum if any of them lists values, since enums are open;
    /// otherwise a plain string.
    fn one_text(&mut self, (key, pointer): (&str, &str), branches: &[Choice], alone: bool) -> Value {
        let mut formats: Vec<&str> = Vec::new();
        for branch in branches {
            let schema = self.resolved(&branch.schema);
            let format = schema.and_then(|schema| schema.text("format"));
            formats.extend(format.filter(|format| !formats.contains(format)));
        }
        if !formats.is_empty() {
            let what = format!("a text of format {} is a plain text here", formats.join(" or "));
            let why = "It is one of several forms of text.";
            self.notes.add(PASS, pointer, what, why);
        }
        let enums = self.enums(branches);
        match enums.as_slice() {
            [] => json!({ "type": "string" }),
            several => self.one_enum(key, several, "string", alone),
        }
    }

    fn one_number(&mut self, branches: &[Choice], whole: bool) -> Value {
        let enums = self.enums(branches);
        match enums.as_slice() {
            [only] if enums.len() == branches.len() || whole => reference_to(only),
            _ if whole => json!({ "type": "integer", "format": "int64" }),
            _ => json!({ "type": "number" }),
        }
    }

    fn enums(&self, branches: &[Choice]) -> Vec<String> {
        branches
            .iter()
            .filter_map(|branch| keywords::value_refers_to(&branch.schema))
            .filter(|key| {
                self.schemas
                    .get(key)
                    .is_some_and(|schema| schema.get("enum").is_some())
            })
            .collect()
    }

    /// One enum with the values of all.
    fn one_enum(&mut self, key: &str, enums: &[String], kind: &str, alone: bool) -> Value {
        let mut seen = HashSet::new();
        let mut values: Vec<Value> = Vec::new();
        for one in enums {
            for value in self.schemas.map(one).list("enum") {
                if seen.insert(value.to_string()) {
                    values.push(value.clone());
                }
            }
        }
        let with_all = enums
            .iter()
            .find(|one| self.schemas.map(one).list("enum").len() == values.len());
        if let Some(one) = with_all {
            return reference_to(one);
        }
        let mut merged = Object::new();
        merged.insert("type".to_string(), json!(kind));
        merged.insert("enum".to_string(), Value::Array(values));
        if alone {
            return Value::Object(merged);
        }
        let own = format!("{key}/values");
        merged.insert(
            HOISTED.to_string(),
            json!({ "owner": key, "hint": "Name", "role": "branch" }),
        );
        merged.insert(ORIGIN.to_string(), Value::String(schema_pointer(key)));
        self.schemas.insert(own.clone(), Value::Object(merged));
        reference_to(&own)
    }
}
