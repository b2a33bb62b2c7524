//! Copies the properties beside a choice, and its required members, into each branch.

use super::{Choice, Unions, entries_of};
use crate::document::{Node, Object, reference_to, schema_pointer};
use crate::normalize::schemas::inline_schemas::{HOISTED, ORIGIN};
use crate::normalize::schemas::keywords::{self, SchemaKind};
use crate::normalize::schemas::origins;
use serde_json::{Value, json};

impl Unions<'_> {
    pub(super) fn distribute(&mut self, key: &str, base: &Object, branches: Vec<Choice>) -> Vec<Choice> {
        let mut given = Vec::new();
        for branch in branches {
            // If a branch is itself a union, each of its branches gets the properties.
            match self.resolved(&branch.schema) {
                Some(union) if keywords::kind(union) == SchemaKind::Union => given.extend(entries_of(union)),
                _ => given.push(branch),
            }
        }
        given
            .into_iter()
            .enumerate()
            .map(|(index, branch)| self.with_base(key, base, branch, index))
            .collect()
    }

    /// A branch with the properties of `base`: the branch itself if it already has all of them or
    /// is used nowhere else, otherwise a copy.
    fn with_base(&mut self, key: &str, base: &Object, branch: Choice, index: usize) -> Choice {
        let properties = base.map("properties");
        if !base.contains_key("properties") && base.list("required").is_empty() {
            return branch;
        }
        let own_key = keywords::value_refers_to(&branch.schema);
        let Some(schema) = self.resolved(&branch.schema) else {
            return branch;
        };
        let is_map = own_key.is_none() && schema.text("type") == Some("object");
        if keywords::kind(schema) != SchemaKind::Object && !is_map {
            return branch;
        }
        let own = schema.map("properties");
        let demands = |name: &Value| {
            let is_own = name.as_str().is_some_and(|name| own.contains_key(name));
            is_own && !schema.list("required").contains(name)
        };
        let is_whole = schema.contains_key("properties") || !base.contains_key("properties");
        if is_whole
            && properties.keys().all(|name| own.contains_key(name))
            && !base.list("required").iter().any(demands)
        {
            return branch;
        }
        let mut merged = properties.clone();
        for (name, property) in own {
            merged.insert(name.clone(), property.clone());
        }
        let mut required = base.list("required").to_vec();
        required.retain(|name| name.as_str().is_some_and(|name| merged.contains_key(name)));
        for name in schema.list("required") {
            if !required.contains(name) {
                required.push(name.clone());
            }
        }
        let mut component: Object = schema.clone();
        let place = origins::component(key, base);
        for name in properties.keys().filter(|name| !own.contains_key(*name)) {
            origins::keep(&mut component, name, origins::property(base, &place, name));
        }
        component.insert("type".to_string(), json!("object"));
        component.insert("properties".to_string(), Value::Object(merged));
        component.insert("required".to_string(), Value::Array(required));
        if let (None, Some(additional)) = (
            component.get("additionalProperties"),
            base.get("additionalProperties"),
        ) {
            component.insert("additionalProperties".to_string(), additional.clone());
        }
        let owner = |component: &Object| {
            component
                .get(HOISTED)
                .and_then(|it| it.get("owner"))
                .and_then(Value::as_str)
                .map(str::to_string)
        };
        let target = match &own_key {
            Some(own) if owner(&component).as_deref() == Some(key) => own.clone(),
            _ => {
                let hint = match &own_key {
                    Some(own) => self.hint(own),
                    None => format!("N{}", index + 1),
                };
                component.insert(
                    HOISTED.to_string(),
                    json!({ "owner": key, "hint": hint, "role": "branch" }),
                );
                if !component.contains_key(ORIGIN) {
                    component.insert(ORIGIN.to_string(), Value::String(schema_pointer(key)));
                }
                format!("{key}/with/{hint}/{index}")
            }
        };
        self.schemas.insert(target.clone(), Value::Object(component));
        Choice {
            schema: reference_to(&target),
            tags: branch.tags,
        }
    }

    /// The short name of a component.
    fn hint(&self, key: &str) -> String {
        let hoisted = self
            .schemas
            .get(key)
            .and_then(|schema| schema.get(HOISTED))
            .and_then(|it| it.get("hint"));
        match hoisted.and_then(Value::as_str) {
            Some(hint) => hint.to_string(),
            None => key.rsplit('.').next().unwrap_or(key).to_string(),
        }
    }
}
