//! Combines two descriptions of one schema, or selects the effective one.

use super::{Members, PASS, Pair};
use crate::diagnostics::Notes;
use crate::document::{Node, Object, reference_to, schema_pointer};
use crate::normalize::schemas::additional_properties::IMPLICIT;
use crate::normalize::schemas::all_of::rank::{rank, resolved, widens};
use crate::normalize::schemas::inline_schemas::ORIGIN;
use crate::normalize::schemas::keywords::{self, SchemaKind};
use crate::normalize::schemas::origins;
use serde_json::{Value, json};
use std::collections::HashSet;

/// The maximum number of objects that are combined for one property.
const MOST_PARTS: usize = 4;

/// The maximum depth of nested lists.
const DEEPEST: usize = 16;

/// A schema with the flags of another description of the same value; the flags of both apply.
fn with_flags(schema: Value, other: &Value) -> Value {
    let flags = ["readOnly", "writeOnly", "deprecated"];
    flags.into_iter().fold(schema, |schema, flag| {
        if other.flag(flag) && !schema.flag(flag) {
            with(schema, flag, Value::Bool(true))
        } else {
            schema
        }
    })
}

/// A schema with another statement on its use.
fn with(schema: Value, word: &str, value: Value) -> Value {
    let said = Object::from_iter([(word.to_string(), value)]);
    match schema {
        Value::Object(schema) if schema.contains_key("$ref") => {
            Value::Object(keywords::wrapped(Value::Object(schema), said))
        }
        Value::Object(mut schema) => {
            schema.extend(said);
            Value::Object(schema)
        }
        other => other,
    }
}

/// The required members of an object, and its rule for others, if it declares nothing else.
fn only_adds(schema: &Value) -> Option<Object> {
    let schema = schema.as_object()?;
    let says_more = |key: &String| match key.as_str() {
        "type" | "required" => false,
        "additionalProperties" => schema.get(key) == Some(&Value::Bool(false)),
        other => keywords::is_structural(other),
    };
    let is_object = schema.text("type").is_none_or(|kind| kind == "object");
    let mut added = schema.clone();
    added.retain(|key, value| match key.as_str() {
        "required" => *value != json!([]),
        "additionalProperties" => !schema.contains_key(IMPLICIT),
        _ => false,
    });
    (is_object && !added.is_empty() && !schema.keys().any(says_more)).then_some(added)
}

impl Members {
    /// Adds a further description of a property at `place`.
    pub(super) fn repeat(
        &mut self,
        (name, place): (&str, Option<String>),
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
            let what = format!("the default {before} of {name:?} is replaced by {now}");
            let component = keywords::value_refers_to(&earlier).map(|key| {
                let schema = schemas.get(&key).and_then(Value::as_object);
                schema.map_or_else(|| schema_pointer(&key), |schema| origins::component(&key, schema))
            });
            let place = component.or(place);
            let place = place.unwrap_or_else(|| self.place.clone());
            notes.add(PASS, place, what, "The composed schemas name two.");
        }
        let mut kept = with_flags(with_flags(kept, &earlier), &later);
        if default(&kept).is_none()
            && let Some(said) = default(&later).or_else(|| default(&earlier))
        {
            kept = with(kept, "default", said);
        }
        self.properties.insert(name.to_string(), kept);
    }

    /// The combination of two descriptions of a property.
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
        let (kept, which) = if rank(now) >= rank(before) {
            (later, "later")
        } else {
            (earlier, "earlier")
        };
        let types = (before.text("type"), now.text("type"));
        let differ = types.0.is_some() && types.1.is_some() && types.0 != types.1;
        // Whole numbers are numbers.
        let narrows = which == "earlier" && types == (Some("integer"), Some("number"));
        if differ && !narrows {
            let what = format!("the contract gives {name:?} two types, and the {which} one is used");
            let place = self.origins.get(name).unwrap_or(&self.place);
            let why = "The composed schemas contradict each other.";
            notes.add(PASS, place.clone(), what, why);
        }
        kept.clone()
    }

    /// One schema that combines both: objects with the members of both, lists and maps of such
    /// values. `None` if one of the two must be dropped.
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
            .all(|schema| keywords::kind(schema) == SchemaKind::Simple);
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

    /// The combination of two components, if both have members, or if the later one is an enum with
    /// more values.
    fn both(&self, name: &str, earlier: &Value, later: &Value, schemas: &Object) -> Option<Pair> {
        let component = |value: &Value| {
            let key = keywords::value_refers_to(value)?;
            let schema = schemas.get(&key)?.as_object()?;
            Some((key, schema))
        };
        let has_members = |schema: &Object| match keywords::kind(schema) {
            SchemaKind::Object => true,
            SchemaKind::Composition => !keywords::has_choice(schema),
            _ => false,
        };
        for (one, other) in [(earlier, later), (later, earlier)] {
            if let (Some((key, schema)), Some(added)) = (component(one), only_adds(other))
                && has_members(schema)
            {
                return self.pair(name, (&key, &key), added, schemas);
            }
        }
        let ((first, before), (second, now)) = (component(earlier)?, component(later)?);
        // Members beside a choice go into each of its branches.
        let may_join = match (keywords::kind(before), keywords::kind(now)) {
            (SchemaKind::Enum, SchemaKind::Enum) => widens(before, now),
            (SchemaKind::Union, _) => has_members(now),
            (_, SchemaKind::Union) => has_members(before),
            _ => has_members(before) && has_members(now),
        };
        may_join
            .then(|| self.pair(name, (&first, &second), Object::new(), schemas))
            .flatten()
    }

    fn pair(
        &self,
        name: &str,
        (first, second): (&str, &str),
        added: Object,
        schemas: &Object,
    ) -> Option<Pair> {
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
        if parts.len() + usize::from(!added.is_empty()) < 2 || parts.len() > MOST_PARTS {
            return None;
        }
        let mut key = parts.join(" & ");
        for name in added.list("required").iter().filter_map(Value::as_str) {
            key = format!("{key} & {name}");
        }
        if let Some(values) = added.get("additionalProperties") {
            key = format!("{key} & *: {values}");
        }
        let origin = self.words.text(ORIGIN).unwrap_or(&self.pointer).to_string();
        let owner = self.key.clone();
        Some(Pair {
            key,
            parts,
            added,
            owner,
            hint: name.to_string(),
            origin,
        })
    }
}
