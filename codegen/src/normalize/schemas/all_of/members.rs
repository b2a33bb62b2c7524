//! Collects the parts of a composition from its branches, and builds the resulting schema.
//!
//! If two branches describe the same member, this module decides which description applies.

use super::rank::{rank, widens};
use crate::diagnostics::Notes;
use crate::document::{Node, Object, child, reference_to};
use crate::normalize::schemas::additional_properties::{IMPLICIT, make_map};
use crate::normalize::schemas::keywords::{self, EXTENDS, SchemaKind};
use crate::normalize::schemas::origins::{self, ORIGINS};
use serde_json::{Value, json};
use std::collections::BTreeMap;

mod repeated;

const PASS: &str = "all_of";

/// Two or more objects that describe the same property, which are merged like a composition.
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) parts: Vec<String>,
    /// The contribution of another part without members: its required members, and its rule for
    /// others.
    pub(super) added: Object,
    pub(super) owner: String,
    pub(super) hint: String,
    pub(super) origin: String,
}

/// The combined content of the branches of one composition.
pub(super) struct Members {
    key: String,
    pub(super) pointer: String,
    /// The place of the composition, and those of its properties.
    pub(super) place: String,
    origins: BTreeMap<String, String>,
    words: Object,
    properties: Object,
    /// Further descriptions of a property, each with the place of the previous one.
    repeated: Vec<(String, Value, Option<String>)>,
    required: Vec<Value>,
    additional: Option<Value>,
    /// Later statements on additional properties.
    more_additional: Vec<Value>,
    choices: Vec<Choice>,
    /// Schemas that are neither objects nor choices, each with the component that it is.
    others: Vec<(Option<String>, Object)>,
    bases: Vec<Value>,
    nullable_bases: Vec<bool>,
    is_object: bool,
}

/// Alternatives, and the component that has them.
struct Choice {
    component: Option<String>,
    keyword: &'static str,
    branches: Vec<Value>,
    discriminator: Option<Value>,
}

impl Members {
    pub(super) fn new(key: &str, pointer: &str, place: &str) -> Self {
        Self {
            key: key.to_string(),
            pointer: pointer.to_string(),
            place: place.to_string(),
            origins: BTreeMap::new(),
            words: Object::new(),
            properties: Object::new(),
            repeated: Vec::new(),
            required: Vec::new(),
            additional: None,
            more_additional: Vec::new(),
            choices: Vec::new(),
            others: Vec::new(),
            bases: Vec::new(),
            nullable_bases: Vec::new(),
            is_object: false,
        }
    }

    /// Adds a schema's own keywords at `place`; those of the outermost schema take precedence.
    pub(super) fn own(&mut self, mut schema: Object, place: &str) {
        let outermost = place == self.place;
        if schema.shift_remove(IMPLICIT).is_some() {
            schema.shift_remove("additionalProperties");
        }
        let nullable = schema.shift_remove("nullable") == Some(Value::Bool(true));
        if nullable && outermost {
            self.words.insert("nullable".to_string(), Value::Bool(true));
        }
        let words: Vec<String> = schema
            .keys()
            .filter(|key| !keywords::is_structural(key))
            .cloned()
            .collect();
        for word in words {
            let Some(value) = schema.shift_remove(&word) else {
                continue;
            };
            if outermost || !self.words.contains_key(&word) {
                self.words.insert(word, value);
            }
        }
        let discriminator = schema.shift_remove("discriminator");
        let has_choice = keywords::has_choice(&schema);
        if let (Some(discriminator), true, false) = (&discriminator, outermost, has_choice) {
            self.words
                .insert("discriminator".to_string(), discriminator.clone());
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = schema.shift_remove(keyword) {
                let discriminator = discriminator.clone();
                self.choices.push(Choice {
                    component: None,
                    keyword,
                    branches,
                    discriminator,
                });
            }
        }
        self.object_or_other(None, schema, place);
    }

    /// Adds a component.
    pub(super) fn base(&mut self, key: &str, mut base: Object, nullable: bool) {
        self.nullable_bases.push(nullable || base.flag("nullable"));
        if base.contains_key("discriminator")
            || keywords::kind(&base) == SchemaKind::Object
            || keywords::has_properties(&base)
        {
            self.bases.push(Value::String(key.to_string()));
        }
        for above in base.list(EXTENDS) {
            if !self.bases.contains(above) {
                self.bases.push(above.clone());
            }
        }
        let discriminator = base.shift_remove("discriminator");
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(branches)) = base.shift_remove(keyword) else {
                continue;
            };
            // A schema that lists this one among its alternatives contributes its members, not the
            // choice.
            let lists_us = branches
                .iter()
                .any(|branch| keywords::value_refers_to(branch).as_deref() == Some(&self.key));
            if !lists_us {
                let component = Some(key.to_string());
                self.choices.push(Choice {
                    component,
                    keyword,
                    branches,
                    discriminator: discriminator.clone(),
                });
            }
        }
        if base.contains_key(IMPLICIT) {
            base.shift_remove("additionalProperties");
        }
        let place = origins::component(key, &base);
        base.retain(|keyword, _| keywords::is_structural(keyword) || keyword == ORIGINS);
        self.object_or_other(Some(key.to_string()), base, &place);
    }

    fn object_or_other(&mut self, component: Option<String>, mut schema: Object, place: &str) {
        if let Some(Value::Array(names)) = schema.shift_remove("required") {
            for name in names {
                if !self.required.contains(&name) {
                    self.required.push(name);
                }
            }
        }
        let moved = schema.shift_remove(ORIGINS);
        if schema.is_empty() {
            return;
        }
        let is_object = schema.text("type").is_none_or(|kind| kind == "object")
            && !schema.contains_key("enum")
            && !schema.contains_key("items")
            && !schema.contains_key("format");
        if !is_object {
            self.others.push((component, schema));
            return;
        }
        self.is_object = true;
        match schema.shift_remove("additionalProperties") {
            Some(value @ Value::Object(_)) => match self.additional {
                Some(Value::Object(_)) => self.more_additional.push(value),
                _ => self.additional = Some(value),
            },
            Some(Value::Bool(true)) if self.additional.is_none() => self.additional = Some(Value::Bool(true)),
            _ => {}
        }
        if let Some(Value::Object(properties)) = schema.shift_remove("properties") {
            for (name, property) in properties {
                let moved = moved.as_ref().and_then(|moved| moved.text(&name));
                let usual = || child(&child(place, "properties"), &name);
                let place = moved.map_or_else(usual, str::to_string);
                let before = self.origins.insert(name.clone(), place);
                if self.properties.contains_key(&name) {
                    self.repeated.push((name, property, before));
                } else {
                    self.properties.insert(name, property);
                }
            }
        }
    }

    /// The resulting schema.
    pub(super) fn finish(mut self, pairs: &mut Vec<Pair>, schemas: &Object, notes: &mut Notes) -> Object {
        for (name, later, before) in std::mem::take(&mut self.repeated) {
            self.repeat((&name, before), later, pairs, schemas, notes);
        }
        for later in std::mem::take(&mut self.more_additional) {
            let earlier = self.additional.take().unwrap_or_default();
            self.additional = self
                .together("value", &earlier, &later, pairs, schemas, 0)
                .or(Some(later));
        }
        if !self.nullable_bases.is_empty() && self.nullable_bases.iter().all(|nullable| *nullable) {
            self.words.insert("nullable".to_string(), Value::Bool(true));
        }
        if self.properties.is_empty()
            && self.choices.len() <= 1
            && let Some(simple) = self.without_properties(pairs, schemas, notes)
        {
            return simple;
        }
        if !self.others.is_empty() && (!self.properties.is_empty() || !self.choices.is_empty()) {
            let what = "only the members are kept".to_string();
            let why = "The contract composes them with a schema of another type, which has no members.";
            notes.add(PASS, self.place.clone(), what, why);
        }
        let mut merged = Object::new();
        if !self.bases.is_empty() {
            merged.insert(EXTENDS.to_string(), Value::Array(std::mem::take(&mut self.bases)));
        }
        let mut choices = std::mem::take(&mut self.choices).into_iter();
        if let Some(first) = choices.next() {
            merged.insert(first.keyword.to_string(), Value::Array(first.branches));
            if let Some(discriminator) = first.discriminator {
                merged.insert("discriminator".to_string(), discriminator);
            }
        }
        for choice in choices {
            self.flatten(choice, schemas, notes);
        }
        merged.insert("type".to_string(), json!("object"));
        merged.insert("properties".to_string(), Value::Object(self.properties));
        if !self.required.is_empty() {
            merged.insert("required".to_string(), Value::Array(self.required));
        }
        if let Some(additional) = self.additional {
            merged.insert("additionalProperties".to_string(), additional);
        }
        merged.extend(self.words);
        let own = child(&self.place, "properties");
        for (name, place) in self.origins {
            if place != child(&own, &name) {
                origins::keep(&mut merged, &name, place);
            }
        }
        if !keywords::has_properties(&merged) && !keywords::has_choice(&merged) {
            make_map(&mut merged);
        }
        merged
    }

    /// The result of a composition without properties: a component or a simple schema.
    fn without_properties(
        &mut self,
        pairs: &mut Vec<Pair>,
        schemas: &Object,
        notes: &mut Notes,
    ) -> Option<Object> {
        if let Some(choice) = self.choices.pop() {
            if !self.others.is_empty() {
                self.choices.push(choice);
                return None;
            }
            let words = std::mem::take(&mut self.words);
            if let Some(component) = &choice.component {
                let mut siblings = words;
                siblings.retain(|key, _| key != "discriminator");
                return Some(keywords::wrapped(reference_to(component), siblings));
            }
            let mut schema = Object::new();
            schema.insert(choice.keyword.to_string(), Value::Array(choice.branches));
            if let Some(discriminator) = choice.discriminator {
                schema.insert("discriminator".to_string(), discriminator);
            }
            schema.extend(words);
            return Some(schema);
        }
        if self.is_object && (self.others.is_empty() || self.additional.is_some()) {
            return None;
        }
        let mut others = std::mem::take(&mut self.others).into_iter();
        let (mut component, mut schema) = others.next()?;
        for (other, later) in others {
            let (one, two) = (Value::Object(schema.clone()), Value::Object(later.clone()));
            if let Some(Value::Object(both)) = self.together("item", &one, &two, pairs, schemas, 0) {
                (component, schema) = (None, both);
                continue;
            }
            let rank = rank(&later).cmp(&rank(&schema));
            if later.text("type") != schema.text("type") {
                let what = "only the last of several types is kept".to_string();
                let why = "The contract composes types that have no value in common.";
                notes.add(PASS, self.place.clone(), what, why);
            }
            if widens(&schema, &later) {
                let mut values = schema.list("enum").to_vec();
                values.extend(
                    later
                        .list("enum")
                        .iter()
                        .filter(|it| !values.contains(it))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
                schema.insert("enum".to_string(), Value::Array(values));
                component = None;
                let what = "the values of several enums are combined".to_string();
                let why = "The contract composes enums, and none of them has all values.";
                notes.add(PASS, self.place.clone(), what, why);
            } else if rank.is_ge() {
                (component, schema) = (other, later);
            }
        }
        let words = std::mem::take(&mut self.words);
        if let (Some(component), SchemaKind::Enum) = (component, keywords::kind(&schema)) {
            return Some(keywords::wrapped(reference_to(&component), words));
        }
        schema.extend(words);
        Some(schema)
    }

    /// The alternatives of a second choice become members that may be absent.
    fn flatten(&mut self, choice: Choice, schemas: &Object, notes: &mut Notes) {
        for branch in choice.branches {
            let key = keywords::value_refers_to(&branch);
            let branch = key.and_then(|key| schemas.get(&key)).unwrap_or(&branch);
            for (name, property) in branch.map("properties") {
                self.properties
                    .entry(name.clone())
                    .or_insert_with(|| property.clone());
            }
        }
        let what = "the members of all alternatives are combined, all of them optional".to_string();
        let why = "The contract composes several choices.";
        notes.add(PASS, self.place.clone(), what, why);
    }
}
