//! The member whose value tells the branches of a union apart, and the values that select each branch.

use super::Unions;
use crate::ir::{Branch, EnumKind, Object, Shape, TypeRef};
use crate::naming::last_name;
use serde_json::Value;
use std::collections::HashSet;

impl Unions<'_> {
    /// The tag of a union, whose values go to the branches; `None` where nothing tells the branches apart.
    pub(super) fn tag(
        &mut self,
        union: &str,
        branches: &mut [Branch],
        discriminator: Option<String>,
    ) -> Option<String> {
        let all_objects =
            branches.iter().all(
                |branch| match branch.ty.named().and_then(|name| self.shape(name)) {
                    Some(Shape::Object(_)) => true,
                    Some(Shape::Union(union)) => !union.branches.is_empty(),
                    _ => false,
                },
            );
        if let Some(wire) = discriminator {
            let declared = all_objects.then(|| self.declared(branches, &wire)).flatten();
            if let Some(tags) = declared {
                return Some(select(branches, wire, tags));
            }
            if branches.len() < 2 {
                return None;
            }
            self.notes.add(
                self.place(union).pointer(),
                format!("the alternatives are told apart by their members, not by {wire:?}"),
                "The contract does not say which of its values select which alternative.",
            );
        }
        if !all_objects || branches.len() < 2 {
            return None;
        }
        let (wire, tags) = self.inferred(branches)?;
        Some(select(branches, wire, tags))
    }

    /// The values of each branch under the discriminator `wire`: as mapped, as its enum lists, as the type is called.
    fn declared(&self, branches: &[Branch], wire: &str) -> Option<Vec<Vec<String>>> {
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for branch in branches {
            let listed = self.selecting(&branch.ty, wire).unwrap_or_default();
            let name = branch.ty.named()?;
            let is_hoisted = self.types.get(name).is_some_and(|def| def.home.is_some());
            let by_name = branch.tags.len() == 1 && branch.tags[0] == last_name(name);
            // Where the mapping is silent, the branch's own enum knows better than the type's name.
            let tags = if (branch.tags.is_empty() || by_name) && !listed.is_empty() {
                listed
            } else if !branch.tags.is_empty() {
                branch.tags.clone()
            } else if is_hoisted {
                return None;
            } else {
                vec![last_name(name).to_string()]
            };
            let tags: Vec<String> = tags.into_iter().filter(|tag| seen.insert(tag.clone())).collect();
            if tags.is_empty() {
                return None;
            }
            all.push(tags);
        }
        Some(all)
    }

    /// A member that every branch requires and whose enums have no value in common.
    fn inferred(&self, branches: &[Branch]) -> Option<(String, Vec<Vec<String>>)> {
        let first = self.object(&branches.first()?.ty)?;
        first.members.iter().find_map(|member| {
            let wire = &member.wire;
            let mut seen = HashSet::new();
            let mut all = Vec::new();
            for branch in branches {
                if !self.object(&branch.ty)?.member(wire)?.required {
                    return None;
                }
                let tags = self.selecting(&branch.ty, wire)?;
                if tags.is_empty() || !tags.iter().all(|tag| seen.insert(tag.clone())) {
                    return None;
                }
                all.push(tags);
            }
            Some((wire.clone(), all))
        })
    }

    fn object(&self, used: &TypeRef) -> Option<&Object> {
        match self.shape(used.named()?)? {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The values that a branch lists for a member.
    fn selecting(&self, used: &TypeRef, wire: &str) -> Option<Vec<String>> {
        if let Shape::Union(union) = self.shape(used.named()?)? {
            let is_tagged = union.tag.as_deref() == Some(wire);
            return is_tagged.then(|| {
                union
                    .branches
                    .iter()
                    .flat_map(|branch| branch.tags.clone())
                    .collect()
            });
        }
        let member = self.object(used)?.member(wire)?;
        let Some(listed) = self.listed(&member.ty) else {
            return Some(Vec::new());
        };
        let texts = listed.values.iter().map(|value| match &value.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        match listed.kind {
            EnumKind::Mixed => None,
            _ => texts.collect(),
        }
    }
}

/// Gives each branch the values that select it.
fn select(branches: &mut [Branch], wire: String, tags: Vec<Vec<String>>) -> String {
    for (branch, tags) in branches.iter_mut().zip(tags) {
        branch.tags = tags;
    }
    wire
}
