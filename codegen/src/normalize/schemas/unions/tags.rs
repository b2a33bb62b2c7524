//! Finds the member whose value distinguishes the branches of a union, and the values that select
//! each branch.

use super::{Choice, PASS, Unions};
use crate::document::{Node, Object};
use crate::normalize::schemas::discriminators::last_name;
use crate::normalize::schemas::inline_schemas::HOISTED;
use crate::normalize::schemas::keywords::{self, SchemaKind};
use serde_json::Value;
use std::collections::HashSet;

impl Unions<'_> {
    /// The tag of a union, and the values of each branch in it; `None` if nothing distinguishes the
    /// branches.
    pub(super) fn tag(
        &mut self,
        pointer: &str,
        branches: &mut [Choice],
        property: Option<String>,
    ) -> Option<String> {
        let all_objects = branches.iter().all(|branch| {
            self.resolved(&branch.schema)
                .is_some_and(|it| matches!(keywords::kind(it), SchemaKind::Object | SchemaKind::Union))
        });
        if let Some(property) = property {
            let tags = if all_objects {
                self.declared(branches, &property)
            } else {
                None
            };
            if let Some(tags) = tags {
                for (branch, tags) in branches.iter_mut().zip(tags) {
                    branch.tags = tags;
                }
                return Some(property);
            }
            if branches.len() < 2 {
                return None;
            }
            let what =
                format!("the alternatives are distinguished by their members, not by the tag {property:?}");
            let why = "The contract does not say which of its values select which alternative.";
            self.notes.add(PASS, pointer, what, why);
        }
        if !all_objects || branches.len() < 2 {
            return None;
        }
        let (property, tags) = self.inferred(branches)?;
        for (branch, tags) in branches.iter_mut().zip(tags) {
            branch.tags = tags;
        }
        Some(property)
    }

    /// The values of each branch for the discriminator `property`: from the mapping, from the
    /// branch's enum, or from the component's name.
    fn declared(&self, branches: &[Choice], property: &str) -> Option<Vec<Vec<String>>> {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        let lists = branches
            .iter()
            .map(|branch| self.listed(&branch.schema, property));
        let lists: Vec<Vec<String>> = lists.map(Option::unwrap_or_default).collect();
        for (index, branch) in branches.iter().enumerate() {
            // An enum that all branches inherit from the base does not identify one of them.
            let mut others = lists.iter().enumerate().filter(|(other, _)| *other != index);
            let is_common = others.all(|(_, other)| *other == lists[index]) && branches.len() > 1;
            let listed = match is_common {
                true => Vec::new(),
                false => lists[index].clone(),
            };
            let key = keywords::value_refers_to(&branch.schema)?;
            let hoisted = self
                .schemas
                .get(&key)
                .is_some_and(|schema| schema.get(HOISTED).is_some());
            let by_name = branch.tags.len() == 1 && branch.tags[0] == last_name(&key);
            // Without a mapping, the branch's own enum identifies it better than the component's
            // name.
            let tags = if (branch.tags.is_empty() || by_name) && !listed.is_empty() {
                listed
            } else if !branch.tags.is_empty() {
                branch.tags.clone()
            } else if hoisted {
                return None;
            } else {
                vec![last_name(&key).to_string()]
            };
            let tags: Vec<String> = tags.into_iter().filter(|tag| seen.insert(tag.clone())).collect();
            if tags.is_empty() {
                return None;
            }
            all.push(tags);
        }
        Some(all)
    }

    /// A property that every branch requires and whose enums have no value in common.
    fn inferred(&self, branches: &[Choice]) -> Option<(String, Vec<Vec<String>>)> {
        let first = self.resolved(&branches.first()?.schema)?;
        let names: Vec<&String> = first.map("properties").keys().collect();
        names.into_iter().find_map(|name| {
            let mut seen = HashSet::new();
            let mut all = Vec::new();
            for branch in branches {
                let object = self.resolved(&branch.schema)?;
                if !object.list("required").iter().any(|required| required == name) {
                    return None;
                }
                let tags = self.listed(&branch.schema, name)?;
                if tags.is_empty() || !tags.iter().all(|tag| seen.insert(tag.clone())) {
                    return None;
                }
                all.push(tags);
            }
            Some((name.clone(), all))
        })
    }

    /// The values that a branch lists for a property.
    fn listed(&self, schema: &Value, property: &str) -> Option<Vec<String>> {
        let object = self.resolved(schema)?;
        if object.text("x-lorgnette-tag") == Some(property) {
            let entries = object.list("x-lorgnette-union").iter();
            return Some(
                entries
                    .filter_map(|entry| entry.get("tags")?.as_array())
                    .flatten()
                    .filter_map(|tag| tag.as_str().map(str::to_string))
                    .collect(),
            );
        }
        let property = object.map("properties").get(property)?;
        let target: &Object = self.resolved(property)?;
        if target.flag("x-lorgnette-mixed") {
            return None;
        }
        let values = target.list("enum");
        values
            .iter()
            .map(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect()
    }
}
