//! Compares choices with unions: branches, tags and discriminated bases.

use super::FindingKind;
use super::scalars::{same, takes};
use super::view::View;
use super::walk::{How, Walk};
use crate::declared::Node;
use crate::surface::{RustType, SurfaceBranch, SurfaceMember, SurfaceShape};
use std::collections::HashSet;

/// The cost of a branch that cannot correspond to a schema.
const NEVER: usize = 1 << 20;

/// Whether a type has the name of a schema, apart from case and punctuation.
fn is_called(node: &Node<'_>, ty: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let named = node.pointer.strip_prefix("/components/schemas/");
    let named = named.or_else(|| node.pointer.strip_prefix("/definitions/"));
    let ty = ty.strip_prefix("types::").unwrap_or(ty);
    named.is_some_and(|name| !name.contains('/') && plain(name) == plain(ty))
}

impl<'d> Walk<'_, 'd> {
    /// Compares a schema with a union.
    pub(super) fn check_union(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType) {
        let Some(SurfaceShape::Union { tag, branches }) = self.shape(ty) else {
            return;
        };
        let (tag, branches) = (tag.as_deref(), branches.as_slice());
        let mappings = self.mappings(view);
        let mut taken = HashSet::new();
        // One of several schemas in this place may itself be a union.
        if let Some(inner) = self.inner_union(view, tag, branches) {
            let how = How::default();
            return self.check_view(view, at, &inner, &how);
        }
        for choice in &view.choices {
            for node in choice {
                self.alternative(
                    node,
                    (&view.others_required, ty),
                    tag,
                    branches,
                    &mappings,
                    &mut taken,
                );
            }
        }
        if !view.choices.is_empty() {
            return self.common_members(view, ty, tag, branches);
        }
        let children = self.subtypes(view);
        if !children.is_empty() {
            let allowed = self.allowed_tags(view);
            for (tags, child) in &children {
                self.subtype(child, (tags, &allowed), ty, tag, branches, &mut taken);
            }
            self.base(view, at, ty, branches, &children);
            return self.common_members(view, ty, tag, branches);
        }
        let kinds = view.kinds();
        for kind in &kinds {
            let mut restricted = self.view(&view.nodes);
            restricted.types = vec![*kind];
            match self.best(&restricted, branches, tag, &HashSet::new()) {
                Some(branch) if kinds.len() > 1 || tag.is_none() => {
                    let how = How {
                        is_partial: kinds.len() > 1,
                        tag: tag.map(str::to_string),
                        ..How::default()
                    };
                    let branch_ty = branch.ty.bare().clone();
                    if kinds.len() > 1 && !matches!(*kind, "object" | "array") {
                        continue;
                    }
                    self.check_view(&restricted, at, &branch_ty, &how);
                }
                Some(_) => self.common_members(&restricted, ty, tag, branches),
                None => {
                    let what = format!("{ty} takes no {kind}");
                    self.report(FindingKind::Type, at, what, &[]);
                }
            }
        }
    }

    /// The branch that is the union of a schema's branches or subtypes, if the union itself is not.
    fn inner_union(
        &self,
        view: &View<'d>,
        tag: Option<&str>,
        branches: &[SurfaceBranch],
    ) -> Option<RustType> {
        let subtypes = self.subtypes(view);
        if view.choices.is_empty() && (subtypes.is_empty() || tag.is_some()) {
            return None;
        }
        let parts: Vec<Node<'d>> = match view.choices.first() {
            Some(choice) => choice.clone(),
            None => subtypes.into_iter().map(|(_, node)| node).collect(),
        };
        let views: Vec<View<'d>> = parts
            .iter()
            .map(|part| self.view(std::slice::from_ref(part)))
            .collect();
        let cost = |branches: &[SurfaceBranch], tag: Option<&str>| self.cost(&views, branches, tag, 0);
        let own = cost(branches, tag);
        let inner = branches
            .iter()
            .filter_map(|branch| match self.shape(branch.ty.bare())? {
                SurfaceShape::Union { tag, branches } => {
                    Some((cost(branches, tag.as_deref()), branch.ty.bare()))
                }
                _ => None,
            });
        let (cost, ty) = inner.min_by_key(|(cost, _)| *cost)?;
        (cost < own).then(|| ty.clone())
    }

    /// The cost of matching the branches of a union with schemas, each of which must be one of
    /// them.
    fn cost(&self, views: &[View<'d>], branches: &[SurfaceBranch], tag: Option<&str>, depth: usize) -> usize {
        let best = views.iter().map(|view| {
            let misfits = branches.iter().map(|branch| match self.shape(branch.ty.bare()) {
                Some(SurfaceShape::Union { .. }) if depth == 0 && view.choices.is_empty() => NEVER,
                _ => self.misfit(view, branch.ty.bare(), tag, depth),
            });
            misfits.min().unwrap_or(NEVER)
        });
        best.fold(0_usize, usize::saturating_add)
    }

    /// Whether each branch of a choice is a branch of the union.
    fn gives_its_branches(&self, view: &View<'d>, branches: &[SurfaceBranch], tag: Option<&str>) -> bool {
        let parts = view.choices.iter().flatten();
        let views: Vec<View<'d>> = parts.map(|part| self.view(std::slice::from_ref(part))).collect();
        self.cost(&views, branches, tag, 1) < NEVER
    }

    /// The values of the discriminator with the schemas that they select.
    fn mappings(&self, view: &View<'d>) -> Vec<(&'d str, usize)> {
        let Some((discriminator, _)) = &view.discriminator else {
            return Vec::new();
        };
        let mapping = discriminator.get("mapping");
        let members = mapping.iter().flat_map(|it| it.members().collect::<Vec<_>>());
        members
            .filter_map(|(value, node)| Some((value, self.mapped(&node)?.id())))
            .collect()
    }

    /// The schema that an entry of a mapping refers to, by reference or by name.
    pub(super) fn mapped(&self, node: &Node<'d>) -> Option<Node<'d>> {
        let target = node.value.as_str()?;
        let found = self.declared.documents.target(node.file, target);
        let named = || {
            let schemas = self.declared.schemas();
            schemas
                .into_iter()
                .find(|(name, _)| *name == target)
                .map(|(_, node)| node)
        };
        let node = found.filter(|node| !node.pointer.is_empty()).or_else(named)?;
        self.declared.resolve(&node)
    }

    /// One branch of a choice, which must be one of the union's.
    fn alternative(
        &mut self,
        node: &Node<'d>,
        (required, ty): (&[&'d str], &RustType),
        tag: Option<&str>,
        branches: &[SurfaceBranch],
        mappings: &[(&'d str, usize)],
        taken: &mut HashSet<String>,
    ) {
        let nodes = std::slice::from_ref(node);
        let view = self.view(nodes);
        if view.is_any() {
            return;
        }
        let target = self.declared.resolve(node);
        let id = target.as_ref().map(Node::id);
        let mut tags: Vec<&str> = mappings
            .iter()
            .filter(|(_, target)| Some(*target) == id)
            .map(|(value, _)| *value)
            .collect();
        // The branch's own declaration of its tag.
        if tags.is_empty()
            && let Some((_, nodes)) = view.properties.iter().find(|(name, _)| tag == Some(name))
        {
            // Several values are the values of all branches.
            if let [value] = self.view(nodes).values.as_slice() {
                tags.extend(value.value.as_str());
            }
        }
        let tagged = branches.iter().find(|branch| {
            tags.iter()
                .any(|tag| branch.tags.iter().any(|known| known == tag))
        });
        let best = tagged.or_else(|| self.best(&view, branches, tag, taken));
        // A nested choice has passed its branches to the outer one, unless it has a union of its
        // own.
        let is_choice = tagged.is_none() && !view.choices.is_empty() && view.properties.is_empty();
        let own_union = best
            .is_some_and(|branch| matches!(self.shape(branch.ty.bare()), Some(SurfaceShape::Union { .. })));
        if is_choice && !own_union && self.gives_its_branches(&view, branches, tag) {
            for inner in view.choices.iter().flatten() {
                self.alternative(inner, (required, ty), tag, branches, mappings, taken);
            }
            return;
        }
        let Some(branch) = best else {
            let what = format!("{ty} has no branch for it");
            return self.report(FindingKind::Branch, node, what, &[]);
        };
        for value in tags
            .iter()
            .filter(|value| !branch.tags.iter().any(|known| known == *value))
        {
            let what = format!("{ty} does not know the tag {value:?}");
            self.report(FindingKind::Tag, node, what, &[value]);
        }
        taken.insert(branch.variant.clone());
        let how = How {
            is_partial: view.kinds() == ["integer"],
            tag: tag.map(str::to_string),
            required: required.iter().map(ToString::to_string).collect(),
            ..How::default()
        };
        let branch_ty = branch.ty.clone();
        self.check(nodes, &branch_ty, &how);
    }

    /// The branch that corresponds to a schema: the best match, if any matches.
    pub(super) fn best<'b>(
        &self,
        view: &View<'d>,
        branches: &'b [SurfaceBranch],
        tag: Option<&str>,
        taken: &HashSet<String>,
    ) -> Option<&'b SurfaceBranch> {
        let ranked = branches.iter().map(|branch| {
            let misfit = self.misfit(view, branch.ty.bare(), tag, 0);
            // A type with the schema's name belongs to the schema.
            let is_named = view
                .nodes
                .iter()
                .any(|node| is_called(node, &branch.ty.bare().name));
            (misfit, taken.contains(&branch.variant), !is_named, branch)
        });
        let best = ranked.min_by_key(|(misfit, taken, other, _)| (*misfit >= NEVER, *other, *misfit, *taken));
        best.filter(|(misfit, ..)| *misfit < NEVER)
            .map(|(_, _, _, branch)| branch)
    }

    /// The cost of matching a type with a schema, without comparing their parts.
    pub(super) fn misfit(&self, view: &View<'d>, ty: &RustType, tag: Option<&str>, depth: usize) -> usize {
        let kinds = view.kinds();
        let is_union = matches!(self.shape(ty), Some(SurfaceShape::Union { .. }));
        if !is_union && !view.choices.is_empty() && view.properties.is_empty() && depth < 4 {
            // Each of the alternatives has become this type, if it belongs to the schema.
            let parts = view.choices.iter().flatten();
            let misfits = parts.map(|part| {
                let part = self.view(std::slice::from_ref(part));
                self.misfit(&part, ty, tag, depth + 1)
            });
            return misfits.max().unwrap_or(NEVER);
        }
        match self.shape(ty) {
            _ if ty.name == "Value" => 900,
            Some(SurfaceShape::Struct { members, .. }) => {
                if !kinds.is_empty() && !kinds.contains(&"object") {
                    return NEVER;
                }
                let has = |name: &str| members.iter().any(|member| member.wire == name) || tag == Some(name);
                let lost = view.properties.iter().filter(|(name, _)| !has(name)).count();
                let declares = |name: &str| view.properties.iter().any(|(known, _)| *known == name);
                let more = members.iter().filter(|member| !declares(&member.wire)).count();
                let mut other = 0;
                for (name, nodes) in &view.properties {
                    if let Some(member) = members.iter().find(|member| member.wire == *name) {
                        other += self.differs(nodes, member, view.required.contains(name));
                    }
                }
                lost * 8 + more + other + usize::from(kinds.is_empty()) * 4
            }
            Some(SurfaceShape::Enum { values, .. }) => {
                let scalar = ["string", "integer", "number", "boolean"];
                if !kinds.is_empty() && !kinds.iter().any(|kind| scalar.contains(kind)) {
                    return NEVER;
                }
                let known = |value: &Node<'_>| values.iter().any(|(_, known)| same(known, value.value));
                let lost = view.values.iter().filter(|value| !known(value)).count();
                if view.values.is_empty() { 500 } else { lost * 8 }
            }
            Some(SurfaceShape::Union { tag, branches }) if depth < 4 => {
                if let Some(choice) = view.choices.first() {
                    let part = |node: &Node<'d>| self.view(std::slice::from_ref(node));
                    let views: Vec<View<'d>> = choice.iter().map(part).collect();
                    let cost = self.cost(&views, branches, tag.as_deref(), depth + 1);
                    return 2 + cost.min(NEVER / 2) / views.len().max(1);
                }
                if !self.subtypes(view).is_empty() {
                    return 2;
                }
                let inner = branches
                    .iter()
                    .map(|branch| self.misfit(view, branch.ty.bare(), tag.as_deref(), depth + 1));
                inner.min().map_or(NEVER, |best| best.saturating_add(3))
            }
            Some(SurfaceShape::Union { .. }) => 800,
            None if kinds.is_empty() => 600,
            None => {
                // Integers are numbers where no closer type exists.
                if kinds == ["integer"] && takes(ty, "number", None) {
                    return 50;
                }
                let fits = |kind: &&str| takes(ty, kind, view.format);
                if !kinds.iter().any(fits) {
                    return NEVER;
                }
                let item = ty.item().filter(|_| !view.items.is_empty());
                match item {
                    Some(item) if depth < 4 => {
                        let inner = self.misfit(&self.view(&view.items), item.bare(), None, depth + 1);
                        if inner >= NEVER { 700 } else { inner }
                    }
                    _ => view.properties.len() * 8 + view.values.len(),
                }
            }
        }
    }

    /// How much a member differs from a property, in its values and in whether it is required.
    fn differs(&self, nodes: &[Node<'d>], member: &SurfaceMember, required: bool) -> usize {
        let is_null = member.flags.iter().any(|flag| flag == "nullable");
        let is_optional = matches!(member.ty.name.as_str(), "Option" | "Nullable") && !is_null;
        let presence = usize::from(required == is_optional);
        let Some(SurfaceShape::Enum { values, .. }) = self.shape(member.ty.bare()) else {
            return presence;
        };
        let declared = self.view(nodes).values;
        let known = |value: &&Node<'_>| values.iter().any(|(_, known)| same(known, value.value));
        let lost = declared.iter().filter(|value| !known(value)).count();
        presence + lost * 4
    }

    /// Properties beside a choice are members of every branch.
    fn common_members(
        &mut self,
        view: &View<'d>,
        ty: &RustType,
        tag: Option<&str>,
        branches: &[SurfaceBranch],
    ) {
        for (name, nodes) in &view.properties {
            if tag == Some(name) {
                continue;
            }
            let lacking = branches
                .iter()
                .find(|branch| !self.has_member(&branch.ty, name, 0));
            if let Some(branch) = lacking {
                let what = format!("{ty}::{} has no member {name:?}", branch.variant);
                self.report(FindingKind::Member, &nodes[0], what, &[name]);
            }
        }
    }

    fn has_member(&self, ty: &RustType, name: &str, depth: usize) -> bool {
        match self.shape(ty) {
            Some(SurfaceShape::Struct { members, .. }) => members.iter().any(|member| member.wire == name),
            Some(SurfaceShape::Union { tag, branches }) if depth < 4 => {
                tag.as_deref() == Some(name)
                    || branches
                        .iter()
                        .all(|branch| self.has_member(&branch.ty, name, depth + 1))
            }
            // Values other than objects have no members to lose.
            _ => ty.bare().map_value().is_none(),
        }
    }
}
