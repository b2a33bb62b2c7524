//! Two statements on one thing: which of them holds, or what they come to together.

use super::{Members, PASS, Pair};
use crate::diagnostics::Notes;
use crate::document::{Node, Object, reference_to, schema_pointer};
use crate::normalize::schemas::all_of::rank::{rank, resolved, widens};
use crate::normalize::schemas::inline_schemas::ORIGIN;
use crate::normalize::schemas::keywords::{self, Kind};
use crate::normalize::schemas::origins;
use serde_json::{Value, json};
use std::collections::HashSet;

/// More objects than this are not put together for one property.
const MOST_PARTS: usize = 4;

/// Lists of lists of lists, so many times.
const DEEPEST: usize = 16;

/// A schema with the flags of another statement on the same thing: each of them holds.
fn with_flags(schema: Value, other: &Value) -> Value {
    let Value::Object(mut schema) = schema else {
        return schema;
    };
    for flag in ["readOnly", "writeOnly", "deprecated"] {
        let holds = other.flag(flag);
        if holds && schema.get(flag) != Some(&Value::Bool(true)) {
            let said = Object::from_iter([(flag.to_string(), Value::Bool(true))]);
            if schema.contains_key("$ref") {
                schema = keywords::wrapped(Value::Object(schema), said);
            } else {
                schema.extend(said);
            }
        }
    }
    Value::Object(schema)
}

impl Members {
    /// A later statement on a property that has one.
    pub(super) fn repeat(
        &mut self,
        name: &str,
        mut later: Value,
        pairs: &mut Vec<Pair>,
        schemas: &Object,
        notes: &mut Notes,
    ) {
        let Some(earlier) = self.properties.get(name).cloned() else {
            return;
        };
        if let (Some(now), Some(before)) = (later.as_object_mut(), earlier.as_object())
            && !now.contains_key("description")
            && !now.contains_key("$ref")
            && let Some(description) = before.get("description")
        {
            now.insert("description".to_string(), description.clone());
        }
        let kept = self.kept(name, &earlier, &later, pairs, schemas, notes);
        let default = |value: &Value| {
            let own = value.get("default");
            own.or_else(|| resolved(value, schemas).get("default")).cloned()
        };
        if let (Some(before), Some(now)) = (default(&earlier), default(&later))
            && before != now
        {
            let what = format!("the default {before} of {name:?} gives way to {now}");
            let place = keywords::value_refers_to(&earlier).map(|key| {
                let schema = schemas.get(&key).and_then(Value::as_object);
                schema.map_or_else(|| schema_pointer(&key), |schema| origins::component(&key, schema))
            });
            let place = place.or_else(|| self.origins.get(name).cloned());
            let place = place.unwrap_or_else(|| self.pointer.clone());
            notes.add(PASS, place, what, "The schemas that are composed name two.");
        }
        let kept = with_flags(with_flags(kept, &earlier), &later);
        self.properties.insert(name.to_string(), kept);
    }

    /// What two statements on a property come to.
    fn kept(
        &self,
        name: &str,
        earlier: &Value,
        later: &Value,
        pairs: &mut Vec<Pair>,
        schemas: &Object,
        notes: &mut Notes,
    ) -> Value {
        if keywords::stripped(earlier) == keywords::stripped(later) {
            return later.clone();
        }
        if let Some(both) = self.together(name, earlier, later, pairs, schemas, 0) {
            return both;
        }
        let (before, now) = (resolved(earlier, schemas), resolved(later, schemas));
        if rank(now) >= rank(before) {
            let differ = before.text("type").is_some() && before.text("type") != now.text("type");
            if differ {
                let what = format!("of two types that the contract gives {name:?}, the later one is taken");
                notes.add(
                    PASS,
                    self.pointer.clone(),
                    what,
                    "The schemas that are composed contradict each other.",
                );
            }
            return later.clone();
        }
        earlier.clone()
    }

    /// One schema that says what both say: objects with the members of both, lists and maps of such
    /// values. Nothing where one of the two has to give way.
    pub(super) fn together(
        &self,
        name: &str,
        earlier: &Value,
        later: &Value,
        pairs: &mut Vec<Pair>,
        schemas: &Object,
        depth: usize,
    ) -> Option<Value> {
        let (before, now) = (resolved(earlier, schemas), resolved(later, schemas));
        if let Some(pair) = self.both(name, earlier, later, schemas) {
            let siblings: Object = later
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| *key != "$ref" && !keywords::is_structural(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let reference = reference_to(&pair.key);
            pairs.push(pair);
            return Some(Value::Object(keywords::wrapped(reference, siblings)));
        }
        let kind = now.text("type").filter(|kind| before.text("type") == Some(kind));
        let keyword = match kind? {
            "array" => "items",
            "object" => "additionalProperties",
            _ => return None,
        };
        let is_simple = [before, now]
            .into_iter()
            .all(|schema| keywords::kind(schema) == Kind::Simple);
        if !is_simple || depth > DEEPEST {
            return None;
        }
        let says = |schema: &Object| {
            schema
                .get(keyword)
                .filter(|inner| keywords::stripped(inner) != json!({}))
                .cloned()
        };
        let inner = match (says(before), says(now)) {
            (Some(earlier), Some(later)) if keywords::stripped(&earlier) != keywords::stripped(&later) => {
                let both = self.together(name, &earlier, &later, pairs, schemas, depth + 1);
                let narrower = || {
                    let wins = rank(resolved(&later, schemas)) >= rank(resolved(&earlier, schemas));
                    if wins { later.clone() } else { earlier.clone() }
                };
                both.unwrap_or_else(narrower)
            }
            (earlier, later) => later.or(earlier)?,
        };
        let mut merged = match later {
            Value::Object(later) if keywords::refers_to(later).is_none() => later.clone(),
            _ => Object::from_iter([("type".to_string(), json!(kind))]),
        };
        merged.insert(keyword.to_string(), inner);
        Some(Value::Object(merged))
    }

    /// The pair that two components make, if both have members, or if the later is an enum with
    /// more values.
    fn both(&self, name: &str, earlier: &Value, later: &Value, schemas: &Object) -> Option<Pair> {
        let component = |value: &Value| {
            let key = keywords::value_refers_to(value)?;
            let schema = schemas.get(&key)?.as_object()?;
            Some((key, schema))
        };
        let ((first, before), (second, now)) = (component(earlier)?, component(later)?);
        let has_members = |schema: &Object| match keywords::kind(schema) {
            Kind::Object => true,
            Kind::Composition => !keywords::has_choice(schema),
            _ => false,
        };
        // Members beside a choice go into each of its branches.
        let may_join = match (keywords::kind(before), keywords::kind(now)) {
            (Kind::Enum, Kind::Enum) => widens(before, now),
            (Kind::Union, _) => has_members(now),
            (_, Kind::Union) => has_members(before),
            _ => has_members(before) && has_members(now),
        };
        may_join
            .then(|| self.pair(name, &first, &second, schemas))
            .flatten()
    }

    fn pair(&self, name: &str, first: &str, second: &str, schemas: &Object) -> Option<Pair> {
        let atoms = |key: &str| match schemas
            .get(key)
            .and_then(|schema| schema.get("x-lorgnette-parts"))
        {
            Some(Value::Array(parts)) => parts
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_string)
                .collect(),
            _ => vec![key.to_string()],
        };
        let mut seen = HashSet::new();
        let mut parts: Vec<String> = atoms(first);
        parts.extend(atoms(second));
        parts.retain(|part| seen.insert(part.clone()));
        if parts.len() < 2 || parts.len() > MOST_PARTS {
            return None;
        }
        let origin = self.words.text(ORIGIN).unwrap_or(&self.pointer).to_string();
        let owner = self.key.clone();
        Some(Pair {
            key: parts.join(" & "),
            parts,
            owner,
            hint: name.to_string(),
            origin,
        })
    }
}
