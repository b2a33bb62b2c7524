//! Compares discriminated bases and the schemas that extend them.

use super::FindingKind;
use super::view::View;
use super::walk::{How, Walk};
use crate::declared::Node;
use crate::surface::{RustType, SurfaceBranch, SurfaceShape};
use std::collections::HashSet;

impl<'d> Walk<'_, 'd> {
    /// The schemas that extend a discriminated one, with the tags of each.
    pub(super) fn subtypes(&self, view: &View<'d>) -> Vec<(Vec<&'d str>, Node<'d>)> {
        let Some((discriminator, base)) = &view.discriminator else {
            return Vec::new();
        };
        let mut found: Vec<(Vec<&'d str>, Node<'d>)> = Vec::new();
        let mapping = discriminator.get("mapping");
        for (value, node) in mapping.iter().flat_map(|it| it.members().collect::<Vec<_>>()) {
            let Some(target) = self.mapped(&node).filter(|target| target.id() != base.id()) else {
                continue;
            };
            match found.iter_mut().find(|(_, known)| known.id() == target.id()) {
                Some((tags, _)) => tags.push(value),
                None => found.push((vec![value], target)),
            }
        }
        if view.choices.is_empty() {
            // A schema that extends a child also extends the base.
            let mut open = vec![base.id()];
            let mut met: HashSet<usize> = open.iter().copied().collect();
            while let Some(above) = open.pop() {
                for (name, child) in self.children.get(&above).into_iter().flatten() {
                    let own = ["x-discriminator-value", "x-ms-discriminator-value"]
                        .iter()
                        .find_map(|key| child.text(key));
                    if met.insert(child.id()) {
                        open.push(child.id());
                        if !found.iter().any(|(_, known)| known.id() == child.id()) {
                            found.push((vec![own.unwrap_or(name)], child.clone()));
                        }
                    }
                }
            }
        }
        found
    }

    pub(super) fn subtype(
        &mut self,
        child: &Node<'d>,
        (tags, allowed): (&[&'d str], &[&'d str]),
        ty: &RustType,
        tag: Option<&str>,
        branches: &[SurfaceBranch],
        taken: &mut HashSet<String>,
    ) {
        let tagged = branches.iter().find(|branch| {
            tags.iter()
                .any(|tag| branch.tags.iter().any(|known| known == tag))
        });
        // A name that is not a value of the tag has no meaning.
        let child_view = self.view(std::slice::from_ref(child));
        let own = tag.map_or_else(Vec::new, |tag| self.values_of(&child_view, tag));
        let excludes = |values: &[&str]| !values.is_empty() && !tags.iter().any(|tag| values.contains(tag));
        let is_impossible = excludes(allowed) || excludes(&own);
        let fitting = || {
            let view = self.view(std::slice::from_ref(child));
            self.best(&view, branches, tag, taken)
        };
        let branch = tagged.or_else(|| is_impossible.then(fitting).flatten());
        let Some(branch) = branch else {
            let what = format!("{ty} does not know the tag {}", tags.join(", "));
            return self.report(FindingKind::Tag, child, what, tags);
        };
        taken.insert(branch.variant.clone());
        let how = How {
            is_partial: false,
            tag: tag.map(str::to_string),
            ..How::default()
        };
        let branch_ty = branch.ty.clone();
        self.check(std::slice::from_ref(child), &branch_ty, &how);
    }

    /// The values that the tag of a discriminated schema may have, if it lists them.
    pub(super) fn allowed_tags(&self, view: &View<'d>) -> Vec<&'d str> {
        let name = view
            .discriminator
            .as_ref()
            .and_then(|(it, _)| it.text("propertyName").or_else(|| it.value.as_str()));
        name.map_or_else(Vec::new, |name| self.values_of(view, name))
    }

    /// The values that a property may have, if it lists them.
    fn values_of(&self, view: &View<'d>, name: &str) -> Vec<&'d str> {
        let property = view.properties.iter().find(|(property, _)| *property == name);
        let Some((_, nodes)) = property else {
            return Vec::new();
        };
        let values = self.view(nodes).values;
        values.iter().filter_map(|value| value.value.as_str()).collect()
    }

    /// Checks that a discriminated base is read as itself if its tag says so.
    pub(super) fn base(
        &mut self,
        view: &View<'d>,
        at: &Node<'d>,
        ty: &RustType,
        branches: &[SurfaceBranch],
        children: &[(Vec<&'d str>, Node<'d>)],
    ) {
        let Some((discriminator, base)) = &view.discriminator else {
            return;
        };
        let mut own = self.allowed_tags(view);
        if own.is_empty() && discriminator.get("mapping").is_none() {
            let schemas = self.declared.schemas();
            let name = schemas.iter().find(|(_, schema)| schema.id() == base.id());
            own.extend(name.map(|(name, _)| *name));
        }
        own.retain(|tag| !children.iter().any(|(tags, _)| tags.contains(tag)));
        // Without tags, the first branch that fits is read.
        let is_untagged = branches.iter().all(|branch| branch.tags.is_empty());
        for value in own {
            let mut means = branches
                .iter()
                .filter(|branch| is_untagged || branch.tags.iter().any(|tag| tag == value));
            let is_read = means.any(|branch| match self.shape(&branch.ty) {
                Some(SurfaceShape::Struct { members, .. }) => members.iter().all(|member| {
                    let is_plain = !matches!(member.ty.name.as_str(), "Option" | "Nullable");
                    let declares = view.properties.iter().any(|(name, _)| *name == member.wire);
                    declares || !is_plain || member.flags.iter().any(|flag| flag == "default")
                }),
                _ => true,
            });
            if !is_read {
                let what = format!("{ty} does not read the base itself, whose tag is {value:?}");
                self.report(FindingKind::Base, at, what, &[value]);
            }
        }
    }

    /// If a discriminated base became one struct, reports the schemas that extend it as lost.
    pub(super) fn subtypes_lost(&mut self, view: &View<'d>, ty: &RustType, how: &How) {
        // If the base became a union, its branch is the base itself, and choices are walked
        // separately.
        if how.tag.is_some() || !view.choices.is_empty() {
            return;
        }
        for (tags, child) in self.subtypes(view) {
            let what = format!("{ty} is no union, and {} is lost", tags.join(", "));
            self.report(FindingKind::Branch, &child, what, &tags);
        }
    }
}
